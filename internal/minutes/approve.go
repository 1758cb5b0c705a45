package minutes

import (
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rundertisch/internal/access"
	"rundertisch/internal/body"
	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/fault"
)

// LaterDecision is a decision of a sitting after that of the minutes.
type LaterDecision struct {
	ID     uuid.UUID
	Day    calendar.Date
	Year   int
	Number int
	Title  string
}

// approves is what a decision is by which minutes $1 are approved: adopted by
// the body $2 in a sitting after the day $3, on an item that names the minutes.
// The database asks the same (minutes_approved_by).
const approves = `
	FROM decision d
	JOIN agenda_item i ON i.programme_id = d.programme_id AND i.id = d.agenda_item_id
	WHERE i.kind = 'approval' AND i.subject_id = $1 AND ` + later

const later = `d.body_id = $2 AND d.day > $3 AND d.result = 'adopted' AND d.void_why IS NULL AND d.meeting_id IS NOT NULL`

// ApprovingDecisions returns the decisions by which the minutes can have been
// approved: adopted in a later sitting on an item that names them, the oldest
// first.
func ApprovingDecisions(ctx context.Context, tx *db.Tx, m Minutes) ([]LaterDecision, error) {
	return decisions(ctx, tx, approves, m)
}

// LaterDecisions returns what the body adopted in later sittings, the oldest
// first: by any of it a correction can have been approved.
func LaterDecisions(ctx context.Context, tx *db.Tx, m Minutes) ([]LaterDecision, error) {
	return decisions(ctx, tx, ` FROM decision d WHERE $1::uuid IS NOT NULL AND `+later, m)
}

func decisions(ctx context.Context, tx *db.Tx, which string, m Minutes) ([]LaterDecision, error) {
	rows, _ := tx.Query(ctx, `SELECT d.id, d.day, d.year, d.number, d.title`+which+` ORDER BY d.day, d.number LIMIT 50`, m.ID, m.BodyID, m.Day)
	list, err := pgx.CollectRows(rows, pgx.RowToStructByName[LaterDecision])
	if err != nil {
		return nil, fmt.Errorf("decisions after minutes %s: %w", m.ID, err)
	}
	return list, nil
}

// ForApproval are minutes that wait for a sitting to approve them.
type ForApproval struct {
	ID    uuid.UUID
	Day   calendar.Date // of the sitting
	Named bool          // an item that is still to come up names them
}

// ToApprove returns the minutes that a sitting of the body on the day can
// approve: of earlier sittings, circulated and not yet approved, the oldest
// first.
func ToApprove(ctx context.Context, tx *db.Tx, bodyID uuid.UUID, on calendar.Date) ([]ForApproval, error) {
	rows, _ := tx.Query(ctx, `
		SELECT m.id, m.day, EXISTS (SELECT FROM agenda_item i
			WHERE i.body_id = m.body_id AND i.kind = 'approval' AND i.state IN ('backlog', 'planned') AND i.subject_id = m.id) AS named
		FROM minutes m
		WHERE m.body_id = $1 AND m.day < $2 AND m.no > 0 AND m.approved_at IS NULL
		ORDER BY m.day, m.id`, bodyID, on)
	list, err := pgx.CollectRows(rows, pgx.RowToStructByName[ForApproval])
	if err != nil {
		return nil, fmt.Errorf("minutes of body %s to approve: %w", bodyID, err)
	}
	return list, nil
}

// ComingUp is a sitting to come on whose agenda minutes stand to be approved.
type ComingUp struct {
	MeetingID uuid.UUID
	Title     string
	Day       calendar.Date
}

// OnAgendas returns the sittings to come that have an item for the approval of
// the minutes, the nearest first.
func OnAgendas(ctx context.Context, tx *db.Tx, m Minutes) ([]ComingUp, error) {
	rows, _ := tx.Query(ctx, `
		SELECT DISTINCT s.id AS meeting_id, s.title, s.day
		FROM agenda_item i
		JOIN meeting s ON s.programme_id = i.programme_id AND s.id = i.meeting_id
		WHERE i.body_id = $1 AND i.kind = 'approval' AND i.subject_id = $2 AND i.state = 'planned'
		ORDER BY s.day, s.id`, m.BodyID, m.ID)
	list, err := pgx.CollectRows(rows, pgx.RowToStructByName[ComingUp])
	if err != nil {
		return nil, fmt.Errorf("agendas with minutes %s: %w", m.ID, err)
	}
	return list, nil
}

// ApprovedBy returns the minutes that a decision approved, as far as the actor
// reads them.
func ApprovedBy(ctx context.Context, tx *db.Tx, decisionID uuid.UUID) ([]Minutes, error) {
	rows, _ := tx.Query(ctx, minutesColumns+` WHERE m.decision_id = $1 ORDER BY m.day, m.id`, decisionID)
	list, err := pgx.CollectRows(rows, pgx.RowToStructByName[Minutes])
	if err != nil {
		return nil, fmt.Errorf("minutes approved by %s: %w", decisionID, err)
	}
	return list, nil
}

