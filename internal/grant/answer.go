package grant

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
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

// Answer is a file in which the cash system says what became of payments.
type Answer struct {
	ID        uuid.UUID
	FileName  string
	Rows      int    `db:"row_count"`
	SHA256    []byte `db:"sha256"`
	CreatedAt time.Time
	CreatedBy string
	BookedAt  *time.Time // nil: it waits
	BookedBy  string
	Booked    int // lines that were booked
}

// AnswerUpload is an answer that somebody sends.
type AnswerUpload struct {
	ID       uuid.UUID // from the form
	FileName string
	Data     []byte
	rows     int
}

// Read reads the file, outside a transaction: it can take a while. It returns
// fault.Fields that say why a file is refused, and fault.Unavailable if too many
// files are being read.
func (u AnswerUpload) Read(ctx context.Context, now time.Time) (AnswerUpload, error) {
	if actor, ok := access.FromContext(ctx); !ok || !actor.May(access.BookAnswers) {
		return u, fmt.Errorf("read answer: %w", fault.Forbidden)
	}
	s, err := sheetread.ReadInTurn(ctx, u.FileName, u.Data)
	if err != nil {
		return u, err
	}
	rows, err := readAnswer(s, calendar.Of(now))
	u.rows = len(rows)
	return u, err
}

// KeepAnswer lets an answer that was read wait; nothing is booked. The same form
// sent again changes nothing. It returns fault.Fields for a file that was booked
// before and fault.Conflict if another file was kept under the id.
func KeepAnswer(ctx context.Context, tx *db.Tx, u AnswerUpload) error {
	if !tx.Actor.May(access.BookAnswers) {
		return fmt.Errorf("keep answer: %w", fault.Forbidden)
	}
	sum := sha256.Sum256(u.Data)
	var booked *time.Time
	var other, same bool
	err := tx.QueryRow(ctx, `
		SELECT max(booked_at) FILTER (WHERE sha256 = $2 AND id <> $1), coalesce(bool_or(id = $1 AND sha256 <> $2), false), coalesce(bool_or(id = $1 AND sha256 = $2), false)
		FROM payment_answer WHERE id = $1 OR sha256 = $2`, u.ID, sum[:]).Scan(&booked, &other, &same)
	switch {
	case err != nil:
		return fmt.Errorf("look for the same answer: %w", err)
	case other:
		return fault.Explain(fault.Conflict, "grant.error.answer_used")
	case same:
		return nil
	case booked != nil:
		return fault.Field("file", "grant.error.answer_again", "Date", calendar.Of(*booked).Time().Format("02.01.2006"))
	}
	name := []rune(u.FileName)
	_, err = tx.Exec(ctx, `INSERT INTO payment_answer (id, file_name, file, sha256, row_count) VALUES ($1, $2, $3, $4, $5)`,
		u.ID, string(name[max(0, len(name)-255):]), u.Data, sum[:], u.rows)
	if db.Constraint(err) == "payment_answer_pkey" {
		return errors.Join(fact.ErrRepeated, err)
	}
	if err != nil {
		return fmt.Errorf("keep answer: %w", err)
	}
	return nil
}

const answerColumns = `
	SELECT a.id, a.file_name, a.row_count, a.sha256, a.created_at, coalesce(p.name, '') AS created_by, a.booked_at, coalesce(q.name, '') AS booked_by,
		(SELECT count(*) FROM payment_answer_row r WHERE r.programme_id = a.programme_id AND r.answer_id = a.id AND r.verdict = 'booked') AS booked
	FROM payment_answer a
	LEFT JOIN person p ON p.programme_id = a.programme_id AND p.id = a.created_by
	LEFT JOIN person q ON q.programme_id = a.programme_id AND q.id = a.booked_by`

// Answers returns the answers of the cash system, the newest first.
func Answers(ctx context.Context, tx *db.Tx) ([]Answer, error) {
	rows, _ := tx.Query(ctx, answerColumns+` ORDER BY a.created_at DESC, a.id LIMIT 200`)
	list, err := pgx.CollectRows(rows, pgx.RowToStructByName[Answer])
	if err != nil {
		return nil, fmt.Errorf("answers: %w", err)
	}
	return list, nil
}

// AnswerByID returns an answer. It returns fault.NotFound if there is none that
// is the actor's to see.
func AnswerByID(ctx context.Context, tx *db.Tx, id uuid.UUID) (Answer, error) {
	rows, _ := tx.Query(ctx, answerColumns+` WHERE a.id = $1`, id)
	a, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[Answer])
	if err != nil {
		return Answer{}, fmt.Errorf("answer %s: %w", id, err)
	}
	return a, nil
}

// AnswerBytes returns the file as it came. It returns fault.NotFound if there is
// none that is the actor's to see.
func AnswerBytes(ctx context.Context, tx *db.Tx, id uuid.UUID) (name string, file []byte, err error) {
	if err := tx.QueryRow(ctx, `SELECT file_name, file FROM payment_answer WHERE id = $1`, id).Scan(&name, &file); err != nil {
		return "", nil, fmt.Errorf("answer %s: %w", id, err)
	}
	return name, file, nil
}

