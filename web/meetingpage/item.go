package meetingpage

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"

	"github.com/google/uuid"

	"rundertisch/internal/access"
	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/fault"
	"rundertisch/internal/link"
	"rundertisch/internal/locale"
	"rundertisch/internal/meeting"
	"rundertisch/internal/minutes"
	"rundertisch/web/form"
	"rundertisch/web/handler"
	"rundertisch/web/ui"
)

// itemFor reads the item of the address for somebody who may do act in its
// body.
func (p *Pages) itemFor(r *http.Request, act access.Action) (item meeting.Item, m meeting.Meeting, err error) {
	id, err := form.PathID(r, "id")
	if err != nil {
		return item, m, err
	}
	err = p.read(r, act, func(tx *db.Tx) (err error) {
		if item, err = meeting.ItemByID(r.Context(), tx, id); err != nil {
			return err
		}
		if !tx.Actor.MayAt(act, item.BodyID) {
			return fault.Forbidden
		}
		if item.MeetingID != nil {
			m, err = meeting.ByID(r.Context(), tx, *item.MeetingID)
		}
		return err
	})
	return item, m, err
}

// home is where an item stands: its agenda or the backlog.
func home(item meeting.Item) string {
	if item.MeetingID != nil {
		return link.Sitting(*item.MeetingID) + "#tagesordnung"
	}
	return link.Backlog(item.BodyID)
}

// addKind adds what an item is about, and of an approval the minutes. Members
// propose topics, so they choose neither.
func (v *formView) addKind(r *http.Request, f *form.Values, n meeting.NewItem, open []minutes.ForApproval) {
	ctx := r.Context()
	v.add(ui.Select, ui.Field{
		Name: "kind", Label: locale.T(ctx, "meeting.label.kind"), Value: typed(f, "kind", string(n.Kind)),
		Options: named(ctx, meeting.ItemKinds(), meeting.ItemKind.NameKey),
	})
	if len(open) == 0 {
		return
	}
	var subject string
	if n.SubjectID != nil {
		subject = n.SubjectID.String()
	}
	options := make([]ui.Option, len(open))
	for i, m := range open {
		options[i] = ui.Option{Value: m.ID.String(), Label: minutesOf(ctx, m)}
	}
	v.add(ui.Select, ui.Field{
		Name: "subject", Label: locale.T(ctx, "meeting.label.subject"), Hint: locale.T(ctx, "meeting.hint.subject"), Optional: true,
		Value: typed(f, "subject", subject), Options: options, Empty: locale.T(ctx, "meeting.form.choose"),
	})
}

// minutesOf names minutes: "Niederschrift vom 30. September 2031".
func minutesOf(ctx context.Context, m minutes.ForApproval) string {
	return locale.T(ctx, "meeting.item.minutes_of", "Day", locale.Date(ctx, m.Day.Time()))
}

// approvalOf is the title of the item that approves minutes.
func approvalOf(ctx context.Context, m minutes.ForApproval) string {
	return locale.T(ctx, "meeting.item.approval_of", "Day", locale.Date(ctx, m.Day.Time()))
}

// addItem adds the fields of an item.
func (v *formView) addItem(r *http.Request, f *form.Values, n meeting.NewItem) {
	ctx := r.Context()
	v.add(ui.TextField, ui.Field{
		Name: "title", Label: locale.T(ctx, "meeting.label.item_title"), Value: typed(f, "title", n.Title), MaxLength: meeting.MaxItemTitle, Autocomplete: "off",
	})
	v.add(ui.TextArea, ui.Field{
		Name: "description", Label: locale.T(ctx, "meeting.label.description"), Value: typed(f, "description", n.Description), Optional: true,
		MaxLength: meeting.MaxItemDescription,
	})
	v.add(ui.TextField, ui.Field{
		Name: "presenter", Label: locale.T(ctx, "meeting.label.presenter"), Value: typed(f, "presenter", n.Presenter), Optional: true,
		MaxLength: meeting.MaxPresenter, Autocomplete: "off",
	})
	v.add(ui.TextField, ui.Field{
		Name: "minutes", Label: locale.T(ctx, "meeting.label.minutes"), Value: typed(f, "minutes", number(n.Minutes)), Optional: true, Width: ui.WidthFour,
		Inputmode: "numeric", Autocomplete: "off",
	})
	v.add(ui.Checkbox, ui.Field{
		Name: "non_public", Label: locale.T(ctx, "meeting.label.non_public"), Hint: locale.T(ctx, "meeting.hint.non_public"),
		Value: ticked(f, "non_public", n.NonPublic), Optional: true,
	})
}

