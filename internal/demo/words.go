package demo

// musterWords are Musterland's own words: it calls things differently, and its
// rules differ (a health forum instead of a conference, guides instead of
// coordinators).
var musterWords = map[string]map[string]string{
	"de": {
		"nav.directory":                    "Gesundheitslotsen",
		"shell.ministry":                   "Ein Angebot des Gesundheitsministeriums Musterland (erfunden)",
		"board.title":                      "Stand der Gesundheitslotsen",
		"board.post":                       "Lotsenstelle",
		"board.conference":                 "Gesundheitsforum",
		"board.conferences_formed":         "Gesundheitsforen gebildet",
		"conferences.title":                "Gesundheitsforen",
		"conferences.lead":                 "In einem Gesundheitsforum beraten Kreis, Krankenhäuser und Krankenkassen gemeinsam über die Versorgung.",
		"directory.title":                  "Gesundheitslotsen",
		"directory.lead":                   "Die Lotsinnen und Lotsen sind für Sie da: für Fragen zur ärztlichen und pflegerischen Versorgung in Ihrer Region.",
		"district.set_conference":          "Zustand des Forums ändern",
		"role.coordinator":                 "Lotsin oder Lotse",
		"activity.type.conference_support": "Vor- und Nachbereitung Gesundheitsforum",
	},
	"en": {
		"nav.directory":                    "Health guides",
		"shell.ministry":                   "A service of the Ministry of Health of Musterland (invented)",
		"board.title":                      "State of the health guides",
		"board.post":                       "Guide’s post",
		"board.conference":                 "Health forum",
		"board.conferences_formed":         "health forums formed",
		"conferences.title":                "Health forums",
		"conferences.lead":                 "In a health forum the district, hospitals and health insurers discuss health care together.",
		"directory.title":                  "Health guides",
		"directory.lead":                   "The guides are there for you: for questions about medical and nursing care in your region.",
		"district.set_conference":          "Change the state of the forum",
		"role.coordinator":                 "Guide",
		"activity.type.conference_support": "Preparation of the health forum",
	},
}
