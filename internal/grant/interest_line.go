package grant

import (
	"strconv"

	"rundertisch/internal/calendar"
	"rundertisch/internal/money"
)

// InterestLine is one stretch of an interest reckoning: the same rate on the same
// amount.
type InterestLine struct {
	From, To calendar.Date // the last day
	Days     int
	Owed     money.Cents
	Rate     int // basis points a year
	Amount   money.Cents
}

// InterestLines reads the stretches from the explanation of an interest
// reckoning, as stored.
func (c Calculation) InterestLines() (list []InterestLine) {
	for _, s := range c.Steps {
		if s.Key != "grant.step.interest" {
			continue
		}
		l := InterestLine{}
		for _, a := range s.Args {
			n, _ := strconv.ParseInt(a.Value, 10, 64)
			day, _ := calendar.Parse(a.Value)
			switch a.Name {
			case "From":
				l.From = day
			case "To":
				l.To = day
			case "Days":
				l.Days = int(n)
			case "Owed":
				l.Owed = money.Cents(n)
			case "Rate":
				l.Rate = int(n)
			case "Amount":
				l.Amount = money.Cents(n)
			}
		}
		list = append(list, l)
	}
	return list
}
