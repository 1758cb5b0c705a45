package publicpage

import (
	"net/http"
	"slices"
	"strings"

	"rundertisch/internal/access"
	"rundertisch/internal/body"
	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/link"
	"rundertisch/internal/locale"
	"rundertisch/internal/post"
	"rundertisch/internal/report"
	"rundertisch/web/handler"
	"rundertisch/web/layout"
	"rundertisch/web/ui"
)

type directoryView struct {
	Frame layout.Args
	Rows  []contactRow
}

type contactRow struct {
	AGS, Name    string
	Held         bool
	State        ui.Mark
	Person       string
	Email, Phone string
	Dial         string // the number as a telephone takes it; "": it has no such form
}

// showDirectory lists who can be reached in each district.
func (p *Pages) showDirectory(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	var contacts []report.Contact
	err := p.db.Read(ctx, access.ReadBoard, func(tx *db.Tx) (err error) {
		contacts, err = report.Contacts(ctx, tx, calendar.Of(tx.Now))
		return err
	})
	if err != nil {
		return err
	}
	v := directoryView{Frame: handler.Frame(r).
		WithBreadcrumb(ui.Link{Label: locale.T(ctx, "directory.title"), URL: link.Directory()})}
	for _, c := range contacts {
		v.Rows = append(v.Rows, contactRow{
			AGS: c.AGS, Name: c.Name, Held: c.State == post.Filled && c.OfficeEmail != nil,
			State: ui.PostMark(ctx, string(c.State)), Person: deref(c.PublicName),
			Email: deref(c.OfficeEmail), Phone: deref(c.OfficePhone), Dial: dial(deref(c.OfficePhone)),
		})
	}
	return handler.Render(w, r, directoryPage(v))
}

// dial is a number as an address of tel: takes it, with the code of the country
// (RFC 3966). It is empty for what is no one number.
func dial(number string) string {
	digits := strings.NewReplacer("(0)", "", " ", "", "/", "", "-", "", "–", "", "(", "", ")", "", ".", "").Replace(number)
	plus, found := strings.CutPrefix(digits, "+")
	switch {
	case found:
		digits = plus
	case strings.HasPrefix(digits, "00"):
		digits = digits[2:]
	case strings.HasPrefix(digits, "0"):
		digits = "49" + digits[1:]
	default:
		return ""
	}
	if len(digits) < 7 || len(digits) > 15 || strings.Trim(digits, "0123456789") != "" {
		return ""
	}
	return "+" + digits
}

func deref(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

type conferencesView struct {
	Frame  layout.Args
	Rows   []boardRow
	Bodies []publishedView
}

// showConferences lists the districts with a regional conference or on the way
// to one.
func (p *Pages) showConferences(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	m := parseMoment(r, p.db.Now())
	b, err := p.board(ctx, m)
	if err != nil {
		return err
	}
	v := conferencesView{Frame: handler.Frame(r).
		WithBreadcrumb(ui.Link{Label: locale.T(ctx, "conferences.title"), URL: link.Conferences()})}
	shows := map[string]bool{} // names of districts
	for _, row := range b.Rows {
		if !row.ConferenceState.Formed() && !row.ConferenceState.Interested() {
			continue
		}
		shown := newBoardRow(ctx, handler.Actor(r), row)
		shown.Since = locale.Date(ctx, row.ConferenceSince.Time())
		v.Rows, shows[row.Name] = append(v.Rows, shown), true
	}
	if v.Bodies, err = p.publish(ctx, body.Conference); err != nil {
		return err
	}
	v.Bodies = slices.DeleteFunc(v.Bodies, func(b publishedView) bool { // on its way or at work, as in the table
		return !slices.ContainsFunc(b.Districts, func(name string) bool { return shows[name] })
	})
	return handler.Render(w, r, conferencesPage(v))
}

type committeeView struct {
	Frame                                   layout.Args
	Members, Patients, Working, ModelRegion []report.Group
	Bodies                                  []publishedView
}

// showCommittee shows what the joint state committee consists of.
func (p *Pages) showCommittee(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	var groups []report.Group
	err := p.db.Read(ctx, access.ReadBoard, func(tx *db.Tx) (err error) {
		groups, err = report.CommitteeGroups(ctx, tx, calendar.Of(tx.Now))
		return err
	})
	if err != nil {
		return err
	}
	v := committeeView{Frame: handler.Frame(r).
		WithBreadcrumb(ui.Link{Label: locale.T(ctx, "committee.title"), URL: link.Committee()})}
	for _, g := range groups {
		switch g.Kind {
		case report.GroupMembers:
			v.Members = append(v.Members, g)
		case report.GroupPatients:
			v.Patients = append(v.Patients, g)
		case report.GroupWorking:
			v.Working = append(v.Working, g)
		case report.GroupRegion:
			v.ModelRegion = append(v.ModelRegion, g)
		}
	}
	if v.Bodies, err = p.publish(ctx, body.StateCommittee); err != nil {
		return err
	}
	return handler.Render(w, r, committeePage(v))
}
