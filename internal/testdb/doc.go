// Package testdb gives tests a real PostgreSQL: one private cluster a test
// process, in it a migrated template with a small world of two programmes, and
// for each test a clone of it. Tests connect as the app's role, so each of
// them meets the policies.
//
// A package that uses it has
//
//	func TestMain(m *testing.M) { testdb.Main(m) }
package testdb
