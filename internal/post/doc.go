// Package post knows the regional coordinators' posts: their state from day to
// day, who holds them with which share, and the rounds of advertising.
//
// States: none, interest, planned, advertised, filled, vacant, ended; only
// filled counts as active, planned and advertised count as planned. Which state
// may follow which, and who says so (ministry or district), stands in the table
// state_transition; state.go repeats it and a test compares the two. A
// back-dated state must fit between its neighbours on today's timeline;
// anything else is a correction by the ministry, with a reason.
//
// A filled post has at least one holder; the shares of any day never exceed
// the post's. Both are facts on two clocks (package fact).
package post
