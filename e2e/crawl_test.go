package e2e

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/google/uuid"
)

// visitors are the kinds of people who walk through the whole site; "" is the
// public.
var visitors = []string{
	"",
	"sachbearbeitung@sms.example",
	"mitzeichnung@sms.example",
	"leitung@sms.example",
	"haushalt@sms.example",
	"kasse@sms.example",
	"admin@sms.example",
	"koordination@goerlitz.example",
	"zeichnung@goerlitz.example",
	"mitglied@kvs.example",
	"geschaeftsstelle@nordsachsen.example",
	"sachbearbeitung@musterland.example",
	"zeichnung@musterkreis.example",
	"koordination@musterkreis.example",
	"zeichnung@erzgebirgskreis.example",
}

// How much of what is alike a visitor looks at.
const (
	perPattern = 3   // addresses that differ in ids only
	perPath    = 10  // filters and sorts of one list, each combination once
	mostPages  = 500 // more means that the crawl runs in circles
)

// atStart is where the walk comes from before it follows a link.
const atStart = "the start"

// demoMail is where the demo shows the mail that it does not send.
const demoMail = "/demo/post"

// workOf is what visitors leave lying about before they walk, so that they come
// across its pages.
var workOf = map[string]func(c *client) []error{
	"koordination@goerlitz.example":        leaveEntries,
	"geschaeftsstelle@nordsachsen.example": leavePapers,
	"mitglied@kvs.example":                 leaveObjection,
}

var worked struct {
	sync.Once
	err error
}

// leaveWork lets everybody do the work before anybody walks: what one changes,
// another may see.
func leaveWork(tb testing.TB) error {
	tb.Helper()
	worked.Do(func() {
		for who, work := range workOf {
			worked.err = errors.Join(append(work(as(tb, who)), worked.err)...)
		}
	})
	return worked.err
}

// startOf are places where visitors begin, besides the start page: lists of what
// is in a rare state, lest they look at others of its kind alone.
var startOf = map[string][]string{
	"zeichnung@erzgebirgskreis.example":  {"/foerderungen?stand=completed"},
	"sachbearbeitung@musterland.example": {"/foerderungen?stand=submitted", "/foerderungen?stand=in_review", "/foerderungen?stand=granted", "/foerderungen?stand=running", "/foerderungen/import"},
	"zeichnung@musterkreis.example":      {"/foerderungen?stand=draft", "/foerderungen?stand=returned", "/foerderungen?stand=submitted"},
	"koordination@musterkreis.example":   {"/foerderungen?stand=running"},
	"sachbearbeitung@sms.example": {
		"/foerderungen?stand=hearing", "/foerderungen?stand=partly_revoked", "/foerderungen?stand=draft", "/foerderungen?stand=closed",
		"/foerderungen?stand=proof_submitted", "/foerderungen?stand=proof_in_audit", "/foerderungen/stichprobe",
	},
	"leitung@sms.example":      {"/foerderungen?stand=proof_in_audit"},
	"mitzeichnung@sms.example": {"/foerderungen?stand=hearing", "/foerderungen?stand=running", "/foerderungen?stand=repayment_due"},
	"kasse@sms.example":        {"/foerderungen?stand=repayment_due", "/foerderungen/zahlungen/rueckmeldung"},
	"mitglied@kvs.example":     {"/sitzungen?zustand=invited", "/protokolle?zustand=circulated", "/umlauf"},
	"geschaeftsstelle@nordsachsen.example": {
		"/sitzungen?zustand=in_session", "/sitzungen?zustand=invited", "/sitzungen?zustand=planned",
		"/protokolle?zustand=drafting", "/protokolle?zustand=circulated", "/protokolle?zustand=approved", "/beschluesse?jahr=2024",
	},
}

// try sends something and says what went wrong.
func try(what string, a answer, err error, want int) error {
	if err == nil && a.status == want {
		return nil
	}
	return fmt.Errorf("%s: status %d, %w", what, a.status, err)
}

