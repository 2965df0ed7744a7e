package demo

import (
	"slices"

	"github.com/arpent-geo/arpent/geo"
	"github.com/arpent-geo/arpent/geo/wkb"
)

// outline dissolves cells into a MultiPolygon in EPSG:2154: exterior rings
// counter-clockwise, holes clockwise. Three cells meet at each corner of the
// grid, so a corner starts at most one edge of the outline and rings never
// touch themselves.
func outline(cells []cell) *wkb.Geometry {
	in := make(map[cell]bool, len(cells))
	for _, h := range cells {
		in[h] = true
	}
	next := map[vertex]vertex{}
	var starts []vertex
	for _, h := range cells {
		corners := h.corners()
		for k, n := range h.neighbours() {
			if !in[n] {
				next[corners[k]] = corners[(k+1)%6]
				starts = append(starts, corners[k])
			}
		}
	}
	var exteriors, holes [][]vertex
	for _, s := range starts {
		if _, left := next[s]; !left {
			continue
		}
		var ring []vertex
		for v := s; ; {
			n, ok := next[v]
			if !ok {
				break
			}
			ring = append(ring, v)
			delete(next, v)
			v = n
		}
		if area2(ring) > 0 {
			exteriors = append(exteriors, ring)
		} else {
			holes = append(holes, ring)
		}
	}
	return multiPolygon(exteriors, holes)
}

func multiPolygon(exteriors, holes [][]vertex) *wkb.Geometry {
	g := &wkb.Geometry{Type: geo.MultiPolygon}
	addRing := func(r []vertex) {
		for k := range len(r) + 1 {
			x, y := r[k%len(r)].xy()
			g.Coords = append(g.Coords, x, y)
		}
		g.Ends = append(g.Ends, len(g.Coords)/2)
	}
	for _, e := range exteriors {
		addRing(e)
		for _, h := range holes {
			if owner(exteriors, h) == &e[0] {
				addRing(h)
			}
		}
		g.PolyEnds = append(g.PolyEnds, len(g.Ends))
	}
	return g
}

// owner tells the exterior ring that holds a hole, by its first vertex: of
// those that contain it, the smallest.
func owner(exteriors [][]vertex, hole []vertex) *vertex {
	var best []vertex
	for _, e := range exteriors {
		if contains(e, hole) && (best == nil || area2(e) < area2(best)) {
			best = e
		}
	}
	if best == nil {
		return nil
	}
	return &best[0]
}

// contains tests a corner of the hole that is no corner of the ring.
func contains(ring, hole []vertex) bool {
	for _, p := range hole {
		if slices.Contains(ring, p) {
			continue
		}
		inside := false
		for k := range ring {
			a, b := ring[k], ring[(k+1)%len(ring)]
			if (a.j > p.j) != (b.j > p.j) && float64(p.i) < float64(a.i)+float64(p.j-a.j)*float64(b.i-a.i)/float64(b.j-a.j) {
				inside = !inside
			}
		}
		return inside
	}
	return false
}

func area2(r []vertex) (a int) {
	for k := range r {
		n := r[(k+1)%len(r)]
		a += r[k].i*n.j - n.i*r[k].j
	}
	return a
}
