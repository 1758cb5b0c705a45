package server_test

import (
	"context"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rundertisch/internal/access"
	"rundertisch/internal/testdb"
	"rundertisch/web/handler"
	"rundertisch/web/webtest"
)

// parameters says of which kind a path parameter is, by the beginning of the
// pattern. A parameter that is not listed fails the test.
var parameters = []struct{ pattern, parameter, kind string }{
	{"/landkreise/{ags}/stelle/zustand/{fact}", "fact", "post_state"},
	{"/landkreise/{ags}/konferenz/zustand/{fact}", "fact", "conference_state"},
	{"/landkreise/{ags}/stelle/besetzung/{holder}", "holder", "holder"},
	{"/landkreise/{ags}", "ags", "ags"},
	{"/aktivitaeten/entwuerfe/{id}", "id", "activity_draft"},
	{"/aktivitaeten/einlesen/{id}", "id", "import"},
	{"/aktivitaeten/{id}/dateien/{file}", "file", "file"},
	{"/aktivitaeten/{id}", "id", "activity_district"},
	{"/partner/{id}", "id", "partner"},
	{"/gremien/{id}", "id", "body"},
	{"/sitzungen/{id}/unterlagen/{paper}", "paper", "paper"},
	{"/sitzungen/{id}", "id", "meeting"},
	{"/tagesordnung/{id}", "id", "item"},
	{"/beschluesse/{id}", "id", "decision"},
	{"/empfehlungen/{id}", "id", "recommendation"},
	{"/umlauf/{id}", "id", "circular"},
	{"/verwaltung/konten/{person}/rollen/{role}", "role", "role"},
	{"/verwaltung/konten/{person}", "person", "person"},
	{"/gremien/{id}/sitze/{seat}", "seat", "seat"},
	{"/gremien/{id}/besetzung/{holder}", "holder", "holding"},
	{"/gremien/{id}/geschaeftsstelle/{officer}", "officer", "officer"},
	{"/gremien/{id}/regeln/{bylaws}", "bylaws", "bylaws"},
	{"/protokolle/{id}/einwenden/{block}", "block", "block"},
	{"/protokolle/{id}/absaetze/{block}", "block", "block_new"},
	{"/protokolle/{id}/fassungen/{no}", "no", "version"},
	{"/protokolle/{id}/scans/{scan}", "scan", "scan"},
	{"/protokolle/{id}", "id", "minutes"},
	{"/einwendungen/{id}", "id", "objection"},
	{"/berichtigungen/{id}", "id", "correction"},
	{"/veroeffentlichungen/{id}", "id", "minutes"},
	{"/auftraege/{id}", "id", "task_closed"},
	{"/foerderungen/laeufe/{run}", "run", "run"},
	{"/foerderungen/programme/{scheme}", "scheme", "scheme"},
	{"/foerderungen/haushalt/{budget}", "budget", "budget"},
	{"/foerderungen/zahlungen/dateien/{file}", "file", "export"},
	{"/foerderungen/zahlungen/rueckmeldung/{answer}", "answer", "answer"},
	{"/foerderungen/vertretung/{absence}", "absence", "none"},
	{"/foerderungen/import/{import}", "import", "case_import"},
	{"/foerderungen/{id}/bescheide/{no}", "no", "version"},
	{"/foerderungen/{id}/antrag/eingang/{no}", "no", "version"},
	{"/foerderungen/{id}/nachweis/{no}", "no", "version"},
	{"/foerderungen/{id}", "id", "case"},
	{"/mitteilungen/{notice}", "notice", "notice"},
	{"/konto/sitzungen/{session}", "session", "none"},
}

var parameterName = regexp.MustCompile(`\{([a-z]+)\}`)

// address fills the pattern's parameters with the owner's ids, or with ids of
// nothing.
func address(t *testing.T, pattern string, o *owned) string {
	t.Helper()
	return parameterName.ReplaceAllStringFunc(pattern, func(m string) string {
		name := strings.Trim(m, "{}")
		for _, p := range parameters {
			if p.parameter != name || !strings.HasPrefix(pattern, p.pattern) {
				continue
			}
			if o != nil && p.kind != "none" && p.kind != "version" {
				return o.ids[p.kind]
			}
			if p.kind == "ags" {
				return "00000"
			}
			if p.kind == "version" {
				return "1"
			}
			return uuid.NewString()
		}
		t.Fatalf("%s: parameter %s has no kind: add it to parameters", pattern, name)
		return ""
	})
}

