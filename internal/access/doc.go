// Package access says who may do what: the actor, the roles, every action and
// one table from action to roles (table.go), the page an auditor reads.
//
// Permission has two walls. May, asked by the gate of package db before any
// statement, says whether a role may do a kind of thing at all. Which rows a
// person sees or changes is said by the policies in the database, from the
// scope that Actor.Scope describes.
package access
