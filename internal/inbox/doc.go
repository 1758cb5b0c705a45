// Package inbox tells people that something waits for them: on the page
// /mitteilungen, and by e-mail as the person wishes. A notice names its kind,
// the body, the day and the deadline, and leads to the page; it never says what
// stands there, so it is safe in any mailbox.
//
// Each person chooses for each kind: at once, daily, weekly or no e-mail. Duty
// kinds (calls, changes, cancellations, circulation of minutes, circular votes)
// go out at once, whatever was chosen: a period begins with them. Digests go
// out at seven in the morning, Berlin time, weekly ones on Mondays. Only the
// person reads the own notices and wishes; read notices go after a year.
package inbox
