package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net"
	"net/http"
	"time"

	"rundertisch/internal/demo"
	"rundertisch/migrations"
	"rundertisch/web/server"
	"rundertisch/web/static"
)

const (
	shutdownLimit = 25 * time.Second
	jobsLimit     = 20 * time.Second
)

// runAll is for a first look and for development: the database, the schema,
// the demo and the site in one process.
func runAll(ctx context.Context, c *command) (err error) {
	at, err := c.ownDatabase(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, at.Close()) }()
	if err := at.migrateUp(ctx); err != nil {
		return err
	}
	if c.cfg.Demo {
		if err := c.seedDemo(ctx, at); err != nil {
			return err
		}
	}
	return c.serveWith(ctx, at, true)
}

// serve answers requests and, unless told otherwise, works jobs. It never
// migrates: /readyz says when the schema does not fit.
func serve(ctx context.Context, c *command) (err error) {
	flags := flag.NewFlagSet("serve", flag.ContinueOnError)
	flags.SetOutput(c.stderr)
	noJobs := flags.Bool("no-jobs", false, "answer requests only")
	if err := flags.Parse(c.args); err != nil {
		return errUsage
	}
	at, err := c.ownDatabase(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, at.Close()) }()
	return c.serveWith(ctx, at, !*noJobs)
}

func (c *command) serveWith(ctx context.Context, at *database, jobs bool) (err error) {
	if err := static.Check(); err != nil {
		return err
	}
	if c.cfg.Demo { // everybody reads the mail of a demo, with its links
		if err := demo.Only(ctx, at.appURL); err != nil {
			return fmt.Errorf("DEMO=1: %w", err)
		}
	}
	p, err := c.wire(ctx, at, jobs)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.Close()) }()
	site := server.New(p.db, server.Options{
		BaseURL: c.cfg.BaseURL, Demo: c.cfg.Demo, TrustedProxies: c.cfg.TrustedProxies,
		Migrations: migrations.Files, Log: c.log,
	}, server.Parts{
		DemoAccounts: demoAccounts(c.cfg.Demo), Mail: p.mail, Accounts: p.accounts, Meetings: p.meetings, Minutes: p.minutes, Tasks: p.tasks,
		Files: p.files, Papers: p.papers,
	})
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", c.cfg.ListenAddr)
	if err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	if err := p.queue.Start(context.WithoutCancel(ctx)); err != nil {
		return errors.Join(err, listener.Close())
	}
	web := server.HTTPServer(c.cfg.ListenAddr, site.Handler(), c.log)
	ended := make(chan error, 2)
	go func() { ended <- web.Serve(listener) }()
	if c.cfg.MetricsAddr != "" {
		watch := server.HTTPServer(c.cfg.MetricsAddr, metricsHandler(site.Metrics()), c.log)
		defer func() { _ = watch.Close() }()
		go func() { ended <- watch.ListenAndServe() }()
	}
	c.log.Info("serving", "address", listener.Addr().String(), "base_url", c.cfg.BaseURL.String(), "jobs", jobs, "demo", c.cfg.Demo)
	_, _ = fmt.Fprintf(c.stdout, "Runder Tisch: %s\n", c.cfg.BaseURL)

	var reason error
	select {
	case <-ctx.Done():
	case reason = <-ended:
	case <-at.exited():
		reason = errors.New("the private PostgreSQL has ended")
	}
	return errors.Join(reason, c.shutDown(web, p))
}

// shutDown lets requests and jobs finish.
func (c *command) shutDown(web *http.Server, p *parts) error {
	ctx, cancel := context.WithTimeout(context.Background(), shutdownLimit)
	defer cancel()
	err := web.Shutdown(ctx)
	jobs, cancelJobs := context.WithTimeout(context.Background(), jobsLimit)
	defer cancelJobs()
	return errors.Join(err, p.queue.Stop(jobs))
}

// exited is closed when the private cluster ends by itself.
func (d *database) exited() <-chan struct{} {
	if d.cluster == nil {
		return nil
	}
	return d.cluster.Exited()
}

// work does jobs without answering requests.
func work(ctx context.Context, c *command) (err error) {
	at, err := c.findDatabase(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, at.Close()) }()
	p, err := c.wire(ctx, at, true)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.Close()) }()
	if err := p.queue.Start(context.WithoutCancel(ctx)); err != nil {
		return err
	}
	<-ctx.Done()
	jobs, cancel := context.WithTimeout(context.Background(), jobsLimit)
	defer cancel()
	return p.queue.Stop(jobs)
}

// healthcheck asks the running site whether it is ready, for containers.
func healthcheck(ctx context.Context, c *command) error {
	_, port, err := net.SplitHostPort(c.cfg.ListenAddr)
	if err != nil {
		return fmt.Errorf("LISTEN_ADDR: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, 3*time.Second)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+net.JoinHostPort("127.0.0.1", port)+"/readyz", http.NoBody)
	if err != nil {
		return fmt.Errorf("healthcheck: %w", err)
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		return fmt.Errorf("healthcheck: %w", err)
	}
	defer func() { _ = res.Body.Close() }()
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("healthcheck: not ready: %s", res.Status)
	}
	return nil
}

// metricsHandler answers on METRICS_ADDR, and on nothing else.
func metricsHandler(metrics http.Handler) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", metrics)
	return mux
}
