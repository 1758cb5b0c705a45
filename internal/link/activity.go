package link

import (
	"net/url"

	"github.com/google/uuid"
)

// Activities lists the activities.
func Activities() string { return "/aktivitaeten" }

// ActivitiesBy lists the activities that a filter leaves.
func ActivitiesBy(filter url.Values) string { return Query(Activities(), filter) }

// NewActivity is the full form of a new activity; it posts to Activities.
func NewActivity() string { return "/aktivitaeten/neu" }

// QuickActivity is the short form of a new activity.
func QuickActivity() string { return With(NewActivity(), "kurz", "1") }

// Activity is one activity.
func Activity(id uuid.UUID) string { return "/aktivitaeten/" + id.String() }

// EditActivity is the form that changes an activity.
func EditActivity(id uuid.UUID) string { return Activity(id) + "/bearbeiten" }

// CopyActivity is the form of a new activity filled from this one.
func CopyActivity(id uuid.UUID) string { return Activity(id) + "/kopieren" }

// DeleteActivity moves an activity to the bin (POST).
func DeleteActivity(id uuid.UUID) string { return Activity(id) + "/loeschen" }

// RestoreActivity takes an activity out of the bin (POST).
func RestoreActivity(id uuid.UUID) string { return Activity(id) + "/wiederherstellen" }

// ReleaseActivity sets who reads an activity (POST).
func ReleaseActivity(id uuid.UUID, visibility string) string {
	return With(Activity(id)+"/freigeben", "sichtbar", visibility)
}

// ActivityFiles takes a file for an activity (POST); a GET leads to the list.
func ActivityFiles(id uuid.UUID) string { return Activity(id) + "/dateien" }

// ActivityFile is a file of an activity, for saving.
func ActivityFile(id, file uuid.UUID) string { return ActivityFiles(id) + "/" + file.String() }

// RemoveActivityFile takes a file from an activity (POST).
func RemoveActivityFile(id, file uuid.UUID) string { return ActivityFile(id, file) + "/entfernen" }

// RestoreActivityFile brings a removed file back (POST).
func RestoreActivityFile(id, file uuid.UUID) string {
	return ActivityFile(id, file) + "/wiederherstellen"
}

// FollowUpOpen takes the tick of the next step back (POST).
func FollowUpOpen(id uuid.UUID) string { return Activity(id) + "/offen" }

// FollowUpDone ticks off the next step of an activity (POST).
func FollowUpDone(id uuid.UUID) string { return Activity(id) + "/erledigt" }

// ActivitySummary is the monthly summary by type.
func ActivitySummary() string { return "/aktivitaeten/monate" }

// ActivityDrafts lists the drafts of the person and takes one (POST).
func ActivityDrafts() string { return "/aktivitaeten/entwuerfe" }

// ActivityDraft is one draft.
func ActivityDraft(id uuid.UUID) string { return ActivityDrafts() + "/" + id.String() }

// DiscardDraft asks before a draft is deleted for good.
func DiscardDraft(id uuid.UUID) string { return ActivityDraft(id) + "/verwerfen" }

// ActivityBin lists what was deleted in the last 30 days.
func ActivityBin() string { return "/aktivitaeten/papierkorb" }

// ImportActivities is the form that takes an Excel or CSV log.
func ImportActivities() string { return "/aktivitaeten/einlesen" }

// ImportedActivities is one uploaded log: column mapping and preview.
func ImportedActivities(id uuid.UUID) string { return ImportActivities() + "/" + id.String() }

// CommitImport writes the rows of an uploaded log (POST).
func CommitImport(id uuid.UUID) string { return ImportedActivities(id) + "/uebernehmen" }

// DiscardImport deletes an uploaded log (POST).
func DiscardImport(id uuid.UUID) string { return ImportedActivities(id) + "/verwerfen" }

// Partners lists the partner organisations.
func Partners() string { return "/partner" }

// PartnerSuggestions answers a type-ahead for partners.
func PartnerSuggestions() string { return "/partner/vorschlaege" }

// NewPartner is the form of a new partner organisation.
func NewPartner() string { return "/partner/neu" }

// Partner is one partner organisation.
func Partner(id uuid.UUID) string { return "/partner/" + id.String() }

// EditPartner is the form that changes a partner organisation.
func EditPartner(id uuid.UUID) string { return Partner(id) + "/bearbeiten" }

// PartnerNote is the form of the district's private note on a partner.
func PartnerNote(id uuid.UUID) string { return Partner(id) + "/notiz" }
