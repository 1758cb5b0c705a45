package task_test

import (
	"context"
	"strings"
	"testing"

	"github.com/google/uuid"

	"rundertisch/internal/access"
	"rundertisch/internal/db"
	"rundertisch/internal/fault"
	"rundertisch/internal/inbox"
	"rundertisch/internal/task"
	"rundertisch/internal/testdb"
)

func TestAddTellsTheOwnerOnce(t *testing.T) {
	t.Parallel()
	w := settle(t)
	in := input(func(in *task.Input) { in.Owner = "" })
	for range 2 { // a double click
		if err := w.add(t, office, in); err != nil {
			t.Fatal(err)
		}
	}
	found, err := w.read(t, member, in.ID)
	if err != nil || found.Owner != "AOK PLUS" || found.OwnerName != member.Name || found.State != task.Open || found.Day != today || found.PlaceName != home.Name {
		t.Errorf("added: %+v, %v", found, err)
	}
	if n := w.notices(t, member, inbox.TaskGiven); n != 1 {
		t.Errorf("the owner was told %d times, want once", n)
	}
	w.given(t, chair, func(in *task.Input) { in.OwnerID = chair.Person })
	if n := w.notices(t, chair, inbox.TaskGiven); n != 0 {
		t.Error("the chair was told of what the chair gave to himself")
	}
}

func TestAddIsRefused(t *testing.T) {
	t.Parallel()
	w := settle(t)
	for name, c := range map[string]struct {
		who   access.Actor
		edit  func(*task.Input)
		kind  error
		field string
	}{
		"by a member":                       {member, func(*task.Input) {}, fault.Forbidden, ""},
		"by a guest":                        {guest, func(*task.Input) {}, fault.Forbidden, ""},
		"by who was a member":               {former(), func(*task.Input) {}, fault.Forbidden, ""},
		"by the other body's office":        {other, func(*task.Input) {}, fault.Forbidden, ""},
		"by the other programme":            {stranger, func(*task.Input) {}, fault.Forbidden, ""},
		"by the ministry":                   {ministry, func(*task.Input) {}, fault.Forbidden, ""},
		"by a district, in a body":          {coordinator, func(*task.Input) {}, fault.Forbidden, ""},
		"by an office, in a district":       {office, ofDistrict, fault.Forbidden, ""},
		"by the neighbour":                  {neighbour, ofDistrict, fault.Forbidden, ""},
		"nowhere":                           {office, func(in *task.Input) { in.Place = task.Place{} }, nil, "place"},
		"without a title":                   {office, func(in *task.Input) { in.Title = "" }, nil, "title"},
		"with a long title":                 {office, func(in *task.Input) { in.Title = strings.Repeat("ä", 201) }, nil, "title"},
		"with a long text":                  {office, func(in *task.Input) { in.Description = strings.Repeat("ä", 4001) }, nil, "description"},
		"for nobody":                        {office, func(in *task.Input) { in.Owner, in.OwnerID = "", uuid.Nil }, nil, "owner"},
		"for a person of another body":      {office, func(in *task.Input) { in.OwnerID = testdb.Saxony.Elsewhere(access.Member).Person }, nil, "owner_id"},
		"due yesterday":                     {office, func(in *task.Input) { in.DueOn = today.AddDays(-1) }, nil, "due_on"},
		"due in a hundred years":            {office, func(in *task.Input) { in.DueOn = today.AddYears(100) }, nil, "due_on"},
		"from a decision of nothing":        {office, func(in *task.Input) { in.Source, in.SourceID = task.FromDecision, uuid.New() }, fault.NotFound, ""},
		"from an inquiry, not built yet":    {office, func(in *task.Input) { in.Source, in.SourceID = task.FromInquiry, uuid.New() }, fault.NotFound, ""},
		"from a source that does not exist": {office, func(in *task.Input) { in.Source, in.SourceID = "x", uuid.New() }, fault.NotFound, ""},
	} {
		err := w.add(t, c.who, input(c.edit))
		if c.field != "" {
			wantField(t, name, err, c.field)
			continue
		}
		wants(t, name, err, c.kind)
	}
}

