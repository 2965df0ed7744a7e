package api

import (
	"html"
	"math"
	"net/http"

	"github.com/arpent-geo/arpent/geo"
	"github.com/arpent-geo/arpent/geo/tile"
)

// tileJSON is TileJSON 3.0 (github.com/mapbox/tilejson-spec).
type tileJSON struct {
	TileJSON     string        `json:"tilejson"`
	Name         string        `json:"name"`
	Description  string        `json:"description,omitempty"`
	Attribution  string        `json:"attribution,omitempty"`
	Scheme       string        `json:"scheme"`
	Tiles        []string      `json:"tiles"`
	MinZoom      int           `json:"minzoom"`
	MaxZoom      int           `json:"maxzoom"`
	Bounds       [4]float64    `json:"bounds"`
	Center       [3]float64    `json:"center"`
	VectorLayers []vectorLayer `json:"vector_layers"`
}

type vectorLayer struct {
	ID          string            `json:"id"`
	Description string            `json:"description,omitempty"`
	MinZoom     int               `json:"minzoom"`
	MaxZoom     int               `json:"maxzoom"`
	Fields      map[string]string `json:"fields"`
}

// mercatorLatitude is where the square of Web Mercator ends.
const mercatorLatitude = 85.051129

// handleTileJSON answers /xyz/{collectionId}.json. The parameters that select
// what is in tiles are those of the tiles it names.
func (s *Server) handleTileJSON(w http.ResponseWriter, r *http.Request) error {
	l, version, err := s.layerAndVersion(r)
	if err != nil {
		return err
	}
	if !l.HasGeometry() {
		return noTiles(l)
	}
	f, err := negotiate(r, formatJSON)
	if err != nil {
		return err
	}
	x := exchangeOf(r)
	doc := s.tileJSONOf(r, l, l.ID)
	doc.Tiles = []string{tileTemplate(x.url("/xyz/"+pathEscape(l.ID), nil)+"/{z}/{x}/{y}.mvt", knownValues(x.query, l), version)}
	doc.centre()
	return s.writeJSON(w, r, f.media, doc)
}

// tileJSONOf describes the tiles of a layer, which has a name in them; their
// address is left out. Maps take the attribution for HTML: it is escaped.
func (s *Server) tileJSONOf(r *http.Request, l *geo.Layer, name string) tileJSON {
	first, last := l.Zooms()
	doc := tileJSON{TileJSON: "3.0.0", Name: l.Label(), Description: l.Description, Attribution: html.EscapeString(attribution(l)),
		Scheme: "xyz", MinZoom: first, MaxZoom: last,
		VectorLayers: []vectorLayer{{ID: name, Description: l.Description, MinZoom: first, MaxZoom: last, Fields: map[string]string{}}}}
	for i := range l.Properties {
		p := &l.Properties[i]
		kind := tile.FieldType(p.Kind)
		if kind == "" { // not in tiles
			continue
		}
		if p.Title != "" {
			kind = p.Title + " (" + kind + ")"
		}
		doc.VectorLayers[0].Fields[p.Name] = kind
	}
	doc.Bounds = [4]float64{-180, -mercatorLatitude, 180, mercatorLatitude}
	if box, ok := s.store.Extent(r.Context(), l); ok && !box.CrossesAntimeridian() {
		doc.Bounds = [4]float64{max(box.MinX, -180), max(box.MinY, -mercatorLatitude), min(box.MaxX, 180), min(box.MaxY, mercatorLatitude)}
	}
	return doc
}

// centre sets the centre in the middle of the bounds, at the first zoom.
func (doc *tileJSON) centre() {
	middle := func(a, b float64) float64 { return math.Round((a+b)/2*1e5) / 1e5 }
	doc.Center = [3]float64{middle(doc.Bounds[0], doc.Bounds[2]), middle(doc.Bounds[1], doc.Bounds[3]), float64(doc.MinZoom)}
}
