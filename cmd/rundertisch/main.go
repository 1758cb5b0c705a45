// Command rundertisch is Runder Tisch: the site, its jobs and the tools of
// those who run it, in one binary.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Getenv, os.Stdin, os.Stdout, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "rundertisch:", err)
		if errors.Is(err, errUsage) {
			os.Exit(2) //nolint:gocritic // nothing is left to undo
		}
		os.Exit(1)
	}
}
