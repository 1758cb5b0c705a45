package minutespage

import (
	"context"
	"net/http"

	"github.com/google/uuid"

	"rundertisch/internal/access"
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

// releaseView is the form that releases passages, with a preview as another
// reader.
type releaseView struct {
	Frame    layout.Args
	Minutes  minutes.Minutes
	Blocks   []minutes.Frozen
	Released map[uuid.UUID]bool
	As       string // whose view is shown: "", public, guest, member
	Chapters []chapterView
}

func (p *Pages) showRelease(w http.ResponseWriter, r *http.Request) error {
	v := releaseView{Released: map[uuid.UUID]bool{}, As: form.Query(r).Text("als")}
	m, err := p.read(r, access.ReleaseMinutes, func(ctx context.Context, tx *db.Tx, m minutes.Minutes) (err error) {
		if !tx.Actor.MayAt(access.ReleaseMinutes, m.BodyID) || m.No == 0 {
			return fault.NotFound
		}
		released, err := minutes.ReleasedBlocks(ctx, tx, m.ID)
		if err != nil {
			return err
		}
		for _, b := range released {
			v.Released[b.BlockID] = true
		}
		v.Blocks, err = minutes.Blocks(ctx, tx, m.ID, m.No)
		return err
	})
	if err != nil {
		return err
	}
	if !m.State.Sealed() {
		return fault.Explain(fault.Conflict, "minutes.error.not_approved")
	}
	ctx := r.Context()
	v.Minutes, v.Chapters = m, v.preview()
	v.Frame = handler.Frame(r).WithBreadcrumb(crumbs(ctx, m, ui.Link{Label: locale.T(ctx, "minutes.do.release"), URL: link.ReleaseMinutes(m.ID)})...)
	return handler.Render(w, r, releasePage(v))
}

// preview is what the chosen reader sees.
func (v releaseView) preview() []chapterView {
	var seen []minutes.Frozen
	for _, b := range v.Blocks {
		if v.As == "member" || v.As == "guest" && !b.NonPublic || v.As == "public" && v.Released[b.BlockID] {
			seen = append(seen, b)
		}
	}
	return chapters(seen)
}

func (p *Pages) release(w http.ResponseWriter, r *http.Request) error {
	return p.act(w, r, access.ReleaseMinutes, link.ReleaseMinutes, "minutes.flash.released",
		func(ctx context.Context, tx *db.Tx, id uuid.UUID, f *form.Values) error {
			var blocks []uuid.UUID
			for _, text := range f.List("block") {
				block, err := uuid.Parse(text)
				if err != nil {
					return fault.NotFound
				}
				blocks = append(blocks, block)
			}
			return minutes.Release(ctx, tx, id, blocks)
		})
}

// publicListView lists what was released to everybody.
type publicListView struct {
	Frame   layout.Args
	Entries []minutes.PublicEntry
}

// publicLimit is how many public minutes the list shows.
const publicLimit = 200

func (p *Pages) listPublic(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	var v publicListView
	err := p.db.Read(ctx, access.ReadReleased, func(tx *db.Tx) (err error) {
		v.Entries, err = minutes.PublicEntries(ctx, tx, publicLimit)
		return err
	})
	if err != nil {
		return err
	}
	v.Frame = handler.Frame(r).WithBreadcrumb(ui.Link{Label: locale.T(ctx, "minutes.public.title"), URL: link.AllPublicMinutes()})
	return handler.Render(w, r, publicListPage(v))
}

// publicView is the public excerpt of the minutes of one sitting.
type publicView struct {
	Frame    layout.Args
	Minutes  minutes.Minutes
	Chapters []chapterView
	Papers   bool
}

func (p *Pages) showPublic(w http.ResponseWriter, r *http.Request) error {
	id, err := form.PathID(r, "id")
	if err != nil {
		return err
	}
	ctx := r.Context()
	var v publicView
	err = p.db.Read(ctx, access.ReadReleased, func(tx *db.Tx) (err error) {
		if v.Minutes, err = minutes.ByID(ctx, tx, id); err != nil {
			return err
		}
		blocks, err := minutes.ReleasedBlocks(ctx, tx, id)
		v.Chapters = publicChapters(blocks)
		return err
	})
	if err != nil {
		return err
	}
	if v.Minutes.PublishedAt == nil || len(v.Chapters) == 0 {
		return fault.NotFound
	}
	v.Papers = handler.SetsPapers(p.papers)
	v.Frame = handler.Frame(r).WithBreadcrumb(
		ui.Link{Label: locale.T(ctx, "minutes.public.title"), URL: link.AllPublicMinutes()},
		ui.Link{Label: title(ctx, v.Minutes), URL: link.PublicMinutes(id)})
	return handler.Render(w, r, publicPage(v))
}
