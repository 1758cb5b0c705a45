package main

import (
	"context"
	"errors"
	"fmt"

	"rundertisch/internal/db"
	"rundertisch/internal/demo"
	"rundertisch/migrations"
	"rundertisch/web/sessionpage"
)

// seed fills the database with the demo. Only DEMO=1 allows it: the accounts
// have a public password.
func seed(ctx context.Context, c *command) (err error) {
	reset := len(c.args) == 2 && c.args[1] == "--reset"
	if len(c.args) == 0 || c.args[0] != "demo" || len(c.args) == 2 && !reset || len(c.args) > 2 {
		return errUsage
	}
	if !c.cfg.Demo {
		return errors.New("seed demo: only with DEMO=1, since the demo accounts have a public password")
	}
	at, err := c.findDatabase(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, at.Close()) }()
	if reset {
		if err := c.emptyDemo(ctx, at); err != nil {
			return err
		}
	}
	return c.seedDemo(ctx, at)
}

// emptyDemo takes the schema down and up again. It refuses a database that
// holds a real programme.
func (c *command) emptyDemo(ctx context.Context, at *database) error {
	if at.ownerURL == "" {
		return errors.New("seed demo --reset: MIGRATE_DATABASE_URL is not set")
	}
	if err := at.migrateUp(ctx); err != nil {
		return err
	}
	if err := demo.Only(ctx, at.ownerURL); err != nil {
		return err
	}
	if err := db.NewMigrator(at.ownerURL, migrations.Files).Down(ctx); err != nil {
		return err
	}
	return at.migrateUp(ctx)
}

func (c *command) seedDemo(ctx context.Context, at *database) error {
	if at.ownerURL == "" {
		return errors.New("seed demo: MIGRATE_DATABASE_URL is not set: the owner's role makes the programmes")
	}
	if err := demo.Only(ctx, at.ownerURL); err != nil { // the accounts' password is public
		return fmt.Errorf("seed demo: %w", err)
	}
	d, err := db.Open(ctx, at.appURL, db.Options{Log: c.log})
	if err != nil {
		return err
	}
	defer d.Close()
	if err := demo.Seed(ctx, at.ownerURL, d); err != nil {
		return fmt.Errorf("seed demo: %w", err)
	}
	return nil
}

// demoAccounts are what the sign-in page offers in demo mode.
func demoAccounts(on bool) []sessionpage.DemoAccount {
	if !on {
		return nil
	}
	var list []sessionpage.DemoAccount
	for _, a := range demo.Accounts() {
		list = append(list, sessionpage.DemoAccount{Programme: a.Programme, Email: a.Email, Role: a.Role, Place: a.Place})
	}
	return list
}
