package minutespage

import (
	"context"
	"net/http"

	"github.com/google/uuid"

	"rundertisch/internal/access"
	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/fault"
	"rundertisch/internal/link"
	"rundertisch/internal/locale"
	"rundertisch/internal/minutes"
	"rundertisch/web/form"
	"rundertisch/web/handler"
	"rundertisch/web/layout"
	"rundertisch/web/ui"
)

// reviewView is the page on which a member reviews the newest version.
type reviewView struct {
	Frame      layout.Args
	Minutes    minutes.Minutes
	Chapters   []chapterView
	Objections map[uuid.UUID][]minutes.Objection // by block
	Changed    map[uuid.UUID]minutes.Difference  // since the version before
	Said       bool                              // "no objections"
	MayObject  bool
	Office     bool // records what comes by letter or phone
	Late       bool
	DaysLeft   int
	Mine       int // own objections that were filed
	Drafts     int // and that were not yet
	Guest      bool
}

func (p *Pages) showReview(w http.ResponseWriter, r *http.Request) error {
	v := reviewView{Objections: map[uuid.UUID][]minutes.Objection{}, Changed: map[uuid.UUID]minutes.Difference{}}
	var today calendar.Date
	var news bool
	m, err := p.read(r, access.ReadMinutes, func(ctx context.Context, tx *db.Tx, m minutes.Minutes) error {
		today = calendar.Of(tx.Now)
		return v.load(ctx, tx, m, &news)
	})
	if err != nil {
		return err
	}
	if m.No == 0 {
		return fault.NotFound
	}
	if news {
		err := p.db.Write(r.Context(), access.ReadMinutes, func(tx *db.Tx) error { return minutes.Opened(r.Context(), tx, m) })
		if err != nil {
			return err
		}
	}
	ctx, actor := r.Context(), handler.Actor(r)
	v.Minutes, v.Guest = m, !m.ForMembers()
	v.Late = m.Late(today)
	v.DaysLeft = max(0, today.DaysUntil(m.Deadline))
	v.MayObject = m.State.UnderReview() && len(actor.SeatsFor(access.Object, m.BodyID)) > 0
	v.Office = m.State.UnderReview() && actor.MayAt(access.CirculateMinutes, m.BodyID)
	v.Frame = handler.Frame(r).WithBreadcrumb(crumbs(ctx, m, ui.Link{Label: locale.T(ctx, "minutes.do.review"), URL: link.ReviewMinutes(m.ID)})...)
	return handler.Render(w, r, reviewPage(v))
}

// load reads the newest version and what the reader may know of the answers to
// it. news says whether it was sent to him and he opens it for the first time.
func (v *reviewView) load(ctx context.Context, tx *db.Tx, m minutes.Minutes, news *bool) error {
	blocks, err := minutes.Blocks(ctx, tx, m.ID, m.No)
	if err != nil {
		return err
	}
	v.Chapters = chapters(blocks)
	list, err := minutes.Objections(ctx, tx, m.ID)
	if err != nil {
		return err
	}
	seats := tx.Actor.SeatsFor(access.Object, m.BodyID)
	for _, o := range list {
		v.Objections[o.BlockID] = append(v.Objections[o.BlockID], o)
		for _, s := range seats {
			if o.SeatID == s && o.State == minutes.ObjectionDraft {
				v.Drafts++
			} else if o.SeatID == s && o.State != minutes.Withdrawn {
				v.Mine++
			}
		}
	}
	if m.No > 1 {
		changed, err := minutes.Between(ctx, tx, m.ID, m.No-1, m.No)
		if err != nil {
			return err
		}
		for _, d := range changed {
			v.Changed[d.BlockID] = d
		}
	}
	if v.Said, err = minutes.SaidNothingToObject(ctx, tx, m); err != nil {
		return err
	}
	*news, err = minutes.Unopened(ctx, tx, m)
	return err
}

// asks says whether the reader can still answer "no objections".
func (v *reviewView) asks() bool { return v.MayObject && !v.Said && v.Mine == 0 && v.Drafts == 0 }

func (p *Pages) noObjection(w http.ResponseWriter, r *http.Request) error {
	return p.act(w, r, access.Object, link.ReviewMinutes, "minutes.flash.no_objection",
		func(ctx context.Context, tx *db.Tx, id uuid.UUID, f *form.Values) error {
			return minutes.NoObjection(ctx, tx, id, f.Int("no"))
		})
}
