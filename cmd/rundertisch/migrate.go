package main

import (
	"context"
	"errors"
	"fmt"

	"rundertisch/internal/db"
	"rundertisch/migrations"
)

// migrate changes the schema as the owner's role, or says how it stands.
func migrate(ctx context.Context, c *command) (err error) {
	if len(c.args) != 1 {
		return errUsage
	}
	at, err := c.findDatabase(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, at.Close()) }()
	switch c.args[0] {
	case "up":
		if err := at.migrateUp(ctx); err != nil {
			return err
		}
	case "down":
		if at.ownerURL == "" {
			return errors.New("MIGRATE_DATABASE_URL is not set")
		}
		if err := db.NewMigrator(at.ownerURL, migrations.Files).Step(ctx, -1); err != nil {
			return err
		}
	case "status":
	default:
		return errUsage
	}
	return c.printSchema(ctx, at)
}

func (c *command) printSchema(ctx context.Context, at *database) error {
	d, err := db.Open(ctx, at.appURL, db.Options{MaxConns: 1, Log: c.log})
	if err != nil {
		return err
	}
	defer d.Close()
	s, err := d.Schema(ctx, migrations.Files)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(c.stdout, "schema version: expected %d, found %d, dirty %t\n", s.Expected, s.Found, s.Dirty)
	return err
}
