package publicpage

import (
	"context"

	"rundertisch/internal/locale"
	"rundertisch/internal/post"
	"rundertisch/internal/report"
	"rundertisch/web/publicpage/mapdata"
)

// mapGroups are the classes of the map, in the order of the legend.
var mapGroups = []post.Group{post.Active, post.Plan, post.Unheld, post.Outside}

// newMap draws the districts whose outline is known.
func newMap(ctx context.Context, rows []boardRow, states []report.Row) mapView {
	m := mapView{Box: mapdata.ViewBox}
	for i, row := range rows {
		outline, ok := mapdata.ByAGS(row.AGS)
		if !ok {
			continue
		}
		m.Source = m.Source || !outline.Invented
		m.Shapes = append(m.Shapes, mapShape{
			ID: "flaeche-" + row.AGS, Name: states[i].ShortName, State: row.Post.Label, URL: row.URL, Path: outline.Path,
			Class: "app-map__shape app-map__shape--" + string(states[i].PostState.Group()),
			X:     coordinate(outline.LabelX), Y: coordinate(outline.LabelY), Lines: lines(states[i].ShortName),
		})
	}
	for _, g := range mapGroups {
		m.Legend = append(m.Legend, mapKey{Class: "app-map__key app-map__shape--" + string(g), Label: locale.T(ctx, "board."+string(g))})
	}
	return m
}
