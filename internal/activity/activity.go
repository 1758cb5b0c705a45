package activity

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rundertisch/internal/access"
	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
)

// Activity is one entry with everything that is known about it.
type Activity struct {
	ID             uuid.UUID
	DistrictID     uuid.UUID
	District       string
	AuthorID       uuid.UUID
	Author         string
	Type           Type
	HappenedOn     calendar.Date
	Minutes        int // zero: not said
	Title          string
	Body           string
	Field          Field
	Partners       []PartnerLink
	Result         string
	NextStep       string
	FollowUpOn     calendar.Date
	FollowUpDoneAt *time.Time
	Visibility     Visibility
	Draft          bool
	DraftPartners  []string
	DeletedAt      *time.Time
	Simulated      bool
	CreatedAt      time.Time
	ChangedAt      time.Time
	Changer        string // who wrote the present version; the author if a job did
	Version        int
}

// PartnerLink names a partner of an entry.
type PartnerLink struct {
	ID   uuid.UUID `json:"id"`
	Name string    `json:"name"`
}

// Open says whether the next step waits to be done.
func (a Activity) Open() bool { return !a.FollowUpOn.IsZero() && a.FollowUpDoneAt == nil }

// Input returns what a form that edits the entry shows.
func (a Activity) Input() Input {
	names := a.DraftPartners
	for _, p := range a.Partners {
		names = append(names, p.Name)
	}
	return Input{
		ID: a.ID, District: a.DistrictID, Type: a.Type, HappenedOn: a.HappenedOn, Minutes: a.Minutes, Title: a.Title,
		Body: a.Body, Field: a.Field, Partners: names, Result: a.Result, NextStep: a.NextStep,
		FollowUpOn: a.FollowUpOn, Visibility: a.Visibility,
	}
}

// Copy returns the input of a new entry that repeats this one today: what was
// done with whom, without result, next step and due date.
func (a Activity) Copy(id uuid.UUID, today calendar.Date) Input {
	in := a.Input()
	in.ID, in.HappenedOn = id, today
	in.Result, in.NextStep, in.FollowUpOn = "", "", calendar.Date{}
	return in
}

// MayChange says whether the actor may change the entry.
func MayChange(actor access.Actor, a Activity) bool {
	if a.Visibility == Own && a.AuthorID != actor.Person {
		return false
	}
	return actor.MayIn(access.LogActivity, a.DistrictID)
}

// ByID returns the entry, a deleted one and a draft too. It returns
// fault.NotFound if there is none or it is not the actor's to see.
func ByID(ctx context.Context, tx *db.Tx, id uuid.UUID) (Activity, error) {
	rows, _ := tx.Query(ctx, `
		SELECT a.id, a.district_id, d.short_name AS district, a.author_id, p.name AS author, a.type, a.happened_on,
			coalesce(a.minutes, 0) AS minutes, a.title, a.body, a.field, a.result, a.next_step, a.follow_up_on,
			a.follow_up_done_at, a.visibility, a.draft, a.draft_partners, a.deleted_at, a.simulated, a.created_at,
			a.changed_at, coalesce(c.name, p.name) AS changer, a.version,
			coalesce((SELECT jsonb_agg(jsonb_build_object('id', n.id, 'name', n.name) ORDER BY n.name_key)
				FROM activity_partner l
				JOIN partner n ON n.programme_id = l.programme_id AND n.id = l.partner_id
				WHERE l.programme_id = a.programme_id AND l.activity_id = a.id), '[]') AS partners
		FROM activity a
		JOIN district d ON d.programme_id = a.programme_id AND d.id = a.district_id
		JOIN person p ON p.programme_id = a.programme_id AND p.id = a.author_id
		LEFT JOIN person c ON c.programme_id = a.programme_id AND c.id = a.changed_by
		WHERE a.id = $1`, id)
	a, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[Activity])
	if err != nil {
		return Activity{}, fmt.Errorf("activity %s: %w", id, err)
	}
	return a, nil
}
