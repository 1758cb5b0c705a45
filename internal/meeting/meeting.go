package meeting

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rundertisch/internal/access"
	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/fault"
)

// Meeting is a sitting of a body.
type Meeting struct {
	ID             uuid.UUID
	BodyID         uuid.UUID
	BodyName       string
	Day            calendar.Date
	StartsAt       Clock
	EndsAt         Clock // "": not said
	Title          string
	Place          string
	OnlineURL      string
	Note           string // to the participants
	State          State
	Second         bool // called again after a failed quorum; the call says so
	Public         bool // open to everybody
	Sequence       int  // of the newest calendar file
	InvitedAt      *time.Time
	ShortNoticeWhy string
	StoppedWhy     string // cancelled or postponed
	OpenedAt       *time.Time
	ClosedAt       *time.Time
	ChairSeatID    *uuid.UUID // who led the sitting
	TakerID        *uuid.UUID // who takes the minutes
	SeriesID       *uuid.UUID
	PublicAt       *time.Time
	Simulated      bool
	Version        int
}

// Start returns the moment at which the sitting begins as planned.
func (m Meeting) Start() time.Time { return m.StartsAt.On(m.Day) }

// usualLength is how long a sitting lasts in calendars if nobody said.
const usualLength = 2 * time.Hour

// End returns the moment at which the sitting ends as planned; two hours after
// its beginning if nobody said when.
func (m Meeting) End() time.Time {
	if m.EndsAt == "" {
		return m.Start().Add(usualLength)
	}
	return m.EndsAt.On(m.Day)
}

// forParticipants leaves to those of the body what is for them: once something
// of a sitting was released, everybody reads that it took place.
const forParticipants = `
	CASE WHEN current_reach() = 'system' OR reads_level(current_seats(), m.body_id, m.day) >= 1 THEN m.online_url ELSE '' END AS online_url,
	CASE WHEN current_reach() = 'system' OR reads_level(current_seats(), m.body_id, m.day) >= 1 THEN m.note ELSE '' END AS note,`

const meetingColumns = `m.id, m.body_id, b.name AS body_name, m.day, to_char(m.starts_at, 'HH24:MI') AS starts_at,
	coalesce(to_char(m.ends_at, 'HH24:MI'), '') AS ends_at, m.title, m.place, ` + forParticipants + ` m.state, m.second, m.public,
	m.sequence, m.invited_at, coalesce(m.short_notice_why, '') AS short_notice_why, coalesce(m.stopped_why, '') AS stopped_why,
	m.opened_at, m.closed_at, m.chair_seat_id, m.taker_id, m.series_id, m.public_at, m.simulated, m.version`

const meetingTables = `
	FROM meeting m
	JOIN body b ON b.programme_id = m.programme_id AND b.id = m.body_id`

// ByID returns a sitting. It returns fault.NotFound if there is none that the
// actor sees.
func ByID(ctx context.Context, tx *db.Tx, id uuid.UUID) (Meeting, error) {
	return one(ctx, tx, id, "")
}

func one(ctx context.Context, tx *db.Tx, id uuid.UUID, lock string) (Meeting, error) {
	rows, _ := tx.Query(ctx, `SELECT `+meetingColumns+meetingTables+` WHERE m.id = $1`+lock, id)
	m, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[Meeting])
	if errors.Is(err, pgx.ErrNoRows) { // pages ask for it: a decision may be read without its sitting
		err = fault.NotFound
	}
	if err != nil {
		return Meeting{}, fmt.Errorf("sitting %s: %w", id, err)
	}
	return m, nil
}

// lockFor returns the sitting, held against others until the transaction ends,
// to somebody who may do act in its body. It returns fault.NotFound for one
// that the actor does not see and fault.Forbidden if he may not do act.
func lockFor(ctx context.Context, tx *db.Tx, act access.Action, id uuid.UUID) (Meeting, error) {
	m, err := ByID(ctx, tx, id)
	if err != nil {
		return Meeting{}, err
	}
	if !tx.Actor.MayAt(act, m.BodyID) {
		return Meeting{}, fmt.Errorf("%s on sitting %s: %w", act, id, fault.Forbidden)
	}
	return one(ctx, tx, id, ` FOR UPDATE OF m`)
}
