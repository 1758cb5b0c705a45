package account_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"rundertisch/internal/access"
	"rundertisch/internal/account"
	"rundertisch/internal/fault"
	"rundertisch/internal/testdb"
)

func (b *bench) openSession(t *testing.T, who access.Actor, programme testdb.Programme) {
	t.Helper()
	b.Owner(t, `INSERT INTO session (token_hash, programme_id, account_id, data, started_at, last_seen, expires_at)
		VALUES (sha256(gen_random_uuid()::text::bytea), $1, $2, '', $3, $3, $3::timestamptz + interval '12 hours')`, programme.ID, who.Account, b.Now())
}

func (b *bench) openSessions(t *testing.T, who access.Actor) (n int) {
	t.Helper()
	err := b.Pool().QueryRow(t.Context(), `SELECT count(*) FROM session WHERE account_id = $1 AND revoked_at IS NULL`, who.Account).Scan(&n)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestAResetSetsThePasswordAndEndsAllSessions(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	lead := testdb.Saxony.Actor(access.Lead)
	email := testdb.Saxony.Email(access.Lead)
	b.openSession(t, lead, testdb.Saxony)
	b.openSession(t, lead, testdb.Musterland)
	b.openSession(t, admin, testdb.Saxony)
	ctx := public(t, testdb.Saxony)
	if err := b.accounts.RequestReset(ctx, b.DB, " "+strings.ToUpper(email), network); err != nil {
		t.Fatal(err)
	}
	m := b.waitForMail(t, testdb.Saxony, 1)
	if m.Recipient != email || !contains(m.Body, "/passwort-neu?token=") {
		t.Fatalf("mail = %+v", m)
	}
	secret := token(t, m)
	if _, err := b.accounts.Reset(ctx, b.DB, secret); err != nil {
		t.Fatalf("looking at the link: %v", err)
	}
	if _, err := b.accounts.Invitation(ctx, b.DB, secret); !isDead(err) {
		t.Errorf("a reset link as an invitation: %v, want NotFound", err)
	}
	if _, err := b.accounts.SetPassword(ctx, b.DB, secret, account.NewPassword{Password: good, Repeat: "anders"}); fieldOf(err, "repeat") == "" {
		t.Errorf("typed differently: %v", err)
	}
	b.pass(time.Minute)
	who, err := b.accounts.SetPassword(ctx, b.DB, secret, typed)
	if err != nil || who.Person != lead.Person {
		t.Fatalf("SetPassword = %+v, %v", who, err)
	}
	if n := b.openSessions(t, lead); n != 0 {
		t.Errorf("%d sessions are open after the reset", n)
	}
	if n := b.openSessions(t, admin); n != 1 {
		t.Errorf("%d sessions of somebody else are open, want 1", n)
	}
	if notice := b.waitForMail(t, testdb.Saxony, 2); notice.Subject != "Ihr Kennwort wurde geändert" || strings.Contains(notice.Body, "token=") {
		t.Errorf("notice = %+v", notice)
	}
	if _, err := account.SignIn(ctx, b.DB, email, testdb.Password, network); fieldOf(err, "") != "session.wrong" {
		t.Errorf("the old password: %v", err)
	}
	if _, err := account.SignIn(ctx, b.DB, email, good, network); err != nil {
		t.Errorf("the new password: %v", err)
	}
	if _, err := b.accounts.SetPassword(ctx, b.DB, secret, typed); !isDead(err) {
		t.Errorf("second use: %v, want NotFound", err)
	}
}

func TestAResetLinkLivesAnHour(t *testing.T) {
	t.Parallel()
	for wait, alive := range map[time.Duration]bool{59 * time.Minute: true, time.Hour: false} {
		b := newBench(t)
		ctx := public(t, testdb.Saxony)
		if err := b.accounts.RequestReset(ctx, b.DB, testdb.Saxony.Email(access.Lead), network); err != nil {
			t.Fatal(err)
		}
		secret := token(t, b.waitForMail(t, testdb.Saxony, 1))
		b.pass(wait)
		if _, err := b.accounts.Reset(ctx, b.DB, secret); (err == nil) != alive {
			t.Errorf("after %s: %v, want alive %v", wait, err, alive)
		}
	}
}

func TestAChangedPasswordKillsOpenResetLinks(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	if err := b.accounts.RequestReset(public(t, testdb.Saxony), b.DB, testdb.Saxony.Email(access.Lead), network); err != nil {
		t.Fatal(err)
	}
	secret := token(t, b.waitForMail(t, testdb.Saxony, 1))
	change := account.Change{Present: testdb.Password, New: typed}
	if err := b.accounts.ChangePassword(testdb.As(t.Context(), admin), b.DB, change); err != nil { // somebody else
		t.Fatal(err)
	}
	if _, err := b.accounts.Reset(public(t, testdb.Saxony), b.DB, secret); err != nil {
		t.Fatalf("after somebody else's change: %v", err)
	}
	if err := b.accounts.ChangePassword(testdb.As(t.Context(), lead), b.DB, change); err != nil {
		t.Fatal(err)
	}
	if _, err := b.accounts.SetPassword(public(t, testdb.Saxony), b.DB, secret, typed); !isDead(err) {
		t.Errorf("a link from before the change: %v, want NotFound", err)
	}
}

func TestNobodyElseGetsAResetMail(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.Owner(t, `UPDATE person SET disabled_at = now() WHERE id = $1`, testdb.Saxony.Actor(access.Chair).Person)
	for _, email := range []string{"niemand@example.org", testdb.Saxony.Email(access.Chair), testdb.Musterland.Email(access.Admin)} {
		if err := b.accounts.RequestReset(public(t, testdb.Saxony), b.DB, email, network); err != nil {
			t.Errorf("%s: %v; want the same answer as for an account", email, err)
		}
	}
	b.quiet(t)
	if list := append(b.mails(t, testdb.Saxony), b.mails(t, testdb.Musterland)...); len(list) != 0 {
		t.Errorf("mails went out: %+v", list)
	}
	var args string
	if err := b.Pool().QueryRow(t.Context(), `SELECT string_agg(args::text, ' ') FROM river_job`).Scan(&args); err != nil || strings.Contains(args, "@") {
		t.Errorf("job arguments %q, %v; want ids alone", args, err)
	}
}

func TestThreeResetMailsAnHour(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	ctx, email := public(t, testdb.Saxony), testdb.Saxony.Email(access.Lead)
	ask := func() error { return b.accounts.RequestReset(ctx, b.DB, email, network) }
	for i := range 3 {
		if err := ask(); err != nil {
			t.Fatalf("request %d: %v", i+1, err)
		}
		b.pass(time.Minute)
	}
	for range 3 {
		if err := ask(); !errors.Is(err, fault.TooMany) {
			t.Errorf("a fourth request: %v, want TooMany", err)
		}
	}
	b.quiet(t)
	if n := len(b.mails(t, testdb.Saxony)); n != 3 {
		t.Errorf("%d mails, want 3", n)
	}
	b.pass(time.Hour)
	if err := ask(); err != nil {
		t.Errorf("an hour later: %v", err)
	}
	b.waitForMail(t, testdb.Saxony, 4)
}

func TestOneNetworkCannotFloodManyMailboxes(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	var last error
	for i := range 31 {
		last = b.accounts.RequestReset(public(t, testdb.Saxony), b.DB, strings.Repeat("x", i+1)+"@example.org", network)
	}
	if !errors.Is(last, fault.TooMany) {
		t.Errorf("request 31 of a network: %v, want TooMany", last)
	}
}
