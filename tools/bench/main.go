// Command bench measures the site against its targets: the built program with
// the demo and 250,000 more activities, seen by a coordinator of one district;
// app, database and clients on one machine. It prints a table and writes
// bench.json. It is no timed test: it fails only if it cannot measure.
//
// What is measured, and against what, is in measure.go and load.go; the two
// handlers with which the list is compared are in peer.go.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"runtime"
	"syscall"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1) //nolint:gocritic // nothing is left to undo
	}
}

// options are the flags.
type options struct {
	out    string
	rows   int
	round  time.Duration
	rounds int
	only   string
	keep   bool
}

func run(ctx context.Context) error {
	if os.Getenv(peerEnv) != "" {
		return servePeers(ctx)
	}
	var o options
	flag.StringVar(&o.out, "o", "bench.json", "file for the figures")
	flag.IntVar(&o.rows, "rows", 250_000, "activities added to the demo")
	flag.DurationVar(&o.round, "round", 5*time.Second, "length of a round under load")
	flag.IntVar(&o.rounds, "rounds", 3, "rounds under load of each page")
	flag.StringVar(&o.only, "only", "", "measure one part alone: weight, pages, minutes, load or grants")
	flag.BoolVar(&o.keep, "hold", false, "after measuring, keep everything running until interrupted")
	flag.Parse()
	runtime.GOMAXPROCS(1) // the clients take one core at most

	began := time.Now()
	at, err := setUp(ctx, o)
	if err != nil {
		return errors.Join(err, at.close())
	}
	fmt.Printf("ready after %s: %s\n", time.Since(began).Round(time.Second), at)
	r := &report{}
	err = measureAll(ctx, o, at, r)
	if err == nil {
		r.print(os.Stdout)
		err = r.write(o.out)
		fmt.Printf("took %s; figures in %s\n", time.Since(began).Round(time.Second), o.out)
	}
	if err == nil && o.keep {
		fmt.Printf("holding: site http://%s (pid %d), cookie rt=%s\n", at.site.addr, at.site.cmd.Process.Pid, at.token)
		<-ctx.Done()
	}
	return errors.Join(err, at.close())
}

func measureAll(ctx context.Context, o options, at *place, r *report) error {
	for _, part := range []struct {
		name    string
		measure func(context.Context, options, *place, *report) error
	}{
		{"weight", measureWeight}, {"pages", measurePages}, {"minutes", measureMinutes}, {"load", measureLoad}, {"grants", measureGrants},
	} {
		if o.only != "" && o.only != part.name {
			continue
		}
		if err := part.measure(ctx, o, at, r); err != nil {
			return err
		}
	}
	return nil
}
