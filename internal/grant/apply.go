package grant

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rundertisch/internal/access"
	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/fact"
	"rundertisch/internal/fault"
)

// NewApplication is an application to be begun.
type NewApplication struct {
	ID       uuid.UUID // of the case, from the form
	SchemeID uuid.UUID
	PostID   uuid.UUID
	Period   calendar.Range
}

// Apply begins an application of the actor's district for a post and a period,
// empty, under the terms in force on its first day. It returns fault.NotFound
// for a scheme that takes none and for a post of another district, fault.Fields
// for a period that cannot be, for which the post has a case, or that has no
// terms or no title yet, and fact.ErrRepeated if the form was sent before.
func Apply(ctx context.Context, tx *db.Tx, a NewApplication) error {
	if a.Period.From.IsZero() || a.Period.To.IsZero() || a.Period.IsEmpty() {
		return fault.Field("to", "grant.error.period")
	}
	n := NewCase{ID: a.ID, PostID: a.PostID, Period: a.Period}
	var err error
	if n.Scheme, err = SchemeByID(ctx, tx, a.SchemeID); err != nil {
		return err
	}
	if n.Scheme.Kind != Application {
		return fmt.Errorf("apply under scheme %s: %w", n.Scheme.ID, fault.NotFound)
	}
	n.Terms, err = TermsOn(ctx, tx, a.SchemeID, a.Period.From)
	if errors.Is(err, pgx.ErrNoRows) {
		return errors.Join(fault.Field("from", "grant.error.not_in_force"), err)
	}
	if err != nil {
		return err
	}
	posts, err := OwnPosts(ctx, tx)
	if err != nil {
		return err
	}
	for _, p := range posts {
		if p.ID == a.PostID && tx.Actor.MayIn(access.ApplyForGrant, p.DistrictID) {
			n.DistrictID = p.DistrictID
			return n.apply(ctx, tx)
		}
	}
	return fmt.Errorf("apply for post %s: %w", a.PostID, fault.NotFound)
}

