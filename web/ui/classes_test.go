package ui

import (
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strings"
	"testing"

	"rundertisch/web/static"
)

var (
	classUse = regexp.MustCompile(`\b(?:kern|app)-[a-z0-9]+(?:(?:-|--|__|_)[a-z0-9]+)*(?:--?)?`)
	quoted   = regexp.MustCompile("\"[^\"\n]*\"|`[^`]*`")
)

// noClass are words that look like a class and are none.
var noClass = map[string]bool{
	"kern-theme": true, // data-kern-theme
	"kern-ux":    true,
}

// TestEveryClassExists compares the classes in all templates with the built
// style sheet, which leaves out most of KERN's utilities. A class that is
// missing is a typing error or must be kept in tools/assets/kern.go.
func TestEveryClassExists(t *testing.T) {
	t.Parallel()
	if err := static.Check(); err != nil {
		t.Fatal(err)
	}
	w := httptest.NewRecorder()
	static.Handler().ServeHTTP(w, httptest.NewRequest("GET", static.URL("app.css"), http.NoBody))
	data, err := io.ReadAll(w.Body)
	if err != nil {
		t.Fatal(err)
	}
	css := string(data)
	for path, classes := range usedClasses(t) {
		for class := range classes {
			if noClass[class] {
				continue
			}
			if strings.HasSuffix(class, "-") { // completed at run time
				if !strings.Contains(css, "."+class) {
					t.Errorf("%s: no class begins with %s", path, class)
				}
				continue
			}
			if !regexp.MustCompile(`\.` + class + `([^a-z0-9_-]|$)`).MatchString(css) {
				t.Errorf("%s: class %s is not in the style sheet (run `make assets`; see tools/assets/kern.go)", path, class)
			}
		}
	}
}

func usedClasses(t *testing.T) map[string]map[string]bool {
	t.Helper()
	out := map[string]map[string]bool{}
	root := os.DirFS("..")
	err := fs.WalkDir(root, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasSuffix(path, "_templ.go") || strings.HasSuffix(path, "_test.go") ||
			!strings.HasSuffix(path, ".templ") && !strings.HasSuffix(path, ".go") {
			return err
		}
		data, err := fs.ReadFile(root, path)
		for _, text := range quoted.FindAllString(string(data), -1) {
			for _, class := range classUse.FindAllString(text, -1) {
				if out[path] == nil {
					out[path] = map[string]bool{}
				}
				out[path][class] = true
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}
