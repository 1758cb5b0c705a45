package document

import (
	"archive/zip"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"
	"time"
)

// Entry is a file of an archive.
type Entry struct {
	Name     string // made safe and unique by Zip
	Modified time.Time
	Open     func() (io.ReadCloser, error) // called when its turn comes
}

// Zip writes files into one ZIP archive. Names that repeat, in whatever case,
// get a number: "Anlage.pdf", "Anlage (2).pdf". What Open returns is an error
// of Zip.
func Zip(w io.Writer, entries []Entry) error {
	archive := zip.NewWriter(w)
	taken := make(map[string]bool, len(entries))
	for _, e := range entries {
		name := unique(SafeName(e.Name), taken)
		if err := addEntry(archive, name, e); err != nil {
			return fmt.Errorf("zip %q: %w", name, err)
		}
	}
	if err := archive.Close(); err != nil {
		return fmt.Errorf("close zip: %w", err)
	}
	return nil
}

func addEntry(archive *zip.Writer, name string, e Entry) (err error) {
	r, err := e.Open()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	to, err := archive.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: e.Modified})
	if err != nil {
		return err
	}
	_, err = io.Copy(to, r)
	return err
}

// unique returns the name, with a number if it is taken, and takes it.
func unique(name string, taken map[string]bool) string {
	ending := path.Ext(name)
	stem, free := strings.TrimSuffix(name, ending), name
	for n := 2; taken[strings.ToLower(free)]; n++ {
		free = fmt.Sprintf("%s (%d)%s", stem, n, ending)
	}
	taken[strings.ToLower(free)] = true
	return free
}
