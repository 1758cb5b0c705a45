package body

import (
	"strconv"

	"rundertisch/internal/calendar"
	"rundertisch/internal/locale"
)

// Step is one line of an explanation: a key of package locale and its arguments
// in pairs. Every argument is a string (a number in digits, a date in ISO form,
// a holiday, weekday, group or event by its identifier), so that a step is the
// same after it was stored as JSON.
type Step struct {
	Key  string `json:"key"`
	Args []any  `json:"args,omitempty"`
}

// Gap is something that a body lacks by law, in the form of a [Step].
type Gap Step

// Text writes the step in the language of the printer.
func (s Step) Text(p *locale.Printer) string {
	args := make([]any, len(s.Args))
	copy(args, s.Args)
	count, plural := 0, false
	for i := 0; i+1 < len(args); i += 2 {
		value, ok := args[i+1].(string)
		if !ok {
			continue
		}
		switch args[i] {
		case "Count":
			n, err := strconv.Atoi(value)
			count, plural = n, err == nil
		case "Holiday":
			args[i+1] = p.T("body.holiday." + value)
		case "Weekday":
			args[i+1] = p.T("body.weekday." + value)
		case "Event":
			args[i+1] = p.T("body.event." + value)
		case "Group":
			args[i+1] = p.T(Group(value).NameKey())
		case "Start", "End", "Day", "Since":
			if d, err := calendar.Parse(value); err == nil {
				args[i+1] = p.Date(d.Time())
			}
		}
	}
	if plural {
		return p.N(s.Key, count, args...)
	}
	return p.T(s.Key, args...)
}

// Text writes the gap in the language of the printer.
func (g Gap) Text(p *locale.Printer) string { return Step(g).Text(p) }
