package api

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/arpent-geo/arpent/geo"
	"github.com/arpent-geo/arpent/geo/tile"
)

// tileParams are the parameters of tiles beside the names of properties; v is
// the version of the data that TileJSON puts in the address of tiles.
var tileParams = []string{"datetime", "filter", "filter-lang", "filter-crs", "properties", "f", "lang", "v"}

// neutralParams are those that make no difference to the bytes of a tile.
var neutralParams = []string{"f", "lang", "v"}

// handleTile answers …/tiles/{tileMatrixSetId}/{tileMatrix}/{tileRow}/{tileCol}.
func (s *Server) handleTile(w http.ResponseWriter, r *http.Request) error {
	grid, err := s.tileMatrixSet(r)
	if err != nil {
		return err
	}
	return s.serveTile(w, r, tileRequest{grid: grid, ids: []string{r.PathValue("collectionId")},
		matrix: r.PathValue("tileMatrix"), col: r.PathValue("tileCol"), row: r.PathValue("tileRow")})
}

// tileMatrixSet returns the grid that the path names.
func (s *Server) tileMatrixSet(r *http.Request) (*tile.TileMatrixSet, error) {
	id := r.PathValue("tileMatrixSetId")
	for _, grid := range s.grids {
		if grid.ID == id {
			return grid, nil
		}
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

// tileRequest is the tile that an address names.
type tileRequest struct {
	grid             *tile.TileMatrixSet
	ids              []string // of the layers in it
	matrix, col, row string
	named            bool // the layers are named in the tile as in the address
	lenient          bool // the address is one of web maps, see xyz.go
	dataset          bool // the address is one of several layers, see datasettiles.go
}

// tilePart is one layer of a tile.
type tilePart struct {
	query   geo.TileQuery
	version geo.Version
	name    string        // in the tile; empty: the id of the layer
	key     string        // of the parameters that decide of what is in the tile
	limits  []tile.Limits // of the layer
}

func (s *Server) serveTile(w http.ResponseWriter, r *http.Request, req tileRequest) error {
	var parts []tilePart
	var limits []tile.Limits
	var id tile.ID
	for _, name := range req.ids {
		p, at, err := s.tilePart(r, req, name)
		if err != nil {
			return err
		}
		parts, id = append(parts, p), at
		limits = tile.UnionLimits(limits, p.limits)
	}
	exists := within(limits, id)
	if tolerated := req.lenient && hasZoom(parts, id); !exists && !tolerated {
		return req.outsideLimits(id)
	}
	if _, err := negotiate(r, formatMVT); err != nil {
		return err
	}
	w.Header().Set("Vary", "Accept-Encoding") // neither language nor format make a difference: caches need one copy
	version, keys := together(parts)
	if s.setCaching(w, r, parts[0].query.Layer, version, append(keys, "mvt", req.grid.ID, id.String())...) {
		return nil
	}
	if v := exchangeOf(r).query.Get("v"); v != "" && v == version.Tag {
		w.Header().Set("Cache-Control", "public, max-age=31536000, immutable") // other data have another address
	}
	var made []*madeTile
	for _, p := range parts {
		if !within(p.limits, id) {
			continue // nothing is there
		}
		one, err := s.tiles.do(r.Context(), strings.Join([]string{layerShape(p.query.Layer), p.version.Tag, req.grid.ID, id.String(), p.name, p.key}, " "), s.o.RequestTimeout,
			func(ctx context.Context) (*madeTile, error) { return s.makeTile(ctx, req.grid, id, p) })
		if err != nil {
			return err
		}
		made = append(made, one)
	}
	if !exists {
		w.WriteHeader(http.StatusNoContent)
		return nil
	}
	all, err := s.joined(made)
	if err != nil {
		return err
	}
	return writeTile(s.newAnswer(w, r, formatMVT.media), all)
}

// together is the version of the data of several layers, none when one of them
// is not tracked, and what else decides of a tile of them.
func together(parts []tilePart) (geo.Version, []string) {
	var tags, keys []string
	for _, p := range parts {
		keys = append(keys, layerShape(p.query.Layer), p.name, p.key)
		tags = append(tags, p.version.Tag)
	}
	if slices.Contains(tags, "") {
		return geo.Version{}, keys
	}
	return geo.Version{Tag: strings.Join(tags, ".")}, keys
}

// joined is one tile of several: a tile is a list of layers, and so is one
// after the other.
func (s *Server) joined(made []*madeTile) (*madeTile, error) {
	if len(made) == 1 {
		return made[0], nil
	}
	var body []byte
	for _, m := range made {
		body = append(body, m.body...)
	}
	return s.madeOf(body)
}

func (s *Server) madeOf(body []byte) (*madeTile, error) {
	made := &madeTile{body: body, tag: etag("mvt", string(body))}
	var err error
	if len(body) >= minGzip {
		made.zipped, err = s.gzipped(body, tileGzipLevel)
	}
	return made, err
}

// tilePart reads what an address asks of one of its layers.
func (s *Server) tilePart(r *http.Request, req tileRequest, name string) (p tilePart, id tile.ID, err error) {
	l, err := s.layerNamed(r.Context(), name)
	if err != nil {
		return p, id, err
	}
	if p.version, err = s.store.Version(r.Context(), l); err != nil {
		return p, id, err
	}
	p.query.Layer = l
	if req.named {
		p.name = name
	}
	values := exchangeOf(r).query
	if req.lenient {
		values = knownValues(values, l)
	}
	if req.dataset {
		values = exchangeOf(r).with(map[string]string{"collections": ""})
	}
	if id, err = s.parseTile(values, &p.query, req); err != nil {
		return p, id, err
	}
	p.key = tileKey(values)
	p.limits = s.tileLimits(r.Context(), l, req.grid)
	return p, id, nil
}

// parseTile reads which tile of a layer is asked, and of which rows.
func (s *Server) parseTile(values url.Values, q *geo.TileQuery, req tileRequest) (id tile.ID, err error) {
	if !q.Layer.HasGeometry() {
		return id, noTiles(q.Layer)
	}
	if id, err = req.grid.Parse(req.matrix, req.col, req.row); err != nil {
		return id, err
	}
	if q.Filter, err = parseRows(values, q.Layer, tileParams); err != nil {
		return id, err
	}
	what, err := parseSelection(values, q.Layer)
	if err != nil {
		return id, err
	}
	q.Properties = what.properties
	q.BBox = req.grid.SearchBox(id)
	return id, nil
}

func within(limits []tile.Limits, id tile.ID) bool {
	return slices.ContainsFunc(limits, func(zoom tile.Limits) bool { return zoom.Contains(id) })
}

// hasZoom reports whether one of the layers is drawn at the zoom of a tile of
// WebMercatorQuad.
func hasZoom(parts []tilePart, id tile.ID) bool {
	return slices.ContainsFunc(parts, func(p tilePart) bool {
		first, last := p.query.Layer.Zooms()
		return id.Z >= first && id.Z <= last
	})
}

// outsideLimits refuses a tile that does not exist.
func (req *tileRequest) outsideLimits(id tile.ID) error {
	path := "/tiles/" + req.grid.ID
	if !req.dataset {
		path = layerPath(req.ids[0], "tiles", req.grid.ID)
	}
	return newProblem(http.StatusNotFound, id.String(),
		geo.Text{FR: "cette tuile est hors des limites de la couche", EN: "this tile is outside of the limits of the layer"},
		geo.Text{FR: "les limites sont dans " + path, EN: "the limits are in " + path})
}

func noTiles(l *geo.Layer) error {
	return newProblem(http.StatusNotFound, "collectionId",
		geo.Text{FR: "cette couche n'a pas de géométrie, donc pas de tuiles", EN: "this collection has no geometry, hence no tiles"},
		geo.Text{FR: "lisez ses éléments dans " + layerPath(l.ID, "items"), EN: "read its items in " + layerPath(l.ID, "items")})
}

// tileKey names the parameters that decide of what is in a tile.
func tileKey(values url.Values) string {
	set := url.Values{}
	for name, v := range values {
		if !slices.Contains(neutralParams, name) {
			set[name] = v
		}
	}
	return set.Encode()
}

// makeTile reads the rows of a tile and encodes them. A row whose geometry
// cannot be read is left out and logged; any other error is one of the tile.
func (s *Server) makeTile(ctx context.Context, grid *tile.TileMatrixSet, id tile.ID, p tilePart) (*madeTile, error) {
	q := p.query
	b, ok := s.builders.Get().(*tile.Builder)
	if !ok {
		b = new(tile.Builder)
	}
	defer s.builders.Put(b)
	if err := b.Reset(grid, id, tile.Options{Layer: q.Layer, Properties: q.Properties, Name: p.name}); err != nil {
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
	return s.madeOf(body)
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
