package activity

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
)

// PageSize is how many entries a page of the list shows.
const PageSize = 50

// countLimit is the number up to which hits are counted.
const countLimit = 1001

// Item is an entry in a list.
type Item struct {
	ID             uuid.UUID
	HappenedOn     calendar.Date
	Type           Type
	Title          string
	Field          Field
	Minutes        int
	Visibility     Visibility
	District       string
	Author         string
	Partners       []string
	FollowUpOn     calendar.Date
	FollowUpDoneAt *time.Time
	Simulated      bool
}

// Open says whether the next step waits to be done.
func (i Item) Open() bool { return !i.FollowUpOn.IsZero() && i.FollowUpDoneAt == nil }

// Choice is something to choose from, by id.
type Choice struct {
	ID   uuid.UUID
	Name string
}

// Place is a district to choose from.
type Place struct {
	ID   uuid.UUID
	AGS  string `db:"ags"`
	Name string
}

// Page is one page of the list with what its forms offer.
type Page struct {
	Items       []Item
	Count       int       // of all that the filter leaves, counted up to 1,001
	Prev, Next  Cursor    // zero: there is none
	Partner     string    // name of the filter's partner
	LastType    Type      // of the actor's newest entry; Meeting if there is none
	OwnDistrict uuid.UUID // for which the actor logs; zero: none
	Lookups
}

// Lookups are what the forms of a list offer. They change seldom and depend on
// the actor and on the filter's district and author alone.
type Lookups struct {
	Authors   []Choice
	Districts []Place
	UsedOften []string // the partners that the actor's district names most
	Many      bool     // the list with no other filter holds more than is counted
}

// List returns a page of the entries that the filter leaves, the newest first.
// It travels in one round trip and ends the transaction.
func List(ctx context.Context, tx *db.Tx, f Filter, c Cursor) (Page, error) {
	return ListWith(ctx, tx, f, c, nil)
}

// ListWith is List with offers that are at hand; nil asks for them.
func ListWith(ctx context.Context, tx *db.Tx, f Filter, c Cursor, known *Lookups) (Page, error) {
	p := Page{LastType: Meeting}
	b := &pgx.Batch{}
	queueItems(b, f, c, &p)
	if known != nil && known.Many && f.plain() {
		p.Count = countLimit
	} else {
		queueCount(b, f, &p.Count)
	}
	if own := DistrictsOf(tx.Actor); len(own) > 0 {
		p.OwnDistrict = own[0]
		queueLastType(b, p.OwnDistrict, &p.LastType)
	}
	if known != nil {
		p.Lookups = *known
	} else {
		queueOffers(b, f, &p)
	}
	queuePartnerName(b, f, &p.Partner)
	if err := tx.SendOnly(ctx, b).Close(); err != nil {
		return Page{}, fmt.Errorf("list activities: %w", err)
	}
	p.Many = p.Many || f.plain() && p.Count >= countLimit
	return p, nil
}

func queueOffers(b *pgx.Batch, f Filter, p *Page) {
	queueAuthors(b, f, &p.Authors)
	queueDistricts(b, &p.Districts)
	if p.OwnDistrict != uuid.Nil {
		QueueUsedOften(b, p.OwnDistrict, &p.UsedOften)
	}
}

// items is the list's statement; the conditions go into its %s.
func items(q *query, order string, most int) string {
	return fmt.Sprintf(`
		SELECT a.id, a.happened_on, a.type, a.title, a.field, coalesce(a.minutes, 0) AS minutes, a.visibility,
			d.short_name AS district, p.name AS author, a.follow_up_on, a.follow_up_done_at, a.simulated,
			ARRAY(SELECT n.name
				FROM activity_partner l
				JOIN partner n ON n.programme_id = l.programme_id AND n.id = l.partner_id
				WHERE l.programme_id = a.programme_id AND l.activity_id = a.id
				ORDER BY n.name_key) AS partners
		FROM (SELECT a.programme_id, a.id, a.district_id, a.author_id, a.happened_on, a.type, a.title, a.field, a.minutes,
				a.visibility, a.follow_up_on, a.follow_up_done_at, a.simulated
			FROM activity a
			WHERE %s
			ORDER BY a.happened_on %s, a.id %s
			LIMIT %d) AS a
		JOIN district d ON d.programme_id = a.programme_id AND d.id = a.district_id
		JOIN person p ON p.programme_id = a.programme_id AND p.id = a.author_id
		ORDER BY a.happened_on DESC, a.id DESC`, q.conditions(), order, order, most)
}

func queueItems(b *pgx.Batch, f Filter, c Cursor, p *Page) {
	q := f.live()
	q.from(c)
	if f.Words != "" {
		q.found(f, c, PageSize+1)
	}
	order := "DESC"
	if c.Back {
		order = "ASC"
	}
	b.Queue(items(q, order, PageSize+1), q.args...).Query(func(rows pgx.Rows) (err error) {
		p.Items, err = pgx.CollectRows(rows, pgx.RowToStructByName[Item])
		p.paginate(c)
		return err
	})
}

// paginate drops the entry that was read beyond the page and sets the cursors.
func (p *Page) paginate(c Cursor) {
	more := len(p.Items) > PageSize
	switch {
	case more && c.Back:
		p.Items = p.Items[1:]
	case more:
		p.Items = p.Items[:PageSize]
	}
	if len(p.Items) == 0 {
		return
	}
	first, last := p.Items[0], p.Items[len(p.Items)-1]
	if more && c.Back || !c.Back && !c.IsZero() {
		p.Prev = Cursor{On: first.HappenedOn, ID: first.ID, Back: true}
	}
	if more || c.Back {
		p.Next = Cursor{On: last.HappenedOn, ID: last.ID}
	}
}

