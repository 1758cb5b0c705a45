package activitypage

import (
	"context"
	"strings"

	"rundertisch/internal/locale"
)

// missing names the columns without which nothing can be read.
func (v importView) missing(ctx context.Context) string {
	var names []string
	for _, c := range v.Reading.Missing {
		names = append(names, columnName(ctx, c))
	}
	return locale.T(ctx, "activity.import.missing_text", "Columns", strings.Join(names, ", "))
}

// faultyLines counts the lines with a fault.
func (v importView) faultyLines() int {
	lines := map[int]bool{}
	for _, f := range v.Reading.Faults {
		lines[f.Line] = true
	}
	return len(lines)
}
