package meetingpage

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"time"

	"github.com/google/uuid"

	"rundertisch/internal/access"
	"rundertisch/internal/db"
	"rundertisch/internal/document"
	"rundertisch/internal/fault"
	"rundertisch/internal/link"
	"rundertisch/internal/locale"
	"rundertisch/internal/meeting"
	"rundertisch/web/form"
	"rundertisch/web/handler"
	"rundertisch/web/ui"
)

// fileLimit is how long what follows an upload, and the making of an archive,
// may take.
const fileLimit = 2 * time.Minute

// paperName is the name of a paper with its kind, if the name does not say it,
// and size: "Anlage.pdf (1,2 MB)".
func paperName(ctx context.Context, f meeting.Paper) string {
	return f.FileName + " (" + locale.FileSize(ctx, f.Size) + ")"
}

func papersSize(list []meeting.Paper) (sum int64) {
	for _, f := range list {
		sum += f.Size
	}
	return sum
}

func (p *Pages) paperRoutes(m *handler.Mux) {
	m.Get(access.KeepSittings, "/sitzungen/{id}/unterlagen", p.showUpload)
	m.Post(access.KeepSittings, "/sitzungen/{id}/unterlagen", p.upload)
	m.Get(access.ReadSittings, "/sitzungen/{id}/unterlagen.zip", p.sendPapers)
	m.Get(access.ReadSittings, "/sitzungen/{id}/unterlagen/{paper}", p.sendPaper)
	m.Get(access.KeepSittings, "/sitzungen/{id}/unterlagen/{paper}/entfernen", p.showRemovePaper)
	m.Post(access.KeepSittings, "/sitzungen/{id}/unterlagen/{paper}/entfernen", p.removePaper)
}

func (p *Pages) showUpload(w http.ResponseWriter, r *http.Request) error {
	return p.uploadForm(w, r, nil, nil)
}

func (p *Pages) uploadForm(w http.ResponseWriter, r *http.Request, f *form.Values, faults fault.Fields) error {
	ctx, cancel := handler.Unhurried(r.Context(), fileLimit) // a large body may have used up the page's time
	defer cancel()
	r = r.WithContext(ctx)
	m, err := p.find(r, access.KeepSittings)
	if err != nil {
		return err
	}
	var agenda []meeting.Item
	err = p.read(r, access.KeepSittings, func(tx *db.Tx) (err error) {
		agenda, err = meeting.Agenda(ctx, tx, m.ID)
		return err
	})
	if err != nil {
		return err
	}
	v := newForm(r, locale.T(ctx, "meeting.paper.add"), link.SittingPapers(m.ID), link.Sitting(m.ID), faults)
	v.Preline, v.Submit, v.Multipart = m.BodyName+", "+m.Title, locale.T(ctx, "meeting.paper.submit"), true
	v.add(ui.FileField, ui.Field{Name: "file", Label: locale.T(ctx, "meeting.paper.file"), Hint: locale.T(ctx, "meeting.paper.hint"), Accept: document.Accept()})
	options := make([]ui.Option, len(agenda))
	for i, item := range agenda {
		options[i] = ui.Option{Value: item.ID.String(), Label: item.Title}
	}
	v.add(ui.Select, ui.Field{
		Name: "item", Label: locale.T(ctx, "meeting.paper.item"), Optional: true, Empty: locale.T(ctx, "meeting.paper.whole"), Options: options,
		Value: typed(f, "item", form.Query(r).Raw("punkt")),
	})
	v.add(ui.Checkbox, ui.Field{
		Name: "non_public", Label: locale.T(ctx, "meeting.label.non_public"), Hint: locale.T(ctx, "meeting.paper.non_public"),
		Value: ticked(f, "non_public", false), Optional: true,
	})
	return v.show(w, r, way(ctx, m)...)
}

// upload takes a file. Who may not keep the sitting is stopped before the
// bytes are read.
func (p *Pages) upload(w http.ResponseWriter, r *http.Request) error {
	m, err := p.find(r, access.KeepSittings)
	if err != nil {
		return err
	}
	f, file, err := form.ParseFile(w, r, "file", document.MaxFileSize)
	ctx, cancel := handler.Unhurried(r.Context(), fileLimit)
	defer cancel()
	if form.TooLarge(err) {
		err = fault.Field("file", "document.error.large", "Max", document.MaxFileSize>>20)
	}
	if err == nil {
		n := meeting.NewPaper{ID: uuid.New(), ItemID: f.ID("item"), NonPublic: f.Has("non_public")}
		err = meeting.AddPaper(ctx, p.db, p.files, m.ID, n, document.Upload{Name: file.Name, Data: file.Data})
	}
	again := func(faults fault.Fields) error { return p.uploadForm(w, r, f, faults) }
	return finish(w, r, err, again, link.Sitting(m.ID)+"#unterlagen", "meeting.flash.paper_added")
}

