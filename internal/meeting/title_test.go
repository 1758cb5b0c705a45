package meeting_test

import (
	"testing"

	"rundertisch/internal/meeting"
)

func TestNextTitle(t *testing.T) {
	t.Parallel()
	m := func(title string, s meeting.State) meeting.Meeting { return meeting.Meeting{Title: title, State: s} }
	for name, tt := range map[string]struct {
		latest []meeting.Meeting
		want   string
	}{
		"none":               {nil, ""},
		"goes on":            {[]meeting.Meeting{m("7. Beratung", meeting.Held), m("6. Sitzung", meeting.Closed)}, "8. Beratung"},
		"planned counts":     {[]meeting.Meeting{m("8. Beratung", meeting.Planned), m("7. Beratung", meeting.Held)}, "9. Beratung"},
		"cancelled does not": {[]meeting.Meeting{m("8. Beratung", meeting.Cancelled), m("7. Beratung", meeting.Held)}, "8. Beratung"},
		"nor what is extra":  {[]meeting.Meeting{m("Sondersitzung", meeting.Held), m("7. Beratung", meeting.Held)}, "8. Beratung"},
		"no numbers":         {[]meeting.Meeting{m("Auftakt", meeting.Held)}, ""},
	} {
		if got := meeting.NextTitle(tt.latest); got != tt.want {
			t.Errorf("%s: %q, want %q", name, got, tt.want)
		}
	}
}
