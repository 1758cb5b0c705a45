package inbox

import "slices"

// Kind says what a notice is about.
type Kind string

// The kinds of notices.
const (
	SittingCalled      Kind = "sitting_called"
	SittingChanged     Kind = "sitting_changed"
	SittingCancelled   Kind = "sitting_cancelled"
	MinutesCirculated  Kind = "minutes_circulated"
	CircularStarted    Kind = "circular_started"
	CircularEnded      Kind = "circular_ended"
	ReplyGiven         Kind = "reply_given"   // to a call; for the office
	ItemProposed       Kind = "item_proposed" // for the office
	MinutesToCheck     Kind = "minutes_to_check"
	ObjectionFiled     Kind = "objection_filed"   // for the office
	ObjectionReceipt   Kind = "objection_receipt" // for the author
	ObjectionAnswered  Kind = "objection_answered"
	ObjectionResolved  Kind = "objection_resolved"
	MinutesApproved    Kind = "minutes_approved"
	MinutesPublished   Kind = "minutes_published"
	MinutesCorrected   Kind = "minutes_corrected"
	RecommendationNews Kind = "recommendation_news"
	TaskGiven          Kind = "task_given"
	TaskDue            Kind = "task_due"
	GrantToDo          Kind = "grant_to_do" // a case waits for the person
	GrantNews          Kind = "grant_news"
	GrantDue           Kind = "grant_due" // a deadline of a case
)

// Kinds returns every kind, in the order in which the page of wishes lists
// them.
func Kinds() []Kind {
	return []Kind{
		SittingCalled, SittingChanged, SittingCancelled, MinutesCirculated, CircularStarted,
		CircularEnded, ReplyGiven, ItemProposed, MinutesToCheck, ObjectionFiled, ObjectionReceipt, ObjectionAnswered,
		ObjectionResolved, MinutesApproved, MinutesPublished, MinutesCorrected, RecommendationNews, TaskGiven, TaskDue,
		GrantToDo, GrantNews, GrantDue,
	}
}

// Valid says whether k is a kind.
func (k Kind) Valid() bool { return slices.Contains(Kinds(), k) }

// Duty says whether notices of the kind go out at once and cannot be switched
// off, since a period begins with them.
func (k Kind) Duty() bool {
	return slices.Contains([]Kind{SittingCalled, SittingChanged, SittingCancelled, MinutesCirculated, CircularStarted}, k)
}

// Usual returns when mail of the kind goes out to who wishes nothing else.
func (k Kind) Usual() When {
	daily := []Kind{CircularEnded, ReplyGiven, ItemProposed, MinutesApproved, MinutesPublished, MinutesCorrected, RecommendationNews, TaskDue, GrantNews}
	if slices.Contains(daily, k) {
		return Daily
	}
	return Now
}

// NameKey returns the key of the kind's name.
func (k Kind) NameKey() string { return "inbox.kind." + string(k) }

// When says when the e-mail of a notice goes out.
type When string

// The values of When.
const (
	Now    When = "now"
	Daily  When = "daily"
	Weekly When = "weekly"
	Never  When = "none"
)

// Whens returns every value, the fastest first.
func Whens() []When { return []When{Now, Daily, Weekly, Never} }

// Valid says whether w is one of the values.
func (w When) Valid() bool { return slices.Contains(Whens(), w) }
