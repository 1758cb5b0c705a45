package publicpage

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"rundertisch/internal/fault"
)

// zero leaves a date out of an address.
var zero time.Time

// standJSON is the machine twin of the board. Its keys are stable.
type standJSON struct {
	AsOf                  string `json:"as_of"`
	KnownOn               string `json:"known_on"`
	Districts             int    `json:"districts_total"`
	Active                int    `json:"posts_active"`
	Planned               int    `json:"posts_planned"`
	Vacant                int    `json:"posts_vacant"`
	Other                 int    `json:"posts_other"`
	ConferencesFormed     int    `json:"conferences_formed"`
	ConferencesInterested int    `json:"conferences_interested"`
	ModelRegions          int    `json:"model_regions"`
	WorkingGroups         int    `json:"working_groups"`
	Members               int    `json:"committee_members"`
	Patients              int    `json:"committee_patient_representatives"`
}

func (p *Pages) boardJSON(w http.ResponseWriter, r *http.Request) error {
	m := parseMoment(r, p.db.Now())
	if err := m.faults.Err(); err != nil {
		return refuseMoment(w, m.faults)
	}
	b, err := p.board(r.Context(), m)
	if err != nil {
		return err
	}
	f := b.Figures()
	body, err := json.MarshalIndent(standJSON{
		AsOf: m.Valid.String(), KnownOn: m.knownText(b.Known),
		Districts: f.Districts, Active: f.Active, Planned: f.Planned, Vacant: f.Vacant, Other: f.Other,
		ConferencesFormed: f.ConferencesFormed, ConferencesInterested: f.ConferencesInterested,
		ModelRegions: b.ModelRegions, WorkingGroups: b.WorkingGroups, Members: b.Members, Patients: b.PatientRepresentatives,
	}, "", "  ")
	if err != nil {
		return fmt.Errorf("write stand.json: %w", err)
	}
	openData(w, "application/json; charset=utf-8")
	_, _ = w.Write(append(body, '\n'))
	return nil
}

func (p *Pages) boardCSV(w http.ResponseWriter, r *http.Request) error {
	m := parseMoment(r, p.db.Now())
	if m.faults.Err() != nil {
		return refuseMoment(w, m.faults)
	}
	b, err := p.board(r.Context(), m)
	if err != nil {
		return err
	}
	openData(w, "text/csv; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="stand-`+m.Valid.String()+`.csv"`)
	out := csv.NewWriter(w)
	_ = out.Write([]string{"ags", "name", "post_state", "post_since", "conference_state", "population"})
	for _, row := range b.Rows {
		population := ""
		if row.Population != nil {
			population = strconv.Itoa(*row.Population)
		}
		_ = out.Write([]string{row.AGS, row.Name, string(row.PostState), row.PostSince.String(), string(row.ConferenceState), population})
	}
	out.Flush()
	return nil // the client may be gone
}

// openData marks a machine twin: anybody may read it from anywhere, and no
// cookie changes it.
func openData(w http.ResponseWriter, contentType string) {
	h := w.Header()
	h.Set("Content-Type", contentType)
	h.Set("Access-Control-Allow-Origin", "*")
	h.Set("Cross-Origin-Resource-Policy", "cross-origin")
}

// refuseMoment tells a program which parameter it should mend.
func refuseMoment(w http.ResponseWriter, faults fault.Fields) error {
	body, err := json.Marshal(map[string]string{"error": faults.Error()})
	if err != nil {
		return fmt.Errorf("refuse: %w", err)
	}
	openData(w, "application/json; charset=utf-8")
	w.WriteHeader(http.StatusUnprocessableEntity)
	_, _ = w.Write(append(body, '\n'))
	return nil
}
