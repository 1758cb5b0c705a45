package e2e

import (
	"cmp"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/PuerkitoBio/goquery"
)

var axeScript = sync.OnceValues(func() (string, error) {
	source, err := os.ReadFile(axeFile)
	return string(source), err
})

// finding is what axe says about one rule and one element.
type finding struct {
	Rule    string `json:"rule"`
	Impact  string `json:"impact"`
	Kind    string `json:"kind"` // "violation" or "incomplete"
	Target  string `json:"target"`
	Summary string `json:"summary"`
}

func (f finding) String() string {
	return fmt.Sprintf("axe %s (%s, %s) at %s: %s", f.Rule, f.Kind, f.Impact, f.Target, strings.Join(strings.Fields(f.Summary), " "))
}

// What axe looks for. Only contrast depends on the theme.
const (
	allRules     = `["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"]`
	contrastRule = `{type: "rule", values: ["color-contrast"]}`
)

// axeScan runs axe. Contrast that it cannot compute counts as a violation: text
// that cannot be seen at all is reported in this way. An arrow that is hidden
// from assistive technology is an ornament, not text.
//
// axe does not scroll a box, and what lies beyond its edge is beneath something
// else. So every box is scrolled to its end, and contrast counts for an element
// that is never found good.
const axeScan = `(async () => {
	const scan = async (where, rules) => {
		const result = await axe.run(where, {resultTypes: ["violations", "incomplete"], runOnly: rules});
		const list = (rules, kind) => rules.flatMap(rule => rule.nodes.map(node => ({
			rule: rule.id, impact: rule.impact ?? "", kind, target: node.target.join(" "), summary: node.failureSummary ?? "",
		})));
		const ornament = f => f.summary.includes("only non-text characters") && document.querySelector(f.target)?.closest("[aria-hidden=true]");
		return list(result.violations, "violation").concat(
			list(result.incomplete.filter(rule => rule.id === "color-contrast"), "incomplete").filter(f => !ornament(f)));
	};
	let found = await scan(%s, %s);
	for (const box of document.querySelectorAll("main *")) {
		if (!found.some(f => f.rule === "color-contrast" && box.querySelector(f.target))) continue;
		if (box.scrollWidth <= box.clientWidth || !["auto", "scroll"].includes(getComputedStyle(box).overflowX)) continue;
		for (let left = box.clientWidth / 2; left < box.scrollWidth; left += box.clientWidth / 2) {
			box.scrollLeft = left;
			const still = new Set((await scan(box, {type: "rule", values: ["color-contrast"]})).map(f => f.target));
			found = found.filter(f => f.rule !== "color-contrast" || still.has(f.target) || !box.querySelector(f.target));
		}
		box.scrollLeft = 0;
	}
	return found;
})()`

// axe checks the page as it stands, with everything unfolded that folds within
// the content.
func (t *tab) axe(rules string) []finding {
	t.tb.Helper()
	t.loadAxe()
	eval[int](t, `for (const fold of document.querySelectorAll("main details")) fold.open = true; 0`)
	found := eval[[]finding](t, fmt.Sprintf(axeScan, "document", rules))
	found = slices.DeleteFunc(found, func(f finding) bool {
		return f.Kind == "incomplete" && strings.Contains(f.Summary, "contains an image node")
	})
	return append(found, eval[[]finding](t, drawnText)...)
}

// axeIn checks one part of the page.
func (t *tab) axeIn(selector string) []finding {
	t.tb.Helper()
	t.loadAxe()
	return eval[[]finding](t, fmt.Sprintf(axeScan, quote(selector), allRules))
}

func (t *tab) loadAxe() {
	t.tb.Helper()
	source, err := axeScript()
	if err != nil {
		t.tb.Fatal(err)
	}
	eval[int](t, source+";0")
}

