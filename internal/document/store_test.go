package document_test

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"mime"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"testing/iotest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"rundertisch/internal/document"
	"rundertisch/internal/fault"
)

func folder(t *testing.T) (*document.Store, string) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "files")
	s, err := document.OpenStore(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s, dir
}

func files(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

func TestStoreKeepsFiles(t *testing.T) {
	t.Parallel()
	onDisk, _ := folder(t)
	for name, s := range map[string]*document.Store{"folder": onDisk, "memory": document.MemoryStore()} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx, key, text := t.Context(), uuid.New(), "Anlage zu Öffnungszeiten"
			got, err := s.Put(ctx, key, document.TXT, strings.NewReader(text))
			if err != nil {
				t.Fatal(err)
			}
			sum := sha256.Sum256([]byte(text))
			want := document.Stored{Key: key, Size: int64(len(text)), SHA256: hex.EncodeToString(sum[:]), ContentType: "text/plain"}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("Put (-want +got):\n%s", diff)
			}
			r, err := s.Open(ctx, key)
			if err != nil {
				t.Fatal(err)
			}
			back, err := io.ReadAll(r)
			if err := errors.Join(err, r.Close()); err != nil || string(back) != text {
				t.Errorf("Open gives %q, %v; want %q", back, err, text)
			}
			if _, err := s.Put(ctx, key, document.TXT, strings.NewReader("anderes")); !errors.Is(err, fault.Conflict) {
				t.Errorf("second Put: err = %v, want Conflict", err)
			}
			if err := s.Delete(ctx, key); err != nil {
				t.Errorf("Delete: %v", err)
			}
			if err := s.Delete(ctx, key); !errors.Is(err, fault.NotFound) {
				t.Errorf("second Delete: err = %v, want NotFound", err)
			}
			if _, err := s.Open(ctx, key); !errors.Is(err, fault.NotFound) {
				t.Errorf("Open after Delete: err = %v, want NotFound", err)
			}
		})
	}
}

func TestPutLeavesNothingAfterAFailure(t *testing.T) {
	t.Parallel()
	s, dir := folder(t)
	broken := io.MultiReader(strings.NewReader("Anfang"), iotest.ErrReader(errors.New("line cut")))
	if _, err := s.Put(t.Context(), uuid.New(), document.PDF, broken); err == nil {
		t.Error("Put of a broken upload: no error")
	}
	large := bytes.NewReader(make([]byte, document.MaxFileSize+1))
	_, err := s.Put(t.Context(), uuid.New(), document.PDF, large)
	if fields, ok := fault.AsFields(err); !ok || fields["file"].Key != "document.error.large" {
		t.Errorf("Put of a large file: err = %v, want document.error.large", err)
	}
	if left := files(t, dir); len(left) != 0 {
		t.Errorf("in the folder: %v, want nothing", left)
	}
}

func TestStoreFollowsNoLink(t *testing.T) {
	t.Parallel()
	s, dir := folder(t)
	key := uuid.New()
	if err := os.Symlink("/etc/hostname", filepath.Join(dir, key.String())); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Open(t.Context(), key); !errors.Is(err, fault.NotFound) {
		t.Errorf("Open of a link: err = %v, want NotFound", err)
	}
}

func TestStoreIsPrivate(t *testing.T) {
	t.Parallel()
	s, dir := folder(t)
	key := uuid.New()
	if _, err := s.Put(t.Context(), key, document.TXT, strings.NewReader("a")); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(dir); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("the folder has mode %v, %v; want 0700", info.Mode(), err)
	}
	if diff := cmp.Diff([]string{key.String()}, files(t, dir)); diff != "" {
		t.Errorf("in the folder (-want +got):\n%s", diff)
	}
}