// Approve seals minutes by a decision that was taken on them in a later
// sitting. It returns fault.Conflict while the deadline runs or objections wait
// for a decision, and fault.Fields for a decision that approves other minutes or
// nothing.
func Approve(ctx context.Context, tx *db.Tx, id, decisionID uuid.UUID, version int) error {
	m, err := lockFor(ctx, tx, id, access.CirculateMinutes)
	if err != nil {
		return err
	}
	if m.Version != version {
		return fmt.Errorf("approve minutes %s: %w", id, fault.Stale)
	}
	if err := approvable(ctx, tx, m); err != nil {
		return err
	}
	var found bool // held against being struck
	err = tx.QueryRow(ctx, `SELECT true`+approves+` AND d.id = $4 FOR SHARE OF d`, m.ID, m.BodyID, m.Day, decisionID).Scan(&found)
	if errors.Is(err, pgx.ErrNoRows) {
		return fault.Field("decision", "minutes.error.decision")
	}
	if err != nil {
		return fmt.Errorf("decision %s: %w", decisionID, err)
	}
	return seal(ctx, tx, m, ByVote, &decisionID)
}

// approvable says whether anything stands in the way of the approval.
func approvable(ctx context.Context, tx *db.Tx, m Minutes) error {
	if m.State != Circulated && m.State != Ready {
		return fault.Explain(fault.Conflict, "minutes.error.state")
	}
	if !m.Late(calendar.Of(tx.Now)) {
		return fault.Explain(fault.Conflict, "minutes.error.deadline_runs")
	}
	waiting, err := openObjections(ctx, tx, m.ID)
	if err == nil && waiting > 0 {
		err = fault.Explain(fault.Conflict, "minutes.error.objections_open")
	}
	return err
}

func openObjections(ctx context.Context, tx *db.Tx, minutesID uuid.UUID) (n int, err error) {
	err = tx.QueryRow(ctx, `
		SELECT count(*) FROM objection WHERE minutes_id = $1 AND state IN ('filed', 'left_to_meeting')`, minutesID).Scan(&n)
	if err != nil {
		return 0, fmt.Errorf("open objections to minutes %s: %w", minutesID, err)
	}
	return n, nil
}

// seal makes minutes final; the sitting is closed with them.
func seal(ctx context.Context, tx *db.Tx, m Minutes, how string, decision *uuid.UUID) error {
	err := set(ctx, tx, m, `state = 'approved', approved_at = $2, approved_how = $3, decision_id = $4`, tx.Now, how, decision)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `UPDATE meeting SET state = 'closed' WHERE id = $1 AND state = 'minutes_pending'`, m.MeetingID)
	if err != nil {
		return fmt.Errorf("close sitting %s: %w", m.MeetingID, err)
	}
	return record(ctx, tx, m, WasApproved, how)
}

// CloseReviews ends the reviews whose deadline is over: where the rules take
// silence for consent and nobody objected, the minutes are approved; otherwise
// they are ready for the sitting. It acts as the system.
func CloseReviews(ctx context.Context, tx *db.Tx) (closed int, err error) {
	rows, _ := tx.Query(ctx, minutesColumns+` WHERE m.state = 'circulated' AND m.deadline < $1 FOR NO KEY UPDATE OF m SKIP LOCKED`, calendar.Of(tx.Now))
	due, err := pgx.CollectRows(rows, pgx.RowToStructByName[Minutes])
	if err != nil {
		return 0, fmt.Errorf("reviews whose deadline is over: %w", err)
	}
	for _, m := range due { // a handful a day
		if err := closeReview(ctx, tx, m); err != nil {
			return 0, err
		}
	}
	return len(due), nil
}

func closeReview(ctx context.Context, tx *db.Tx, m Minutes) error {
	rules, err := body.BylawsOn(ctx, tx, m.BodyID, m.Deadline)
	if err != nil {
		return err
	}
	waiting, err := openObjections(ctx, tx, m.ID)
	if err != nil {
		return err
	}
	if rules.SilenceApproves && waiting == 0 {
		return seal(ctx, tx, m, BySilence, nil)
	}
	if err := set(ctx, tx, m, `state = 'ready'`); err != nil {
		return err
	}
	return record(ctx, tx, m, BecameReady, "")
}

// Sign signs approved minutes: the chair as the chair, the office as the
// minute-taker. When both have, the minutes are signed. It returns
// fault.Conflict for what is not approved or was signed by that side before.
func Sign(ctx context.Context, tx *db.Tx, id uuid.UUID) error {
	m, err := lockFor(ctx, tx, id, access.SignMinutes)
	if err != nil {
		return err
	}
	if !m.State.Sealed() {
		return fault.Explain(fault.Conflict, "minutes.error.not_approved")
	}
	kind := SignedByChair
	if tx.Actor.MayAt(access.CirculateMinutes, m.BodyID) {
		kind = SignedByTaker
	}
	if err := record(ctx, tx, m, kind, ""); err != nil {
		if db.Constraint(err) == "minutes_event_signed" {
			return errors.Join(fault.Explain(fault.Conflict, "minutes.error.signed"), err)
		}
		return err
	}
	if m.State != Approved {
		return nil
	}
	var sides int
	err = tx.QueryRow(ctx, `
		SELECT count(DISTINCT kind) FROM minutes_event WHERE minutes_id = $1 AND kind IN ('signed_chair', 'signed_taker')`, m.ID).Scan(&sides)
	if err != nil {
		return fmt.Errorf("signatures of minutes %s: %w", m.ID, err)
	}
	if sides == 2 {
		return set(ctx, tx, m, `state = 'signed'`)
	}
	return nil
}
