package crs

import (
	"math"

	"github.com/arpent-geo/arpent/geo"
)

// mapping takes a point to another plane.
type mapping func(x, y float64) (float64, float64)

const (
	tolerance  = 1e-6 // of the size of the region
	firstCut   = 4    // segments of an edge before its curve is looked at
	maxHalving = 9    // of each of those: 2,048 segments an edge at most
)

// trace draws the image of an open polygon with straight edges, given counter-
// clockwise, in the target system; nil: in degrees.
func trace(polygon []float64, f mapping, target *System) Region {
	o := outline{f: f, ring: make([]float64, 0, 256)}
	// Edges that a clip has cut short already need no cut to begin with.
	cuts := firstCut
	if len(polygon) > 16 {
		cuts = 1
	}
	// A first, coarse outline tells the size, thus the tolerance.
	o.tolerance = math.Inf(1)
	o.draw(polygon, firstCut)
	e := o.envelope()
	o.tolerance = tolerance * math.Max(e.MaxX-e.MinX, e.MaxY-e.MinY)
	degrees := target == nil || target.Geographic
	if degrees {
		o.tolerance = math.Max(o.tolerance, 1e-8)
	} else {
		o.tolerance = math.Max(o.tolerance, 1e-3)
	}
	o.draw(polygon, cuts)

	// The true curve runs at most that far outside of its chords.
	r := Region{Envelope: o.envelope(), Ring: o.ring}
	r.Envelope.MinX -= o.tolerance
	r.Envelope.MinY -= o.tolerance
	r.Envelope.MaxX += o.tolerance
	r.Envelope.MaxY += o.tolerance
	if target == nil {
		return r
	}
	r.Envelope.CRS = target.CRS
	if target.Geographic {
		r.Envelope, _ = intersect(r.Envelope, target.Domain)
	}
	return r
}

// outline is a ring being drawn.
type outline struct {
	f         mapping
	tolerance float64
	ring      []float64
}

// vertex is a point and its image.
type vertex struct{ x, y, px, py float64 }

func (o *outline) at(x, y float64) vertex {
	px, py := o.f(x, y)
	return vertex{x, y, px, py}
}

// draw replaces the ring by the closed image of the polygon, each edge in at
// least cuts segments.
func (o *outline) draw(polygon []float64, cuts int) {
	o.ring = o.ring[:0]
	first := o.at(polygon[0], polygon[1])
	o.add(first)
	from := first
	for i := 2; i <= len(polygon); i += 2 {
		end := first
		if i < len(polygon) {
			end = o.at(polygon[i], polygon[i+1])
		}
		start := from
		for k := 1; k <= cuts; k++ {
			to := end
			if k < cuts {
				t := float64(k) / float64(cuts)
				to = o.at(start.x+(end.x-start.x)*t, start.y+(end.y-start.y)*t)
			}
			o.segment(from, to, maxHalving)
			from = to
		}
	}
	if n := len(o.ring); o.ring[0] != o.ring[n-2] || o.ring[1] != o.ring[n-1] {
		o.add(first) // the last vertex was dropped as a repetition
	}
}

// segment adds the image of an edge from a, which is there already, to b.
func (o *outline) segment(a, b vertex, halvings int) {
	if halvings > 0 && !math.IsInf(o.tolerance, 1) {
		mid := o.at((a.x+b.x)/2, (a.y+b.y)/2)
		if gap(a, mid, b) > o.tolerance {
			o.segment(a, mid, halvings-1)
			o.segment(mid, b, halvings-1)
			return
		}
	}
	o.add(b)
}

func (o *outline) add(v vertex) {
	if n := len(o.ring); n > 0 && o.ring[n-2] == v.px && o.ring[n-1] == v.py {
		return
	}
	o.ring = append(o.ring, v.px, v.py)
}

// gap is the distance of the image of mid from the chord of a and b.
func gap(a, mid, b vertex) float64 {
	dx, dy := b.px-a.px, b.py-a.py
	ex, ey := mid.px-a.px, mid.py-a.py
	length := math.Hypot(dx, dy)
	if length == 0 {
		return math.Hypot(ex, ey)
	}
	return math.Abs(dx*ey-dy*ex) / length
}

func (o *outline) envelope() geo.BBox {
	e := geo.EmptyBBox(geo.CRS{})
	for i := 0; i < len(o.ring); i += 2 {
		e = e.Extend(o.ring[i], o.ring[i+1])
	}
	return e
}

// clipRing moves a closed ring by dx and clips it to a box (Sutherland and
// Hodgman); the result is open. Parts that the box cuts apart stay joined along
// its edge, at the border of a domain, where there are no data.
func clipRing(ring []float64, dx float64, box geo.BBox) []float64 {
	in := make([]float64, 0, len(ring))
	for i := 0; i+3 < len(ring); i += 2 { // the last vertex repeats the first
		in = append(in, ring[i]+dx, ring[i+1])
	}
	for _, side := range [...]struct {
		axis  int
		limit float64
		above bool // keep what is above the limit
	}{{0, box.MinX, true}, {0, box.MaxX, false}, {1, box.MinY, true}, {1, box.MaxY, false}} {
		in = clipHalf(in, side.axis, side.limit, side.above)
	}
	return in
}

// clipHalf keeps the part of an open ring on one side of x = limit (axis 0) or
// y = limit (axis 1).
func clipHalf(in []float64, axis int, limit float64, above bool) []float64 {
	inside := func(i int) bool {
		if above {
			return in[i+axis] >= limit
		}
		return in[i+axis] <= limit
	}
	out := make([]float64, 0, len(in)+8)
	for i := 0; i < len(in); i += 2 {
		j := (i + 2) % len(in)
		if inside(i) {
			out = append(out, in[i], in[i+1])
		}
		if inside(i) != inside(j) {
			t := (limit - in[i+axis]) / (in[j+axis] - in[i+axis])
			p := [2]float64{in[i] + t*(in[j]-in[i]), in[i+1] + t*(in[j+1]-in[i+1])}
			p[axis] = limit
			out = append(out, p[0], p[1])
		}
	}
	return out
}