// leaveEntries begins an entry, uploads a log and attaches a file.
func leaveEntries(c *client) (problems []error) {
	post := func(what, path string, form url.Values) {
		a, err := c.send(http.MethodPost, path, form, nil)
		problems = append(problems, try(what, a, err, http.StatusSeeOther))
	}
	upload := func(what, path, name, content string) {
		a, err := c.upload(path, url.Values{"id": {uuid.NewString()}}, name, content)
		problems = append(problems, try(what, a, err, http.StatusSeeOther))
	}
	draft := url.Values{"id": {uuid.NewString()}, "title": {"Angefangen"}, "type": {"meeting"}, "visibility": {"district"}}
	post("save a draft", "/aktivitaeten/entwuerfe", draft)
	log := "Datum;Was;Partner;Dauer\n03.02.2025;Gespräch mit der Klinik;Klinikum;45\n31.02.2025;Tag, den es nicht gibt;;30\n"
	upload("upload a log", "/aktivitaeten/einlesen", "Protokoll 2025.csv", log)
	entry := url.Values{"id": {uuid.NewString()}, "title": {"Eintrag mit Datei"}, "type": {"meeting"}, "visibility": {"district"}, "date": {"2020-01-02"}, "next_step": {"Unterlagen lesen"}, "follow_up_on": {"2020-01-03"}} // long due: the first on the desk
	post("log", "/aktivitaeten", entry)
	upload("attach a file", "/aktivitaeten/"+entry.Get("id")+"/dateien", "Notiz.txt", "Notiz")
	return problems
}

// leaveObjection files an objection to minutes that nobody else changes.
func leaveObjection(c *client) (problems []error) {
	find := func(page, selector string) string {
		a, err := c.send(http.MethodGet, page, nil, nil)
		problems = append(problems, try("read "+page, a, err, http.StatusOK))
		doc, err := goquery.NewDocumentFromReader(strings.NewReader(a.body))
		if err != nil {
			return ""
		}
		return doc.Find("main "+selector).First().AttrOr("href", "")
	}
	minutes := find("/protokolle?zustand=circulated", "tbody tr:contains('Sächsische Schweiz') a")
	form := find(minutes+"/durchsicht", "a[href*='/einwenden/']")
	a, err := c.send(http.MethodPost, form, url.Values{"id": {uuid.NewString()}, "no": {"1"}, "kind": {"missing"}, "reason": {"Der Hinweis auf die Frist fehlt."}}, nil)
	return append(problems, try("object", a, err, http.StatusSeeOther))
}

// leavePapers adds papers to a sitting, begins the minutes of another,
// circulates a second version of a third's and adds a scan to a fourth's.
func leavePapers(c *client) (problems []error) {
	find := func(list, selector string) string {
		a, err := c.send(http.MethodGet, list, nil, nil)
		problems = append(problems, try("read "+list, a, err, http.StatusOK))
		doc, err := goquery.NewDocumentFromReader(strings.NewReader(a.body))
		if err != nil {
			return ""
		}
		found := doc.Find("main " + selector).First()
		return cmp.Or(found.AttrOr("href", ""), found.AttrOr("value", ""), strings.TrimPrefix(found.AttrOr("id", ""), "absatz-"))
	}
	post := func(what, path string, form url.Values) {
		a, err := c.send(http.MethodPost, path, form, nil)
		problems = append(problems, try(what, a, err, http.StatusSeeOther))
	}
	invited := find("/sitzungen?zustand=invited", "tbody a")
	for _, name := range []string{"Vorlage.txt", "Anlage.txt"} {
		a, err := c.upload(invited+"/unterlagen", url.Values{"id": {uuid.NewString()}}, name, "Text")
		problems = append(problems, try("add a paper", a, err, http.StatusSeeOther))
	}
	post("begin minutes", find("/sitzungen?zustand=held", "tbody a")+"/niederschrift", url.Values{"id": {uuid.NewString()}})

	minutes := find("/protokolle?zustand=circulated", "tbody a")
	version := func() []string { return []string{find(minutes, "form input[name=version]")} }
	post("reopen minutes", minutes+"/ueberarbeiten", url.Values{"version": version()})
	writing := minutes + "/schreiben"
	passage := minutes + "/absaetze/" + find(writing, "section:nth-of-type(2) .app-block")
	first := url.Values{"body": {"Die Einladung ist allen fristgerecht zugegangen."}, "version": {find(writing, "section:nth-of-type(2) .app-block input[name=version]")}}
	post("change a passage", passage, first)
	post("explain the change", passage+"/begruenden", url.Values{"reason": {"Kürzer gefasst"}})
	post("circulate again", minutes+"/umlauf", url.Values{"version": {find(minutes+"/umlauf", "form input[name=version]")}})

	approved := find("/protokolle?zustand=approved", "tbody a")
	a, err := c.upload(approved+"/nachweis", url.Values{}, "Niederschrift.pdf", "%PDF-1.7\n%%EOF\n")
	problems = append(problems, try("add the scan of a signed print", a, err, http.StatusSeeOther))
	return problems
}

