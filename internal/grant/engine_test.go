package grant

import (
	"reflect"
	"testing"

	"pgregory.net/rapid"

	"rundertisch/internal/calendar"
	"rundertisch/internal/fault"
	"rundertisch/internal/money"
)

func on(s string) calendar.Date {
	d, err := calendar.Parse(s)
	if err != nil {
		panic(err)
	}
	return d
}

func from(a, b string) calendar.Range {
	r := calendar.Range{From: on(a)}
	if b != "" {
		r.To = on(b)
	}
	return r
}

var vvk = []PlanStep{{Share: 400, Trigger: OnFinal}, {Share: 500, Trigger: OnProof}, {Share: 100, Trigger: OnAudit}}

// smallDifferences is the table of VVK 8.7.
var smallDifferences = []DeMinimisStep{
	{UpTo: 5_000_00, Share: 100},
	{UpTo: 20_000_00, Share: 50, Most: 500_00},
	{UpTo: 50_000_00, Share: 30, Most: 1_000_00},
	{UpTo: 125_000_00, Share: 20, Most: 1_500_00},
	{Most: 2_500_00},
}

// reckon calculates and sees to it that the stored inputs give the same again.
func reckon(t *testing.T, in Inputs) Calculation {
	t.Helper()
	c, err := Calculate(in)
	if err != nil {
		t.Fatal(err)
	}
	again, err := c.Again()
	if err != nil || !reflect.DeepEqual(again, c.Result) {
		t.Errorf("again = %+v, %v\nwant %+v", again, err, c.Result)
	}
	return c
}

func TestAward(t *testing.T) {
	t.Parallel()
	year := from("2026-01-01", "2027-01-01")
	for name, tc := range map[string]struct {
		method ProRata
		period calendar.Range
		held   []calendar.Range
		want   money.Cents
	}{
		"a whole year":                 {ByDay, year, []calendar.Range{from("2023-03-01", "")}, 90_000_00},
		"nobody":                       {ByDay, year, nil, 0},
		"from 1 July, by day":          {ByDay, year, []calendar.Range{from("2026-07-01", "")}, 4_536_986},
		"from 1 July, by month":        {ByMonth, year, []calendar.Range{from("2026-07-01", "")}, 45_000_00},
		"one day, by month":            {ByMonth, year, []calendar.Range{from("2026-07-31", "2026-08-01")}, 7_500_00},
		"one day, whole":               {Whole, year, []calendar.Range{from("2026-07-31", "2026-08-01")}, 90_000_00},
		"two holders at once":          {ByDay, year, []calendar.Range{from("2026-01-01", "2026-12-31"), from("2026-06-01", "")}, 90_000_00},
		"29 February":                  {ByDay, from("2028-02-29", "2028-03-01"), []calendar.Range{from("2028-01-01", "")}, 24_590},
		"over New Year":                {ByDay, from("2027-12-31", "2028-01-02"), []calendar.Range{from("2027-01-01", "")}, 24_658 + 24_590},
		"a gap of a quarter, by month": {ByMonth, year, []calendar.Range{from("2026-01-01", "2026-04-01"), from("2026-07-01", "")}, 67_500_00},
	} {
		got := reckon(t, &Award{Cap: 90_000_00, ProRata: tc.method, Period: tc.period, Held: tc.held})
		if got.Amount != tc.want {
			t.Errorf("%s: %s, want %s", name, got.Amount, tc.want)
		}
	}
	if _, err := Calculate(&Award{Cap: 1, Period: from("2026-01-01", "2026-01-01")}); err == nil {
		t.Error("an empty period is reckoned")
	}
}

// TestAwardNeverExceedsTheCap for any period and any holders.
func TestAwardNeverExceedsTheCap(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		start := on("2020-01-01").AddDays(rapid.IntRange(0, 3000).Draw(rt, "start"))
		length := rapid.IntRange(1, 800).Draw(rt, "length")
		a := Award{
			Cap: 90_000_00, ProRata: rapid.SampledFrom(ProRatas()).Draw(rt, "method"), Period: calendar.Range{From: start, To: start.AddDays(length)},
		}
		for range rapid.IntRange(0, 3).Draw(rt, "holders") {
			begin := start.AddDays(rapid.IntRange(-100, 800).Draw(rt, "begin"))
			a.Held = append(a.Held, calendar.Range{From: begin, To: begin.AddDays(rapid.IntRange(1, 500).Draw(rt, "days"))})
		}
		got := reckon(t, &a)
		years := a.Period.To.AddDays(-1).Year() - start.Year() + 1
		if got.Amount < 0 || got.Amount > a.Cap*money.Cents(years) {
			rt.Fatalf("%s for %d years", got.Amount, years)
		}
	})
}

