package crs

import "math"

// ellipsoid is a semi-major axis in metres and an inverse flattening.
type ellipsoid struct{ a, invF float64 }

var (
	grs80 = ellipsoid{6378137, 298.257222101}
	wgs84 = ellipsoid{6378137, 298.257223563}
)

// constants of an ellipsoid: e2 is the square of its eccentricity, n its third
// flattening.
type constants struct{ a, b, e, e2, n float64 }

func (el ellipsoid) consts() constants {
	f := 1 / el.invF
	e2 := f * (2 - f)
	return constants{a: el.a, b: el.a * (1 - f), e: math.Sqrt(e2), e2: e2, n: f / (2 - f)}
}

// gap is e·atanh(e·t) for t the sine of a latitude: what m exceeds the
// isometric latitude by. The series is exact to a double as e² < 0.007.
func (c *constants) gap(t float64) float64 {
	u := c.e2 * t * t
	return c.e2 * t * (1 + u*(1./3+u*(1./5+u*(1./7+u*(1./9+u*(1./11))))))
}

// isometric returns the isometric latitude of m.
func (c *constants) isometric(m float64) float64 { return m - c.gap(math.Tanh(m)) }

// mercator solves m = psi + gap(tanh(m)) for an isometric latitude psi whose
// hyperbolic tangent is tau: two steps of Newton on the difference, in which
// the addition formula of tanh spares any transcendental function.
func (c *constants) mercator(psi, tau float64) (m float64) {
	t, d := tau, 0.0
	for range 2 {
		e2t2 := c.e2 * t * t
		slope := 1 - c.e2*(1-t*t)/(1-e2t2)
		d -= (d - c.gap(t)) / slope
		d2 := d * d
		th := d * (1 - d2*(1./3-d2*(2./15))) // tanh(d), d < 0.007
		t = (tau + th) / (1 + tau*th)
	}
	return psi + d - (d - c.gap(t))
}

// sinCosLat returns the sine and cosine of the latitude of m.
func sinCosLat(m float64) (sin, cos float64) { return math.Tanh(m), 1 / math.Cosh(m) }

// fromLat returns m for a latitude in radians.
func fromLat(phi float64) float64 { return math.Asinh(math.Tan(phi)) }

// geographic is the projection of degrees to themselves.
type geographic struct{}

func (geographic) toIso(lon, lat float64) (lambda, m float64) {
	return lon * rad, fromLat(math.Max(-90, math.Min(90, lat)) * rad)
}

func (geographic) fromIso(lambda, m float64) (lon, lat float64) {
	return lambda * deg, math.Atan(math.Sinh(m)) * deg
}

// maxM bounds m so that a point at the pole or beyond stays finite: at 38 the
// pole is nearer than a double can tell.
const maxM = 38

func clampM(m float64) float64 { return math.Max(-maxM, math.Min(maxM, m)) }

// webMercator is the popular visualisation pseudo-Mercator (EPSG method 1024):
// the sphere's formula on ellipsoidal latitudes.
type webMercator struct{ r float64 }

func (p webMercator) toIso(x, y float64) (lambda, m float64)   { return x / p.r, clampM(y / p.r) }
func (p webMercator) fromIso(lambda, m float64) (x, y float64) { return lambda * p.r, m * p.r }

// mercator is Mercator variant A on the ellipsoid (EPSG method 9804).
type mercator struct{ constants }

func (p mercator) toIso(x, y float64) (lambda, m float64) {
	psi := clampM(y / p.a)
	return x / p.a, p.constants.mercator(psi, math.Tanh(psi)) //nolint:staticcheck // the method, not this type
}

func (p mercator) fromIso(lambda, m float64) (x, y float64) {
	return lambda * p.a, p.isometric(m) * p.a
}
