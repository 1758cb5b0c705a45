// Package mail writes messages in the transaction that causes them and hands
// them to an SMTP server in a job. Without a server the messages stay in the
// database, where the demo shows them.
//
// A message carries links, never contents of what it announces. It keeps its
// Message-ID, so a repeated delivery can be recognised.
package mail
