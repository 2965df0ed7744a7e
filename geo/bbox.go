package geo

import "math"

// BBox is a rectangle in CRS, both edges included. X is always easting or
// longitude, Y northing or latitude. In a geographic system MinX > MaxX means
// that the box crosses the antimeridian (RFC 7946, 5.2); Split cuts it there.
type BBox struct {
	CRS                    CRS
	MinX, MinY, MaxX, MaxY float64
}

// EmptyBBox is the box of nothing: it grows by Extend.
func EmptyBBox(c CRS) BBox {
	return BBox{c, math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)}
}

// IsEmpty reports whether the box holds no point. A box across the
// antimeridian is not empty: it has finite edges.
func (b BBox) IsEmpty() bool { return math.IsInf(b.MinX, 1) || b.MinY > b.MaxY }

// CrossesAntimeridian reports whether the box goes over 180°.
func (b BBox) CrossesAntimeridian() bool { return !b.IsEmpty() && b.MinX > b.MaxX }

// Split returns the box, or its two parts on either side of the antimeridian.
func (b BBox) Split() []BBox {
	if !b.CrossesAntimeridian() {
		return []BBox{b}
	}
	west, east := b, b
	west.MaxX, east.MinX = 180, -180
	return []BBox{west, east}
}

// Extend returns the box grown to hold the point x, y.
func (b BBox) Extend(x, y float64) BBox {
	b.MinX, b.MinY = math.Min(b.MinX, x), math.Min(b.MinY, y)
	b.MaxX, b.MaxY = math.Max(b.MaxX, x), math.Max(b.MaxY, y)
	return b
}

// Intersects reports whether two boxes of one system share a point, edges
// included. Boxes across the antimeridian must be split first.
func (b BBox) Intersects(o BBox) bool {
	return b.MinX <= o.MaxX && o.MinX <= b.MaxX && b.MinY <= o.MaxY && o.MinY <= b.MaxY
}

// Contains reports whether o lies inside b, edges included.
func (b BBox) Contains(o BBox) bool {
	return b.MinX <= o.MinX && o.MaxX <= b.MaxX && b.MinY <= o.MinY && o.MaxY <= b.MaxY
}
