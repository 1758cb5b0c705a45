package testdb

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"rundertisch/internal/access"
	"rundertisch/internal/db"
	"rundertisch/internal/job"
	"rundertisch/internal/localpg"
	"rundertisch/migrations"
)

// Main runs the tests of a package and takes the cluster down afterwards.
func Main(m *testing.M) {
	code := m.Run()
	if err := server.stop(); err != nil {
		fmt.Fprintln(os.Stderr, "testdb:", err)
		code = 1
	}
	os.Exit(code)
}

// Instance is one test's own database.
type Instance struct {
	*db.DB
	URL      string // as the app's role
	OwnerURL string // as the owner's role, which no policy holds back
}

// DB clones the template. The clone goes away with the test.
func DB(tb testing.TB, options ...func(*db.Options)) *Instance {
	tb.Helper()
	name := server.clone(tb)
	inst := &Instance{URL: server.cluster.URL(localpg.App, name), OwnerURL: server.cluster.URL(localpg.Owner, name)}
	o := db.Options{MaxConns: 4}
	for _, set := range options {
		set(&o)
	}
	d, err := db.Open(tb.Context(), inst.URL, o)
	if err != nil {
		tb.Fatalf("testdb: open: %v", err)
	}
	inst.DB = d
	tb.Cleanup(d.Close)
	return inst
}

// Empty gives a migrated database without the test world.
func Empty(tb testing.TB) *Instance {
	tb.Helper()
	app, owner := Blank(tb)
	if err := prepare(tb.Context(), owner); err != nil {
		tb.Fatalf("testdb: %v", err)
	}
	d, err := db.Open(tb.Context(), app, db.Options{MaxConns: 4})
	if err != nil {
		tb.Fatalf("testdb: open: %v", err)
	}
	tb.Cleanup(d.Close)
	return &Instance{DB: d, URL: app, OwnerURL: owner}
}

// As returns a context in which the actor acts.
func As(ctx context.Context, a access.Actor) context.Context { return access.NewContext(ctx, a) }

// MustWrite runs fn as the actor and fails the test on an error.
func (i *Instance) MustWrite(tb testing.TB, a access.Actor, act access.Action, fn func(ctx context.Context, tx *db.Tx) error) {
	tb.Helper()
	ctx := As(tb.Context(), a)
	if err := i.Write(ctx, act, func(tx *db.Tx) error { return fn(ctx, tx) }); err != nil {
		tb.Fatalf("%s: %v", act, err)
	}
}

// MustRead runs fn as the actor and fails the test on an error.
func (i *Instance) MustRead(tb testing.TB, a access.Actor, act access.Action, fn func(ctx context.Context, tx *db.Tx) error) {
	tb.Helper()
	ctx := As(tb.Context(), a)
	if err := i.Read(ctx, act, func(tx *db.Tx) error { return fn(ctx, tx) }); err != nil {
		tb.Fatalf("%s: %v", act, err)
	}
}

// Owner runs a statement as the owner's role and fails the test on an error.
func (i *Instance) Owner(tb testing.TB, sql string, args ...any) {
	tb.Helper()
	conn, err := pgx.Connect(tb.Context(), i.OwnerURL)
	if err != nil {
		tb.Fatalf("testdb: connect as owner: %v", err)
	}
	defer func() { _ = conn.Close(context.Background()) }()
	if _, err := conn.Exec(tb.Context(), sql, args...); err != nil {
		tb.Fatalf("testdb: as owner: %v", err)
	}
}

// Blank gives a database without any table, for tests of the migrations.
func Blank(tb testing.TB) (appURL, ownerURL string) {
	tb.Helper()
	server.start(tb)
	name := server.create(tb, "template0")
	return server.cluster.URL(localpg.App, name), server.cluster.URL(localpg.Owner, name)
}

var server cluster

// cluster is the one of this test process.
type cluster struct {
	once    sync.Once
	err     error
	dir     string
	cluster *localpg.Cluster
	clones  atomic.Int64
	mu      sync.Mutex // CREATE DATABASE from one template is not for two at once
}

func (c *cluster) start(tb testing.TB) {
	tb.Helper()
	c.once.Do(func() { c.err = c.boot() })
	if c.err != nil {
		tb.Fatalf("testdb: %v", c.err)
	}
}

func (c *cluster) boot() error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	// The folder itself, not one below it: only root may enter a temporary
	// folder, and the server runs as another user.
	dir, err := os.MkdirTemp("", "rt-testdb")
	if err != nil {
		return fmt.Errorf("make folder: %w", err)
	}
	c.dir = dir
	c.cluster, err = localpg.Start(ctx, localpg.Options{Dir: dir, Fast: true, NPMRoot: os.Getenv("RT_NPM_ROOT"), BinDir: os.Getenv("RT_PG_BIN")})
	if err != nil {
		return fmt.Errorf("start: %w", err)
	}
	owner := c.cluster.URL(localpg.Owner, localpg.Database)
	if err := prepare(ctx, owner); err != nil {
		return err
	}
	return settle(ctx, owner)
}

// prepare brings a database to the newest schema.
func prepare(ctx context.Context, owner string) error {
	if err := db.NewMigrator(owner, migrations.Files).Up(ctx); err != nil {
		return fmt.Errorf("template: %w", err)
	}
	if err := job.Migrate(ctx, owner); err != nil {
		return fmt.Errorf("template: %w", err)
	}
	return nil
}

// clone makes the test's own copy of the template.
func (c *cluster) clone(tb testing.TB) string {
	tb.Helper()
	c.start(tb)
	return c.create(tb, localpg.Database)
}

func (c *cluster) create(tb testing.TB, template string) string {
	tb.Helper()
	name := fmt.Sprintf("t%d", c.clones.Add(1))
	c.admin(tb, fmt.Sprintf("CREATE DATABASE %s TEMPLATE %s OWNER %s", name, template, localpg.Owner))
	tb.Cleanup(func() { c.admin(tb, fmt.Sprintf("DROP DATABASE %s WITH (FORCE)", name)) })
	return name
}

func (c *cluster) admin(tb testing.TB, sql string) {
	tb.Helper()
	c.mu.Lock()
	defer c.mu.Unlock()
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	conn, err := pgx.Connect(ctx, c.cluster.URL("postgres", "postgres"))
	if err != nil {
		tb.Fatalf("testdb: connect: %v", err)
	}
	defer func() { _ = conn.Close(ctx) }()
	if _, err := conn.Exec(ctx, sql); err != nil {
		tb.Fatalf("testdb: %s: %v", strings.Fields(sql)[0], err)
	}
}

func (c *cluster) stop() error {
	if c.cluster == nil {
		return nil
	}
	if err := c.cluster.Stop(); err != nil {
		return err
	}
	return errors.Join(os.RemoveAll(c.dir), os.RemoveAll(c.cluster.Dir()))
}
