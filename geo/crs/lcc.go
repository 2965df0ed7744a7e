package crs

import "math"

// lcc is the Lambert conic conformal projection with two standard parallels
// (EPSG method 9802; IGN NTG 71, ALG0003 and ALG0004).
type lcc struct {
	constants
	lambda0, n, f float64 // f: radius of the equator, metres
	x0, yPole     float64 // where the meridians meet
}

func newLCC(d definition) *lcc {
	c := d.ell.consts()
	// radius is the cosine of latitude over sqrt(1 - e² sin²): the radius of a
	// parallel for a = 1.
	radius := func(phi float64) float64 {
		s := math.Sin(phi)
		return math.Cos(phi) / math.Sqrt(1-c.e2*s*s)
	}
	phi1, phi2 := d.lat1*rad, d.lat2*rad
	psi1, psi2 := c.isometric(fromLat(phi1)), c.isometric(fromLat(phi2))
	n := math.Log(radius(phi1)/radius(phi2)) / (psi2 - psi1)
	p := &lcc{constants: c, lambda0: d.lon0 * rad, n: n, x0: d.x0}
	p.f = c.a * radius(phi1) / n * math.Exp(n*psi1)
	p.yPole = d.y0 + p.f*math.Exp(-n*c.isometric(fromLat(d.lat0*rad)))
	return p
}

func (p *lcc) fromIso(lambda, m float64) (x, y float64) {
	r := p.f * math.Exp(-p.n*p.isometric(m))
	sin, cos := math.Sincos(p.n * wrap(lambda-p.lambda0))
	return p.x0 + r*sin, p.yPole - r*cos
}

func (p *lcc) toIso(x, y float64) (lambda, m float64) {
	// In the southern cone n and f are negative: dividing by f turns both the
	// radius and the angle the right way up.
	dx, dy := (x-p.x0)/p.f, (p.yPole-y)/p.f
	psi := clampM(-0.5 / p.n * math.Log(dx*dx+dy*dy))
	return p.lambda0 + math.Atan2(dx, dy)/p.n, p.mercator(psi, math.Tanh(psi))
}
