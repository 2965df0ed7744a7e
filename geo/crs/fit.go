package crs

import (
	"math"

	"github.com/arpent-geo/arpent/geo"
)

// Approx is a transform replaced inside of a box by two bicubic polynomials:
// some 10 ns a point, whatever the projections. Outside of the box it is the
// transform itself.
type Approx struct {
	t                      *Transform
	minX, minY, maxX, maxY float64
	midX, midY, sx, sy     float64 // to u, v in [-1, 1]
	px, py                 poly
}

// poly is the sum of c[4*i+j]·u^i·v^j.
type poly [16]float64

// Fit fits the transform inside of box, which is in the source system, on 4 × 4
// Chebyshev points, and checks it on a grid of 7 × 7: ok is false when it errs
// by maxErr (in units of the target) or more. For a nil transform it returns
// nil, true: a nil *Approx leaves coordinates as they are.
func (t *Transform) Fit(box geo.BBox, maxErr float64) (a *Approx, ok bool) {
	if t == nil {
		return nil, true
	}
	a = &Approx{
		t: t, minX: box.MinX, minY: box.MinY, maxX: box.MaxX, maxY: box.MaxY,
		midX: (box.MinX + box.MaxX) / 2, midY: (box.MinY + box.MaxY) / 2,
		sx: 2 / (box.MaxX - box.MinX), sy: 2 / (box.MaxY - box.MinY),
	}
	if !(a.sx > 0) || !(a.sy > 0) || math.IsInf(a.sx, 0) || math.IsInf(a.sy, 0) {
		return nil, false
	}
	var vx, vy poly
	for i, u := range nodes {
		for j, v := range nodes {
			vx[4*i+j], vy[4*i+j] = t.Point(a.midX+u/a.sx, a.midY+v/a.sy)
		}
	}
	a.px, a.py = interpolate(&vx), interpolate(&vy)
	const grid = 6
	for i := 0; i <= grid; i++ {
		for j := 0; j <= grid; j++ {
			u, v := 2*float64(i)/grid-1, 2*float64(j)/grid-1
			x, y := t.Point(a.midX+u/a.sx, a.midY+v/a.sy)
			err := math.Max(math.Abs(a.px.at(u, v)-x), math.Abs(a.py.at(u, v)-y))
			if !(err < maxErr) { // a NaN is an error too
				return nil, false
			}
		}
	}
	return a, true
}

// Flat transforms in place the first two of every stride ordinates.
func (a *Approx) Flat(coords []float64, stride int) {
	if a == nil || stride < 2 {
		return
	}
	for i := 0; i+1 < len(coords); i += stride {
		x, y := coords[i], coords[i+1]
		if x < a.minX || x > a.maxX || y < a.minY || y > a.maxY {
			coords[i], coords[i+1] = a.t.Point(x, y)
			continue
		}
		u, v := (x-a.midX)*a.sx, (y-a.midY)*a.sy
		coords[i], coords[i+1] = a.px.at(u, v), a.py.at(u, v)
	}
}

func (p *poly) at(u, v float64) float64 {
	return (((p[15]*v+p[14])*v+p[13])*v+p[12])*u*u*u +
		(((p[11]*v+p[10])*v+p[9])*v+p[8])*u*u +
		(((p[7]*v+p[6])*v+p[5])*v+p[4])*u +
		((p[3]*v+p[2])*v+p[1])*v + p[0]
}

// nodes are the roots of the fourth Chebyshev polynomial, cos((2k+1)·pi/8).
var nodes = [4]float64{0.9238795325112867, 0.3826834323650898, -0.3826834323650898, -0.9238795325112867}

// interpolate turns values at the nodes, u first, into coefficients.
func interpolate(values *poly) (out poly) {
	var half poly // v done, u not yet
	for i := range 4 {
		c := cubic([4]float64(values[4*i : 4*i+4]))
		copy(half[4*i:], c[:])
	}
	for j := range 4 {
		c := cubic([4]float64{half[j], half[4+j], half[8+j], half[12+j]})
		for i := range 4 {
			out[4*i+j] = c[i]
		}
	}
	return out
}

// cubic returns the coefficients of the cubic that takes these values at the
// nodes: Chebyshev's discrete transform, then powers.
func cubic(f [4]float64) [4]float64 {
	var c [4]float64 // on T0..T3
	for k := range c {
		for i, u := range nodes {
			c[k] += f[i] * [4]float64{0.5, u, 2*u*u - 1, (4*u*u - 3) * u}[k] / 2
		}
	}
	return [4]float64{c[0] - c[2], c[1] - 3*c[3], 2 * c[2], 4 * c[3]}
}
