package demo

import (
	"context"

	"github.com/google/uuid"

	"rundertisch/internal/access"
	"rundertisch/internal/db"
	"rundertisch/internal/grant"
	"rundertisch/internal/money"
)

// apply writes the application of a case, so that it asks for what the case
// amounts to; one that came back is mended.
func (b *bookkeeper) apply(ctx context.Context, tx *db.Tx, c grantCase, caseID uuid.UUID, mended bool) error {
	if err := b.as(ctx, tx, b.person(access.Signatory, c.place)); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `
		INSERT INTO application (case_id, district_id, content) SELECT id, district_id, '{}' FROM grant_case WHERE id = $1 ON CONFLICT DO NOTHING`, caseID); err != nil {
		return err
	}
	now, err := grant.ByID(ctx, tx, caseID)
	if err != nil {
		return err
	}
	d, err := grant.ApplicationOf(ctx, tx, caseID)
	if err != nil {
		return err
	}
	content := application(now.Amount, c.regime.terms)
	if mended {
		content.Texts[grant.Goals] = "Bis zum Ende des Zeitraums: zwei neue Praxen, sechs Famulaturen, ein Netzwerktreffen im Quartal."
	}
	return grant.SaveApplication(ctx, tx, caseID, d.Version, content)
}

// check lets the database check what was sent in, as at the end of a request: one
// transaction leads the case on to other amounts.
func (*bookkeeper) check(ctx context.Context, tx *db.Tx, event string) error {
	if event != "submitted" && event != "resubmitted" {
		return nil
	}
	_, err := tx.Exec(ctx, `SET CONSTRAINTS ALL IMMEDIATE`)
	if err == nil {
		_, err = tx.Exec(ctx, `SET CONSTRAINTS ALL DEFERRED`)
	}
	return err
}

// application asks for an amount, with the own share that the terms want.
func application(asked money.Cents, t grant.Terms) grant.ApplicationContent {
	own := asked*money.Cents(t.OwnShare)/money.Cents(1000-t.OwnShare) + 1
	spent := asked + own
	events, travel := spent/20, spent/40
	return grant.ApplicationContent{
		Texts: map[grant.Section]string{
			grant.Need:     "In zwei von fünf Planungsbereichen fehlen Hausärztinnen und Hausärzte. Die Beteiligten kennen einander, sitzen aber selten an einem Tisch.",
			grant.Goals:    "Mehr Nachwuchs in der Region, verlässliche Absprachen zwischen Praxen, Kliniken und Pflege.",
			grant.Measures: "Netzwerktreffen, Beratung bei Niederlassungen, Besuche an Hochschulen, Vorbereitung der Regionalkonferenz.",
			grant.Involved: "Gesundheitsamt, Kassenärztliche Vereinigung, Krankenhausträger und Gemeinden haben den Antrag mitberaten.",
			grant.Contact:  "Sozialdezernat, Sachgebiet Gesundheitskoordination",
		},
		Lines: grant.PlanLines{
			{Kind: grant.Staff, Amount: spent - events - travel, Note: "Koordinierungsstelle"},
			{Kind: grant.Travel, Amount: travel},
			{Kind: grant.Events, Amount: events, Note: "Netzwerktreffen"},
			{Kind: grant.OwnMoney, Amount: own},
			{Kind: grant.TheGrant, Amount: asked},
		},
		NotStarted: true, VAT: grant.DeductsNoVAT,
	}
}

// missing is what an application is sent back for.
func missing() []grant.Mark {
	return []grant.Mark{
		{Section: grant.Goals, Note: "Bitte nennen Sie Ziele, die sich messen lassen, mit Zahlen und Terminen."},
		{Section: grant.PlanSection, Note: "Bitte erläutern Sie die Reisekosten."},
	}
}
