// Package inboxpage has the notices to a person and the form that says how they
// come by e-mail.
package inboxpage

import (
	"net/http"
	"strings"
	"time"

	"github.com/google/uuid"

	"rundertisch/internal/access"
	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/inbox"
	"rundertisch/internal/link"
	"rundertisch/internal/locale"
	"rundertisch/internal/report"
	"rundertisch/web/form"
	"rundertisch/web/handler"
	"rundertisch/web/layout"
	"rundertisch/web/ui"
)

// pageSize is how many notices a page shows.
const pageSize = 50

// Pages are the pages of the inbox.
type Pages struct{ db *db.DB }

// New returns the pages.
func New(d *db.DB) *Pages { return &Pages{db: d} }

// Routes adds the pages.
func (p *Pages) Routes(m *handler.Mux) {
	m.Get(access.ReadInbox, "/mitteilungen", p.showList)
	m.Post(access.ReadInbox, "/mitteilungen/gelesen", p.readAll)
	m.Post(access.ReadInbox, "/mitteilungen/{notice}/gelesen", p.open)
	m.Get(access.ReadInbox, "/mitteilungen/einstellungen", p.showWishes)
	m.Post(access.ReadInbox, "/mitteilungen/einstellungen", p.setWishes)
}

type listView struct {
	Frame   layout.Args
	Rows    []row
	Unread  int
	Only    bool // unread ones alone
	AllURL  string
	OnlyURL string
	Until   string // the newest notice that the page could show
	Paging  ui.Paging
}

type row struct {
	Text, Subject, Place, Due, When string
	New                             bool
	Over                            bool // the deadline is over
	Open                            string
}

func (p *Pages) showList(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	q := form.Query(r)
	only := q.Has("ungelesen")
	f := inbox.Filter{Unread: only, Before: parseCursor(q.Raw(ui.CursorAfter)), Limit: pageSize + 1}
	var list []inbox.Notice
	var subjects map[uuid.UUID]report.Subject
	var today calendar.Date
	v := listView{Only: only, AllURL: link.Messages(), OnlyURL: link.UnreadMessages(), Until: p.db.Now().UTC().Format(time.RFC3339Nano), Paging: ui.Paging{Count: -1}}
	err := p.db.Read(ctx, access.ReadInbox, func(tx *db.Tx) (err error) {
		v.Until = tx.Now.UTC().Format(time.RFC3339Nano)
		if v.Unread, err = inbox.Unread(ctx, tx); err != nil {
			return err
		}
		if list, err = inbox.Mine(ctx, tx, f); err != nil {
			return err
		}
		ids := make([]uuid.UUID, len(list))
		for i, n := range list {
			ids[i] = n.Subject()
		}
		today = calendar.Of(tx.Now)
		subjects, err = report.Subjects(ctx, tx, ids)
		return err
	})
	if err != nil {
		return err
	}
	address := v.AllURL
	if only {
		address = v.OnlyURL
	}
	if len(list) > pageSize {
		list = list[:pageSize]
		last := list[pageSize-1]
		v.Paging.NextURL = link.With(address, ui.CursorAfter, cursor(inbox.Cursor{At: last.CreatedAt, ID: last.ID}))
	}
	if !f.Before.IsZero() { // back to the newest: notices are read from there
		v.Paging.PrevURL = address
	}
	for _, n := range list {
		v.Rows = append(v.Rows, newRow(r, n, subjects[n.Subject()], today))
	}
	v.Frame = handler.Frame(r).WithBreadcrumb(ui.Link{Label: locale.T(ctx, "inbox.title"), URL: link.Messages()})
	return handler.Render(w, r, listPage(v))
}

func newRow(r *http.Request, n inbox.Notice, about report.Subject, today calendar.Date) row {
	ctx := r.Context()
	out := row{
		Text: n.Text(locale.FromContext(ctx), today), Subject: about.Title, Place: n.Place, When: locale.DateTime(ctx, n.CreatedAt),
		New: n.ReadAt == nil, Over: n.Over(today), Open: link.OpenMessage(n.ID),
	}
	if about.Number > 0 {
		out.Subject = locale.T(ctx, "inbox.number", "Number", locale.Number(ctx, about.Number))
	}
	if out.Subject != "" {
		out.Text += ":"
	}
	if !n.DueOn.IsZero() {
		out.Due = locale.Date(ctx, n.DueOn.Time())
	}
	return out
}

// open marks a notice as read and leads to what it is about.
func (p *Pages) open(w http.ResponseWriter, r *http.Request) error {
	id, err := form.PathID(r, "notice")
	if err != nil {
		return err
	}
	var address string
	err = p.db.Write(r.Context(), access.ReadInbox, func(tx *db.Tx) (err error) {
		address, err = inbox.Open(r.Context(), tx, id)
		return err
	})
	if err != nil {
		return err
	}
	return handler.SeeOther(w, r, link.Local(address, link.Messages()), "")
}

// readAll marks as read what the page could show.
func (p *Pages) readAll(w http.ResponseWriter, r *http.Request) error {
	f, err := form.Parse(w, r)
	if err != nil {
		return err
	}
	until, err := time.Parse(time.RFC3339Nano, f.Raw("until"))
	if err != nil {
		return handler.SeeOther(w, r, link.Messages(), "")
	}
	err = p.db.Write(r.Context(), access.ReadInbox, func(tx *db.Tx) error { return inbox.ReadAll(r.Context(), tx, until) })
	if err != nil {
		return err
	}
	return handler.SeeOther(w, r, link.Messages(), "inbox.flash.read")
}

// cursor writes a place in the list for an address.
func cursor(c inbox.Cursor) string {
	return c.At.UTC().Format("20060102T150405.000000Z") + "_" + c.ID.String()
}

// parseCursor reads a place; what it cannot read is the beginning.
func parseCursor(text string) inbox.Cursor {
	at, id, _ := strings.Cut(text, "_")
	when, err := time.Parse("20060102T150405.000000Z", at)
	if err != nil {
		return inbox.Cursor{}
	}
	parsed, err := uuid.Parse(id)
	if err != nil {
		return inbox.Cursor{}
	}
	return inbox.Cursor{At: when, ID: parsed}
}
