package demo

import (
	"github.com/jackc/pgx/v5"

	"rundertisch/internal/grant"
)

// publish opens the list of grants to the public. Saxony's figures are those of
// its Transparenzgesetz; Musterland names recipients later.
func (t tenant) publish(b *pgx.Batch) {
	r := grant.TransparencyRule{ID: id("transparency/" + t.slug), ValidFrom: day("2023-01-01"), Paragraph: "SächsTranspG", FromAmount: 2_500_00, RecipientFrom: 10_000_00, Years: 5}
	if t.slug == musterland {
		r.Paragraph, r.RecipientFrom = "Transparenzordnung, Nummer 2", 25_000_00
	}
	grant.QueuePublicRule(b, r, noon(r.ValidFrom))
}