func (n NewCase) apply(ctx context.Context, tx *db.Tx) error {
	b := &pgx.Batch{}
	b.Queue(`
		INSERT INTO grant_case (id, scheme_id, regime, terms_id, district_id, post_id, period) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		n.ID, n.Scheme.ID, n.Scheme.Kind, n.Terms.ID, n.DistrictID, n.PostID, n.Period)
	queueStep(b, n.begun(), Act{ID: n.ID, Event: "drafted", To: Draft}, calendar.Of(tx.Now))
	b.Queue(`INSERT INTO application (case_id, district_id, content) VALUES ($1, $2, $3)`, n.ID, n.DistrictID, ApplicationContent{Texts: map[Section]string{}})
	err := tx.SendBatch(ctx, b).Close()
	switch db.Constraint(err) {
	case "grant_case_pkey":
		return errors.Join(fact.ErrRepeated, err)
	case "grant_period_once":
		return errors.Join(fault.Field("from", "grant.error.overlap"), err)
	case "grant_budget_known":
		return errors.Join(fault.Field("from", "grant.error.no_title"), err)
	case "grant_terms_in_force", "grant_scheme_ended":
		return errors.Join(fault.Field("from", "grant.error.not_in_force"), err)
	}
	return stepped(err)
}

// OwnPost is a post for which a district may apply.
type OwnPost struct {
	ID         uuid.UUID
	DistrictID uuid.UUID
	District   string
}

// OwnPosts returns the posts of the actor's districts.
func OwnPosts(ctx context.Context, tx *db.Tx) ([]OwnPost, error) {
	rows, _ := tx.Query(ctx, `
		SELECT p.id, p.district_id, d.name AS district
		FROM post p
		JOIN district d ON d.programme_id = p.programme_id AND d.id = p.district_id
		WHERE p.district_id = ANY ((SELECT current_districts())::uuid[])
		ORDER BY d.name COLLATE "de-x-icu", p.id`)
	list, err := pgx.CollectRows(rows, pgx.RowToStructByName[OwnPost])
	if err != nil {
		return nil, fmt.Errorf("own posts: %w", err)
	}
	return list, nil
}

// SaveApplication keeps what the district has written so far, whole or not. It
// returns fault.Fields for what cannot be read, fault.Stale if somebody saved
// meanwhile, and fault.Conflict once it was sent in.
func SaveApplication(ctx context.Context, tx *db.Tx, caseID uuid.UUID, version int, a ApplicationContent) error {
	c, err := ByID(ctx, tx, caseID)
	if err != nil {
		return err
	}
	if !tx.Actor.MayIn(access.ApplyForGrant, c.DistrictID) {
		return fmt.Errorf("application of case %s: %w", caseID, fault.Forbidden)
	}
	f := fault.Fields{}
	a.checkDraft(f)
	if err := f.Err(); err != nil {
		return err
	}
	a.Lines = a.Lines.Written()
	n, err := tx.Exec(ctx, `UPDATE application SET content = $3 WHERE case_id = $1 AND version = $2`, caseID, version, a)
	if err != nil {
		return stepped(err)
	}
	if n == 0 {
		return fmt.Errorf("application of case %s version %d: %w", caseID, version, fault.Stale)
	}
	if asked := a.Lines.Of(TheGrant); asked != c.Amount {
		if _, err := tx.Exec(ctx, `UPDATE grant_case SET amount = $2 WHERE id = $1`, caseID, asked); err != nil {
			return stepped(err)
		}
	}
	return nil
}

// Send sends in the application as it stood in the version that the signatory
// read. It returns fault.Conflict if somebody changed it since, and what Take
// returns.
func Send(ctx context.Context, tx *db.Tx, caseID uuid.UUID, version int, a Act) error {
	d, err := ApplicationOf(ctx, tx, caseID)
	if err != nil {
		return err
	}
	if d == nil {
		return fmt.Errorf("application of case %s: %w", caseID, fault.NotFound)
	}
	if d.Version != version {
		return fault.Explain(fault.Conflict, "grant.error.changed_since")
	}
	return Take(ctx, tx, caseID, a)
}

// Lacks returns what an application lacks to be sent in, as faults of the
// form's fields; none: it is ready.
func Lacks(ctx context.Context, a ApplicationContent, t Terms, period calendar.Range) fault.Fields {
	f := fault.Fields{}
	a.check(ctx, f, t, period)
	return f
}

// queueReceipt freezes the application as it is sent in, with its plan. It
// returns fault.Fields for what it lacks.
func queueReceipt(ctx context.Context, tx *db.Tx, b *pgx.Batch, c Case, id uuid.UUID) error {
	d, err := ApplicationOf(ctx, tx, c.ID)
	if err != nil {
		return err
	}
	if d == nil {
		return fmt.Errorf("application of case %s: %w", c.ID, fault.NotFound)
	}
	t, err := TermsByID(ctx, tx, c.TermsID)
	if err != nil {
		return err
	}
	if err := Lacks(ctx, d.Content, t, c.Period).Err(); err != nil {
		return err
	}
	var no int
	if err := tx.QueryRow(ctx, `SELECT count(*) + 1 FROM application_receipt WHERE case_id = $1`, c.ID).Scan(&no); err != nil {
		return fmt.Errorf("receipts of case %s: %w", c.ID, err)
	}
	raw, err := json.Marshal(Received{
		FileRef: c.FileRef, Scheme: c.SchemeName, Law: t.Law(), Recipient: c.DistrictName, Period: c.Period, Application: d.Content, SentBy: tx.Actor.Name, No: no,
	})
	if err != nil {
		return fmt.Errorf("receipt of case %s: %w", c.ID, err)
	}
	sum := sha256.Sum256(raw)
	queuePlan(b, c, NewPlan{ID: id, No: no, Lines: d.Content.Lines})
	b.Queue(`INSERT INTO application_receipt (id, case_id, district_id, no, content, sha256) VALUES ($1, $2, $3, $4, $5, $6)`,
		id, c.ID, c.DistrictID, no, raw, sum[:])
	return nil
}

// queueReturn writes what an application is sent back for. It returns
// fault.Fields without a part, without a day or for a day that has passed.
func queueReturn(b *pgx.Batch, c Case, a Act, today calendar.Date) error {
	f := fault.Fields{}
	if len(a.Marks) == 0 {
		f.Add("marks", "grant.error.no_marks")
	}
	for _, m := range a.Marks {
		if !m.Section.Valid() {
			f.Add("marks", "grant.error.no_marks")
		}
		f.Require(TextField(m.Section), m.Note, 1000)
	}
	if a.Due.IsZero() {
		f.Add("due", "field.missing")
	} else if a.Due.Before(today) {
		f.Add("due", "grant.error.due_past")
	}
	if err := f.Err(); err != nil {
		return err
	}
	b.Queue(`INSERT INTO application_return (id, case_id, district_id, due_on, marks) VALUES ($1, $2, $3, $4, $5)`, a.ID, c.ID, c.DistrictID, a.Due, a.Marks)
	return nil
}
