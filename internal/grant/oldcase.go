package grant

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rundertisch/internal/access"
	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/fact"
	"rundertisch/internal/fault"
	"rundertisch/internal/money"
	"rundertisch/internal/sheetread"
)

// CaseImport is a list of cases that were decided elsewhere.
type CaseImport struct {
	ID        uuid.UUID
	FileName  string
	Rows      int `db:"row_count"`
	CreatedAt time.Time
	CreatedBy string
	EnteredAt *time.Time // nil: it waits
	EnteredBy string
}

// CaseUpload is a list that somebody sends.
type CaseUpload struct {
	ID       uuid.UUID // from the form
	FileName string
	Data     []byte
	rows     int
}

// Read reads the list, outside a transaction: it can take a while. It returns
// fault.Fields that say why a file is refused, and fault.Unavailable if too many
// files are being read.
func (u CaseUpload) Read(ctx context.Context, now time.Time) (CaseUpload, error) {
	if actor, ok := access.FromContext(ctx); !ok || !actor.May(access.ImportCases) {
		return u, fmt.Errorf("read list of cases: %w", fault.Forbidden)
	}
	s, err := sheetread.ReadInTurn(ctx, u.FileName, u.Data)
	if err != nil {
		return u, err
	}
	rows, err := readOldCases(s, calendar.Of(now))
	u.rows = len(rows)
	return u, err
}

// KeepCases lets a list that was read wait; no case is made. The same form sent
// again changes nothing. It returns fault.Fields for a file that was taken over
// before and fault.Conflict if another file was kept under the id.
func KeepCases(ctx context.Context, tx *db.Tx, u CaseUpload) error {
	if !tx.Actor.May(access.ImportCases) {
		return fmt.Errorf("keep list of cases: %w", fault.Forbidden)
	}
	sum := sha256.Sum256(u.Data)
	var entered *time.Time
	var other, same bool
	err := tx.QueryRow(ctx, `
		SELECT max(entered_at) FILTER (WHERE sha256 = $2 AND id <> $1), coalesce(bool_or(id = $1 AND sha256 <> $2), false), coalesce(bool_or(id = $1 AND sha256 = $2), false)
		FROM case_import WHERE id = $1 OR sha256 = $2`, u.ID, sum[:]).Scan(&entered, &other, &same)
	switch {
	case err != nil:
		return fmt.Errorf("look for the same list: %w", err)
	case other:
		return fault.Explain(fault.Conflict, "grant.error.answer_used")
	case same:
		return nil
	case entered != nil:
		return fault.Field("file", "grant.error.old_again", "Date", calendar.Of(*entered).Time().Format("02.01.2006"))
	}
	name := []rune(u.FileName)
	_, err = tx.Exec(ctx, `INSERT INTO case_import (id, file_name, file, sha256, row_count) VALUES ($1, $2, $3, $4, $5)`,
		u.ID, string(name[max(0, len(name)-255):]), u.Data, sum[:], u.rows)
	if db.Constraint(err) == "case_import_pkey" {
		return errors.Join(fact.ErrRepeated, err)
	}
	if err != nil {
		return fmt.Errorf("keep list of cases: %w", err)
	}
	return nil
}

const importColumns = `
	SELECT i.id, i.file_name, i.row_count, i.created_at, coalesce(p.name, '') AS created_by, i.entered_at, coalesce(q.name, '') AS entered_by
	FROM case_import i
	LEFT JOIN person p ON p.programme_id = i.programme_id AND p.id = i.created_by
	LEFT JOIN person q ON q.programme_id = i.programme_id AND q.id = i.entered_by`

// CaseImports returns the lists, the newest first.
func CaseImports(ctx context.Context, tx *db.Tx) ([]CaseImport, error) {
	rows, _ := tx.Query(ctx, importColumns+` ORDER BY i.created_at DESC, i.id LIMIT 200`)
	list, err := pgx.CollectRows(rows, pgx.RowToStructByName[CaseImport])
	if err != nil {
		return nil, fmt.Errorf("lists of cases: %w", err)
	}
	return list, nil
}

// CaseImportByID returns a list. It returns fault.NotFound if there is none that
// is the actor's to see.
func CaseImportByID(ctx context.Context, tx *db.Tx, id uuid.UUID) (CaseImport, error) {
	rows, _ := tx.Query(ctx, importColumns+` WHERE i.id = $1`, id)
	i, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[CaseImport])
	if err != nil {
		return CaseImport{}, fmt.Errorf("list of cases %s: %w", id, err)
	}
	return i, nil
}

// OldCases returns the lines of a list with what the programme knows of them:
// of one that waits, what stands against taking it over; of one that was taken
// over, the cases that it made. It returns fault.NotFound if there is no such
// list.
func OldCases(ctx context.Context, tx *db.Tx, id uuid.UUID) ([]OldCase, error) {
	var name string
	var file []byte
	var created time.Time
	var entered bool
	err := tx.QueryRow(ctx, `SELECT file_name, file, created_at, entered_at IS NOT NULL FROM case_import WHERE id = $1`, id).Scan(&name, &file, &created, &entered)
	if err != nil {
		return nil, fmt.Errorf("list of cases %s: %w", id, err)
	}
	s, err := sheetread.ReadInTurn(ctx, name, file)
	if err != nil {
		return nil, err
	}
	list, err := readOldCases(s, calendar.Of(created))
	if err != nil {
		return nil, err
	}
	k, err := surroundings(ctx, tx, list)
	if err != nil {
		return nil, err
	}
	for i := range list {
		list[i].CaseID = uuid.NewSHA1(id, []byte(strconv.Itoa(list[i].Line)))
		list[i].District = k.districts[list[i].AGS].name
		if entered {
			list[i].FileRef = k.made[list[i].CaseID]
			continue
		}
		k.judge(&list[i])
	}
	return list, nil
}

