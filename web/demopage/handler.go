// Package demopage has what only a demo shows: the mail that it does not send,
// and every component of package ui in every state. Outside the demo the pages
// do not exist.
package demopage

import (
	"net/http"
	"regexp"
	"strings"

	"rundertisch/internal/access"
	"rundertisch/internal/db"
	"rundertisch/internal/fault"
	"rundertisch/internal/link"
	"rundertisch/internal/locale"
	"rundertisch/internal/mail"
	"rundertisch/web/handler"
	"rundertisch/web/layout"
	"rundertisch/web/ui"
)

// Pages are the pages of the demo.
type Pages struct{ db *db.DB }

// New returns the pages.
func New(d *db.DB) *Pages { return &Pages{db: d} }

// Routes adds the pages.
func (p *Pages) Routes(m *handler.Mux) {
	m.Get(access.ReadDemoMail, link.DemoMail(), onlyDemo(p.showMail))
	m.Get(access.ReadBoard, link.DemoComponents(), onlyDemo(showComponents))
}

func onlyDemo(f handler.Func) handler.Func {
	return func(w http.ResponseWriter, r *http.Request) error {
		if !handler.ShellFrom(r.Context()).Demo {
			return fault.NotFound
		}
		return f(w, r)
	}
}

type mailView struct {
	Frame    layout.Args
	Messages []message
}

type message struct {
	Subject, To, Time string
	Lines             []line
}

// line is a line of a message: text, or an address that can be followed.
type line struct{ Text, URL string }

// newest is how many messages the page shows.
const newest = 50

// showMail lists the newest mail of the programme.
func (p *Pages) showMail(w http.ResponseWriter, r *http.Request) error {
	actor := access.System(handler.Actor(r).Programme, "demo mail") // policies show mail to the system alone
	actor.Request = handler.RequestID(r.Context())
	ctx := access.NewContext(r.Context(), actor)
	var list []mail.Stored
	err := p.db.Read(ctx, access.ReadDemoMail, func(tx *db.Tx) (err error) {
		list, err = mail.Newest(ctx, tx, newest)
		return err
	})
	if err != nil {
		return err
	}
	v := mailView{Frame: handler.Frame(r).
		WithBreadcrumb(ui.Link{Label: locale.T(ctx, "demo.mail.title"), Current: true})}
	for _, m := range list {
		v.Messages = append(v.Messages, message{
			Subject: m.Subject, To: m.Recipient, Time: locale.DateTime(ctx, m.CreatedAt), Lines: lines(m.Body),
		})
	}
	return handler.Render(w, r, mailPage(v))
}

var address = regexp.MustCompile(`^https?://[^/\s]+(/\S*)$`)

// lines cuts a body into lines; one that is an address of this site becomes a
// link within it.
func lines(body string) []line {
	var out []line
	for text := range strings.SplitSeq(strings.TrimSpace(body), "\n") {
		text = strings.TrimSpace(text)
		l := line{Text: text}
		if m := address.FindStringSubmatch(text); m != nil {
			l.URL = link.Local(m[1], "")
		}
		if text != "" {
			out = append(out, l)
		}
	}
	return out
}

func showComponents(w http.ResponseWriter, r *http.Request) error {
	frame := handler.Frame(r).
		WithBreadcrumb(ui.Link{Label: locale.T(r.Context(), "demo.components.title"), Current: true})
	return handler.Render(w, r, componentsPage(frame))
}
