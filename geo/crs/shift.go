package crs

import "math"

// helmert is a seven-parameter transformation to WGS 84, position vector
// convention (EPSG method 9606): metres, arc-seconds, parts per million.
type helmert struct{ x, y, z, rx, ry, rz, ppm float64 }

// shift is a projection on another datum than WGS 84. As PROJ does, heights
// are taken as 0 on either side.
type shift struct {
	inner      projection
	local, wgs constants
	h          helmert // rotations in radians, scale as a factor
}

func newShift(d definition, inner projection) *shift {
	const second = rad / 3600
	h := d.shift
	h.rx, h.ry, h.rz, h.ppm = h.rx*second, h.ry*second, h.rz*second, 1+h.ppm*1e-6
	return &shift{inner, d.ell.consts(), wgs84.consts(), h}
}

func (p *shift) toIso(x, y float64) (lambda, m float64) {
	lambda, m = p.inner.toIso(x, y)
	cx, cy, cz := p.local.cartesian(lambda, m)
	h := &p.h
	to, m := p.wgs.geodetic(
		h.x+h.ppm*(cx-h.rz*cy+h.ry*cz),
		h.y+h.ppm*(cy+h.rz*cx-h.rx*cz),
		h.z+h.ppm*(cz-h.ry*cx+h.rx*cy))
	return lambda + wrap(to-lambda), m // on the same turn as the projection's
}

func (p *shift) fromIso(lambda, m float64) (x, y float64) {
	cx, cy, cz := p.wgs.cartesian(lambda, m)
	h := &p.h
	cx, cy, cz = (cx-h.x)/h.ppm, (cy-h.y)/h.ppm, (cz-h.z)/h.ppm
	return p.inner.fromIso(p.local.geodetic(
		cx+h.rz*cy-h.ry*cz,
		cy-h.rz*cx+h.rx*cz,
		cz+h.ry*cx-h.rx*cy))
}

// cartesian returns the geocentric coordinates, in metres, of a point on the
// ellipsoid.
func (c *constants) cartesian(lambda, m float64) (x, y, z float64) {
	sin, cos := sinCosLat(m)
	n := c.a / math.Sqrt(1-c.e2*sin*sin)
	sinL, cosL := math.Sincos(lambda)
	return n * cos * cosL, n * cos * sinL, n * (1 - c.e2) * sin
}

// geodetic is the reverse, by Bowring's formula: exact to less than 1e-9 m so
// near the ellipsoid.
func (c *constants) geodetic(x, y, z float64) (lambda, m float64) {
	p := math.Hypot(x, y)
	sin, cos := math.Sincos(math.Atan2(z*c.a, p*c.b))
	up := z + c.e2*c.a*c.a/c.b*sin*sin*sin
	out := p - c.e2*c.a*cos*cos*cos
	return math.Atan2(y, x), clampM(math.Asinh(up / out))
}
