package demo

import (
	"context"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rundertisch/internal/body"
	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
)

// council is a body of the demo with its seats.
type council struct {
	slug, name, kind string
	parent           string // slug of the body above
	ags              string
	consulted        string // ministry consulted on; conferences only
	priorities       string
	office           string // e-mail of who runs it
	chair            string // slug of the seat in the chair
	from             string
	seats            []chairplace
	rules            func(*body.Bylaws)
	real             bool
}

// chairplace is a seat and who holds it.
type chairplace struct {
	slug, institution, group string
	holder, deputy           string // e-mails; persons without an account are made
}

var members = []chairplace{
	{"aok", "AOK PLUS für die Landesverbände der Krankenkassen", "insurer", "mitglied@aok.example", "vertretung@aok.example"},
	{"vdek", "Verband der Ersatzkassen, Landesvertretung Sachsen", "insurer", "mitglied@vdek.example", ""},
	{"kvs", "Kassenärztliche Vereinigung Sachsen", "kv", "mitglied@kvs.example", "vertretung@kvs.example"},
	{"klinikum", "Klinikum Musterstadt gGmbH", "hospital_owner", "mitglied@klinikum.example", ""},
	{"klinik-am-park", "Klinik am Park Beispielhausen GmbH", "hospital_owner", "mitglied@klinik-am-park.example", ""},
	{"kgs", "Krankenhausgesellschaft Sachsen", "participant", "mitglied@kgs.example", ""},
}

func withMembers(own ...chairplace) []chairplace { return append(own, members...) }

var saxonCouncils = []council{
	{
		slug: "nordsachsen", name: "Regionalkonferenz Nordsachsen", kind: "conference", ags: "14730", consulted: "2023-09-04",
		priorities: "Notfallversorgung im ländlichen Raum; Nachfolge in Haus- und Facharztpraxen",
		office:     "geschaeftsstelle@nordsachsen.example", chair: "landkreis", from: "2023-09-04",
		seats: withMembers(
			chairplace{"landkreis", "Landkreis Nordsachsen", "district", "vorsitz@nordsachsen.example", "vertretung@nordsachsen.example"},
			chairplace{"ministerium", "Staatsministerium", "guest", "gast@sms.example", ""}),
		rules: func(b *body.Bylaws) { b.ObjectionsDecidedBy = body.DecidedByOffice },
	},
	{
		slug: "saechsische-schweiz-osterzgebirge", name: "Regionalkonferenz Sächsische Schweiz-Osterzgebirge", kind: "conference", ags: "14628",
		consulted: "2024-03-11", priorities: "Zusammenarbeit der Krankenhausstandorte; Weiterbildung im Verbund",
		office: "geschaeftsstelle@saechsische-schweiz-osterzgebirge.example", chair: "landkreis", from: "2024-03-11",
		seats: withMembers(
			chairplace{"landkreis", "Landkreis Sächsische Schweiz-Osterzgebirge", "district", "vorsitz@saechsische-schweiz-osterzgebirge.example", ""}),
		rules: func(b *body.Bylaws) {
			b.ObjectionDays, b.ObjectionUnit = 10, body.WorkingDays
			b.ObjectionsOpen, b.ObjectionsDecidedBy, b.SilenceApproves = body.OpenAtOnce, body.DecidedByOffice, true
		},
	},
	{
		slug: "landesgremium", name: "Gemeinsames Landesgremium", kind: "state_committee", real: true,
		office: "geschaeftsstelle@landesgremium.example", chair: "land-1", from: "2013-04-10", seats: committeeSeats(),
		rules: func(b *body.Bylaws) {
			b.Name, b.Majority, b.NonPublicCopy = "Geschäftsordnung des Landesgremiums", body.MajorityTwoThirdsAll, body.CopyPlaceholder
		},
	},
	{slug: "steuerungsgruppe", name: "Steuerungsgruppe der Modellregionen", kind: "steering_group", parent: "landesgremium", office: "geschaeftsstelle@landesgremium.example", from: "2018-08-24", real: true},
}

// committeeSeats are the 13 votes and the two patient representatives.
func committeeSeats() []chairplace {
	var list []chairplace
	for _, g := range []struct {
		slug, institution, group string
		n                        int
	}{
		{"land", "Staatsministerium", "state", 3},
		{"kassen", "Landesverbände der Krankenkassen", "insurer", 5},
		{"kv", "Kassenärztliche Vereinigung Sachsen", "kv", 2},
		{"khg", "Krankenhausgesellschaft Sachsen", "hospital_society", 2},
		{"kammer", "Sächsische Landesärztekammer", "chamber", 1},
		{"patienten", "Patientenvertretung", "patient", 2},
	} {
		for i := range g.n {
			slug := fmt.Sprintf("%s-%d", g.slug, i+1)
			list = append(list, chairplace{slug, g.institution, g.group, slug + "@landesgremium.example", ""})
		}
	}
	return list
}

