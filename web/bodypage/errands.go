package bodypage

import (
	"context"
	"net/url"

	"rundertisch/internal/access"
	"rundertisch/internal/body"
	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/fault"
	"rundertisch/internal/link"
	"rundertisch/internal/locale"
	"rundertisch/web/form"
	"rundertisch/web/ui"
)

var changeBody = errand{
	act: access.KeepBody, name: "change", fields: []string{"name", "consulted_on", "priorities", "office_email"}, draw: bodyFields,
	start: func(at place) url.Values {
		b := at.body
		return values("version", number(b.Version), "name", b.Name, "consulted_on", b.ConsultedOn.String(), "priorities", b.Priorities, "office_email", b.OfficeEmail)
	},
	read: func(f *form.Values) change {
		in, version := parseInput(f), f.Int("version")
		return func(ctx context.Context, tx *db.Tx, at place) error {
			return body.Change(ctx, tx, at.body, in, version)
		}
	},
}

var keepTerm = errand{
	act: access.AddBody, name: "term", fields: []string{"since", "to", "why"}, draw: termFields,
	start: func(at place) url.Values {
		v := values("since", at.term.Valid.From.String())
		if !at.term.Valid.To.IsZero() {
			v.Set("to", at.term.Valid.To.AddDays(-1).String())
		}
		return v
	},
	read: func(f *form.Values) change {
		n := body.NewTerm{ID: f.NewID("id"), From: f.Date("since"), To: after(f.Date("to")), Why: f.Text("why")}
		return func(ctx context.Context, tx *db.Tx, at place) error { return body.KeepTerm(ctx, tx, at.body, n) }
	},
}

func parseInput(f *form.Values) body.Input {
	return body.Input{
		Name: f.Text("name"), ConsultedOn: f.Date("consulted_on"), Priorities: f.Text("priorities"), OfficeEmail: f.Text("office_email"),
	}
}

var addSeat = errand{
	act: access.KeepSeats, name: "seat_add", fields: []string{"institution", "group", "vote", "from"}, draw: newSeatFields,
	start: func(at place) url.Values { return values("from", at.today.String()) },
	read: func(f *form.Values) change {
		n := body.NewSeat{
			ID: f.NewID("id"), Institution: f.Text("institution"), Group: body.Group(f.Text("group")), Vote: body.VoteRule(f.Text("vote")), From: f.Date("from"),
		}
		return func(ctx context.Context, tx *db.Tx, at place) error { return body.AddSeat(ctx, tx, at.body, n) }
	},
}

var changeSeat = errand{
	act: access.KeepSeats, name: "seat_change", fields: []string{"institution", "voting"}, draw: seatFields, about: seatName, back: toSeat,
	start: func(at place) url.Values {
		return values("version", number(at.seat.Version), "institution", at.seat.Institution, "voting", form.Tick(at.seat.Voting))
	},
	read: func(f *form.Values) change {
		institution, votes, version := f.Text("institution"), f.Has("voting"), f.Int("version")
		return func(ctx context.Context, tx *db.Tx, at place) error {
			return body.ChangeSeat(ctx, tx, at.body, at.seat.ID, institution, votes, version)
		}
	},
}

var endSeat = errand{
	act: access.KeepSeats, name: "seat_end", fields: []string{"to"}, draw: lastDayFields, about: seatName, back: toSeat, start: endsToday,
	read: func(f *form.Values) change {
		last := f.Date("to")
		return func(ctx context.Context, tx *db.Tx, at place) error {
			return body.EndSeat(ctx, tx, at.body, at.seat.ID, last)
		}
	},
}

var reopenSeat = errand{
	act: access.KeepSeats, name: "seat_reopen", fields: []string{"why"}, draw: reopenFields, about: seatName, back: toSeat,
	read: func(f *form.Values) change {
		why := f.Text("why")
		return func(ctx context.Context, tx *db.Tx, at place) error {
			return body.ReopenSeat(ctx, tx, at.body, at.seat.ID, why)
		}
	},
}

var holdSeat = errand{
	act: access.KeepSeats, name: "hold", fields: []string{"slot", "person_email", "person_name", "from", "to"}, draw: holdingFields, about: seatName, back: toSeat,
	start: func(at place) url.Values { return values("slot", "0", "from", at.today.String()) },
	read: func(f *form.Values) change {
		n := parseHolding(f)
		return func(ctx context.Context, tx *db.Tx, at place) error {
			return body.Hold(ctx, tx, at.body, at.seat.ID, n)
		}
	},
}

