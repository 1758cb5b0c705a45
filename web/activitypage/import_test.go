package activitypage_test

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/csv"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"rundertisch/internal/access"
	"rundertisch/internal/db"
	"rundertisch/internal/testdb"
)

const goodLog = "Datum;Titel;Dauer;Partner\n1.3.2024;Erstes Gespräch;90;AOK PLUS\n2.3.2024;Zweites Gespräch;1:30;\n"

// upload sends a file and returns its id, too.
func (s *site) upload(t *testing.T, a access.Actor, name string, data []byte) (answer, string) {
	t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	id := uuid.NewString()
	if err := form.WriteField("id", id); err != nil {
		t.Fatal(err)
	}
	part, err := form.CreateFormFile("file", name)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := part.Write(data); err != nil {
		t.Fatal(err)
	}
	if err := form.Close(); err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest(http.MethodPost, "/aktivitaeten/einlesen", &body)
	r.Header.Set("Content-Type", form.FormDataContentType())
	return s.do(t, a, r), id
}

func TestImportFromUploadToList(t *testing.T) {
	t.Parallel()
	s := open(t)
	wantText(t, "form", s.get(t, coordinator, "/aktivitaeten/einlesen"), `enctype="multipart/form-data"`, "höchstens 10 MB und 5.000 Zeilen")
	got, id := s.upload(t, coordinator, `C:\Ordner\log 2024.csv`, []byte(goodLog))
	wantStatus(t, "upload", got, http.StatusSeeOther)
	page := "/aktivitaeten/einlesen/" + id
	if to := got.header.Get("Location"); to != page {
		t.Fatalf("location = %q, want %q", to, page)
	}
	wantText(t, "preview", s.get(t, coordinator, page), "log 2024.csv", "2 Zeilen", "Erstes Gespräch", "1\u00a0Std. 30", "2 Tätigkeiten übernehmen", "Spalte „Datum“")
	wantText(t, "waiting", s.get(t, coordinator, "/aktivitaeten/einlesen"), "log 2024.csv")
	if n := s.count(t); n != 0 {
		t.Errorf("entries before the commit = %d", n)
	}

	for _, a := range []access.Actor{neighbour, stranger} {
		wantStatus(t, "preview for "+a.Name, s.get(t, a, page), http.StatusNotFound)
		wantStatus(t, "columns by "+a.Name, s.post(t, a, page, url.Values{}), http.StatusNotFound)
		wantStatus(t, "commit by "+a.Name, s.post(t, a, page+"/uebernehmen", nil), http.StatusNotFound)
		wantStatus(t, "discard by "+a.Name, s.post(t, a, page+"/verwerfen", nil), http.StatusNotFound)
	}
	wantStatus(t, "a signatory", s.get(t, signatory, "/aktivitaeten/einlesen"), http.StatusForbidden)

	bad := url.Values{"column-1": {"date"}, "column-2": {"date"}, "type": {"travel"}, "visibility": {"ministry"}}
	wantText(t, "twice", s.post(t, coordinator, page, bad), "schon einer anderen Spalte")
	wantStatus(t, "twice", s.post(t, coordinator, page, bad), http.StatusUnprocessableEntity)
	choices := url.Values{"column-1": {"date"}, "column-2": {"title"}, "column-3": {"minutes"}, "column-4": {""}, "type": {"travel"}, "visibility": {"ministry"}}
	wantStatus(t, "columns", s.post(t, coordinator, page, choices), http.StatusSeeOther)

	for range 2 {
		wantStatus(t, "commit", s.post(t, coordinator, page+"/uebernehmen", nil), http.StatusSeeOther)
	}
	if n := s.count(t); n != 2 {
		t.Errorf("entries = %d, want 2", n)
	}
	wantText(t, "the ministry's list", s.get(t, officer, "/aktivitaeten?art=travel"), "Erstes Gespräch", "Zweites Gespräch", "2 Einträge")
	wantStatus(t, "preview afterwards", s.get(t, coordinator, page), http.StatusSeeOther)
	got, _ = s.upload(t, coordinator, "anders.csv", []byte(goodLog))
	wantStatus(t, "the same file", got, http.StatusUnprocessableEntity)
	wantText(t, "the same file", got, "schon für Ihren Landkreis übernommen")
}

func TestImportShowsErrorsByRow(t *testing.T) {
	t.Parallel()
	s := open(t)
	got, id := s.upload(t, coordinator, "log.csv", []byte(goodLog+"31.2.2024;Drittes;x;\n"))
	wantStatus(t, "upload", got, http.StatusSeeOther)
	page := "/aktivitaeten/einlesen/" + id
	got = s.get(t, coordinator, page)
	wantText(t, "preview", got, "Eine Zeile lässt sich nicht lesen", "31.2.2024", "Bitte geben Sie ein Datum ein", "höchstens 1440")
	wantNoText(t, "preview", got, "/uebernehmen")
	wantText(t, "file", s.get(t, coordinator, page+"?format=csv"), "4;Datum;31.2.2024;Bitte geben Sie ein Datum ein")
	wantStatus(t, "commit", s.post(t, coordinator, page+"/uebernehmen", nil), http.StatusConflict)
	if n := s.count(t); n != 0 {
		t.Errorf("entries = %d, want none", n)
	}
	wantStatus(t, "discard", s.post(t, coordinator, page+"/verwerfen", nil), http.StatusSeeOther)
	wantStatus(t, "discarded", s.get(t, coordinator, page), http.StatusNotFound)
}

