package tile

import (
	"github.com/arpent-geo/arpent/geo"
	"github.com/arpent-geo/arpent/geo/mvt"
	"github.com/arpent-geo/arpent/geo/wkb"
)

// far is the farthest, in tile units, that a vertex may be: past the width of
// the world at zoom 24, and such that an edge from there is still cut within
// a thousandth of a unit. Poles and infinities are brought back to it.
const far = 1e12

// project takes a geometry to tile units (x right, y down from the upper left
// corner), flat and without z and m, in place. It returns false when some
// vertex is nowhere: it is NaN, or its projection is.
func (b *Builder) project(g *wkb.Geometry) bool {
	for i := range g.Parts {
		if !b.project(&g.Parts[i]) {
			return false
		}
	}
	stride := g.Layout.Stride()
	if b.approx != nil {
		b.approx.Flat(g.Coords, stride)
	} else {
		b.transform.Flat(g.Coords, stride)
	}
	n := 0
	for i := 0; i+1 < len(g.Coords); i += stride {
		x, y := (g.Coords[i]-b.left)*b.scaleX, (b.top-g.Coords[i+1])*b.scaleY
		if !(x > -far && x < far && y > -far && y < far) {
			x, y = max(-far, min(x, far)), max(-far, min(y, far)) // NaN stays
			if x != x || y != y {
				return false
			}
		}
		g.Coords[n], g.Coords[n+1] = x, y
		n += 2
	}
	g.Coords, g.Layout = g.Coords[:n], wkb.XY
	return true
}

// draw adds to the feature under way what a geometry has of one dimension in
// tile and buffer. Points are gathered in b.points.
func (b *Builder) draw(g *wkb.Geometry, dimension mvt.GeomType) {
	switch g.Type {
	case geo.GeometryCollection:
		for i := range g.Parts {
			b.draw(&g.Parts[i], dimension)
		}
	case geo.Point, geo.MultiPoint:
		if dimension == mvt.Points {
			b.drawPoints(g.Coords)
		}
	case geo.LineString:
		if dimension == mvt.Lines {
			b.drawLine(g.Coords)
		}
	case geo.MultiLineString:
		if dimension == mvt.Lines {
			start := 0
			for _, end := range g.Ends {
				b.drawLine(g.Coords[2*start : 2*end])
				start = end
			}
		}
	case geo.Polygon:
		if dimension == mvt.Polygons {
			b.drawPolygon(g.Coords, g.Ends, 0)
		}
	case geo.MultiPolygon:
		if dimension == mvt.Polygons {
			first, start := 0, 0
			for _, last := range g.PolyEnds {
				if last > first {
					b.drawPolygon(g.Coords, g.Ends[first:last], start)
					start = g.Ends[last-1]
				}
				first = last
			}
		}
	}
}

func (b *Builder) drawPoints(xy []float64) {
	for i := 0; i+1 < len(xy); i += 2 {
		if !clipBox.contains(rect{xy[i], xy[i+1], xy[i], xy[i+1]}) {
			continue
		}
		b.met = true
		b.points = quantise(b.points, xy[i:i+2])
		if n := len(b.points); n > 1 && b.points[n-1] == b.points[n-2] {
			b.points = b.points[:n-1]
		}
	}
}

func (b *Builder) drawLine(xy []float64) {
	if len(xy) < 4 {
		return
	}
	box := bounds(xy)
	if !clipBox.meets(box) {
		return
	}
	if clipBox.contains(box) {
		b.writeLine(xy)
		return
	}
	c := &b.clip
	c.in.reset()
	c.in.xy = append(c.in.xy, xy...)
	c.in.end(false)
	c.lines(clipBox)
	start := 0
	for _, end := range c.in.ends {
		b.writeLine(c.in.xy[2*start : 2*end])
		start = end
	}
}

func (b *Builder) writeLine(xy []float64) {
	b.met = true
	b.points = straightenLine(quantise(b.points[:0], xy))
	b.layer.Line(b.points)
	b.points = b.points[:0]
}

// drawPolygon takes the rings that end at ends, the first of which begins at
// vertex start: the exterior ring, then its holes.
func (b *Builder) drawPolygon(xy []float64, ends []int, start int) {
	if len(ends) == 0 || ends[0] == start {
		return
	}
	box := bounds(xy[2*start : 2*ends[0]]) // holes are inside
	if !clipBox.meets(box) {
		return
	}
	rings := &b.clip.in
	rings.reset()
	for i, end := range ends {
		rings.addRing(xy[2*start:2*end], i > 0)
		start = end
	}
	if !clipBox.contains(box) {
		b.clip.polygon(clipBox)
	}
	b.met = b.met || len(rings.ends) > 0
	b.shape.reset()
	start = 0
	for i, end := range rings.ends {
		b.shape.add(rings.xy[2*start:2*end], rings.hole[i])
		start = end
	}
	b.shape.write(&b.layer)
}
