package minutes_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"rundertisch/internal/access"
	"rundertisch/internal/db"
	"rundertisch/internal/document"
	"rundertisch/internal/fault"
	"rundertisch/internal/minutes"
	"rundertisch/internal/testdb"
)

const (
	signedPrint = "%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\nstartxref\n0\n%%EOF\n"
	betterPrint = "%PDF-1.7\n2 0 obj<<>>endobj\ntrailer<<>>\nstartxref\n0\n%%EOF\n"
)

// scanner is a world with approved minutes and a store.
type scanner struct {
	*world
	files *document.Store
}

func approved(t *testing.T) scanner {
	t.Helper()
	w := settle(t)
	w.begin(t)
	version := w.state(t).Version
	w.must(t, office, access.CirculateMinutes, func(ctx context.Context, tx *db.Tx) error {
		return w.service.Circulate(ctx, tx, w.minutes, version)
	})
	s := scanner{w, document.MemoryStore()}
	t.Cleanup(func() { _ = s.files.Close() })
	return s
}

// seal approves the minutes by silence, as the job does.
func (s scanner) seal(t *testing.T) {
	t.Helper()
	s.now = s.now.AddDate(0, 1, 0)
	s.must(t, testdb.Saxony.System(), access.CirculateMinutes, func(ctx context.Context, tx *db.Tx) error {
		_, err := minutes.CloseReviews(ctx, tx)
		return err
	})
	if m := s.state(t); !m.State.Sealed() {
		t.Fatalf("minutes are %s, want approved", m.State)
	}
}

func (s scanner) add(t *testing.T, a access.Actor, name, content string) error {
	t.Helper()
	return minutes.AddScan(testdb.As(t.Context(), a), s.DB, s.files, s.minutes, document.Upload{Name: name, Data: []byte(content)})
}

func (s scanner) scans(t *testing.T, a access.Actor) (list []minutes.Scan, err error) {
	t.Helper()
	ctx := testdb.As(t.Context(), a)
	err = s.Read(ctx, access.ReadMinutes, func(tx *db.Tx) error {
		m, err := minutes.ByID(ctx, tx, s.minutes)
		if err == nil {
			list, err = minutes.Scans(ctx, tx, m)
		}
		return err
	})
	return list, err
}

func (s scanner) withdraw(t *testing.T, a access.Actor, id uuid.UUID, why string) error {
	t.Helper()
	return s.write(t, a, access.ReadMinutes, func(ctx context.Context, tx *db.Tx) error {
		return minutes.WithdrawScan(ctx, tx, s.minutes, id, why)
	})
}

// events are the kinds and notes of what the actor knows of scans.
func (s scanner) events(t *testing.T, a access.Actor) (found []string) {
	t.Helper()
	s.MustRead(t, a, access.ReadMinutes, func(ctx context.Context, tx *db.Tx) error {
		list, err := minutes.Events(ctx, tx, s.minutes)
		for _, e := range list {
			if e.Kind == minutes.ScanAdded || e.Kind == minutes.ScanWithdrawn {
				found = append(found, string(e.Kind)+" "+e.Note)
			}
		}
		slices.Sort(found)
		return err
	})
	return found
}

func sum(content string) string {
	s := sha256.Sum256([]byte(content))
	return hex.EncodeToString(s[:])
}

