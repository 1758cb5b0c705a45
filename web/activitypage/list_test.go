package activitypage_test

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"rundertisch/internal/testdb"
)

// world logs entries that filters tell apart.
func (s *site) world(t *testing.T) {
	t.Helper()
	s.logged(t, coordinator, set("title", "Alpha"), set("date", "2024-04-02"), set("type", "travel"), set("field", "care"), set("visibility", "ministry"))
	s.logged(t, coordinator, set("title", "Beta"), set("date", "2024-04-20"), set("partner-1", "KVS"), set("text", "Hebammen gewinnen"))
	s.logged(t, coordinator, set("title", "Gamma"), set("visibility", "own"))
	s.logged(t, neighbour, set("title", "Delta"), set("visibility", "public"))
}

func TestFilterInTheAddress(t *testing.T) {
	t.Parallel()
	s := open(t)
	s.world(t)
	tests := []struct {
		query string
		want  string // first letters
		chip  string
	}{
		{"", "ABG", ""},
		{"landkreis=alle", "ABGD", "Landkreis: Alle, die ich lesen darf"},
		{"landkreis=" + testdb.Saxony.Districts[1].AGS, "D", "Landkreis: Landkreis sachsen 2"},
		{"landkreis=99001", "", "Landkreis: 99001"},
		{"von=2024-04-10&bis=30.04.2024", "B", "ab 10.04.2024"},
		{"von=unsinn&bis=2024-13-01", "ABG", ""},
		{"art=travel", "A", "Art: Dienstreise"},
		{"art=x&feld=x&sichtbar=x&verfasst=x", "ABG", ""},
		{"feld=care", "A", "Handlungsfeld: Pflege"},
		{"sichtbar=own", "G", "Liest: Nur ich"},
		{"partner=kvs", "B", "Partner: KVS"},
		{"partner=gibt+es+nicht", "", "Partner: unbekannt"},
		{"verfasst=" + coordinator.Person.String(), "ABG", "Von: " + coordinator.Name},
		{"q=Hebamme", "B", "Suche: Hebamme"},
		{"q=%22%27%3Cscript%3E", "", "Suche: &#34;&#39;&lt;script&gt;"},
		{"nach=kaputt", "ABG", ""},
		{"vor=kaputt", "ABG", ""},
	}
	names := map[string]string{"A": "Alpha", "B": "Beta", "G": "Gamma", "D": "Delta"}
	for _, tt := range tests {
		address := "/aktivitaeten?" + tt.query
		got := s.get(t, coordinator, address)
		wantStatus(t, tt.query, got, http.StatusOK)
		file := s.get(t, coordinator, address+"&format=csv")
		for letter, name := range names {
			want := strings.Contains(tt.want, letter)
			if strings.Contains(got.body, name) != want {
				t.Errorf("%s: shows %s = %v, want %v", tt.query, name, !want, want)
			}
			if strings.Contains(file.body, ";"+name+";") != want {
				t.Errorf("%s: the file holds %s = %v, want %v", tt.query, name, !want, want)
			}
		}
		if tt.chip != "" {
			wantText(t, tt.query, got, tt.chip)
		}
	}
}

func TestMinistrySeesReleasedEntriesOfAllDistricts(t *testing.T) {
	t.Parallel()
	s := open(t)
	s.world(t)
	got := s.get(t, officer, "/aktivitaeten")
	wantText(t, "list", got, "Alpha", "Delta", "2 Einträge", "nur freigegebene Einträge")
	wantNoText(t, "list", got, "Beta", "Gamma")
	got = s.get(t, officer, "/aktivitaeten/monate")
	wantText(t, "months", got, "nur freigegebene Einträge", "Dienstreise")
	got = s.get(t, stranger, "/aktivitaeten?landkreis=alle")
	wantNoText(t, "the other programme", got, "Alpha", "Delta")
}

