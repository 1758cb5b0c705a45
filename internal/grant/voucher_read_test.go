package grant

import (
	"strings"
	"testing"

	"rundertisch/internal/calendar"
	"rundertisch/internal/fault"
	"rundertisch/internal/sheetread"
)

// TestReadVouchers: a list of receipts is read as a district writes it, and what
// cannot be read is named with its line and column.
func TestReadVouchers(t *testing.T) {
	t.Parallel()
	c := Case{Period: yearOf(2025)}
	read := func(text string) ([]VoucherRow, error) {
		s, err := sheetread.Read("belege.csv", []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		return ReadVouchers(s, c)
	}
	rows, err := read("Bezahlt am;Empfänger;Wofür;Position;Betrag\n03.03.2025;Bezügestelle;Entgelt März;Personalausgaben;4.123,45\n2025-06-30;Müller & Söhne;Saalmiete;events;80,00\n")
	if err != nil {
		t.Fatal(err)
	}
	list, ok := Vouchers(rows)
	want := []Voucher{
		{calendar.NewDate(2025, 3, 3), "Bezügestelle", "Entgelt März", Staff, 4_123_45},
		{calendar.NewDate(2025, 6, 30), "Müller & Söhne", "Saalmiete", Events, 80_00},
	}
	if !ok || len(list) != 2 || list[0] != want[0] || list[1] != want[1] {
		t.Errorf("read %+v, want %+v", list, want)
	}

	for name, bad := range map[string]struct{ line, column, key string }{
		"ambiguous":  {"03.03.2025;A;B;staff;1.234", "betrag", "grant.error.ambiguous_row"},
		"a fraction": {"03.03.2025;A;B;staff;1,234", "betrag", ""},
		"negative":   {"03.03.2025;A;B;staff;-5,00", "betrag", "grant.error.amount"},
		"huge":       {"03.03.2025;A;B;staff;99999999999999999999", "betrag", "grant.error.amount"},
		"no payee":   {"03.03.2025; ;B;staff;5,00", "empfaenger", "field.missing"},
		"long":       {"03.03.2025;A;" + strings.Repeat("x", 301) + ";staff;5,00", "grund", "field.too_long"},
		"income":     {"03.03.2025;A;B;Eigenmittel;5,00", "position", "grant.error.receipt_line"},
		"no day":     {"31.02.2025;A;B;staff;5,00", "zahltag", "field.date"},
		"too early":  {"03.03.2023;A;B;staff;5,00", "zahltag", "grant.error.paid_on"},
	} {
		rows, err := read("zahltag;empfaenger;grund;position;betrag\n03.03.2025;A;B;staff;5,00\n" + bad.line + "\n")
		if err != nil || len(rows) != 2 {
			t.Errorf("%s: %d rows, %v", name, len(rows), err)
			continue
		}
		got := rows[1]
		if len(got.Faults) != 1 || got.Line != 3 || got.Faults[0].Column != bad.column || bad.key != "" && got.Faults[0].Text.Key != bad.key {
			t.Errorf("%s: line %d, %+v, want one fault %s in %s", name, got.Line, got.Faults, bad.key, bad.column)
		}
		if _, ok := Vouchers(rows); ok {
			t.Errorf("%s: the list is taken over", name)
		}
	}

	if _, err := read("zahltag;grund;betrag\n03.03.2025;B;5,00\n"); !isFileFault(err, "empfaenger, position") {
		t.Errorf("without two columns: %v", err)
	}
	if _, err := read("zahltag;empfaenger;grund;position;betrag\n" + strings.Repeat("03.03.2025;A;B;staff;5,00\n", MaxVouchers+1)); !isFileFault(err, "") {
		t.Errorf("too many lines: %v", err)
	}

	d := ProofDraft{Vouchers: []Voucher{{PaidOn: calendar.NewDate(2025, 4, 1)}}}
	d.Add(list, false)
	if len(d.Vouchers) != 3 || d.Vouchers[1].PaidOn != calendar.NewDate(2025, 4, 1) {
		t.Errorf("added: %+v", d.Vouchers)
	}
	if d.Add(list, true); len(d.Vouchers) != 2 {
		t.Errorf("replaced: %+v", d.Vouchers)
	}
}

func isFileFault(err error, columns string) bool {
	f, ok := fault.AsFields(err)
	if !ok || f["file"].Key == "" {
		return false
	}
	for _, a := range f["file"].Args {
		if a == columns {
			return true
		}
	}
	return columns == ""
}
