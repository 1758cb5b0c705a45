package grant

import (
	"bytes"
	"cmp"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rundertisch/internal/access"
	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/fact"
	"rundertisch/internal/fault"
	"rundertisch/internal/money"
)

// Candidate is a complete proof that waits for the draw.
type Candidate struct {
	CaseID  uuid.UUID   `json:"case"`
	FileRef string      `json:"file_ref"`
	Amount  money.Cents `json:"amount"`          // of the grant
	Rate    int         `json:"rate"`            // permille of the expenditure that the grant bears
	Hints   []string    `json:"hints,omitempty"` // what the rules say of the proof
}

// SampleInputs are all that a draw depends on: equal inputs draw equally, today
// and in ten years.
type SampleInputs struct {
	Share      int         `json:"share"`       // permille of a year that is drawn at least
	AmountFrom money.Cents `json:"amount_from"` // grants from it are drawn; 0: the amount is no criterion
	RateFrom   int         `json:"rate_from"`   // permille, as the amount
	Hints      bool        `json:"hints"`       // proofs with a hint are drawn
	Before     int         `json:"before"`      // proofs of the year in earlier draws
	Drawn      int         `json:"drawn"`       // of them drawn
	Seed       int64       `json:"seed"`
	Candidates []Candidate `json:"candidates"`
}

// Pick is a candidate and whether it was drawn: by the criteria that it met, or,
// without one, by lot.
type Pick struct {
	Candidate Candidate
	Drawn     bool
	Why       []string
}

// Draw draws the sample (VVK 11.2): first every candidate that meets a criterion
// of risk, then by lot until the share of the whole year is reached. Candidates
// come in the order of their file numbers.
func (in SampleInputs) Draw() []Pick {
	picks := make([]Pick, len(in.Candidates))
	drawn := in.Drawn
	var rest []int
	for i, c := range in.Candidates {
		picks[i] = Pick{Candidate: c, Why: in.risk(c)}
		if len(picks[i].Why) > 0 {
			picks[i].Drawn = true
			drawn++
		} else {
			rest = append(rest, i)
		}
	}
	slices.SortFunc(rest, func(a, b int) int { return bytes.Compare(in.lot(picks[a].Candidate), in.lot(picks[b].Candidate)) })
	least := ((in.Before+len(picks))*in.Share + 999) / 1000
	for _, i := range rest {
		if drawn >= least {
			break
		}
		picks[i].Drawn = true
		drawn++
	}
	slices.SortFunc(picks, func(a, b Pick) int {
		return cmp.Or(cmp.Compare(a.Candidate.FileRef, b.Candidate.FileRef), bytes.Compare(a.Candidate.CaseID[:], b.Candidate.CaseID[:]))
	})
	return picks
}

// risk names the criteria that a candidate meets.
func (in SampleInputs) risk(c Candidate) (why []string) {
	if in.AmountFrom > 0 && c.Amount >= in.AmountFrom {
		why = append(why, "amount")
	}
	if in.RateFrom > 0 && c.Rate >= in.RateFrom {
		why = append(why, "rate")
	}
	if in.Hints {
		why = append(why, c.Hints...)
	}
	return why
}

// lot is where a candidate stands in the row that is drawn from: by the hash of
// the seed and its case, which anybody can recompute.
func (in SampleInputs) lot(c Candidate) []byte {
	seeded := binary.BigEndian.AppendUint64(nil, uint64(in.Seed)) //nolint:gosec // bits, not a number
	sum := sha256.Sum256(append(seeded, c.CaseID[:]...))
	return sum[:]
}

