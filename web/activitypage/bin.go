package activitypage

import (
	"net/http"

	"rundertisch/internal/access"
	"rundertisch/internal/activity"
	"rundertisch/internal/db"
	"rundertisch/internal/link"
	"rundertisch/internal/locale"
	"rundertisch/web/handler"
	"rundertisch/web/layout"
	"rundertisch/web/ui"
)

// binView lists what can be taken back.
type binView struct {
	Frame layout.Args
	Bin   []activity.Deleted
}

func (p *Pages) showBin(w http.ResponseWriter, r *http.Request) error {
	var v binView
	err := p.db.Read(r.Context(), access.LogActivity, func(tx *db.Tx) (err error) {
		v.Bin, err = activity.Bin(r.Context(), tx)
		return err
	})
	if err != nil {
		return err
	}
	ctx := r.Context()
	v.Frame = handler.Frame(r).WithBreadcrumb(crumb(ctx), ui.Link{Label: locale.T(ctx, "activity.bin.title"), URL: link.ActivityBin()})
	return handler.Render(w, r, binPage(v))
}
