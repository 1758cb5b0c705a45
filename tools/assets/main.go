// Command assets builds what browsers load: it takes the npm packages from
// node_modules and our own sources from web/static/src and writes
// web/static/dist: one style sheet, one script, the fonts, the icon and the
// licences, each with a hash of its content in the name, with .br and .gz
// twins, and manifest.json. Run it from the root of the repository:
// `make assets`. Third-party files are copied at build time, never committed.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/evanw/esbuild/pkg/api"
)

const (
	modules = "node_modules"
	source  = "web/static/src"
	target  = "web/static/dist"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "assets:", err)
		os.Exit(1)
	}
}

func run() error {
	if _, err := os.Stat(modules); errors.Is(err, os.ErrNotExist) {
		return errors.New("node_modules is missing; please run `npm ci` in the root of the repository first")
	}
	out, err := newOutput(target)
	if err != nil {
		return err
	}
	for _, step := range []func(*output) error{fonts, icon, style, script, licences} {
		if err := step(out); err != nil {
			return err
		}
	}
	return out.finish()
}

// fontFiles are the two weights that KERN uses on our pages. The extended part
// holds Sorbian, Czech and Polish letters and is loaded only where one stands.
var fontFiles = map[string]string{
	"fira-sans-400.woff2":     "fira-sans-latin-400-normal.woff2",
	"fira-sans-600.woff2":     "fira-sans-latin-600-normal.woff2",
	"fira-sans-ext-400.woff2": "fira-sans-latin-ext-400-normal.woff2",
	"fira-sans-ext-600.woff2": "fira-sans-latin-ext-600-normal.woff2",
}

func fonts(out *output) error {
	for _, name := range slices.Sorted(maps.Keys(fontFiles)) {
		data, err := os.ReadFile(filepath.Join(modules, "@fontsource/fira-sans/files", fontFiles[name]))
		if err != nil {
			return err
		}
		if err := out.add(name, data, false); err != nil {
			return err
		}
	}
	return nil
}

func icon(out *output) error {
	data, err := os.ReadFile(filepath.Join(source, "icon.svg"))
	if err != nil {
		return err
	}
	return out.add("icon.svg", data, true)
}

// style joins KERN without the utilities that we do not use, our own rules and
// the rules for paper.
func style(out *output) error {
	kern, err := kernCSS()
	if err != nil {
		return err
	}
	css := kern
	for _, name := range []string{"fonts.css", "app.css", "print.css"} {
		data, err := os.ReadFile(filepath.Join(source, name))
		if err != nil {
			return err
		}
		css += "\n" + string(data)
	}
	small, err := transform(out.link(css), api.LoaderCSS)
	if err != nil {
		return err
	}
	banner := "/*! KERN-UX 2.7.2, EUPL-1.2; Fira Sans, OFL-1.1; see licences.txt */\n"
	return out.add("app.css", append([]byte(banner), small...), true)
}

// script joins htmx, unchanged, and our own focus script.
func script(out *output) error {
	htmx, err := os.ReadFile(filepath.Join(modules, "htmx.org/dist/htmx.min.js"))
	if err != nil {
		return err
	}
	own, err := os.ReadFile(filepath.Join(source, "app.js"))
	if err != nil {
		return err
	}
	small, err := transform("(()=>{"+string(own)+"})()", api.LoaderJS)
	if err != nil {
		return err
	}
	js := "/*! htmx 4.0.1, 0BSD; see licences.txt */\n" + strings.TrimSpace(string(htmx)) + "\n;" + string(small)
	return out.add("app.js", []byte(js), true)
}

func transform(text string, loader api.Loader) ([]byte, error) {
	result := api.Transform(text, api.TransformOptions{
		Loader:            loader,
		MinifyWhitespace:  true,
		MinifySyntax:      true,
		MinifyIdentifiers: loader == api.LoaderJS,
		LegalComments:     api.LegalCommentsNone,
		Target:            api.ESNext,
		Charset:           api.CharsetUTF8,
	})
	for _, m := range result.Errors {
		return nil, fmt.Errorf("line %d: %s", m.Location.Line, m.Text)
	}
	return result.Code, nil
}

func licences(out *output) error {
	var text strings.Builder
	text.WriteString("Licences of what this site sends to browsers\n\n")
	for _, p := range []struct{ title, file string }{
		{"KERN-UX 2.7.2 (style sheet), European Union Public Licence 1.2", "@kern-ux/native/LICENSE.md"},
		{"Fira Sans (font), SIL Open Font License 1.1", "@fontsource/fira-sans/LICENSE"},
		{"htmx 4.0.1 (script), Zero-Clause BSD", "htmx.org/LICENSE"},
	} {
		data, err := os.ReadFile(filepath.Join(modules, p.file))
		if err != nil {
			return err
		}
		fmt.Fprintf(&text, "==== %s ====\n\n%s\n\n", p.title, strings.TrimSpace(string(data)))
	}
	return out.add("licences.txt", []byte(text.String()), true)
}

func writeJSON(path string, v any) error {
	data, err := json.MarshalIndent(v, "", "\t")
	if err != nil {
		return err
	}
	return os.WriteFile(path, append(data, '\n'), 0o644)
}
