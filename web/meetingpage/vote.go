package meetingpage

import (
	"context"
	"net/http"
	"strconv"

	"github.com/a-h/templ"
	"github.com/google/uuid"

	"rundertisch/internal/access"
	"rundertisch/internal/db"
	"rundertisch/internal/fault"
	"rundertisch/internal/link"
	"rundertisch/internal/locale"
	"rundertisch/internal/meeting"
	"rundertisch/web/form"
	"rundertisch/web/ui"
)

// candidateRows is how many candidates the form takes.
const candidateRows = 6

func (p *Pages) showVote(w http.ResponseWriter, r *http.Request) error {
	return p.voteForm(w, r, nil, nil)
}

// voteForm records a vote: by hand in numbers, by name in a choice for each
// seat that is there, an election in votes for candidates.
func (p *Pages) voteForm(w http.ResponseWriter, r *http.Request, f *form.Values, faults fault.Fields) error {
	item, m, err := p.itemFor(r, access.RunSitting)
	if err != nil {
		return err
	}
	if m.State != meeting.InSession {
		return fault.Explain(fault.Conflict, "meeting.error.not_in_session")
	}
	ctx := r.Context()
	var count meeting.Count
	err = p.read(r, access.RunSitting, func(tx *db.Tx) (err error) {
		count, err = meeting.CountAt(ctx, tx, m, item.ID, tx.Now)
		return err
	})
	if err != nil {
		return err
	}
	v := newForm(r, locale.T(ctx, "decision.new.title"), link.NewDecision(item.ID), home(item), faults)
	v.Preline, v.Submit = item.Title, locale.T(ctx, "decision.new.submit")
	figures, note := quorumFigures(ctx, count)
	v.Before = []templ.Component{ui.Stats(locale.T(ctx, "meeting.quorum.title"), figures), ui.Paragraph(note)}
	v.hide("id", typed(f, "id", uuid.NewString()))
	v.addMotion(ctx, f, item)
	v.addVotes(ctx, f, count)
	if item.Kind == meeting.Election || f != nil && f.Raw("type") == string(meeting.Elected) {
		v.addCandidates(ctx, f)
	}
	v.add(ui.TextField, ui.Field{
		Name: "at", Label: locale.T(ctx, "meeting.label.at"), Hint: locale.T(ctx, "meeting.hint.at"), Optional: true, Width: ui.WidthShort,
		Value: typed(f, "at", ""), Autocomplete: "off",
	})
	return v.show(w, r, itemWay(r, item, m)...)
}

func (v *formView) addMotion(ctx context.Context, f *form.Values, item meeting.Item) {
	kind := meeting.OtherType
	if item.Kind == meeting.Election {
		kind = meeting.Elected
	}
	v.add(ui.TextField, ui.Field{
		Name: "title", Label: locale.T(ctx, "decision.label.title"), Value: typed(f, "title", item.Title), MaxLength: meeting.MaxDecisionTitle, Autocomplete: "off",
	})
	v.add(ui.TextArea, ui.Field{Name: "wording", Label: locale.T(ctx, "decision.label.wording"), Value: typed(f, "wording", ""), MaxLength: meeting.MaxWording})
	v.add(ui.Select, ui.Field{
		Name: "type", Label: locale.T(ctx, "decision.label.type"), Value: typed(f, "type", string(kind)),
		Options: named(ctx, meeting.DecisionTypes(), meeting.DecisionType.NameKey),
	})
	if item.NonPublic {
		v.say(locale.T(ctx, "decision.new.non_public"))
		return
	}
	v.add(ui.Checkbox, ui.Field{
		Name: "non_public", Label: locale.T(ctx, "meeting.label.non_public"), Hint: locale.T(ctx, "meeting.hint.non_public"),
		Value: ticked(f, "non_public", false), Optional: true,
	})
}