func readItem(f *form.Values) meeting.NewItem {
	n := meeting.NewItem{
		Kind: meeting.ItemKind(f.Text("kind")), Title: f.Text("title"), Description: f.Text("description"), Presenter: f.Text("presenter"),
		Minutes: f.Int("minutes"), NonPublic: f.Has("non_public"),
	}
	if subject := f.ID("subject"); n.Kind == meeting.Approval && subject != uuid.Nil {
		n.SubjectID = &subject
	}
	return n
}

// toApprove reads the minutes that an item of the body could approve on the
// day, with those that it names already.
func (p *Pages) toApprove(r *http.Request, bodyID uuid.UUID, on calendar.Date, current *uuid.UUID) (list []minutes.ForApproval, err error) {
	ctx := r.Context()
	err = p.read(r, access.RunSitting, func(tx *db.Tx) error {
		if on.IsZero() { // in the backlog
			on = calendar.Of(tx.Now).AddDays(1)
		}
		if list, err = minutes.ToApprove(ctx, tx, bodyID, on); err != nil || current == nil {
			return err
		}
		if slices.ContainsFunc(list, func(m minutes.ForApproval) bool { return m.ID == *current }) {
			return nil
		}
		m, err := minutes.ByID(ctx, tx, *current)
		if err == nil {
			list = append(list, minutes.ForApproval{ID: m.ID, Day: m.Day})
		}
		return ignore(err, fault.NotFound)
	})
	return list, err
}

func ignore(err, kind error) error {
	if errors.Is(err, kind) {
		return nil
	}
	return err
}

func (p *Pages) showNewItem(w http.ResponseWriter, r *http.Request) error {
	return p.newItemForm(w, r, nil, nil)
}

func (p *Pages) newItemForm(w http.ResponseWriter, r *http.Request, f *form.Values, faults fault.Fields) error {
	m, err := p.find(r, access.RunSitting)
	if err != nil {
		return err
	}
	ctx := r.Context()
	fresh := meeting.NewItem{Kind: meeting.Topic}
	open, err := p.toApprove(r, m.BodyID, m.Day, nil)
	if err != nil {
		return err
	}
	var approvals []ui.Link // the standing items
	for i := range open {
		approvals = append(approvals, ui.Link{Label: approvalOf(ctx, open[i]), URL: newApproval(m.ID, open[i].ID)})
		if form.Query(r).Text("niederschrift") == open[i].ID.String() {
			fresh.Kind, fresh.SubjectID, fresh.Title = meeting.Approval, &open[i].ID, approvalOf(ctx, open[i])
		}
	}
	if form.Query(r).Text("art") == string(meeting.Tasks) {
		fresh.Kind, fresh.Title = meeting.Tasks, locale.T(ctx, meeting.Tasks.NameKey())
	}
	v := newForm(r, locale.T(ctx, "meeting.agenda.add"), link.NewItem(m.ID), link.Sitting(m.ID), faults)
	v.Preline = m.BodyName + ", " + m.Title
	v.Before = append(v.Before, linkList(append(approvals,
		ui.Link{Label: locale.T(ctx, "meeting.agenda.standing_tasks"), URL: link.With(link.NewItem(m.ID), "art", string(meeting.Tasks))},
		ui.Link{Label: locale.T(ctx, "meeting.agenda.from_backlog"), URL: link.Backlog(m.BodyID)},
	)))
	v.hide("id", typed(f, "id", uuid.NewString()))
	v.addKind(r, f, fresh, open)
	v.addItem(r, f, fresh)
	return v.show(w, r, way(ctx, m)...)
}

