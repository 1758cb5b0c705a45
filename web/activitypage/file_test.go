package activitypage_test

import (
	"bytes"
	"context"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"rundertisch/internal/access"
	"rundertisch/internal/activity"
	"rundertisch/internal/document"
)

// pdf is the smallest file that is taken for a PDF.
var pdf = []byte("%PDF-1.7\nInhalt\n%%EOF\n")

// attach sends a file to an entry under a fresh id and returns that, too.
func (s *site) attach(t *testing.T, a access.Actor, entry, name string, data []byte) (answer, string) {
	t.Helper()
	id := uuid.NewString()
	return s.attachAs(t, a, entry, id, name, data), id
}

func (s *site) attachAs(t *testing.T, a access.Actor, entry, id, name string, data []byte) answer {
	t.Helper()
	var body bytes.Buffer
	m := multipart.NewWriter(&body)
	if err := m.WriteField("id", id); err != nil {
		t.Fatal(err)
	}
	part, err := m.CreateFormFile("file", name)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := part.Write(data); err != nil {
		t.Fatal(err)
	}
	if err := m.Close(); err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest(http.MethodPost, "/aktivitaeten/"+entry+"/dateien", &body)
	r.Header.Set("Content-Type", m.FormDataContentType())
	return s.do(t, a, r)
}

func TestAttachAndDownload(t *testing.T) {
	t.Parallel()
	s := open(t)
	id := s.logged(t, coordinator)
	wantText(t, "form", s.get(t, coordinator, "/aktivitaeten/"+id), `enctype="multipart/form-data"`, "Höchstens 20 MB", "Bis zu 10 Dateien", `accept=".pdf,`)
	got, file := s.attach(t, coordinator, id, `C:\Ablage\Größe „neu“.PDF`, pdf)
	wantStatus(t, "attach", got, http.StatusSeeOther)
	if to := got.header.Get("Location"); to != "/aktivitaeten/"+id+"#dateien" || got.flash() == "" {
		t.Errorf("location %q, flash %q", to, got.flash())
	}
	address := "/aktivitaeten/" + id + "/dateien/" + file
	wantText(t, "list", s.get(t, signatory, "/aktivitaeten/"+id), "Größe „neu“.PDF (PDF, 22\u00a0Byte)", address, "angehängt von "+coordinator.Name)
	wantNoText(t, "list of a reader", s.get(t, signatory, "/aktivitaeten/"+id), "/entfernen", "multipart")

	for _, a := range []access.Actor{coordinator, signatory} {
		got := s.get(t, a, address)
		wantStatus(t, "download", got, http.StatusOK)
		if got.body != string(pdf) {
			t.Errorf("bytes = %q, want those that were sent", got.body)
		}
		for name, want := range map[string]string{
			"Content-Type": "application/pdf", "X-Content-Type-Options": "nosniff", "Cache-Control": "no-store",
			"Content-Security-Policy": "sandbox; default-src 'none'", "Content-Length": "22",
		} {
			if h := got.header.Get(name); h != want {
				t.Errorf("%s = %q, want %q", name, h, want)
			}
		}
		if d := got.header.Get("Content-Disposition"); !strings.HasPrefix(d, "attachment; ") || !strings.Contains(d, "Gr%C3%B6%C3%9Fe") {
			t.Errorf("disposition = %q", d)
		}
	}
	wantStatus(t, "the form's address", s.get(t, coordinator, "/aktivitaeten/"+id+"/dateien"), http.StatusSeeOther)
}