// visitor is an actor with a client.
type visitor struct {
	access.Actor
	programme testdb.Programme
	client    *webtest.Client
	name      string
}

func visitors(t *testing.T, site *webtest.Site) []visitor {
	t.Helper()
	var list []visitor
	for _, p := range []testdb.Programme{testdb.Saxony, testdb.Musterland} {
		list = append(list, visitor{p.Public(), p, site.Anonymous(p), p.Slug + " public"})
		for _, r := range access.Roles() {
			list = append(list, visitor{p.Actor(r), p, site.SignIn(t, p, p.Email(r)), p.Slug + " " + string(r)})
			if r.OfDistrict() || r.OfBody() {
				list = append(list, visitor{p.Elsewhere(r), p, site.SignIn(t, p, p.EmailElsewhere(r)), p.Slug + " other " + string(r)})
			}
		}
	}
	for _, v := range list {
		v.client.Deaf = true // a message of the page before would make two answers differ
	}
	return list
}

var (
	requestIDs = regexp.MustCompile(`<code>[a-z0-9]{12}</code>`)
	uuids      = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`)
	areaKeys   = regexp.MustCompile(`(landkreise(/|%2F))\d{5}`)
	canaries   = regexp.MustCompile(`zz[a-z]{3}[01][a-z]+`)
)

// masked is the body without what differs from request to request.
func masked(body string) string {
	body = requestIDs.ReplaceAllString(body, "ID")
	return areaKeys.ReplaceAllString(uuids.ReplaceAllString(body, "ID"), "$1AGS")
}

// TestIsolation walks every route as every kind of actor with ids of the own
// district, of the other district, of the other programme and of nothing. What
// belongs to the other programme looks exactly like nothing, no answer holds a
// text that the actor may not read, and nothing of the others is changed.
func TestIsolation(t *testing.T) { //nolint:tparallel // the fingerprints are compared when all visitors have gone
	t.Parallel()
	site := webtest.New(t)
	world := furnish(t, site)
	before := fingerprints(t, site, time.Now())
	then := time.Now()
	var cases atomic.Int64
	t.Run("visitors", func(t *testing.T) {
		for _, v := range visitors(t, site) {
			t.Run(strings.ReplaceAll(v.name, " ", "_"), func(t *testing.T) {
				t.Parallel()
				for _, route := range site.Server.Routes() {
					if route.Method != http.MethodHead {
						cases.Add(int64(visit(t, v, route, world)))
					}
				}
			})
		}
	})
	for table, hash := range fingerprints(t, site, then) {
		if before[table] != hash {
			t.Errorf("%s was changed by foreign or empty forms", table)
		}
	}
	t.Logf("%d cases", cases.Load())
	if cases.Load() < 2000 {
		t.Errorf("only %d cases: the walk is wrong", cases.Load())
	}
}

// visit opens one route as one actor with every kind of id and returns how
// many answers it looked at.
func visit(t *testing.T, v visitor, route handler.Route, world []owned) int {
	t.Helper()
	if route.Pattern == "/abmelden" || strings.HasPrefix(route.Pattern, "/konto/sitzungen") && route.Method == http.MethodPost {
		return 0 // would end the visitor's own session
	}
	nothing := v.fetch(t, route, address(t, route.Pattern, nil))
	v.checkCanaries(t, route, nothing, world)
	if !strings.Contains(route.Pattern, "{") {
		return 1
	}
	for i := range world {
		o := &world[i]
		mine := route.Method == http.MethodPost && o.programme.ID == v.Programme
		if mine && (v.Has(access.Admin) || holds(v.Actor, o)) {
			continue // a form on one's own things is no foreign form
		}
		page := v.fetch(t, route, address(t, route.Pattern, o))
		v.checkCanaries(t, route, page, world)
		if o.programme.ID != v.Programme && (page.Status != nothing.Status || masked(page.Body) != masked(nothing.Body)) {
			t.Errorf("%s: %s %s: the other programme's id answers %d, an id of nothing %d, or their pages differ",
				v.name, route.Method, route.Pattern, page.Status, nothing.Status)
		}
	}
	return 1 + len(world)
}

// holds says whether the district, or its conference, is one of the actor's.
func holds(a access.Actor, o *owned) bool {
	return slices.Contains(a.Districts(), o.programme.Districts[o.district].ID) || inBody(a, *o)
}

// inBody says whether the actor has a part in the district's conference.
func inBody(a access.Actor, o owned) bool {
	return slices.ContainsFunc(a.InBodies(), func(g access.Grant) bool { return g.Body == o.programme.Bodies[o.district].ID })
}

func (v visitor) fetch(t *testing.T, route handler.Route, path string) *webtest.Page {
	t.Helper()
	if route.Method == http.MethodPost {
		return v.client.Post(t, path, url.Values{})
	}
	return v.client.Get(t, path)
}

func (v visitor) checkCanaries(t *testing.T, route handler.Route, page *webtest.Page, world []owned) {
	t.Helper()
	if page.Status >= http.StatusInternalServerError {
		t.Errorf("%s: %s %s: status %d", v.name, route.Method, route.Pattern, page.Status)
	}
	text := page.Body
	if strings.HasPrefix(text, "%PDF-") { // packed: what one reads in it
		words, info := webtest.PDF(t, text)
		text = words + info
	}
	for _, found := range canaries.FindAllString(text, -1) {
		for _, o := range world {
			kind, ours := strings.CutPrefix(found, o.canary(""))
			if ours && !mayRead(v.Actor, o, kind) {
				t.Errorf("%s: %s %s shows %s", v.name, route.Method, route.Pattern, found)
			}
		}
	}
}

// fingerprints hash what people wrote up to a moment, table by table. Sessions,
// the trail and the like change with every visit; an empty form may begin a
// draft or a note of one's own.
func fingerprints(t *testing.T, site *webtest.Site, until time.Time) map[string]string {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), site.OwnerURL)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(context.Background()) }()
	prints := map[string]string{}
	for _, table := range []string{
		"activity", "activity_partner", "activity_file", "stored_file", "activity_import", "partner", "partner_note", "post", "post_state", "post_holder", "job_ad", "talk",
		"body", "body_district", "seat", "seat_holder", "body_chair", "body_office", "bylaws", "notification", "task",
		"meeting", "agenda_item", "minutes", "minutes_block", "passage_editor", "minutes_version", "version_block", "objection", "objection_message", "no_objection", "outcome",
		"minutes_event", "minutes_release", "correction_note", "conference_state", "model_region", "seat_term", "body_term", "person", "role_assignment", "district", "population", "programme",
		"call_notice", "call_letter", "call_letter_item", "minutes_scan", "call_reply", "attendance", "bias", "decision", "ballot", "candidate", "recommendation", "circular_vote", "circular_ballot", "paper",
		"funding_scheme", "scheme_terms", "base_rate", "budget_year", "grant_run", "grant_case", "case_event", "case_duty", "commitment", "calculation", "grant_notice", "payment", "payment_event", "payment_export", "payment_answer", "payment_answer_row", "drawdown", "case_import", "old_case", "transparency_rule",
		"financing_plan", "plan_line", "application", "application_receipt", "application_return",
		"hearing", "hearing_reply", "revocation", "repayment", "repayment_receipt", "interest_waiver",
		"proof_draft", "grant_proof", "proof_check", "sample_draw", "sample_row", "audit_note", "absence", "budget_figure",
	} {
		when := map[string]string{"activity": " WHERE created_at <= $1", "partner_note": " WHERE changed_at <= $1"}[table]
		if when == "" {
			when = " WHERE $1::timestamptz IS NOT NULL"
		}
		var hash string
		err := conn.QueryRow(t.Context(), `SELECT coalesce(md5(string_agg(t::text, '|' ORDER BY t::text)), '') FROM `+
			pgx.Identifier{table}.Sanitize()+` AS t`+when, until).Scan(&hash)
		if err != nil {
			t.Fatalf("%s: %v", table, err)
		}
		prints[table] = hash
	}
	return prints
}