func TestPaging(t *testing.T) {
	t.Parallel()
	s := open(t)
	s.Owner(t, `INSERT INTO activity (programme_id, id, district_id, author_id, type, happened_on, title)
		SELECT $1, gen_random_uuid(), $2, $3, 'travel', '2024-05-01'::date - n, 'Eintrag ' || to_char(n, 'FM000')
		FROM generate_series(1, 120) AS n`, testdb.Saxony.ID, testdb.Saxony.Districts[0].ID, coordinator.Person)
	next := regexp.MustCompile(`rel="next" href="([^"]+)"`)
	prev := regexp.MustCompile(`rel="prev" href="([^"]+)"`)
	first := s.get(t, coordinator, "/aktivitaeten?art=travel")
	wantText(t, "first page", first, "120 Einträge", "Eintrag 001", "Eintrag 050")
	wantNoText(t, "first page", first, "Eintrag 051", `rel="prev"`)
	link := func(re *regexp.Regexp, a answer) string {
		m := re.FindStringSubmatch(a.body)
		if m == nil {
			t.Fatalf("no link %s", re)
		}
		address := strings.ReplaceAll(m[1], "&amp;", "&")
		if !strings.Contains(address, "art=travel") {
			t.Errorf("%s lost the filter", address)
		}
		return address
	}
	second := s.get(t, coordinator, link(next, first))
	third := s.get(t, coordinator, link(next, second))
	wantText(t, "last page", third, "Eintrag 101", "Eintrag 120")
	wantNoText(t, "last page", third, `rel="next"`)
	back := s.get(t, coordinator, link(prev, third))
	wantText(t, "back", back, "Eintrag 051", "Eintrag 100")
	back = s.get(t, coordinator, link(prev, back))
	wantText(t, "back at the first", back, "Eintrag 001")
	wantNoText(t, "back at the first", back, `rel="prev"`)
}

func TestFilesHoldAllPagesAndEveryField(t *testing.T) {
	t.Parallel()
	s := open(t)
	s.Owner(t, `INSERT INTO activity (programme_id, id, district_id, author_id, type, happened_on, title)
		SELECT $1, gen_random_uuid(), $2, $3, 'travel', '2024-04-01', 'Eintrag ' || n FROM generate_series(1, 1500) AS n`,
		testdb.Saxony.ID, testdb.Saxony.Districts[0].ID, coordinator.Person)
	s.logged(t, coordinator, set("title", "=cmd|' /C calc'!A0"), set("text", "zwei\nZeilen; mit Semikolon"), set("field", "care"),
		set("result", "@fein"), set("next_step", "-1"), set("follow_up_on", "2024-05-20"), set("partner-2", "AOK"))
	got := s.get(t, coordinator, "/aktivitaeten?format=csv")
	wantStatus(t, "csv", got, http.StatusOK)
	table := csv.NewReader(strings.NewReader(got.body))
	table.Comma = ';'
	read, err := table.ReadAll()
	if lines := len(read); err != nil || lines != 1502 || !strings.HasPrefix(got.body, "\ufeffDatum;Landkreis;Art;") {
		t.Errorf("CSV: %d lines, begins with %q; want head and 1501", len(read), got.body[:30])
	}
	wantText(t, "csv", got, `06.05.2024;Landkreis sachsen 1;Gespräch, Beratung;'=cmd|' /C calc'!A0;"AOK; Klinikum Görlitz";45;Pflege;"zwei`, "'@fein;'-1;20.05.2024;;Mein Landkreis;"+coordinator.Name)
	if d := got.header.Get("Content-Disposition"); !strings.Contains(d, "taetigkeiten-2024-05-06.csv") {
		t.Errorf("disposition = %s", d)
	}

	got = s.get(t, coordinator, "/aktivitaeten?format=xlsx&art=meeting")
	book, err := excelize.OpenReader(bytes.NewReader([]byte(got.body)))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = book.Close() }()
	rows, err := book.GetRows("Tätigkeiten")
	if err != nil || len(rows) != 2 || rows[1][3] != "=cmd|' /C calc'!A0" || rows[1][0] != "06.05.2024" {
		t.Errorf("XLSX rows = %q, %v", rows, err)
	}
	wantStatus(t, "a file for nobody", s.get(t, testdb.Saxony.Public(), "/aktivitaeten?format=csv"), http.StatusSeeOther)
}

func TestMonths(t *testing.T) {
	t.Parallel()
	s := open(t)
	for i, date := range []string{"2024-05-01", "2024-04-30", "2024-04-01", "2023-06-01", "2023-05-31"} {
		s.logged(t, coordinator, set("date", date), set("minutes", "60"), set("title", fmt.Sprint("Nr. ", i)))
	}
	got := s.get(t, coordinator, "/aktivitaeten/monate")
	wantStatus(t, "months", got, http.StatusOK)
	wantText(t, "months", got, "05/24", "04/24", "06/23", ">Stunden<", "art=meeting")
	wantNoText(t, "months", got, "05/23")
	got = s.get(t, coordinator, "/aktivitaeten/monate?von=2023-01-01&bis=2023-12-31&format=csv")
	want := "\ufeffMonat;Art;Einträge;Dauer in Minuten\r\n01.06.2023;Gespräch, Beratung;1;60\r\n01.05.2023;Gespräch, Beratung;1;60\r\n"
	if got.body != want {
		t.Errorf("CSV = %q, want %q", got.body, want)
	}
	got = s.get(t, coordinator, "/aktivitaeten/monate?"+url.Values{"von": {"2020-01-01"}, "bis": {"2020-12-31"}}.Encode())
	wantText(t, "nothing", got, "keine Einträge")
}
