package db_test

import (
	"testing"

	"rundertisch/internal/db"
	"rundertisch/internal/testdb"
	"rundertisch/migrations"
)

func TestMigrationsUpDownUp(t *testing.T) {
	t.Parallel()
	_, owner := testdb.Blank(t)
	m := db.NewMigrator(owner, migrations.Files)
	if err := m.Up(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := m.Down(t.Context()); err != nil {
		t.Fatalf("down: %v", err)
	}
	if err := m.Up(t.Context()); err != nil {
		t.Fatalf("up again: %v", err)
	}
	if err := m.Up(t.Context()); err != nil {
		t.Fatalf("up with nothing to do: %v", err)
	}
}

func TestSchemaSaysWhatIsExpectedAndFound(t *testing.T) {
	t.Parallel()
	app, owner := testdb.Blank(t)
	d, err := db.Open(t.Context(), app, db.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	s, err := d.Schema(t.Context(), migrations.Files)
	if err != nil || s.Found != 0 || s.Expected == 0 || s.Ready() {
		t.Fatalf("blank database: %+v, %v; want found 0, not ready", s, err)
	}
	m := db.NewMigrator(owner, migrations.Files)
	if err := m.Up(t.Context()); err != nil {
		t.Fatal(err)
	}
	if s, err = d.Schema(t.Context(), migrations.Files); err != nil || !s.Ready() {
		t.Errorf("after up: %+v, %v; want ready", s, err)
	}
	if err := m.Step(t.Context(), -1); err != nil {
		t.Fatal(err)
	}
	if s, err = d.Schema(t.Context(), migrations.Files); err != nil || s.Ready() || s.Found == 0 || s.Found >= s.Expected {
		t.Errorf("after one step down: %+v, %v; want an earlier one", s, err)
	}
}
