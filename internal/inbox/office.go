package inbox

import (
	"context"
	"fmt"
	"net/url"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/job"
	"rundertisch/internal/link"
	"rundertisch/internal/locale"
	"rundertisch/internal/mail"
)

// Message is one notice to several people. Nothing in it may be confidential:
// it leaves the house.
type Message struct {
	Kind    Kind
	People  []uuid.UUID   // persons of the programme; each is told once
	Place   string        // the name of the body
	About   calendar.Date // the day of the sitting; zero: none
	DueOn   calendar.Date // the deadline; zero: none
	Address string        // the path of the page, from package link
	NoMail  bool          // the caller sends its own e-mail
}

// Office tells people.
type Office struct {
	mail  *mail.Office
	queue *job.Queue
	base  *url.URL
}

// NewOffice returns an office whose mails lead to the site at base.
func NewOffice(m *mail.Office, q *job.Queue, base *url.URL) *Office {
	return &Office{mail: m, queue: q, base: base}
}

// recipient is a person who is told, with how.
type recipient struct {
	Email string
	When  When `db:"mail_by"`
}

// Tell puts the notice into the inbox of each person, all in one round trip,
// and writes the e-mails that go out at once. Both exist only if the
// transaction commits. Persons whose access was withdrawn are left out.
func (o *Office) Tell(ctx context.Context, tx *db.Tx, m Message) error {
	if !m.Kind.Valid() {
		return fmt.Errorf("notice of unknown kind %q", m.Kind)
	}
	if len(m.People) == 0 {
		return nil
	}
	told, err := insertNotices(ctx, tx, m)
	if err != nil {
		return err
	}
	var to []string
	for _, r := range told {
		if r.When == Now && r.Email != "" {
			to = append(to, r.Email)
		}
	}
	if len(to) == 0 {
		return nil
	}
	site, err := mail.SiteOf(ctx, tx, o.base)
	if err != nil {
		return err
	}
	if _, err := o.mail.PostAll(ctx, tx, m.mails(locale.FromContext(ctx), site, to)); err != nil {
		return fmt.Errorf("mail of notice %s: %w", m.Kind, err)
	}
	return nil
}

// mails writes the e-mail to each address. Only what is no duty offers a way
// to unsubscribe.
func (m Message) mails(p *locale.Printer, site mail.Site, to []string) []mail.Message {
	wishes := site.At(link.MessageWishes())
	foot, unsubscribe := p.T("inbox.mail.duty"), ""
	if !m.Kind.Duty() {
		foot, unsubscribe = p.T("inbox.mail.wishes", "URL", wishes), wishes
	}
	body := strings.Join([]string{
		p.T("inbox.mail.hello"), m.line().text(p), site.At(m.Address), p.T("inbox.mail.signed", "Programme", site.Name), foot,
	}, "\n\n")
	list := make([]mail.Message, len(to))
	for i, address := range to {
		list[i] = mail.Message{To: address, Subject: m.line().short(p), Body: body, Unsubscribe: unsubscribe}
	}
	return list
}

func (m Message) line() line { return line{m.Kind, m.Place, m.About, m.DueOn} }

// line is what a notice says of itself.
type line struct {
	kind         Kind
	place        string
	about, dueOn calendar.Date
}

// short is the line as the subject of a mail.
func (l line) short(p *locale.Printer) string {
	text := p.T(l.kind.NameKey())
	if !l.about.IsZero() {
		text = p.T("inbox.line.about", "Text", text, "Day", p.Date(l.about.Time()))
	}
	if l.place != "" {
		text = p.T("inbox.line.place", "Text", text, "Place", l.place)
	}
	return text
}

// text is the line with its deadline.
func (l line) text(p *locale.Printer) string {
	if l.dueOn.IsZero() {
		return l.short(p)
	}
	return p.T("inbox.line.due", "Text", l.short(p), "Day", p.Date(l.dueOn.Time()))
}

// insertNotices writes the rows and returns who is to be told how.
func insertNotices(ctx context.Context, tx *db.Tx, m Message) ([]recipient, error) {
	rows, _ := tx.Query(ctx, `
		WITH told AS MATERIALIZED (
			SELECT c.person_id, c.email,
				CASE WHEN $8 THEN 'none' WHEN $9 THEN 'now' ELSE coalesce(c.mail_by, $10) END AS mail_by
			FROM notification_channel($1, $2) AS c),
		added AS (
			INSERT INTO notification (person_id, kind, place, about, due_on, address, mail_by, created_at)
			SELECT person_id, $2, $3, $4, $5, $6, mail_by, $7
			FROM told)
		SELECT email, mail_by FROM told`,
		m.People, m.Kind, m.Place, m.About, m.DueOn, m.Address, tx.Now, m.NoMail, m.Kind.Duty(), m.Kind.Usual())
	told, err := pgx.CollectRows(rows, pgx.RowToStructByName[recipient])
	if err != nil {
		return nil, fmt.Errorf("notices of kind %s: %w", m.Kind, err)
	}
	return told, nil
}
