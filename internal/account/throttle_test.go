package account_test

import (
	"context"
	"errors"
	"net/netip"
	"sync"
	"testing"
	"time"

	"rundertisch/internal/access"
	"rundertisch/internal/account"
	"rundertisch/internal/fault"
	"rundertisch/internal/testdb"
)

func TestOfManyTriesAtOnceFewAreVerified(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	ctx := public(t, testdb.Saxony)
	errs := make(chan error, 40)
	var group sync.WaitGroup
	for range cap(errs) {
		group.Go(func() {
			_, err := account.SignIn(ctx, b.DB, testdb.Saxony.Email(access.Lead), "falsches Kennwort", network)
			errs <- err
		})
	}
	group.Wait()
	close(errs)
	verified := 0
	for err := range errs {
		switch {
		case fieldOf(err, "") == "session.wrong":
			verified++
		case !errors.Is(err, fault.TooMany):
			t.Errorf("a wrong try: %v, want TooMany", err)
		}
	}
	if verified < 1 || verified > 6 {
		t.Errorf("verified %d of 40 tries at once, want at most 6", verified)
	}
}

func TestATryThatIsNotWrongIsGivenBack(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	known, other := testdb.Saxony.Email(access.Lead), testdb.Saxony.Email(access.Cashier)
	try := func(ctx context.Context, email, password string) error {
		_, err := account.SignIn(ctx, b.DB, email, password, network)
		return err
	}
	ctx := public(t, testdb.Saxony)
	if err := try(ctx, other, "falsches Kennwort"); fieldOf(err, "") != "session.wrong" {
		t.Fatalf("a wrong password: %v", err)
	}
	for range 35 { // more than a network has free
		b.pass(time.Second)
		if err := try(ctx, known, testdb.Password); err != nil {
			t.Fatalf("the right password: %v", err)
		}
	}
	var sum int
	var last time.Time
	err := b.Pool().QueryRow(t.Context(), `SELECT sum(failures), max(last_at) FROM throttle`).Scan(&sum, &last)
	if err != nil || sum != 2 || !last.Equal(noon) {
		t.Errorf("counted %d, the last at %s, %v; want the one failure, in two buckets", sum, last, err)
	}
}

func TestWhoFindsNoPlaceHasNotTried(t *testing.T) {
	leave := account.FillKiln()
	defer leave()
	b := newBench(t)
	_, err := account.SignIn(public(t, testdb.Saxony), b.DB, testdb.Saxony.Email(access.Lead), "falsches Kennwort", netip.Addr{})
	if !errors.Is(err, fault.Unavailable) {
		t.Errorf("a full kiln: %v, want Unavailable", err)
	}
	var sum int
	if err := b.Pool().QueryRow(t.Context(), `SELECT coalesce(sum(failures), 0) FROM throttle`).Scan(&sum); err != nil || sum != 0 {
		t.Errorf("counted %d, %v; want nothing", sum, err)
	}
}
