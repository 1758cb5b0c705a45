package district_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/google/uuid"

	"rundertisch/internal/access"
	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/district"
	"rundertisch/internal/fault"
	"rundertisch/internal/testdb"
)

const file = `ags;name;short_name;kind;nuts3;seat
14730;Landkreis Nordsachsen;Nordsachsen;rural_district;DED53;Torgau
14713;Stadt Leipzig;Leipzig (Stadt);district_free_city;DED51;Leipzig
`

func TestAddFromCSV(t *testing.T) {
	t.Parallel()
	d := testdb.DB(t)
	list, err := district.ReadCSV(strings.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	d.MustWrite(t, testdb.Saxony.System(), access.Seed, func(ctx context.Context, tx *db.Tx) error { return district.Add(ctx, tx, list) })
	d.MustRead(t, testdb.Saxony.Actor(access.CaseOfficer), access.ReadDistrict, func(ctx context.Context, tx *db.Tx) error {
		found, err := district.ByAGS(ctx, tx, "14730")
		if err != nil || found.Seat != "Torgau" {
			t.Errorf("ByAGS = %+v, %v", found, err)
		}
		all, err := district.List(ctx, tx, calendar.Of(tx.Now))
		if len(all) != 4 {
			t.Errorf("districts = %d, want the world's two and two more", len(all))
		}
		return err
	})
	d.MustRead(t, testdb.Musterland.Actor(access.CaseOfficer), access.ReadDistrict, func(ctx context.Context, tx *db.Tx) error {
		if _, err := district.ByAGS(ctx, tx, "14730"); err == nil {
			t.Errorf("the other programme sees the district")
		}
		return nil
	})
}

func TestReadCSVNamesTheLine(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"no header": "14730;a;b;rural_district;;\n", "unknown kind": "ags;name;short_name;kind;nuts3;seat\n1;a;b;village;;\n",
		"a column too few": "ags;name;short_name;kind;nuts3;seat\n1;a;b\n", "nothing": "",
	} {
		if _, err := district.ReadCSV(strings.NewReader(text)); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestNoteTalk(t *testing.T) {
	t.Parallel()
	d := testdb.DB(t)
	place := testdb.Saxony.Districts[0].ID
	today := calendar.Of(d.Now())
	good := district.NewTalk{ID: uuid.New(), HeldOn: today, Channel: "phone", Summary: "Erstes Gespräch."}
	tests := []struct {
		name  string
		actor access.Actor
		edit  func(*district.NewTalk)
		field string
		kind  error
	}{
		{"by an officer", testdb.Saxony.Actor(access.CaseOfficer), func(*district.NewTalk) {}, "", nil},
		{"in the future", testdb.Saxony.Actor(access.CaseOfficer), func(n *district.NewTalk) { n.HeldOn = today.AddDays(1) }, "held_on", nil},
		{"without a day", testdb.Saxony.Actor(access.CaseOfficer), func(n *district.NewTalk) { n.HeldOn = calendar.Date{} }, "held_on", nil},
		{"by pigeon", testdb.Saxony.Actor(access.CaseOfficer), func(n *district.NewTalk) { n.Channel = "pigeon" }, "channel", nil},
		{"about nothing", testdb.Saxony.Actor(access.CaseOfficer), func(n *district.NewTalk) { n.Summary = "" }, "summary", nil},
		{"too long", testdb.Saxony.Actor(access.CaseOfficer), func(n *district.NewTalk) { n.Summary = strings.Repeat("ß", 4001) }, "summary", nil},
		{"by a signatory", testdb.Saxony.Actor(access.Signatory), func(*district.NewTalk) {}, "", fault.Forbidden},
		{"of the other programme", testdb.Musterland.Actor(access.CaseOfficer), func(*district.NewTalk) {}, "", fault.NotFound},
	}
	for _, tt := range tests {
		n := good
		n.ID = uuid.New()
		tt.edit(&n)
		ctx := testdb.As(t.Context(), tt.actor)
		err := d.Write(ctx, access.NoteTalk, func(tx *db.Tx) error { return district.NoteTalk(ctx, tx, place, n) })
		fields, _ := fault.AsFields(err)
		switch {
		case tt.field != "" && fields[tt.field].Key == "":
			t.Errorf("%s: err = %v, want a fault of %s", tt.name, err, tt.field)
		case tt.kind != nil && !errors.Is(err, tt.kind):
			t.Errorf("%s: err = %v, want %v", tt.name, err, tt.kind)
		case tt.field == "" && tt.kind == nil && err != nil:
			t.Errorf("%s: err = %v", tt.name, err)
		}
	}
}
