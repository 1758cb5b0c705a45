package account

import (
	"context"
	"fmt"
	"net/netip"

	"github.com/google/uuid"

	"rundertisch/internal/access"
	"rundertisch/internal/db"
	"rundertisch/internal/fault"
)

// Welcome is what an invitation opens.
type Welcome struct {
	Name     string
	Email    string
	Existing bool // the address has an account: its password is asked, none is set
}

// Invitation looks at the invitation behind a token and uses nothing up. It
// returns fault.NotFound for a token that opens nothing, whatever the reason.
func (*Service) Invitation(ctx context.Context, d *db.DB, token string) (Welcome, error) {
	var w Welcome
	ctx = asSystem(ctx, "invitation")
	err := d.Read(ctx, access.AcceptInvite, func(tx *db.Tx) error {
		o, err := openLink(ctx, tx, invitationLink, token)
		if err != nil {
			return err
		}
		c, err := lookUp(ctx, tx, o.Email)
		w = Welcome{Name: o.Name, Email: o.Email, Existing: c.hash != ""}
		return err
	})
	return w, err
}

// NewPassword is a password as typed twice.
type NewPassword struct {
	Password string
	Repeat   string
}

// check returns fault.Fields for a password that is not good enough or typed
// differently the second time.
func (n NewPassword) check(words ...string) error {
	if err := CheckNew("password", n.Password, words...); err != nil {
		return err
	}
	if n.Password != n.Repeat {
		return fault.Field("repeat", "password.repeat_differs")
	}
	return nil
}

// Accept uses the invitation up and links the person to an account: a new one
// with the password, or the one that the address has, if the password opens
// it. It returns fault.NotFound for a token that opens nothing, fault.Fields
// for a password that does not fit, and fault.TooMany after too many failures.
func (*Service) Accept(ctx context.Context, d *db.DB, token string, in NewPassword, network netip.Addr) (Identity, error) {
	ctx = asSystem(ctx, "invitation")
	var o opened
	var c credentials
	var tries []try
	err := d.Write(ctx, access.AcceptInvite, func(tx *db.Tx) (err error) {
		if o, err = openLink(ctx, tx, invitationLink, token); err != nil {
			return err
		}
		if c, err = lookUp(ctx, tx, o.Email); err != nil || c.hash == "" {
			return err
		}
		tries, err = takeTries(ctx, tx, accountBucket(o.Email), networkBucket(network))
		return err
	})
	if err != nil {
		return Identity{}, err
	}
	if c.hash != "" {
		var match bool
		if match, err = prove(ctx, d, access.AcceptInvite, in.Password, c.hash, tries); err == nil && !match {
			err = fault.Field("password", "account.wrong_password")
		}
	} else if err = in.check(o.Name, o.Email); err == nil {
		c.hash, err = Hash(ctx, in.Password)
	}
	if err != nil {
		return Identity{}, err
	}
	return enter(ctx, d, o, c)
}

// enter links the person to the account and uses the invitation up.
func enter(ctx context.Context, d *db.DB, o opened, c credentials) (Identity, error) {
	who := Identity{Person: o.Person}
	fresh := c.Account == uuid.Nil
	err := d.Write(ctx, access.AcceptInvite, func(tx *db.Tx) error {
		if err := o.use(ctx, tx); err != nil {
			return err
		}
		id := c.Account
		if fresh {
			id = uuid.New()
		}
		err := tx.QueryRow(ctx, `SELECT account_register($1, $2, $3, $4)`, id, o.Email, c.hash, o.Person).Scan(&who.Account)
		if err != nil {
			return fmt.Errorf("open account of person %s: %w", o.Person, err)
		}
		if who.Account != id { // opened by another invitation in between
			return fmt.Errorf("account of person %s: %w", o.Person, fault.Conflict)
		}
		return clearFailures(ctx, tx, accountBucket(o.Email))
	})
	return who, err
}
