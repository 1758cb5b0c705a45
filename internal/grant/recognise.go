package grant

import (
	"context"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rundertisch/internal/access"
	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/fault"
	"rundertisch/internal/money"
)

// Recognition reckons what a case gets upon its application if so much of its
// expenditure is recognised as eligible (VVK 3.4). The post counts as held from
// now on if it is held today; if it is not filled yet, for the whole period. It
// returns fault.Fields for more than the plan spends.
func Recognition(ctx context.Context, tx *db.Tx, c Case, eligible money.Cents) (Calculation, error) {
	plans, err := Plans(ctx, tx, c.ID)
	if err != nil {
		return Calculation{}, err
	}
	if len(plans) == 0 {
		return Calculation{}, fmt.Errorf("plan of case %s: %w", c.ID, fault.NotFound)
	}
	lines := plans[0].Lines
	if eligible <= 0 || eligible > lines.Expenditure() {
		return Calculation{}, fault.Field("eligible", "grant.error.eligible", "Most", euro(ctx, lines.Expenditure()))
	}
	t, err := TermsByID(ctx, tx, c.TermsID)
	if err != nil {
		return Calculation{}, err
	}
	posts, err := heldPosts(ctx, tx, &c.PostID, calendar.Of(tx.Now))
	if err != nil {
		return Calculation{}, err
	}
	held := []calendar.Range{c.Period}
	if len(posts) > 0 && heldDays(c.Period, posts[0].Held) > 0 {
		held = posts[0].Held
	}
	return Calculate(&Award{Law: t.Law(), Cap: t.Cap, ProRata: t.ProRata, Period: c.Period, Held: held, Asked: &Asked{
		Amount: lines.Of(TheGrant), Eligible: eligible, Others: lines.Of(ThirdParty) + lines.Of(OtherGrant), Own: lines.Of(OwnMoney),
		Financing: t.Financing, Rate: t.Rate,
	}})
}

// Recognise sets what a case under review gets, with how it came about. It
// returns fault.Conflict where the case is not under review, and what
// Recognition returns.
func Recognise(ctx context.Context, tx *db.Tx, caseID uuid.UUID, eligible money.Cents) error {
	c, err := ByID(ctx, tx, caseID)
	if err != nil {
		return err
	}
	if !tx.Actor.May(access.PrepareGrants) {
		return fmt.Errorf("recognise in case %s: %w", caseID, fault.Forbidden)
	}
	if c.State != InReview {
		return fault.Explain(fault.Conflict, "grant.error.state")
	}
	calc, err := Recognition(ctx, tx, c, eligible)
	if err != nil {
		return err
	}
	b := &pgx.Batch{}
	queueCalculation(b, c.ID, c.DistrictID, calc)
	b.Queue(`UPDATE grant_case SET amount = $2 WHERE id = $1`, c.ID, calc.Amount)
	return stepped(tx.SendBatch(ctx, b).Close())
}
