package api

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/arpent-geo/arpent/geo"
	"github.com/arpent-geo/arpent/geo/tile"
)

// Tiles of several layers (20-057, dataset-tilesets): the parameter collections
// chooses them. Without it the server does: the first layers that have a place
// in the grid, as many as a tile may hold.

// handleDatasetTilesets answers /tiles.
func (s *Server) handleDatasetTilesets(w http.ResponseWriter, r *http.Request) error {
	f, err := openDataset(r)
	if err != nil {
		return err
	}
	list := []tileset{}
	for _, grid := range s.grids {
		layers, err := s.datasetLayers(r, grid)
		if err != nil {
			return err
		}
		if len(layers) > 0 {
			doc := s.datasetTileset(r, grid)
			for _, l := range layers {
				doc.Limits = tile.UnionLimits(doc.Limits, s.tileLimits(r.Context(), l, grid))
			}
			list = append(list, listed(r, doc, grid, "/tiles/"+grid.ID))
		}
	}
	return s.writeTilesets(w, r, list, f, formatJSON)
}

// handleDatasetTileset answers /tiles/{tileMatrixSetId}.
func (s *Server) handleDatasetTileset(w http.ResponseWriter, r *http.Request) error {
	f, err := openDataset(r)
	if err != nil {
		return err
	}
	grid, layers, err := s.gridAndLayers(r)
	if err != nil {
		return err
	}
	doc := s.datasetTileset(r, grid)
	chosen := url.Values{}
	if v := exchangeOf(r).query.Get("collections"); v != "" {
		chosen.Set("collections", v)
	}
	doc.Links = append(selfLinks(r, f, formatJSON), templateOf(to(r, "/tiles/"+grid.ID, "item", formatMVT.media, ""), chosen), toGrid(r, grid))
	for _, l := range layers {
		s.addLayer(r, &doc, grid, l)
	}
	return s.writeJSON(w, r, f.media, doc)
}

// handleDatasetTile answers /tiles/{tileMatrixSetId}/{tileMatrix}/{tileRow}/{tileCol}.
func (s *Server) handleDatasetTile(w http.ResponseWriter, r *http.Request) error {
	grid, layers, err := s.gridAndLayers(r)
	if err != nil {
		return err
	}
	req := tileRequest{grid: grid, dataset: true, matrix: r.PathValue("tileMatrix"), col: r.PathValue("tileCol"), row: r.PathValue("tileRow")}
	for _, l := range layers {
		req.ids = append(req.ids, l.ID)
	}
	return s.serveTile(w, r, req)
}

func openDataset(r *http.Request) (format, error) {
	if _, err := params(r, "collections"); err != nil {
		return format{}, err
	}
	return negotiate(r, formatJSON)
}

// gridAndLayers are the grid that the path names and the layers in its tiles,
// one at least.
func (s *Server) gridAndLayers(r *http.Request) (*tile.TileMatrixSet, []*geo.Layer, error) {
	grid, err := s.tileMatrixSet(r)
	if err != nil {
		return nil, nil, err
	}
	layers, err := s.datasetLayers(r, grid)
	if err == nil && len(layers) == 0 {
		err = noPlace(grid, "/tiles")
	}
	return grid, layers, err
}

// datasetLayers are the layers in the tiles of a grid.
func (s *Server) datasetLayers(r *http.Request, grid *tile.TileMatrixSet) ([]*geo.Layer, error) {
	chosen := exchangeOf(r).query.Has("collections")
	layers, err := s.store.Layers(r.Context())
	if chosen {
		layers, err = s.chosenLayers(r)
	}
	if err != nil {
		return nil, err
	}
	var out []*geo.Layer
	for _, l := range layers {
		if len(out) < maxTileLayers && l.HasGeometry() && len(s.tileLimits(r.Context(), l, grid)) > 0 {
			out = append(out, l)
		}
	}
	return out, nil
}

// chosenLayers reads collections: ids separated by commas, each layer once.
func (s *Server) chosenLayers(r *http.Request) ([]*geo.Layer, error) {
	names := strings.Split(exchangeOf(r).query.Get("collections"), ",")
	if len(names) > maxTileLayers {
		most := strconv.Itoa(maxTileLayers)
		return nil, geo.Invalid("collections", geo.Text{FR: "trop de couches dans une tuile", EN: "too many collections in a tile"},
			geo.Text{FR: "au plus " + most, EN: most + " at most"})
	}
	var layers []*geo.Layer
	for _, name := range names {
		l, err := s.layerNamed(r.Context(), name)
		if err == nil && !l.HasGeometry() {
			err = noTiles(l)
		}
		if err != nil {
			if p := problemOf(r.Context(), err); p.status == http.StatusNotFound {
				return nil, geo.Invalid("collections", p.err.Msg, p.err.Hint) // the address is right, its parameter is not
			}
			return nil, err
		}
		if !slices.Contains(layers, l) {
			layers = append(layers, l)
		}
	}
	return layers, nil
}

// datasetTileset is what a list says of the tiles of the site.
func (s *Server) datasetTileset(r *http.Request, grid *tile.TileMatrixSet) tileset {
	lang := exchangeOf(r).lang
	return tileset{Title: s.o.Title.In(lang), Description: s.o.Description.In(lang), DataType: "vector", CRS: grid.CRS.URI(), TileMatrixSetID: grid.ID, TileMatrixSetURI: grid.URI}
}
