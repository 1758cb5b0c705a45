package meeting

import (
	"net/url"

	"rundertisch/internal/mail"
)

// Service does what writes to people: invitations, changes, cancellations,
// circular decisions.
type Service struct {
	mail *mail.Office
	base *url.URL
}

// NewService returns a service that writes through the office; base is the
// site's address (BASE_URL).
func NewService(office *mail.Office, base *url.URL) *Service {
	return &Service{mail: office, base: base}
}
