package localpg

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
)

const (
	logLimit  = 10 << 20 // bytes, checked at each start
	tailLimit = 4 << 10
)

// rotateLog keeps one older log.
func rotateLog(path string) error {
	info, err := os.Lstat(path)
	if errors.Is(err, fs.ErrNotExist) || err == nil && info.Size() < logLimit {
		return nil
	}
	if err != nil {
		return fmt.Errorf("look at log: %w", err)
	}
	if err := os.Rename(path, path+".1"); err != nil {
		return fmt.Errorf("rotate log: %w", err)
	}
	return nil
}

func size(f *os.File) (int64, error) {
	info, err := f.Stat()
	if err != nil {
		return 0, fmt.Errorf("look at log: %w", err)
	}
	return info.Size(), nil
}

// tail returns what was logged from an offset on, its last 4 KB at most, for
// use in an error message.
func tail(path string, from int64) string {
	f, err := os.Open(path)
	if err != nil {
		return err.Error()
	}
	defer f.Close() //nolint:errcheck // read only
	if n, err := size(f); err == nil && n-from > tailLimit {
		from = n - tailLimit
	}
	b, err := io.ReadAll(io.NewSectionReader(f, from, tailLimit))
	if err != nil {
		return err.Error()
	}
	return strings.TrimSpace(string(b))
}
