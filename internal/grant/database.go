package grant

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/fact"
	"rundertisch/internal/money"
)

// Transfer is a line for the state's grant database (§ 2 SächsFöDaG): a notice
// that was given, or money that went out or came back.
type Transfer struct {
	Record       string // "notice" or "payment"
	FileRef      string
	No           int // of the notice or of the instalment
	Day          calendar.Date
	Amount       money.Cents // of a payment that came back: negative
	What         string      // the notice's kind; "paid" or "returned"; "imported": a notice of the old system
	AGS          string      `db:"ags"`
	Recipient    string
	Scheme       string
	Paragraph    string
	GrantingBody string
	Purpose      string
	Financing    Financing
	Period       calendar.Range
	Title        string
	TitleYear    int
	Simulated    bool
}

// TransferColumns are the columns of the export, documented in
// docs/decisions/0023-grant-database.md. They are stable.
var TransferColumns = []string{
	"art", "vorgang", "nummer", "tag", "betrag_cent", "ereignis", "empfaenger_ags", "empfaenger", "regelung", "rechtsgrundlage",
	"bewilligungsstelle", "zweck", "finanzierungsart", "von", "bis", "titel", "haushaltsjahr", "simuliert",
}

// Transfers returns all notices and payments of a calendar year as known at a
// moment; zero: now. Notices of cases that were taken over are among them, with
// their legal day.
func Transfers(ctx context.Context, tx *db.Tx, year int, known time.Time) ([]Transfer, error) {
	whole := yearOf(year)
	rows, _ := tx.Query(ctx, `
		WITH line AS (
			SELECT 'notice' AS record, n.programme_id, n.case_id, n.no, n.issued_on AS day, n.amount::bigint AS amount, n.kind AS what
			FROM grant_notice n
			JOIN grant_case g ON g.programme_id = n.programme_id AND g.id = n.case_id
			WHERE n.issued_on >= $1 AND n.issued_on < $2 AND n.issued_on <= ($3::timestamptz AT TIME ZONE 'Europe/Berlin')::date
				AND (n.kind <> 'award' OR EXISTS (SELECT FROM case_event e
					WHERE e.programme_id = n.programme_id AND e.case_id = n.case_id AND e.event = 'granted' AND e.at <= $3))
			UNION ALL
			SELECT 'notice', o.programme_id, o.case_id, 0, o.notice_on, o.amount, 'imported'
			FROM old_case o
			JOIN case_event e ON e.programme_id = o.programme_id AND e.case_id = o.case_id AND e.event = 'imported' AND e.from_state = 'none'
			WHERE o.notice_on >= $1 AND o.notice_on < $2 AND e.at <= $3
			UNION ALL
			SELECT 'payment', e.programme_id, e.case_id, p.ordinal, e.on_day, CASE e.to_state WHEN 'paid' THEN p.amount ELSE -p.amount END, e.to_state
			FROM payment_event e
			JOIN payment p ON p.programme_id = e.programme_id AND p.id = e.payment_id
			WHERE (e.to_state = 'paid' OR e.to_state = 'returned' AND e.from_state = 'paid') AND e.on_day >= $1 AND e.on_day < $2 AND e.at <= $3)
		SELECT l.record, c.file_ref, l.no, l.day, l.amount, l.what, d.ags, d.name AS recipient, s.name AS scheme, t.paragraph, t.granting_body, t.purpose, t.financing,
			c.period, b.title, b.year AS title_year, c.simulated
		FROM line l
		JOIN grant_case c ON c.programme_id = l.programme_id AND c.id = l.case_id
		JOIN funding_scheme s ON s.programme_id = c.programme_id AND s.id = c.scheme_id
		JOIN scheme_terms t ON t.programme_id = c.programme_id AND t.id = c.terms_id
		JOIN district d ON d.programme_id = c.programme_id AND d.id = c.district_id
		JOIN budget_year b ON b.programme_id = c.programme_id AND b.id = c.budget_id
		ORDER BY l.record, l.day, c.file_ref, l.no, l.what`, whole.From, whole.To, fact.AsOf{Known: known}.KnownArg())
	list, err := pgx.CollectRows(rows, pgx.RowToStructByName[Transfer])
	if err != nil {
		return nil, fmt.Errorf("transfers of %d: %w", year, err)
	}
	return list, nil
}
