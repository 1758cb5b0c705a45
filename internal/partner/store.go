package partner

import (
	"context"
	"fmt"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rundertisch/internal/access"
	"rundertisch/internal/db"
	"rundertisch/internal/fault"
)

const columns = `id, name, category, place, website, simulated, version`

// ByID returns the partner. It returns fault.NotFound if there is none.
func ByID(ctx context.Context, tx *db.Tx, id uuid.UUID) (Partner, error) {
	rows, _ := tx.Query(ctx, `SELECT `+columns+` FROM partner WHERE id = $1`, id)
	p, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[Partner])
	if err != nil {
		return Partner{}, fmt.Errorf("partner %s: %w", id, err)
	}
	return p, nil
}

// Add adds a partner. A second submit of the same form adds nothing. It
// returns fault.Fields for bad input and for a name that another partner has.
func Add(ctx context.Context, tx *db.Tx, in Input) error {
	if err := in.validate(); err != nil {
		return err
	}
	touched, err := tx.Exec(ctx, `
		INSERT INTO partner (id, name, category, place, website)
		VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT DO NOTHING`, in.ID, in.Name, in.Category, in.Place, in.Website)
	if err != nil {
		return fmt.Errorf("add partner: %w", err)
	}
	if touched == 1 {
		return nil
	}
	known, err := byName(ctx, tx, in.Name)
	if err != nil {
		return err
	}
	if known.ID == in.ID {
		return nil // the same form again
	}
	return nameTaken(known)
}

// Change writes what a form says over the partner. version is the one that was
// read. It returns fault.Fields for bad input and for a name that another
// partner has, fault.Stale if somebody else changed the partner meanwhile, and
// fault.NotFound if there is none.
func Change(ctx context.Context, tx *db.Tx, id uuid.UUID, version int, in Input) error {
	if err := in.validate(); err != nil {
		return err
	}
	rows, _ := tx.Query(ctx, `SELECT `+columns+` FROM partner WHERE name_key = partner_key($1) AND id <> $2`, in.Name, id)
	others, err := pgx.CollectRows(rows, pgx.RowToStructByName[Partner])
	if err != nil {
		return fmt.Errorf("change partner %s: %w", id, err)
	}
	if len(others) > 0 {
		return nameTaken(others[0])
	}
	touched, err := tx.Exec(ctx, `
		UPDATE partner
		SET name = $3, category = $4, place = $5, website = $6, changed_at = now()
		WHERE id = $1 AND version = $2`, id, version, in.Name, in.Category, in.Place, in.Website)
	if err != nil {
		return fmt.Errorf("change partner %s: %w", id, err)
	}
	if touched == 1 {
		return nil
	}
	if _, err := ByID(ctx, tx, id); err != nil {
		return err
	}
	return fmt.Errorf("partner %s: %w", id, fault.Stale)
}

func byName(ctx context.Context, tx *db.Tx, name string) (Partner, error) {
	rows, _ := tx.Query(ctx, `SELECT `+columns+` FROM partner WHERE name_key = partner_key($1)`, name)
	p, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[Partner])
	if err != nil {
		return Partner{}, fmt.Errorf("partner by name: %w", err)
	}
	return p, nil
}

func nameTaken(known Partner) error {
	return fault.Field("name", "partner.error.taken", "Name", known.Name)
}

// AddMissing queues a statement that adds the names which no partner has yet,
// with nothing known but the name. The statement returns the names it added.
// The names must have passed NameFault.
func AddMissing(b *pgx.Batch, names []string) *pgx.QueuedQuery {
	return b.Queue(`
		INSERT INTO partner (name, category)
		SELECT DISTINCT ON (partner_key(n)) n, 'other'
		FROM unnest($1::text[]) AS n
		WHERE NOT EXISTS (SELECT FROM partner p WHERE p.name_key = partner_key(n))
		ON CONFLICT ON CONSTRAINT partner_once DO NOTHING
		RETURNING name`, names)
}

// PageSize is how many partners a page of the list shows.
const PageSize = 50

// Query says which partners a list shows. After is the name key behind which
// the page begins.
type Query struct {
	Words    string
	Category Category
	After    string
}

// Page is one page of the list of partners.
type Page struct {
	Rows  []Row
	Next  string // After of the next page; "" on the last one
	Count int    // counted up to 1,001
}

// Row is one line of the list.
type Row struct {
	Partner
	NameKey string
}

const matching = `
		FROM partner
		WHERE ($1 = '' OR name_key LIKE '%' || partner_key($1) || '%' OR lower(place) LIKE '%' || lower($1) || '%')
			AND ($2 = '' OR category = $2)`

// List returns a page of the partners by name.
func List(ctx context.Context, tx *db.Tx, q Query) (Page, error) {
	args := []any{contains(q.Words), string(q.Category), q.After}
	var page Page
	b := &pgx.Batch{}
	b.Queue(`SELECT `+columns+`, name_key`+matching+`
			AND ($3 = '' OR name_key > $3)
		ORDER BY name_key
		LIMIT $4`, append(args, PageSize+1)...).Query(func(rows pgx.Rows) (err error) {
		page.Rows, err = pgx.CollectRows(rows, pgx.RowToStructByName[Row])
		return err
	})
	b.Queue(`SELECT count(*) FROM (SELECT 1`+matching+` LIMIT 1001) AS hits`, args[:2]...).QueryRow(func(row pgx.Row) error {
		return row.Scan(&page.Count)
	})
	if err := tx.SendOnly(ctx, b).Close(); err != nil {
		return Page{}, fmt.Errorf("list partners: %w", err)
	}
	if len(page.Rows) > PageSize {
		page.Rows = page.Rows[:PageSize]
		page.Next = page.Rows[PageSize-1].NameKey
	}
	return page, nil
}

// Each calls fn with every partner that the query leaves, by name.
func Each(ctx context.Context, tx *db.Tx, q Query, fn func(Partner) error) error {
	rows, _ := tx.Query(ctx, `SELECT `+columns+matching+` ORDER BY name_key`, contains(q.Words), string(q.Category))
	list, err := pgx.CollectRows(rows, pgx.RowToStructByName[Partner])
	if err != nil {
		return fmt.Errorf("export partners: %w", err)
	}
	for _, p := range list {
		if err := fn(p); err != nil {
			return err
		}
	}
	return nil
}

// contains makes words safe inside LIKE.
func contains(words string) string {
	return strings.NewReplacer(`\`, "", "%", "", "_", "").Replace(words)
}

// Suggest returns up to ten names that contain what was typed, those first
// that begin with it.
func Suggest(ctx context.Context, tx *db.Tx, typed string) ([]string, error) {
	rows, _ := tx.Query(ctx, `
		SELECT name
		FROM partner
		WHERE partner_key($1) <> '' AND name_key LIKE '%' || partner_key($1) || '%'
		ORDER BY name_key NOT LIKE partner_key($1) || '%', name_key
		LIMIT 10`, typed)
	names, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return nil, fmt.Errorf("suggest partners: %w", err)
	}
	return names, nil
}

// OwnDistrict returns the district for which the actor keeps partners, if the
// actor has one.
func OwnDistrict(a access.Actor) (uuid.UUID, bool) {
	for _, id := range a.Districts() {
		if a.MayIn(access.KeepPartners, id) {
			return id, true
		}
	}
	return uuid.Nil, false
}