func TestFilesOfOthersLookMissing(t *testing.T) {
	t.Parallel()
	s := open(t)
	id, other := s.logged(t, coordinator), s.logged(t, coordinator)
	got, file := s.attach(t, coordinator, id, "a.pdf", pdf)
	wantStatus(t, "attach", got, http.StatusSeeOther)
	base := "/aktivitaeten/" + id + "/dateien"
	for _, a := range []access.Actor{neighbour, stranger} {
		wantStatus(t, a.Name+" attaches", s.attachAs(t, a, id, uuid.NewString(), "a.pdf", pdf), http.StatusNotFound)
		wantStatus(t, a.Name+" attaches nothing", s.attachAs(t, a, id, uuid.NewString(), "", nil), http.StatusNotFound)
		for _, f := range []string{file, uuid.NewString(), "x", "..%2f..%2fetc%2fpasswd", "%00"} {
			wantStatus(t, a.Name+" GET "+f, s.get(t, a, base+"/"+f), http.StatusNotFound)
			wantStatus(t, a.Name+" removes "+f, s.post(t, a, base+"/"+f+"/entfernen", nil), http.StatusNotFound)
			wantStatus(t, a.Name+" restores "+f, s.post(t, a, base+"/"+f+"/wiederherstellen", nil), http.StatusNotFound)
		}
	}
	wantStatus(t, "another entry", s.get(t, coordinator, "/aktivitaeten/"+other+"/dateien/"+file), http.StatusNotFound)
	wantStatus(t, "the ministry before", s.get(t, officer, base+"/"+file), http.StatusNotFound)
	wantStatus(t, "release", s.post(t, coordinator, "/aktivitaeten/"+id+"/freigeben?sichtbar=ministry", nil), http.StatusSeeOther)
	wantStatus(t, "the ministry after", s.get(t, officer, base+"/"+file), http.StatusOK)
	wantStatus(t, "the ministry attaches", s.attachAs(t, officer, id, uuid.NewString(), "a.pdf", pdf), http.StatusForbidden)
	wantStatus(t, "a signatory removes", s.post(t, signatory, base+"/"+file+"/entfernen", nil), http.StatusForbidden)
	wantStatus(t, "take back", s.post(t, coordinator, "/aktivitaeten/"+id+"/freigeben?sichtbar=district", nil), http.StatusSeeOther)
	wantStatus(t, "asked at each download", s.get(t, officer, base+"/"+file), http.StatusNotFound)
}

func TestRefusedFilesKeepThePage(t *testing.T) {
	t.Parallel()
	s := open(t)
	id := s.logged(t, coordinator, set("text", "steht noch da"))
	for name, tt := range map[string]struct {
		data   []byte
		status int
		reason string
	}{
		"":            {nil, http.StatusUnprocessableEntity, "wählen Sie eine Datei"},
		"leer.pdf":    {nil, http.StatusUnprocessableEntity, "leer"},
		"seite.pdf":   {[]byte("<html><script>alert(1)</script>"), http.StatusUnprocessableEntity, "passt nicht zu ihrer Endung"},
		"bild.svg":    {[]byte("<svg onload=alert(1)>"), http.StatusUnprocessableEntity, "nehmen wir nicht an"},
		"seite.html":  {[]byte("<html>"), http.StatusUnprocessableEntity, "nehmen wir nicht an"},
		"a.gif":       {[]byte("GIF89a<script>"), http.StatusUnprocessableEntity, "nehmen wir nicht an"},
		"groß.txt":    {bytes.Repeat([]byte("x"), document.MaxFileSize+1), http.StatusRequestEntityTooLarge, "größer als 20 MB"},
		"riesig.docx": {bytes.Repeat([]byte("x"), document.MaxFileSize+1<<20), http.StatusRequestEntityTooLarge, "größer als 20 MB"},
	} {
		got, _ := s.attach(t, coordinator, id, name, tt.data)
		wantStatus(t, name, got, tt.status)
		wantText(t, name, got, tt.reason, "steht noch da", `href="#feld-file"`, `aria-invalid="true"`)
	}
	wantStatus(t, "no form", s.post(t, coordinator, "/aktivitaeten/"+id+"/dateien", nil), http.StatusUnprocessableEntity)
	wantStatus(t, "no id", s.attachAs(t, coordinator, id, "", "a.pdf", pdf), http.StatusUnprocessableEntity)
	wantNoText(t, "nothing came of it", s.get(t, coordinator, "/aktivitaeten/"+id), `class="kern-list app-plain-list app-files"`)
}

