package grant

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rundertisch/internal/access"
	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/inbox"
	"rundertisch/internal/job"
	"rundertisch/internal/link"
	"rundertisch/internal/programme"
)

// newsDays is how long ago a step may be and still be told: longer than any
// outage that nobody mends.
const newsDays = 7

// audience says who is told of a step: of the ministry's roles everybody, of the
// officers the one of the case if it has one, of the district its own people.
type audience struct {
	Kind   inbox.Kind    `json:"kind"`
	Roles  []access.Role `json:"roles"`
	Single bool          `json:"single"` // not of a run, whose cases go on together
}

var (
	officers      = []access.Role{access.CaseOfficer}
	districtRoles = []access.Role{access.Signatory, access.Coordinator}
)

// audiences are the steps of which somebody is told.
var audiences = map[string]audience{
	"submitted":          {inbox.GrantToDo, officers, false},
	"resubmitted":        {inbox.GrantToDo, officers, false},
	"withdrawn":          {inbox.GrantNews, officers, false},
	"recommended":        {inbox.GrantToDo, []access.Role{access.Approver, access.BudgetOfficer}, true},
	"sent_back":          {inbox.GrantToDo, officers, true},
	"approved":           {inbox.GrantToDo, officers, true},
	"returned":           {inbox.GrantToDo, districtRoles, false},
	"rejected":           {inbox.GrantNews, districtRoles, false},
	"granted":            {inbox.GrantNews, districtRoles, false},
	"started":            {inbox.GrantNews, officers, false},
	"proof_submitted":    {inbox.GrantToDo, officers, false},
	"proof_supplemented": {inbox.GrantToDo, officers, false},
	"proof_incomplete":   {inbox.GrantToDo, districtRoles, false},
	"proof_complete":     {inbox.GrantNews, districtRoles, false},
	"settled":            {inbox.GrantNews, districtRoles, false},
	"heard":              {inbox.GrantToDo, districtRoles, false},
	"hearing_dropped":    {inbox.GrantNews, districtRoles, false},
	"repayment_claimed":  {inbox.GrantToDo, districtRoles, false},
	"repaid":             {inbox.GrantToDo, officers, false},
}

// Newsroom tells people of steps and deadlines.
type Newsroom struct{ inbox *inbox.Office }

// NewNewsroom returns one that tells through the office.
func NewNewsroom(office *inbox.Office) *Newsroom { return &Newsroom{inbox: office} }

// News are the arguments of the job that tells of steps and deadlines, in every
// programme.
type News struct{}

// Kind names the job.
func (News) Kind() string { return "grant_news" }

// InProgramme returns no programme: the job goes through all.
func (News) InProgramme() uuid.UUID { return uuid.Nil }

// HandleNews makes the workers tell.
func HandleNews(w *job.Workers, d *db.DB, n *Newsroom) {
	job.Handle(w, func(ctx context.Context, _ News) error { return n.TellAll(ctx, d) })
}

// TellAll runs Tell in every programme; one that fails does not hold up the
// others.
func (n *Newsroom) TellAll(ctx context.Context, d *db.DB) error {
	all, err := programme.All(ctx, d)
	if err != nil {
		return err
	}
	var failed []error
	for _, p := range all {
		scoped := access.NewContext(ctx, access.System(p.ID, News{}.Kind()))
		if err := d.Write(scoped, access.NotifyPeople, func(tx *db.Tx) error { return n.Tell(scoped, tx) }); err != nil {
			failed = append(failed, fmt.Errorf("grant news in %s: %w", p.Slug, err))
		}
	}
	return errors.Join(failed...)
}

// Tell takes the step of each running case whose period is over, which starts the
// time for its proof (ANBest-K 6.1), and tells of steps of the last days, of deadlines whose next rung has come and
// of follow-up dates, each once however many workers there are: it is noted in
// the transaction that writes the notices. What is simulated is nobody's work.
func (n *Newsroom) Tell(ctx context.Context, tx *db.Tx) error {
	if err := endPeriods(ctx, tx); err != nil {
		return err
	}
	for _, find := range []func(context.Context, *db.Tx) ([]item, error){steps, proofDeadlines, returnDeadlines, followUps} {
		list, err := find(ctx, tx)
		if err != nil {
			return err
		}
		for _, one := range list {
			m := inbox.Message{Kind: one.Kind, People: one.People, Place: one.FileRef + ", " + one.District, DueOn: one.DueOn, Address: link.Grant(one.CaseID)}
			if err := n.inbox.Tell(ctx, tx, m); err != nil {
				return fmt.Errorf("tell of case %s: %w", one.CaseID, err)
			}
		}
	}
	return nil
}

