package programme

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rundertisch/internal/access"
	"rundertisch/internal/db"
)

// Programme is a tenant.
type Programme struct {
	ID        uuid.UUID
	Slug      string
	Name      string
	Hosts     []string                     // host names without a port
	IsDefault bool                         // answers on hosts that no programme names
	Words     map[string]map[string]string // language -> locale key -> the programme's own text
	DemoToday *time.Time                   // the day on which demo data end, UTC midnight; nil: a real programme
}

// All returns every programme, the default one first.
func All(ctx context.Context, d *db.DB) ([]Programme, error) {
	ctx = access.NewContext(ctx, access.Public(uuid.Nil))
	var list []Programme
	err := d.Read(ctx, access.ReadBoard, func(tx *db.Tx) error {
		rows, _ := tx.Query(ctx, `
			SELECT id, slug, name, hosts, is_default, words, demo_today
			FROM programme
			ORDER BY is_default DESC, slug`)
		var err error
		list, err = pgx.CollectRows(rows, pgx.RowToStructByName[Programme])
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list programmes: %w", err)
	}
	return list, nil
}

// IDs returns the id of every programme, for jobs that go through all.
func IDs(ctx context.Context, d *db.DB) ([]uuid.UUID, error) {
	all, err := All(ctx, d)
	if err != nil {
		return nil, err
	}
	ids := make([]uuid.UUID, len(all))
	for i, p := range all {
		ids[i] = p.ID
	}
	return ids, nil
}