func TestPayout(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		in   Payout
		want []money.Cents
	}{
		"90,000: the last is below the least, which does not bind it": {
			Payout{Granted: 90_000_00, Plan: vvk, MinPartial: 10_000_00}, []money.Cents{36_000_00, 45_000_00, 9_000_00},
		},
		"where it binds the last": {
			Payout{Granted: 90_000_00, Plan: vvk, MinPartial: 10_000_00, MinBindsLast: true}, []money.Cents{36_000_00, 54_000_00},
		},
		"20,000: the first is below the least": {
			Payout{Granted: 20_000_00, Plan: vvk, MinPartial: 10_000_00}, []money.Cents{18_000_00, 2_000_00},
		},
		"1,000":    {Payout{Granted: 1_000_00, Plan: vvk, MinPartial: 10_000_00}, []money.Cents{1_000_00}},
		"one cent": {Payout{Granted: 1, Plan: vvk}, []money.Cents{1}},
	} {
		var got []money.Cents
		for _, l := range reckon(t, &tc.in).Lines {
			got = append(got, l.Amount)
		}
		if !reflect.DeepEqual(got, tc.want) {
			t.Errorf("%s: %v, want %v", name, got, tc.want)
		}
	}
}

func TestPayoutAddsUp(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		p := Payout{
			Granted: money.Cents(rapid.Int64Range(0, int64(money.Max)).Draw(rt, "granted")), MinPartial: money.Cents(rapid.Int64Range(0, 20_000_00).Draw(rt, "least")),
			MinBindsLast: rapid.Bool().Draw(rt, "binds"),
		}
		rest := 1000
		for rest > 0 {
			share := rapid.IntRange(1, rest).Draw(rt, "share")
			p.Plan = append(p.Plan, PlanStep{Share: share, Trigger: OnProof})
			rest -= share
		}
		sum := money.Cents(0)
		for _, l := range reckon(t, &p).Lines {
			sum += l.Amount
		}
		if sum != p.Granted {
			rt.Fatalf("instalments add up to %s of %s", sum, p.Granted)
		}
	})
}

func TestShares(t *testing.T) {
	t.Parallel()
	thirds := Shares{Total: 90_000_01, Whole: 3, Owners: []Owner{{"Land", 1}, {"Kassen", 1}, {"Kassenärztliche Vereinigung", 1}}}
	got := reckon(t, &thirds).Lines
	if got[0].Amount != 30_000_01 || got[1].Amount != 30_000_00 || got[2].Amount != 30_000_00 {
		t.Errorf("thirds = %v", got)
	}
	thirds.Owners = thirds.Owners[:2]
	_, err := Calculate(&thirds)
	if f, ok := fault.AsFields(err); !ok || f["shares"].Key != "grant.error.shares" {
		t.Errorf("two financiers with a third each: %v", err)
	}
}

func TestDeMinimis(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		granted, difference, want money.Cents
		excluded                  bool
	}{
		"90,000 and 1,500.00":     {90_000_00, 1_500_00, 0, false},
		"90,000 and 1,500.01":     {90_000_00, 1_500_01, 1_500_01, false},
		"5,000: ten per cent":     {5_000_00, 500_00, 0, false},
		"5,000.01: five per cent": {5_000_01, 250_01, 250_01, false},
		"20,000: at most 500":     {20_000_00, 500_00, 0, false},
		"50,000":                  {50_000_00, 1_000_01, 1_000_01, false},
		"beyond 125,000":          {125_000_01, 2_500_00, 0, false},
		"a wrong statement":       {90_000_00, 1, 1, true},
		"nothing":                 {90_000_00, 0, 0, false},
	} {
		got := reckon(t, &DeMinimis{Granted: tc.granted, Difference: tc.difference, Table: smallDifferences, Excluded: tc.excluded})
		if got.Amount != tc.want {
			t.Errorf("%s: %s, want %s", name, got.Amount, tc.want)
		}
	}
	if _, err := Calculate(&DeMinimis{Granted: 1, Difference: 2}); err == nil {
		t.Error("a difference above the grant is reckoned")
	}
}

