package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"github.com/golang-migrate/migrate/v4"
	pgxmigrate "github.com/golang-migrate/migrate/v4/database/pgx/v5"
	"github.com/golang-migrate/migrate/v4/source/iofs"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"

	"rundertisch/internal/fault"
)

// Migrator changes the schema as the owner's role. One at a time: a second one
// waits for the first.
type Migrator struct {
	url   string
	files fs.FS
}

// NewMigrator returns a migrator that works with the owner's URL on the given
// files (package migrations).
func NewMigrator(ownerURL string, files fs.FS) *Migrator {
	return &Migrator{url: ownerURL, files: files}
}

// Up brings the schema to the newest version. Having nothing to do is fine.
func (m *Migrator) Up(ctx context.Context) error { return m.run(ctx, (*migrate.Migrate).Up) }

// Down undoes every migration, for tests and for an empty start.
func (m *Migrator) Down(ctx context.Context) error { return m.run(ctx, (*migrate.Migrate).Down) }

// Step undoes the newest n migrations (n < 0) or applies the next n.
func (m *Migrator) Step(ctx context.Context, n int) error {
	return m.run(ctx, func(mm *migrate.Migrate) error { return mm.Steps(n) })
}

func (m *Migrator) run(ctx context.Context, do func(*migrate.Migrate) error) error {
	lock, err := pgx.Connect(ctx, m.url)
	if err != nil {
		return fmt.Errorf("connect to migrate: %w", err)
	}
	defer func() { _ = lock.Close(context.WithoutCancel(ctx)) }()
	if err := waitForLock(ctx, lock); err != nil {
		return err
	}
	cfg, err := pgx.ParseConfig(m.url)
	if err != nil {
		return fmt.Errorf("parse owner URL: %w", err)
	}
	cfg.RuntimeParams["row_security"] = "off" // a filtered statement fails instead of touching nothing
	pool := stdlib.OpenDB(*cfg)
	defer func() { _ = pool.Close() }()
	mm, err := m.open(pool)
	if err != nil {
		return err
	}
	err = do(mm)
	srcErr, dbErr := mm.Close()
	if err != nil && !errors.Is(err, migrate.ErrNoChange) {
		return fmt.Errorf("migrate: %w", err)
	}
	if err := errors.Join(srcErr, dbErr); err != nil {
		return fmt.Errorf("close migrator: %w", err)
	}
	if _, err := lock.Exec(ctx, `GRANT SELECT ON schema_migrations TO rt_app`); err != nil {
		return fmt.Errorf("let the app read the schema version: %w", err)
	}
	return nil
}

func (m *Migrator) open(pool *sql.DB) (*migrate.Migrate, error) {
	source, err := iofs.New(m.files, ".")
	if err != nil {
		return nil, fmt.Errorf("read migrations: %w", err)
	}
	driver, err := pgxmigrate.WithInstance(pool, &pgxmigrate.Config{})
	if err != nil {
		return nil, fmt.Errorf("open migration driver: %w", err)
	}
	mm, err := migrate.NewWithInstance("embedded", source, "pgx5", driver)
	if err != nil {
		return nil, fmt.Errorf("open migrator: %w", err)
	}
	return mm, nil
}

// waitForLock polls, because a blocking advisory lock and CREATE INDEX
// CONCURRENTLY would wait for each other.
func waitForLock(ctx context.Context, conn *pgx.Conn) error {
	const key = 7_212_055_001 // any number, the same for every migrator
	for {
		var got bool
		if err := conn.QueryRow(ctx, `SELECT pg_try_advisory_lock($1)`, key).Scan(&got); err != nil {
			return fmt.Errorf("lock for migration: %w", err)
		}
		if got {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("another migration is running: %w", ctx.Err())
		case <-time.After(200 * time.Millisecond):
		}
	}
}

// Schema says which version of the schema this binary expects and which one
// the database has.
type Schema struct {
	Expected, Found uint
	Dirty           bool // a migration failed half-way; see the runbook
}

// Ready says whether the binary can work with the schema.
func (s Schema) Ready() bool { return s.Expected == s.Found && !s.Dirty }

// Schema compares the files with the database. A database without any
// migration has version 0. It returns fault.Unavailable if it cannot ask.
func (d *DB) Schema(ctx context.Context, files fs.FS) (Schema, error) {
	var s Schema
	source, err := iofs.New(files, ".")
	if err != nil {
		return s, fmt.Errorf("read migrations: %w", err)
	}
	version, err := source.First()
	for err == nil {
		s.Expected = version
		version, err = source.Next(version)
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return s, fmt.Errorf("list migrations: %w", err)
	}
	row := d.pool.QueryRow(ctx, `
		SELECT coalesce(max(version), 0), coalesce(bool_or(dirty), false)
		FROM schema_migrations`)
	if err := row.Scan(&s.Found, &s.Dirty); err != nil {
		if undefinedTable(err) {
			return s, nil
		}
		return s, fmt.Errorf("read schema version: %w: %w", fault.Unavailable, err)
	}
	return s, nil
}
