package activity

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"rundertisch/internal/calendar"
	"rundertisch/internal/fault"
)

func TestCheck(t *testing.T) {
	t.Parallel()
	today := calendar.NewDate(2024, 5, 6)
	valid := Input{ID: uuid.New(), Type: Meeting, HappenedOn: today, Title: "x", Visibility: District}
	tests := []struct {
		name string
		edit func(*Input)
		want []string // fields at fault
	}{
		{"valid", func(*Input) {}, nil},
		{"longest texts, counted in characters", func(in *Input) {
			in.Title, in.Body = strings.Repeat("ä", MaxTitle), strings.Repeat("😀", MaxBody)
			in.Result, in.NextStep = strings.Repeat("ß", MaxResult), strings.Repeat("ö", MaxNextStep)
		}, nil},
		{"one character too many", func(in *Input) {
			in.Title, in.Body = strings.Repeat("ä", MaxTitle+1), strings.Repeat("😀", MaxBody+1)
			in.Result, in.NextStep = strings.Repeat("ß", MaxResult+1), strings.Repeat("ö", MaxNextStep+1)
		}, []string{"next_step", "result", "text", "title"}},
		{"nothing", func(in *Input) { *in = Input{} }, []string{"date", "title", "type", "visibility"}},
		{"tomorrow", func(in *Input) { in.HappenedOn = today.AddDays(1) }, []string{"date"}},
		{"before all districts", func(in *Input) { in.HappenedOn = firstDay.AddDays(-1) }, []string{"date"}},
		{"first day", func(in *Input) { in.HappenedOn = firstDay }, nil},
		{"unknown choices", func(in *Input) { in.Type, in.Field, in.Visibility = "x", "x", "x" }, []string{"field", "type", "visibility"}},
		{"whole day", func(in *Input) { in.Minutes = MaxMinutes }, nil},
		{"more than a day", func(in *Input) { in.Minutes = MaxMinutes + 1 }, []string{"minutes"}},
		{"negative duration", func(in *Input) { in.Minutes = -1 }, []string{"minutes"}},
		{"follow-up on the day", func(in *Input) { in.FollowUpOn = today }, nil},
		{"follow-up before the day", func(in *Input) { in.FollowUpOn = today.AddDays(-1) }, []string{"follow_up_on"}},
		{"follow-up too far", func(in *Input) { in.FollowUpOn = lastDay.AddDays(1) }, []string{"follow_up_on"}},
		{"partner without letters", func(in *Input) { in.Partners = []string{"AOK", "?!"} }, []string{"partner-2"}},
		{"partner too long", func(in *Input) { in.Partners = []string{strings.Repeat("x", 161)} }, []string{"partner-1"}},
		{"too many partners", func(in *Input) { in.Partners = slices.Repeat([]string{"a"}, MaxPartners+1) }, []string{"partner-20"}},
	}
	for _, tt := range tests {
		in := valid
		tt.edit(&in)
		fields, _ := fault.AsFields(in.Check(today))
		if diff := cmp.Diff(tt.want, slices.Sorted(maps.Keys(fields))); diff != "" {
			t.Errorf("%s: fields at fault (-want +got):\n%s", tt.name, diff)
		}
	}
}

func TestCursorSurvivesAndRefuses(t *testing.T) {
	t.Parallel()
	c := Cursor{On: calendar.NewDate(1999, 12, 31), ID: uuid.New(), Back: true}
	if got := ParseCursor(c.String(), true); got != c {
		t.Errorf("ParseCursor(String) = %v, want %v", got, c)
	}
	whole := c.String()
	for _, bad := range []string{"", "x", whole[1:], whole + "A", "A" + whole[1:], strings.Repeat("_", len(whole)), "😀"} {
		if got := ParseCursor(bad, false); !got.IsZero() {
			t.Errorf("ParseCursor(%q) = %v, want the first page", bad, got)
		}
	}
}

func TestCopyLeavesTheOutcomeBehind(t *testing.T) {
	t.Parallel()
	today := calendar.NewDate(2024, 5, 6)
	a := Activity{
		Title: "Netzwerktreffen", Result: "vertagt", NextStep: "einladen", FollowUpOn: today, HappenedOn: today.AddDays(-30),
		Partners: []PartnerLink{{Name: "AOK"}}, Visibility: Ministry,
	}
	id := uuid.New()
	want := Input{ID: id, Title: "Netzwerktreffen", HappenedOn: today, Partners: []string{"AOK"}, Visibility: Ministry}
	if diff := cmp.Diff(want, a.Copy(id, today), cmp.Comparer(func(a, b calendar.Date) bool { return a == b })); diff != "" {
		t.Errorf("Copy (-want +got):\n%s", diff)
	}
}