// page is a page that a visitor came across.
type page struct {
	who     string // the account; "" is the public
	lang    string
	address string // path with query
	path    string // of the address, the same for all ids
	query   string // the names of its parameters
	from    string // where the link stands
	html    string
	doc     *goquery.Document
}

func (p page) String() string {
	return fmt.Sprintf("%s as %s (%s, linked from %s)", p.address, cmp.Or(p.who, "the public"), p.lang, p.from)
}

// crawl is what a visitor found, and what was wrong with it.
type crawl struct {
	once     sync.Once
	pages    []page
	visited  map[string]bool // paths, also of files and redirects
	problems []string
}

var crawls = struct {
	sync.Mutex
	done map[string]*crawl
}{done: map[string]*crawl{}}

// crawlOf walks through the site once per visitor; several tests use it.
func crawlOf(tb testing.TB, who string) *crawl {
	tb.Helper()
	c := as(tb, who)
	crawls.Lock()
	found := crawls.done[who]
	if found == nil {
		found = &crawl{visited: map[string]bool{}}
		crawls.done[who] = found
	}
	crawls.Unlock()
	found.once.Do(func() {
		if err := leaveWork(tb); err != nil {
			found.problems = append(found.problems, "what was left lying about: "+err.Error())
		}
		found.walk(c, who)
	})
	return found
}

// allPages returns what all visitors saw.
func allPages(tb testing.TB) []page {
	tb.Helper()
	var list []page
	for _, who := range visitors {
		list = append(list, crawlOf(tb, who).pages...)
	}
	return list
}

type step struct{ address, from string }

// walk follows every link of this site breadth first.
func (c *crawl) walk(as *client, who string) {
	var queue []step
	for _, address := range append(slices.Clone(startOf[who]), "/", "/anmelden") {
		queue = append(queue, step{address, atStart})
	}
	if who != "" {
		queue = append(queue, step{"/start", atStart})
	}
	seen, ids, queries := map[string]bool{}, map[string]int{}, map[string]int{}
	for i := 0; i < len(queue); i++ {
		s := queue[i]
		path, query := patternOf(s.address)
		switch first := !seen[path+"?"+query]; {
		case s.from == atStart && !seen[s.address]:
		case seen[s.address], query == "" && ids[path] == perPattern, query != "" && (!first || queries[path] == perPath):
			continue
		case query == "":
			ids[path]++
		default:
			queries[path]++
		}
		first := !seen[path+"?"+query]
		seen[s.address], seen[path+"?"+query] = true, true
		if len(c.pages) > mostPages {
			c.problems = append(c.problems, fmt.Sprintf("more than %d pages; the last is %s", mostPages, s.address))
			return
		}
		c.visited[path] = true
		p := page{who: who, lang: "de", address: s.address, path: path, query: query, from: s.from}
		if next, ok := c.visit(as, &p); ok {
			queue = append(queue, next...)
			if first {
				english := p
				english.lang = "en"
				c.visit(as.with("rt-lang", "en"), &english)
			}
		}
	}
}

// visit fetches a page and returns where its links lead; ok is false if it is
// no page.
func (c *crawl) visit(as *client, p *page) (next []step, ok bool) {
	a, err := as.send(http.MethodGet, p.address, nil, nil)
	if err != nil {
		c.problems = append(c.problems, fmt.Sprintf("%s: %v", p, err))
		return nil, false
	}
	if a.status == http.StatusSeeOther || a.status == http.StatusFound {
		return []step{{a.location(), p.address}}, true
	}
	switch a.status {
	case http.StatusForbidden, http.StatusNotFound, http.StatusConflict:
		if p.from == demoMail { // of somebody else, and perhaps of another time
			return nil, false
		}
	}
	if a.status != http.StatusOK {
		c.problems = append(c.problems, fmt.Sprintf("%s: status %d", p, a.status))
		return nil, false
	}
	if a.body == "" {
		c.problems = append(c.problems, fmt.Sprintf("%s: empty", p))
	}
	if !a.isHTML() {
		return nil, false
	}
	p.html = a.body
	p.doc, err = goquery.NewDocumentFromReader(strings.NewReader(a.body))
	if err != nil {
		c.problems = append(c.problems, fmt.Sprintf("%s: %v", p, err))
		return nil, false
	}
	c.pages = append(c.pages, *p)
	return p.links(as), true
}

