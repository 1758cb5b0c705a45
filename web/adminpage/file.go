package adminpage

import (
	"context"
	"net/http"

	"github.com/google/uuid"

	"rundertisch/internal/access"
	"rundertisch/internal/account"
	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/locale"
	"rundertisch/web/sheet"
)

// sendPeople sends everybody whom the filter leaves, page by page.
func (p *Pages) sendPeople(w http.ResponseWriter, r *http.Request, f account.Filter, format string) error {
	ctx := r.Context()
	file := sheet.File{Name: "personen", Sheet: locale.T(ctx, "admin.people.title"), Format: format, Day: calendar.Of(p.db.Now())}
	f.After, f.Before = uuid.Nil, uuid.Nil
	return sheet.Send(w, r, file, func(add func([]sheet.Cell) error) error {
		err := add(sheet.Head(locale.T(ctx, "account.name"), locale.T(ctx, "session.email"), locale.T(ctx, "admin.people.roles"), locale.T(ctx, "account.role.state")))
		for err == nil {
			var page account.Page
			if page, err = p.people(ctx, f); err != nil {
				return err
			}
			for _, e := range page.Entries {
				state := stateMark(ctx, e.State).Label
				if err := add([]sheet.Cell{sheet.Text(e.Name), sheet.Text(e.Email), sheet.Text(roleText(ctx, e.Roles, e.Places)), sheet.Text(state)}); err != nil {
					return err
				}
			}
			if !page.More {
				return nil
			}
			f.After = page.Entries[len(page.Entries)-1].ID
		}
		return err
	})
}

func (p *Pages) people(ctx context.Context, f account.Filter) (page account.Page, err error) {
	err = p.db.Read(ctx, access.ManagePeople, func(tx *db.Tx) (err error) {
		page, err = account.People(ctx, tx, f, pageSize)
		return err
	})
	return page, err
}
