// Package tile makes vector tiles: the grids of tiles, and the engine that
// turns rows of any store into the bytes of a tile. A store only selects rows;
// projection, clip, rounding, cleaning and encoding are done here, so that the
// same rows give the same bytes whatever the store and the order they come in.
//
// Nothing is simplified but what the grid of the tile makes equal: points that
// repeat or lie on a straight line. Neighbours that share a border keep one
// border, as both sides go through the same rounding.
package tile

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/arpent-geo/arpent/geo"
	"github.com/arpent-geo/arpent/geo/crs"
	"github.com/arpent-geo/arpent/geo/mvt"
	"github.com/arpent-geo/arpent/geo/wkb"
)

// Options say what a tile is made of.
type Options struct {
	Layer      *geo.Layer
	Properties []int  // those of the rows, as in geo.TileQuery; nil: all
	Name       string // of the layer in the tile; empty: Layer.ID
	MaxBytes   int    // beyond it Add returns geo.ErrTooLarge; 0: 64 MiB
}

const defaultMaxBytes = 64 << 20

// Stats tell what became of the rows of a tile.
type Stats struct {
	Features   int // written; a collection counts once a dimension that it has in the tile
	Vertices   int // written
	Empty      int // rows without geometry, or with an empty one
	Outside    int // rows that the search found and that are not in tile and buffer
	Collapsed  int // rows that have no length or no area left on the grid of the tile
	Nowhere    int // rows with a vertex that is not a number, or that the grid's CRS has no place for
	Unreadable int // rows whose geometry Add returned an error for
}

// Builder makes one tile of one layer: Reset, Add for each row, Finish. It may
// then be Reset for another tile: its memory is kept, and in steady state a
// row allocates nothing. The zero Builder is ready for Reset.
//
// Not safe for concurrent use.
type Builder struct {
	opts  Options
	layer mvt.Layer
	stats Stats

	all     []int     // indexes of all properties
	keys    []mvt.Key // of the properties asked, in their order
	key     mvt.Key   // name of the key as a property
	withKey bool      // a row without id in the tile gets its key as a property

	transform *crs.Transform
	approx    *crs.Approx // in place of transform; nil when it would be too far off
	left, top float64     // corner of the tile in the CRS of the grid
	scaleX    float64     // tile units in a unit of the CRS
	scaleY    float64

	geometry wkb.Geometry
	clip     clipper
	shape    shaper
	points   []mvt.Point
	text     []byte
	met      bool // some part of the row is in tile and buffer
}

// NewBuilder returns a Builder that was Reset.
func NewBuilder(set *TileMatrixSet, id ID, o Options) (*Builder, error) {
	b := new(Builder)
	if err := b.Reset(set, id, o); err != nil {
		return nil, err
	}
	return b, nil
}

// maxFitError is how far, in tile units, the projection may be off (see
// crs.Transform.Fit). Beyond it the exact formulas are used.
const maxFitError = 0.02

// Reset makes b ready for a tile of a grid. It returns geo.ErrNotFound when
// the grid does not have the tile, geo.ErrUnsupportedCRS when the layer's CRS
// is not known to geo/crs, geo.ErrInvalidInput for a layer without geometry.
func (b *Builder) Reset(set *TileMatrixSet, id ID, o Options) error {
	if err := set.Check(id); err != nil {
		return err
	}
	if !o.Layer.HasGeometry() {
		return geo.Invalid(o.Layer.ID, geo.Text{FR: "cette couche n'a pas de géométrie", EN: "this layer has no geometry"},
			geo.Text{FR: "lisez ses éléments", EN: "read its items"})
	}
	t, err := crs.NewTransform(o.Layer.CRS, set.CRS)
	if err != nil {
		return fmt.Errorf("make tile %s of layer %s: %w", id, o.Layer.ID, err)
	}
	if o.Name == "" {
		o.Name = o.Layer.ID
	}
	if o.MaxBytes <= 0 {
		o.MaxBytes = defaultMaxBytes
	}
	b.opts, b.stats = o, Stats{}
	b.resetProjection(set, id, t)
	b.layer.Reset(o.Name, Extent)
	b.resetKeys()
	return nil
}

