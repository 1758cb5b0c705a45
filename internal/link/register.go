package link

import "github.com/google/uuid"

// GrantDrawdown is the form by which a district asks for a part of its grant.
func GrantDrawdown(id uuid.UUID) string { return Grant(id) + "/abruf" }

// PaymentAnswers takes the cash system's answers and lists them.
func PaymentAnswers() string { return Payments() + "/rueckmeldung" }

// PaymentAnswer is one answer, line by line.
func PaymentAnswer(id uuid.UUID) string { return PaymentAnswers() + "/" + id.String() }

// PaymentAnswerFile is an answer as it came.
func PaymentAnswerFile(id uuid.UUID) string { return PaymentAnswer(id) + "/datei" }

// BookPaymentAnswer books what an answer says.
func BookPaymentAnswer(id uuid.UUID) string { return PaymentAnswer(id) + "/buchen" }

// CaseImports takes lists of old cases and lists them.
func CaseImports() string { return Grants() + "/import" }

// CaseImport is one list of old cases.
func CaseImport(id uuid.UUID) string { return CaseImports() + "/" + id.String() }

// EnterCases takes a list of old cases over.
func EnterCases(id uuid.UUID) string { return CaseImport(id) + "/uebernehmen" }

// GrantDatabase offers notices and payments of a year for the state's grant
// database.
func GrantDatabase() string { return Grants() + "/register/foerderdatenbank" }
