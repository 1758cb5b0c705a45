package e2e

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

const (
	readyLimit = 60 * time.Second
	stopLimit  = 30 * time.Second
)

// program is the built binary, running with a database and the demo of its own.
type program struct {
	addr    string // host:port that it listens on
	port    string
	dir     string
	binary  string
	env     []string // beside that of every program here
	logFile string
	cmd     *exec.Cmd
	ended   chan error
}

// startProgram builds the binary, starts it and waits until it is ready. env is
// what this program gets beside the demo and a folder of its own.
func startProgram(env ...string) (_ *program, err error) {
	dir, err := os.MkdirTemp("", "rt-e2e-")
	if err != nil {
		return nil, err
	}
	p := &program{dir: dir, binary: filepath.Join(dir, "rundertisch"), env: env, logFile: filepath.Join(dir, "log"), ended: make(chan error, 1)}
	defer func() {
		if err != nil {
			err = errors.Join(err, p.stop())
		}
	}()
	if err := os.Chmod(dir, 0o755); err != nil { // the database's user goes through it
		return nil, err
	}
	build := exec.Command("go", "build", "-trimpath", "-o", p.binary, "./cmd/rundertisch")
	build.Dir = root
	build.Env = append(os.Environ(), "CGO_ENABLED=0") // as make build: one build cache for both
	if out, err := build.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("go build: %w\n%s", err, out)
	}
	if p.addr, p.port, err = freePort(); err != nil {
		return nil, err
	}
	err = p.start()
	return p, err
}

// start starts the program, for the first time or after it was killed.
func (p *program) start() error {
	if err := p.launch(); err != nil {
		return err
	}
	return p.waitReady()
}

// kill ends the program and its database as a power cut would.
func (p *program) kill() error {
	if err := p.cmd.Process.Kill(); err != nil {
		return err
	}
	<-p.ended
	p.cmd = nil
	return nil
}

func freePort() (addr, port string, err error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", "", err
	}
	defer func() { _ = l.Close() }()
	_, port, err = net.SplitHostPort(l.Addr().String())
	return l.Addr().String(), port, err
}

func (p *program) launch() error {
	log, err := os.Create(p.logFile)
	if err != nil {
		return err
	}
	defer func() { _ = log.Close() }()
	modules, err := filepath.Abs(filepath.Join(root, "node_modules"))
	if err != nil {
		return err
	}
	p.cmd = exec.Command(p.binary, "run")
	p.cmd.Dir = p.dir
	p.cmd.Env = append(cleanEnv(), "DEMO=1", "DATA_DIR="+filepath.Join(p.dir, "data"), "LISTEN_ADDR="+p.addr,
		"BASE_URL=http://localhost:"+p.port, "RT_NODE_MODULES="+modules)
	p.cmd.Env = append(p.cmd.Env, p.env...)
	p.cmd.Stdout, p.cmd.Stderr = log, log
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGTERM} // a killed test leaves nothing behind
	if err := p.cmd.Start(); err != nil {
		return err
	}
	go func() { p.ended <- p.cmd.Wait() }()
	return nil
}

// cleanEnv is the environment without what would configure the program.
func cleanEnv() []string {
	var env []string
	for _, pair := range os.Environ() {
		name, _, _ := strings.Cut(pair, "=")
		switch name {
		case "PATH", "HOME", "TMPDIR", "LANG", "TZ", "RT_PG_BIN":
			env = append(env, pair)
		}
	}
	return env
}

func (p *program) waitReady() error {
	deadline := time.Now().Add(readyLimit)
	for time.Now().Before(deadline) {
		select {
		case err := <-p.ended:
			p.cmd = nil
			return fmt.Errorf("the program ended before it was ready: %w\n%s", err, p.logTail())
		case <-time.After(50 * time.Millisecond):
		}
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		r, _ := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+p.addr+"/readyz", http.NoBody)
		res, err := http.DefaultClient.Do(r)
		if err == nil {
			_ = res.Body.Close()
		}
		cancel()
		if err == nil && res.StatusCode == http.StatusOK {
			return nil
		}
	}
	return fmt.Errorf("the program was not ready within %s\n%s", readyLimit, p.logTail())
}

// stop ends the program and removes its folder. It returns what the program
// logged as errors: no test may cause one.
func (p *program) stop() error {
	var problems []error
	if p.cmd != nil && p.cmd.Process != nil {
		_ = p.cmd.Process.Signal(syscall.SIGTERM)
		select {
		case err := <-p.ended:
			if err != nil {
				problems = append(problems, fmt.Errorf("the program ended with %w\n%s", err, p.logTail()))
			}
		case <-time.After(stopLimit):
			_ = p.cmd.Process.Kill()
			problems = append(problems, fmt.Errorf("the program did not stop within %s of SIGTERM\n%s", stopLimit, p.logTail()))
			<-p.ended
		}
		p.cmd = nil
		for _, line := range p.errorLines() {
			problems = append(problems, errors.New("logged by the program: "+line))
		}
	}
	return errors.Join(append(problems, os.RemoveAll(p.dir))...)
}

// errorLines are the errors in the program's log.
func (p *program) errorLines() []string {
	return p.logLines(func(line string) bool { return strings.Contains(line, `"level":"ERROR"`) })
}

func (p *program) logTail() string {
	lines := p.logLines(func(string) bool { return true })
	return strings.Join(lines[max(0, len(lines)-40):], "\n")
}

func (p *program) logLines(keep func(string) bool) []string {
	file, err := os.Open(p.logFile)
	if err != nil {
		return nil
	}
	defer func() { _ = file.Close() }()
	var lines []string
	scanner := bufio.NewScanner(file)
	scanner.Buffer(nil, 1<<20)
	for scanner.Scan() {
		if keep(scanner.Text()) {
			lines = append(lines, scanner.Text())
		}
	}
	return lines
}
