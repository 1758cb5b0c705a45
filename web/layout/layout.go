// Package layout is the frame of every page: head, skip link, header with
// navigation and account, breadcrumb, flash, footer. Args is built once per
// request by package handler and passed on inside each page's view; a page
// adds its own breadcrumb or error mark with the With… methods and puts its
// h1 (ui.PageHead) into the children of Page.
package layout

import (
	"context"
	"slices"
	"strings"

	"rundertisch/internal/link"
	"rundertisch/internal/locale"
	"rundertisch/web/static"
	"rundertisch/web/ui"
)

// Args is what the frame shows. It is a value: changing a copy is safe.
type Args struct {
	Programme Programme
	Nav       []NavItem // for the role; empty shows no navigation
	Account   *Account  // nil: nobody is signed in
	Path      string    // of this page with query: where switches return to
	Theme     string    // "light", "dark"; else what the device says
	Demo      bool
	Flash     []ui.FlashMessage
	Unread    int // notices not yet read

	Breadcrumb []ui.Link // without the start, which is added
	Errors     bool      // the page shows an ErrorSummary
	NoIndex    bool      // search engines should not keep this page
	Wide       bool      // uses the full width (boards, wide tables)
	Canonical  string    // full address of the permanent page, if another
}

// Programme is the state's programme that the site serves.
type Programme struct {
	Name     string // "Regionale Gesundheitsversorgung Sachsen"
	Ministry string // "Sächsisches Staatsministerium für …"; may be empty
	Funding  string // line "mitfinanziert durch …"; may be empty
	Contact  string // link.Contact() or an address; may be empty
}

// NavItem is one entry of the navigation.
type NavItem struct {
	Label   string
	URL     string
	Current bool
	Count   int // of what is unread there
}

// Account is the person who is signed in.
type Account struct {
	Name string
	Role string // "Koordination, Landkreis Görlitz"
	// Programmes the person may switch to; empty shows none.
	Programmes []ui.Link
	Admin      bool // shows the way to the administration
}

// WithBreadcrumb returns the frame with the way to this page; the last link is
// the page itself.
func (a Args) WithBreadcrumb(links ...ui.Link) Args {
	a.Breadcrumb = links
	return a
}

// WithErrors returns the frame of a page that shows errors if shown is true.
func (a Args) WithErrors(shown bool) Args {
	a.Errors = shown
	return a
}

// WithWide returns the frame for a page that uses the full width.
func (a Args) WithWide() Args {
	a.Wide = true
	return a
}

// ErrorArgs describes an error page.
type ErrorArgs struct {
	Status    int
	Title     string // "Diese Seite gibt es nicht"
	Text      string // what happened and what to do
	RequestID string // shown so that the service desk can find the case
	Action    ui.Button
}

func (a Args) title(ctx context.Context, title string) string {
	text := title + " – " + a.Programme.Name
	if title == "" {
		text = a.Programme.Name
	}
	if a.Errors {
		return locale.T(ctx, "shell.title.error") + " " + text
	}
	return text
}

func (a Args) containerClass() string {
	if a.Wide {
		return "app-container app-container--wide"
	}
	return "app-container"
}

func (a Args) home() string {
	if a.Account != nil {
		return link.Start()
	}
	return link.Home()
}

// items are the entries of the navigation, with the notices of a signed-in
// person after the first.
func (a Args) items(ctx context.Context) []NavItem {
	if a.Account == nil || len(a.Nav) == 0 {
		return a.Nav
	}
	path, _, _ := strings.Cut(a.Path, "?")
	notices := NavItem{
		Label: locale.T(ctx, "inbox.title"), URL: link.Messages(), Count: a.Unread,
		Current: path == link.Messages() || strings.HasPrefix(path, link.Messages()+"/"),
	}
	return slices.Insert(slices.Clone(a.Nav), 1, notices)
}

// crumbs is the breadcrumb with the start in front.
func (a Args) crumbs(ctx context.Context) []ui.Link {
	if len(a.Breadcrumb) == 0 {
		return nil
	}
	start := ui.Link{Label: locale.T(ctx, "shell.start"), URL: a.home()}
	return append([]ui.Link{start}, a.Breadcrumb...)
}

func (a Args) footerLinks(ctx context.Context) []ui.Link {
	return []ui.Link{
		{Label: locale.T(ctx, "shell.footer.accessibility"), URL: link.Accessibility()},
		{Label: locale.T(ctx, "shell.footer.barrier"), URL: link.ReportBarrier(link.With(a.Path, "token", ""))},
		{Label: locale.T(ctx, "shell.footer.easy"), URL: link.EasyLanguage()},
		{Label: locale.T(ctx, "shell.footer.privacy"), URL: link.Privacy()},
		{Label: locale.T(ctx, "shell.footer.imprint"), URL: link.Imprint()},
		{Label: locale.T(ctx, "shell.footer.contact"), URL: link.Contact()},
	}
}

// themeAttribute is the value of data-kern-theme; "" leaves it to the device.
func (a Args) themeAttribute() string {
	if a.Theme == "light" || a.Theme == "dark" {
		return a.Theme
	}
	return ""
}

// assetURL is the address of a built file.
func assetURL(name string) string { return static.URL(name) }