func TestInterest(t *testing.T) {
	t.Parallel()
	rates := []BaseRate{{on("2023-07-01"), 312}, {on("2024-01-01"), 362}, {on("2024-07-01"), 337}}
	in := Interest{Owed: 10_000_00, Period: from("2023-12-02", "2024-02-01"), Rates: rates, Margin: 500, YearDays: 365, Floor: 250_00}
	c := reckon(t, &in)
	// 30 days at 8.12 % and 31 days at 8.62 %.
	if len(c.Lines) != 2 || c.Lines[0].Amount != 66_74 || c.Lines[1].Amount != 73_21 || c.Amount != 0 {
		t.Errorf("lines = %+v, claimed %s", c.Lines, c.Amount)
	}
	in.Owed = 100_000_00
	if c := reckon(t, &in); c.Amount != 667_40+732_11 {
		t.Errorf("claimed %s", c.Amount)
	}
	in.Received = []Receipt{{on("2024-01-01"), 100_000_00}}
	if c := reckon(t, &in); c.Amount != 667_40 || c.Lines[1].Amount != 0 {
		t.Errorf("paid back on 1 January: %s, %+v", c.Amount, c.Lines)
	}
	// 250.00 is not claimed, 250.01 is: 365 days at 10 % on 2,500.00.
	exact := Interest{Owed: 2_500_00, Period: from("2023-01-01", "2024-01-01"), Rates: []BaseRate{{on("2023-01-01"), 500}}, Margin: 500, YearDays: 365, Floor: 250_00}
	if c := reckon(t, &exact); c.Amount != 0 || c.Lines[0].Amount != 250_00 {
		t.Errorf("250.00: claimed %s of %+v", c.Amount, c.Lines)
	}
	exact.Owed = 2_500_10
	if c := reckon(t, &exact); c.Amount != 250_01 {
		t.Errorf("250.01: claimed %s", c.Amount)
	}
	in.Period = from("2022-01-01", "2024-01-01")
	if _, err := Calculate(&in); err == nil {
		t.Error("a day without a base rate is reckoned")
	}
}

func TestReduction(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		in   Reduction
		want money.Cents
	}{
		"500.00 change nothing":           {Reduction{Financing: Share, Granted: 90_000_00, Planned: 100_000_00, Actual: 99_500_00}, 90_000_00},
		"500.01: in proportion":           {Reduction{Financing: Share, Granted: 90_000_00, Planned: 100_000_00, Actual: 99_499_99}, 89_549_99},
		"a deficit falls by all of it":    {Reduction{Financing: Deficit, Granted: 90_000_00, Planned: 100_000_00, Actual: 99_000_00}, 89_000_00},
		"income from others":              {Reduction{Financing: Deficit, Granted: 90_000_00, Planned: 100_000_00, Actual: 100_000_00, Income: 2_000_00}, 88_000_00},
		"a fixed sum stays":               {Reduction{Financing: Fixed, Granted: 90_000_00, Planned: 100_000_00, Actual: 95_000_00}, 90_000_00},
		"a fixed sum never exceeds costs": {Reduction{Financing: Fixed, Granted: 90_000_00, Planned: 100_000_00, Actual: 80_000_00}, 80_000_00},
	} {
		tc.in.Floor = 500_00
		if got := reckon(t, &tc.in); got.Amount != tc.want {
			t.Errorf("%s: %s, want %s", name, got.Amount, tc.want)
		}
	}
}

func TestMustReport(t *testing.T) {
	t.Parallel()
	terms := Terms{ReportShare: 75, ReportAmount: 10_000_00}
	for name, tc := range map[string]struct {
		planned, actual money.Cents
		want            bool
	}{
		"7.5 %":         {100_000_00, 92_500_00, false},
		"beyond 7.5 %":  {100_000_00, 92_499_99, true},
		"10,000":        {200_000_00, 190_000_00, false},
		"beyond 10,000": {200_000_00, 189_999_99, true},
		"it rose":       {100_000_00, 120_000_00, false},
	} {
		if got := terms.MustReport(tc.planned, tc.actual); got != tc.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestRisk(t *testing.T) {
	t.Parallel()
	got := reckon(t, &Risk{Granted: 90_000_00, Period: from("2026-01-01", "2027-01-01"), Vacant: from("2026-12-01", "")})
	if got.Amount != 764_384 { // 31 of 365 days
		t.Errorf("risk = %s", got.Amount)
	}
}
