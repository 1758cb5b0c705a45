package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
)

// backup writes a dump of the whole database with pg_dump, as the owner's
// role, which no policy filters. The files that people upload are no part of
// it: it says which folder to copy. Afterwards, because a file is stored before
// the row that names it and deleted after it: a later copy has every file of
// the dump.
func backup(ctx context.Context, c *command) error {
	err := c.withTool(ctx, "pg_dump", func(url, file string) []string {
		return []string{"--format=custom", "--file=" + file, "--dbname=" + url}
	})
	if err != nil {
		return err
	}
	return c.sayFolder("The dump holds the database. Now copy the folder of files to the same place: %s\n")
}

// restore reads a dump into an empty database, or replaces what is there.
func restore(ctx context.Context, c *command) error {
	err := c.withTool(ctx, "pg_restore", func(url, file string) []string {
		return []string{"--clean", "--if-exists", "--exit-on-error", "--single-transaction", "--no-owner", "--dbname=" + url, file}
	})
	if err != nil {
		return err
	}
	return c.sayFolder("The database is restored. Now copy the files that belong to the dump to: %s\n")
}

// sayFolder tells where the files are that no dump holds.
func (c *command) sayFolder(format string) error {
	folder, err := filepath.Abs(c.cfg.FilesFolder())
	if err != nil {
		return fmt.Errorf("folder of files: %w", err)
	}
	_, err = fmt.Fprintf(c.stdout, format, folder)
	return err
}

func (c *command) withTool(ctx context.Context, tool string, args func(url, file string) []string) (err error) {
	if len(c.args) != 1 {
		return errUsage
	}
	file, err := filepath.Abs(c.args[0])
	if err != nil {
		return fmt.Errorf("file: %w", err)
	}
	path, err := c.toolPath(tool)
	if err != nil {
		return err
	}
	at, err := c.findDatabase(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, at.Close()) }()
	if at.ownerURL == "" {
		return errors.New("MIGRATE_DATABASE_URL is not set: the owner's role is needed")
	}
	cmd := exec.CommandContext(ctx, path, args(at.ownerURL, file)...)
	cmd.Stdout, cmd.Stderr = c.stdout, c.stderr
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("%s: %w", tool, err)
	}
	return nil
}

// toolPath finds a PostgreSQL tool: in RT_PG_BIN, in PATH, or where Debian
// keeps the newest version.
func (c *command) toolPath(tool string) (string, error) {
	if c.cfg.PostgresBin != "" {
		return filepath.Join(c.cfg.PostgresBin, tool), nil
	}
	if path, err := exec.LookPath(tool); err == nil {
		return path, nil
	}
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/" + tool)
	for _, path := range slices.Backward(found) { // the newest version last
		if _, err := os.Stat(path); err == nil {
			return path, nil
		}
	}
	return "", fmt.Errorf("%s not found: install the Debian package postgresql-client", tool)
}
