package minutes

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rundertisch/internal/access"
	"rundertisch/internal/body"
	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/fault"
)

// Resolution is what the office or the chair decides on an objection.
type Resolution struct {
	State   ObjectionState // Accepted, Partly, Rejected or LeftToMeeting
	Answer  string         // the reason; needed for Partly and Rejected
	Body    string         // Accepted and Partly: the new words of the block
	Version int            // of the objection
}

func (r Resolution) check() error {
	f := fault.Fields{}
	if !slices.Contains([]ObjectionState{Accepted, Partly, Rejected, LeftToMeeting}, r.State) {
		f.Add("state", "field.choice")
	}
	if (r.State == Partly || r.State == Rejected) && r.Answer == "" {
		f.Add("answer", "minutes.error.answer_missing")
	}
	f.Limit("answer", r.Answer, MaxReason)
	return f.Err()
}

// MayResolve says whether the actor decides on objections in the body: as its
// rules say the office, the chair, or for the body itself, which the office
// prepares: then an objection can be left to the sitting alone.
func MayResolve(a access.Actor, rules body.Bylaws) []ObjectionState {
	office := a.MayAt(access.CirculateMinutes, rules.BodyID)
	chair := !office && a.MayAt(access.ResolveObjection, rules.BodyID)
	all := []ObjectionState{Accepted, Partly, Rejected, LeftToMeeting}
	switch {
	case rules.ObjectionsDecidedBy == body.DecidedByOffice && office, rules.ObjectionsDecidedBy == body.DecidedByChair && chair:
		return all
	case rules.ObjectionsDecidedBy == body.DecidedByBody && office:
		return []ObjectionState{LeftToMeeting}
	}
	return nil
}

// Resolve decides on an objection. Accepted, in whole or in part, it changes the
// block: the text is opened for the next version if it is not, and the
// difference has its outcome. Left to the sitting, it becomes an item that waits
// for the next agenda. A body that decides itself has decided before what was
// left to it is resolved. What was followed can be decided again until a version
// with its change went out. It returns fault.Fields for bad input,
// fault.Forbidden where the rules let somebody else decide, fault.Stale and
// fault.Conflict if it was decided meanwhile.
func Resolve(ctx context.Context, tx *db.Tx, id uuid.UUID, r Resolution) error {
	o, err := ObjectionByID(ctx, tx, id)
	if err != nil {
		return err
	}
	rules, err := body.BylawsOn(ctx, tx, o.BodyID, calendar.Of(tx.Now))
	if err != nil {
		return err
	}
	if !slices.Contains(allowed(tx.Actor, rules, o), r.State) {
		return fmt.Errorf("resolve objection %s: %w", id, fault.Forbidden)
	}
	r.Answer = Normalise(r.Answer)
	if err := r.check(); err != nil {
		return err
	}
	m, err := lock(ctx, tx, o.MinutesID)
	if err != nil {
		return err
	}
	if m.State.Sealed() {
		return fault.Explain(fault.Conflict, "minutes.error.sealed")
	}
	if decidable, err := decidable(ctx, tx, m, o); err != nil || !decidable || !o.mayBecome(r.State) {
		return errors.Join(fault.Explain(fault.Conflict, "minutes.error.objection_decided"), err)
	}
	if treated, err := treated(ctx, tx, o); err != nil || !treated {
		return errors.Join(fault.Explain(fault.Conflict, "minutes.error.not_treated"), err)
	}
	if err := moveObjection(ctx, tx, o, r.Version, r.State, r.Answer); err != nil {
		return err
	}
	switch {
	case r.State.Followed():
		return applyTo(ctx, tx, m, o, r)
	case o.State.Followed():
		return unlink(ctx, tx, m, o)
	case r.State == LeftToMeeting:
		return leaveToMeeting(ctx, tx, o)
	}
	return nil
}

// allowed are the outcomes that the actor may choose for the objection, in one
// state of it or another. What was left to the sitting is recorded by the office
// as the sitting decided.
func allowed(a access.Actor, rules body.Bylaws, o Objection) []ObjectionState {
	rules.BodyID = o.BodyID
	may := MayResolve(a, rules)
	if o.ItemID == nil || !a.MayAt(access.CirculateMinutes, o.BodyID) {
		return may
	}
	for _, s := range []ObjectionState{Accepted, Partly, Rejected} {
		if !slices.Contains(may, s) {
			may = append(may, s)
		}
	}
	return may
}

// mayBecome says whether a decision leads to the state. What was followed may be
// followed once more, with other words.
func (o Objection) mayBecome(s ObjectionState) bool {
	return slices.Contains(o.State.Next(), s) || o.State.Followed() && s == o.State
}