func TestScanOfApprovedMinutes(t *testing.T) {
	t.Parallel()
	s := approved(t)
	if err := s.add(t, office, "scan.pdf", signedPrint); !errors.Is(err, fault.Conflict) {
		t.Errorf("scan before the approval: err = %v, want Conflict", err)
	}
	s.MustRead(t, testdb.Saxony.System(), access.Housekeep, func(ctx context.Context, tx *db.Tx) error {
		var n int
		err := tx.QueryRow(ctx, `SELECT count(*) FROM stored_file`).Scan(&n)
		if n != 0 {
			t.Errorf("%d files were stored before the approval", n)
		}
		return err
	})
	s.seal(t)
	before := s.sealed(t)
	for a, want := range map[*access.Actor]error{&chair: fault.Forbidden, &member: fault.Forbidden, &guest: fault.Forbidden, &elsewhere: fault.Forbidden, &stranger: fault.NotFound} {
		if err := s.add(t, *a, "scan.pdf", signedPrint); !errors.Is(err, want) {
			t.Errorf("scan by %s: err = %v, want %v", a.Name, err, want)
		}
	}
	for name, content := range map[string]string{"scan.txt": "Text", "scan.pdf": "Text", "": signedPrint, "scan.png": signedPrint} {
		if _, ok := fault.AsFields(s.add(t, office, name, content)); !ok {
			t.Errorf("%q with %.10q is taken", name, content)
		}
	}
	for range 2 { // the same file twice is one scan
		if err := s.add(t, office, "../Niederschrift.pdf", signedPrint); err != nil {
			t.Fatal(err)
		}
	}
	s.now = s.now.Add(time.Hour)
	if err := s.add(t, office, "Niederschrift besser.pdf", betterPrint); err != nil {
		t.Fatal(err)
	}
	for _, a := range []access.Actor{office, chair} {
		list, err := s.scans(t, a)
		if err != nil || len(list) != 2 || list[0].Sum() != sum(betterPrint) || list[1].Sum() != sum(signedPrint) {
			t.Fatalf("%s reads %+v, %v; want both, the newest first", a.Name, list, err)
		}
		if list[1].FileName != "Niederschrift.pdf" || list[0].No != 1 || list[0].CreatedBy == nil || *list[0].CreatedBy != office.Name {
			t.Errorf("scan: %+v", list)
		}
	}
	if got := s.events(t, member); len(got) != 2 || !strings.Contains(strings.Join(got, ""), sum(betterPrint)) {
		t.Errorf("a member knows %q, want that there are two", got)
	}
	if got := s.events(t, guest); len(got) != 0 {
		t.Errorf("a guest knows %q, want nothing", got)
	}
	if after := s.sealed(t); !bytes.Equal(after, before) {
		t.Error("a scan changed the sealed bytes")
	}
}

// sealed are the sealed bytes; their chain must hold.
func (s scanner) sealed(t *testing.T) (content []byte) {
	t.Helper()
	s.MustRead(t, member, access.ReadMinutes, func(ctx context.Context, tx *db.Tx) (err error) {
		if err := minutes.Check(ctx, tx, s.minutes); err != nil {
			return err
		}
		content, err = minutes.Sealed(ctx, tx, s.minutes, 1)
		return err
	})
	return content
}

func TestWhoReadsScans(t *testing.T) {
	t.Parallel()
	s := approved(t)
	s.seal(t)
	if err := s.add(t, office, "scan.pdf", signedPrint); err != nil {
		t.Fatal(err)
	}
	reads := func(a access.Actor) bool {
		list, err := s.scans(t, a)
		if err != nil && !errors.Is(err, fault.NotFound) {
			t.Fatal(err)
		}
		return len(list) > 0
	}
	check := func(rule string, member1 bool) {
		s.Owner(t, `ALTER TABLE bylaws DISABLE TRIGGER USER`)
		s.Owner(t, `UPDATE bylaws SET non_public_copy = $1`, rule)
		s.Owner(t, `ALTER TABLE bylaws ENABLE TRIGGER USER`)
		for a, want := range map[*access.Actor]bool{&office: true, &chair: true, &member: member1, &guest: false, &officer: false, &elsewhere: false, &stranger: false} {
			if got := reads(*a); got != want {
				t.Errorf("rule %q: %s reads scans = %t, want %t", rule, a.Name, got, want)
			}
		}
	}
	check("placeholder", false)
	check("full", true)
	// The policy keeps them from guests whatever the code asks.
	s.MustRead(t, guest, access.ReadMinutes, func(ctx context.Context, tx *db.Tx) error {
		var n int
		err := tx.QueryRow(ctx, `SELECT count(*) FROM minutes_scan`).Scan(&n)
		if n != 0 {
			t.Errorf("the policy shows a guest %d scans", n)
		}
		return err
	})
}

