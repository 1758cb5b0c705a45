package task

import (
	"context"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
)

// PageSize is how many tasks a page of the list shows.
const PageSize = 50

// The looks at the states by which the list is filtered.
const (
	LookOpen    = "offen" // open or in progress
	LookOverdue = "ueberfaellig"
	LookDone    = "erledigt"
	LookDropped = "entfallen"
)

// Looks returns every look in the order of the form.
func Looks() []string { return []string{LookOpen, LookOverdue, LookDone, LookDropped} }

// Query says which tasks a list shows.
type Query struct {
	Mine  bool      // those of which the actor is the owner
	Body  uuid.UUID // zero: all
	Look  string    // "": all
	After string    // cursor of the page before
}

// Row is one line of the list with the cursor behind it.
type Row struct {
	Task
	Cursor string
}

// Page is one page of tasks: open ones first, by the day on which they are due.
type Page struct {
	Rows  []Row
	Next  string
	Count int // counted up to 1,001
}

const filter = `
	WHERE ($1::uuid IS NULL OR t.body_id = $1) AND ($2::uuid IS NULL OR t.owner_id = $2)
		AND CASE $3
			WHEN 'offen' THEN t.state IN ('open', 'in_progress')
			WHEN 'ueberfaellig' THEN t.state IN ('open', 'in_progress') AND t.due_on < $4::date
			WHEN 'erledigt' THEN t.state = 'done'
			WHEN 'entfallen' THEN t.state = 'dropped'
			ELSE $4::date IS NOT NULL END`

// position orders the list; as text it is the cursor.
const position = `(CASE WHEN t.state IN ('open', 'in_progress') THEN '0' ELSE '1' END || coalesce(t.due_on::text, '9999-12-31') || t.id::text)`

func (q Query) args(tx *db.Tx) []any {
	var owner *uuid.UUID
	if q.Mine {
		owner = &tx.Actor.Person
	}
	return []any{pointer(q.Body), owner, q.Look, calendar.Of(tx.Now)}
}

// List returns a page of the tasks that the actor sees.
func List(ctx context.Context, tx *db.Tx, q Query) (Page, error) {
	args := q.args(tx)
	var page Page
	b := &pgx.Batch{}
	b.Queue(`SELECT `+columns+`, `+position+` AS cursor`+tables+filter+`
			AND ($5 = '' OR `+position+` > $5)
		ORDER BY cursor
		LIMIT $6`, append(args, q.After, PageSize+1)...).Query(func(rows pgx.Rows) (err error) {
		page.Rows, err = pgx.CollectRows(rows, pgx.RowToStructByName[Row])
		return err
	})
	b.Queue(`SELECT count(*) FROM (SELECT 1`+tables+filter+` LIMIT 1001) AS hits`, args...).QueryRow(func(row pgx.Row) error {
		return row.Scan(&page.Count)
	})
	if err := tx.SendBatch(ctx, b).Close(); err != nil {
		return Page{}, fmt.Errorf("list tasks: %w", err)
	}
	if len(page.Rows) > PageSize {
		page.Rows = page.Rows[:PageSize]
		page.Next = page.Rows[PageSize-1].Cursor
	}
	return page, nil
}

// Each calls fn with every task that the query leaves, in the list's order.
func Each(ctx context.Context, tx *db.Tx, q Query, fn func(Task) error) error {
	list, err := tasks(ctx, tx, filter+` ORDER BY `+position, q.args(tx)...)
	if err != nil {
		return err
	}
	for _, t := range list {
		if err := fn(t); err != nil {
			return err
		}
	}
	return nil
}
