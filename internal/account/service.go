package account

import (
	"context"
	"net/url"

	"rundertisch/internal/access"
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

// asSystem lets the system act in the programme of the context's actor, for
// what people do who are not signed in. The trail names the task.
func asSystem(ctx context.Context, task string) context.Context {
	public, _ := access.FromContext(ctx)
	actor := access.System(public.Programme, task)
	actor.Request = public.Request
	return access.NewContext(ctx, actor)
}
