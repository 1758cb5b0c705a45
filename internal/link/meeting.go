package link

import (
	"github.com/google/uuid"
)

// Sittings lists the sittings.
func Sittings() string { return "/sitzungen" }

// Sitting is one sitting.
func Sitting(id uuid.UUID) string { return Sittings() + "/" + id.String() }

// SittingItem is an item on the agenda of a sitting.
func SittingItem(id, itemID uuid.UUID) string { return Sitting(id) + "#punkt-" + itemID.String() }

// NewSitting is the form that plans a sitting of a body.
func NewSitting(bodyID uuid.UUID) string { return ofBody(bodyID) + "/sitzungen/neu" }

// EditSitting is the form that changes a sitting.
func EditSitting(id uuid.UUID) string { return Sitting(id) + "/bearbeiten" }

// InviteToSitting shows what an invitation would do and sends it (POST).
func InviteToSitting(id uuid.UUID) string { return Sitting(id) + "/einladen" }

// TellOfSitting sends the invitation again with what has changed.
func TellOfSitting(id uuid.UUID) string { return Sitting(id) + "/mitteilen" }

// CancelSitting asks before a sitting is cancelled.
func CancelSitting(id uuid.UUID) string { return Sitting(id) + "/absagen" }

// PostponeSitting asks before a sitting is postponed.
func PostponeSitting(id uuid.UUID) string { return Sitting(id) + "/verschieben" }

// ReplyToSitting is the form with which a seat answers an invitation.
func ReplyToSitting(id uuid.UUID) string { return Sitting(id) + "/antwort" }

// RecordReply is the form that records an answer on behalf of a seat.
func RecordReply(id uuid.UUID) string { return Sitting(id) + "/antwort/eintragen" }

// SittingCalendar is the calendar file of a sitting.
func SittingCalendar(id uuid.UUID) string { return Sitting(id) + "/kalender.ics" }

// SittingInvitation is the invitation to a sitting, as PDF.
func SittingInvitation(id uuid.UUID) string { return Sitting(id) + "/einladung.pdf" }

// NewItem is the form of a new item of the agenda.
func NewItem(meetingID uuid.UUID) string { return Sitting(meetingID) + "/punkte/neu" }

// EditItem is the form that changes an item, on an agenda or waiting.
func EditItem(id uuid.UUID) string { return item(id) + "/bearbeiten" }

// MoveItem moves an item up or down (POST).
func MoveItem(id uuid.UUID) string { return item(id) + "/ordnen" }

// RemoveItem takes an item off the agenda into the backlog (POST).
func RemoveItem(id uuid.UUID) string { return item(id) + "/zurueckstellen" }

// StrikeItem asks before an item of the backlog is deleted.
func StrikeItem(id uuid.UUID) string { return item(id) + "/streichen" }

// ScheduleItem puts an item that waits on an agenda (POST).
func ScheduleItem(id uuid.UUID) string { return item(id) + "/einplanen" }

// DeclineItem is the form that declines a proposal.
func DeclineItem(id uuid.UUID) string { return item(id) + "/ablehnen" }

// FinishItem marks an item as treated or carried over (POST).
func FinishItem(id uuid.UUID) string { return item(id) + "/abschliessen" }

// ItemBias marks which seats are biased on an item.
func ItemBias(id uuid.UUID) string { return item(id) + "/befangenheit" }

// NewDecision is the form that records a vote on an item.
func NewDecision(itemID uuid.UUID) string { return item(itemID) + "/beschluss" }

func item(id uuid.UUID) string { return "/tagesordnung/" + id.String() }

// Backlog lists what waits for a sitting of a body.
func Backlog(bodyID uuid.UUID) string { return ofBody(bodyID) + "/themen" }

// NewBacklogItem is the form of an item that waits for a sitting.
func NewBacklogItem(bodyID uuid.UUID) string { return Backlog(bodyID) + "/neu" }

// ProposeItem is the form with which a member proposes an item.
func ProposeItem(bodyID uuid.UUID) string { return Backlog(bodyID) + "/vorschlagen" }

// OpenSitting opens a sitting (POST).
func OpenSitting(id uuid.UUID) string { return Sitting(id) + "/eroeffnen" }

// CloseSitting asks before a sitting is closed.
func CloseSitting(id uuid.UUID) string { return Sitting(id) + "/schliessen" }

// SittingAttendance shows and records who is there.
func SittingAttendance(id uuid.UUID) string { return Sitting(id) + "/anwesenheit" }

// Decisions is the register of decisions.
func Decisions() string { return "/beschluesse" }

// Decision is one decision.
func Decision(id uuid.UUID) string { return Decisions() + "/" + id.String() }

// DecisionExtract is the extract of one decision, as PDF.
func DecisionExtract(id uuid.UUID) string { return Decision(id) + "/auszug.pdf" }

// VoidDecision asks before a decision is struck.
func VoidDecision(id uuid.UUID) string { return Decision(id) + "/aufheben" }

// ForwardDecision is the form that records where a decision was sent.
func ForwardDecision(id uuid.UUID) string { return Decision(id) + "/empfehlung" }

// AnswerRecommendation is the form that records what became of it.
func AnswerRecommendation(id uuid.UUID) string { return "/empfehlungen/" + id.String() + "/antwort" }

// NewCircular is the form that starts a circular decision of a body.
func NewCircular(bodyID uuid.UUID) string { return ofBody(bodyID) + "/umlauf/neu" }

// Circulars lists the circular decisions.
func Circulars() string { return "/umlauf" }

// Circular is one circular decision.
func Circular(id uuid.UUID) string { return Circulars() + "/" + id.String() }

// CastBallot asks before a vote that nobody can change.
func CastBallot(id, seat uuid.UUID, choice string) string {
	return With(Circular(id)+"/stimme", "sitz", seat.String(), "stimme", choice)
}

// RecordBallot is the form that records a vote on behalf of a seat.
func RecordBallot(id uuid.UUID) string { return Circular(id) + "/eintragen" }

// CloseCircular counts a circular decision (POST).
func CloseCircular(id uuid.UUID) string { return Circular(id) + "/auszaehlen" }

// WithdrawCircular asks before a circular decision is withdrawn.
func WithdrawCircular(id uuid.UUID) string { return Circular(id) + "/zuruecknehmen" }

func ofBody(id uuid.UUID) string { return "/gremien/" + id.String() }

// SittingPapers is the form that takes a paper of a sitting.
func SittingPapers(id uuid.UUID) string { return Sitting(id) + "/unterlagen" }

// AllPapers is the archive of a sitting's papers.
func AllPapers(id uuid.UUID) string { return Sitting(id) + "/unterlagen.zip" }

// Paper is one paper of a sitting.
func Paper(meetingID, id uuid.UUID) string { return SittingPapers(meetingID) + "/" + id.String() }

// RemovePaper asks before a paper is taken away.
func RemovePaper(meetingID, id uuid.UUID) string { return Paper(meetingID, id) + "/entfernen" }