// drawnText checks what axe cannot compute: text within a drawing. It must have
// a halo, and the halo enough contrast to the text whatever lies beneath.
const drawnText = `(() => {
	const context = document.createElement("canvas").getContext("2d", {willReadFrequently: true});
	const rgb = (colour, beneath) => {
		context.fillStyle = beneath; context.fillRect(0, 0, 1, 1);
		context.fillStyle = colour; context.fillRect(0, 0, 1, 1);
		return [...context.getImageData(0, 0, 1, 1).data].slice(0, 3);
	};
	const light = ([r, g, b]) => {
		const [x, y, z] = [r, g, b].map(v => v / 255).map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
		return 0.2126 * x + 0.7152 * y + 0.0722 * z;
	};
	const contrast = (a, b) => { const [x, y] = [light(a), light(b)].sort((x, y) => y - x); return (x + 0.05) / (y + 0.05); };
	const list = [];
	for (const text of document.querySelectorAll("svg text")) {
		const style = getComputedStyle(text);
		if (!text.textContent.trim() || style.display === "none" || !text.getClientRects().length) continue;
		const halo = style.paintOrder.startsWith("stroke") && parseFloat(style.strokeWidth) >= 3 && style.stroke !== "none";
		const worst = Math.min(...["black", "white"].map(under => contrast(rgb(style.fill, under), rgb(halo ? style.stroke : under, under))));
		if (worst < 4.5) list.push({rule: "drawn-text", impact: "serious", kind: "violation", target: "svg text." + text.className.baseVal,
			summary: "contrast " + worst.toFixed(2) + (halo ? "" : ", no halo")});
	}
	return list;
})()`

// worthALook leaves out pages that show nothing new: every page remains that has
// a kind of element that no page before had and, if each path counts, one page
// of each path that is not built as another.
func worthALook(pages []page, eachPath bool) []page {
	var kept []page
	paths, kinds, builds := map[string]bool{}, map[string]bool{}, map[string]bool{}
	for _, p := range pages {
		if p.lang != "de" {
			continue
		}
		own := kindsOf(p.doc)
		fresh := false
		for _, kind := range own {
			fresh = fresh || !kinds[kind]
			kinds[kind] = true
		}
		build := strings.Join(own, " ")
		if eachPath && !paths[p.path] && !builds[build] {
			fresh = true
		}
		paths[p.path], builds[build] = true, true
		if fresh {
			kept = append(kept, p)
		}
	}
	return kept
}

// kindsOf returns the kinds of elements of a page, sorted.
func kindsOf(doc *goquery.Document) []string {
	kinds := map[string]bool{}
	doc.Find("body *").Each(func(_ int, s *goquery.Selection) {
		kinds[goquery.NodeName(s)+"."+s.AttrOr("class", "")+"/"+s.AttrOr("role", "")+s.AttrOr("type", "")] = true
	})
	return slices.Sorted(maps.Keys(kinds))
}

// sightings collects the same complaint about many pages.
type sightings map[string][]string

func (s sightings) add(what, where string) { s[what] = append(s[what], where) }

func (s sightings) report(tb testing.TB) {
	tb.Helper()
	for _, what := range slices.Sorted(maps.Keys(s)) {
		places := s[what]
		more := ""
		if len(places) > 1 {
			more = fmt.Sprintf(" and %d more", len(places)-1)
		}
		tb.Errorf("%s\n\ton %s%s", what, places[0], more)
	}
}

// TestPagesAreAccessible looks at every kind of page in both themes: no
// violation, no unknown contrast, nothing that has to be scrolled sideways on a
// small screen, and no complaint of the browser.
func TestPagesAreAccessible(t *testing.T) {
	t.Parallel()
	all := allPages(t)
	for theme, rules := range map[string]string{"light": allRules, "dark": contrastRule} {
		t.Run(theme, func(t *testing.T) {
			t.Parallel()
			pages := worthALook(all, theme == "light") // colours need each kind of element, no more
			if len(pages) == 0 {
				t.Fatal("no pages found")
			}
			w := openTab(t, visitor(saxony))
			found := sightings{}
			for _, p := range pages {
				w.setCookies(as(t, p.who).with("rt-theme", theme))
				if got := w.open(p.address); got != 200 {
					t.Errorf("%s: status %d in the browser", p, got)
					continue
				}
				if got := eval[string](w, `document.documentElement.dataset.kernTheme ?? ""`); got != theme {
					t.Errorf("%s: theme %q, want %q", p, got, theme)
				}
				for _, f := range w.axe(rules) {
					found.add(f.String(), p.String())
				}
				if theme == "light" {
					w.checkWidths(p, found)
				}
			}
			found.report(t)
			t.Logf("%d pages", len(pages))
		})
	}
}

