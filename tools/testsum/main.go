// Testsum runs checks and tests and adds up what they say.
//
//	testsum run NAME command [args]   runs a command and writes test events (JSON lines)
//	testsum                           reads events, shows failures, ends with the sum
//
// The two meet in a pipe, so that many commands give one sum:
//
//	{ testsum run vet go vet ./...; testsum run tests go test -json ./...; } | testsum
//
// A command that writes the events of `go test -json` counts test by test; any
// other counts as one check, passed if it exits with 0. The last line is
// "N passed, N failed" and the exit code says whether N failed is 0. A skipped
// test counts as failed: what is not run proves nothing.
package main

import (
	"errors"
	"fmt"
	"os"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		if !errors.Is(err, errFailed) { // the sum is to be the last line
			fmt.Fprintln(os.Stderr, err)
		}
		os.Exit(1)
	}
}

func run(args []string) error {
	switch {
	case len(args) == 0:
		return report(os.Stdin, os.Stdout)
	case args[0] == "run" && len(args) > 2:
		return runCommand(os.Stdout, args[1], args[2:])
	}
	return errors.New("usage: testsum | testsum run NAME command [args]")
}