// parseHolding reads who holds a seat from-to; people name the last day.
func parseHolding(f *form.Values) body.NewHolding {
	return body.NewHolding{ID: f.NewID("id"), Slot: f.Int("slot"), Who: parseWho(f), From: f.Date("from"), To: after(f.Date("to"))}
}

func parseWho(f *form.Values) body.Who {
	return body.Who{Email: f.Text("person_email"), Name: f.Text("person_name")}
}

// after is the day after the last one; zero if there is no last day.
func after(last calendar.Date) calendar.Date {
	if last.IsZero() {
		return last
	}
	return last.AddDays(1)
}

var chairSeat = errand{
	act: access.KeepSeats, name: "chair", fields: []string{"from"}, draw: fromFields, about: seatName,
	start: func(at place) url.Values { return values("from", at.today.String()) },
	read: func(f *form.Values) change {
		from := f.Date("from")
		return func(ctx context.Context, tx *db.Tx, at place) error {
			err := body.SetChair(ctx, tx, at.body, at.seat.ID, from)
			if faults, ok := fault.AsFields(err); ok && faults["seat"].Key != "" { // the form has no field for the seat
				return fault.Field("", faults["seat"].Key)
			}
			return err
		}
	},
}

var endHolding = errand{
	act: access.KeepSeats, name: "hold_end", fields: []string{"to"}, draw: lastDayFields, about: holderName, back: toSeat, start: endsToday,
	read: func(f *form.Values) change {
		last := f.Date("to")
		return func(ctx context.Context, tx *db.Tx, at place) error {
			return body.EndHolding(ctx, tx, at.body, at.holding.ID, last)
		}
	},
}

var correctHolding = errand{
	act: access.KeepSeats, name: "hold_correct", fields: []string{"person_email", "person_name", "from", "to", "retract", "why"},
	draw: holdingCorrection, about: holderName, back: toSeat,
	start: func(at place) url.Values {
		v := values("from", at.holding.Valid.From.String())
		if !at.holding.Valid.To.IsZero() {
			v.Set("to", at.holding.Valid.To.AddDays(-1).String())
		}
		return v
	},
	read: func(f *form.Values) change {
		c := body.HoldingCorrection{NewHolding: parseHolding(f), Why: f.Text("why"), Retract: f.Has("retract")}
		return func(ctx context.Context, tx *db.Tx, at place) error {
			return body.CorrectHolding(ctx, tx, at.body, at.holding.ID, c)
		}
	},
}

var appointOfficer = errand{
	act: access.AppointOffice, name: "officer", fields: []string{"person_email", "person_name", "from"}, draw: officerFields,
	start: func(at place) url.Values { return values("from", at.today.String()) },
	read: func(f *form.Values) change {
		n := body.NewOfficer{ID: f.NewID("id"), Who: parseWho(f), From: f.Date("from")}
		return func(ctx context.Context, tx *db.Tx, at place) error { return body.AppointOfficer(ctx, tx, at.body, n) }
	},
}

var endOfficer = errand{
	act: access.AppointOffice, name: "officer_end", fields: []string{"to"}, draw: lastDayFields, start: endsToday,
	about: func(_ context.Context, at place) string { return at.officer.Name },
	read: func(f *form.Values) change {
		last := f.Date("to")
		return func(ctx context.Context, tx *db.Tx, at place) error {
			return body.EndOfficer(ctx, tx, at.body, at.officer.ID, last)
		}
	},
}

func endsToday(at place) url.Values { return values("to", at.today.String()) }

func toSeat(at place) string { return link.Seat(at.body.ID, at.seat.ID) }

func seatName(_ context.Context, at place) string { return at.seat.Institution }

func holderName(_ context.Context, at place) string {
	return at.seat.Institution + ", " + at.holding.Name
}

// holdingTerms say what is on record, above the form that corrects it.
func holdingTerms(ctx context.Context, at place) []ui.Term {
	return []ui.Term{
		{Key: locale.T(ctx, "body.person"), Text: at.holding.Name},
		{Key: locale.T(ctx, "body.label.slot"), Text: slotName(ctx, at.seat.Group, at.holding.Slot)},
		{Key: locale.T(ctx, "body.time"), Text: period(ctx, at.holding.Valid)},
	}
}
