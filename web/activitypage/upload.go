package activitypage

import (
	"context"
	"net/http"

	"github.com/google/uuid"

	"rundertisch/internal/access"
	"rundertisch/internal/activity"
	"rundertisch/internal/db"
	"rundertisch/internal/fault"
	"rundertisch/internal/link"
	"rundertisch/internal/locale"
	"rundertisch/internal/sheetread"
	"rundertisch/web/form"
	"rundertisch/web/handler"
	"rundertisch/web/layout"
	"rundertisch/web/ui"
)

// uploadView is the form that takes a log.
type uploadView struct {
	Frame   layout.Args
	ID      string
	Offer   activity.Offer
	Waiting []activity.Import
	Errors  form.Errors
}

func (p *Pages) showUpload(w http.ResponseWriter, r *http.Request) error {
	return p.uploadForm(w, r, http.StatusOK, nil)
}

func (p *Pages) uploadForm(w http.ResponseWriter, r *http.Request, status int, faults fault.Fields) error {
	ctx, cancel := handler.Unhurried(r.Context(), exportLimit) // a large body may have used up the page's time
	defer cancel()
	v := uploadView{ID: uuid.NewString(), Errors: form.Say(ctx, faults)}
	err := p.db.Read(ctx, access.ImportActivities, func(tx *db.Tx) (err error) {
		if v.Waiting, err = activity.Waiting(ctx, tx); err != nil {
			return err
		}
		v.Offer, err = activity.Offers(ctx, tx)
		return err
	})
	if err != nil {
		return err
	}
	v.Frame = handler.Frame(r).WithErrors(v.Errors.Any()).
		WithBreadcrumb(crumb(ctx), ui.Link{Label: locale.T(ctx, "activity.import.title"), URL: link.ImportActivities()})
	return handler.RenderStatus(w, r, status, uploadPage(v))
}

// upload takes the file. What it refuses, it refuses with the reason.
func (p *Pages) upload(w http.ResponseWriter, r *http.Request) error {
	u, err := readUpload(w, r)
	if form.TooLarge(err) {
		return p.uploadForm(w, r, http.StatusRequestEntityTooLarge, fault.Field("file", "upload.error.large", "Max", sheetread.MaxFile>>20))
	}
	ctx, cancel := handler.Unhurried(r.Context(), exportLimit) // a file takes longer than a page
	defer cancel()
	if err == nil {
		err = p.keep(ctx, u)
	}
	if faults, ok := fault.AsFields(err); ok {
		return p.uploadForm(w, r, http.StatusUnprocessableEntity, faults)
	}
	if err != nil {
		return err
	}
	return handler.SeeOther(w, r, link.ImportedActivities(u.ID), "")
}

// keep reads the file before it takes a connection.
func (p *Pages) keep(ctx context.Context, u activity.Upload) error {
	read, err := u.Read(ctx)
	if err != nil {
		return err
	}
	return p.db.Write(ctx, access.ImportActivities, func(tx *db.Tx) error { return activity.Keep(ctx, tx, read) })
}

// readUpload reads the form.
func readUpload(w http.ResponseWriter, r *http.Request) (activity.Upload, error) {
	f, file, err := form.ParseFile(w, r, "file", sheetread.MaxFile)
	if err != nil {
		return activity.Upload{}, err
	}
	if file.Name == "" {
		f.Faults.Add("file", "upload.error.none")
	}
	u := activity.Upload{ID: f.NewID("id"), District: f.ID("district"), FileName: file.Name, Data: file.Data}
	return u, f.Faults.Err()
}
