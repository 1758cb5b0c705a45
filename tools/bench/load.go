package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"
)

const clients = 32

// contestant is a way to make the list of 50 rows.
type contestant struct {
	name    string
	pid     int // of the process that answers
	addr    string
	request []byte
	cost    spending
	took    []time.Duration
	rates   []float64
	bytes   int
}

// measureLoad lets 32 clients read the list as fast as they can: the site's
// and, in turns with it, those of peer.go.
func measureLoad(ctx context.Context, o options, at *place, r *report) error {
	if err := at.forget(ctx); err != nil {
		return err
	}
	peers, addrs, err := startPeers(ctx, at)
	if err != nil {
		return err
	}
	defer func() { _ = peers.stop() }()
	list := get("/aktivitaeten", at.token)
	all := []*contestant{
		{name: "the site", pid: at.site.cmd.Process.Pid, addr: at.site.addr, request: list},
		{name: "(1) net/http + pgx, one query, same bytes", pid: peers.cmd.Process.Pid, addr: addrs.Bare, request: list},
		{name: "(2) chi + templ + pgx, one query, same template", pid: peers.cmd.Process.Pid, addr: addrs.Plain, request: list},
		{name: "(3) the site's own handler and gate, without session", pid: peers.cmd.Process.Pid, addr: addrs.Gate, request: list},
	}
	for _, c := range all {
		if err := c.round(ctx, time.Second, at.cluster.PID()); err != nil { // to warm up
			return fmt.Errorf("%s: %w", c.name, err)
		}
		c.took, c.rates, c.cost = nil, nil, spending{}
	}
	atRest, err := at.site.residentMB("VmRSS")
	if err != nil {
		return err
	}
	if err := at.site.forgetPeak(); err != nil {
		return err
	}
	for range o.rounds {
		for _, c := range all {
			if err := c.round(ctx, o.round, at.cluster.PID()); err != nil {
				return fmt.Errorf("%s: %w", c.name, err)
			}
		}
	}
	most, err := at.site.residentMB("VmHWM")
	if err != nil {
		return err
	}
	site, bare, plain := all[0], all[1], all[2]
	r.add("list under 32 clients, ratio to net/http + pgx (1)", site.rate()/bare.rate(), "", 0.45, higher)
	r.add("list under 32 clients, ratio to chi + templ + pgx (2)", site.rate()/plain.rate(), "", 0.65, higher)
	r.add("resident memory of the app, highest under load", most, "MB", 120, lower)
	for _, c := range all {
		r.remarkf("%-53s %6.0f req/s  p50 %5.1f ms  p99 %5.1f ms  %d bytes  rounds %s", c.name, c.rate(), c.quantile(0.5), c.quantile(0.99), c.bytes, c.spread())
	}
	for _, c := range all {
		r.remarkf("%-53s costs a request: %s", c.name, &c.cost)
	}
	r.remarkf("By what a request costs, which other work on the machine changes less, the ratios are %.2f to (1) and %.2f to (2).",
		bare.cost.perRequest()/site.cost.perRequest(), plain.cost.perRequest()/site.cost.perRequest())
	r.remarkf("%d rounds of %s each, in turns; clients, app and PostgreSQL share the machine, the clients at most one core; rates are means of the rounds.", o.rounds, o.round)
	r.remarkf("Resident memory before the rounds %.0f MB, at most %.0f MB; the app alone, without PostgreSQL.", atRest, most)
	return nil
}

// forget takes back the entries that the measurement of the form has logged, so
// that the list is that of the demo.
func (p *place) forget(ctx context.Context) error {
	db, err := p.super(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = db.Close(ctx) }()
	for _, sql := range []string{
		`SET session_replication_role = replica`,
		`DELETE FROM activity_partner l USING activity a WHERE a.programme_id = l.programme_id AND a.id = l.activity_id AND NOT a.simulated`,
		`DELETE FROM activity WHERE NOT simulated`,
		`VACUUM ANALYZE activity, activity_partner`,
	} {
		if _, err := db.Exec(ctx, sql); err != nil {
			return fmt.Errorf("%.40s: %w", sql, err)
		}
	}
	return nil
}

// round is one round of all clients.
func (c *contestant) round(ctx context.Context, length time.Duration, database int) error {
	conns, hangUp, err := dialAll(ctx, c.addr)
	if err != nil {
		return err
	}
	defer hangUp()
	var wg sync.WaitGroup
	took, errs := make([][]time.Duration, clients), make([]error, clients)
	before, began := spent(c.pid, database), time.Now()
	for i := range clients {
		wg.Go(func() { took[i], errs[i] = c.client(ctx, conns[i], began.Add(length)) })
	}
	wg.Wait()
	all, after := time.Since(began), spent(c.pid, database)
	n := 0
	for i := range clients {
		if errs[i] != nil {
			return errs[i]
		}
		c.took = append(c.took, took[i]...)
		n += len(took[i])
	}
	c.rates = append(c.rates, float64(n)/all.Seconds())
	c.cost.since(before, after, n)
	return nil
}

// dialAll opens a connection per client.
func dialAll(ctx context.Context, addr string) (conns []*conn, hangUp func(), err error) {
	hangUp = func() {
		for _, c := range conns {
			_ = c.Close()
		}
	}
	for range clients {
		c, err := dial(ctx, addr)
		if err != nil {
			hangUp()
			return nil, nil, err
		}
		conns = append(conns, c)
	}
	return conns, hangUp, nil
}

func (c *contestant) client(ctx context.Context, to *conn, until time.Time) ([]time.Duration, error) {
	var took []time.Duration
	for now := time.Now(); now.Before(until) && ctx.Err() == nil; {
		status, size, _, err := to.do(c.request, false)
		if err != nil {
			return nil, err
		}
		if status != 200 {
			return nil, fmt.Errorf("status %d", status)
		}
		if c.bytes == 0 {
			c.bytes = size
		}
		then := now
		now = time.Now()
		took = append(took, now.Sub(then))
	}
	return took, ctx.Err()
}

func (c *contestant) rate() float64 {
	sum := 0.0
	for _, r := range c.rates {
		sum += r
	}
	return sum / float64(len(c.rates))
}

func (c *contestant) quantile(q float64) float64 {
	slices.Sort(c.took)
	return ms(c.took[int(q*float64(len(c.took)-1))])
}

func (c *contestant) spread() string {
	var list []string
	for _, r := range c.rates {
		list = append(list, fmt.Sprintf("%.0f", r))
	}
	return strings.Join(list, " ")
}
