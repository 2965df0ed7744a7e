package tile

import (
	"cmp"
	"math"
	"slices"
)

// rect is a box in tile units, edges included.
type rect struct{ minX, minY, maxX, maxY float64 }

var clipBox = rect{-Buffer, -Buffer, Extent + Buffer, Extent + Buffer}

func (r rect) contains(o rect) bool {
	return r.minX <= o.minX && r.minY <= o.minY && o.maxX <= r.maxX && o.maxY <= r.maxY
}

func (r rect) meets(o rect) bool {
	return r.minX <= o.maxX && r.minY <= o.maxY && o.minX <= r.maxX && o.minY <= r.maxY
}

// bounds returns the box of flat x, y coordinates.
func bounds(xy []float64) rect {
	r := rect{xy[0], xy[1], xy[0], xy[1]}
	for i := 2; i+1 < len(xy); i += 2 {
		r.minX, r.maxX = min(r.minX, xy[i]), max(r.maxX, xy[i])
		r.minY, r.maxY = min(r.minY, xy[i+1]), max(r.maxY, xy[i+1])
	}
	return r
}

// halfPlane is where sign·(ordinate axis - at) is not negative.
type halfPlane struct {
	axis     int // 0: x, 1: y
	at, sign float64
}

// sides are the half-planes whose common part is the box.
func (r rect) sides() [4]halfPlane {
	return [4]halfPlane{{0, r.minX, 1}, {0, r.maxX, -1}, {1, r.minY, 1}, {1, r.maxY, -1}}
}

// holds reports whether vertex i is in the half-plane, its line included.
func (h *halfPlane) holds(xy []float64, i int) bool {
	return h.sign*(xy[2*i+h.axis]-h.at) >= 0
}

// within reports whether vertex i is still past the line once rounded. For a
// ring, a vertex that will lie on the line is a place where it is cut: else
// the edge that joins two cuts would run over the vertex.
func (h *halfPlane) within(xy []float64, i int) bool {
	return h.sign*(math.Floor(xy[2*i+h.axis]+0.5)-h.at) > 0
}

// holdsAll reports whether all of r is in the half-plane.
func (h *halfPlane) holdsAll(r rect) bool {
	lo, hi := r.minX, r.maxX
	if h.axis == 1 {
		lo, hi = r.minY, r.maxY
	}
	return h.sign*(lo-h.at) >= 0 && h.sign*(hi-h.at) >= 0
}

// cross returns where the edge from vertex i to vertex j cuts the line, as the
// other ordinate; the nearer end when the edge stops short of it by a
// rounding. It is the same for both directions of the edge, so that two
// neighbours are cut at the same place.
func (h *halfPlane) cross(xy []float64, i, j int) float64 {
	ax, ay := xy[2*i+h.axis], xy[2*i+1-h.axis]
	bx, by := xy[2*j+h.axis], xy[2*j+1-h.axis]
	if ax > bx {
		ax, ay, bx, by = bx, by, ax, ay
	}
	return ay + (by-ay)*max(0, min((h.at-ax)/(bx-ax), 1))
}

func (h *halfPlane) appendCut(xy []float64, along float64) []float64 {
	if h.axis == 0 {
		return append(xy, h.at, along)
	}
	return append(xy, along, h.at)
}

// paths are lines, or rings without their closing vertex, in flat coordinates.
type paths struct {
	xy   []float64
	ends []int  // index in vertices after each path
	hole []bool // of rings: is it a hole of the one before
}

func (p *paths) reset() { p.xy, p.ends, p.hole = p.xy[:0], p.ends[:0], p.hole[:0] }

// end closes a path that begins at vertex start.
func (p *paths) end(hole bool) {
	p.ends, p.hole = append(p.ends, len(p.xy)/2), append(p.hole, hole)
}

// addRing adds a ring without the vertex that closes it.
func (p *paths) addRing(xy []float64, hole bool) {
	if n := len(xy); n > 2 && xy[0] == xy[n-2] && xy[1] == xy[n-1] {
		xy = xy[:n-2]
	}
	if len(xy) < 6 {
		return
	}
	p.xy = append(p.xy, xy...)
	p.end(hole)
}

// clipper cuts lines and polygons at the edges of a box, one half-plane after
// the other. Its memory is kept from one call to the next.
type clipper struct {
	in, out paths
	chains  []chain
	cuts    []cut
	mates   []int // end of a chain (2·chain, +1 for its last vertex) to the end that it is joined to
	pool    []float64
}

// chain is a stretch of a ring inside of the half-plane, from cut to cut.
type chain struct {
	start, end int // vertices in pool
	done       bool
}

type cut struct {
	along float64
	end   int // as in mates
}

