package api

import (
	"html"
	"maps"
	"net/http"
	"strings"

	"github.com/arpent-geo/arpent/geo"
	"github.com/arpent-geo/arpent/geo/tile"
)

// Addresses of pg_tileserv and Martin, for maps that were made for them. They
// come after all others, so that none of Arpent's own is ever shadowed, and a
// layer has in the tile the name that it has in the address: styles draw it by
// that name.

// aliases lists them; parts in braces as in routes.
func (s *Server) aliases() []route {
	return []route{
		{"/catalog", s.handleCatalog}, // Martin
		{"/{layers}.json", s.handleTileservDetail},
		{"/{layers}", s.handleMartinTileJSON},
		{"/{layers}/{z:[0-9]+}/{x:[0-9]+}/{y:[0-9]+}", s.handleAliasTile},
		{"/{layers}/{z:[0-9]+}/{x:[0-9]+}/{y:[0-9]+}.{ext}", s.handleAliasTile}, // any extension, as pg_tileserv
	}
}

// maxTileLayers bounds the layers of one tile.
const maxTileLayers = 20

// aliasLayers are the names that an address holds: one layer, or several
// separated by commas. An address that names none is none of ours.
func (s *Server) aliasLayers(r *http.Request) ([]string, []*geo.Layer, error) {
	names := []string{r.PathValue("layers")}
	if _, err := s.store.Layer(r.Context(), names[0]); err != nil { // an id may hold commas
		names = strings.Split(names[0], ",")
	}
	if len(names) > maxTileLayers {
		return nil, nil, errNoRoute
	}
	var layers []*geo.Layer
	for _, name := range names {
		l, err := s.store.Layer(r.Context(), name)
		if err != nil && problemOf(r.Context(), err).status == http.StatusNotFound || err == nil && !l.HasGeometry() {
			return nil, nil, errNoRoute
		}
		if err != nil {
			return nil, nil, err
		}
		layers = append(layers, l)
	}
	return names, layers, nil
}

// handleAliasTile answers /{layers}/{z}/{x}/{y}, with or without an extension.
func (s *Server) handleAliasTile(w http.ResponseWriter, r *http.Request) error {
	names, _, err := s.aliasLayers(r)
	if err != nil {
		return err
	}
	return s.serveTile(w, r, tileRequest{grid: s.grid, ids: names, named: true, lenient: true,
		matrix: r.PathValue("z"), col: r.PathValue("x"), row: r.PathValue("y")})
}

// handleMartinTileJSON answers /{layers}.
func (s *Server) handleMartinTileJSON(w http.ResponseWriter, r *http.Request) error {
	names, layers, err := s.aliasLayers(r)
	if err != nil {
		return err
	}
	f, err := negotiate(r, formatJSON)
	if err != nil {
		return err
	}
	x := exchangeOf(r)
	doc, known := s.tileJSONOf(r, layers[0], names[0]), knownValues(x.query, layers[0])
	version, err := s.store.Version(r.Context(), layers[0])
	if err != nil {
		return err
	}
	for i, l := range layers[1:] {
		more := s.tileJSONOf(r, l, names[i+1])
		doc.VectorLayers = append(doc.VectorLayers, more.VectorLayers...)
		doc.MinZoom, doc.MaxZoom = min(doc.MinZoom, more.MinZoom), max(doc.MaxZoom, more.MaxZoom)
		doc.Name, doc.Bounds = doc.Name+", "+more.Name, union(doc.Bounds, more.Bounds)
		maps.Copy(known, knownValues(x.query, l))
		version = geo.Version{} // theirs are told by the tiles
	}
	doc.Tiles = []string{tileTemplate(x.url("/"+pathEscape(strings.Join(names, ",")), nil)+"/{z}/{x}/{y}", known, version)}
	doc.centre()
	return s.writeJSON(w, r, f.media, doc)
}

func union(a, b [4]float64) [4]float64 {
	return [4]float64{min(a[0], b[0]), min(a[1], b[1]), max(a[2], b[2]), max(a[3], b[3])}
}

// handleTileservDetail answers /{schema.table}.json.
func (s *Server) handleTileservDetail(w http.ResponseWriter, r *http.Request) error {
	names, layers, err := s.aliasLayers(r)
	if err == nil && len(layers) > 1 {
		err = errNoRoute
	}
	if err != nil {
		return err
	}
	f, err := negotiate(r, formatJSON)
	if err != nil {
		return err
	}
	type detailed struct {
		Name        string `json:"name"`
		Type        string `json:"type"`
		Description string `json:"description"`
	}
	l, name := layers[0], names[0]
	tj := s.tileJSONOf(r, l, name)
	tj.centre()
	doc := struct {
		ID           string     `json:"id"`
		Schema       string     `json:"schema"`
		Name         string     `json:"name"`
		Description  string     `json:"description"`
		Properties   []detailed `json:"properties"`
		GeometryType string     `json:"geometrytype"`
		Center       [2]float64 `json:"center"`
		Bounds       [4]float64 `json:"bounds"`
		MinZoom      int        `json:"minzoom"`
		MaxZoom      int        `json:"maxzoom"`
		TileURL      string     `json:"tileurl"`
	}{name, l.Schema, l.Table, l.Description, []detailed{}, string(l.Geometry), [2]float64{tj.Center[0], tj.Center[1]}, tj.Bounds, tj.MinZoom, tj.MaxZoom,
		exchangeOf(r).url("/"+pathEscape(name), nil) + "/{z}/{x}/{y}.pbf"}
	for i := range l.Properties {
		p := &l.Properties[i]
		if tile.FieldType(p.Kind) != "" {
			doc.Properties = append(doc.Properties, detailed{p.Name, p.Native, p.Description})
		}
	}
	return s.writeJSON(w, r, f.media, doc)
}

// handleCatalog answers /catalog: the layers as Martin lists its sources.
func (s *Server) handleCatalog(w http.ResponseWriter, r *http.Request) error {
	f, err := negotiate(r, formatJSON)
	if err != nil {
		return err
	}
	layers, err := s.store.Layers(r.Context())
	if err != nil {
		return err
	}
	type source struct {
		ContentType string `json:"content_type"`
		Name        string `json:"name,omitempty"`
		Description string `json:"description,omitempty"`
		Attribution string `json:"attribution,omitempty"`
	}
	tiles := map[string]source{}
	for _, l := range layers {
		if l.HasGeometry() {
			tiles[l.ID] = source{"application/x-protobuf", l.Label(), l.Description, html.EscapeString(attribution(l))}
		}
	}
	none := map[string]any{}
	return s.writeJSON(w, r, f.media, map[string]any{"tiles": tiles, "sprites": none, "fonts": none, "styles": none})
}