// decidable says whether somebody has to decide on the objection, or may again:
// while the next version is written and none before has changed because of it.
func decidable(ctx context.Context, tx *db.Tx, m Minutes, o Objection) (bool, error) {
	if !o.State.Followed() || m.State != Amending {
		return o.State.Open(), nil
	}
	done, err := carriedOut(ctx, tx, m)
	return !slices.Contains(done, o.ID), err
}

// unlink takes back what an objection explains on the way to the next version.
// Words that were changed because of it need another reason then.
func unlink(ctx context.Context, tx *db.Tx, m Minutes, o Objection) error {
	_, err := tx.Exec(ctx, `DELETE FROM outcome WHERE minutes_id = $1 AND from_no = $2 AND objection_id = $3`, m.ID, m.No, o.ID)
	if err != nil {
		return fmt.Errorf("take back what objection %s changes: %w", o.ID, err)
	}
	return nil
}

// treated says whether nothing keeps an objection from being decided: what was
// left to the sitting waits until a sitting treated its item, or the item that
// was carried over.
func treated(ctx context.Context, tx *db.Tx, o Objection) (treated bool, err error) {
	if o.State != LeftToMeeting {
		return true, nil
	}
	err = tx.QueryRow(ctx, `SELECT EXISTS (SELECT FROM agenda_item WHERE subject_id = $1 AND state = 'treated')`, o.ID).Scan(&treated)
	if err != nil {
		return false, fmt.Errorf("item of objection %s: %w", o.ID, err)
	}
	return treated, nil
}

// Choices returns the outcomes that the actor may choose for the objection now.
func Choices(ctx context.Context, tx *db.Tx, o Objection) ([]ObjectionState, error) {
	m, err := ByID(ctx, tx, o.MinutesID)
	if err != nil {
		return nil, err
	}
	if decidable, err := decidable(ctx, tx, m, o); err != nil || !decidable {
		return nil, err
	}
	if treated, err := treated(ctx, tx, o); err != nil || !treated {
		return nil, err
	}
	rules, err := body.BylawsOn(ctx, tx, o.BodyID, calendar.Of(tx.Now))
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(allowed(tx.Actor, rules, o), func(s ObjectionState) bool { return !o.mayBecome(s) }), nil
}

// applyTo changes the words of the block and links the difference to the
// objection. Only the office writes; a chair that decides leaves the words to it.
func applyTo(ctx context.Context, tx *db.Tx, m Minutes, o Objection, r Resolution) error {
	text, err := checkBody(r.Body)
	if err != nil {
		return err
	}
	if m.State == Circulated || m.State == Ready {
		if err := set(ctx, tx, m, `state = 'amending'`); err != nil {
			return err
		}
		if err := record(ctx, tx, m, Reopened, ""); err != nil {
			return err
		}
	}
	if err := linkTo(ctx, tx, m, o, o.BlockID); err != nil || !tx.Actor.MayAt(access.WriteMinutes, m.BodyID) {
		return err
	}
	_, err = tx.Exec(ctx, `
		UPDATE minutes_block SET body = $3
		WHERE id = $1 AND minutes_id = $2 AND body <> $3 AND kind NOT IN ('decision', 'vote')`, o.BlockID, m.ID, text)
	if err != nil {
		return fmt.Errorf("apply objection %s: %w", o.ID, err)
	}
	return nil
}

// leaveToMeeting makes an item that waits for the next agenda.
func leaveToMeeting(ctx context.Context, tx *db.Tx, o Objection) error {
	item := uuid.New()
	b := &pgx.Batch{}
	b.Queue(`
		INSERT INTO agenda_item (id, body_id, kind, title, non_public, state, subject_id)
		VALUES ($1, $2, 'objection', 'Einwendung ' || $3::integer || ' zur Niederschrift vom ' || to_char($4::date, 'DD.MM.YYYY'), true, 'backlog', $5)`,
		item, o.BodyID, o.Number, o.Day, o.ID)
	b.Queue(`UPDATE objection SET item_id = $2 WHERE id = $1`, o.ID, item)
	if err := tx.SendBatch(ctx, b).Close(); err != nil {
		return fmt.Errorf("leave objection %s to the sitting: %w", o.ID, err)
	}
	return nil
}

// MaxEditorial is how long the reason of an editorial change may be.
const MaxEditorial = 1000

