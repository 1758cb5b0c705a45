package link

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
)

func TestWithSetsAndRemovesParameters(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ got, want string }{
		{With("/a"), "/a"},
		{With("/a", "q", "Görlitz & Zittau"), "/a?q=G%C3%B6rlitz+%26+Zittau"},
		{With("/a?q=x&nach=7", "sort", "-datum", "nach", ""), "/a?q=x&sort=-datum"},
		{With("/a?art=1&art=2", "q", "x"), "/a?art=1&art=2&q=x"},
		{With("/a?q=%zz", "x", "1"), "/a?x=1"},
		{Query("/a", url.Values{"q": {""}, "art": {"b", "", "a"}}), "/a?art=b&art=a"},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}

func TestStateIsAPermanentAddress(t *testing.T) {
	t.Parallel()
	day := time.Date(2024, 4, 30, 0, 0, 0, 0, time.UTC)
	moment := time.Date(2024, 5, 2, 8, 30, 1, 250000000, time.UTC)
	for _, c := range []struct{ got, want string }{
		{State(day, day), "/stand?am=2024-04-30&bekannt=2024-04-30"},
		{State(day, moment), "/stand?am=2024-04-30&bekannt=2024-05-02T08%3A30%3A01.25Z"},
		{State(day, time.Time{}), "/stand?am=2024-04-30"},
		{StateJSON(time.Time{}, time.Time{}), "/stand.json"},
		{StateCSV(day, time.Time{}), "/stand.csv?am=2024-04-30"},
		{StateChanges(day, moment), "/stand/veraenderungen?bis=2024-05-02&von=2024-04-30"},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}

func TestLocalKeepsPeopleOnThisSite(t *testing.T) {
	t.Parallel()
	for _, next := range []string{
		"", "https://example.org/", "//example.org", "/\\example.org", "\\\\example.org",
		"javascript:alert(1)", "start", "/a\nb", "/\t/example.org", "/%zz",
	} {
		if got := Local(next, "/start"); got != "/start" {
			t.Errorf("Local(%q) = %q, want the fallback", next, got)
		}
	}
	for _, next := range []string{"/", "/landkreise/14626?q=a&b=1#verlauf"} {
		if got := Local(next, "/start"); got != next {
			t.Errorf("Local(%q) = %q, want it unchanged", next, got)
		}
	}
}

func TestAddresses(t *testing.T) {
	t.Parallel()
	id := uuid.MustParse("0192f3a4-0000-7000-8000-000000000001")
	for _, c := range []struct{ got, want string }{
		{District("14626"), "/landkreise/14626"},
		{District("../x"), "/landkreise/..%2Fx"},
		{Activity(id), "/aktivitaeten/" + id.String()},
		{EditActivity(id), "/aktivitaeten/" + id.String() + "/bearbeiten"},
		{CorrectPostState("14626", id), "/landkreise/14626/stelle/zustand/" + id.String() + "/berichtigen"},
		{SignIn("/"), "/anmelden"},
		{SignIn("/start?a=1"), "/anmelden?next=%2Fstart%3Fa%3D1"},
		{Language("en", "/stand?am=2024-04-30"), "/sprache?l=en&next=%2Fstand%3Fam%3D2024-04-30"},
		{Theme("dark", ""), "/darstellung?t=dark"},
		{ActivitiesBy(url.Values{"art": {"meeting"}}), "/aktivitaeten?art=meeting"},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}

// TestPathsAreLowerCaseGerman guards the form of the fixed addresses.
func TestPathsAreLowerCaseGerman(t *testing.T) {
	t.Parallel()
	for _, path := range []string{
		Home(), Directory(), Conferences(), Committee(), Funding(), Contact(), News(), OpenData(),
		Accessibility(), Privacy(), Imprint(), EasyLanguage(), SignOut(), Start(), Districts(), Posts(),
		Activities(), Partners(), Account(), Messages(), Admin(), DemoComponents(), DemoMail(),
	} {
		if !strings.HasPrefix(path, "/") || path != strings.ToLower(path) || strings.ContainsAny(path, "äöüß_ ") {
			t.Errorf("%q: want lower case letters, digits and hyphens", path)
		}
	}
}
