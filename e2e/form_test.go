package e2e

import (
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
)

// blankForm is a form of a page, with nothing filled in.
type blankForm struct {
	page   page
	index  int // among the page's forms in main
	action string
	values url.Values
}

// blankForms finds every kind of form that asks for something.
func blankForms(pages []page) []blankForm {
	var list []blankForm
	seen := map[string]bool{}
	for _, p := range pages {
		p.doc.Find("main form").Each(func(i int, s *goquery.Selection) {
			if !strings.EqualFold(s.AttrOr("method", "get"), "post") || s.AttrOr("enctype", "") != "" {
				return
			}
			asked := s.Find("input:not([type=hidden]):not([type=checkbox]):not([type=radio]), textarea, select")
			path, _ := patternOf(s.AttrOr("action", ""))
			kind := path + "#" + s.AttrOr("id", "")
			if asked.Length() == 0 || seen[kind] {
				return
			}
			seen[kind] = true
			values := formValues(s)
			asked.Each(func(_ int, field *goquery.Selection) { values.Set(field.AttrOr("name", ""), "") })
			list = append(list, blankForm{page: p, index: i, action: s.AttrOr("action", ""), values: values})
		})
	}
	return list
}

// versionNow is the version in the form as the page shows it now.
func (f blankForm) versionNow(t *testing.T) string {
	t.Helper()
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(as(t, f.page.who).get(t, f.page.address).body))
	if err != nil {
		t.Fatal(err)
	}
	return doc.Find("main form").Eq(f.index).Find("input[name=version]").AttrOr("value", "")
}

// TestFormsSayWhatIsWrong sends every kind of form with nothing filled in. The
// answer is the form again, whole and accessible, with a list of what is wrong
// that leads to the fields; or, where nothing is needed, the next page.
func TestFormsSayWhatIsWrong(t *testing.T) {
	t.Parallel()
	forms := blankForms(allPages(t))
	if len(forms) < 5 {
		t.Fatalf("only %d forms found", len(forms))
	}
	dir, found := t.TempDir(), sightings{}
	w := openTab(t, visitor(saxony))
	w.expect("status of 422")
	refused, builds := 0, map[string]bool{}
	for i, f := range forms {
		a := as(t, f.page.who).post(t, f.action, f.values)
		if a.status == http.StatusConflict { // another form of the same draft was kept meanwhile
			f.values.Set("version", f.versionNow(t))
			a = as(t, f.page.who).post(t, f.action, f.values)
		}
		if a.status == http.StatusSeeOther {
			continue
		}
		refused++
		where := fmt.Sprintf("POST %s as %s", f.action, f.page.who)
		if a.status != http.StatusUnprocessableEntity {
			t.Errorf("%s: status %d, want 422", where, a.status)
			continue
		}
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("%d.html", i)), []byte(a.body), 0o600); err != nil {
			t.Fatal(err)
		}
		problems, build := refusal(a.body)
		for _, problem := range problems {
			t.Errorf("%s: %s", where, problem)
		}
		if builds[build] {
			continue // the browser has seen one that is built in the same way
		}
		builds[build] = true
		w.setCookies(as(t, f.page.who))
		w.open(f.page.address)
		w.leave("send "+f.action, sendBlank(f.index))
		if !eval[bool](w, `document.activeElement.id === "fehler"`) {
			t.Errorf("%s: the focus is not on the list of errors", where)
		}
		for _, finding := range w.axe(allRules) {
			found.add(finding.String(), where)
		}
	}
	found.report(t)
	for _, m := range checkHTML(t, dir) {
		if m.Type == "error" {
			t.Errorf("%s: %s: %s", forms[fileNumber(m.URL)].action, m.Message, m.Extract)
		}
	}
	t.Logf("%d forms, %d refused, %d of them in the browser", len(forms), refused, len(builds))
}

func fileNumber(address string) (n int) {
	_, _ = fmt.Sscanf(filepath.Base(address), "%d.html", &n)
	return n
}

// refusal returns what is wrong with a form that was sent back, and of what kinds
// of elements its page is built.
func refusal(html string) (wrong []string, build string) {
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(html))
	if err != nil {
		return []string{err.Error()}, ""
	}
	wrong = (page{lang: "de", html: html, doc: doc}).check()
	if doc.Find("#fehler li").Length() == 0 {
		wrong = append(wrong, "no list of errors")
	}
	if title := doc.Find("title").Text(); !strings.HasPrefix(title, "Fehler") {
		wrong = append(wrong, fmt.Sprintf("the title %q does not begin with the error", title))
	}
	doc.Find("[aria-invalid=true]").Each(func(_ int, s *goquery.Selection) {
		said := false
		for id := range strings.FieldsSeq(s.AttrOr("aria-describedby", "")) {
			said = said || strings.TrimSpace(doc.Find("[id='"+id+"']").Text()) != ""
		}
		if !said {
			wrong = append(wrong, fmt.Sprintf("nothing says what is wrong with %s", s.AttrOr("name", "?")))
		}
	})
	return wrong, strings.Join(kindsOf(doc), " ")
}
