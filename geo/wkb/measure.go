package wkb

import "math"

// Line returns the ordinates of the k-th line or ring: those of Ends[k].
func (g *Geometry) Line(k int) []float64 {
	first := 0
	if k > 0 {
		first = g.Ends[k-1]
	}
	stride := g.Layout.Stride()
	return g.Coords[first*stride : g.Ends[k]*stride]
}

// IsEmpty reports whether the geometry has no vertex.
func (g *Geometry) IsEmpty() bool {
	for k := range g.Parts {
		if !g.Parts[k].IsEmpty() {
			return false
		}
	}
	return len(g.Coords) == 0
}

// Bounds returns the envelope of the vertices, in the coordinates they are in;
// ok is false when there is none. Ordinates that are not numbers are left out.
func (g *Geometry) Bounds() (minx, miny, maxx, maxy float64, ok bool) {
	minx, miny, maxx, maxy = math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)
	stride := g.Layout.Stride()
	for c := g.Coords; len(c) >= stride; c = c[stride:] {
		x, y := c[0], c[1]
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
	for k := range g.Parts {
		if a, b, c, d, ok := g.Parts[k].Bounds(); ok {
			minx, miny, maxx, maxy = min(minx, a), min(miny, b), max(maxx, c), max(maxy, d)
		}
	}
	return minx, miny, maxx, maxy, minx <= maxx && miny <= maxy
}

// Transformer changes x and y of flat coordinates in place, leaving z and m;
// *crs.Transform is one.
type Transformer interface {
	Flat(coords []float64, stride int)
}

// Transform changes the coordinates in place, those of the parts too.
func (g *Geometry) Transform(t Transformer) {
	t.Flat(g.Coords, g.Layout.Stride())
	for k := range g.Parts {
		g.Parts[k].Transform(t)
	}
}

// String names the ordinates: "XY", "XYZ", "XYM" or "XYZM".
func (l Layout) String() string { return [...]string{"XY", "XYZ", "XYM", "XYZM"}[l&3] }
