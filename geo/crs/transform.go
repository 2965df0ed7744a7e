package crs

import (
	"math"

	"github.com/arpent-geo/arpent/geo"
)

// Transform takes coordinates from one system to another. A nil *Transform
// leaves them as they are.
type Transform struct {
	from, to projection
	wrap     bool // longitudes come out of from on any turn
}

// NewTransform returns the way from one system to another, or nil when they
// have the same coordinates: the same system, two geographic systems (their
// shift is null), the versions of RGF93 on one projection. It returns
// geo.ErrUnsupportedCRS when either is not in the table.
//
// Longitudes computed from a conic, transverse or azimuthal projection come
// out in [-180, 180]; those of a geographic or Mercator source are kept on
// their turn, so that what is drawn over the antimeridian stays in one piece.
func NewTransform(from, to geo.CRS) (*Transform, error) {
	a, err := Lookup(from)
	if err != nil {
		return nil, err
	}
	b, err := Lookup(to)
	if err != nil {
		return nil, err
	}
	if a.def == b.def {
		return nil, nil
	}
	return &Transform{a.proj, b.proj, a.def.kind.curved()}, nil
}

// Point returns x, y of the source system in the target system.
func (t *Transform) Point(x, y float64) (float64, float64) {
	if t == nil {
		return x, y
	}
	lambda, m := t.from.toIso(x, y)
	if t.wrap && math.Abs(lambda) > math.Pi {
		lambda = wrap(lambda)
	}
	return t.to.fromIso(lambda, m)
}

// Flat transforms in place the first two of every stride ordinates; z and m
// are left alone.
func (t *Transform) Flat(coords []float64, stride int) {
	if t == nil || stride < 2 {
		return
	}
	for i := 0; i+1 < len(coords); i += stride {
		coords[i], coords[i+1] = t.Point(coords[i], coords[i+1])
	}
}
