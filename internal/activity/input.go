package activity

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"
	"golang.org/x/text/unicode/norm"

	"rundertisch/internal/calendar"
	"rundertisch/internal/fault"
	"rundertisch/internal/partner"
	"rundertisch/internal/sheetread"
)

// The limits of an entry as the table says them too: texts in characters,
// duration in minutes.
const (
	MaxTitle    = 200
	MaxBody     = 8000
	MaxResult   = 4000
	MaxNextStep = 300
	MaxMinutes  = 1440
	MaxPartners = 20
)

// The days that an entry may name. The table says them too.
var (
	firstDay = calendar.NewDate(2000, time.January, 1)
	lastDay  = calendar.NewDate(2100, time.January, 1)
)

// Input is what a form says about an entry. ID comes from the form of a new
// entry: whatever is sent again has the same.
type Input struct {
	ID         uuid.UUID
	District   uuid.UUID // of a new entry; zero: the actor's only one
	Type       Type
	HappenedOn calendar.Date
	Minutes    int // zero: not said
	Title      string
	Body       string
	Field      Field
	Partners   []string // by name; unknown ones are added
	Result     string
	NextStep   string
	FollowUpOn calendar.Date // zero: none
	Visibility Visibility
}

// Check returns fault.Fields that name what must be mended before the entry
// can be logged.
func (in Input) Check(today calendar.Date) error {
	f := in.lengths()
	if !in.Type.Valid() {
		f.Add("type", "field.choice")
	}
	switch {
	case in.HappenedOn.IsZero():
		f.Add("date", "field.missing")
	case in.HappenedOn.After(today):
		f.Add("date", "field.future")
	case in.HappenedOn.Before(firstDay):
		f.Add("date", "activity.error.too_early")
	}
	if in.Title == "" {
		f.Add("title", "field.missing")
	}
	if in.Minutes < 0 || in.Minutes > MaxMinutes {
		f.Add("minutes", "activity.error.minutes", "Max", MaxMinutes)
	}
	if !in.Field.Valid() {
		f.Add("field", "field.choice")
	}
	if !in.Visibility.Valid() {
		f.Add("visibility", "field.choice")
	}
	switch {
	case in.FollowUpOn.IsZero():
	case !in.HappenedOn.IsZero() && in.FollowUpOn.Before(in.HappenedOn):
		f.Add("follow_up_on", "activity.error.follow_up_early")
	case in.FollowUpOn.After(lastDay):
		f.Add("follow_up_on", "field.date")
	}
	for i, name := range in.Partners {
		if key, args := partner.NameFault(name); key != "" {
			f[PartnerField(i)] = fault.Text{Key: key, Args: args}
		}
	}
	return f.Err()
}

// lengths returns the faults that even a draft may not have.
func (in Input) lengths() fault.Fields {
	f := fault.Fields{}
	for _, t := range []struct {
		name, text string
		most       int
	}{
		{"title", in.Title, MaxTitle},
		{"text", in.Body, MaxBody},
		{"result", in.Result, MaxResult},
		{"next_step", in.NextStep, MaxNextStep},
	} {
		if utf8.RuneCountInString(t.text) > t.most {
			f.Add(t.name, "field.too_long", "Max", t.most)
		}
	}
	if len(in.Partners) > MaxPartners {
		f.Add(PartnerField(MaxPartners-1), "activity.error.partners", "Max", MaxPartners)
	}
	return f
}

// PartnerField names the form's field of the i-th partner, counted from zero.
func PartnerField(i int) string { return fmt.Sprintf("partner-%d", i+1) }

// asDraft returns the input with what cannot be stored yet replaced by what
// the form began with.
func (in Input) asDraft(today calendar.Date) Input {
	if !in.Type.Valid() {
		in.Type = Meeting
	}
	if !in.Field.Valid() {
		in.Field = ""
	}
	if !in.Visibility.Valid() {
		in.Visibility = District
	}
	if in.HappenedOn.Before(firstDay) || in.HappenedOn.After(lastDay) {
		in.HappenedOn = today
	}
	if in.FollowUpOn.Before(firstDay) || in.FollowUpOn.After(lastDay) {
		in.FollowUpOn = calendar.Date{}
	}
	if in.Minutes < 0 || in.Minutes > MaxMinutes {
		in.Minutes = 0
	}
	return in
}

// partners returns the names without blanks and repetitions.
func (in Input) partners() []string {
	names := []string{}
	for _, name := range in.Partners {
		if name = strings.TrimSpace(name); name != "" && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

// same says whether the stored entry says what the input says.
func (in Input) same(a Activity) bool {
	stored := a.Input()
	in.ID = a.ID
	return in.equal(stored) && slices.Equal(nameKeys(in.partners()), nameKeys(stored.Partners))
}

// nameKeys are the names as the table of partners compares them (partner_key):
// an entry links the partner that is known, however its name was typed.
func nameKeys(names []string) []string {
	keys := make([]string, len(names))
	for i, name := range names {
		keys[i] = sheetread.Plain(norm.NFKC.String(name))
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}

func (in Input) equal(other Input) bool {
	return in.ID == other.ID && in.Type == other.Type && in.HappenedOn == other.HappenedOn && in.Minutes == other.Minutes &&
		in.Title == other.Title && in.Body == other.Body && in.Field == other.Field && in.Result == other.Result &&
		in.NextStep == other.NextStep && in.FollowUpOn == other.FollowUpOn && in.Visibility == other.Visibility
}
