package minutes

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rundertisch/internal/access"
	"rundertisch/internal/body"
	"rundertisch/internal/db"
	"rundertisch/internal/document"
	"rundertisch/internal/fault"
)

// MaxWithdrawal is how long the reason of a withdrawal may be, in characters.
const MaxWithdrawal = 500

// Scan is a scan of the signed print of approved minutes. It lies beside the
// sealed bytes and changes nothing of them.
type Scan struct {
	ID           uuid.UUID
	FileID       uuid.UUID // by which the store finds it
	No           int       // the version that was printed
	FileName     string
	ContentType  string
	Size         int64  // bytes
	SHA256       []byte `db:"sha256"`
	CreatedAt    time.Time
	CreatedBy    *string
	WithdrawnAt  *time.Time // nil: it counts
	WithdrawnWhy string
}

// Sum returns the hash of the file in hexadecimal digits.
func (s Scan) Sum() string { return hex.EncodeToString(s.SHA256) }

const scanQuery = `
	SELECT s.id, s.file_id, s.no, s.file_name, s.content_type, s.size, s.sha256, s.created_at, p.name AS created_by,
		s.withdrawn_at, coalesce(s.withdrawn_why, '') AS withdrawn_why
	FROM minutes_scan s
	LEFT JOIN person p ON p.programme_id = s.programme_id AND p.id = s.created_by
	WHERE s.minutes_id = $1`

// ReadsScans says whether the actor reads the whole text on paper: office and
// chair do, members where the rules of the body give them closed parts in
// their copies, guests and the public never.
func ReadsScans(ctx context.Context, tx *db.Tx, m Minutes) (bool, error) {
	if !m.ForMembers() {
		return false, nil
	}
	if m.Level >= access.Chair.Level() {
		return true, nil
	}
	rules, err := body.BylawsOn(ctx, tx, m.BodyID, m.Day)
	return rules.NonPublicCopy == body.CopyFull, err
}

// Scans returns the scans of minutes that the actor reads, the newest first; the
// office sees those that were withdrawn, too.
func Scans(ctx context.Context, tx *db.Tx, m Minutes) ([]Scan, error) {
	if may, err := ReadsScans(ctx, tx, m); err != nil || !may {
		return nil, err
	}
	rows, _ := tx.Query(ctx, scanQuery+` ORDER BY s.created_at DESC, s.id`, m.ID)
	list, err := pgx.CollectRows(rows, pgx.RowToStructByName[Scan])
	if err != nil {
		return nil, fmt.Errorf("scans of minutes %s: %w", m.ID, err)
	}
	return list, nil
}

// ScanByID returns a scan that counts. It returns fault.NotFound if there is
// none that the actor reads, and for one that was withdrawn.
func ScanByID(ctx context.Context, tx *db.Tx, m Minutes, id uuid.UUID) (Scan, error) {
	may, err := ReadsScans(ctx, tx, m)
	if err != nil {
		return Scan{}, err
	}
	if !may {
		return Scan{}, fmt.Errorf("scan %s: %w", id, fault.NotFound)
	}
	rows, _ := tx.Query(ctx, scanQuery+` AND s.id = $2 AND s.withdrawn_at IS NULL`, m.ID, id)
	s, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[Scan])
	if err != nil {
		return Scan{}, fmt.Errorf("scan %s: %w", id, err)
	}
	return s, nil
}

// AddScan adds a scan to approved minutes. Earlier ones stay; a file that counts
// already is not added again. It opens transactions of its own, since the file is
// stored between two of them (document.Store.Attach). It returns fault.Fields for
// "file" for what is no PDF, fault.Conflict before the approval, fault.Forbidden
// to all but the office and fault.NotFound.
func AddScan(ctx context.Context, d *db.DB, store *document.Store, minutesID uuid.UUID, u document.Upload) error {
	u.Only = document.PDF
	err := store.Attach(ctx, d, access.ScanMinutes, u,
		func(tx *db.Tx) error {
			_, err := lockApproved(ctx, tx, minutesID)
			return err
		},
		func(tx *db.Tx, s document.Stored) error {
			m, err := lockApproved(ctx, tx, minutesID)
			if err != nil {
				return err
			}
			return nameScan(ctx, tx, m, s)
		})
	if err != nil {
		return fmt.Errorf("add a scan to minutes %s: %w", minutesID, err)
	}
	return nil
}

// lockApproved returns approved minutes, held against others, to the office.
func lockApproved(ctx context.Context, tx *db.Tx, id uuid.UUID) (Minutes, error) {
	m, err := lockFor(ctx, tx, id, access.ScanMinutes)
	if err != nil {
		return Minutes{}, err
	}
	if !m.State.Sealed() {
		return Minutes{}, fault.Explain(fault.Conflict, "minutes.error.not_approved")
	}
	return m, nil
}

// nameScan names the stored file, unless the minutes have it already: then
// nothing names it and it is swept.
func nameScan(ctx context.Context, tx *db.Tx, m Minutes, s document.Stored) error {
	n, err := tx.Exec(ctx, `
		INSERT INTO minutes_scan (id, minutes_id, no, body_id, day, file_id, file_name, content_type, size, sha256, created_at)
		SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, decode($10, 'hex'), $11
		WHERE NOT EXISTS (SELECT FROM minutes_scan c WHERE c.minutes_id = $2 AND c.sha256 = decode($10, 'hex') AND c.withdrawn_at IS NULL)`,
		uuid.New(), m.ID, m.No, m.BodyID, m.Day, s.Key, s.Name, s.ContentType, s.Size, s.SHA256, tx.Now)
	if err != nil {
		return fmt.Errorf("insert scan of minutes %s: %w", m.ID, err)
	}
	if n == 0 {
		return nil
	}
	return record(ctx, tx, m, ScanAdded, "SHA-256: "+s.SHA256)
}

// WithdrawScan takes back a scan that was uploaded by mistake, with a reason that
// stays in the trail; nobody downloads it any more. A second call changes nothing.
// It returns fault.Fields without a reason, fault.Forbidden to all but the office
// and fault.NotFound.
func WithdrawScan(ctx context.Context, tx *db.Tx, minutesID, id uuid.UUID, why string) error {
	m, err := lockFor(ctx, tx, minutesID, access.ScanMinutes)
	if err != nil {
		return err
	}
	var withdrawn bool
	err = tx.QueryRow(ctx, `SELECT withdrawn_at IS NOT NULL FROM minutes_scan WHERE minutes_id = $1 AND id = $2`, m.ID, id).Scan(&withdrawn)
	if errors.Is(err, pgx.ErrNoRows) {
		err = fault.NotFound
	}
	if err != nil {
		return fmt.Errorf("withdraw scan %s: %w", id, err)
	}
	if withdrawn {
		return nil
	}
	f := fault.Fields{}
	f.Require("why", why, MaxWithdrawal)
	if err := f.Err(); err != nil {
		return err
	}
	if err := tx.ExecOne(ctx, `UPDATE minutes_scan SET withdrawn_at = $2, withdrawn_why = $3 WHERE id = $1`, id, tx.Now, why); err != nil {
		return fmt.Errorf("withdraw scan %s: %w", id, err)
	}
	return record(ctx, tx, m, ScanWithdrawn, why)
}
