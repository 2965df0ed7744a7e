package api

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"

	"github.com/arpent-geo/arpent/geo"
	"github.com/arpent-geo/arpent/geo/crs"
	"github.com/arpent-geo/arpent/geo/tile"
)

// tileParams are the parameters of tiles beside the names of properties; v is
// the version of the data that TileJSON puts in the address of tiles.
var tileParams = []string{"datetime", "properties", "f", "lang", "v"}

// neutralParams are those that make no difference to the bytes of a tile.
var neutralParams = []string{"f", "lang", "v"}

// handleTile answers …/tiles/{tileMatrixSetId}/{tileMatrix}/{tileRow}/{tileCol}.
func (s *Server) handleTile(w http.ResponseWriter, r *http.Request) error {
	if _, err := s.tileMatrixSet(r); err != nil {
		return err
	}
	return s.serveTile(w, r, s.tileLimits, r.PathValue("tileMatrix"), r.PathValue("tileCol"), r.PathValue("tileRow"))
}

// handleXYZ answers /xyz/{collectionId}/{z}/{x}/{y}.mvt. Clients of these
// addresses know no limits but zooms: around the data tiles are empty, not errors.
func (s *Server) handleXYZ(w http.ResponseWriter, r *http.Request) error {
	return s.serveTile(w, r, s.zoomLimits, r.PathValue("z"), r.PathValue("x"), r.PathValue("y"))
}

// tileMatrixSet returns the grid that the path names.
func (s *Server) tileMatrixSet(r *http.Request) (*tile.TileMatrixSet, error) {
	id := r.PathValue("tileMatrixSetId")
	if id == s.grid.ID {
		return s.grid, nil
	}
	return nil, newProblem(http.StatusNotFound, "tileMatrixSetId",
		geo.Text{FR: "la grille " + quotedFR(id) + " n'existe pas", EN: "there is no tile matrix set " + quoted(id)},
		geo.Text{FR: "la liste est dans /tileMatrixSets", EN: "the list is in /tileMatrixSets"})
}

// madeTile is a tile as it is sent.
type madeTile struct {
	body   []byte
	zipped []byte // gzip of body; nil when it is not worth it
	tag    string // ETag made of body
}

// limitsOf tells which tiles of a layer exist.
type limitsOf func(context.Context, *geo.Layer) []tile.Limits

func (s *Server) serveTile(w http.ResponseWriter, r *http.Request, limits limitsOf, matrix, col, row string) error {
	l, version, err := s.layerAndVersion(r)
	if err != nil {
		return err
	}
	q := geo.TileQuery{Layer: l}
	id, err := s.parseTile(r, &q, matrix, col, row)
	if err != nil {
		return err
	}
	if err := s.checkLimits(l, id, limits(r.Context(), l)); err != nil {
		return err
	}
	if _, err := negotiate(r, formatMVT); err != nil {
		return err
	}
	w.Header().Set("Vary", "Accept-Encoding") // neither language nor format make a difference: caches need one copy
	key := id.String() + " " + exchangeOf(r).filterKey(neutralParams)
	if s.setCaching(w, r, l, version, "mvt", key) {
		return nil
	}
	if v := exchangeOf(r).query.Get("v"); v != "" && v == version.Tag {
		w.Header().Set("Cache-Control", "public, max-age=31536000, immutable") // other data have another address
	}
	made, err := s.tiles.do(r.Context(), layerShape(l)+" "+version.Tag+" "+key, s.o.RequestTimeout,
		func(ctx context.Context) (*madeTile, error) { return s.makeTile(ctx, id, q) })
	if err != nil {
		return err
	}
	return writeTile(s.newAnswer(w, r, formatMVT.media), made)
}

// parseTile reads which tile of a layer is asked, and of which rows.
func (s *Server) parseTile(r *http.Request, q *geo.TileQuery, matrix, col, row string) (id tile.ID, err error) {
	values := exchangeOf(r).query
	if !q.Layer.HasGeometry() {
		return id, noTiles(q.Layer)
	}
	if id, err = s.grid.Parse(matrix, col, row); err != nil {
		return id, err
	}
	if err := checkDatetime(values); err != nil {
		return id, err
	}
	if q.Filter, err = parseFilter(values, q.Layer, tileParams); err != nil {
		return id, err
	}
	what, err := parseSelection(values, q.Layer)
	if err != nil {
		return id, err
	}
	q.Properties = what.properties
	q.BBox = s.grid.SearchBox(id)
	return id, nil
}

