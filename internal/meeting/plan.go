package meeting

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strconv"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rundertisch/internal/access"
	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/fact"
	"rundertisch/internal/fault"
)

// The longest texts of a sitting, in characters, as the table says too.
const (
	MaxTitle  = 160
	MaxPlace  = 300
	MaxURL    = 500
	MaxNote   = 4000
	MaxSeries = 24 // further sittings at once
)

// Input is what a form says about a sitting.
type Input struct {
	ID        uuid.UUID // from the form: the same form plans a sitting once
	Day       calendar.Date
	StartsAt  Clock
	EndsAt    Clock
	Title     string
	Place     string
	OnlineURL string
	Note      string
	Public    bool
	Second    bool
}

// The units in which a series repeats.
const (
	Weekly  = "weeks"
	Monthly = "months"
)

// Plan says what to make beside the one sitting.
type Plan struct {
	Input
	Further  int       // further sittings
	Every    int       // of Unit
	Unit     string    // Weekly or Monthly
	Template uuid.UUID // an earlier sitting of the body, whose agenda is copied; zero: none
}

func (in Input) check(f fault.Fields) {
	f.Require("title", in.Title, MaxTitle)
	f.Limit("place", in.Place, MaxPlace)
	f.Limit("note", in.Note, MaxNote)
	f.Limit("online_url", in.OnlineURL, MaxURL)
	if in.Day.IsZero() {
		f.Add("day", "field.missing")
	} else if in.Day.Year() < 2000 || in.Day.Year() > 2099 {
		f.Add("day", "field.date")
	}
	if in.StartsAt == "" {
		f.Add("starts_at", "meeting.error.clock")
	}
	if in.EndsAt != "" && in.EndsAt <= in.StartsAt {
		f.Add("ends_at", "meeting.error.ends")
	}
	if u, err := url.Parse(in.OnlineURL); in.OnlineURL != "" && (err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http") {
		f.Add("online_url", "meeting.error.url")
	}
}

func (p Plan) validate(today calendar.Date) error {
	f := fault.Fields{}
	p.check(f)
	if p.Day.Before(today) && !p.Day.IsZero() {
		f.Add("day", "meeting.error.past")
	}
	if p.Further < 0 || p.Further > MaxSeries {
		f.Add("further", "meeting.error.series", "Max", MaxSeries)
	}
	if p.Further > 0 {
		if p.Every < 1 || p.Every > 52 {
			f.Add("every", "meeting.error.every")
		}
		if p.Unit != Weekly && p.Unit != Monthly {
			f.Add("unit", "field.choice")
		}
	}
	return f.Err()
}

// days returns the days of the series, the first one first.
func (p Plan) days() []calendar.Date {
	list := []calendar.Date{p.Day}
	for i := 1; i <= p.Further; i++ {
		if p.Unit == Monthly {
			list = append(list, p.Day.AddMonths(i*p.Every))
		} else {
			list = append(list, p.Day.AddDays(7*i*p.Every))
		}
	}
	return list
}

// Make plans a sitting of the body, or a series of them, each with the agenda
// of the template. A repeated form makes nothing new. It returns fault.Fields
// for bad input, fault.Forbidden to all but the office, and fault.NotFound for
// a template of another body.
func Make(ctx context.Context, tx *db.Tx, bodyID uuid.UUID, p Plan) error {
	if !tx.Actor.MayAt(access.KeepSittings, bodyID) {
		return fmt.Errorf("plan a sitting of body %s: %w", bodyID, fault.Forbidden)
	}
	if err := p.validate(calendar.Of(tx.Now)); err != nil {
		return err
	}
	copied, err := template(ctx, tx, bodyID, p.Template)
	if err != nil {
		return err
	}
	var series *uuid.UUID
	if p.Further > 0 {
		series = &p.ID
	}
	b := &pgx.Batch{}
	for i, day := range p.days() {
		id := p.ID
		if i > 0 {
			id = uuid.NewSHA1(p.ID, []byte("series/"+strconv.Itoa(i)))
		}
		queueMeeting(b, id, bodyID, day, p.Input, series)
		for n, item := range copied {
			queueItem(b, uuid.NewSHA1(id, []byte("item/"+strconv.Itoa(n))), id, bodyID, day, n+1, item)
		}
	}
	if err := tx.SendBatch(ctx, b).Close(); err != nil {
		if db.Constraint(err) == "meeting_pkey" {
			return errors.Join(fact.ErrRepeated, err)
		}
		return fmt.Errorf("plan a sitting of body %s: %w", bodyID, err)
	}
	return nil
}

