package testdb

import (
	"context"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rundertisch/internal/access"
)

// Password opens every account of the test world.
const Password = "runder-tisch-demo"

// passwordHash is of Password, with the cheapest parameters, for speed.
const passwordHash = "$argon2id$v=19$m=8,t=1,p=1$cnVuZGVyLXRpc2NoLXRzdA$GEsji6QWqMMN/FjFhHmnBGeYFl/EVMWSfQ8+QNEEYBI"

// Programme is one of the two tenants of the test world.
type Programme struct {
	ID        uuid.UUID
	Slug      string
	Host      string
	Districts [2]District
	Bodies    [2]Body // the conference of each district
}

// Body is a programme's conference with its seats.
type Body struct {
	ID    uuid.UUID
	Name  string
	Seats map[access.Role]uuid.UUID // of Chair, Member and Guest; each is held by the person of that role
	Empty [2]uuid.UUID              // seats of a hospital owner and of the physicians that nobody holds
}

// District is one of a programme's two districts.
type District struct {
	ID  uuid.UUID
	AGS string
}

// The test world: what a rule allows in Saxony's first district must stay
// invisible in its second one and in Musterland.
var (
	Saxony = Programme{
		ID: id("programme/saxony"), Slug: "sachsen", Host: "localhost",
		Districts: [2]District{{id("district/14626"), "14626"}, {id("district/14524"), "14524"}},
		Bodies:    [2]Body{body("14626"), body("14524")},
	}
	Musterland = Programme{
		ID: id("programme/musterland"), Slug: "musterland", Host: "musterland.localhost",
		Districts: [2]District{{id("district/99001"), "99001"}, {id("district/99002"), "99002"}},
		Bodies:    [2]Body{body("99001"), body("99002")},
	}
)

func body(ags string) Body {
	b := Body{ID: id("body/" + ags), Name: "Konferenz " + ags, Seats: map[access.Role]uuid.UUID{}}
	for _, r := range []access.Role{access.Chair, access.Member, access.Guest} {
		b.Seats[r] = id("seat/" + ags + "/" + string(r))
	}
	b.Empty = [2]uuid.UUID{id("seat/" + ags + "/hospital_owner"), id("seat/" + ags + "/kv")}
	return b
}

// Actor returns the programme's person with the role, in its first district if
// the role is a district's, in the first conference if it is a body's.
func (p Programme) Actor(r access.Role) access.Actor { return p.actor(r, 0) }

// Elsewhere is Actor in the programme's second district or conference.
func (p Programme) Elsewhere(r access.Role) access.Actor { return p.actor(r, 1) }

// Public returns the actor of the programme's public pages.
func (p Programme) Public() access.Actor { return access.Public(p.ID) }

// System returns the actor of the programme's jobs and commands.
func (p Programme) System() access.Actor { return access.System(p.ID, "test") }

// Email returns the sign-in address of Actor(r).
func (p Programme) Email(r access.Role) string { return p.email(r, 0) }

// EmailElsewhere returns the sign-in address of Elsewhere(r).
func (p Programme) EmailElsewhere(r access.Role) string { return p.email(r, 1) }

func (p Programme) email(r access.Role, district int) string {
	if r.OfDistrict() || r.OfBody() && district > 0 {
		return fmt.Sprintf("%s%d@%s.example", r, district+1, p.Slug)
	}
	return fmt.Sprintf("%s@%s.example", r, p.Slug)
}

func (p Programme) actor(r access.Role, district int) access.Actor {
	mail := p.email(r, district)
	g := access.Grant{Role: r}
	if r.OfDistrict() {
		g.District = p.Districts[district].ID
	}
	if r.OfBody() {
		g.Body, g.Seat, g.Reads = p.Bodies[district].ID, p.Bodies[district].Seats[r], "(,)"
	}
	return access.Actor{
		Programme: p.ID, Account: id("account/" + mail), Person: id("person/" + mail),
		Name: "Test " + mail, Grants: []access.Grant{g}, Request: "test",
	}
}

// id makes the same uuid from the same name.
func id(name string) uuid.UUID { return uuid.NewSHA1(uuid.NameSpaceOID, []byte(name)) }

// settle fills the template with the test world, as the owner.
func settle(ctx context.Context, ownerURL string) error {
	conn, err := pgx.Connect(ctx, ownerURL)
	if err != nil {
		return fmt.Errorf("connect: %w", err)
	}
	defer func() { _ = conn.Close(ctx) }()
	b := &pgx.Batch{}
	for _, p := range []Programme{Saxony, Musterland} {
		p.queue(b)
	}
	if err := conn.SendBatch(ctx, b).Close(); err != nil {
		return fmt.Errorf("settle the test world: %w", err)
	}
	return nil
}