// checkLimits refuses a tile outside of the limits: it does not exist.
func (s *Server) checkLimits(l *geo.Layer, id tile.ID, limits []tile.Limits) error {
	for _, zoom := range limits {
		if zoom.Contains(id) {
			return nil
		}
	}
	path := layerPath(l.ID, "tiles", s.grid.ID)
	return newProblem(http.StatusNotFound, id.String(),
		geo.Text{FR: "cette tuile est hors des limites de la couche", EN: "this tile is outside of the limits of the layer"},
		geo.Text{FR: "les limites sont dans " + path, EN: "the limits are in " + path})
}

func noTiles(l *geo.Layer) error {
	return newProblem(http.StatusNotFound, "collectionId",
		geo.Text{FR: "cette couche n'a pas de géométrie, donc pas de tuiles", EN: "this collection has no geometry, hence no tiles"},
		geo.Text{FR: "lisez ses éléments dans " + layerPath(l.ID, "items"), EN: "read its items in " + layerPath(l.ID, "items")})
}

// tileLimits are the tiles of a layer, by zoom: those that its extent touches,
// all while the extent is not known.
func (s *Server) tileLimits(ctx context.Context, l *geo.Layer) []tile.Limits {
	world := s.grid.BBox(tile.ID{})
	box := world
	if e, ok := s.store.Extent(ctx, l); ok {
		// Over the antimeridian the box has a part at both ends of the grid.
		if b, err := crs.TransformBBox(e, s.grid.CRS); err == nil && !b.IsEmpty() && b.MinX <= b.MaxX {
			box = b
		}
	}
	first, last := l.Zooms()
	return s.grid.Limits(box, first, last)
}

// zoomLimits are the tiles of the zooms of a layer, all over the grid.
func (s *Server) zoomLimits(_ context.Context, l *geo.Layer) []tile.Limits {
	first, last := l.Zooms()
	return s.grid.Limits(s.grid.BBox(tile.ID{}), first, last)
}

// filterKey names the parameters of a request that decide of what is in a tile.
func (x *exchange) filterKey(except []string) string {
	set := url.Values{}
	for name, v := range x.query {
		set[name] = v
	}
	for _, name := range except {
		delete(set, name)
	}
	return set.Encode()
}

// makeTile reads the rows of a tile and encodes them. A row whose geometry
// cannot be read is left out and logged; any other error is one of the tile.
func (s *Server) makeTile(ctx context.Context, id tile.ID, q geo.TileQuery) (*madeTile, error) {
	b, ok := s.builders.Get().(*tile.Builder)
	if !ok {
		b = new(tile.Builder)
	}
	defer s.builders.Put(b)
	if err := b.Reset(s.grid, id, tile.Options{Layer: q.Layer, Properties: q.Properties}); err != nil {
		return nil, err
	}
	var unreadable error
	for row, err := range s.store.TileRows(ctx, q) {
		if err != nil {
			return nil, fmt.Errorf("read tile %s of layer %s: %w", id, q.Layer.ID, err)
		}
		switch err := b.Add(&row); {
		case err == nil:
		case errors.Is(err, geo.ErrTooLarge):
			return nil, err
		case unreadable == nil:
			unreadable = err
		}
	}
	body, stats := b.Finish(nil)
	if unreadable != nil {
		s.metrics.leftOut.Add(float64(stats.Unreadable))
		s.o.Logger.WarnContext(ctx, "rows left out of a tile", "tile", id.String(), "layer", q.Layer.ID, "rows", stats.Unreadable, "first", unreadable)
	}
	made := &madeTile{body: body, tag: etag("mvt", string(body))}
	var err error
	if len(body) >= minGzip {
		made.zipped, err = s.gzipped(body, tileGzipLevel)
	}
	return made, err
}

// writeTile sends a tile. An empty one is a 200 without bytes: inside the
// declared limits a tile exists (20-057, 7.1.4).
func writeTile(a *answer, made *madeTile) error {
	defer a.release()
	h := a.w.Header()
	if h.Get("ETag") == "" {
		h.Set("ETag", made.tag)
		if matchesETag(a.r, made.tag) {
			notModified(a.w)
			return nil
		}
	}
	body := made.body
	if made.zipped != nil && acceptsGzip(a.r) {
		body = made.zipped
		h.Set("Content-Encoding", "gzip")
	}
	return a.sendWhole(http.StatusOK, body)
}
