package demo

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
)

// knownOn is when the moment became public.
func (m moment) knownOn() time.Time {
	if m.known != "" {
		return noon(day(m.known))
	}
	return noon(day(m.from).AddDays(2))
}

func (t tenant) seedPosts(ctx context.Context, tx *db.Tx) error {
	b := &pgx.Batch{}
	for _, p := range t.places {
		moments := t.posts[p.ags]
		for i, m := range moments {
			b.Queue(`
				INSERT INTO post_state (id, post_id, district_id, state, valid_from, recorded_at, simulated)
				VALUES ($1, $2, $3, $4, $5, $6, $7)`,
				id("post_state/"+p.ags+"/"+m.from), p.post(), p.id(), m.state, day(m.from), m.knownOn(), !m.real)
			if m.state == "advertised" {
				b.Queue(`
					INSERT INTO job_ad (id, post_id, district_id, published_on, closes_on, simulated)
					VALUES ($1, $2, $3, $4, $5, true)`,
					id("job_ad/"+p.ags+"/"+m.from), p.post(), p.id(), day(m.from), day(m.from).AddDays(42))
			}
			if m.state == "filled" {
				t.queueHolder(b, p, i)
			}
		}
	}
	return send(ctx, tx, b, "posts")
}

// queueHolder lets an invented person hold the post while it is filled: the
// district's coordinator account the last time, somebody else before.
func (t tenant) queueHolder(b *pgx.Batch, p place, at int) {
	moments := t.posts[p.ags]
	m := moments[at]
	valid := calendar.Range{From: day(m.from)}
	person := id("person/koordination@" + p.slug + ".example")
	if at+1 < len(moments) {
		valid.To = day(moments[at+1].from)
		name := personName(40 + at + len(p.slug))
		person = id("person/" + p.ags + "/" + name)
		b.Queue(`INSERT INTO person (id, name) VALUES ($1, $2)`, person, name)
	}
	b.Queue(`
		INSERT INTO post_holder (id, post_id, district_id, person_id, fte_permille, valid, office_email, office_phone, recorded_at, simulated)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, true)`,
		id("holder/"+p.ags+"/"+m.from), p.post(), p.id(), person, share(p.ags), valid,
		"gesundheitskoordination@"+p.slug+".example", p.phone+" 555-0100", m.knownOn())
}

// share is a full post but for two districts, which have less.
func share(ags string) int {
	switch ags {
	case "14625":
		return 750
	case "14627":
		return 800
	}
	return 1000
}

func (t tenant) seedConferences(ctx context.Context, tx *db.Tx) error {
	b := &pgx.Batch{}
	for _, p := range t.places {
		for _, m := range t.conferences[p.ags] {
			b.Queue(`
				INSERT INTO conference_state (id, district_id, state, valid_from, recorded_at, simulated)
				VALUES ($1, $2, $3, $4, $5, $6)`,
				id("conference_state/"+p.ags+"/"+m.from), p.id(), m.state, day(m.from), m.knownOn(), !m.real)
		}
	}
	return send(ctx, tx, b, "conferences")
}

// seedTalks notes a talk before each post became of interest or planned.
func (t tenant) seedTalks(ctx context.Context, tx *db.Tx) error {
	officer := t.officer()
	b := &pgx.Batch{}
	for _, p := range t.places {
		for _, m := range t.posts[p.ags] {
			if m.state != "interest" && m.state != "planned" {
				continue
			}
			held := day(m.from).AddDays(-6)
			b.Queue(`
				INSERT INTO talk (id, district_id, held_on, channel, with_whom, summary, simulated, created_at, created_by)
				VALUES ($1, $2, $3, $4, $5, $6, true, $7, $8)`,
				id("talk/"+p.ags+"/"+m.from), p.id(), held, channel(len(p.name)), "Sozialdezernat, Gesundheitsamt",
				summary(m.state, p.short), noon(held.AddDays(1)), officer)
		}
	}
	return send(ctx, tx, b, "talks")
}

func (t tenant) officer() uuid.UUID {
	if t.slug == saxony {
		return id("person/sachbearbeitung@sms.example")
	}
	return id("person/sachbearbeitung@musterland.example")
}

func channel(n int) string { return []string{"meeting", "phone", "video"}[n%3] }

func summary(state, name string) string {
	if state == "planned" {
		return fmt.Sprintf("%s will die Stelle einrichten. Der Beschluss ist vorbereitet; die Ausschreibung folgt, sobald der Haushalt steht.", name)
	}
	return fmt.Sprintf("Erstes Gespräch mit %s über eine Koordinationsstelle. Aufgaben, Förderung und Anbindung vorgestellt; der Landkreis meldet sich.", name)
}
