package grant

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/fault"
)

// Section is a part of an application, by which it is sent back and compared.
type Section string

// The parts of an application in their order.
const (
	Need         Section = "need"         // Ausgangslage und Bedarf
	Goals        Section = "goals"        // Ziele, an denen der Erfolg gemessen wird (VVK 3)
	Measures     Section = "measures"     // Maßnahmen und Zeitplan
	Involved     Section = "involved"     // Beteiligte und Abstimmung
	PlanSection  Section = "plan"         // Finanzierungsplan
	Declarations Section = "declarations" // Erklärungen
	Contact      Section = "contact"      // wer Fragen beantwortet
)

// Sections returns every part in the order of the form.
func Sections() []Section {
	return []Section{Need, Goals, Measures, Involved, PlanSection, Declarations, Contact}
}

// Valid says whether s is a part.
func (s Section) Valid() bool { return slices.Contains(Sections(), s) }

// NameKey is the key of the part's name.
func (s Section) NameKey() string { return "grant.section." + string(s) }

// Written says whether the part is running text, which is told under its name.
func (s Section) Written() bool { return s != PlanSection && s != Declarations }

// VAT is what a district says about the deduction of input tax
// (Vorsteuerabzug, § 15 UStG), which lowers its eligible costs (VVK 3).
type VAT string

// The answers.
const (
	DeductsNoVAT VAT = "no"
	DeductsVAT   VAT = "yes"
)

// ApplicationContent is what a district asks for and why.
type ApplicationContent struct {
	Texts      map[Section]string `json:"texts"` // of the parts that are running text
	Lines      PlanLines          `json:"lines"`
	NotStarted bool               `json:"not_started"` // declares that the project has not begun (VVK 1.3)
	VAT        VAT                `json:"vat"`         // "": not said yet
}

// TextField is the name of the form's field for a part's text.
func TextField(s Section) string { return "text-" + string(s) }

// checkDraft finds what a draft may not be: too long.
func (a ApplicationContent) checkDraft(f fault.Fields) {
	for s, text := range a.Texts {
		f.Limit(TextField(s), text, 4000)
	}
	for _, l := range a.Lines {
		if l.Amount < 0 || l.Amount.Check() != nil {
			f.Add(LineField(l.Kind), "grant.error.amount")
		}
		f.Limit(NoteField(l.Kind), l.Note, 300)
	}
	if !slices.Contains([]VAT{"", DeductsNoVAT, DeductsVAT}, a.VAT) {
		f.Add("vat", "field.missing")
	}
}

// check finds what an application lacks to be sent in: a text, a plan that
// balances and keeps to the terms, a declaration (VVK 3.2).
func (a ApplicationContent) check(ctx context.Context, f fault.Fields, t Terms, period calendar.Range) {
	for _, s := range Sections() {
		if s.Written() {
			f.Require(TextField(s), a.Texts[s], 4000)
		}
	}
	a.Lines.check(ctx, f, t)
	asked := a.Lines.Of(TheGrant)
	if most := t.capOf(period); asked > most {
		f.Add(LineField(TheGrant), "grant.error.above_cap", "Most", euro(ctx, most))
	}
	if most, err := a.Lines.Expenditure().Portion(int64(t.Rate), 1000); err == nil && t.Financing == Share && asked > most {
		f.Add(LineField(TheGrant), "grant.error.above_rate", "Most", euro(ctx, most))
	}
	if asked <= 0 {
		f.Add(LineField(TheGrant), "field.missing")
	}
	if !a.NotStarted {
		f.Add("not_started", "grant.error.not_started")
	}
	if a.VAT == "" {
		f.Add("vat", "field.missing")
	}
	a.checkDraft(f)
}

// Differs returns the parts in which two applications say something else.
func (a ApplicationContent) Differs(b ApplicationContent) []Section {
	return slices.DeleteFunc(Sections(), func(s Section) bool {
		switch s {
		case PlanSection:
			return slices.Equal(a.Lines.Written(), b.Lines.Written())
		case Declarations:
			return a.NotStarted == b.NotStarted && a.VAT == b.VAT
		}
		return a.Texts[s] == b.Texts[s]
	})
}

