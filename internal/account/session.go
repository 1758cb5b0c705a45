package account

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rundertisch/internal/db"
)

// How long a session lives: without a request, and at the most.
const (
	IdleLimit     = 30 * time.Minute
	AbsoluteLimit = 12 * time.Hour
)

// Session is a device on which the account is signed in.
type Session struct {
	ID        uuid.UUID
	Programme string // its name
	Device    string // "Firefox, Windows"
	StartedAt time.Time
	LastSeen  time.Time
	Current   bool // the one that asks
}

// sessions lists the actor's sessions in all programmes, the one with the
// token hash first. The table has no policies: the account is asked for here.
func sessions(ctx context.Context, tx *db.Tx, current []byte) ([]Session, error) {
	rows, _ := tx.Query(ctx, `
		SELECT s.id, p.name AS programme, s.device, s.started_at, s.last_seen, s.token_hash = $2 AS current
		FROM session s
		JOIN programme p ON p.id = s.programme_id
		WHERE s.account_id = $1 AND s.revoked_at IS NULL AND s.expires_at > $3
			AND s.last_seen > $3 - $4::interval AND s.started_at > $3 - $5::interval
		ORDER BY current DESC, s.last_seen DESC, s.id`,
		tx.Actor.Account, current, tx.Now, IdleLimit, AbsoluteLimit)
	list, err := pgx.CollectRows(rows, pgx.RowToStructByName[Session])
	if err != nil {
		return nil, fmt.Errorf("list sessions: %w", err)
	}
	return list, nil
}

// EndSession signs one of the actor's own sessions out. It returns
// fault.NotFound if it is not his or has ended.
func EndSession(ctx context.Context, tx *db.Tx, id uuid.UUID) error {
	err := tx.ExecOne(ctx, `
		UPDATE session SET revoked_at = $3, data = ''
		WHERE id = $1 AND account_id = $2 AND revoked_at IS NULL`, id, tx.Actor.Account, tx.Now)
	if err != nil {
		return fmt.Errorf("end session %s: %w", id, err)
	}
	return nil
}

// EndOtherSessions signs out all of the actor's sessions but the one whose
// token has the hash keep, and returns how many they were.
func EndOtherSessions(ctx context.Context, tx *db.Tx, keep []byte) (int, error) {
	return endSessions(ctx, tx, tx.Actor.Account, keep)
}

func endSessions(ctx context.Context, tx *db.Tx, account uuid.UUID, keep []byte) (int, error) {
	n, err := tx.Exec(ctx, `
		UPDATE session SET revoked_at = $3, data = ''
		WHERE account_id = $1 AND revoked_at IS NULL AND ($2::bytea IS NULL OR token_hash <> $2)`, account, keep, tx.Now)
	if err != nil {
		return 0, fmt.Errorf("end sessions of account %s: %w", account, err)
	}
	return int(n), nil
}

// leaveProgramme ends the person's sessions in the actor's programme.
func leaveProgramme(ctx context.Context, tx *db.Tx, person uuid.UUID) error {
	_, err := tx.Exec(ctx, `
		UPDATE session s SET revoked_at = $2, data = ''
		FROM person p
		WHERE p.id = $1 AND s.programme_id = p.programme_id AND s.account_id = p.account_id AND s.revoked_at IS NULL`,
		person, tx.Now)
	if err != nil {
		return fmt.Errorf("end sessions of person %s: %w", person, err)
	}
	return nil
}
