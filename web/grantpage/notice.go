package grantpage

import (
	"bytes"
	"context"
	"encoding/hex"
	"io"
	"net/http"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"rundertisch/internal/access"
	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/document"
	"rundertisch/internal/fault"
	"rundertisch/internal/grant"
	"rundertisch/internal/link"
	"rundertisch/internal/locale"
	"rundertisch/web/form"
	"rundertisch/web/handler"
	"rundertisch/web/layout"
	"rundertisch/web/ui"
)

// notice reads the notice that the address names.
func (p *Pages) notice(r *http.Request, act access.Action) (c grant.Case, n grant.Notice, err error) {
	id, err := form.PathID(r, "id")
	if err != nil {
		return c, n, err
	}
	no, err := strconv.Atoi(form.Path(r, "no"))
	if err != nil {
		return c, n, fault.NotFound
	}
	err = p.db.Read(r.Context(), act, func(tx *db.Tx) (err error) {
		if c, err = grant.ByID(r.Context(), tx, id); err != nil {
			return err
		}
		all, err := grant.Notices(r.Context(), tx, id)
		if err != nil {
			return err
		}
		for _, one := range all {
			if one.No == no {
				n = one
				return nil
			}
		}
		return fault.NotFound
	})
	return c, n, err
}

// sendNotice sends a notice as tagged PDF, set from what was sealed.
func (p *Pages) sendNotice(w http.ResponseWriter, r *http.Request) error {
	c, n, err := p.notice(r, access.ReadGrants)
	if err != nil {
		return err
	}
	if p.papers == nil || !p.papers.Available() {
		return fault.Explain(fault.Unavailable, "document.no_pdf")
	}
	pdf, err := p.papers.Render(r.Context(), locale.New(locale.German, nil), letter(n))
	if err != nil {
		return err
	}
	return handler.SendFile(w, r, handler.Download{
		Name: "bescheid-" + strings.ToLower(c.FileRef) + "-" + strconv.Itoa(n.No) + ".pdf", ContentType: document.PDF.ContentType(), Size: int64(len(pdf)),
		Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(pdf)), nil },
	})
}

// letter is a notice on paper. It is German whatever language its reader uses:
// that is the language of the procedure (§ 23 VwVfG).
func letter(n grant.Notice) document.Letter {
	ctx := locale.NewContext(context.Background(), locale.New(locale.German, nil))
	if n.Content.Change != nil {
		return changeLetter(ctx, n)
	}
	c := n.Content
	l := document.Letter{
		Imprint: document.Imprint{Issuer: c.GrantingBody, Issued: n.IssuedOn, Hash: hex.EncodeToString(n.SHA256), Version: locale.T(ctx, "grant.notice.no", "No", n.No)},
		Title:   locale.T(ctx, "grant.notice.kind."+string(n.Kind)), Recipient: []string{c.Recipient}, Signature: locale.T(ctx, "grant.notice.signature", "Body", c.GrantingBody),
	}
	add := func(key, value string) {
		l.Facts = append(l.Facts, document.Fact{Name: locale.T(ctx, key), Value: value})
	}
	add("grant.label.file_ref", c.FileRef)
	add("grant.label.issued", locale.DateLong(ctx, n.IssuedOn.Time()))
	add("grant.label.terms", locale.T(ctx, "grant.terms_since", "Name", c.Law.Name, "Paragraph", c.Law.Paragraph, "Since", dateText(ctx, c.Law.Since)))
	add("grant.label.amount", euro(ctx, c.Amount))
	add("grant.label.period", period(ctx, c.Period))
	part := func(key string, texts ...string) {
		section := document.LetterPart{Title: locale.T(ctx, key)}
		for _, text := range texts {
			section.Text = append(section.Text, document.Text(text))
		}
		l.Parts = append(l.Parts, section)
	}
	part("grant.letter.decision", locale.T(ctx, "grant.letter.decision_text", "Recipient", c.Recipient, "Amount", euro(ctx, c.Amount), "Period", period(ctx, c.Period)))
	part("grant.label.purpose", c.Purpose)
	financing := locale.T(ctx, "grant.letter.financing_text", "Financing", locale.T(ctx, "grant.financing."+string(c.Financing)))
	if c.Financing == grant.Share {
		financing += " " + locale.T(ctx, "grant.letter.rate", "Rate", locale.FromContext(ctx).Permille(c.Rate))
	}
	part("grant.label.financing", financing, locale.T(ctx, "grant.letter.eligible", "Eligible", c.Eligible))
	part("grant.reckoning.title", steps(ctx, c.Steps)...)
	part("grant.payouts")
	l.Parts[len(l.Parts)-1].Table = &document.Table{
		Head: []string{locale.T(ctx, "grant.label.no"), locale.T(ctx, "grant.label.when"), locale.T(ctx, "grant.label.amount")}, Rows: payoutRows(ctx, c.Payouts),
	}
	part("grant.label.earmarking", c.Earmarking)
	part("grant.label.proof", locale.T(ctx, "grant.letter.proof", "Day", dateText(ctx, c.ProofDue), "Body", c.GrantingBody))
	part("grant.label.conditions", c.Conditions...)
	part("grant.label.remedy_text", c.Remedy)
	return l
}

