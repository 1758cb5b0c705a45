package account

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rundertisch/internal/access"
	"rundertisch/internal/db"
	"rundertisch/internal/fault"
)

// Identity is an account's person in a programme.
type Identity struct {
	Account uuid.UUID
	Person  uuid.UUID
}

type credentials struct {
	Identity
	hash    string
	enabled bool
}

// SignIn checks an address and a password in the programme of the context's
// actor. It returns fault.Fields, always the same, if they do not fit or the
// account may not enter, and fault.TooMany after too many failures. With
// fault.Fields it still names a known account, for the log alone. network is
// where the request comes from.
func SignIn(ctx context.Context, d *db.DB, email, password string, network netip.Addr) (Identity, error) {
	email = strings.ToLower(strings.TrimSpace(email))
	own, shared := accountBucket(email), networkBucket(network)
	var found credentials
	var tries []try
	err := d.Write(ctx, access.SignIn, func(tx *db.Tx) (err error) {
		if tries, err = takeTries(ctx, tx, own, shared); err != nil {
			return err
		}
		found, err = lookUp(ctx, tx, email)
		return err
	})
	if err != nil {
		return Identity{}, err
	}
	if !found.enabled {
		found.hash = "" // no password opens it
	}
	match, err := prove(ctx, d, access.SignIn, password, found.hash, tries)
	if err != nil {
		return Identity{}, err
	}
	if !match {
		return found.Identity, fault.Field("", "session.wrong")
	}
	err = d.Write(ctx, access.SignIn, func(tx *db.Tx) error { return clearFailures(ctx, tx, own) })
	return found.Identity, err
}

// lookUp returns the credentials behind an address, or none.
func lookUp(ctx context.Context, tx *db.Tx, email string) (credentials, error) {
	var c credentials
	var hash *string
	var person *uuid.UUID
	err := tx.QueryRow(ctx, `SELECT account_id, password_hash, enabled, person_id FROM account_by_email($1)`, email).
		Scan(&c.Account, &hash, &c.enabled, &person)
	if errors.Is(err, pgx.ErrNoRows) {
		return credentials{}, nil
	}
	if err != nil {
		return credentials{}, fmt.Errorf("look up account: %w", err)
	}
	if hash != nil {
		c.hash = *hash
	}
	if person != nil {
		c.Person = *person
	}
	return c, nil
}
