package document_test

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"rundertisch/internal/calendar"
	"rundertisch/internal/document"
)

// renderer works with the packages of the repository.
func renderer(t *testing.T) *document.Renderer {
	t.Helper()
	r := document.NewRenderer(document.RendererOptions{
		Modules: []string{filepath.Join("..", "..", "node_modules")}, Timeout: time.Minute, // the machine may be busy
	})
	if !r.Available() || !r.ReadsWord() {
		t.Fatal("node or its packages are missing: run npm ci")
	}
	return r
}

func imprint(edit ...func(*document.Imprint)) document.Imprint {
	i := document.Imprint{
		Parent:  "Freistaat Sachsen · Gesundheit vor Ort",
		Issuer:  "Regionalkonferenz Landkreis Görlitz",
		Issued:  calendar.NewDate(2026, 3, 12),
		Version: "2",
		Hash:    strings.Repeat("9f86d081884c7d65", 4),
	}
	for _, f := range edit {
		f(&i)
	}
	return i
}

func spans(s ...document.Span) document.Paragraph {
	return document.Paragraph{Kind: document.Plain, Spans: s}
}

func item(kind, text string) document.Paragraph {
	return document.Paragraph{Kind: kind, Spans: []document.Span{{Text: text}}}
}

func invitation() document.Invitation {
	return document.Invitation{
		Imprint: imprint(),
		Title:   "Einladung zur 3. Sitzung der Regionalkonferenz",
		Body:    "Regionalkonferenz Landkreis Görlitz",
		When:    "Donnerstag, 16. April 2026, 14:00 bis 16:30 Uhr",
		Place:   "Landratsamt Görlitz, Großer Saal, Bahnhofstraße 24, 02826 Görlitz",
		Online:  "https://konferenz.example/goerlitz-3",
		Intro: []document.Paragraph{
			document.Text("Sehr geehrte Damen und Herren,"),
			document.Text("zur dritten Sitzung der Regionalkonferenz laden wir Sie herzlich ein. Die Versorgungsgemeinschaft der hausärztlichen Praxen berichtet über die Erfahrungen mit der sektorenübergreifenden Zusammenarbeit im ersten Halbjahr."),
		},
		Agenda: []document.AgendaItem{
			{Number: "1", Title: "Begrüßung und Feststellung der Beschlussfähigkeit", Duration: "10 Min.", Presenter: "Vorsitz"},
			{Number: "2", Title: "Genehmigung des Protokolls der 2. Sitzung", Duration: "10 Min."},
			{Number: "3", Title: "Hausärztliche Versorgung im ländlichen Raum: Stand, Bedarfe und Vorschläge der Arbeitsgruppe", Duration: "45 Min.", Presenter: "Dr. Jana Müller, Kassenärztliche Vereinigung"},
			{Number: "4", Title: "Personalangelegenheiten des Regionalbüros", Duration: "20 Min.", NonPublic: true},
		},
		Notice: []document.Paragraph{document.Text("Anträge zur Tagesordnung nehmen wir bis Donnerstag, 2. April 2026, entgegen. Wenn Sie verhindert sind, sagen Sie bitte bis zum 9. April 2026 ab, damit wir Ihre Vertretung einladen können.")},
		Office: document.Contact{Name: "Regionalbüro Görlitz", Address: []string{"Bahnhofstraße 24", "02826 Görlitz"}, Phone: "03581 000000", Email: "regionalbuero@example.org"},
	}
}

