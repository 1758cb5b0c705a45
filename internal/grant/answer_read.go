package grant

import (
	"errors"
	"strconv"
	"strings"

	"rundertisch/internal/calendar"
	"rundertisch/internal/fault"
	"rundertisch/internal/money"
	"rundertisch/internal/sheetread"
)

// AnswerRow is a line of the cash system's answer: which payment it means, and
// what became of it.
type AnswerRow struct {
	Line      int
	Reference string // as Payment.Reference
	File      int    // the number of the file that went out; 0: the line says none
	Amount    money.Cents
	To        PaymentState // Paid or Bounced
	Day       calendar.Date
	Reason    string
	Faults    []RowFault // what is wrong in the line; none: it can be read
}

// RowFault says what is wrong in a line of an uploaded table.
type RowFault struct {
	Column string // as the decision names it
	Value  string // what stands there
	Text   fault.Text
}

// AnswerColumns are the columns of the answer, documented for the cash system
// in docs/decisions/0020-bank-answer.md. Of the amounts one is enough; the
// file's number, currency and reason may be missing.
var AnswerColumns = []string{"datei", "referenz", "betrag_cent", "betrag", "waehrung", "ergebnis", "tag", "grund"}

// answerHeads are the words by which a column is recognised, the best first: a
// file of ours that comes back has its own day, too.
var answerHeads = map[string][]string{
	"datei":       {"datei", "dateinummer", "file"},
	"referenz":    {"referenz", "zahlungsreferenz", "endtoendid", "reference"},
	"betrag_cent": {"betragcent", "betragincent", "amountcents"},
	"betrag":      {"betrag", "betrageur", "betragineuro", "amount"},
	"waehrung":    {"waehrung", "währung", "currency"},
	"ergebnis":    {"ergebnis", "status", "result"},
	"tag":         {"buchungstag", "wertstellung", "tag", "datum", "date", "day"},
	"grund":       {"grund", "rückgabegrund", "rueckgabegrund", "reason"},
}

// answerWords are what a cash system calls the two ends of a payment.
var answerWords = map[string]PaymentState{
	"bezahlt": Paid, "ausgezahlt": Paid, "gezahlt": Paid, "gebucht": Paid, "paid": Paid, "booked": Paid, "acsc": Paid,
	"zurück": Bounced, "zurueck": Bounced, "rückläufer": Bounced, "ruecklaeufer": Bounced, "rückgabe": Bounced, "rueckgabe": Bounced,
	"zurückgegeben": Bounced, "zurueckgegeben": Bounced, "returned": Bounced, "rjct": Bounced,
}

// heads finds the columns of a table by what their heads are called.
func heads(head []string, words map[string][]string) map[string]int {
	at := map[string]int{}
	for column, names := range words {
	search:
		for _, name := range names {
			for i, h := range head {
				if sheetread.Plain(h) == name {
					at[column] = i
					break search
				}
			}
		}
	}
	return at
}

// readAnswer reads the lines of an answer. today is the day on which it was
// uploaded: read later, it says the same. It returns fault.Fields for "file" if
// a column is missing.
func readAnswer(s sheetread.Sheet, today calendar.Date) ([]AnswerRow, error) {
	at := heads(s.Head, answerHeads)
	var missing []string
	for _, c := range []string{"referenz", "ergebnis", "tag"} {
		if _, ok := at[c]; !ok {
			missing = append(missing, c)
		}
	}
	_, cents := at["betrag_cent"]
	if _, euros := at["betrag"]; !cents && !euros {
		missing = append(missing, "betrag_cent")
	}
	if len(missing) > 0 {
		return nil, fault.Field("file", "grant.error.columns", "Columns", strings.Join(missing, ", "))
	}
	rows := make([]AnswerRow, len(s.Rows))
	for i, line := range s.Rows {
		r := lineReader{sheet: s, row: line, at: at}
		rows[i] = r.answer(today)
	}
	return rows, nil
}

