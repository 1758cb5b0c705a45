package link

import "github.com/google/uuid"

// Account is the person's own account: password and sessions.
func Account() string { return "/konto" }

// AccountPassword is the form that changes the own password.
func AccountPassword() string { return "/konto/passwort" }

// EndSession signs out one of the own sessions (POST).
func EndSession(id uuid.UUID) string { return "/konto/sitzungen/" + id.String() + "/abmelden" }

// EndOtherSessions signs out all own sessions but this one (POST).
func EndOtherSessions() string { return "/konto/sitzungen/abmelden" }

// SwitchProgramme continues in another programme of the same person (POST).
func SwitchProgramme() string { return "/konto/programm" }
