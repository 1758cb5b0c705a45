package grant

import (
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rundertisch/internal/access"
	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/fact"
	"rundertisch/internal/fault"
	"rundertisch/internal/money"
)

// Run prepares the notices of all posts that are held, of one scheme and year.
type Run struct {
	ID       uuid.UUID // from the form
	SchemeID uuid.UUID
	Year     int
	BudgetID uuid.UUID
}

// RunChunk is how many drafts one transaction of a run makes. After a kill the
// rest is made when the run is continued.
const RunChunk = 200

// Begin begins a run. It returns fault.Fields for bad input and
// fact.ErrRepeated if the form was sent before.
func Begin(ctx context.Context, tx *db.Tx, r Run) error {
	if !tx.Actor.May(access.PrepareGrants) {
		return fmt.Errorf("begin run: %w", fault.Forbidden)
	}
	s, err := SchemeByID(ctx, tx, r.SchemeID)
	if errors.Is(err, pgx.ErrNoRows) {
		return fault.Field("scheme", "field.choice")
	}
	if err != nil {
		return err
	}
	f := fault.Fields{}
	if s.Kind == Application {
		f.Add("scheme", "grant.error.needs_application")
	}
	if r.Year < 2000 || r.Year > 2100 {
		return fault.Field("year", "grant.error.year")
	}
	if _, err := TermsOn(ctx, tx, s.ID, yearOf(r.Year).From); errors.Is(err, pgx.ErrNoRows) {
		f.Add("year", "grant.error.no_terms")
	} else if err != nil {
		return err
	}
	b, err := BudgetByID(ctx, tx, r.BudgetID)
	if err != nil && !errors.Is(err, pgx.ErrNoRows) {
		return err
	}
	if err != nil || b.Year != r.Year {
		f.Add("budget", "grant.error.budget_year")
	}
	if err := f.Err(); err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `INSERT INTO grant_run (id, scheme_id, year, budget_id) VALUES ($1, $2, $3, $4)`, r.ID, r.SchemeID, r.Year, r.BudgetID)
	if db.Constraint(err) == "grant_run_pkey" {
		return errors.Join(fact.ErrRepeated, err)
	}
	if err != nil {
		return fmt.Errorf("begin run: %w", err)
	}
	return nil
}

// RunByID returns a run. It returns fault.NotFound if there is none that is the
// actor's to see.
func RunByID(ctx context.Context, tx *db.Tx, id uuid.UUID) (Run, error) {
	rows, _ := tx.Query(ctx, `SELECT id, scheme_id, year, budget_id FROM grant_run WHERE id = $1`, id)
	r, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[Run])
	if err != nil {
		return Run{}, fmt.Errorf("run %s: %w", id, err)
	}
	return r, nil
}

// Prepare drafts up to RunChunk cases of the run and returns how many are left.
// Each post that is held today and has no case for the time yet gets one: its
// part of the year's cap, with the explanation.
func Prepare(ctx context.Context, tx *db.Tx, runID uuid.UUID) (left int, err error) {
	if !tx.Actor.May(access.PrepareGrants) {
		return 0, fmt.Errorf("prepare run: %w", fault.Forbidden)
	}
	r, err := RunByID(ctx, tx, runID)
	if err != nil {
		return 0, err
	}
	// Two that continue a run at once come one after the other.
	if _, err := tx.Exec(ctx, `SELECT pg_advisory_xact_lock(hashtextextended('grant_run ' || $1::uuid, 0))`, runID); err != nil {
		return 0, fmt.Errorf("lock run: %w", err)
	}
	s, err := SchemeByID(ctx, tx, r.SchemeID)
	if err != nil {
		return 0, err
	}
	terms, err := TermsOn(ctx, tx, r.SchemeID, yearOf(r.Year).From)
	if err != nil {
		return 0, err
	}
	todo, err := r.missing(ctx, tx)
	if err != nil || len(todo) == 0 {
		return 0, err
	}
	now := todo[:min(len(todo), RunChunk)]
	if err := r.draft(ctx, tx, s, terms, now); err != nil {
		return 0, err
	}
	return len(todo) - len(now), nil
}

// missing are the posts that are held today and have no case in the year.
func (r Run) missing(ctx context.Context, tx *db.Tx) ([]heldPost, error) {
	posts, err := heldPosts(ctx, tx, nil, calendar.Of(tx.Now))
	if err != nil {
		return nil, err
	}
	rows, _ := tx.Query(ctx, `SELECT post_id FROM grant_case WHERE period && $1::daterange AND state NOT IN ('withdrawn', 'rejected')`, yearOf(r.Year))
	done, err := pgx.CollectRows(rows, pgx.RowTo[uuid.UUID])
	if err != nil {
		return nil, fmt.Errorf("cases of %d: %w", r.Year, err)
	}
	has := make(map[uuid.UUID]bool, len(done))
	for _, id := range done {
		has[id] = true
	}
	var list []heldPost
	for _, p := range posts {
		if p.HeldToday && !has[p.ID] {
			list = append(list, p)
		}
	}
	return list, nil
}

