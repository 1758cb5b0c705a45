package activity

import (
	"fmt"
	"strings"

	"github.com/google/uuid"

	"rundertisch/internal/calendar"
)

// Filter says which entries a list shows, among those that are the actor's to
// see. The zero value leaves all.
type Filter struct {
	From       calendar.Date
	Until      calendar.Date
	Type       Type
	Field      Field
	Visibility Visibility
	Partner    uuid.UUID
	Author     uuid.UUID
	District   uuid.UUID
	Shared     bool   // without what authors keep to themselves
	Words      string // searched in title, text, result and next step

	PartnerName string // instead of Partner: in any spelling
	AGS         string // instead of District
}

// MaxWords is how long a search may be, in characters; more is cut off.
const MaxWords = 200

// query collects the conditions of a statement and their arguments.
type query struct {
	where []string
	args  []any
}

// arg adds an argument and returns its placeholder.
func (q *query) arg(value any) string {
	q.args = append(q.args, value)
	return fmt.Sprintf("$%d", len(q.args))
}

// and adds a condition whose %s stand for the arguments.
func (q *query) and(condition string, args ...any) {
	marks := make([]any, len(args))
	for i, a := range args {
		marks[i] = q.arg(a)
	}
	q.where = append(q.where, fmt.Sprintf(condition, marks...))
}

// conditions returns the WHERE clause.
func (q *query) conditions() string { return strings.Join(q.where, "\n\t\t\tAND ") }

// live begins a query over the entries that the filter leaves, the words aside.
func (f Filter) live() *query {
	q := &query{where: []string{"a.deleted_at IS NULL", "NOT a.draft"}}
	switch { // without coalesce: the plan is then good for every district, and kept
	case f.District != uuid.Nil:
		q.and("a.district_id = %s", f.District)
	case f.AGS != "":
		q.and("a.district_id = (SELECT d.id FROM district d WHERE d.ags = %s)", f.AGS)
	}
	if !f.From.IsZero() {
		q.and("a.happened_on >= %s", f.From)
	}
	if !f.Until.IsZero() {
		q.and("a.happened_on <= %s", f.Until)
	}
	if f.Type != "" {
		q.and("a.type = %s", f.Type)
	}
	if f.Field != "" {
		q.and("a.field = %s", f.Field)
	}
	if f.Visibility != "" {
		q.and("a.visibility = %s", f.Visibility)
	}
	if f.Shared {
		q.and("a.visibility <> %s", Own)
	}
	if f.Author != uuid.Nil {
		q.and("a.author_id = %s", f.Author)
	}
	if f.hasPartner() {
		q.and(`EXISTS (SELECT FROM activity_partner l
				WHERE l.programme_id = a.programme_id AND l.activity_id = a.id AND l.partner_id = `+partnerOf+`)`,
			orNull(f.Partner), f.PartnerName)
	}
	return q
}

// plain says whether the filter is one of those on which Lookups depend alone.
func (f Filter) plain() bool {
	f.District, f.AGS, f.Author = uuid.Nil, "", uuid.Nil
	return f == Filter{}
}

func (f Filter) hasPartner() bool { return f.Partner != uuid.Nil || f.PartnerName != "" }

// What the filter names by id or by name, as one id; an unknown name is nobody.
const (
	nobody     = `'00000000-0000-0000-0000-000000000000'::uuid`
	districtOf = `coalesce(%s::uuid, (SELECT d.id FROM district d WHERE d.ags = %s), ` + nobody + `)`
	partnerOf  = `coalesce(%s::uuid, (SELECT n.id FROM partner n WHERE n.name_key = partner_key(%s)), ` + nobody + `)`
)

// from places the cursor.
func (q *query) from(c Cursor) {
	switch {
	case c.IsZero():
	case c.Back:
		q.and("(a.happened_on, a.id) > (%s, %s)", c.On, c.ID)
	default:
		q.and("(a.happened_on, a.id) < (%s, %s)", c.On, c.ID)
	}
}

// found leaves the first most entries of the list that hold the words. The
// function applies the whole filter itself: see the migration.
func (q *query) found(f Filter, c Cursor, most int) {
	district, partner := "NULL::uuid", "NULL::uuid"
	if f.District != uuid.Nil || f.AGS != "" {
		district = fmt.Sprintf(districtOf, q.arg(orNull(f.District)), q.arg(f.AGS))
	}
	if f.hasPartner() {
		partner = fmt.Sprintf(partnerOf, q.arg(orNull(f.Partner)), q.arg(f.PartnerName))
	}
	q.and(`a.id = ANY (ARRAY(SELECT activity_search(%s, `+district+`, %s, %s, %s, %s, %s, %s, `+partner+`, %s, %s, %s, %s)))`,
		f.Words, f.From, f.Until, textOrNull(f.Type), textOrNull(f.Field), textOrNull(f.Visibility),
		orNull(f.Author), c.On, orNull(c.ID), c.Back, most)
}

func orNull(id uuid.UUID) *uuid.UUID {
	if id == uuid.Nil {
		return nil
	}
	return &id
}

func textOrNull[T ~string](s T) *string {
	if s == "" {
		return nil
	}
	text := string(s)
	return &text
}
