package calendar

import (
	"sync"
	"time"
	_ "time/tzdata" // the zone must load on machines without /usr/share/zoneinfo
)

// Berlin returns the time zone Europe/Berlin, in which days begin and end.
func Berlin() *time.Location { return berlin() }

var berlin = sync.OnceValue(func() *time.Location {
	loc, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		panic(err) // cannot happen: the data are part of the binary
	}
	return loc
})
