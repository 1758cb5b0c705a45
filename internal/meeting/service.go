package meeting

import (
	"net/url"

	"rundertisch/internal/inbox"
	"rundertisch/internal/mail"
)

// Service does what writes to people: invitations, changes, cancellations,
// circular decisions.
type Service struct {
	mail  *mail.Office
	inbox *inbox.Office
	base  *url.URL
}

// NewService returns a service that writes through the offices; base is the
// site's address (BASE_URL).
func NewService(post *mail.Office, notices *inbox.Office, base *url.URL) *Service {
	return &Service{mail: post, inbox: notices, base: base}
}
