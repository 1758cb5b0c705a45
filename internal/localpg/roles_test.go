package localpg

import (
	"context"
	"errors"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"
)

func TestRoles(t *testing.T) {
	dir := madeDir(t)
	c := mustStart(t, fastIn(dir))
	super := connectTo(t, c.URL(Superuser, Database))
	for _, q := range []struct{ sql, want string }{
		{`SELECT concat_ws(' ', rolcanlogin, rolsuper, rolbypassrls, rolcreatedb, rolcreaterole)
			FROM pg_roles WHERE rolname = 'rt_owner'`, "t f f f f"},
		{`SELECT concat_ws(' ', rolcanlogin, rolsuper, rolbypassrls, rolcreatedb, rolcreaterole, rolinherit)
			FROM pg_roles WHERE rolname = 'rt_app'`, "t f f f f f"},
		{`SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = 'rundertisch'`, "rt_owner"},
		{`SELECT count(*)::text FROM pg_auth_members m WHERE m.member = 'rt_app'::regrole`, "0"},
		{`SELECT concat_ws(' ', has_database_privilege('rt_app', 'rundertisch', 'CONNECT'),
			has_database_privilege('rt_app', 'rundertisch', 'TEMP'), has_database_privilege('rt_app', 'rundertisch', 'CREATE'),
			has_schema_privilege('rt_app', 'public', 'USAGE'), has_schema_privilege('rt_app', 'public', 'CREATE'))`, "t f f t f"},
		{`SELECT count(*)::text FROM pg_database d, aclexplode(d.datacl) a WHERE datname = 'rundertisch' AND a.grantee = 0`, "0"},
		{`SELECT count(*)::text FROM pg_namespace n, aclexplode(n.nspacl) a WHERE nspname = 'public' AND a.grantee = 0`, "0"},
	} {
		if got := ask(t, super, q.sql); got != q.want {
			t.Errorf("%s\n= %s, want %s", q.sql, got, q.want)
		}
	}

	app := connectTo(t, c.URL(App, Database))
	for _, sql := range []string{"CREATE TABLE public.x (n int)", "CREATE TEMP TABLE x (n int)", "CREATE ROLE x", "SET ROLE rt_owner"} {
		_, err := app.Exec(context.Background(), sql)
		var pg *pgconn.PgError
		if !errors.As(err, &pg) || pg.Code != "42501" {
			t.Errorf("%s as %s: %v, want permission denied", sql, App, err)
		}
	}
	boss := connectTo(t, c.URL(Owner, Database))
	for _, extension := range []string{"pg_trgm", "btree_gin", "btree_gist", "unaccent", "pgcrypto"} {
		mustExec(t, boss, "CREATE EXTENSION "+extension)
	}
	mustExec(t, boss, "CREATE TABLE public.mine (n int)")

	// Roles that drifted are put right.
	mustExec(t, super, "ALTER ROLE rt_app SUPERUSER")
	mustExec(t, super, "GRANT TEMP ON DATABASE rundertisch TO PUBLIC")
	mustStop(t, c)
	c = mustStart(t, fastIn(dir))
	super = connectTo(t, c.URL(Superuser, Database))
	if got := ask(t, super, `SELECT concat_ws(' ', (SELECT rolsuper FROM pg_roles WHERE rolname = 'rt_app'),
		has_database_privilege('rt_app', 'rundertisch', 'TEMP'))`); got != "f f" {
		t.Errorf("after drift: %s, want f f", got)
	}
	mustStop(t, c)
}

// What "admin roles" prints goes to psql, for any name and more than once.
func TestRolesSQLInPsql(t *testing.T) {
	c := mustStart(t, fastIn(madeDir(t)))
	bin, err := find(context.Background(), Options{}, c.place, 0)
	if err != nil {
		t.Fatal(err)
	}
	psql := filepath.Join(bin.dir, "psql")
	if !isFile(psql) {
		if psql, err = exec.LookPath("psql"); err != nil {
			t.Fatal("psql is missing: install the Debian package postgresql-client")
		}
	}
	const name = `o'dd "Name"`
	for range 2 {
		cmd := exec.Command(psql, "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", c.URL(Superuser, "postgres"))
		cmd.Stdin = strings.NewReader(strings.Join(RolesSQL(name), "\n") + "\n")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("psql: %v\n%s", err, out)
		}
	}
	conn := connectTo(t, c.URL(App, name))
	if got := ask(t, conn, "SELECT current_database()"); got != name {
		t.Errorf("database %s", got)
	}
	mustStop(t, c)
}

func TestChangedSortOrderIsSaid(t *testing.T) {
	dir := madeDir(t)
	c := mustStart(t, fastIn(dir))
	mustExec(t, connectTo(t, c.URL(Superuser, Database)),
		"UPDATE pg_database SET datcollversion = '0.1' WHERE datname = 'rundertisch'")
	mustStop(t, c)
	var said string
	o := fastIn(dir)
	o.Log = func(msg string, _ ...any) { said += msg }
	mustStop(t, mustStart(t, o))
	if !strings.Contains(said, "REINDEX") {
		t.Errorf("said %q", said)
	}
}
