package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"runtime/debug"

	"rundertisch/internal/config"
)

var errUsage = errors.New("usage: rundertisch run | serve [--no-jobs] | work | migrate up|down|status | " +
	"seed demo | backup FILE | restore FILE | admin roles|programme|districts|invite … | healthcheck | version")

// command is what a command works with.
type command struct {
	cfg    config.Config
	log    *slog.Logger
	args   []string
	stdin  io.Reader
	stdout io.Writer
	stderr io.Writer
}

// run is the program: what main does, with its surroundings as arguments.
func run(ctx context.Context, args []string, getenv func(string) string, stdin io.Reader, stdout, stderr io.Writer) error {
	if len(args) == 0 {
		return errUsage
	}
	cfg, err := config.Read(getenv)
	if err != nil {
		return err
	}
	var level slog.Level
	if err := level.UnmarshalText([]byte(cfg.LogLevel)); err != nil {
		return fmt.Errorf("LOG_LEVEL: %w", err)
	}
	c := &command{
		cfg: cfg, log: slog.New(slog.NewJSONHandler(stderr, &slog.HandlerOptions{Level: level})),
		args: args[1:], stdin: stdin, stdout: stdout, stderr: stderr,
	}
	commands := map[string]func(context.Context, *command) error{
		"run": runAll, "serve": serve, "work": work, "migrate": migrate, "seed": seed,
		"backup": backup, "restore": restore, "admin": admin, "healthcheck": healthcheck, "version": version,
	}
	do, known := commands[args[0]]
	if !known {
		return errUsage
	}
	return do(ctx, c)
}

func version(_ context.Context, c *command) error {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return errors.New("no build information")
	}
	revision := "unknown"
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			revision = s.Value
		}
	}
	_, err := fmt.Fprintf(c.stdout, "rundertisch %s, revision %s, %s\n", info.Main.Version, revision, info.GoVersion)
	return err
}
