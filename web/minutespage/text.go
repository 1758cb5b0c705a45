package minutespage

import (
	"context"

	"github.com/google/uuid"

	"rundertisch/internal/locale"
	"rundertisch/internal/minutes"
)

// tableName names the last of the nodes, a table: "Tabelle 2, Absatz 3.1".
func tableName(ctx context.Context, nodes []minutes.Node, where string) string {
	n := 0
	for _, one := range nodes {
		if one.Kind == minutes.Table {
			n++
		}
	}
	name := locale.T(ctx, "minutes.table", "Number", n)
	if where != "" {
		name += ", " + where
	}
	return name
}

// changedTableName names the last of the parts, a table.
func changedTableName(ctx context.Context, parts []minutes.Part) string {
	n := 0
	for _, one := range parts {
		if len(one.Rows) > 0 {
			n++
		}
	}
	return locale.T(ctx, "minutes.table_compared", "Number", n)
}

// blockView is a passage as readers see it.
type blockView struct {
	ID        uuid.UUID
	Number    string
	Kind      minutes.Kind
	Text      []minutes.Node
	NonPublic bool
}

func (v blockView) anchor() string { return "absatz-" + v.ID.String() }

// chapterView is an agenda item with its passages.
type chapterView struct {
	Number, Title string
	Blocks        []blockView
}

// chapters puts the blocks of a version under their items.
func chapters(blocks []minutes.Frozen) []chapterView {
	var list []chapterView
	for _, b := range blocks {
		if len(list) == 0 || list[len(list)-1].Number != b.ItemNumber {
			list = append(list, chapterView{Number: b.ItemNumber, Title: b.ItemTitle})
		}
		if b.Body == "" {
			continue
		}
		c := &list[len(list)-1]
		c.Blocks = append(c.Blocks, blockView{ID: b.BlockID, Number: b.Number, Kind: b.Kind, Text: minutes.Markdown(b.Body), NonPublic: b.NonPublic})
	}
	return list
}

// publicChapters puts released blocks under their items.
func publicChapters(blocks []minutes.Released) []chapterView { return chapters(unreleased(blocks)) }

// unreleased returns released blocks in the form of a version's.
func unreleased(blocks []minutes.Released) []minutes.Frozen {
	frozen := make([]minutes.Frozen, len(blocks))
	for i, b := range blocks {
		frozen[i] = minutes.Frozen{BlockID: b.BlockID, ItemNumber: b.ItemNumber, ItemTitle: b.ItemTitle, Number: b.Number, Kind: b.Kind, Body: b.Body}
	}
	return frozen
}
