package activitypage_test

import (
	"net/http"
	"testing"

	"github.com/google/uuid"

	"rundertisch/internal/access"
)

func TestForeignIDsLookMissing(t *testing.T) {
	t.Parallel()
	s := open(t)
	id := s.logged(t, coordinator)
	draft := entry()
	wantStatus(t, "draft", s.post(t, coordinator, "/aktivitaeten/entwuerfe", draft), http.StatusSeeOther)
	for _, some := range []string{id, draft.Get("id"), uuid.NewString(), "x", "..%2f"} {
		for _, a := range []access.Actor{neighbour, stranger} {
			for _, part := range []string{"", "/kopieren", "/bearbeiten"} {
				wantStatus(t, a.Name+" GET "+part, s.get(t, a, "/aktivitaeten/"+some+part), http.StatusNotFound)
			}
			for _, part := range []string{"/loeschen", "/wiederherstellen", "/freigeben?sichtbar=public", "/erledigt", "/offen"} {
				wantStatus(t, a.Name+" POST "+part, s.post(t, a, "/aktivitaeten/"+some+part, nil), http.StatusNotFound)
			}
			wantStatus(t, a.Name+" change", s.post(t, a, "/aktivitaeten/"+some+"/bearbeiten", entry()), http.StatusNotFound)
		}
	}
	if got := s.stored(t, coordinator, id); got.Version != 1 {
		t.Errorf("version = %d, want an untouched entry", got.Version)
	}
}

func TestReleaseToTheMinistry(t *testing.T) {
	t.Parallel()
	s := open(t)
	id := s.logged(t, coordinator, set("text", "Streng vertrauliches Wort"))
	wantStatus(t, "before", s.get(t, officer, "/aktivitaeten/"+id), http.StatusNotFound)
	wantNoText(t, "search before", s.get(t, officer, "/aktivitaeten?q=vertrauliches"), "Gespräch mit der Klinik")

	got := s.post(t, coordinator, "/aktivitaeten/"+id+"/freigeben?sichtbar=ministry", nil)
	wantStatus(t, "release", got, http.StatusSeeOther)
	got = s.get(t, officer, "/aktivitaeten/"+id)
	wantStatus(t, "after", got, http.StatusOK)
	wantText(t, "after", got, "Streng vertrauliches Wort", "Klinikum Görlitz")
	wantNoText(t, "after", got, "/bearbeiten", "/loeschen", "/kopieren")
	wantText(t, "search after", s.get(t, officer, "/aktivitaeten?q=vertrauliches"), "Gespräch mit der Klinik")

	wantStatus(t, "a signatory releases", s.post(t, signatory, "/aktivitaeten/"+id+"/freigeben?sichtbar=public", nil), http.StatusForbidden)
	wantStatus(t, "unknown circle", s.post(t, coordinator, "/aktivitaeten/"+id+"/freigeben?sichtbar=x", nil), http.StatusNotFound)
	wantStatus(t, "take back", s.post(t, coordinator, "/aktivitaeten/"+id+"/freigeben?sichtbar=own", nil), http.StatusSeeOther)
	wantStatus(t, "taken back", s.get(t, officer, "/aktivitaeten/"+id), http.StatusNotFound)
	wantStatus(t, "own to the signatory", s.get(t, signatory, "/aktivitaeten/"+id), http.StatusNotFound)
}