// sendPaper sends one paper, after the policies have looked at who asks.
func (p *Pages) sendPaper(w http.ResponseWriter, r *http.Request) error {
	paper, err := p.findPaper(r, access.ReadSittings)
	if err != nil {
		return err
	}
	return handler.SendFile(w, r, handler.Download{
		Name: paper.FileName, ContentType: paper.ContentType, Size: paper.Size,
		Open: func() (io.ReadCloser, error) { return p.files.Open(r.Context(), paper.FileID) },
	})
}

func (p *Pages) findPaper(r *http.Request, act access.Action) (paper meeting.Paper, err error) {
	id, err := form.PathID(r, "id")
	if err != nil {
		return paper, err
	}
	paperID, err := form.PathID(r, "paper")
	if err != nil {
		return paper, err
	}
	err = p.read(r, act, func(tx *db.Tx) (err error) {
		paper, err = meeting.PaperByID(r.Context(), tx, id, paperID)
		return err
	})
	return paper, err
}

// sendPapers sends all papers that the reader may have, as one archive. It is
// made in the temporary folder, so what fails on the way is an error page.
func (p *Pages) sendPapers(w http.ResponseWriter, r *http.Request) (err error) {
	id, err := form.PathID(r, "id")
	if err != nil {
		return err
	}
	var m meeting.Meeting
	var papers []meeting.Paper
	err = p.read(r, access.ReadSittings, func(tx *db.Tx) (err error) {
		if m, err = meeting.ByID(r.Context(), tx, id); err != nil {
			return err
		}
		papers, err = meeting.Papers(r.Context(), tx, id)
		return err
	})
	if err != nil {
		return err
	}
	if len(papers) == 0 {
		return fmt.Errorf("papers of sitting %s: %w", id, fault.NotFound)
	}
	ctx, cancel := handler.Unhurried(r.Context(), fileLimit)
	defer cancel()
	spool, err := os.CreateTemp("", "rt-papers-*")
	if err != nil {
		return fmt.Errorf("make archive: %w", err)
	}
	defer func() { err = errors.Join(err, spool.Close()) }()
	if err := os.Remove(spool.Name()); err != nil { // it lives as long as it is open
		return fmt.Errorf("hide archive: %w", err)
	}
	if err := document.Zip(spool, p.entries(ctx, papers)); err != nil {
		return fmt.Errorf("archive of sitting %s: %v", id, err) //nolint:errorlint // a missing file is our fault, not a wrong address
	}
	size, err := spool.Seek(0, io.SeekEnd)
	if err != nil {
		return fmt.Errorf("read archive: %w", err)
	}
	return handler.SendFile(w, r, handler.Download{
		Name: m.Title + " " + m.Day.String() + ".zip", ContentType: "application/zip", Size: size,
		Open: func() (io.ReadCloser, error) { return io.NopCloser(io.NewSectionReader(spool, 0, size)), nil },
	})
}

func (p *Pages) entries(ctx context.Context, papers []meeting.Paper) []document.Entry {
	list := make([]document.Entry, len(papers))
	for i, paper := range papers {
		list[i] = document.Entry{
			Name: paper.FileName, Modified: paper.CreatedAt,
			Open: func() (io.ReadCloser, error) { return p.files.Open(ctx, paper.FileID) },
		}
	}
	return list
}

func (p *Pages) showRemovePaper(w http.ResponseWriter, r *http.Request) error {
	m, err := p.find(r, access.KeepSittings)
	if err != nil {
		return err
	}
	paper, err := p.findPaper(r, access.KeepSittings)
	if err != nil {
		return err
	}
	ctx := r.Context()
	v := newForm(r, locale.T(ctx, "meeting.paper.remove"), link.RemovePaper(m.ID, paper.ID), link.Sitting(m.ID), nil)
	v.Preline, v.Lead, v.Submit, v.Danger = paper.FileName, locale.T(ctx, "meeting.paper.remove_lead"), locale.T(ctx, "meeting.paper.remove"), true
	return v.show(w, r, way(ctx, m)...)
}

func (p *Pages) removePaper(w http.ResponseWriter, r *http.Request) error {
	id, err := form.PathID(r, "id")
	if err != nil {
		return err
	}
	paperID, err := form.PathID(r, "paper")
	if err != nil {
		return err
	}
	err = p.write(r, access.KeepSittings, func(tx *db.Tx) error { return meeting.RemovePaper(r.Context(), tx, id, paperID) })
	return finish(w, r, err, nil, link.Sitting(id)+"#unterlagen", "meeting.flash.paper_removed")
}
