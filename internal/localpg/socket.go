package localpg

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"regexp"
)

const (
	port       = 5432 // only names the socket; nothing listens on TCP
	socketName = ".s.PGSQL.5432"
	maxSocket  = 107 // bytes in sockaddr_un, without the final NUL
)

// plainPath is what neither PostgreSQL nor pgx takes for a list of hosts.
var plainPath = regexp.MustCompile(`^[A-Za-z0-9/._+~-]+$`)

// socketDir is the cluster folder, or a short one of its own where the path
// would be too long or too odd for a socket.
func (p place) socketDir() string {
	if len(p.dir)+1+len(socketName) <= maxSocket && plainPath.MatchString(p.dir) {
		return p.dir
	}
	return "/tmp/rt-" + hash(p.dir)
}

// makeSocketDir makes it. Anybody can guess the name and make a folder in /tmp
// first, so it is used only if it belongs to the server's user.
func (p place) makeSocketDir() (string, error) {
	dir := p.socketDir()
	if dir == p.dir {
		return dir, nil
	}
	if err := os.Mkdir(dir, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return "", fmt.Errorf("make socket folder: %w", err)
	}
	return dir, p.claim(dir)
}
