package e2e

import (
	"context"
	"net/http"
	"net/url"
	"path/filepath"
	"regexp"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"rundertisch/internal/localpg"
)

// killStory is a program of its own that gets killed while minutes circulate.
type killStory struct {
	program *program
	post    *postOffice
	office  *client
}

// TestStoryCirculationSurvivesAKill: killed before the end of the transaction,
// nothing has circulated, and the same form does it; killed after it, while the
// mails are under way, every member still gets his mail.
func TestStoryCirculationSurvivesAKill(t *testing.T) {
	t.Parallel()
	s := &killStory{post: openPostOffice(t)}
	var err error
	s.program, err = startProgram("SMTP_URL=smtp://" + s.post.addr + "?from=rundertisch@sms.example&tls=none")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.program.stop(); err != nil {
			t.Error(err)
		}
	})
	const account = "geschaeftsstelle@saechsische-schweiz-osterzgebirge.example"
	token, err := s.program.visitor(saxony).signIn(account)
	if err != nil {
		t.Fatal(err)
	}
	s.office = s.program.visitor(saxony).with("rt", token)
	s.killBeforeCommit(t)
	s.killWhileMailing(t)
}

const checked = `SELECT m.id::text FROM minutes m JOIN meeting s ON s.id = m.meeting_id WHERE s.title = 'Abstimmung Weiterbildung'`

func (s *killStory) killBeforeCommit(t *testing.T) {
	t.Helper()
	conn := s.database(t)
	id, before := scalar[string](t, conn, checked), scalar[int](t, conn, `SELECT count(*)::int FROM minutes_version`)
	tx, err := conn.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tx.Exec(t.Context(), `LOCK TABLE mail IN EXCLUSIVE MODE`); err != nil { // the version is frozen, its mails wait
		t.Fatal(err)
	}
	answered := make(chan error, 1)
	form := s.form(t, id)
	go func() {
		_, err := s.office.send(http.MethodPost, "/protokolle/"+id+"/umlauf", form, nil)
		answered <- err
	}()
	until(t, "the circulation waits for the mails", func() bool {
		return scalar[bool](t, tx, `SELECT EXISTS (SELECT FROM pg_locks WHERE relation = 'mail'::regclass AND NOT granted)`)
	})
	if err := s.program.kill(); err != nil {
		t.Fatal(err)
	}
	if err := <-answered; err == nil {
		t.Error("the killed program answered")
	}
	s.restart(t)
	conn = s.database(t)
	if n := scalar[int](t, conn, `SELECT count(*)::int FROM minutes_version`); n != before {
		t.Errorf("%d versions after the kill, want the %d of before", n, before)
	}
	if state := scalar[string](t, conn, `SELECT state FROM minutes WHERE id = $1`, id); state != "internal_check" {
		t.Errorf("state after the kill = %s", state)
	}
}

func (s *killStory) killWhileMailing(t *testing.T) {
	t.Helper()
	conn := s.database(t)
	id := scalar[string](t, conn, checked)
	if a := s.office.post(t, "/protokolle/"+id+"/umlauf", s.form(t, id)); a.status != http.StatusSeeOther {
		t.Fatalf("circulate: status %d\n%s", a.status, a.body)
	}
	select {
	case <-s.post.held:
	case <-time.After(20 * time.Second):
		t.Fatal("no mail was sent")
	}
	const mails = `SELECT count(*)::int FROM mail WHERE id IN (SELECT (args->>'mail')::uuid FROM river_job WHERE kind = 'mail_deliver')`
	const unsent = mails + ` AND sent_at IS NULL`
	members := scalar[int](t, conn, mails)
	if n := scalar[int](t, conn, unsent); n != members || n < 4 {
		t.Fatalf("%d of %d mails wait, want all of at least four members", n, members)
	}
	// As if minutes had gone by, after which a job that nobody works any more is
	// tried again.
	if _, err := conn.Exec(t.Context(), `UPDATE river_job SET attempted_at = attempted_at - interval '10 minutes' WHERE state = 'running'`); err != nil {
		t.Fatal(err)
	}
	if err := s.program.kill(); err != nil {
		t.Fatal(err)
	}
	s.post.release()
	s.restart(t)
	conn = s.database(t)
	until(t, "every mail is sent", func() bool { return scalar[int](t, conn, unsent) == 0 })

	byRecipient := map[string]map[string]bool{}
	for _, l := range s.post.letters() {
		if byRecipient[l.to] == nil {
			byRecipient[l.to] = map[string]bool{}
		}
		byRecipient[l.to][l.id] = true
	}
	for to, ids := range byRecipient {
		if len(ids) != 1 { // a repetition bears the same id, so that it shows once
			t.Errorf("%s got %d different mails", to, len(ids))
		}
	}
	if len(byRecipient) != members {
		t.Errorf("%d recipients, want %d", len(byRecipient), members)
	}
	if n := scalar[int](t, conn, `SELECT count(*)::int FROM minutes_version WHERE minutes_id = $1`, id); n != 1 {
		t.Errorf("%d versions, want 1", n)
	}
}

var versionField = regexp.MustCompile(`name="version" value="(\d+)"`)

// form is the form that asks before minutes circulate.
func (s *killStory) form(t *testing.T, id string) url.Values {
	t.Helper()
	a := s.office.get(t, "/protokolle/"+id+"/umlauf")
	found := versionField.FindStringSubmatch(a.body)
	if a.status != http.StatusOK || found == nil {
		t.Fatalf("the form before circulation: status %d", a.status)
	}
	return url.Values{"version": {found[1]}}
}

func (s *killStory) restart(t *testing.T) {
	t.Helper()
	if err := s.program.start(); err != nil {
		t.Fatal(err)
	}
}

// database is a connection to the program's database as its owner.
func (s *killStory) database(t *testing.T) *pgx.Conn {
	t.Helper()
	cluster, err := localpg.Attach(t.Context(), filepath.Join(s.program.dir, "data", "pg"))
	if err != nil {
		t.Fatal(err)
	}
	conn, err := pgx.Connect(t.Context(), cluster.URL(localpg.Superuser, localpg.Database))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(context.Background()) })
	return conn
}

func scalar[T any](t *testing.T, q interface {
	QueryRow(ctx context.Context, sql string, args ...any) pgx.Row
}, sql string, args ...any,
) (v T) {
	t.Helper()
	if err := q.QueryRow(t.Context(), sql, args...).Scan(&v); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return v
}

func until(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for deadline := time.Now().Add(90 * time.Second); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		if ok() {
			return
		}
	}
	t.Fatalf("%s: not within 90 s", what)
}
