package inbox

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rundertisch/internal/access"
	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/job"
	"rundertisch/internal/link"
	"rundertisch/internal/locale"
	"rundertisch/internal/mail"
)

// digestHour is when digests go out, on Berlin's clock.
const digestHour = 7

// digestPeople is how many people one transaction writes to.
const digestPeople = 100

// Digests are the arguments of the job that writes digests and forgets old
// notices, in every programme.
type Digests struct{}

// Kind names the job.
func (Digests) Kind() string { return "inbox_digests" }

// InProgramme returns no programme: the job goes through all.
func (Digests) InProgramme() uuid.UUID { return uuid.Nil }

// HandleDigests makes the workers write digests. programmes lists every
// programme.
func HandleDigests(w *job.Workers, d *db.DB, o *Office, programmes func(context.Context) ([]uuid.UUID, error)) {
	job.Handle(w, func(ctx context.Context, _ Digests) error {
		ids, err := programmes(ctx)
		if err != nil {
			return err
		}
		for _, id := range ids {
			if err := o.digestsOf(access.NewContext(ctx, access.System(id, Digests{}.Kind())), d); err != nil {
				return fmt.Errorf("digests in programme %s: %w", id, err)
			}
		}
		return nil
	})
}

func (o *Office) digestsOf(ctx context.Context, d *db.DB) error {
	for more := true; more; {
		err := d.Write(ctx, access.NotifyPeople, func(tx *db.Tx) (err error) {
			more, err = o.SendDigests(ctx, tx)
			return err
		})
		if err != nil {
			return err
		}
	}
	return d.Write(ctx, access.Housekeep, func(tx *db.Tx) error { return Forget(ctx, tx) })
}

// SendDigests writes the digests that are due to up to 100 people and says
// whether there may be more. What goes into one is marked in the same
// transaction, so that no notice is in two, however many processes work.
func (o *Office) SendDigests(ctx context.Context, tx *db.Tx) (more bool, err error) {
	daily, weekly := dueBefore(tx.Now)
	rows, _ := tx.Query(ctx, `
		WITH due AS (
			UPDATE notification n SET mailed_at = $3
			WHERE n.mailed_at IS NULL AND (n.mail_by = 'daily' AND n.created_at < $1 OR n.mail_by = 'weekly' AND n.created_at < $2)
				AND n.person_id IN (
					SELECT person_id FROM notification
					WHERE mailed_at IS NULL AND (mail_by = 'daily' AND created_at < $1 OR mail_by = 'weekly' AND created_at < $2)
					GROUP BY person_id ORDER BY person_id LIMIT $4)
			RETURNING n.person_id, n.kind, n.place, n.about, n.due_on, n.address, n.created_at, n.read_at)
		SELECT due.person_id, CASE WHEN p.disabled_at IS NULL AND due.read_at IS NULL THEN coalesce(p.email, '') ELSE '' END AS email,
			due.kind, due.place, due.about, due.due_on, due.address
		FROM due JOIN person p ON p.id = due.person_id
		ORDER BY due.person_id, due.place COLLATE "de-x-icu", due.created_at`, daily, weekly, tx.Now, digestPeople)
	due, err := pgx.CollectRows(rows, pgx.RowToStructByName[digestRow])
	if err != nil {
		return false, fmt.Errorf("digests that are due: %w", err)
	}
	if len(due) == 0 {
		return false, nil
	}
	site, err := mail.SiteOf(ctx, tx, o.base)
	if err != nil {
		return false, err
	}
	_, err = o.mail.PostAll(ctx, tx, digests(locale.FromContext(ctx), site, due))
	return true, err
}

type digestRow struct {
	PersonID uuid.UUID
	Email    string // "" if the person is not to be written to
	Kind     Kind
	Place    string
	About    calendar.Date
	DueOn    calendar.Date
	Address  string
}

// dueBefore returns up to when a notice was made that a daily and a weekly
// digest has to hold at the instant now: the last seven o'clock, and the last
// one of a Monday.
func dueBefore(now time.Time) (daily, weekly time.Time) {
	at := func(d calendar.Date) time.Time {
		return time.Date(d.Year(), d.Month(), d.Day(), digestHour, 0, 0, 0, calendar.Berlin())
	}
	day := calendar.Of(now)
	if now.Before(at(day)) {
		day = day.AddDays(-1)
	}
	sinceMonday := (int(day.Weekday()) + 6) % 7
	return at(day), at(day.AddDays(-sinceMonday))
}

// digests writes one mail to each person, the notices grouped by body.
func digests(p *locale.Printer, site mail.Site, due []digestRow) []mail.Message {
	wishes := site.At(link.MessageWishes())
	var list []mail.Message
	for len(due) > 0 {
		end := slices.IndexFunc(due, func(r digestRow) bool { return r.PersonID != due[0].PersonID })
		if end < 0 {
			end = len(due)
		}
		text, n, to := digestText(p, site, due[:end])
		due = due[end:]
		if n == 0 {
			continue
		}
		list = append(list, mail.Message{
			To: to, Subject: p.N("inbox.digest.subject", n, "Programme", site.Name), Unsubscribe: wishes,
			Body: strings.Join([]string{
				p.T("inbox.mail.hello"), p.N("inbox.digest.intro", n), text,
				p.T("inbox.mail.signed", "Programme", site.Name), p.T("inbox.mail.wishes", "URL", wishes),
			}, "\n\n"),
		})
	}
	return list
}

// digestText writes a person's notices and returns how many there are and to
// which address they go.
func digestText(p *locale.Printer, site mail.Site, rows []digestRow) (text string, n int, to string) {
	var b strings.Builder
	place := ""
	for _, r := range rows {
		if r.Email == "" {
			continue
		}
		if r.Place != place && r.Place != "" {
			fmt.Fprintf(&b, "%s\n\n", r.Place)
		}
		place, to = r.Place, r.Email
		fmt.Fprintf(&b, "- %s\n  %s\n\n", line{r.Kind, "", r.About, r.DueOn}.text(p), site.At(r.Address))
		n++
	}
	return strings.TrimRight(b.String(), "\n"), n, to
}

// keepRead is how long a notice stays after it was read.
const keepRead = 365 * 24 * time.Hour

// Forget deletes notices that were read more than a year ago.
func Forget(ctx context.Context, tx *db.Tx) error {
	if _, err := tx.Exec(ctx, `DELETE FROM notification WHERE read_at < $1`, tx.Now.Add(-keepRead)); err != nil {
		return fmt.Errorf("delete old notices: %w", err)
	}
	return nil
}
