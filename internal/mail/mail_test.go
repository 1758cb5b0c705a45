package mail_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"mime"
	"mime/quotedprintable"
	"net"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
	"github.com/google/uuid"

	"rundertisch/internal/access"
	"rundertisch/internal/db"
	"rundertisch/internal/job"
	"rundertisch/internal/mail"
	"rundertisch/internal/testdb"
)

var message = mail.Message{
	To: "erika@example.org", Subject: "Grüße aus Görlitz", Body: "Öffnen Sie bitte\n\nhttps://rundertisch.example/einladung?token=geheim\n",
	Unsubscribe: "https://rundertisch.example/mitteilungen/einstellungen",
}

// desk is an office with workers that deliver through the sender.
type desk struct {
	db     *testdb.Instance
	office *mail.Office
}

func newDesk(t *testing.T, s mail.Sender) *desk {
	t.Helper()
	d := testdb.DB(t, func(o *db.Options) { o.MaxConns = 8 })
	w := job.NewWorkers()
	mail.HandleDelivery(w, d.DB, s)
	q, err := job.NewWorkingQueue(d.Pool(), w, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	if err := q.Start(context.Background()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		if err := q.Stop(ctx); err != nil {
			t.Errorf("stop: %v", err)
		}
	})
	return &desk{db: d, office: mail.NewOffice(q, false)}
}

func (d *desk) post(t *testing.T) {
	t.Helper()
	d.db.MustWrite(t, testdb.Saxony.Actor(access.Admin), access.ManagePeople, func(ctx context.Context, tx *db.Tx) error {
		_, err := d.office.Post(ctx, tx, message)
		return err
	})
}

// stored reads the one mail of the programme.
func (d *desk) stored(t *testing.T) mail.Stored {
	t.Helper()
	var list []mail.Stored
	d.db.MustRead(t, testdb.Saxony.System(), access.DeliverMail, func(ctx context.Context, tx *db.Tx) (err error) {
		list, err = mail.Newest(ctx, tx, 10)
		return err
	})
	if len(list) != 1 {
		t.Fatalf("%d mails stored, want 1", len(list))
	}
	return list[0]
}

func (d *desk) jobErrors(t *testing.T) string {
	t.Helper()
	var text string
	if err := d.db.Pool().QueryRow(t.Context(), `SELECT coalesce(string_agg(errors::text, ' '), '') FROM river_job`).Scan(&text); err != nil {
		t.Fatal(err)
	}
	return text
}

func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		if ok() {
			return
		}
	}
	t.Fatalf("%s did not happen within 20 s", what)
}

func senderTo(t *testing.T, addr string) *mail.SMTP {
	t.Helper()
	s, err := mail.NewSMTP("smtp://" + addr + "?from=rundertisch@sms.example&tls=none")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestDeliveredMailIsReadableAndItsBodyIsCleared(t *testing.T) {
	t.Parallel()
	sink := newSink(t, "")
	d := newDesk(t, senderTo(t, sink.addr))
	d.post(t)
	eventually(t, "delivery", func() bool { return d.stored(t).SentAt != nil })

	got := sink.mails()
	if len(got) != 1 || got[0].to != message.To || got[0].from != "rundertisch@sms.example" {
		t.Fatalf("received %d mails: %+v", len(got), got)
	}
	stored := d.stored(t)
	if stored.Body != "" || stored.Subject != message.Subject {
		t.Errorf("after delivery: body = %q, subject = %q; want the body cleared", stored.Body, stored.Subject)
	}
	h := got[0].message.Header
	if subject, err := new(mime.WordDecoder).DecodeHeader(h.Get("Subject")); err != nil || subject != message.Subject {
		t.Errorf("Subject = %q, %v", subject, err)
	}
	if id := h.Get("Message-Id"); !strings.HasPrefix(id, "<"+stored.ID.String()+"@") {
		t.Errorf("Message-ID = %q, want that of mail %s", id, stored.ID)
	}
	if got := h.Get("List-Unsubscribe"); got != "<"+message.Unsubscribe+">" {
		t.Errorf("List-Unsubscribe = %q", got)
	}
	if h.Get("Auto-Submitted") != "auto-generated" {
		t.Errorf("Auto-Submitted = %q", h.Get("Auto-Submitted"))
	}
	text, err := io.ReadAll(quotedprintable.NewReader(strings.NewReader(got[0].body)))
	if err != nil || strings.TrimSpace(strings.ReplaceAll(string(text), "\r\n", "\n")) != strings.TrimSpace(message.Body) {
		t.Errorf("body = %q, %v", text, err)
	}
}

func TestMailWaitsForAServerThatIsDown(t *testing.T) {
	t.Parallel()
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := free.Addr().String()
	_ = free.Close()
	d := newDesk(t, senderTo(t, addr))
	d.post(t)
	eventually(t, "the first failure", func() bool { return strings.Contains(d.jobErrors(t), "deliver mail") })
	if stored := d.stored(t); stored.SentAt != nil || stored.Body != message.Body {
		t.Errorf("while the server is down: sent = %v, body = %q", stored.SentAt, stored.Body)
	}
	sink := newSink(t, addr)
	eventually(t, "delivery after the server came back", func() bool { return d.stored(t).SentAt != nil })
	if n := len(sink.mails()); n != 1 {
		t.Errorf("%d mails, want 1", n)
	}
}

// forgetful hands over, but the first answer gets lost.
type forgetful struct {
	mail.Sender
	calls atomic.Int32
}

func (f *forgetful) Send(ctx context.Context, id uuid.UUID, m mail.Message) error {
	err := f.Sender.Send(ctx, id, m)
	if f.calls.Add(1) == 1 {
		return errors.New("connection lost after DATA")
	}
	return err
}

func TestARepeatedDeliveryKeepsItsMessageID(t *testing.T) {
	t.Parallel()
	sink := newSink(t, "")
	d := newDesk(t, &forgetful{Sender: senderTo(t, sink.addr)})
	d.post(t)
	eventually(t, "second delivery", func() bool { return d.stored(t).SentAt != nil })
	got := sink.mails()
	if len(got) != 2 {
		t.Fatalf("%d mails, want 2", len(got))
	}
	first, second := got[0].message.Header.Get("Message-Id"), got[1].message.Header.Get("Message-Id")
	if first == "" || first != second {
		t.Errorf("Message-IDs = %q, %q; want the same", first, second)
	}
}

func TestARefusalKeepsTheAddressOutOfTheJob(t *testing.T) {
	t.Parallel()
	sink := newSink(t, "")
	sink.refuseWith(&smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "no such user " + message.To})
	d := newDesk(t, senderTo(t, sink.addr))
	d.post(t)
	eventually(t, "refusal", func() bool { return strings.Contains(d.jobErrors(t), "code 550") })
	var args string
	if err := d.db.Pool().QueryRow(t.Context(), `SELECT args::text FROM river_job`).Scan(&args); err != nil {
		t.Fatal(err)
	}
	for _, kept := range []string{d.jobErrors(t), args} {
		if strings.Contains(kept, message.To) || strings.Contains(kept, "geheim") || strings.Contains(kept, message.Subject) {
			t.Errorf("the job holds contents: %s", kept)
		}
	}
}

