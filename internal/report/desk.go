package report

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"rundertisch/internal/activity"
	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/meeting"
	"rundertisch/internal/post"
)

// When the ministry's desk speaks up, in days.
const (
	SilentAfter = 30 // a district with a filled post and no released entry
	OpenAfter   = 60 // a post that is advertised or vacant
)

// deskRows is how many entries a desk shows of each kind.
const deskRows = 8

// Desk is what waits for a person.
type Desk struct {
	Waiting   []Wait              // for an answer or for work, in all bodies, the most urgent first
	Next      []meeting.Next      // sittings of the own bodies
	FollowUps []activity.FollowUp // due within a week, of the own districts
	Drafts    []activity.Draft    // the own
	Newest    []activity.Item     // of the first own district
	Silent    []Silence           // for the ministry
	Open      []PostRow           // for the ministry: posts open for long
}

// Silence is a district whose coordinator has released nothing for long.
type Silence struct {
	AGS  string
	Name string
	Last calendar.Date // zero: nothing ever
	Days int           // since Last; 0 if there is none
}

// DeskOf returns what waits for the actor: in one round trip, and one more for
// the ministry.
func DeskOf(ctx context.Context, tx *db.Tx) (Desk, error) {
	var desk Desk
	today := calendar.Of(tx.Now)
	b := &pgx.Batch{}
	var last []activity.LastEntry
	var waits waiting
	waits.queue(b, tx.Actor, today)
	if len(tx.Actor.InBodies()) > 0 {
		meeting.QueueNext(b, tx.Actor, today, deskRows, &desk.Next)
	}
	if districts := tx.Actor.Districts(); len(districts) > 0 {
		activity.QueueFollowUps(b, today.AddDays(7), deskRows, &desk.FollowUps)
		activity.QueueDrafts(b, deskRows, &desk.Drafts)
		activity.QueueNewest(b, districts[0], deskRows, &desk.Newest)
	}
	if tx.Actor.OfMinistry() {
		activity.QueueLastEntries(b, today, &last)
	}
	if err := tx.SendBatch(ctx, b).Close(); err != nil {
		return Desk{}, fmt.Errorf("desk: %w", err)
	}
	desk.Waiting = waits.list()
	if !tx.Actor.OfMinistry() {
		return desk, nil
	}
	posts, err := Posts(ctx, tx, today)
	if err != nil {
		return Desk{}, err
	}
	desk.Open, desk.Silent = openPosts(posts), silences(posts, last, today)
	return desk, nil
}

func openPosts(posts []PostRow) (open []PostRow) {
	for _, p := range posts {
		if p.OpenDays > OpenAfter {
			open = append(open, p)
		}
	}
	return open
}

// silences are the districts that have a coordinator and show nothing.
func silences(posts []PostRow, last []activity.LastEntry, today calendar.Date) (list []Silence) {
	filled := make(map[string]PostRow, len(posts))
	for _, p := range posts {
		if p.State == post.Filled {
			filled[p.AGS] = p
		}
	}
	for _, l := range last {
		p, held := filled[l.AGS]
		if !held || !l.On.IsZero() && l.On.AddDays(SilentAfter).After(today) {
			continue
		}
		s := Silence{AGS: l.AGS, Name: p.Name, Last: l.On}
		if !l.On.IsZero() {
			s.Days = l.On.DaysUntil(today)
		}
		list = append(list, s)
	}
	return list
}
