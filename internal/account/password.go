package account

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/alexedwards/argon2id"

	"rundertisch/internal/fault"
)

// The bounds of a password, in characters (OWASP ASVS 5.0, 6.2.1 and 6.2.9).
const (
	MinPassword = 12
	MaxPassword = 128
)

// params cost 64 MiB and about 150 ms on a small machine (ASVS 11.4.2).
var params = &argon2id.Params{Memory: 64 * 1024, Iterations: 3, Parallelism: 1, SaltLength: 16, KeyLength: 32}

// decoy is checked when there is no account, so that the answer takes as long.
const decoy = "$argon2id$v=19$m=65536,t=3,p=1$cnVuZGVyLXRpc2NoLXRzdA$GEsji6QWqMMN/FjFhHmnBGeYFl/EVMWSfQ8+QNEEYBI"

// kiln lets two hashes be made at once: each costs 64 MiB.
var kiln = make(chan struct{}, 2)

const kilnPatience = 3 * time.Second

// Hash returns the stored form of a password. It returns fault.Unavailable if
// too many people are signing in at the moment.
func Hash(ctx context.Context, password string) (string, error) {
	leave, err := enterKiln(ctx)
	if err != nil {
		return "", err
	}
	defer leave()
	hash, err := argon2id.CreateHash(password, params)
	if err != nil {
		return "", fmt.Errorf("hash password: %w", err)
	}
	return hash, nil
}

// Verify says whether the password belongs to the stored hash. An empty hash
// belongs to none, and takes as long to say so.
func Verify(ctx context.Context, password, hash string) (bool, error) {
	if utf8.RuneCountInString(password) > MaxPassword {
		return false, nil
	}
	leave, err := enterKiln(ctx)
	if err != nil {
		return false, err
	}
	defer leave()
	known := hash != ""
	if !known {
		hash = decoy
	}
	match, err := argon2id.ComparePasswordAndHash(password, hash)
	if err != nil {
		return false, fmt.Errorf("verify password: %w", err)
	}
	return match && known, nil
}

func enterKiln(ctx context.Context) (leave func(), err error) {
	ctx, cancel := context.WithTimeout(ctx, kilnPatience)
	defer cancel()
	select {
	case kiln <- struct{}{}:
		return func() { <-kiln }, nil
	case <-ctx.Done():
		return nil, fault.Explain(errors.Join(fault.Unavailable, ctx.Err()), "session.busy")
	}
}

// CheckNew says whether a new password is good enough: 12 to 128 characters,
// not a common one, and not made of words that belong to the person or the
// programme. There is no rule about kinds of characters. It returns
// fault.Fields for the given field.
func CheckNew(field, password string, words ...string) error {
	n := utf8.RuneCountInString(password)
	switch {
	case !utf8.ValidString(password):
		return fault.Field(field, "password.invalid")
	case n < MinPassword:
		return fault.Field(field, "password.too_short", "Min", MinPassword)
	case n > MaxPassword:
		return fault.Field(field, "password.too_long", "Max", MaxPassword)
	case common(password, words):
		return fault.Field(field, "password.common")
	}
	return nil
}

// context words, beside the person's own (ASVS 6.1.2).
var contextWords = []string{
	"rundertisch", "runder-tisch", "sachsen", "musterland", "ministerium", "landkreis", "passwort", "password",
	"kennwort", "gesundheit", "koordination", "chemnitz", "erzgebirg", "mittelsachsen", "vogtland", "zwickau",
	"dresden", "bautzen", "goerlitz", "görlitz", "meissen", "meißen", "schweiz", "osterzgebirge", "leipzig",
	"nordsachsen", "frühling", "sommer", "herbst", "winter", "qwertz", "qwerty", "123456", "abcdef", "iloveyou",
	"hallo", "willkommen", "welcome", "letmein", "admin", "sonnenschein", "schatz", "fussball", "geheim",
}

// common says whether little is left of the password without well-known words,
// digits, repeated characters and signs.
func common(password string, words []string) bool {
	rest := strings.ToLower(password)
	for _, w := range append(words, contextWords...) {
		for _, part := range strings.FieldsFunc(strings.ToLower(w), func(r rune) bool { return r == ' ' || r == '@' || r == '.' }) {
			if utf8.RuneCountInString(part) >= 3 {
				rest = strings.ReplaceAll(rest, part, "")
			}
		}
	}
	letters := map[rune]bool{}
	for _, r := range strings.Trim(rest, "0123456789!?.,-_#*+/()=&%$§@ ") {
		letters[r] = true
	}
	return len(letters) < 5
}
