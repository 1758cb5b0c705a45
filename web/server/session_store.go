package server

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/alexedwards/scs/v2"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"rundertisch/internal/access"
	"rundertisch/internal/account"
	"rundertisch/internal/fault"
)

// How long a session lives: without a request, and at the most.
const (
	idleLimit     = account.IdleLimit
	absoluteLimit = account.AbsoluteLimit
	storeDeadline = time.Second     // writing a session
	findDeadline  = 4 * time.Second // looking one up, with the wait behind a crowd of readers
)

// The values of a session. It exists only for people who are signed in.
const (
	keyAccount   = "account"
	keyProgramme = "programme"
	keyStarted   = "started"
	keyDevice    = "device"
)

// sessionStore keeps sessions in PostgreSQL. The token is stored as a hash; a
// look-up is one statement that also finds the actor; a signed-out session
// stays as a tombstone, so that a slow request cannot bring it back; a request
// writes nothing, but once a minute the time of the last one.
type sessionStore struct {
	pool *pgxpool.Pool
	now  func() time.Time
}

var _ scs.CtxStore = (*sessionStore)(nil)

// visit is what a request learns while its session is looked up. The
// middleware puts an empty one into the context, the store fills it.
type visit struct {
	programme uuid.UUID
	actor     access.Actor
	found     bool
	unread    int // notices
}

type visitKey struct{}

func withVisit(ctx context.Context, v *visit) context.Context {
	return context.WithValue(ctx, visitKey{}, v)
}

func visitFrom(ctx context.Context) *visit {
	v, _ := ctx.Value(visitKey{}).(*visit)
	return v
}

func hash(token string) []byte {
	sum := sha256.Sum256([]byte(token))
	return sum[:]
}

// FindCtx looks up the session and fills the context's visit.
func (s *sessionStore) FindCtx(ctx context.Context, token string) ([]byte, bool, error) {
	v := visitFrom(ctx)
	if v == nil {
		return nil, false, errors.New("session looked up outside the middleware")
	}
	limited, cancel := context.WithTimeout(ctx, findDeadline)
	defer cancel()
	var data, grants []byte
	var touch bool
	a := access.Actor{Programme: v.programme}
	err := s.pool.QueryRow(limited, `
		SELECT s.data, s.touch, s.account_id, s.person_id, s.name, s.grants, notification_unread($2, s.person_id)
		FROM session_actor($1, $2, $3, $4, $5) AS s`,
		hash(token), v.programme, s.now(), idleLimit, absoluteLimit).
		Scan(&data, &touch, &a.Account, &a.Person, &a.Name, &grants, &v.unread)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, fmt.Errorf("find session: %w: %w", fault.Unavailable, err)
	}
	if err := json.Unmarshal(grants, &a.Grants); err != nil {
		return nil, false, fmt.Errorf("read grants: %w", err)
	}
	if touch {
		if err := s.touch(limited, token); err != nil {
			return nil, false, err
		}
	}
	v.actor, v.found = a, true
	return data, true, nil
}

// touch moves the idle deadline. It never revives a session.
func (s *sessionStore) touch(ctx context.Context, token string) error {
	_, err := s.pool.Exec(ctx, `
		UPDATE session SET last_seen = $2
		WHERE token_hash = $1 AND revoked_at IS NULL AND last_seen < $2`, hash(token), s.now())
	if err != nil {
		return fmt.Errorf("touch session: %w: %w", fault.Unavailable, err)
	}
	return nil
}

// CommitCtx stores a session. A signed-out one stays signed out.
func (s *sessionStore) CommitCtx(ctx context.Context, token string, data []byte, expiry time.Time) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), storeDeadline)
	defer cancel()
	d, err := readSession(data)
	if err != nil {
		return err
	}
	if d.Account == "" {
		return errors.New("a session without a person is never stored")
	}
	_, err = s.pool.Exec(ctx, `
		INSERT INTO session (token_hash, account_id, programme_id, data, device, started_at, last_seen, expires_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
		ON CONFLICT (token_hash) DO UPDATE SET data = excluded.data
		WHERE session.revoked_at IS NULL`,
		hash(token), d.Account, d.Programme, data, d.Device, time.UnixMicro(d.Started), s.now(), expiry)
	if err != nil {
		return fmt.Errorf("store session: %w: %w", fault.Unavailable, err)
	}
	return nil
}

// DeleteCtx signs the session out and leaves a tombstone.
func (s *sessionStore) DeleteCtx(ctx context.Context, token string) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), storeDeadline)
	defer cancel()
	_, err := s.pool.Exec(ctx, `
		UPDATE session SET revoked_at = $2, data = ''
		WHERE token_hash = $1 AND revoked_at IS NULL`, hash(token), s.now())
	if err != nil {
		return fmt.Errorf("end session: %w: %w", fault.Unavailable, err)
	}
	return nil
}

var errNoContext = errors.New("the session store works with a context only")

// Find is never called: scs prefers FindCtx.
func (*sessionStore) Find(string) ([]byte, bool, error) { return nil, false, errNoContext }

// Commit is never called: scs prefers CommitCtx.
func (*sessionStore) Commit(string, []byte, time.Time) error { return errNoContext }

// Delete is never called: scs prefers DeleteCtx.
func (*sessionStore) Delete(string) error { return errNoContext }
