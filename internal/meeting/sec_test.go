package meeting_test

import (
	"context"
	"errors"
	"testing"

	"github.com/google/uuid"

	"rundertisch/internal/access"
	"rundertisch/internal/db"
	"rundertisch/internal/fault"
	"rundertisch/internal/meeting"
	"rundertisch/internal/testdb"
)

func TestWhatBecomesNonPublicTakesItsDecisionsAndTasksAlong(t *testing.T) {
	t.Parallel()
	d, _ := open(t)
	_, item := sitting(t, d)
	vote := meeting.Vote{ID: uuid.New(), ItemID: item, Type: meeting.OtherType, Title: "zzgeheim", Wording: "zzgeheim", Method: meeting.ByHand, Yes: 2}
	d.MustWrite(t, office, access.RunSitting, func(ctx context.Context, tx *db.Tx) error { return meeting.Decide(ctx, tx, vote) })
	task := uuid.New()
	d.Owner(t, `INSERT INTO task (programme_id, id, body_id, day, title, owner, source, source_id) VALUES ($1, $2, $3, $4, 'zzgeheim', 'AOK', 'decision', $5)`,
		testdb.Saxony.ID, task, home.ID, today, vote.ID)
	d.MustWrite(t, office, access.RunSitting, func(ctx context.Context, tx *db.Tx) error {
		it, err := meeting.ItemByID(ctx, tx, item)
		if err != nil {
			return err
		}
		return meeting.ChangeItem(ctx, tx, item, it.Version, meeting.NewItem{Kind: meeting.Topic, Title: "zzgeheim", NonPublic: true})
	})
	for _, one := range []struct {
		a    access.Actor
		want int
	}{{guest, 0}, {member, 1}} {
		d.MustRead(t, one.a, access.ReadDecisions, func(ctx context.Context, tx *db.Tx) error {
			var decisions, tasks int
			err := tx.QueryRow(ctx, `SELECT (SELECT count(*) FROM decision WHERE id = $1), (SELECT count(*) FROM task WHERE id = $2)`, vote.ID, task).
				Scan(&decisions, &tasks)
			if decisions != one.want || tasks != one.want {
				t.Errorf("%s reads %d decisions and %d tasks of a closed item, want %d", one.a.Name, decisions, tasks, one.want)
			}
			return err
		})
	}
}

func TestTheNoteOfAnAnswerStaysWithOfficeAndChair(t *testing.T) {
	t.Parallel()
	d, _ := open(t)
	id := plan(t, d, func(in *meeting.Input) { in.Day = today })
	put(t, d, id, meeting.Invited)
	d.MustWrite(t, member, access.ReplyToCall, func(ctx context.Context, tx *db.Tx) error {
		return meeting.AnswerCall(ctx, tx, id, meeting.NewReply{Seat: home.Seats[access.Member], Reply: meeting.Declines, Note: "zzgeheim: im Krankenhaus"})
	})
	d.MustWrite(t, chair, access.RunSitting, func(ctx context.Context, tx *db.Tx) error {
		if err := meeting.Open(ctx, tx, id); err != nil {
			return err
		}
		return meeting.TakeReplies(ctx, tx, id)
	})
	d.MustRead(t, guest, access.ReadSittings, func(ctx context.Context, tx *db.Tx) error {
		list, err := meeting.Attendance(ctx, tx, id)
		for _, a := range list {
			if a.Reason != "" {
				t.Errorf("a guest reads why somebody did not come: %q", a.Reason)
			}
		}
		if len(list) != 1 {
			t.Errorf("%d records, want 1", len(list))
		}
		return err
	})
}

func TestWhatASittingOwesAnAnswerIsNotStruck(t *testing.T) {
	t.Parallel()
	d, _ := open(t)
	n := meeting.NewItem{ID: uuid.New(), BodyID: home.ID, Kind: meeting.Objection, Title: "Einwendung 1", SubjectID: new(uuid.New())}
	d.MustWrite(t, office, access.RunSitting, func(ctx context.Context, tx *db.Tx) error { return meeting.AddBacklogItem(ctx, tx, n) })
	ctx := testdb.As(t.Context(), office)
	err := d.Write(ctx, access.KeepSittings, func(tx *db.Tx) error { return meeting.StrikeItem(ctx, tx, n.ID) })
	if !errors.Is(err, fault.Conflict) {
		t.Errorf("struck: err = %v, want Conflict", err)
	}
}
