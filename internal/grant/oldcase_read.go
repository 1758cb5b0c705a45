package grant

import (
	"strings"
	"sync"

	"github.com/google/uuid"

	"rundertisch/internal/calendar"
	"rundertisch/internal/fault"
	"rundertisch/internal/locale"
	"rundertisch/internal/money"
	"rundertisch/internal/sheetread"
)

// OldCase is a line of a list of cases that were decided elsewhere.
type OldCase struct {
	Line      int
	AGS       string
	Prefix    string // of the file numbers of its scheme
	Title     string // of the budget; "": the only one of the year
	Period    calendar.Range
	Amount    money.Cents
	State     State
	OldRef    string // its file number elsewhere
	NoticeOn  calendar.Date
	Paid      money.Cents
	PaidOn    calendar.Date // zero: nothing was paid
	ProofOn   calendar.Date // zero: it has not come
	CheckedOn calendar.Date // zero: not yet
	Faults    []RowFault

	// What the programme knows of it.
	DistrictID, PostID uuid.UUID
	District           string
	Scheme             Scheme
	Terms              Terms
	BudgetID           uuid.UUID
	Planned            []Line    // what is still to be paid
	CaseID             uuid.UUID // of the case that it made or will make
	FileRef            string    // of that case; "": it is not made yet
}

// OldCaseColumns are the columns of the list in the order of the template. Title,
// payments and the days of the proof may be missing.
var OldCaseColumns = []string{"ags", "regelung", "von", "bis", "betrag", "stand", "altes_az", "bescheid_am", "ausgezahlt", "ausgezahlt_am", "nachweis_am", "geprueft_am", "titel"}

var oldCaseHeads = map[string][]string{
	"ags":           {"ags", "kreisschlüssel", "gemeindeschlüssel"},
	"regelung":      {"regelung", "kürzel", "programm", "scheme"},
	"von":           {"von", "beginn", "from"},
	"bis":           {"bis", "ende", "to"},
	"betrag":        {"betrag", "zuwendung", "amount"},
	"stand":         {"stand", "zustand", "state"},
	"altes_az":      {"altesaz", "altesaktenzeichen", "aktenzeichen", "oldref"},
	"bescheid_am":   {"bescheidam", "bescheiddatum", "noticeon"},
	"ausgezahlt":    {"ausgezahlt", "bezahlt", "paid"},
	"ausgezahlt_am": {"ausgezahltam", "bezahltam", "paidon"},
	"nachweis_am":   {"nachweisam", "proofon"},
	"geprueft_am":   {"geprüftam", "geprueftam", "checkedon"},
	"titel":         {"titel", "haushaltstitel", "title"},
}

// OldStates are the states in which a case can be taken over. What waits for a
// decision begins here anew; what is in dispute stays where it is.
func OldStates() []State { return []State{Final, Running, Completed, Settled, Closed} }

// oldStateWords finds a state by its identifier and its name in each language.
var oldStateWords = sync.OnceValue(func() map[string]State {
	words := map[string]State{}
	for _, s := range OldStates() {
		words[sheetread.Plain(string(s))] = s
		for _, lang := range locale.Languages() {
			words[sheetread.Plain(locale.New(lang, nil).T(s.NameKey()))] = s
		}
	}
	return words
})

// readOldCases reads the lines of a list, by themselves: what the programme
// knows of them is asked later. It returns fault.Fields for "file" if a column
// is missing.
func readOldCases(s sheetread.Sheet, today calendar.Date) ([]OldCase, error) {
	at := heads(s.Head, oldCaseHeads)
	var missing []string
	for _, c := range OldCaseColumns[:8] {
		if _, ok := at[c]; !ok {
			missing = append(missing, c)
		}
	}
	if len(missing) > 0 {
		return nil, fault.Field("file", "grant.error.columns", "Columns", strings.Join(missing, ", "))
	}
	list := make([]OldCase, len(s.Rows))
	for i, line := range s.Rows {
		r := lineReader{sheet: s, row: line, at: at}
		list[i] = r.oldCase(today)
	}
	return list, nil
}

func (r *lineReader) oldCase(today calendar.Date) OldCase {
	c := OldCase{
		Line: r.row.Line, AGS: r.text("ags"), Prefix: strings.ToUpper(r.text("regelung")), Title: r.text("titel"), OldRef: r.limited("altes_az", 60),
		Period: r.period(), Amount: r.euros("betrag", 1), NoticeOn: r.past("bescheid_am", today), State: oldStateWords()[sheetread.Plain(r.text("stand"))],
	}
	for _, column := range []string{"ags", "regelung", "altes_az"} {
		if r.text(column) == "" {
			r.refuse(column, "field.missing")
		}
	}
	if len(c.AGS) == 4 && r.sheet.Serial { // a workbook drops the nought in front
		c.AGS = "0" + c.AGS
	}
	if c.State == "" {
		r.refuse("stand", "grant.error.old_state")
	}
	if r.text("ausgezahlt") != "" {
		c.Paid = r.euros("ausgezahlt", 0)
	}
	if c.Paid > c.Amount && c.Amount > 0 {
		r.refuse("ausgezahlt", "grant.error.old_paid")
	}
	c.PaidOn = r.later("ausgezahlt_am", c.NoticeOn, today)
	if (c.Paid > 0) != (r.text("ausgezahlt_am") != "") {
		r.refuse("ausgezahlt_am", "grant.error.old_paid_on")
	}
	c.ProofOn = r.later("nachweis_am", c.NoticeOn, today)
	c.CheckedOn = r.later("geprueft_am", c.ProofOn, today)
	if !c.CheckedOn.IsZero() && c.ProofOn.IsZero() {
		r.refuse("nachweis_am", "field.missing")
	}
	r.oldDays(c, today)
	c.Faults = r.faults
	return c
}

// oldDays refuses a state that the period has not come to.
func (r *lineReader) oldDays(c OldCase, today calendar.Date) {
	if c.Period.From.IsZero() {
		return
	}
	if c.State == Running && c.Period.From.After(today) || c.State == Completed && c.Period.To.AddDays(-1).After(today) {
		r.refuse("stand", "grant.error.old_not_yet")
	}
}

// period reads the first and the last day; zero if one of them is none.
func (r *lineReader) period() calendar.Range {
	from, last := r.day("von"), r.day("bis")
	switch {
	case from.IsZero() || last.IsZero():
		return calendar.Range{}
	case last.Before(from):
		r.refuse("bis", "grant.error.period")
		return calendar.Range{}
	}
	return calendar.Range{From: from, To: last.AddDays(1)}
}

// later reads a day that may be missing and is not before another.
func (r *lineReader) later(column string, earliest, today calendar.Date) calendar.Date {
	if r.text(column) == "" {
		return calendar.Date{}
	}
	d := r.past(column, today)
	if !d.IsZero() && d.Before(earliest) {
		r.refuse(column, "grant.error.old_before")
	}
	return d
}
