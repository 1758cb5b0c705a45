package publicpage

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"rundertisch/internal/access"
	"rundertisch/internal/db"
	"rundertisch/internal/link"
	"rundertisch/internal/locale"
	"rundertisch/internal/report"
	"rundertisch/web/form"
	"rundertisch/web/handler"
	"rundertisch/web/layout"
	"rundertisch/web/ui"
)

type boardView struct {
	Frame       layout.Args
	Title       string
	Lead        string
	Errors      form.Errors
	AsOf        string // of the date fields
	KnownOn     string
	Today       string
	Posts       []ui.Figure
	Conferences []ui.Figure
	Committee   []ui.Figure
	Map         mapView
	Rows        []boardRow
	Permanent   string
	CSV, JSON   string
	Simulated   bool
}

type boardRow struct {
	AGS        string
	Name       string
	URL        string
	Post       ui.Mark
	Since      string
	Conference ui.Mark
	Population string
	Simulated  bool
}

// showBoard shows the board today (/) or at a moment on both clocks (/stand).
func (p *Pages) showBoard(w http.ResponseWriter, r *http.Request) error {
	m := parseMoment(r, p.db.Now())
	board, err := p.board(r.Context(), m)
	if err != nil {
		return err
	}
	v := newBoardView(r, m, board)
	status := http.StatusOK
	if v.Errors.Any() {
		status = http.StatusUnprocessableEntity
	}
	return handler.RenderStatus(w, r, status, boardPage(v))
}

func (p *Pages) board(ctx context.Context, m moment) (b report.Board, err error) {
	err = p.db.Read(ctx, access.ReadBoard, func(tx *db.Tx) error {
		b, err = report.BoardAsOf(ctx, tx, m.AsOf)
		return err
	})
	return b, err
}

func newBoardView(r *http.Request, m moment, b report.Board) boardView {
	ctx := r.Context()
	shown := m.knownTime(b.Known)
	v := boardView{
		Frame:       handler.Frame(r).WithWide(),
		Title:       locale.T(ctx, "board.title"),
		Errors:      form.Say(ctx, m.faults),
		AsOf:        m.Valid.String(),
		Today:       b.Known.Format("2006-01-02"),
		Posts:       postFigures(ctx, b),
		Conferences: conferenceFigures(ctx, b),
		Committee:   committeeFigures(ctx, b.Committee),
		Permanent:   link.State(m.Valid.Time(), shown),
		CSV:         link.StateCSV(m.Valid.Time(), shown),
		JSON:        link.StateJSON(m.Valid.Time(), shown),
	}
	v.Frame = v.Frame.WithErrors(v.Errors.Any())
	if !m.day.IsZero() {
		v.KnownOn = m.day.String()
	}
	v.Lead = locale.T(ctx, "board.as_of", "Date", locale.DateLong(ctx, m.Valid.Time()), "Known", locale.DateTime(ctx, b.Known))
	if r.URL.Path == "/stand" {
		v.Title = locale.T(ctx, "board.title_on", "Date", locale.DateLong(ctx, m.Valid.Time()))
		v.Frame = v.Frame.WithBreadcrumb(ui.Link{Label: v.Title, URL: v.Permanent})
	}
	for _, row := range b.Rows {
		v.Rows = append(v.Rows, newBoardRow(ctx, handler.Actor(r), row))
		v.Simulated = v.Simulated || row.PostSimulated
	}
	v.Map = newMap(ctx, v.Rows, b.Rows)
	return v
}

func postFigures(ctx context.Context, b report.Board) []ui.Figure {
	f := b.Figures()
	of := locale.T(ctx, "board.of", "Total", locale.Number(ctx, f.Districts))
	return []ui.Figure{
		{Value: locale.Number(ctx, f.Active), Of: of, Label: locale.T(ctx, "board.active"), Tone: ui.Success},
		{Value: locale.Number(ctx, f.Planned), Of: of, Label: locale.T(ctx, "board.planned"), Tone: ui.Info},
		{Value: locale.Number(ctx, f.Vacant), Of: of, Label: locale.T(ctx, "board.vacant"), Tone: ui.Warning},
		{Value: locale.Number(ctx, f.Other), Of: of, Label: locale.T(ctx, "board.other")},
	}
}

func conferenceFigures(ctx context.Context, b report.Board) []ui.Figure {
	f := b.Figures()
	return []ui.Figure{
		{Value: locale.Number(ctx, f.ConferencesFormed), Label: locale.T(ctx, "board.conferences_formed"), Tone: ui.Success},
		{Value: locale.Number(ctx, f.ConferencesInterested), Label: locale.T(ctx, "board.conferences_interested"), Tone: ui.Info},
	}
}

// committeeFigures are empty where the programme has no committee.
func committeeFigures(ctx context.Context, c report.Committee) []ui.Figure {
	if c.Members == 0 {
		return nil
	}
	list := []ui.Figure{
		{Value: locale.Number(ctx, c.Members), Label: locale.T(ctx, "board.members")},
		{Value: locale.Number(ctx, c.PatientRepresentatives), Label: locale.T(ctx, "board.patient_representatives")},
		{Value: locale.Number(ctx, c.WorkingGroups), Label: locale.T(ctx, "board.working_groups")},
	}
	if c.ModelRegions > 0 {
		list = append(list, ui.Figure{Value: locale.Number(ctx, c.ModelRegions), Label: locale.T(ctx, "board.model_regions")})
	}
	return list
}

func newBoardRow(ctx context.Context, a access.Actor, row report.Row) boardRow {
	out := boardRow{
		AGS: row.AGS, Name: row.Name, URL: link.Directory() + "#" + row.AGS,
		Post:       ui.PostMark(ctx, string(row.PostState)),
		Conference: ui.ConferenceMark(ctx, string(row.ConferenceState)),
		Simulated:  row.PostSimulated,
	}
	if a.May(access.ReadDistrict) {
		out.URL = link.District(row.AGS)
	}
	if !row.PostSince.IsZero() {
		out.Since = locale.Date(ctx, row.PostSince.Time())
	}
	if row.Population != nil {
		out.Population = locale.Number(ctx, *row.Population)
	}
	return out
}

// mapView is the map; the table beside it says the same in words.
type mapView struct {
	Shapes []mapShape
	Legend []mapKey
	Source bool // real geometry: the source is named
	Box    string
}

type mapShape struct {
	ID          string // of its outline on the page
	Name, State string
	URL         string
	Path        string
	Class       string
	X, Y        string
	Lines       []string
}

type mapKey struct{ Class, Label string }

func coordinate(f float64) string { return strconv.FormatFloat(f, 'f', 1, 64) }

// lines breaks a long name at its hyphen.
func lines(name string) []string {
	if before, after, ok := strings.Cut(name, "-"); ok && len(name) > 14 {
		return []string{before + "-", after}
	}
	if before, after, ok := strings.Cut(name, " ("); ok {
		return []string{before, "(" + after}
	}
	return []string{name}
}
