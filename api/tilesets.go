package api

import (
	"net/http"
	"net/url"

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
	TileMatrixSetID  string        `json:"tileMatrixSetId"`            // not in OGC 17-083r4: the official suite reads it
	TileMatrixSetURI string        `json:"tileMatrixSetURI,omitempty"` // for a registered grid; a link leads to it in any case
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
	var ids []string
	list := []tileset{}
	for _, grid := range s.grids {
		if limits := s.tileLimits(r.Context(), l, grid); len(limits) > 0 {
			ids = append(ids, grid.ID)
			doc := s.tileset(l, grid)
			doc.Limits = limits
			list = append(list, listed(r, doc, grid, layerPath(l.ID, "tiles", grid.ID)))
		}
	}
	if f.f == formatHTML.f {
		return s.writePage(w, r, &web.Tilesets{Base: s.page(r, formatJSON), Summary: s.summary(r.Context(), l), Grids: ids})
	}
	return s.writeTilesets(w, r, list, f, formatJSON, formatHTML)
}

// listed adds the links that a tileset has in a list.
func listed(r *http.Request, doc tileset, grid *tile.TileMatrixSet, path string) tileset {
	doc.Links = []link{to(r, path, "self", formatJSON.media, ""), toGrid(r, grid), templateOf(to(r, path, "item", formatMVT.media, ""), nil)}
	return doc
}

func toGrid(r *http.Request, grid *tile.TileMatrixSet) link {
	return to(r, "/tileMatrixSets/"+grid.ID, relTilingScheme, formatJSON.media, grid.Title)
}

func (s *Server) writeTilesets(w http.ResponseWriter, r *http.Request, list []tileset, f format, all ...format) error {
	return s.writeJSON(w, r, f.media, struct {
		Links    []link    `json:"links"`
		Tilesets []tileset `json:"tilesets"`
	}{selfLinks(r, f, all...), list})
}

// handleTileset answers /collections/{collectionId}/tiles/{tileMatrixSetId}.
func (s *Server) handleTileset(w http.ResponseWriter, r *http.Request) error {
	l, f, err := s.openTileset(r)
	if err != nil {
		return err
	}
	grid, err := s.tileMatrixSet(r)
	if err != nil {
		return err
	}
	limits := s.tileLimits(r.Context(), l, grid)
	if len(limits) == 0 {
		return noPlace(grid, layerPath(l.ID, "tiles"))
	}
	if f.f == formatHTML.f {
		return s.writePage(w, r, &web.Tilesets{Base: s.page(r, formatJSON), Summary: s.summary(r.Context(), l), TMS: grid.ID,
			First: limits[0].TileMatrix, Last: limits[len(limits)-1].TileMatrix})
	}
	doc := s.tileset(l, grid)
	doc.Links = append(selfLinks(r, f, formatJSON, formatHTML), templateOf(to(r, layerPath(l.ID, "tiles", grid.ID), "item", formatMVT.media, ""), nil), toGrid(r, grid))
	s.addLayer(r, &doc, grid, l)
	return s.writeJSON(w, r, f.media, doc)
}

// templateOf makes the link to the tiles of a tileset out of that to itself.
func templateOf(l link, q url.Values) link {
	l.Href += "/{tileMatrix}/{tileRow}/{tileCol}"
	if len(q) > 0 {
		l.Href += "?" + q.Encode()
	}
	l.Templated = true
	return l
}

// addLayer tells in a tileset what a layer puts in its tiles.
func (s *Server) addLayer(r *http.Request, doc *tileset, grid *tile.TileMatrixSet, l *geo.Layer) {
	limits := s.tileLimits(r.Context(), l, grid)
	if len(limits) == 0 {
		return
	}
	doc.Limits = tile.UnionLimits(doc.Limits, limits)
	doc.Layers = append(doc.Layers, describeTiledLayer(l, limits))
	doc.MediaTypes = []string{formatMVT.media}
	doc.Links = append(doc.Links, to(r, layerPath(l.ID), "http://www.opengis.net/def/rel/ogc/1.0/geodata", formatJSON.media, l.Label()))
	if box, ok := s.store.Extent(r.Context(), l); ok {
		doc.BoundingBox = doc.BoundingBox.with(box)
	}
}

// with is the box of b and another; nil is no box. Of several, one that crosses
// the antimeridian goes around the world.
func (b *boundingBox) with(box geo.BBox) *boundingBox {
	if b == nil {
		return &boundingBox{[2]float64{box.MinX, box.MinY}, [2]float64{box.MaxX, box.MaxY}, geo.CRS84.URI()}
	}
	west, east := min(b.LowerLeft[0], box.MinX), max(b.UpperRight[0], box.MaxX)
	if box.CrossesAntimeridian() || b.LowerLeft[0] > b.UpperRight[0] {
		west, east = -180, 180
	}
	return &boundingBox{[2]float64{west, min(b.LowerLeft[1], box.MinY)}, [2]float64{east, max(b.UpperRight[1], box.MaxY)}, b.CRS}
}

// noPlace refuses a grid that is made for another place.
func noPlace(grid *tile.TileMatrixSet, path string) error {
	return newProblem(http.StatusNotFound, "tileMatrixSetId",
		geo.Text{FR: "ces données n'ont pas de place dans la grille " + grid.ID, EN: "these data have no place in tile matrix set " + grid.ID},
		geo.Text{FR: "les jeux de tuiles sont dans " + path, EN: "the tilesets are in " + path})
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
func (s *Server) tileset(l *geo.Layer, grid *tile.TileMatrixSet) tileset {
	return tileset{Title: l.Label(), Description: l.Description, Keywords: l.Keywords, DataType: "vector",
		CRS: grid.CRS.URI(), TileMatrixSetID: grid.ID, TileMatrixSetURI: grid.URI, Attribution: attribution(l), Licence: l.Licence}
}

func describeTiledLayer(l *geo.Layer, limits []tile.Limits) tiledLayer {
	out := tiledLayer{ID: l.ID, Title: l.Label(), DataType: "vector", MinMatrix: limits[0].TileMatrix, MaxMatrix: limits[len(limits)-1].TileMatrix,
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
		page := &web.TileMatrixSets{Base: s.page(r, formatJSON)}
		for _, grid := range s.grids {
			page.Sets = append(page.Sets, webGrid(grid))
		}
		return s.writePage(w, r, page)
	}
	type item struct {
		ID    string `json:"id"`
		Title string `json:"title"`
		URI   string `json:"uri,omitempty"`
		CRS   string `json:"crs"`
		Links []link `json:"links"`
	}
	doc := struct {
		Links []link `json:"links"`
		Sets  []item `json:"tileMatrixSets"`
	}{Links: selfLinks(r, f, formatJSON, formatHTML)}
	for _, grid := range s.grids {
		doc.Sets = append(doc.Sets, item{grid.ID, grid.Title, grid.URI, grid.CRS.URI(),
			[]link{to(r, "/tileMatrixSets/"+grid.ID, "self", formatJSON.media, "")}})
	}
	return s.writeJSON(w, r, f.media, doc)
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
