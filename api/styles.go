package api

import (
	"hash/fnv"
	"net/http"

	"github.com/arpent-geo/arpent/geo"
)

// style is a MapLibre style (maplibre.org/maplibre-style-spec), which QGIS
// reads too: one layer, drawn by its geometry, without fonts or sprites.
type style struct {
	Version int                    `json:"version"`
	Name    string                 `json:"name"`
	Center  [2]float64             `json:"center"`
	Zoom    float64                `json:"zoom"`
	Sources map[string]styleSource `json:"sources"`
	Layers  []styleLayer           `json:"layers"`
}

type styleSource struct {
	Type string `json:"type"`
	URL  string `json:"url"`
}

type styleLayer struct {
	ID          string         `json:"id"`
	Type        string         `json:"type"`
	Source      string         `json:"source,omitempty"`
	SourceLayer string         `json:"source-layer,omitempty"`
	Filter      []any          `json:"filter,omitempty"`
	Layout      map[string]any `json:"layout,omitempty"`
	Paint       map[string]any `json:"paint"`
}

// styleColours can be told apart, on paper and by most eyes (Okabe and Ito).
var styleColours = [...]string{"#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00"}

// styleBackground is under all of them.
const styleBackground = "#f7f5f2"

// styleOf draws a layer in a colour of its own, always the same.
func styleOf(doc *tileJSON, l *geo.Layer, source string) style {
	h := fnv.New32a()
	_, _ = h.Write([]byte(l.ID)) // never fails (package hash)
	colour := styleColours[h.Sum32()%uint32(len(styleColours))]
	out := style{Version: 8, Name: l.Label(), Center: [2]float64{doc.Center[0], doc.Center[1]}, Zoom: zoomTo(doc.Bounds),
		Sources: map[string]styleSource{l.ID: {"vector", source}},
		Layers:  []styleLayer{{ID: "background", Type: "background", Paint: map[string]any{"background-color": styleBackground}}}}
	dimension := l.Geometry.Dimension()
	add := func(d int, name, kind string, paint, layout map[string]any) {
		if dimension >= 0 && dimension != d {
			return
		}
		one := styleLayer{ID: l.ID + " " + name, Type: kind, Source: l.ID, SourceLayer: l.ID, Paint: paint, Layout: layout}
		if dimension < 0 { // any geometry: each in its way
			one.Filter = []any{"==", []any{"geometry-type"}, [...]string{"Point", "LineString", "Polygon"}[d]}
		}
		out.Layers = append(out.Layers, one)
	}
	byZoom := func(low, high float64) []any {
		return []any{"interpolate", []any{"linear"}, []any{"zoom"}, 6, low, 16, high}
	}
	round := map[string]any{"line-cap": "round", "line-join": "round"}
	add(2, "fill", "fill", map[string]any{"fill-color": colour, "fill-opacity": 0.35}, nil)
	add(2, "outline", "line", map[string]any{"line-color": colour, "line-width": byZoom(0.4, 2)}, round)
	add(1, "line", "line", map[string]any{"line-color": colour, "line-width": byZoom(0.8, 4)}, round)
	add(0, "circle", "circle", map[string]any{"circle-color": colour, "circle-radius": byZoom(2, 7), "circle-stroke-color": "#ffffff", "circle-stroke-width": byZoom(0, 1.5)}, nil)
	return out
}

// zoomTo is the zoom at which a map about a thousand pixels wide shows a box:
// tiles are 512 pixels in MapLibre.
func zoomTo(bounds [4]float64) float64 {
	zoom := 0.0
	for width := max(bounds[2]-bounds[0], bounds[3]-bounds[1]); width > 0 && width < 360 && zoom < 16; width *= 2 {
		zoom++
	}
	return zoom
}

func stylePath(l *geo.Layer) string { return "/styles/" + pathEscape(l.ID) }

// handleStyles answers /styles (OGC API Styles, draft 20-009).
func (s *Server) handleStyles(w http.ResponseWriter, r *http.Request) error {
	f, err := negotiate(r, formatJSON)
	if err != nil {
		return err
	}
	layers, err := s.store.Layers(r.Context())
	if err != nil {
		return err
	}
	type item struct {
		ID    string `json:"id"`
		Title string `json:"title"`
		Links []link `json:"links"`
	}
	doc := struct {
		Styles []item `json:"styles"`
		Links  []link `json:"links"`
	}{[]item{}, selfLinks(r, f, formatJSON)}
	for _, l := range layers {
		if l.HasGeometry() {
			doc.Styles = append(doc.Styles, item{l.ID, l.Label(), []link{to(r, stylePath(l), "stylesheet", formatStyle.media, l.Label())}})
		}
	}
	return s.writeJSON(w, r, f.media, doc)
}

// handleStyle answers /styles/{collectionId}. The parameters that select what
// is in tiles are those of the tiles that it draws; others are left aside.
func (s *Server) handleStyle(w http.ResponseWriter, r *http.Request) error {
	l, err := s.layer(r)
	if err != nil {
		return err
	}
	if !l.HasGeometry() {
		return noTiles(l)
	}
	f, err := negotiate(r, formatStyle)
	if err != nil {
		return err
	}
	x := exchangeOf(r)
	tiles := s.tileJSONOf(r, l, l.ID)
	tiles.centre()
	source := tileTemplate(x.url("/xyz/"+pathEscape(l.ID)+".json", nil), knownValues(x.query, l), geo.Version{})
	return s.writeJSON(w, r, f.media, styleOf(&tiles, l, source))
}
