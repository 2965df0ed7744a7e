package gpkg

import (
	"math"

	"github.com/peterstace/simplefeatures/geom"

	"github.com/arpent-geo/arpent/geo"
	"github.com/arpent-geo/arpent/geo/wkb"
)

// shape is a geometry ready to be related with others.
type shape struct {
	geom    geom.Geometry
	env     [4]float64 // minx, miny, maxx, maxy
	bounded bool       // false: empty
	valid   bool       // false: it cannot be read

	// Of a constant that is compared with many rows.
	prepared *geom.PreparedGeometry // nil: has no quicker test
}

// newConstant also makes an index of the edges. Collections have none: what is
// prepared for them would not be the union of their parts.
func newConstant(g *wkb.Geometry) *shape {
	s := newShape(g)
	if s.valid && s.bounded && g.Type != geo.GeometryCollection {
		if p, err := geom.Prepare(s.geom); err == nil {
			s.prepared = &p
		}
	}
	return s
}

func newShape(g *wkb.Geometry) *shape {
	s := &shape{}
	s.env[0], s.env[1], s.env[2], s.env[3], s.bounded = g.Bounds()
	var err error
	s.geom, err = geom.UnmarshalWKB(wkb.AppendWKB(nil, g), geom.NoValidate{})
	s.valid = err == nil
	return s
}

// spatialTest is a spatial predicate of a filter; a side that is not constant
// is nil.
type spatialTest struct {
	op          geo.SpatialOp
	left, right *shape
}

// holds computes the predicate for the blobs of a row; null when one of them
// is null or cannot be read. Envelopes that do not meet decide most rows.
func (s *spatialTest) holds(left, right any) (result, null bool) {
	a, b := s.left, s.right
	boxA, okA := boxOrBlob(a, left)
	boxB, okB := boxOrBlob(b, right)
	if okA && okB && (boxA[0] > boxB[2] || boxA[2] < boxB[0] || boxA[1] > boxB[3] || boxA[3] < boxB[1]) {
		return s.op == geo.SDisjoint, false
	}
	if a == nil {
		a = blobShape(left)
	}
	if b == nil {
		b = blobShape(right)
	}
	if a == nil || b == nil || !a.valid || !b.valid {
		return false, true
	}
	meets, err := meeting(a, b)
	switch {
	case err != nil:
		return false, true
	case meets == no:
		return s.op == geo.SDisjoint, false
	case meets == yes && (s.op == geo.SIntersects || s.op == geo.SDisjoint):
		return s.op == geo.SIntersects, false
	}
	result, err = relate(s.op, a, b)
	return result, err != nil
}

type answer uint8

const (
	unknown answer = iota
	no
	yes
)

// meeting says by the index of a constant whether two shapes that are not empty
// share a point.
func meeting(a, b *shape) (answer, error) {
	if a.prepared == nil {
		a, b = b, a
	}
	if a.prepared == nil || !b.bounded || b.geom.IsGeometryCollection() {
		return unknown, nil
	}
	meets, err := a.prepared.Intersects(b.geom)
	if meets {
		return yes, err
	}
	return no, err
}

// boxOrBlob returns the envelope of a constant, or of the head of a blob.
func boxOrBlob(known *shape, v any) (box [4]float64, ok bool) {
	if known != nil {
		return known.env, known.bounded
	}
	blob, _ := v.([]byte)
	h, err := wkb.ParseGPKGHeader(blob)
	if err != nil || h.Empty {
		return box, false
	}
	box[0], box[1], box[2], box[3], ok = h.Bounds()
	return box, ok
}

func blobShape(v any) *shape {
	blob, _ := v.([]byte)
	var g wkb.Geometry
	if _, err := wkb.DecodeGPKG(blob, &g); err != nil {
		return nil
	}
	return newShape(&g)
}

// relate is the predicate of OGC 06-103r4 on two geometries in one plane; a
// collection is the union of its parts.
func relate(op geo.SpatialOp, a, b *shape) (bool, error) {
	switch op {
	case geo.SIntersects:
		disjoint, err := geom.Disjoint(a.geom, b.geom)
		return !disjoint, err
	case geo.SEquals:
		return geom.Equals(a.geom, b.geom)
	case geo.SDisjoint:
		return geom.Disjoint(a.geom, b.geom)
	case geo.STouches:
		return geom.Touches(a.geom, b.geom)
	case geo.SWithin:
		return geom.Within(a.geom, b.geom)
	case geo.SOverlaps:
		return geom.Overlaps(a.geom, b.geom)
	case geo.SCrosses:
		return geom.Crosses(a.geom, b.geom)
	case geo.SContains:
		return geom.Contains(a.geom, b.geom)
	}
	return false, geo.ErrInvalidInput
}

// centroid returns the blob of the centroid of a blob; nil when it is empty or
// cannot be read.
func centroid(v any) any {
	s := blobShape(v)
	if s == nil || !s.valid || !s.bounded {
		return nil
	}
	xy, ok := s.geom.Centroid().XY()
	if !ok {
		return nil
	}
	return wkb.AppendGPKG(nil, &wkb.Geometry{Type: geo.Point, Coords: []float64{xy.X, xy.Y}}, 0)
}

// areaLength measures a geometry in its plane: the area of polygons, the
// length of lines and of the rings of polygons.
func areaLength(g *wkb.Geometry) (area, length float64) {
	for i := range g.Parts {
		a, n := areaLength(&g.Parts[i])
		area, length = area+a, length+n
	}
	switch g.Type {
	case geo.LineString:
		_, length = ring(g.Coords, g.Layout.Stride())
	case geo.MultiLineString, geo.Polygon, geo.MultiPolygon:
		first := polygonStarts(g)
		for k := range g.Ends {
			a, n := ring(g.Line(k), g.Layout.Stride())
			length += n
			switch {
			case g.Type == geo.MultiLineString:
			case first[k]:
				area += a
			default:
				area -= a
			}
		}
	}
	return area, length
}

// polygonStarts says which rings are exterior.
func polygonStarts(g *wkb.Geometry) map[int]bool {
	out := map[int]bool{0: true}
	for _, end := range g.PolyEnds {
		out[end] = true
	}
	return out
}

// ring returns the area inside a line, from its first vertex for the sake of
// precision, and its length.
func ring(c []float64, stride int) (area, length float64) {
	for i := 0; i+stride+1 < len(c); i += stride {
		x0, y0, x1, y1 := c[i], c[i+1], c[i+stride], c[i+stride+1]
		area += (x0-c[0])*(y1-c[1]) - (x1-c[0])*(y0-c[1])
		length += math.Hypot(x1-x0, y1-y0)
	}
	return math.Abs(area) / 2, length
}
