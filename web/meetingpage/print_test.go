package meetingpage_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/uuid"

	"rundertisch/internal/access"
	"rundertisch/internal/testdb"
	"rundertisch/web/webtest"
)

// print fetches a paper, looks for texts in it ("!" before one that must not be
// there) and returns what poppler says of the file.
func (s *site) print(t *testing.T, a access.Actor, address string, texts ...string) string {
	t.Helper()
	text, info := webtest.PDF(t, s.ask(t, a, address, nil, http.StatusOK))
	for _, want := range texts {
		unwanted, not := strings.CutPrefix(want, "!")
		if strings.Contains(text, unwanted) == not {
			t.Errorf("%s as %s: %q found = %t\n%s", address, a.Name, unwanted, not, text)
		}
	}
	return info
}

func wantInfo(t *testing.T, info string, wants ...string) {
	t.Helper()
	for _, want := range wants {
		if !strings.Contains(info, want) {
			t.Errorf("the PDF lacks %q:\n%s", want, info)
		}
	}
}

func TestInvitationAsPDF(t *testing.T) {
	t.Parallel()
	s := open(t)
	page := s.plan(t, "note", "Parken im Hof", "online_url", "https://raum.example/1")
	paper := page + "/einladung.pdf"
	s.item(t, page, "title", "zzGeheim Personal", "presenter", "zzHerr X", "non_public", "1")
	open := s.item(t, page, "title", "Notdienst", "minutes", "45", "presenter", "Frau Muster")
	s.ask(t, office, page, nil, http.StatusOK, "!einladung.pdf") // nothing went out
	s.ask(t, office, paper, nil, http.StatusNotFound)
	s.ask(t, office, page+"/einladen", form("sequence", "0"), http.StatusSeeOther)

	for _, a := range []access.Actor{office, chair, member, guest} {
		s.ask(t, a, page, nil, http.StatusOK, paper)
		info := s.print(t, a, paper, "Einladung: 3. Sitzung", "01.04.2026, 10:00 bis 12:30 Uhr", "Kreistag", "https://raum.example/1", "Parken im Hof",
			"1 Nichtöffentlicher Tagesordnungspunkt", "2 Notdienst", "45 Min", "Frau Muster", "Stand: Mitteilung vom 02.03.2026", "Seite 1 von 1", "!zzGeheim", "!zzHerr")
		wantInfo(t, info, "Title:           Einladung: 3. Sitzung", "Tagged:          yes", "<rdf:li>de</rdf:li>", "<pdfuaid:part>1</pdfuaid:part>")
	}
	s.print(t, guest, paper, "EXEMPLAR FÜR GÄSTE")
	s.print(t, member, paper, "!EXEMPLAR FÜR GÄSTE")
	for _, a := range []access.Actor{other, ministry, stranger} {
		s.ask(t, a, paper, nil, http.StatusNotFound, "!Notdienst")
	}

	// What the office adds stands there only once it was sent. A new day is told
	// at once.
	s.item(t, page, "title", "Nachtrag")
	s.print(t, member, paper, "01.04.2026", "!Nachtrag")
	s.ask(t, office, page+"/mitteilen", form("sequence", "1"), http.StatusSeeOther)
	s.print(t, member, paper, "3 Nachtrag")
	s.ask(t, office, page+"/bearbeiten", form("version", "4", "day", "2026-04-08", "starts_at", "9:00", "title", "Dritte Sitzung", "place", "Rathaus"), http.StatusSeeOther)
	s.print(t, member, paper, "08.04.2026, 09:00 Uhr", "Einladung: Dritte Sitzung", "Rathaus", "!Kreistag")

	// What is closed later is closed in what was sent.
	s.ask(t, office, open+"/bearbeiten", form("version", "2", "kind", "topic", "title", "Notdienst", "non_public", "1"), http.StatusSeeOther)
	for _, a := range []access.Actor{member, guest} {
		s.print(t, a, paper, "2 Nichtöffentlicher Tagesordnungspunkt", "!Notdienst", "!Frau Muster")
	}
	// An item that was struck was on the agenda nevertheless.
	s.ask(t, office, open+"/zurueckstellen", form(), http.StatusSeeOther)
	s.ask(t, office, open+"/streichen", form(), http.StatusSeeOther)
	s.print(t, office, paper, "2 Nichtöffentlicher Tagesordnungspunkt", "3 Nachtrag")
	s.ask(t, office, page+"/absagen", form("why", "Hochwasser"), http.StatusSeeOther)
	s.print(t, member, paper, "ABGESAGT", "08.04.2026", "Hochwasser", "!ob Sie kommen")
}

