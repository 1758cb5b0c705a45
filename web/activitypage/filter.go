package activitypage

import (
	"context"
	"net/http"
	"strings"
	"unicode/utf8"

	"github.com/google/uuid"

	"rundertisch/internal/access"
	"rundertisch/internal/activity"
	"rundertisch/internal/link"
	"rundertisch/internal/locale"
	"rundertisch/web/form"
	"rundertisch/web/handler"
	"rundertisch/web/ui"
)

// everywhere is the value of "landkreis" that takes back the default, the
// actor's own district.
const everywhere = "alle"

// narrowing is the filter as the address says it.
type narrowing struct {
	activity.Filter
	address string     // the list with these filters, without paging and format
	values  typedQuery // what the fields of the filter bar show
}

// typedQuery are the parameters of the filter as they stand in the address.
type typedQuery struct {
	Words, From, Until, Type, Field, Readers, Author, District, Partner, Shared string
}

// readFilter reads the filter from the address. What makes no sense is left
// out: a list shows what it can.
func readFilter(r *http.Request, path string) narrowing {
	q := form.Query(r)
	n := narrowing{values: typedQuery{
		Words: cut(q.Text("q"), activity.MaxWords), From: q.Text("von"), Until: q.Text("bis"), Type: q.Text("art"),
		Field: q.Text("feld"), Readers: q.Text("sichtbar"), Author: q.Text("verfasst"), District: q.Text("landkreis"),
		Partner: cut(oneLine(q.Text("partner")), 160), Shared: form.Tick(q.Has("gemeinsam")),
	}}
	v := n.values
	n.Filter = activity.Filter{From: q.Date("von"), Until: q.Date("bis"), Words: v.Words, Author: q.ID("verfasst")}
	if t := activity.Type(v.Type); t.Valid() {
		n.Type = t
	}
	if f := activity.Field(v.Field); f.Valid() {
		n.Field = f
	}
	if s := activity.Visibility(v.Readers); s.Valid() {
		n.Visibility = s
	}
	n.Shared = v.Shared != "" && v.Words == "" // a search looks through everything
	if id, err := uuid.Parse(v.Partner); err == nil {
		n.Partner = id
	} else {
		n.PartnerName = v.Partner
	}
	n = n.inDistrict(handler.Actor(r))
	n.address = link.With(path, "q", v.Words, "von", n.From.String(), "bis", n.Until.String(), "art", string(n.Type),
		"feld", string(n.Field), "sichtbar", string(n.Visibility), "verfasst", form.IDText(n.Author), "landkreis", v.District,
		"partner", v.Partner, "gemeinsam", form.Tick(n.Shared))
	return n
}

// inDistrict applies the default: a district's person begins with the own one.
func (n narrowing) inDistrict(a access.Actor) narrowing {
	switch own := a.Districts(); {
	case n.values.District == everywhere:
	case n.values.District != "":
		n.AGS = n.values.District
	case len(own) > 0 && !a.OfMinistry():
		n.District = own[0]
	}
	return n
}

// chips are the filters in force, each with the address without it.
func (n narrowing) chips(ctx context.Context, page activity.Page) []ui.Chip {
	var list []ui.Chip
	add := func(key, parameter, value string) {
		if value != "" {
			list = append(list, ui.Chip{Label: locale.T(ctx, key, "Value", value), RemoveURL: link.With(n.address, parameter, "")})
		}
	}
	add("activity.chip.words", "q", n.Words)
	add("activity.chip.from", "von", locale.Date(ctx, n.From.Time()))
	add("activity.chip.until", "bis", locale.Date(ctx, n.Until.Time()))
	if n.Type != "" {
		add("activity.chip.type", "art", typeName(ctx, n.Type))
	}
	add("activity.chip.field", "feld", fieldName(ctx, n.Field))
	if n.Visibility != "" {
		add("activity.chip.readers", "sichtbar", readers(ctx, n.Visibility))
	}
	if n.Shared {
		add("activity.chip.shared", "gemeinsam", "1")
	}
	if n.Author != uuid.Nil {
		add("activity.chip.author", "verfasst", nameOf(page.Authors, n.Author))
	}
	if n.values.Partner != "" {
		name := page.Partner
		if name == "" {
			name = locale.T(ctx, "activity.chip.unknown")
		}
		add("activity.chip.partner", "partner", name)
	}
	switch {
	case n.values.District == everywhere:
		add("activity.chip.district", "landkreis", locale.T(ctx, "activity.filter.everywhere"))
	case n.AGS != "":
		add("activity.chip.district", "landkreis", placeName(page.Districts, n.AGS))
	}
	return list
}

// partnerField is what the filter's field for a partner shows: a name, also if
// the address holds an id.
func (n narrowing) partnerField(page activity.Page) string {
	if page.Partner != "" {
		return page.Partner
	}
	return n.PartnerName
}

// districtField is the AGS of the district whose entries are shown.
func (n narrowing) districtField(page activity.Page) string {
	for _, p := range page.Districts {
		if p.ID == n.District {
			return p.AGS
		}
	}
	return n.values.District
}

func nameOf(list []activity.Choice, id uuid.UUID) string {
	for _, c := range list {
		if c.ID == id {
			return c.Name
		}
	}
	return "–"
}

func placeName(list []activity.Place, ags string) string {
	for _, p := range list {
		if p.AGS == ags {
			return p.Name
		}
	}
	return ags
}

// cut shortens a text to most characters.
func cut(s string, most int) string {
	if utf8.RuneCountInString(s) <= most {
		return s
	}
	return string([]rune(s)[:most])
}

// on returns another address with the same filter.
func (n narrowing) on(path string) string {
	_, query, _ := strings.Cut(n.address, "?")
	if query == "" {
		return path
	}
	return path + "?" + query
}
