package minutes

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rundertisch/internal/body"
	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/fault"
)

// Version is a frozen version of minutes. It never changes.
type Version struct {
	No        int
	SHA256    []byte `db:"sha256"`
	Previous  []byte
	Deadline  calendar.Date
	Explained []byte // the deadline with rule and arithmetic, as JSON
	FrozenAt  time.Time
	FrozenBy  *string
}

// Sum returns the hash in hexadecimal digits.
func (v Version) Sum() string { return hex.EncodeToString(v.SHA256) }

// Reckoning returns the deadline for objections with its rule and arithmetic.
func (v Version) Reckoning() body.Deadline {
	var d body.Deadline
	_ = json.Unmarshal(v.Explained, &d) // written by ourselves; an old form shows no arithmetic
	return d
}

// Versions returns the versions of minutes, the newest first.
func Versions(ctx context.Context, tx *db.Tx, minutesID uuid.UUID) ([]Version, error) {
	rows, _ := tx.Query(ctx, `
		SELECT v.no, v.sha256, v.previous, v.deadline, v.explained, v.frozen_at, p.name AS frozen_by
		FROM minutes_version v
		LEFT JOIN person p ON p.programme_id = v.programme_id AND p.id = v.frozen_by
		WHERE v.minutes_id = $1
		ORDER BY v.no DESC`, minutesID)
	list, err := pgx.CollectRows(rows, pgx.RowToStructByName[Version])
	if err != nil {
		return nil, fmt.Errorf("versions of minutes %s: %w", minutesID, err)
	}
	return list, nil
}

// Sealed returns the frozen bytes of a version, for members. It returns
// fault.NotFound to everybody else: they hold every part.
func Sealed(ctx context.Context, tx *db.Tx, minutesID uuid.UUID, no int) ([]byte, error) {
	var content []byte
	err := tx.QueryRow(ctx, `SELECT c FROM minutes_content($1, $2) AS c WHERE c IS NOT NULL`, minutesID, no).Scan(&content)
	if err != nil {
		return nil, fmt.Errorf("bytes of version %d of minutes %s: %w", no, minutesID, err)
	}
	return content, nil
}

// Check recomputes the seal of every version from its bytes and the version
// before. It returns ErrBroken if one does not hold, and fault.NotFound to who
// may not read the bytes.
func Check(ctx context.Context, tx *db.Tx, minutesID uuid.UUID) error {
	rows, _ := tx.Query(ctx, `
		SELECT v.no, v.sha256, v.previous, minutes_content(v.minutes_id, v.no) AS content
		FROM minutes_version v
		WHERE v.minutes_id = $1
		ORDER BY v.no`, minutesID)
	list, err := pgx.CollectRows(rows, pgx.RowToStructByName[chained])
	if err != nil {
		return fmt.Errorf("seals of minutes %s: %w", minutesID, err)
	}
	var before [32]byte
	for _, v := range list {
		if v.Content == nil {
			return fmt.Errorf("bytes of version %d of minutes %s: %w", v.No, minutesID, fault.NotFound)
		}
		sum := [32]byte(v.SHA256)
		if err := Verify(v.Content, sum, before); err != nil || [32]byte(v.Previous) != before {
			return fmt.Errorf("version %d of minutes %s: %w", v.No, minutesID, ErrBroken)
		}
		before = sum
	}
	return nil
}

// chained is a version with its bytes and its place in the chain of sums.
type chained struct {
	No       int
	SHA256   []byte `db:"sha256"`
	Previous []byte
	Content  []byte // nil: not for this reader
}

