package activitypage_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"rundertisch/internal/access"
	"rundertisch/internal/db"
	"rundertisch/internal/testdb"
)

func TestQuickEntry(t *testing.T) {
	t.Parallel()
	s := open(t)
	v := entry(set("quick", "1"))
	for range 2 { // a double click
		got := s.post(t, coordinator, "/aktivitaeten", v)
		wantStatus(t, "quick entry", got, http.StatusSeeOther)
		if to := got.header.Get("Location"); to != "/aktivitaeten" {
			t.Errorf("location = %q, want the list, ready for the next entry", to)
		}
	}
	got := s.get(t, coordinator, "/aktivitaeten")
	wantStatus(t, "list", got, http.StatusOK)
	wantText(t, "list", got, "Gespräch mit der Klinik", "Klinikum Görlitz", "45", "1 Eintrag", `<option value="Klinikum Görlitz">`)
	if n := s.count(t); n != 1 {
		t.Errorf("entries = %d, want one", n)
	}
}

func TestQuickFormBeginsWithWhatIsLikely(t *testing.T) {
	t.Parallel()
	s := open(t)
	s.logged(t, coordinator, set("type", "travel"), set("partner-1", "AOK PLUS"))
	for _, address := range []string{"/aktivitaeten", "/aktivitaeten/neu", "/aktivitaeten/neu?kurz=1"} {
		wantText(t, address, s.get(t, coordinator, address), `value="2024-05-06"`, `<option value="travel" selected>`,
			`<option value="AOK PLUS">`, "Bitte keine Namen von Patienten und keine Diagnosen.", "Höchstens 200 Zeichen.")
	}
	got := s.get(t, officer, "/aktivitaeten")
	wantStatus(t, "the ministry's list", got, http.StatusOK)
	wantNoText(t, "the ministry's list", got, "Schnell eintragen")
	wantText(t, "the ministry's list", got, "nur freigegebene Einträge")
}

func TestBadInputIsNamedAndKept(t *testing.T) {
	t.Parallel()
	s := open(t)
	tests := []struct{ field, value, message string }{
		{"title", "", "Bitte füllen Sie dieses Feld aus."},
		{"title", strings.Repeat("ä", 201), "höchstens 200 Zeichen"},
		{"title", "x\x00y", "unsichtbare Zeichen"},
		{"title", "x\xffy", "unlesbare Zeichen"},
		{"date", "2024-05-07", "darf nicht in der Zukunft liegen"},
		{"date", "31.02.2024", "Bitte geben Sie ein Datum ein"},
		{"date", "", "Bitte füllen Sie dieses Feld aus."},
		{"minutes", "halb", "ganze Zahl"},
		{"minutes", "1441", "höchstens 1440"},
		{"type", "x", "angebotenen Werte"},
		{"visibility", "", "angebotenen Werte"},
		{"text", strings.Repeat("x", 8001), "höchstens 8000 Zeichen"},
		{"partner-2", "?!", "Buchstaben oder Ziffern"},
		{"follow_up_on", "2024-05-05", "nicht vor der Tätigkeit"},
		{"id", "x", "angebotenen Werte"},
	}
	for _, tt := range tests {
		v := entry(set("result", "Das soll stehen bleiben"), set(tt.field, tt.value))
		got := s.post(t, coordinator, "/aktivitaeten", v)
		wantStatus(t, tt.field, got, http.StatusUnprocessableEntity)
		wantText(t, tt.field+" "+tt.value[:min(len(tt.value), 10)], got, tt.message, "Das soll stehen bleiben", `id="fehler"`)
	}
	got := s.post(t, coordinator, "/aktivitaeten", entry(set("quick", "1"), set("title", "")))
	wantStatus(t, "the short form", got, http.StatusUnprocessableEntity)
	wantText(t, "the short form", got, `id="schnell"`, "Klinikum Görlitz")
	got = s.post(t, coordinator, "/aktivitaeten", entry(set("text", strings.Repeat("x", 2<<20))))
	wantStatus(t, "a body of 2 MB", got, http.StatusRequestEntityTooLarge)
	if n := s.count(t); n != 0 {
		t.Errorf("entries = %d, want none", n)
	}
}

func TestWhoMayLog(t *testing.T) {
	t.Parallel()
	s := open(t)
	for _, a := range []access.Actor{signatory, officer, testdb.Saxony.Actor(access.Admin)} {
		wantStatus(t, a.Name, s.post(t, a, "/aktivitaeten", entry()), http.StatusForbidden)
	}
	got := s.post(t, testdb.Saxony.Public(), "/aktivitaeten", entry())
	wantStatus(t, "a stranger", got, http.StatusSeeOther)
	if to := got.header.Get("Location"); !strings.HasPrefix(to, "/anmelden") {
		t.Errorf("a stranger is sent to %q, want the sign-in", to)
	}
	other := entry(set("district", testdb.Saxony.Districts[1].ID.String()))
	wantStatus(t, "another district", s.post(t, coordinator, "/aktivitaeten", other), http.StatusForbidden)
	if n := s.count(t); n != 0 {
		t.Errorf("entries = %d, want none", n)
	}
}

