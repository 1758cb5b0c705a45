package document_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"rundertisch/internal/document"
	"rundertisch/internal/fault"
)

// alive says whether a process has the mark in its command line.
func alive(t *testing.T, mark string) bool {
	t.Helper()
	lines, err := filepath.Glob("/proc/[0-9]*/cmdline")
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range lines {
		if text, err := os.ReadFile(line); err == nil && bytes.Contains(text, []byte(mark)) {
			return true
		}
	}
	return false
}

func hasty(t *testing.T, limit time.Duration, script string) *document.Renderer {
	t.Helper()
	return document.NewRenderer(document.RendererOptions{
		Modules: []string{filepath.Join("..", "..", "node_modules")}, Timeout: limit,
	}).Script(script)
}

func TestEndlessChildIsKilled(t *testing.T) {
	t.Parallel()
	mark := "endless-" + strconv.Itoa(os.Getpid())
	began := time.Now()
	_, err := hasty(t, time.Second, "for (;;) {} // "+mark).Run(t.Context())
	if !errors.Is(err, fault.Unavailable) {
		t.Errorf("err = %v, want Unavailable", err)
	}
	if took := time.Since(began); took > 8*time.Second {
		t.Errorf("took %s, want about a second", took)
	}
	if alive(t, mark) {
		t.Error("the child lives on")
	}
}

func TestChildEndsWithItsCaller(t *testing.T) {
	t.Parallel()
	mark := "orphan-" + strconv.Itoa(os.Getpid())
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	_, err := hasty(t, time.Minute, "for (;;) {} // "+mark).Run(ctx)
	if !errors.Is(err, context.DeadlineExceeded) || errors.Is(err, fault.Unavailable) {
		t.Errorf("err = %v, want the caller's own end", err)
	}
	if alive(t, mark) {
		t.Error("the child lives on")
	}
}

func TestChildIsPoor(t *testing.T) {
	t.Parallel()
	secret := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(secret, []byte("geheim"), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := hasty(t, 10*time.Second, `
		import fs from "node:fs";
		import { spawnSync } from "node:child_process";
		const tries = {
			read: () => fs.readFileSync(`+strconv.Quote(secret)+`, "utf8"),
			write: () => fs.writeFileSync(`+strconv.Quote(secret)+`, "x"),
			start: () => spawnSync("/bin/true").status,
		};
		for (const [name, attempt] of Object.entries(tries)) {
			try { attempt(); console.log(name, "worked"); } catch (err) { console.log(name, err.code); }
		}
		console.log(Object.keys(process.env).join());`).Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	want := "read ERR_ACCESS_DENIED\nwrite ERR_ACCESS_DENIED\nstart ERR_ACCESS_DENIED\nLANG\n"
	if string(out) != want {
		t.Errorf("the child could do:\n%swant:\n%s", out, want)
	}
}

func TestChildIsLimited(t *testing.T) {
	t.Parallel()
	for name, script := range map[string]string{
		"memory": `const all = []; for (;;) all.push(new Array(1e6).fill(Math.random()))`,
		"output": `const b = Buffer.alloc(1 << 20); for (let i = 0; i < 64; i++) process.stdout.write(b)`,
		"errors": `process.stderr.write("x".repeat(1 << 20)); process.exit(1)`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := hasty(t, 20*time.Second, script).Run(t.Context())
			if err == nil || errors.Is(err, fault.Unavailable) {
				t.Errorf("err = %v, want the end of the child", err)
			}
			if err != nil && len(err.Error()) > 5000 {
				t.Errorf("the error has %d bytes", len(err.Error()))
			}
		})
	}
}
