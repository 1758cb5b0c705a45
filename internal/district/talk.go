package district

import (
	"context"
	"fmt"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/fact"
	"rundertisch/internal/fault"
)

// Limits of a talk's texts, in characters.
const (
	MaxTalkSummary  = 4000
	MaxTalkWithWhom = 200
)

// Channels returns the ways in which a talk is held, in the order of the form.
func Channels() []string { return []string{"meeting", "phone", "video", "letter"} }

// Talk is a talk of the ministry with a district.
type Talk struct {
	ID        uuid.UUID
	HeldOn    calendar.Date
	Channel   string
	WithWhom  string
	Summary   string
	Simulated bool
	CreatedAt time.Time
	Author    *string // nil: the system
	Version   int
}

// NewTalk is a talk to be noted. ID comes from the form, so that a second
// submit of the same form notes nothing.
type NewTalk struct {
	ID       uuid.UUID
	HeldOn   calendar.Date
	Channel  string
	WithWhom string
	Summary  string
}

func (n NewTalk) validate(today calendar.Date) error {
	f := fault.Fields{}
	fact.CheckDay(f, "held_on", n.HeldOn, today)
	if !slices.Contains(Channels(), n.Channel) {
		f.Add("channel", "field.choice")
	}
	switch {
	case n.Summary == "":
		f.Add("summary", "field.missing")
	case utf8.RuneCountInString(n.Summary) > MaxTalkSummary:
		f.Add("summary", "field.too_long", "Max", MaxTalkSummary)
	}
	if utf8.RuneCountInString(n.WithWhom) > MaxTalkWithWhom {
		f.Add("with_whom", "field.too_long", "Max", MaxTalkWithWhom)
	}
	return f.Err()
}

// NoteTalk notes a talk with the district. It returns fault.Fields for bad
// input.
func NoteTalk(ctx context.Context, tx *db.Tx, districtID uuid.UUID, n NewTalk) error {
	if err := n.validate(calendar.Of(tx.Now)); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `
		INSERT INTO talk (id, district_id, held_on, channel, with_whom, summary)
		VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (programme_id, id) DO NOTHING`,
		n.ID, districtID, n.HeldOn, n.Channel, n.WithWhom, n.Summary)
	if err != nil {
		return fmt.Errorf("note talk: %w", err)
	}
	return nil
}

// Talks returns the talks with the district, the newest first. It is empty for
// everybody but the ministry.
func Talks(ctx context.Context, tx *db.Tx, districtID uuid.UUID) ([]Talk, error) {
	rows, _ := tx.Query(ctx, `
		SELECT t.id, t.held_on, t.channel, t.with_whom, t.summary, t.simulated, t.created_at, p.name AS author, t.version
		FROM talk t
		LEFT JOIN person p ON p.programme_id = t.programme_id AND p.id = t.created_by
		WHERE t.district_id = $1
		ORDER BY t.held_on DESC, t.created_at DESC
		LIMIT 200`, districtID)
	list, err := pgx.CollectRows(rows, pgx.RowToStructByName[Talk])
	if err != nil {
		return nil, fmt.Errorf("talks with district %s: %w", districtID, err)
	}
	return list, nil
}
