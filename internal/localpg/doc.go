// Package localpg runs a private PostgreSQL cluster as a child of our own
// process: the database of everybody who has not set DATABASE_URL.
//
// A cluster is one folder: data/ (PostgreSQL's own), log, lock and the unix
// socket. Start makes what is missing, starts the server and owns it until
// Stop; Attach uses a server that another process owns. There is no TCP
// listener and no password: the socket lies in a 0700 folder, so only root and
// the server's user reach it. PostgreSQL refuses to run as root; then the user
// "postgres" or "nobody" runs it, and a folder which that user cannot enter is
// replaced by one under /var/lib/rundertisch.
//
// One folder has one owner: a lock on the file "lock" keeps a second one out.
// The server dies with its owner, even after kill -9 (Linux parent-death
// signal), and recovers at the next Start.
package localpg