// SampleOf returns what a draw of the scheme's year would be made from, but for
// its criteria and seed.
func SampleOf(ctx context.Context, tx *db.Tx, schemeID uuid.UUID, year int) (in SampleInputs, err error) {
	err = tx.QueryRow(ctx, `
		SELECT count(*), count(*) FILTER (WHERE r.drawn)
		FROM sample_row r
		JOIN sample_draw d ON d.programme_id = r.programme_id AND d.id = r.draw_id
		WHERE d.scheme_id = $1 AND d.year = $2`, schemeID, year).Scan(&in.Before, &in.Drawn)
	if err != nil {
		return in, fmt.Errorf("draws of scheme %s in %d: %w", schemeID, year, err)
	}
	rows, _ := tx.Query(ctx, `
		SELECT c.id, c.file_ref, c.amount, t.sampling,
			coalesce((convert_from(p.content, 'UTF8')::jsonb #>> '{reduction,inputs,actual}')::bigint, 0),
			ARRAY(SELECT h ->> 'name' FROM jsonb_array_elements(coalesce(nullif(convert_from(p.content, 'UTF8')::jsonb -> 'hints', 'null'), '[]')) AS h WHERE (h -> 'serious')::boolean),
			coalesce(p.on_day > (convert_from(p.content, 'UTF8')::jsonb ->> 'due')::date, false), p.id IS NULL
		FROM grant_case c
		JOIN scheme_terms t ON t.programme_id = c.programme_id AND t.id = c.terms_id
		LEFT JOIN LATERAL (SELECT g.id, g.content, g.on_day FROM grant_proof g
			WHERE g.programme_id = c.programme_id AND g.case_id = c.id AND g.kind = 'final' ORDER BY g.no DESC LIMIT 1) p ON true
		WHERE c.scheme_id = $1 AND c.state = 'proof_complete' AND proof_year(c.programme_id, c.id) = $2
		ORDER BY c.file_ref`, schemeID, year)
	var c Candidate
	var share int
	var spent money.Cents
	var late, none bool
	_, err = pgx.ForEachRow(rows, []any{&c.CaseID, &c.FileRef, &c.Amount, &share, &spent, &c.Hints, &late, &none}, func() error {
		one := c
		one.Rate = 1000
		if spent > 0 {
			one.Rate = int(min(1000, one.Amount*1000/spent))
		}
		one.Hints = slices.Clone(one.Hints)
		if late {
			one.Hints = append(one.Hints, "late")
		}
		if none {
			one.Hints = append(one.Hints, "no_proof")
		}
		in.Share = max(in.Share, share)
		in.Candidates = append(in.Candidates, one)
		return nil
	})
	if err != nil {
		return in, fmt.Errorf("complete proofs of scheme %s in %d: %w", schemeID, year, err)
	}
	return in, nil
}

// Criteria are what an officer chooses before a draw.
type Criteria struct {
	AmountFrom money.Cents // 0: none
	RateFrom   int         // permille; 0: none
	Hints      bool
}

