package activitypage

import (
	"context"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/google/uuid"

	"rundertisch/internal/access"
	"rundertisch/internal/activity"
	"rundertisch/internal/db"
	"rundertisch/internal/document"
	"rundertisch/internal/fault"
	"rundertisch/internal/link"
	"rundertisch/internal/locale"
	"rundertisch/web/form"
	"rundertisch/web/handler"
	"rundertisch/web/ui"
)

// attachLimit is how long a file may take once it is here.
const attachLimit = 30 * time.Second

// fileItems are the entry's files for the list.
func (v activityView) fileItems(ctx context.Context) []ui.FileItem {
	var list []ui.FileItem
	for _, f := range v.Files {
		item := ui.FileItem{
			Name: f.Name, URL: link.ActivityFile(v.Activity.ID, f.ID), Kind: f.Kind(), Size: f.Size,
			Note: locale.T(ctx, "activity.file.attached", "Date", day(ctx, f.CreatedAt), "Who", f.Creator),
		}
		if v.attaches() {
			item.Remove = link.RemoveActivityFile(v.Activity.ID, f.ID)
		}
		list = append(list, item)
	}
	return list
}

// attaches says whether the reader may add and remove files here.
func (v activityView) attaches() bool { return v.MayWrite && v.Activity.DeletedAt == nil }

// full says whether the entry has as many files as it may.
func (v activityView) full() bool { return len(v.Files) >= activity.MaxFiles }

// fileHint says the limits before a file is chosen.
func fileHint(ctx context.Context) string {
	kinds := make([]string, 0, len(document.Kinds()))
	for _, k := range document.Kinds() {
		kinds = append(kinds, strings.ToUpper(string(k)))
	}
	return locale.T(ctx, "document.limits", "Kinds", strings.Join(kinds, ", "), "Max", document.MaxFileSize>>20) + " " +
		locale.T(ctx, "activity.file.limits", "Max", activity.MaxFiles)
}

// showFiles leads from the address of the form to the list it belongs to.
func (*Pages) showFiles(w http.ResponseWriter, r *http.Request) error {
	id, err := form.PathID(r, "id")
	if err != nil {
		return err
	}
	return handler.SeeOther(w, r, link.Activity(id)+"#dateien", "")
}

// attachFile takes a file. What it refuses, it refuses on the entry's page.
func (p *Pages) attachFile(w http.ResponseWriter, r *http.Request) error {
	id, err := form.PathID(r, "id")
	if err != nil {
		return err
	}
	f, file, err := form.ParseFile(w, r, "file", document.MaxFileSize)
	ctx, cancel := handler.Unhurried(r.Context(), attachLimit) // the upload may have used up the page's time
	defer cancel()
	r = r.WithContext(ctx)
	if form.TooLarge(err) {
		return p.activityWith(w, r, id, http.StatusRequestEntityTooLarge, fault.Field("file", "document.error.large", "Max", document.MaxFileSize>>20))
	}
	if err == nil {
		fileID := f.NewID("id")
		if err = f.Faults.Err(); err == nil {
			err = activity.AttachFile(ctx, p.db, p.files, id, fileID, document.Upload{Name: file.Name, Data: file.Data})
		}
	}
	if faults, ok := fault.AsFields(err); ok {
		return p.activityWith(w, r, id, http.StatusUnprocessableEntity, faults)
	}
	if err != nil {
		return err
	}
	return handler.SeeOther(w, r, link.Activity(id)+"#dateien", "activity.flash.file_attached", "Name", document.SafeName(file.Name))
}

// sendAttachment sends a file of the entry, if the reader may see it now.
func (p *Pages) sendAttachment(w http.ResponseWriter, r *http.Request) error {
	id, fileID, err := fileIDs(r)
	if err != nil {
		return err
	}
	var f activity.File
	err = p.db.Read(r.Context(), access.ReadActivities, func(tx *db.Tx) (err error) {
		f, err = activity.FileByID(r.Context(), tx, id, fileID)
		return err
	})
	if err != nil {
		return err
	}
	ctx, cancel := handler.Unhurried(r.Context(), handler.FileTime)
	defer cancel()
	return handler.SendFile(w, r, handler.Download{
		Name: f.Name, ContentType: f.ContentType, Size: f.Size,
		Open: func() (io.ReadCloser, error) { return p.files.Open(ctx, f.FileID) },
	})
}

func fileIDs(r *http.Request) (id, file uuid.UUID, err error) {
	if id, err = form.PathID(r, "id"); err == nil {
		file, err = form.PathID(r, "file")
	}
	return id, file, err
}

func (p *Pages) removeFile(w http.ResponseWriter, r *http.Request) error {
	id, file, err := p.actOnFile(r, activity.RemoveFile)
	if err != nil {
		return err
	}
	handler.SetFlash(w, r, handler.Flash{Key: "activity.flash.file_removed", Undo: link.RestoreActivityFile(id, file)})
	return handler.SeeOther(w, r, link.Activity(id)+"#dateien", "")
}

func (p *Pages) restoreFile(w http.ResponseWriter, r *http.Request) error {
	id, _, err := p.actOnFile(r, activity.RestoreFile)
	if faults, ok := fault.AsFields(err); ok {
		return p.activityWith(w, r, id, http.StatusUnprocessableEntity, faults)
	}
	if err != nil {
		return err
	}
	return handler.SeeOther(w, r, link.Activity(id)+"#dateien", "activity.flash.file_restored")
}

// actOnFile runs a change of the file that the address names.
func (p *Pages) actOnFile(r *http.Request, fn func(ctx context.Context, tx *db.Tx, id, file uuid.UUID) error) (id, file uuid.UUID, err error) {
	id, file, err = fileIDs(r)
	if err != nil {
		return id, file, err
	}
	return id, file, p.db.Write(r.Context(), access.LogActivity, func(tx *db.Tx) error { return fn(r.Context(), tx, id, file) })
}
