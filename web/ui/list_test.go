package ui

import (
	"context"
	"strings"
	"testing"
)

func TestSortColumnTurnsAround(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ sort, sorted, url string }{
		{"", "", "/l?art=x&sort=name"},
		{"datum", "", "/l?art=x&sort=name"},
		{"name", "ascending", "/l?art=x&sort=-name"},
		{"-name", "descending", "/l?art=x&sort=name"},
	} {
		got := SortColumn("Name", "name", c.sort, "/l?art=x&nach=7&vor=2")
		if got.Sorted != c.sorted || got.SortURL != c.url {
			t.Errorf("sort=%q: got %q %q, want %q %q", c.sort, got.Sorted, got.SortURL, c.sorted, c.url)
		}
	}
	doc := render(t, Table(Grid{ID: "t", Caption: "C", Columns: []Column{SortColumn("Name", "name", "name", "/l")}}))
	if attr(t, doc, "th", "aria-sort") != "ascending" || attr(t, doc, "th a", "href") != "/l?sort=-name" {
		t.Error("the head does not say how it is sorted")
	}
	if attr(t, doc, "[role=region]", "tabindex") != "0" || attr(t, doc, "[role=region]", "aria-labelledby") != attr(t, doc, "caption", "id") {
		t.Error("the region cannot be scrolled by keyboard or has no name")
	}
}

func TestPager(t *testing.T) {
	t.Parallel()
	doc := render(t, Pager(Paging{PrevURL: "/l?vor=1", NextURL: "/l?nach=2", Count: 1001}))
	if attr(t, doc, "a[rel=prev]", "href") != "/l?vor=1" || attr(t, doc, "a[rel=next]", "href") != "/l?nach=2" {
		t.Error("wrong addresses")
	}
	if !strings.Contains(doc.Text(), "mehr als 1.000 Einträge") {
		t.Errorf("text = %q", doc.Text())
	}
	if doc := render(t, Pager(Paging{Count: -1})); doc.Find("nav").Length() != 0 {
		t.Error("a list of one page without a count needs no pager")
	}
	if got := CountText(context.Background(), 1000); got != "1.000 Einträge" {
		t.Errorf("CountText(1000) = %q", got)
	}
}

func TestDownloadsKeepTheFilter(t *testing.T) {
	t.Parallel()
	got := DownloadsOf("/aktivitaeten?art=meeting&nach=7")
	if got.CSV != "/aktivitaeten?art=meeting&format=csv" || got.XLSX != "/aktivitaeten?art=meeting&format=xlsx" {
		t.Errorf("got %+v", got)
	}
}

func TestErrorSummaryIsThereOnlyWithErrors(t *testing.T) {
	t.Parallel()
	if html := render(t, ErrorSummary(nil)).Find("body").Text(); html != "" {
		t.Errorf("without errors: %q", html)
	}
	doc := render(t, ErrorSummary([]FieldError{{Field: "a", Message: "Eins"}, {Message: "Zwei"}}))
	if attr(t, doc, "#fehler", "tabindex") != "-1" || attr(t, doc, "#fehler a", "href") != "#feld-a" || doc.Find("#fehler li").Length() != 2 {
		t.Error("want a focusable summary with a link to the field and both messages")
	}
	if got := doc.Find("#fehler h2").Text(); got != "Bitte prüfen Sie 2 Angaben" {
		t.Errorf("title = %q", got)
	}
}

func TestFlashUndoIsAPost(t *testing.T) {
	t.Parallel()
	doc := render(t, Flash(FlashMessage{Text: "Gelöscht.", Undo: Undo{Action: "/x", Hidden: []Hidden{{Name: "version", Value: "2"}}}}))
	if attr(t, doc, "form", "method") != "post" || attr(t, doc, "input", "value") != "2" || !strings.Contains(doc.Find("button").Text(), "Rückgängig machen") {
		t.Error("want a POST form that takes it back")
	}
}

func TestBarsFillTheLargest(t *testing.T) {
	t.Parallel()
	doc := render(t, Bars(Chart{Label: "L", Rows: []BarRow{{Value: 20}, {Value: 5}, {Value: 0}, {Value: -3}}}))
	var got []string
	for _, n := range doc.Find("rect.app-bar-fill").Nodes {
		for _, a := range n.Attr {
			if a.Key == "width" {
				got = append(got, a.Val)
			}
		}
	}
	if want := "1000 250 0 0"; strings.Join(got, " ") != want {
		t.Errorf("widths %v, want %s", got, want)
	}
}

func TestTimelineStrikesTheStateOfAWithdrawnEntry(t *testing.T) {
	t.Parallel()
	doc := render(t, Timeline([]Event{{Badge: Mark{Label: "unbesetzt"}, Withdrawn: "berichtigt"}, {Badge: Mark{Label: "besetzt"}}}))
	if got := strings.TrimSpace(doc.Find("del").Text()); got != "unbesetzt" {
		t.Errorf("struck: %q", got)
	}
}
