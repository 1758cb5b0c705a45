package activity

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rundertisch/internal/access"
	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/fault"
	"rundertisch/internal/partner"
	"rundertisch/internal/sheetread"
)

// Import is an uploaded log that waits to be taken over.
type Import struct {
	ID          uuid.UUID
	DistrictID  uuid.UUID
	FileName    string
	Sheet       *sheetread.Sheet // nil once it was taken over
	Choices     Choices
	RowCount    int
	CreatedAt   time.Time
	CommittedAt *time.Time
}

// Upload is a file to be kept. ID comes from the form.
type Upload struct {
	ID       uuid.UUID
	District uuid.UUID // zero: the actor's only one
	FileName string
	Data     []byte
}

// ReadUpload is an upload whose file was read.
type ReadUpload struct {
	Upload
	sheet sheetread.Sheet
}

// Read reads the uploaded file, outside a transaction: it can take a while. It
// returns fault.Forbidden if the context's actor may not import for the
// district, fault.Fields that say why a file is refused, and fault.Unavailable
// if too many files are being read at the moment.
func (u Upload) Read(ctx context.Context) (ReadUpload, error) {
	actor, _ := access.FromContext(ctx)
	if _, err := importDistrict(actor, u.District); err != nil {
		return ReadUpload{}, err
	}
	sheet, err := sheetread.ReadInTurn(ctx, u.FileName, u.Data)
	return ReadUpload{Upload: u, sheet: sheet}, err
}

// Keep lets a file that was read wait, for its person alone. Entries are made
// only by Commit. The same form sent again changes nothing. It returns
// fault.Fields for a file that the district took over before, fault.Conflict
// if another file was kept under the id, and fault.NotFound if the id is
// somebody else's.
func Keep(ctx context.Context, tx *db.Tx, u ReadUpload) error {
	district, err := importDistrict(tx.Actor, u.District)
	if err != nil {
		return err
	}
	hash := sha256.Sum256(u.Data)
	var before *time.Time
	if err := tx.QueryRow(ctx, `
		SELECT max(committed_at)
		FROM activity_import
		WHERE district_id = $1 AND file_hash = $2`, district, hash[:]).Scan(&before); err != nil {
		return fmt.Errorf("look for the same file: %w", err)
	}
	if before != nil {
		return fault.Field("file", "activity.import.error.again", "Date", calendar.Of(*before).Time().Format("02.01.2006"))
	}
	name := []rune(u.FileName)
	kept, err := tx.Exec(ctx, `
		INSERT INTO activity_import (id, district_id, file_name, file_hash, sheet, choices, row_count)
		VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (programme_id, id) DO NOTHING`,
		u.ID, district, string(name[max(0, len(name)-255):]), hash[:], u.sheet, Guess(u.sheet.Head), len(u.sheet.Rows))
	if err != nil {
		return fmt.Errorf("keep upload: %w", err)
	}
	if kept == 0 {
		return keptAgain(ctx, tx, u.ID, district, hash[:])
	}
	return nil
}

// keptAgain says what it means that the id was kept before.
func keptAgain(ctx context.Context, tx *db.Tx, id, district uuid.UUID, hash []byte) error {
	var same bool
	err := tx.QueryRow(ctx, `
		SELECT district_id = $2 AND file_hash = $3
		FROM activity_import
		WHERE id = $1 AND person_id = current_person()`, id, district, hash).Scan(&same)
	if err != nil { // no row: somebody else's
		return fmt.Errorf("keep upload %s again: %w", id, err)
	}
	if !same {
		return fault.Explain(fault.Conflict, "activity.import.used")
	}
	return nil
}

// importDistrict is the district for which the actor takes a log over.
func importDistrict(a access.Actor, asked uuid.UUID) (uuid.UUID, error) {
	district, err := ownDistrict(a, asked)
	if err == nil && !a.MayIn(access.ImportActivities, district) {
		err = fmt.Errorf("import for district %s: %w", district, fault.Forbidden)
	}
	return district, err
}

const importColumns = `id, district_id, file_name, sheet, choices, row_count, created_at, committed_at`

// ImportByID returns the actor's uploaded log. It returns fault.NotFound if
// there is none or it is somebody else's.
func ImportByID(ctx context.Context, tx *db.Tx, id uuid.UUID) (Import, error) {
	rows, _ := tx.Query(ctx, `
		SELECT `+importColumns+`
		FROM activity_import
		WHERE id = $1 AND person_id = current_person()`, id)
	i, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[Import])
	if err != nil {
		return Import{}, fmt.Errorf("import %s: %w", id, err)
	}
	return i, nil
}

// Waiting returns the actor's uploaded logs that wait, the newest first and
// without their rows.
func Waiting(ctx context.Context, tx *db.Tx) ([]Import, error) {
	rows, _ := tx.Query(ctx, `
		SELECT id, district_id, file_name, NULL::jsonb AS sheet, choices, row_count, created_at, committed_at
		FROM activity_import
		WHERE person_id = current_person() AND committed_at IS NULL AND created_at > $1
		ORDER BY created_at DESC
		LIMIT 20`, tx.Now.Add(-ImportPatience))
	list, err := pgx.CollectRows(rows, pgx.RowToStructByName[Import])
	if err != nil {
		return nil, fmt.Errorf("waiting imports: %w", err)
	}
	return list, nil
}