// ExplainAll records the reasons that the office typed for the differences
// without one: typed gives the name of the field and what stands in it; an empty
// one waits. It returns fault.Fields if there is none at all, or for a bad one.
func ExplainAll(ctx context.Context, tx *db.Tx, minutesID uuid.UUID, typed func(block uuid.UUID) (name, reason string)) error {
	m, err := toWrite(ctx, tx, minutesID)
	if err != nil {
		return err
	}
	list, err := Pending(ctx, tx, m)
	if err != nil {
		return err
	}
	faults, missing, given := fault.Fields{}, "", 0
	for _, d := range Unexplained(list) {
		name, reason := typed(d.BlockID)
		switch {
		case Normalise(reason) != "":
			given++
		case missing == "":
			missing = name
			continue
		default:
			continue
		}
		err := Explain(ctx, tx, minutesID, d.BlockID, reason)
		if f, invalid := fault.AsFields(err); invalid {
			faults[name] = f["reason"]
		} else if err != nil {
			return err
		}
	}
	if given == 0 && missing != "" {
		faults.Add(missing, "minutes.error.reason_missing")
	}
	return faults.Err()
}

// Explain says why the office changed a block by itself: an editorial change is
// an outcome of its own, shown to all who read the block. It returns
// fault.Fields without a reason.
func Explain(ctx context.Context, tx *db.Tx, minutesID, blockID uuid.UUID, reason string) error {
	m, err := toWrite(ctx, tx, minutesID)
	if err != nil {
		return err
	}
	reason = Normalise(reason)
	switch {
	case m.No == 0:
		return fault.Explain(fault.Conflict, "minutes.error.state")
	case reason == "":
		return fault.Field("reason", "minutes.error.reason_missing")
	case utf8.RuneCountInString(reason) > MaxEditorial:
		return fault.Field("reason", "field.too_long", "Max", MaxEditorial)
	}
	b := &pgx.Batch{}
	b.Queue(`DELETE FROM outcome WHERE minutes_id = $1 AND from_no = $2 AND block_id = $3 AND objection_id IS NULL`, m.ID, m.No, blockID)
	b.Queue(`
		INSERT INTO outcome (id, minutes_id, from_no, block_id, body_id, day, reason, non_public)
		SELECT gen_random_uuid(), $1, $2, b.id, $3, $4, $5, b.non_public
		FROM minutes_block b WHERE b.id = $6 AND b.minutes_id = $1`, m.ID, m.No, m.BodyID, m.Day, reason, blockID)
	if err := tx.SendBatch(ctx, b).Close(); err != nil {
		return fmt.Errorf("explain block %s: %w", blockID, err)
	}
	return nil
}

// Message is what author and office write to each other about an objection.
type Message struct {
	ID        uuid.UUID
	Text      string
	WrittenAt time.Time
	Writer    string
	ByOffice  bool
}

// Messages returns the thread of an objection, the oldest first.
func Messages(ctx context.Context, tx *db.Tx, objectionID uuid.UUID) ([]Message, error) {
	rows, _ := tx.Query(ctx, `
		SELECT m.id, m.text, m.written_at, p.name AS writer, m.by_office
		FROM objection_message m
		JOIN person p ON p.programme_id = m.programme_id AND p.id = m.written_by
		WHERE m.objection_id = $1
		ORDER BY m.written_at, m.id`, objectionID)
	list, err := pgx.CollectRows(rows, pgx.RowToStructByName[Message])
	if err != nil {
		return nil, fmt.Errorf("messages about objection %s: %w", objectionID, err)
	}
	return list, nil
}

// Say adds a message to the thread. It returns fault.Forbidden to who is
// neither the seat nor office or chair, and fault.Fields without a text.
func Say(ctx context.Context, tx *db.Tx, objectionID, messageID uuid.UUID, text string) error {
	o, err := ObjectionByID(ctx, tx, objectionID)
	if err != nil {
		return err
	}
	office := tx.Actor.MayAt(access.ResolveObjection, o.BodyID)
	if !office && !slices.Contains(tx.Actor.SeatsFor(access.Object, o.BodyID), o.SeatID) {
		return fmt.Errorf("write about objection %s: %w", objectionID, fault.Forbidden)
	}
	text = Normalise(text)
	if o.State == ObjectionDraft { // nobody else knows of it
		return fmt.Errorf("write about draft %s: %w", objectionID, fault.NotFound)
	}
	f := fault.Fields{}
	f.Require("text", text, MaxReason)
	if err := f.Err(); err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
		INSERT INTO objection_message (id, objection_id, minutes_id, body_id, day, seat_id, text, by_office)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
		ON CONFLICT DO NOTHING`, messageID, o.ID, o.MinutesID, o.BodyID, o.Day, o.SeatID, text, office)
	if err != nil {
		return fmt.Errorf("write about objection %s: %w", objectionID, err)
	}
	return nil
}

// Words returns the words of the block as the office has them now, for who
// decides on an objection to it.
func Words(ctx context.Context, tx *db.Tx, o Objection) (words string, err error) {
	err = tx.QueryRow(ctx, `SELECT body FROM minutes_block WHERE id = $1`, o.BlockID).Scan(&words)
	if err != nil {
		return "", fmt.Errorf("words of block %s: %w", o.BlockID, err)
	}
	return words, nil
}
