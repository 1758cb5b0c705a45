package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/google/uuid"

	"rundertisch/internal/access"
	"rundertisch/internal/account"
	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/district"
	"rundertisch/internal/localpg"
	"rundertisch/internal/programme"
)

const adminUsage = `usage:
  rundertisch admin roles                               the SQL that makes the two database roles
  rundertisch admin programme SLUG NAME HOST...         add a programme that answers on the hosts
  rundertisch admin districts SLUG FILE.csv             add districts: ags;name;short_name;kind;nuts3;seat
  rundertisch admin invite SLUG EMAIL NAME              invite a programme's first administrator`

var errAdminUsage = errors.New(adminUsage)

// admin is for those who run the system.
func admin(ctx context.Context, c *command) error {
	switch {
	case len(c.args) == 1 && c.args[0] == "roles":
		return c.printRoles()
	case len(c.args) >= 4 && c.args[0] == "programme":
		return c.addProgramme(ctx, c.args[1], c.args[2], c.args[3:])
	case len(c.args) == 3 && c.args[0] == "districts":
		return c.addDistricts(ctx, c.args[1], c.args[2])
	case len(c.args) == 4 && c.args[0] == "invite":
		return c.invite(ctx, c.args[1], c.args[2], c.args[3])
	}
	return errors.Join(errUsage, errAdminUsage)
}

func (c *command) printRoles() error {
	for _, statement := range localpg.RolesSQL(localpg.Database) {
		if _, err := fmt.Fprintln(c.stdout, statement); err != nil {
			return err
		}
	}
	return nil
}

func (c *command) addProgramme(ctx context.Context, slug, name string, hosts []string) (err error) {
	at, err := c.findDatabase(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, at.Close()) }()
	if at.ownerURL == "" {
		return errors.New("MIGRATE_DATABASE_URL is not set: the owner's role adds programmes")
	}
	return programme.Add(ctx, at.ownerURL, programme.Programme{ID: uuid.New(), Slug: slug, Name: name, Hosts: hosts})
}

// within runs fn as the system in the programme.
func (c *command) within(ctx context.Context, slug string, fn func(ctx context.Context, p *parts) error) (err error) {
	at, err := c.findDatabase(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, at.Close()) }()
	p, err := c.wire(ctx, at, false)
	if err != nil {
		return err
	}
	defer p.db.Close()
	list, err := programme.All(ctx, p.db)
	if err != nil {
		return err
	}
	for _, found := range list {
		if found.Slug == slug {
			return fn(access.NewContext(ctx, access.System(found.ID, "admin command")), p)
		}
	}
	return fmt.Errorf("no programme %q", slug)
}

func (c *command) addDistricts(ctx context.Context, slug, file string) error {
	root, err := os.OpenRoot(filepath.Dir(file))
	if err != nil {
		return fmt.Errorf("open folder: %w", err)
	}
	defer func() { _ = root.Close() }()
	f, err := root.Open(filepath.Base(file))
	if err != nil {
		return fmt.Errorf("open %s: %w", file, err)
	}
	defer func() { _ = f.Close() }()
	list, err := district.ReadCSV(f)
	if err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	return c.within(ctx, slug, func(ctx context.Context, p *parts) error {
		return p.db.Write(ctx, access.Seed, func(tx *db.Tx) error { return district.Add(ctx, tx, list) })
	})
}

func (c *command) invite(ctx context.Context, slug, email, name string) error {
	return c.within(ctx, slug, func(ctx context.Context, p *parts) error {
		return p.db.Write(ctx, access.ManagePeople, func(tx *db.Tx) error {
			_, err := p.accounts.Invite(ctx, tx, account.Invitation{
				Name: name, Email: email,
				Role: account.NewRole{ID: uuid.New(), Role: access.Admin, From: calendar.Of(tx.Now)},
			})
			return err
		})
	})
}