func TestSentTwiceIsOneFile(t *testing.T) {
	t.Parallel()
	s := open(t)
	id := s.logged(t, coordinator)
	form := s.get(t, coordinator, "/aktivitaeten/"+id)
	sent := regexp.MustCompile(`name="id" value="([0-9a-f-]{36})"`).FindStringSubmatch(form.body)
	if sent == nil {
		t.Fatal("the form carries no id")
	}
	for range 2 {
		wantStatus(t, "attach", s.attachAs(t, coordinator, id, sent[1], "a.pdf", pdf), http.StatusSeeOther)
	}
	if n := strings.Count(s.get(t, coordinator, "/aktivitaeten/"+id).body, "/entfernen"); n != 1 {
		t.Errorf("%d files, want one", n)
	}
	wantStatus(t, "another file under the same id", s.attachAs(t, coordinator, id, sent[1], "b.pdf", append(pdf, '\n')), http.StatusConflict)
}

func TestRemoveFileAndUndo(t *testing.T) {
	t.Parallel()
	s := open(t)
	id := s.logged(t, coordinator)
	_, file := s.attach(t, coordinator, id, "a.pdf", pdf)
	address := "/aktivitaeten/" + id + "/dateien/" + file
	got := s.post(t, coordinator, address+"/entfernen", nil)
	wantStatus(t, "remove", got, http.StatusSeeOther)
	if got.flash() == "" {
		t.Error("no message that offers the way back")
	}
	wantStatus(t, "removed", s.get(t, coordinator, address), http.StatusNotFound)
	wantNoText(t, "removed", s.get(t, coordinator, "/aktivitaeten/"+id), address)
	wantStatus(t, "restore", s.post(t, coordinator, address+"/wiederherstellen", nil), http.StatusSeeOther)
	wantStatus(t, "restored", s.get(t, coordinator, address), http.StatusOK)

	for range activity.MaxFiles - 1 {
		got, _ := s.attach(t, coordinator, id, "a.pdf", pdf)
		wantStatus(t, "attach", got, http.StatusSeeOther)
	}
	full := s.get(t, coordinator, "/aktivitaeten/"+id)
	wantText(t, "full", full, "höchstens 10 Dateien")
	wantNoText(t, "full", full, "multipart")
	got, _ = s.attach(t, coordinator, id, "a.pdf", pdf)
	wantStatus(t, "one too many", got, http.StatusUnprocessableEntity)
	wantText(t, "one too many", got, "höchstens 10 Dateien")

	wantStatus(t, "delete the entry", s.post(t, coordinator, "/aktivitaeten/"+id+"/loeschen", nil), http.StatusSeeOther)
	wantStatus(t, "a file in the bin", s.get(t, coordinator, address), http.StatusOK)
	wantNoText(t, "entry in the bin", s.get(t, coordinator, "/aktivitaeten/"+id), "/entfernen")
}

// A slow upload has used up the time of a page: what follows has its own.
func TestASlowUploadIsStillKept(t *testing.T) {
	t.Parallel()
	s := open(t)
	id := s.logged(t, coordinator)
	inner := s.handler
	s.handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithDeadline(r.Context(), time.Now().Add(-time.Second))
		defer cancel()
		inner.ServeHTTP(w, r.WithContext(ctx))
	})
	got, _ := s.attach(t, coordinator, id, "a.pdf", pdf)
	wantStatus(t, "slow", got, http.StatusSeeOther)
	got, _ = s.attach(t, coordinator, id, "a.exe", pdf)
	wantStatus(t, "slow and refused", got, http.StatusUnprocessableEntity)
}

func TestAMissingFileIsOurFault(t *testing.T) {
	t.Parallel()
	s := open(t)
	id := s.logged(t, coordinator)
	_, file := s.attach(t, coordinator, id, "a.pdf", pdf)
	if err := s.files.Close(); err != nil {
		t.Fatal(err)
	}
	wantStatus(t, "download", s.get(t, coordinator, "/aktivitaeten/"+id+"/dateien/"+file), http.StatusInternalServerError)
	got, _ := s.attach(t, coordinator, id, "b.pdf", pdf)
	wantStatus(t, "attach", got, http.StatusInternalServerError)
	if n := strings.Count(s.get(t, coordinator, "/aktivitaeten/"+id).body, "/entfernen"); n != 1 {
		t.Errorf("%d files after a failure of the store, want one", n)
	}
}