// endPeriods completes what has run out. What is simulated stands still.
func endPeriods(ctx context.Context, tx *db.Tx) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO case_event (case_id, district_id, event, from_state, to_state, on_day, amount)
		SELECT id, district_id, 'period_ended', 'running', 'completed', upper(period), amount FROM grant_case
		WHERE state = 'running' AND upper(period) <= $1 AND NOT simulated
		FOR UPDATE SKIP LOCKED`, calendar.Of(tx.Now))
	if err != nil {
		return fmt.Errorf("end periods: %w", err)
	}
	return nil
}

// item is what people are told of a case.
type item struct {
	CaseID   uuid.UUID
	FileRef  string
	District string
	Kind     inbox.Kind
	DueOn    calendar.Date // zero: none
	People   []uuid.UUID
}

// told completes a list of what is new, made by the expression fresh (case_id,
// what, kind, due_on, roles, but), by what nobody was told of yet.
const told = `,
	noted AS (INSERT INTO grant_news (case_id, what) SELECT case_id, what FROM fresh ON CONFLICT DO NOTHING RETURNING case_id, what)
	SELECT DISTINCT ON (f.case_id, f.kind, f.due_on) f.case_id, c.file_ref, d.short_name AS district, f.kind, f.due_on,
		ARRAY(SELECT DISTINCT r.person_id FROM role_assignment r
			WHERE r.programme_id = c.programme_id AND r.role = ANY (f.roles) AND r.valid @> $1::date
				AND (r.district_id IS NULL OR r.district_id = c.district_id)
				AND (r.role <> 'case_officer' OR c.officer_id IS NULL OR r.person_id = c.officer_id
					OR EXISTS (SELECT FROM absence b WHERE b.programme_id = c.programme_id AND b.person_id = c.officer_id AND b.cover_id = r.person_id
						AND b.withdrawn_at IS NULL AND b.valid @> $1::date))
				AND r.person_id IS DISTINCT FROM f.but) AS people
	FROM noted
	JOIN fresh f ON f.case_id = noted.case_id AND f.what = noted.what
	JOIN grant_case c ON c.id = f.case_id
	JOIN district d ON d.programme_id = c.programme_id AND d.id = c.district_id
	ORDER BY f.case_id, f.kind, f.due_on, f.what`

func collectItems(rows pgx.Rows, what string) ([]item, error) {
	list, err := pgx.CollectRows(rows, pgx.RowToStructByName[item])
	if err != nil {
		return nil, fmt.Errorf("%s: %w", what, err)
	}
	return list, nil
}

func steps(ctx context.Context, tx *db.Tx) ([]item, error) {
	rows, _ := tx.Query(ctx, `
		WITH fresh AS MATERIALIZED (
			SELECT e.case_id, 'step ' || e.id AS what, a.value ->> 'kind' AS kind, NULL::date AS due_on,
				ARRAY(SELECT jsonb_array_elements_text(a.value -> 'roles')) AS roles, e.by_person AS but
			FROM case_event e
			JOIN jsonb_each($2::jsonb) AS a ON a.key = e.event
			JOIN grant_case c ON c.programme_id = e.programme_id AND c.id = e.case_id
			WHERE (e.at > $3 AND e.event <> 'rejected' OR e.event = 'rejected' AND EXISTS (SELECT FROM grant_notice n -- the notice tells of it
				WHERE n.programme_id = e.programme_id AND n.case_id = e.case_id AND n.kind = 'rejection' AND n.issued_on >= $3::date))
				AND e.by_person IS NOT NULL AND NOT c.simulated AND NOT (c.run_id IS NOT NULL AND (a.value ->> 'single')::boolean))`+told,
		calendar.Of(tx.Now), audiences, tx.Now.Add(-newsDays*24*time.Hour))
	return collectItems(rows, "steps to tell of")
}

// proofDeadlines are proofs of use that are not in, on each rung of the ladder
// (ANBest-K 6.1, 8.3).
func proofDeadlines(ctx context.Context, tx *db.Tx) ([]item, error) {
	rows, _ := tx.Query(ctx, `
		WITH fresh AS MATERIALIZED (
			SELECT c.id AS case_id, format('proof %s %s', due, rung) AS what, $2::text AS kind, due AS due_on, $3::text[] AS roles, NULL::uuid AS but
			FROM grant_case c
			JOIN scheme_terms t ON t.programme_id = c.programme_id AND t.id = c.terms_id,
				LATERAL (SELECT (upper(c.period) - 1 + make_interval(months => t.proof_months))::date AS due) AS deadline,
				unnest(t.reminder_days) AS rung
			WHERE c.state IN ('running', 'completed') AND NOT c.simulated AND due + rung <= $1)`+told,
		calendar.Of(tx.Now), inbox.GrantDue, districtRoles)
	return collectItems(rows, "proofs that are due")
}

// returnDeadlines are applications that were sent back and not sent in again.
func returnDeadlines(ctx context.Context, tx *db.Tx) ([]item, error) {
	rows, _ := tx.Query(ctx, `
		WITH fresh AS MATERIALIZED (
			SELECT c.id AS case_id, format('return %s %s', r.due_on, rung) AS what, $2::text AS kind, r.due_on, $3::text[] AS roles, NULL::uuid AS but
			FROM grant_case c
			JOIN scheme_terms t ON t.programme_id = c.programme_id AND t.id = c.terms_id
			JOIN LATERAL (SELECT x.due_on, x.at FROM application_return x
				WHERE x.programme_id = c.programme_id AND x.case_id = c.id ORDER BY x.at DESC LIMIT 1) AS r ON true,
				unnest(t.reminder_days) AS rung
			WHERE c.state = 'returned' AND NOT c.simulated AND r.due_on + rung <= $1 AND r.due_on + rung > (r.at AT TIME ZONE 'Europe/Berlin')::date)`+told,
		calendar.Of(tx.Now), inbox.GrantDue, districtRoles)
	return collectItems(rows, "applications that are due again")
}

// followUps are follow-up dates (Wiedervorlagen) that have come.
func followUps(ctx context.Context, tx *db.Tx) ([]item, error) {
	rows, _ := tx.Query(ctx, `
		WITH fresh AS MATERIALIZED (
			SELECT c.id AS case_id, 'follow-up ' || c.follow_up_on AS what, $2::text AS kind, c.follow_up_on AS due_on, $3::text[] AS roles, NULL::uuid AS but
			FROM grant_case c
			WHERE c.follow_up_on <= $1 AND c.state NOT IN ('closed', 'rejected', 'withdrawn') AND NOT c.simulated)`+told,
		calendar.Of(tx.Now), inbox.GrantToDo, officers)
	return collectItems(rows, "follow-up dates")
}
