package main

import (
	"bytes"
	"errors"
	"strings"
	"testing"
)

// report on a stream; the last line is the sum.
func reportOn(t *testing.T, stream string) (lines []string, err error) {
	t.Helper()
	var out bytes.Buffer
	err = report(strings.NewReader(stream), &out)
	return strings.Split(strings.TrimSpace(out.String()), "\n"), err
}

func TestReport(t *testing.T) {
	t.Parallel()
	const pkgPass = `{"Action":"pass","Package":"p","Elapsed":1}` + "\n"
	const pkgFail = `{"Action":"fail","Package":"p","Elapsed":1}` + "\n"
	for name, tc := range map[string]struct {
		stream, sum, mentions string
		err                   error
	}{
		"passes": {
			stream: `{"Action":"pass","Package":"p","Test":"A"}` + "\n" + `{"Action":"pass","Package":"p","Test":"B"}` + "\n" + pkgPass,
			sum:    "2 passed, 0 failed",
		},
		"counts subtests, not their parents": {
			stream: `{"Action":"pass","Package":"p","Test":"A/x"}` + "\n" + `{"Action":"fail","Package":"p","Test":"A/y"}` + "\n" +
				`{"Action":"fail","Package":"p","Test":"A"}` + "\n" + pkgFail,
			sum: "1 passed, 1 failed", mentions: "FAIL: p A/y", err: errFailed,
		},
		"counts a parent that failed by itself": {
			stream: `{"Action":"pass","Package":"p","Test":"A/x"}` + "\n" + `{"Action":"fail","Package":"p","Test":"A"}` + "\n" + pkgFail,
			sum:    "1 passed, 1 failed", mentions: "FAIL: p A", err: errFailed,
		},
		"a skip is a failure": {
			stream: `{"Action":"skip","Package":"p","Test":"A"}` + "\n" + pkgPass,
			sum:    "0 passed, 1 failed", mentions: "SKIPPED (counts as failed): p A", err: errFailed,
		},
		"a package without tests is none": {
			stream: `{"Action":"pass","Package":"p","Test":"A"}` + "\n" + pkgPass + `{"Action":"skip","Package":"q"}` + "\n",
			sum:    "1 passed, 0 failed",
		},
		"a build that fails": {
			stream: `{"ImportPath":"p [p.test]","Action":"build-output","Output":"p.go:1: broken\n"}` + "\n" +
				`{"ImportPath":"p [p.test]","Action":"build-fail"}` + "\n" +
				`{"Action":"fail","Package":"p","FailedBuild":"p [p.test]"}` + "\n",
			sum: "0 passed, 1 failed", mentions: "p.go:1: broken", err: errFailed,
		},
		"a test that never ended": {
			stream: `{"Action":"run","Package":"p","Test":"A"}` + "\n" + `{"Action":"output","Package":"p","Test":"A","Output":"hangs\n"}` + "\n" + pkgFail,
			sum:    "0 passed, 1 failed", mentions: "hangs", err: errFailed,
		},
		"a stream that breaks off": {
			stream: `{"Action":"pass","Package":"p","Test":"A"}` + "\n" + `{"Action":"start","Package":"q"}` + "\n" + pkgPass,
			sum:    "1 passed, 1 failed", mentions: "FAIL: q (the package, in no test)", err: errFailed,
		},
		"nothing at all": {
			stream: "", sum: "0 passed, 0 failed", err: errFailed,
		},
	} {
		lines, err := reportOn(t, tc.stream)
		if got := lines[len(lines)-1]; got != tc.sum || !errors.Is(err, tc.err) {
			t.Errorf("%s: %q, %v, want %q, %v", name, got, err, tc.sum, tc.err)
		}
		if all := strings.Join(lines, "\n"); !strings.Contains(all, tc.mentions) {
			t.Errorf("%s: no %q in\n%s", name, tc.mentions, all)
		}
	}
}

func TestRunCommand(t *testing.T) {
	t.Parallel()
	const event = `{"Action":"pass","Package":"p","Test":"A"}`
	for name, tc := range map[string]struct {
		script, sum, mentions string
	}{
		"a check that passes":           {"echo fine", "1 passed, 0 failed", "ok    check it"},
		"a check that fails":            {"echo wrong >&2; exit 3", "0 passed, 1 failed", "wrong"},
		"tests":                         {"echo '" + event + `'; echo '{"Action":"pass","Package":"p"}'`, "1 passed, 0 failed", "ok    p"},
		"tests, then killed":            {"echo '" + event + `'; echo '{"Action":"pass","Package":"p"}'; kill -9 $$`, "1 passed, 1 failed", "signal: killed"},
		"no new line at the end":        {"printf wrong; exit 1", "0 passed, 1 failed", "wrong"},
		"text between, and one failure": {"echo noise; echo '" + `{"Action":"fail","Package":"p","Test":"A"}` + "'; exit 1", "0 passed, 1 failed", "FAIL: p A"},
	} {
		var stream bytes.Buffer
		if err := runCommand(&stream, "it", []string{"sh", "-c", tc.script}); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		lines, _ := reportOn(t, stream.String())
		if got := lines[len(lines)-1]; got != tc.sum {
			t.Errorf("%s: %q, want %q", name, got, tc.sum)
		}
		if all := strings.Join(lines, "\n"); !strings.Contains(all, tc.mentions) {
			t.Errorf("%s: no %q in\n%s", name, tc.mentions, all)
		}
	}
}

func TestCommandThatIsNotThere(t *testing.T) {
	t.Parallel()
	var stream bytes.Buffer
	if err := runCommand(&stream, "it", []string{"/nowhere/at-all"}); err != nil {
		t.Fatal(err)
	}
	lines, err := reportOn(t, stream.String())
	if got := lines[len(lines)-1]; got != "0 passed, 1 failed" || !errors.Is(err, errFailed) {
		t.Errorf("%q, %v, want one failure", got, err)
	}
}
