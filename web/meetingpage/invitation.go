package meetingpage

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"rundertisch/internal/access"
	"rundertisch/internal/body"
	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/document"
	"rundertisch/internal/locale"
	"rundertisch/internal/meeting"
	"rundertisch/web/form"
	"rundertisch/web/handler"
)

// invitationData is what the paper of an invitation is made of.
type invitationData struct {
	meeting meeting.Meeting
	letter  meeting.Letter
	body    body.Body
	rules   body.Bylaws // of the sitting's day
}

// sendInvitation sends the last invitation as PDF, as it went out.
func (p *Pages) sendInvitation(w http.ResponseWriter, r *http.Request) error {
	id, err := form.PathID(r, "id")
	if err != nil {
		return err
	}
	ctx := r.Context()
	var d invitationData
	err = p.read(r, access.ReadSittings, func(tx *db.Tx) (err error) {
		if d.meeting, err = meeting.ByID(ctx, tx, id); err != nil {
			return err
		}
		if d.letter, err = meeting.LastLetter(ctx, tx, id); err != nil {
			return err
		}
		if d.body, err = body.ByID(ctx, tx, d.meeting.BodyID); err != nil {
			return err
		}
		d.rules, err = body.BylawsOn(ctx, tx, d.meeting.BodyID, d.meeting.Day)
		return err
	})
	if err != nil {
		return err
	}
	return handler.SendPaper(w, r, p.papers, d.paper(ctx), "einladung-"+d.letter.PlannedFor.String()+".pdf")
}

// paper brings the letter on paper. A sitting that was cancelled or postponed
// since is marked so.
func (d invitationData) paper(ctx context.Context) document.Invitation {
	l := d.letter
	paper := document.Invitation{
		Imprint: document.Imprint{Issuer: d.body.Name, Issued: calendar.Of(l.SentAt)},
		Title:   locale.T(ctx, "meeting.letter.title", "Title", l.Title),
		Body:    d.body.Name,
		When:    meeting.When(ctx, l.At(d.meeting)),
		Place:   l.Place,
		Online:  l.OnlineURL,
		Intro: []document.Paragraph{
			document.Text(locale.T(ctx, "meeting.letter.greeting")),
			document.Text(locale.T(ctx, "meeting.letter.intro", "Title", l.Title)),
		},
		Agenda: d.agenda(ctx),
		Notice: d.notice(ctx),
		Office: document.Contact{Name: locale.T(ctx, "meeting.letter.office", "Body", d.body.Name), Email: d.body.OfficeEmail},
	}
	if l.Level < access.Member.Level() {
		paper.Copy = locale.T(ctx, "meeting.letter.guest_copy")
	}
	if d.stopped() {
		paper.Draft = locale.T(ctx, d.meeting.State.NameKey())
	}
	return paper
}

// stopped says whether the sitting was cancelled or postponed since.
func (d invitationData) stopped() bool {
	return d.meeting.State == meeting.Cancelled || d.meeting.State == meeting.Postponed
}

// agenda has a placeholder where an item is not for this reader, or not for
// paper: copies lie about, so the rules of the body say whether they are whole.
func (d invitationData) agenda(ctx context.Context) []document.AgendaItem {
	list := make([]document.AgendaItem, len(d.letter.Items))
	for i, item := range d.letter.Items {
		list[i] = document.AgendaItem{Number: strconv.Itoa(item.Number)}
		if item.NonPublic && (item.Title == "" || d.rules.NonPublicCopy != body.CopyFull) {
			list[i].Title = locale.T(ctx, "meeting.letter.closed_item")
			continue
		}
		list[i].Title, list[i].Presenter, list[i].NonPublic = item.Title, item.Presenter, item.NonPublic
		if item.Minutes > 0 {
			list[i].Duration = locale.Duration(ctx, item.Minutes)
		}
	}
	return list
}

// notice is what stands below the agenda.
func (d invitationData) notice(ctx context.Context) []document.Paragraph {
	l := d.letter
	var lines []string
	if l.ShortNoticeWhy != "" {
		lines = append(lines, locale.T(ctx, "meeting.mail.short_notice", "Why", l.ShortNoticeWhy))
	}
	if l.Second {
		lines = append(lines, locale.T(ctx, "meeting.mail.second", "Needed", strconv.Itoa(l.QuorumNeeded)))
	}
	if l.Note != "" {
		lines = append(lines, strings.Split(locale.T(ctx, "meeting.letter.note", "Note", l.Note), "\n")...)
	}
	if d.stopped() {
		lines = append(lines, locale.T(ctx, "meeting.mail.stopped_why", "Why", d.meeting.StoppedWhy))
	} else {
		lines = append(lines, locale.T(ctx, "meeting.letter.reply"))
	}
	lines = append(lines, locale.T(ctx, "meeting.letter.sent", "Time", locale.DateTime(ctx, l.SentAt)))
	return texts(lines)
}

// texts makes a paragraph of each line that is not blank.
func texts(lines []string) []document.Paragraph {
	var list []document.Paragraph
	for _, line := range lines {
		if line = strings.TrimSpace(line); line != "" {
			list = append(list, document.Text(line))
		}
	}
	return list
}
