package document

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"rundertisch/internal/fault"
)

// The limits of the child process.
const (
	workerTime    = 10 * time.Second
	workerJobs    = 2        // at the same time; each takes some 75 MB
	workerOutput  = 32 << 20 // bytes
	workerMessage = 4 << 10  // bytes of its errors that reach the log
	workerHeap    = "--max-old-space-size=256"
)

// The npm packages, by the work that needs them.
var (
	pdfPackages  = []string{"@myriaddreamin/typst-ts-node-compiler", "@expo-google-fonts/fira-sans"}
	wordPackages = []string{"mammoth"}
)

//go:embed render/render.mjs
var workerScript string

// RendererOptions say where the renderer finds its parts. The zero value looks
// for node on the PATH and for node_modules below the working directory, beside
// the binary and in ../lib/rundertisch (the container image).
type RendererOptions struct {
	Node    string        // the node program
	Modules []string      // folders called node_modules, the first that fits is taken; empty: UsualModules
	Timeout time.Duration // for one document, waiting included; 0: 10 s
}

// Renderer sets PDFs and reads Word documents in child processes. It is safe
// for concurrent use and holds nothing that needs closing.
type Renderer struct {
	node    string
	modules []string
	timeout time.Duration
	script  string
	slots   chan struct{}
	sandbox func() []string
}

// NewRenderer returns a renderer. It never fails: without its parts the
// renderer is there and not Available.
func NewRenderer(o RendererOptions) *Renderer {
	if o.Node == "" {
		o.Node = "node"
	}
	if len(o.Modules) == 0 {
		o.Modules = UsualModules()
	}
	if o.Timeout == 0 {
		o.Timeout = workerTime
	}
	r := &Renderer{modules: o.Modules, timeout: o.Timeout, script: workerScript, slots: make(chan struct{}, workerJobs)}
	if path, err := exec.LookPath(o.Node); err == nil {
		r.node = path
	}
	r.sandbox = sync.OnceValue(r.findSandbox)
	return r
}

// UsualModules are the folders in which packages are looked for: below the
// working directory, beside the binary and where the container image has them.
func UsualModules() []string {
	dirs := []string{"node_modules"}
	if exe, err := os.Executable(); err == nil {
		bin := filepath.Dir(exe)
		dirs = append(dirs, filepath.Join(bin, "node_modules"), filepath.Join(bin, "..", "lib", "rundertisch", "node_modules"))
	}
	return dirs
}

// Available says whether PDFs can be made here.
func (r *Renderer) Available() bool { return r.home(pdfPackages) != "" }

// ReadsWord says whether Word documents can be read here.
func (r *Renderer) ReadsWord() bool { return r.home(wordPackages) != "" }

// home returns the absolute path of the folder that has all packages, "" if
// there is none or no node.
func (r *Renderer) home(packages []string) string {
	if r.node == "" {
		return ""
	}
	for _, dir := range r.modules {
		if hasAll(dir, packages) {
			if path, err := realPath(dir); err == nil {
				return path
			}
		}
	}
	return ""
}

// realPath is absolute and without links: node compares with what it may read.
func realPath(dir string) (string, error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	return filepath.EvalSymlinks(abs)
}

func hasAll(dir string, packages []string) bool {
	for _, name := range packages {
		if _, err := os.Stat(filepath.Join(dir, filepath.FromSlash(name), "package.json")); err != nil {
			return false
		}
	}
	return true
}

// crashed is the end of a child that could not do its work: what it was given
// is at fault, or we are.
type crashed struct{ message string }

func (c crashed) Error() string { return "render worker: " + c.message }

// run does one job in a child process and returns what it wrote. It returns
// fault.Unavailable if its parts are missing or its time is up, and crashed if
// the child failed.
func (r *Renderer) run(ctx context.Context, packages []string, job any) ([]byte, error) {
	home := r.home(packages)
	if home == "" {
		return nil, fmt.Errorf("node with %s is not installed: %w", strings.Join(packages, " and "), fault.Unavailable)
	}
	input, err := json.Marshal(job)
	if err != nil {
		return nil, fmt.Errorf("encode render job: %w", err)
	}
	limited, cancel := context.WithTimeout(ctx, r.timeout)
	defer cancel()
	select {
	case r.slots <- struct{}{}:
		defer func() { <-r.slots }()
	case <-limited.Done():
		return nil, r.ended(ctx, "waited for other documents")
	}
	out := &capped{limit: workerOutput}
	problems := &capped{limit: workerMessage, quiet: true}
	args := append(r.sandboxFor(home), workerHeap, "--no-warnings", "--input-type=module", "-e", r.script, home)
	cmd := exec.CommandContext(limited, r.node, args...) //nolint:gosec // program and script are ours, data goes to stdin
	cmd.Env = []string{"LANG=C.UTF-8"}                   // no secrets of ours
	cmd.Dir = home
	cmd.Stdin, cmd.Stdout, cmd.Stderr = bytes.NewReader(input), out, problems
	cmd.WaitDelay = time.Second
	err = cmd.Run()
	switch {
	case limited.Err() != nil:
		return nil, r.ended(ctx, "worked for too long")
	case err != nil:
		return nil, fmt.Errorf("%w (%w)", crashed{message: strings.TrimSpace(problems.kept.String())}, err)
	}
	return out.kept.Bytes(), nil
}

// ended tells our own limit from a caller who has gone.
func (r *Renderer) ended(ctx context.Context, what string) error {
	if ctx.Err() != nil {
		return fmt.Errorf("render worker %s: %w", what, ctx.Err())
	}
	return fmt.Errorf("render worker %s, %s are over: %w", what, r.timeout, fault.Unavailable)
}

// findSandbox asks node by which name it knows its permission model: the name
// changed between 20 and 24. A node without one works unrestricted.
func (r *Renderer) findSandbox() []string {
	for _, flag := range []string{"--permission", "--experimental-permission"} {
		ctx, cancel := context.WithTimeout(context.Background(), workerTime)
		cmd := exec.CommandContext(ctx, r.node, flag, "--allow-addons", "-e", "0") //nolint:gosec // program and flags are ours
		cmd.Env = []string{}
		err := cmd.Run()
		cancel()
		if err == nil {
			return []string{flag, "--allow-addons"}
		}
	}
	return nil
}

// sandboxFor returns node's arguments that let the child read the packages and
// neither write files nor start programs.
func (r *Renderer) sandboxFor(home string) []string {
	flags := r.sandbox()
	if len(flags) == 0 {
		return nil
	}
	return append([]string{"--allow-fs-read=" + home + string(filepath.Separator)}, flags...)
}

// capped keeps what is written up to its limit. Beyond it a quiet one drops
// the rest and the other one fails, which ends the child.
type capped struct {
	kept  bytes.Buffer // a field, or its ReadFrom would go around Write
	limit int
	quiet bool
}

func (c *capped) Write(p []byte) (int, error) {
	room := c.limit - c.kept.Len()
	if len(p) <= room {
		return c.kept.Write(p)
	}
	if c.quiet {
		c.kept.Write(p[:room])
		return len(p), nil
	}
	return 0, errors.New("render worker wrote too much")
}
