package partner

import (
	"context"
	"errors"
	"fmt"
	"net/mail"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rundertisch/internal/access"
	"rundertisch/internal/db"
	"rundertisch/internal/fault"
)

// The longest texts of a note, in characters, as the table says too.
const (
	MaxContactName  = 120
	MaxContactEmail = 254
	MaxContactPhone = 60
	MaxNote         = 4000
)

// Note is what one district keeps to itself about a partner. The zero Version
// means that there is none yet.
type Note struct {
	ContactName  string
	ContactEmail string
	ContactPhone string
	Note         string
	ChangedAt    time.Time
	Version      int
}

// Empty says whether nothing is written in the note.
func (n Note) Empty() bool {
	return n.ContactName == "" && n.ContactEmail == "" && n.ContactPhone == "" && n.Note == ""
}

func (n Note) validate() error {
	f := fault.Fields{}
	f.Limit("contact_name", n.ContactName, MaxContactName)
	f.Limit("contact_email", n.ContactEmail, MaxContactEmail)
	f.Limit("contact_phone", n.ContactPhone, MaxContactPhone)
	f.Limit("note", n.Note, MaxNote)
	if n.ContactEmail != "" {
		if a, err := mail.ParseAddress(n.ContactEmail); err != nil || a.Address != n.ContactEmail {
			f.Add("contact_email", "partner.error.email")
		}
	}
	return f.Err()
}

// NoteOf returns the district's note on the partner; an empty one if there is
// none or the actor is not of the district.
func NoteOf(ctx context.Context, tx *db.Tx, districtID, partnerID uuid.UUID) (Note, error) {
	rows, _ := tx.Query(ctx, `
		SELECT contact_name, contact_email, contact_phone, note, changed_at, version
		FROM partner_note
		WHERE district_id = $1 AND partner_id = $2`, districtID, partnerID)
	n, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[Note])
	if errors.Is(err, pgx.ErrNoRows) {
		return Note{}, nil
	}
	if err != nil {
		return Note{}, fmt.Errorf("note on partner %s: %w", partnerID, err)
	}
	return n, nil
}

// KeepNote writes the district's note on the partner. n.Version is the version
// that was read. It returns fault.Fields for bad input, fault.Stale if somebody
// else wrote meanwhile, fault.Forbidden for another district, and
// fault.NotFound without such a partner.
func KeepNote(ctx context.Context, tx *db.Tx, districtID, partnerID uuid.UUID, n Note) error {
	if !tx.Actor.MayIn(access.KeepPartners, districtID) {
		return fmt.Errorf("note of district %s: %w", districtID, fault.Forbidden)
	}
	if err := n.validate(); err != nil {
		return err
	}
	touched, err := tx.Exec(ctx, `
		INSERT INTO partner_note (district_id, partner_id, contact_name, contact_email, contact_phone, note)
		VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (programme_id, district_id, partner_id) DO UPDATE
		SET contact_name = $3, contact_email = $4, contact_phone = $5, note = $6,
			changed_at = now(), changed_by = current_person()
		WHERE partner_note.version = $7`,
		districtID, partnerID, n.ContactName, n.ContactEmail, n.ContactPhone, n.Note, n.Version)
	if err != nil {
		return fmt.Errorf("keep note on partner %s: %w", partnerID, err)
	}
	if touched == 0 {
		return fmt.Errorf("note on partner %s: %w", partnerID, fault.Stale)
	}
	return nil
}
