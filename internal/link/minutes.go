package link

import (
	"strconv"

	"github.com/google/uuid"
)

// AllMinutes lists the minutes that the person reads.
func AllMinutes() string { return "/protokolle" }

// Minutes is the page of the minutes of one sitting.
func Minutes(id uuid.UUID) string { return AllMinutes() + "/" + id.String() }

// BeginMinutes begins the minutes of a sitting.
func BeginMinutes(meeting uuid.UUID) string {
	return "/sitzungen/" + meeting.String() + "/niederschrift"
}

// WriteMinutes is the page on which the office writes.
func WriteMinutes(id uuid.UUID) string { return Minutes(id) + "/schreiben" }

// EditPassage is where a script says that the editor of a passage is open.
func EditPassage(id, block uuid.UUID) string { return Passage(id, block) + "/bearbeiten" }

// NewPassage adds a passage (POST).
func NewPassage(id uuid.UUID) string { return Minutes(id) + "/absaetze" }

// Passage saves a passage (POST), and is where it stands on the page.
func Passage(id, block uuid.UUID) string { return Minutes(id) + "/absaetze/" + block.String() }

// MovePassage moves a passage up or down (POST).
func MovePassage(id, block uuid.UUID) string { return Passage(id, block) + "/verschieben" }

// RemovePassage takes a passage out (POST).
func RemovePassage(id, block uuid.UUID) string { return Passage(id, block) + "/entfernen" }

// RestorePassage puts a passage back (POST).
func RestorePassage(id, block uuid.UUID) string { return Passage(id, block) + "/wiederherstellen" }

// ExplainPassage records why the office changed a passage by itself (POST).
func ExplainPassage(id, block uuid.UUID) string { return Passage(id, block) + "/begruenden" }

// ExplainPassages records why the office changed several passages (POST).
func ExplainPassages(id uuid.UUID) string { return Minutes(id) + "/begruendungen" }

// SignatureCopy is the complete print that is signed, for office and chair.
func SignatureCopy(id uuid.UUID) string { return Minutes(id) + "/ausfertigung.pdf" }

// CheckMinutes gives minutes to the chair or back to the office (POST).
func CheckMinutes(id uuid.UUID) string { return Minutes(id) + "/pruefung" }

// CirculateMinutes asks before minutes go to the members.
func CirculateMinutes(id uuid.UUID) string { return Minutes(id) + "/umlauf" }

// ReopenMinutes begins the next version (POST).
func ReopenMinutes(id uuid.UUID) string { return Minutes(id) + "/ueberarbeiten" }

// ReviewMinutes is the page on which members review the newest version.
func ReviewMinutes(id uuid.UUID) string { return Minutes(id) + "/durchsicht" }

// NoObjection says that a version is right as it is (POST).
func NoObjection(id uuid.UUID) string { return Minutes(id) + "/keine-einwendungen" }

// NewObjection is the form that objects to a passage of the newest version.
func NewObjection(id, block uuid.UUID) string { return Minutes(id) + "/einwenden/" + block.String() }

// NewObjectionOnBehalf is the form that records an objection that came by
// letter or phone.
func NewObjectionOnBehalf(id, block uuid.UUID) string {
	return With(NewObjection(id, block), "fuer", "sitz")
}

// Objection is the page of one objection.
func Objection(id uuid.UUID) string { return "/einwendungen/" + id.String() }

// ResolveObjection decides on an objection.
func ResolveObjection(id uuid.UUID) string { return Objection(id) + "/entscheiden" }

// WithdrawObjection takes an objection back, after a question.
func WithdrawObjection(id uuid.UUID) string { return Objection(id) + "/zuruecknehmen" }

// DiscardObjection deletes a draft (POST).
func DiscardObjection(id uuid.UUID) string { return Objection(id) + "/verwerfen" }

// AnswerObjection writes to the other side (POST).
func AnswerObjection(id uuid.UUID) string { return Objection(id) + "/nachrichten" }

// MinutesVersion shows a frozen version.
func MinutesVersion(id uuid.UUID, no int) string {
	return Minutes(id) + "/fassungen/" + strconv.Itoa(no)
}

// MinutesBytes are the sealed bytes of a version, as a file.
func MinutesBytes(id uuid.UUID, no int) string { return MinutesVersion(id, no) + "/siegel.json" }

// CompareMinutes shows the differences between two versions.
func CompareMinutes(id uuid.UUID, from, to int) string {
	return With(Minutes(id)+"/vergleich", "von", strconv.Itoa(from), "bis", strconv.Itoa(to))
}

// ApproveMinutes records by which decision minutes were approved.
func ApproveMinutes(id uuid.UUID) string { return Minutes(id) + "/genehmigung" }

// SignMinutes signs as the chair or as the minute-taker (POST).
func SignMinutes(id uuid.UUID) string { return Minutes(id) + "/unterschrift" }

// ReleaseMinutes releases passages to everybody.
func ReleaseMinutes(id uuid.UUID) string { return Minutes(id) + "/freigabe" }

// CorrectMinutes is the form of a correction note.
func CorrectMinutes(id uuid.UUID) string { return Minutes(id) + "/berichtigung" }

// DecideCorrection records what became of a correction note (POST).
func DecideCorrection(id uuid.UUID) string { return "/berichtigungen/" + id.String() + "/entscheiden" }

// ProveMinutes shows the seals and whether they hold.
func ProveMinutes(id uuid.UUID) string { return Minutes(id) + "/nachweis" }

// ScanOfMinutes is where the scans of the signed print stand and are added.
func ScanOfMinutes(id uuid.UUID) string { return ProveMinutes(id) + "#unterschrieben" }

// Scan is a scan of the signed print, as a file.
func Scan(id, scan uuid.UUID) string { return Minutes(id) + "/scans/" + scan.String() }

// WithdrawScan asks why a scan is taken back.
func WithdrawScan(id, scan uuid.UUID) string { return Scan(id, scan) + "/zuruecknehmen" }

// MinutesPaper is a PDF of a version: the copy of whoever asks.
func MinutesPaper(id uuid.UUID, no int) string { return MinutesVersion(id, no) + "/niederschrift.pdf" }

// PublicMinutes is the public excerpt.
func PublicMinutes(id uuid.UUID) string { return "/veroeffentlichungen/" + id.String() }

// PublicPaper is the public excerpt as PDF.
func PublicPaper(id uuid.UUID) string { return PublicMinutes(id) + "/auszug.pdf" }

// AllPublicMinutes lists what was released to everybody.
func AllPublicMinutes() string { return "/veroeffentlichungen" }

// TakeOverMinutes takes over old minutes of a body.
func TakeOverMinutes(body uuid.UUID) string {
	return "/gremien/" + body.String() + "/niederschriften/uebernehmen"
}
