package ui

import (
	"context"

	"rundertisch/internal/locale"
)

// PostMark is the badge of a post's state.
func PostMark(ctx context.Context, state string) Mark {
	tone := Neutral
	switch state {
	case "filled":
		tone = Success
	case "planned", "advertised", "interest":
		tone = Info
	case "vacant":
		tone = Warning
	}
	return Mark{Tone: tone, Label: locale.T(ctx, "post.state."+state), Small: true, Plain: true}
}

// ConferenceMark is the badge of a conference's state.
func ConferenceMark(ctx context.Context, state string) Mark {
	tone := Neutral
	switch state {
	case "constituted", "active":
		tone = Success
	case "interest", "forming":
		tone = Info
	case "dormant":
		tone = Warning
	}
	return Mark{Tone: tone, Label: locale.T(ctx, "conference.state."+state), Small: true, Plain: true}
}
