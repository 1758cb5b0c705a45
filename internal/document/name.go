package document

import (
	"fmt"
	"net/url"
	"path"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// maxName is the length of a file name in runes, its ending included.
const maxName = 120

// SafeName returns a file name that each system can store and no terminal or
// header misreads: no folders, no control or direction characters, none of
// Windows' reserved names and signs, at most 120 characters, ending kept.
func SafeName(name string) string {
	name = norm.NFC.String(strings.ToValidUTF8(name, "_"))
	name = name[strings.LastIndexAny(name, `/\`)+1:]
	name = strings.Map(func(r rune) rune {
		switch {
		case unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co, unicode.Zl, unicode.Zp):
			return -1
		case strings.ContainsRune(`<>:"|?*%`, r):
			return '_'
		case unicode.IsSpace(r):
			return ' '
		}
		return r
	}, name)
	name = strings.TrimRight(strings.TrimLeft(name, " "), ". ")
	ending := path.Ext(name)
	stem := strings.Trim(strings.TrimSuffix(name, ending), ". ")
	if stem == "" {
		stem = "datei"
	}
	if reserved[strings.ToLower(stem)] {
		stem = "_" + stem
	}
	if all := []rune(stem); len(all)+len([]rune(ending)) > maxName {
		stem = strings.TrimRight(string(all[:max(1, maxName-len([]rune(ending)))]), ". ")
	}
	return stem + ending
}

// reserved are the names of devices on Windows.
var reserved = func() map[string]bool {
	names := map[string]bool{"con": true, "prn": true, "aux": true, "nul": true}
	for i := 1; i <= 9; i++ {
		names[fmt.Sprintf("com%d", i)], names[fmt.Sprintf("lpt%d", i)] = true, true
	}
	return names
}()

// Disposition returns the value of the header Content-Disposition that makes a
// browser save a file under its name (RFC 6266): spelt in ASCII for old
// programs, and as it is.
func Disposition(name string) string {
	name = SafeName(name)
	// SafeName leaves no quote and no backslash; PathEscape leaves two signs
	// that RFC 8187 does not.
	extended := strings.NewReplacer("@", "%40", "=", "%3D").Replace(url.PathEscape(name))
	return `attachment; filename="` + asciiName(name) + `"; filename*=UTF-8''` + extended
}

func asciiName(name string) string {
	name = strings.NewReplacer("ä", "ae", "ö", "oe", "ü", "ue", "Ä", "Ae", "Ö", "Oe", "Ü", "Ue", "ß", "ss", "–", "-", "’", "'").Replace(name)
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.Is(unicode.Mn, r):
			return -1
		case r > unicode.MaxASCII:
			return '_'
		}
		return r
	}, norm.NFD.String(name))
}
