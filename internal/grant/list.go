package grant

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
)

// PageSize is how many cases a page of the list shows.
const PageSize = 50

// Query says which cases a list shows, among those that are the actor's to see.
type Query struct {
	Year   int       // of the file number; 0: all
	State  State     // "": all
	Scheme uuid.UUID // zero: all
	Mine   bool      // the actor is the officer, or covers for the officer
	Due    bool      // the follow-up date has come; it is the ministry's, others are shown all
}

// Cursor is a place in the list: a file number.
type Cursor struct {
	Ref  string
	Back bool // the page before the place, not the one behind it
}

// Page is a page of the list, the newest file number first.
type Page struct {
	Rows       []Case
	Prev, Next string // cursors; "": there is none
	Years      []int
}

const listWhere = `
	($1 = 0 OR c.file_year = $1) AND ($2 = '' OR ` + shownState + ` = $2) AND ($3 = '00000000-0000-0000-0000-000000000000'::uuid OR c.scheme_id = $3)
	AND (NOT $4 OR c.officer_id = ANY ((SELECT stands_for())::uuid[])) AND (NOT $5 OR c.follow_up_on <= $6 AND c.state NOT IN ('closed', 'rejected', 'withdrawn'))`

func (q Query) args(tx *db.Tx) []any {
	return []any{q.Year, string(q.State), q.Scheme, q.Mine, q.Due && (tx.Actor.OfMinistry() || tx.Actor.Person == uuid.Nil), calendar.Of(tx.Now)}
}

// The key by which the list is ordered: the year, then the file number.
const listKey = `lpad(c.file_year::text, 4, '0') || ' ' || c.file_ref`

func (c Case) cursor() string { return fmt.Sprintf("%04d %s", c.Period.From.Year(), c.FileRef) }

// List returns a page of the cases.
func List(ctx context.Context, tx *db.Tx, q Query, at Cursor) (Page, error) {
	compare, order := "<", "DESC"
	if at.Back {
		compare, order = ">", "ASC"
	}
	rows, _ := tx.Query(ctx, `
		SELECT `+caseColumns+`
		FROM (SELECT * FROM grant_case c WHERE `+listWhere+` AND ($7 = '' OR `+listKey+` `+compare+` $7)
			ORDER BY `+listKey+` `+order+` LIMIT `+strconv.Itoa(PageSize+1)+`) AS c`+caseTables+`
		ORDER BY `+listKey+` `+order, append(q.args(tx), at.Ref)...)
	list, err := pgx.CollectRows(rows, pgx.RowToStructByName[Case])
	if err != nil {
		return Page{}, fmt.Errorf("list cases: %w", err)
	}
	p := Page{Rows: list}
	more := len(list) > PageSize
	if more {
		p.Rows = list[:PageSize]
	}
	if at.Back {
		slices.Reverse(p.Rows)
	}
	if n := len(p.Rows); n > 0 {
		if at.Ref != "" && !at.Back || at.Back && more {
			p.Prev = p.Rows[0].cursor()
		}
		if !at.Back && more || at.Back {
			p.Next = p.Rows[n-1].cursor()
		}
	}
	years, _ := tx.Query(ctx, `SELECT DISTINCT file_year FROM grant_case ORDER BY 1 DESC`)
	if p.Years, err = pgx.CollectRows(years, pgx.RowTo[int]); err != nil {
		return Page{}, fmt.Errorf("years of cases: %w", err)
	}
	return p, nil
}

// Each calls fn for every case that the query finds, in the order of the list.
func Each(ctx context.Context, tx *db.Tx, q Query, fn func(Case) error) error {
	rows, _ := tx.Query(ctx, `SELECT `+caseColumns+` FROM grant_case c`+caseTables+` WHERE `+listWhere+` ORDER BY `+listKey+` DESC`, q.args(tx)...)
	defer rows.Close()
	for rows.Next() {
		c, err := pgx.RowToStructByName[Case](rows)
		if err != nil {
			return fmt.Errorf("list cases: %w", err)
		}
		if err := fn(c); err != nil {
			return err
		}
	}
	return rows.Err()
}

// ParseCursor reads a place from an address. What is none is the first page.
func ParseCursor(s string, back bool) Cursor {
	if len(s) > 80 || !strings.Contains(s, " ") {
		return Cursor{}
	}
	return Cursor{Ref: s, Back: back}
}
