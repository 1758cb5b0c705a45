// Package adminpage is the administration of a programme: its people, who is
// invited, which roles they hold from when until when, who is kept out, and
// the trail of who did what. An admin sees no contents and no secret.
package adminpage

import (
	"context"
	"net/http"
	"strings"

	"rundertisch/internal/access"
	"rundertisch/internal/account"
	"rundertisch/internal/db"
	"rundertisch/internal/link"
	"rundertisch/internal/locale"
	"rundertisch/web/handler"
	"rundertisch/web/layout"
	"rundertisch/web/ui"
)

// Pages are the pages of the administration.
type Pages struct {
	db       *db.DB
	accounts *account.Service
}

// New returns the pages.
func New(d *db.DB, a *account.Service) *Pages { return &Pages{db: d, accounts: a} }

// pageSize is how many entries a list shows at a time.
const pageSize = 50

// Routes adds the pages.
func (p *Pages) Routes(m *handler.Mux) {
	const person = "/verwaltung/konten/{person}"
	m.Get(access.ManagePeople, link.Admin(), p.listPeople)
	m.Get(access.ManagePeople, link.InviteAccount(), p.showInvite)
	m.Post(access.ManagePeople, link.InviteAccount(), p.invite)
	m.Get(access.ManagePeople, person, p.showPerson)
	m.Post(access.ManagePeople, person+"/einladung", p.resendInvitation)
	m.Get(access.ManagePeople, person+"/rollen/neu", p.showGiveRole)
	m.Post(access.ManagePeople, person+"/rollen/neu", p.giveRole)
	m.Get(access.ManagePeople, person+"/rollen/{role}/beenden", p.showEndRole)
	m.Post(access.ManagePeople, person+"/rollen/{role}/beenden", p.endRole)
	m.Get(access.ManagePeople, person+"/sperren", p.showDisable)
	m.Post(access.ManagePeople, person+"/sperren", p.disable)
	m.Post(access.ManagePeople, person+"/entsperren", p.enable)
	m.Get(access.ReadTrail, link.Trail(), p.showTrail)
}

func frame(r *http.Request, links ...ui.Link) layout.Args {
	admin := ui.Link{Label: locale.T(r.Context(), "shell.admin"), URL: link.Admin(), Current: len(links) == 0}
	return handler.Frame(r).WithBreadcrumb(append([]ui.Link{admin}, links...)...)
}

func stateMark(ctx context.Context, s account.State) ui.Mark {
	tone := ui.Neutral
	switch s {
	case account.Active:
		tone = ui.Success
	case account.Invited:
		tone = ui.Info
	case account.Disabled:
		tone = ui.Warning
	case account.Outside: // no judgement
	}
	return ui.Mark{Tone: tone, Label: locale.T(ctx, "admin.state."+string(s)), Small: true}
}

// roleText names roles with their districts: "Koordination (Görlitz)".
func roleText(ctx context.Context, roles, places []string) string {
	var texts []string
	for i, role := range roles {
		text := locale.T(ctx, "role."+role)
		if i < len(places) && places[i] != "" {
			text += " (" + places[i] + ")"
		}
		texts = append(texts, text)
	}
	return strings.Join(texts, ", ")
}