type deliveryView struct {
	Frame  layout.Args
	Case   grant.Case
	Notice grant.Notice
	Errors form.Errors
	Day    string
	Waived string
}

func (p *Pages) showDelivery(w http.ResponseWriter, r *http.Request) error {
	return p.drawDelivery(w, r, nil, nil)
}

func (p *Pages) drawDelivery(w http.ResponseWriter, r *http.Request, f *form.Values, faults fault.Fields) error {
	c, n, err := p.notice(r, access.PrepareGrants)
	if err != nil {
		return err
	}
	ctx := r.Context()
	v := deliveryView{Case: c, Notice: n, Errors: form.Say(ctx, faults), Day: n.DeliveredOn.String(), Waived: n.RemedyWaivedOn.String()}
	if n.DeliveredOn.IsZero() {
		v.Day = calendar.Of(p.db.Now()).String()
	}
	if n.RemedyWaivedOn.IsZero() {
		v.Waived = ""
	}
	if f != nil {
		v.Day, v.Waived = f.Text("delivered"), f.Text("waived")
	}
	v.Frame = handler.Frame(r).WithErrors(v.Errors.Any()).WithBreadcrumb(crumb(ctx), ui.Link{Label: c.FileRef, URL: link.Grant(c.ID)},
		ui.Link{Label: locale.T(ctx, "grant.notice.record_delivery"), URL: link.GrantDelivery(c.ID, n.No)})
	if v.Errors.Any() {
		return handler.RenderStatus(w, r, http.StatusUnprocessableEntity, deliveryPage(v))
	}
	return handler.Render(w, r, deliveryPage(v))
}

func (p *Pages) recordDelivery(w http.ResponseWriter, r *http.Request) error {
	f, err := form.Parse(w, r)
	if err != nil {
		return err
	}
	var id uuid.UUID
	if id, err = form.PathID(r, "id"); err != nil {
		return err
	}
	no, err := strconv.Atoi(form.Path(r, "no"))
	if err != nil {
		return fault.NotFound
	}
	delivered, waived := f.Date("delivered"), f.Date("waived")
	err = f.Faults.Err()
	if err == nil {
		err = p.db.Write(r.Context(), access.PrepareGrants, func(tx *db.Tx) error {
			return grant.Delivered(r.Context(), tx, id, no, delivered, waived)
		})
	}
	if faults, ok := fault.AsFields(err); ok {
		return p.drawDelivery(w, r, f, faults)
	}
	if err != nil {
		return err
	}
	return handler.SeeOther(w, r, link.Grant(id), "grant.notice.delivered")
}