// Choose sets how the log is to be read. It returns fault.Fields for choices
// that make no sense, and fault.NotFound if no such log waits.
func Choose(ctx context.Context, tx *db.Tx, id uuid.UUID, c Choices) error {
	f := fault.Fields{}
	used := map[Column]bool{}
	for i, col := range c.Columns {
		switch {
		case !col.Valid():
			f.Add(ColumnField(i), "field.choice")
		case col != "" && used[col]:
			f.Add(ColumnField(i), "activity.import.error.twice")
		}
		used[col] = true
	}
	if !c.Type.Valid() {
		f.Add("type", "field.choice")
	}
	if !c.Visibility.Valid() {
		f.Add("visibility", "field.choice")
	}
	if err := f.Err(); err != nil {
		return err
	}
	if err := tx.ExecOne(ctx, `UPDATE activity_import SET choices = $2 WHERE id = $1 AND committed_at IS NULL`, id, c); err != nil {
		return fmt.Errorf("choose columns of import %s: %w", id, err)
	}
	return nil
}

// ColumnField names the form's field of the i-th column, counted from zero.
func ColumnField(i int) string { return fmt.Sprintf("column-%d", i+1) }

// DiscardImport deletes a log that waits. It returns fault.NotFound if there
// is none.
func DiscardImport(ctx context.Context, tx *db.Tx, id uuid.UUID) error {
	err := tx.ExecOne(ctx, `DELETE FROM activity_import WHERE id = $1 AND committed_at IS NULL AND person_id = current_person()`, id)
	if err != nil {
		return fmt.Errorf("discard import %s: %w", id, err)
	}
	return nil
}

// Commit makes entries of all rows of the log, or of none. Committing it again
// changes nothing. It returns how many entries there are, fault.Conflict while
// rows have faults, and fault.NotFound if there is no such log.
func Commit(ctx context.Context, tx *db.Tx, id uuid.UUID) (entries int, err error) {
	rows, _ := tx.Query(ctx, `
		SELECT `+importColumns+`
		FROM activity_import
		WHERE id = $1 AND committed_at IS NULL AND person_id = current_person()
		FOR UPDATE`, id)
	i, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[Import])
	if errors.Is(err, pgx.ErrNoRows) { // done before, or nobody's
		done, err := ImportByID(ctx, tx, id)
		return done.RowCount, err
	}
	if err != nil {
		return 0, fmt.Errorf("commit import %s: %w", id, err)
	}
	if _, err := importDistrict(tx.Actor, i.DistrictID); err != nil {
		return 0, err
	}
	read := Read(i.ID, *i.Sheet, i.Choices, calendar.Of(tx.Now))
	if !read.Ready() {
		return 0, fault.Explain(fault.Conflict, "activity.import.not_ready")
	}
	if err := insertAll(ctx, tx, i, read.Entries); err != nil {
		return 0, err
	}
	err = tx.ExecOne(ctx, `UPDATE activity_import SET committed_at = now(), sheet = NULL WHERE id = $1`, id)
	if db.Constraint(err) == "activity_import_once" {
		return 0, fault.Explain(fault.Conflict, "activity.import.done_elsewhere")
	}
	if err != nil {
		return 0, fmt.Errorf("commit import %s: %w", id, err)
	}
	return len(read.Entries), nil
}

// chunk is how many rows travel in one statement.
const chunk = 1000

// insertAll writes the entries and their partners. COPY is not for tables with
// row-level security, so rows travel as arrays.
func insertAll(ctx context.Context, tx *db.Tx, i Import, entries []Input) error {
	b := &pgx.Batch{}
	names := Reading{Entries: entries}.PartnerNames()
	partner.AddMissing(b, names)
	for len(entries) > 0 {
		part := entries[:min(chunk, len(entries))]
		entries = entries[len(part):]
		queueInsert(b, i, part)
		queueLinks(b, part)
	}
	if err := tx.SendBatch(ctx, b).Close(); err != nil {
		return fmt.Errorf("insert imported activities: %w", err)
	}
	return nil
}

func queueInsert(b *pgx.Batch, i Import, part []Input) {
	var ids []uuid.UUID
	var minutes []int
	texts := make([][]string, 9) // one array for each text column
	for _, in := range part {
		ids, minutes = append(ids, in.ID), append(minutes, in.Minutes)
		for c, s := range []string{
			string(in.Type), in.HappenedOn.String(), in.Title, in.Body, string(in.Field), in.Result, in.NextStep,
			in.FollowUpOn.String(), string(in.Visibility),
		} {
			texts[c] = append(texts[c], s)
		}
	}
	args := []any{i.DistrictID, i.ID, ids, minutes}
	for _, t := range texts {
		args = append(args, t)
	}
	b.Queue(`
		INSERT INTO activity (id, district_id, import_id, minutes, type, happened_on, title, body, field, result, next_step,
			follow_up_on, visibility)
		SELECT r.id, $1, $2, nullif(r.minutes, 0), r.type, r.happened_on::date, r.title, r.body, r.field, r.result, r.next_step,
			nullif(r.follow_up_on, '')::date, r.visibility
		FROM unnest($3::uuid[], $4::int[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[], $11::text[],
			$12::text[], $13::text[])
			AS r(id, minutes, type, happened_on, title, body, field, result, next_step, follow_up_on, visibility)`, args...)
}

func queueLinks(b *pgx.Batch, part []Input) {
	var ids []uuid.UUID
	var names []string
	for _, in := range part {
		for _, name := range in.Partners {
			ids, names = append(ids, in.ID), append(names, name)
		}
	}
	b.Queue(`
		INSERT INTO activity_partner (activity_id, partner_id)
		SELECT DISTINCT l.id, p.id
		FROM unnest($1::uuid[], $2::text[]) AS l(id, name)
		JOIN partner p ON p.name_key = partner_key(l.name)`, ids, names)
}