// TestInvitationInFull: where the rules of the body let members have closed
// parts on paper, they do, and guests still do not.
func TestInvitationInFull(t *testing.T) {
	t.Parallel()
	s := open(t)
	s.Owner(t, `ALTER TABLE bylaws DISABLE TRIGGER USER; UPDATE bylaws SET non_public_copy = 'full'; ALTER TABLE bylaws ENABLE TRIGGER USER`)
	page := s.plan(t)
	s.item(t, page, "title", "zzGeheim Personal", "presenter", "zzHerr X", "non_public", "1")
	s.ask(t, office, page+"/einladen", form("sequence", "0"), http.StatusSeeOther)
	s.print(t, member, page+"/einladung.pdf", "1 zzGeheim Personal", "nicht öffentlich", "zzHerr X")
	s.print(t, guest, page+"/einladung.pdf", "1 Nichtöffentlicher Tagesordnungspunkt", "!zzGeheim", "!zzHerr")
	late := member
	late.Grants = []access.Grant{{Role: access.FormerMember, Body: home.ID, Seat: home.Seats[access.Member], Reads: "[2019-01-01,2026-03-31)"}}
	s.ask(t, late, page+"/einladung.pdf", nil, http.StatusNotFound) // he left before the sitting
}

func TestWithoutRendererEverythingElseWorks(t *testing.T) {
	t.Parallel()
	s := openWith(t, nil)
	page, item := s.hold(t)
	v := form("id", uuid.NewString(), "title", "Notdienst", "wording", "Wir bitten.", "type", "other", "method", "hand", "yes", "2")
	s.ask(t, office, item+"/beschluss", v, http.StatusSeeOther)
	one := "/beschluesse/" + v.Get("id")
	s.ask(t, member, page, nil, http.StatusOK, "PDFs können hier gerade nicht erzeugt werden", "!einladung.pdf")
	s.ask(t, member, one, nil, http.StatusOK, "PDFs können hier gerade nicht erzeugt werden", "!auszug.pdf")
	s.ask(t, member, page+"/einladung.pdf", nil, http.StatusServiceUnavailable, "PDFs können hier gerade nicht erzeugt werden")
	s.ask(t, member, one+"/auszug.pdf", nil, http.StatusServiceUnavailable)
	s.ask(t, other, one+"/auszug.pdf", nil, http.StatusNotFound)
}

func TestExtractAsPDF(t *testing.T) {
	t.Parallel()
	s := open(t)
	page, item := s.hold(t)
	v := form("id", uuid.NewString(), "title", "Fahrdienst", "wording", "Die Regionalkonferenz bittet das Regionalbüro.\nFrist ist Juni.", "type", "other", "method", "hand", "yes", "2")
	s.ask(t, office, item+"/beschluss", v, http.StatusSeeOther)
	one := "/beschluesse/" + v.Get("id")
	paper := one + "/auszug.pdf"
	s.ask(t, member, one, nil, http.StatusOK, paper)
	for _, a := range []access.Actor{office, chair, member, guest} {
		info := s.print(t, a, paper, "Beschluss 2026/1", "Fahrdienst", home.Name, "2. März 2026", "Die Regionalkonferenz bittet", "angenommen",
			"2 Ja, 0 Nein, 0 Enthaltungen; offene Abstimmung", "AUSZUG AUS DEM BESCHLUSSREGISTER", "noch nicht genehmigt", "!SHA-256", "Seite 1 von 1")
		wantInfo(t, info, "Title:           Beschluss 2026/1", "Tagged:          yes", "<rdf:li>de</rdf:li>")
	}
	for _, a := range []access.Actor{other, ministry, stranger} {
		s.ask(t, a, paper, nil, http.StatusNotFound, "!Fahrdienst")
	}
	s.ask(t, office, one+"/empfehlung", form("id", uuid.NewString(), "addressee", "Staatsministerium", "ministry", "1", "sent_on", "2026-03-02"), http.StatusSeeOther)
	s.print(t, ministry, paper, "Fahrdienst", "!noch nicht genehmigt", "sagt Ihnen die Geschäftsstelle", "!SHA-256")

	written := s.circulate(t, strings.TrimPrefix(page, "/sitzungen/"))
	s.print(t, guest, paper, "noch nicht genehmigt", "!SHA-256")
	sum := s.approve(t, written)
	for _, a := range []access.Actor{office, member, guest} {
		s.print(t, a, paper, "genehmigten Niederschrift der Sitzung vom 02.03.2026, Fassung 1", "SHA-256: "+sum, "!noch nicht")
	}
	s.print(t, ministry, paper, "sagt Ihnen die Geschäftsstelle", "!SHA-256")
	s.ask(t, chair, one+"/aufheben", form("why", "falsch gezählt"), http.StatusSeeOther)
	s.print(t, member, paper, "AUFGEHOBEN", "Der Beschluss ist aufgehoben: falsch gezählt")
}

