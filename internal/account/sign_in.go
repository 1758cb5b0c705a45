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
	err := d.Read(ctx, access.SignIn, func(tx *db.Tx) error {
		if err := checkThrottle(ctx, tx, own, shared); err != nil {
			return err
		}
		var err error
		found, err = lookUp(ctx, tx, email)
		return err
	})
	if err != nil {
		return Identity{}, err
	}
	match, err := Verify(ctx, password, found.hash)
	if err != nil {
		return Identity{}, err
	}
	if !match || !found.enabled {
		err := d.Write(ctx, access.SignIn, func(tx *db.Tx) error { return countFailure(ctx, tx, own, shared) })
		return found.Identity, errors.Join(fault.Field("", "session.wrong"), err)
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
