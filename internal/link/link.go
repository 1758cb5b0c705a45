// Package link makes every address of the application. Pages, mails and
// documents use the same functions, so an address is written in one place.
// Addresses are German, stable and relative to the host; they know nothing of
// HTTP. One file per capability.
package link

import (
	"net/url"
	"strings"
	"time"
)

// With returns address with the query parameters set as in pairs ("name",
// "value", ...); an empty value removes the parameter. Other parameters stay.
func With(address string, pairs ...string) string {
	path, query, _ := strings.Cut(address, "?")
	values, err := url.ParseQuery(query)
	if err != nil {
		values = url.Values{}
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] == "" {
			values.Del(pairs[i])
			continue
		}
		values.Set(pairs[i], pairs[i+1])
	}
	return Query(path, values)
}

// Query returns path with values as its query, sorted by name; parameters
// without a value are left out.
func Query(path string, values url.Values) string {
	kept := url.Values{}
	for name, list := range values {
		for _, value := range list {
			if value != "" {
				kept.Add(name, value)
			}
		}
	}
	if len(kept) == 0 {
		return path
	}
	return path + "?" + kept.Encode()
}

// Local returns next if it is an address of this site, else fallback, so that
// nobody can be sent elsewhere by a crafted sign-in link.
func Local(next, fallback string) string {
	if !strings.HasPrefix(next, "/") || strings.HasPrefix(next, "//") || strings.ContainsAny(next, "\\\r\n\t\x00") {
		return fallback
	}
	u, err := url.Parse(next)
	if err != nil || u.Host != "" || u.Scheme != "" {
		return fallback
	}
	return next
}

// date writes a civil date for a query; the zero time is "".
func date(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.DateOnly)
}

// moment writes a civil date (UTC midnight) as a date, else the exact moment.
func moment(t time.Time) string {
	if t.IsZero() || t.Equal(t.UTC().Truncate(24*time.Hour)) {
		return date(t)
	}
	return t.UTC().Format("2006-01-02T15:04:05.999999Z")
}
