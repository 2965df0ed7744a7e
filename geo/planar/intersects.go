// Package planar holds the exact test that follows an index search: does a
// geometry meet a region. Edges are included, and sides are decided exactly,
// so that it answers as ST_Intersects of PostGIS does.
package planar

import (
	"github.com/arpent-geo/arpent/geo"
	"github.com/arpent-geo/arpent/geo/wkb"
)

// Intersects reports whether g shares a point with the closed region that ring
// bounds: flat x, y, closed, in the CRS of g. env is the envelope of the ring;
// rect says that the ring is exactly that rectangle, which is much cheaper. A
// polygon is its exterior ring less its holes. An empty geometry meets nothing.
func Intersects(g *wkb.Geometry, ring []float64, env geo.BBox, rect bool) bool {
	r := region{ring, env, rect}
	for i := range g.Parts {
		if Intersects(&g.Parts[i], ring, env, rect) {
			return true
		}
	}
	stride := g.Layout.Stride()
	switch g.Type {
	case geo.Point, geo.MultiPoint:
		for k := 0; k+1 < len(g.Coords); k += stride {
			if r.hasPoint(g.Coords[k], g.Coords[k+1]) {
				return true
			}
		}
	case geo.LineString:
		return r.meetsLine(g.Coords, stride)
	case geo.MultiLineString:
		start := 0
		for _, end := range g.Ends {
			if r.meetsLine(g.Coords[start*stride:end*stride], stride) {
				return true
			}
			start = end
		}
	case geo.Polygon:
		return r.meetsPolygon(g, 0, len(g.Ends))
	case geo.MultiPolygon:
		first := 0
		for _, last := range g.PolyEnds {
			if r.meetsPolygon(g, first, last) {
				return true
			}
			first = last
		}
	}
	return false
}

type region struct {
	ring []float64
	env  geo.BBox
	rect bool
}

func (r *region) hasPoint(x, y float64) bool {
	if x < r.env.MinX || x > r.env.MaxX || y < r.env.MinY || y > r.env.MaxY || x != x || y != y {
		return false
	}
	return r.rect || locate(x, y, r.ring, 2) != outside
}

// meetsLine tests each segment; a line of one vertex is a point.
func (r *region) meetsLine(coords []float64, stride int) bool {
	if len(coords) < stride {
		return false
	}
	if r.hasPoint(coords[0], coords[1]) {
		return true
	}
	for k := stride; k+1 < len(coords); k += stride {
		if r.meetsSegment(coords[k-stride], coords[k-stride+1], coords[k], coords[k+1]) {
			return true
		}
	}
	return false
}

// meetsSegment knows that the start of the segment is outside.
func (r *region) meetsSegment(ax, ay, bx, by float64) bool {
	e := &r.env
	if ax < e.MinX && bx < e.MinX || ax > e.MaxX && bx > e.MaxX || ay < e.MinY && by < e.MinY || ay > e.MaxY && by > e.MaxY {
		return false
	}
	if r.hasPoint(bx, by) {
		return true
	}
	if r.rect {
		// Neither end is inside and no side of the rectangle keeps both out: they
		// meet unless all four corners are on one side of the line.
		s := orient(ax, ay, bx, by, e.MinX, e.MinY)
		return s == 0 || orient(ax, ay, bx, by, e.MaxX, e.MinY) != s ||
			orient(ax, ay, bx, by, e.MaxX, e.MaxY) != s || orient(ax, ay, bx, by, e.MinX, e.MaxY) != s
	}
	for k := 2; k+1 < len(r.ring); k += 2 {
		if segmentsMeet(ax, ay, bx, by, r.ring[k-2], r.ring[k-1], r.ring[k], r.ring[k+1]) {
			return true
		}
	}
	return false
}

// meetsPolygon tests the rings first..last-1 of g. When no ring meets the
// region, the region is wholly inside or wholly outside: one of its points tells.
func (r *region) meetsPolygon(g *wkb.Geometry, first, last int) bool {
	stride := g.Layout.Stride()
	for k := first; k < last; k++ {
		if r.meetsLine(ringOf(g, k, stride), stride) {
			return true
		}
	}
	if first == last || len(r.ring) < 2 {
		return false
	}
	x, y := r.ring[0], r.ring[1]
	if locate(x, y, ringOf(g, first, stride), stride) == outside {
		return false
	}
	for k := first + 1; k < last; k++ {
		if locate(x, y, ringOf(g, k, stride), stride) == inside {
			return false
		}
	}
	return true
}

func ringOf(g *wkb.Geometry, k, stride int) []float64 {
	start := 0
	if k > 0 {
		start = g.Ends[k-1]
	}
	return g.Coords[start*stride : g.Ends[k]*stride]
}
