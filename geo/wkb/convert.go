package wkb

import (
	"fmt"

	"github.com/paulmach/orb"

	"github.com/arpent-geo/arpent/geo"
)

// ToOrb returns a copy of g for orb, which draws: z and m are left out, and an
// empty point, which orb has not, is an empty MultiPoint.
func ToOrb(g *Geometry) (orb.Geometry, error) {
	switch g.Type {
	case geo.Point:
		if g.IsEmpty() {
			return orb.MultiPoint{}, nil
		}
		return orb.Point{g.Coords[0], g.Coords[1]}, nil
	case geo.MultiPoint:
		return orb.MultiPoint(orbPoints(g.Coords, g.Layout)), nil
	case geo.LineString:
		return orb.LineString(orbPoints(g.Coords, g.Layout)), nil
	case geo.MultiLineString:
		lines := make(orb.MultiLineString, len(g.Ends))
		for k := range lines {
			lines[k] = orbPoints(g.Line(k), g.Layout)
		}
		return lines, nil
	case geo.Polygon:
		return orbPolygon(g, 0, len(g.Ends)), nil
	case geo.MultiPolygon:
		polygons, first := make(orb.MultiPolygon, len(g.PolyEnds)), 0
		for k, end := range g.PolyEnds {
			polygons[k] = orbPolygon(g, first, end)
			first = end
		}
		return polygons, nil
	case geo.GeometryCollection:
		parts := make(orb.Collection, len(g.Parts))
		for k := range parts {
			var err error
			if parts[k], err = ToOrb(&g.Parts[k]); err != nil {
				return nil, err
			}
		}
		return parts, nil
	}
	return nil, fmt.Errorf("convert geometry of type %q to orb: %w", g.Type, geo.ErrInvalidInput)
}

func orbPoints(coords []float64, l Layout) []orb.Point {
	stride := l.Stride()
	points := make([]orb.Point, 0, len(coords)/stride)
	for ; len(coords) >= stride; coords = coords[stride:] {
		points = append(points, orb.Point{coords[0], coords[1]})
	}
	return points
}

func orbPolygon(g *Geometry, first, end int) orb.Polygon {
	rings := make(orb.Polygon, 0, end-first)
	for k := first; k < end; k++ {
		rings = append(rings, orbPoints(g.Line(k), g.Layout))
	}
	return rings
}

// FromOrb copies o into g, as XY without SRID; a Ring or a Bound is a Polygon.
func FromOrb(o orb.Geometry, g *Geometry) error {
	if o == nil {
		return fmt.Errorf("convert from orb: no geometry: %w", geo.ErrInvalidInput)
	}
	switch v := o.(type) {
	case orb.Ring:
		o = orb.Polygon{v}
	case orb.Bound:
		o = v.ToPolygon()
	}
	g.reset(geo.GeometryType(o.GeoJSONType()), XY)
	g.SRID = 0
	switch v := o.(type) {
	case orb.Point:
		g.Coords = append(g.Coords, v[0], v[1])
	case orb.MultiPoint:
		g.addOrb(v)
	case orb.LineString:
		g.addOrb(v)
	case orb.MultiLineString:
		for _, line := range v {
			g.addOrb(line)
			g.Ends = append(g.Ends, len(g.Coords)/2)
		}
	case orb.Polygon:
		g.addOrbRings(v)
	case orb.MultiPolygon:
		for _, polygon := range v {
			g.addOrbRings(polygon)
			g.PolyEnds = append(g.PolyEnds, len(g.Ends))
		}
	case orb.Collection:
		g.Parts = make([]Geometry, len(v))
		for k := range v {
			if err := FromOrb(v[k], &g.Parts[k]); err != nil {
				return err
			}
		}
	}
	return nil
}

func (g *Geometry) addOrb(points []orb.Point) {
	for _, p := range points {
		g.Coords = append(g.Coords, p[0], p[1])
	}
}

func (g *Geometry) addOrbRings(rings []orb.Ring) {
	for _, ring := range rings {
		g.addOrb(ring)
		g.Ends = append(g.Ends, len(g.Coords)/2)
	}
}
