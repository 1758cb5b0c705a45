package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
)

// test is one test, subtest or check.
type test struct {
	result string // "pass", "fail", "skip", or "" while it runs
	output []string
}

// suite is one package, or all checks.
type suite struct {
	tests  map[string]*test
	output []string // what belongs to no test
	done   bool
	failed bool
}

// summary collects all suites of a stream.
type summary struct {
	suites map[string]*suite
	builds map[string][]string // build output by import path
}

// errFailed makes the exit code; the sum has been printed already.
var errFailed = errors.New("not everything passed")

// report reads events, shows packages as they end and failures after them, and
// writes the sum as its last line. It returns errFailed if anything failed.
func report(r io.Reader, w io.Writer) error {
	s := summary{suites: map[string]*suite{}, builds: map[string][]string{}}
	lines := bufio.NewReader(r)
	for {
		line, err := lines.ReadBytes('\n')
		if len(line) > 0 {
			if e, ok := parseEvent(line); ok {
				s.add(w, e)
			} else {
				fmt.Fprintf(w, "%s\n", strings.TrimRight(string(line), "\r\n"))
			}
		}
		if err != nil {
			break // the end, or a broken pipe: what has no result counts as failed
		}
	}
	passed, failures := s.results()
	for _, f := range failures {
		fmt.Fprintf(w, "\n--- %s\n%s", f.title, f.output)
	}
	fmt.Fprintf(w, "\n%d passed, %d failed\n", passed, len(failures))
	if len(failures) > 0 || passed == 0 {
		return errFailed
	}
	return nil
}

func (s *summary) add(w io.Writer, e event) {
	if e.Package == "" {
		if e.Output != "" {
			s.builds[e.ImportPath] = append(s.builds[e.ImportPath], e.Output)
		}
		return
	}
	p := s.suites[e.Package]
	if p == nil {
		p = &suite{tests: map[string]*test{}}
		s.suites[e.Package] = p
	}
	if e.Test == "" {
		p.add(w, s.builds[e.FailedBuild], e)
		return
	}
	t := p.tests[e.Test]
	if t == nil {
		t = &test{}
		p.tests[e.Test] = t
	}
	switch e.Action {
	case "output":
		if !strings.HasPrefix(e.Output, "=== ") { // RUN, PAUSE, CONT, NAME
			t.output = append(t.output, e.Output)
		}
	case "pass", "fail", "skip":
		t.result = e.Action
		if e.Package == checks {
			progress(w, e.Action, "check "+e.Test, e.Elapsed)
		}
		if e.Action == "pass" {
			t.output = nil // nobody reads it
		}
	}
}

// add takes the events of the package itself.
func (p *suite) add(w io.Writer, build []string, e event) {
	switch e.Action {
	case "output":
		p.output = append(p.output, e.Output)
	case "pass", "fail", "skip": // a package "skip" has no test files
		p.done = true
		p.failed = e.Action == "fail"
		p.output = append(p.output, build...)
		if e.Action != "skip" {
			progress(w, e.Action, e.Package, e.Elapsed)
		}
	}
}

func progress(w io.Writer, result, name string, seconds float64) {
	word := "ok  "
	if result != "pass" {
		word = "FAIL"
	}
	fmt.Fprintf(w, "%s  %-50s %6.1f s\n", word, name, seconds)
}

// failure is one failed or skipped test, or a package that failed without one.
type failure struct{ title, output string }

// results counts the tests that have no subtests, so that no failure counts
// twice; a parent counts where it failed by itself.
func (s *summary) results() (passed int, failures []failure) {
	for _, name := range slices.Sorted(maps.Keys(s.suites)) {
		p := s.suites[name]
		n, failed := p.results(name)
		passed += n
		if len(failed) == 0 && (p.failed || !p.done && name != checks) {
			failed = []failure{{title: "FAIL: " + name + " (the package, in no test)", output: tail(p.output)}}
		}
		failures = append(failures, failed...)
	}
	return passed, failures
}

func (p *suite) results(suiteName string) (passed int, failures []failure) {
	parent := map[string]bool{}      // has subtests
	failedBelow := map[string]bool{} // has a failed one among them
	for name, t := range p.tests {
		for up := above(name); up != ""; up = above(up) {
			parent[up] = true
			failedBelow[up] = failedBelow[up] || t.result != "pass"
		}
	}
	for _, name := range slices.Sorted(maps.Keys(p.tests)) {
		t := p.tests[name]
		title := suiteName + " " + name
		switch {
		case t.result == "pass" && !parent[name]:
			passed++
		case t.result == "pass" || failedBelow[name]:
		case t.result == "skip":
			failures = append(failures, failure{"SKIPPED (counts as failed): " + title, tail(t.output)})
		case t.result == "":
			failures = append(failures, failure{"UNFINISHED: " + title, tail(append(t.output, p.output...))})
		default:
			failures = append(failures, failure{"FAIL: " + title, tail(t.output)})
		}
	}
	return passed, failures
}

func above(test string) string {
	i := strings.LastIndexByte(test, '/')
	if i < 0 {
		return ""
	}
	return test[:i]
}

// tail keeps the last 200 lines; a panic with all goroutines has thousands, but
// its first lines matter most, so the first 40 stay too.
func tail(lines []string) string {
	const head, last = 40, 160
	if len(lines) > head+last {
		left := fmt.Sprintf("... %d lines left out ...\n", len(lines)-head-last)
		lines = slices.Concat(lines[:head], []string{left}, lines[len(lines)-last:])
	}
	text := strings.Join(lines, "")
	if text != "" && !strings.HasSuffix(text, "\n") {
		text += "\n"
	}
	return text
}
