package meetingpage

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"rundertisch/internal/access"
	"rundertisch/internal/db"
	"rundertisch/internal/document"
	"rundertisch/internal/locale"
	"rundertisch/internal/meeting"
	"rundertisch/internal/minutes"
	"rundertisch/web/form"
	"rundertisch/web/handler"
)

// extractData is what the extract of a decision is made of.
type extractData struct {
	decision   meeting.Decision
	candidates []meeting.Candidate
	standing   minutes.Standing
}

// sendExtract sends a decision as PDF to whoever reads it.
func (p *Pages) sendExtract(w http.ResponseWriter, r *http.Request) error {
	id, err := form.PathID(r, "id")
	if err != nil {
		return err
	}
	ctx := r.Context()
	var d extractData
	err = p.read(r, access.ReadDecisions, func(tx *db.Tx) (err error) {
		if d.decision, err = meeting.DecisionByID(ctx, tx, id); err != nil {
			return err
		}
		if d.candidates, err = meeting.Candidates(ctx, tx, id); err != nil || d.decision.MeetingID == nil {
			return err
		}
		d.standing, err = minutes.StandingOf(ctx, tx, *d.decision.MeetingID)
		return err
	})
	if err != nil {
		return err
	}
	name := "beschluss-" + d.decision.Day.String()
	if label := d.decision.Label(); label != "" {
		name = "beschluss-" + strings.ReplaceAll(label, "/", "-")
	}
	return handler.SendPaper(w, r, p.papers, d.paper(ctx), name+".pdf")
}

func (d extractData) paper(ctx context.Context) document.Decision {
	x := d.decision
	paper := document.Decision{
		Imprint: document.Imprint{Issuer: x.BodyName, Issued: x.Day, Copy: locale.T(ctx, "decision.extract.copy")},
		Title:   locale.T(ctx, "decision.extract.title_rejected", "Day", locale.Date(ctx, x.Day.Time())),
		Number:  x.Label(),
		Body:    x.BodyName,
		When:    locale.DateLong(ctx, x.Day.Time()),
		Subject: x.Title,
		Wording: texts(strings.Split(x.Wording, "\n")),
		Table:   candidateTable(ctx, d.candidates),
		Result:  standingOf(ctx, x).Label,
		Vote: locale.T(ctx, "decision.extract.vote", "Method", locale.T(ctx, x.Method.NameKey()), "Count",
			locale.T(ctx, "decision.count", "Yes", strconv.Itoa(x.Yes), "No", strconv.Itoa(x.No), "Abstain", strconv.Itoa(x.Abstain))),
		Notes: texts([]string{d.note(ctx)}),
	}
	if x.Label() != "" {
		paper.Title = locale.T(ctx, "decision.extract.title", "Number", x.Label())
	}
	if x.NonPublic {
		paper.Copy += ", " + locale.T(ctx, "decision.extract.non_public")
	}
	if d.standing.Approved {
		paper.Hash = d.standing.Sum()
	}
	if x.VoidWhy != "" {
		paper.Draft = locale.T(ctx, "decision.extract.void_mark")
		paper.Notes = append(texts([]string{locale.T(ctx, "decision.extract.void", "Why", x.VoidWhy)}), paper.Notes...)
	}
	return paper
}

// note says what the extract rests on: approved minutes with their hash, minutes
// that are not approved yet, or a circular vote.
func (d extractData) note(ctx context.Context) string {
	x, s := d.decision, d.standing
	day := locale.Date(ctx, x.Day.Time())
	switch {
	case x.CircularID != nil:
		return locale.T(ctx, "decision.extract.circular", "Day", locale.Date(ctx, x.DecidedAt))
	case s.Approved && s.Sum() != "":
		return locale.T(ctx, "decision.extract.approved", "Day", day, "No", strconv.Itoa(s.No))
	case s.Known && !s.Approved:
		return locale.T(ctx, "decision.extract.not_approved", "Day", day)
	}
	return locale.T(ctx, "decision.extract.unknown", "Day", day)
}

func candidateTable(ctx context.Context, list []meeting.Candidate) *document.Table {
	if len(list) == 0 {
		return nil
	}
	t := &document.Table{Head: []string{
		locale.T(ctx, "decision.column.candidate"), locale.T(ctx, "decision.column.votes"), locale.T(ctx, "decision.column.result"),
	}}
	for _, c := range list {
		elected := ""
		if c.Elected {
			elected = locale.T(ctx, "decision.elected")
		}
		t.Rows = append(t.Rows, []string{c.Name, strconv.Itoa(c.Votes), elected})
	}
	return t
}