// resetProjection sets the way from the layer's CRS to tile units.
func (b *Builder) resetProjection(set *TileMatrixSet, id ID, t *crs.Transform) {
	box := set.BBox(id)
	b.left, b.top = box.MinX, box.MaxY
	b.scaleX, b.scaleY = Extent/(box.MaxX-box.MinX), Extent/(box.MaxY-box.MinY)
	b.transform, b.approx = t, nil
	if t == nil {
		return
	}
	source, err := crs.TransformBBox(set.SearchBox(id), b.opts.Layer.CRS)
	if err != nil || source.IsEmpty() {
		return // off the map of the layer's CRS: what is there goes the exact way
	}
	if fit, ok := t.Fit(source, maxFitError/math.Max(b.scaleX, b.scaleY)); ok {
		b.approx = fit
	}
}

// resetKeys numbers the property names. The key of the layer joins them when
// it is not one of them, for the rows whose key cannot be an id in the tile.
func (b *Builder) resetKeys() {
	l := b.opts.Layer
	b.keys = b.keys[:0]
	asked := b.opts.Properties
	if asked == nil {
		asked = b.all[:0]
		for i := range l.Properties {
			asked = append(asked, i)
		}
		b.all = asked
	}
	found := 0
	for _, i := range asked {
		name := l.Properties[i].Name
		b.keys = append(b.keys, b.layer.Key(name))
		if slices.Contains(l.Key, name) {
			found++
		}
	}
	b.withKey = l.IDKind != geo.IDNone && found < len(l.Key)
	if b.withKey {
		b.key = b.layer.Key(strings.Join(l.Key, ","))
	}
}

// Add adds a row, of which nothing is kept. A geometry that cannot be read is
// an error (geo.ErrInvalidInput) that leaves the row out and the builder fit
// for the next one; geo.ErrTooLarge means that the tile outgrew its limit.
func (b *Builder) Add(row *geo.Row) error {
	if len(row.WKB) == 0 {
		b.stats.Empty++
		return nil
	}
	if err := wkb.Decode(row.WKB, &b.geometry); err != nil {
		b.stats.Unreadable++
		return fmt.Errorf("add row %s to tile of layer %s: %w", row.ID, b.opts.Layer.ID, err)
	}
	if b.geometry.IsEmpty() {
		b.stats.Empty++
		return nil
	}
	if !b.project(&b.geometry) {
		b.stats.Nowhere++
		return nil
	}
	b.met = false
	written := false
	for dimension := mvt.Polygons; dimension >= mvt.Points; dimension-- {
		b.points = b.points[:0]
		b.draw(&b.geometry, dimension)
		b.layer.Points(b.points)
		if vertices := b.layer.Vertices(); vertices > 0 {
			b.end(row, dimension, !written)
			b.stats.Vertices += vertices
			written = true
		}
	}
	switch {
	case written:
	case b.met:
		b.stats.Collapsed++
	default:
		b.stats.Outside++
	}
	if size := b.layer.Size(); size > b.opts.MaxBytes {
		return fmt.Errorf("add row %s to tile of layer %s: %w: the tile holds over %d bytes",
			row.ID, b.opts.Layer.ID, geo.ErrTooLarge, b.opts.MaxBytes)
	}
	return nil
}

// end writes values and id beside the geometry that was drawn. Of a collection
// that has several dimensions in the tile only the highest has the id: ids are
// unique in a layer (MVT 2.1, 4.2).
func (b *Builder) end(row *geo.Row, dimension mvt.GeomType, first bool) {
	for i := range min(len(b.keys), len(row.Values)) {
		b.tag(b.keys[i], &row.Values[i])
	}
	f := mvt.Feature{Type: dimension, Rank: rank(row.ID), Text: row.ID.Text}
	id, ok := FeatureID(row.ID)
	if ok && first {
		f.ID, f.HasID = id, true
	}
	if !ok && b.withKey {
		switch row.ID.Kind {
		case geo.IDInt:
			b.layer.Int(b.key, row.ID.Int)
		case geo.IDText:
			b.tagText(b.key, row.ID.Text)
		}
	}
	if b.layer.End(f) {
		b.stats.Features++
	}
}

// Finish appends the tile to dst: nothing when no feature is in it. Tiles of
// several layers may be appended one after the other: that is a tile too.
func (b *Builder) Finish(dst []byte) ([]byte, Stats) {
	return b.layer.Append(dst), b.stats
}
