package demo

import (
	"context"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
)

// errand is a task of the demo.
type errand struct {
	slug        string
	council     string // slug; "": of the district
	ags         string
	sitting     string // slug of the sitting whose decision gave it; "": none
	topic       int    // the decision's place on the agenda, from 0
	title, text string
	owner       string
	email       string // of the person; "": nobody in particular
	since, due  int    // days from today
	state       string
	outcome     string
	nonPublic   bool
}

const nordsachsen, saechsischeSchweiz = "nordsachsen", "saechsische-schweiz-osterzgebirge"

var saxonErrands = []errand{
	{
		slug: "1", council: nordsachsen, sitting: "ns-5", topic: 2, title: "Übersicht der Praxen erstellen, die Nachfolge suchen", owner: "Geschäftsstelle",
		email: "geschaeftsstelle@nordsachsen.example", since: -12, due: 20, state: "in_progress", outcome: "Die Abfrage bei den Praxen läuft.",
	},
	{
		slug: "2", council: nordsachsen, title: "Zahlen zur Inanspruchnahme der Notaufnahme liefern", text: "Nach Wochentag und Stunde, für die letzten zwölf Monate.",
		owner: "Klinikum Musterstadt gGmbH", email: "mitglied@klinikum.example", since: -60, due: -4, state: "open",
	},
	{
		slug: "3", council: nordsachsen, title: "Öffnungszeiten der Bereitschaftspraxis abstimmen", owner: "Kassenärztliche Vereinigung Sachsen",
		email: "mitglied@kvs.example", since: -30, due: 5, state: "open",
	},
	{
		slug: "4", council: nordsachsen, title: "Übersicht der Bereitschaftsdienste vorlegen", owner: "Kassenärztliche Vereinigung Sachsen",
		email: "mitglied@kvs.example", since: -200, due: -120, state: "done", outcome: "Die Übersicht liegt vor und wurde verteilt.",
	},
	{
		slug: "5", council: nordsachsen, title: "Bewerbungsgespräche vorbereiten", owner: "Landkreis Nordsachsen", email: "vorsitz@nordsachsen.example",
		since: -12, due: 14, state: "open", nonPublic: true,
	},
	{
		slug: "6", council: saechsischeSchweiz, title: "Gemeinsamen Plan für die Rotation vorlegen", owner: "Klinikum Musterstadt gGmbH",
		email: "mitglied@klinikum.example", since: -16, due: 30, state: "in_progress",
	},
	{
		slug: "7", council: saechsischeSchweiz, title: "Umfrage bei den Gemeinden wiederholen", owner: "Geschäftsstelle",
		email: "geschaeftsstelle@saechsische-schweiz-osterzgebirge.example", since: -150, due: -60, state: "dropped",
		outcome: "Die Gemeinden haben die Zahlen schon im Bericht an den Kreistag genannt.",
	},
	{
		slug: "8", ags: "14730", title: "Angebot für den Infotag der Gesundheitsberufe einholen", owner: "Koordination", email: "koordination@nordsachsen.example",
		since: -10, due: 3, state: "open",
	},
}

// seedTasks makes the tasks as they stand today.
func (t tenant) seedTasks(ctx context.Context, tx *db.Tx) error {
	if t.slug != saxony {
		return nil
	}
	today := calendar.Of(tx.Now)
	b := &pgx.Batch{}
	for _, e := range saxonErrands {
		var body, district, source, person *uuid.UUID
		kind, day := "", today.AddDays(e.since)
		if e.council != "" {
			body = new(id("body/" + e.council))
		} else {
			district = new(id("district/" + e.ags))
		}
		if e.sitting != "" {
			s := sittingOf(e.sitting)
			kind, source, day = "decision", new(s.decisionID(e.topic)), s.on(today)
		}
		if e.email != "" {
			person = new(id("person/" + e.email))
		}
		b.Queue(`
			INSERT INTO task (id, body_id, district_id, day, title, description, owner, owner_id, due_on, state, outcome, source, source_id,
				non_public, simulated)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, true)`,
			id("task/"+e.slug), body, district, day, e.title, e.text, e.owner, person, today.AddDays(e.due), e.state, e.outcome, kind, source, e.nonPublic)
	}
	return send(ctx, tx, b, "tasks")
}

func sittingOf(slug string) sitting {
	for _, s := range saxonSittings {
		if s.slug == slug {
			return s
		}
	}
	panic("demo: no sitting " + slug)
}