func TestWithdrawScan(t *testing.T) {
	t.Parallel()
	s := approved(t)
	s.seal(t)
	if err := s.add(t, office, "falsch.pdf", signedPrint); err != nil {
		t.Fatal(err)
	}
	list, err := s.scans(t, office)
	if err != nil || len(list) != 1 {
		t.Fatalf("scans: %v, %v", list, err)
	}
	id := list[0].ID
	for _, why := range []string{"", strings.Repeat("x", minutes.MaxWithdrawal+1)} {
		if _, ok := fault.AsFields(s.withdraw(t, office, id, why)); !ok {
			t.Errorf("withdrawn with a reason of %d characters", len(why))
		}
	}
	for a, want := range map[*access.Actor]error{&chair: fault.Forbidden, &member: fault.Forbidden, &guest: fault.Forbidden, &elsewhere: fault.NotFound, &stranger: fault.NotFound} {
		if err := s.withdraw(t, *a, id, "x"); !errors.Is(err, want) {
			t.Errorf("withdrawn by %s: err = %v, want %v", a.Name, err, want)
		}
	}
	if err := s.withdraw(t, office, uuid.New(), "x"); !errors.Is(err, fault.NotFound) {
		t.Errorf("withdraw nothing: err = %v, want NotFound", err)
	}
	for range 2 { // a double click
		if err := s.withdraw(t, office, id, "falsche Datei"); err != nil {
			t.Fatal(err)
		}
	}
	if list, _ := s.scans(t, office); len(list) != 1 || list[0].WithdrawnAt == nil || list[0].WithdrawnWhy != "falsche Datei" {
		t.Errorf("the office reads %+v, want it withdrawn", list)
	}
	if list, _ := s.scans(t, chair); len(list) != 0 {
		t.Errorf("the chair reads %+v, want nothing", list)
	}
	ctx := testdb.As(t.Context(), office)
	err = s.Read(ctx, access.ReadMinutes, func(tx *db.Tx) error {
		m, err := minutes.ByID(ctx, tx, s.minutes)
		if err == nil {
			_, err = minutes.ScanByID(ctx, tx, m, id)
		}
		return err
	})
	if !errors.Is(err, fault.NotFound) {
		t.Errorf("a withdrawn scan is found: err = %v", err)
	}
	if got := strings.Join(s.events(t, chair), ", "); got != "scan_added SHA-256: "+sum(signedPrint)+", scan_withdrawn falsche Datei" {
		t.Errorf("the chair reads %q in the history", got)
	}
	if got := s.events(t, member); len(got) != 1 {
		t.Errorf("a member reads %q, want no reason", got)
	}
	if err := s.add(t, office, "richtig.pdf", signedPrint); err != nil { // the same file may come again
		t.Fatal(err)
	}
	if list, _ := s.scans(t, chair); len(list) != 1 {
		t.Errorf("after the second upload the chair reads %+v", list)
	}
}

// TestHousekeepingFreesWithdrawnScans: a withdrawn scan goes after thirty days
// and is known from the history alone; others stay.
func TestHousekeepingFreesWithdrawnScans(t *testing.T) {
	t.Parallel()
	s := approved(t)
	s.seal(t)
	for name, content := range map[string]string{"falsch.pdf": signedPrint, "richtig.pdf": betterPrint} {
		if err := s.add(t, office, name, content); err != nil {
			t.Fatal(err)
		}
	}
	list, err := s.scans(t, office)
	if err != nil || len(list) != 2 {
		t.Fatalf("scans: %v, %v", list, err)
	}
	wrong := list[slices.IndexFunc(list, func(one minutes.Scan) bool { return one.FileName == "falsch.pdf" })]
	if err := s.withdraw(t, office, wrong.ID, "falsche Datei"); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ days, scans, loose int }{{29, 2, 0}, {31, 1, 1}} {
		s.now = wrong.CreatedAt.AddDate(0, 0, tt.days)
		if err := minutes.HousekeepAll(t.Context(), s.DB); err != nil {
			t.Fatal(err)
		}
		if list, err := s.scans(t, office); err != nil || len(list) != tt.scans {
			t.Errorf("after %d days: %d scans, %v; want %d", tt.days, len(list), err, tt.scans)
		}
		s.MustRead(t, testdb.Saxony.System(), access.Housekeep, func(ctx context.Context, tx *db.Tx) error {
			var loose int
			err := tx.QueryRow(ctx, `SELECT count(*) FROM stored_file WHERE loose_since IS NOT NULL`).Scan(&loose)
			if loose != tt.loose {
				t.Errorf("after %d days: %d files for the sweep, want %d", tt.days, loose, tt.loose)
			}
			return err
		})
	}
	if got := s.events(t, chair); len(got) != 3 {
		t.Errorf("the history says %q, want both uploads and the withdrawal", got)
	}
}
