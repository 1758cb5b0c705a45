package handler

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"net/http"

	"rundertisch/internal/link"
	"rundertisch/internal/locale"
	"rundertisch/web/ui"
)

// Flash is a message for the next page, such as "Die Tätigkeit ist
// gespeichert." It travels in a cookie and names texts by key, so a forged one
// can say nothing new.
type Flash struct {
	Key  string   `json:"k"`
	Args []string `json:"a,omitempty"` // pairs of name and value
	Tone string   `json:"t,omitempty"` // ui tone; empty: success
	Undo string   `json:"u,omitempty"` // where "Rückgängig" posts to; empty: cannot be undone
}

// signInFirst asks a person to sign in, who wanted to do something else.
const signInFirst = "session.ended"

const flashCookie = "rt-flash"

func (f Flash) message(ctx context.Context) ui.FlashMessage {
	args := make([]any, len(f.Args))
	for i, a := range f.Args {
		args[i] = a
	}
	tone := f.Tone
	switch {
	case tone != "":
	case f.Key == signInFirst: // nothing was done
		tone = ui.Info
	default:
		tone = ui.Success
	}
	m := ui.FlashMessage{Tone: tone, Text: locale.T(ctx, f.Key, args...)}
	if f.Undo != "" {
		m.Undo = ui.Undo{Action: f.Undo}
	}
	return m
}

// SetFlash leaves a message for the next page.
func SetFlash(w http.ResponseWriter, r *http.Request, f Flash) {
	raw, err := json.Marshal(f)
	if err != nil {
		return // strings always marshal
	}
	http.SetCookie(w, &http.Cookie{
		Name: flashCookie, Value: base64.RawURLEncoding.EncodeToString(raw), Path: "/",
		MaxAge: 60, HttpOnly: true, Secure: Secure(r), SameSite: http.SameSiteLaxMode,
	})
}

// ReadFlash returns the message that the request carries, or nil.
func ReadFlash(r *http.Request) *Flash {
	c, err := r.Cookie(flashCookie)
	if err != nil {
		return nil
	}
	raw, err := base64.RawURLEncoding.DecodeString(c.Value)
	if err != nil {
		return nil
	}
	var f Flash
	if json.Unmarshal(raw, &f) != nil || !locale.FromContext(r.Context()).Has(f.Key) {
		return nil
	}
	f.Undo = link.Local(f.Undo, "") // a cookie may come from elsewhere
	return &f
}

func clearFlash(w http.ResponseWriter, r *http.Request) {
	http.SetCookie(w, &http.Cookie{
		Name: flashCookie, Path: "/", MaxAge: -1, HttpOnly: true, Secure: Secure(r), SameSite: http.SameSiteLaxMode,
	})
}

type secureKey struct{}

// WithSecure says for all cookies of the request whether the site is on HTTPS.
func WithSecure(ctx context.Context, secure bool) context.Context {
	return context.WithValue(ctx, secureKey{}, secure)
}

// Secure says whether the site is on HTTPS.
func Secure(r *http.Request) bool {
	secure, _ := r.Context().Value(secureKey{}).(bool)
	return secure
}
