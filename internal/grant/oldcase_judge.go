package grant

import (
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/fault"
	"rundertisch/internal/money"
)

// known is what a line of a list is held against. It grows with each line, so
// that a line meets those before it.
type known struct {
	districts map[string]oldPlace
	schemes   map[string]Scheme // by prefix
	terms     []Terms           // the newest first
	budgets   []Budget
	taken     map[uuid.UUID][]calendar.Range // periods with a case, by post
	refs      map[string]bool
	bound     map[uuid.UUID]money.Cents // by the lines before, by title
	made      map[uuid.UUID]string      // file numbers of cases that came of lists
}

type oldPlace struct {
	id   uuid.UUID
	name string
	post *uuid.UUID // nil: the district has none
}

func surroundings(ctx context.Context, tx *db.Tx, list []OldCase) (k known, err error) {
	k = known{districts: map[string]oldPlace{}, schemes: map[string]Scheme{}, taken: map[uuid.UUID][]calendar.Range{}, refs: map[string]bool{}, bound: map[uuid.UUID]money.Cents{}, made: map[uuid.UUID]string{}}
	var refs []string
	for _, c := range list {
		refs = append(refs, c.OldRef)
	}
	schemes, err := Schemes(ctx, tx)
	if err != nil {
		return k, err
	}
	for _, s := range schemes {
		k.schemes[s.FilePrefix] = s
	}
	rows, _ := tx.Query(ctx, `SELECT `+termColumns+` FROM scheme_terms WHERE withdrawn_at IS NULL ORDER BY valid_from DESC, recorded_at DESC`)
	if k.terms, err = pgx.CollectRows(rows, pgx.RowToStructByName[Terms]); err != nil {
		return k, fmt.Errorf("terms: %w", err)
	}
	if k.budgets, err = Budgets(ctx, tx); err != nil {
		return k, err
	}
	return k, errors.Join(k.readPlaces(ctx, tx), k.readCases(ctx, tx), k.readMade(ctx, tx, refs))
}

func (k known) readPlaces(ctx context.Context, tx *db.Tx) error {
	rows, err := tx.Query(ctx, `SELECT d.ags, d.id, d.name, p.id FROM district d LEFT JOIN post p ON p.programme_id = d.programme_id AND p.district_id = d.id`)
	if err != nil {
		return fmt.Errorf("districts: %w", err)
	}
	var ags string
	var p oldPlace
	if _, err := pgx.ForEachRow(rows, []any{&ags, &p.id, &p.name, &p.post}, func() error { k.districts[ags] = p; return nil }); err != nil {
		return fmt.Errorf("districts: %w", err)
	}
	return nil
}

func (k known) readCases(ctx context.Context, tx *db.Tx) error {
	rows, err := tx.Query(ctx, `SELECT post_id, period FROM grant_case WHERE state NOT IN ('withdrawn', 'rejected')`)
	if err != nil {
		return fmt.Errorf("periods of cases: %w", err)
	}
	var post uuid.UUID
	var period calendar.Range
	if _, err := pgx.ForEachRow(rows, []any{&post, &period}, func() error { k.taken[post] = append(k.taken[post], period); return nil }); err != nil {
		return fmt.Errorf("periods of cases: %w", err)
	}
	return nil
}

func (k known) readMade(ctx context.Context, tx *db.Tx, refs []string) error {
	rows, err := tx.Query(ctx, `SELECT o.old_ref, c.id, c.file_ref FROM old_case o JOIN grant_case c ON c.programme_id = o.programme_id AND c.id = o.case_id WHERE o.old_ref = ANY ($1)`, refs)
	if err != nil {
		return fmt.Errorf("cases taken over: %w", err)
	}
	var old, ref string
	var id uuid.UUID
	if _, err := pgx.ForEachRow(rows, []any{&old, &id, &ref}, func() error { k.refs[old], k.made[id] = true, ref; return nil }); err != nil {
		return fmt.Errorf("cases taken over: %w", err)
	}
	return nil
}

// judge finds what a line means, and notes what stands against it.
func (k known) judge(c *OldCase) {
	note := func(column, value, key string, args ...any) {
		c.Faults = append(c.Faults, RowFault{Column: column, Value: value, Text: fault.Text{Key: key, Args: args}})
	}
	place, found := k.districts[c.AGS]
	switch {
	case c.AGS == "": // said before
	case !found:
		note("ags", c.AGS, "grant.error.old_district")
	case place.post == nil:
		note("ags", c.AGS, "grant.error.old_post", "Name", place.name)
	default:
		c.DistrictID, c.PostID = place.id, *place.post
	}
	if c.Scheme, found = k.schemes[c.Prefix]; !found && c.Prefix != "" {
		note("regelung", c.Prefix, "grant.error.old_scheme")
	}
	if k.refs[c.OldRef] && c.OldRef != "" {
		note("altes_az", c.OldRef, "grant.error.old_ref")
	}
	k.refs[c.OldRef] = true
	if c.Period.From.IsZero() {
		return
	}
	k.judgeTerms(c, note)
	k.judgeTitle(c, note)
	if c.PostID != uuid.Nil {
		for _, p := range k.taken[c.PostID] {
			if p.From.Before(c.Period.To) && c.Period.From.Before(p.To) {
				note("von", c.Period.From.String(), "grant.error.overlap")
				break
			}
		}
		k.taken[c.PostID] = append(k.taken[c.PostID], c.Period)
	}
}

type noter func(column, value, key string, args ...any)

// judgeTerms finds the rules of the first day, holds the amount against their
// cap, and plans what is left.
func (k known) judgeTerms(c *OldCase, note noter) {
	if c.Scheme.ID == uuid.Nil {
		return
	}
	for _, t := range k.terms {
		if t.SchemeID == c.Scheme.ID && !t.ValidFrom.After(c.Period.From) {
			c.Terms = t
			break
		}
	}
	if c.Terms.ID == uuid.Nil {
		note("von", c.Period.From.String(), "grant.error.no_terms")
		return
	}
	years := int64(c.Period.To.AddDays(-1).Year() - c.Period.From.Year() + 1)
	if most, err := c.Terms.Cap.Times(years); err == nil && c.Amount > most {
		note("betrag", c.Amount.String(), "grant.error.old_cap", "Cap", most)
		return
	}
	if c.Amount == 0 {
		return
	}
	var err error
	if c.Planned, err = c.rest(); err != nil {
		note("betrag", c.Amount.String(), "grant.error.plan")
	}
}

// judgeTitle finds the title of the first day's year, and holds what is bound
// against its rest.
func (k known) judgeTitle(c *OldCase, note noter) {
	var found []Budget
	for _, b := range k.budgets {
		if b.Year == c.Period.From.Year() && (c.Title == "" || b.Title == c.Title) {
			found = append(found, b)
		}
	}
	switch {
	case len(found) == 0:
		note("von", c.Period.From.String(), "grant.error.old_no_title", "Year", c.Period.From.Year())
	case len(found) > 1:
		note("titel", c.Title, "grant.error.old_titles", "Year", c.Period.From.Year())
	default:
		b := found[0]
		c.BudgetID = b.ID
		binds := c.Amount
		if c.State == Closed {
			binds = c.Paid
		}
		k.bound[b.ID] = total(k.bound[b.ID], binds)
		if missing := k.bound[b.ID] - b.Rest(); missing > 0 {
			note("betrag", c.Amount.String(), "grant.error.old_budget", "Title", b.Title, "Year", b.Year, "Missing", missing)
		}
	}
}
