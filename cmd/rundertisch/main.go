// Command rundertisch is Runder Tisch: the site, its jobs and the tools of
// those who run it, in one binary.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"
)

func main() {
	spendMemory(os.Getenv)
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

// spendMemory lets the garbage collector run less often than Go's default: what
// a page leaves behind is small, and collecting it took a sixth of the time
// (make bench). The limit keeps large files from taking the same freedom. GOGC
// and GOMEMLIMIT say otherwise.
func spendMemory(getenv func(string) string) {
	const percent, limit = 400, 192 << 20
	if getenv("GOGC") == "" {
		debug.SetGCPercent(percent)
	}
	if getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(limit)
	}
}
