package body

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rundertisch/internal/access"
	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/fact"
	"rundertisch/internal/fault"
	"rundertisch/internal/locale"
)

// ConferenceState is the state of a district's regional conference.
type ConferenceState string

// The states of a conference.
const (
	None        ConferenceState = "none"
	Interest    ConferenceState = "interest"
	Forming     ConferenceState = "forming"
	Constituted ConferenceState = "constituted"
	Active      ConferenceState = "active"
	Dormant     ConferenceState = "dormant"
	Dissolved   ConferenceState = "dissolved"
)

// ConferenceStates returns every state in the order of a conference's life.
func ConferenceStates() []ConferenceState {
	return []ConferenceState{None, Interest, Forming, Constituted, Active, Dormant, Dissolved}
}

// Valid says whether s is a state.
func (s ConferenceState) Valid() bool { return slices.Contains(ConferenceStates(), s) }

// Formed says whether boards count the conference as formed.
func (s ConferenceState) Formed() bool { return s == Constituted || s == Active || s == Dormant }

// Interested says whether boards count the district as interested.
func (s ConferenceState) Interested() bool { return s == Interest || s == Forming }

type transition struct{ from, to ConferenceState }

var steps = map[transition]bool{
	{None, Interest}: true, {Interest, Forming}: true, {Interest, None}: true,
	{Forming, Constituted}: true, {Forming, None}: true,
	{Constituted, Active}: true, {Constituted, Dissolved}: true,
	{Active, Dormant}: true, {Active, Dissolved}: true,
	{Dormant, Active}: true, {Dormant, Dissolved}: true,
	{Dissolved, Interest}: true,
}

// Next returns the states that may follow s, in the order of life.
func (s ConferenceState) Next() []ConferenceState {
	var next []ConferenceState
	for _, to := range ConferenceStates() {
		if steps[transition{s, to}] {
			next = append(next, to)
		}
	}
	return next
}

// Timeline returns every conference state ever recorded for the district,
// withdrawn ones too, the newest first.
func Timeline(ctx context.Context, tx *db.Tx, districtID uuid.UUID) ([]fact.Point, error) {
	rows, _ := tx.Query(ctx, `
		SELECT s.id, s.state, s.valid_from, s.note, s.correction, s.recorded_at, s.recorded_by, r.name AS recorder,
			s.withdrawn_at, w.name AS withdrawer, s.withdrawn_why, s.simulated
		FROM conference_state s
		LEFT JOIN person r ON r.programme_id = s.programme_id AND r.id = s.recorded_by
		LEFT JOIN person w ON w.programme_id = s.programme_id AND w.id = s.withdrawn_by
		WHERE s.district_id = $1
		ORDER BY s.valid_from DESC, s.recorded_at DESC`, districtID)
	list, err := pgx.CollectRows(rows, pgx.RowToStructByName[fact.Point])
	if err != nil {
		return nil, fmt.Errorf("conference of district %s: %w", districtID, err)
	}
	return list, nil
}

// NewState is a conference state to be set from a day on.
type NewState struct {
	ID    uuid.UUID // from the form: the same form sets a state once
	State ConferenceState
	From  calendar.Date
	Note  string
}

// Correction replaces a conference state that was recorded wrongly.
type Correction struct {
	ID      uuid.UUID
	State   ConferenceState
	From    calendar.Date
	Why     string
	Retract bool // it never was: nothing takes its place
}

func check(f fault.Fields, state ConferenceState, from, today calendar.Date) {
	if !state.Valid() {
		f.Add("state", "field.choice")
	}
	fact.CheckDay(f, "from", from, today)
}

// SetConferenceState records that the conference of the district is in a state
// from a day on, in every district that it covers. It returns fault.Fields for
// bad input, for a state that may not stand there, and for "constituted" while
// something is missing by law.
func SetConferenceState(ctx context.Context, tx *db.Tx, districtID uuid.UUID, n NewState) error {
	f := fault.Fields{}
	check(f, n.State, n.From, calendar.Of(tx.Now))
	f.Limit("note", n.Note, fact.MaxNote)
	if err := f.Err(); err != nil {
		return err
	}
	if n.State == Constituted {
		gaps, err := ConferenceGaps(ctx, tx, districtID, n.From)
		if err != nil {
			return err
		}
		if len(gaps) > 0 {
			return notConstituted(ctx, gaps)
		}
	}
	return insertStates(ctx, tx, districtID, n, nil)
}

// notConstituted says what is missing.
func notConstituted(ctx context.Context, gaps []Gap) error {
	texts := make([]string, len(gaps))
	for i, g := range gaps {
		texts[i] = g.Text(locale.FromContext(ctx))
	}
	return fault.Field("state", "body.error.not_constituted", "Gaps", strings.Join(texts, " "))
}

