package partner_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/uuid"

	"rundertisch/internal/access"
	"rundertisch/internal/db"
	"rundertisch/internal/fault"
	"rundertisch/internal/partner"
	"rundertisch/internal/testdb"
)

var (
	coordinator = testdb.Saxony.Actor(access.Coordinator)
	neighbour   = testdb.Saxony.Elsewhere(access.Coordinator)
	officer     = testdb.Saxony.Actor(access.CaseOfficer)
	stranger    = testdb.Musterland.Actor(access.Coordinator)
)

func keep(t *testing.T, d *testdb.Instance, a access.Actor, fn func(context.Context, *db.Tx) error) error {
	t.Helper()
	ctx := testdb.As(t.Context(), a)
	return d.Write(ctx, access.KeepPartners, func(tx *db.Tx) error { return fn(ctx, tx) })
}

func add(t *testing.T, d *testdb.Instance, a access.Actor, in partner.Input) error {
	t.Helper()
	return keep(t, d, a, func(ctx context.Context, tx *db.Tx) error { return partner.Add(ctx, tx, in) })
}

func find(t *testing.T, d *testdb.Instance, a access.Actor, id uuid.UUID) (p partner.Partner, err error) {
	t.Helper()
	ctx := testdb.As(t.Context(), a)
	err = d.Read(ctx, access.ReadPartners, func(tx *db.Tx) (err error) {
		p, err = partner.ByID(ctx, tx, id)
		return err
	})
	return p, err
}

func sample() partner.Input {
	return partner.Input{ID: uuid.New(), Name: "AOK PLUS", Category: "insurer", Place: "Dresden", Website: "https://www.aok.de"}
}

func field(err error, name string) bool {
	fields, ok := fault.AsFields(err)
	return ok && fields[name].Key != ""
}

func TestPartnersAreSharedInTheProgramme(t *testing.T) {
	t.Parallel()
	d := testdb.DB(t)
	in := sample()
	for range 2 { // the same form twice
		if err := add(t, d, coordinator, in); err != nil {
			t.Fatal(err)
		}
	}
	for _, a := range []access.Actor{coordinator, neighbour, officer} {
		if got, err := find(t, d, a, in.ID); err != nil || got.Name != in.Name || got.Version != 1 {
			t.Errorf("%s: %+v, %v", a.Name, got, err)
		}
	}
	if _, err := find(t, d, stranger, in.ID); !errors.Is(err, fault.NotFound) {
		t.Errorf("another programme: err = %v, want NotFound", err)
	}
	if err := add(t, d, officer, sample()); !errors.Is(err, fault.Forbidden) {
		t.Errorf("the ministry adds: err = %v, want Forbidden", err)
	}
	other := sample()
	other.Name = "  aok-plus "
	if err := add(t, d, neighbour, other); !field(err, "name") {
		t.Errorf("another spelling of the name: err = %v, want a fault of the name", err)
	}
	if err := add(t, d, stranger, other); err != nil {
		t.Errorf("the name in another programme: %v, want it free there", err)
	}
}

func TestValidation(t *testing.T) {
	t.Parallel()
	d := testdb.DB(t)
	for name, edit := range map[string]func(*partner.Input){
		"name":     func(in *partner.Input) { in.Name = "" },
		"name ":    func(in *partner.Input) { in.Name = "!?" },
		"name  ":   func(in *partner.Input) { in.Name = strings.Repeat("ä", partner.MaxName+1) },
		"category": func(in *partner.Input) { in.Category = "x" },
		"place":    func(in *partner.Input) { in.Place = strings.Repeat("ä", partner.MaxPlace+1) },
		"website":  func(in *partner.Input) { in.Website = "javascript:alert(1)" },
		"website ": func(in *partner.Input) { in.Website = "https://a.de/" + strings.Repeat("ä", partner.MaxWebsite) },
	} {
		in := sample()
		edit(&in)
		if err := add(t, d, coordinator, in); !field(err, strings.TrimSpace(name)) {
			t.Errorf("%s: err = %v, want a fault of it", name, err)
		}
	}
	in := sample()
	in.Name, in.Place = strings.Repeat("ä", partner.MaxName), strings.Repeat("😀", partner.MaxPlace)
	in.Website = partner.WithScheme("www.aok.de/" + strings.Repeat("x", partner.MaxWebsite-19))
	if err := add(t, d, coordinator, in); err != nil {
		t.Errorf("the longest texts: %v", err)
	}
}

func TestEveryCategoryIsInTheTable(t *testing.T) {
	t.Parallel()
	d := testdb.DB(t)
	for i, c := range partner.Categories() {
		in := sample()
		in.Name, in.Category = fmt.Sprintf("Partner %d", i), c
		if err := add(t, d, coordinator, in); err != nil {
			t.Errorf("%s: %v", c, err)
		}
	}
}

func TestChange(t *testing.T) {
	t.Parallel()
	d := testdb.DB(t)
	in, other := sample(), sample()
	other.Name = "KVS"
	for _, p := range []partner.Input{in, other} {
		if err := add(t, d, coordinator, p); err != nil {
			t.Fatal(err)
		}
	}
	change := func(a access.Actor, version int, in partner.Input) error {
		return keep(t, d, a, func(ctx context.Context, tx *db.Tx) error { return partner.Change(ctx, tx, in.ID, version, in) })
	}
	in.Name = "AOK Plus" // another spelling of its own name
	if err := change(neighbour, 1, in); err != nil {
		t.Fatal(err)
	}
	if err := change(coordinator, 1, in); !errors.Is(err, fault.Stale) {
		t.Errorf("stale version: err = %v, want Stale", err)
	}
	if err := change(stranger, 2, in); !errors.Is(err, fault.NotFound) {
		t.Errorf("another programme: err = %v, want NotFound", err)
	}
	in.Name = "kvs"
	if err := change(coordinator, 2, in); !field(err, "name") {
		t.Errorf("the name of another partner: err = %v, want a fault of the name", err)
	}
}

