// Package job runs work after the change that caused it. A job is added in the
// transaction of the change (Queue.Add): it exists only if the change commits.
// A worker acts as the system in the job's programme, so what it reads and
// writes goes through the gate and into the audit trail like a request's.
//
// Arguments are ids, never contents. What leaves the house must tolerate a
// repeat: a job runs at least once.
package job
