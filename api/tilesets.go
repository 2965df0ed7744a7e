package api

import (
	"net/http"

	"github.com/arpent-geo/arpent/api/web"
	"github.com/arpent-geo/arpent/geo"
	"github.com/arpent-geo/arpent/geo/tile"
)

// tileset describes the tiles of a layer on one grid (17-083r4, annex B; 20-057).
type tileset struct {
	Title            string        `json:"title"`
	Description      string        `json:"description,omitempty"`
	Keywords         []string      `json:"keywords,omitempty"`
	DataType         string        `json:"dataType"`
	CRS              string        `json:"crs"`
	TileMatrixSetURI string        `json:"tileMatrixSetURI"`
	Limits           []tile.Limits `json:"tileMatrixSetLimits,omitempty"`
	Layers           []tiledLayer  `json:"layers,omitempty"`
	BoundingBox      *boundingBox  `json:"boundingBox,omitempty"`
	Attribution      string        `json:"attribution,omitempty"`
	Licence          string        `json:"license,omitempty"`
	MediaTypes       []string      `json:"mediaTypes,omitempty"`
	Links            []link        `json:"links"`
}

type tiledLayer struct {
	ID         string           `json:"id"`
	Title      string           `json:"title,omitempty"`
	DataType   string           `json:"dataType"`
	Dimension  *int             `json:"geometryDimension,omitempty"`
	MinMatrix  string           `json:"minTileMatrix"`
	MaxMatrix  string           `json:"maxTileMatrix"`
	Properties propertiesSchema `json:"propertiesSchema"`
}

type propertiesSchema struct {
	Type       string                    `json:"type"`
	Properties map[string]propertySchema `json:"properties"`
}

type propertySchema struct {
	Title       string `json:"title,omitempty"`
	Description string `json:"description,omitempty"`
	Type        string `json:"type"`
	Format      string `json:"format,omitempty"`
}

type boundingBox struct {
	LowerLeft  [2]float64 `json:"lowerLeft"`
	UpperRight [2]float64 `json:"upperRight"`
	CRS        string     `json:"crs"`
}

// handleTilesets answers /collections/{collectionId}/tiles.
func (s *Server) handleTilesets(w http.ResponseWriter, r *http.Request) error {
	l, f, err := s.openTileset(r)
	if err != nil {
		return err
	}
	if f.f == formatHTML.f {
		return s.writePage(w, r, &web.Tilesets{Base: s.page(r, formatJSON), Summary: s.summary(r.Context(), l)})
	}
	item := s.tileset(l)
	item.Links = []link{
		to(r, layerPath(l.ID, "tiles", s.grid.ID), "self", formatJSON.media, ""),
		to(r, "/tileMatrixSets/"+s.grid.ID, relTilingScheme, formatJSON.media, ""),
	}
	return s.writeJSON(w, r, f.media, struct {
		Links    []link    `json:"links"`
		Tilesets []tileset `json:"tilesets"`
	}{selfLinks(r, f, formatJSON, formatHTML), []tileset{item}})
}

// handleTileset answers /collections/{collectionId}/tiles/{tileMatrixSetId}.
func (s *Server) handleTileset(w http.ResponseWriter, r *http.Request) error {
	l, f, err := s.openTileset(r)
	if err != nil {
		return err
	}
	if _, err := s.tileMatrixSet(r); err != nil {
		return err
	}
	if f.f == formatHTML.f {
		return s.writePage(w, r, &web.Tilesets{Base: s.page(r, formatJSON), Summary: s.summary(r.Context(), l), TMS: s.grid.ID})
	}
	doc := s.tileset(l)
	doc.Limits = s.tileLimits(r.Context(), l)
	doc.Layers = []tiledLayer{describeTiledLayer(l)}
	doc.MediaTypes = []string{formatMVT.media}
	if box, ok := s.store.Extent(r.Context(), l); ok {
		doc.BoundingBox = &boundingBox{[2]float64{box.MinX, box.MinY}, [2]float64{box.MaxX, box.MaxY}, geo.CRS84.URI()}
	}
	template := to(r, layerPath(l.ID, "tiles", s.grid.ID)+"/{tileMatrix}/{tileRow}/{tileCol}", "item", formatMVT.media, "")
	template.Templated = true
	doc.Links = append(selfLinks(r, f, formatJSON, formatHTML), template,
		to(r, "/tileMatrixSets/"+s.grid.ID, relTilingScheme, formatJSON.media, ""),
		to(r, layerPath(l.ID), "http://www.opengis.net/def/rel/ogc/1.0/geodata", formatJSON.media, l.Label()))
	return s.writeJSON(w, r, f.media, doc)
}

