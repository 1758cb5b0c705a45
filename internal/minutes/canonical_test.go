package minutes_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"pgregory.net/rapid"

	"rundertisch/internal/body"
	"rundertisch/internal/calendar"
	"rundertisch/internal/minutes"
)

func id(n byte) uuid.UUID { return uuid.UUID{15: n} }

func content() minutes.Content {
	start := time.Date(2026, time.November, 3, 14, 0, 0, 0, calendar.Berlin())
	deadline := body.ObjectionDeadline(body.Defaults(), calendar.NewDate(2026, time.November, 4))
	return minutes.Content{
		Minutes: id(1), Version: 1, Body: "Regionalkonferenz Nordsachsen", BodyID: id(2),
		Sitting: minutes.Sitting{
			ID: id(3), Day: calendar.NewDate(2026, time.November, 3), Place: "Torgau", Start: start, End: start.Add(2 * time.Hour),
			Chair: "Bärbel Beispiel", Taker: "Max Muster",
		},
		Present: []minutes.Attendance{{Seat: id(4), Institution: "KV Sachsen", Group: "kv", Person: "Änne Arzt", State: "present", Voting: true, From: start}},
		Items: []minutes.Item{{ID: id(5), Number: "1", Title: "Begrüßung", Public: true, Blocks: []minutes.Block{
			{ID: id(6), Number: "1.1", Kind: "text", Text: "Die Vorsitzende begrüßt <alle> & \"jeden\".\nZweite Zeile", Audience: "public"},
		}}},
		Votes:    []minutes.Vote{{ID: id(7), Item: id(5), Decision: "2026/1", Wording: "Die Tagesordnung gilt.", Adopted: true, Yes: 9, No: 4}},
		Deadline: &deadline,
	}
}

func seal(t interface {
	Helper()
	Fatal(args ...any)
}, c minutes.Content, previous [32]byte,
) ([]byte, [32]byte) {
	t.Helper()
	frozen, sum, err := minutes.Seal(c, previous)
	if err != nil {
		t.Fatal(err)
	}
	return frozen, sum
}

func TestSealIsCanonical(t *testing.T) {
	t.Parallel()
	frozen, sum := seal(t, content(), [32]byte{})
	if err := minutes.Verify(frozen, sum, [32]byte{}); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`{"attendance":[{"from":"2026-11-03T13:00:00Z","group":"kv"`, // sorted, UTC
		`"text":"Die Vorsitzende begrüßt <alle> & \"jeden\".\nZweite Zeile"`,
		`"version":"1"`, `"yes":"9"`, `"day":"2026-11-03"`,
		`"previous":"` + strings.Repeat("0", 64) + `"`,
	} {
		if !bytes.Contains(frozen, []byte(want)) {
			t.Errorf("no %s in %s", want, frozen)
		}
	}
	// No number outside of strings: whatever follows a colon is no digit.
	for _, digit := range "0123456789-" {
		if bytes.Contains(frozen, []byte(`":`+string(digit))) {
			t.Errorf("a bare number in %s", frozen)
		}
	}
}

func TestSealIsTheSameForTheSame(t *testing.T) {
	t.Parallel()
	frozen, sum := seal(t, content(), [32]byte{})
	for _, tc := range []struct {
		name string
		edit func(*minutes.Content)
	}{
		{"another zone", func(c *minutes.Content) { c.Sitting.Start = c.Sitting.Start.UTC() }},
		{"fractions of a second", func(c *minutes.Content) { c.Sitting.End = c.Sitting.End.Add(999 * time.Millisecond) }},
		{"letters and accents apart", func(c *minutes.Content) { c.Sitting.Chair = "Ba\u0308rbel Beispiel" }},
		{"what Seal sets itself", func(c *minutes.Content) { c.Format, c.Previous = "x", "y" }},
		{"an empty list for none", func(c *minutes.Content) { c.Votes = slices.Clone(c.Votes); c.Votes[0].ByName = []minutes.Ballot{} }},
	} {
		c := content()
		tc.edit(&c)
		again, sumAgain := seal(t, c, [32]byte{})
		if diff := cmp.Diff(string(frozen), string(again)); diff != "" || sum != sumAgain {
			t.Errorf("%s (-want +got):\n%s", tc.name, diff)
		}
	}
	empty, _ := seal(t, minutes.Content{}, [32]byte{})
	full, _ := seal(t, minutes.Content{Items: []minutes.Item{}, Votes: []minutes.Vote{}, Present: []minutes.Attendance{}}, [32]byte{})
	if !bytes.Equal(empty, full) {
		t.Error("no list and an empty list differ")
	}
}

