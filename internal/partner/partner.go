package partner

import (
	"net/url"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/google/uuid"

	"rundertisch/internal/fault"
)

// The longest texts of a partner, in characters, as the table says too.
const (
	MaxName    = 160
	MaxPlace   = 120
	MaxWebsite = 300
)

// Category says what kind of organisation a partner is.
type Category string

// Other is the category of a partner about which nothing more is known yet.
const Other Category = "other"

// Categories returns every category in the order of the form.
func Categories() []Category {
	return []Category{
		"physicians", "kv", "chamber", "health_office", "network", "insurer", "science", "hospital", "kgs", "care",
		"emergency", "municipality", "umbrella", "patient_org", "school_training", "citizen", "ministry", Other,
	}
}

// Valid says whether c is one of Categories.
func (c Category) Valid() bool { return slices.Contains(Categories(), c) }

// Partner is an organisation.
type Partner struct {
	ID        uuid.UUID
	Name      string
	Category  Category
	Place     string
	Website   string
	Simulated bool
	Version   int
}

// Input is what a form says about a partner. ID comes from the form of a new
// one, so that a second submit adds nothing.
type Input struct {
	ID       uuid.UUID
	Name     string
	Category Category
	Place    string
	Website  string
}

func (in Input) validate() error {
	f := fault.Fields{}
	if key, args := NameFault(in.Name); key != "" {
		f.Add("name", key, args...)
	}
	if !in.Category.Valid() {
		f.Add("category", "field.choice")
	}
	f.Limit("place", in.Place, MaxPlace)
	f.Limit("website", in.Website, MaxWebsite)
	if in.Website != "" && !webAddress(in.Website) {
		f.Add("website", "partner.error.website")
	}
	return f.Err()
}

// NameFault returns the key and arguments of what is wrong with the name of a
// partner, or "": it is missing, too long or has neither letter nor digit.
func NameFault(name string) (key string, args []any) {
	switch {
	case name == "":
		return "field.missing", nil
	case utf8.RuneCountInString(name) > MaxName:
		return "field.too_long", []any{"Max", MaxName}
	case !strings.ContainsFunc(name, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }):
		return "partner.error.letters", nil
	}
	return "", nil
}

// WithScheme completes a web address as people type it: "www.kvs.de" becomes
// "https://www.kvs.de".
func WithScheme(address string) string {
	if address == "" || strings.Contains(address, "://") {
		return address
	}
	return "https://" + address
}

func webAddress(s string) bool {
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && strings.Contains(u.Host, ".") && !strings.ContainsAny(s, " \n\t")
}
