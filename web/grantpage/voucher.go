package grantpage

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"

	"rundertisch/internal/access"
	"rundertisch/internal/fault"
	"rundertisch/internal/grant"
	"rundertisch/internal/link"
	"rundertisch/internal/locale"
	"rundertisch/internal/sheetread"
	"rundertisch/web/form"
	"rundertisch/web/handler"
	"rundertisch/web/layout"
	"rundertisch/web/ui"
)

// voucherView is the upload of a list of receipts, and what was read of one.
type voucherView struct {
	Frame   layout.Args
	File    proofFile
	Title   string
	Columns string
	Rows    []voucherRow
	Bad     string // how many lines cannot be read; "": none
	Sums    []receiptSum
	Hidden  []ui.Hidden
	Has     bool // the draft lists receipts already
	Errors  form.Errors
}

type voucherRow struct {
	Line    string
	Receipt receiptRow
	Mark    ui.Mark
	Fault   string
}

func (p *Pages) showVouchers(w http.ResponseWriter, r *http.Request) error {
	return p.drawVouchers(w, r, http.StatusOK, nil, nil)
}

// previewVouchers shows what a list says. Nothing is kept yet.
func (p *Pages) previewVouchers(w http.ResponseWriter, r *http.Request) error {
	f, file, err := form.ParseFile(w, r, "file", sheetread.MaxFile)
	if form.TooLarge(err) {
		return p.drawVouchers(w, r, http.StatusRequestEntityTooLarge, nil, fault.Field("file", "upload.error.large", "Max", sheetread.MaxFile>>20))
	}
	ctx, cancel := handler.Unhurried(r.Context(), uploadTime)
	defer cancel()
	var s sheetread.Sheet
	if err == nil && file.Name == "" {
		err = fault.Field("file", "upload.error.none")
	}
	if err == nil {
		s, err = sheetread.ReadInTurn(ctx, file.Name, file.Data)
	}
	if err == nil {
		err = f.Faults.Err()
	}
	if _, ok := fault.AsFields(err); err != nil && !ok {
		return err
	}
	return p.drawVouchers(w, r, http.StatusOK, &s, err)
}

// drawVouchers shows the form and, of a list that was read, each line. One that
// cannot be read is answered as an invalid form is.
func (p *Pages) drawVouchers(w http.ResponseWriter, r *http.Request, status int, s *sheetread.Sheet, refused error) error {
	f, err := p.readProof(r, access.ApplyForGrant, ownProof)
	if err != nil {
		return err
	}
	if !f.terms.Receipts {
		return fault.NotFound
	}
	ctx := r.Context()
	v := voucherView{File: f, Title: locale.T(ctx, "grant.receipt.import"), Columns: strings.Join(grant.VoucherColumns, ", "), Has: len(f.draft.Content.Vouchers) > 0}
	var rows []grant.VoucherRow
	if s != nil && refused == nil {
		rows, refused = grant.ReadVouchers(*s, f.Case)
	}
	faults, _ := fault.AsFields(refused)
	v.Errors = form.Say(ctx, faults)
	if err := v.read(ctx, rows); err != nil {
		return err
	}
	if status == http.StatusOK && (v.Errors.Any() || v.Bad != "") {
		status = http.StatusUnprocessableEntity
	}
	v.Frame = f.frame(r, ui.Link{Label: locale.T(ctx, grant.ReceiptsPart.NameKey()), URL: link.ProofReceipts(f.ID)}, ui.Link{Label: v.Title, URL: link.ImportReceipts(f.ID)}).WithErrors(v.Errors.Any())
	return handler.RenderStatus(w, r, status, vouchersPage(v))
}

// read shows the lines and, if all can be read, what the draft will hold.
func (v *voucherView) read(ctx context.Context, rows []grant.VoucherRow) error {
	bad := 0
	for i, row := range rows {
		one := voucherRow{Line: locale.Number(ctx, row.Line), Receipt: newReceiptRow(ctx, i, row.Voucher), Mark: ui.Mark{Tone: ui.Success, Label: locale.T(ctx, "grant.receipt.readable"), Small: true, Plain: true}}
		if len(row.Faults) > 0 {
			bad++
			one.Receipt = receiptRow{Payee: row.Payee, Reason: row.Reason}
			one.Mark, one.Fault = ui.Mark{Tone: ui.Error, Label: locale.T(ctx, "grant.receipt.unreadable"), Small: true, Plain: true}, rowFaults(ctx, row.Faults)
		}
		v.Rows = append(v.Rows, one)
	}
	if bad > 0 {
		v.Bad = locale.N(ctx, "grant.receipt.bad", bad)
	}
	list, ok := grant.Vouchers(rows)
	if !ok || len(list) == 0 {
		return nil
	}
	for _, k := range grant.ExpenditureKinds() {
		if sum := grant.VouchersOf(list, k); sum != 0 {
			v.Sums = append(v.Sums, receiptSum{Label: locale.T(ctx, k.NameKey()), Receipts: euro(ctx, sum), Statement: euro(ctx, v.File.draft.Content.Actual.Of(k))})
		}
	}
	raw, err := json.Marshal(list)
	v.Hidden = append(v.File.draftFields(nil), ui.Hidden{Name: "receipts", Value: string(raw)})
	return err
}

// importedVouchers reads the list that the preview offered to take over. What a
// receipt may say is judged when the draft is kept.
func importedVouchers(f *form.Values) (list []grant.Voucher) {
	if err := json.Unmarshal([]byte(f.Raw("receipts")), &list); err != nil || len(list) == 0 {
		f.Faults.Add("", "form.unreadable")
	}
	return list
}
