package report_test

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"rundertisch/internal/access"
	"rundertisch/internal/body"
	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/fact"
	"rundertisch/internal/post"
	"rundertisch/internal/report"
	"rundertisch/internal/sample"
	"rundertisch/internal/testdb"
)

func TestFiguresAddUp(t *testing.T) {
	t.Parallel()
	var b report.Board
	for _, s := range post.States() {
		b.Rows = append(b.Rows, report.Row{PostState: s})
	}
	for _, s := range body.ConferenceStates() {
		b.Rows = append(b.Rows, report.Row{PostState: post.None, ConferenceState: s})
	}
	want := report.Figures{Districts: 14, Active: 1, Planned: 2, Vacant: 1, Other: 10, ConferencesFormed: 3, ConferencesInterested: 2}
	if diff := cmp.Diff(want, b.Figures()); diff != "" {
		t.Errorf("figures (-want +got):\n%s", diff)
	}
}

func TestChanges(t *testing.T) {
	t.Parallel()
	row := func(ags string, p post.State, c body.ConferenceState) report.Row {
		return report.Row{AGS: ags, Name: ags, PostState: p, ConferenceState: c}
	}
	earlier := report.Board{Rows: []report.Row{row("1", post.Planned, body.None), row("2", post.Filled, body.None)}}
	later := report.Board{Rows: []report.Row{row("1", post.Filled, body.None), row("2", post.Filled, body.None), row("3", post.None, body.Interest)}}
	got := report.Changes(earlier, later)
	if len(got) != 2 || got[0].AGS != "1" || !got[0].PostChanged() || got[0].ConferenceChanged() || got[1].AGS != "3" || !got[1].ConferenceChanged() {
		t.Errorf("changes = %+v", got)
	}
}

// walk records states as the system, which may take any allowed step.
func walk(t *testing.T, d *testdb.Instance, p post.Post, steps ...post.NewState) {
	t.Helper()
	ctx := testdb.As(t.Context(), testdb.Saxony.System())
	for _, n := range steps {
		if err := d.Write(ctx, access.SetPostState, func(tx *db.Tx) error { return post.SetState(ctx, tx, p, n) }); err != nil {
			t.Fatalf("set %s: %v", n.State, err)
		}
	}
}

func held(n *post.NewState) {
	h := sample.Holder()
	n.Holder = &h
}

func TestPostsCountOpenDays(t *testing.T) {
	t.Parallel()
	d := testdb.DB(t)
	p := sample.Post(t, d, testdb.Saxony, testdb.Saxony.Districts[0])
	sample.Post(t, d, testdb.Saxony, testdb.Saxony.Districts[1])
	walk(t, d, p,
		sample.State(t, post.Interest, "2023-01-01"), sample.State(t, post.Planned, "2023-02-01"), sample.State(t, post.Advertised, "2023-03-01"),
		sample.State(t, post.Filled, "2023-06-01", held), sample.State(t, post.Vacant, "2024-01-01"), sample.State(t, post.Advertised, "2024-02-01"))
	for day, want := range map[string]struct {
		state post.State
		open  int
	}{
		"2023-02-15": {post.Planned, 0},
		"2023-03-31": {post.Advertised, 30},
		"2023-06-01": {post.Filled, 0},
		"2024-01-11": {post.Vacant, 10},
		"2024-02-11": {post.Advertised, 41}, // since it became vacant
	} {
		d.MustRead(t, testdb.Saxony.Actor(access.CaseOfficer), access.ReadPosts, func(ctx context.Context, tx *db.Tx) error {
			posts, err := report.Posts(ctx, tx, sample.Day(t, day))
			if err != nil || len(posts) != 2 {
				t.Fatalf("posts = %v, %v", posts, err)
			}
			for _, row := range posts {
				if row.AGS == testdb.Saxony.Districts[0].AGS && (row.State != want.state || row.OpenDays != want.open) {
					t.Errorf("%s: %s open for %d days, want %s for %d", day, row.State, row.OpenDays, want.state, want.open)
				}
			}
			return nil
		})
	}
}

