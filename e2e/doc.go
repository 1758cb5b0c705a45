// Package e2e tries the built program as people use it: the real binary with
// its own PostgreSQL and the demo, a real browser, axe and the W3C HTML checker.
// All of it is in test files; `make e2e` runs it alone.
//
// What is missing makes the package fail with the name of what to install:
// nothing is skipped.
package e2e
