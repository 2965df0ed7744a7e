// Package wkb reads and writes the binary forms of geometries: ISO WKB (OGC
// 06-103r4), EWKB of PostGIS and the GeoPackage blob (OGC 12-128r19, 2.1.3),
// as flat coordinates.
package wkb

import "github.com/arpent-geo/arpent/geo"

// Layout says which ordinates a vertex has.
type Layout uint8

// The layouts: x, y in the order of package geo; z in metres; m as it comes.
const (
	XY Layout = iota
	XYZ
	XYM
	XYZM
)

// Stride is the number of ordinates of a vertex.
func (l Layout) Stride() int {
	switch l {
	case XY:
		return 2
	case XYZM:
		return 4
	}
	return 3
}

// Geometry is a decoded geometry in flat slices, meant to be reused from one
// Decode to the next.
//
//	Point, MultiPoint        Coords only; an empty member of a MultiPoint is left out
//	LineString               Coords only
//	MultiLineString, Polygon Ends: index in vertices after each line or ring
//	MultiPolygon             Ends, and PolyEnds: index in Ends after each polygon
//	GeometryCollection       Parts only
//
// A geometry with no vertex is empty; an empty Point has no vertex.
type Geometry struct {
	Type     geo.GeometryType
	Layout   Layout
	SRID     int       // as an EWKB or GeoPackage header says; 0: not said
	Coords   []float64 // Layout.Stride() ordinates a vertex
	Ends     []int
	PolyEnds []int
	Parts    []Geometry
}