func TestDeskOfTheMinistry(t *testing.T) {
	t.Parallel()
	d := testdb.DB(t)
	today := calendar.Of(d.Now())
	silent := sample.Post(t, d, testdb.Saxony, testdb.Saxony.Districts[0])
	open := sample.Post(t, d, testdb.Saxony, testdb.Saxony.Districts[1])
	ago := func(days int) string { return today.AddDays(-days).String() }
	walk(t, d, silent, sample.State(t, post.Interest, ago(400)), sample.State(t, post.Planned, ago(300)), sample.State(t, post.Advertised, ago(200)),
		sample.State(t, post.Filled, ago(100), held))
	walk(t, d, open, sample.State(t, post.Interest, ago(400)), sample.State(t, post.Planned, ago(300)), sample.State(t, post.Advertised, ago(61)))
	ctx := testdb.As(t.Context(), testdb.Saxony.Actor(access.CaseOfficer))
	var desk report.Desk
	err := d.Read(ctx, access.UseDesk, func(tx *db.Tx) (err error) {
		desk, err = report.DeskOf(ctx, tx)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(desk.Silent) != 1 || desk.Silent[0].AGS != testdb.Saxony.Districts[0].AGS {
		t.Errorf("silent = %+v, want the district with a coordinator and no entry", desk.Silent)
	}
	if len(desk.Open) != 1 || desk.Open[0].OpenDays != 61 {
		t.Errorf("open = %+v, want the post advertised 61 days ago", desk.Open)
	}
	for _, a := range []access.Actor{testdb.Saxony.Actor(access.Coordinator), testdb.Saxony.Actor(access.Member), testdb.Saxony.Actor(access.Admin)} {
		ctx := testdb.As(t.Context(), a)
		err := d.Read(ctx, access.UseDesk, func(tx *db.Tx) (err error) {
			desk, err = report.DeskOf(ctx, tx)
			return err
		})
		if err != nil || desk.Silent != nil || desk.Open != nil {
			t.Errorf("%v: the ministry's desk shows: %+v, %v", a.Grants, desk, err)
		}
	}
}

// TestBoardIsTheProgrammes: the other programme's facts never count.
func TestBoardIsTheProgrammes(t *testing.T) {
	t.Parallel()
	d := testdb.DB(t)
	p := sample.Post(t, d, testdb.Musterland, testdb.Musterland.Districts[0])
	ctx := testdb.As(t.Context(), testdb.Musterland.System())
	n := post.NewState{ID: uuid.New(), State: post.Interest, From: sample.Day(t, "2024-01-01")}
	if err := d.Write(ctx, access.SetPostState, func(tx *db.Tx) error { return post.SetState(ctx, tx, p, n) }); err != nil {
		t.Fatal(err)
	}
	d.MustRead(t, testdb.Saxony.Public(), access.ReadBoard, func(ctx context.Context, tx *db.Tx) error {
		b, err := report.BoardAsOf(ctx, tx, fact.AsOf{Valid: sample.Day(t, "2025-01-01")})
		if f := b.Figures(); f.Districts != 2 || f.Other != 2 {
			t.Errorf("figures = %+v, want two districts without a post", f)
		}
		return err
	})
}

// TestBoardAgreesWithThePost: the board's own statement says of every day, as
// known at every moment, what the post's says, which a random walk compares
// with a model.
func TestBoardAgreesWithThePost(t *testing.T) {
	t.Parallel()
	d := testdb.DB(t)
	place := testdb.Saxony.Districts[0]
	p := sample.Post(t, d, testdb.Saxony, place)
	wrong := sample.State(t, post.Planned, "2024-03-01")
	walk(t, d, p, sample.State(t, post.Interest, "2024-01-01"), wrong, sample.State(t, post.Advertised, "2024-05-01"))
	ctx := testdb.As(t.Context(), testdb.Saxony.Actor(access.CaseOfficer))
	for _, c := range []struct {
		fact uuid.UUID
		new  post.Correction
	}{
		{wrong.ID, post.Correction{ID: uuid.New(), State: post.Planned, From: sample.Day(t, "2024-02-01"), Why: "falscher Monat"}},
	} {
		if err := d.Write(ctx, access.CorrectFact, func(tx *db.Tx) error { return post.Correct(ctx, tx, p, c.fact, c.new) }); err != nil {
			t.Fatal(err)
		}
	}
	d.MustRead(t, testdb.Saxony.Actor(access.CaseOfficer), access.ReadBoard, func(ctx context.Context, tx *db.Tx) error {
		points, err := post.Timeline(ctx, tx, p.ID)
		if err != nil || len(points) != 4 {
			t.Fatalf("timeline = %d facts, %v; want 4", len(points), err)
		}
		compared := 0
		for _, known := range points {
			for _, valid := range points {
				for _, days := range []int{-1, 0, 1} {
					at := fact.AsOf{Valid: valid.ValidFrom.AddDays(days), Known: known.RecordedAt}
					want, err := post.StateAsOf(ctx, tx, p.ID, at)
					if err != nil {
						return err
					}
					board, err := report.BoardAsOf(ctx, tx, at)
					if err != nil {
						return err
					}
					for _, row := range board.Rows {
						if row.AGS == place.AGS && row.PostState != want {
							t.Errorf("on %s as known at %s the board says %s, the post %s", at.Valid, at.Known, row.PostState, want)
						}
					}
					compared++
				}
			}
		}
		if compared != 48 {
			t.Errorf("compared %d moments, want 48", compared)
		}
		return nil
	})
}