func queueCount(b *pgx.Batch, f Filter, count *int) {
	q := f.live()
	if f.Words != "" {
		q.found(f, Cursor{}, countLimit)
	}
	b.Queue(fmt.Sprintf(`SELECT count(*) FROM (SELECT FROM activity a WHERE %s LIMIT %d) AS hits`, q.conditions(), countLimit),
		q.args...).QueryRow(func(row pgx.Row) error { return row.Scan(count) })
}

// queueAuthors asks who wrote entries that the actor sees in the filter's
// district; without a district, only for the author that the filter names. The
// rule is asked once for a person and a visibility, not for each entry, and
// OFFSET 0 lets each of them be looked up in activity_author.
func queueAuthors(b *pgx.Batch, f Filter, into *[]Choice) {
	q := &query{}
	author := q.arg(orNull(f.Author))
	written := "false"
	if f.District != uuid.Nil || f.AGS != "" {
		district := fmt.Sprintf(districtOf, q.arg(orNull(f.District)), q.arg(f.AGS))
		written = `EXISTS (SELECT
			FROM unnest('{own,district,ministry,public}'::text[]) AS v
			WHERE activity_visible(` + district + `, p.id, v, false, NULL,
					(SELECT current_districts()), (SELECT current_person()), (SELECT current_released()))
				AND EXISTS (SELECT
					FROM activity a
					WHERE a.programme_id = p.programme_id AND a.author_id = p.id AND a.district_id = ` + district + `
						AND a.visibility = v AND a.deleted_at IS NULL AND NOT a.draft
					OFFSET 0))`
	}
	b.Queue(`
		SELECT p.id, p.name
		FROM person p
		WHERE p.id = `+author+` OR `+written+`
		ORDER BY p.name
		LIMIT 200`, q.args...).Query(func(rows pgx.Rows) (err error) {
		*into, err = pgx.CollectRows(rows, pgx.RowToStructByName[Choice])
		return err
	})
}

func queuePartnerName(b *pgx.Batch, f Filter, into *string) {
	if !f.hasPartner() {
		return
	}
	b.Queue(`SELECT name FROM partner WHERE id = `+fmt.Sprintf(partnerOf, "$1", "$2"), orNull(f.Partner), f.PartnerName).
		Query(func(rows pgx.Rows) error {
			names, err := pgx.CollectRows(rows, pgx.RowTo[string])
			if len(names) == 1 {
				*into = names[0]
			}
			return err
		})
}

func queueDistricts(b *pgx.Batch, into *[]Place) {
	b.Queue(`
		SELECT id, ags, short_name AS name
		FROM district
		ORDER BY short_name COLLATE "de-x-icu", ags`).Query(func(rows pgx.Rows) (err error) {
		*into, err = pgx.CollectRows(rows, pgx.RowToStructByName[Place])
		return err
	})
}

func queueLastType(b *pgx.Batch, district uuid.UUID, into *Type) {
	b.Queue(`
		SELECT a.type
		FROM activity a
		WHERE a.district_id = $1 AND a.author_id = current_person() AND a.deleted_at IS NULL AND NOT a.draft
		ORDER BY a.happened_on DESC, a.created_at DESC
		LIMIT 1`, district).Query(func(rows pgx.Rows) error {
		types, err := pgx.CollectRows(rows, pgx.RowTo[Type])
		if len(types) == 1 {
			*into = types[0]
		}
		return err
	})
}

// QueueUsedOften asks for the partners that the district's newest 500 links
// name most often.
func QueueUsedOften(b *pgx.Batch, district uuid.UUID, into *[]string) {
	collectNames(b.Queue(`
		SELECT n.name
		FROM (SELECT l.programme_id, l.partner_id
			FROM activity_partner l
			WHERE l.district_id = $1 AND l.deleted_at IS NULL
			ORDER BY l.happened_on DESC
			LIMIT 500) AS l
		JOIN partner n ON n.programme_id = l.programme_id AND n.id = l.partner_id
		GROUP BY n.name, n.name_key
		ORDER BY count(*) DESC, n.name_key
		LIMIT 30`, district), into)
}

// Offer is what the form of an entry offers to a coordinator.
type Offer struct {
	Districts []Place // for which the actor logs
	LastType  Type
	UsedOften []string
}

// Offers returns what the form of a new entry offers.
func Offers(ctx context.Context, tx *db.Tx) (Offer, error) {
	o := Offer{LastType: Meeting}
	own := DistrictsOf(tx.Actor)
	b := &pgx.Batch{}
	queueDistricts(b, &o.Districts)
	if len(own) > 0 {
		queueLastType(b, own[0], &o.LastType)
		QueueUsedOften(b, own[0], &o.UsedOften)
	}
	if err := tx.SendBatch(ctx, b).Close(); err != nil {
		return Offer{}, fmt.Errorf("offers for an activity: %w", err)
	}
	o.Districts = slices.DeleteFunc(o.Districts, func(p Place) bool { return !slices.Contains(own, p.ID) })
	return o, nil
}

// Names returns the names of what the filter names by id, and the districts:
// a Page without entries.
func Names(ctx context.Context, tx *db.Tx, f Filter) (Page, error) {
	var p Page
	b := &pgx.Batch{}
	queueDistricts(b, &p.Districts)
	queueAuthors(b, f, &p.Authors)
	queuePartnerName(b, f, &p.Partner)
	if err := tx.SendBatch(ctx, b).Close(); err != nil {
		return Page{}, fmt.Errorf("names of a filter: %w", err)
	}
	return p, nil
}
