package minutespage

import (
	"context"
	"io"
	"net/http"
	"time"

	"github.com/google/uuid"

	"rundertisch/internal/access"
	"rundertisch/internal/db"
	"rundertisch/internal/document"
	"rundertisch/internal/fault"
	"rundertisch/internal/link"
	"rundertisch/internal/locale"
	"rundertisch/internal/minutes"
	"rundertisch/web/form"
	"rundertisch/web/handler"
	"rundertisch/web/layout"
	"rundertisch/web/ui"
)

// scanLimit is how long what follows an upload may take.
const scanLimit = 2 * time.Minute

// scanView is a scan in the list.
type scanView struct {
	minutes.Scan
	Newest bool // of those that count
	MayAct bool // the actor may withdraw it
}

func scanViews(list []minutes.Scan, office bool) []scanView {
	views := make([]scanView, len(list))
	newest := true
	for i, s := range list {
		counts := s.WithdrawnAt == nil
		views[i] = scanView{Scan: s, Newest: counts && newest, MayAct: counts && office}
		newest = newest && !counts
	}
	return views
}

func (v scanView) mark(ctx context.Context) ui.Mark {
	switch {
	case v.WithdrawnAt != nil:
		return ui.Mark{Tone: ui.Warning, Label: locale.T(ctx, "minutes.scan.withdrawn"), Small: true, Plain: true}
	case v.Newest:
		return ui.Mark{Tone: ui.Success, Label: locale.T(ctx, "minutes.scan.newest"), Small: true, Plain: true}
	}
	return ui.Mark{Label: locale.T(ctx, "minutes.scan.older"), Small: true, Plain: true}
}

// addScan takes the scan of the signed print. Who may not is stopped before the
// bytes are read.
func (p *Pages) addScan(w http.ResponseWriter, r *http.Request) error {
	m, err := p.forScan(r)
	if err != nil {
		return err
	}
	_, file, err := form.ParseFile(w, r, "file", document.MaxFileSize)
	ctx, cancel := handler.Unhurried(r.Context(), scanLimit) // a large body may have used up the page's time
	defer cancel()
	if form.TooLarge(err) {
		err = fault.Field("file", "document.error.large", "Max", document.MaxFileSize>>20)
	}
	if err == nil {
		err = minutes.AddScan(ctx, p.db, p.files, m.ID, document.Upload{Name: file.Name, Data: file.Data})
	}
	if faults, ok := fault.AsFields(err); ok {
		return p.provePage(w, r.WithContext(ctx), faults)
	}
	if err != nil {
		return err
	}
	return handler.SeeOther(w, r, link.ScanOfMinutes(m.ID), "minutes.flash.scan_added")
}

// forScan reads the minutes of the address for the office.
func (p *Pages) forScan(r *http.Request) (minutes.Minutes, error) {
	return p.read(r, access.ScanMinutes, func(_ context.Context, tx *db.Tx, m minutes.Minutes) error {
		if !tx.Actor.MayAt(access.ScanMinutes, m.BodyID) {
			return fault.Forbidden
		}
		return nil
	})
}

// findScan reads a scan that counts and that the actor may read.
func (p *Pages) findScan(r *http.Request, act access.Action) (m minutes.Minutes, s minutes.Scan, err error) {
	id, err := form.PathID(r, "scan")
	if err != nil {
		return m, s, err
	}
	m, err = p.read(r, act, func(ctx context.Context, tx *db.Tx, m minutes.Minutes) (err error) {
		if s, err = minutes.ScanByID(ctx, tx, m, id); err == nil && !tx.Actor.MayAt(act, m.BodyID) && act != access.ReadMinutes {
			err = fault.Forbidden
		}
		return err
	})
	return m, s, err
}

// sendScan sends a scan as a file to save.
func (p *Pages) sendScan(w http.ResponseWriter, r *http.Request) error {
	_, s, err := p.findScan(r, access.ReadMinutes)
	if err != nil {
		return err
	}
	return handler.SendFile(w, r, handler.Download{
		Name: s.FileName, ContentType: s.ContentType, Size: s.Size,
		Open: func() (io.ReadCloser, error) { return p.files.Open(r.Context(), s.FileID) },
	})
}

// withdrawScanView asks why a scan is taken back.
type withdrawScanView struct {
	Frame   layout.Args
	Minutes minutes.Minutes
	Scan    minutes.Scan
	Why     string
	Errors  form.Errors
}

func (p *Pages) askWithdrawScan(w http.ResponseWriter, r *http.Request) error {
	return p.withdrawScanPage(w, r, http.StatusOK, "", nil)
}

func (p *Pages) withdrawScanPage(w http.ResponseWriter, r *http.Request, status int, why string, faults fault.Fields) error {
	m, s, err := p.findScan(r, access.ScanMinutes)
	if err != nil {
		return err
	}
	ctx := r.Context()
	v := withdrawScanView{Minutes: m, Scan: s, Why: why, Errors: form.Say(ctx, faults)}
	v.Frame = handler.Frame(r).WithErrors(v.Errors.Any()).WithBreadcrumb(crumbs(ctx, m,
		ui.Link{Label: locale.T(ctx, "minutes.do.prove"), URL: link.ProveMinutes(m.ID)},
		ui.Link{Label: locale.T(ctx, "minutes.scan.withdraw"), URL: link.WithdrawScan(m.ID, s.ID)})...)
	return handler.RenderStatus(w, r, status, withdrawScanPage(v))
}

func (p *Pages) withdrawScan(w http.ResponseWriter, r *http.Request) error {
	scan, err := form.PathID(r, "scan")
	if err != nil {
		return err
	}
	id, err := form.PathID(r, "id")
	if err != nil {
		return err
	}
	f, err := form.Parse(w, r)
	if err != nil {
		return err
	}
	why := f.Text("why")
	err = p.withdrawWith(r, id, scan, why, f.Faults)
	if faults, ok := fault.AsFields(err); ok {
		return p.withdrawScanPage(w, r, http.StatusUnprocessableEntity, why, faults)
	}
	if err != nil {
		return err
	}
	return handler.SeeOther(w, r, link.ScanOfMinutes(id), "minutes.flash.scan_withdrawn")
}

func (p *Pages) withdrawWith(r *http.Request, id, scan uuid.UUID, why string, faults fault.Fields) error {
	if err := faults.Err(); err != nil {
		return err
	}
	return p.db.Write(r.Context(), access.ScanMinutes, func(tx *db.Tx) error {
		return minutes.WithdrawScan(r.Context(), tx, id, scan, why)
	})
}