func TestSafeName(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"Anlage 1.pdf":                    "Anlage 1.pdf",
		"Übersicht Görlitz.xlsx":          "Übersicht Görlitz.xlsx",
		"../../etc/passwd":                "passwd",
		`C:\Users\Erika\Brief.docx`:       "Brief.docx",
		"a\r\nBcc: x@y.pdf":               "aBcc_ x@y.pdf",
		"a\u202efdp.exe":                  "afdp.exe",
		`a"b<c>|?*%.txt`:                  "a_b_c_____.txt",
		"CON.txt":                         "_CON.txt",
		" .. ":                            "datei",
		".pdf":                            "datei.pdf",
		"a\x00.pdf":                       "a.pdf",
		"a\xff.pdf":                       "a_.pdf",
		"a. .pdf":                         "a.pdf",
		strings.Repeat("ä", 200) + ".pdf": strings.Repeat("ä", 116) + ".pdf",
	} {
		if got := document.SafeName(name); got != want {
			t.Errorf("SafeName(%q) = %q, want %q", name, got, want)
		}
	}
}

func TestDisposition(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"Anlage 1.pdf":        `attachment; filename="Anlage 1.pdf"; filename*=UTF-8''Anlage%201.pdf`,
		"Öffnungs–zeiten.pdf": `attachment; filename="Oeffnungs-zeiten.pdf"; filename*=UTF-8''%C3%96ffnungs%E2%80%93zeiten.pdf`,
		"Ré漢.pdf":             `attachment; filename="Re_.pdf"; filename*=UTF-8''R%C3%A9%E6%BC%A2.pdf`,
		"a\"; x=\"b@c=d.pdf":  `attachment; filename="a_; x=_b@c=d.pdf"; filename*=UTF-8''a_%3B%20x%3D_b%40c%3Dd.pdf`,
		"a\r\nX-Y: z.pdf":     `attachment; filename="aX-Y_ z.pdf"; filename*=UTF-8''aX-Y_%20z.pdf`,
	} {
		got := document.Disposition(name)
		if got != want {
			t.Errorf("Disposition(%q) =\n%s, want\n%s", name, got, want)
		}
		if kind, params, err := mime.ParseMediaType(got); err != nil && !strings.Contains(err.Error(), "duplicate") {
			t.Errorf("Disposition(%q): %s %v %v", name, kind, params, err)
		}
	}
}

func TestZipHasUniqueNames(t *testing.T) {
	t.Parallel()
	day := time.Date(2026, 4, 16, 12, 0, 0, 0, time.UTC)
	var entries []document.Entry
	for _, name := range []string{"Anlage.pdf", "anlage.PDF", "Anlage (2).pdf", "../Anlage.pdf", "Übersicht.csv"} {
		entries = append(entries, document.Entry{Name: name, Modified: day, Open: func() (io.ReadCloser, error) {
			return io.NopCloser(strings.NewReader("Inhalt von " + name)), nil
		}})
	}
	var out bytes.Buffer
	if err := document.Zip(&out, entries); err != nil {
		t.Fatal(err)
	}
	r, err := zip.NewReader(bytes.NewReader(out.Bytes()), int64(out.Len()))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for i, f := range r.File {
		names = append(names, f.Name)
		content, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		if text, err := io.ReadAll(content); err != nil || string(text) != "Inhalt von "+entries[i].Name {
			t.Errorf("%s holds %q, %v", f.Name, text, err)
		}
	}
	want := []string{"Anlage.pdf", "anlage (2).PDF", "Anlage (2) (2).pdf", "Anlage (3).pdf", "Übersicht.csv"}
	if diff := cmp.Diff(want, names); diff != "" {
		t.Errorf("names (-want +got):\n%s", diff)
	}
}

func TestZipFailsWithItsFile(t *testing.T) {
	t.Parallel()
	gone := errors.New("gone")
	err := document.Zip(io.Discard, []document.Entry{{Name: "a.pdf", Open: func() (io.ReadCloser, error) { return nil, gone }}})
	if !errors.Is(err, gone) {
		t.Errorf("Zip: err = %v, want what Open returned", err)
	}
}

func TestAFullDiskIsUnavailable(t *testing.T) {
	t.Parallel()
	for _, no := range []error{syscall.ENOSPC, syscall.EDQUOT} {
		err := document.Translate(&fs.PathError{Op: "write", Path: "x", Err: no})
		if text, _ := fault.AsText(err); !errors.Is(err, fault.Unavailable) || text.Key != "document.error.full" {
			t.Errorf("%v: %v, want Unavailable with a sentence", no, err)
		}
	}
}