// newApproval is the form of an item that approves minutes.
func newApproval(meetingID, minutesID uuid.UUID) string {
	return link.With(link.NewItem(meetingID), "niederschrift", minutesID.String())
}

func (p *Pages) addItem(w http.ResponseWriter, r *http.Request) error {
	id, err := form.PathID(r, "id")
	if err != nil {
		return err
	}
	f, err := form.Parse(w, r)
	if err != nil {
		return err
	}
	n := readItem(f)
	n.ID = f.NewID("id")
	if err = f.Faults.Err(); err == nil {
		err = p.write(r, access.RunSitting, func(tx *db.Tx) error { return meeting.AddItem(r.Context(), tx, id, n) })
	}
	again := func(faults fault.Fields) error { return p.newItemForm(w, r, f, faults) }
	return finish(w, r, err, again, link.Sitting(id)+"#tagesordnung", "meeting.flash.item_added")
}

func (p *Pages) showEditItem(w http.ResponseWriter, r *http.Request) error {
	return p.editItemForm(w, r, nil, nil)
}

func (p *Pages) editItemForm(w http.ResponseWriter, r *http.Request, f *form.Values, faults fault.Fields) error {
	item, m, err := p.itemFor(r, access.RunSitting)
	if err != nil {
		return err
	}
	ctx := r.Context()
	v := newForm(r, locale.T(ctx, "meeting.item.edit_title"), link.EditItem(item.ID), home(item), faults)
	v.Preline = item.Title
	v.hide("version", typed(f, "version", strconv.Itoa(item.Version)))
	open, err := p.toApprove(r, item.BodyID, m.Day, item.SubjectID)
	if err != nil {
		return err
	}
	v.addKind(r, f, asNew(item), open)
	v.addItem(r, f, asNew(item))
	return v.show(w, r, itemWay(r, item, m)...)
}

func asNew(item meeting.Item) meeting.NewItem {
	n := meeting.NewItem{
		Kind: item.Kind, Title: item.Title, Description: item.Description, Presenter: item.Presenter, NonPublic: item.NonPublic, SubjectID: item.SubjectID,
	}
	if item.Minutes != nil {
		n.Minutes = *item.Minutes
	}
	return n
}

// itemWay is the way to an item.
func itemWay(r *http.Request, item meeting.Item, m meeting.Meeting) []ui.Link {
	if item.MeetingID != nil {
		return way(r.Context(), m)
	}
	return []ui.Link{crumb(r.Context()), {Label: locale.T(r.Context(), "meeting.backlog.title"), URL: link.Backlog(item.BodyID)}}
}

func (p *Pages) changeItem(w http.ResponseWriter, r *http.Request) error {
	item, m, err := p.itemFor(r, access.RunSitting)
	if err != nil {
		return err
	}
	f, err := form.Parse(w, r)
	if err != nil {
		return err
	}
	n, version := readItem(f), f.Int("version")
	if err = f.Faults.Err(); err == nil {
		err = p.write(r, access.RunSitting, func(tx *db.Tx) error { return meeting.ChangeItem(r.Context(), tx, item.ID, version, n) })
	}
	if errors.Is(err, fault.Stale) {
		return p.staleItem(w, r, item, m, n)
	}
	again := func(faults fault.Fields) error { return p.editItemForm(w, r, f, faults) }
	return finish(w, r, err, again, home(item), "meeting.flash.item_changed")
}

