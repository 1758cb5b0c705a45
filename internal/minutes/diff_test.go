package minutes_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"rundertisch/internal/minutes"
)

// marked writes a diff with [-deleted-] and {+inserted+}.
func marked(changes []minutes.Change) string {
	var b strings.Builder
	for _, c := range changes {
		switch c.Op {
		case minutes.Deleted:
			b.WriteString("[-" + c.Text + "-]")
		case minutes.Inserted:
			b.WriteString("{+" + c.Text + "+}")
		case minutes.Equal:
			b.WriteString(c.Text)
		}
	}
	return b.String()
}

func TestDiff(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ name, old, new, want string }{
		{"nothing", "", "", ""},
		{"the same", "Die Konferenz tagt.", "Die Konferenz tagt.", "Die Konferenz tagt."},
		{"all new", "", "Neu.", "{+Neu.+}"},
		{"all gone", "Alt.", "", "[-Alt.-]"},
		{"a word", "Die Konferenz begrüßt den Bericht.", "Die Konferenz billigt den Bericht.", "Die Konferenz [-begrüßt-]{+billigt+} den Bericht."},
		{"a number is a word", "Es sind 1.234,50 Euro.", "Es sind 1.334,50 Euro.", "Es sind [-1.234,50-]{+1.334,50+} Euro."},
		{"a time is a word", "Beginn 14:30 Uhr.", "Beginn 14:35 Uhr.", "Beginn [-14:30-]{+14:35+} Uhr."},
		{"punctuation", "Ja, er kommt.", "Ja er kommt.", "Ja[-,-] er kommt."},
		{"neighbouring words are one change", "Herr Dr. Müller sagte zu.", "Frau Prof. Schulze sagte zu.", "[-Herr Dr. Müller-]{+Frau Prof. Schulze+} sagte zu."},
		{"what comes first stays", "- Bericht", "- Antrag", "- [-Bericht-]{+Antrag+}"},
		{"lines are apart", "Eins\n\nZwei", "Drei\n\nVier", "[-Eins-]{+Drei+}\n\n[-Zwei-]{+Vier+}"},
		{"umlauts are whole", "für über", "fur über", "[-für-]{+fur+} über"},
	} {
		if diff := cmp.Diff(tc.want, marked(minutes.Diff(tc.old, tc.new))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tc.name, diff)
		}
	}
}

func checkDiff(t interface{ Errorf(string, ...any) }, old, changed string) {
	var gotOld, gotNew strings.Builder
	last := minutes.Op("")
	for _, c := range minutes.Diff(old, changed) {
		if c.Op != minutes.Inserted {
			gotOld.WriteString(c.Text)
		}
		if c.Op != minutes.Deleted {
			gotNew.WriteString(c.Text)
		}
		if c.Text == "" || c.Op == last || last == minutes.Inserted && c.Op == minutes.Deleted {
			t.Errorf("%q after %s: want pieces in the order deleted, inserted, equal", c, last)
		}
		last = c.Op
	}
	if gotOld.String() != old || gotNew.String() != changed {
		t.Errorf("%.200q and %.200q came back as %.200q and %.200q", old, changed, gotOld.String(), gotNew.String())
	}
}

func TestDiffLosesNothing(t *testing.T) {
	t.Parallel()
	text := rapid.OneOf(
		rapid.String(),
		rapid.StringOfN(rapid.RuneFrom([]rune("ab1. ,\n\u0308\ue000\U0010fffd")), 0, 60, -1),
		rapid.Map(rapid.SliceOf(rapid.Byte()), func(b []byte) string { return string(b) }),
		rapid.Map(rapid.SliceOf(rapid.SampledFrom([]string{"der", "die", "Rat", " ", ", ", ".\n"})), func(s []string) string { return strings.Join(s, "") }),
	)
	rapid.Check(t, func(t *rapid.T) {
		checkDiff(t, text.Draw(t, "old"), text.Draw(t, "new"))
	})
}

// TestDiffOfManyWords needs more letters than the basic plane and plane 15 have.
func TestDiffOfManyWords(t *testing.T) {
	t.Parallel()
	words := func(n int) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, "w%d ", i)
		}
		return b.String()
	}
	old := words(90_000)
	checkDiff(t, old, strings.Replace(old, "w80000 ", "anders ", 1))
	if got := marked(minutes.Diff(old, strings.Replace(old, "w80000 ", "anders ", 1))); !strings.Contains(got, "[-w80000-]{+anders+}") {
		t.Error("the one changed word is not marked alone")
	}
	started := time.Now()
	checkDiff(t, words(150_000), old) // more words than letters
	if took := time.Since(started); took > 5*time.Second {
		t.Errorf("took %s", took)
	}
}

// BenchmarkDiff compares two versions of minutes with 200 blocks of 60 words, a
// word changed in each.
func BenchmarkDiff(b *testing.B) {
	var olds, news []string
	for i := range 200 {
		var words []string
		for j := range 60 {
			words = append(words, fmt.Sprintf("Wort%d", (i*7+j*13)%90))
		}
		olds = append(olds, strings.Join(words, " ")+".")
		words[i%60] = "anders"
		words[(i*5)%60] = "und noch etwas"
		news = append(news, strings.Join(words, " ")+".")
	}
	for b.Loop() {
		for i := range olds {
			minutes.Diff(olds[i], news[i])
		}
	}
}
