package mail

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rundertisch/internal/access"
	"rundertisch/internal/db"
	"rundertisch/internal/job"
)

// Message is a plain-text message to one address, with a calendar file if
// there is something to put into a calendar.
type Message struct {
	To          string
	Subject     string
	Body        string
	Calendar    string // iCalendar; "" for none
	Method      string // its method: REQUEST or CANCEL
	Unsubscribe string // address where such messages can be switched off (List-Unsubscribe, RFC 2369); "" for none
}

// Stored is a message with its fate.
type Stored struct {
	ID        uuid.UUID
	Recipient string
	Subject   string
	Body      string
	CreatedAt time.Time
	SentAt    *time.Time // nil: not handed over yet
}

// Sender hands a message to a server. A second call with the same id must
// repeat the same message.
type Sender interface {
	Send(ctx context.Context, id uuid.UUID, m Message) error
}

// Office takes messages. Without a Sender it keeps them.
type Office struct {
	queue *job.Queue
	keep  bool
}

// NewOffice returns an office that queues each message for delivery, or keeps
// it in the database if keep is set.
func NewOffice(q *job.Queue, keep bool) *Office { return &Office{queue: q, keep: keep} }

// Deliver are the arguments of the job that hands over one message.
type Deliver struct {
	Programme uuid.UUID `json:"programme"`
	Mail      uuid.UUID `json:"mail"`
}

// Kind names the job.
func (Deliver) Kind() string { return "mail_deliver" }

// InProgramme returns the job's programme.
func (d Deliver) InProgramme() uuid.UUID { return d.Programme }

// Post writes the message in the transaction and queues its delivery. It
// returns the id under which the message can be followed.
func (o *Office) Post(ctx context.Context, tx *db.Tx, m Message) (uuid.UUID, error) {
	ids, err := o.PostAll(ctx, tx, []Message{m})
	if err != nil {
		return uuid.Nil, err
	}
	return ids[0], nil
}

// PostAll is Post for several messages, in as few round trips as for one.
func (o *Office) PostAll(ctx context.Context, tx *db.Tx, messages []Message) ([]uuid.UUID, error) {
	if len(messages) == 0 {
		return nil, nil
	}
	b := &pgx.Batch{}
	ids := make([]uuid.UUID, len(messages))
	jobs := make([]job.Args, len(messages))
	for i, m := range messages {
		ids[i] = uuid.New()
		jobs[i] = Deliver{Programme: tx.Actor.Programme, Mail: ids[i]}
		b.Queue(`
			INSERT INTO mail (id, recipient, subject, body, calendar, calendar_method, unsubscribe, created_at)
			VALUES ($1, $2, $3, $4, nullif($5, ''), nullif($6, ''), nullif($7, ''), $8)`,
			ids[i], m.To, m.Subject, m.Body, m.Calendar, m.Method, m.Unsubscribe, tx.Now)
	}
	if err := tx.SendBatch(ctx, b).Close(); err != nil {
		return nil, fmt.Errorf("write mail: %w", err)
	}
	if o.keep {
		return ids, nil
	}
	return ids, o.queue.AddAll(ctx, tx, jobs)
}

// HandleDelivery makes the workers deliver messages through s. After delivery
// the body is cleared: it may hold a link that opens something.
func HandleDelivery(w *job.Workers, d *db.DB, s Sender) {
	job.Handle(w, func(ctx context.Context, args Deliver) error {
		m, due, err := pending(ctx, d, args.Mail)
		if err != nil || !due {
			return err
		}
		if err := s.Send(ctx, args.Mail, m); err != nil {
			failed := d.Write(ctx, access.DeliverMail, func(tx *db.Tx) error {
				return tx.ExecOne(ctx, `UPDATE mail SET failed_at = $2 WHERE id = $1`, args.Mail, tx.Now)
			})
			return errors.Join(fmt.Errorf("deliver mail %s: %w", args.Mail, err), failed)
		}
		return d.Write(ctx, access.DeliverMail, func(tx *db.Tx) error {
			return tx.ExecOne(ctx, `UPDATE mail SET sent_at = $2, body = '', calendar = NULL WHERE id = $1`, args.Mail, tx.Now)
		})
	})
}

// pending returns the message and whether it still has to be delivered.
func pending(ctx context.Context, d *db.DB, id uuid.UUID) (m Message, due bool, err error) {
	err = d.Read(ctx, access.DeliverMail, func(tx *db.Tx) error {
		return tx.QueryRow(ctx, `
			SELECT recipient, subject, body, coalesce(calendar, ''), coalesce(calendar_method, ''),
				coalesce(unsubscribe, ''), sent_at IS NULL
			FROM mail WHERE id = $1`, id).Scan(&m.To, &m.Subject, &m.Body, &m.Calendar, &m.Method, &m.Unsubscribe, &due)
	})
	if err != nil {
		return m, false, fmt.Errorf("read mail %s: %w", id, err)
	}
	return m, due, nil
}

// Newest returns the programme's newest messages, for the demo's page.
func Newest(ctx context.Context, tx *db.Tx, limit int) ([]Stored, error) {
	rows, _ := tx.Query(ctx, `
		SELECT id, recipient, subject, body, created_at, sent_at
		FROM mail
		ORDER BY created_at DESC, id DESC
		LIMIT $1`, limit)
	list, err := pgx.CollectRows(rows, pgx.RowToStructByName[Stored])
	if err != nil {
		return nil, fmt.Errorf("newest mail: %w", err)
	}
	return list, nil
}
