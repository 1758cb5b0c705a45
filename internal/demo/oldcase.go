package demo

import (
	"context"
	"fmt"
	"strings"

	"github.com/google/uuid"

	"rundertisch/internal/access"
	"rundertisch/internal/db"
	"rundertisch/internal/grant"
)

// seedOldCases takes three cases over from before the programme's first own
// year.
func (t tenant) seedOldCases(ctx context.Context, tx *db.Tx, b *bookkeeper, this int) error {
	y := this - 12
	var file strings.Builder
	file.WriteString("ags;regelung;von;bis;betrag;stand;altes_az;bescheid_am;ausgezahlt;ausgezahlt_am;nachweis_am;geprueft_am\r\n")
	for i, state := range []string{"closed", "settled", "completed"} {
		proof, checked := fmt.Sprintf("%d-05-02", y+1), fmt.Sprintf("%d-09-15", y+1)
		if state == "completed" {
			proof, checked = "", ""
		}
		_, _ = fmt.Fprintf(&file, "%s;LOTSE;%d-01-01;%d-12-31;%d.000,00;%s;G-%d/%d;%d-12-01;18.000,00;%d-02-15;%s;%s\r\n",
			t.places[i].ags, y, y, 40+2*i, state, 17+i, y%100, y-1, y, proof, checked)
	}
	if err := b.as(ctx, tx, b.person(access.CaseOfficer, t.places[0])); err != nil {
		return err
	}
	u, err := grant.CaseUpload{ID: id("old_cases/" + t.slug), FileName: "altfaelle-gesundheitslotsen.csv", Data: []byte(file.String())}.Read(ctx, tx.Now)
	if err != nil {
		return err
	}
	if err := grant.KeepCases(ctx, tx, u); err != nil {
		return err
	}
	if _, err := grant.SeedOldCases(ctx, tx, u.ID); err != nil {
		return fmt.Errorf("old cases: %w", err)
	}
	return b.as(ctx, tx, uuid.Nil)
}
