package minutes

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestCompareTablesByCell: nobody reads pipes, and only what changed is marked.
func TestCompareTablesByCell(t *testing.T) {
	t.Parallel()
	const head = "Vorher.\n\n| Haus | Betten |\n| --- | --- |\n| Torgau | 10 |\n"
	eq := func(s string) []Change { return []Change{{Equal, s}} }
	for name, c := range map[string]struct {
		before, after string
		want          []Part
	}{
		"text": {"Eins zwei.", "Eins drei.", []Part{{Words: Diff("Eins zwei.", "Eins drei.")}}},
		"a cell": {head + "| Eilenburg | 20 |", head + "| Eilenburg | 25 |", []Part{
			{Words: eq("Vorher.")},
			{Rows: []RowChange{
				{Equal, [][]Change{eq("Haus"), eq("Betten")}},
				{Equal, [][]Change{eq("Torgau"), eq("10")}},
				{Equal, [][]Change{eq("Eilenburg"), {{Deleted, "20"}, {Inserted, "25"}}}},
			}},
		}},
		"a row": {head, head + "| Eilenburg | 20 |\n\nNachher.", []Part{
			{Words: eq("Vorher.")},
			{Rows: []RowChange{
				{Equal, [][]Change{eq("Haus"), eq("Betten")}},
				{Equal, [][]Change{eq("Torgau"), eq("10")}},
				{Inserted, [][]Change{{{Inserted, "Eilenburg"}}, {{Inserted, "20"}}}},
			}},
			{Words: []Change{{Inserted, "Nachher."}}},
		}},
		"no table": {"a | b\nc | d", "a | b\nc | e", []Part{{Words: Diff("a | b\nc | d", "a | b\nc | e")}}},
	} {
		if diff := cmp.Diff(c.want, Compare(c.before, c.after)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}
