package handler

import (
	"context"
	"testing"

	"rundertisch/web/ui"
)

func TestAskingToSignInIsNoSuccess(t *testing.T) {
	t.Parallel()
	for key, want := range map[string]string{"session.ended": ui.Info, "session.signed_out": ui.Success} {
		if got := (Flash{Key: key}).message(context.Background()).Tone; got != want {
			t.Errorf("%s: tone %q, want %q", key, got, want)
		}
	}
}
