package crs

import "math"

// laea is the Lambert azimuthal equal-area projection, oblique aspect on the
// ellipsoid (EPSG method 9820).
type laea struct {
	constants
	lambda0, x0, y0  float64
	qPole, r, d      float64
	sinBeta, cosBeta float64 // of the authalic latitude of the origin
}

func newLAEA(def definition) *laea {
	p := &laea{constants: def.ell.consts(), lambda0: def.lon0 * rad, x0: def.x0, y0: def.y0}
	p.qPole = p.q(1)
	p.r = p.a * math.Sqrt(p.qPole/2)
	sin, cos := math.Sincos(def.lat0 * rad)
	p.sinBeta = p.q(sin) / p.qPole
	p.cosBeta = math.Sqrt(1 - p.sinBeta*p.sinBeta)
	p.d = p.a * cos / (math.Sqrt(1-p.e2*sin*sin) * p.r * p.cosBeta)
	return p
}

// q is proportional to the area between the equator and the latitude of sine s.
func (p *laea) q(s float64) float64 {
	return (1 - p.e2) * (s/(1-p.e2*s*s) + math.Atanh(p.e*s)/p.e)
}

func (p *laea) fromIso(lambda, m float64) (x, y float64) {
	sinB := p.q(math.Tanh(m)) / p.qPole
	cosB := math.Sqrt(math.Max(0, 1-sinB*sinB))
	sin, cos := math.Sincos(wrap(lambda - p.lambda0))
	// The antipode of the origin is a circle; keep it finite.
	b := p.r * math.Sqrt(2/math.Max(1e-12, 1+p.sinBeta*sinB+p.cosBeta*cosB*cos))
	return p.x0 + b*p.d*cosB*sin, p.y0 + b/p.d*(p.cosBeta*sinB-p.sinBeta*cosB*cos)
}

func (p *laea) toIso(x, y float64) (lambda, m float64) {
	dx, dy := (x-p.x0)/p.d, (y-p.y0)*p.d
	rho := math.Hypot(dx, dy)
	if rho == 0 {
		return p.lambda0, p.latitude(p.sinBeta)
	}
	sinC, cosC := math.Sincos(2 * math.Asin(math.Min(1, rho/(2*p.r))))
	sinB := cosC*p.sinBeta + dy*sinC*p.cosBeta/rho
	lambda = p.lambda0 + math.Atan2(dx*sinC, rho*p.cosBeta*cosC-dy*p.sinBeta*sinC)
	return lambda, p.latitude(sinB)
}

// latitude returns m for the sine of an authalic latitude, by Newton on q.
// PROJ 9.1 sums three terms of a series here, and is up to 1.5 mm off
// the points that it projected itself.
func (p *laea) latitude(sinB float64) (m float64) {
	q := p.qPole * sinB
	s := sinB
	for range 4 {
		v := 1 - p.e2*s*s
		s = math.Max(-1, math.Min(1, s-(p.q(s)-q)*v*v/(2*(1-p.e2))))
	}
	return clampM(math.Atanh(s))
}
