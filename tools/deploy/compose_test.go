package deploy

import (
	"regexp"
	"strings"
	"testing"
)

// compose is the compose file as paths and values: enough YAML to ask for keys,
// scalars and lists, so that no parser becomes a dependency of the app.
type compose struct {
	values map[string]string   // "services/app/image" -> "rundertisch"
	lists  map[string][]string // "services/app/ports" -> its items
}

// parseCompose reads block mappings and block lists of scalars, indented with
// spaces; it fails for what it does not understand.
func parseCompose(t *testing.T, text string) compose {
	t.Helper()
	c := compose{values: map[string]string{}, lists: map[string][]string{}}
	key := regexp.MustCompile(`^([A-Za-z0-9_.<-]+):(?:\s+(.*))?$`)
	type level struct {
		indent int
		name   string
	}
	var at []level
	skipDeeper := -1 // inside a block scalar
	for number, line := range strings.Split(text, "\n") {
		content := strings.TrimLeft(line, " ")
		indent := len(line) - len(content)
		if content == "" || strings.HasPrefix(content, "#") || skipDeeper >= 0 && indent > skipDeeper {
			continue
		}
		skipDeeper = -1
		item, isItem := strings.CutPrefix(content, "- ")
		for len(at) > 0 && at[len(at)-1].indent >= indent {
			at = at[:len(at)-1]
		}
		names := make([]string, 0, len(at)+1)
		for _, l := range at {
			names = append(names, l.name)
		}
		if isItem {
			if item == "|" {
				skipDeeper = indent
			}
			path := strings.Join(names, "/")
			c.lists[path] = append(c.lists[path], scalar(item))
			continue
		}
		m := key.FindStringSubmatch(content)
		if m == nil {
			t.Fatalf("docker-compose.yml:%d: cannot read %q", number+1, line)
		}
		at = append(at, level{indent, m[1]})
		if m[2] != "" && !strings.HasPrefix(m[2], "&") {
			c.values[strings.Join(append(names, m[1]), "/")] = scalar(m[2])
		}
	}
	return c
}

// defaultOf is ${NAME:-default}: what compose puts in when NAME is not set.
var defaultOf = regexp.MustCompile(`\$\{[A-Z_]+:-([^}]*)\}`)

func scalar(s string) string {
	return defaultOf.ReplaceAllString(strings.Trim(s, `"`), "$1")
}

// mapping returns the scalars directly below a path.
func (c compose) mapping(path ...string) map[string]string {
	prefix := strings.Join(path, "/") + "/"
	found := map[string]string{}
	for p, v := range c.values {
		if name, ok := strings.CutPrefix(p, prefix); ok && !strings.Contains(name, "/") {
			found[name] = v
		}
	}
	return found
}

// list returns the items at a path.
func (c compose) list(path ...string) []string { return c.lists[strings.Join(path, "/")] }
