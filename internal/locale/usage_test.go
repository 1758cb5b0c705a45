package locale

import (
	"io/fs"
	"os"
	"regexp"
	"strings"
	"sync"
	"testing"
)

// source is one file that may hold keys.
type source struct {
	path string
	text string
}

// sources are all hand-written Go and templ files of the repository, tests
// aside: a text that only a test uses is not used.
var sources = sync.OnceValues(func() ([]source, error) {
	var list []source
	root := os.DirFS("../..")
	err := fs.WalkDir(root, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			switch d.Name() {
			case "node_modules", ".git", "var", "bin", "dist":
				return fs.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(path, ".templ") && !strings.HasSuffix(path, ".go") ||
			strings.HasSuffix(path, "_templ.go") || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		data, err := fs.ReadFile(root, path)
		list = append(list, source{path: path, text: string(data)})
		return err
	})
	return list, err
})

var (
	// keyUse finds calls with a literal key; the second group holds a + when
	// the key goes on.
	keyUse = regexp.MustCompile(
		`(?:locale\.[TN]\(\s*[^,"()]+(?:\([^)]*\))?,|[pP]rinter\.[TN]\(|fault\.Explain\([^,"]+,|fault\.Text\{(?:Key:)?|` +
			`fault\.Field\("[^"]*",|\b(?:f|fields|faults|errs)\.Add\("[^"]*",)\s*"([^"]+)"(\s*\+)?`)
	literal = regexp.MustCompile(`"([a-z0-9_]+(?:\.[a-z0-9_]+)+)"`)
	prefix  = regexp.MustCompile(`"([a-z0-9_]+\.(?:[a-z0-9_]+\.)*)"`)
)

func TestNoKeyIsMissing(t *testing.T) {
	t.Parallel()
	files, err := sources()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		for _, m := range keyUse.FindAllStringSubmatch(f.text, -1) {
			key, goesOn := m[1], m[2] != ""
			switch {
			case goesOn && dynamicPrefixes[key] == "":
				t.Errorf("%s: builds keys from %q; please list it in internal/locale/prefixes_test.go with the reason", f.path, key)
			case !goesOn && loaded().texts[German][key] == nil:
				t.Errorf("%s: no text for %q in internal/locale/texts", f.path, key)
			}
		}
	}
}

func TestNoKeyIsUnused(t *testing.T) {
	t.Parallel()
	files, err := sources()
	if err != nil {
		t.Fatal(err)
	}
	used, prefixes := map[string]bool{}, map[string]bool{}
	for _, f := range files {
		for _, m := range literal.FindAllStringSubmatch(f.text, -1) {
			used[m[1]] = true
		}
		for _, m := range prefix.FindAllStringSubmatch(f.text, -1) {
			prefixes[m[1]] = true
		}
	}
	for p := range dynamicPrefixes {
		if !prefixes[p] {
			t.Errorf("prefixes_test.go: no code holds %q any more", p)
		}
	}
	for key := range loaded().texts[German] {
		if !used[key] && !builtAtRunTime(key) {
			t.Errorf("%s: no code uses this text; delete it or list its prefix in prefixes_test.go", key)
		}
	}
}

func builtAtRunTime(key string) bool {
	for p := range dynamicPrefixes {
		if strings.HasPrefix(key, p) {
			return true
		}
	}
	return false
}
