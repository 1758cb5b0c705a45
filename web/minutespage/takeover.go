package minutespage

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"rundertisch/internal/access"
	"rundertisch/internal/body"
	"rundertisch/internal/db"
	"rundertisch/internal/document"
	"rundertisch/internal/fact"
	"rundertisch/internal/fault"
	"rundertisch/internal/link"
	"rundertisch/internal/locale"
	"rundertisch/internal/minutes"
	"rundertisch/web/form"
	"rundertisch/web/handler"
	"rundertisch/web/layout"
	"rundertisch/web/ui"
)

// takeOverView is the form for old minutes; with blocks it is the preview.
type takeOverView struct {
	Frame  layout.Args
	Body   body.Body
	Old    minutes.Old
	Day    string
	Text   string
	Blocks []blockView // of the preview
	Word   bool        // DOCX can be read
	Errors form.Errors
}

func (p *Pages) showTakeOver(w http.ResponseWriter, r *http.Request) error {
	return p.takeOverPage(w, r, http.StatusOK, takeOverView{Old: minutes.Old{ID: uuid.New(), NonPublic: true}})
}

func (p *Pages) takeOverPage(w http.ResponseWriter, r *http.Request, status int, v takeOverView) error {
	id, err := form.PathID(r, "id")
	if err != nil {
		return err
	}
	ctx := r.Context()
	err = p.db.Read(ctx, access.WriteMinutes, func(tx *db.Tx) (err error) {
		if v.Body, err = body.ByID(ctx, tx, id); err == nil && !tx.Actor.MayAt(access.WriteMinutes, id) {
			err = fault.Forbidden
		}
		return err
	})
	if err != nil {
		return err
	}
	v.Word = p.papers != nil && p.papers.ReadsWord()
	v.Frame = handler.Frame(r).WithErrors(v.Errors.Any()).WithBreadcrumb(
		ui.Link{Label: v.Body.Name, URL: link.Body(id)},
		ui.Link{Label: locale.T(ctx, "minutes.old.title"), URL: link.TakeOverMinutes(id)})
	return handler.RenderStatus(w, r, status, takeOverPage(v))
}

// takeOver shows the blocks first and takes them over on the second press.
func (p *Pages) takeOver(w http.ResponseWriter, r *http.Request) error {
	id, err := form.PathID(r, "id")
	if err != nil {
		return err
	}
	f, file, err := form.ParseFile(w, r, "file", document.MaxFileSize)
	if err != nil {
		return err
	}
	v := takeOverView{
		Old: minutes.Old{
			ID: f.NewID("id"), BodyID: id, Day: f.Date("day"), Title: f.Text("title"), Place: f.Text("place"), NonPublic: f.Has("non_public"),
		},
		Day: f.Raw("day"), Text: f.Text("text"),
	}
	faults := f.Faults
	v.Old.Blocks = minutes.Split(v.Text)
	if len(file.Data) > 0 {
		v.Old.Blocks, err = p.word(r.Context(), file)
		if fields, ok := fault.AsFields(err); ok {
			faults = fields
		} else if err != nil {
			return err
		}
		v.Text = strings.Join(v.Old.Blocks, "\n\n")
	}
	err = faults.Err()
	if err == nil && f.Has("take") {
		err = p.db.Write(r.Context(), access.WriteMinutes, func(tx *db.Tx) error { return minutes.TakeOver(r.Context(), tx, v.Old) })
		if err == nil || errors.Is(err, fact.ErrRepeated) {
			return handler.SeeOther(w, r, link.Minutes(v.Old.ID), "minutes.flash.taken_over")
		}
	}
	if fields, ok := fault.AsFields(err); ok {
		v.Errors = form.Say(r.Context(), fields)
		return p.takeOverPage(w, r, http.StatusUnprocessableEntity, v)
	}
	if err != nil {
		return err
	}
	for i, text := range v.Old.Blocks {
		v.Blocks = append(v.Blocks, blockView{ID: uuid.NewSHA1(v.Old.ID, []byte{byte(i), byte(i >> 8)}), Number: "1." + strconv.Itoa(i+1), Kind: minutes.Text, Text: minutes.Markdown(text)})
	}
	return p.takeOverPage(w, r, http.StatusOK, v)
}

// word reads the blocks of a Word file. It returns fault.Fields for a file that
// is none, and fault.Unavailable without the reader.
func (p *Pages) word(ctx context.Context, file form.File) ([]string, error) {
	kind, err := document.Inspect(file.Name, file.Data)
	if err != nil {
		return nil, err
	}
	if kind != document.DOCX {
		return nil, fault.Field("file", "minutes.error.no_word")
	}
	if p.papers == nil || !p.papers.ReadsWord() {
		return nil, fault.Explain(fault.Unavailable, "document.no_pdf")
	}
	paragraphs, err := p.papers.ReadDOCX(ctx, file.Data)
	if err != nil {
		return nil, err
	}
	return minutes.Split(strings.Join(paragraphs, "\n\n")), nil
}
