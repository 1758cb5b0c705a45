package importorder

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// trees are the folders with code of ours.
var trees = []string{"cmd", "internal", "web", "migrations", "e2e", "tools"}

// TestImportOrder walks every Go file of the repository.
func TestImportOrder(t *testing.T) {
	t.Parallel()
	root := filepath.Join("..", "..")
	files := 0
	for _, tree := range trees {
		if _, err := os.Stat(filepath.Join(root, tree)); err != nil {
			continue // not built yet
		}
		err := filepath.WalkDir(filepath.Join(root, tree), func(name string, d fs.DirEntry, err error) error {
			switch {
			case err != nil:
				return err
			case d.IsDir() && (d.Name() == "node_modules" || d.Name() == "testdata" || strings.HasPrefix(d.Name(), ".dist")):
				return fs.SkipDir
			case d.IsDir() || !strings.HasSuffix(name, ".go"):
				return nil
			}
			files++
			return checkFile(t, root, name)
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if files < 10 {
		t.Errorf("read %d files: this is not the repository", files)
	}
}

func checkFile(t *testing.T, root, name string) error {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly)
	if err != nil {
		return err
	}
	rel, err := filepath.Rel(root, name)
	if err != nil {
		return err
	}
	rel = filepath.ToSlash(rel)
	for _, spec := range file.Imports {
		imported, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			return err
		}
		to, ours := strings.CutPrefix(imported, module)
		e := edge{from: path.Dir(rel), to: to, ours: ours, test: strings.HasSuffix(rel, "_test.go")}
		if wrong := check(e); wrong != "" {
			t.Errorf("%s imports %s: %s", rel, imported, wrong)
		}
	}
	return nil
}

// TestRules shows that each rule bites and where it ends.
func TestRules(t *testing.T) {
	t.Parallel()
	const pgx, river = "github.com/jackc/pgx/v5", "github.com/riverqueue/river"
	for _, tc := range []struct {
		from, to string
		test     bool
		ok       bool
	}{
		// 1. cmd
		{from: "cmd/rundertisch", to: "rundertisch/web/server", ok: true},
		{from: "cmd/rundertisch", to: river, ok: true},
		{from: "web/server", to: "rundertisch/cmd/rundertisch"},
		{from: "cmd/rundertisch", to: "rundertisch/tools/assets"},
		{from: "cmd/rundertisch", to: "rundertisch/internal/testdb"},
		// 2. the line
		{from: "internal/db", to: "rundertisch/internal/access", ok: true},
		{from: "internal/access", to: "rundertisch/internal/db"},
		{from: "internal/mail", to: "rundertisch/internal/job", ok: true},
		{from: "internal/job", to: "rundertisch/internal/mail"},
		{from: "internal/report", to: "rundertisch/internal/body", ok: true},
		{from: "internal/activity", to: "rundertisch/internal/task"},
		{from: "internal/task", to: "rundertisch/internal/activity", ok: true},
		{from: "internal/locale", to: "rundertisch/internal/locale/texts", ok: true},
		{from: "internal/util", to: "rundertisch/internal/fault"},
		{from: "internal/db", to: "rundertisch/internal/util"},
		{from: "internal/post", to: "rundertisch/internal/localpg"},
		{from: "internal/db", to: "rundertisch/internal/localpg", test: true, ok: true},
		{from: "internal/post", to: "rundertisch/internal/testdb"},
		{from: "internal/post", to: "rundertisch/internal/testdb", test: true, ok: true},
		{from: "internal/post", to: "rundertisch/internal/sample", test: true, ok: true},
		{from: "internal/post", to: "rundertisch/internal/grant", test: true},
		{from: "internal/post", to: "rundertisch/internal/post", test: true, ok: true},
		{from: "internal/sample", to: "rundertisch/internal/testdb", ok: true},
		{from: "internal/testdb", to: "rundertisch/internal/localpg", ok: true},
		{from: "internal/testdb", to: "rundertisch/web/server"},
		{from: "internal/localpg", to: "rundertisch/internal/db"},
		{from: "internal/localpg", to: pgx, ok: true},
		{from: "internal/demo", to: "rundertisch/internal/report", ok: true},
		{from: "cmd/rundertisch", to: "rundertisch/internal/demo", ok: true},
		{from: "web/server", to: "rundertisch/internal/demo"},
		{from: "internal/report", to: "rundertisch/internal/demo"},
		{from: "internal/fault", to: "github.com/google/uuid", ok: true},
		{from: "internal/fault", to: "errors", ok: true},
		{from: "internal/fault", to: "golang.org/x/text/language"},
		{from: "internal/access", to: "rundertisch/internal/fault"},
		{from: "internal/calendar", to: pgx},
		{from: "internal/calendar", to: pgx + "/pgtype", test: true, ok: true},
		{from: "internal/job", to: river, ok: true},
		{from: "internal/mail", to: river},
		{from: "internal/mail", to: river + "/rivertype"},
		// 3. the bans
		{from: "internal/report", to: "net/http"},
		{from: "internal/report", to: "net/http/httptest", test: true},
		{from: "internal/report", to: "net/url", ok: true},
		{from: "internal/link", to: "github.com/a-h/templ"},
		{from: "internal/account", to: "github.com/alexedwards/scs/v2"},
		{from: "internal/account", to: "github.com/alexedwards/argon2id", ok: true},
		{from: "internal/account", to: "github.com/go-chi/chi/v5"},
		{from: "internal/report", to: "rundertisch/web/ui"},
		{from: "internal/report", to: "rundertisch/web/ui", test: true},
		{from: "internal/report", to: pgx, ok: true},
		{from: "web/form", to: pgx},
		{from: "web/activitypage", to: pgx + "/pgxpool"},
		{from: "web/activitypage", to: river},
		{from: "web/server", to: pgx + "/pgxpool", ok: true},
		// 4. web
		{from: "web/server", to: "rundertisch/web/activitypage", ok: true},
		{from: "web/activitypage", to: "rundertisch/web/ui", ok: true},
		{from: "web/activitypage", to: "rundertisch/internal/activity", ok: true},
		{from: "web/activitypage", to: "rundertisch/web/districtpage"},
		{from: "web/activitypage", to: "rundertisch/web/districtpage", test: true},
		{from: "web/activitypage", to: "rundertisch/web/server"},
		{from: "web/activitypage", to: "rundertisch/internal/localpg"},
		{from: "web/activitypage", to: "rundertisch/migrations"},
		{from: "web/publicpage", to: "rundertisch/web/publicpage/mapdata", ok: true},
		{from: "web/districtpage", to: "rundertisch/web/publicpage/mapdata"},
		{from: "web/ui", to: "rundertisch/internal/link", ok: true},
		{from: "web/ui", to: "rundertisch/internal/activity"},
		{from: "web/handler", to: "rundertisch/internal/db", ok: true},
		{from: "web/layout", to: "rundertisch/web/static", ok: true},
		{from: "web/layout", to: "rundertisch/web/homepage"},
		{from: "web/widgets", to: "rundertisch/web/ui"},
		{from: "migrations", to: "rundertisch/internal/db"},
		{from: "e2e", to: "rundertisch/internal/testdb", ok: true},
	} {
		to, ours := strings.CutPrefix(tc.to, module)
		wrong := check(edge{from: tc.from, to: to, ours: ours, test: tc.test})
		if (wrong == "") != tc.ok {
			t.Errorf("%s imports %s (test %t): %q, want allowed %t", tc.from, tc.to, tc.test, wrong, tc.ok)
		}
	}
}
