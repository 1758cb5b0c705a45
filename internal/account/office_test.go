package account_test

import (
	"context"
	"errors"
	"log/slog"
	"net/netip"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"rundertisch/internal/access"
	"rundertisch/internal/account"
	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/fault"
	"rundertisch/internal/job"
	"rundertisch/internal/mail"
	"rundertisch/internal/testdb"
)

var (
	network = netip.MustParseAddr("192.0.2.1")
	admin   = testdb.Saxony.Actor(access.Admin)
	noon    = time.Date(2024, 5, 15, 10, 0, 0, 0, time.UTC)
)

// bench is a database with a clock moved by hand, workers and an office that
// keeps the mail.
type bench struct {
	*testdb.Instance
	accounts *account.Service
	mu       sync.Mutex
	now      time.Time
}

func (b *bench) Now() time.Time {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.now
}

func (b *bench) pass(d time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.now = b.now.Add(d)
}

func newBench(t *testing.T) *bench {
	t.Helper()
	b := &bench{now: noon}
	b.Instance = testdb.DB(t, func(o *db.Options) { o.Now, o.MaxConns = b.Now, 8 })
	w := job.NewWorkers()
	base, _ := url.Parse("https://rundertisch.example:8443")
	var q *job.Queue
	q, err := newQueue(b, w, base)
	if err != nil {
		t.Fatal(err)
	}
	if err := q.Start(context.Background()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		_ = q.Stop(ctx)
	})
	return b
}

func newQueue(b *bench, w *job.Workers, base *url.URL) (*job.Queue, error) {
	account.HandleHousekeeping(w, b.DB) // River wants a kind before it opens
	q, err := job.NewWorkingQueue(b.Pool(), w, slog.New(slog.DiscardHandler))
	if err != nil {
		return nil, err
	}
	b.accounts = account.NewService(mail.NewOffice(q, true), q, base)
	account.HandleReset(w, b.DB, b.accounts)
	return q, nil
}

// public is the context of somebody who is not signed in.
func public(t *testing.T, p testdb.Programme) context.Context {
	t.Helper()
	return testdb.As(t.Context(), p.Public())
}

func (b *bench) mails(t *testing.T, p testdb.Programme) []mail.Stored {
	t.Helper()
	var list []mail.Stored
	b.MustRead(t, p.System(), access.DeliverMail, func(ctx context.Context, tx *db.Tx) (err error) {
		list, err = mail.Newest(ctx, tx, 50)
		return err
	})
	return list
}

// waitForMail waits until n mails are in the office and returns the newest.
func (b *bench) waitForMail(t *testing.T, p testdb.Programme, n int) mail.Stored {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		if list := b.mails(t, p); len(list) >= n {
			return list[0]
		}
	}
	t.Fatalf("no mail number %d within 20 s", n)
	return mail.Stored{}
}

// quiet waits until no job is left to be done.
func (b *bench) quiet(t *testing.T) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		var left int
		if err := b.Pool().QueryRow(t.Context(), `SELECT count(*) FROM river_job WHERE finalized_at IS NULL`).Scan(&left); err != nil {
			t.Fatal(err)
		}
		if left == 0 {
			return
		}
	}
	t.Fatal("jobs are left after 20 s")
}

var tokenIn = regexp.MustCompile(`https://\S+\?token=([A-Za-z0-9_-]+)`)

func token(t *testing.T, m mail.Stored) string {
	t.Helper()
	found := tokenIn.FindStringSubmatch(m.Body)
	if found == nil {
		t.Fatalf("no link in %q", m.Body)
	}
	return found[1]
}

func fieldOf(err error, name string) string {
	f, _ := fault.AsFields(err)
	return f[name].Key
}

const good = "vier lange Worte Zebra"

var typed = account.NewPassword{Password: good, Repeat: good}

func nora(edit ...func(*account.Invitation)) account.Invitation {
	in := account.Invitation{
		Name: "Nora Neu", Email: "Nora.Neu@landkreis.example",
		Role: account.NewRole{
			ID: uuid.New(), Role: access.Coordinator, District: testdb.Saxony.Districts[0].ID,
			From: calendar.NewDate(2024, time.May, 1),
		},
	}
	for _, f := range edit {
		f(&in)
	}
	return in
}

func (b *bench) invite(t *testing.T, actor access.Actor, in account.Invitation) (account.Receipt, error) {
	t.Helper()
	var out account.Receipt
	ctx := testdb.As(t.Context(), actor)
	err := b.Write(ctx, access.ManagePeople, func(tx *db.Tx) (err error) {
		out, err = b.accounts.Invite(ctx, tx, in)
		return err
	})
	return out, err
}

func (b *bench) mustInvite(t *testing.T, in account.Invitation) account.Receipt {
	t.Helper()
	out, err := b.invite(t, admin, in)
	if err != nil {
		t.Fatalf("invite: %v", err)
	}
	return out
}

func isDead(err error) bool { return errors.Is(err, fault.NotFound) }

func contains(s string, parts ...string) bool {
	for _, p := range parts {
		if !strings.Contains(s, p) {
			return false
		}
	}
	return true
}