// ConferenceGaps returns what the conference of the district lacks to be
// constituted on a day (§ 8 (2) and (4) SächsKHG). The database asks the same
// once more.
func ConferenceGaps(ctx context.Context, tx *db.Tx, districtID uuid.UUID, day calendar.Date) ([]Gap, error) {
	var names []string
	if err := tx.QueryRow(ctx, `SELECT conference_gaps($1, $2)`, districtID, day).Scan(&names); err != nil {
		return nil, fmt.Errorf("gaps of the conference of %s: %w", districtID, err)
	}
	gaps := make([]Gap, len(names))
	for i, name := range names {
		gaps[i] = gap("body.lack." + name)
	}
	return gaps, nil
}

// CorrectConferenceState withdraws a recorded state and records another in its
// place, with the reason on both, in every district of the conference in which
// the same was recorded. It returns fault.NotFound for another district's fact
// and fault.Conflict if it was withdrawn before.
func CorrectConferenceState(ctx context.Context, tx *db.Tx, districtID, factID uuid.UUID, c Correction) error {
	if !tx.Actor.MayIn(access.CorrectFact, districtID) {
		return fmt.Errorf("correct conference of %s: %w", districtID, fault.Forbidden)
	}
	f := fault.Fields{}
	if !c.Retract {
		check(f, c.State, c.From, calendar.Of(tx.Now))
	}
	fact.CheckWhy(f, c.Why)
	if err := f.Err(); err != nil {
		return err
	}
	var withdrawn bool
	err := tx.QueryRow(ctx, `
		SELECT withdrawn_at IS NOT NULL FROM conference_state WHERE id = $1 AND district_id = $2`, factID, districtID).Scan(&withdrawn)
	if err != nil {
		return fmt.Errorf("conference state %s: %w", factID, err)
	}
	if withdrawn {
		return fault.Explain(fault.Conflict, "fact.already_corrected")
	}
	districts, err := together(ctx, tx, districtID)
	if err != nil {
		return err
	}
	err = tx.ExecOne(ctx, `
		UPDATE conference_state s SET withdrawn_at = now(), withdrawn_why = $3
		FROM conference_state wrong
		WHERE wrong.id = $1 AND s.withdrawn_at IS NULL AND s.district_id = ANY ($2)
			AND s.state = wrong.state AND s.valid_from = wrong.valid_from`, factID, districts, c.Why)
	if err != nil {
		return fmt.Errorf("withdraw conference state %s: %w", factID, err)
	}
	if c.Retract {
		return nil
	}
	return insertStates(ctx, tx, districtID, NewState{ID: c.ID, State: c.State, From: c.From}, &c.Why)
}

// insertStates records the state in each district of the conference. The ids of
// further districts follow from the form's, so that it has its effect once.
func insertStates(ctx context.Context, tx *db.Tx, districtID uuid.UUID, n NewState, correction *string) error {
	districts, err := together(ctx, tx, districtID)
	if err != nil {
		return err
	}
	b := &pgx.Batch{}
	for _, d := range districts {
		id := n.ID
		if d != districtID {
			id = uuid.NewSHA1(n.ID, d[:])
		}
		b.Queue(`
			INSERT INTO conference_state (id, district_id, state, valid_from, note, correction)
			VALUES ($1, $2, $3, $4, $5, $6)`, id, d, n.State, n.From, n.Note, correction)
	}
	err = tx.SendBatch(ctx, b).Close()
	if err == nil {
		return nil
	}
	switch db.Constraint(err) {
	case "state_follows":
		return errors.Join(fault.Field("state", "fact.state_follows"), err)
	case "state_precedes":
		return errors.Join(fault.Field("from", "fact.state_precedes"), err)
	case "conference_state_pkey":
		return errors.Join(fact.ErrRepeated, err)
	case "conference_constituted": // something was taken away meanwhile
		return errors.Join(fault.Field("state", "body.error.not_constituted", "Gaps", ""), err)
	}
	return fmt.Errorf("record conference state of %s: %w", districtID, err)
}

// together returns the districts of the conference that covers this one, itself
// first; itself alone if there is none yet.
func together(ctx context.Context, tx *db.Tx, districtID uuid.UUID) ([]uuid.UUID, error) {
	rows, _ := tx.Query(ctx, `
		SELECT o.district_id
		FROM body_district d
		JOIN body_district o ON o.programme_id = d.programme_id AND o.body_id = d.body_id AND o.district_id <> d.district_id
		WHERE d.district_id = $1
		ORDER BY 1`, districtID)
	others, err := pgx.CollectRows(rows, pgx.RowTo[uuid.UUID])
	if err != nil {
		return nil, fmt.Errorf("districts together with %s: %w", districtID, err)
	}
	return append([]uuid.UUID{districtID}, others...), nil
}
