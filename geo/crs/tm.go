package crs

import "math"

// tm is the transverse Mercator projection (EPSG method 9807) by the series of
// Krüger to the sixth power of the third flattening (C. F. F. Karney,
// "Transverse Mercator with an accuracy of a few nanometers", 2011, eq. 35 and
// 36), as PROJ does.
type tm struct {
	constants
	lambda0, x0, y0 float64
	r               float64 // scaled radius of the rectifying sphere, metres
	alpha, beta     [6]float64
}

// maxEta is where PROJ gives up: 150° of eccentric longitude. Beyond, only
// finite numbers are promised.
const maxEta = 2.623395162778

func newTM(d definition) *tm {
	c := d.ell.consts()
	n := c.n
	n2 := n * n
	p := &tm{constants: c, lambda0: d.lon0 * rad, x0: d.x0, y0: d.y0}
	p.r = d.k0 * c.a / (1 + n) * (1 + n2*(1./4+n2*(1./64+n2*(1./256))))
	p.alpha = series(n, [6][6]float64{
		{1. / 2, -2. / 3, 5. / 16, 41. / 180, -127. / 288, 7891. / 37800},
		{13. / 48, -3. / 5, 557. / 1440, 281. / 630, -1983433. / 1935360},
		{61. / 240, -103. / 140, 15061. / 26880, 167603. / 181440},
		{49561. / 161280, -179. / 168, 6601661. / 7257600},
		{34729. / 80640, -3418889. / 1995840},
		{212378941. / 319334400},
	})
	p.beta = series(n, [6][6]float64{
		{-1. / 2, 2. / 3, -37. / 96, 1. / 360, 81. / 512, -96199. / 604800},
		{-1. / 48, -1. / 15, 437. / 1440, -46. / 105, 1118711. / 3870720},
		{-17. / 480, 37. / 840, 209. / 4480, -5569. / 90720},
		{-4397. / 161280, 11. / 504, 830251. / 7257600},
		{-4583. / 161280, 108847. / 3991680},
		{-20648693. / 638668800},
	})
	return p
}

// series sums each row j as n^(j+1)·(c0 + c1·n + …).
func series(n float64, rows [6][6]float64) (out [6]float64) {
	power := n
	for j, row := range rows {
		sum := 0.0
		for k := 5; k >= 0; k-- {
			sum = sum*n + row[k]
		}
		out[j] = sum * power
		power *= n
	}
	return out
}

// bend adds the sum of c[j]·sin(2(j+1)z) to z = xi + i·eta, by Clenshaw's
// recurrence on complex numbers, given the parts of the sine and cosine of 2z.
func bend(c *[6]float64, xi, eta, sin2, cos2, sinh2, cosh2 float64) (float64, float64) {
	// 2·cos(2z)
	ar, ai := 2*cos2*cosh2, -2*sin2*sinh2
	var br, bi, cr, ci float64
	for j := 5; j >= 0; j-- {
		br, bi, cr, ci = c[j]+ar*br-ai*bi-cr, ar*bi+ai*br-ci, br, bi
	}
	sr, si := sin2*cosh2, cos2*sinh2
	return xi + br*sr - bi*si, eta + br*si + bi*sr
}

func (p *tm) fromIso(lambda, m float64) (x, y float64) {
	sin, cos := math.Sincos(wrap(lambda - p.lambda0))
	tan := math.Sinh(p.isometric(clampM(m))) // of the conformal latitude
	h2 := tan*tan + cos*cos
	sinhEta := math.Max(-maxSinhEta, math.Min(maxSinhEta, sin/math.Sqrt(h2)))
	xi, eta := bend(&p.alpha, math.Atan2(tan, cos), math.Asinh(sinhEta),
		2*tan*cos/h2, (cos*cos-tan*tan)/h2,
		2*sinhEta*math.Sqrt(1+sinhEta*sinhEta), 1+2*sinhEta*sinhEta)
	return p.x0 + p.r*eta, p.y0 + p.r*xi
}

const maxSinhEta = 6.856 // sinh(maxEta)

func (p *tm) toIso(x, y float64) (lambda, m float64) {
	xi := (y - p.y0) / p.r
	eta := math.Max(-maxEta, math.Min(maxEta, (x-p.x0)/p.r))
	sin2, cos2 := math.Sincos(2 * xi)
	exp := math.Exp(2 * eta)
	xi, eta = bend(&p.beta, xi, eta, sin2, cos2, (exp-1/exp)/2, (exp+1/exp)/2)
	sin, cos := math.Sincos(xi)
	sinh := math.Sinh(eta)
	tan := sin / math.Sqrt(sinh*sinh+cos*cos) // of the conformal latitude
	psi := clampM(math.Asinh(tan))
	tau := tan / math.Sqrt(1+tan*tan)
	if math.IsInf(tan, 0) {
		tau = math.Copysign(1, tan)
	}
	return p.lambda0 + math.Atan2(sinh, cos), p.mercator(psi, tau)
}
