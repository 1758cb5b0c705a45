package e2e

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// TestHTMLIsValid gives pages of every kind in both languages to the
// W3C HTML checker, in one process.
func TestHTMLIsValid(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	all := allPages(t)
	some := worthALook(all, false)
	kinds := map[string]bool{}
	for _, p := range all {
		if kind := p.lang + p.path + "?" + p.query; !kinds[kind] {
			kinds[kind] = true
			some = append(some, p)
		}
	}
	pages := map[string]page{}
	for _, p := range some {
		if p.path == demoMail && p.lang != "de" {
			continue // mail is in the language of those who caused it
		}
		name := fmt.Sprintf("%x.html", sha256.Sum256([]byte(p.html)))
		if _, known := pages[name]; known {
			continue
		}
		pages[name] = p
		if err := os.WriteFile(filepath.Join(dir, name), []byte(p.html), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	found := sightings{}
	for _, m := range checkHTML(t, dir) {
		if m.Type == "info" && m.SubType != "warning" {
			continue
		}
		found.add(fmt.Sprintf("%s %s: %s", m.Type, m.SubType, m.Message), fmt.Sprintf("%s: %s", pages[filepath.Base(m.URL)], m.Extract))
	}
	found.report(t)
	t.Logf("%d pages", len(pages))
}

// message is one of the checker.
type message struct {
	Type    string `json:"type"`    // "error", "info", "non-document-error"
	SubType string `json:"subType"` //nolint:tagliatelle // the checker's name; "warning", "fatal"
	URL     string `json:"url"`
	Message string `json:"message"`
	Extract string `json:"extract"`
}

func checkHTML(tb testing.TB, dir string) []message {
	tb.Helper()
	// One core is left to the browser; the small heap is enough.
	cmd := exec.CommandContext(tb.Context(), "java", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xss2m",
		"-jar", vnuFile, "--format", "json", "--exit-zero-always", "--skip-non-html", dir)
	var out, messages bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &messages
	if err := cmd.Run(); err != nil {
		tb.Fatal(errors.Join(err, errors.New(messages.String())))
	}
	var result struct {
		Messages []message `json:"messages"`
	}
	if err := json.Unmarshal(messages.Bytes(), &result); err != nil {
		tb.Fatalf("%v: %s%s", err, out.String(), messages.String())
	}
	return result.Messages
}

// TestHTMLCheckerNotices makes sure that an error would be found.
func TestHTMLCheckerNotices(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	bad := "<!doctype html><html lang=de><title>x</title><p><ul></ul></p><img src=x>"
	if err := os.WriteFile(filepath.Join(dir, "bad.html"), []byte(bad), 0o600); err != nil {
		t.Fatal(err)
	}
	errorsSeen := 0
	for _, m := range checkHTML(t, dir) {
		if m.Type == "error" {
			errorsSeen++
		}
	}
	if errorsSeen < 2 {
		t.Errorf("%d errors, want at least 2", errorsSeen)
	}
}
