package district

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
)

// columns of the file that ReadCSV reads.
var columns = []string{"ags", "name", "short_name", "kind", "nuts3", "seat"}

// ReadCSV reads districts from a table with semicolons and a first row of
// column names: ags;name;short_name;kind;nuts3;seat. kind is rural_district or
// district_free_city. Errors name the line.
func ReadCSV(r io.Reader) ([]District, error) {
	in := csv.NewReader(r)
	in.Comma = ';'
	in.FieldsPerRecord = len(columns)
	rows, err := in.ReadAll()
	if err != nil {
		return nil, fmt.Errorf("read districts: %w", err)
	}
	if len(rows) == 0 || !slices.Equal(rows[0], columns) {
		return nil, fmt.Errorf("read districts: the first line must be %v", columns)
	}
	list := make([]District, 0, len(rows)-1)
	for i, row := range rows[1:] {
		kind := Kind(row[3])
		if kind != RuralDistrict && kind != DistrictFreeCity {
			return nil, fmt.Errorf("read districts: line %d: unknown kind %q", i+2, row[3])
		}
		list = append(list, District{ID: uuid.New(), AGS: row[0], Name: row[1], ShortName: row[2], Kind: kind, NUTS3: row[4], Seat: row[5]})
	}
	if len(list) == 0 {
		return nil, errors.New("read districts: no line")
	}
	return list, nil
}

// Add makes districts, each with a post that is in no state yet. A district
// without a beginning always was. For the system.
func Add(ctx context.Context, tx *db.Tx, list []District) error {
	b := &pgx.Batch{}
	for _, d := range list {
		if d.Valid.From.IsZero() {
			d.Valid.From = calendar.NewDate(2000, 1, 1)
		}
		b.Queue(`
			INSERT INTO district (id, ags, name, short_name, kind, nuts3, seat, valid)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`, d.ID, d.AGS, d.Name, d.ShortName, d.Kind, d.NUTS3, d.Seat, d.Valid)
		b.Queue(`INSERT INTO post (district_id) VALUES ($1)`, d.ID)
	}
	if err := tx.SendBatch(ctx, b).Close(); err != nil {
		return fmt.Errorf("add districts: %w", err)
	}
	return nil
}
