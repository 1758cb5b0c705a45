package post

import (
	"context"
	"fmt"
	"net/mail"
	"unicode/utf8"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rundertisch/internal/access"
	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/fault"
)

// Limits of a holder's texts, in characters.
const (
	MaxName  = 120
	MaxEmail = 254
	MaxPhone = 60
)

// NewHolder is a person who takes a post. A name that the programme does not
// know yet becomes a new person without a sign-in.
type NewHolder struct {
	ID          uuid.UUID
	Name        string
	FTEPermille int
	From        calendar.Date
	To          calendar.Date // the first day on which the person no longer holds it; zero: open
	OfficeEmail string        // a function address, shown to the public
	OfficePhone string
	ShowName    bool // the person agreed that the name is public
}

// check adds the faults of the holder's fields, which forms prefix with
// "holder_" where the name alone would be ambiguous.
func (n NewHolder) check(f fault.Fields) {
	switch {
	case n.Name == "":
		f.Add("holder_name", "field.missing")
	case utf8.RuneCountInString(n.Name) > MaxName:
		f.Add("holder_name", "field.too_long", "Max", MaxName)
	}
	if n.FTEPermille < 1 || n.FTEPermille > 1000 {
		f.Add("fte", "post.fte_range")
	}
	if a, err := mail.ParseAddress(n.OfficeEmail); err != nil || a.Address != n.OfficeEmail || len(n.OfficeEmail) > MaxEmail {
		f.Add("office_email", "post.email_invalid")
	}
	if utf8.RuneCountInString(n.OfficePhone) > MaxPhone {
		f.Add("office_phone", "field.too_long", "Max", MaxPhone)
	}
}

// AddHolder records that a person holds the post from a day on, beside others
// in job sharing or for a handover. It returns fault.Fields for bad input, for
// shares above the post's and for a person who already holds it then.
func AddHolder(ctx context.Context, tx *db.Tx, p Post, n NewHolder) error {
	if !tx.Actor.MayIn(access.HoldPost, p.DistrictID) {
		return fmt.Errorf("hold post %s: %w", p.ID, fault.Forbidden)
	}
	f := fault.Fields{}
	if n.From.IsZero() {
		f.Add("from", "field.missing")
	}
	if !n.To.IsZero() && !n.From.Before(n.To) {
		f.Add("to", "post.ends_before_start")
	}
	n.check(f)
	if err := f.Err(); err != nil {
		return err
	}
	return addHolder(ctx, tx, p, n)
}

func addHolder(ctx context.Context, tx *db.Tx, p Post, n NewHolder) error {
	person, err := personNamed(ctx, tx, n.Name)
	if err != nil {
		return err
	}
	var public *string
	if n.ShowName {
		public = &n.Name
	}
	h := Holder{
		ID: n.ID, PersonID: person, FTEPermille: n.FTEPermille, Valid: calendar.Range{From: n.From, To: n.To},
		OfficeEmail: n.OfficeEmail, OfficePhone: n.OfficePhone, PublicName: public,
	}
	return insertHolder(ctx, tx, p, h)
}

func insertHolder(ctx context.Context, tx *db.Tx, p Post, h Holder) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO post_holder (id, post_id, district_id, person_id, fte_permille, valid, office_email, office_phone, public_name, simulated)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		h.ID, p.ID, p.DistrictID, h.PersonID, h.FTEPermille, h.Valid, h.OfficeEmail, h.OfficePhone, h.PublicName, h.Simulated)
	if err != nil {
		return explain(fmt.Errorf("record holder of post %s: %w", p.ID, err))
	}
	return nil
}

// personNamed returns the programme's person with the name, a new one if there
// is none.
func personNamed(ctx context.Context, tx *db.Tx, name string) (uuid.UUID, error) {
	rows, _ := tx.Query(ctx, `SELECT id FROM person WHERE name = $1 ORDER BY created_at LIMIT 1`, name)
	found, err := pgx.CollectRows(rows, pgx.RowTo[uuid.UUID])
	if err != nil {
		return uuid.Nil, fmt.Errorf("look for person: %w", err)
	}
	if len(found) == 1 {
		return found[0], nil
	}
	id := uuid.New()
	if _, err := tx.Exec(ctx, `INSERT INTO person (id, name) VALUES ($1, $2)`, id, name); err != nil {
		return uuid.Nil, fmt.Errorf("add person: %w", err)
	}
	return id, nil
}

// EndHolder records that a person no longer holds the post from a day on. The
// open record is withdrawn, one with an end takes its place.
func EndHolder(ctx context.Context, tx *db.Tx, p Post, holderID uuid.UUID, from calendar.Date) error {
	if !tx.Actor.MayIn(access.HoldPost, p.DistrictID) {
		return fmt.Errorf("end holder of post %s: %w", p.ID, fault.Forbidden)
	}
	holders, err := Holders(ctx, tx, p.ID)
	if err != nil {
		return err
	}
	for _, h := range holders {
		if h.ID == holderID && !h.Withdrawn() && h.Valid.To.IsZero() {
			if from.IsZero() || !h.Valid.From.Before(from) {
				return fault.Field("to", "post.ends_before_start")
			}
			return endHolder(ctx, tx, p, h, from)
		}
	}
	return fmt.Errorf("holder %s: %w", holderID, fault.NotFound)
}

func endHolder(ctx context.Context, tx *db.Tx, p Post, h Holder, from calendar.Date) error {
	if err := withdrawHolder(ctx, tx, h.ID, "beendet"); err != nil {
		return err
	}
	if !h.Valid.From.Before(from) { // would have begun later: it never was
		return nil
	}
	h.ID, h.Valid.To = uuid.New(), from
	return insertHolder(ctx, tx, p, h)
}

func withdrawHolder(ctx context.Context, tx *db.Tx, id uuid.UUID, why string) error {
	err := tx.ExecOne(ctx, `
		UPDATE post_holder SET withdrawn_at = now(), withdrawn_why = $2
		WHERE id = $1 AND withdrawn_at IS NULL`, id, why)
	if err != nil {
		return fmt.Errorf("withdraw holder %s: %w", id, err)
	}
	return nil
}

// endHolders ends everybody who would still hold the post on the day.
func endHolders(ctx context.Context, tx *db.Tx, p Post, from calendar.Date) error {
	holders, err := Holders(ctx, tx, p.ID)
	if err != nil {
		return err
	}
	for _, h := range holders {
		if h.Withdrawn() || !h.Valid.To.IsZero() && !from.Before(h.Valid.To) {
			continue
		}
		if err := endHolder(ctx, tx, p, h, from); err != nil {
			return err
		}
	}
	return nil
}

func heldOn(ctx context.Context, tx *db.Tx, p Post, day calendar.Date) (bool, error) {
	var held bool
	err := tx.QueryRow(ctx, `
		SELECT EXISTS (SELECT FROM post_holder WHERE post_id = $1 AND valid @> $2::date AND withdrawn_at IS NULL)`,
		p.ID, day).Scan(&held)
	if err != nil {
		return false, fmt.Errorf("who holds post %s: %w", p.ID, err)
	}
	return held, nil
}
