package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/andybalholm/brotli"
	"github.com/google/uuid"
)

const (
	warmUp  = 30
	samples = 200
)

// measurePages measures the time from sending a request to having read the
// whole answer, on loopback, one request after the other. Nothing is
// subtracted: the client's own work is in it.
func measurePages(ctx context.Context, _ options, at *place, r *report) error {
	c, err := dial(ctx, at.site.addr)
	if err != nil {
		return err
	}
	defer func() { _ = c.Close() }()
	deep, err := nthPage(c, at.token, 100)
	if err != nil {
		return err
	}
	always := func(request []byte) func() []byte { return func() []byte { return request } }
	for _, m := range []struct {
		name    string
		request func() []byte
		status  int
		target  float64
	}{
		{"board", always(get("/", at.token)), 200, 15},
		{"activity list, first page", always(get("/aktivitaeten", at.token)), 200, 15},
		{"activity list, page 100", always(get(deep, at.token)), 200, 15},
		{"search, rare word", always(get("/aktivitaeten?q="+rareWord, at.token)), 200, 40},
		{"search, rare word, all districts", always(get("/aktivitaeten?landkreis=alle&q="+rareWord, at.token)), 200, 40},
		{"search, frequent word", always(get("/aktivitaeten?q="+frequentWord, at.token)), 200, 40},
		{"search, frequent word, all districts", always(get("/aktivitaeten?landkreis=alle&q="+frequentWord, at.token)), 200, 40},
		{"district page", always(get("/landkreise/"+home, at.token)), 200, 20},
		{"quick entry POST", func() []byte { return quickEntry(at.token) }, 303, 25},
	} {
		took, err := sample(c, m.request, m.status)
		if err != nil {
			return fmt.Errorf("%s: %w", m.name, err)
		}
		slices.Sort(took)
		r.add(m.name+", median", ms(took[len(took)/2]), "ms", m.target, lower)
		r.remarkf("%-44s p95 %6.2f ms, p99 %6.2f ms", m.name, ms(took[len(took)*95/100]), ms(took[len(took)*99/100]))
	}
	r.remarkf("Times are medians of %d requests one after the other after %d to warm up, from the first byte sent to the last read, on loopback; nothing is subtracted.", samples, warmUp)
	return nil
}

func sample(c *conn, request func() []byte, want int) ([]time.Duration, error) {
	var took []time.Duration
	for i := range warmUp + samples {
		sent := request()
		began := time.Now()
		status, _, _, err := c.do(sent, false)
		if err != nil {
			return nil, err
		}
		if status != want {
			return nil, fmt.Errorf("status %d, want %d", status, want)
		}
		if i >= warmUp {
			took = append(took, time.Since(began))
		}
	}
	return took, nil
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

var nextLink = regexp.MustCompile(`<a[^>]*rel="next"[^>]*>`)

// nthPage follows "weiter" from the first page of the list.
func nthPage(c *conn, token string, n int) (string, error) {
	path := "/aktivitaeten"
	for i := 1; i < n; i++ {
		status, _, body, err := c.do(get(path, token), true)
		if err != nil {
			return "", err
		}
		if status != 200 {
			return "", fmt.Errorf("%s: status %d", path, status)
		}
		href := hrefOf(nextLink.FindString(string(body)))
		if href == "" {
			return "", fmt.Errorf("the list has only %d pages", i)
		}
		path = href
	}
	return path, nil
}

func hrefOf(tag string) string {
	_, rest, _ := strings.Cut(tag, `href="`)
	href, _, _ := strings.Cut(rest, `"`)
	return strings.ReplaceAll(href, "&amp;", "&")
}

// quickEntry is a new entry as the short form sends it.
func quickEntry(token string) []byte {
	form := url.Values{
		"id": {uuid.NewString()}, "quick": {"1"}, "title": {"Gespräch über die Nachfolge einer Hausarztpraxis"},
		"type": {"meeting"}, "date": {time.Now().Format(time.DateOnly)}, "minutes": {"45"}, "visibility": {"ministry"},
		"partner-1": {"Landratsamt"},
	}
	return post("/aktivitaeten", token, form.Encode())
}

var (
	assetLink = regexp.MustCompile(`(?:href|src)="(/static/[^"]+\.(?:css|js|svg))"`)
	fontLink  = regexp.MustCompile(`url\(["']?([^"')]+\.woff2)["']?\)`)
)

// measureWeight adds up what a first visit to the board fetches, compressed as
// a browser takes it: page with map, styles, script, icon and the fonts of
// German text.
func measureWeight(ctx context.Context, _ options, at *place, r *report) error {
	html, err := page(ctx, at.site.addr, get("/", ""))
	if err != nil {
		return err
	}
	packed := brotliSize(html)
	total := packed
	parts := []string{fmt.Sprintf("page %.1f (%.1f as sent, without a proxy that compresses)", kb(packed), kb(len(html)))}
	files := map[string]bool{}
	for _, m := range assetLink.FindAllStringSubmatch(html, -1) {
		files[m[1]] = true
	}
	for file := range files {
		text, size, err := fetchAsset(at.site.addr, file)
		if err != nil {
			return err
		}
		total += size
		parts = append(parts, fmt.Sprintf("%s %.1f", file, kb(size)))
		for _, font := range fontsOf(file, text) {
			_, size, err := fetchAsset(at.site.addr, font)
			if err != nil {
				return err
			}
			total += size
			parts = append(parts, fmt.Sprintf("%s %.1f", font, kb(size)))
		}
	}
	slices.Sort(parts)
	r.add("page weight of the board, compressed", kb(total), "kB", 150, lower)
	r.remarkf("Page weight in kB: %s.", strings.Join(parts, ", "))
	return nil
}

// fontsOf returns the fonts that a style sheet names, without those for letters
// that German has not.
func fontsOf(file, text string) []string {
	var fonts []string
	base, err := url.Parse(file)
	if err != nil || !strings.HasSuffix(file, ".css") {
		return nil
	}
	for _, m := range fontLink.FindAllStringSubmatch(text, -1) {
		if font, err := base.Parse(m[1]); err == nil && !strings.Contains(m[1], "-ext-") && !slices.Contains(fonts, font.Path) {
			fonts = append(fonts, font.Path)
		}
	}
	return fonts
}

func kb(n int) float64 { return float64(n) / 1000 }

func brotliSize(text string) int {
	var packed bytes.Buffer
	w := brotli.NewWriterLevel(&packed, 5) // what a proxy does on the fly
	_, _ = io.WriteString(w, text)
	_ = w.Close()
	return packed.Len()
}

// fetchAsset returns a file's text and the size in which it travelled.
func fetchAsset(addr, path string) (text string, size int, err error) {
	r, err := http.NewRequest(http.MethodGet, "http://"+addr+path, http.NoBody)
	if err != nil {
		return "", 0, err
	}
	r.Header.Set("Accept-Encoding", "br")
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		return "", 0, err
	}
	defer func() { _ = res.Body.Close() }()
	if res.StatusCode != http.StatusOK {
		return "", 0, fmt.Errorf("GET %s: %s", path, res.Status)
	}
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		return "", 0, err
	}
	if res.Header.Get("Content-Encoding") == "br" {
		plain, err := io.ReadAll(brotli.NewReader(bytes.NewReader(raw)))
		return string(plain), len(raw), err
	}
	return string(raw), len(raw), nil
}
