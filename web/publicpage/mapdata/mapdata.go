// Package mapdata holds the outlines of the districts for the board's map: the 13
// of Saxony, simplified from official geometry, and five hexagons for the invented
// districts of Musterland. `make map` derives districts.json (see tools/map).
//
// The map is the aid, never the only carrier: every page that draws it shows the
// same data as a table. Where a district with Invented false is drawn, [Source]
// with a link to [Licence] must stand beneath.
package mapdata

import (
	_ "embed"
	"encoding/json"
	"slices"
	"sync"
)

// What the SVG and the note beneath it need; a test compares them with districts.json.
const (
	ViewBox = "0 0 800 609"
	Source  = "© GeoBasis-DE / BKG 2015/2016, Daten vereinfacht"
	Licence = "https://www.gesetze-im-internet.de/geonutzv/"
)

// District is the outline of one district in the coordinates of [ViewBox].
type District struct {
	AGS      string  `json:"ags"`      // official key, five digits
	Path     string  `json:"path"`     // the "d" of an SVG path
	LabelX   float64 `json:"labelX"`   // where a centred label has most room
	LabelY   float64 `json:"labelY"`   //
	Invented bool    `json:"invented"` // Musterland: no source note
}

//go:embed districts.json
var districtsJSON []byte

type file struct {
	ViewBox   string     `json:"viewBox"`
	Source    string     `json:"source"`
	Licence   string     `json:"licence"`
	Districts []District `json:"districts"`
}

var decoded = sync.OnceValue(func() file {
	var f file
	if err := json.Unmarshal(districtsJSON, &f); err != nil {
		panic(err) // cannot happen: the file is part of the binary and tested
	}
	return f
})

// Districts returns all outlines, ordered by AGS.
func Districts() []District { return slices.Clone(decoded().Districts) }

// ByAGS returns the outline of one district; ok is false if we have none.
func ByAGS(ags string) (d District, ok bool) {
	i := slices.IndexFunc(decoded().Districts, func(d District) bool { return d.AGS == ags })
	if i < 0 {
		return District{}, false
	}
	return decoded().Districts[i], true
}