// checkWidths looks for pages that scroll sideways on small screens.
func (t *tab) checkWidths(p page, found sightings) {
	t.tb.Helper()
	for _, width := range []int64{360, 320} {
		t.size(width, 740)
		t.settle()
		if overflow := eval[string](t, wideElements); overflow != "" {
			found.add(fmt.Sprintf("scrolls sideways at %d px: %s", width, overflow), p.String())
		}
	}
	t.size(1280, 900)
}

// wideElements names what is wider than the window, if the page scrolls.
const wideElements = `(() => {
	const width = document.documentElement.clientWidth;
	if (document.scrollingElement.scrollWidth <= Math.min(width, window.innerWidth)) return "";
	const inBox = e => { for (let p = e.parentElement; p; p = p.parentElement) if (["auto", "scroll", "hidden", "clip"].includes(getComputedStyle(p).overflowX)) return true; return false; };
	const wide = [...document.body.querySelectorAll("*")].filter(e => e.getBoundingClientRect().right > width + 0.5 && !inBox(e));
	return document.scrollingElement.scrollWidth + " px; " + wide.slice(-3).map(e => e.tagName.toLowerCase() + "." + e.className + " " + Math.round(e.getBoundingClientRect().right)).join(", ");
})()`

// TestHeaderMenusAreAccessible opens what is folded in the header.
func TestHeaderMenusAreAccessible(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ who, theme string }{
		{"", "light"},
		{"", "dark"},
		{"sachbearbeitung@sms.example", "light"},
		{"admin@sms.example", "dark"},
	} {
		t.Run(cmp.Or(c.who, "public")+" "+c.theme, func(t *testing.T) {
			t.Parallel()
			w := openTab(t, as(t, c.who).with("rt-theme", c.theme))
			w.phone()
			w.open("/")
			w.settle()
			for i := range eval[int](w, `document.querySelectorAll("header details").length`) {
				open := eval[string](w, fmt.Sprintf(`(() => {
					const all = [...document.querySelectorAll("header details")];
					all.forEach((fold, i) => { fold.open = i === %d; });
					return getComputedStyle(all[%d]).display === "none" ? "" : all[%d].querySelector("summary").innerText;
				})()`, i, i, i))
				if open == "" {
					continue
				}
				for _, f := range w.axeIn("header details[open]") {
					t.Errorf("menu %q: %s", open, f)
				}
				found := sightings{}
				if overflow := eval[string](w, wideElements); overflow != "" {
					found.add("menu "+open+" scrolls sideways: "+overflow, "/")
				}
				found.report(t)
			}
		})
	}
}

// TestAxeNotices makes sure that a barrier would be found.
func TestAxeNotices(t *testing.T) {
	t.Parallel()
	w := openTab(t, visitor(saxony))
	w.open("/anmelden")
	eval[int](w, `(() => {
		const text = document.createElement("p");
		text.textContent = "kaum zu lesen";
		text.style.color = "#999";
		text.style.backgroundColor = "#aaa";
		const input = document.createElement("input");
		const drawing = document.createElementNS("http://www.w3.org/2000/svg", "svg");
		drawing.innerHTML = '<text x="0" y="20" fill="#999">kaum zu lesen</text>';
		const wide = document.createElement("div");
		wide.textContent = "breit";
		wide.style.width = "400px";
		document.querySelector("main").append(text, input, drawing, wide);
		return 0;
	})()`)
	found := map[string]bool{}
	for _, f := range w.axe(allRules) {
		found[f.Rule] = true
	}
	for _, rule := range []string{"color-contrast", "label", "drawn-text"} {
		if !found[rule] {
			t.Errorf("%s was not noticed; noticed: %v", rule, found)
		}
	}
	wide := sightings{}
	w.checkWidths(page{}, wide)
	if len(wide) != 2 {
		t.Errorf("a block of 400 px was noticed %d times, want at 360 and at 320 px", len(wide))
	}
}
