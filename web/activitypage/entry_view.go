package activitypage

import (
	"context"

	"github.com/a-h/templ"

	"rundertisch/internal/activity"
	"rundertisch/internal/link"
	"rundertisch/internal/locale"
	"rundertisch/internal/partner"
	"rundertisch/web/ui"
)

// partner returns what is typed in the i-th field for a partner.
func (v entryView) partner(i int) string {
	if i < len(v.Typed.Partners) {
		return v.Typed.Partners[i]
	}
	return ""
}

// moreRows are the fields for further partners, which open on request.
func (v entryView) moreRows() []int {
	var rows []int
	for i := v.Rows; i < min(v.Rows+5, activity.MaxPartners); i++ {
		rows = append(rows, i)
	}
	return rows
}

// nameLimit shows the limit below a name once somebody passed it.
func (v entryView) nameLimit(i int) int {
	if v.Errors.Of(activity.PartnerField(i)) == "" {
		return 0
	}
	return partner.MaxName
}

// suggest lets htmx fetch suggestions while somebody types.
func suggest() templ.Attributes {
	return templ.Attributes{
		"data-hx-get": link.PartnerSuggestions(), "data-hx-trigger": "input changed delay:250ms",
		"data-hx-target": "#" + partnersList, "data-hx-swap": "innerHTML", "data-hx-select": "option",
	}
}

// autosave lets htmx keep a draft while somebody types.
func autosave() templ.Attributes {
	return templ.Attributes{
		"data-hx-post": link.ActivityDrafts(), "data-hx-trigger": `input delay:2s from:"#taetigkeit"`,
		"data-hx-swap": "innerHTML", "data-hx-select": "#entwurf-text",
	}
}

func placeOptions(places []activity.Place) []ui.Option {
	var list []ui.Option
	for _, p := range places {
		list = append(list, ui.Option{Value: p.ID.String(), Label: p.Name})
	}
	return list
}

// crumb is the way to the list.
func crumb(ctx context.Context) ui.Link {
	return ui.Link{Label: locale.T(ctx, "nav.activities"), URL: link.Activities()}
}
