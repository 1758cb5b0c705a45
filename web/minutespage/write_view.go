package minutespage

import (
	"context"
	"strings"
	"unicode/utf8"

	"github.com/a-h/templ"

	"rundertisch/internal/link"
	"rundertisch/internal/locale"
	"rundertisch/internal/minutes"
)

// draftLead says what can be done with the draft now.
func draftLead(ctx context.Context, v draftView) string {
	switch {
	case v.MayWrite:
		return locale.T(ctx, "minutes.write.lead")
	case v.Minutes.State.BeingWritten():
		return locale.T(ctx, "minutes.write.lead_chair")
	}
	return locale.T(ctx, "minutes.write.lead_closed")
}

func sectionLabel(ctx context.Context, s sectionView) string {
	if s.Number == "" {
		return locale.T(ctx, "minutes.write.before")
	}
	return locale.T(ctx, "minutes.write.item", "Number", s.Number)
}

func passageLabel(ctx context.Context, v passageView) string {
	if v.Kind == minutes.Text {
		return locale.T(ctx, "minutes.passage", "Number", v.Number)
	}
	return locale.T(ctx, "minutes.block_kind."+string(v.Kind)) + " " + v.Number
}

// autosave lets the script save a passage while somebody writes. The browser
// must not bring old fields back: a version of before would look like a conflict.
func autosave(ctx context.Context, v passageView) templ.Attributes {
	return templ.Attributes{
		"data-autosave": "", "data-name": passageLabel(ctx, v), "data-open": locale.T(ctx, "minutes.write.unsaved"), "autocomplete": "off",
	}
}

// shown is the passage on a whole page, whose field shows its error itself.
func (v passageView) shown() passageView {
	v.Error = ""
	return v
}

// heartbeat lets the script say that somebody has the editor open, and shows who
// else has.
func heartbeat(v passageView) templ.Attributes {
	return templ.Attributes{
		"data-beat": "", "aria-live": "polite", "data-hx-post": link.EditPassage(v.MinutesID, v.ID), "data-hx-trigger": "beat", "data-hx-swap": "innerHTML",
	}
}

// rowsFor gives a text the room that it needs.
func rowsFor(text string) int {
	rows := 1
	for line := range strings.SplitSeq(text, "\n") {
		rows += 1 + utf8.RuneCountInString(line)/90
	}
	return min(max(rows, 3), 24)
}

func editorName(ctx context.Context, p minutes.Passage) string {
	if p.Editor == nil {
		return locale.T(ctx, "minutes.conflict.somebody")
	}
	return *p.Editor
}
