package e2e

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	cdplog "github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// stepLimit is how long one step in the browser may take.
const stepLimit = 20 * time.Second

// chromium is the one browser of the package, started when first asked for.
var chromium struct {
	start  sync.Once
	ctx    context.Context //nolint:containedctx // chromedp's handle of the browser
	cancel func()
	dir    string
	err    error
}

func browser() (context.Context, error) {
	chromium.start.Do(func() {
		chromium.dir, chromium.err = os.MkdirTemp("", "rt-chromium-")
		if chromium.err != nil {
			return
		}
		options := append(slices.Clone(chromedp.DefaultExecAllocatorOptions[:]),
			chromedp.ExecPath("chromium"), chromedp.UserDataDir(chromium.dir))
		for _, flag := range []string{
			"no-sandbox", "disable-gpu", "disable-quic", "no-first-run", "disable-background-networking",
			"disable-component-update", "disable-sync", "disable-dev-shm-usage",
		} {
			options = append(options, chromedp.Flag(flag, true))
		}
		allocator, endAllocator := chromedp.NewExecAllocator(context.Background(), options...)
		ctx, endBrowser := chromedp.NewContext(allocator)
		chromium.cancel = func() { endBrowser(); endAllocator() }
		chromium.ctx = ctx //nolint:fatcontext // made once
		chromium.err = chromedp.Do(ctx)
	})
	return chromium.ctx, chromium.err
}