func (s *Server) openTileset(r *http.Request) (*geo.Layer, format, error) {
	if _, err := params(r); err != nil {
		return nil, format{}, err
	}
	l, err := s.layer(r)
	if err == nil && !l.HasGeometry() {
		err = noTiles(l)
	}
	if err != nil {
		return nil, format{}, err
	}
	f, err := negotiate(r, formatJSON, formatHTML)
	return l, f, err
}

// tileset is what a list says of the tiles of a layer.
func (s *Server) tileset(l *geo.Layer) tileset {
	return tileset{Title: l.Label(), Description: l.Description, Keywords: l.Keywords, DataType: "vector",
		CRS: s.grid.CRS.URI(), TileMatrixSetURI: s.grid.URI, Attribution: attribution(l), Licence: l.Licence}
}

func describeTiledLayer(l *geo.Layer) tiledLayer {
	first, last := zoomIDs(l)
	out := tiledLayer{ID: l.ID, Title: l.Label(), DataType: "vector", MinMatrix: first, MaxMatrix: last,
		Properties: propertiesSchema{"object", map[string]propertySchema{}}}
	if d := l.Geometry.Dimension(); d >= 0 {
		out.Dimension = &d
	}
	for i := range l.Properties {
		p := &l.Properties[i]
		kind, format := jsonType(p.Kind)
		out.Properties.Properties[p.Name] = propertySchema{p.Title, p.Description, kind, format}
	}
	return out
}

// jsonType is how a kind of value is told in JSON Schema, as tiles hold it.
func jsonType(k geo.Kind) (kind, format string) {
	switch k {
	case geo.KindBool:
		return "boolean", ""
	case geo.KindInt:
		return "integer", ""
	case geo.KindReal, geo.KindFloat, geo.KindDecimal:
		return "number", ""
	case geo.KindDate:
		return "string", "date"
	case geo.KindTimestampTZ:
		return "string", "date-time"
	case geo.KindUUID:
		return "string", "uuid"
	}
	return "string", ""
}

// handleTileMatrixSets answers /tileMatrixSets.
func (s *Server) handleTileMatrixSets(w http.ResponseWriter, r *http.Request) error {
	if _, err := params(r); err != nil {
		return err
	}
	f, err := negotiate(r, formatJSON, formatHTML)
	if err != nil {
		return err
	}
	if f.f == formatHTML.f {
		return s.writePage(w, r, &web.TileMatrixSets{Base: s.page(r, formatJSON), Sets: []web.TileMatrixSet{webGrid(s.grid)}})
	}
	type item struct {
		ID    string `json:"id"`
		Title string `json:"title"`
		URI   string `json:"uri"`
		CRS   string `json:"crs"`
		Links []link `json:"links"`
	}
	return s.writeJSON(w, r, f.media, struct {
		Links []link `json:"links"`
		Sets  []item `json:"tileMatrixSets"`
	}{selfLinks(r, f, formatJSON, formatHTML), []item{{s.grid.ID, s.grid.Title, s.grid.URI, s.grid.CRS.URI(),
		[]link{to(r, "/tileMatrixSets/"+s.grid.ID, "self", formatJSON.media, "")}}}})
}

// handleTileMatrixSet answers /tileMatrixSets/{tileMatrixSetId}.
func (s *Server) handleTileMatrixSet(w http.ResponseWriter, r *http.Request) error {
	if _, err := params(r); err != nil {
		return err
	}
	grid, err := s.tileMatrixSet(r)
	if err != nil {
		return err
	}
	f, err := negotiate(r, formatJSON, formatHTML)
	if err != nil {
		return err
	}
	if f.f == formatHTML.f {
		return s.writePage(w, r, &web.TileMatrixSets{Base: s.page(r, formatJSON), Sets: []web.TileMatrixSet{webGrid(grid)}, Detail: true})
	}
	return s.writeJSON(w, r, f.media, grid)
}

func webGrid(grid *tile.TileMatrixSet) web.TileMatrixSet {
	out := web.TileMatrixSet{ID: grid.ID, Title: grid.Title, URI: grid.URI, CRS: grid.CRS}
	for _, m := range grid.Matrices {
		out.Matrices = append(out.Matrices, web.TileMatrix{ID: m.ID, ScaleDenominator: m.ScaleDenominator,
			CellSizeM: m.CellSize, Width: uint64(m.MatrixWidth), Height: uint64(m.MatrixHeight)})
	}
	return out
}
