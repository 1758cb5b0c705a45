package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"time"

	"github.com/google/uuid"

	"rundertisch/internal/account"
	"rundertisch/internal/activity"
	"rundertisch/internal/db"
	"rundertisch/internal/document"
	"rundertisch/internal/grant"
	"rundertisch/internal/inbox"
	"rundertisch/internal/job"
	"rundertisch/internal/localpg"
	"rundertisch/internal/mail"
	"rundertisch/internal/meeting"
	"rundertisch/internal/minutes"
	"rundertisch/internal/programme"
	"rundertisch/internal/task"
	"rundertisch/migrations"
)

// database is where the data are: a server that somebody else runs, or the
// private cluster.
type database struct {
	appURL, ownerURL string
	cluster          *localpg.Cluster // nil with DATABASE_URL
}

// findDatabase uses DATABASE_URL, else attaches to the private cluster, else
// starts it. Close stops what was started here.
func (c *command) findDatabase(ctx context.Context) (*database, error) {
	if c.cfg.DatabaseURL != "" {
		return &database{appURL: c.cfg.DatabaseURL, ownerURL: c.cfg.MigrateDatabaseURL}, nil
	}
	cluster, err := localpg.Attach(ctx, c.cfg.ClusterDir())
	if errors.Is(err, localpg.ErrNotRunning) {
		cluster, err = localpg.Start(ctx, c.clusterOptions())
	}
	if err != nil {
		return nil, fmt.Errorf("private PostgreSQL: %w", err)
	}
	return privateDatabase(cluster), nil
}

// ownDatabase is findDatabase for a process that keeps the cluster running: it
// refuses to use one that another process runs.
func (c *command) ownDatabase(ctx context.Context) (*database, error) {
	if c.cfg.DatabaseURL != "" {
		return c.findDatabase(ctx)
	}
	cluster, err := localpg.Start(ctx, c.clusterOptions())
	if err != nil {
		return nil, fmt.Errorf("private PostgreSQL: %w", err)
	}
	return privateDatabase(cluster), nil
}

func (c *command) clusterOptions() localpg.Options {
	return localpg.Options{
		Dir: c.cfg.ClusterDir(), BinDir: c.cfg.PostgresBin,
		NPMRoot: filepath.Join(c.cfg.DataDir, "npm"), Log: c.log.Info,
	}
}

func privateDatabase(cluster *localpg.Cluster) *database {
	return &database{
		appURL:   cluster.URL(localpg.App, localpg.Database),
		ownerURL: cluster.URL(localpg.Owner, localpg.Database),
		cluster:  cluster,
	}
}

func (d *database) Close() error {
	if d.cluster == nil || !d.cluster.Owner() {
		return nil
	}
	return d.cluster.Stop()
}

// migrateUp brings the schema, the job tables and their privileges up to date.
func (d *database) migrateUp(ctx context.Context) error {
	if d.ownerURL == "" {
		return errors.New("MIGRATE_DATABASE_URL is not set: the owner's role is needed to migrate")
	}
	if err := db.NewMigrator(d.ownerURL, migrations.Files).Up(ctx); err != nil {
		return err
	}
	return job.Migrate(ctx, d.ownerURL)
}

// parts are what serve and work share.
type parts struct {
	db       *db.DB
	queue    *job.Queue
	mail     *mail.Office
	inbox    *inbox.Office
	meetings *meeting.Service
	accounts *account.Service
	minutes  *minutes.Service
	tasks    *task.Service
	files    *document.Store
	papers   *document.Renderer
}

// Close gives back what wire has opened.
func (p *parts) Close() error {
	p.db.Close()
	return p.files.Close()
}

// wire opens the gate, the files, the queue and the mail office. working says
// whether the queue works jobs too.
func (c *command) wire(ctx context.Context, at *database, working bool) (*parts, error) {
	d, err := db.Open(ctx, at.appURL, db.Options{Log: c.log})
	if err != nil {
		return nil, err
	}
	files, err := document.OpenStore(c.cfg.FilesFolder())
	if err != nil {
		d.Close()
		return nil, err
	}
	p := &parts{db: d, files: files, papers: c.renderer()}
	workers := job.NewWorkers()
	if working {
		p.queue, err = c.workingQueue(d, workers)
	} else {
		p.queue, err = job.NewQueue(d.Pool(), c.log)
	}
	if err != nil {
		return nil, errors.Join(err, p.Close())
	}
	p.mail = mail.NewOffice(p.queue, c.cfg.SMTPURL == "")
	p.accounts = account.NewService(p.mail, p.queue, c.cfg.BaseURL)
	p.inbox = inbox.NewOffice(p.mail, p.queue, c.cfg.BaseURL)
	p.minutes = minutes.NewService(p.mail, p.inbox, c.cfg.BaseURL)
	p.meetings = meeting.NewService(p.mail, p.inbox, c.cfg.BaseURL)
	p.tasks = task.NewService(p.inbox)
	account.HandleReset(workers, d, p.accounts)
	account.HandleHousekeeping(workers, d)
	activity.HandleHousekeeping(workers, d, files)
	inbox.HandleDigests(workers, d, p.inbox, func(ctx context.Context) ([]uuid.UUID, error) { return programme.IDs(ctx, d) })
	minutes.HandleDeadlines(workers, d)
	task.HandleReminders(workers, d, p.tasks)
	grant.HandleNews(workers, d, grant.NewNewsroom(p.inbox))
	p.queue.Every(time.Hour, account.Housekeep{})
	p.queue.Every(time.Hour, minutes.Deadlines{})
	meeting.HandleCirculars(workers, d)
	meeting.HandleHousekeeping(workers, d)
	minutes.HandleHousekeeping(workers, d)
	p.queue.Every(time.Hour, task.Reminders{})
	p.queue.Every(5*time.Minute, grant.News{})
	p.queue.Every(time.Hour, inbox.Digests{})
	p.queue.Every(time.Hour, meeting.CloseCirculars{})
	p.queue.Every(time.Hour, meeting.Housekeeping{})
	p.queue.Every(time.Hour, minutes.Housekeeping{})
	p.queue.Every(time.Hour, activity.Housekeeping{})
	return p, nil
}

// renderer looks for its packages where the operator says, then where they
// usually are. Without them the site works and says what is missing.
func (c *command) renderer() *document.Renderer {
	r := document.NewRenderer(document.RendererOptions{Modules: slices.Concat(c.cfg.NodeModules(), document.UsualModules())})
	if !r.Available() {
		c.log.Warn("PDFs cannot be made: node or its packages are missing; set RT_NODE_MODULES")
	}
	return r
}

func (c *command) workingQueue(d *db.DB, workers *job.Workers) (*job.Queue, error) {
	var sender mail.Sender = mail.Nobody{}
	if c.cfg.SMTPURL != "" {
		smtp, err := mail.NewSMTP(c.cfg.SMTPURL)
		if err != nil {
			return nil, err
		}
		sender = smtp
	}
	mail.HandleDelivery(workers, d, sender)
	return job.NewWorkingQueue(d.Pool(), workers, c.log)
}
