package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"

	"rundertisch/internal/demo"
	"rundertisch/internal/localpg"
)

// who measures: not an admin, of one district.
const (
	who  = "koordination@goerlitz.example"
	home = "14626"
)

// place is all that runs during the measurement.
type place struct {
	dir     string
	cluster *localpg.Cluster
	site    *process
	token   string // of the session
	version string // of the database
	rows    int    // activities in the programme
	own     int    // and in the district of who
}

func (p *place) String() string {
	return fmt.Sprintf("PostgreSQL %s, %d activities, %d of them in the district of %s", p.version, p.rows, p.own, who)
}

// setUp starts a durable cluster, fills it and starts the site. The place is
// never nil: what was started has to be closed.
func setUp(ctx context.Context, o options) (*place, error) {
	p := &place{}
	dir, err := os.MkdirTemp("", "rt-bench-")
	if err != nil {
		return p, err
	}
	p.dir = dir
	if err := os.Chmod(dir, 0o755); err != nil { // the database's user goes through it
		return p, err
	}
	binary := filepath.Join(dir, "rundertisch")
	build := exec.CommandContext(ctx, "go", "build", "-trimpath", "-o", binary, "./cmd/rundertisch")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		return p, fmt.Errorf("go build: %w\n%s", err, out)
	}
	p.cluster, err = localpg.Start(ctx, localpg.Options{Dir: filepath.Join(dir, "pg"), BinDir: os.Getenv("RT_PG_BIN"), NPMRoot: "var/npm"})
	if err != nil {
		return p, err
	}
	env := p.env("127.0.0.1:0")
	for _, args := range [][]string{{"migrate", "up"}, {"seed", "demo"}} {
		cmd := exec.CommandContext(ctx, binary, args...)
		cmd.Env = env
		if out, err := cmd.CombinedOutput(); err != nil {
			return p, fmt.Errorf("rundertisch %s: %w\n%s", strings.Join(args, " "), err, out)
		}
	}
	if err := p.grow(ctx, o.rows); err != nil {
		return p, fmt.Errorf("add activities: %w", err)
	}
	if p.site, err = p.serve(ctx, binary); err != nil {
		return p, err
	}
	p.token, err = signIn(p.site.addr)
	return p, err
}

// env is the environment of the site.
func (p *place) env(addr string) []string {
	_, port, _ := net.SplitHostPort(addr)
	return []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + os.Getenv("HOME"), "DEMO=1", "DATA_DIR=" + p.dir, "LISTEN_ADDR=" + addr,
		"BASE_URL=http://localhost:" + port, "DATABASE_URL=" + p.cluster.URL(localpg.App, localpg.Database),
		"MIGRATE_DATABASE_URL=" + p.cluster.URL(localpg.Owner, localpg.Database),
	}
}

func (p *place) serve(ctx context.Context, binary string) (*process, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	addr := l.Addr().String()
	_ = l.Close()
	cmd := exec.Command(binary, "serve")
	cmd.Env = p.env(addr)
	s, err := start(cmd, filepath.Join(p.dir, "site.log"))
	if err != nil {
		return nil, err
	}
	s.addr = addr
	err = s.waitReady(ctx)
	return s, err
}

// close stops what runs and removes what was written.
func (p *place) close() error {
	var errs []error
	if p.site != nil {
		errs = append(errs, p.site.stop())
	}
	if p.cluster != nil {
		errs = append(errs, p.cluster.Stop())
	}
	if p.dir != "" {
		errs = append(errs, os.RemoveAll(p.dir))
	}
	return errors.Join(errs...)
}

// super connects as the superuser of the private cluster.
func (p *place) super(ctx context.Context) (*pgx.Conn, error) {
	return pgx.Connect(ctx, p.cluster.URL(localpg.Superuser, localpg.Database))
}

// signIn returns the token of a session of who.
func signIn(addr string) (string, error) { return signInAs(addr, who) }

// signInAs returns the token of a session of somebody.
func signInAs(addr, email string) (string, error) {
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	form := url.Values{"email": {email}, "password": {demo.Password}}
	r, err := http.NewRequest(http.MethodPost, "http://"+addr+"/anmelden", strings.NewReader(form.Encode()))
	if err != nil {
		return "", err
	}
	r.Host = "localhost"
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	res, err := client.Do(r)
	if err != nil {
		return "", fmt.Errorf("sign in: %w", err)
	}
	_ = res.Body.Close()
	for _, c := range res.Cookies() {
		if c.Name == "rt" {
			return c.Value, nil
		}
	}
	return "", fmt.Errorf("sign in as %s: %s", email, res.Status)
}

// process is a child that serves.
type process struct {
	cmd   *exec.Cmd
	addr  string
	log   string
	ended chan error
}

func start(cmd *exec.Cmd, logFile string) (*process, error) {
	log, err := os.Create(logFile)
	if err != nil {
		return nil, err
	}
	defer func() { _ = log.Close() }()
	if cmd.Stdout == nil {
		cmd.Stdout = log
	}
	cmd.Stderr = log
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGTERM}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	s := &process{cmd: cmd, log: logFile, ended: make(chan error, 1)}
	go func() { s.ended <- cmd.Wait() }()
	return s, nil
}

func (s *process) waitReady(ctx context.Context) error {
	for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		r, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+s.addr+"/readyz", http.NoBody)
		if err != nil {
			return err
		}
		if res, err := http.DefaultClient.Do(r); err == nil {
			_ = res.Body.Close()
			if res.StatusCode == http.StatusOK {
				return nil
			}
		}
	}
	text, _ := os.ReadFile(s.log)
	return fmt.Errorf("%s is not ready\n%s", s.cmd.Path, text)
}

func (s *process) stop() error {
	_ = s.cmd.Process.Signal(syscall.SIGTERM)
	select {
	case <-s.ended:
		return nil
	case <-time.After(30 * time.Second):
		_ = s.cmd.Process.Kill()
		<-s.ended
		return fmt.Errorf("%s did not stop", s.cmd.Path)
	}
}

// forgetPeak makes VmHWM begin anew: a sign-in takes 64 MB for the hash of the
// password, which is not what is to be measured.
func (s *process) forgetPeak() error {
	return os.WriteFile(fmt.Sprintf("/proc/%d/clear_refs", s.cmd.Process.Pid), []byte("5"), 0)
}

// residentMB returns a line of the process's memory: VmRSS now, VmHWM at most.
func (s *process) residentMB(line string) (float64, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.cmd.Process.Pid))
	if err != nil {
		return 0, err
	}
	for l := range strings.Lines(string(text)) {
		if rest, found := strings.CutPrefix(l, line+":"); found {
			kb, err := strconv.ParseFloat(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(rest), "kB")), 64)
			return kb / 1024, err
		}
	}
	return 0, fmt.Errorf("no %s in /proc/%d/status", line, s.cmd.Process.Pid)
}
