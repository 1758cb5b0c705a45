package minutespage

import (
	"context"
	"net/http"
	"strconv"

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

// versionView is a frozen version.
type versionView struct {
	Frame     layout.Args
	Minutes   minutes.Minutes
	Version   minutes.Version
	Chapters  []chapterView
	Reckoning []string
	Guest     bool
	Papers    bool
}

// number reads the version's number from the address.
func number(r *http.Request) (int, error) {
	no, err := strconv.Atoi(form.Path(r, "no"))
	if err != nil || no < 1 {
		return 0, fault.NotFound
	}
	return no, nil
}

func (p *Pages) showVersion(w http.ResponseWriter, r *http.Request) error {
	no, err := number(r)
	if err != nil {
		return err
	}
	var v versionView
	found := false
	m, err := p.read(r, access.ReadMinutes, func(ctx context.Context, tx *db.Tx, m minutes.Minutes) error {
		versions, err := minutes.Versions(ctx, tx, m.ID)
		if err != nil {
			return err
		}
		for _, one := range versions {
			if one.No == no {
				v.Version, found = one, true
			}
		}
		blocks, err := minutes.Blocks(ctx, tx, m.ID, no)
		v.Chapters = chapters(blocks)
		return err
	})
	if err != nil {
		return err
	}
	if !found {
		return fault.NotFound
	}
	ctx := r.Context()
	v.Minutes, v.Guest = m, !m.ForMembers()
	v.Papers = handler.SetsPapers(p.papers)
	v.Reckoning = reckoning(ctx, v.Version)
	v.Frame = handler.Frame(r).WithBreadcrumb(crumbs(ctx, m, ui.Link{Label: locale.T(ctx, "minutes.version", "No", no), URL: link.MinutesVersion(m.ID, no)})...)
	return handler.Render(w, r, versionPage(v))
}

// sendBytes sends the sealed bytes of a version: whoever has them can compute
// the hash without us.
func (p *Pages) sendBytes(w http.ResponseWriter, r *http.Request) error {
	no, err := number(r)
	if err != nil {
		return err
	}
	var content []byte
	m, err := p.read(r, access.ReadMinutes, func(ctx context.Context, tx *db.Tx, m minutes.Minutes) (err error) {
		content, err = minutes.Sealed(ctx, tx, m.ID, no)
		return err
	})
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Disposition", document.Disposition("niederschrift-"+m.Day.String()+"-fassung-"+strconv.Itoa(no)+".json"))
	w.Header().Set("Cache-Control", "no-store")
	_, _ = w.Write(content) // the client may be gone
	return nil
}

// compareView shows what changed between two versions.
type compareView struct {
	Frame       layout.Args
	Minutes     minutes.Minutes
	From, To    int
	Numbers     []ui.Option
	Differences []minutes.Difference
}

func (p *Pages) compare(w http.ResponseWriter, r *http.Request) error {
	q := form.Query(r)
	v := compareView{From: q.Int("von"), To: q.Int("bis")}
	m, err := p.read(r, access.ReadMinutes, func(ctx context.Context, tx *db.Tx, m minutes.Minutes) (err error) {
		if v.To < 1 || v.To > m.No {
			v.To = m.No
		}
		if v.From < 1 || v.From >= v.To {
			v.From = max(1, v.To-1)
		}
		v.Differences, err = minutes.Between(ctx, tx, m.ID, v.From, v.To)
		return err
	})
	if err != nil {
		return err
	}
	ctx := r.Context()
	v.Minutes = m
	for no := 1; no <= m.No; no++ {
		v.Numbers = append(v.Numbers, ui.Option{Value: strconv.Itoa(no), Label: locale.T(ctx, "minutes.version", "No", no)})
	}
	v.Frame = handler.Frame(r).WithBreadcrumb(crumbs(ctx, m, ui.Link{Label: locale.T(ctx, "minutes.compare.title"), URL: link.CompareMinutes(m.ID, v.From, v.To)})...)
	return handler.Render(w, r, comparePage(v))
}

// proveView shows the seals and whether they hold.
type proveView struct {
	Frame    layout.Args
	Minutes  minutes.Minutes
	Versions []minutes.Version
	Member   bool // may download the bytes
	Checked  bool
	Broken   bool
	Asked    string // a hash that somebody typed
	Found    int    // the version that has it; 0: none
	FoundIn  string // the scan that has it
	Scans    []scanView
	Reads    bool // scans of the signed print
	MayScan  bool
	Copy     bool // prints the copy that is signed
	Errors   form.Errors
}

func (p *Pages) prove(w http.ResponseWriter, r *http.Request) error {
	return p.provePage(w, r, nil)
}

func (p *Pages) provePage(w http.ResponseWriter, r *http.Request, faults fault.Fields) error {
	v := proveView{Asked: form.Query(r).Text("pruefsumme"), Errors: form.Say(r.Context(), faults)}
	m, err := p.read(r, access.ReadMinutes, v.load)
	if err != nil {
		return err
	}
	for _, one := range v.Versions {
		if v.Asked == one.Sum() {
			v.Found = one.No
		}
	}
	for _, s := range v.Scans {
		if v.Asked == s.Sum() && s.WithdrawnAt == nil {
			v.FoundIn = s.FileName
		}
	}
	ctx := r.Context()
	v.Minutes = m
	v.Copy = handler.SetsPapers(p.papers) && mayPrintToSign(handler.Actor(r), m)
	status := http.StatusOK
	if v.Errors.Any() {
		status = http.StatusUnprocessableEntity
	}
	v.Frame = handler.Frame(r).WithErrors(v.Errors.Any()).WithBreadcrumb(crumbs(ctx, m, ui.Link{Label: locale.T(ctx, "minutes.do.prove"), URL: link.ProveMinutes(m.ID)})...)
	return handler.RenderStatus(w, r, status, provePage(v))
}

func (v *proveView) load(ctx context.Context, tx *db.Tx, m minutes.Minutes) (err error) {
	v.Member = m.ForMembers()
	if v.Versions, err = minutes.Versions(ctx, tx, m.ID); err != nil || !v.Member {
		return err
	}
	if v.Checked, v.Broken, err = minutes.Holds(ctx, tx, m.ID); err != nil || !m.State.Sealed() {
		return err
	}
	v.MayScan = tx.Actor.MayAt(access.ScanMinutes, m.BodyID)
	if v.Reads, err = minutes.ReadsScans(ctx, tx, m); err != nil {
		return err
	}
	list, err := minutes.Scans(ctx, tx, m)
	v.Scans = scanViews(list, v.MayScan)
	return err
}

// uploaded says when a scan was uploaded, and by whom.
func uploaded(ctx context.Context, s minutes.Scan) string {
	text := locale.DateTime(ctx, s.CreatedAt)
	if s.CreatedBy != nil {
		text += ", " + *s.CreatedBy
	}
	return text
}
