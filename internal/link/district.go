package link

import (
	"net/url"

	"github.com/google/uuid"
)

// Districts lists the districts.
func Districts() string { return "/landkreise" }

// District is the page of one district.
func District(ags string) string { return "/landkreise/" + url.PathEscape(ags) }

// DistrictTimeline is the part of the district page with its facts.
func DistrictTimeline(ags string) string { return District(ags) + "#verlauf" }

// NewPostState is the form that sets the state of a district's post.
func NewPostState(ags string) string { return District(ags) + "/stelle/zustand" }

// CorrectPostState is the form that corrects a recorded state.
func CorrectPostState(ags string, fact uuid.UUID) string {
	return District(ags) + "/stelle/zustand/" + fact.String() + "/berichtigen"
}

// NewHolder is the form that records who holds the post.
func NewHolder(ags string) string { return District(ags) + "/stelle/besetzung" }

// EndHolder is the form that ends one holding of the post.
func EndHolder(ags string, id uuid.UUID) string {
	return District(ags) + "/stelle/besetzung/" + id.String() + "/beenden"
}

// NewTalk is the form that records a talk of the ministry with the district.
func NewTalk(ags string) string { return District(ags) + "/gespraeche/neu" }

// NewConferenceState is the form that sets the state of the conference.
func NewConferenceState(ags string) string { return District(ags) + "/konferenz/zustand" }

// CorrectConferenceState is the form that corrects a recorded state.
func CorrectConferenceState(ags string, fact uuid.UUID) string {
	return District(ags) + "/konferenz/zustand/" + fact.String() + "/berichtigen"
}

// Posts lists the posts of all districts.
func Posts() string { return "/stellen" }