var musterCouncils = []council{{
	slug: "musterkreis", name: "Gesundheitskonferenz Musterkreis", kind: "conference", ags: "99001", consulted: "2024-09-02",
	office: "geschaeftsstelle@musterkreis.example", chair: "landkreis", from: "2024-09-02",
	seats: withMembers(chairplace{"landkreis", "Musterkreis", "district", "vorsitz@musterkreis.example", ""}),
}}

// councilsWithGroups are the councils and the committee's working groups.
func (t tenant) councilsWithGroups() []council {
	list := t.councils
	for _, name := range t.groups {
		list = append(list, council{
			slug: "ag/" + name, name: "AG " + name, kind: "working_group", parent: "landesgremium",
			office: "geschaeftsstelle@landesgremium.example", from: "2018-08-24", real: true,
		})
	}
	return list
}

func (c council) id() uuid.UUID                { return id("body/" + c.slug) }
func (c council) seatID(slug string) uuid.UUID { return id("seat/" + c.slug + "/" + slug) }

// seedBodies makes the bodies with seats, holders, chair, office and rules.
func (t tenant) seedBodies(ctx context.Context, tx *db.Tx) error {
	b := &pgx.Batch{}
	people := map[string]bool{}
	for _, a := range Accounts() {
		if a.Programme == t.slug {
			people[a.Email] = true
		}
	}
	for n, c := range t.councilsWithGroups() {
		c.queue(b, people, 100*n)
	}
	return send(ctx, tx, b, "bodies")
}

func (c council) queue(b *pgx.Batch, people map[string]bool, names int) {
	from := day(c.from)
	var parent *uuid.UUID
	if c.parent != "" {
		above := id("body/" + c.parent)
		parent = &above
	}
	var consulted calendar.Date
	if c.consulted != "" {
		consulted = day(c.consulted)
	}
	b.Queue(`INSERT INTO body (id, kind, name, parent_id, consulted_on, priorities, office_email, simulated) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		c.id(), c.kind, c.name, parent, consulted, c.priorities, c.office, !c.real)
	if c.ags != "" {
		b.Queue(`INSERT INTO body_district (body_id, district_id) VALUES ($1, $2)`, c.id(), id("district/"+c.ags))
	}
	open := calendar.Range{From: from}
	known := noon(from)
	if c.kind != "conference" {
		b.Queue(`INSERT INTO body_term (id, body_id, valid, recorded_at) VALUES ($1, $2, $3, $4)`, id("term/"+c.slug), c.id(), open, known)
	}
	for i, s := range c.seats {
		votes := s.group != "guest" && s.group != "patient"
		b.Queue(`INSERT INTO seat (id, body_id, institution, grp, voting, ordinal, valid, simulated, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
			c.seatID(s.slug), c.id(), s.institution, s.group, votes, i, open, !c.real, known)
		for slot, email := range []string{s.holder, s.deputy} {
			if email == "" {
				continue
			}
			if !people[email] {
				people[email] = true
				b.Queue(`INSERT INTO person (id, name, email) VALUES ($1, $2, $3)`, id("person/"+email), personName(names+2*i+slot), email)
			}
			b.Queue(`INSERT INTO seat_holder (id, body_id, seat_id, person_id, slot, valid, recorded_at, simulated) VALUES ($1, $2, $3, $4, $5, $6, $7, true)`,
				id(fmt.Sprintf("holder/%s/%s/%d", c.slug, s.slug, slot)), c.id(), c.seatID(s.slug), id("person/"+email), slot, open, known)
		}
	}
	if c.chair != "" {
		b.Queue(`INSERT INTO body_chair (id, body_id, seat_id, valid, recorded_at) VALUES ($1, $2, $3, $4, $5)`,
			id("chair/"+c.slug), c.id(), c.seatID(c.chair), open, known)
	}
	if !people[c.office] {
		people[c.office] = true
		b.Queue(`INSERT INTO person (id, name, email) VALUES ($1, $2, $3)`, id("person/"+c.office), personName(names+99), c.office)
	}
	b.Queue(`INSERT INTO body_office (id, body_id, person_id, valid, recorded_at) VALUES ($1, $2, $3, $4, $5)`,
		id("office/"+c.slug), c.id(), id("person/"+c.office), open, known)
	rules := body.Defaults()
	rules.ID, rules.BodyID, rules.ValidFrom, rules.Name = id("bylaws/"+c.slug), c.id(), from, "Geschäftsordnung vom "+from.Time().Format("02.01.2006")
	if c.rules != nil {
		c.rules(&rules)
	}
	body.QueueBylaws(b, rules, known)
}