func (v *formView) addVotes(ctx context.Context, f *form.Values, count meeting.Count) {
	v.add(ui.Radios, ui.Field{
		Name: "method", Label: locale.T(ctx, "decision.label.method"), Value: typed(f, "method", string(meeting.ByHand)),
		Options: named(ctx, []meeting.Method{meeting.ByHand, meeting.ByName}, meeting.Method.NameKey),
	})
	v.group(ui.Group{Legend: locale.T(ctx, "decision.new.by_hand"), Hint: locale.T(ctx, "decision.new.by_hand_hint"), ID: "offen"}, func() {
		for _, name := range []string{meeting.Yes, meeting.No, meeting.Abstain} {
			v.add(ui.TextField, ui.Field{
				Name: name, Label: locale.T(ctx, "decision.choice."+name), Value: typed(f, name, ""), Optional: true, Unmarked: true, Width: ui.WidthFour,
				Inputmode: "numeric", Autocomplete: "off",
			})
		}
	})
	there := map[uuid.UUID]bool{}
	for _, id := range count.There {
		there[id] = true
	}
	v.group(ui.Group{Legend: locale.T(ctx, "decision.new.by_name"), Hint: locale.T(ctx, "decision.new.by_name_hint"), ID: "namentlich"}, func() {
		for _, s := range count.Seats {
			if there[s.ID] {
				name := "choice-" + s.ID.String()
				v.add(ui.Select, ui.Field{
					Name: name, Label: s.Institution, Value: typed(f, name, ""), Optional: true, Unmarked: true, Empty: locale.T(ctx, "meeting.form.choose"),
					Options: choiceOptions(ctx),
				})
			}
		}
	})
}

func (v *formView) addCandidates(ctx context.Context, f *form.Values) {
	v.group(ui.Group{Legend: locale.T(ctx, "decision.new.candidates"), Hint: locale.T(ctx, "decision.new.candidates_hint"), ID: "wahl"}, func() {
		for i := range candidateRows {
			n := strconv.Itoa(i + 1)
			v.add(ui.TextField, ui.Field{
				Name: "candidate-" + n, Label: locale.T(ctx, "decision.label.candidate", "Number", n), Value: typed(f, "candidate-"+n, ""), Optional: true,
				Unmarked: true, Autocomplete: "off",
			})
			v.add(ui.TextField, ui.Field{
				Name: "votes-" + n, Label: locale.T(ctx, "decision.label.votes", "Number", n), Value: typed(f, "votes-"+n, ""), Optional: true, Unmarked: true,
				Width: ui.WidthFour, Inputmode: "numeric", Autocomplete: "off",
			})
		}
	})
}

func readVote(f *form.Values, itemID uuid.UUID) meeting.Vote {
	v := meeting.Vote{
		ID: f.NewID("id"), ItemID: itemID, Type: meeting.DecisionType(f.Text("type")), Title: f.Text("title"), Wording: f.Text("wording"),
		NonPublic: f.Has("non_public"), Method: meeting.Method(f.Text("method")), Yes: f.Int(meeting.Yes), No: f.Int(meeting.No),
		Abstain: f.Int(meeting.Abstain), At: readClock(f, "at"),
	}
	for i := range candidateRows {
		n := strconv.Itoa(i + 1)
		if name := f.Text("candidate-" + n); name != "" {
			v.Candidates = append(v.Candidates, meeting.Candidate{Name: name, Votes: f.Int("votes-" + n)})
		}
	}
	return v
}

func (p *Pages) decide(w http.ResponseWriter, r *http.Request) error {
	item, m, err := p.itemFor(r, access.RunSitting)
	if err != nil {
		return err
	}
	f, err := form.Parse(w, r)
	if err != nil {
		return err
	}
	ctx := r.Context()
	v := readVote(f, item.ID)
	if err = f.Faults.Err(); err == nil {
		err = p.write(r, access.RunSitting, func(tx *db.Tx) error {
			if v.Method != meeting.ByName {
				return meeting.Decide(ctx, tx, v)
			}
			count, err := meeting.CountAt(ctx, tx, m, item.ID, tx.Now)
			if err != nil {
				return err
			}
			v.Choices = readChoices(f, count)
			return meeting.Decide(ctx, tx, v)
		})
	}
	again := func(faults fault.Fields) error { return p.voteForm(w, r, f, faults) }
	return finish(w, r, err, again, link.SittingItem(m.ID, item.ID), "decision.flash.recorded")
}

// readChoices reads what each seat of the body chose; who is not there is for
// the rules to refuse.
func readChoices(f *form.Values, count meeting.Count) map[uuid.UUID]string {
	choices := map[uuid.UUID]string{}
	for _, s := range count.Seats {
		if choice := f.Raw("choice-" + s.ID.String()); choice != "" {
			choices[s.ID] = choice
		}
	}
	return choices
}
