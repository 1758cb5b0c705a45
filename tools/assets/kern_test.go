package main

import (
	"strings"
	"testing"
)

func TestPruneDropsOnlyWhatIsNamed(t *testing.T) {
	t.Parallel()
	drop := func(class string) bool { return class == "kern-p-xs" }
	got := prune(`@import "x;y";
/* { */ .kern-btn:is(.a, .b), .kern-p-xs > i { content: "}"; color: red }
.kern-p-xs { padding: 0 }
.kern-p-xs-md { padding: 1px }
@media (min-width: 1px) { .kern-p-xs { padding: 0 } }
@media print { .kern-p-xs { padding: 0 } .kern-link { mask: url("data:image/svg+xml,%3Csvg a='{'") } }
@keyframes x { from { top: 0 } to { top: 1px } }
`, drop)
	for _, want := range []string{`@import "x;y";`, `.kern-btn:is(.a, .b){`, `content: "}"`, ".kern-p-xs-md", "@media print", ".kern-link", "@keyframes x"} {
		if !strings.Contains(got, want) {
			t.Errorf("%s is gone:\n%s", want, got)
		}
	}
	for _, gone := range []string{".kern-p-xs >", ".kern-p-xs{", "min-width"} {
		if strings.Contains(got, gone) {
			t.Errorf("%s is still there:\n%s", gone, got)
		}
	}
}
