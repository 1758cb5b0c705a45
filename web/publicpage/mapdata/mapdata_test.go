package mapdata

import (
	"fmt"
	"regexp"
	"slices"
	"testing"
)

func TestDistricts(t *testing.T) {
	t.Parallel()
	var got, invented []string
	for _, d := range Districts() {
		got = append(got, d.AGS)
		if d.Invented {
			invented = append(invented, d.AGS)
		}
	}
	want := []string{
		"14511", "14521", "14522", "14523", "14524", "14612", "14625", "14626", "14627", "14628",
		"14713", "14729", "14730", "99001", "99002", "99003", "99004", "99005",
	}
	if !slices.Equal(got, want) {
		t.Errorf("districts %v, want %v", got, want)
	}
	if !slices.Equal(invented, want[13:]) {
		t.Errorf("invented %v, want %v", invented, want[13:])
	}
}

func TestConstantsAgreeWithTheFile(t *testing.T) {
	t.Parallel()
	if f := decoded(); f.ViewBox != ViewBox || f.Source != Source || f.Licence != Licence {
		t.Errorf("districts.json says %q, %q, %q", f.ViewBox, f.Source, f.Licence)
	}
}

// A path may hold nothing but moves, lines and closes: it goes into the page.
func TestPathsAndLabels(t *testing.T) {
	t.Parallel()
	path := regexp.MustCompile(`^(M-?[0-9.]+[ -][0-9.]+l[0-9. -]+z)+$`)
	var width, height float64
	if _, err := fmt.Sscanf(ViewBox, "0 0 %f %f", &width, &height); err != nil {
		t.Fatal(err)
	}
	total := 0
	for _, d := range Districts() {
		total += len(d.Path)
		if !path.MatchString(d.Path) {
			t.Errorf("%s: unexpected path %.60q", d.AGS, d.Path)
		}
		if d.LabelX <= 0 || d.LabelX >= width || d.LabelY <= 0 || d.LabelY >= height {
			t.Errorf("%s: label at %g, %g lies outside %s", d.AGS, d.LabelX, d.LabelY, ViewBox)
		}
	}
	if total > 13_000 {
		t.Errorf("%d bytes of paths, want at most 13,000: the page is weighed", total)
	}
}

func TestByAGS(t *testing.T) {
	t.Parallel()
	if d, ok := ByAGS("14626"); !ok || d.AGS != "14626" || d.Path == "" {
		t.Errorf("ByAGS(14626) = %+v, %t", d, ok)
	}
	if d, ok := ByAGS("00000"); ok {
		t.Errorf("ByAGS(00000) = %+v, want none", d)
	}
}