// DrawSample draws among all complete proofs of a scheme's year, stores inputs
// and rows, and takes each case its step. A proof that becomes complete later
// joins the next draw, which tops the share of the whole year up. It returns
// fault.Conflict if nothing waits, and fact.ErrRepeated if the form was sent
// before.
func DrawSample(ctx context.Context, tx *db.Tx, id, schemeID uuid.UUID, year int, by Criteria) error {
	if !tx.Actor.May(access.PrepareGrants) {
		return fmt.Errorf("draw sample of scheme %s: %w", schemeID, fault.Forbidden)
	}
	f := fault.Fields{}
	if by.AmountFrom < 0 || by.AmountFrom.Check() != nil {
		f.Add("amount", "grant.error.amount")
	}
	if by.RateFrom < 0 || by.RateFrom > 1000 {
		f.Add("rate", "grant.error.rate")
	}
	if err := f.Err(); err != nil {
		return err
	}
	known, err := tx.Exec(ctx, `SELECT FROM sample_draw WHERE id = $1`, id)
	if err != nil {
		return fmt.Errorf("draw %s: %w", id, err)
	}
	if known > 0 {
		return fact.ErrRepeated
	}
	in, err := SampleOf(ctx, tx, schemeID, year)
	if err != nil {
		return err
	}
	if len(in.Candidates) == 0 {
		return fault.Explain(fault.Conflict, "grant.error.nothing_to_draw")
	}
	in.AmountFrom, in.RateFrom, in.Hints = by.AmountFrom, by.RateFrom, by.Hints
	var seed [8]byte
	_, _ = rand.Read(seed[:])                         // never fails
	in.Seed = int64(binary.BigEndian.Uint64(seed[:])) //nolint:gosec // bits, not a number
	b := &pgx.Batch{}
	b.Queue(`INSERT INTO sample_draw (id, scheme_id, year, seed, inputs) VALUES ($1, $2, $3, $4, $5)`, id, schemeID, year, in.Seed, in)
	for _, p := range in.Draw() {
		why := p.Why
		if why == nil {
			why = []string{}
		}
		b.Queue(`INSERT INTO sample_row (draw_id, case_id, drawn, why) VALUES ($1, $2, $3, $4)`, id, p.Candidate.CaseID, p.Drawn, why)
		event, to := "not_sampled", ProofNotSampled
		if p.Drawn {
			event, to = "sampled", ProofInAudit
		}
		b.Queue(`
			INSERT INTO case_event (id, case_id, district_id, event, from_state, to_state, on_day, amount)
			SELECT $2, c.id, c.district_id, $3, c.state, $4, $5, c.amount FROM grant_case c WHERE c.id = $1`,
			p.Candidate.CaseID, uuid.NewSHA1(id, p.Candidate.CaseID[:]), event, to, calendar.Of(tx.Now))
	}
	err = tx.SendBatch(ctx, b).Close()
	switch db.Constraint(err) {
	case "sample_draw_pkey":
		return errors.Join(fact.ErrRepeated, err)
	case "sample_once", "sample_whole":
		return errors.Join(fault.Explain(fault.Conflict, "grant.error.drawn_meanwhile"), err)
	}
	return stepped(err)
}

// SampleDraw is a draw as stored.
type SampleDraw struct {
	ID       uuid.UUID
	SchemeID uuid.UUID
	Scheme   string
	Year     int
	Seed     int64
	Inputs   SampleInputs
	At       time.Time
	By       string
}

// Draws returns every draw, the newest first.
func Draws(ctx context.Context, tx *db.Tx) ([]SampleDraw, error) {
	rows, _ := tx.Query(ctx, `
		SELECT d.id, d.scheme_id, s.name AS scheme, d.year, d.seed, d.inputs, d.at, coalesce(p.name, '') AS by
		FROM sample_draw d
		JOIN funding_scheme s ON s.programme_id = d.programme_id AND s.id = d.scheme_id
		LEFT JOIN person p ON p.programme_id = d.programme_id AND p.id = d.by_person
		ORDER BY d.at DESC`)
	list, err := pgx.CollectRows(rows, pgx.RowToStructByName[SampleDraw])
	if err != nil {
		return nil, fmt.Errorf("draws: %w", err)
	}
	return list, nil
}

// WaitingDraw is a scheme's year with complete proofs that wait for a draw.
type WaitingDraw struct {
	SchemeID uuid.UUID
	Scheme   string
	Year     int
	Cases    int
}

// WaitingDraws returns where proofs wait for a draw.
func WaitingDraws(ctx context.Context, tx *db.Tx) ([]WaitingDraw, error) {
	rows, _ := tx.Query(ctx, `
		SELECT c.scheme_id, s.name AS scheme, proof_year(c.programme_id, c.id) AS year, count(*)::int AS cases
		FROM grant_case c
		JOIN funding_scheme s ON s.programme_id = c.programme_id AND s.id = c.scheme_id
		WHERE c.state = 'proof_complete'
		GROUP BY 1, 2, 3
		ORDER BY 3 DESC, 2`)
	list, err := pgx.CollectRows(rows, pgx.RowToStructByName[WaitingDraw])
	if err != nil {
		return nil, fmt.Errorf("waiting draws: %w", err)
	}
	return list, nil
}
