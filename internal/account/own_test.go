package account_test

import (
	"context"
	"crypto/sha256"
	"errors"
	"testing"
	"time"

	"github.com/google/uuid"

	"rundertisch/internal/access"
	"rundertisch/internal/account"
	"rundertisch/internal/db"
	"rundertisch/internal/fault"
	"rundertisch/internal/testdb"
)

var lead = testdb.Saxony.Actor(access.Lead)

// ownSession opens a session with a known token hash.
func (b *bench) ownSession(t *testing.T, name string) []byte {
	t.Helper()
	sum := sha256.Sum256([]byte(name))
	b.Owner(t, `INSERT INTO session (token_hash, programme_id, account_id, data, device, started_at, last_seen, expires_at)
		VALUES ($1, $2, $3, '', 'Firefox, Linux', $4, $4, $4::timestamptz + interval '12 hours')`, sum[:], testdb.Saxony.ID, lead.Account, b.Now())
	return sum[:]
}

func (b *bench) own(t *testing.T, current []byte) account.Own {
	t.Helper()
	var own account.Own
	b.MustRead(t, lead, access.KeepAccount, func(ctx context.Context, tx *db.Tx) (err error) {
		own, err = account.ReadOwn(ctx, tx, current)
		return err
	})
	return own
}

func TestChangingThePasswordKeepsThisSessionAlone(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	keep := b.ownSession(t, "this")
	b.ownSession(t, "that")
	b.openSession(t, lead, testdb.Musterland)
	ctx := testdb.As(t.Context(), lead)
	if err := b.accounts.ChangePassword(ctx, b.DB, account.Change{Present: testdb.Password, New: typed, Keep: keep}); err != nil {
		t.Fatal(err)
	}
	own := b.own(t, keep)
	if len(own.Sessions) != 1 || !own.Sessions[0].Current || own.PasswordChangedAt == nil || own.Email != testdb.Saxony.Email(access.Lead) {
		t.Errorf("own account = %+v, want this session alone", own)
	}
	if m := b.waitForMail(t, testdb.Saxony, 1); m.Subject != "Ihr Kennwort wurde geändert" || m.Recipient != own.Email {
		t.Errorf("notice = %+v", m)
	}
	if _, err := account.SignIn(public(t, testdb.Saxony), b.DB, own.Email, good, network); err != nil {
		t.Errorf("the new password: %v", err)
	}
}

func TestChangesOfThePasswordThatAreRefused(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	ctx := testdb.As(t.Context(), lead)
	tests := map[string]struct {
		in         account.Change
		field, key string
	}{
		"wrong present": {account.Change{Present: "falsch falsch", New: typed}, "present", "account.wrong_password"},
		"short":         {account.Change{Present: testdb.Password, New: account.NewPassword{Password: "kurz", Repeat: "kurz"}}, "password", "password.too_short"},
		"own name":      {account.Change{Present: testdb.Password, New: account.NewPassword{Password: "lead-sachsen-test1", Repeat: "lead-sachsen-test1"}}, "password", "password.common"},
		"differs":       {account.Change{Present: testdb.Password, New: account.NewPassword{Password: good, Repeat: good + " "}}, "repeat", "password.repeat_differs"},
	}
	for name, c := range tests {
		if err := b.accounts.ChangePassword(ctx, b.DB, c.in); fieldOf(err, c.field) != c.key {
			t.Errorf("%s: %v (%s), want %s", name, err, fieldOf(err, c.field), c.key)
		}
	}
	var err error
	for range 5 {
		err = b.accounts.ChangePassword(ctx, b.DB, account.Change{Present: "falsch falsch", New: typed})
	}
	if !errors.Is(err, fault.TooMany) {
		t.Errorf("guessing the present password: %v, want TooMany", err)
	}
	if err := b.accounts.ChangePassword(public(t, testdb.Saxony), b.DB, account.Change{}); !errors.Is(err, fault.Forbidden) {
		t.Errorf("nobody signed in: %v, want Forbidden", err)
	}
}

func TestSessionsAreEndedByTheirOwnerAlone(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	this := b.ownSession(t, "this")
	b.pass(time.Minute)
	b.ownSession(t, "that")
	b.openSession(t, lead, testdb.Musterland)
	own := b.own(t, this)
	if len(own.Sessions) != 3 || !own.Sessions[0].Current || own.Sessions[0].Device != "Firefox, Linux" {
		t.Fatalf("sessions = %+v, want three, this one first", own.Sessions)
	}
	names := map[string]bool{}
	for _, s := range own.Sessions {
		names[s.Programme] = true
	}
	if !names["Programm sachsen"] || !names["Programm musterland"] {
		t.Errorf("programmes = %v, want both", names)
	}
	other := own.Sessions[1].ID
	end := func(who access.Actor, id uuid.UUID) error {
		ctx := testdb.As(t.Context(), who)
		return b.Write(ctx, access.KeepAccount, func(tx *db.Tx) error { return account.EndSession(ctx, tx, id) })
	}
	if err := end(admin, other); !isDead(err) {
		t.Errorf("ending somebody else's session: %v, want NotFound", err)
	}
	if err := end(lead, other); err != nil {
		t.Errorf("ending the own session: %v", err)
	}
	if err := end(lead, other); !isDead(err) {
		t.Errorf("ending it twice: %v, want NotFound", err)
	}
	b.MustWrite(t, lead, access.KeepAccount, func(ctx context.Context, tx *db.Tx) error {
		n, err := account.EndOtherSessions(ctx, tx, this)
		if n != 1 {
			t.Errorf("ended %d others, want 1", n)
		}
		return err
	})
	if left := b.own(t, this).Sessions; len(left) != 1 || !left[0].Current {
		t.Errorf("left = %+v, want this one", left)
	}
	b.pass(31 * time.Minute)
	if left := b.own(t, this).Sessions; len(left) != 0 {
		t.Errorf("after half an hour: %+v, want none", left)
	}
}

func TestHousekeepingDeletesWhatIsOld(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.Owner(t, `INSERT INTO session (token_hash, programme_id, account_id, data, started_at, last_seen, expires_at, revoked_at)
		SELECT sha256(n::text::bytea), $1, $2, '', $3::timestamptz - s, $3::timestamptz - s, $3::timestamptz - s + interval '12 hours', $3::timestamptz - r
		FROM (VALUES (1, interval '29 days', NULL), (2, interval '31 days', NULL), (3, interval '31 days', interval '29 days'),
			(4, interval '40 days', interval '31 days'), (5, interval '0', NULL)) v (n, s, r)`, testdb.Saxony.ID, lead.Account, b.Now())
	b.Owner(t, `INSERT INTO throttle VALUES ('old', 3, $1::timestamptz - interval '25 hours'), ('new', 3, $1::timestamptz - interval '23 hours')`, b.Now())
	ctx := testdb.As(t.Context(), access.System(uuid.Nil, "housekeep"))
	if err := account.Tidy(ctx, b.DB); err != nil {
		t.Fatal(err)
	}
	var sessions, buckets int
	err := b.Pool().QueryRow(t.Context(), `SELECT (SELECT count(*) FROM session), (SELECT count(*) FROM throttle)`).Scan(&sessions, &buckets)
	if err != nil || sessions != 3 || buckets != 1 {
		t.Errorf("%d sessions and %d buckets left, %v; want 3 and 1", sessions, buckets, err)
	}
	if err := account.Tidy(testdb.As(t.Context(), admin), b.DB); !errors.Is(err, fault.Forbidden) {
		t.Errorf("an admin tidies: %v, want Forbidden", err)
	}
}
