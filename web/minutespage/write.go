package minutespage

import (
	"context"
	"errors"
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

// draftView is the page on which the office writes.
type draftView struct {
	Frame    layout.Args
	Minutes  minutes.Minutes
	Sections []sectionView
	MayWrite bool
	Errors   form.Errors
	Conflict *conflictView
}

type sectionView struct {
	minutes.Section

	Passages  []passageView
	New       uuid.UUID // id of the passage that would be added
	MinutesID uuid.UUID
	MayWrite  bool
}

// passageView is a passage in its form.
type passageView struct {
	minutes.Passage

	MinutesID  uuid.UUID
	Difference *minutes.Difference // to the version before
	Text       []minutes.Node
	Error      string
	Typed      string // what could not be saved
	MayWrite   bool
	First      bool // of its item: nothing to move it above
	Last       bool
}

func (v passageView) anchor() string { return "absatz-" + v.ID.String() }

func (v passageView) field(name string) string { return name + "-" + v.ID.String() }

// standView is how a passage stands: the version that was saved, and what there
// is to say of the last save.
type standView struct {
	passageView

	Saved    string        // when
	Conflict *conflictView // somebody else saved meanwhile
}

// conflictView shows both texts when two people changed one passage.
type conflictView struct {
	Passage minutes.Passage // as saved
	Mine    string
	Changes []minutes.Part
}

func (p *Pages) begin(w http.ResponseWriter, r *http.Request) error {
	meeting, err := form.PathID(r, "id")
	if err != nil {
		return err
	}
	f, err := form.Parse(w, r)
	if err != nil {
		return err
	}
	id := f.NewID("id")
	if err := f.Faults.Err(); err != nil {
		return err
	}
	return p.write(w, r, access.WriteMinutes, link.WriteMinutes(id), "minutes.flash.begun", func(ctx context.Context, tx *db.Tx) error {
		return minutes.Begin(ctx, tx, id, meeting)
	})
}

func (p *Pages) showDraft(w http.ResponseWriter, r *http.Request) error {
	v, err := p.draft(r)
	if err != nil {
		return err
	}
	return handler.Render(w, r, draftPage(v))
}

func (p *Pages) draft(r *http.Request) (draftView, error) {
	var v draftView
	var differences []minutes.Difference
	var sections []minutes.Section
	m, err := p.read(r, access.ReadMinutes, func(ctx context.Context, tx *db.Tx, m minutes.Minutes) (err error) {
		if !tx.Actor.MayAt(access.SignMinutes, m.BodyID) { // chair and office
			return fault.NotFound
		}
		if sections, err = minutes.Draft(ctx, tx, m); err != nil {
			return err
		}
		differences, err = minutes.Pending(ctx, tx, m)
		return err
	})
	if err != nil {
		return v, err
	}
	ctx, actor := r.Context(), handler.Actor(r)
	v.Minutes, v.MayWrite = m, actor.MayAt(access.WriteMinutes, m.BodyID) && m.State.BeingWritten()
	changed := map[uuid.UUID]*minutes.Difference{}
	for i := range differences {
		changed[differences[i].BlockID] = &differences[i]
	}
	for _, s := range sections {
		if s.ItemID == nil && len(s.Passages) == 0 {
			continue
		}
		one := sectionView{Section: s, New: uuid.New(), MinutesID: m.ID, MayWrite: v.MayWrite}
		for i, b := range s.Passages {
			one.Passages = append(one.Passages, passageView{
				Passage: b, MinutesID: m.ID, Difference: changed[b.ID],
				Text: minutes.Markdown(b.Body), Typed: b.Body, MayWrite: v.MayWrite, First: i == 0, Last: i == len(s.Passages)-1,
			})
		}
		v.Sections = append(v.Sections, one)
	}
	v.Frame = handler.Frame(r).WithBreadcrumb(crumbs(ctx, m, ui.Link{Label: locale.T(ctx, "minutes.do.write"), URL: link.WriteMinutes(m.ID)})...)
	return v, nil
}

func (p *Pages) addPassage(w http.ResponseWriter, r *http.Request) error {
	id, err := form.PathID(r, "id")
	if err != nil {
		return err
	}
	f, err := form.Parse(w, r)
	if err != nil {
		return err
	}
	n := minutes.NewPassage{ID: f.NewID("id"), After: f.ID("after"), Kind: minutes.Kind(f.Text("kind")), Body: f.Text("body"), NonPublic: f.Text("non_public") != ""}
	if item := f.ID("item"); item != uuid.Nil {
		n.ItemID = &item
	}
	if err := f.Faults.Err(); err != nil {
		return err
	}
	next := link.WriteMinutes(id) + "#" + ui.FieldID("body-"+n.ID.String()) // to write in it
	return p.write(w, r, access.WriteMinutes, next, "minutes.flash.added", func(ctx context.Context, tx *db.Tx) error {
		return minutes.AddPassage(ctx, tx, id, n)
	})
}

// savePassage saves one passage. A script gets how it stands now; without one
// the whole page comes back at the passage. Where somebody else saved
// meanwhile both texts are shown and neither is lost.
func (p *Pages) savePassage(w http.ResponseWriter, r *http.Request) error {
	id, blockID, f, err := p.passage(w, r)
	if err != nil {
		return err
	}
	e := readEdit(f)
	err = f.Faults.Err()
	if err == nil {
		err = p.db.Write(r.Context(), access.WriteMinutes, func(tx *db.Tx) error {
			if err := minutes.SavePassage(r.Context(), tx, id, blockID, e); err != nil || handler.IsFragment(r) {
				return err
			}
			_, err := minutes.Edits(r.Context(), tx, id, blockID) // without a script, saving says it
			return err
		})
	}
	switch {
	case err != nil:
		return p.notSaved(w, r, blockID, e, err)
	case handler.IsFragment(r):
		return p.showStand(w, r, blockID)
	}
	return handler.SeeOther(w, r, link.WriteMinutes(id)+"#absatz-"+blockID.String(), "minutes.flash.saved")
}

func readEdit(f *form.Values) minutes.Edit {
	return minutes.Edit{Body: f.Text("body"), NonPublic: f.Text("non_public") != "", Version: f.Int("version")}
}

// notSaved answers a form whose passage could not be saved, with what was typed.
func (p *Pages) notSaved(w http.ResponseWriter, r *http.Request, blockID uuid.UUID, e minutes.Edit, err error) error {
	if errors.Is(err, fault.Stale) {
		return p.showConflict(w, r, blockID, e)
	}
	if fields, invalid := fault.AsFields(err); invalid {
		return p.showInvalid(w, r, blockID, e, fields)
	}
	return err
}

// saveFirst saves what the form of a passage holds before something else
// happens to the passage: its buttons send its text along.
func saveFirst(ctx context.Context, tx *db.Tx, id, blockID uuid.UUID, f *form.Values) error {
	if !f.Has("version") {
		return nil
	}
	e := readEdit(f)
	if err := f.Faults.Err(); err != nil {
		return err
	}
	return minutes.SavePassage(ctx, tx, id, blockID, e)
}

// editPassage notes that somebody has the editor of a passage open, or has left
// it, and answers with who else has it open. Only a script asks.
func (p *Pages) editPassage(w http.ResponseWriter, r *http.Request) error {
	id, blockID, f, err := p.passage(w, r)
	if err != nil {
		return err
	}
	var other string
	err = p.db.Write(r.Context(), access.WriteMinutes, func(tx *db.Tx) (err error) {
		if f.Has("left") {
			return minutes.Leaves(r.Context(), tx, id, blockID)
		}
		other, err = minutes.Edits(r.Context(), tx, id, blockID)
		return err
	})
	if err != nil {
		return err
	}
	return handler.Render(w, r, editedBy(other))
}

// passage reads the two ids of the address and the form.
func (p *Pages) passage(w http.ResponseWriter, r *http.Request) (id, blockID uuid.UUID, f *form.Values, err error) {
	if id, err = form.PathID(r, "id"); err != nil {
		return id, blockID, nil, err
	}
	if blockID, err = form.PathID(r, "block"); err != nil {
		return id, blockID, nil, err
	}
	f, err = form.Parse(w, r)
	return id, blockID, f, err
}

func (v *draftView) find(blockID uuid.UUID) *passageView {
	for i := range v.Sections {
		for j := range v.Sections[i].Passages {
			if v.Sections[i].Passages[j].ID == blockID {
				return &v.Sections[i].Passages[j]
			}
		}
	}
	return nil
}

func (p *Pages) showStand(w http.ResponseWriter, r *http.Request, blockID uuid.UUID) error {
	v, err := p.draft(r)
	if err != nil {
		return err
	}
	at := v.find(blockID)
	if at == nil {
		return fault.NotFound
	}
	saved := locale.T(r.Context(), "minutes.saved_at", "Time", locale.Time(r.Context(), p.db.Now()))
	return handler.Render(w, r, passageStand(standView{passageView: *at, Saved: saved}))
}

func (p *Pages) showInvalid(w http.ResponseWriter, r *http.Request, blockID uuid.UUID, e minutes.Edit, faults fault.Fields) error {
	v, err := p.draft(r)
	if err != nil {
		return err
	}
	v.Errors = form.Say(r.Context(), faults)
	v.Frame = v.Frame.WithErrors(true)
	if at := v.find(blockID); at != nil {
		at.Error, at.Typed = v.Errors.Of("body"), e.Body
		if handler.IsFragment(r) {
			at.Version = e.Version // nothing was saved
			return handler.RenderStatus(w, r, http.StatusUnprocessableEntity, passageStand(standView{passageView: *at}))
		}
	}
	return handler.RenderStatus(w, r, http.StatusUnprocessableEntity, draftPage(v))
}

func (p *Pages) showConflict(w http.ResponseWriter, r *http.Request, blockID uuid.UUID, e minutes.Edit) error {
	v, err := p.draft(r)
	if err != nil {
		return err
	}
	at := v.find(blockID)
	if at == nil {
		return fault.NotFound
	}
	v.Conflict = &conflictView{Passage: at.Passage, Mine: e.Body, Changes: minutes.Compare(at.Body, e.Body)}
	if handler.IsFragment(r) {
		return handler.RenderStatus(w, r, http.StatusConflict, passageStand(standView{passageView: *at, Conflict: v.Conflict}))
	}
	return handler.RenderStatus(w, r, http.StatusConflict, conflictPage(v, *at))
}

func (p *Pages) movePassage(w http.ResponseWriter, r *http.Request) error {
	id, blockID, f, err := p.passage(w, r)
	if err != nil {
		return err
	}
	up := f.Text("direction") == "up"
	var at minutes.Spot
	err = p.db.Write(r.Context(), access.WriteMinutes, func(tx *db.Tx) (err error) {
		if err = saveFirst(r.Context(), tx, id, blockID, f); err == nil {
			at, err = minutes.MovePassage(r.Context(), tx, id, blockID, up)
		}
		return err
	})
	if err != nil {
		return p.notSaved(w, r, blockID, readEdit(f), err)
	}
	button := "#runter-"
	if up && !at.First || at.Last {
		button = "#hoch-"
	}
	return handler.SeeOther(w, r, link.WriteMinutes(id)+button+blockID.String(), "minutes.flash.moved", "Number", at.Number)
}

// removePassage takes a passage out, with what was typed last; the next page offers to put it back.
func (p *Pages) removePassage(w http.ResponseWriter, r *http.Request) error {
	id, blockID, f, err := p.passage(w, r)
	if err != nil {
		return err
	}
	err = p.db.Write(r.Context(), access.WriteMinutes, func(tx *db.Tx) error {
		if err := saveFirst(r.Context(), tx, id, blockID, f); err != nil {
			return err
		}
		return minutes.RemovePassage(r.Context(), tx, id, blockID)
	})
	if err != nil {
		return p.notSaved(w, r, blockID, readEdit(f), err)
	}
	handler.SetFlash(w, r, handler.Flash{Key: "minutes.flash.removed", Undo: link.RestorePassage(id, blockID)})
	return handler.SeeOther(w, r, link.WriteMinutes(id), "")
}

func (p *Pages) restorePassage(w http.ResponseWriter, r *http.Request) error {
	id, blockID, _, err := p.passage(w, r)
	if err != nil {
		return err
	}
	return p.write(w, r, access.WriteMinutes, link.WriteMinutes(id)+"#absatz-"+blockID.String(), "minutes.flash.restored",
		func(ctx context.Context, tx *db.Tx) error { return minutes.RestorePassage(ctx, tx, id, blockID) })
}

// explainPassage records why the office changed a passage: because of an
// objection that was followed, or by itself.
func (p *Pages) explainPassage(w http.ResponseWriter, r *http.Request) error {
	id, blockID, f, err := p.passage(w, r)
	if err != nil {
		return err
	}
	err = p.db.Write(r.Context(), access.WriteMinutes, func(tx *db.Tx) error {
		if objection := f.ID("objection"); objection != uuid.Nil {
			return minutes.Follow(r.Context(), tx, id, blockID, objection)
		}
		return minutes.Explain(r.Context(), tx, id, blockID, f.Text("reason"))
	})
	if faults, ok := fault.AsFields(err); ok {
		return p.circulatePage(w, r, http.StatusUnprocessableEntity, nil, faults)
	}
	if err != nil {
		return err
	}
	next := link.WriteMinutes(id)
	if f.Text("next") == "umlauf" {
		next = link.CirculateMinutes(id)
	}
	return handler.SeeOther(w, r, next, "minutes.flash.explained")
}
