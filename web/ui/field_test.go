package ui

import (
	"context"
	"slices"
	"testing"

	"rundertisch/internal/locale"
)

func TestFieldTiesLabelHintErrorAndCount(t *testing.T) {
	t.Parallel()
	doc := render(t, TextField(Field{Name: "titel", Label: "Titel", Value: `a"b`, Hint: "Hinweis", Error: "Bitte angeben.", MaxLength: 200, Autocomplete: "off"}))
	for name, want := range map[string]string{
		"id":               "feld-titel",
		"name":             "titel",
		"type":             "text",
		"value":            `a"b`,
		"aria-invalid":     "true",
		"aria-required":    "true",
		"aria-describedby": "feld-titel-hinweis feld-titel-fehler feld-titel-zeichen",
		"autocomplete":     "off",
	} {
		if got := attr(t, doc, "input", name); got != want {
			t.Errorf("%s = %q, want %q", name, got, want)
		}
	}
	if got := doc.Find("#feld-titel-zeichen").Text(); got != "Höchstens 200 Zeichen." {
		t.Errorf("limit = %q", got)
	}
	if doc.Find(".kern-form-input--error .kern-form-input__input--error").Length() != 1 {
		t.Error("the error does not show")
	}
}

func TestOptionalFieldSaysSo(t *testing.T) {
	t.Parallel()
	doc := render(t, TextField(Field{Name: "x", Label: "X", Optional: true}))
	if got := doc.Find("label .kern-label__optional").Text(); got != "– freiwillig" {
		t.Errorf("mark = %q", got)
	}
	if got := attr(t, doc, "input", "aria-required") + attr(t, doc, "input", "aria-describedby") + attr(t, doc, "input", "aria-invalid"); got != "" {
		t.Errorf("got %q, want none of these attributes", got)
	}
}

func TestTextAreaKeepsTheFirstEmptyLine(t *testing.T) {
	t.Parallel()
	doc := render(t, TextArea(Field{Name: "x", Label: "X", Value: "\nzweite Zeile </textarea><b>"}))
	if got := doc.Find("textarea").Text(); got != "\nzweite Zeile </textarea><b>" {
		t.Errorf("text = %q", got)
	}
}

func TestSelectGroupsAndSelects(t *testing.T) {
	t.Parallel()
	doc := render(t, Select(Field{Name: "x", Label: "X", Empty: "Bitte wählen", Value: "b", Options: []Option{{Value: "a", Label: "A"}, {Value: "b", Label: "B", Group: "G"}, {Value: "c", Label: "C", Group: "G"}}}))
	if got := doc.Find("option[selected]").Text(); got != "B" {
		t.Errorf("selected = %q, want B", got)
	}
	if doc.Find("optgroup").Length() != 1 || doc.Find("optgroup[label=G] option").Length() != 2 || doc.Find("select > option").Length() != 2 {
		t.Error("want an empty option, A, and one group of two")
	}
}

func TestRadiosAndCheckboxes(t *testing.T) {
	t.Parallel()
	options := []Option{{Value: "a", Label: "A"}, {Value: "b", Label: "B", Hint: "h"}}
	doc := render(t, Radios(Field{Name: "x", Label: "X", Value: "b", Options: options, Error: "Bitte wählen."}))
	if got := attr(t, doc, "input[checked]", "value"); got != "b" {
		t.Errorf("chosen = %q, want b", got)
	}
	if got := attr(t, doc, "input", "id"); got != FieldID("x") {
		t.Errorf("id of the first choice = %q, want the field's, for the error summary", got)
	}
	if got := attr(t, doc, "fieldset", "aria-describedby"); got != "feld-x-fehler" {
		t.Errorf("aria-describedby = %q", got)
	}
	doc = render(t, Checkboxes(Field{Name: "x", Label: "X", Values: []string{"a", "b"}, Options: options}))
	if doc.Find("input[checked]").Length() != 2 {
		t.Error("want both ticked")
	}
}

func TestFieldIDIsSafe(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{"titel": "feld-titel", "zeile[3].text": "feld-zeile-3--text", "größe": "feld-gr--e"} {
		if got := FieldID(name); got != want {
			t.Errorf("FieldID(%q) = %q, want %q", name, got, want)
		}
	}
}

func TestFormPostsWithoutTheBrowsersChecks(t *testing.T) {
	t.Parallel()
	doc := render(t, FormFor(Form{Action: "/a", Multipart: true, Hidden: []Hidden{{Name: "version", Value: "3"}}}))
	if attr(t, doc, "form", "method") != "post" || attr(t, doc, "form", "enctype") != "multipart/form-data" || doc.Find("form[novalidate]").Length() != 1 {
		t.Error("want a POST form with files and novalidate")
	}
	if attr(t, doc, "input[type=hidden][name=version]", "value") != "3" {
		t.Error("the version is not sent")
	}
}

func TestSummaryNamesTheFields(t *testing.T) {
	t.Parallel()
	ctx := locale.NewContext(context.Background(), locale.New("de", nil))
	got := Named(ctx, []FieldError{{"", "Bitte noch einmal."}, {"title", "Bitte ausfüllen."}, {"date", "Bitte ausfüllen."}, {"x", "Bitte prüfen."}},
		"title", "activity.label.title", "date", "activity.label.date")
	want := []FieldError{{"", "Bitte noch einmal."}, {"title", "Was haben Sie getan? Bitte ausfüllen."}, {"date", "Datum: Bitte ausfüllen."}, {"x", "Bitte prüfen."}}
	if !slices.Equal(got, want) {
		t.Errorf("Named = %q, want %q", got, want)
	}
}
