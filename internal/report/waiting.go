package report

import (
	"slices"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rundertisch/internal/access"
	"rundertisch/internal/calendar"
	"rundertisch/internal/grant"
	"rundertisch/internal/meeting"
	"rundertisch/internal/minutes"
	"rundertisch/internal/task"
)

// WaitKind is what is to be done about something that waits.
type WaitKind string

// The kinds of what waits.
const (
	Review     WaitKind = "review"     // minutes, to be read and answered
	Reply      WaitKind = "reply"      // an invitation
	Vote       WaitKind = "vote"       // a circular decision
	Objections WaitKind = "objections" // to be decided by the office
	Begin      WaitKind = "begin"      // minutes of a sitting that took place, by the office
	Write      WaitKind = "write"      // minutes, by the office
	Check      WaitKind = "check"      // minutes, by the chair
	Approve    WaitKind = "approve"    // minutes whose deadline is over
	Do         WaitKind = "task"       // the actor's own task
	Decide     WaitKind = "revocation" // a hearing whose time to revoke runs out

	Apply      WaitKind = "application"      // that was sent in, by the officer
	Mend       WaitKind = "application_mend" // one that came back, by the district
	Prove      WaitKind = "proof"            // the use of a grant, by the district
	Supplement WaitKind = "proof_supplement" // a proof that came back
	Progress   WaitKind = "proof_interim"    // a proof in between
	CheckProof WaitKind = "proof_check"      // whether a proof is complete, by the officer
)

// Wait is one thing that waits for a person: for one seat, where seats answer.
type Wait struct {
	Kind        WaitKind
	ID          uuid.UUID // of the minutes, sitting, circular decision, task or case
	Place       string    // of the body or the district
	Institution string    // whose seat is asked; "": the person's own work
	Title       string    // of the circular decision or the task, the file number of the case
	Day         calendar.Date
	Deadline    calendar.Date // zero: none
	Count       int           // of objections
	Draft       bool          // an objection was begun and not filed
}

// Overdue says whether the deadline is over.
func (w Wait) Overdue(today calendar.Date) bool {
	return !w.Deadline.IsZero() && w.Deadline.Before(today)
}

// When a task shows on the desk, in days before it is due, and how many of
// them.
const (
	taskAhead = 14
	taskRows  = 50
	limitRows = 20
)

// waiting collects what the batch finds.
type waiting struct {
	reviews   []minutes.Waiting
	calls     []meeting.Unanswered
	circulars []meeting.OpenCircular
	decide    []minutes.ToDecide
	unwritten []meeting.Unwritten
	handle    []minutes.ToHandle
	tasks     []task.Due
	limits    []grant.Limit
	proofs    []grant.ProofDue
	applied   []grant.ApplicationDue
}

// queue asks for what waits for the actor. Somebody who is no part of a body
// is asked for nothing there.
func (w *waiting) queue(b *pgx.Batch, a access.Actor, today calendar.Date) {
	if a.May(access.PrepareGrants) {
		grant.QueueLimits(b, today, limitRows, &w.limits)
	}
	task.QueueDue(b, a, today.AddDays(taskAhead), taskRows, &w.tasks)
	grant.QueueApplications(b, a, taskRows, &w.applied)
	grant.QueueProofsDue(b, a, today, taskRows, &w.proofs)
	roles := map[access.Role]bool{}
	for _, g := range a.InBodies() {
		roles[g.Role] = true
	}
	if roles[access.Member] || roles[access.Chair] {
		minutes.QueueWaiting(b, a, today, &w.reviews)
		meeting.QueueOpenCirculars(b, a, today, &w.circulars)
	}
	if roles[access.Member] || roles[access.Chair] || roles[access.Guest] {
		meeting.QueueUnanswered(b, a, today, &w.calls)
	}
	if roles[access.BodyOffice] {
		minutes.QueueToDecide(b, a, &w.decide)
		meeting.QueueUnwritten(b, a, &w.unwritten)
	}
	if roles[access.BodyOffice] || roles[access.Chair] {
		minutes.QueueToHandle(b, a, today, &w.handle)
	}
}

// list returns everything, the nearest deadline first and then what has none,
// the oldest first.
func (w *waiting) list() []Wait {
	var all []Wait
	for _, r := range w.reviews {
		all = append(all, Wait{Kind: Review, ID: r.MinutesID, Place: r.BodyName, Institution: r.Institution, Day: r.Day, Deadline: r.Deadline, Draft: r.Draft})
	}
	for _, c := range w.calls {
		all = append(all, Wait{Kind: Reply, ID: c.MeetingID, Place: c.BodyName, Institution: c.Institution, Day: c.Day, Deadline: c.Day})
	}
	for _, c := range w.circulars {
		all = append(all, Wait{Kind: Vote, ID: c.ID, Place: c.BodyName, Institution: c.Institution, Title: c.Title, Deadline: c.Deadline})
	}
	for _, t := range w.tasks {
		all = append(all, Wait{Kind: Do, ID: t.ID, Place: t.PlaceName, Title: t.Title, Deadline: t.DueOn})
	}
	for _, l := range w.limits {
		all = append(all, Wait{Kind: Decide, ID: l.CaseID, Place: l.DistrictName, Title: l.FileRef, Deadline: l.LastDay})
	}
	for _, p := range w.applied {
		kind := Apply
		if p.Returned {
			kind = Mend
		}
		all = append(all, Wait{Kind: kind, ID: p.CaseID, Place: p.District, Title: p.FileRef, Day: p.Since, Deadline: p.DueOn})
	}
	for _, p := range w.proofs {
		all = append(all, Wait{Kind: WaitKind(p.Task), ID: p.CaseID, Place: p.District, Title: p.FileRef, Day: p.From, Deadline: p.Due})
	}
	for _, d := range w.decide {
		all = append(all, Wait{Kind: Objections, ID: d.MinutesID, Place: d.BodyName, Day: d.Day, Count: d.Count})
	}
	for _, u := range w.unwritten {
		all = append(all, Wait{Kind: Begin, ID: u.MeetingID, Place: u.BodyName, Day: u.Day})
	}
	for _, h := range w.handle {
		all = append(all, Wait{Kind: kindOf(h.State), ID: h.MinutesID, Place: h.BodyName, Day: h.Day})
	}
	slices.SortStableFunc(all, byUrgency)
	return all
}

func kindOf(s minutes.State) WaitKind {
	switch s {
	case minutes.InternalCheck:
		return Check
	case minutes.Ready:
		return Approve
	default:
		return Write
	}
}

func byUrgency(a, b Wait) int {
	switch {
	case a.Deadline.IsZero() && b.Deadline.IsZero():
		if n := a.Day.Compare(b.Day); n != 0 {
			return n
		}
	case a.Deadline.IsZero():
		return 1
	case b.Deadline.IsZero():
		return -1
	case a.Deadline != b.Deadline:
		return a.Deadline.Compare(b.Deadline)
	}
	return strings.Compare(a.Place, b.Place)
}
