package task

import (
	"context"
	"fmt"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
)

// PageSize is how many tasks a page of the list shows.
const PageSize = 50

// countLimit is the number up to which hits are counted.
const countLimit = 1001

// AnyState is the state of a query that shows finished tasks, too.
const AnyState State = "all"

// Query says which tasks a list shows, among those that are the actor's to
// see.
type Query struct {
	Mine    bool      // the actor is the owner
	At      uuid.UUID // a body or a district; zero: all
	Overdue bool
	State   State // "": what is not finished
}

// Cursor is a place in the list, between two tasks.
type Cursor struct {
	Due  calendar.Date
	ID   uuid.UUID
	Back bool // the page before the place, not the one behind it
}

// never is the date by which what has no date is ordered.
var never = calendar.NewDate(9999, 12, 31)

// IsZero says whether the cursor names no place: the first page.
func (c Cursor) IsZero() bool { return c.Due.IsZero() }

// String writes the place for an address; "" for the first page.
func (c Cursor) String() string {
	if c.IsZero() {
		return ""
	}
	return c.Due.String() + "_" + c.ID.String()
}

// ParseCursor reads the place that String wrote. Anything else is the first
// page.
func ParseCursor(s string, back bool) Cursor {
	day, id, _ := strings.Cut(s, "_")
	due, err := calendar.Parse(day)
	if err != nil {
		return Cursor{}
	}
	at, err := uuid.Parse(id)
	if err != nil {
		return Cursor{}
	}
	return Cursor{Due: due, ID: at, Back: back}
}

func (t Task) cursor(back bool) Cursor {
	if t.DueOn.IsZero() {
		return Cursor{Due: never, ID: t.ID, Back: back}
	}
	return Cursor{Due: t.DueOn, ID: t.ID, Back: back}
}

// Page is a page of the list, what is due first at the top.
type Page struct {
	Rows       []Task
	Count      int     // counted up to 1,001
	Prev, Next Cursor  // zero: there is none
	Places     []Named // to which the list can be narrowed
}

const dueKey = `coalesce(t.due_on, '9999-12-31'::date)`

const rowColumns = `t.programme_id, t.id, t.body_id, t.district_id, t.day, t.title, t.description, t.owner, t.owner_id, t.due_on,
	t.state, t.outcome, t.source, t.source_id, t.non_public, t.simulated, t.created_at, t.created_by, t.changed_at, t.changed_by, t.version`

// statement is a filter with its arguments.
type statement struct {
	where []string
	args  []any
}

func (s *statement) and(condition string, args ...any) {
	for _, a := range args {
		s.args = append(s.args, a)
		condition = strings.Replace(condition, "?", fmt.Sprintf("$%d", len(s.args)), 1)
	}
	s.where = append(s.where, condition)
}

func (s *statement) conditions() string { return strings.Join(s.where, " AND ") }

func (q Query) statement(tx *db.Tx) *statement {
	s := &statement{where: []string{"true"}}
	switch q.State {
	case "":
		s.and(`t.state IN ('open', 'in_progress')`)
	case AnyState:
	default:
		s.and(`t.state = ?`, string(q.State))
	}
	if q.Mine {
		s.and(`t.owner_id = ?`, tx.Actor.Person)
	}
	if q.At != uuid.Nil {
		s.and(`(t.body_id = ? OR t.district_id = ?)`, q.At, q.At)
	}
	if q.Overdue {
		s.and(`t.state IN ('open', 'in_progress') AND t.due_on < ?`, calendar.Of(tx.Now))
	}
	return s
}

// page is the list's statement: only the rows of the page are joined.
func (s *statement) page(order string, most int) string {
	return fmt.Sprintf(`
		SELECT `+taskColumns+`
		FROM (SELECT `+rowColumns+` FROM task t WHERE %s ORDER BY `+dueKey+` %s, t.id %s LIMIT %d) AS t`+taskTables+`
		ORDER BY `+dueKey+`, t.id`, s.conditions(), order, order, most)
}

// List returns a page of the tasks that the query leaves.
func List(ctx context.Context, tx *db.Tx, q Query, c Cursor) (Page, error) {
	var p Page
	rows := q.statement(tx)
	order := "ASC"
	switch {
	case c.IsZero():
	case c.Back:
		rows.and(`(`+dueKey+`, t.id) < (?, ?)`, c.Due, c.ID)
		order = "DESC"
	default:
		rows.and(`(`+dueKey+`, t.id) > (?, ?)`, c.Due, c.ID)
	}
	hits := q.statement(tx)
	b := &pgx.Batch{}
	b.Queue(rows.page(order, PageSize+1), rows.args...).Query(func(r pgx.Rows) (err error) {
		p.Rows, err = pgx.CollectRows(r, pgx.RowToStructByName[Task])
		return err
	})
	b.Queue(fmt.Sprintf(`SELECT count(*) FROM (SELECT FROM task t WHERE %s LIMIT %d) AS hits`, hits.conditions(), countLimit),
		hits.args...).QueryRow(func(row pgx.Row) error { return row.Scan(&p.Count) })
	queueKnown(b, tx.Actor, &p.Places)
	if err := tx.SendBatch(ctx, b).Close(); err != nil {
		return Page{}, fmt.Errorf("list tasks: %w", err)
	}
	p.paginate(c)
	return p, nil
}

// paginate drops the task that was read beyond the page and sets the cursors.
func (p *Page) paginate(c Cursor) {
	more := len(p.Rows) > PageSize
	switch {
	case more && c.Back:
		p.Rows = p.Rows[1:]
	case more:
		p.Rows = p.Rows[:PageSize]
	}
	if len(p.Rows) == 0 {
		return
	}
	if more && c.Back || !c.Back && !c.IsZero() {
		p.Prev = p.Rows[0].cursor(true)
	}
	if more || c.Back {
		p.Next = p.Rows[len(p.Rows)-1].cursor(false)
	}
}

// Each calls fn with every task that the query leaves, in the list's order.
func Each(ctx context.Context, tx *db.Tx, q Query, fn func(Task) error) error {
	s := q.statement(tx)
	rows, _ := tx.Query(ctx, `SELECT `+taskColumns+` FROM task t`+taskTables+` WHERE `+s.conditions()+` ORDER BY `+dueKey+`, t.id`, s.args...)
	list, err := pgx.CollectRows(rows, pgx.RowToStructByName[Task])
	if err != nil {
		return fmt.Errorf("export tasks: %w", err)
	}
	for _, t := range list {
		if err := fn(t); err != nil {
			return err
		}
	}
	return nil
}
