package main

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"rundertisch/internal/testdb"
)

func TestMain(m *testing.M) { testdb.Main(m) }

// call runs the program with an environment and returns what it printed.
func call(t *testing.T, env map[string]string, args ...string) (string, error) {
	t.Helper()
	var out, log bytes.Buffer
	err := run(t.Context(), args, func(name string) string { return env[name] }, strings.NewReader(""), &out, &log)
	if err != nil {
		t.Logf("%v: %s", args, log.String())
	}
	return out.String(), err
}

func environment(app, owner string) map[string]string {
	return map[string]string{"DATABASE_URL": app, "MIGRATE_DATABASE_URL": owner, "LISTEN_ADDR": "127.0.0.1:0", "BASE_URL": "http://localhost:8080"}
}

func TestUsage(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{nil, {"dance"}, {"migrate"}, {"migrate", "sideways"}, {"seed"}, {"admin", "sing"}, {"backup"}} {
		env := environment(testdb.Blank(t))
		if _, err := call(t, env, args...); !errors.Is(err, errUsage) && err == nil {
			t.Errorf("%v: no error, want the usage", args)
		}
	}
}

func TestMigrateSaysWhichVersionIsExpectedAndFound(t *testing.T) {
	t.Parallel()
	env := environment(testdb.Blank(t))
	out, err := call(t, env, "migrate", "status")
	if err != nil || !strings.Contains(out, "found 0") {
		t.Fatalf("status of a blank database: %q, %v", out, err)
	}
	if out, err = call(t, env, "migrate", "up"); err != nil || strings.Contains(out, "found 0") || !strings.Contains(out, "dirty false") {
		t.Fatalf("up: %q, %v", out, err)
	}
	if _, err = call(t, env, "migrate", "down"); err != nil {
		t.Fatalf("down: %v", err)
	}
}

func TestSeedNeedsDemoMode(t *testing.T) {
	t.Parallel()
	env := environment(testdb.Blank(t))
	if _, err := call(t, env, "seed", "demo"); err == nil || !strings.Contains(err.Error(), "DEMO=1") {
		t.Errorf("seed without DEMO: err = %v, want a refusal that names DEMO=1", err)
	}
}

// TestBackupAndRestore is the drill: what was dumped comes back, row for row.
func TestBackupAndRestore(t *testing.T) {
	t.Parallel()
	from := environment(testdb.Blank(t))
	from["DEMO"] = "1"
	for _, args := range [][]string{{"migrate", "up"}, {"seed", "demo"}} {
		if _, err := call(t, from, args...); err != nil {
			t.Fatalf("%v: %v", args, err)
		}
	}
	if _, err := call(t, from, "seed", "demo", "--reset"); err != nil {
		t.Fatalf("reset: %v", err)
	}
	dump := filepath.Join(t.TempDir(), "demo.dump")
	from["FILES_DIR"] = t.TempDir()
	if out, err := call(t, from, "backup", dump); err != nil || !strings.Contains(out, from["FILES_DIR"]) {
		t.Fatalf("backup: %q, %v; want the folder of files named", out, err)
	}
	if info, err := os.Stat(dump); err != nil || info.Size() < 100_000 {
		t.Fatalf("dump: %v, %v", info, err)
	}
	to := environment(testdb.Blank(t))
	to["FILES_DIR"] = t.TempDir()
	if out, err := call(t, to, "restore", dump); err != nil || !strings.Contains(out, to["FILES_DIR"]) {
		t.Fatalf("restore: %q, %v; want the folder of files named", out, err)
	}
	for _, table := range []string{"activity", "audit", "post_state", "account", "role_assignment"} {
		if a, b := count(t, from, table), count(t, to, table); a != b || a == 0 {
			t.Errorf("%s: %d rows before, %d after", table, a, b)
		}
	}
	if out, err := call(t, to, "migrate", "up"); err != nil || !strings.Contains(out, "dirty false") {
		t.Errorf("migrate after restore: %q, %v", out, err)
	}
}

func count(t *testing.T, env map[string]string, table string) (n int) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), env["MIGRATE_DATABASE_URL"])
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(context.Background()) }()
	if err := conn.QueryRow(t.Context(), "SELECT count(*) FROM "+pgx.Identifier{table}.Sanitize()).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestFirstAdministratorOfARealProgramme(t *testing.T) {
	t.Parallel()
	env := environment(testdb.Blank(t))
	file := filepath.Join(t.TempDir(), "districts.csv")
	if err := os.WriteFile(file, []byte("ags;name;short_name;kind;nuts3;seat\n14730;Landkreis Nordsachsen;Nordsachsen;rural_district;DED53;Torgau\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{
		{"migrate", "up"},
		{"admin", "programme", "sachsen", "Regionale Gesundheitsversorgung", "rundertisch.example"},
		{"admin", "districts", "sachsen", file},
		{"admin", "invite", "sachsen", "erika@ministerium.example", "Erika Muster"},
	} {
		if _, err := call(t, env, args...); err != nil {
			t.Fatalf("%v: %v", args, err)
		}
	}
	for table, want := range map[string]int{"district": 1, "post": 1, "person": 1, "mail": 1, "one_time_link": 1} {
		if got := count(t, env, table); got != want {
			t.Errorf("%s: %d rows, want %d", table, got, want)
		}
	}
	env["DEMO"] = "1"
	if _, err := call(t, env, "seed", "demo", "--reset"); err == nil || count(t, env, "district") != 1 {
		t.Errorf("a reset of the demo emptied a real programme (err = %v)", err)
	}
	for _, args := range [][]string{{"seed", "demo"}, {"serve", "--no-jobs"}, {"run"}} {
		if _, err := call(t, env, args...); err == nil || !strings.Contains(err.Error(), "not the demo's") || count(t, env, "programme") != 1 {
			t.Errorf("%v with DEMO=1 on a real programme: %v, want a refusal", args, err)
		}
	}
	if _, err := call(t, env, "admin", "invite", "thueringen", "erika@ministerium.example", "Erika Muster"); err == nil {
		t.Error("an invitation to a programme that does not exist was sent")
	}
}
