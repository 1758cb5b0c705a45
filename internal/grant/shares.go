package grant

import (
	"context"

	"github.com/jackc/pgx/v5"

	"rundertisch/internal/db"
	"rundertisch/internal/fault"
	"rundertisch/internal/money"
)

// Shares reckons who bears which part of a joint grant (VVK 1.4). The parts add
// up to the cent, by the largest remainder.
type Shares struct {
	Law    Law         `json:"law"`
	Total  money.Cents `json:"total"`
	Whole  int64       `json:"whole"` // what the shares add up to: 3 for thirds
	Owners []Owner     `json:"owners"`
}

// Owner bears a share.
type Owner struct {
	Name  string `json:"name"`
	Share int64  `json:"share"` // of Whole
}

func (Shares) rule() Rule { return RuleShares }

func (s Shares) reckon() (Result, error) {
	sum := int64(0)
	shares := make([]int64, len(s.Owners))
	for i, o := range s.Owners {
		if o.Share <= 0 || o.Share > s.Whole {
			return Result{}, fault.Field("shares", "grant.error.share", "Name", o.Name)
		}
		shares[i] = o.Share
		sum += o.Share
	}
	if sum != s.Whole || len(shares) == 0 {
		return Result{}, fault.Field("shares", "grant.error.shares", "Sum", sum, "Whole", s.Whole)
	}
	parts, err := money.Split(s.Total, shares)
	if err != nil {
		return Result{}, err
	}
	res := Result{Amount: s.Total, Steps: []Step{s.Law.step()}}
	for i, o := range s.Owners {
		res.Lines = append(res.Lines, Line{Name: o.Name, Amount: parts[i]})
		res.Steps = append(res.Steps, step("share", text("Name", o.Name), number("Share", int(o.Share)), number("Whole", int(s.Whole)), amount("Amount", parts[i])))
	}
	return res, nil
}

// share reckons who bears an amount; nil if the terms name nobody but one. It
// returns fault.Fields for shares that do not add up.
func (t Terms) share(total money.Cents) (*Calculation, error) {
	if len(t.Owners) == 0 || total == 0 {
		return nil, nil
	}
	c, err := Calculate(&Shares{Law: t.Law(), Total: total, Whole: int64(t.OwnersWhole), Owners: t.Owners})
	return &c, err
}

// queueShares stores who bears the amount of a joint notice, unless that was
// reckoned with the draft.
func queueShares(ctx context.Context, tx *db.Tx, b *pgx.Batch, c Case) error {
	if c.Regime != Joint {
		return nil
	}
	t, err := TermsByID(ctx, tx, c.TermsID)
	if err != nil {
		return err
	}
	var stored bool
	err = tx.QueryRow(ctx, `SELECT coalesce((SELECT amount = $2 FROM calculation WHERE case_id = $1 AND rule = 'shares' ORDER BY at DESC LIMIT 1), false)`, c.ID, c.Amount).Scan(&stored)
	if err != nil || stored {
		return err
	}
	shares, err := t.share(c.Amount)
	if err != nil || shares == nil {
		return err
	}
	queueCalculation(b, c.ID, c.DistrictID, *shares)
	return nil
}

// Borne returns who bears what is committed for the joint cases of the register,
// in the order of their shares. Each case is shared by itself, so that the lines
// add up to the cent.
func (r Register) Borne() ([]Line, error) {
	var list []Line
	at := map[string]int{}
	for _, e := range r.Entries {
		t := Terms{Owners: e.Owners, OwnersWhole: e.OwnersWhole}
		shares, err := t.share(e.Committed)
		if err != nil {
			return nil, err
		}
		if shares == nil {
			continue
		}
		for _, l := range shares.Lines {
			i, known := at[l.Name]
			if !known {
				i = len(list)
				at[l.Name], list = i, append(list, Line{Name: l.Name})
			}
			if list[i].Amount, err = money.Sum(list[i].Amount, l.Amount); err != nil {
				return nil, err
			}
		}
	}
	return list, nil
}
