package activitypage

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"path"
	"strings"

	"github.com/google/uuid"

	"rundertisch/internal/access"
	"rundertisch/internal/activity"
	"rundertisch/internal/db"
	"rundertisch/internal/fault"
	"rundertisch/internal/link"
	"rundertisch/internal/locale"
	"rundertisch/web/form"
	"rundertisch/web/handler"
	"rundertisch/web/layout"
	"rundertisch/web/ui"
)

// Limits of an upload: the file with the form around it, and how much of a
// body that is too large is read so that the browser listens to the answer.
const (
	maxUpload = activity.MaxFile + 64<<10
	maxDrain  = 256 << 20
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
	ctx, cancel := unhurried(r.Context()) // a large body may have used up the page's time
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
	if r.ContentLength > maxUpload {
		return p.refuseLarge(w, r)
	}
	ctx, cancel := unhurried(r.Context()) // a file takes longer than a page
	defer cancel()
	u, err := readUpload(w, r)
	if tooLarge(err) {
		return p.refuseLarge(w, r)
	}
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

// refuseLarge answers 413. It reads on for a while: a browser shows the answer
// only after it has sent everything.
func (p *Pages) refuseLarge(w http.ResponseWriter, r *http.Request) error {
	w.Header().Set("Connection", "close")
	if r.Header.Get("Expect") == "" {
		_, _ = io.CopyN(io.Discard, r.Body, maxDrain)
	}
	return p.uploadForm(w, r, http.StatusRequestEntityTooLarge, fault.Field("file", "activity.import.error.large", "Max", activity.MaxFile>>20))
}

// readUpload reads the parts of the form into memory: they are small or too
// large.
func readUpload(w http.ResponseWriter, r *http.Request) (activity.Upload, error) {
	r.Body = http.MaxBytesReader(w, r.Body, maxUpload)
	parts, err := r.MultipartReader()
	if err != nil {
		return activity.Upload{}, fault.Field("", "form.unreadable")
	}
	var u activity.Upload
	raw := url.Values{}
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return activity.Upload{}, unreadable(err)
		}
		data, err := io.ReadAll(part)
		if err != nil {
			return activity.Upload{}, unreadable(err)
		}
		if part.FormName() == "file" {
			u.FileName, u.Data = fileName(part.FileName()), data
		} else if len(data) < 200 {
			raw.Set(part.FormName(), string(data))
		}
	}
	f := form.From(raw)
	u.ID, u.District = f.NewID("id"), f.ID("district")
	if u.FileName == "" {
		f.Faults.Add("file", "activity.import.error.none")
	}
	return u, f.Faults.Err()
}

// unreadable keeps the error of a body that is too large apart from others.
func unreadable(err error) error {
	if tooLarge(err) {
		return fmt.Errorf("read upload: %w", err)
	}
	return fault.Field("", "form.unreadable")
}

func tooLarge(err error) bool {
	_, ok := errors.AsType[*http.MaxBytesError](err)
	return ok
}

// fileName is the name without a path, as some browsers send one.
func fileName(s string) string {
	s = form.From(url.Values{"n": {strings.ReplaceAll(s, `\`, "/")}}).Text("n")
	if s = path.Base(s); s == "." || s == "/" {
		return ""
	}
	return s
}
