package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
)

// Which way is better.
const (
	lower  = "lower"
	higher = "higher"
)

// figure is one measured value against its target.
type figure struct {
	Name   string  `json:"name"`
	Value  float64 `json:"value"`
	Unit   string  `json:"unit"`
	Target float64 `json:"target"`
	Better string  `json:"better"`
	Holds  bool    `json:"holds"`
}

// report collects figures, and remarks that explain them.
type report struct {
	figures []figure
	remarks []string
}

func (r *report) add(name string, value float64, unit string, target float64, better string) {
	holds := value <= target
	if better == higher {
		holds = value >= target
	}
	r.figures = append(r.figures, figure{name, value, unit, target, better, holds})
}

func (r *report) remarkf(format string, args ...any) {
	r.remarks = append(r.remarks, fmt.Sprintf(format, args...))
}

func (r *report) print(w io.Writer) {
	fmt.Fprintf(w, "\n%-58s %10s %12s\n", "", "measured", "target")
	for _, f := range r.figures {
		sign, verdict := "<=", "holds"
		if f.Better == higher {
			sign = ">="
		}
		if !f.Holds {
			verdict = "MISSED"
		}
		fmt.Fprintf(w, "%-58s %7.2f %-5s %s %6.2f  %s\n", f.Name, f.Value, f.Unit, sign, f.Target, verdict)
	}
	fmt.Fprintln(w)
	for _, remark := range r.remarks {
		fmt.Fprintln(w, remark)
	}
}

func (r *report) write(file string) error {
	text, err := json.MarshalIndent(r.figures, "", "\t")
	if err != nil {
		return err
	}
	return os.WriteFile(file, append(text, '\n'), 0o644)
}
