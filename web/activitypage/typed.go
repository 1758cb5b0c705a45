package activitypage

import (
	"strconv"
	"strings"

	"rundertisch/internal/activity"
	"rundertisch/internal/calendar"
	"rundertisch/internal/fault"
	"rundertisch/web/form"
)

// typed are the fields of an entry's form as somebody typed them, so that a
// form with errors shows them again.
type typed struct {
	ID         string
	Version    string
	District   string
	Date       string
	Type       string
	Minutes    string
	Title      string
	Text       string
	Field      string
	Result     string
	NextStep   string
	FollowUpOn string
	Visibility string
	Partners   []string
}

// fields is the order of the form, for the summary of errors.
var fields = fieldNames()

func fieldNames() []string {
	names := []string{"district", "date", "type", "minutes", "title"}
	for i := range activity.MaxPartners {
		names = append(names, activity.PartnerField(i))
	}
	return append(names, "text", "field", "result", "next_step", "follow_up_on", "visibility")
}

// readTyped reads the form and what it means. What cannot be read is in the
// faults of f.
func readTyped(f *form.Values) (typed, activity.Input) {
	t := typed{
		ID: f.Text("id"), Version: f.Text("version"), District: f.Text("district"), Date: f.Text("date"),
		Type: f.Text("type"), Minutes: f.Text("minutes"), Title: oneLine(f.Text("title")), Text: f.Text("text"),
		Field: f.Text("field"), Result: f.Text("result"), NextStep: oneLine(f.Text("next_step")),
		FollowUpOn: f.Text("follow_up_on"), Visibility: f.Text("visibility"), Partners: readPartners(f),
	}
	in := activity.Input{
		ID: f.NewID("id"), District: f.ID("district"), Type: activity.Type(t.Type), HappenedOn: f.Date("date"),
		Minutes: f.Int("minutes"), Title: t.Title, Body: t.Text, Field: activity.Field(t.Field), Partners: t.Partners,
		Result: t.Result, NextStep: t.NextStep, FollowUpOn: f.Date("follow_up_on"),
		Visibility: activity.Visibility(t.Visibility),
	}
	return t, in
}

// readPartners returns the partners' names, without the empty fields.
func readPartners(f *form.Values) []string {
	var names []string
	for i := range activity.MaxPartners + 1 {
		if name := oneLine(f.Text(activity.PartnerField(i))); name != "" {
			names = append(names, name)
		}
	}
	return names
}

// oneLine makes one line of a text that may have been pasted.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// typedOf fills a form from an entry.
func typedOf(in activity.Input) typed {
	t := typed{
		ID: in.ID.String(), District: in.District.String(), Date: in.HappenedOn.String(), Type: string(in.Type),
		Title: in.Title, Text: in.Body, Field: string(in.Field), Result: in.Result, NextStep: in.NextStep,
		FollowUpOn: in.FollowUpOn.String(), Visibility: string(in.Visibility), Partners: in.Partners,
	}
	if in.Minutes > 0 {
		t.Minutes = strconv.Itoa(in.Minutes)
	}
	return t
}

// readable returns the faults of what was typed: of reading and of the rules,
// the former first, since a date that could not be read is not missing. It is
// nil if the form could be read; the rules alone are then the use case's.
func readable(f *form.Values, in activity.Input, today calendar.Date) error {
	if len(f.Faults) == 0 {
		return nil
	}
	all := fault.Fields{}
	rules, _ := fault.AsFields(in.Check(today))
	for _, list := range []fault.Fields{f.Faults, rules} {
		for name, text := range list {
			all.Add(name, text.Key, text.Args...)
		}
	}
	return all
}
