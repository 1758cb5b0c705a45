package publicpage

import (
	"context"
	"strings"

	"rundertisch/internal/access"
	"rundertisch/internal/body"
	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/locale"
	"rundertisch/web/ui"
)

// publishedView is what anybody may know of a body: institutions, no persons.
type publishedView struct {
	ID, Name     string
	Districts    []string
	Facts        []ui.Term
	Institutions []institutionRow
	RulesName    string
	Rules        []ui.Term
}

type institutionRow struct {
	Name, Group, Votes string
	Chair              bool
}

// publish reads the bodies of the kinds as they are today.
func (p *Pages) publish(ctx context.Context, kinds ...body.Kind) ([]publishedView, error) {
	var list []body.Published
	err := p.db.Read(ctx, access.ReadBoard, func(tx *db.Tx) (err error) {
		list, err = body.Publish(ctx, tx, calendar.Of(tx.Now), kinds...)
		return err
	})
	views := make([]publishedView, len(list))
	for i, b := range list {
		views[i] = newPublishedView(ctx, b)
	}
	return views, err
}

func newPublishedView(ctx context.Context, b body.Published) publishedView {
	v := publishedView{ID: b.ID.String(), Name: b.Name, Districts: b.Districts, RulesName: locale.T(ctx, "body.rules.defaults")}
	for _, fact := range []struct{ key, text string }{
		{"body.label.districts", strings.Join(b.Districts, ", ")}, {"body.label.priorities", b.Priorities}, {"body.label.office_email", b.OfficeEmail},
	} {
		if fact.text != "" {
			v.Facts = append(v.Facts, ui.Term{Key: locale.T(ctx, fact.key), Text: fact.text})
		}
	}
	for _, i := range b.Institutions {
		row := institutionRow{Name: i.Name, Group: locale.T(ctx, i.Group.NameKey()), Votes: locale.T(ctx, "body.not_voting"), Chair: i.Chair}
		if i.Voting {
			row.Votes = locale.N(ctx, "body.votes_of", i.Seats)
		}
		v.Institutions = append(v.Institutions, row)
	}
	if !b.Rules.IsDefault() {
		v.RulesName = locale.T(ctx, "body.rules.version", "Name", b.Rules.Name, "Day", locale.Date(ctx, b.Rules.ValidFrom.Time()))
	}
	for _, s := range b.Rules.Sentences(locale.FromContext(ctx)) {
		v.Rules = append(v.Rules, ui.Term{Key: s.Label, Text: s.Text})
	}
	return v
}
