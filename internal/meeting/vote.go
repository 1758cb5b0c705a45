package meeting

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rundertisch/internal/access"
	"rundertisch/internal/body"
	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/fact"
	"rundertisch/internal/fault"
)

// The longest texts of a decision, in characters, as the table says too.
const (
	MaxDecisionTitle = 200
	MaxWording       = 8000
	MaxCandidate     = 160
	MaxCandidates    = 20
)

// The choices of a seat.
const (
	Yes     = "yes"
	No      = "no"
	Abstain = "abstain"
)

// Candidate is somebody who stands for election. Elected is computed.
type Candidate struct {
	Name    string
	Votes   int
	Elected bool
}

// Vote is a vote on an item, to be counted and recorded.
type Vote struct {
	ID         uuid.UUID // from the form: the same form records one vote
	ItemID     uuid.UUID
	Type       DecisionType
	Title      string
	Wording    string
	NonPublic  bool // beside what the item says
	Method     Method
	Yes        int // by hand; in an election the votes for none of the candidates are No
	No         int
	Abstain    int
	Choices    map[uuid.UUID]string // by name: what each seat that is there chose
	Candidates []Candidate          // by hand only: makes it an election of one of them
	At         Clock                // "": now
}

func (v Vote) validate() error {
	f := fault.Fields{}
	f.Require("title", v.Title, MaxDecisionTitle)
	f.Require("wording", v.Wording, MaxWording)
	if !v.Type.Valid() {
		f.Add("type", "field.choice")
	}
	if v.Method != ByHand && v.Method != ByName {
		f.Add("method", "field.choice")
	}
	if min(v.Yes, v.No, v.Abstain) < 0 || max(v.Yes, v.No, v.Abstain) > 1000 {
		f.Add("yes", "decision.error.votes")
	}
	if len(v.Candidates) > 0 && v.Method == ByName {
		f.Add("method", "decision.error.candidates_by_name")
	}
	for _, c := range v.Candidates {
		f.Require("candidates", c.Name, MaxCandidate)
		if c.Votes < 0 || c.Votes > 1000 {
			f.Add("candidates", "decision.error.votes")
		}
	}
	return f.Err()
}

// Decide counts a vote by the body's rules, with whoever is there at that
// moment and is not biased, and records it: adopted with the next number of the
// body and year, or rejected without one. It returns fault.Fields with the
// reason if the body has no quorum, the votes cannot be right or an approval
// names no minutes, fact.ErrRepeated for a form that is sent again,
// fault.Conflict unless the sitting is in session, fault.Forbidden to all but
// the office and the chair, and fault.NotFound.
func Decide(ctx context.Context, tx *db.Tx, v Vote) error {
	if err := v.validate(); err != nil {
		return err
	}
	item, err := sessionItem(ctx, tx, v.ItemID)
	if err != nil {
		return err
	}
	if item.Kind == Approval && item.SubjectID == nil {
		return fault.Field("", "decision.error.no_subject") // it would approve nothing
	}
	m, err := ByID(ctx, tx, *item.MeetingID)
	if err != nil {
		return err
	}
	at, err := m.at(v.At, tx.Now)
	if err != nil {
		return err
	}
	c, err := CountAt(ctx, tx, m, item.ID, at)
	if err != nil {
		return err
	}
	if !c.Met {
		return fault.Field("", "decision.error.no_quorum", "Present", itoa(c.Present), "Voting", itoa(c.Voting), "Needed", itoa(c.Needed))
	}
	votes, err := v.votes(c, m.Second)
	if err != nil {
		return err
	}
	if votes.Cast() > c.Present {
		return fault.Field("yes", "decision.error.too_many", "Cast", itoa(votes.Cast()), "Present", itoa(c.Present))
	}
	result := body.Decide(c.Rules, votes)
	return record(ctx, tx, ballotPaper{
		id: v.ID, body: m.BodyID, meeting: &m.ID, item: &item.ID, day: m.Day, nonPublic: item.NonPublic || v.NonPublic,
		kind: v.Type, title: v.Title, wording: v.Wording, method: v.Method, at: at, rules: c.Rules, votes: votes, needed: c.Needed,
		met: c.Met, result: result, choices: v.Choices, candidates: v.elected(result.Adopted),
	})
}

// votes brings a vote into the form in which the rules count.
func (v Vote) votes(c Count, second bool) (body.Votes, error) {
	votes := body.Votes{Voting: c.Voting, Present: c.Present, Second: second, Yes: v.Yes, No: v.No, Abstain: v.Abstain}
	switch {
	case v.Method == ByName:
		return countByName(votes, c, v.Choices)
	case c.Rules.Majority == body.MajorityPerGroup:
		return votes, fault.Field("method", "decision.error.by_name")
	case len(v.Candidates) > 0:
		votes.Yes, votes.No = v.poll()
	}
	return votes, nil
}

