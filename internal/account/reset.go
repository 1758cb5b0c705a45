package account

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rundertisch/internal/access"
	"rundertisch/internal/db"
	"rundertisch/internal/fault"
	"rundertisch/internal/job"
	"rundertisch/internal/locale"
)

// How many reset mails an hour an address gets, and a network can ask for.
const (
	resetsPerAddress = 3
	resetsPerNetwork = 30
	resetWindow      = time.Hour
)

// SendReset are the arguments of the job that mails a reset link.
type SendReset struct {
	Programme uuid.UUID `json:"programme"`
	Person    uuid.UUID `json:"person"`
	Lang      string    `json:"lang"`
}

// Kind names the job.
func (SendReset) Kind() string { return "account_send_reset" }

// InProgramme returns the job's programme.
func (a SendReset) InProgramme() uuid.UUID { return a.Programme }

// RequestReset queues a mail with a reset link for the account behind the
// address. It does the same work and gives the same answer if there is none:
// the job then finds nobody. It returns fault.TooMany, for the log alone, if
// the address or the network asked too often.
func (s *Service) RequestReset(ctx context.Context, d *db.DB, email string, network netip.Addr) error {
	email = strings.ToLower(strings.TrimSpace(email))
	allowed := true
	err := d.Write(ctx, access.ResetPassword, func(tx *db.Tx) error {
		for _, b := range []bucket{
			{hash: bucketHash("reset:" + email), free: resetsPerAddress},
			{hash: bucketHash("reset network:" + networkOf(network)), free: resetsPerNetwork},
		} {
			ok, err := takeReset(ctx, tx, b)
			if err != nil {
				return err
			}
			allowed = allowed && ok
		}
		c, err := lookUp(ctx, tx, email)
		if err != nil || !allowed {
			return err
		}
		person := c.Person
		if !c.enabled {
			person = uuid.New() // nobody
		}
		return s.queue.Add(ctx, tx, SendReset{Programme: tx.Actor.Programme, Person: person, Lang: locale.FromContext(ctx).Lang()})
	})
	if err == nil && !allowed {
		return fmt.Errorf("reset asked for too often: %w", fault.TooMany)
	}
	return err
}

// takeReset counts one request and says whether it was still free.
func takeReset(ctx context.Context, tx *db.Tx, b bucket) (bool, error) {
	n, err := tx.Exec(ctx, `
		INSERT INTO throttle AS t (bucket, failures, last_at)
		VALUES ($1, 1, $2)
		ON CONFLICT (bucket) DO UPDATE SET
			failures = CASE WHEN t.last_at <= $2 - $3::interval THEN 1 ELSE t.failures + 1 END,
			last_at = $2
		WHERE t.last_at <= $2 - $3::interval OR t.failures < $4`, b.hash, tx.Now, resetWindow, b.free)
	if err != nil {
		return false, fmt.Errorf("count reset: %w", err)
	}
	return n == 1, nil
}

// HandleReset makes the workers mail reset links.
func HandleReset(w *job.Workers, d *db.DB, s *Service) {
	job.Handle(w, func(ctx context.Context, args SendReset) error {
		ctx = locale.NewContext(ctx, locale.New(args.Lang, nil))
		return d.Write(ctx, access.ResetPassword, func(tx *db.Tx) error {
			p := invitee{ID: args.Person}
			err := tx.QueryRow(ctx, `
				SELECT p.name, p.email
				FROM person p, account_by_email(p.email) a
				WHERE p.id = $1 AND a.person_id = p.id AND a.enabled`, args.Person).Scan(&p.Name, &p.Email)
			if errors.Is(err, pgx.ErrNoRows) {
				return nil // an unknown address, or disabled since
			}
			if err != nil {
				return fmt.Errorf("reset for person %s: %w", args.Person, err)
			}
			return s.mailReset(ctx, tx, p)
		})
	})
}

// Reset looks at the reset link behind a token and uses nothing up. It returns
// fault.NotFound for a token that opens nothing, whatever the reason.
func (*Service) Reset(ctx context.Context, d *db.DB, token string) (Welcome, error) {
	ctx = asSystem(ctx, "password reset")
	var w Welcome
	err := d.Read(ctx, access.ResetPassword, func(tx *db.Tx) error {
		o, err := openLink(ctx, tx, resetLink, token)
		w = Welcome{Name: o.Name, Email: o.Email, Existing: true}
		return err
	})
	return w, err
}

// SetPassword uses the reset link up: the new password holds, every session of
// the account ends, and a mail says so. It returns fault.NotFound for a token
// that opens nothing and fault.Fields for a password that is not good enough.
func (s *Service) SetPassword(ctx context.Context, d *db.DB, token string, in NewPassword) (Identity, error) {
	ctx = asSystem(ctx, "password reset")
	var o opened
	err := d.Read(ctx, access.ResetPassword, func(tx *db.Tx) (err error) {
		o, err = openLink(ctx, tx, resetLink, token)
		return err
	})
	if err != nil {
		return Identity{}, err
	}
	if err := in.check(o.Name, o.Email); err != nil {
		return Identity{}, err
	}
	hash, err := Hash(ctx, in.Password)
	if err != nil {
		return Identity{}, err
	}
	var who Identity
	err = d.Write(ctx, access.ResetPassword, func(tx *db.Tx) error {
		if err := o.use(ctx, tx); err != nil {
			return err
		}
		c, err := lookUp(ctx, tx, o.Email)
		if err != nil {
			return err
		}
		if !c.enabled || c.Person != o.Person {
			return fmt.Errorf("reset of person %s: %w", o.Person, fault.NotFound)
		}
		who = c.Identity
		if err := storePassword(ctx, tx, who.Account, hash, nil); err != nil {
			return err
		}
		if err := clearFailures(ctx, tx, accountBucket(o.Email)); err != nil {
			return err
		}
		return s.mailPasswordChanged(ctx, tx, invitee{ID: o.Person, Name: o.Name, Email: o.Email})
	})
	return who, err
}

// storePassword sets the account's password and ends its sessions, but for the
// one whose token has the hash keep.
func storePassword(ctx context.Context, tx *db.Tx, account uuid.UUID, hash string, keep []byte) error {
	if _, err := tx.Exec(ctx, `SELECT account_set_password($1, $2)`, account, hash); err != nil {
		return fmt.Errorf("set password of account %s: %w", account, err)
	}
	_, err := endSessions(ctx, tx, account, keep)
	return err
}
