package link

import "github.com/google/uuid"

// Admin is the administration: it lists the people of the programme.
func Admin() string { return "/verwaltung" }

// AdminAccount is one person with account and roles.
func AdminAccount(id uuid.UUID) string { return adminAccounts + id.String() }

const adminAccounts = "/verwaltung/konten/"

// InviteAccount is the form that invites a person.
func InviteAccount() string { return adminAccounts + "einladen" }

// ResendInvitation sends the invitation again (POST).
func ResendInvitation(id uuid.UUID) string { return AdminAccount(id) + "/einladung" }

// GiveRole is the form that gives an account a role.
func GiveRole(id uuid.UUID) string { return AdminAccount(id) + "/rollen/neu" }

// EndRole is the form that ends a role of an account.
func EndRole(id, role uuid.UUID) string {
	return AdminAccount(id) + "/rollen/" + role.String() + "/beenden"
}

// DisableAccount is the confirm page and POST that disables an account.
func DisableAccount(id uuid.UUID) string { return AdminAccount(id) + "/sperren" }

// EnableAccount enables an account again (POST).
func EnableAccount(id uuid.UUID) string { return AdminAccount(id) + "/entsperren" }

// Trail lists who did what.
func Trail() string { return "/verwaltung/aenderungen" }

// TrailOf lists what one person did.
func TrailOf(id uuid.UUID) string { return With(Trail(), "person", id.String()) }

// Texts lists the programme's own words.
func Texts() string { return "/verwaltung/texte" }