// poll returns the votes for the one candidate who leads and all other votes:
// elected is who has more than half of the valid votes (SächsLKrO, for
// elections in the Kreistag). A tie at the top elects nobody.
func (v Vote) poll() (yes, no int) {
	total := v.No
	for _, c := range v.Candidates {
		yes = max(yes, c.Votes)
		total += c.Votes
	}
	return yes, total - yes
}

// elected returns the candidates with the one who was elected.
func (v Vote) elected(adopted bool) []Candidate {
	yes, _ := v.poll()
	list := make([]Candidate, len(v.Candidates))
	for i, c := range v.Candidates {
		c.Elected = adopted && c.Votes == yes
		list[i] = c
	}
	return list
}

// countByName sums what each seat chose. Seats that are not there do not vote,
// and each that is there says something.
func countByName(votes body.Votes, c Count, choices map[uuid.UUID]string) (body.Votes, error) {
	votes.Yes, votes.No, votes.Abstain = 0, 0, 0
	there := map[uuid.UUID]bool{}
	for _, id := range c.There {
		there[id] = true
	}
	for id := range choices {
		if !there[id] {
			return votes, fault.Field("choices", "decision.error.not_there")
		}
	}
	for _, s := range c.Seats {
		if s.Voting && there[s.ID] && choices[s.ID] != Yes && choices[s.ID] != No && choices[s.ID] != Abstain {
			return votes, fault.Field("choices", "decision.error.choice_missing", "Seat", s.Institution)
		}
	}
	return addUp(votes, c.Seats, choices), nil
}

// addUp adds what the voting seats chose to the votes, in all and by group, the
// groups in the order of their first seat.
func addUp(votes body.Votes, seats []body.Seat, choices map[uuid.UUID]string) body.Votes {
	at := map[body.Group]int{}
	for _, s := range seats {
		if !s.Voting {
			continue
		}
		if _, ok := at[s.Group]; !ok {
			at[s.Group] = len(votes.Groups)
			votes.Groups = append(votes.Groups, body.GroupVotes{Group: s.Group})
		}
		g := &votes.Groups[at[s.Group]]
		g.Voting++
		switch choices[s.ID] {
		case Yes:
			g.Yes, votes.Yes = g.Yes+1, votes.Yes+1
		case No:
			g.No, votes.No = g.No+1, votes.No+1
		case Abstain:
			g.Abstain, votes.Abstain = g.Abstain+1, votes.Abstain+1
		}
	}
	return votes
}

// ballotPaper is everything that is recorded of a vote.
type ballotPaper struct {
	id, body                uuid.UUID
	meeting, circular, item *uuid.UUID
	day                     calendar.Date
	nonPublic               bool
	kind                    DecisionType
	title, wording          string
	method                  Method
	at                      time.Time
	rules                   body.Bylaws
	votes                   body.Votes
	needed                  int
	met                     bool
	result                  body.Result
	choices                 map[uuid.UUID]string
	candidates              []Candidate
}

