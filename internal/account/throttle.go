package account

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"rundertisch/internal/access"
	"rundertisch/internal/db"
	"rundertisch/internal/fault"
)

// How many failures are free, by what they are counted, and for how long.
const (
	freePerAccount = 5
	freePerNetwork = 30
	forgetAfter    = 15 * time.Minute
	giveBackLimit  = 5 * time.Second
)

// bucket is where failures are counted: an address or a network, as a hash, so
// that an address that has no account is counted just the same.
type bucket struct {
	hash []byte
	free int
}

func accountBucket(email string) bucket {
	return bucket{hash: bucketHash("account:" + strings.ToLower(email)), free: freePerAccount}
}

// networkBucket counts a /24 (IPv4) or a /56 (IPv6) as one.
func networkBucket(ip netip.Addr) bucket {
	return bucket{hash: bucketHash("network:" + networkOf(ip)), free: freePerNetwork}
}

func networkOf(ip netip.Addr) string {
	bits := 56
	if ip.Unmap().Is4() {
		ip, bits = ip.Unmap(), 24
	}
	network, err := ip.Prefix(bits)
	if err != nil {
		network = netip.Prefix{} // an unknown network is one of its own
	}
	return network.String()
}

func bucketHash(s string) []byte {
	sum := sha256.Sum256([]byte(s))
	return sum[:]
}

// nextTry is when the bucket t with $3 free failures may be tried again: at
// once while failures are free, then after a time that doubles up to a minute.
const nextTry = `t.last_at + CASE WHEN t.failures < $3 THEN interval '0'
	ELSE least(2 ^ least(t.failures - $3, 6), 60) * interval '1 second' END`

// try is one that was counted in a bucket, and what it replaced there.
type try struct {
	bucket bucket
	at     time.Time
	before *time.Time // nil: nothing was counted
}

// takeTries counts a try in each bucket, before the password is looked at: of
// many that come at once no more are looked at than are free. Old failures are
// forgotten. It returns fault.TooMany, and counts nothing once the transaction
// is undone, if one of the buckets has to wait.
func takeTries(ctx context.Context, tx *db.Tx, buckets ...bucket) ([]try, error) {
	tries := make([]try, 0, len(buckets))
	for _, b := range buckets {
		t := try{bucket: b}
		err := tx.QueryRow(ctx, `
			INSERT INTO throttle AS t (bucket, failures, last_at)
			VALUES ($1, 1, $2)
			ON CONFLICT (bucket) DO UPDATE SET
				failures = CASE WHEN t.last_at < $2 - $4::interval THEN 1 ELSE t.failures + 1 END,
				last_at = greatest(t.last_at, $2)
			WHERE t.last_at < $2 - $4::interval OR t.failures < $3 OR $2 >= `+nextTry+`
			RETURNING last_at, (SELECT o.last_at FROM throttle o WHERE o.bucket = $1)`,
			b.hash, tx.Now, b.free, forgetAfter).Scan(&t.at, &t.before)
		if errors.Is(err, pgx.ErrNoRows) {
			return nil, tooMany(ctx, tx, b)
		}
		if err != nil {
			return nil, fmt.Errorf("count try: %w", err)
		}
		tries = append(tries, t)
	}
	return tries, nil
}

// tooMany is the fault of a bucket that has to wait.
func tooMany(ctx context.Context, tx *db.Tx, b bucket) error {
	seconds := 1
	err := tx.QueryRow(ctx, `
		SELECT greatest(ceil(extract(epoch FROM `+nextTry+` - $2)), 1)::int
		FROM throttle t
		WHERE t.bucket = $1`, b.hash, tx.Now, b.free).Scan(&seconds)
	if err != nil && !errors.Is(err, pgx.ErrNoRows) { // none: cleared in between
		return fmt.Errorf("read throttle: %w", err)
	}
	return &throttled{error: fault.Explain(fault.TooMany, "session.too_many", "Seconds", seconds), seconds: seconds}
}

// prove says whether the password belongs to the hash. The tries that were
// counted for it are given back unless it is wrong. It returns
// fault.Unavailable if too many people are signing in at the moment.
func prove(ctx context.Context, d *db.DB, act access.Action, password, hash string, tries []try) (bool, error) {
	match, err := Verify(ctx, password, hash)
	if err == nil && !match {
		return false, nil
	}
	// Who hung up while waiting has not tried either.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), giveBackLimit)
	defer cancel()
	back := d.Write(ctx, act, func(tx *db.Tx) error { return giveBack(ctx, tx, tries) })
	return match, errors.Join(err, back)
}

// giveBack takes the tries from their buckets. The time of the last failure
// comes back too, or a network where people sign in would never be forgiven.
func giveBack(ctx context.Context, tx *db.Tx, tries []try) error {
	for _, t := range tries {
		_, err := tx.Exec(ctx, `
			UPDATE throttle
			SET failures = failures - 1, last_at = CASE WHEN last_at = $2 THEN coalesce($3, last_at) ELSE last_at END
			WHERE bucket = $1 AND failures > 0`, t.bucket.hash, t.at, t.before)
		if err != nil {
			return fmt.Errorf("give try back: %w", err)
		}
	}
	return nil
}

// throttled is fault.TooMany with the time to wait.
type throttled struct {
	error
	seconds int
}

// Unwrap returns the explained fault.
func (t *throttled) Unwrap() error { return t.error }

// RetryAfter returns how many seconds somebody has to wait whom err stopped;
// 0 if err says nothing about it.
func RetryAfter(err error) int {
	if t, ok := errors.AsType[*throttled](err); ok {
		return t.seconds
	}
	return 0
}

// clearFailures forgets what was counted in the bucket.
func clearFailures(ctx context.Context, tx *db.Tx, b bucket) error {
	if _, err := tx.Exec(ctx, `DELETE FROM throttle WHERE bucket = $1`, b.hash); err != nil {
		return fmt.Errorf("clear failures: %w", err)
	}
	return nil
}
