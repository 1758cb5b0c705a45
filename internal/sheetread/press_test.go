package sheetread

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"rundertisch/internal/fault"
)

func TestTwoFilesAreReadAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		kept := presses
		presses = make(chan struct{}, cap(kept)) // of the bubble, so that its clock runs
		defer func() { presses = kept }()
		read := func() (Sheet, error) {
			return ReadInTurn(t.Context(), "log.csv", []byte("Datum;Titel\n1.3.2024;Erstes\n"))
		}
		for range cap(presses) {
			presses <- struct{}{}
		}
		_, err := read()
		if text, _ := fault.AsText(err); !errors.Is(err, fault.Unavailable) || text.Key != "upload.error.busy" {
			t.Errorf("a third file: %v, want Unavailable with a sentence", err)
		}
		time.AfterFunc(time.Second, func() { <-presses })
		for range 2 { // the place is left again
			if s, err := read(); err != nil || len(s.Rows) != 1 {
				t.Errorf("after a while: %d rows, %v; want one", len(s.Rows), err)
			}
		}
	})
}
