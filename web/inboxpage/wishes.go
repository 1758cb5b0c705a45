package inboxpage

import (
	"context"
	"net/http"

	"rundertisch/internal/access"
	"rundertisch/internal/db"
	"rundertisch/internal/fault"
	"rundertisch/internal/inbox"
	"rundertisch/internal/link"
	"rundertisch/internal/locale"
	"rundertisch/web/form"
	"rundertisch/web/handler"
	"rundertisch/web/layout"
	"rundertisch/web/ui"
)

type wishesView struct {
	Frame  layout.Args
	Duty   []string // names of the kinds that always go out at once
	Fields []ui.Field
	Errors []ui.FieldError
}

func (p *Pages) showWishes(w http.ResponseWriter, r *http.Request) error {
	var wishes map[inbox.Kind]inbox.When
	err := p.db.Read(r.Context(), access.ReadInbox, func(tx *db.Tx) (err error) {
		wishes, err = inbox.Wishes(r.Context(), tx)
		return err
	})
	if err != nil {
		return err
	}
	return handler.Render(w, r, wishesPage(newWishesView(r, wishes, nil)))
}

func (p *Pages) setWishes(w http.ResponseWriter, r *http.Request) error {
	f, err := form.Parse(w, r)
	if err != nil {
		return err
	}
	wishes := map[inbox.Kind]inbox.When{}
	for _, k := range inbox.Kinds() {
		if f.Has(string(k)) {
			wishes[k] = inbox.When(f.Text(string(k)))
		}
	}
	err = f.Faults.Err()
	if err == nil {
		err = p.db.Write(r.Context(), access.ReadInbox, func(tx *db.Tx) error { return inbox.SetWishes(r.Context(), tx, wishes) })
	}
	if faults, ok := fault.AsFields(err); ok {
		return handler.RenderStatus(w, r, http.StatusUnprocessableEntity, wishesPage(newWishesView(r, wishes, faults)))
	}
	if err != nil {
		return err
	}
	return handler.SeeOther(w, r, link.MessageWishes(), "inbox.flash.wishes")
}

func newWishesView(r *http.Request, wishes map[inbox.Kind]inbox.When, faults fault.Fields) wishesView {
	ctx := r.Context()
	errs := form.Say(ctx, faults)
	v := wishesView{Errors: errs.Summary()}
	for _, k := range inbox.Kinds() {
		name := locale.T(ctx, k.NameKey())
		if k.Duty() {
			v.Duty = append(v.Duty, name)
			continue
		}
		when := wishes[k]
		if when == "" {
			when = k.Usual()
		}
		v.Fields = append(v.Fields, ui.Field{
			Name: string(k), Label: name, Value: string(when), Error: errs.Of(string(k)), Options: whenOptions(ctx), Width: ui.WidthMedium,
		})
	}
	v.Frame = handler.Frame(r).WithErrors(errs.Any()).WithBreadcrumb(
		ui.Link{Label: locale.T(ctx, "inbox.title"), URL: link.Messages()}, ui.Link{Label: locale.T(ctx, "inbox.wishes.title"), URL: link.MessageWishes()})
	return v
}

func whenOptions(ctx context.Context) []ui.Option {
	var list []ui.Option
	for _, when := range inbox.Whens() {
		list = append(list, ui.Option{Value: string(when), Label: locale.T(ctx, "inbox.when."+string(when))})
	}
	return list
}
