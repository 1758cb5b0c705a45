package ui

import "strings"

var (
	storyTypes = []Option{
		{Value: "meeting", Label: "Gespräch oder Beratung"},
		{Value: "network", Label: "Netzwerktreffen"},
		{Value: "training", Label: "Fortbildung"},
	}
	storyDistricts = []Option{
		{Value: "14511", Label: "Chemnitz, Stadt", Group: "Kreisfreie Städte"},
		{Value: "14612", Label: "Dresden, Stadt", Group: "Kreisfreie Städte"},
		{Value: "14626", Label: "Görlitz", Group: "Landkreise"},
		{Value: "14730", Label: "Nordsachsen", Group: "Landkreise"},
	}
	storyVisibility = []Option{
		{Value: "own", Label: "Nur ich", Hint: "Niemand sonst sieht diesen Eintrag, auch keine Nachfolge."},
		{Value: "district", Label: "Mein Landkreis"},
		{Value: "ministry", Label: "Landkreis und Ministerium", Hint: "Das Ministerium sieht Titel, Text und Ergebnis."},
	}
	storyErrors = []FieldError{
		{Field: "s-datum-fehler", Message: "Bitte geben Sie ein Datum an, das nicht in der Zukunft liegt."},
		{Field: "s-art-fehler", Message: "Bitte wählen Sie eine Art aus."},
		{Message: "Die Anteile eines Tages dürfen zusammen nicht über 100 % liegen."},
	}
	storyEvents = []Event{
		{When: "01.04.2024", Title: "Stelle besetzt", Badge: Mark{Tone: Success, Label: "besetzt", Small: true}, Text: "Erika Muster, 100 %", Recorded: "erfasst am 02.04.2024, 08:15 Uhr von Zeichnung Görlitz", Links: []Link{{Label: "Berichtigen", URL: "#", Context: "Stelle besetzt am 01.04.2024"}}},
		{When: "15.01.2024", Title: "Stelle ausgeschrieben", Badge: Mark{Tone: Info, Label: "ausgeschrieben", Small: true}, Recorded: "erfasst am 16.01.2024, 10:42 Uhr"},
		{When: "01.01.2024", Title: "Stelle unbesetzt", Withdrawn: "berichtigt am 16.01.2024: Die Stelle war bis 31.12.2023 nicht eingerichtet.", Recorded: "erfasst am 05.01.2024, 09:00 Uhr"},
	}
	storyFiles = []FileItem{
		{Name: "Einladung zum Netzwerktreffen.pdf", URL: "#", Kind: "PDF", Size: 1_240_000, Note: "am 30.04.2024 von Erika Muster", Remove: "#"},
		{Name: "IMG_20240430_101512.jpg", URL: "#", Kind: "JPG", Size: 3_600, Note: "am 02.05.2024 von Max Beispiel"},
	}
	storyColumns = []Column{
		SortColumn("Landkreis", "name", "name", "#"),
		SortColumn("Besetzt seit", "seit", "name", "#"),
		{Label: "Stelle"},
		{Label: "Einwohner", Numeric: true},
		{Label: "Aktionen", Hidden: true},
	}
	storyChart = Chart{Label: "Aktivitäten im April 2024 nach Art", Rows: []BarRow{
		{Label: "Gespräch oder Beratung", Text: "18", Value: 18},
		{Label: "Netzwerktreffen", Text: "9", Value: 9, Tone: Success},
		{Label: "Fortbildung", Text: "4", Value: 4, Tone: Info},
		{Label: "Berichtswesen", Text: "0", Value: 0},
	}}
	storyComparison = Comparison{Left: "Gespeichert von Max Beispiel, 10:42 Uhr", Right: "Ihre Fassung", Rows: []DiffRow{
		{Label: "Titel", Left: "Gespräch mit der Kassenärztlichen Vereinigung", Right: "Gespräch mit der KV Sachsen"},
		{Label: "Datum", Left: "30.04.2024", Right: "30.04.2024"},
		{Label: "Ergebnis", Left: "", Right: "Folgetermin im Juni vereinbart."},
	}}
	storyTerms = []Term{
		{Key: "Landkreis", Text: "Görlitz"},
		{Key: "Stellenanteil", Text: "100 %", Edit: Link{Label: "Ändern", URL: "#", Context: "Stellenanteil"}},
		{Key: "Ausschreibung", Text: ""},
	}
	storyTasks = []Task{
		{Title: "Rückruf bei der Kassenärztlichen Vereinigung", URL: "#", Text: "fällig am 30.04.2024", State: Mark{Tone: Error, Label: "überfällig"}},
		{Title: "Entwurf fertigstellen: Netzwerktreffen Weißwasser", URL: "#", State: Mark{Tone: Warning, Label: "Entwurf"}},
		{Title: "Sitzung vorbereiten", URL: "#", Text: "fällig am 15.05.2024", State: Mark{Label: "offen"}},
	}
	storyFigures = []Figure{
		{Value: "6", Of: "von 13", Label: "Landkreise mit tätiger Koordination", URL: "#", Tone: Success},
		{Value: "2", Label: "Stellen geplant", Note: "davon 1 ausgeschrieben", Tone: Info},
		{Value: "0", Label: "Stellen unbesetzt", Tone: Warning},
		{Value: "5", Label: "ohne Stelle", Note: "davon 1 mit Interesse"},
	}
	storyLongText = strings.Repeat("Das Gespräch drehte sich um die hausärztliche Versorgung. ", 4)
)