// links returns the addresses of this site to which the page leads: by links,
// by forms that ask, and by the files that it needs.
func (p page) links(as *client) []step {
	base, err := url.Parse(as.url(p.address))
	if err != nil {
		return nil
	}
	var list []step
	add := func(address string) {
		u, err := base.Parse(address)
		if err != nil || u.Scheme != "http" || u.Host != base.Host || strings.HasPrefix(address, "#") {
			return
		}
		u.Fragment = ""
		list = append(list, step{u.RequestURI(), p.address})
	}
	p.doc.Find("a[href], area[href], link[href]").Each(func(_ int, s *goquery.Selection) { add(s.AttrOr("href", "")) })
	p.doc.Find("img[src], script[src]").Each(func(_ int, s *goquery.Selection) { add(s.AttrOr("src", "")) })
	p.doc.Find("form[action]").Each(func(_ int, s *goquery.Selection) {
		if !strings.EqualFold(s.AttrOr("method", "get"), "get") {
			return
		}
		values := formValues(s).Encode()
		add(s.AttrOr("action", "") + "?" + values)
		s.Find("button[formaction]").Each(func(_ int, b *goquery.Selection) { add(b.AttrOr("formaction", "") + "?" + values) })
	})
	return list
}

// formValues are what a form sends if nobody changes anything.
func formValues(form *goquery.Selection) url.Values {
	values := url.Values{}
	form.Find("input[name], textarea[name]").Each(func(_ int, s *goquery.Selection) {
		_, checked := s.Attr("checked")
		switch s.AttrOr("type", "text") {
		case "submit", "button", "image", "file", "reset":
		case "checkbox", "radio":
			if checked {
				values.Add(s.AttrOr("name", ""), s.AttrOr("value", "on"))
			}
		default:
			values.Add(s.AttrOr("name", ""), s.AttrOr("value", s.Text()))
		}
	})
	form.Find("select[name]").Each(func(_ int, s *goquery.Selection) {
		chosen := s.Find("option[selected]")
		if chosen.Length() == 0 {
			chosen = s.Find("option").First()
		}
		values.Add(s.AttrOr("name", ""), chosen.AttrOr("value", chosen.Text()))
	})
	return values
}

var (
	idPart   = regexp.MustCompile(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)
	numbered = regexp.MustCompile(`^\d+$`)
)

