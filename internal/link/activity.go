package link

import (
	"net/url"

	"github.com/google/uuid"
)

// Activities lists the activities.
func Activities() string { return "/aktivitaeten" }

// ActivitiesBy lists the activities that a filter leaves.
func ActivitiesBy(filter url.Values) string { return Query(Activities(), filter) }

// NewActivity is the full form; the quick one posts to Activities.
func NewActivity() string { return "/aktivitaeten/neu" }

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

// FollowUpDone ticks off the next step of an activity (POST).
func FollowUpDone(id uuid.UUID) string { return Activity(id) + "/erledigt" }

// ActivitySummary is the monthly summary by type.
func ActivitySummary() string { return "/aktivitaeten/monate" }

// ActivityDrafts lists the drafts of the person.
func ActivityDrafts() string { return "/aktivitaeten/entwuerfe" }

// ActivityDraft is one draft.
func ActivityDraft(id uuid.UUID) string { return ActivityDrafts() + "/" + id.String() }

// ActivityBin lists what was deleted in the last 30 days.
func ActivityBin() string { return "/aktivitaeten/papierkorb" }

// ImportActivities is the form that takes an Excel or CSV log.
func ImportActivities() string { return "/aktivitaeten/einlesen" }

// ImportedActivities is one uploaded log: column mapping and preview.
func ImportedActivities(id uuid.UUID) string { return ImportActivities() + "/" + id.String() }

// CommitImport writes the rows of an uploaded log (POST).
func CommitImport(id uuid.UUID) string { return ImportedActivities(id) + "/uebernehmen" }

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