// TestSealWhateverTheOrder writes the same fields in another order.
func TestSealWhateverTheOrder(t *testing.T) {
	t.Parallel()
	frozen, sum := seal(t, content(), [32]byte{})
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(frozen, &fields); err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for name, value := range fields { // random order
		b.WriteString(`,"` + name + `": ` + string(value))
	}
	mixed := []byte("{" + b.String()[1:] + "}")
	opened, err := minutes.Open(mixed)
	if err != nil {
		t.Fatal(err)
	}
	again, sumAgain := seal(t, opened, [32]byte{})
	if !bytes.Equal(frozen, again) || sum != sumAgain {
		t.Errorf("want %s, got %s", frozen, again)
	}
	if err := minutes.Verify(mixed, sum, [32]byte{}); !errors.Is(err, minutes.ErrBroken) {
		t.Errorf("another order verifies: %v", err)
	}
}

func TestVerifyFindsEachFlippedBit(t *testing.T) {
	t.Parallel()
	frozen, sum := seal(t, content(), [32]byte{})
	for i := range frozen {
		for bit := range 8 {
			frozen[i] ^= 1 << bit
			if err := minutes.Verify(frozen, sum, [32]byte{}); !errors.Is(err, minutes.ErrBroken) {
				t.Fatalf("byte %d, bit %d: %v", i, bit, err)
			}
			frozen[i] ^= 1 << bit
		}
	}
}

func TestVerifyFollowsTheChain(t *testing.T) {
	t.Parallel()
	first, firstSum := seal(t, content(), [32]byte{})
	next := content()
	next.Version = 2
	second, secondSum := seal(t, next, firstSum)
	if err := minutes.Verify(second, secondSum, firstSum); err != nil {
		t.Errorf("the second version: %v", err)
	}
	if err := minutes.Verify(second, secondSum, [32]byte{}); !errors.Is(err, minutes.ErrBroken) {
		t.Errorf("the second as the first: %v", err)
	}
	// Someone replaces the first version and its hash: the second tells.
	forged := content()
	forged.Items[0].Blocks[0].Text = "Anders."
	forgedBytes, forgedSum := seal(t, forged, [32]byte{})
	if err := minutes.Verify(forgedBytes, forgedSum, [32]byte{}); err != nil {
		t.Errorf("the forged version alone: %v", err)
	}
	if err := minutes.Verify(second, secondSum, forgedSum); !errors.Is(err, minutes.ErrBroken) {
		t.Errorf("the second after the forged first: %v", err)
	}
	if bytes.Equal(first, forgedBytes) {
		t.Error("the forged version is the same")
	}
}

func TestOpenRefusesOtherForms(t *testing.T) {
	t.Parallel()
	for _, in := range []string{"", "{}", "null", `{"format":"rundertisch-minutes-2"}`, `{"format":1}`} {
		if _, err := minutes.Open([]byte(in)); !errors.Is(err, minutes.ErrBroken) {
			t.Errorf("%q: %v", in, err)
		}
	}
}

// TestSealAnyText seals whatever text comes and reads it back in NFC.
func TestSealAnyText(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c := content()
		c.Items[0].Blocks[0].Text = rapid.String().Draw(t, "text")
		c.Items[0].Title = string(rapid.SliceOf(rapid.Byte()).Draw(t, "title"))
		frozen, sum := seal(t, c, [32]byte{1})
		if err := minutes.Verify(frozen, sum, [32]byte{1}); err != nil {
			t.Fatal(err)
		}
		opened, err := minutes.Open(frozen)
		if err != nil {
			t.Fatal(err)
		}
		if again, _ := seal(t, opened, [32]byte{1}); !bytes.Equal(frozen, again) {
			t.Errorf("opened and sealed again: %s, was %s", again, frozen)
		}
	})
}