// Ready says whether a list can be taken over: whole or not at all.
func Ready(list []OldCase) bool {
	for _, c := range list {
		if len(c.Faults) > 0 {
			return false
		}
	}
	return len(list) > 0
}

// EnterOldCases makes the cases of a list, all or none, once. They are as they
// were elsewhere: nobody gets a duty by it. It returns fault.Conflict while a
// line has a fault or if something else came between, and fact.ErrRepeated if
// the list was taken over before.
func EnterOldCases(ctx context.Context, tx *db.Tx, id uuid.UUID) (n int, err error) {
	return enterOldCases(ctx, tx, id, false)
}

// SeedOldCases is EnterOldCases for the demo: its cases are marked as simulated.
func SeedOldCases(ctx context.Context, tx *db.Tx, id uuid.UUID) (n int, err error) {
	return enterOldCases(ctx, tx, id, true)
}

func enterOldCases(ctx context.Context, tx *db.Tx, id uuid.UUID, simulated bool) (n int, err error) {
	if !tx.Actor.May(access.ImportCases) {
		return 0, fmt.Errorf("enter cases of %s: %w", id, fault.Forbidden)
	}
	// Lists come one after the other.
	if _, err := tx.Exec(ctx, `SELECT pg_advisory_xact_lock(hashtextextended('case_import ' || $1::uuid, 0))`, tx.Actor.Programme); err != nil {
		return 0, fmt.Errorf("lock lists of cases: %w", err)
	}
	i, err := CaseImportByID(ctx, tx, id)
	if err != nil {
		return 0, err
	}
	if i.EnteredAt != nil {
		return 0, fmt.Errorf("list of cases %s: %w", id, fact.ErrRepeated)
	}
	list, err := OldCases(ctx, tx, id)
	if err != nil {
		return 0, err
	}
	if !Ready(list) {
		return 0, fault.Explain(fault.Conflict, "grant.error.old_not_ready")
	}
	b := &pgx.Batch{}
	b.Queue(`UPDATE case_import SET entered_at = now() WHERE id = $1`, id)
	for _, c := range list {
		c.queue(b, id, simulated)
	}
	err = tx.SendBatch(ctx, b).Close()
	switch db.Constraint(err) {
	case "case_import_once", "old_case_ref", "old_case_past", "grant_period_once", "grant_terms_in_force", "grant_budget_year", "budget_enough", "grant_within_cap", "grant_scheme_ended":
		return 0, errors.Join(fault.Explain(fault.Conflict, "grant.error.old_changed"), err)
	}
	if err != nil {
		return 0, fmt.Errorf("enter cases of %s: %w", id, err)
	}
	return len(list), nil
}

func (c OldCase) queue(b *pgx.Batch, importID uuid.UUID, simulated bool) {
	planned := c.Planned
	if planned == nil {
		planned = []Line{}
	}
	b.Queue(`
		INSERT INTO old_case (case_id, import_id, line, district_id, post_id, scheme_id, terms_id, budget_id, period, amount, state, old_ref, notice_on,
			paid, paid_on, proof_on, checked_on, planned, simulated)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)`,
		c.CaseID, importID, c.Line, c.DistrictID, c.PostID, c.Scheme.ID, c.Terms.ID, c.BudgetID, c.Period, c.Amount, c.State, c.OldRef, c.NoticeOn,
		c.Paid, orNull(c.PaidOn), orNull(c.ProofOn), orNull(c.CheckedOn), planned, simulated)
}

// orNull is a day that may be missing.
func orNull(d calendar.Date) *calendar.Date {
	if d.IsZero() {
		return nil
	}
	return &d
}

// Origin says where a case was decided before it was taken over.
type Origin struct {
	OldRef   string
	NoticeOn calendar.Date
	On       time.Time // when it was taken over
	Who      string    // "": the system
}

// OriginOf returns where a case was taken over from. It returns fault.NotFound
// for a case that began here.
func OriginOf(ctx context.Context, tx *db.Tx, caseID uuid.UUID) (Origin, error) {
	rows, _ := tx.Query(ctx, `
		SELECT o.old_ref, o.notice_on, e.at AS on, coalesce(p.name, '') AS who
		FROM old_case o
		JOIN case_event e ON e.programme_id = o.programme_id AND e.case_id = o.case_id AND e.event = 'imported' AND e.from_state = 'none'
		LEFT JOIN person p ON p.programme_id = e.programme_id AND p.id = e.by_person
		WHERE o.case_id = $1`, caseID)
	o, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[Origin])
	if err != nil {
		return Origin{}, fmt.Errorf("origin of case %s: %w", caseID, err)
	}
	return o, nil
}

// rest are the instalments that the terms still foresee once paid is paid: the
// first ones are taken to be those that were paid.
func (c OldCase) rest() ([]Line, error) {
	if c.State == Closed || c.Paid == c.Amount {
		return nil, nil
	}
	t := c.Terms
	payout, err := Calculate(&Payout{Law: t.Law(), Granted: c.Amount, Plan: t.Plan, MinPartial: t.MinPartial, MinBindsLast: t.MinBindsLast, Year: c.Period.From.Year()})
	if err != nil {
		return nil, err
	}
	var list []Line
	paid := c.Paid
	for _, l := range payout.Lines {
		covered := min(paid, l.Amount)
		paid -= covered
		if l.Amount -= covered; l.Amount > 0 && l.Name != string(OnDrawdown) {
			list = append(list, l)
		}
	}
	return list, nil
}

// total sums up amounts; ErrRange becomes the largest.
func total(amounts ...money.Cents) money.Cents {
	sum, err := money.Sum(amounts...)
	if err != nil {
		return money.Max
	}
	return sum
}