func TestSameIDWithAnotherTextIsNotLost(t *testing.T) {
	t.Parallel()
	s := open(t)
	v := entry()
	wantStatus(t, "first", s.post(t, coordinator, "/aktivitaeten", v), http.StatusSeeOther)
	v.Set("title", "Nach dem Zurückgehen geändert")
	got := s.post(t, coordinator, "/aktivitaeten", v)
	wantStatus(t, "again with another text", got, http.StatusConflict)
	wantText(t, "conflict", got, "Nach dem Zurückgehen geändert", "Gespräch mit der Klinik", "Meine Fassung speichern")
	wantStatus(t, "somebody else's id", s.post(t, neighbour, "/aktivitaeten", v), http.StatusNotFound)
}

func TestDrafts(t *testing.T) {
	t.Parallel()
	s := open(t)
	v := entry(set("title", ""), set("partner-1", "AO"), set("date", "unlesbar"))

	r := httptest.NewRequest(http.MethodPost, "/aktivitaeten/entwuerfe", strings.NewReader(v.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("HX-Request", "true")
	got := s.do(t, coordinator, r)
	wantStatus(t, "autosave", got, http.StatusOK)
	wantText(t, "autosave", got, "Entwurf gespeichert um 11:30", `id="entwurf-text"`)
	wantNoText(t, "autosave", got, "<html")

	v.Set("title", "Halb fertig")
	got = s.post(t, coordinator, "/aktivitaeten/entwuerfe", v)
	wantStatus(t, "button", got, http.StatusSeeOther)
	wantText(t, "drafts", s.get(t, coordinator, "/aktivitaeten/entwuerfe"), "Halb fertig")
	wantNoText(t, "a colleague's drafts", s.get(t, neighbour, "/aktivitaeten/entwuerfe"), "Halb fertig")
	wantText(t, "draft", s.get(t, coordinator, "/aktivitaeten/entwuerfe/"+v.Get("id")), "Halb fertig", `value="AO"`, v.Get("id"))
	wantStatus(t, "somebody else's draft", s.get(t, neighbour, "/aktivitaeten/entwuerfe/"+v.Get("id")), http.StatusNotFound)
	wantNoText(t, "list", s.get(t, coordinator, "/aktivitaeten"), "Halb fertig")

	got = s.post(t, coordinator, "/aktivitaeten/entwuerfe", entry(set("quick", "1"), set("to", "form")))
	if to := got.header.Get("Location"); !strings.HasPrefix(to, "/aktivitaeten/entwuerfe/") {
		t.Errorf("from the short to the full form: %q", to)
	}

	discard := "/aktivitaeten/entwuerfe/" + v.Get("id") + "/verwerfen"
	wantText(t, "question", s.get(t, coordinator, discard), "Halb fertig", "rückgängig")
	wantStatus(t, "somebody else discards", s.post(t, neighbour, discard, nil), http.StatusNotFound)
	wantStatus(t, "discard", s.post(t, coordinator, discard, nil), http.StatusSeeOther)
	wantStatus(t, "discarded draft", s.get(t, coordinator, "/aktivitaeten/entwuerfe/"+v.Get("id")), http.StatusNotFound)

	v = entry()
	wantStatus(t, "log", s.post(t, coordinator, "/aktivitaeten", v), http.StatusSeeOther)
	got = s.post(t, coordinator, "/aktivitaeten/entwuerfe", v)
	if to := got.header.Get("Location"); to != "/aktivitaeten/"+v.Get("id") {
		t.Errorf("a draft of what is logged: %q, want the entry", to)
	}
}

func TestCopy(t *testing.T) {
	t.Parallel()
	s := open(t)
	id := s.logged(t, coordinator, set("date", "2024-04-01"), set("result", "Ergebnis von damals"))
	got := s.get(t, coordinator, "/aktivitaeten/"+id+"/kopieren")
	wantStatus(t, "copy", got, http.StatusOK)
	wantText(t, "copy", got, `value="Gespräch mit der Klinik"`, `value="Klinikum Görlitz"`, `value="2024-05-06"`)
	wantNoText(t, "copy", got, "Ergebnis von damals", `value="`+id+`"`)
	wantStatus(t, "copy of a foreign entry", s.get(t, neighbour, "/aktivitaeten/"+id+"/kopieren"), http.StatusNotFound)
}

func TestListIsOneRoundTrip(t *testing.T) {
	t.Parallel()
	s := open(t)
	s.logged(t, coordinator)
	var counts db.Counts
	r := httptest.NewRequest(http.MethodGet, "/aktivitaeten?q=Klinik&partner=Klinikum+G%C3%B6rlitz", http.NoBody)
	got := s.do(t, coordinator, r.WithContext(db.CountInto(r.Context(), &counts)))
	wantText(t, "list", got, "Gespräch mit der Klinik")
	// The session look-up adds one of each: 2 <= 3 and 8 <= 8.
	if trips, statements := counts.Trips.Load(), counts.Statements.Load(); trips > 1 || statements > 7 {
		t.Errorf("trips, statements = %d, %d; want at most 1, 7", trips, statements)
	}
	counts = db.Counts{}
	r = httptest.NewRequest(http.MethodPost, "/aktivitaeten", strings.NewReader(entry().Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	s.do(t, coordinator, r.WithContext(db.CountInto(r.Context(), &counts)))
	if trips := counts.Trips.Load(); trips > 2 {
		t.Errorf("trips of an entry = %d, want at most 2", trips)
	}
}
