package grantpage

import (
	"context"
	"net/http"

	"rundertisch/internal/access"
	"rundertisch/internal/db"
	"rundertisch/internal/grant"
	"rundertisch/internal/link"
	"rundertisch/internal/locale"
	"rundertisch/web/form"
	"rundertisch/web/handler"
	"rundertisch/web/layout"
	"rundertisch/web/ui"
)

type schemesView struct {
	Frame   layout.Args
	Schemes []grant.Scheme
	MayKeep bool
	MayRead bool // the base rates
}

func (p *Pages) showSchemes(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	v := schemesView{Frame: handler.Frame(r).WithBreadcrumb(crumb(ctx), schemesCrumb(ctx))}
	v.MayKeep, v.MayRead = handler.Actor(r).May(access.KeepSchemes), handler.Actor(r).May(access.ReadRegister)
	err := p.db.Read(ctx, access.ReadGrants, func(tx *db.Tx) (err error) {
		v.Schemes, err = grant.Schemes(ctx, tx)
		return err
	})
	if err != nil {
		return err
	}
	return handler.Render(w, r, schemesPage(v))
}

func schemesCrumb(ctx context.Context) ui.Link {
	return ui.Link{Label: locale.T(ctx, "grant.scheme.all"), URL: link.Schemes()}
}

type schemeView struct {
	Frame    layout.Args
	Scheme   grant.Scheme
	Versions []versionRow
	MayKeep  bool
}

type versionRow struct {
	Title     string
	Rules     []ui.Term
	Link      ui.Link
	Recorded  string
	Withdrawn bool
	Texts     []ui.Term
}

func (p *Pages) showScheme(w http.ResponseWriter, r *http.Request) error {
	id, err := form.PathID(r, "scheme")
	if err != nil {
		return err
	}
	ctx := r.Context()
	v := schemeView{MayKeep: handler.Actor(r).May(access.KeepSchemes)}
	var versions []grant.Version
	err = p.db.Read(ctx, access.ReadGrants, func(tx *db.Tx) (err error) {
		if v.Scheme, err = grant.SchemeByID(ctx, tx, id); err != nil {
			return err
		}
		versions, err = grant.Versions(ctx, tx, id)
		return err
	})
	if err != nil {
		return err
	}
	for _, t := range versions {
		v.Versions = append(v.Versions, newVersionRow(ctx, t))
	}
	v.Frame = handler.Frame(r).WithBreadcrumb(crumb(ctx), schemesCrumb(ctx), ui.Link{Label: v.Scheme.Name, URL: link.Scheme(id)})
	return handler.Render(w, r, schemePage(v))
}

func newVersionRow(ctx context.Context, t grant.Version) versionRow {
	row := versionRow{
		Title: locale.T(ctx, "grant.scheme.version", "Name", t.Name, "Since", dateText(ctx, t.ValidFrom)), Rules: ruleTerms(ctx, t.Terms), Withdrawn: t.Withdrawn(),
	}
	who := locale.T(ctx, "fact.by_system")
	if t.Recorder != nil {
		who = *t.Recorder
	}
	row.Recorded = locale.T(ctx, "fact.recorded", "Time", locale.DateTime(ctx, t.RecordedAt), "Who", who)
	if t.Link != "" {
		row.Link = ui.Link{Label: locale.T(ctx, "grant.scheme.link"), URL: t.Link}
	}
	for _, one := range []struct{ key, text string }{
		{"purpose", t.Purpose}, {"eligible", t.Eligible}, {"earmarking", t.Earmarking}, {"conditions", t.Conditions}, {"remedy_text", t.Remedy},
	} {
		row.Texts = append(row.Texts, ui.Term{Key: locale.T(ctx, "grant.label."+one.key), Text: one.text})
	}
	return row
}
