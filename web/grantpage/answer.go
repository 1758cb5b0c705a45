package grantpage

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"rundertisch/internal/access"
	"rundertisch/internal/db"
	"rundertisch/internal/fact"
	"rundertisch/internal/fault"
	"rundertisch/internal/grant"
	"rundertisch/internal/link"
	"rundertisch/internal/locale"
	"rundertisch/internal/money"
	"rundertisch/internal/sheetread"
	"rundertisch/web/form"
	"rundertisch/web/handler"
	"rundertisch/web/layout"
	"rundertisch/web/ui"
)

// uploadTime is how long it may take to read a table that was uploaded.
const uploadTime = 50 * time.Second

type answersView struct {
	Frame  layout.Args
	ID     string // of the next upload
	List   []grant.Answer
	Errors form.Errors
}

func answersCrumb(ctx context.Context) ui.Link {
	return ui.Link{Label: locale.T(ctx, "grant.answer.title"), URL: link.PaymentAnswers()}
}

// showAnswers offers the upload of the cash system's answer and lists those that
// came.
func (p *Pages) showAnswers(w http.ResponseWriter, r *http.Request) error {
	return p.drawAnswers(w, r, http.StatusOK, nil)
}

func (p *Pages) drawAnswers(w http.ResponseWriter, r *http.Request, status int, faults fault.Fields) error {
	ctx, cancel := handler.Unhurried(r.Context(), uploadTime) // a large body may have used up the page's time
	defer cancel()
	v := answersView{ID: uuid.NewString(), Errors: form.Say(ctx, faults)}
	err := p.db.Read(ctx, access.BookAnswers, func(tx *db.Tx) (err error) {
		v.List, err = grant.Answers(ctx, tx)
		return err
	})
	if err != nil {
		return err
	}
	v.Frame = handler.Frame(r).WithErrors(v.Errors.Any()).WithBreadcrumb(crumb(ctx), paymentsCrumb(ctx), answersCrumb(ctx))
	return handler.RenderStatus(w, r, status, answersPage(v))
}

// uploadAnswer keeps an answer; nothing is booked yet.
func (p *Pages) uploadAnswer(w http.ResponseWriter, r *http.Request) error {
	f, file, err := form.ParseFile(w, r, "file", sheetread.MaxFile)
	if form.TooLarge(err) {
		return p.drawAnswers(w, r, http.StatusRequestEntityTooLarge, fault.Field("file", "upload.error.large", "Max", sheetread.MaxFile>>20))
	}
	ctx, cancel := handler.Unhurried(r.Context(), uploadTime)
	defer cancel()
	u := grant.AnswerUpload{FileName: file.Name, Data: file.Data}
	if err == nil {
		u.ID, err = uploadID(f, file)
	}
	if err == nil {
		u, err = u.Read(ctx, p.db.Now())
	}
	if err == nil {
		err = p.db.Write(ctx, access.BookAnswers, func(tx *db.Tx) error { return grant.KeepAnswer(ctx, tx, u) })
	}
	if faults, ok := fault.AsFields(err); ok {
		return p.drawAnswers(w, r, http.StatusUnprocessableEntity, faults)
	}
	if err != nil && !errors.Is(err, fact.ErrRepeated) {
		return err
	}
	return handler.SeeOther(w, r, link.PaymentAnswer(u.ID), "")
}

// uploadID is the id under which a form wants its file to be kept.
func uploadID(f *form.Values, file form.File) (uuid.UUID, error) {
	if file.Name == "" {
		f.Faults.Add("file", "upload.error.none")
	}
	id := f.NewID("id")
	return id, f.Faults.Err()
}

type answerView struct {
	Frame   layout.Args
	Answer  grant.Answer
	Facts   []ui.Term
	Figures []ui.Figure
	Rows    []answerRow
	Hidden  []ui.Hidden
	Books   int // lines that are or will be booked
	MayBook bool
}

type answerRow struct {
	Line      string
	Reference string
	Case      ui.Link // without an address: no payment is known
	Amount    string
	Recipient string
	Day       string
	What      string
	Verdict   ui.Mark
}

// showAnswer shows what will be booked of an answer, or what was.
func (p *Pages) showAnswer(w http.ResponseWriter, r *http.Request) error {
	id, err := form.PathID(r, "answer")
	if err != nil {
		return err
	}
	ctx := r.Context()
	v := answerView{MayBook: handler.Actor(r).May(access.BookAnswers)}
	var j grant.Judgement
	err = p.db.Read(ctx, access.ReadRegister, func(tx *db.Tx) (err error) {
		if v.Answer, err = grant.AnswerByID(ctx, tx, id); err != nil {
			return err
		}
		j, err = grant.JudgeAnswer(ctx, tx, id)
		return err
	})
	if err != nil {
		return err
	}
	v.Books, _ = j.Count(grant.Books, "")
	v.Hidden = []ui.Hidden{{Name: "seal", Value: j.Seal}}
	v.Facts, v.Figures = answerFacts(ctx, v.Answer), answerFigures(ctx, j)
	for _, row := range j.Rows {
		v.Rows = append(v.Rows, newAnswerRow(ctx, row, v.Answer.BookedAt != nil))
	}
	v.Frame = handler.Frame(r).WithBreadcrumb(crumb(ctx), paymentsCrumb(ctx), answersCrumb(ctx), ui.Link{Label: v.Answer.FileName, URL: link.PaymentAnswer(id)})
	return handler.Render(w, r, answerPage(v))
}

