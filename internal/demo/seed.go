package demo

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rundertisch/internal/access"
	"rundertisch/internal/account"
	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
)

// tenant is a programme of the demo.
type tenant struct {
	slug, name  string
	hosts       []string
	isDefault   bool
	words       map[string]map[string]string
	places      []place
	posts       map[string][]moment
	conferences map[string][]moment
	groups      []string // working groups of the state committee
	regions     []region
	councils    []council
	sittings    []sitting
	regimes     []regime
}

func tenants() []tenant {
	return []tenant{
		{
			slug: saxony, name: "Regionale Gesundheitsversorgung Sachsen", hosts: []string{"localhost", "127.0.0.1"},
			isDefault: true, places: saxonDistricts, posts: saxonPosts, conferences: saxonConferences, groups: workingGroups, regions: modelRegions, councils: saxonCouncils, sittings: saxonSittings, regimes: saxonRegimes,
		},
		{
			slug: musterland, name: "Gesundheitslotsen Musterland", hosts: []string{"musterland.localhost"},
			words: musterWords, places: musterDistricts, posts: musterPosts, conferences: musterConferences, councils: musterCouncils, regimes: musterRegimes,
		},
	}
}

func (t tenant) id() uuid.UUID { return id("programme/" + t.slug) }

// id makes the same uuid from the same name.
func id(name string) uuid.UUID {
	return uuid.NewSHA1(uuid.NameSpaceURL, []byte("rundertisch/demo/"+name))
}

// Seed fills the database with what of the demo is missing. Programmes are
// made as the owner, everything else through the gate.
func Seed(ctx context.Context, ownerURL string, d *db.DB) error {
	owner, err := pgx.Connect(ctx, ownerURL)
	if err != nil {
		return fmt.Errorf("connect as owner: %w", err)
	}
	defer func() { _ = owner.Close(context.WithoutCancel(ctx)) }()
	hash := ""
	for _, t := range tenants() {
		done, err := t.found(ctx, owner)
		if err != nil {
			return err
		}
		if done {
			continue
		}
		if hash == "" {
			if hash, err = account.Hash(ctx, Password); err != nil {
				return err
			}
		}
		if err := t.fill(ctx, d, hash); err != nil {
			return fmt.Errorf("seed %s: %w", t.slug, err)
		}
		if _, err := owner.Exec(ctx, `ANALYZE`); err != nil {
			return fmt.Errorf("analyze: %w", err)
		}
		if _, err := owner.Exec(ctx, `UPDATE programme SET demo_today = $2 WHERE id = $1`, t.id(), calendar.Of(d.Now())); err != nil {
			return fmt.Errorf("mark %s as seeded: %w", t.slug, err)
		}
	}
	return nil
}

// found makes the programme if it is missing and says whether it is complete.
func (t tenant) found(ctx context.Context, owner *pgx.Conn) (complete bool, err error) {
	words, err := json.Marshal(t.words)
	if err != nil {
		return false, fmt.Errorf("words: %w", err)
	}
	if t.words == nil {
		words = []byte("{}")
	}
	_, err = owner.Exec(ctx, `
		INSERT INTO programme (id, slug, name, hosts, is_default, words)
		VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (id) DO NOTHING`, t.id(), t.slug, t.name, t.hosts, t.isDefault, words)
	if err != nil {
		return false, fmt.Errorf("make programme %s: %w", t.slug, err)
	}
	err = owner.QueryRow(ctx, `
		SELECT demo_today IS NOT NULL OR EXISTS (SELECT FROM district WHERE programme_id = $1)
		FROM programme
		WHERE id = $1`, t.id()).Scan(&complete)
	if err != nil {
		return false, fmt.Errorf("look at programme %s: %w", t.slug, err)
	}
	return complete, nil
}

// fill writes the whole programme in one transaction: it is there or it is not.
func (t tenant) fill(ctx context.Context, d *db.DB, hash string) error {
	ctx = access.NewContext(ctx, access.System(t.id(), "seed demo"))
	return d.Write(ctx, access.Seed, func(tx *db.Tx) error {
		for _, step := range []func(context.Context, *db.Tx) error{
			t.seedPlaces,
			func(ctx context.Context, tx *db.Tx) error { return t.seedAccounts(ctx, tx, hash) },
			t.seedPosts, t.seedBodies, t.seedConferences, t.seedRegions, t.seedSittings, t.seedCalls, t.seedTasks, t.seedTalks, t.seedPartners, t.seedActivities, t.seedGrants,
		} {
			if err := step(ctx, tx); err != nil {
				return err
			}
		}
		return nil
	})
}