// Verdict is what comes of a line of an answer.
type Verdict string

// The verdicts.
const (
	Books     Verdict = "booked"     // it will be, or was
	Already   Verdict = "already"    // it was booked before
	Unknown   Verdict = "unknown"    // no payment has the reference
	OtherSum  Verdict = "amount"     // the payment has another amount
	OtherFile Verdict = "other_file" // the payment went out with another file
	WrongTime Verdict = "state"      // the payment is not with the cash system
	Barred    Verdict = "blocked"    // the actor had another duty on the case
	Twice     Verdict = "twice"      // an earlier line has the reference
	Faulty    Verdict = "faulty"     // it cannot be read
)

// NameKey is the key of the verdict's name.
func (v Verdict) NameKey() string { return "grant.verdict." + string(v) }

// JudgedRow is a line with the payment that it means and what comes of it.
type JudgedRow struct {
	AnswerRow
	Verdict Verdict
	Payment Payment // zero: none is known
}

// Judgement is what comes of an answer.
type Judgement struct {
	Rows []JudgedRow
	// Seal names what will be booked: a judgement with another one is another.
	Seal string
}

// Count returns how many lines have the verdict, and their sum.
func (j Judgement) Count(v Verdict, to PaymentState) (n int, sum money.Cents) {
	for _, r := range j.Rows {
		if r.Verdict == v && (to == "" || r.To == to) {
			n, sum = n+1, sum+r.Amount
		}
	}
	return n, sum
}

// JudgeAnswer says what comes of each line of an answer: what will be booked if
// it waits, what was booked if it does not. It returns fault.NotFound if there
// is no such answer.
func JudgeAnswer(ctx context.Context, tx *db.Tx, id uuid.UUID) (Judgement, error) {
	rows, booked, err := answerRows(ctx, tx, id)
	if err != nil {
		return Judgement{}, err
	}
	known, err := paymentsNamed(ctx, tx, rows)
	if err != nil {
		return Judgement{}, err
	}
	then := map[int]Verdict{}
	if booked {
		if then, err = verdicts(ctx, tx, id); err != nil {
			return Judgement{}, err
		}
	}
	var j Judgement
	seen := map[string]bool{}
	for _, r := range rows {
		one := JudgedRow{AnswerRow: r, Payment: known[r.Reference].Payment}
		if booked {
			one.Verdict = then[r.Line]
		} else {
			one.Verdict = known[r.Reference].judge(r, seen[r.Reference])
		}
		seen[r.Reference] = true
		j.Rows = append(j.Rows, one)
	}
	j.seal()
	return j, nil
}

// answerRows reads the kept file again.
func answerRows(ctx context.Context, tx *db.Tx, id uuid.UUID) (rows []AnswerRow, booked bool, err error) {
	var name string
	var file []byte
	var created time.Time
	err = tx.QueryRow(ctx, `SELECT file_name, file, created_at, booked_at IS NOT NULL FROM payment_answer WHERE id = $1`, id).Scan(&name, &file, &created, &booked)
	if err != nil {
		return nil, false, fmt.Errorf("answer %s: %w", id, err)
	}
	s, err := sheetread.ReadInTurn(ctx, name, file)
	if err != nil {
		return nil, false, err
	}
	rows, err = readAnswer(s, calendar.Of(created))
	return rows, booked, err
}

// namedPayment is a payment as an answer meets it.
type namedPayment struct {
	Payment
	Barred bool          // the actor had another duty on its case
	SentOn calendar.Date // when its file went out
	PaidOn calendar.Date // zero: not paid yet
}

// paymentsNamed finds the payments of references.
func paymentsNamed(ctx context.Context, tx *db.Tx, rows []AnswerRow) (map[string]namedPayment, error) {
	var refs []string
	var ordinals []int32
	for _, r := range rows {
		i := strings.LastIndexByte(r.Reference, '/')
		no, err := strconv.ParseInt(r.Reference[i+1:], 10, 32)
		if i < 1 || err != nil {
			continue
		}
		refs, ordinals = append(refs, r.Reference[:i]), append(ordinals, int32(no))
	}
	list, err := tx.Query(ctx, strings.Replace(paymentColumns, "x.no AS export_no", `x.no AS export_no,
		EXISTS (SELECT FROM case_duty d WHERE d.programme_id = p.programme_id AND d.case_id = p.case_id AND d.person_id = $3 AND d.duty <> 'payer') AS barred,
		(x.created_at AT TIME ZONE 'Europe/Berlin')::date AS sent_on,
		(SELECT max(e.on_day) FROM payment_event e WHERE e.programme_id = p.programme_id AND e.payment_id = p.id AND e.to_state = 'paid') AS paid_on`, 1)+`
		JOIN (SELECT DISTINCT ref, no FROM unnest($1::text[], $2::int[]) AS u(ref, no)) r ON r.ref = c.file_ref AND r.no = p.ordinal`, refs, ordinals, tx.Actor.Person)
	if err != nil {
		return nil, fmt.Errorf("payments of an answer: %w", err)
	}
	found, err := pgx.CollectRows(list, pgx.RowToStructByName[namedPayment])
	if err != nil {
		return nil, fmt.Errorf("payments of an answer: %w", err)
	}
	known := make(map[string]namedPayment, len(found))
	for _, p := range found {
		known[p.Reference()] = p
	}
	return known, nil
}

