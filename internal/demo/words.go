package demo

// musterWords are Musterland's own words: it calls things differently.
var musterWords = map[string]map[string]string{
	"de": {
		"nav.directory":  "Gesundheitslotsen",
		"shell.ministry": "Ein Angebot des Gesundheitsministeriums Musterland (erfunden)",
	},
	"en": {
		"nav.directory":  "Health guides",
		"shell.ministry": "A service of the Ministry of Health of Musterland (invented)",
	},
}