// record writes a vote with its ballots and its number in one statement, the
// last of the transaction: the number is taken under a lock, which nobody waits
// for longer than that, and goes back if anything fails.
func record(ctx context.Context, tx *db.Tx, p ballotPaper) error {
	explained, err := json.Marshal(p.result.Steps)
	if err != nil {
		return fmt.Errorf("explain decision %s: %w", p.id, err)
	}
	result := Rejected
	if p.result.Adopted {
		result = Adopted
	}
	var rulesID *uuid.UUID
	if p.rules.ID != uuid.Nil {
		rulesID = &p.rules.ID
	}
	groupsYes, groupsNo := 0, 0
	if p.rules.Majority == body.MajorityPerGroup {
		groupsYes, groupsNo = p.result.Yes, p.result.No
	}
	seats, choices := split(p.choices)
	names, votes, elected := columnsOf(p.candidates)
	_, err = tx.Exec(ctx, `
		WITH paper AS (
			INSERT INTO decision (id, body_id, meeting_id, circular_id, agenda_item_id, day, non_public, type, title, wording, method,
				majority, seats, present, quorum_needed, quorum_met, yes, no, abstain, groups_yes, groups_no, result, explained,
				bylaws_id, decided_at, year, number)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23::jsonb,
				$24, $25, CASE WHEN $22 = 'adopted' THEN $26::integer END, CASE WHEN $22 = 'adopted' THEN next_number($2, 'decision', $26::integer) END)
			RETURNING id),
		ballots AS (
			INSERT INTO ballot (decision_id, body_id, day, seat_id, choice)
			SELECT $1, $2, $6, b.seat, b.choice FROM unnest($27::uuid[], $28::text[]) AS b (seat, choice))
		INSERT INTO candidate (decision_id, body_id, day, ordinal, name, votes, elected)
		SELECT $1, $2, $6, c.n, c.name, c.votes, c.elected
		FROM unnest($29::text[], $30::integer[], $31::boolean[]) WITH ORDINALITY AS c (name, votes, elected, n)`,
		p.id, p.body, p.meeting, p.circular, p.item, p.day, p.nonPublic, string(p.kind), p.title, p.wording, string(p.method),
		string(p.rules.Majority), p.votes.Voting, p.votes.Present, p.needed, p.met, p.votes.Yes, p.votes.No, p.votes.Abstain,
		groupsYes, groupsNo, result, string(explained), rulesID, p.at, p.day.Year(), seats, choices, names, votes, elected)
	if db.Constraint(err) == "decision_pkey" {
		return errors.Join(fact.ErrRepeated, err)
	}
	if err != nil {
		return fmt.Errorf("record decision %s: %w", p.id, err)
	}
	return nil
}

func split(choices map[uuid.UUID]string) (seats []uuid.UUID, list []string) {
	for id, choice := range choices {
		seats, list = append(seats, id), append(list, choice)
	}
	return seats, list
}

func columnsOf(candidates []Candidate) (names []string, votes []int, elected []bool) {
	for _, c := range candidates {
		names, votes, elected = append(names, c.Name), append(votes, c.Votes), append(elected, c.Elected)
	}
	return names, votes, elected
}

// Ballot is how a seat voted where the vote was by name.
type Ballot struct {
	SeatID      uuid.UUID
	Institution string
	Group       string `db:"grp"`
	Choice      string
}

// Ballots returns how each seat voted on a decision, in the order of the seats;
// nothing to guests.
func Ballots(ctx context.Context, tx *db.Tx, decisionID uuid.UUID) ([]Ballot, error) {
	rows, _ := tx.Query(ctx, `
		SELECT b.seat_id, s.institution, s.grp, b.choice
		FROM ballot b
		JOIN seat s ON s.programme_id = b.programme_id AND s.id = b.seat_id
		WHERE b.decision_id = $1
		ORDER BY s.ordinal, s.institution`, decisionID)
	list, err := pgx.CollectRows(rows, pgx.RowToStructByName[Ballot])
	if err != nil {
		return nil, fmt.Errorf("ballots of decision %s: %w", decisionID, err)
	}
	return list, nil
}

// Candidates returns who stood for election; nothing to guests.
func Candidates(ctx context.Context, tx *db.Tx, decisionID uuid.UUID) ([]Candidate, error) {
	rows, _ := tx.Query(ctx, `SELECT name, votes, elected FROM candidate WHERE decision_id = $1 ORDER BY ordinal`, decisionID)
	list, err := pgx.CollectRows(rows, pgx.RowToStructByName[Candidate])
	if err != nil {
		return nil, fmt.Errorf("candidates of decision %s: %w", decisionID, err)
	}
	return list, nil
}

// Void strikes a decision that was recorded wrongly, with the reason; it keeps
// its number. It returns fault.Fields without a reason, fault.Conflict if it
// was struck before or approved minutes, fault.Forbidden to all but the office
// and the chair, and fault.NotFound.
func Void(ctx context.Context, tx *db.Tx, id uuid.UUID, why string) error {
	d, err := DecisionByID(ctx, tx, id)
	if err != nil {
		return err
	}
	if !tx.Actor.MayAt(access.RunSitting, d.BodyID) {
		return fmt.Errorf("void decision %s: %w", id, fault.Forbidden)
	}
	f := fault.Fields{}
	f.Require("why", why, MaxWhy)
	if err := f.Err(); err != nil {
		return err
	}
	n, err := tx.Exec(ctx, `UPDATE decision SET void_why = $2 WHERE id = $1 AND void_why IS NULL`, id, why)
	if db.Constraint(err) == "decision_approved_minutes" {
		return errors.Join(fault.Explain(fault.Conflict, "decision.error.approved_minutes"), err)
	}
	if err != nil {
		return fmt.Errorf("void decision %s: %w", id, err)
	}
	if n == 0 {
		return fault.Explain(fault.Conflict, "decision.error.void")
	}
	return nil
}
