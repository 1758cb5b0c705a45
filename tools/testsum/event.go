package main

import (
	"bytes"
	"encoding/json"
)

// event is what `go test -json` writes, see `go doc test2json`. Build output has
// an ImportPath instead of a Package.
type event struct {
	Action      string  `json:"Action"`
	Package     string  `json:"Package,omitempty"`
	Test        string  `json:"Test,omitempty"`
	Elapsed     float64 `json:"Elapsed,omitempty"`
	Output      string  `json:"Output,omitempty"`
	ImportPath  string  `json:"ImportPath,omitempty"`
	FailedBuild string  `json:"FailedBuild,omitempty"`
}

// parseEvent reads one line; ok is false if it is no event.
func parseEvent(line []byte) (e event, ok bool) {
	if !bytes.HasPrefix(line, []byte(`{"`)) || json.Unmarshal(line, &e) != nil {
		return event{}, false
	}
	return e, e.Action != ""
}