func TestNotesAreTheDistrictsOwn(t *testing.T) {
	t.Parallel()
	d := testdb.DB(t)
	in := sample()
	if err := add(t, d, coordinator, in); err != nil {
		t.Fatal(err)
	}
	home := testdb.Saxony.Districts[0].ID
	note := partner.Note{ContactName: "Erika Muster", ContactEmail: "erika@aok.example", ContactPhone: "0351 1", Note: "ruft gern zurück"}
	keepNote := func(a access.Actor, district uuid.UUID, n partner.Note) error {
		return keep(t, d, a, func(ctx context.Context, tx *db.Tx) error { return partner.KeepNote(ctx, tx, district, in.ID, n) })
	}
	read := func(a access.Actor) (n partner.Note, rows int) {
		d.MustRead(t, a, access.ReadPartners, func(ctx context.Context, tx *db.Tx) (err error) {
			if err := tx.QueryRow(ctx, `SELECT count(*) FROM partner_note`).Scan(&rows); err != nil {
				return err
			}
			n, err = partner.NoteOf(ctx, tx, home, in.ID)
			return err
		})
		return n, rows
	}
	if err := keepNote(coordinator, home, note); err != nil {
		t.Fatal(err)
	}
	if got, _ := read(testdb.Saxony.Actor(access.Signatory)); got.Note != note.Note || got.Version != 1 {
		t.Errorf("a colleague reads %+v", got)
	}
	for _, a := range []access.Actor{neighbour, officer, stranger} {
		if got, rows := read(a); !got.Empty() || rows != 0 {
			t.Errorf("%s reads %+v in %d rows, want nothing", a.Name, got, rows)
		}
	}
	if err := keepNote(coordinator, home, note); !errors.Is(err, fault.Stale) {
		t.Errorf("an old version: err = %v, want Stale", err)
	}
	note.Version, note.Note = 1, "neu"
	if err := keepNote(coordinator, home, note); err != nil {
		t.Error(err)
	}
	if err := keepNote(neighbour, home, note); !errors.Is(err, fault.Forbidden) {
		t.Errorf("the neighbour writes: err = %v, want Forbidden", err)
	}
	if err := keepNote(stranger, testdb.Musterland.Districts[0].ID, partner.Note{Note: "x"}); !errors.Is(err, fault.NotFound) {
		t.Errorf("a note on another programme's partner: err = %v, want NotFound", err)
	}
	bad := partner.Note{
		ContactName: strings.Repeat("x", partner.MaxContactName+1), ContactEmail: "keine",
		ContactPhone: strings.Repeat("1", partner.MaxContactPhone+1), Note: strings.Repeat("x", partner.MaxNote+1),
	}
	fields, _ := fault.AsFields(keepNote(coordinator, home, bad))
	if len(fields) != 4 {
		t.Errorf("faults = %v, want one of each field", fields)
	}
}

func TestListAndSuggestions(t *testing.T) {
	t.Parallel()
	d := testdb.DB(t)
	d.Owner(t, `INSERT INTO partner (programme_id, name, category, place)
		SELECT $1, 'Praxis ' || to_char(n, 'FM000'), 'physicians', 'Görlitz' FROM generate_series(1, 60) AS n`, testdb.Saxony.ID)
	for _, name := range []string{"Klinikum Görlitz", "Zum Klinikum e. V."} {
		in := sample()
		in.Name, in.Category, in.Place = name, "hospital", ""
		if err := add(t, d, coordinator, in); err != nil {
			t.Fatal(err)
		}
	}
	page := func(a access.Actor, q partner.Query) (p partner.Page) {
		d.MustRead(t, a, access.ReadPartners, func(ctx context.Context, tx *db.Tx) (err error) {
			p, err = partner.List(ctx, tx, q)
			return err
		})
		return p
	}
	first := page(coordinator, partner.Query{})
	second := page(coordinator, partner.Query{After: first.Next})
	if len(first.Rows) != partner.PageSize || first.Count != 62 || len(second.Rows) != 12 || second.Next != "" {
		t.Errorf("pages = %d of %d, then %d", len(first.Rows), first.Count, len(second.Rows))
	}
	for words, want := range map[string]int{"klinikum": 2, "GÖRLITZ": 61, "%": 62, "_": 62, "Klinikum Gör": 1, "!!": 62} {
		if got := page(coordinator, partner.Query{Words: words}).Count; got != want {
			t.Errorf("words %q: %d hits, want %d", words, got, want)
		}
	}
	if got := page(coordinator, partner.Query{Category: "hospital"}).Count; got != 2 {
		t.Errorf("hospitals = %d, want 2", got)
	}
	if got := page(stranger, partner.Query{}).Count; got != 0 {
		t.Errorf("another programme sees %d", got)
	}
	suggest := func(a access.Actor, typed string) (names []string) {
		d.MustRead(t, a, access.ReadPartners, func(ctx context.Context, tx *db.Tx) (err error) {
			names, err = partner.Suggest(ctx, tx, typed)
			return err
		})
		return names
	}
	if got := suggest(coordinator, "klinik"); len(got) != 2 || got[0] != "Klinikum Görlitz" {
		t.Errorf("suggestions = %q, want first what begins with it", got)
	}
	if a, b, c := suggest(coordinator, "Praxis"), suggest(coordinator, ""), suggest(stranger, "Praxis"); len(a) != 10 || len(b) != 0 || len(c) != 0 {
		t.Errorf("suggestions = %d, %d, %d; want 10, 0, 0", len(a), len(b), len(c))
	}
}