func (t tenant) seedPlaces(ctx context.Context, tx *db.Tx) error {
	b := &pgx.Batch{}
	for _, p := range t.places {
		kind := "rural_district"
		if p.city {
			kind = "district_free_city"
		}
		b.Queue(`
			INSERT INTO district (id, ags, name, short_name, kind, nuts3, seat, valid)
			VALUES ($1, $2, $3, $4, $5, $6, $7, '[2008-08-01,)')`,
			p.id(), p.ags, p.name, p.short, kind, p.nuts3, p.seat)
		b.Queue(`INSERT INTO post (id, district_id) VALUES ($1, $2)`, p.post(), p.id())
		for basis, people := range map[int]int{2011: p.people2011, 2022: p.people2022} {
			if people > 0 {
				b.Queue(`
					INSERT INTO population (id, district_id, valid_from, census_basis, people, recorded_at, simulated, source)
					VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
					id(fmt.Sprintf("population/%s/%d", p.ags, basis)), p.id(), populationDay, basis, people, populationKnown,
					t.slug != saxony, source(t.slug))
			}
		}
	}
	return send(ctx, tx, b, "places")
}

func source(slug string) string {
	if slug == saxony {
		return "Statistisches Landesamt des Freistaates Sachsen"
	}
	return ""
}

func (p place) id() uuid.UUID   { return id("district/" + p.ags) }
func (p place) post() uuid.UUID { return id("post/" + p.ags) }

func (t tenant) seedAccounts(ctx context.Context, tx *db.Tx, hash string) error {
	b := &pgx.Batch{}
	for _, a := range Accounts() {
		if a.Programme != t.slug {
			continue
		}
		person := id("person/" + a.Email)
		b.Queue(`INSERT INTO person (id, name, email) VALUES ($1, $2, $3)`, person, a.Name, a.Email)
		b.Queue(`SELECT account_register($1, $2, $3, $4)`, id("account/"+a.Email), a.Email, hash, person)
		var district *uuid.UUID
		if a.AGS != "" {
			d := id("district/" + a.AGS)
			district = &d
		}
		b.Queue(`INSERT INTO role_assignment (id, person_id, role, district_id, valid) VALUES ($1, $2, $3, $4, '[2018-01-01,)')`,
			id("role/"+a.Email), person, string(a.Role), district)
	}
	return send(ctx, tx, b, "accounts")
}

func (t tenant) seedRegions(ctx context.Context, tx *db.Tx) error {
	b := &pgx.Batch{}
	for _, r := range t.regions {
		from := day(r.from)
		b.Queue(`INSERT INTO model_region (id, name, district_id, valid, recorded_at) VALUES ($1, $2, $3, $4, $5)`,
			id("region/"+r.name), r.name, id("district/"+r.ags), calendar.Range{From: from, To: day(r.to)}, noon(from))
	}
	return send(ctx, tx, b, "model regions")
}

func send(ctx context.Context, tx *db.Tx, b *pgx.Batch, what string) error {
	if b.Len() == 0 {
		return nil
	}
	if err := tx.SendBatch(ctx, b).Close(); err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	return nil
}

// day reads a date that is written in this package.
func day(s string) calendar.Date {
	d, err := calendar.Parse(s)
	if err != nil {
		panic(err)
	}
	return d
}

// noon is when something of that day became known.
func noon(d calendar.Date) time.Time { return d.StartOfDay().Add(12 * time.Hour) }

// Only returns an error if the database holds a programme that is not the
// demo's: whoever fills, shows or empties the demo asks first. url is of either
// role.
func Only(ctx context.Context, url string) error {
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return fmt.Errorf("connect: %w", err)
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	ours := make([]uuid.UUID, 0, 2)
	for _, t := range tenants() {
		ours = append(ours, t.id())
	}
	var others int
	if err := conn.QueryRow(ctx, `SELECT count(*) FROM programme WHERE id <> ALL ($1)`, ours).Scan(&others); err != nil {
		return fmt.Errorf("count programmes: %w", err)
	}
	if others > 0 {
		return fmt.Errorf("the database holds %d programmes that are not the demo's: nothing was changed", others)
	}
	return nil
}