// assemble puts together everything that a version freezes.
func assemble(ctx context.Context, tx *db.Tx, m Minutes, sections []Section, deadline body.Deadline) (Content, error) {
	c := Content{Minutes: m.ID, Version: m.No, Body: m.BodyName, BodyID: m.BodyID, Deadline: &deadline}
	c.Sitting = Sitting{ID: m.MeetingID, Day: m.Day}
	var chair, taker *string
	var start, end *time.Time
	err := tx.QueryRow(ctx, `
		SELECT s.place, s.opened_at, s.closed_at,
			(SELECT p.name FROM seat_holder h JOIN person p ON p.programme_id = h.programme_id AND p.id = h.person_id
				WHERE h.programme_id = s.programme_id AND h.seat_id = s.chair_seat_id AND h.slot = 0 AND h.withdrawn_at IS NULL AND h.valid @> s.day),
			t.name
		FROM meeting s
		LEFT JOIN person t ON t.programme_id = s.programme_id AND t.id = s.taker_id
		WHERE s.id = $1`, m.MeetingID).Scan(&c.Sitting.Place, &start, &end, &chair, &taker)
	if err != nil {
		return Content{}, fmt.Errorf("sitting of minutes %s: %w", m.ID, err)
	}
	c.Sitting.Start, c.Sitting.End, c.Sitting.Chair, c.Sitting.Taker = at(start), at(end), words(chair), words(taker)
	if c.Present, err = presence(ctx, tx, m.MeetingID); err != nil {
		return Content{}, err
	}
	if c.Votes, err = votes(ctx, tx, m.MeetingID); err != nil {
		return Content{}, err
	}
	for _, s := range sections {
		item := Item{Number: s.Number, Title: s.Title, Public: !s.NonPublic}
		if s.ItemID != nil {
			item.ID = *s.ItemID
		}
		for _, b := range s.Passages {
			item.Blocks = append(item.Blocks, Block{ID: b.ID, Number: b.Number, Kind: string(b.Kind), Text: b.Body, Audience: audience(b.NonPublic)})
		}
		c.Items = append(c.Items, item)
	}
	return c, nil
}

func audience(nonPublic bool) string {
	if nonPublic {
		return "members"
	}
	return "guests"
}

func at(t *time.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return *t
}

func words(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// presence returns who was there, in the order of the seats.
func presence(ctx context.Context, tx *db.Tx, meetingID uuid.UUID) ([]Attendance, error) {
	rows, _ := tx.Query(ctx, `
		SELECT a.seat_id, s.institution, s.grp, coalesce(p.name, ''), a.status, s.voting, a.from_at, a.to_at
		FROM attendance a
		JOIN seat s ON s.programme_id = a.programme_id AND s.id = a.seat_id
		LEFT JOIN person p ON p.programme_id = a.programme_id AND p.id = a.person_id
		WHERE a.meeting_id = $1
		ORDER BY s.ordinal, s.institution, a.from_at, a.id`, meetingID)
	var list []Attendance
	var a Attendance
	var from, to *time.Time
	_, err := pgx.ForEachRow(rows, []any{&a.Seat, &a.Institution, &a.Group, &a.Person, &a.State, &a.Voting, &from, &to}, func() error {
		a.From, a.To = at(from), at(to)
		list = append(list, a)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("attendance of sitting %s: %w", meetingID, err)
	}
	return list, nil
}

// votes returns what was voted on, with ballots where votes were by name.
func votes(ctx context.Context, tx *db.Tx, meetingID uuid.UUID) ([]Vote, error) {
	rows, _ := tx.Query(ctx, `
		SELECT d.id, coalesce(d.agenda_item_id, '00000000-0000-0000-0000-000000000000'::uuid),
			coalesce(d.year || '/' || d.number, ''), d.wording, d.result = 'adopted' AND d.void_why IS NULL, d.yes, d.no, d.abstain,
			coalesce((SELECT jsonb_agg(jsonb_build_object('seat', b.seat_id, 'institution', s.institution, 'choice', b.choice) ORDER BY s.ordinal, s.id)
				FROM ballot b JOIN seat s ON s.programme_id = b.programme_id AND s.id = b.seat_id
				WHERE b.programme_id = d.programme_id AND b.decision_id = d.id), '[]')
		FROM decision d
		WHERE d.meeting_id = $1
		ORDER BY d.decided_at, d.id`, meetingID)
	var list []Vote
	var v Vote
	_, err := pgx.ForEachRow(rows, []any{&v.ID, &v.Item, &v.Decision, &v.Wording, &v.Adopted, &v.Yes, &v.No, &v.Abstain, &v.ByName}, func() error {
		list = append(list, v)
		v.ByName = nil
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("votes of sitting %s: %w", meetingID, err)
	}
	return list, nil
}

// Holds is Check for a page: it says whether the seals were checked and whether
// one is broken.
func Holds(ctx context.Context, tx *db.Tx, minutesID uuid.UUID) (checked, broken bool, err error) {
	err = Check(ctx, tx, minutesID)
	if errors.Is(err, ErrBroken) {
		return true, true, nil
	}
	return err == nil, false, err
}
