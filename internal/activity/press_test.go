package activity

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/uuid"

	"rundertisch/internal/access"
	"rundertisch/internal/fault"
)

func TestTwoFilesAreReadAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		kept := presses
		presses = make(chan struct{}, cap(kept)) // of the bubble, so that its clock runs
		defer func() { presses = kept }()
		actor := access.Actor{Programme: uuid.New(), Person: uuid.New(), Account: uuid.New(), Grants: []access.Grant{{Role: access.Coordinator, District: uuid.New()}}}
		ctx := access.NewContext(t.Context(), actor)
		u := Upload{ID: uuid.New(), FileName: "log.csv", Data: []byte("Datum;Titel\n1.3.2024;Erstes\n")}
		for range cap(presses) {
			presses <- struct{}{}
		}
		_, err := u.Read(ctx)
		if text, _ := fault.AsText(err); !errors.Is(err, fault.Unavailable) || text.Key != "activity.import.busy" {
			t.Errorf("a third file: %v, want Unavailable with a sentence", err)
		}
		time.AfterFunc(time.Second, func() { <-presses })
		for range 2 { // the place is left again
			if read, err := u.Read(ctx); err != nil || len(read.sheet.Rows) != 1 {
				t.Errorf("after a while: %d rows, %v; want one", len(read.sheet.Rows), err)
			}
		}
	})
}
