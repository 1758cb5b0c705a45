package minutespage

import (
	"context"

	"rundertisch/internal/locale"
	"rundertisch/internal/minutes"
	"rundertisch/web/ui"
)

// stateMark is the badge of the minutes' state.
func stateMark(ctx context.Context, s minutes.State) ui.Mark {
	tone := ui.Neutral
	switch s {
	case minutes.Circulated, minutes.InternalCheck:
		tone = ui.Info
	case minutes.Amending, minutes.Ready:
		tone = ui.Warning
	case minutes.Approved, minutes.Signed, minutes.Published:
		tone = ui.Success
	case minutes.Drafting:
	}
	return ui.Mark{Tone: tone, Label: locale.T(ctx, "minutes.state."+string(s))}
}

// objectionMark is the badge of an objection's state.
func objectionMark(ctx context.Context, s minutes.ObjectionState) ui.Mark {
	tone := ui.Neutral
	switch s {
	case minutes.Filed, minutes.LeftToMeeting:
		tone = ui.Info
	case minutes.Accepted, minutes.Partly:
		tone = ui.Success
	case minutes.Rejected:
		tone = ui.Warning
	case minutes.ObjectionDraft, minutes.Withdrawn:
	}
	return ui.Mark{Tone: tone, Label: locale.T(ctx, "minutes.objection_state."+string(s)), Small: true}
}

func kindName(ctx context.Context, k minutes.ObjectionKind) string {
	return locale.T(ctx, "minutes.objection_kind."+string(k))
}

func nonPublicMark(ctx context.Context) ui.Mark {
	return ui.Mark{Label: locale.T(ctx, "minutes.non_public"), Small: true}
}

func lateMark(ctx context.Context) ui.Mark {
	return ui.Mark{Tone: ui.Warning, Label: locale.T(ctx, "minutes.late"), Small: true}
}
