package body

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"unicode/utf8"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rundertisch/internal/access"
	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/fact"
	"rundertisch/internal/fault"
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

// SetConferenceState records that the district's conference is in a state from
// a day on. It returns fault.Fields for bad input and for a state that may not
// stand there.
func SetConferenceState(ctx context.Context, tx *db.Tx, districtID uuid.UUID, n NewState) error {
	f := fault.Fields{}
	check(f, n.State, n.From, calendar.Of(tx.Now))
	if utf8.RuneCountInString(n.Note) > fact.MaxNote {
		f.Add("note", "field.too_long", "Max", fact.MaxNote)
	}
	if err := f.Err(); err != nil {
		return err
	}
	return insertState(ctx, tx, districtID, n, nil)
}

// CorrectConferenceState withdraws a recorded state and records another in its
// place, with the reason on both. It returns fault.NotFound for another
// district's fact and fault.Conflict if it was withdrawn before.
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
	err = tx.ExecOne(ctx, `UPDATE conference_state SET withdrawn_at = now(), withdrawn_why = $2 WHERE id = $1`, factID, c.Why)
	if err != nil {
		return fmt.Errorf("withdraw conference state %s: %w", factID, err)
	}
	if c.Retract {
		return nil
	}
	return insertState(ctx, tx, districtID, NewState{ID: c.ID, State: c.State, From: c.From}, &c.Why)
}

func insertState(ctx context.Context, tx *db.Tx, districtID uuid.UUID, n NewState, correction *string) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO conference_state (id, district_id, state, valid_from, note, correction)
		VALUES ($1, $2, $3, $4, $5, $6)`, n.ID, districtID, n.State, n.From, n.Note, correction)
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
	}
	return fmt.Errorf("record conference state of %s: %w", districtID, err)
}
