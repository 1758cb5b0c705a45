package publicpage

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"rundertisch/internal/link"
	"rundertisch/internal/locale"
	"rundertisch/web/handler"
	"rundertisch/web/layout"
	"rundertisch/web/ui"
)

// textPage is a page of text alone. Its keys are text.<name>.title, .lead and
// .1.title, .1.text and so on.
type textPage struct{ name string }

// texts are the pages that the law asks for, and those that explain.
var texts = map[string]textPage{
	link.Accessibility():       {name: "accessibility"},
	link.Privacy():             {name: "privacy"},
	link.Imprint():             {name: "imprint"},
	link.EasyLanguage():        {name: "easy"},
	link.Contact():             {name: "contact"},
	link.News():                {name: "news"},
	link.OpenData():            {name: "opendata"},
	"/barrierefreiheit/melden": {name: "barrier"},
}

type textView struct {
	Frame       layout.Args
	Title, Lead string
	Sections    []textSection
}

type textSection struct {
	ID, Title  string
	Paragraphs []string
}

func (*Pages) showText(t textPage) handler.Func {
	return func(w http.ResponseWriter, r *http.Request) error {
		v := newTextView(r.Context(), t.name)
		v.Frame = handler.Frame(r).WithBreadcrumb(ui.Link{Label: v.Title, URL: r.URL.Path})
		return handler.Render(w, r, textPageView(v))
	}
}

func newTextView(ctx context.Context, name string) textView {
	printer, page := locale.FromContext(ctx), "text."+name
	v := textView{Title: printer.T(page + ".title"), Lead: printer.T(page + ".lead")}
	for n := 1; printer.Has(page + "." + strconv.Itoa(n) + ".title"); n++ {
		key := page + "." + strconv.Itoa(n)
		v.Sections = append(v.Sections, textSection{
			ID: "abschnitt-" + strconv.Itoa(n), Title: printer.T(key + ".title"),
			Paragraphs: strings.Split(printer.T(key+".text"), "\n"),
		})
	}
	return v
}
