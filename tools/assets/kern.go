package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// keptUtilities are the grid and spacing classes of KERN that pages may use;
// the other thousand stay out of the style sheet. All components stay in. A
// test in web/ui fails when a page uses a class that is not there.
var keptUtilities = regexp.MustCompile(`^kern-(` +
	`container|container-fluid|` +
	`grid|grid-cols-(1|2|3|4|6|12)(-md|-lg)?|col-([1-9]|1[0-2]|full)(-md|-lg)?|` +
	`gap-(none|sm|md|lg|xl)|` +
	`stack|stack-(none|sm|md|lg|xl)|` +
	`flex|flex-wrap|flex-col|flex-1|align-items-(start|center|end|baseline)|justify-content-(start|center|end|between)|` +
	`hidden|hidden-md|block|block-md` +
	`)$`)

// kernCSS returns the KERN style sheet without unused utilities.
func kernCSS() (string, error) {
	dist := filepath.Join(modules, "@kern-ux/native/dist")
	all, err := os.ReadFile(filepath.Join(dist, "kern.css"))
	if err != nil {
		return "", err
	}
	utility := map[string]bool{}
	for _, name := range []string{"kern-grid.css", "kern-utilities.css"} {
		data, err := os.ReadFile(filepath.Join(dist, name))
		if err != nil {
			return "", err
		}
		for _, m := range classPattern.FindAllStringSubmatch(string(data), -1) {
			utility[m[1]] = true
		}
	}
	drop := func(class string) bool { return utility[class] && !keptUtilities.MatchString(class) }
	css := strings.TrimPrefix(string(all), `@charset "UTF-8";`)
	return prune(css, drop), nil
}

var classPattern = regexp.MustCompile(`\.(kern-[a-zA-Z0-9_-]+)`)

// prune leaves out the selectors that name a dropped class, and the rules and
// blocks that are empty then.
func prune(css string, drop func(class string) bool) string {
	var out strings.Builder
	for len(css) > 0 {
		end := scan(css, "{;")
		if end == len(css) {
			break // only blanks and comments are left
		}
		head := strings.TrimSpace(stripComments(css[:end]))
		if css[end] == ';' { // @import and the like
			out.WriteString(head + ";\n")
			css = css[end+1:]
			continue
		}
		length := blockEnd(css[end:])
		body := css[end+1 : end+length-1]
		css = css[end+length:]
		switch {
		case strings.HasPrefix(head, "@media"), strings.HasPrefix(head, "@supports"):
			if inner := prune(body, drop); inner != "" {
				out.WriteString(head + "{\n" + inner + "}\n")
			}
		case strings.HasPrefix(head, "@"):
			out.WriteString(head + "{" + body + "}\n")
		default:
			if kept := keptSelectors(head, drop); kept != "" {
				out.WriteString(kept + "{" + body + "}\n")
			}
		}
	}
	return out.String()
}

func keptSelectors(head string, drop func(class string) bool) string {
	var kept []string
	for rest := head; rest != ""; {
		end := scan(rest, ",")
		selector := strings.TrimSpace(rest[:end])
		rest = rest[min(end+1, len(rest)):]
		dropped := false
		for _, m := range classPattern.FindAllStringSubmatch(selector, -1) {
			dropped = dropped || drop(m[1])
		}
		if !dropped {
			kept = append(kept, selector)
		}
	}
	return strings.Join(kept, ",")
}

// scan returns the index of the first of the characters in stop outside of
// strings, comments and brackets, or the length of text.
func scan(text, stop string) int {
	depth := 0
	for i := 0; i < len(text); i++ {
		if skip := skipped(text[i:]); skip > 0 {
			i += skip - 1
			continue
		}
		switch c := text[i]; {
		case depth == 0 && strings.IndexByte(stop, c) >= 0:
			return i
		case c == '(' || c == '[':
			depth++
		case c == ')' || c == ']':
			depth--
		}
	}
	return len(text)
}

// blockEnd returns the length of the block that text begins with.
func blockEnd(text string) int {
	depth := 0
	for i := 0; i < len(text); i++ {
		if skip := skipped(text[i:]); skip > 0 {
			i += skip - 1
			continue
		}
		switch text[i] {
		case '{':
			depth++
		case '}':
			if depth--; depth == 0 {
				return i + 1
			}
		}
	}
	return len(text)
}

// skipped is the length of the string or comment that text begins with, or 0.
func skipped(text string) int {
	if strings.HasPrefix(text, "/*") {
		if end := strings.Index(text, "*/"); end >= 0 {
			return end + 2
		}
		return len(text)
	}
	quote := text[0]
	if quote != '"' && quote != '\'' {
		return 0
	}
	for i := 1; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case quote:
			return i + 1
		}
	}
	return len(text)
}

var commentPattern = regexp.MustCompile(`(?s)/\*.*?\*/`)

func stripComments(text string) string { return commentPattern.ReplaceAllString(text, "") }