// staleItem answers 409 to the form of an item.
func (p *Pages) staleItem(w http.ResponseWriter, r *http.Request, item meeting.Item, m meeting.Meeting, mine meeting.NewItem) error {
	ctx := r.Context()
	v := staleView{Action: link.EditItem(item.ID), CancelURL: home(item)}
	v.Mine = []ui.Hidden{{Name: "version", Value: strconv.Itoa(item.Version)}, {Name: "non_public", Value: form.Tick(mine.NonPublic)}, {Name: "kind", Value: string(mine.Kind)}}
	if mine.SubjectID != nil {
		v.Mine = append(v.Mine, ui.Hidden{Name: "subject", Value: mine.SubjectID.String()})
	}
	saved := asNew(item)
	for _, field := range []struct{ name, label, saved, mine string }{
		{"title", "meeting.label.item_title", saved.Title, mine.Title},
		{"description", "meeting.label.description", saved.Description, mine.Description},
		{"presenter", "meeting.label.presenter", saved.Presenter, mine.Presenter},
		{"minutes", "meeting.label.minutes", number(saved.Minutes), number(mine.Minutes)},
	} {
		v.row(locale.T(ctx, field.label), field.saved, field.mine)
		v.Mine = append(v.Mine, ui.Hidden{Name: field.name, Value: field.mine})
	}
	return v.show(w, r, itemWay(r, item, m)...)
}

// press is a form with nothing but its button: do it and go back to where the
// item stands.
func (p *Pages) press(w http.ResponseWriter, r *http.Request, act access.Action, flash string, do func(tx *db.Tx, item meeting.Item) error) error {
	item, _, err := p.itemFor(r, act)
	if err != nil {
		return err
	}
	err = p.write(r, act, func(tx *db.Tx) error { return do(tx, item) })
	return finish(w, r, err, nil, home(item), flash)
}

// moveItem moves an item and goes back to the button that was pressed, or to
// its neighbour where that one has nothing left to do.
func (p *Pages) moveItem(w http.ResponseWriter, r *http.Request) error {
	item, m, err := p.itemFor(r, access.RunSitting)
	if err != nil {
		return err
	}
	f, err := form.Parse(w, r)
	if err != nil {
		return err
	}
	up := f.Raw("direction") == "up"
	var at meeting.Spot
	err = p.write(r, access.RunSitting, func(tx *db.Tx) (err error) {
		at, err = meeting.MoveItem(r.Context(), tx, item.ID, up)
		return err
	})
	if err != nil {
		return err
	}
	button := "#runter-"
	if up && at.Number > 1 || at.Number == at.Of {
		button = "#hoch-"
	}
	return handler.SeeOther(w, r, link.Sitting(m.ID)+button+item.ID.String(), "meeting.flash.item_moved", "Number", strconv.Itoa(at.Number))
}

func (p *Pages) removeItem(w http.ResponseWriter, r *http.Request) error {
	return p.press(w, r, access.RunSitting, "meeting.flash.item_removed", func(tx *db.Tx, item meeting.Item) error {
		return meeting.RemoveItem(r.Context(), tx, item.ID)
	})
}

func (p *Pages) finishItem(w http.ResponseWriter, r *http.Request) error {
	f, err := form.Parse(w, r)
	if err != nil {
		return err
	}
	return p.press(w, r, access.RunSitting, "meeting.flash.item_finished", func(tx *db.Tx, item meeting.Item) error {
		return meeting.Finish(r.Context(), tx, item.ID, meeting.ItemState(f.Raw("state")))
	})
}

func (p *Pages) showStrike(w http.ResponseWriter, r *http.Request) error {
	item, m, err := p.itemFor(r, access.KeepSittings)
	if err != nil {
		return err
	}
	ctx := r.Context()
	v := newForm(r, locale.T(ctx, "meeting.strike.title"), link.StrikeItem(item.ID), home(item), nil)
	v.Preline, v.Lead, v.Danger, v.Submit = item.Title, locale.T(ctx, "meeting.strike.lead"), true, locale.T(ctx, "meeting.strike.submit")
	return v.show(w, r, itemWay(r, item, m)...)
}

func (p *Pages) strike(w http.ResponseWriter, r *http.Request) error {
	return p.press(w, r, access.KeepSittings, "meeting.flash.item_struck", func(tx *db.Tx, item meeting.Item) error {
		return meeting.StrikeItem(r.Context(), tx, item.ID)
	})
}
