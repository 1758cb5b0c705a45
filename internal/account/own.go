package account

import (
	"context"
	"fmt"
	"time"

	"rundertisch/internal/access"
	"rundertisch/internal/db"
	"rundertisch/internal/fault"
)

// Own is what a person sees of the own account.
type Own struct {
	Name              string
	Email             string
	PasswordChangedAt *time.Time
	Roles             []Role
	Sessions          []Session
}

// ReadOwn reads the actor's own account. current is the hash of the token of
// the session that asks.
func ReadOwn(ctx context.Context, tx *db.Tx, current []byte) (Own, error) {
	own := Own{Name: tx.Actor.Name}
	var hash *string
	err := tx.QueryRow(ctx, `SELECT email, password_hash, password_changed_at FROM account_own()`).
		Scan(&own.Email, &hash, &own.PasswordChangedAt)
	if err != nil {
		return Own{}, fmt.Errorf("own account: %w", err)
	}
	if own.Roles, err = rolesOf(ctx, tx, tx.Actor.Person); err != nil {
		return Own{}, err
	}
	own.Sessions, err = sessions(ctx, tx, current)
	return own, err
}

// Change is a change of the own password.
type Change struct {
	Present string
	New     NewPassword
	Keep    []byte // hash of the token of the session that goes on
}

// ChangePassword sets the actor's password, ends all other sessions and mails
// a notice. It returns fault.Fields if the present password is wrong or the
// new one is not good enough, and fault.TooMany after too many failures.
func (s *Service) ChangePassword(ctx context.Context, d *db.DB, in Change) error {
	var email, hash string
	var tries []try
	err := d.Write(ctx, access.KeepAccount, func(tx *db.Tx) error {
		err := tx.QueryRow(ctx, `SELECT email, coalesce(password_hash, '') FROM account_own()`).Scan(&email, &hash)
		if err != nil {
			return fmt.Errorf("own account: %w", err)
		}
		tries, err = takeTries(ctx, tx, accountBucket(email))
		return err
	})
	if err != nil {
		return err
	}
	match, err := prove(ctx, d, access.KeepAccount, in.Present, hash, tries)
	if err != nil {
		return err
	}
	if !match {
		return fault.Field("present", "account.wrong_password")
	}
	actor, _ := access.FromContext(ctx)
	if err := in.New.check(actor.Name, email); err != nil {
		return err
	}
	if in.New.Password == in.Present {
		return fault.Field("password", "password.same")
	}
	fresh, err := Hash(ctx, in.New.Password)
	if err != nil {
		return err
	}
	return d.Write(ctx, access.KeepAccount, func(tx *db.Tx) error {
		if err := storePassword(ctx, tx, tx.Actor.Account, fresh, in.Keep); err != nil {
			return err
		}
		if err := clearFailures(ctx, tx, accountBucket(email)); err != nil {
			return err
		}
		return s.mailPasswordChanged(ctx, tx, invitee{ID: tx.Actor.Person, Name: tx.Actor.Name, Email: email})
	})
}
