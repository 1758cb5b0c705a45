package publicpage

import "testing"

func TestDial(t *testing.T) {
	t.Parallel()
	for number, want := range map[string]string{
		"03421 758-0":        "+4934217580",
		"+49 (0)3421 / 7580": "+4934217580",
		"0049 3421 7580":     "+4934217580",
		"(03421) 7580":       "+4934217580",
		"7580":               "",
		"03421 7580 App. 12": "",
		"":                   "",
	} {
		if got := dial(number); got != want {
			t.Errorf("dial(%q) = %q, want %q", number, got, want)
		}
	}
}
