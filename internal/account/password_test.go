package account_test

import (
	"strings"
	"testing"
	"time"

	"rundertisch/internal/account"
)

func TestCheckNew(t *testing.T) {
	t.Parallel()
	for password, want := range map[string]string{
		"elf Zeichen":     "password.too_short",
		"zwölf Zeichen":   "",
		"Hügel Wolke Zug": "",
		strings.Repeat("aäöüß-xyz", 15)[:128]: "",
		strings.Repeat("Wolkenzug", 15):       "password.too_long",
		strings.Repeat("a", 1<<20):            "password.too_long",
		"aaaaaaaaaaaaaaa":                     "password.common",
		"Sachsen2026!!":                       "password.common",
		"Nordsachsen-123":                     "password.common",
		"Winter2026Winter":                    "password.common",
		"Erika.Muster.2026":                   "password.common",
		"passwort123456":                      "password.common",
		"ungültig \xff\xfe Zeichen":           "password.invalid",
		" Leerzeichen zählen mit ":            "",
	} {
		err := account.CheckNew("password", password, "Erika Muster", "erika.muster@sms.example")
		if got := fieldOf(err, "password"); got != want {
			t.Errorf("CheckNew(%.40q) = %q, want %q", password, got, want)
		}
	}
}

func TestVerifyTakesThePasswordAsItIs(t *testing.T) {
	t.Parallel()
	const password = " Grüße, Zebra und Zug "
	hash, err := account.Hash(t.Context(), password)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(hash, "$argon2id$v=19$m=65536,t=3,p=1$") {
		t.Errorf("hash = %q, want argon2id with 64 MiB, 3 rounds, 1 lane", hash)
	}
	for try, want := range map[string]bool{
		password: true, strings.TrimSpace(password): false, strings.ToLower(password): false, password + "x": false, "": false,
	} {
		if got, err := account.Verify(t.Context(), try, hash); err != nil || got != want {
			t.Errorf("Verify(%q) = %v, %v; want %v", try, got, err, want)
		}
	}
	if got, err := account.Verify(t.Context(), "", ""); err != nil || got {
		t.Errorf("Verify without an account = %v, %v; want false", got, err)
	}
	start := time.Now()
	if got, err := account.Verify(t.Context(), strings.Repeat("a", 1<<20), hash); err != nil || got || time.Since(start) > 20*time.Millisecond {
		t.Errorf("1 MB: %v, %v after %s; want a quick no", got, err, time.Since(start))
	}
}
