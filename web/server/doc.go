// Package server puts the pages together: middleware in one list, all routes
// in one function, sessions in PostgreSQL. It is the only part of web that
// talks to the database by itself, and only about sessions.
package server
