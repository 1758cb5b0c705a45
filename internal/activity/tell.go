package activity

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
)

// Sum says how many entries of a type and field there are and how long they
// took, in minutes.
type Sum struct {
	Type    Type  `json:"type"`
	Field   Field `json:"field,omitempty"`
	Entries int   `json:"entries"`
	Minutes int   `json:"minutes"`
}

// Sums counts the entries that the filter leaves, the words aside, by type and
// field: as many as the list with the same filter shows.
func Sums(ctx context.Context, tx *db.Tx, f Filter) ([]Sum, error) {
	q := f.live()
	rows, _ := tx.Query(ctx, `
		SELECT a.type, a.field, count(*)::int AS entries, coalesce(sum(a.minutes), 0)::int AS minutes
		FROM activity a
		WHERE `+q.conditions()+`
		GROUP BY 1, 2
		ORDER BY 1, 2`, q.args...)
	list, err := pgx.CollectRows(rows, pgx.RowToStructByName[Sum])
	if err != nil {
		return nil, fmt.Errorf("sums of activities: %w", err)
	}
	return list, nil
}

// Told is an entry as a report tells of it.
type Told struct {
	ID         uuid.UUID
	Type       Type
	Field      Field
	HappenedOn calendar.Date
	Title      string
	Body       string
	Result     string
	Partners   []string
	Visibility Visibility
	Version    int
	ChangedAt  time.Time
	DeletedAt  *time.Time
}

// Released says whether the ministry reads the entry too.
func (t Told) Released() bool { return t.Visibility == Ministry || t.Visibility == Public }

// Hash names what the entry says, without who reads it and what is still to do.
func (t Told) Hash() string {
	raw, _ := json.Marshal([]any{t.Type, t.Field, t.HappenedOn, t.Title, t.Body, t.Result, t.Partners}) // marshals always
	sum := sha256.Sum256(raw)
	return hex.EncodeToString(sum[:12])
}

const toldColumns = `
	a.id, a.type, a.field, a.happened_on, a.title, a.body, a.result, a.visibility, a.version, a.changed_at, a.deleted_at,
	ARRAY(SELECT n.name
		FROM activity_partner l
		JOIN partner n ON n.programme_id = l.programme_id AND n.id = l.partner_id
		WHERE l.programme_id = a.programme_id AND l.activity_id = a.id
		ORDER BY n.name_key) AS partners`

// ToTell returns the entries that the filter leaves, the words aside: released
// ones first, then those with a result, the newest first; most of them.
func ToTell(ctx context.Context, tx *db.Tx, f Filter, most int) ([]Told, error) {
	q := f.live()
	rows, _ := tx.Query(ctx, `
		SELECT `+toldColumns+`
		FROM activity a
		WHERE `+q.conditions()+`
		ORDER BY a.visibility IN ('ministry', 'public') DESC, a.result <> '' DESC, a.happened_on DESC, a.id
		LIMIT `+q.arg(most), q.args...)
	list, err := pgx.CollectRows(rows, pgx.RowToStructByName[Told])
	if err != nil {
		return nil, fmt.Errorf("activities to tell of: %w", err)
	}
	return list, nil
}

// ToldByID returns those of the entries that are the actor's to see, deleted
// ones too, but no drafts.
func ToldByID(ctx context.Context, tx *db.Tx, ids []uuid.UUID) (map[uuid.UUID]Told, error) {
	rows, _ := tx.Query(ctx, `SELECT `+toldColumns+` FROM activity a WHERE a.id = ANY ($1) AND NOT a.draft`, ids)
	list, err := pgx.CollectRows(rows, pgx.RowToStructByName[Told])
	if err != nil {
		return nil, fmt.Errorf("activities told of: %w", err)
	}
	told := make(map[uuid.UUID]Told, len(list))
	for _, t := range list {
		told[t.ID] = t
	}
	return told, nil
}
