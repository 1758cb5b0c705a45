package localpg

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// replacements is where clusters live whose folder the server's user cannot
// enter. Root owns it; a test may move it.
var replacements = "/var/lib/rundertisch"

// place is a cluster folder together with the user who runs its server.
type place struct {
	asked string // absolute path from Options
	dir   string // the folder in use
	user  string
	uid   int
	gid   int
	cred  *syscall.Credential // nil: the server runs as we do
}

func (p place) data() string { return filepath.Join(p.dir, "data") }
func (p place) log() string  { return filepath.Join(p.dir, "log") }

// Folder returns the folder that Start and Attach use for dir: dir itself as
// an absolute path, or its replacement under /var/lib/rundertisch. It makes
// nothing.
func Folder(dir string) (string, error) {
	p, err := locate(dir)
	return p.dir, err
}

// locate finds folder and user. Start and Attach must come to the same answer,
// so it depends on nothing but the file system, and data that exist win.
func locate(dir string) (place, error) {
	asked, err := realPath(dir)
	if err != nil {
		return place{}, err
	}
	p := place{asked: asked, dir: asked, uid: os.Geteuid(), gid: os.Getegid()}
	if p.uid != 0 {
		p.user = "uid " + strconv.Itoa(p.uid)
		return p, nil
	}
	replacement := filepath.Join(replacements, hash(asked))
	if !hasData(asked) && hasData(replacement) {
		p.dir = replacement
	}
	if err := p.chooseUser(); err != nil {
		return place{}, err
	}
	closed, err := closedTo(filepath.Dir(p.dir), p.uid, p.gid)
	if err != nil {
		return place{}, err
	}
	if closed == "" {
		return p, nil
	}
	if hasData(p.dir) {
		return place{}, fmt.Errorf("database folder %s: user %s, who owns the data, cannot enter %s", p.dir, p.user, closed)
	}
	p.dir = replacement
	return p, nil
}

// chooseUser takes the owner of existing data, else "postgres", else "nobody".
// A cluster made as nobody must not break when Debian's package later brings
// the user postgres.
func (p *place) chooseUser() error {
	if info, err := os.Lstat(filepath.Join(p.data(), "PG_VERSION")); err == nil {
		p.uid, p.gid = owner(info)
		if p.uid == 0 {
			return fmt.Errorf("data in %s belong to root, whom PostgreSQL refuses: chown -R postgres: %s", p.dir, p.dir)
		}
		p.user = "uid " + strconv.Itoa(p.uid)
	} else {
		u, err := user.Lookup("postgres")
		if err != nil {
			u, err = user.Lookup("nobody")
		}
		if err != nil {
			return fmt.Errorf("PostgreSQL refuses to run as root, and there is neither a user postgres nor nobody: %w", err)
		}
		uid, errUID := strconv.Atoi(u.Uid)
		gid, errGID := strconv.Atoi(u.Gid)
		if err := errors.Join(errUID, errGID); err != nil {
			return fmt.Errorf("read ids of user %s: %w", u.Username, err)
		}
		p.user, p.uid, p.gid = u.Username, uid, gid
	}
	p.cred = &syscall.Credential{Uid: uint32(p.uid), Gid: uint32(p.gid)} // ids of the system are not negative
	return nil
}

// prepare makes the folder, 0700 and owned by the server's user.
func (p place) prepare() error {
	if err := p.refuseForeign(); err != nil {
		return err
	}
	if err := makeParents(filepath.Dir(p.dir)); err != nil {
		return fmt.Errorf("make database folder: %w", err)
	}
	if err := os.Mkdir(p.dir, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("make database folder: %w", err)
	}
	return p.claim(p.dir)
}

