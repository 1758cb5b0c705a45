package minutespage

import (
	"context"

	"rundertisch/internal/locale"
	"rundertisch/internal/minutes"
	"rundertisch/web/ui"
)

func objectionName(ctx context.Context, o minutes.Objection) string {
	if o.Number == nil {
		return locale.T(ctx, "minutes.objection.draft")
	}
	return locale.T(ctx, "minutes.objection.number", "Number", *o.Number)
}

func recipientText(ctx context.Context, r minutes.Recipient) string {
	text := r.Institution + ": " + r.Name
	if r.Deputy {
		text += " (" + locale.T(ctx, "minutes.deputy") + ")"
	}
	if r.Email == "" {
		text += " – " + locale.T(ctx, "minutes.delivery.letter")
	}
	return text
}

func deliveryText(ctx context.Context, d minutes.Delivery) string {
	switch {
	case !d.ByMail:
		return locale.T(ctx, "minutes.delivery.letter")
	case d.OpenedAt != nil:
		return locale.T(ctx, "minutes.delivery.opened", "Time", locale.DateTime(ctx, *d.OpenedAt))
	case d.SentAt != nil:
		return locale.T(ctx, "minutes.delivery.sent", "Time", locale.DateTime(ctx, *d.SentAt))
	case d.FailedAt != nil:
		return locale.T(ctx, "minutes.delivery.failed", "Time", locale.DateTime(ctx, *d.FailedAt))
	}
	return locale.T(ctx, "minutes.delivery.waiting")
}

func answerText(ctx context.Context, d minutes.Delivery) string {
	switch {
	case d.Objections > 0:
		return locale.N(ctx, "minutes.answer.objections", d.Objections)
	case d.NoObjection:
		return locale.T(ctx, "minutes.answer.none")
	}
	return locale.T(ctx, "minutes.answer.silent")
}

func correctionState(ctx context.Context, c minutes.Correction) string {
	text := locale.T(ctx, "minutes.correction.state."+c.State)
	if c.Decision != nil {
		text += " (" + locale.T(ctx, "minutes.correction.by", "Number", *c.Decision) + ")"
	}
	return text
}

func decisionOptions(ctx context.Context, list []minutes.LaterDecision) []ui.Option {
	options := make([]ui.Option, len(list))
	for i, d := range list {
		options[i] = ui.Option{Value: d.ID.String(), Label: locale.T(ctx, "minutes.decision_option",
			"Year", d.Year, "Number", d.Number, "Day", locale.Date(ctx, d.Day.Time()), "Title", d.Title)}
	}
	return options
}