// lines cuts the lines of c.in; what is left, in any number of parts, is
// in c.in.
func (c *clipper) lines(box rect) {
	for _, h := range box.sides() {
		if len(c.in.xy) == 0 || h.holdsAll(bounds(c.in.xy)) {
			continue
		}
		c.out.reset()
		start := 0
		for _, end := range c.in.ends {
			c.line(&h, start, end)
			start = end
		}
		c.in, c.out = c.out, c.in
	}
}

func (c *clipper) line(h *halfPlane, start, end int) {
	xy, out := c.in.xy, &c.out
	inside := false
	for i := start; i < end; i++ {
		was := inside
		inside = h.holds(xy, i)
		if i > start && inside != was {
			out.xy = h.appendCut(out.xy, h.cross(xy, i-1, i))
		}
		if inside {
			out.xy = append(out.xy, xy[2*i], xy[2*i+1])
		} else if was {
			out.end(false)
		}
	}
	if inside {
		out.end(false)
	}
}

// polygon cuts the rings of one polygon, which stand in c.in; what is left is
// in c.in. All rings are cut together: the places where they cross a line are
// sorted along it and joined two by two, so that no edge is drawn over a part
// of the line that is outside of the polygon (as clipping ring by ring after
// Sutherland and Hodgman does). Rings that were joined are exterior rings;
// their direction is not known.
func (c *clipper) polygon(box rect) {
	for _, h := range box.sides() {
		if len(c.in.xy) == 0 || h.holdsAll(bounds(c.in.xy)) {
			continue
		}
		c.out.reset()
		c.chains, c.cuts, c.pool = c.chains[:0], c.cuts[:0], c.pool[:0]
		start := 0
		for i, end := range c.in.ends {
			c.ring(&h, start, end, c.in.hole[i])
			start = end
		}
		c.join()
		c.in, c.out = c.out, c.in
	}
}

// ring copies a ring that is all inside, and cuts another into chains.
func (c *clipper) ring(h *halfPlane, start, end int, hole bool) {
	xy := c.in.xy
	entry, inside := -1, 0 // a vertex inside that follows one outside
	last := h.within(xy, end-1)
	for i := start; i < end; i++ {
		now := h.within(xy, i)
		if now {
			inside++
			if !last && entry < 0 {
				entry = i
			}
		}
		last = now
	}
	if inside == 0 {
		return
	}
	if inside == end-start {
		c.out.xy = append(c.out.xy, xy[2*start:2*end]...)
		c.out.end(hole)
		return
	}
	last = false
	prev := entry - 1
	if prev < start {
		prev = end - 1
	}
	for n, i := 0, entry; n < end-start; n++ {
		now := h.within(xy, i)
		if now != last {
			along := h.cross(xy, prev, i)
			if now {
				c.chains = append(c.chains, chain{start: len(c.pool) / 2})
			}
			c.pool = h.appendCut(c.pool, along)
			k := len(c.chains) - 1
			if now {
				c.cuts = append(c.cuts, cut{along, 2 * k})
			} else {
				c.cuts = append(c.cuts, cut{along, 2*k + 1})
				c.chains[k].end = len(c.pool) / 2
			}
		}
		if now {
			c.pool = append(c.pool, xy[2*i], xy[2*i+1])
		}
		last, prev = now, i
		if i++; i == end {
			i = start
		}
	}
	if last { // the vertex before entry is outside
		k := len(c.chains) - 1
		along := h.cross(xy, prev, entry)
		c.pool = h.appendCut(c.pool, along)
		c.cuts = append(c.cuts, cut{along, 2*k + 1})
		c.chains[k].end = len(c.pool) / 2
	}
}

// join makes rings of the chains. A chain may be walked in both directions:
// input whose rings cross, or turn the wrong way, still gives closed rings.
func (c *clipper) join() {
	slices.SortFunc(c.cuts, func(a, b cut) int {
		if d := cmp.Compare(a.along, b.along); d != 0 {
			return d
		}
		return a.end - b.end
	})
	c.mates = slices.Grow(c.mates[:0], len(c.cuts))[:len(c.cuts)]
	for i := 0; i+1 < len(c.cuts); i += 2 {
		a, b := c.cuts[i].end, c.cuts[i+1].end
		c.mates[a], c.mates[b] = b, a
	}
	for first := range c.chains {
		if c.chains[first].done {
			continue
		}
		for end := 2 * first; !c.chains[end/2].done; { // end: where the chain is entered
			k := &c.chains[end/2]
			k.done = true
			if end%2 == 0 {
				c.out.xy = append(c.out.xy, c.pool[2*k.start:2*k.end]...)
			} else {
				for i := k.end - 1; i >= k.start; i-- {
					c.out.xy = append(c.out.xy, c.pool[2*i], c.pool[2*i+1])
				}
			}
			end = c.mates[end^1]
		}
		c.out.end(false)
	}
}
