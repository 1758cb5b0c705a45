package handler

import (
	"context"
	"log/slog"
	"net/http"
	"strings"

	"github.com/google/uuid"

	"rundertisch/internal/access"
	"rundertisch/internal/link"
	"rundertisch/internal/locale"
	"rundertisch/web/layout"
	"rundertisch/web/ui"
)

// Shell is what every page of a request shares: the programme, its look and
// the message that waits to be shown.
type Shell struct {
	Programme Programme
	Theme     string
	Demo      bool
	Flash     *Flash
	Unread    int          // notices to the person
	Log       *slog.Logger // of security events; nil: slog.Default()
}

// Programme is what pages need to know of the programme.
type Programme struct {
	ID   uuid.UUID
	Slug string
	Name string
}

type shellKey struct{}

// WithShell returns a context that carries the shell.
func WithShell(ctx context.Context, s *Shell) context.Context {
	return context.WithValue(ctx, shellKey{}, s)
}

// ShellFrom returns the request's shell; an empty one outside the middleware.
func ShellFrom(ctx context.Context) *Shell {
	if s, ok := ctx.Value(shellKey{}).(*Shell); ok {
		return s
	}
	return &Shell{}
}

// Actor returns who acts in the request: a person or the public.
func Actor(r *http.Request) access.Actor {
	a, _ := access.FromContext(r.Context())
	return a
}

// Frame returns the frame of the request's page for its view struct.
func Frame(r *http.Request) layout.Args {
	ctx := r.Context()
	shell, actor := ShellFrom(ctx), Actor(r)
	args := layout.Args{
		Programme: layout.Programme{
			Name:     shell.Programme.Name,
			Ministry: locale.T(ctx, "shell.ministry"),
			Funding:  locale.T(ctx, "shell.funding"),
			Contact:  link.Contact(),
		},
		Nav:   nav(ctx, actor, r.URL.Path),
		Path:  r.URL.RequestURI(),
		Theme: shell.Theme,
		Demo:  shell.Demo,
	}
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		args.Path = r.URL.Path
	}
	if shell.Flash != nil {
		args.Flash = []ui.FlashMessage{shell.Flash.message(ctx)}
	}
	if actor.SignedIn() {
		args.NoIndex, args.Unread = true, shell.Unread
		args.Account = &layout.Account{Name: actor.Name, Role: roles(ctx, actor), Admin: actor.May(access.ManagePeople)}
	}
	return args
}

// nav lists the places that the actor's roles open.
func nav(ctx context.Context, a access.Actor, path string) []layout.NavItem {
	places := []struct {
		key, url string
		act      access.Action
	}{
		{"nav.desk", link.Start(), access.UseDesk},
		{"nav.activities", link.Activities(), access.ReadActivities},
		{"nav.districts", link.Districts(), access.ReadDistrict},
		{"nav.posts", link.Posts(), access.ReadPosts},
		{"nav.bodies", link.Bodies(), access.ReadBodies},
		{"nav.sittings", link.Sittings(), access.ReadSittings},
		{"nav.minutes", link.AllMinutes(), access.ReadMinutes},
		{"nav.decisions", link.Decisions(), access.ReadDecisions},
		{"nav.tasks", link.Tasks(), access.ReadTasks},
		{"nav.grants", link.Grants(), access.ReadGrants},
		{"nav.partners", link.Partners(), access.ReadPartners},
		{"shell.admin", link.Admin(), access.ManagePeople},
	}
	var items []layout.NavItem
	if !a.SignedIn() {
		items = append(items,
			layout.NavItem{Label: locale.T(ctx, "nav.board"), URL: link.Home(), Current: path == link.Home()},
			layout.NavItem{Label: locale.T(ctx, "nav.directory"), URL: link.Directory(), Current: path == link.Directory()},
			layout.NavItem{Label: locale.T(ctx, "nav.funding"), URL: link.Funding(), Current: path == link.Funding()})
		return items
	}
	for _, p := range places {
		if a.May(p.act) {
			current := path == p.url || strings.HasPrefix(path, p.url+"/")
			items = append(items, layout.NavItem{Label: locale.T(ctx, p.key), URL: p.url, Current: current})
		}
	}
	return append(items, layout.NavItem{Label: locale.T(ctx, "nav.board"), URL: link.Home(), Current: path == link.Home()})
}

// roles names what the actor is, each role once.
func roles(ctx context.Context, a access.Actor) string {
	var names []string
	seen := map[access.Role]bool{}
	for _, g := range a.Grants {
		if !seen[g.Role] {
			seen[g.Role] = true
			names = append(names, locale.T(ctx, "role."+string(g.Role)))
		}
	}
	return strings.Join(names, ", ")
}
