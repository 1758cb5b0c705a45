package minutes

import "strings"

// Part is a piece of a comparison: running text, or a table.
type Part struct {
	Words []Change
	Rows  []RowChange // the first is the heading
}

// RowChange is a row of a table that stayed, went or came. In a row that stayed
// its cells say what changed in them.
type RowChange struct {
	Op    Op
	Cells [][]Change
}

// Compare compares two passages: text word by word, tables row by row and cell
// by cell. The first table of one is compared with the first of the other, and
// so on.
func Compare(before, after string) []Part {
	a, b := pieces(before), pieces(after)
	if len(a) == 1 && len(b) == 1 {
		return []Part{{Words: Diff(before, after)}}
	}
	var parts []Part
	for i := range max(len(a), len(b)) {
		var from, to piece
		if i < len(a) {
			from = a[i]
		}
		if i < len(b) {
			to = b[i]
		}
		if from.table == nil && to.table == nil {
			if words := Diff(from.text, to.text); len(words) > 0 {
				parts = append(parts, Part{Words: words})
			}
			continue
		}
		parts = append(parts, Part{Rows: compareRows(from.table, to.table)})
	}
	return parts
}

// piece is running text, or a table as its rows.
type piece struct {
	text  string
	table [][]string
}

// pieces takes a passage apart: text and tables take turns, and text, perhaps
// empty, is first and last.
func pieces(body string) []piece {
	list := []piece{{}}
	lines := strings.Split(body, "\n")
	for i := 0; i < len(lines); {
		end := i
		for end < len(lines) && strings.Contains(lines[end], "|") {
			end++
		}
		if table := asTable(lines[i:end]); table != nil {
			list = append(list, piece{table: table}, piece{})
			i = end
			continue
		}
		last := &list[len(list)-1]
		if last.text != "" {
			last.text += "\n"
		}
		last.text += lines[i]
		i++
	}
	for i := range list {
		list[i].text = strings.Trim(list[i].text, "\n")
	}
	return list
}

// asTable returns the rows of lines that are one table, or nil.
func asTable(lines []string) [][]string {
	if len(lines) < 2 || strings.Trim(lines[1], "-|: ") != "" {
		return nil
	}
	nodes := Markdown(strings.Join(lines, "\n"))
	if len(nodes) != 1 || nodes[0].Kind != Table {
		return nil
	}
	rows := make([][]string, len(nodes[0].Rows))
	for i, row := range nodes[0].Rows {
		for _, cell := range row {
			rows[i] = append(rows[i], wordsOf(cell))
		}
	}
	return rows
}

// compareRows pairs the rows that are the same, and those between two such in
// their order.
func compareRows(before, after [][]string) []RowChange {
	var list []RowChange
	i, j := 0, 0
	for i < len(before) || j < len(after) {
		di, dj := nextSame(before[i:], after[j:])
		for k := range max(di, dj) {
			switch {
			case k >= di:
				list = append(list, wholeRow(Inserted, after[j+k]))
			case k >= dj:
				list = append(list, wholeRow(Deleted, before[i+k]))
			default:
				list = append(list, changedRow(before[i+k], after[j+k]))
			}
		}
		i, j = i+di, j+dj
		if i < len(before) && j < len(after) {
			list = append(list, wholeRow(Equal, after[j]))
			i, j = i+1, j+1
		}
	}
	return list
}

// nextSame says how many rows of each come before the next that both have.
func nextSame(before, after [][]string) (i, j int) {
	for sum := range len(before) + len(after) {
		for i := range min(sum+1, len(before)) {
			if j := sum - i; j < len(after) && sameRow(before[i], after[j]) {
				return i, j
			}
		}
	}
	return len(before), len(after)
}

func sameRow(a, b []string) bool { return strings.Join(a, "\x00") == strings.Join(b, "\x00") }

func wholeRow(op Op, cells []string) RowChange {
	r := RowChange{Op: op}
	for _, c := range cells {
		r.Cells = append(r.Cells, appendChange(nil, op, c))
	}
	return r
}

func changedRow(before, after []string) RowChange {
	r := RowChange{Op: Equal}
	for i := range max(len(before), len(after)) {
		var a, b string
		if i < len(before) {
			a = before[i]
		}
		if i < len(after) {
			b = after[i]
		}
		r.Cells = append(r.Cells, Diff(a, b))
	}
	return r
}

// HasTable says whether a passage has a table, which its editor shows as marks.
func HasTable(body string) bool { return len(pieces(body)) > 1 }