// patternOf is the address without what tells one record from another: ids and
// district numbers in the path, values in the query.
func patternOf(address string) (path, query string) {
	path, query, _ = strings.Cut(address, "?")
	parts := strings.Split(path, "/")
	for i, part := range parts {
		switch {
		case idPart.MatchString(part):
			parts[i] = "{id}"
		case numbered.MatchString(part):
			parts[i] = "{number}"
		}
	}
	values, _ := url.ParseQuery(query)
	if format := values.Get("format"); format != "" { // a file, whatever the filter
		return strings.Join(parts, "/"), "format=" + format
	}
	var names []string
	for name, list := range values {
		if strings.Join(list, "") != "" { // not an empty field of a filter
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return strings.Join(parts, "/"), strings.Join(names, "&")
}

func TestPatternOf(t *testing.T) {
	t.Parallel()
	for address, want := range map[string][2]string{
		"/":                            {"/", ""},
		"/landkreise/14626?b=1&a=&c=2": {"/landkreise/{number}", "b&c"},
		"/aktivitaeten/0192f3a4-0000-7000-8000-000000000001/bearbeiten": {"/aktivitaeten/{id}/bearbeiten", ""},
		"/aktivitaeten?format=csv&q=x":                                  {"/aktivitaeten", "format=csv"},
	} {
		if path, query := patternOf(address); path != want[0] || query != want[1] {
			t.Errorf("patternOf(%q) = %q, %q, want %q", address, path, query, want)
		}
	}
}

// TestEveryLinkLeadsToAWholePage walks through the site as each kind of visitor.
func TestEveryLinkLeadsToAWholePage(t *testing.T) {
	t.Parallel()
	for _, who := range visitors {
		t.Run(cmp.Or(who, "public"), func(t *testing.T) {
			t.Parallel()
			c := crawlOf(t, who)
			for _, p := range c.problems {
				t.Error(p)
			}
			titles := map[string]string{}
			for _, p := range c.pages {
				for _, problem := range p.check() {
					t.Errorf("%s: %s", p, problem)
				}
				if problem := checkTitle(titles, p); problem != "" {
					t.Errorf("%s: %s", p, problem)
				}
			}
			t.Logf("%d pages at %d paths", len(c.pages), len(pathsOf(c.pages)))
		})
	}
}

func pathsOf(pages []page) map[string]bool {
	set := map[string]bool{}
	for _, p := range pages {
		set[p.path] = true
	}
	return set
}

// checkTitle returns a complaint if another place has the same title. Records
// may share one, and so may views of one list.
func checkTitle(titles map[string]string, p page) string {
	title := p.lang + " " + strings.TrimSpace(p.doc.Find("title").Text())
	place := p.path
	if !strings.Contains(place, "{id}") {
		place, _, _ = strings.Cut(p.address, "?")
	}
	if other, taken := titles[title]; taken && other != place {
		return fmt.Sprintf("the title %q is that of %s too", title, other)
	}
	titles[title] = place
	return ""
}

var (
	missingText = regexp.MustCompile(`\[[a-z_]+(\.[a-z0-9_]+)+\]`)
	brokenText  = regexp.MustCompile(`%!|<no value>|\{\{|&lt;nil&gt;|0001-01-01|01\.01\.0001`)
)

// check returns what is wrong with the page that can be seen without a browser.
func (p page) check() []string {
	var wrong []string
	complain := func(format string, args ...any) { wrong = append(wrong, fmt.Sprintf(format, args...)) }
	if got := p.doc.Find("html").AttrOr("lang", ""); got != p.lang {
		complain("lang is %q, want %q", got, p.lang)
	}
	if n := p.doc.Find("h1").Length(); n != 1 {
		complain("%d h1, want 1", n)
	}
	if strings.TrimSpace(p.doc.Find("title").Text()) == "" {
		complain("no title")
	}
	if keys := missingText.FindAllString(p.html, 3); keys != nil {
		complain("missing texts %q", keys)
	}
	if broken := brokenText.FindAllString(p.html, 3); broken != nil {
		complain("broken texts %q", broken)
	}
	ids := map[string]bool{"": true}
	p.doc.Find("[id]").Each(func(_ int, s *goquery.Selection) { ids[s.AttrOr("id", "")] = true })
	p.doc.Find("a[href^='#']").Each(func(_ int, s *goquery.Selection) {
		if id := strings.TrimPrefix(s.AttrOr("href", ""), "#"); !ids[id] {
			complain("a link to #%s, which is not on the page", id)
		}
	})
	p.doc.Find("a:not([href]), a[href='']").Each(func(_ int, s *goquery.Selection) { complain("a link to nowhere: %q", s.Text()) })
	return wrong
}

// unlinked are pages to which no link of the site leads, with the reason.
var unlinked = map[string]string{
	"/partner/vorschlaege":       "a part of a page, which htmx asks for",
	"/aktivitaeten/{id}/dateien": "where the form with the file is sent; for a switch of the language after an error",
}

var getRoute = regexp.MustCompile(`\.Get\(access\.\w+, "([^"]+)"`)

// TestEveryPageWasSeen compares what the visitors came across with the routes
// in the source: a page that nobody can reach, or that no test looks at, is
// noticed here.
func TestEveryPageWasSeen(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, who := range visitors {
		for path := range crawlOf(t, who).visited {
			seen[path] = true
		}
	}
	files, err := filepath.Glob(filepath.Join(root, "web", "*", "*.go"))
	if err != nil || len(files) == 0 {
		t.Fatal("no source found", err)
	}
	parameter := regexp.MustCompile(`\{[^}]+\}`)
	shape := func(path string) string { return parameter.ReplaceAllString(path, "{}") }
	shapes := map[string]bool{}
	for path := range seen {
		shapes[shape(path)] = true
	}
	routes := 0
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range getRoute.FindAllStringSubmatch(string(text), -1) {
			routes++
			if route := m[1]; !shapes[shape(route)] && unlinked[route] == "" {
				t.Errorf("nobody came across %s (%s)", route, filepath.Base(filepath.Dir(file)))
			}
		}
	}
	t.Logf("%d pages", routes)
}
