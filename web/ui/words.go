package ui

import (
	"context"

	"rundertisch/internal/locale"
)

// toneWord says in a word what a tone says by colour.
func toneWord(ctx context.Context, tone string) string {
	switch tone {
	case Success:
		return locale.T(ctx, "ui.tone.success")
	case Warning:
		return locale.T(ctx, "ui.tone.warning")
	case Error:
		return locale.T(ctx, "ui.tone.danger")
	default:
		return locale.T(ctx, "ui.tone.info")
	}
}

func undoLabel(ctx context.Context, u Undo) string {
	if u.Label != "" {
		return u.Label
	}
	return locale.T(ctx, "ui.undo")
}

func filterLabel(ctx context.Context, f Filters) string {
	if f.Label != "" {
		return f.Label
	}
	return locale.T(ctx, "ui.filter.label")
}
