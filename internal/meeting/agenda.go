package meeting

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rundertisch/internal/access"
	"rundertisch/internal/db"
	"rundertisch/internal/fault"
)

// ItemKind is what an item of an agenda is about.
type ItemKind string

// The kinds of items. The subject of an approval are minutes, that of an
// objection is the objection.
const (
	Topic     ItemKind = "topic"
	Approval  ItemKind = "approval"  // Genehmigung der Niederschrift
	Tasks     ItemKind = "tasks"     // Kontrolle der Festlegungen
	Objection ItemKind = "objection" // an objection that was left to the sitting
	Election  ItemKind = "election"
)

// ItemKinds returns every kind in the order of the form.
func ItemKinds() []ItemKind { return []ItemKind{Topic, Approval, Tasks, Election, Objection} }

// Valid says whether k is a kind.
func (k ItemKind) Valid() bool { return slices.Contains(ItemKinds(), k) }

// NameKey returns the locale key of the kind's name.
func (k ItemKind) NameKey() string { return "meeting.kind." + string(k) }

// ItemState is what became of an item.
type ItemState string

// The states of an item. The first three and Declined are of items without a
// sitting.
const (
	ItemProposed ItemState = "proposed" // by a member, for the office to decide
	ItemBacklog  ItemState = "backlog"  // waits for a sitting
	ItemPlanned  ItemState = "planned"  // is on an agenda
	ItemTreated  ItemState = "treated"
	ItemCarried  ItemState = "carried" // carried over: a copy waits in the backlog
	ItemDeclined ItemState = "declined"
)

// NameKey returns the locale key of the state's name.
func (s ItemState) NameKey() string { return "meeting.item_state." + string(s) }

// Item is an item of an agenda, or one that waits for a sitting.
type Item struct {
	ID          uuid.UUID
	BodyID      uuid.UUID
	MeetingID   *uuid.UUID
	Ordinal     int
	Kind        ItemKind
	Title       string
	Description string
	Minutes     *int // planned
	Presenter   string
	NonPublic   bool
	State       ItemState
	ProposedBy  *uuid.UUID // seat
	Proposer    string     // the seat's institution; "" if nobody proposed it
	CarriedFrom *uuid.UUID // the item of an earlier sitting
	SubjectID   *uuid.UUID // the minutes to approve, the objection to decide
	DeclinedWhy string
	CreatedAt   time.Time
	Version     int
}

const itemColumns = `
	SELECT i.id, i.body_id, i.meeting_id, i.ordinal, i.kind, i.title, i.description, i.minutes, i.presenter, i.non_public, i.state,
		i.proposed_by, coalesce(s.institution, '') AS proposer, i.carried_from, i.subject_id, coalesce(i.declined_why, '') AS declined_why,
		i.created_at, i.version
	FROM agenda_item i
	LEFT JOIN seat s ON s.programme_id = i.programme_id AND s.id = i.proposed_by`

// Agenda returns the items of a sitting in their order, those that the actor
// may read: guests see no non-public ones.
func Agenda(ctx context.Context, tx *db.Tx, meetingID uuid.UUID) ([]Item, error) {
	return items(ctx, tx, ` WHERE i.meeting_id = $1 ORDER BY i.ordinal, i.created_at, i.id`, meetingID)
}

// Waiting returns what has no sitting yet in the body: members' proposals and
// the backlog, the oldest first.
func Waiting(ctx context.Context, tx *db.Tx, bodyID uuid.UUID) ([]Item, error) {
	return items(ctx, tx, ` WHERE i.body_id = $1 AND i.meeting_id IS NULL AND i.state IN ('proposed', 'backlog')
		ORDER BY i.state DESC, i.created_at, i.id`, bodyID)
}

// Declined returns the proposals that the office declined, the newest first.
func Declined(ctx context.Context, tx *db.Tx, bodyID uuid.UUID) ([]Item, error) {
	return items(ctx, tx, ` WHERE i.body_id = $1 AND i.state = 'declined' ORDER BY i.created_at DESC, i.id LIMIT 20`, bodyID)
}

// ItemByID returns an item. It returns fault.NotFound if there is none that the
// actor may read.
func ItemByID(ctx context.Context, tx *db.Tx, id uuid.UUID) (Item, error) {
	list, err := items(ctx, tx, ` WHERE i.id = $1`, id)
	if err != nil {
		return Item{}, err
	}
	if len(list) == 0 {
		return Item{}, fmt.Errorf("agenda item %s: %w", id, fault.NotFound)
	}
	return list[0], nil
}

func items(ctx context.Context, tx *db.Tx, where string, args ...any) ([]Item, error) {
	rows, _ := tx.Query(ctx, itemColumns+where, args...)
	list, err := pgx.CollectRows(rows, pgx.RowToStructByName[Item])
	if err != nil {
		return nil, fmt.Errorf("agenda items: %w", err)
	}
	return list, nil
}

// NewItem is an item to be put on an agenda or into the backlog.
type NewItem struct {
	ID          uuid.UUID // from the form: the same form adds one item
	BodyID      uuid.UUID
	Kind        ItemKind
	Title       string
	Description string
	Minutes     int // planned; 0: not said
	Presenter   string
	NonPublic   bool
	SubjectID   *uuid.UUID // of an approval: the minutes, see minutes.ToApprove
}

// AddBacklogItem adds an item that waits for a sitting, as an objection that
// is left to the body. The office and the chair may. A second call with the
// same id adds nothing. It returns fault.Fields for bad input and
// fault.Forbidden.
func AddBacklogItem(ctx context.Context, tx *db.Tx, n NewItem) error {
	if !tx.Actor.MayAt(access.RunSitting, n.BodyID) {
		return fmt.Errorf("backlog of body %s: %w", n.BodyID, fault.Forbidden)
	}
	if err := n.validate(); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `
		INSERT INTO agenda_item (id, body_id, kind, title, description, minutes, presenter, non_public, state, subject_id)
		VALUES ($1, $2, $3, $4, $5, nullif($6, 0), $7, $8, 'backlog', $9)
		ON CONFLICT DO NOTHING`,
		n.ID, n.BodyID, n.Kind, n.Title, n.Description, n.Minutes, n.Presenter, n.NonPublic, n.SubjectID)
	if err != nil {
		return fmt.Errorf("add to the backlog of body %s: %w", n.BodyID, saySubject(err))
	}
	return nil
}
