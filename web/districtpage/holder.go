package districtpage

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"rundertisch/internal/access"
	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/fault"
	"rundertisch/internal/link"
	"rundertisch/internal/locale"
	"rundertisch/internal/post"
	"rundertisch/web/form"
	"rundertisch/web/handler"
	"rundertisch/web/layout"
	"rundertisch/web/ui"
)

type holderView struct {
	Frame    layout.Args
	Place    string // the district's name
	Action   string
	Cancel   string
	Errors   form.Errors
	ID       string
	Holder   holderFields
	From, To string
}

// parseHolder reads the fields of a holder. The share is typed in per cent.
func parseHolder(f *form.Values) post.NewHolder {
	return post.NewHolder{
		ID:   uuid.NewSHA1(f.NewID("id"), []byte("holder")), // the form's own id names the state
		Name: f.Text("holder_name"), FTEPermille: permille(f.Text("fte")),
		OfficeEmail: f.Text("office_email"), OfficePhone: f.Text("office_phone"), ShowName: f.Has("show_name"),
	}
}

// permille reads a share in per cent with at most one decimal, such as "62,5".
// What cannot be read is 0, which no share is.
func permille(text string) int {
	whole, tenth, decimal := strings.Cut(strings.ReplaceAll(strings.TrimSuffix(strings.TrimSpace(text), "%"), ".", ","), ",")
	n, err := strconv.Atoi(strings.TrimSpace(whole))
	if err != nil || n < 0 || n > 100 {
		return 0
	}
	if !decimal {
		return n * 10
	}
	t, err := strconv.Atoi(tenth)
	if err != nil || t < 0 || t > 9 {
		return 0
	}
	return n*10 + t
}

func (p *Pages) showHolderForm(w http.ResponseWriter, r *http.Request) error {
	return p.holderForm(w, r, form.From(nil), nil)
}

func (p *Pages) addHolder(w http.ResponseWriter, r *http.Request) error {
	f, err := form.Parse(w, r)
	if err != nil {
		return err
	}
	ctx := r.Context()
	n := parseHolder(f)
	n.From, n.To = f.Date("from"), f.Date("to")
	if !n.To.IsZero() {
		n.To = n.To.AddDays(1) // people name the last day
	}
	err = f.Faults.Err()
	if err == nil {
		err = p.db.Write(ctx, access.HoldPost, func(tx *db.Tx) error {
			at, err := findFor(r, tx, access.HoldPost)
			if err != nil {
				return err
			}
			return post.AddHolder(ctx, tx, at.post, n)
		})
	}
	if fields, ok := fault.AsFields(err); ok {
		return p.holderForm(w, r, f, fields)
	}
	return p.done(w, r, err, "district.holder_added")
}

func (p *Pages) holderForm(w http.ResponseWriter, r *http.Request, f *form.Values, faults fault.Fields) error {
	at, err := p.findToWrite(r, access.HoldPost)
	if err != nil {
		return err
	}
	ctx := r.Context()
	errs := form.Say(ctx, faults)
	action := link.NewHolder(at.district.AGS)
	v := holderView{
		Place: at.district.Name, Action: action, Cancel: link.District(at.district.AGS), Errors: errs, ID: f.Raw("id"), From: f.Text("from"), To: f.Text("to"),
		Holder: *typedHolder(f, faults == nil),
	}
	if v.ID == "" {
		v.ID = uuid.NewString()
	}
	v.Frame = handler.Frame(r).WithErrors(errs.Any()).
		WithBreadcrumb(crumbs(ctx, at.district, ui.Link{Label: locale.T(ctx, "district.add_holder"), URL: action})...)
	return renderForm(w, r, errs, holderPage(v))
}

// findToWrite reads the district for a form that will change something in it.
func (p *Pages) findToWrite(r *http.Request, act access.Action) (at place, err error) {
	err = p.db.Read(r.Context(), act, func(tx *db.Tx) (err error) {
		at, err = findFor(r, tx, act)
		return err
	})
	return at, err
}

type holderEndView struct {
	Frame          layout.Args
	Place          string // the district's name
	Name, Lead     string
	Action, Cancel string
	Last, Today    string
	Errors         form.Errors
}

func (p *Pages) showHolderEnd(w http.ResponseWriter, r *http.Request) error {
	return p.holderEnd(w, r, form.From(nil), nil)
}

func (p *Pages) endHolder(w http.ResponseWriter, r *http.Request) error {
	id, err := form.PathID(r, "holder")
	if err != nil {
		return err
	}
	f, err := form.Parse(w, r)
	if err != nil {
		return err
	}
	ctx := r.Context()
	last := f.Date("to")
	if last.IsZero() {
		f.Faults.Add("to", "field.missing")
	}
	err = f.Faults.Err()
	if err == nil {
		err = p.db.Write(ctx, access.HoldPost, func(tx *db.Tx) error {
			at, err := findFor(r, tx, access.HoldPost)
			if err != nil {
				return err
			}
			return post.EndHolder(ctx, tx, at.post, id, last.AddDays(1))
		})
	}
	if fields, ok := fault.AsFields(err); ok {
		return p.holderEnd(w, r, f, fields)
	}
	return p.done(w, r, err, "district.holder_ended")
}

func (p *Pages) holderEnd(w http.ResponseWriter, r *http.Request, f *form.Values, faults fault.Fields) error {
	id, err := form.PathID(r, "holder")
	if err != nil {
		return err
	}
	ctx := r.Context()
	var at place
	var holder post.Holder
	err = p.db.Read(ctx, access.HoldPost, func(tx *db.Tx) (err error) {
		if at, err = findFor(r, tx, access.HoldPost); err != nil {
			return err
		}
		holder, err = openHolder(ctx, tx, at, id)
		return err
	})
	if err != nil {
		return err
	}
	errs := form.Say(ctx, faults)
	v := holderEndView{
		Place: at.district.Name, Name: holder.Name, Lead: locale.T(ctx, "district.end_holder.lead", "Name", holder.Name, "Date", dateText(ctx, holder.Valid.From)),
		Action: link.EndHolder(at.district.AGS, id), Cancel: link.District(at.district.AGS),
		Last: f.Text("to"), Today: calendar.Of(p.db.Now()).String(), Errors: errs,
	}
	if v.Last == "" && faults == nil {
		v.Last = v.Today
	}
	v.Frame = handler.Frame(r).WithErrors(errs.Any()).
		WithBreadcrumb(crumbs(ctx, at.district, ui.Link{Label: locale.T(ctx, "district.end_holder"), URL: v.Action})...)
	return renderForm(w, r, errs, holderEndPage(v))
}

// openHolder returns the holder unless the record was withdrawn.
func openHolder(ctx context.Context, tx *db.Tx, at place, id uuid.UUID) (post.Holder, error) {
	holders, err := post.Holders(ctx, tx, at.post.ID)
	if err != nil {
		return post.Holder{}, err
	}
	for _, h := range holders {
		if h.ID == id && !h.Withdrawn() && h.Valid.To.IsZero() {
			return h, nil
		}
	}
	return post.Holder{}, fault.NotFound
}
