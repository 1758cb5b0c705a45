package mail

import (
	"context"
	"fmt"
	"net/url"

	"rundertisch/internal/db"
)

// Site is what a message says about the programme that sends it.
type Site struct {
	Name string // of the programme
	base url.URL
}

// SiteOf returns the name and the address of the actor's programme: that of
// base (BASE_URL), or for another programme than the default one its own host
// name on the same scheme and port. The host that a request names never counts.
func SiteOf(ctx context.Context, tx *db.Tx, base *url.URL) (Site, error) {
	s := Site{base: *base}
	var host *string
	var isDefault bool
	err := tx.QueryRow(ctx, `SELECT name, hosts[1], is_default FROM programme WHERE id = $1`, tx.Actor.Programme).
		Scan(&s.Name, &host, &isDefault)
	if err != nil {
		return Site{}, fmt.Errorf("programme of a mail: %w", err)
	}
	if !isDefault && host != nil {
		s.base.Host = *host
		if port := base.Port(); port != "" {
			s.base.Host += ":" + port
		}
	}
	return s, nil
}

// At returns the full address of a page of the site.
func (s Site) At(path string) string { return s.base.Scheme + "://" + s.base.Host + path }

// Host returns the host name of the site, for ids that leave the house.
func (s Site) Host() string { return s.base.Hostname() }
