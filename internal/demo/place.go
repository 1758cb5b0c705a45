package demo

import "time"

const (
	saxony     = "sachsen"
	musterland = "musterland"
)

// place is a district of the demo.
type place struct {
	ags, slug, name, short, nuts3, seat string
	city                                bool
	people2011                          int // 31.12.2023 on the basis of the census of 2011
	people2022                          int // the same day on that of 2022; 0: not at hand
	phone                               string
}

// The 13 districts of Saxony.
var saxonDistricts = []place{
	{"14511", "chemnitz", "Stadt Chemnitz", "Chemnitz", "DED41", "Chemnitz", true, 250681, 0, "0371"},
	{"14521", "erzgebirgskreis", "Erzgebirgskreis", "Erzgebirgskreis", "DED42", "Annaberg-Buchholz", false, 326896, 322179, "03733"},
	{"14522", "mittelsachsen", "Landkreis Mittelsachsen", "Mittelsachsen", "DED43", "Freiberg", false, 300308, 0, "03731"},
	{"14523", "vogtlandkreis", "Vogtlandkreis", "Vogtlandkreis", "DED44", "Plauen", false, 221953, 0, "03741"},
	{"14524", "zwickau", "Landkreis Zwickau", "Zwickau", "DED45", "Zwickau", false, 310111, 0, "0375"},
	{"14612", "dresden", "Landeshauptstadt Dresden", "Dresden", "DED21", "Dresden", true, 566222, 563019, "0351"},
	{"14625", "bautzen", "Landkreis Bautzen", "Bautzen", "DED2C", "Bautzen", false, 296506, 0, "03591"},
	{"14626", "goerlitz", "Landkreis Görlitz", "Görlitz", "DED2D", "Görlitz", false, 248479, 0, "03581"},
	{"14627", "meissen", "Landkreis Meißen", "Meißen", "DED2E", "Meißen", false, 241160, 0, "03521"},
	{"14628", "saechsische-schweiz-osterzgebirge", "Landkreis Sächsische Schweiz-Osterzgebirge", "Sächsische Schweiz-Osterzgebirge", "DED2F", "Pirna", false, 246011, 0, "03501"},
	{"14713", "leipzig-stadt", "Stadt Leipzig", "Leipzig (Stadt)", "DED51", "Leipzig", true, 619879, 608013, "0341"},
	{"14729", "landkreis-leipzig", "Landkreis Leipzig", "Leipzig (Landkreis)", "DED52", "Borna", false, 261573, 0, "03433"},
	{"14730", "nordsachsen", "Landkreis Nordsachsen", "Nordsachsen", "DED53", "Torgau", false, 199688, 0, "03421"},
}

// The five invented districts of Musterland.
var musterDistricts = []place{
	{"99001", "musterkreis", "Musterkreis", "Musterkreis", "", "Musterstadt", false, 120400, 0, "0000"},
	{"99002", "beispielkreis", "Beispielkreis", "Beispielkreis", "", "Beispielhausen", false, 98300, 0, "0000"},
	{"99003", "probekreis", "Probekreis", "Probekreis", "", "Probedorf", false, 76250, 0, "0000"},
	{"99004", "vorlagenstadt", "Vorlagenstadt", "Vorlagenstadt", "", "Vorlagenstadt", true, 210700, 0, "0000"},
	{"99005", "exempelkreis", "Exempelkreis", "Exempelkreis", "", "Exempelburg", false, 88900, 0, "0000"},
}

// moment is a state that a post or a conference reached on a day. known is the
// day on which it became public; empty: two days later.
type moment struct {
	state, from, known string
	real               bool // a public fact; otherwise simulated
}