func (p Programme) queue(b *pgx.Batch) {
	b.Queue(`INSERT INTO programme (id, slug, name, hosts, is_default) VALUES ($1, $2, $3, $4, $5)`,
		p.ID, p.Slug, "Programm "+p.Slug, []string{p.Host}, p.Slug == Saxony.Slug)
	for i, d := range p.Districts {
		b.Queue(`INSERT INTO district (programme_id, id, ags, name, short_name, kind, valid)
			VALUES ($1, $2, $3, $4, $4, 'rural_district', '[2008-08-01,)')`,
			p.ID, d.ID, d.AGS, fmt.Sprintf("Landkreis %s %d", p.Slug, i+1))
	}
	for _, r := range access.Roles() {
		actors := []access.Actor{p.Actor(r)}
		if r.OfDistrict() || r.OfBody() {
			actors = append(actors, p.Elsewhere(r))
		}
		for i, a := range actors {
			var district *uuid.UUID
			if r.OfDistrict() {
				district = &a.Grants[0].District
			}
			b.Queue(`INSERT INTO account (id, email, password_hash) VALUES ($1, $2, $3)`,
				a.Account, p.email(r, i), passwordHash)
			b.Queue(`INSERT INTO person (programme_id, id, account_id, name, email) VALUES ($1, $2, $3, $4, $5)`,
				p.ID, a.Person, a.Account, a.Name, p.email(r, i))
			b.Queue(`INSERT INTO role_assignment (programme_id, person_id, role, district_id, valid)
				VALUES ($1, $2, $3, $4, '[2018-01-01,)')`, p.ID, a.Person, string(r), district)
		}
	}
	b.Queue(`SELECT set_config('app.programme', $1, false)`, p.ID.String()) // facts take the record lock of their programme
	for i := range p.Bodies {
		p.queueBody(b, i)
	}
}

// queueBody makes a conference that may be constituted: a member of each group
// of § 8 (2) SächsKHG, the district in the chair, the ministry consulted.
func (p Programme) queueBody(b *pgx.Batch, i int) {
	at := p.Bodies[i]
	b.Queue(`INSERT INTO body (programme_id, id, kind, name, consulted_on) VALUES ($1, $2, 'conference', $3, '2019-01-01')`, p.ID, at.ID, at.Name)
	b.Queue(`INSERT INTO body_district (programme_id, body_id, district_id) VALUES ($1, $2, $3)`, p.ID, at.ID, p.Districts[i].ID)
	seats := []struct {
		id               uuid.UUID
		institution, grp string
		holder           access.Role
	}{
		{at.Seats[access.Chair], "Landkreis", "district", access.Chair},
		{at.Seats[access.Member], "AOK PLUS", "insurer", access.Member},
		{at.Seats[access.Guest], "Ministerium", "guest", access.Guest},
		{at.Empty[0], "Klinikum", "hospital_owner", ""},
		{at.Empty[1], "Kassenärztliche Vereinigung", "kv", ""},
	}
	for n, s := range seats {
		b.Queue(`INSERT INTO seat (programme_id, id, body_id, institution, grp, voting, ordinal, valid) VALUES ($1, $2, $3, $4, $5, $6, $7, '[2019-01-01,)')`,
			p.ID, s.id, at.ID, s.institution, s.grp, s.grp != "guest", n)
		if s.holder != "" {
			b.Queue(`INSERT INTO seat_holder (programme_id, body_id, seat_id, person_id, slot, valid, recorded_at) VALUES ($1, $2, $3, $4, 0, '[2019-01-01,)', now())`,
				p.ID, at.ID, s.id, p.actor(s.holder, i).Person)
		}
	}
	b.Queue(`INSERT INTO body_chair (programme_id, body_id, seat_id, valid, recorded_at) VALUES ($1, $2, $3, '[2019-01-01,)', now())`, p.ID, at.ID, at.Seats[access.Chair])
	b.Queue(`INSERT INTO body_office (programme_id, body_id, person_id, valid, recorded_at) VALUES ($1, $2, $3, '[2019-01-01,)', now())`,
		p.ID, at.ID, p.actor(access.BodyOffice, i).Person)
	b.Queue(`INSERT INTO bylaws (programme_id, body_id, valid_from, name, notice_days, notice_unit, proposal_days, quorum, quorum_second, majority,
			circular, circular_days, circular_silence, minutes_months, objection_days, objection_unit, objection_start, restart_clock,
			silence_approves, late_objections, objections_decided_by, objections_open, public, successor_reads, non_public_copy, recorded_at)
		VALUES ($1, $2, '2019-01-01', 'Geschäftsordnung', 14, 'calendar', 21, 'half', 3, 'simple', true, 14, 'consent', 1, 14, 'calendar',
			'circulation', true, true, 'keep', 'body', 'after_deadline', false, 'all', 'placeholder', now())`, p.ID, at.ID)
}
