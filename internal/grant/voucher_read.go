package grant

import (
	"slices"
	"strings"
	"sync"

	"rundertisch/internal/fault"
	"rundertisch/internal/locale"
	"rundertisch/internal/sheetread"
)

// VoucherRow is a line of a list of receipts (Belegliste) and what it says.
type VoucherRow struct {
	Voucher

	Line   int
	Faults []RowFault // what is wrong in the line; none: it can be taken over
}

// VoucherColumns are the columns of a list of receipts; all are needed.
var VoucherColumns = []string{"zahltag", "empfaenger", "grund", "position", "betrag"}

var voucherHeads = map[string][]string{
	"zahltag":    {"zahltag", "bezahltam", "gezahltam", "zahlungsdatum", "datum", "paidon", "date"},
	"empfaenger": {"empfaenger", "empfänger", "anwen", "zahlungsempfänger", "payee"},
	"grund":      {"grund", "wofür", "wofuer", "verwendungszweck", "zweck", "reason", "for"},
	"position":   {"position", "ausgabenart", "kostenart", "line"},
	"betrag":     {"betrag", "betrageur", "betragineuro", "amount"},
}

// voucherField names the column of a field of a receipt.
var voucherField = map[string]string{"paid_on": "zahltag", "payee": "empfaenger", "for": "grund", "kind": "position", "amount": "betrag"}

// lineWords finds a line of expenditure by its identifier and its name in each
// language.
var lineWords = sync.OnceValue(func() map[string]LineKind {
	words := map[string]LineKind{}
	for _, k := range ExpenditureKinds() {
		words[sheetread.Plain(string(k))] = k
		for _, lang := range locale.Languages() {
			words[sheetread.Plain(locale.New(lang, nil).T(k.NameKey()))] = k
		}
	}
	return words
})

// ReadVouchers reads a list of receipts for the proof of a case, in the order of
// the file. What a line cannot say stands with the line. It returns fault.Fields
// for "file" if a column is missing or the lines are too many for a proof.
func ReadVouchers(s sheetread.Sheet, c Case) ([]VoucherRow, error) {
	at := heads(s.Head, voucherHeads)
	var missing []string
	for _, column := range VoucherColumns {
		if _, ok := at[column]; !ok {
			missing = append(missing, column)
		}
	}
	if len(missing) > 0 {
		return nil, fault.Field("file", "grant.error.columns", "Columns", strings.Join(missing, ", "))
	}
	if len(s.Rows) > MaxVouchers {
		return nil, fault.Field("file", "grant.error.receipts", "Most", MaxVouchers)
	}
	rows := make([]VoucherRow, len(s.Rows))
	for i, line := range s.Rows {
		r := lineReader{sheet: s, row: line, at: at}
		rows[i] = r.voucher(c)
	}
	return rows, nil
}

// voucher reads a receipt and judges it as the form does. Each column has one
// complaint at most.
func (r *lineReader) voucher(c Case) VoucherRow {
	v := Voucher{
		PaidOn: r.day("zahltag"), Payee: r.limited("empfaenger", 160), Reason: r.limited("grund", 300),
		Kind: lineWords()[sheetread.Plain(r.text("position"))], Amount: r.euros("betrag", 1),
	}
	if v.Kind == "" {
		r.refuse("position", "grant.error.receipt_line")
	}
	f := fault.Fields{}
	v.check(f, c)
	for _, field := range []string{"paid_on", "payee", "for", "kind", "amount"} {
		column := voucherField[field]
		known := slices.ContainsFunc(r.faults, func(one RowFault) bool { return one.Column == column })
		if text := f[field]; text.Key != "" && !known {
			r.refuse(column, text.Key, text.Args...)
		}
	}
	return VoucherRow{Voucher: v, Line: r.row.Line, Faults: r.faults}
}

// Vouchers are the receipts of a list in which nothing is wrong. ok: nothing is.
func Vouchers(rows []VoucherRow) (list []Voucher, ok bool) {
	for _, r := range rows {
		if len(r.Faults) > 0 {
			return nil, false
		}
		list = append(list, r.Voucher)
	}
	return list, true
}

// Add takes receipts into a draft, in the order of their days; or in place of
// those that it had.
func (d *ProofDraft) Add(list []Voucher, replace bool) {
	if replace {
		d.Vouchers = nil
	}
	d.Vouchers = append(slices.Clone(d.Vouchers), list...)
	slices.SortStableFunc(d.Vouchers, func(a, b Voucher) int { return a.PaidOn.Compare(b.PaidOn) })
}