// The posts. Real: the coordinators of the two model regions (2018), and that
// in April 2024 six were active and two planned. Which six is not public.
var saxonPosts = map[string][]moment{
	"14626": {
		{"interest", "2017-12-15", "2017-12-15", true},
		{"planned", "2018-01-20", "", false},
		{"advertised", "2018-03-01", "", false},
		{"filled", "2018-07-01", "2018-08-24", true},
	},
	"14521": {
		{"interest", "2017-12-15", "2017-12-15", true},
		{"planned", "2018-02-05", "", false},
		{"advertised", "2018-04-03", "", false},
		{"filled", "2018-08-24", "2018-08-24", true},
	},
	"14625": {
		{"interest", "2021-05-10", "", false},
		{"planned", "2021-09-01", "", false},
		{"advertised", "2021-12-06", "", false},
		{"filled", "2022-04-01", "", false},
	},
	"14522": {
		{"interest", "2021-11-08", "", false},
		{"planned", "2022-02-14", "", false},
		{"advertised", "2022-05-02", "", false},
		{"filled", "2022-09-01", "", false},
	},
	"14730": {
		{"interest", "2022-03-07", "", false},
		{"planned", "2022-08-15", "", false},
		{"advertised", "2022-11-02", "", false},
		{"filled", "2023-03-01", "", false},
		{"vacant", "2023-07-01", "", false},
		{"filled", "2023-11-01", "", false},
	},
	"14627": {
		{"interest", "2022-10-04", "", false},
		{"planned", "2023-02-20", "", false},
		{"advertised", "2023-06-05", "", false},
		{"filled", "2023-10-01", "", false},
	},
	"14524": {{"interest", "2023-06-15", "2023-06-20", true}, {"planned", "2023-11-13", "", false}},
	"14523": {{"interest", "2023-06-15", "2023-06-20", true}, {"planned", "2023-09-04", "", false}, {"advertised", "2024-03-18", "", false}},
	"14729": {{"interest", "2025-03-10", "", false}},
}

// The conferences. Real: possible since 2023, Nordsachsen first and with
// consultations held by April 2024, the second one's first sitting.
var saxonConferences = map[string][]moment{
	"14730": {
		{"interest", "2023-02-06", "", false},
		{"forming", "2023-05-22", "", false},
		{"constituted", "2023-09-27", "", false},
		{"active", "2024-02-21", "2024-04-24", true},
	},
	"14628": {
		{"interest", "2023-10-16", "", false},
		{"forming", "2024-02-12", "", false},
		{"constituted", "2024-06-04", "2024-06-05", true},
		{"active", "2024-11-20", "", false},
	},
	"14521": {{"interest", "2025-01-27", "", false}},
}

var musterPosts = map[string][]moment{
	"99001": {
		{"interest", "2023-01-16", "", false},
		{"planned", "2023-03-01", "", false},
		{"advertised", "2023-05-02", "", false},
		{"filled", "2023-09-01", "", false},
	},
	"99002": {{"interest", "2024-02-01", "", false}, {"planned", "2024-06-03", "", false}},
	"99004": {{"interest", "2025-05-05", "", false}},
}

var musterConferences = map[string][]moment{
	"99001": {
		{"interest", "2024-01-15", "", false},
		{"forming", "2024-04-08", "", false},
		{"constituted", "2024-10-01", "", false},
	},
}

// workingGroups are those of the joint state committee, as published.
var workingGroups = []string{
	"Ländliches Gesundheitszentrum",
	"Zusammenarbeit in der fachärztlichen Weiterbildung",
	"Mitwirkung der Kommunen",
	"Mobilität",
	"Satellitenpraxis",
	"Ärztliche Versorgung in Pflegeheimen",
	"Gesundheitsmanagement",
}

// region is a model region, in which a coordinator began; to: its first day no
// more.
type region struct{ name, ags, from, to string }

var modelRegions = []region{
	{"Weißwasser", "14626", "2017-12-15", "2023-01-01"},
	{"Marienberg", "14521", "2017-12-15", "2023-01-01"},
}

// populationDay is the day of the population figures, and when they came out.
var (
	populationDay   = "2023-12-31"
	populationKnown = time.Date(2024, time.June, 27, 10, 0, 0, 0, time.UTC)
)
