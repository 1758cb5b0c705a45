package job

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivermigrate"

	"rundertisch/internal/access"
	"rundertisch/internal/db"
)

// Args are a job's arguments: what kind of job, and in which programme.
type Args interface {
	Kind() string
	InProgramme() uuid.UUID
}

// Workers know what to do for each kind of job.
type Workers struct{ river *river.Workers }

// NewWorkers returns workers that know no kind yet; see Handle.
func NewWorkers() *Workers { return &Workers{river: river.NewWorkers()} }

// Handle says what to do for jobs with arguments A. fn gets a context that
// carries the system as actor; an error means "try again later".
func Handle[A Args](w *Workers, fn func(ctx context.Context, args A) error) {
	river.AddWorker(w.river, river.WorkFunc(func(ctx context.Context, j *river.Job[A]) error {
		actor := access.System(j.Args.InProgramme(), j.Kind)
		actor.Request = fmt.Sprintf("job %d", j.ID)
		return fn(access.NewContext(ctx, actor), j.Args)
	}))
}

// maxAttempts with waits of 1, 16, 81, 256 … seconds last six days: longer than
// a mail server is down over the holidays.
const maxAttempts = 20

// Queue takes jobs and, once started, works them.
type Queue struct {
	client  *river.Client[pgx.Tx]
	working bool
}

// NewQueue returns a queue that only takes jobs.
func NewQueue(pool *pgxpool.Pool, log *slog.Logger) (*Queue, error) {
	return open(pool, &river.Config{Logger: log, MaxAttempts: maxAttempts})
}

// NewWorkingQueue returns a queue that takes jobs and works them after Start.
func NewWorkingQueue(pool *pgxpool.Pool, w *Workers, log *slog.Logger) (*Queue, error) {
	q, err := open(pool, &river.Config{
		Logger:               log,
		Workers:              w.river,
		Queues:               map[string]river.QueueConfig{river.QueueDefault: {MaxWorkers: 20}},
		FetchCooldown:        20 * time.Millisecond,
		FetchPollInterval:    time.Second,
		JobTimeout:           time.Minute,
		RescueStuckJobsAfter: 5 * time.Minute,
		MaxAttempts:          maxAttempts,
	})
	if err != nil {
		return nil, err
	}
	q.working = true
	return q, nil
}

func open(pool *pgxpool.Pool, cfg *river.Config) (*Queue, error) {
	client, err := river.NewClient(riverpgxv5.New(pool), cfg)
	if err != nil {
		return nil, fmt.Errorf("open job queue: %w", err)
	}
	return &Queue{client: client}, nil
}

// Add queues a job in the transaction: it exists if and only if tx commits.
func (q *Queue) Add(ctx context.Context, tx *db.Tx, args Args) error {
	nested, err := tx.Nested(ctx)
	if err != nil {
		return err
	}
	if _, err := q.client.InsertTx(ctx, nested, args, nil); err != nil {
		return fmt.Errorf("queue job %s: %w", args.Kind(), err)
	}
	if err := nested.Commit(ctx); err != nil {
		return fmt.Errorf("queue job %s: %w", args.Kind(), err)
	}
	return nil
}

// AddAll is Add for several jobs at once.
func (q *Queue) AddAll(ctx context.Context, tx *db.Tx, jobs []Args) error {
	if len(jobs) == 0 {
		return nil
	}
	nested, err := tx.Nested(ctx)
	if err != nil {
		return err
	}
	list := make([]river.InsertManyParams, len(jobs))
	for i, args := range jobs {
		list[i].Args = args
	}
	if _, err := q.client.InsertManyTx(ctx, nested, list); err != nil {
		return fmt.Errorf("queue %d jobs %s: %w", len(jobs), jobs[0].Kind(), err)
	}
	if err := nested.Commit(ctx); err != nil {
		return fmt.Errorf("queue %d jobs %s: %w", len(jobs), jobs[0].Kind(), err)
	}
	return nil
}

// Every queues a job when the queue starts and then after each interval, once
// for all processes that work jobs. Call it before Start.
func (q *Queue) Every(interval time.Duration, args Args) {
	if !q.working {
		return
	}
	q.client.PeriodicJobs().Add(river.NewPeriodicJob(river.PeriodicInterval(interval),
		func() (river.JobArgs, *river.InsertOpts) { return args, nil }, &river.PeriodicJobOpts{RunOnStart: true}))
}

// Start begins to work jobs. It returns at once; Stop ends the work.
func (q *Queue) Start(ctx context.Context) error {
	if !q.working {
		return nil
	}
	if err := q.client.Start(ctx); err != nil {
		return fmt.Errorf("start jobs: %w", err)
	}
	return nil
}

// Stop lets the jobs under way finish until ctx ends, then cancels them.
func (q *Queue) Stop(ctx context.Context) error {
	if !q.working {
		return nil
	}
	if err := q.client.Stop(ctx); err != nil {
		hard, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
		defer cancel()
		return q.client.StopAndCancel(hard)
	}
	return nil
}

// Migrate brings the queue's own tables to the version of the library, as the
// owner's role, and lets the app use them.
func Migrate(ctx context.Context, ownerURL string) error {
	pool, err := pgxpool.New(ctx, ownerURL)
	if err != nil {
		return fmt.Errorf("connect to migrate jobs: %w", err)
	}
	defer pool.Close()
	m, err := rivermigrate.New(riverpgxv5.New(pool), &rivermigrate.Config{Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		return fmt.Errorf("open job migrator: %w", err)
	}
	if _, err := m.Migrate(ctx, rivermigrate.DirectionUp, nil); err != nil {
		return fmt.Errorf("migrate jobs: %w", err)
	}
	_, err = pool.Exec(ctx, `
		DO $$
		DECLARE t text;
		BEGIN
			FOR t IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename LIKE 'river\_%' LOOP
				EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO rt_app', t);
			END LOOP;
			FOR t IN SELECT sequencename FROM pg_sequences WHERE schemaname = 'public' AND sequencename LIKE 'river\_%' LOOP
				EXECUTE format('GRANT USAGE ON SEQUENCE %I TO rt_app', t);
			END LOOP;
		END $$`)
	if err != nil {
		return fmt.Errorf("let the app use the job tables: %w", err)
	}
	return nil
}
