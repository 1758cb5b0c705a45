package minutes

import (
	"context"
	"fmt"
	"slices"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rundertisch/internal/db"
)

// Frozen is a block of a version.
type Frozen struct {
	BlockID    uuid.UUID
	ItemID     *uuid.UUID
	ItemNumber string // "3"; "" before the first item
	ItemTitle  string
	Number     string // "3.2"
	Kind       Kind
	Body       string
	NonPublic  bool
}

// Blocks returns the blocks of a version in their order, as far as the actor
// reads them.
func Blocks(ctx context.Context, tx *db.Tx, minutesID uuid.UUID, no int) ([]Frozen, error) {
	rows, _ := tx.Query(ctx, `
		SELECT block_id, item_id, item_number, item_title, number, kind, body, non_public
		FROM version_block
		WHERE minutes_id = $1 AND no = $2
		ORDER BY ordinal`, minutesID, no)
	list, err := pgx.CollectRows(rows, pgx.RowToStructByName[Frozen])
	if err != nil {
		return nil, fmt.Errorf("version %d of minutes %s: %w", no, minutesID, err)
	}
	return list, nil
}

// frozen returns the working text in the form of a version.
func frozen(sections []Section) []Frozen {
	var list []Frozen
	for _, s := range sections {
		for _, b := range s.Passages {
			list = append(list, Frozen{
				BlockID: b.ID, ItemID: b.ItemID, ItemNumber: s.Number, ItemTitle: s.Title,
				Number: b.Number, Kind: b.Kind, Body: b.Body, NonPublic: b.NonPublic,
			})
		}
	}
	return list
}

// Difference is what changed in one block between two versions. Before is nil
// for a new block, After for one that was taken out.
type Difference struct {
	BlockID       uuid.UUID
	Before, After *Frozen
	Outcomes      []Outcome // what explains it
}

// Explained says whether the difference has an outcome.
func (d Difference) Explained() bool { return len(d.Outcomes) > 0 }

// NonPublic says whether only members may know of the difference.
func (d Difference) NonPublic() bool {
	return d.Before != nil && d.Before.NonPublic || d.After != nil && d.After.NonPublic
}

// Place is the block as it stands now, or as it stood last.
func (d Difference) Place() Frozen {
	if d.After != nil {
		return *d.After
	}
	return *d.Before
}

// Parts compares the words of the block.
func (d Difference) Parts() []Part {
	var before, after string
	if d.Before != nil {
		before = d.Before.Body
	}
	if d.After != nil {
		after = d.After.Body
	}
	return Compare(before, after)
}

// differences compares two versions block by block, in the order of the later.
// A block that only got another number did not change.
func differences(before, after []Frozen) []Difference {
	old := make(map[uuid.UUID]*Frozen, len(before))
	for i := range before {
		old[before[i].BlockID] = &before[i]
	}
	var list []Difference
	for i := range after {
		b := &after[i]
		a := old[b.BlockID]
		delete(old, b.BlockID)
		if a == nil || a.Body != b.Body || a.Kind != b.Kind || a.NonPublic != b.NonPublic || !same(a.ItemID, b.ItemID) {
			list = append(list, Difference{BlockID: b.BlockID, Before: a, After: b})
		}
	}
	for i := range before {
		if a := &before[i]; old[a.BlockID] != nil {
			list = append(list, Difference{BlockID: a.BlockID, Before: a})
		}
	}
	return list
}

func same(a, b *uuid.UUID) bool { return a == nil && b == nil || a != nil && b != nil && *a == *b }

// Outcome explains a difference: an objection, or an editorial change of the
// office with its reason.
type Outcome struct {
	ID          uuid.UUID
	FromNo      int // explains the way from this version to the next
	BlockID     uuid.UUID
	ObjectionID *uuid.UUID
	Number      *int    // of the objection, if the actor may read it
	State       *string // of the objection
	Reason      string  // of an editorial change
}

// Editorial says whether the office changed the block by itself.
func (o Outcome) Editorial() bool { return o.ObjectionID == nil }

// Outcomes returns what explains the way from one version to a later one, in
// the order of the versions between.
func Outcomes(ctx context.Context, tx *db.Tx, minutesID uuid.UUID, from, to int) ([]Outcome, error) {
	rows, _ := tx.Query(ctx, `
		SELECT o.id, o.from_no, o.block_id, o.objection_id, x.number, x.state, o.reason
		FROM outcome o
		LEFT JOIN objection x ON x.programme_id = o.programme_id AND x.id = o.objection_id
		WHERE o.minutes_id = $1 AND o.from_no >= $2 AND o.from_no < $3
		ORDER BY o.from_no, o.created_at, o.id`, minutesID, from, to)
	list, err := pgx.CollectRows(rows, pgx.RowToStructByName[Outcome])
	if err != nil {
		return nil, fmt.Errorf("outcomes of minutes %s: %w", minutesID, err)
	}
	return list, nil
}

func explain(list []Difference, outcomes []Outcome) []Difference {
	for i := range list {
		for _, o := range outcomes {
			if o.BlockID == list[i].BlockID {
				list[i].Outcomes = append(list[i].Outcomes, o)
			}
		}
	}
	return list
}

// Between returns the differences between two frozen versions, as far as the
// actor reads them. Between neighbours each has its outcomes.
func Between(ctx context.Context, tx *db.Tx, minutesID uuid.UUID, from, to int) ([]Difference, error) {
	before, err := Blocks(ctx, tx, minutesID, from)
	if err != nil {
		return nil, err
	}
	after, err := Blocks(ctx, tx, minutesID, to)
	if err != nil {
		return nil, err
	}
	outcomes, err := Outcomes(ctx, tx, minutesID, from, to)
	if err != nil {
		return nil, err
	}
	return explain(differences(before, after), outcomes), nil
}

// Pending returns what the working text changes against the newest version,
// for the office and the chair.
func Pending(ctx context.Context, tx *db.Tx, m Minutes) ([]Difference, error) {
	if m.No == 0 {
		return nil, nil
	}
	sections, err := Draft(ctx, tx, m)
	if err != nil {
		return nil, err
	}
	return pending(ctx, tx, m, sections)
}

func pending(ctx context.Context, tx *db.Tx, m Minutes, sections []Section) ([]Difference, error) {
	before, err := Blocks(ctx, tx, m.ID, m.No)
	if err != nil {
		return nil, err
	}
	outcomes, err := Outcomes(ctx, tx, m.ID, m.No, m.No+1)
	if err != nil {
		return nil, err
	}
	return explain(differences(before, frozen(worded(sections, before))), outcomes), nil
}

// worded leaves out passages that are new since the version before and still
// without a word: nobody would see them, and there is nothing to explain.
func worded(sections []Section, before []Frozen) []Section {
	list := slices.Clone(sections)
	for i := range list {
		list[i].Passages = slices.DeleteFunc(slices.Clone(list[i].Passages), func(p Passage) bool {
			return p.Body == "" && !slices.ContainsFunc(before, func(f Frozen) bool { return f.BlockID == p.ID })
		})
	}
	return list
}

// Unexplained returns the differences without an outcome.
func Unexplained(list []Difference) []Difference {
	var open []Difference
	for _, d := range list {
		if !d.Explained() {
			open = append(open, d)
		}
	}
	return open
}