func answerFacts(ctx context.Context, a grant.Answer) []ui.Term {
	list := []ui.Term{
		{Key: locale.T(ctx, "grant.answer.uploaded"), Text: recorded(ctx, a.CreatedAt, a.CreatedBy)},
		{Key: "SHA-256", Text: hex.EncodeToString(a.SHA256)},
	}
	if a.BookedAt != nil {
		who := a.BookedBy
		if who == "" {
			who = locale.T(ctx, "fact.by_system")
		}
		list = append(list, ui.Term{Key: locale.T(ctx, "grant.answer.booked_on"), Text: locale.T(ctx, "fact.recorded", "Time", locale.DateTime(ctx, *a.BookedAt), "Who", who)})
	}
	return list
}

func answerFigures(ctx context.Context, j grant.Judgement) []ui.Figure {
	paid, sum := j.Count(grant.Books, grant.Paid)
	back, returned := j.Count(grant.Books, grant.Bounced)
	return []ui.Figure{
		{Money: true, Value: euro(ctx, sum), Label: locale.N(ctx, "grant.answer.paid", paid)},
		{Money: true, Value: euro(ctx, returned), Label: locale.N(ctx, "grant.answer.returned", back)},
		{Value: locale.Number(ctx, len(j.Rows)-paid-back), Label: locale.T(ctx, "grant.answer.left_out")},
	}
}

func newAnswerRow(ctx context.Context, row grant.JudgedRow, booked bool) answerRow {
	a := answerRow{
		Line: strconv.Itoa(row.Line), Reference: row.Reference, Recipient: row.Payment.DistrictName, Day: dateText(ctx, row.Day),
		Verdict: verdictMark(ctx, row.Verdict), Case: ui.Link{Label: row.Reference},
	}
	if row.Payment.ID != uuid.Nil {
		a.Case.URL = link.Grant(row.Payment.CaseID)
	}
	if row.Amount > 0 {
		a.Amount = euro(ctx, row.Amount)
	}
	a.What = answerText(ctx, row, booked)
	if booked && row.Verdict == grant.Books {
		a.Verdict.Label = locale.T(ctx, "grant.answer.is_booked")
	}
	return a
}

// answerText says what happens to the payment, or why nothing does.
func answerText(ctx context.Context, row grant.JudgedRow, booked bool) string {
	switch row.Verdict {
	case grant.Books:
		if booked {
			return locale.T(ctx, "grant.answer.did."+string(row.To), "Reason", row.Reason)
		}
		if row.To == grant.Bounced {
			return locale.T(ctx, "grant.answer.will_return", "Reason", row.Reason)
		}
		return locale.T(ctx, "grant.answer.will_pay")
	case grant.OtherSum:
		return locale.T(ctx, "grant.answer.other_amount", "Amount", euro(ctx, row.Payment.Amount))
	case grant.WrongTime:
		return locale.T(ctx, "grant.answer.other_state", "State", locale.T(ctx, row.Payment.State.NameKey()))
	case grant.Faulty:
		return rowFaults(ctx, row.Faults)
	}
	return locale.T(ctx, "grant.answer.why."+string(row.Verdict))
}

// rowFaults says what is wrong in a line, column by column.
func rowFaults(ctx context.Context, list []grant.RowFault) string {
	texts := make([]string, len(list))
	for i, f := range list {
		value := f.Value
		if r := []rune(value); len(r) > 60 {
			value = string(r[:60]) + "…"
		}
		texts[i] = locale.T(ctx, "grant.row_fault", "Column", f.Column, "Value", value, "Text", faultText(ctx, f))
	}
	return strings.Join(texts, " ")
}

// faultText says what is wrong, with amounts in the reader's language.
func faultText(ctx context.Context, f grant.RowFault) string {
	args := slices.Clone(f.Text.Args)
	for i, a := range args {
		if c, ok := a.(money.Cents); ok {
			args[i] = euro(ctx, c)
		}
	}
	return locale.T(ctx, f.Text.Key, args...)
}

func verdictMark(ctx context.Context, v grant.Verdict) ui.Mark {
	tone := ui.Warning
	switch v {
	case grant.Books:
		tone = ui.Success
	case grant.Already:
		tone = ui.Neutral
	case grant.Faulty, grant.Unknown, grant.OtherSum:
		tone = ui.Error
	}
	return ui.Mark{Tone: tone, Label: locale.T(ctx, v.NameKey()), Small: true, Plain: true}
}

// bookAnswer books what the reader saw.
func (p *Pages) bookAnswer(w http.ResponseWriter, r *http.Request) error {
	id, err := form.PathID(r, "answer")
	if err != nil {
		return err
	}
	f, err := form.Parse(w, r)
	if err != nil {
		return err
	}
	err = p.db.Write(r.Context(), access.BookAnswers, func(tx *db.Tx) error {
		return grant.BookAnswer(r.Context(), tx, id, f.Raw("seal"))
	})
	if err != nil && !errors.Is(err, fact.ErrRepeated) {
		return err
	}
	return handler.SeeOther(w, r, link.PaymentAnswer(id), "grant.answer.done")
}

// sendAnswer sends an answer as it came.
func (p *Pages) sendAnswer(w http.ResponseWriter, r *http.Request) error {
	id, err := form.PathID(r, "answer")
	if err != nil {
		return err
	}
	var name string
	var file []byte
	err = p.db.Read(r.Context(), access.BookAnswers, func(tx *db.Tx) (err error) {
		name, file, err = grant.AnswerBytes(r.Context(), tx, id)
		return err
	})
	if err != nil {
		return err
	}
	return handler.SendFile(w, r, handler.Download{
		Name: name, ContentType: "application/octet-stream", Size: int64(len(file)),
		Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(file)), nil },
	})
}

// lead says whether the answer waits.
func (v answerView) lead(ctx context.Context) string {
	if v.Answer.BookedAt == nil {
		return locale.T(ctx, "grant.answer.preview")
	}
	return locale.T(ctx, "grant.answer.outcome")
}
