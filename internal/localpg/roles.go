package localpg

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"
)

// The database and its roles. Owner owns all tables, migrates and dumps; App
// owns nothing and serves. Superuser exists in clusters of this package only.
const (
	Owner     = "rt_owner"
	App       = "rt_app"
	Superuser = "postgres"
	Database  = "rundertisch"
)

// RolesSQL returns the lines that make both roles and one database, as a
// superuser gives them to psql. They can be repeated. Besides SQL there are
// two psql commands, which Start understands too: \gexec (run what the query
// returns) and \connect.
func RolesSQL(database string) []string {
	db := pgx.Identifier{database}.Sanitize()
	text := "'" + strings.ReplaceAll(database, "'", "''") + "'"
	create := "CREATE DATABASE " + db + " OWNER " + Owner + " TEMPLATE template0 ENCODING 'UTF8'"
	return []string{
		createRole(Owner),
		"ALTER ROLE " + Owner + " LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE NOREPLICATION;",
		createRole(App),
		"ALTER ROLE " + App + " LOGIN NOSUPERUSER NOBYPASSRLS NOINHERIT NOCREATEDB NOCREATEROLE NOREPLICATION;",
		"SELECT '" + strings.ReplaceAll(create, "'", "''") + "'" +
			" WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = " + text + ") " + gexec,
		"ALTER DATABASE " + db + " OWNER TO " + Owner + ";",
		// PUBLIC may by default connect and make temporary tables.
		"REVOKE ALL ON DATABASE " + db + " FROM PUBLIC;",
		"GRANT CONNECT ON DATABASE " + db + " TO " + App + ";",
		connect + db,
		"REVOKE ALL ON SCHEMA public FROM PUBLIC;",
		"GRANT USAGE ON SCHEMA public TO " + App + ";",
	}
}

const (
	gexec   = `\gexec`
	connect = `\connect `
)

func createRole(role string) string {
	return "DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '" + role + "')" +
		" THEN CREATE ROLE " + role + "; END IF; END $$;"
}

// setUp runs RolesSQL at every start: a process may have died between initdb
// and here, and the roles must not drift.
func (c *Cluster) setUp(ctx context.Context, o Options) (err error) {
	conn, err := pgx.Connect(ctx, c.URL(Superuser, "postgres"))
	if err != nil {
		return fmt.Errorf("make roles: %w", err)
	}
	defer func() { err = errors.Join(err, conn.Close(ctx)) }()
	for _, line := range RolesSQL(Database) {
		if strings.HasPrefix(line, connect) {
			next, err := pgx.Connect(ctx, c.URL(Superuser, Database))
			if err != nil {
				return fmt.Errorf("make roles: %w", err)
			}
			if err := conn.Close(ctx); err != nil {
				return errors.Join(err, next.Close(ctx))
			}
			conn = next
			continue
		}
		if err := runLine(ctx, conn, line); err != nil {
			return fmt.Errorf("make roles: %s: %w", line, err)
		}
	}
	// A DETAIL such as "Failing row contains (...)" is personal data; pgx gets
	// it, the log does not. Only for these roles: the server's own words stay.
	for _, role := range []string{Owner, App} {
		if _, err := conn.Exec(ctx, "ALTER ROLE "+role+" SET log_error_verbosity = terse"); err != nil {
			return fmt.Errorf("make roles: %w", err)
		}
	}
	return c.checkCollation(ctx, conn, o)
}

func runLine(ctx context.Context, conn *pgx.Conn, line string) error {
	query, ok := strings.CutSuffix(line, gexec)
	if !ok {
		_, err := conn.Exec(ctx, line)
		return err
	}
	rows, err := conn.Query(ctx, query)
	if err != nil {
		return err
	}
	statements, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return err
	}
	for _, s := range statements {
		if _, err := conn.Exec(ctx, s); err != nil {
			return err
		}
	}
	return nil
}

// checkCollation says so if the sort order of the library differs from the one
// the indexes were built with, as after a change from npm's to Debian's server.
func (c *Cluster) checkCollation(ctx context.Context, conn *pgx.Conn, o Options) error {
	var was, is string
	err := conn.QueryRow(ctx, `
		SELECT coalesce(datcollversion, ''), coalesce(pg_database_collation_actual_version(oid), '')
		FROM pg_database
		WHERE datname = current_database()`).Scan(&was, &is)
	if err != nil {
		return fmt.Errorf("compare collation versions: %w", err)
	}
	if was != is {
		o.say("sort order of the database has changed: run REINDEX DATABASE and ALTER DATABASE ... REFRESH COLLATION VERSION",
			"was", was, "is", is)
	}
	return nil
}
