package localpg

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// helperDir in the environment turns the test binary into an application that
// runs the cluster of that folder until its standard input ends.
const helperDir = "LOCALPG_TEST_DIR"

func TestMain(m *testing.M) {
	if dir := os.Getenv(helperDir); dir != "" {
		os.Exit(beApplication(dir))
	}
	code := m.Run()
	if made != "" {
		if err := os.RemoveAll(made); err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = 1
		}
	}
	os.Exit(code)
}

func beApplication(dir string) int {
	signal.Ignore(syscall.SIGINT)                            // so that only the server could die of a ^C
	c, err := Start(context.Background(), Options{Dir: dir}) // durable: what is committed must be on disk
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	fmt.Println(c.PID(), c.URL(Owner, Database))
	if _, err := io.Copy(io.Discard, os.Stdin); err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
	if err := c.Stop(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

// application is another process that owns a cluster.
type application struct {
	cmd    *exec.Cmd
	stdin  io.Closer
	server int // pid of its PostgreSQL
	url    string
}

func startApplication(t *testing.T, dir string) *application {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), helperDir+"="+dir)
	cmd.Stderr = os.Stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	a := &application{cmd: cmd, stdin: stdin}
	t.Cleanup(func() {
		a.stop(t)
		// Were the server an orphan, against all tests, it must not stay.
		if cwd, err := os.Readlink(fmt.Sprintf("/proc/%d/cwd", a.server)); err == nil && strings.HasPrefix(cwd, dir+"/data") {
			mustKill(t, a.server)
		}
	})
	line, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		t.Fatalf("application says nothing: %v", err)
	}
	pid, url, _ := strings.Cut(strings.TrimSpace(line), " ")
	if a.server, err = strconv.Atoi(pid); err != nil {
		t.Fatal(err)
	}
	a.url = url
	return a
}

// stop lets the application end as on a normal shutdown.
func (a *application) stop(t *testing.T) {
	t.Helper()
	if a.cmd.ProcessState != nil {
		return
	}
	a.stdin.Close()
	if err := a.cmd.Wait(); err != nil {
		t.Errorf("application: %v", err)
	}
}

// kill is kill -9, of the server too if asked for.
func (a *application) kill(t *testing.T, serverToo bool) {
	t.Helper()
	if serverToo {
		mustKill(t, a.server)
	}
	mustKill(t, a.cmd.Process.Pid)
	a.cmd.Wait() // it was killed
}

func mustKill(t *testing.T, pid int) {
	t.Helper()
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
		t.Fatalf("kill %d: %v", pid, err)
	}
}

// newDir is not t.TempDir: the user postgres cannot enter that.
func newDir(t testing.TB) string {
	t.Helper()
	dir, err := os.MkdirTemp("/tmp", "rtpg")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	return dir
}

// made is a stopped cluster, made once.
var made string

// madeDir is a folder with a stopped cluster of its own: a copy takes a tenth
// of the time of initdb.
func madeDir(t *testing.T) string {
	t.Helper()
	if made == "" {
		dir, err := os.MkdirTemp("/tmp", "rtpg")
		if err != nil {
			t.Fatal(err)
		}
		made = dir
		mustStop(t, mustStart(t, fastIn(dir)))
	}
	dir := newDir(t)
	if out, err := exec.Command("cp", "-a", made+"/.", dir).CombinedOutput(); err != nil {
		t.Fatalf("copy cluster: %v\n%s", err, out)
	}
	return dir
}

// mustStart starts a cluster and stops it at the end of the test, unless the
// test has done so.
func mustStart(t testing.TB, o Options) *Cluster {
	t.Helper()
	c, err := Start(context.Background(), o)
	if err != nil {
		t.Fatalf("start: %v", err)
	}
	t.Cleanup(func() { c.Stop() }) // tests of Stop call it themselves
	return c
}

func fastIn(dir string) Options { return Options{Dir: dir, Fast: true} }

func mustStop(t testing.TB, c *Cluster) {
	t.Helper()
	if err := c.Stop(); err != nil {
		t.Errorf("stop: %v", err)
	}
}

func connectTo(t testing.TB, url string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(context.Background(), url)
	if err != nil {
		t.Fatalf("connect: %v", err)
	}
	t.Cleanup(func() { conn.Close(context.Background()) }) // the server may be dead
	return conn
}

func mustExec(t testing.TB, conn *pgx.Conn, sql string) {
	t.Helper()
	if _, err := conn.Exec(context.Background(), sql); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
}

// ask returns one value as text.
func ask(t testing.TB, conn *pgx.Conn, sql string) string {
	t.Helper()
	var s string
	if err := conn.QueryRow(context.Background(), sql).Scan(&s); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return s
}

// waitGone waits until a process that is no child of ours has ended. A zombie
// that PID 1 has not reaped yet has ended, too.
func waitGone(t *testing.T, pid int) {
	t.Helper()
	for range 500 {
		b, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
		if err != nil {
			return
		}
		if _, after, _ := strings.Cut(string(b), ") "); strings.HasPrefix(after, "Z") {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Errorf("process %d still runs", pid)
}

func isRoot() bool { return os.Geteuid() == 0 }
