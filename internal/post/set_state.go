package post

import (
	"context"
	"errors"
	"fmt"
	"unicode/utf8"

	"github.com/google/uuid"

	"rundertisch/internal/access"
	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/fact"
	"rundertisch/internal/fault"
)

// NewState is a state to be set from a day on.
type NewState struct {
	ID       uuid.UUID // from the form: the same form sets a state once
	State    State
	From     calendar.Date
	Note     string
	ClosesOn calendar.Date // advertised: the deadline for applications; may be zero
	Holder   *NewHolder    // filled: who; nil if somebody already holds the post on that day
}

func (n NewState) validate(today calendar.Date) error {
	f := fault.Fields{}
	if !n.State.Valid() {
		f.Add("state", "field.choice")
	}
	fact.CheckDay(f, "from", n.From, today)
	if utf8.RuneCountInString(n.Note) > fact.MaxNote {
		f.Add("note", "field.too_long", "Max", fact.MaxNote)
	}
	if n.State == Advertised && !n.ClosesOn.IsZero() && n.ClosesOn.Before(n.From) {
		f.Add("closes_on", "post.closes_before_start")
	}
	if n.State == Filled && n.Holder != nil {
		n.Holder.check(f)
	}
	return f.Err()
}

// SetState records that the post is in a state from a day on. It returns
// fault.Fields for bad input and for a state that may not stand there, and
// fault.Forbidden if the actor has no say in this district.
//
// Becoming vacant or ended ends the holders on that day; becoming filled needs
// a holder; becoming advertised records the round.
func SetState(ctx context.Context, tx *db.Tx, p Post, n NewState) error {
	if !tx.Actor.MayIn(access.SetPostState, p.DistrictID) {
		return fmt.Errorf("set state of post %s: %w", p.ID, fault.Forbidden)
	}
	if err := n.validate(calendar.Of(tx.Now)); err != nil {
		return err
	}
	if err := insertState(ctx, tx, p, n, nil); err != nil {
		return explain(err)
	}
	switch n.State {
	case Vacant, Ended:
		return endHolders(ctx, tx, p, n.From)
	case Advertised:
		return insertAdvertisement(ctx, tx, p, n)
	case Filled:
		return fill(ctx, tx, p, n)
	default:
		return nil
	}
}

func fill(ctx context.Context, tx *db.Tx, p Post, n NewState) error {
	if n.Holder == nil {
		held, err := heldOn(ctx, tx, p, n.From)
		if err != nil {
			return err
		}
		if !held {
			return fault.Field("holder_name", "post.holder_missing")
		}
		return nil
	}
	h := *n.Holder
	h.From = n.From
	return addHolder(ctx, tx, p, h)
}

func insertState(ctx context.Context, tx *db.Tx, p Post, n NewState, correction *string) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO post_state (id, post_id, district_id, state, valid_from, note, correction)
		VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		n.ID, p.ID, p.DistrictID, n.State, n.From, n.Note, correction)
	if err != nil {
		return fmt.Errorf("record state of post %s: %w", p.ID, err)
	}
	return nil
}

func insertAdvertisement(ctx context.Context, tx *db.Tx, p Post, n NewState) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO job_ad (post_id, district_id, published_on, closes_on, note)
		VALUES ($1, $2, $3, $4, $5)`, p.ID, p.DistrictID, n.From, n.ClosesOn, n.Note)
	if err != nil {
		return fmt.Errorf("record advertisement of post %s: %w", p.ID, err)
	}
	return nil
}

// explain gives the database's refusals their sentence at the field.
func explain(err error) error {
	switch db.Constraint(err) {
	case "state_follows":
		return errors.Join(fault.Field("state", "fact.state_follows"), err)
	case "state_precedes":
		return errors.Join(fault.Field("from", "fact.state_precedes"), err)
	case "correction_by_ministry":
		return errors.Join(fault.Forbidden, err)
	case "post_state_pkey", "post_holder_pkey":
		return errors.Join(fact.ErrRepeated, err)
	case "shares_within_post":
		return errors.Join(fault.Field("fte", "post.shares_above"), err)
	case "holder_once":
		return errors.Join(fault.Field("holder_name", "post.holder_twice"), err)
	}
	return err
}