func TestMailOfARolledBackChangeDoesNotExist(t *testing.T) {
	t.Parallel()
	sink := newSink(t, "")
	d := newDesk(t, senderTo(t, sink.addr))
	undone := errors.New("undone")
	ctx := testdb.As(t.Context(), testdb.Saxony.Actor(access.Admin))
	err := d.db.Write(ctx, access.ManagePeople, func(tx *db.Tx) error {
		if _, err := d.office.Post(ctx, tx, message); err != nil {
			return err
		}
		return undone
	})
	if !errors.Is(err, undone) {
		t.Fatalf("err = %v", err)
	}
	var jobs int
	if err := d.db.Pool().QueryRow(t.Context(), `SELECT count(*) FROM river_job WHERE kind = 'mail_deliver'`).Scan(&jobs); err != nil || jobs != 0 {
		t.Errorf("%d jobs, %v; want none", jobs, err)
	}
}

func TestMailIsReadByTheOwnProgrammesSystemAlone(t *testing.T) {
	t.Parallel()
	d := testdb.DB(t)
	office := mail.NewOffice(nil, true)
	d.MustWrite(t, testdb.Saxony.Actor(access.Admin), access.ManagePeople, func(ctx context.Context, tx *db.Tx) error {
		_, err := office.Post(ctx, tx, message)
		return err
	})
	for name, actor := range map[string]access.Actor{
		"the public":        testdb.Saxony.Public(),
		"an admin":          testdb.Saxony.Actor(access.Admin),
		"another tenant":    testdb.Musterland.System(),
		"the own programme": testdb.Saxony.System(),
	} {
		want := 0
		if name == "the own programme" {
			want = 1
		}
		d.MustRead(t, actor, access.ReadDemoMail, func(ctx context.Context, tx *db.Tx) error {
			list, err := mail.Newest(ctx, tx, 10)
			if len(list) != want {
				t.Errorf("%s reads %d mails, want %d", name, len(list), want)
			}
			return err
		})
	}
}

func TestSMTPAddress(t *testing.T) {
	t.Parallel()
	for address, ok := range map[string]bool{
		"smtp://localhost:1025?from=a@b.example&tls=none":   true,
		"smtps://user:pw@mail.example:465?from=a@b.example": true,
		"smtp://mail.example:587?from=a@b.example":          true,
		"smtp://mail.example:25?from=a@b.example&tls=none":  false,
		"smtp://localhost:1025":                             false,
		"smtp://localhost:port?from=a@b.example":            false,
		"://":                                               false,
		"smtp://localhost:70000?from=a@b.example&tls=none":  false,
	} {
		if _, err := mail.NewSMTP(address); (err == nil) != ok {
			t.Errorf("NewSMTP(%q): err = %v, want ok %v", address, err, ok)
		}
	}
}

func TestNobodySendsNothing(t *testing.T) {
	t.Parallel()
	if err := (mail.Nobody{}).Send(t.Context(), uuid.New(), message); err == nil {
		t.Error("Nobody delivered a mail")
	}
}