// lineReader reads one line and notes what it cannot read.
type lineReader struct {
	sheet  sheetread.Sheet
	row    sheetread.Row
	at     map[string]int
	faults []RowFault
}

// text is the cell in the column, "" if the file has none.
func (r *lineReader) text(column string) string {
	if i, ok := r.at[column]; ok {
		return r.row.Cell(i)
	}
	return ""
}

func (r *lineReader) refuse(column, key string, args ...any) {
	r.faults = append(r.faults, RowFault{Column: column, Value: r.text(column), Text: fault.Text{Key: key, Args: args}})
}

func (r *lineReader) answer(today calendar.Date) AnswerRow {
	a := AnswerRow{Line: r.row.Line, Reference: r.text("referenz"), Reason: r.limited("grund", 1000), To: answerWords[sheetread.Plain(r.text("ergebnis"))]}
	if a.Reference == "" {
		r.refuse("referenz", "field.missing")
	}
	if a.To == "" {
		r.refuse("ergebnis", "grant.error.answer_result")
	}
	if a.To == Bounced && a.Reason == "" {
		r.refuse("grund", "grant.error.answer_reason")
	}
	if c := r.text("waehrung"); c != "" && !strings.EqualFold(c, "EUR") {
		r.refuse("waehrung", "grant.error.currency")
	}
	if n := r.text("datei"); n != "" {
		no, err := strconv.Atoi(n)
		if err != nil || no < 1 {
			r.refuse("datei", "grant.error.whole")
		}
		a.File = no
	}
	a.Amount = r.answerAmount()
	a.Day = r.past("tag", today)
	a.Faults = r.faults
	return a
}

// answerAmount reads whole cents or euros; if the line says both, they agree.
func (r *lineReader) answerAmount() money.Cents {
	cents, euros := r.text("betrag_cent"), r.text("betrag")
	switch {
	case cents == "" && euros == "":
		r.refuse("betrag_cent", "field.missing")
		return 0
	case cents == "":
		return r.euros("betrag", 1)
	}
	n, err := strconv.ParseInt(cents, 10, 64)
	c := money.Cents(n)
	if err != nil || strings.ContainsAny(cents, "+-_") || n <= 0 || c.Check() != nil {
		r.refuse("betrag_cent", "grant.error.cents")
		return 0
	}
	if euros != "" {
		if e := r.euros("betrag", 1); e != 0 && e != c {
			r.refuse("betrag", "grant.error.two_amounts")
		}
	}
	return c
}

// euros reads an amount of at least least cents; what can be read in two ways is
// refused with both readings in mind.
func (r *lineReader) euros(column string, least money.Cents) money.Cents {
	c, err := money.Parse(r.text(column))
	if a, ok := errors.AsType[*money.AmbiguousError](err); ok {
		r.refuse(column, "grant.error.ambiguous_row", "Guess", a.Guess)
		return 0
	}
	if err != nil || c < least || c.Check() != nil {
		r.refuse(column, "grant.error.amount")
		return 0
	}
	return c
}

// day reads a day that must be there.
func (r *lineReader) day(column string) calendar.Date {
	text := r.text(column)
	if text == "" {
		r.refuse(column, "field.missing")
		return calendar.Date{}
	}
	d, err := r.sheet.Date(text)
	if err != nil || d.Year() < 2000 || d.Year() > 2100 {
		r.refuse(column, "field.date")
		return calendar.Date{}
	}
	return d
}

// past reads a day that is not to come.
func (r *lineReader) past(column string, today calendar.Date) calendar.Date {
	d := r.day(column)
	if d.After(today) {
		r.refuse(column, "field.future")
	}
	return d
}

// limited reads a text of at most most characters, as one line.
func (r *lineReader) limited(column string, most int) string {
	text := strings.Join(strings.Fields(r.text(column)), " ")
	if len([]rune(text)) > most {
		r.refuse(column, "field.too_long", "Max", most)
	}
	return text
}
