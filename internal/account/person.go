package account

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/fault"
)

// State says whether a person can sign in.
type State string

// The states of a person.
const (
	Active   State = "active"
	Invited  State = "invited"  // asked, but no account yet
	Outside  State = "outside"  // known by name alone
	Disabled State = "disabled" // may not sign in
)

// States returns every state, in the order in which the filter offers them.
func States() []State { return []State{Active, Invited, Disabled, Outside} }

// stateOf is the state as SQL, for a person p.
const stateOf = `CASE
	WHEN p.disabled_at IS NOT NULL THEN 'disabled'
	WHEN p.account_id IS NOT NULL THEN 'active'
	WHEN EXISTS (SELECT FROM one_time_link l WHERE l.programme_id = p.programme_id AND l.person_id = p.id AND l.kind = 'invitation') THEN 'invited'
	ELSE 'outside' END`

// Entry is a person in the list of people.
type Entry struct {
	ID     uuid.UUID
	Name   string
	Email  string
	State  State
	Roles  []string // that hold today
	Places []string // their districts, "" for none
}

// Filter narrows the list of people. A page begins after or before a person;
// the cursor is an id, since addresses hold no names.
type Filter struct {
	Search string // in name and address
	State  State  // "": all
	After  uuid.UUID
	Before uuid.UUID
}

// Page is a part of the list.
type Page struct {
	Entries []Entry
	More    bool // there are further entries in the direction of the page
	Count   int  // all that match, counted up to limit+1
}

const countLimit = 1000

// People lists the persons of the programme by name, limit at a time.
func People(ctx context.Context, tx *db.Tx, f Filter, limit int) (Page, error) {
	compare, order := ">", "ASC"
	cursor := f.After
	if f.Before != uuid.Nil {
		compare, order, cursor = "<", "DESC", f.Before
	}
	args := []any{"%" + escapeLike(f.Search) + "%", string(f.State), calendar.Of(tx.Now), cursor, limit + 1}
	where := `(p.name ILIKE $1 OR p.email ILIKE $1) AND ($2 = '' OR ` + stateOf + ` = $2)`
	b := &pgx.Batch{}
	b.Queue(`
		SELECT p.id, p.name, coalesce(p.email, '') AS email, `+stateOf+` AS state,
			coalesce(r.roles, '{}') AS roles, coalesce(r.places, '{}') AS places
		FROM person p
		LEFT JOIN LATERAL (
			SELECT array_agg(r.role ORDER BY r.role, d.short_name) AS roles,
				array_agg(coalesce(d.short_name, '') ORDER BY r.role, d.short_name) AS places
			FROM role_assignment r
			LEFT JOIN district d ON d.programme_id = r.programme_id AND d.id = r.district_id
			WHERE r.programme_id = p.programme_id AND r.person_id = p.id AND r.valid @> $3::date) r ON true
		WHERE `+where+`
			AND ($4 = '00000000-0000-0000-0000-000000000000'::uuid
				OR (p.name, p.id) `+compare+` (SELECT c.name, c.id FROM person c WHERE c.id = $4))
		ORDER BY p.name `+order+`, p.id `+order+`
		LIMIT $5`, args...)
	b.Queue(`SELECT count(*) FROM (SELECT FROM person p WHERE `+where+` LIMIT $3) hits`, args[0], args[1], countLimit+1)
	results := tx.SendOnly(ctx, b)
	defer func() { _ = results.Close() }()
	rows, _ := results.Query()
	var page Page
	var err error
	if page.Entries, err = pgx.CollectRows(rows, pgx.RowToStructByName[Entry]); err != nil {
		return Page{}, fmt.Errorf("list people: %w", err)
	}
	if err := results.QueryRow().Scan(&page.Count); err != nil {
		return Page{}, fmt.Errorf("count people: %w", err)
	}
	page.Entries, page.More = cut(page.Entries, limit, f.Before != uuid.Nil)
	return page, nil
}

// cut takes the one entry too many off and puts a page that was read backwards
// the right way round.
func cut[T any](list []T, limit int, backwards bool) ([]T, bool) {
	more := len(list) > limit
	if more {
		list = list[:limit]
	}
	if backwards {
		slices.Reverse(list)
	}
	return list, more
}

func escapeLike(s string) string {
	return strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(s)
}

// Person is a person with everything that the administration sees.
type Person struct {
	ID         uuid.UUID
	Name       string
	Email      string
	State      State
	DisabledAt *time.Time
	Roles      []Role   `db:"-"`
	Pending    *Pending `db:"-"` // the invitation of a person without an account
}

// ReadPerson reads one person. It returns fault.NotFound if the programme has
// no such person.
func ReadPerson(ctx context.Context, tx *db.Tx, id uuid.UUID) (Person, error) {
	rows, _ := tx.Query(ctx, `
		SELECT p.id, p.name, coalesce(p.email, '') AS email, `+stateOf+` AS state, p.disabled_at
		FROM person p
		WHERE p.id = $1`, id)
	p, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[Person])
	if err != nil {
		return Person{}, fmt.Errorf("person %s: %w", id, err)
	}
	if p.Roles, err = rolesOf(ctx, tx, id); err != nil {
		return Person{}, err
	}
	if p.State == Invited {
		p.Pending, err = pendingInvitation(ctx, tx, id)
	}
	return p, err
}

// Disable keeps a person out from the next request on: sessions in the
// programme end, open links open nothing. It returns fault.Conflict for the
// actor himself and fault.NotFound for an unknown or disabled person.
func Disable(ctx context.Context, tx *db.Tx, id uuid.UUID) error {
	if id == tx.Actor.Person {
		return fault.Explain(fault.Conflict, "account.own_disable")
	}
	err := tx.ExecOne(ctx, `UPDATE person SET disabled_at = $2 WHERE id = $1 AND disabled_at IS NULL`, id, tx.Now)
	if err != nil {
		return fmt.Errorf("disable person %s: %w", id, err)
	}
	if err := closeLinks(ctx, tx, id); err != nil {
		return err
	}
	return leaveProgramme(ctx, tx, id)
}

// Enable lets a disabled person sign in again. It returns fault.NotFound for
// an unknown person and for one who is not disabled.
func Enable(ctx context.Context, tx *db.Tx, id uuid.UUID) error {
	err := tx.ExecOne(ctx, `UPDATE person SET disabled_at = NULL WHERE id = $1 AND disabled_at IS NOT NULL`, id)
	if err != nil {
		return fmt.Errorf("enable person %s: %w", id, err)
	}
	return nil
}
