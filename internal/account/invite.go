package account

import (
	"context"
	"errors"
	"fmt"
	netmail "net/mail"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rundertisch/internal/db"
	"rundertisch/internal/fault"
)

// The longest name and address of a person, in characters.
const (
	MaxName  = 120
	MaxEmail = 254
)

// Invitation asks a person into the programme with a first role.
type Invitation struct {
	Name  string
	Email string
	Role  NewRole
}

// Receipt says what became of an invitation.
type Receipt struct {
	Person uuid.UUID
	Mailed bool // a link went out; false: the person signs in as before
}

// Invite adds the person, or takes the programme's person with that address,
// gives the role and sends a link that opens an account. A person who has one
// gets the role alone. It returns fault.Fields for bad input, a disabled person
// and a role that the person already holds then.
func (s *Service) Invite(ctx context.Context, tx *db.Tx, in Invitation) (Receipt, error) {
	in.Email = strings.ToLower(in.Email)
	if err := in.check(); err != nil {
		return Receipt{}, err
	}
	p, err := personFor(ctx, tx, in)
	if err != nil {
		return Receipt{}, err
	}
	in.Role.Person = p.ID
	added, err := insertRole(ctx, tx, in.Role)
	if err != nil {
		return Receipt{}, err
	}
	out := Receipt{Person: p.ID, Mailed: !p.hasAccount}
	switch {
	case !added: // the same form again
		return out, nil
	case p.hasAccount:
		return out, s.mailRoleGiven(ctx, tx, p.invitee)
	}
	return out, s.mailInvitation(ctx, tx, p.invitee)
}

func (in Invitation) check() error {
	f := fault.Fields{}
	switch n := utf8.RuneCountInString(in.Name); {
	case n == 0:
		f.Add("name", "field.missing")
	case n > MaxName:
		f.Add("name", "field.too_long", "Max", MaxName)
	}
	switch {
	case in.Email == "":
		f.Add("email", "field.missing")
	case !ValidEmail(in.Email):
		f.Add("email", "account.email_invalid")
	}
	in.Role.check(f)
	return f.Err()
}

// ValidEmail says whether s is a plain address with a domain.
func ValidEmail(s string) bool {
	a, err := netmail.ParseAddress(s)
	if err != nil || a.Name != "" || a.Address != s || len(s) > MaxEmail {
		return false
	}
	_, domain, _ := strings.Cut(s, "@")
	return strings.Contains(strings.Trim(domain, "."), ".") && !strings.ContainsAny(s, " \t\r\n\"<>,;")
}

// invitee is whom a mail is for.
type invitee struct {
	ID    uuid.UUID
	Name  string
	Email string
}

type foundPerson struct {
	invitee
	hasAccount bool
}

// personFor returns the programme's person with the address, a new one if
// there is none.
func personFor(ctx context.Context, tx *db.Tx, in Invitation) (foundPerson, error) {
	var p foundPerson
	var disabled bool
	err := tx.QueryRow(ctx, `
		SELECT id, name, email, account_id IS NOT NULL, disabled_at IS NOT NULL
		FROM person WHERE lower(email) = $1`, in.Email).Scan(&p.ID, &p.Name, &p.Email, &p.hasAccount, &disabled)
	switch {
	case err == nil && disabled:
		return foundPerson{}, fault.Field("email", "account.person_disabled")
	case err == nil:
		return p, nil
	case !errors.Is(err, pgx.ErrNoRows):
		return foundPerson{}, fmt.Errorf("look for person: %w", err)
	}
	p.invitee = invitee{ID: uuid.New(), Name: in.Name, Email: in.Email}
	_, err = tx.Exec(ctx, `INSERT INTO person (id, name, email) VALUES ($1, $2, $3)`, p.ID, p.Name, p.Email)
	if err != nil {
		return foundPerson{}, fmt.Errorf("add person: %w", err)
	}
	return p, nil
}

// Resend sends the person a new link; earlier ones no longer work. It returns
// fault.NotFound for a person who is disabled, has an account or no address.
func (s *Service) Resend(ctx context.Context, tx *db.Tx, person uuid.UUID) error {
	p := invitee{ID: person}
	err := tx.QueryRow(ctx, `
		SELECT name, email FROM person
		WHERE id = $1 AND account_id IS NULL AND disabled_at IS NULL AND email IS NOT NULL`, person).Scan(&p.Name, &p.Email)
	if err != nil {
		return fmt.Errorf("invite person %s again: %w", person, err)
	}
	return s.mailInvitation(ctx, tx, p)
}

// Pending is the newest invitation of a person who has no account yet.
type Pending struct {
	SentAt    time.Time
	ExpiresAt time.Time
}

// pendingInvitation returns the person's newest invitation, nil if there is
// none.
func pendingInvitation(ctx context.Context, tx *db.Tx, person uuid.UUID) (*Pending, error) {
	var p Pending
	err := tx.QueryRow(ctx, `
		SELECT created_at, expires_at
		FROM one_time_link
		WHERE person_id = $1 AND kind = $2
		ORDER BY created_at DESC
		LIMIT 1`, person, string(invitationLink)).Scan(&p.SentAt, &p.ExpiresAt)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, nil //nolint:nilnil // no invitation is no fault
	}
	if err != nil {
		return nil, fmt.Errorf("invitation of person %s: %w", person, err)
	}
	return &p, nil
}
