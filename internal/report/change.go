package report

import (
	"rundertisch/internal/body"
	"rundertisch/internal/post"
)

// Change is what is different for a district between two boards.
type Change struct {
	AGS                          string
	Name                         string
	PostFrom, PostTo             post.State
	ConferenceFrom, ConferenceTo body.ConferenceState
}

// PostChanged says whether the post's state differs.
func (c Change) PostChanged() bool { return c.PostFrom != c.PostTo }

// ConferenceChanged says whether the conference's state differs.
func (c Change) ConferenceChanged() bool { return c.ConferenceFrom != c.ConferenceTo }

// Changes returns the districts whose state differs between the two boards, in
// the order of the later one.
func Changes(earlier, later Board) []Change {
	before := make(map[string]Row, len(earlier.Rows))
	for _, r := range earlier.Rows {
		before[r.AGS] = r
	}
	var list []Change
	for _, r := range later.Rows {
		old, existed := before[r.AGS]
		if !existed {
			old.PostState, old.ConferenceState = post.None, body.None
		}
		c := Change{
			AGS: r.AGS, Name: r.Name, PostFrom: old.PostState, PostTo: r.PostState,
			ConferenceFrom: old.ConferenceState, ConferenceTo: r.ConferenceState,
		}
		if c.PostChanged() || c.ConferenceChanged() {
			list = append(list, c)
		}
	}
	return list
}
