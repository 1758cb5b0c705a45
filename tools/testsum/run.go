package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"strings"
	"time"
)

// checks is the "package" of commands that are no Go tests.
const checks = "check"

// runCommand runs a command and writes events to w: those of the command, if it
// writes any, else one result for the whole. A command that fails without a
// failing test (it could not start, was killed) is a failure of its own.
func runCommand(w io.Writer, name string, command []string) error {
	out := json.NewEncoder(w)
	started := time.Now()
	cmd := exec.Command(command[0], command[1:]...)
	pipe, err := cmd.StdoutPipe()
	if err != nil {
		return fmt.Errorf("run %s: %w", name, err)
	}
	cmd.Stderr = cmd.Stdout // one stream, in the order in which it was written

	runErr := cmd.Start()
	seen := tally{}
	if runErr == nil {
		seen, err = relay(w, pipe)
		runErr = errors.Join(err, cmd.Wait())
	}
	if seen.events && (runErr == nil || seen.failed) { // its tests have spoken
		_, err := io.WriteString(w, strings.Join(seen.text, ""))
		return err
	}
	result := event{Action: "pass", Package: checks, Test: name, Elapsed: time.Since(started).Seconds()}
	if runErr != nil {
		result.Action = "fail"
		seen.text = append(seen.text, runErr.Error()+"\n")
	}
	for _, line := range seen.text {
		if err := out.Encode(event{Action: "output", Package: checks, Test: name, Output: line}); err != nil {
			return fmt.Errorf("run %s: %w", name, err)
		}
	}
	if err := out.Encode(result); err != nil {
		return fmt.Errorf("run %s: %w", name, err)
	}
	return nil
}

// tally is what relay has seen: events, a failure among them, and the other lines.
type tally struct {
	events, failed bool
	text           []string
}

// relay copies events as they come and collects all other lines.
func relay(w io.Writer, r io.Reader) (tally, error) {
	var seen tally
	lines := bufio.NewReader(r)
	for {
		line, err := lines.ReadBytes('\n')
		if e, ok := parseEvent(line); ok {
			seen.events = true
			seen.failed = seen.failed || e.Action == "fail"
			if _, err := w.Write(append(bytes.TrimSuffix(line, []byte("\n")), '\n')); err != nil {
				return seen, err
			}
		} else if len(line) > 0 {
			seen.text = append(seen.text, strings.TrimSuffix(string(line), "\n")+"\n")
		}
		if errors.Is(err, io.EOF) {
			return seen, nil
		}
		if err != nil {
			return seen, err
		}
	}
}
