package loaders

import (
	"slices"

	"github.com/arpent-geo/arpent/geo"
	"github.com/arpent-geo/arpent/geo/wkb"
)

// Multi returns the type of a collection of geometries of type t, or t itself
// when it is one already or has none.
func Multi(t geo.GeometryType) geo.GeometryType {
	switch t {
	case geo.Point:
		return geo.MultiPoint
	case geo.LineString:
		return geo.MultiLineString
	case geo.Polygon:
		return geo.MultiPolygon
	}
	return t
}

// Conform makes g, in place, what a column of type t with or without z holds:
// a single geometry becomes a collection of one where t is a Multi type, and
// a geometry without height gets 0. What cannot be made to fit stays as it is.
func Conform(g *wkb.Geometry, t geo.GeometryType, z bool) {
	if t != g.Type && t == Multi(g.Type) {
		switch vertices := len(g.Coords) / g.Layout.Stride(); {
		case len(g.Coords) == 0:
			g.Ends, g.PolyEnds = g.Ends[:0], g.PolyEnds[:0]
		case g.Type == geo.LineString:
			g.Ends = append(g.Ends[:0], vertices)
		case g.Type == geo.Polygon:
			g.PolyEnds = append(g.PolyEnds[:0], len(g.Ends))
		}
		g.Type = t
	}
	if z {
		addZ(g)
	}
}

func addZ(g *wkb.Geometry) {
	for i := range g.Parts {
		addZ(&g.Parts[i])
	}
	from := g.Layout.Stride()
	switch g.Layout {
	case wkb.XY:
		g.Layout = wkb.XYZ
	case wkb.XYM:
		g.Layout = wkb.XYZM
	default:
		return
	}
	n := len(g.Coords) / from
	g.Coords = slices.Grow(g.Coords, n)[:n*(from+1)]
	for i := n - 1; i >= 0; i-- { // from the end: vertices move towards it
		src := i * from
		dst := i * (from + 1)
		if from == 3 {
			g.Coords[dst+3] = g.Coords[src+2]
		}
		x, y := g.Coords[src], g.Coords[src+1]
		g.Coords[dst], g.Coords[dst+1], g.Coords[dst+2] = x, y, 0
	}
}
