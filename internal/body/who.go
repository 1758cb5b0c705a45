package body

import (
	"context"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rundertisch/internal/db"
	"rundertisch/internal/fault"
)

// MaxPersonName is how long a person's name may be, in characters.
const MaxPersonName = 120

// Who names a person: by e-mail one whom the programme knows, else a new one.
// A name alone is always a new person: with a seat come rights, and two people
// may have the same name.
type Who struct {
	Email string
	Name  string // needed unless the e-mail is known
}

func (w Who) check(f fault.Fields) {
	if w.Email == "" {
		f.Require("person_name", w.Name, MaxPersonName)
		return
	}
	checkEmail(f, "person_email", w.Email)
	if w.Name != "" {
		f.Require("person_name", w.Name, MaxPersonName)
	}
}

// find returns the person, a new one if the programme does not know it. It
// returns fault.Fields if a new one has no name.
func (w Who) find(ctx context.Context, tx *db.Tx) (uuid.UUID, error) {
	if w.Email != "" {
		rows, _ := tx.Query(ctx, `SELECT id FROM person WHERE lower(email) = lower($1)`, w.Email)
		found, err := pgx.CollectRows(rows, pgx.RowTo[uuid.UUID])
		if err != nil {
			return uuid.Nil, fmt.Errorf("look for person: %w", err)
		}
		if len(found) > 0 {
			return found[0], nil
		}
	}
	if w.Name == "" {
		return uuid.Nil, fault.Field("person_name", "body.error.unknown_email")
	}
	id := uuid.New()
	if _, err := tx.Exec(ctx, `INSERT INTO person (id, name, email) VALUES ($1, $2, nullif($3, ''))`, id, w.Name, w.Email); err != nil {
		return uuid.Nil, fmt.Errorf("add person: %w", err)
	}
	return id, nil
}