// ApplicationDraft is an application as the district writes it.
type ApplicationDraft struct {
	Content   ApplicationContent
	UpdatedAt time.Time
	UpdatedBy string // "": the system
	Version   int
}

// ApplicationOf returns what the district has written so far; nil for whoever is
// not of the district, and where there is no application.
func ApplicationOf(ctx context.Context, tx *db.Tx, caseID uuid.UUID) (*ApplicationDraft, error) {
	rows, _ := tx.Query(ctx, `
		SELECT a.content, a.updated_at, coalesce(p.name, '') AS updated_by, a.version
		FROM application a
		LEFT JOIN person p ON p.programme_id = a.programme_id AND p.id = a.updated_by
		WHERE a.case_id = $1`, caseID)
	d, err := pgx.CollectExactlyOneRow(rows, pgx.RowToAddrOfStructByName[ApplicationDraft])
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, nil //nolint:nilnil // not the reader's
	}
	if err != nil {
		return nil, fmt.Errorf("application of case %s: %w", caseID, err)
	}
	return d, nil
}

// Received is what was received (Eingang): the application with what it is of.
type Received struct {
	FileRef     string             `json:"file_ref"`
	Scheme      string             `json:"scheme"`
	Law         Law                `json:"law"`
	Recipient   string             `json:"recipient"` // the district that asks
	Period      calendar.Range     `json:"period"`
	Application ApplicationContent `json:"application"`
	SentBy      string             `json:"sent_by"`
	No          int                `json:"no"`
}

// ReceiptOfApplication is an application as received, sealed.
type ReceiptOfApplication struct {
	ID      uuid.UUID
	No      int
	Content Received
	SHA256  []byte
	At      time.Time
	By      string
}

// ReceiptsOfApplication returns what was received in a case, the newest first.
// The first one's day is the day of the application (VVK 3.1), whatever was sent
// back later.
func ReceiptsOfApplication(ctx context.Context, tx *db.Tx, caseID uuid.UUID) ([]ReceiptOfApplication, error) {
	rows, _ := tx.Query(ctx, `
		SELECT r.id, r.no, r.content, r.sha256, r.received_at, coalesce(p.name, '')
		FROM application_receipt r
		LEFT JOIN person p ON p.programme_id = r.programme_id AND p.id = r.received_by
		WHERE r.case_id = $1
		ORDER BY r.no DESC`, caseID)
	list, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (r ReceiptOfApplication, err error) {
		var raw []byte
		if err := row.Scan(&r.ID, &r.No, &raw, &r.SHA256, &r.At, &r.By); err != nil {
			return r, err
		}
		return r, json.Unmarshal(raw, &r.Content)
	})
	if err != nil {
		return nil, fmt.Errorf("receipts of case %s: %w", caseID, err)
	}
	return list, nil
}

// Mark is a part that an application is sent back for, and what to mend there.
type Mark struct {
	Section Section `json:"section"`
	Note    string  `json:"note"`
}

// Return is an application sent back (Nachforderung).
type Return struct {
	ID    uuid.UUID
	DueOn calendar.Date
	Marks []Mark
	At    time.Time
}

// Note is what the return says about a part.
func (r Return) Note(s Section) string {
	for _, m := range r.Marks {
		if m.Section == s {
			return m.Note
		}
	}
	return ""
}

// Returns returns how often and for what an application was sent back, the
// newest first.
func Returns(ctx context.Context, tx *db.Tx, caseID uuid.UUID) ([]Return, error) {
	rows, _ := tx.Query(ctx, `SELECT id, due_on, marks, at FROM application_return WHERE case_id = $1 ORDER BY at DESC`, caseID)
	list, err := pgx.CollectRows(rows, pgx.RowToStructByName[Return])
	if err != nil {
		return nil, fmt.Errorf("returns of case %s: %w", caseID, err)
	}
	return list, nil
}
