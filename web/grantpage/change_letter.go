package grantpage

import (
	"context"
	"encoding/hex"

	"rundertisch/internal/document"
	"rundertisch/internal/grant"
	"rundertisch/internal/locale"
)

// changeLetter is a notice on paper that amends, rejects or revokes: what is
// decided, why, what is to be repaid, and the remedy.
func changeLetter(ctx context.Context, n grant.Notice) document.Letter {
	c, ch := n.Content, n.Content.Change
	l := document.Letter{
		Imprint: document.Imprint{Issuer: c.GrantingBody, Issued: n.IssuedOn, Hash: hex.EncodeToString(n.SHA256), Version: locale.T(ctx, "grant.notice.no", "No", n.No)},
		Title:   locale.T(ctx, "grant.notice.kind."+string(n.Kind)), Recipient: []string{c.Recipient}, Signature: locale.T(ctx, "grant.notice.signature", "Body", c.GrantingBody),
	}
	if ch.Taking == grant.ByWithdrawal {
		l.Title = locale.T(ctx, "grant.notice.kind.withdrawal")
	}
	add := func(key, value string) {
		l.Facts = append(l.Facts, document.Fact{Name: locale.T(ctx, key), Value: value})
	}
	add("grant.label.file_ref", c.FileRef)
	add("grant.label.issued", locale.DateLong(ctx, n.IssuedOn.Time()))
	add("grant.label.terms", locale.T(ctx, "grant.terms_since", "Name", c.Law.Name, "Paragraph", c.Law.Paragraph, "Since", dateText(ctx, c.Law.Since)))
	add("grant.label.period", period(ctx, c.Period))
	part := func(key string, texts ...string) {
		section := document.LetterPart{Title: locale.T(ctx, key)}
		for _, text := range texts {
			section.Text = append(section.Text, document.Text(text))
		}
		l.Parts = append(l.Parts, section)
	}
	part("grant.letter.decided", decidedText(ctx, c)...)
	part("grant.label.reason", ch.Reasons...)
	if ch.Kind == grant.Revocation {
		part("grant.hearing.title", heardText(ctx, *ch))
	}
	if len(c.Steps) > 0 {
		part("grant.reckoning.title", steps(ctx, c.Steps)...)
	}
	if claim := ch.Claim; claim != nil {
		part("grant.claim.title",
			locale.T(ctx, "grant.letter.claim", "Paid", euro(ctx, claim.Paid), "Left", euro(ctx, c.Amount), "Principal", euro(ctx, claim.Principal), "Day", dateText(ctx, claim.DueOn), "File", c.FileRef),
			locale.T(ctx, "grant.letter.interest", "Day", dateText(ctx, claim.InterestFrom), "Margin", locale.FromContext(ctx).BasisPoints(claim.Margin), "Floor", euro(ctx, claim.Floor)))
	}
	if ch.Kind == grant.Amendment {
		part("grant.payouts", locale.T(ctx, "grant.letter.other_rules_stay"))
		l.Parts[len(l.Parts)-1].Table = &document.Table{
			Head: []string{locale.T(ctx, "grant.label.no"), locale.T(ctx, "grant.label.when"), locale.T(ctx, "grant.label.amount")}, Rows: payoutRows(ctx, c.Payouts),
		}
	}
	part("grant.label.remedy_text", c.Remedy)
	return l
}

// decidedText is the operative part.
func decidedText(ctx context.Context, c grant.Content) []string {
	ch := c.Change
	switch ch.Kind {
	case grant.Rejection:
		return []string{locale.T(ctx, "grant.letter.rejected", "Recipient", c.Recipient, "Amount", euro(ctx, ch.Before), "Period", period(ctx, c.Period))}
	case grant.Amendment:
		return []string{locale.T(ctx, "grant.letter.amended", "Recipient", c.Recipient, "Before", euro(ctx, ch.Before), "Amount", euro(ctx, c.Amount), "Period", period(ctx, c.Period))}
	}
	key := "grant.letter.revoked_part"
	if c.Amount == 0 {
		key = "grant.letter.revoked"
	}
	return []string{
		locale.T(ctx, key, "Recipient", c.Recipient, "Before", euro(ctx, ch.Before), "Amount", euro(ctx, c.Amount), "Day", dateText(ctx, ch.EffectiveOn), "How", locale.T(ctx, "grant.letter.taking."+string(ch.Taking))),
		locale.T(ctx, "grant.letter.ground", "Ground", locale.T(ctx, ch.Ground.NameKey())),
	}
}

func heardText(ctx context.Context, ch grant.ChangeContent) string {
	if ch.Answered {
		return locale.T(ctx, "grant.letter.heard", "Day", dateText(ctx, ch.HeardOn))
	}
	return locale.T(ctx, "grant.letter.heard_silent", "Day", dateText(ctx, ch.HeardOn))
}
