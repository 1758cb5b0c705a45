// Dbreset deletes the private PostgreSQL cluster of DATA_DIR, with all that is in
// it: `make db-reset`. It refuses while the cluster runs and when DATABASE_URL
// says that the data are elsewhere.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"rundertisch/internal/config"
	"rundertisch/internal/localpg"
)

func main() {
	if err := run(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, "db-reset:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	cfg, err := config.Read(os.Getenv)
	if err != nil {
		return err
	}
	if cfg.DatabaseURL != "" {
		return errors.New("DATABASE_URL is set: this deletes the private cluster alone")
	}
	cluster, err := localpg.Attach(ctx, cfg.ClusterDir())
	if err == nil {
		return fmt.Errorf("the cluster runs (pid %d): stop the site first", cluster.PID())
	}
	if !errors.Is(err, localpg.ErrNotRunning) {
		return err
	}
	dir, err := localpg.Folder(cfg.ClusterDir())
	if err != nil {
		return err
	}
	if err := os.RemoveAll(dir); err != nil {
		return fmt.Errorf("delete %s: %w", dir, err)
	}
	fmt.Println("deleted", dir)
	return nil
}