// template returns what is copied from an earlier sitting: what is treated at
// every sitting, not the objections and minutes of that one.
func template(ctx context.Context, tx *db.Tx, bodyID, meetingID uuid.UUID) ([]NewItem, error) {
	if meetingID == uuid.Nil {
		return nil, nil
	}
	m, err := ByID(ctx, tx, meetingID)
	if err != nil {
		return nil, err
	}
	if m.BodyID != bodyID {
		return nil, fmt.Errorf("template %s: %w", meetingID, fault.NotFound)
	}
	agenda, err := Agenda(ctx, tx, meetingID)
	var copied []NewItem
	for _, i := range agenda {
		if i.Kind == Objection {
			continue
		}
		n := NewItem{Kind: i.Kind, Title: i.Title, Description: i.Description, Presenter: i.Presenter, NonPublic: i.NonPublic}
		if i.Minutes != nil {
			n.Minutes = *i.Minutes
		}
		copied = append(copied, n)
	}
	return copied, err
}

func queueMeeting(b *pgx.Batch, id, bodyID uuid.UUID, day calendar.Date, in Input, series *uuid.UUID) {
	b.Queue(`
		INSERT INTO meeting (id, body_id, day, starts_at, ends_at, title, place, online_url, note, public, second, series_id)
		VALUES ($1, $2, $3, $4::text::time, nullif($5, '')::time, $6, $7, $8, $9, $10, $11, $12)`,
		id, bodyID, day, string(in.StartsAt), string(in.EndsAt), in.Title, in.Place, in.OnlineURL, in.Note, in.Public, in.Second, series)
}

func queueItem(b *pgx.Batch, id, meetingID, bodyID uuid.UUID, day calendar.Date, ordinal int, n NewItem) {
	b.Queue(`
		INSERT INTO agenda_item (id, meeting_id, body_id, day, ordinal, kind, title, description, minutes, presenter, non_public, subject_id)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, nullif($9, 0), $10, $11, $12)`,
		id, meetingID, bodyID, day, ordinal, n.Kind, n.Title, n.Description, n.Minutes, n.Presenter, n.NonPublic, n.SubjectID)
}

// Change writes what a form says over a sitting that has not been opened.
// version is the one that was read. Whoever was invited is told of another
// day, time or place; another day within the notice period needs a reason. It
// returns fault.Fields for bad input, fault.Stale if somebody else changed it
// meanwhile, fault.Conflict once it was opened or cancelled, fault.Forbidden to
// all but the office and fault.NotFound.
func (s *Service) Change(ctx context.Context, tx *db.Tx, id uuid.UUID, version int, in Input, why string) error {
	m, err := lockFor(ctx, tx, access.KeepSittings, id)
	if err != nil {
		return err
	}
	f := fault.Fields{}
	in.check(f)
	moved := in.Day != m.Day
	if moved && in.Day.Before(calendar.Of(tx.Now)) {
		f.Add("day", "meeting.error.past")
	}
	if err := f.Err(); err != nil {
		return err
	}
	if !m.State.Open() {
		return fault.Explain(fault.Conflict, "meeting.error.opened")
	}
	if m.Version != version {
		return fmt.Errorf("sitting %s: %w", id, fault.Stale)
	}
	if moved && m.State == Invited {
		if why, err = noticeReason(ctx, tx, m.BodyID, in.Day, why); err != nil {
			return err
		}
	}
	_, err = tx.Exec(ctx, `
		UPDATE meeting SET day = $2, starts_at = $3::text::time, ends_at = nullif($4, '')::time, title = $5, place = $6, online_url = $7, note = $8,
			public = $9, second = $10
		WHERE id = $1`,
		id, in.Day, string(in.StartsAt), string(in.EndsAt), in.Title, in.Place, in.OnlineURL, in.Note, in.Public, in.Second)
	if err != nil {
		return fmt.Errorf("change sitting %s: %w", id, err)
	}
	tells := moved || in.StartsAt != m.StartsAt || in.EndsAt != m.EndsAt || in.Place != m.Place || in.OnlineURL != m.OnlineURL
	if m.State != Invited || !tells {
		return nil
	}
	if moved { // answers to the old day are no answers to the new one
		if _, err := tx.Exec(ctx, `UPDATE meeting SET invited_at = $2, short_notice_why = nullif($3, '') WHERE id = $1`, id, tx.Now, why); err != nil {
			return fmt.Errorf("change sitting %s: %w", id, err)
		}
	}
	return s.notify(ctx, tx, id, noticeChange)
}
