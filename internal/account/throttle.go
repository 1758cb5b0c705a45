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

	"rundertisch/internal/db"
	"rundertisch/internal/fault"
)

// How many failures are free, by what they are counted.
const (
	freePerAccount = 5
	freePerNetwork = 30
	forgetAfter    = 15 * time.Minute
	longestWait    = time.Minute
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

// wait returns how long after the last failure the next try is allowed: none
// while failures are free, then doubling up to a minute.
func (b bucket) wait(failures int) time.Duration {
	over := failures - b.free
	if over < 0 {
		return 0
	}
	return min(time.Second<<min(over, 6), longestWait)
}

// checkThrottle returns fault.TooMany if one of the buckets has to wait.
func checkThrottle(ctx context.Context, tx *db.Tx, buckets ...bucket) error {
	for _, b := range buckets {
		var failures int
		var last time.Time
		err := tx.QueryRow(ctx, `SELECT failures, last_at FROM throttle WHERE bucket = $1`, b.hash).Scan(&failures, &last)
		if errors.Is(err, pgx.ErrNoRows) {
			continue
		}
		if err != nil {
			return fmt.Errorf("read throttle: %w", err)
		}
		ready := last.Add(b.wait(failures))
		if tx.Now.Sub(last) < forgetAfter && tx.Now.Before(ready) {
			seconds := int(ready.Sub(tx.Now).Seconds()) + 1
			return &throttled{error: fault.Explain(fault.TooMany, "session.too_many", "Seconds", seconds), seconds: seconds}
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
	var t *throttled
	if errors.As(err, &t) {
		return t.seconds
	}
	return 0
}

// countFailure adds one to each bucket. Old failures are forgotten.
func countFailure(ctx context.Context, tx *db.Tx, buckets ...bucket) error {
	for _, b := range buckets {
		_, err := tx.Exec(ctx, `
			INSERT INTO throttle AS t (bucket, failures, last_at)
			VALUES ($1, 1, $2)
			ON CONFLICT (bucket) DO UPDATE SET
				failures = CASE WHEN t.last_at < $2 - $3::interval THEN 1 ELSE t.failures + 1 END,
				last_at = $2`, b.hash, tx.Now, forgetAfter)
		if err != nil {
			return fmt.Errorf("count failure: %w", err)
		}
	}
	return nil
}

// clearFailures forgets what was counted in the bucket.
func clearFailures(ctx context.Context, tx *db.Tx, b bucket) error {
	if _, err := tx.Exec(ctx, `DELETE FROM throttle WHERE bucket = $1`, b.hash); err != nil {
		return fmt.Errorf("clear failures: %w", err)
	}
	return nil
}