// claim makes a folder private to the server's user.
func (p place) claim(dir string) error {
	info, err := os.Lstat(dir)
	if err != nil {
		return fmt.Errorf("look at folder: %w", err)
	}
	uid, _ := owner(info)
	if !info.IsDir() || uid != p.uid && (p.cred == nil || uid != 0) {
		return fmt.Errorf("%s is not a folder of user %s", dir, p.user)
	}
	if uid != p.uid {
		if err := os.Lchown(dir, p.uid, p.gid); err != nil {
			return fmt.Errorf("give folder to user %s: %w", p.user, err)
		}
	}
	if info.Mode().Perm() == 0o700 {
		return nil
	}
	if err := os.Chmod(dir, 0o700); err != nil {
		return fmt.Errorf("close folder to others: %w", err)
	}
	return nil
}

// refuseForeign keeps us from taking over a folder that holds something else.
func (p place) refuseForeign() error {
	entries, err := os.ReadDir(p.dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("read database folder: %w", err)
	}
	for _, e := range entries {
		if e.Name() == "lock" || e.Name() == "data" {
			return nil
		}
	}
	if len(entries) > 0 {
		return fmt.Errorf("database folder %s holds other files (%s, ...) and no cluster: choose an empty one", p.dir, entries[0].Name())
	}
	return nil
}

// major returns the major version of the data, 0 if there are none.
func (p place) major() (int, error) {
	b, err := os.ReadFile(filepath.Join(p.data(), "PG_VERSION"))
	if errors.Is(err, fs.ErrNotExist) {
		if _, err := os.Lstat(p.data()); err == nil {
			return 0, fmt.Errorf("%s exists but holds no database (no PG_VERSION): move it away", p.data())
		}
		return 0, nil
	}
	if err != nil {
		return 0, fmt.Errorf("read version of the data: %w", err)
	}
	major, err := strconv.Atoi(strings.TrimSpace(string(b)))
	if err != nil {
		return 0, fmt.Errorf("read version of the data in %s: %w", p.data(), err)
	}
	return major, nil
}

func hasData(dir string) bool {
	_, err := os.Lstat(filepath.Join(dir, "data", "PG_VERSION"))
	return err == nil
}

// realPath returns dir absolute and without symbolic links, though it need not
// exist yet: two names of one folder must have one hash and one lock.
func realPath(dir string) (string, error) {
	if dir == "" {
		return "", errors.New("no database folder given")
	}
	abs, err := filepath.Abs(dir)
	if err != nil {
		return "", fmt.Errorf("database folder: %w", err)
	}
	existing, rest := abs, ""
	for {
		target, err := filepath.EvalSymlinks(existing)
		if err == nil {
			return filepath.Join(target, rest), nil
		}
		if !errors.Is(err, fs.ErrNotExist) || existing == "/" {
			return "", fmt.Errorf("database folder %s: %w", abs, err)
		}
		rest = filepath.Join(filepath.Base(existing), rest)
		existing = filepath.Dir(existing)
	}
}

// closedTo returns the first folder on the way to dir that the user cannot
// enter, "" if all are open. Folders that do not exist count as open, since
// makeParents makes them so. It reads mode bits, not access control lists.
func closedTo(dir string, uid, gid int) (string, error) {
	if dir != "/" {
		if closed, err := closedTo(filepath.Dir(dir), uid, gid); closed != "" || err != nil {
			return closed, err
		}
	}
	info, err := os.Stat(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("look at the way to the database folder: %w", err)
	}
	need := fs.FileMode(0o001)
	switch u, g := owner(info); {
	case u == uid:
		need = 0o100
	case g == gid:
		need = 0o010
	}
	if info.Mode().Perm()&need == 0 {
		return dir, nil
	}
	return "", nil
}

// makeParents is MkdirAll, but lets others pass through what it makes even
// under a strict umask.
func makeParents(dir string) error {
	if _, err := os.Stat(dir); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := makeParents(filepath.Dir(dir)); err != nil {
		return err
	}
	if err := os.Mkdir(dir, 0o755); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	info, err := os.Stat(dir)
	if err != nil {
		return err
	}
	return os.Chmod(dir, info.Mode().Perm()|0o111)
}

func owner(info fs.FileInfo) (uid, gid int) {
	st, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return -1, -1
	}
	return int(st.Uid), int(st.Gid)
}

func hash(path string) string {
	sum := sha256.Sum256([]byte(path))
	return hex.EncodeToString(sum[:6])
}
