package inbox

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"rundertisch/internal/db"
	"rundertisch/internal/fault"
)

// Wishes says for each kind when the actor gets its e-mail: as the person
// wished, else as is usual. Duty kinds are always [Now].
func Wishes(ctx context.Context, tx *db.Tx) (map[Kind]When, error) {
	rows, _ := tx.Query(ctx, `SELECT kind, mail_by FROM notification_wish WHERE person_id = $1`, tx.Actor.Person)
	wishes := map[Kind]When{}
	for _, k := range Kinds() {
		wishes[k] = k.Usual()
	}
	var kind Kind
	var when When
	_, err := pgx.ForEachRow(rows, []any{&kind, &when}, func() error {
		if kind.Valid() && !kind.Duty() {
			wishes[kind] = when
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("wishes: %w", err)
	}
	return wishes, nil
}

// SetWishes records when the actor wants the e-mail of each kind. It returns
// fault.Fields, by kind, for a value that is none and for a duty kind that is
// to go out later or not at all.
func SetWishes(ctx context.Context, tx *db.Tx, wishes map[Kind]When) error {
	f := fault.Fields{}
	var kinds, whens []string
	for _, k := range Kinds() {
		when, given := wishes[k]
		switch {
		case !given:
		case !when.Valid():
			f.Add(string(k), "field.choice")
		case k.Duty() && when != Now:
			f.Add(string(k), "inbox.error.duty")
		case !k.Duty():
			kinds, whens = append(kinds, string(k)), append(whens, string(when))
		}
	}
	if err := f.Err(); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `
		INSERT INTO notification_wish (programme_id, person_id, kind, mail_by)
		SELECT $1, $2, kind, mail_by FROM unnest($3::text[], $4::text[]) AS w (kind, mail_by)
		ON CONFLICT (programme_id, person_id, kind) DO UPDATE SET mail_by = EXCLUDED.mail_by`,
		tx.Actor.Programme, tx.Actor.Person, kinds, whens)
	if err != nil {
		return fmt.Errorf("set wishes: %w", err)
	}
	return nil
}
