package activity

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"rundertisch/internal/calendar"
	"rundertisch/internal/sheetread"
)

func TestGuessKnowsUsualHeadsAndOurOwn(t *testing.T) {
	t.Parallel()
	got := Guess([]string{"Datum", "Landkreis", "Art", "Tätigkeit", "Partner", "Dauer in Minuten", "Handlungsfeld", "Beschreibung", "Ergebnis", "Nächster Schritt", "Erinnern am", "Erledigt am", "Wer darf das lesen?", "Eingetragen von", "Thema"}).Columns
	want := []Column{ColDate, "", ColType, ColTitle, ColPartners, ColMinutes, ColField, ColText, ColResult, ColNextStep, ColFollowUpOn, "", ColVisibility, "", ""}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("our own file (-want +got):\n%s", diff)
	}
	got = Guess([]string{"TAG", " Thema: ", "Dauer (Min.)", "Mit wem?", "Bemerkungen", "Wiedervorlage"}).Columns
	want = []Column{ColDate, ColTitle, ColMinutes, ColPartners, ColText, ColFollowUpOn}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("a usual one (-want +got):\n%s", diff)
	}
}

func TestReadNamesLineAndReason(t *testing.T) {
	t.Parallel()
	today := calendar.NewDate(2024, 5, 6)
	s := sheetread.Sheet{Head: []string{"Datum", "Titel", "Art", "Dauer", "Partner", "Freigabe", "Feld"}, Rows: []sheetread.Row{
		{Line: 2, Cells: []string{"6.5.24", "Gut", "Gespräch", "90", "AOK; KVS ;AOK", "Ministerium", "Pflege"}},
		{Line: 3, Cells: []string{"2024-05-06 10:00:00", "Auch gut", "", "1:30", "", "", ""}},
		{Line: 4, Cells: []string{"06. 05. 2024", "Stunden", "Niederlassungsberatung", "1,5 Std.", "", "nur ich", "sektorenübergreifend"}},
		{Line: 5, Cells: []string{"7.5.2024", "Morgen"}},
		{Line: 6, Cells: []string{"gestern", "Kein Datum"}},
		{Line: 7, Cells: []string{"1.1.2024"}},
		{Line: 8, Cells: []string{"1.1.2024", "x", "Kaffeetrinken", "ewig", "?!", "Nachbarn", "Kunst"}},
		{Line: 9, Cells: []string{"1.1.2024", strings.Repeat("x", 201), "", "1441"}},
	}}
	r := Read(uuid.New(), s, Guess(s.Head), today)
	if len(r.Entries) != 3 || r.Ready() {
		t.Fatalf("entries = %d, ready = %v; want 3, false: %+v", len(r.Entries), r.Ready(), r.Faults)
	}
	a, b, c := r.Entries[0], r.Entries[1], r.Entries[2]
	if a.HappenedOn != today || a.Minutes != 90 || strings.Join(a.Partners, "|") != "AOK|KVS" || a.Visibility != Ministry || a.Field != "care" || a.Type != Meeting {
		t.Errorf("first entry = %+v", a)
	}
	if b.HappenedOn != today || b.Minutes != 90 || b.Visibility != District || c.HappenedOn != today || c.Minutes != 90 || c.Visibility != Own || c.Field != "cross_sector" {
		t.Errorf("second and third entry = %+v, %+v", b, c)
	}
	var got []string
	for _, f := range r.Faults {
		got = append(got, fmt.Sprintf("%d %s %s", f.Line, f.Column, f.Text.Key))
	}
	want := []string{
		"5 date field.future", "6 date field.date", "7 title field.missing",
		"8 field activity.import.error.word", "8 minutes activity.error.minutes", "8 partners partner.error.letters",
		"8 type activity.import.error.word", "8 visibility activity.import.error.word",
		"9 minutes activity.error.minutes", "9 title field.too_long",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("faults (-want +got):\n%s", diff)
	}
	if got := Read(uuid.New(), s, Choices{Columns: []Column{ColTitle}}, today).Missing; len(got) != 1 || got[0] != ColDate {
		t.Errorf("missing columns = %v, want the date", got)
	}
}

func TestDatesAndTimesOfWorkbooks(t *testing.T) {
	t.Parallel()
	s := sheetread.Sheet{Head: []string{"Datum", "Titel", "Dauer"}, Serial: true, Rows: []sheetread.Row{
		{Line: 2, Cells: []string{"45418", "x", "0.0625"}}, {Line: 3, Cells: []string{"45418.4375", "x", "45"}}, {Line: 4, Cells: []string{"06.05.2024", "x", "2 h"}},
	}}
	for i, e := range Read(uuid.New(), s, Guess(s.Head), calendar.NewDate(2024, 5, 6)).Entries {
		if want := []int{90, 45, 120}[i]; e.HappenedOn != calendar.NewDate(2024, 5, 6) || e.Minutes != want {
			t.Errorf("entry %d = %s, %d min; want 2024-05-06, %d", i, e.HappenedOn, e.Minutes, want)
		}
	}
	s = sheetread.Sheet{Head: []string{"Datum", "Titel"}, Rows: []sheetread.Row{{Line: 2, Cells: []string{"45418", "x"}}}}
	if r := Read(uuid.New(), s, Guess(s.Head), calendar.NewDate(2024, 5, 6)); len(r.Faults) != 1 {
		t.Errorf("a number in a CSV is no date: %+v", r)
	}
}