// judge says what comes of a line that means the payment.
func (p namedPayment) judge(r AnswerRow, before bool) Verdict {
	switch {
	case len(r.Faults) > 0:
		return Faulty
	case before:
		return Twice
	case p.ID == uuid.Nil:
		return Unknown
	case p.Amount != r.Amount:
		return OtherSum
	case r.File > 0 && (p.ExportNo == nil || *p.ExportNo != r.File):
		return OtherFile
	case p.State == r.To:
		return Already
	case p.State != Exported && (p.State != Paid || r.To != Bounced) || r.Day.Before(p.SentOn) || p.State == Paid && r.Day.Before(p.PaidOn):
		return WrongTime
	case p.Barred:
		return Barred
	}
	return Books
}

func verdicts(ctx context.Context, tx *db.Tx, id uuid.UUID) (map[int]Verdict, error) {
	rows, err := tx.Query(ctx, `SELECT line, verdict FROM payment_answer_row WHERE answer_id = $1`, id)
	if err != nil {
		return nil, fmt.Errorf("lines of answer %s: %w", id, err)
	}
	list := map[int]Verdict{}
	var line int
	var v Verdict
	if _, err := pgx.ForEachRow(rows, []any{&line, &v}, func() error { list[line] = v; return nil }); err != nil {
		return nil, fmt.Errorf("lines of answer %s: %w", id, err)
	}
	return list, nil
}

// seal names what will be booked.
func (j *Judgement) seal() {
	h := sha256.New()
	for _, r := range j.Rows {
		if r.Verdict == Books {
			_, _ = fmt.Fprintf(h, "%d %s %s %s\n", r.Line, r.Payment.ID, r.Payment.State, r.To)
		}
	}
	j.Seal = hex.EncodeToString(h.Sum(nil))
}

// BookAnswer books all lines of an answer that a payment is known to, in one
// transaction and once, and notes what came of the others. seal is that of the
// judgement that somebody saw. It returns fault.Conflict if the judgement is
// another one now or nothing is to be booked, fact.ErrRepeated if the answer was
// booked before, and what Pay returns.
func BookAnswer(ctx context.Context, tx *db.Tx, id uuid.UUID, seal string) error {
	if !tx.Actor.May(access.BookAnswers) {
		return fmt.Errorf("book answer %s: %w", id, fault.Forbidden)
	}
	// Files go out and come back one after the other.
	if _, err := tx.Exec(ctx, `SELECT pg_advisory_xact_lock(hashtextextended('payment_export ' || $1::uuid, 0))`, tx.Actor.Programme); err != nil {
		return fmt.Errorf("lock answers: %w", err)
	}
	a, err := AnswerByID(ctx, tx, id)
	if err != nil {
		return err
	}
	if a.BookedAt != nil {
		return fmt.Errorf("answer %s: %w", id, fact.ErrRepeated)
	}
	j, err := JudgeAnswer(ctx, tx, id)
	if err != nil {
		return err
	}
	if n, _ := j.Count(Books, ""); n == 0 {
		return fault.Explain(fault.Conflict, "grant.error.answer_nothing")
	}
	if j.Seal != seal {
		return fault.Explain(fault.Conflict, "grant.error.answer_changed")
	}
	b := &pgx.Batch{}
	b.Queue(`UPDATE payment_answer SET booked_at = now() WHERE id = $1`, id)
	j.queue(b, id)
	err = tx.SendBatch(ctx, b).Close()
	if db.Constraint(err) == "payment_answer_once" {
		return errors.Join(fault.Explain(fault.Conflict, "grant.error.answer_booked"), err)
	}
	return paid(err)
}

// queue writes the steps and the verdicts, cases in the order in which all lock
// them.
func (j Judgement) queue(b *pgx.Batch, id uuid.UUID) {
	slices.SortStableFunc(j.Rows, func(x, y JudgedRow) int {
		return cmp.Compare(x.Payment.CaseID.String(), y.Payment.CaseID.String())
	})
	for _, r := range j.Rows {
		var payment, event *uuid.UUID
		if r.Payment.ID != uuid.Nil {
			payment = &r.Payment.ID
		}
		if r.Verdict == Books {
			act := PaymentAct{ID: uuid.NewSHA1(id, []byte(strconv.Itoa(r.Line))), To: r.To, Day: r.Day, Reason: r.Reason}
			r.Payment.queueStep(b, act, nil)
			step := act.stepOf(r.Payment)
			event = &step
		}
		b.Queue(`INSERT INTO payment_answer_row (answer_id, line, verdict, payment_id, event_id) VALUES ($1, $2, $3, $4, $5)`, id, r.Line, r.Verdict, payment, event)
	}
}