func closeBrowser() {
	if chromium.cancel != nil {
		chromium.cancel()
	}
	if chromium.dir == "" {
		return
	}
	for range 50 { // its children may still be writing
		if os.RemoveAll(chromium.dir) == nil {
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
}

// tab is a browser window with cookies of its own. What the browser complains
// about fails the test when the window closes.
type tab struct {
	tb    testing.TB // what fails, fails this: the owner, or a part of it
	owner testing.TB
	ctx   context.Context //nolint:containedctx // chromedp's handle of the window
	site  *program
	host  string

	mu       sync.Mutex
	problems []string
	expected []string // parts of complaints that the test causes on purpose
}

// openTab opens a window with the cookies of the client.
func openTab(tb testing.TB, c *client) *tab {
	tb.Helper()
	parent, err := browser()
	if err != nil {
		tb.Fatalf("start chromium: %v", err)
	}
	t := &tab{tb: tb, owner: tb, site: c.site, host: c.host}
	ctx, cancel := chromedp.NewContext(parent, chromedp.WithNewBrowserContext(), chromedp.WithListener(t.listen))
	t.ctx = ctx
	tb.Cleanup(func() { t.close(cancel) })
	if err := chromedp.Do(ctx); err != nil {
		tb.Fatalf("open a window: %v", err)
	}
	t.size(1280, 900)
	call(t, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-reduced-motion", Value: "reduce"}},
	})
	t.setCookies(c)
	return t
}

func (t *tab) close(cancel func()) {
	t.tb.Helper()
	cancel()
	for _, p := range t.complaints() {
		t.tb.Errorf("the browser complained: %s", p)
	}
}

// complaints returns what the browser has complained about so far, without
// what was expected.
func (t *tab) complaints() []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	var list []string
	for _, p := range t.problems {
		if !slices.ContainsFunc(t.expected, func(e string) bool { return strings.Contains(p, e) }) {
			list = append(list, p)
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// expect says which complaint the test is going to cause.
func (t *tab) expect(part string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.expected = append(t.expected, part)
}

// listen notes errors in the console, violations of the content security
// policy, and requests that fail.
func (t *tab) listen(ev any) {
	var p string
	switch e := ev.(type) {
	case *cdplog.EventEntryAdded:
		if e.Entry.Level == "error" || e.Entry.Source == "security" {
			p = fmt.Sprintf("%s: %s (%s)", e.Entry.Source, e.Entry.Text, e.Entry.URL)
		}
	case *runtime.EventExceptionThrown:
		p = "exception: " + e.ExceptionDetails.Text
		if x := e.ExceptionDetails.Exception; x != nil {
			p += " " + x.Description
		}
	case *runtime.EventConsoleAPICalled:
		if e.Type == "error" || e.Type == "warning" || e.Type == "assert" {
			said := []string{"console." + string(e.Type) + ":"}
			for _, arg := range e.Args {
				said = append(said, cmp.Or(arg.Description, string(arg.Value)))
			}
			p = strings.Join(said, " ")
		}
	case *network.EventLoadingFailed:
		if !e.Canceled {
			p = "request failed: " + e.ErrorText + " " + string(e.BlockedReason)
		}
	}
	if p == "" {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.problems = append(t.problems, p)
}

// run is one step in the window; it ends the test if it takes too long.
func run[T any](t *tab, what string, a chromedp.Action[T]) T {
	t.tb.Helper()
	ctx, cancel := context.WithTimeout(t.ctx, stepLimit)
	defer cancel()
	value, err := chromedp.Run(ctx, a)
	if err != nil {
		t.tb.Fatalf("%s: %v\nat %s", what, err, t.where())
	}
	return value
}

// call sends a command of the DevTools protocol.
func call[P, R any](t *tab, command cdp.Command[P, R], params P) {
	t.tb.Helper()
	run(t, command.Method, func(ctx context.Context, target *chromedp.Target) (R, error) {
		return cdp.Call(ctx, target, command, params)
	})
}

// eval returns the value of an expression in the page; a promise is awaited.
func eval[T any](t *tab, expression string) T {
	t.tb.Helper()
	return run(t, "evaluate "+firstLine(expression), chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
}

func firstLine(s string) string {
	line, _, _ := strings.Cut(s, "\n")
	return line[:min(len(line), 100)]
}

// where is the address and the beginning of what the page says, for messages.
func (t *tab) where() string {
	ctx, cancel := context.WithTimeout(t.ctx, 2*time.Second)
	defer cancel()
	text, err := chromedp.Run(ctx, chromedp.Evaluate[string](
		`location.href + "\n" + (document.querySelector("main")?.innerText ?? document.body?.innerText ?? "").slice(0, 500)`))
	if err != nil {
		return "unknown: " + err.Error()
	}
	return text
}

// size sets the window's inner size.
func (t *tab) size(width, height int64) {
	t.tb.Helper()
	run(t, "resize", chromedp.EmulateViewport(width, height))
}

// settle waits until fonts are there and media queries follow a new size, which
// takes the browser two frames.
func (t *tab) settle() {
	t.tb.Helper()
	eval[bool](t, `document.fonts.ready.then(() => new Promise(done =>
		requestAnimationFrame(() => requestAnimationFrame(() => done(true)))))`)
}

// phone makes the window a small touch screen.
func (t *tab) phone() {
	t.tb.Helper()
	run(t, "resize", chromedp.EmulateViewport(360, 740, chromedp.EmulateMobile, chromedp.EmulateTouch, chromedp.EmulatePortrait))
}

// setCookies gives the window the cookies of the client.
func (t *tab) setCookies(c *client) {
	t.tb.Helper()
	t.site, t.host = c.site, c.host
	call(t, network.ClearBrowserCookies, cdp.Empty{})
	cookies := c.cookies
	if cookies["rt-lang"] == "" { // whatever the browser would ask for
		cookies = c.with("rt-lang", "de").cookies
	}
	for name, value := range cookies {
		call(t, network.SetCookie, network.SetCookieParams{Name: name, Value: value, URL: c.url("/"), Path: "/"})
	}
}

// open goes to a path of the site and returns the status.
func (t *tab) open(path string) int {
	t.tb.Helper()
	res := run(t, "open "+path, chromedp.NavigateResponse("http://"+t.host+":"+t.site.port+path))
	return status(res)
}

func status(res *network.Response) int {
	if res == nil {
		return 0
	}
	return int(res.Status)
}

// follow clicks on something that leads to another page and returns the status
// of that page.
func (t *tab) follow(selector string) int {
	t.tb.Helper()
	return t.leave("click "+selector, chromedp.Click(chromedp.CSS(selector)))
}

// followText is follow for the link or button that says so.
func (t *tab) followText(text string) int {
	t.tb.Helper()
	found := eval[bool](t, `(() => {
		document.querySelector("[data-e2e]")?.removeAttribute("data-e2e");
		const match = [...document.querySelectorAll("a, button, summary")].find(e => e.innerText?.trim() === `+quote(text)+` && e.getClientRects().length);
		match?.setAttribute("data-e2e", "");
		return Boolean(match);
	})()`)
	if !found {
		t.tb.Fatalf("nothing to click on says %q\nat %s", text, t.where())
	}
	return t.follow("[data-e2e]")
}

// leave does what leads to another page, waits for it, and returns its status.
func (t *tab) leave(what string, steps ...chromedp.Action[chromedp.Void]) int {
	t.tb.Helper()
	ctx, cancel := context.WithTimeout(t.ctx, stepLimit)
	defer cancel()
	res, err := chromedp.RunResponse(ctx, steps...)
	if err != nil {
		t.tb.Fatalf("%s: %v\nat %s", what, err, t.where())
	}
	return status(res)
}

// click clicks on something that stays on the page.
func (t *tab) click(selector string) {
	t.tb.Helper()
	run(t, "click "+selector, chromedp.Click(chromedp.CSS(selector)))
}

// fill replaces the content of a text field by typing.
func (t *tab) fill(selector, text string) {
	t.tb.Helper()
	run(t, "focus "+selector, chromedp.Focus(chromedp.CSS(selector)))
	run(t, "select all", chromedp.KeyEvent("a", chromedp.KeyModifiers(kb.ModifierCtrl)))
	run(t, "delete", chromedp.KeyEvent(kb.Backspace))
	run(t, "fill "+selector, chromedp.SendKeys(chromedp.CSS(selector), text))
}

// setDate fills a date field, whatever order of day and month the browser shows.
func (t *tab) setDate(selector, iso string) {
	t.tb.Helper()
	run(t, "set "+selector, chromedp.SetValue(chromedp.CSS(selector), iso))
}

// choose selects the option of a select with the value.
func (t *tab) choose(selector, value string) {
	t.tb.Helper()
	run(t, "choose "+value+" in "+selector, chromedp.SetValue(chromedp.CSS(selector), value))
	if got := eval[string](t, "document.querySelector("+quote(selector)+").value"); got != value {
		t.tb.Fatalf("%s has no option %q", selector, value)
	}
}

// text is what a part of the page says, as a person sees it.
func (t *tab) text(selector string) string {
	t.tb.Helper()
	return eval[string](t, "[...document.querySelectorAll("+quote(selector)+")].map(e => e.innerText).join('\\n')")
}

// has says whether the selector matches anything.
func (t *tab) has(selector string) bool {
	t.tb.Helper()
	return eval[bool](t, "document.querySelector("+quote(selector)+") !== null")
}

// path is where the window is.
func (t *tab) path() string {
	t.tb.Helper()
	return eval[string](t, "location.pathname + location.search")
}

// eventually waits until an expression is true.
func (t *tab) eventually(expression string) {
	t.tb.Helper()
	deadline := time.Now().Add(stepLimit / 2)
	for time.Now().Before(deadline) {
		if eval[bool](t, "Boolean("+expression+")") {
			return
		}
		time.Sleep(30 * time.Millisecond)
	}
	t.tb.Fatalf("never true: %s\nat %s", expression, t.where())
}

func quote(s string) string { return fmt.Sprintf("%q", s) }

// sendBlank empties a form of the page and sends it.
func sendBlank(index int) chromedp.Action[chromedp.Void] {
	return chromedp.Evaluate[chromedp.Void](fmt.Sprintf(`(() => {
		const form = document.querySelectorAll("main form")[%d];
		for (const field of form.elements) {
			if (!["hidden", "checkbox", "radio", "submit", "button"].includes(field.type)) field.value = "";
		}
		setTimeout(() => form.requestSubmit(), 0);
	})()`, index))
}
