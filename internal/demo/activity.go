package demo

import (
	"context"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
)

const (
	monthsOfLog = 36
	perMonth    = 40 // entries of a full district and month, about
)

// silent is the district whose coordinator has logged nothing for weeks, so that
// the ministry's desk has something to say.
const silent = "14627"

// partners of the demo. The first ones are used most.
var demoPartners = []struct{ name, category, place string }{
	{"Kassenärztliche Vereinigung (Beispiel)", "kv", ""},
	{"AOK Muster", "insurer", ""},
	{"Verband der Ersatzkassen (Beispiel)", "insurer", ""},
	{"Gesundheitsamt", "health_office", ""},
	{"Klinikum Musterstadt", "hospital", "Musterstadt"},
	{"Kreiskrankenhaus Beispielhausen", "hospital", "Beispielhausen"},
	{"Ärztenetz Muster", "physicians", ""},
	{"Landesärztekammer (Beispiel)", "chamber", ""},
	{"Weiterbildungsverbund Allgemeinmedizin", "school_training", ""},
	{"Hochschule Musterstadt", "science", "Musterstadt"},
	{"Pflegenetz Beispiel", "care", ""},
	{"Rettungsdienst Muster", "emergency", ""},
	{"Stadt Musterstadt", "municipality", "Musterstadt"},
	{"Gemeinde Beispieldorf", "municipality", "Beispieldorf"},
	{"Patientenbeirat Muster", "patient_org", ""},
	{"Runder Tisch Mobilität", "network", ""},
	{"Gymnasium Musterstadt", "school_training", "Musterstadt"},
	{"Krankenhausgesellschaft (Beispiel)", "kgs", ""},
}

// deed is a kind of entry: a type with titles and fields that go with it.
type deed struct {
	kind   string
	weight int
	length int // minutes, about
	titles []string
	fields []string
}

var deeds = []deed{
	{"meeting", 30, 60, []string{"Gespräch zur hausärztlichen Versorgung", "Abstimmung zur Nachfolge einer Praxis", "Beratung mit der Gemeinde zum Ärztehaus", "Gespräch über Bereitschaftsdienste"}, []string{"outpatient", "cross_sector", "inpatient"}},
	{"network_event", 10, 150, []string{"Netzwerktreffen Gesundheit", "Treffen der Weiterbildungsbefugten", "Runder Tisch Pflege und Medizin"}, []string{"cross_sector", "care"}},
	{"conference_support", 6, 120, []string{"Vorbereitung der Regionalkonferenz", "Nachbereitung der Regionalkonferenz"}, []string{"cross_sector", "inpatient"}},
	{"working_group", 7, 120, []string{"Sitzung der Arbeitsgruppe Mobilität", "Sitzung der Arbeitsgruppe Weiterbildung"}, []string{"mobility", "young_professionals"}},
	{"recruitment", 12, 180, []string{"Landpartie mit Studierenden", "Stand auf der Ausbildungsmesse", "Rückkehrertag am Jahresende", "Besuch in der Oberstufe"}, []string{"young_professionals"}},
	{"settlement_advice", 9, 75, []string{"Beratung zur Niederlassung", "Praxisbesichtigung mit einer Interessentin"}, []string{"outpatient"}},
	{"project", 8, 90, []string{"Projekt Telesprechstunde: nächste Schritte", "Projekt Satellitenpraxis: Standort", "Projekt Patientenbus"}, []string{"digital", "mobility", "outpatient"}},
	{"concept", 5, 240, []string{"Analyse der Altersstruktur", "Konzept für ein Gesundheitszentrum"}, []string{"outpatient", "cross_sector"}},
	{"citizen_inquiry", 5, 20, []string{"Frage nach einer Hausarztpraxis", "Frage zu Fahrdiensten"}, []string{"outpatient", "mobility"}},
	{"public_relations", 4, 60, []string{"Beitrag für das Amtsblatt", "Gespräch mit der Lokalzeitung"}, []string{"prevention", "outpatient"}},
	{"training", 2, 240, []string{"Fortbildung Moderation", "Fachtag Gesundheitsversorgung"}, []string{"prevention"}},
	{"reporting", 2, 120, []string{"Zuarbeit zum Sachbericht"}, []string{"cross_sector"}},
}

var bodies = []string{
	"Stand und offene Fragen zusammengetragen. Alle Beteiligten kennen die nächsten Schritte.",
	"Die Praxis sucht seit längerem eine Nachfolge. Möglichkeiten der Förderung erläutert und Kontakte vermittelt.",
	"Gemeinsam Termine, Räume und Einladungen geklärt. Die Unterlagen gehen in der kommenden Woche heraus.",
	"Bedarf in den ländlichen Gemeinden besprochen; besonders die Wege zur nächsten Praxis sind ein Thema.",
	"",
}