// draft makes a case for each post, in one round trip.
func (r Run) draft(ctx context.Context, tx *db.Tx, s Scheme, t Terms, posts []heldPost) error {
	b := &pgx.Batch{}
	for _, p := range posts {
		calc, err := Calculate(&Award{Law: t.Law(), Cap: t.Cap, ProRata: t.ProRata, Period: yearOf(r.Year), Held: p.Held})
		if err != nil {
			return err
		}
		n := NewCase{
			ID: uuid.NewSHA1(r.ID, p.ID[:]), Scheme: s, Terms: t, DistrictID: p.DistrictID, PostID: p.ID, BudgetID: r.BudgetID,
			RunID: &r.ID, Period: yearOf(r.Year), Award: calc, Officer: tx.Actor.Person,
		}
		n.queue(b)
		queueStep(b, n.begun(), Act{ID: uuid.NewSHA1(n.ID, []byte("drafted")), Event: "drafted", To: Draft}, calendar.Of(tx.Now))
	}
	if err := stepped(tx.SendBatch(ctx, b).Close()); err != nil {
		return fmt.Errorf("draft cases of run %s: %w", r.ID, err)
	}
	return nil
}

// Offence is a case that keeps a batch from being signed off, and why.
type Offence struct {
	Case Case
	Text fault.Text
}

// RunCases returns the cases of a run in the order of their file numbers.
func RunCases(ctx context.Context, tx *db.Tx, runID uuid.UUID) ([]Case, error) {
	rows, _ := tx.Query(ctx, `SELECT `+caseColumns+` FROM grant_case c`+caseTables+` WHERE c.run_id = $1 ORDER BY c.file_ref, c.id`, runID)
	list, err := pgx.CollectRows(rows, pgx.RowToStructByName[Case])
	if err != nil {
		return nil, fmt.Errorf("cases of run %s: %w", runID, err)
	}
	return list, nil
}

// TakeAll takes the same step in every case of the run that stands where it may
// be taken. Either all take it or none: what offends is named. formID makes the
// same form have its effect once.
func TakeAll(ctx context.Context, tx *db.Tx, runID, formID uuid.UUID, event string) (done int, offences []Offence, err error) {
	if !tx.Actor.May(access.StepGrant) {
		return 0, nil, fmt.Errorf("step in run %s: %w", runID, fault.Forbidden)
	}
	r, err := RunByID(ctx, tx, runID)
	if err != nil {
		return 0, nil, err
	}
	cases, err := RunCases(ctx, tx, runID)
	if err != nil {
		return 0, nil, err
	}
	moves, err := batchMoves(ctx, tx, r, event)
	if err != nil {
		return 0, nil, err
	}
	others, err := otherDuties(ctx, tx, runID)
	if err != nil {
		return 0, nil, err
	}
	b := &pgx.Batch{}
	sum := money.Cents(0)
	for _, c := range cases {
		m, may := moves[c.State]
		switch held := others[c.ID]; {
		case !may:
			continue
		case held != "" && held != m.Duty:
			offences = append(offences, Offence{c, fault.Text{Key: "grant.error.second_person"}})
		case event == "approved" && c.FundsOn.IsZero():
			offences = append(offences, Offence{c, fault.Text{Key: "grant.error.funds"}})
		case event == "funds_checked" && !c.FundsOn.IsZero():
			continue
		}
		sum += c.Amount
		queueStep(b, c, Act{ID: uuid.NewSHA1(formID, c.ID[:]), Event: event, To: m.To}, calendar.Of(tx.Now))
	}
	if len(offences) > 0 {
		return 0, offences, nil
	}
	if b.Len() == 0 {
		return 0, nil, fault.Explain(fault.Conflict, "grant.error.nothing_to_do")
	}
	if event == "approved" || event == "funds_checked" {
		if err := reserve(ctx, tx, r.BudgetID, sum, 0); err != nil {
			return 0, nil, err
		}
	}
	if err := stepped(tx.SendBatch(ctx, b).Close()); err != nil {
		return 0, nil, err
	}
	return b.Len(), nil, nil
}

// batchMoves are where the event leads from each state, in the run's regime.
func batchMoves(ctx context.Context, tx *db.Tx, r Run, event string) (map[State]Move, error) {
	rows, err := tx.Query(ctx, `
		SELECT s.from_state, s.to_state, coalesce(s.duty, '')
		FROM case_step s
		JOIN funding_scheme f ON f.id = $1 AND f.kind = s.regime
		WHERE s.event = $2 AND NOT s.reasoned`, r.SchemeID, event)
	if err != nil {
		return nil, fmt.Errorf("steps of run %s: %w", r.ID, err)
	}
	list := map[State]Move{}
	var from State
	var m Move
	_, err = pgx.ForEachRow(rows, []any{&from, &m.To, &m.Duty}, func() error {
		list[from] = m
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("steps of run %s: %w", r.ID, err)
	}
	return list, nil
}

// otherDuties are the duties that the actor has had on cases of the run.
func otherDuties(ctx context.Context, tx *db.Tx, runID uuid.UUID) (map[uuid.UUID]Duty, error) {
	rows, err := tx.Query(ctx, `
		SELECT d.case_id, d.duty FROM case_duty d
		JOIN grant_case c ON c.programme_id = d.programme_id AND c.id = d.case_id
		WHERE c.run_id = $1 AND d.person_id = $2`, runID, tx.Actor.Person)
	if err != nil {
		return nil, fmt.Errorf("duties in run %s: %w", runID, err)
	}
	list := map[uuid.UUID]Duty{}
	var id uuid.UUID
	var duty Duty
	_, err = pgx.ForEachRow(rows, []any{&id, &duty}, func() error {
		list[id] = duty
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("duties in run %s: %w", runID, err)
	}
	return list, nil
}

// Missing names the districts whose post is held and that have no case in the
// run's year yet.
func Missing(ctx context.Context, tx *db.Tx, r Run) ([]string, error) {
	posts, err := r.missing(ctx, tx)
	names := make([]string, len(posts))
	for i, p := range posts {
		names[i] = p.Name
	}
	return names, err
}
