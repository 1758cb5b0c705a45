package body_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"rundertisch/internal/body"
	"rundertisch/internal/calendar"
	"rundertisch/internal/fault"
)

func adopted(edit func(*body.Bylaws)) body.Bylaws {
	b := body.Defaults()
	b.Name, b.ValidFrom = "Geschäftsordnung vom 4. Juni 2024", day("2024-06-04")
	if edit != nil {
		edit(&b)
	}
	return b
}

func day(s string) calendar.Date {
	d, err := calendar.Parse(s)
	if err != nil {
		panic(err)
	}
	return d
}

func TestBylawsValidate(t *testing.T) {
	t.Parallel()
	if err := adopted(nil).Validate(); err != nil {
		t.Fatalf("defaults with a name: %v", err)
	}
	for _, tc := range []struct {
		field string
		edit  func(*body.Bylaws)
	}{
		{"name", func(b *body.Bylaws) { b.Name = "" }},
		{"name", func(b *body.Bylaws) { b.Name = strings.Repeat("ä", body.MaxBylawsName+1) }},
		{"source", func(b *body.Bylaws) { b.Source = strings.Repeat("ä", body.MaxBylawsSource+1) }},
		{"valid_from", func(b *body.Bylaws) { b.ValidFrom = calendar.Date{} }},
		{"notice_days", func(b *body.Bylaws) { b.NoticeDays = -1 }},
		{"proposal_days", func(b *body.Bylaws) { b.ProposalDays = body.MaxPeriod + 1 }},
		{"quorum_second", func(b *body.Bylaws) { b.QuorumSecond = -1 }},
		{"minutes_months", func(b *body.Bylaws) { b.MinutesMonths = body.MaxMonths + 1 }},
		{"objection_days", func(b *body.Bylaws) { b.ObjectionDays = 0 }},
		{"circular_days", func(b *body.Bylaws) { b.CircularDays = 0 }},
		{"notice_unit", func(b *body.Bylaws) { b.NoticeUnit = "weeks" }},
		{"quorum", func(b *body.Bylaws) { b.Quorum = "" }},
		{"majority", func(b *body.Bylaws) { b.Majority = "loud" }},
		{"circular_silence", func(b *body.Bylaws) { b.CircularSilence = "" }},
		{"objection_unit", func(b *body.Bylaws) { b.ObjectionUnit = "" }},
		{"objection_start", func(b *body.Bylaws) { b.ObjectionStart = "" }},
		{"late_objections", func(b *body.Bylaws) { b.LateObjections = "" }},
		{"objections_decided_by", func(b *body.Bylaws) { b.ObjectionsDecidedBy = "" }},
		{"objections_open", func(b *body.Bylaws) { b.ObjectionsOpen = "" }},
		{"successor_reads", func(b *body.Bylaws) { b.SuccessorReads = "" }},
		{"non_public_copy", func(b *body.Bylaws) { b.NonPublicCopy = "" }},
	} {
		fields, ok := fault.AsFields(adopted(tc.edit).Validate())
		if _, has := fields[tc.field]; !ok || !has || len(fields) != 1 {
			t.Errorf("%s: got faults %v, want one of this field", tc.field, fields)
		}
	}
	noCircular := adopted(func(b *body.Bylaws) { b.Circular, b.CircularDays = false, 0 })
	if err := noCircular.Validate(); err != nil {
		t.Errorf("without circular votes no days are needed: %v", err)
	}
}

func TestInForce(t *testing.T) {
	t.Parallel()
	first := adopted(nil)
	second := adopted(func(b *body.Bylaws) { b.ValidFrom, b.NoticeDays = day("2026-01-01"), 21 })
	versions := []body.Bylaws{second, first}
	for _, tc := range []struct {
		on   string
		want body.Bylaws
	}{
		{"2024-06-03", body.Defaults()},
		{"2024-06-04", first},
		{"2025-12-31", first},
		{"2026-01-01", second},
	} {
		if diff := cmp.Diff(tc.want, body.InForce(versions, day(tc.on))); diff != "" {
			t.Errorf("on %s (-want +got):\n%s", tc.on, diff)
		}
	}
}
