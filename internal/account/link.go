package account

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"time"

	"github.com/google/uuid"

	"rundertisch/internal/db"
)

// linkKind is what a one-time link is for.
type linkKind string

const (
	invitationLink linkKind = "invitation"
	resetLink      linkKind = "password_reset"
)

// life says how long the link works.
func (k linkKind) life() time.Duration {
	if k == resetLink {
		return time.Hour
	}
	return 72 * time.Hour
}

// newToken returns 256 random bits for an address and the hash that is stored.
func newToken() (token string, hash []byte) {
	secret := make([]byte, 32)
	_, _ = rand.Read(secret) // never fails
	token = base64.RawURLEncoding.EncodeToString(secret)
	return token, hashToken(token)
}

func hashToken(token string) []byte {
	sum := sha256.Sum256([]byte(token))
	return sum[:]
}

// makeLink makes a link for the person and puts earlier ones of the kind out
// of use. Only the mail holds the token.
func makeLink(ctx context.Context, tx *db.Tx, person uuid.UUID, kind linkKind) (token string, err error) {
	if err := closeLinks(ctx, tx, person, kind); err != nil {
		return "", err
	}
	token, hash := newToken()
	_, err = tx.Exec(ctx, `
		INSERT INTO one_time_link (token_hash, kind, person_id, created_at, expires_at)
		VALUES ($1, $2, $3, $4, $5)`, hash, string(kind), person, tx.Now, tx.Now.Add(kind.life()))
	if err != nil {
		return "", fmt.Errorf("make %s for person %s: %w", kind, person, err)
	}
	return token, nil
}

// closeLinks puts the person's open links out of use; no kinds means all.
func closeLinks(ctx context.Context, tx *db.Tx, person uuid.UUID, kinds ...linkKind) error {
	var names []string
	for _, k := range kinds {
		names = append(names, string(k))
	}
	_, err := tx.Exec(ctx, `
		UPDATE one_time_link SET used_at = $2
		WHERE person_id = $1 AND used_at IS NULL AND ($3::text[] IS NULL OR kind = ANY ($3))`, person, tx.Now, names)
	if err != nil {
		return fmt.Errorf("close links of person %s: %w", person, err)
	}
	return nil
}

// opened is a link that still works and whom it is for.
type opened struct {
	ID     uuid.UUID
	Person uuid.UUID
	Name   string
	Email  string
}

// openLink finds the link behind a token without using it up. It returns
// fault.NotFound for an unknown, used, replaced or expired token and for a
// disabled person alike.
func openLink(ctx context.Context, tx *db.Tx, kind linkKind, token string) (opened, error) {
	var o opened
	err := tx.QueryRow(ctx, `
		SELECT l.id, p.id, p.name, p.email
		FROM one_time_link l
		JOIN person p ON p.programme_id = l.programme_id AND p.id = l.person_id
		WHERE l.token_hash = $1 AND l.kind = $2 AND l.used_at IS NULL AND l.expires_at > $3
			AND p.disabled_at IS NULL AND p.email IS NOT NULL`, hashToken(token), string(kind), tx.Now).
		Scan(&o.ID, &o.Person, &o.Name, &o.Email)
	if err != nil {
		return opened{}, fmt.Errorf("open %s: %w", kind, err)
	}
	return o, nil
}

// use uses the link up. It returns fault.NotFound if another request did so
// first.
func (o opened) use(ctx context.Context, tx *db.Tx) error {
	err := tx.ExecOne(ctx, `
		UPDATE one_time_link SET used_at = $2
		WHERE id = $1 AND used_at IS NULL AND expires_at > $2`, o.ID, tx.Now)
	if err != nil {
		return fmt.Errorf("use link %s: %w", o.ID, err)
	}
	return nil
}