func TestImportRefusesFiles(t *testing.T) {
	t.Parallel()
	s := open(t)
	var macro bytes.Buffer
	z := zip.NewWriter(&macro)
	for _, name := range []string{"[Content_Types].xml", "xl/vbaProject.bin"} {
		if _, err := z.Create(name); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct {
		data   []byte
		status int
		reason string
	}{
		"kaputt.xlsx": {[]byte("PK\x03\x04kaputt"), http.StatusUnprocessableEntity, "lässt sich nicht lesen"},
		"makro.xlsx":  {macro.Bytes(), http.StatusUnprocessableEntity, "Makros"},
		"makro.xlsm":  {macro.Bytes(), http.StatusUnprocessableEntity, "Makros"},
		"alt.xls":     {[]byte("\xD0\xCF\x11\xE0"), http.StatusUnprocessableEntity, "alten Excel-Format"},
		"bild.png":    {[]byte("\x89PNG"), http.StatusUnprocessableEntity, "Excel-Datei (.xlsx)"},
		"leer.csv":    {nil, http.StatusUnprocessableEntity, "nichts"},
		"":            {nil, http.StatusUnprocessableEntity, "wählen Sie eine Datei"},
		"groß.csv":    {bytes.Repeat([]byte("x"), 11<<20), http.StatusRequestEntityTooLarge, "größer als 10 MB"},
	} {
		got, _ := s.upload(t, coordinator, name, tt.data)
		wantStatus(t, name, got, tt.status)
		wantText(t, name, got, tt.reason, "/aktivitaeten/einlesen")
	}
	r := httptest.NewRequest(http.MethodPost, "/aktivitaeten/einlesen", strings.NewReader("kein Formular"))
	r.Header.Set("Content-Type", "multipart/form-data; boundary=x")
	wantStatus(t, "no form", s.do(t, coordinator, r), http.StatusUnprocessableEntity)
	s.MustRead(t, testdb.Saxony.System(), access.Housekeep, func(ctx context.Context, tx *db.Tx) error {
		var n int
		if err := tx.QueryRow(ctx, `SELECT count(*) FROM activity_import`).Scan(&n); err != nil {
			return err
		}
		if n != 0 {
			t.Errorf("kept files = %d, want none", n)
		}
		return nil
	})
}

// zeros is a body of 200 MB that nobody has to hold.
type zeros struct{ left int64 }

func (z *zeros) Read(p []byte) (int, error) {
	if z.left <= 0 {
		return 0, io.EOF
	}
	n := min(int64(len(p)), z.left)
	z.left -= n
	return int(n), nil
}

func TestABodyOf200MBIsRefusedAndAnswered(t *testing.T) {
	t.Parallel()
	s := open(t)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.handler.ServeHTTP(w, r.WithContext(access.NewContext(r.Context(), coordinator)))
	}))
	defer server.Close()
	const head = "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.csv\"\r\n\r\n"
	for name, length := range map[string]int64{"with its length": int64(len(head)) + 200<<20, "without": -1} {
		start := time.Now()
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, server.URL+"/aktivitaeten/einlesen",
			io.MultiReader(strings.NewReader(head), &zeros{200 << 20}))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", "multipart/form-data; boundary=x")
		r.ContentLength = length
		res, err := server.Client().Do(r)
		if err != nil {
			t.Errorf("%s: no answer: %v", name, err)
			continue
		}
		body, _ := io.ReadAll(res.Body)
		_ = res.Body.Close()
		if res.StatusCode != http.StatusRequestEntityTooLarge || !strings.Contains(string(body), "größer als 10 MB") {
			t.Errorf("%s: status %d, want 413 with the reason", name, res.StatusCode)
		}
		if took := time.Since(start); took > 5*time.Second {
			t.Errorf("%s: answered after %s", name, took)
		}
	}
}

func TestOurOwnFileCanBeReadIn(t *testing.T) {
	t.Parallel()
	s := open(t)
	s.logged(t, coordinator, set("title", "=Formel im Titel"), set("partner-2", "KVS"), set("field", "care"), set("visibility", "ministry"),
		set("text", "zwei\nZeilen"), set("follow_up_on", "2024-05-20"), set("next_step", "-weiter"))
	for _, format := range []string{"csv", "xlsx"} {
		file := s.get(t, coordinator, "/aktivitaeten?format="+format)
		got, id := s.upload(t, neighbour, "taetigkeiten."+format, []byte(file.body))
		wantStatus(t, format, got, http.StatusSeeOther)
		wantStatus(t, format+" commit", s.post(t, neighbour, "/aktivitaeten/einlesen/"+id+"/uebernehmen", nil), http.StatusSeeOther)
	}
	first, again := s.records(t, coordinator), s.records(t, neighbour)
	if len(first) != 1 || len(again) != 2 {
		t.Fatalf("entries = %d, copies = %d; want 1, 2", len(first), len(again))
	}
	for _, copied := range again {
		copied[1], copied[13] = first[0][1], first[0][13] // district and author
		if diff := cmp.Diff(first[0], copied); diff != "" {
			t.Errorf("the copy differs (-want +got):\n%s", diff)
		}
	}
}

// records are the lines of the actor's file without its head.
func (s *site) records(t *testing.T, a access.Actor) [][]string {
	t.Helper()
	r := csv.NewReader(strings.NewReader(s.get(t, a, "/aktivitaeten?format=csv").body))
	r.Comma = ';'
	records, err := r.ReadAll()
	if err != nil || len(records) == 0 {
		t.Fatalf("records: %v", err)
	}
	return records[1:]
}
