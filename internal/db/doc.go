// Package db is the gate between the use cases and PostgreSQL: tenant,
// permission, audit and clock in one place.
//
// Read and Write take the actor from the context, ask whether the actor may do
// the action, and run a function in one transaction whose scope (programme,
// person, districts, reach) every policy and trigger reads. The transaction
// begins with its first statement: BEGIN, the scope and that statement travel
// in one round trip. Nothing else in the project opens a transaction.
package db
