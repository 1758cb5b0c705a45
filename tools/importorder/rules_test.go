package importorder

import (
	"fmt"
	"slices"
	"strings"
)

const module = "rundertisch/"

// line is the one line inside internal: each package may import those before it.
var line = []string{
	// values and words
	"fault", "access", "money", "calendar", "locale", "link", "sheetread",
	// the gate
	"db",
	// what capabilities call
	"fact", "audit", "job", "mail", "document", "inbox",
	// capabilities
	"programme", "account", "district", "post", "partner", "body", "project", "meeting",
	"activity", "inquiry", "task", "minutes", "grant", "report",
}

var firstCapability = slices.Index(line, "programme")

// beside the line stand packages that start the rest; with what they may import
// of our own.
var beside = map[string][]string{
	"config":  {},
	"localpg": {},
	"demo":    {"internal"},               // imported by cmd and tests alone
	"testdb":  {"internal", "migrations"}, // imported by tests alone
	"sample":  {"internal", "migrations"}, // imported by tests alone
}

// webHelpers may be imported by all pages; they import no capability.
var webHelpers = []string{"handler", "form", "layout", "ui", "static", "sheet", "mailview"}

// banned says which foreign packages a tree may not import.
var banned = []struct {
	tree    string
	except  []string
	imports []string
}{
	{"internal", nil, []string{"net/http", "github.com/go-chi", "github.com/a-h/templ", "github.com/alexedwards/scs"}},
	{"internal", []string{"internal/job"}, []string{"github.com/riverqueue"}},
	{"web", []string{"web/server"}, []string{"github.com/jackc/pgx", "github.com/riverqueue"}},
}

// pure packages import the standard library and these alone.
var pure = map[string][]string{
	"internal/fault":    {"github.com/google/uuid"},
	"internal/access":   {"github.com/google/uuid"},
	"internal/calendar": {},
	"internal/money":    {},
}

// edge is one import. Both names are without the module path if they are ours.
type edge struct {
	from, to string
	ours     bool // to is a package of this module
	test     bool // the file is a _test.go
}

// check returns what is wrong with an import, "" if nothing.
func check(e edge) string {
	if !e.ours {
		return checkForeign(e)
	}
	if e.to == e.from { // an external test
		return ""
	}
	if top(e.to) == "cmd" || top(e.to) == "tools" || top(e.to) == "e2e" {
		return "nothing imports " + top(e.to)
	}
	if e.to == "internal/demo" && !e.test && top(e.from) != "cmd" && top(e.from) != "tools" {
		return "only cmd imports the demo"
	}
	if isTestHelper(e.to) && !e.test && !isTestHelper(e.from) && slices.Contains([]string{"cmd", "internal", "web"}, top(e.from)) {
		return "only tests import " + e.to
	}
	switch top(e.from) {
	case "internal":
		return checkInternal(e)
	case "web":
		return checkWeb(e)
	case "migrations":
		return "migrations imports nothing of ours"
	}
	return "" // cmd, e2e and tools may import anything
}

func checkForeign(e edge) string {
	for _, b := range banned {
		if top(e.from) == b.tree && !within(e.from, b.except) && within(e.to, b.imports) {
			return fmt.Sprintf("%s never imports %s", b.tree, e.to)
		}
	}
	if allowed, ok := pure[e.from]; ok && !e.test && !isStandard(e.to) && !within(e.to, allowed) {
		return "imports the standard library and uuid alone"
	}
	return ""
}

func checkInternal(e edge) string {
	from := second(e.from)
	if allowed, ok := beside[from]; ok {
		if within(e.to, allowed) || e.test {
			return ""
		}
		return from + " imports nothing of ours but " + strings.Join(allowed, ", ")
	}
	place := slices.Index(line, from)
	if place < 0 {
		return from + " is not in the line: add it to the architecture and to this test"
	}
	if _, ok := pure[e.from]; ok && !e.test {
		return "imports the standard library and uuid alone"
	}
	to := second(e.to)
	switch {
	case top(e.to) == "migrations" && (from == "db" || e.test):
		return ""
	case top(e.to) != "internal":
		return "internal never imports " + e.to
	case from == to:
		return ""
	case e.test && (isTestHelper(e.to) || to == "localpg" || to == "demo"):
		return ""
	}
	if i := slices.Index(line, to); i < 0 || i > place {
		return to + " stands to the right of " + from
	}
	return ""
}

func checkWeb(e edge) string {
	from, to := second(e.from), second(e.to)
	helper := slices.Contains(webHelpers, from)
	page := strings.HasSuffix(from, "page")
	if isTestHelper(e.from) || isTestHelper(e.to) && e.test {
		return "" // the whole site, for tests
	}
	if !helper && !page && from != "server" {
		return from + " is no page (…page), no helper and not server"
	}
	if top(e.to) == "internal" {
		switch {
		case e.test:
		case to == "localpg":
			return "web never imports localpg"
		case helper && slices.Index(line, to) >= firstCapability:
			return "the helpers import no capability"
		}
		return ""
	}
	switch {
	case top(e.to) == "migrations" && !e.test:
		return "web never imports migrations"
	case top(e.to) != "web" || from == "server" || from == to || slices.Contains(webHelpers, to):
		return ""
	case to == "server":
		return "only cmd imports web/server"
	case helper:
		return "the helpers import no page"
	}
	return "no page imports another page"
}

func top(pkg string) string {
	first, _, _ := strings.Cut(pkg, "/")
	return first
}

// second is the package below internal or web; what lies deeper belongs to it.
func second(pkg string) string {
	parts := strings.Split(pkg, "/")
	if len(parts) < 2 {
		return ""
	}
	return parts[1]
}

func isTestHelper(pkg string) bool {
	return pkg == "internal/testdb" || pkg == "internal/sample" || pkg == "web/webtest"
}

// isStandard reports whether an import path is the standard library's: no dot in
// its first part.
func isStandard(path string) bool { return !strings.Contains(top(path), ".") }

// within reports whether pkg is one of the trees or below one.
func within(pkg string, trees []string) bool {
	return slices.ContainsFunc(trees, func(tree string) bool { return pkg == tree || strings.HasPrefix(pkg, tree+"/") })
}