func TestChangeAndStale(t *testing.T) {
	t.Parallel()
	s := open(t)
	id := s.logged(t, coordinator)
	address := "/aktivitaeten/" + id + "/bearbeiten"
	wantText(t, "form", s.get(t, coordinator, address), `name="version" value="1"`, "Klinikum Görlitz")
	wantStatus(t, "a signatory's form", s.get(t, signatory, address), http.StatusForbidden)

	mine := entry(set("version", "1"), set("title", "Meine Fassung"), set("partner-1", "KVS"))
	wantStatus(t, "change", s.post(t, coordinator, address, mine), http.StatusSeeOther)
	got := s.stored(t, coordinator, id)
	if got.Title != "Meine Fassung" || got.Version != 2 || len(got.Partners) != 1 || got.Partners[0].Name != "KVS" {
		t.Errorf("stored %+v", got)
	}

	late := entry(set("version", "1"), set("title", "Zu spät"), set("text", "Mein langer Text"))
	stale := s.post(t, coordinator, address, late)
	wantStatus(t, "stale", stale, http.StatusConflict)
	wantText(t, "stale", stale, "Meine Fassung", "Zu spät", "Mein langer Text", `name="version" value="2"`, coordinator.Name)
	late.Set("version", "2")
	wantStatus(t, "keep mine", s.post(t, coordinator, address, late), http.StatusSeeOther)
	if got := s.stored(t, coordinator, id); got.Title != "Zu spät" {
		t.Errorf("title = %q, want mine", got.Title)
	}

	bad := entry(set("version", "3"), set("title", ""), set("text", "bleibt"))
	wantText(t, "bad input", s.post(t, coordinator, address, bad), "Bitte füllen Sie dieses Feld aus.", "bleibt")

	wantStatus(t, "delete", s.post(t, coordinator, "/aktivitaeten/"+id+"/loeschen", nil), http.StatusSeeOther)
	late.Set("version", "3")
	gone := s.post(t, coordinator, address, late)
	wantStatus(t, "deleted meanwhile", gone, http.StatusConflict)
	wantText(t, "deleted meanwhile", gone, "Mein langer Text", "gelöscht")
	wantStatus(t, "form of a deleted entry", s.get(t, coordinator, address), http.StatusNotFound)
}

func TestDeleteAndUndo(t *testing.T) {
	t.Parallel()
	s := open(t)
	id := s.logged(t, coordinator)
	wantStatus(t, "a signatory", s.post(t, signatory, "/aktivitaeten/"+id+"/loeschen", nil), http.StatusForbidden)
	got := s.post(t, coordinator, "/aktivitaeten/"+id+"/loeschen", nil)
	wantStatus(t, "delete", got, http.StatusSeeOther)
	if got.flash() == "" {
		t.Error("no message that offers the way back")
	}
	wantText(t, "list", s.get(t, coordinator, "/aktivitaeten"), "Noch keine Einträge")
	wantText(t, "bin", s.get(t, coordinator, "/aktivitaeten/papierkorb"), "Gespräch mit der Klinik", "/wiederherstellen")
	wantText(t, "entry in the bin", s.get(t, coordinator, "/aktivitaeten/"+id), "liegt im Papierkorb")
	wantNoText(t, "the neighbour's bin", s.get(t, neighbour, "/aktivitaeten/papierkorb"), "Gespräch mit der Klinik")
	wantStatus(t, "restore", s.post(t, coordinator, "/aktivitaeten/"+id+"/wiederherstellen", nil), http.StatusSeeOther)
	wantText(t, "list", s.get(t, coordinator, "/aktivitaeten"), "Gespräch mit der Klinik")
}

func TestFollowUp(t *testing.T) {
	t.Parallel()
	s := open(t)
	id := s.logged(t, coordinator, set("date", "2024-04-01"), set("next_step", "Termin machen"), set("follow_up_on", "2024-05-01"))
	wantText(t, "open", s.get(t, coordinator, "/aktivitaeten/"+id), "Termin machen", "überfällig seit 01.05.2024")
	wantText(t, "list", s.get(t, coordinator, "/aktivitaeten"), "offen bis 01.05.2024")
	got := s.post(t, coordinator, "/aktivitaeten/"+id+"/erledigt?next=%2Fstart", nil)
	if to := got.header.Get("Location"); to != "/start" {
		t.Errorf("location = %q, want the desk", to)
	}
	got = s.post(t, coordinator, "/aktivitaeten/"+id+"/erledigt?next=https%3A%2F%2Fevil.example", nil)
	if to := got.header.Get("Location"); to != "/aktivitaeten/"+id {
		t.Errorf("location = %q, want the entry", to)
	}
	wantText(t, "done", s.get(t, coordinator, "/aktivitaeten/"+id), "erledigt am")
	wantStatus(t, "open again", s.post(t, coordinator, "/aktivitaeten/"+id+"/offen", nil), http.StatusSeeOther)
	wantText(t, "open again", s.get(t, coordinator, "/aktivitaeten/"+id), "überfällig")
}
