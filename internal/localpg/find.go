package localpg

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"
)

const minMajor = 15

// binaries is an installed PostgreSQL server.
type binaries struct {
	dir     string // holds initdb and postgres
	major   int
	minor   int
	version string
}

var versionText = regexp.MustCompile(`\(PostgreSQL\) (([0-9]+)(?:\.([0-9]+))?\S*)`)

// find returns the newest server, or, once data exist, the newest of their
// major version. npm's package is asked last.
func find(ctx context.Context, o Options, p place, major int) (binaries, error) {
	var tried []string
	var best binaries
	consider := func(dir string) {
		b, err := inspect(ctx, p, dir)
		switch {
		case err != nil:
			tried = append(tried, fmt.Sprintf("%s: %v", dir, err))
		case b.major < minMajor || major != 0 && b.major != major:
			tried = append(tried, dir+": version "+b.version)
		case best.dir == "" || b.major > best.major || b.major == best.major && b.minor > best.minor:
			best = b
		}
	}
	if o.BinDir != "" {
		dir, err := filepath.Abs(o.BinDir)
		if err != nil {
			return best, fmt.Errorf("folder of PostgreSQL: %w", err)
		}
		consider(dir)
		if best.dir == "" {
			return best, notFound(p, major, tried)
		}
		return best, nil
	}
	for _, dir := range searchDirs(os.Getenv("PATH")) {
		consider(dir)
	}
	if best.dir != "" {
		return best, nil
	}
	if dir, err := npmBinaries(o.NPMRoot, p); err != nil {
		tried = append(tried, err.Error())
	} else if dir != "" {
		consider(dir)
	}
	if err := ctx.Err(); err != nil { // stopped while looking
		return best, fmt.Errorf("look for PostgreSQL: %w", err)
	}
	if best.dir == "" {
		return best, notFound(p, major, tried)
	}
	return best, nil
}

// systemDirs are searched besides PATH; a test may empty them.
var systemDirs = []string{"/usr/lib/postgresql/*/bin", "/usr/local/bin"}

// searchDirs returns every folder with a postgres in it, links resolved, each
// once.
func searchDirs(path string) []string {
	var all []string
	for _, dir := range filepath.SplitList(path) {
		if filepath.IsAbs(dir) { // never run what lies in the working directory
			all = append(all, dir)
		}
	}
	for _, pattern := range systemDirs {
		matches, _ := filepath.Glob(pattern) // its only error is a bad pattern
		all = append(all, matches...)
	}
	var found []string
	seen := map[string]bool{}
	for _, dir := range all {
		target, err := filepath.EvalSymlinks(filepath.Join(dir, "postgres"))
		if err != nil {
			continue
		}
		if withInitdb := filepath.Dir(target); isFile(filepath.Join(withInitdb, "initdb")) {
			dir = withInitdb
		}
		if !seen[dir] {
			seen[dir] = true
			found = append(found, dir)
		}
	}
	return found
}

// inspect runs "postgres --version" as the server's user, which also shows
// that this user can.
func inspect(ctx context.Context, p place, dir string) (binaries, error) {
	if !isFile(filepath.Join(dir, "initdb")) {
		return binaries{}, errors.New("no initdb beside postgres")
	}
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	cmd := exec.CommandContext(ctx, filepath.Join(dir, "postgres"), "--version")
	p.confine(cmd)
	out, err := cmd.Output()
	if err != nil {
		return binaries{}, fmt.Errorf("user %s cannot run it: %w", p.user, err)
	}
	m := versionText.FindStringSubmatch(string(out))
	if m == nil {
		return binaries{}, fmt.Errorf("unknown version %q", strings.TrimSpace(string(out)))
	}
	b := binaries{dir: dir, version: m[1]}
	if b.major, err = strconv.Atoi(m[2]); err != nil {
		return binaries{}, fmt.Errorf("version %q: %w", m[1], err)
	}
	if m[3] != "" {
		if b.minor, err = strconv.Atoi(m[3]); err != nil {
			return binaries{}, fmt.Errorf("version %q: %w", m[1], err)
		}
	}
	return b, nil
}

func notFound(p place, major int, tried []string) error {
	looked := "nothing that looks like one"
	if len(tried) > 0 {
		looked = strings.Join(tried, "; ")
	}
	if major != 0 {
		return fmt.Errorf("the data in %s were written by PostgreSQL %d, and no PostgreSQL %d was found: "+
			"install the Debian package postgresql-%d (found: %s)", p.dir, major, major, major, looked)
	}
	return fmt.Errorf("no PostgreSQL %d or newer was found: install the Debian package postgresql (found: %s)", minMajor, looked)
}

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}
