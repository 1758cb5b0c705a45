package ui

import "testing"

func TestCellsCarryTheLabelOfTheirColumn(t *testing.T) {
	t.Parallel()
	columns := []Column{{Label: "Who"}, {Label: `"Sum" & rest`}, {Label: "When"}, {Label: "Actions", Hidden: true}}
	for rows, want := range map[string]string{
		`<tr class="r"><th scope="row">A</th><td>1</td><td class="c">2</td><td>3</td></tr>`: `<tr class="r"><th scope="row">A</th><td data-label="&#34;Sum&#34; &amp; rest">1</td><td data-label="When" class="c">2</td><td>3</td></tr>`,
		`<tr><th colspan="2">A</th><td>1</td></tr><tr><td>2</td></tr>`:                      `<tr><th colspan="2">A</th><td data-label="When">1</td></tr><tr><td data-label="Who">2</td></tr>`,
		`<tr><th>A</th><td colspan="9">1</td><td>2</td></tr>`:                               `<tr><th>A</th><td data-label="&#34;Sum&#34; &amp; rest" colspan="9">1</td><td>2</td></tr>`,
	} {
		if got := string(labelCells([]byte(rows), columns)); got != want {
			t.Errorf("labelCells(%s)\n got %s\nwant %s", rows, got, want)
		}
	}
}