// circulate makes minutes of a sitting that are under review, as the owner.
func (s *site) circulate(t *testing.T, meeting string) (id string) {
	t.Helper()
	id = uuid.NewString()
	s.Owner(t, `INSERT INTO minutes (programme_id, id, meeting_id, body_id, day) SELECT programme_id, $1, id, body_id, day FROM meeting WHERE id = $2`, id, meeting)
	s.Owner(t, `INSERT INTO minutes_version (programme_id, minutes_id, no, body_id, day, content, sha256, previous, frozen_at)
		SELECT programme_id, id, 1, body_id, day, 'x', sha256('x'), decode(repeat('00', 32), 'hex'), now() FROM minutes WHERE id = $1`, id)
	s.Owner(t, `UPDATE minutes SET state = 'circulated', no = 1, circulated_at = now() WHERE id = $1`, id)
	return id
}

// approve approves minutes and returns the hash of their version.
func (s *site) approve(t *testing.T, id string) string {
	t.Helper()
	s.Owner(t, `UPDATE minutes SET state = 'approved', approved_at = now(), approved_how = 'silence' WHERE id = $1`, id)
	return "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881" // of "x"
}

func TestExtractOfWhatIsNotPublic(t *testing.T) {
	t.Parallel()
	s := open(t)
	_, item := s.hold(t, "non_public", "1", "title", "zzGeheim")
	v := form("id", uuid.NewString(), "title", "zzGeheim", "wording", "zzWortlaut", "type", "other", "method", "hand", "yes", "0", "no", "2")
	s.ask(t, office, item+"/beschluss", v, http.StatusSeeOther)
	paper := "/beschluesse/" + v.Get("id") + "/auszug.pdf"
	s.print(t, member, paper, "Abgelehnter Antrag vom 02.03.2026", "zzWortlaut", "NICHTÖFFENTLICH", "abgelehnt", "0 Ja, 2 Nein")
	for _, a := range []access.Actor{guest, other, ministry, stranger} {
		s.ask(t, a, paper, nil, http.StatusNotFound, "!zz")
	}
}

func TestExtractOfACircularDecisionAndAnElection(t *testing.T) {
	t.Parallel()
	s := open(t)
	v := form("id", uuid.NewString(), "title", "AG-Termin", "wording", "Die AG tagt im Mai.", "type", "procedural")
	s.ask(t, office, body+"/umlauf/neu", v, http.StatusSeeOther)
	one := "/umlauf/" + v.Get("id")
	for _, seat := range []string{home.Seats[access.Member].String(), home.Seats[access.Chair].String()} {
		s.ask(t, office, one+"/eintragen", form("seat", seat, "choice", "yes", "received_on", "2026-03-02", "source", "letter"), http.StatusSeeOther)
	}
	s.now = s.now.AddDate(0, 0, 15)
	s.ask(t, office, one+"/auszaehlen", form(), http.StatusSeeOther)
	page := s.ask(t, member, one, nil, http.StatusOK)
	_, address, _ := strings.Cut(page, `href="/beschluesse/`)
	id, _, _ := strings.Cut(address, `"`)
	s.print(t, member, "/beschluesse/"+id+"/auszug.pdf", "Beschluss 2026/1", "Die AG tagt im Mai.", "Dies ist ein Umlaufbeschluss", "am 17.03.2026 festgestellt", "!SHA-256", "!noch nicht genehmigt")

	s.Owner(t, `INSERT INTO candidate (programme_id, decision_id, body_id, day, ordinal, name, votes, elected) VALUES ($1, $2, $3, '2026-03-16', 1, 'Erika Muster', 3, true)`,
		testdb.Saxony.ID, id, home.ID)
	s.print(t, member, "/beschluesse/"+id+"/auszug.pdf", "Erika Muster", "gewählt")
	s.print(t, guest, "/beschluesse/"+id+"/auszug.pdf", "Die AG tagt im Mai.", "!Erika Muster")
}
