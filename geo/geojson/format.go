package geojson

import (
	"fmt"

	"github.com/arpent-geo/arpent/geo"
	"github.com/arpent-geo/arpent/geo/crs"
	"github.com/arpent-geo/arpent/geo/wkb"
)

// Decimals written: a centimetre for degrees (1.1 cm at the equator), a
// millimetre for metres. Heights have three in any case.
const (
	DecimalsDegrees = 7
	DecimalsMetres  = 3
	maxDecimals     = 12
)

// Format says how geometries are written. The zero value writes coordinates
// as they are, x then y, with seven decimals. Safe for concurrent use as long
// as no field changes.
type Format struct {
	Transform *crs.Transform // from the system of the rows to that of the answer; nil: the same
	Swap      bool           // write y before x: the authority's order where latitude or northing comes first
	Decimals  int            // 1 to 12 decimals of x and y; 0: seven
}

// NewFormat returns the format for rows in from, answered in to. Errors:
// geo.ErrUnsupportedCRS.
func NewFormat(from geo.CRS, to crs.Ref) (Format, error) {
	system, err := crs.Lookup(to.CRS)
	if err != nil {
		return Format{}, err
	}
	var t *crs.Transform
	if from != to.CRS {
		if t, err = crs.NewTransform(from, to.CRS); err != nil {
			return Format{}, err
		}
	}
	f := Format{Transform: t, Swap: to.Swapped(), Decimals: DecimalsMetres}
	if system.Geographic {
		f.Decimals = DecimalsDegrees
	}
	return f, nil
}

// AppendGeometry appends the geometry in data (ISO WKB or EWKB) as a GeoJSON
// object, or null when data is nil. Exterior rings run counter-clockwise and
// holes clockwise, as drawn in x, y (RFC 7946, 3.1.6); z is kept, m dropped;
// an empty geometry has no coordinates. A geometry with x or y that is not a
// finite number, after the transformation, is null. scratch is overwritten.
// On error dst is returned as it was.
func (f *Format) AppendGeometry(dst, data []byte, scratch *wkb.Geometry) ([]byte, error) {
	dst, _, err := f.appendGeometry(dst, data, scratch)
	return dst, err
}

// appendGeometry also returns the bounds of what it wrote.
func (f *Format) appendGeometry(dst, data []byte, g *wkb.Geometry) ([]byte, bounds, error) {
	if data == nil {
		return append(dst, "null"...), emptyBounds(), nil
	}
	// Decoding to flat coordinates first costs 5 % of the whole and leaves one
	// way for transformed and plain geometries.
	if err := wkb.Decode(data, g); err != nil {
		return dst, emptyBounds(), fmt.Errorf("write geometry: %w", err)
	}
	if f.Transform != nil {
		g.Transform(f.Transform)
	}
	b := emptyBounds()
	if !b.add(g) {
		return append(dst, "null"...), emptyBounds(), nil
	}
	w := f.writer(dst)
	w.geometry(g)
	return w.dst, b, nil
}

// bounds is a box in x, y that grows.
type bounds struct{ minx, miny, maxx, maxy float64 }

// add grows b to hold g; false when an x or y of it is not a finite number.
func (b *bounds) add(g *wkb.Geometry) bool {
	stride := g.Layout.Stride()
	minx, miny, maxx, maxy := b.minx, b.miny, b.maxx, b.maxy
	bad := 0.0 // becomes NaN, and stays so, at the first number that is not finite
	for c := g.Coords; len(c) >= stride; c = c[stride:] {
		x, y := c[0], c[1]
		bad += x*0 + y*0
		if x < minx {
			minx = x
		}
		if x > maxx {
			maxx = x
		}
		if y < miny {
			miny = y
		}
		if y > maxy {
			maxy = y
		}
	}
	*b = bounds{minx, miny, maxx, maxy}
	for k := range g.Parts {
		if !b.add(&g.Parts[k]) {
			return false
		}
	}
	return bad == 0
}