func minutes() document.Minutes {
	long := "Die Mitglieder berichten über die Erreichbarkeit der Bereitschaftspraxen an Wochenenden. Mehrere Gemeinden haben Fahrdienste eingerichtet, deren Finanzierung nach dem 31. Dezember noch nicht gesichert ist. "
	return document.Minutes{
		Imprint:     imprint(func(i *document.Imprint) { i.Copy = "Exemplar für Mitglieder" }),
		Title:       "Protokoll der 3. Sitzung",
		Body:        "Regionalkonferenz Landkreis Görlitz",
		When:        "16. April 2026, 14:00 bis 16:25 Uhr",
		Place:       "Landratsamt Görlitz, Großer Saal",
		Chair:       "Dr. Ulrike Schröder",
		MinuteTaker: "Jörg Weiß",
		Attendance: []document.Attendance{
			{Institution: "Landkreis Görlitz", Person: "Dr. Ulrike Schröder", Status: "anwesend"},
			{Institution: "Kassenärztliche Vereinigung Sachsen", Person: "Dr. Jana Müller", Status: "anwesend", FromTo: "14:00–15:30 Uhr"},
			{Institution: "Krankenhausgesellschaft Sachsen", Person: "Peter Straße", Status: "entschuldigt"},
		},
		Items: []document.MinutesItem{
			{Number: "1", Title: "Begrüßung", Blocks: []document.Block{
				{Number: "1.1", Paragraphs: []document.Paragraph{document.Text("Die Vorsitzende begrüßt die Anwesenden und stellt fest, dass die Konferenz beschlussfähig ist.")}},
			}},
			{Number: "3", Title: "Hausärztliche Versorgung im ländlichen Raum", Blocks: []document.Block{
				{Number: "3.1", Paragraphs: []document.Paragraph{
					document.Text(strings.Repeat(long, 3)),
					spans(document.Span{Text: "Näheres steht im "}, document.Span{Text: "Bericht der Arbeitsgruppe", URL: "https://example.org/bericht"}, document.Span{Text: "; "}, document.Span{Text: "wichtig", Bold: true}, document.Span{Text: " ist "}, document.Span{Text: "vor allem", Italic: true}, document.Span{Text: ":"}),
					item(document.Bullet, "Erreichbarkeit binnen 30 Minuten"),
					item(document.Bullet, "Delegation ärztlicher Leistungen an Praxisassistentinnen"),
					item(document.Numbered, "Bestandsaufnahme bis Mai"),
					item(document.Numbered, "Vorschlag bis Juni"),
				}, Table: &document.Table{Head: []string{"Gemeinde", "Sitze", "unbesetzt"}, Rows: [][]string{{"Zittau", "21", "3"}, {"Löbau", "14", "2"}, {"Weißwasser", "17"}}}},
				{Number: "3.2", Kind: "Beschluss", Paragraphs: []document.Paragraph{document.Text("Die Regionalkonferenz bittet das Regionalbüro, bis zum 30. Juni 2026 einen Vorschlag für ein gemeinsames Fahrdienstkonzept vorzulegen.")}, Vote: "angenommen mit 12 Ja, 1 Nein, 2 Enthaltungen"},
				{Number: "3.3", Kind: "Aufgabe", Paragraphs: []document.Paragraph{document.Text("Das Regionalbüro fragt die Gemeinden nach ihren Fahrdiensten. Frist: 15. Mai 2026.")}},
			}},
			{Number: "4", Title: "Personalangelegenheiten", Blocks: []document.Block{
				{Number: "4.1", Placeholder: "Dieser Teil der Sitzung war nicht öffentlich."},
			}},
		},
		Signatures: true,
	}
}

func decision() document.Decision {
	return document.Decision{
		Imprint: imprint(func(i *document.Imprint) { i.Copy = "Öffentlicher Auszug" }),
		Title:   "Beschluss 2026/14",
		Number:  "2026/14",
		Body:    "Regionalkonferenz Landkreis Görlitz",
		When:    "16. April 2026",
		Subject: "Gemeinsames Fahrdienstkonzept",
		Wording: []document.Paragraph{document.Text("Die Regionalkonferenz bittet das Regionalbüro, bis zum 30. Juni 2026 einen Vorschlag für ein gemeinsames Fahrdienstkonzept vorzulegen.")},
		Result:  "angenommen",
		Vote:    "12 Ja, 1 Nein, 2 Enthaltungen",
	}
}