var results = []string{"Folgetermin vereinbart.", "Kontakt hergestellt.", "Unterlagen zugesagt.", "Entwurf abgestimmt.", "", ""}

// seedPartners adds the organisations that every district works with.
func (t tenant) seedPartners(ctx context.Context, tx *db.Tx) error {
	b := &pgx.Batch{}
	for _, p := range demoPartners {
		b.Queue(`INSERT INTO partner (id, name, category, place, simulated) VALUES ($1, $2, $3, $4, true)`,
			t.partner(p.name), p.name, p.category, p.place)
	}
	return send(ctx, tx, b, "partners")
}

func (t tenant) partner(name string) uuid.UUID { return id("partner/" + t.slug + "/" + name) }

// seedActivities writes three years of logs for the districts whose post is
// filled at the end, each by its coordinator.
func (t tenant) seedActivities(ctx context.Context, tx *db.Tx) error {
	today := calendar.Of(tx.Now)
	for _, p := range t.places {
		moments := t.posts[p.ags]
		if len(moments) == 0 || moments[len(moments)-1].state != "filled" {
			continue
		}
		begin := day(moments[len(moments)-1].from)
		if from := today.AddMonths(-monthsOfLog); begin.Before(from) {
			begin = from
		}
		end := today
		if p.ags == silent {
			end = today.AddDays(-41)
		}
		if err := t.seedLog(ctx, tx, p, begin, end); err != nil {
			return err
		}
	}
	return nil
}

// seedLog writes the log of one district: on each working day two entries on
// average, the same each time.
func (t tenant) seedLog(ctx context.Context, tx *db.Tx, p place, from, to calendar.Date) error {
	seed := fnv.New64a()
	_, _ = seed.Write([]byte(t.slug + p.ags))
	rnd := rand.New(rand.NewPCG(seed.Sum64(), 1))
	b := &pgx.Batch{}
	for d, n := from, 0; !d.After(to); d = d.AddDays(1) {
		if !d.IsWorkingDay() {
			continue
		}
		for range entries(rnd, p) {
			n++
			t.queueActivity(b, rnd, p, d, n, to)
		}
		if b.Len() > 1000 {
			if err := send(ctx, tx, b, "activities"); err != nil {
				return err
			}
			b = &pgx.Batch{}
		}
	}
	return send(ctx, tx, b, "activities")
}

// entries is how many things were done on a working day: perMonth in 21 days
// for a full post, fewer for a smaller one.
func entries(rnd *rand.Rand, p place) int {
	return rnd.IntN(2*perMonth*share(p.ags)/1000/21 + 1)
}

func (t tenant) queueActivity(b *pgx.Batch, rnd *rand.Rand, p place, d calendar.Date, n int, today calendar.Date) {
	deed := pick(rnd)
	activity := id(fmt.Sprintf("activity/%s/%s/%d", t.slug, p.ags, n))
	var followUp *calendar.Date
	var next string
	var done *time.Time
	if rnd.IntN(8) == 0 {
		due := d.AddDays(7 + rnd.IntN(30)).NextWorkingDay()
		followUp, next = &due, "Rückmeldung einholen"
		if due.AddDays(10).Before(today) || rnd.IntN(2) == 0 { // old ones are done
			at := noon(due)
			done = &at
		}
	}
	b.Queue(`
		INSERT INTO activity (id, district_id, author_id, type, happened_on, minutes, title, body, field, result, next_step,
			follow_up_on, follow_up_done_at, visibility, simulated, created_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, true, $15)`,
		activity, p.id(), id("person/koordination@"+p.slug+".example"), deed.kind, d, length(rnd, deed.length),
		deed.titles[rnd.IntN(len(deed.titles))], bodies[rnd.IntN(len(bodies))], deed.fields[rnd.IntN(len(deed.fields))],
		results[rnd.IntN(len(results))], next, followUp, done, visibility(rnd), noon(d).Add(4*time.Hour))
	first := -1
	for range 1 + rnd.IntN(2) {
		at := rnd.IntN(len(demoPartners)) * rnd.IntN(100) / 100 // the first ones more often
		if at != first {
			b.Queue(`INSERT INTO activity_partner (activity_id, partner_id) VALUES ($1, $2)`, activity, t.partner(demoPartners[at].name))
		}
		first = at
	}
}

func pick(rnd *rand.Rand) deed {
	at := rnd.IntN(100)
	for _, d := range deeds {
		if at -= d.weight; at < 0 {
			return d
		}
	}
	return deeds[0]
}

// minutes are about the usual length, in quarters of an hour.
func length(rnd *rand.Rand, usual int) int {
	n := usual/2 + rnd.IntN(usual)
	return max(15, n/15*15)
}

func visibility(rnd *rand.Rand) string {
	switch n := rnd.IntN(20); {
	case n < 12:
		return "ministry"
	case n < 17:
		return "district"
	case n < 19:
		return "own"
	}
	return "public"
}
