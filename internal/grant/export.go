package grant

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/csv"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rundertisch/internal/access"
	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/fault"
	"rundertisch/internal/money"
)

// PaymentFile is a file that went to the cash system.
type PaymentFile struct {
	ID        uuid.UUID
	No        int // gapless
	Payments  int
	Total     money.Cents
	SHA256    []byte `db:"sha256"`
	CreatedAt time.Time
	CreatedBy string
}

// Export hands every ordered payment that is due to the cash system, each once: whoever
// comes at the same moment waits and finds nothing left. The file and the
// states change in one transaction, so that a kill leaves both or neither. It
// returns fault.Conflict if nothing is ordered and what Pay returns.
func Export(ctx context.Context, tx *db.Tx, formID uuid.UUID) error {
	if !tx.Actor.May(access.ExportPayments) {
		return fmt.Errorf("export payments: %w", fault.Forbidden)
	}
	if _, err := tx.Exec(ctx, `SELECT pg_advisory_xact_lock(hashtextextended('payment_export ' || $1::uuid, 0))`, tx.Actor.Programme); err != nil {
		return fmt.Errorf("lock export: %w", err)
	}
	var no int
	var repeated bool
	err := tx.QueryRow(ctx, `SELECT coalesce(max(no), 0) + 1, coalesce(bool_or(id = $1), false) FROM payment_export`, formID).Scan(&no, &repeated)
	if err != nil {
		return fmt.Errorf("number of export: %w", err)
	}
	if repeated {
		return nil
	}
	list, err := PaymentsIn(ctx, tx, Ordered)
	if err != nil {
		return err
	}
	// What a hearing or a revocation stands against waits; it keeps nothing else
	// from going out.
	list = slices.DeleteFunc(list, func(p Payment) bool { return !p.Due || p.Over })
	if len(list) == 0 {
		return fault.Explain(fault.Conflict, "grant.error.nothing_ordered")
	}
	file, total, err := paymentFile(no, calendar.Of(tx.Now), list)
	if err != nil {
		return err
	}
	sum := sha256.Sum256(file)
	b := &pgx.Batch{}
	b.Queue(`INSERT INTO payment_export (id, no, payments, total, file, sha256) VALUES ($1, $2, $3, $4, $5, $6)`, formID, no, len(list), total, file, sum[:])
	for _, p := range list {
		p.queueStep(b, PaymentAct{ID: formID, To: Exported}, &formID)
	}
	return paid(tx.SendBatch(ctx, b).Close())
}

// FileColumns are the columns of the file, documented for the cash system in
// docs/decisions/0018-payment-file.md.
var FileColumns = []string{"datei", "referenz", "empfaenger_ags", "empfaenger", "betrag_cent", "waehrung", "verwendungszweck", "tag"}

// paymentFile writes payments as CSV for the cash system: UTF-8, semicolons,
// CRLF, a head, amounts in whole cents.
func paymentFile(no int, on calendar.Date, list []Payment) (file []byte, total money.Cents, err error) {
	var out bytes.Buffer
	w := csv.NewWriter(&out)
	w.Comma, w.UseCRLF = ';', true
	_ = w.Write(FileColumns)
	for _, p := range list {
		total += p.Amount
		_ = w.Write([]string{
			strconv.Itoa(no), p.Reference(), p.AGS, p.DistrictName, strconv.FormatInt(int64(p.Amount), 10), "EUR",
			fmt.Sprintf("Zuwendung %s Rate %d", p.FileRef, p.Ordinal), on.String(),
		})
	}
	w.Flush()
	if err := total.Check(); err != nil {
		return nil, 0, err
	}
	return out.Bytes(), total, w.Error()
}

// PaymentFiles returns the files that went to the cash system, the newest first.
func PaymentFiles(ctx context.Context, tx *db.Tx) ([]PaymentFile, error) {
	rows, _ := tx.Query(ctx, `
		SELECT x.id, x.no, x.payments, x.total, x.sha256, x.created_at, coalesce(p.name, '') AS created_by
		FROM payment_export x
		LEFT JOIN person p ON p.programme_id = x.programme_id AND p.id = x.created_by
		ORDER BY x.no DESC LIMIT 200`)
	list, err := pgx.CollectRows(rows, pgx.RowToStructByName[PaymentFile])
	if err != nil {
		return nil, fmt.Errorf("payment files: %w", err)
	}
	return list, nil
}

// FileBytes returns a file as it was made. It returns fault.NotFound if there is
// none that is the actor's to see.
func FileBytes(ctx context.Context, tx *db.Tx, id uuid.UUID) (no int, file []byte, err error) {
	if err := tx.QueryRow(ctx, `SELECT no, file FROM payment_export WHERE id = $1`, id).Scan(&no, &file); err != nil {
		return 0, nil, fmt.Errorf("payment file %s: %w", id, err)
	}
	return no, file, nil
}
