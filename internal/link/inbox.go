package link

import "github.com/google/uuid"

// Messages lists the notices to the person.
func Messages() string { return "/mitteilungen" }

// UnreadMessages lists the notices that were not read.
func UnreadMessages() string { return Messages() + "?ungelesen=1" }

// OpenMessage leads to what a notice is about and marks it as read (POST).
func OpenMessage(id uuid.UUID) string { return Messages() + "/" + id.String() + "/gelesen" }

// ReadMessages marks every notice as read (POST).
func ReadMessages() string { return Messages() + "/gelesen" }

// MessageWishes is the form that says how the person wants to hear by e-mail.
func MessageWishes() string { return Messages() + "/einstellungen" }