// TestWhoReads walks all kinds of readers over three kinds of tasks.
func TestWhoReads(t *testing.T) {
	t.Parallel()
	w := settle(t)
	public := w.given(t, office, func(in *task.Input) { in.OwnerID = uuid.Nil })
	secret := w.given(t, office, func(in *task.Input) { in.NonPublic, in.OwnerID = true, chair.Person })
	ofKreis := w.given(t, coordinator, ofDistrict)
	w.now = w.now.AddDate(0, 0, -1)
	before := w.given(t, office, func(in *task.Input) { in.OwnerID = uuid.Nil })
	w.now = now
	for _, c := range []struct {
		who                             access.Actor
		public, secret, district, older bool
	}{
		{office, true, true, false, true},
		{chair, true, true, false, true},
		{member, true, true, false, true},
		{guest, true, false, false, true},
		{former(), false, false, false, true}, // keeps what was of his time
		{other, false, false, false, false},
		{ministry, false, false, false, false},
		{coordinator, false, false, true, false},
		{signatory, false, false, true, false},
		{neighbour, false, false, false, false},
		{stranger, false, false, false, false},
		{testdb.Saxony.Public(), false, false, false, false},
	} {
		want := map[uuid.UUID]bool{public: c.public, secret: c.secret, ofKreis: c.district, before: c.older}
		var listed []uuid.UUID
		act := access.UseDesk
		if !c.who.SignedIn() {
			act = access.ReadBoard
		}
		ctx := testdb.As(t.Context(), c.who)
		err := w.Read(ctx, act, func(tx *db.Tx) error {
			for id, sees := range want {
				if _, err := task.ByID(ctx, tx, id); (err == nil) != sees {
					t.Errorf("%s: err = %v, want that the task is seen = %v", c.who.Name, err, sees)
				}
			}
			p, err := task.List(ctx, tx, task.Query{State: task.AnyState}, task.Cursor{})
			for _, row := range p.Rows {
				listed = append(listed, row.ID)
			}
			if p.Count != len(p.Rows) {
				t.Errorf("%s: counts %d of %d", c.who.Name, p.Count, len(p.Rows))
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for id, sees := range want {
			if sees {
				n++
			}
			found := false
			for _, l := range listed {
				found = found || l == id
			}
			if found != sees {
				t.Errorf("%s: the list shows the task = %v, want %v", c.who.Name, found, sees)
			}
		}
		if len(listed) != n {
			t.Errorf("%s: the list shows %d, want %d", c.who.Name, len(listed), n)
		}
	}
}

func TestTheOwnerReadsTheOwnTaskWithoutASeat(t *testing.T) {
	t.Parallel()
	w := settle(t)
	id := w.given(t, office, func(in *task.Input) { in.NonPublic = true })
	gone := member
	gone.Grants = []access.Grant{{Role: access.Lead}}
	found, err := w.read(t, gone, id)
	if err != nil || len(task.NextFor(gone, found)) != 0 {
		t.Errorf("err = %v, may go to %v; want to read it and to move nothing", err, task.NextFor(gone, found))
	}
}

func TestChange(t *testing.T) {
	t.Parallel()
	w := settle(t)
	id := w.given(t, office)
	change := func(a access.Actor, version int, edit func(*task.Input)) error {
		return w.write(t, a, func(ctx context.Context, tx *db.Tx) error {
			return w.service.Change(ctx, tx, id, version, input(edit))
		})
	}
	if err := change(chair, 1, func(in *task.Input) { in.Title, in.OwnerID = "Neuer Titel", office.Person }); err != nil {
		t.Fatal(err)
	}
	if n := w.notices(t, office, inbox.TaskGiven); n != 1 {
		t.Errorf("the new owner was told %d times, want once", n)
	}
	if found, err := w.read(t, office, id); err != nil || found.Title != "Neuer Titel" || found.Changer != chair.Name || found.Creator != office.Name {
		t.Errorf("changed: %+v, %v", found, err)
	}
	wants(t, "a stale version", change(office, 1, func(*task.Input) {}), fault.Stale)
	wants(t, "a member", change(member, 2, func(*task.Input) {}), fault.Forbidden)
	wants(t, "the other office", change(other, 2, func(*task.Input) {}), fault.NotFound)
	wants(t, "the other programme", change(stranger, 2, func(*task.Input) {}), fault.NotFound)
	wantField(t, "a date that is over", change(office, 2, func(in *task.Input) { in.DueOn = today.AddDays(-2) }), "due_on")
	w.put(t, id, task.Done)
	wants(t, "what is done", change(office, 1, func(*task.Input) {}), fault.Conflict)

	overdue := w.given(t, office, func(in *task.Input) { in.DueOn = today })
	w.now = now.AddDate(0, 0, 3)
	err := w.write(t, office, func(ctx context.Context, tx *db.Tx) error {
		return w.service.Change(ctx, tx, overdue, 1, input(func(in *task.Input) { in.Title, in.DueOn = "Anders", today }))
	})
	if err != nil {
		t.Errorf("an overdue task may keep its day: %v", err)
	}
	if found, _ := w.read(t, office, overdue); !found.Overdue(today.AddDays(3)) || found.Overdue(today) {
		t.Error("overdue is after the day, and not on it")
	}
}

func TestFromAnActivity(t *testing.T) {
	t.Parallel()
	w := settle(t)
	entry := uuid.New()
	w.Owner(t, `INSERT INTO activity (programme_id, id, district_id, author_id, type, happened_on, title, next_step, follow_up_on, visibility)
		VALUES ($1, $2, $3, $4, 'meeting', $5, 'Gespräch', 'Angebot einholen', $6, 'district')`,
		testdb.Saxony.ID, entry, testdb.Saxony.Districts[0].ID, coordinator.Person, today, today.AddDays(5))
	w.MustRead(t, signatory, access.UseDesk, func(ctx context.Context, tx *db.Tx) error {
		o, err := task.OriginOf(ctx, tx, task.FromActivity, entry)
		if o.Input.Title != "Angebot einholen" || o.Input.DueOn != today.AddDays(5) || o.Place.District != testdb.Saxony.Districts[0].ID {
			t.Errorf("the form begins with %+v", o)
		}
		return err
	})
	from := func(in *task.Input) {
		ofDistrict(in)
		in.Place, in.Source, in.SourceID = task.Place{}, task.FromActivity, entry
	}
	id := w.given(t, coordinator, from)
	if found, err := w.read(t, signatory, id); err != nil || found.DistrictID == nil || found.Source != task.FromActivity || *found.SourceID != entry {
		t.Errorf("added: %+v, %v", found, err)
	}
	wants(t, "the neighbour", w.add(t, neighbour, input(from)), fault.NotFound)
	w.Owner(t, `UPDATE activity SET deleted_at = now() WHERE id = $1`, entry)
	wants(t, "from a deleted entry", w.add(t, coordinator, input(from)), fault.NotFound)
}

func TestFromADecision(t *testing.T) {
	t.Parallel()
	w := settle(t)
	decision := uuid.New()
	w.Owner(t, `WITH m AS (INSERT INTO meeting (programme_id, id, body_id, day, starts_at, title) VALUES ($1, $2, $3, $4, '10:00', 'Sitzung'))
		SELECT 1`, testdb.Saxony.ID, decision, home.ID, today.AddDays(-20))
	w.Owner(t, `ALTER TABLE decision DISABLE TRIGGER in_session`)
	w.Owner(t, `INSERT INTO decision (programme_id, id, body_id, meeting_id, day, non_public, type, title, wording, method, majority, seats, present,
			quorum_needed, quorum_met, yes, no, abstain, result, year, number, decided_at)
		VALUES ($1, $2, $3, $2, $4, true, 'task', 'Zahlen', 'Die AOK beschafft Zahlen.', 'hand', 'simple', 4, 4, 2, true, 4, 0, 0, 'adopted', 2031, 7, now())`,
		testdb.Saxony.ID, decision, home.ID, today.AddDays(-20))
	from := func(in *task.Input) { in.Place, in.Source, in.SourceID = task.Place{}, task.FromDecision, decision }
	w.MustRead(t, chair, access.UseDesk, func(ctx context.Context, tx *db.Tx) error {
		o, err := task.OriginOf(ctx, tx, task.FromDecision, decision)
		if o.Title != "2031/7 Zahlen" || o.Input.Description != "Die AOK beschafft Zahlen." || !o.Input.NonPublic {
			t.Errorf("the form begins with %+v", o)
		}
		return err
	})
	id := w.given(t, chair, from)
	found, err := w.read(t, chair, id)
	if err != nil || !found.NonPublic || found.Day != today.AddDays(-20) {
		t.Errorf("what is decided behind closed doors stays there: %+v, %v", found, err)
	}
	if _, err := w.read(t, guest, id); err == nil {
		t.Error("a guest reads it")
	}
	wants(t, "a member", w.add(t, member, input(from)), fault.Forbidden)
	wants(t, "the other office", w.add(t, other, input(from)), fault.NotFound)
	w.Owner(t, `UPDATE decision SET void_why = 'falsch gezählt' WHERE id = $1`, decision)
	wants(t, "of a struck decision", w.add(t, chair, input(from)), fault.Conflict)
}

func TestOpenOfBody(t *testing.T) {
	t.Parallel()
	w := settle(t)
	late := w.given(t, office, func(in *task.Input) { in.DueOn = today.AddDays(9) })
	undated := w.given(t, office, func(in *task.Input) { in.DueOn, in.NonPublic, in.OwnerID = in.DueOn.AddDays(0), true, uuid.Nil })
	w.Owner(t, `UPDATE task SET due_on = NULL WHERE id = $1`, undated)
	soon := w.given(t, office, func(in *task.Input) { in.DueOn = today })
	done := w.given(t, office)
	w.put(t, done, task.Done)
	for _, c := range []struct {
		who  access.Actor
		want []uuid.UUID
	}{{member, []uuid.UUID{soon, late, undated}}, {guest, []uuid.UUID{soon, late}}, {other, nil}, {stranger, nil}} {
		w.MustRead(t, c.who, access.UseDesk, func(ctx context.Context, tx *db.Tx) error {
			list, err := task.OpenOfBody(ctx, tx, home.ID)
			var got []uuid.UUID
			for _, row := range list {
				got = append(got, row.ID)
			}
			if len(got) != len(c.want) {
				t.Fatalf("%s: %d tasks, want %d", c.who.Name, len(got), len(c.want))
			}
			for i := range got {
				if got[i] != c.want[i] {
					t.Errorf("%s: %v, want %v", c.who.Name, got, c.want)
				}
			}
			return err
		})
	}
}
