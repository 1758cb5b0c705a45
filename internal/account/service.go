package account

import (
	"context"
	"fmt"
	"net/url"

	"rundertisch/internal/access"
	"rundertisch/internal/db"
	"rundertisch/internal/job"
	"rundertisch/internal/mail"
)

// Service does what needs more than the database: invitations, resets and
// notices go out by mail.
type Service struct {
	mail  *mail.Office
	queue *job.Queue
	base  *url.URL
}

// NewService returns a service whose mails lead to the site at base.
func NewService(office *mail.Office, q *job.Queue, base *url.URL) *Service {
	return &Service{mail: office, queue: q, base: base}
}

// programme is what a mail says about the programme that sends it.
type programme struct {
	name string
	base url.URL
}

// programme reads the name and the address of the actor's programme: that of
// BASE_URL, or for another programme than the default one its own host name on
// the same scheme and port. The host that a request names never counts.
func (s *Service) programme(ctx context.Context, tx *db.Tx) (programme, error) {
	p := programme{base: *s.base}
	var host *string
	var isDefault bool
	err := tx.QueryRow(ctx, `SELECT name, hosts[1], is_default FROM programme WHERE id = $1`, tx.Actor.Programme).
		Scan(&p.name, &host, &isDefault)
	if err != nil {
		return programme{}, fmt.Errorf("programme of a mail: %w", err)
	}
	if !isDefault && host != nil {
		p.base.Host = *host
		if port := s.base.Port(); port != "" {
			p.base.Host += ":" + port
		}
	}
	return p, nil
}

// at returns the full address of a page of the site.
func (p programme) at(path string) string {
	return p.base.Scheme + "://" + p.base.Host + path
}

// asSystem lets the system act in the programme of the context's actor, for
// what people do who are not signed in. The trail names the task.
func asSystem(ctx context.Context, task string) context.Context {
	public, _ := access.FromContext(ctx)
	actor := access.System(public.Programme, task)
	actor.Request = public.Request
	return access.NewContext(ctx, actor)
}
