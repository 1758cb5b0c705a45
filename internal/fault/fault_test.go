package fault

import (
	"errors"
	"fmt"
	"testing"
)

func TestExplainKeepsKindAndText(t *testing.T) {
	t.Parallel()
	err := fmt.Errorf("fill post: %w", Explain(Conflict, "post.refused", "State", "vacant"))
	if !errors.Is(err, Conflict) || errors.Is(err, Stale) {
		t.Errorf("errors.Is: got %v, want a Conflict and no Stale", err)
	}
	if text, ok := AsText(err); !ok || text.Key != "post.refused" || len(text.Args) != 2 {
		t.Errorf("AsText = %v, %v; want the key and one pair", text, ok)
	}
	if _, ok := AsText(Conflict); ok {
		t.Error("AsText of a bare kind: got a text, want none")
	}
}

func TestFieldsKeepTheFirstFault(t *testing.T) {
	t.Parallel()
	f := Fields{}
	if f.Err() != nil {
		t.Fatalf("Err of no fields = %v, want nil", f.Err())
	}
	f.Add("title", "field.missing")
	f.Add("title", "field.too_long")
	got, ok := AsFields(fmt.Errorf("log activity: %w", f.Err()))
	if !ok || got["title"].Key != "field.missing" {
		t.Errorf("AsFields = %v, %v; want the first fault of title", got, ok)
	}
}
