package localpg

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// fakeServer makes a folder with an initdb and a postgres that knows its
// version and nothing else.
func fakeServer(t *testing.T, dir, version string) string {
	t.Helper()
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	for name, script := range map[string]string{
		"postgres": fmt.Sprintf("#!/bin/sh\necho 'postgres (PostgreSQL) %s'\n", version),
		"initdb":   "#!/bin/sh\nexit 1\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(script), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// search prepares a world in which the only servers are those below root.
func search(t *testing.T) (root string, p place) {
	t.Helper()
	root = newDir(t)
	if err := os.Chmod(root, 0o755); err != nil {
		t.Fatal(err)
	}
	before := systemDirs
	systemDirs = []string{filepath.Join(root, "lib/*/bin")}
	t.Cleanup(func() { systemDirs = before })
	t.Setenv("PATH", filepath.Join(root, "path"))
	p, err := locate(filepath.Join(root, "pg"))
	if err != nil {
		t.Fatal(err)
	}
	if err := p.prepare(); err != nil {
		t.Fatal(err)
	}
	return root, p
}

func TestFind(t *testing.T) {
	root, p := search(t)
	fakeServer(t, filepath.Join(root, "lib/9/bin"), "9.6.24")
	old := fakeServer(t, filepath.Join(root, "lib/14/bin"), "14.19")
	fifteen := fakeServer(t, filepath.Join(root, "lib/15/bin"), "15.20 (Debian 15.20-0+deb12u1)")
	eighteen := fakeServer(t, filepath.Join(root, "lib/18/bin"), "18beta2")
	seventeen := fakeServer(t, filepath.Join(root, "path"), "17.9")
	newer17 := fakeServer(t, filepath.Join(root, "lib/17/bin"), "17.10")
	broken := fakeServer(t, filepath.Join(root, "lib/99/bin"), "a lot")

	for _, tc := range []struct {
		name   string
		binDir string
		major  int
		want   string
		fault  string
	}{
		{name: "newest", want: eighteen},
		{name: "major of the data", major: 15, want: fifteen},
		{name: "newest minor of that major", major: 17, want: newer17},
		{name: "named folder", binDir: seventeen, want: seventeen},
		{name: "major not there", major: 16, fault: "postgresql-16"},
		{name: "named folder of another major", binDir: eighteen, major: 15, fault: "written by PostgreSQL 15"},
		{name: "named folder too old", binDir: old, fault: "version 14.19"},
		{name: "named folder unknown", binDir: broken, fault: "a lot"},
		{name: "named folder empty", binDir: root, fault: "Debian package postgresql ("},
	} {
		b, err := find(context.Background(), Options{BinDir: tc.binDir}, p, tc.major)
		switch {
		case tc.fault == "" && (err != nil || b.dir != tc.want):
			t.Errorf("%s: %s, %v; want %s", tc.name, b.dir, err, tc.want)
		case tc.fault != "" && (err == nil || !strings.Contains(err.Error(), tc.fault)):
			t.Errorf("%s: %s, %v; want an error with %q", tc.name, b.dir, err, tc.fault)
		}
	}
}

func TestNothingFoundNamesThePackage(t *testing.T) {
	root, p := search(t)
	_, err := find(context.Background(), Options{NPMRoot: root}, p, 0)
	if err == nil || !strings.Contains(err.Error(), "install the Debian package postgresql (") {
		t.Errorf("got %v", err)
	}
}

func TestSearchFollowsLinksAndSkipsTheWorkingFolder(t *testing.T) {
	root, _ := search(t)
	server := fakeServer(t, filepath.Join(root, "lib/15/bin"), "15.1")
	local := filepath.Join(root, "local")
	if err := os.Mkdir(local, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(filepath.Join(server, "postgres"), filepath.Join(local, "postgres")); err != nil {
		t.Fatal(err)
	}
	fakeServer(t, filepath.Join(root, "cwd"), "99.1")
	t.Chdir(filepath.Join(root, "cwd"))
	if got := searchDirs(":.:" + local + ":" + server); len(got) != 1 || got[0] != server {
		t.Errorf("got %v, want %s once", got, server)
	}
}

func TestDataOfAnotherMajor(t *testing.T) {
	dir := madeDir(t)
	p, err := locate(dir)
	if err != nil {
		t.Fatal(err)
	}
	writeAs(t, p, filepath.Join(p.data(), "PG_VERSION"), "12\n")
	_, err = Start(context.Background(), fastIn(dir))
	if err == nil || !strings.Contains(err.Error(), "postgresql-12") {
		t.Errorf("got %v, want the package postgresql-12 named", err)
	}
}
