package district

import (
	"context"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
)

// Kind says whether a district is rural or a city of its own.
type Kind string

// The kinds.
const (
	RuralDistrict    Kind = "rural_district"     // Landkreis
	DistrictFreeCity Kind = "district_free_city" // Kreisfreie Stadt
)

// District is a Landkreis or a Kreisfreie Stadt. People know it by its AGS of
// five digits; names repeat (Leipzig is two districts).
type District struct {
	ID        uuid.UUID
	AGS       string `db:"ags"`
	Name      string // "Landkreis Görlitz"
	ShortName string // "Görlitz"
	Kind      Kind
	NUTS3     string `db:"nuts3"`
	Seat      string
	Valid     calendar.Range // from when until when it exists
}

// List returns the districts that exist on the day, by name.
func List(ctx context.Context, tx *db.Tx, on calendar.Date) ([]District, error) {
	rows, _ := tx.Query(ctx, `
		SELECT id, ags, name, short_name, kind, nuts3, seat, valid
		FROM district
		WHERE valid @> $1::date
		ORDER BY short_name COLLATE "de-x-icu", ags`, on)
	list, err := pgx.CollectRows(rows, pgx.RowToStructByName[District])
	if err != nil {
		return nil, fmt.Errorf("list districts: %w", err)
	}
	return list, nil
}

// ByAGS returns the district. It returns fault.NotFound if the programme has
// none with this key.
func ByAGS(ctx context.Context, tx *db.Tx, ags string) (District, error) {
	rows, _ := tx.Query(ctx, `
		SELECT id, ags, name, short_name, kind, nuts3, seat, valid
		FROM district
		WHERE ags = $1`, ags)
	d, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[District])
	if err != nil {
		return District{}, fmt.Errorf("district %.10q: %w", ags, err)
	}
	return d, nil
}
