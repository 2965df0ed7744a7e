package tile

import (
	"math"
	"slices"

	"github.com/arpent-geo/arpent/geo/mvt"
)

// quantise appends flat coordinates rounded to the grid of the tile, without
// points that repeat the one before. Halves go up: two tiles that share an
// edge round alike.
func quantise(dst []mvt.Point, xy []float64) []mvt.Point {
	start := len(dst)
	for i := 0; i+1 < len(xy); i += 2 {
		p := mvt.Point{X: int32(math.Floor(xy[i] + 0.5)), Y: int32(math.Floor(xy[i+1] + 0.5))}
		if n := len(dst); n > start && dst[n-1] == p {
			continue
		}
		dst = append(dst, p)
	}
	return dst
}

// turn is positive when the way a→b→c turns clockwise as seen, 0 when the
// three are on one line.
func turn(a, b, c mvt.Point) int64 {
	return int64(b.X-a.X)*int64(c.Y-b.Y) - int64(b.Y-a.Y)*int64(c.X-b.X)
}

// ahead reports whether c, on the line a→b, is further the same way.
func ahead(a, b, c mvt.Point) bool {
	return int64(b.X-a.X)*int64(c.X-b.X)+int64(b.Y-a.Y)*int64(c.Y-b.Y) > 0
}

// straightenLine drops the points of a line that lie on the way between their
// neighbours, in place. A line that turns back on itself keeps its turn.
func straightenLine(p []mvt.Point) []mvt.Point {
	out := p[:0]
	for _, c := range p {
		if n := len(out); n > 1 && turn(out[n-2], out[n-1], c) == 0 && ahead(out[n-2], out[n-1], c) {
			out[n-1] = c
			continue
		}
		out = append(out, c)
	}
	return out
}

// straightenRing drops from a ring, in place, points that repeat, that lie on
// one line with their neighbours, and the ends of spikes. What is left has at
// least three points, or none.
func straightenRing(p []mvt.Point) []mvt.Point {
	out := p[:0]
	for _, c := range p {
		out = pushStraight(out, c)
	}
	// The end meets the beginning: look again at the points on either side.
	first := 0
	for len(out)-first > 2 {
		n := len(out)
		switch {
		case out[n-1] == out[first] || turn(out[n-2], out[n-1], out[first]) == 0:
			out = out[:n-1]
		case turn(out[n-1], out[first], out[first+1]) == 0:
			first++
		default:
			return out[first:]
		}
	}
	return nil
}

func pushStraight(out []mvt.Point, c mvt.Point) []mvt.Point {
	for n := len(out); n > 0; n = len(out) {
		if out[n-1] == c {
			return out
		}
		if n == 1 || turn(out[n-2], out[n-1], c) != 0 {
			break
		}
		out = out[:n-1]
	}
	return append(out, c)
}

// shaper turns the rings of one polygon, clipped, into rings for the tile.
// Its memory is kept from one polygon to the next.
type shaper struct {
	points []mvt.Point // rings, one after the other
	rings  []ring
	ring   []mvt.Point // the one being worked on
	stack  []mvt.Point
	places places
}

type ring struct {
	start, end int // in points
	area2      int64
	hole       bool
	owner      int // of a hole: index of its exterior ring, -1 when that collapsed
}

func (s *shaper) reset() { s.points, s.rings = s.points[:0], s.rings[:0] }

// add takes a ring in flat coordinates: rounds it, splits it where it meets
// itself, cleans its parts and turns them the right way: exterior rings with
// positive area (y downwards), holes with negative.
func (s *shaper) add(xy []float64, hole bool) {
	s.ring = quantise(s.ring[:0], xy)
	first := len(s.rings)
	s.split()
	main := first
	for i := first; i < len(s.rings); i++ {
		if abs(s.rings[i].area2) > abs(s.rings[main].area2) {
			main = i
		}
	}
	for i := first; i < len(s.rings); i++ {
		r, m := &s.rings[i], &s.rings[main]
		// A part inside of the main one is of the other kind: a hole that
		// touches the exterior ring, an island that touches the rim of a hole.
		r.hole = hole != (i != main && holds(s.points[m.start:m.end], s.points[r.start:r.end]))
	}
	for i := first; i < len(s.rings); i++ {
		if r := &s.rings[i]; r.hole == (r.area2 > 0) {
			slices.Reverse(s.points[r.start:r.end])
			r.area2 = -r.area2
		}
	}
}

func abs(n int64) int64 { return max(n, -n) }

// split cuts s.ring at vertices that it passes twice, and keeps each part that
// has an area.
func (s *shaper) split() {
	if !s.places.repeats(s.ring) {
		s.keep(s.ring)
		return
	}
	s.places.reset(len(s.ring))
	stack := s.stack[:0]
	for _, p := range s.ring {
		at := s.places.find(p)
		if k := int(*at); k < len(stack) && stack[k] == p {
			s.keep(stack[k:]) // what is above is free to be changed
			stack = stack[:k]
		}
		*at = int32(len(stack))
		stack = append(stack, p)
	}
	s.stack = stack
	s.keep(stack)
}

// keep cleans a ring, in place, and adds it if it has an area.
func (s *shaper) keep(points []mvt.Point) {
	points = straightenRing(points)
	if len(points) == 0 {
		return
	}
	area2 := mvt.Area2(points)
	if area2 == 0 {
		return
	}
	start := len(s.points)
	s.points = append(s.points, points...)
	s.rings = append(s.rings, ring{start: start, end: len(s.points), area2: area2})
}

// write adds the polygon to the layer: each exterior ring followed by its
// holes. A hole whose exterior ring collapsed is left out.
func (s *shaper) write(l *mvt.Layer) {
	exteriors, only := 0, -1
	for i := range s.rings {
		if !s.rings[i].hole {
			exteriors++
			only = i
		}
	}
	for i := range s.rings {
		if r := &s.rings[i]; r.hole {
			if r.owner = only; exteriors > 1 {
				r.owner = s.owner(r)
			}
		}
	}
	for i := range s.rings {
		if s.rings[i].hole {
			continue
		}
		l.Ring(s.points[s.rings[i].start:s.rings[i].end])
		for _, r := range s.rings {
			if r.hole && r.owner == i {
				l.Ring(s.points[r.start:r.end])
			}
		}
	}
}

// owner returns the smallest exterior ring that holds a hole, or -1.
func (s *shaper) owner(hole *ring) int {
	best := -1
	for i := range s.rings {
		r := &s.rings[i]
		if r.hole || r.area2 < -hole.area2 || best >= 0 && s.rings[best].area2 <= r.area2 {
			continue
		}
		if holds(s.points[r.start:r.end], s.points[hole.start:hole.end]) {
			best = i
		}
	}
	return best
}

// holds reports whether ring a holds ring b, which does not cross it: the
// first vertex of b that is not on a decides; all on it is inside.
func holds(a, b []mvt.Point) bool {
	for _, p := range b {
		if side := locate(a, p); side != 0 {
			return side > 0
		}
	}
	return true
}

// locate returns 1 when p is inside of the ring, 0 on it, -1 outside.
func locate(ring []mvt.Point, p mvt.Point) int {
	inside := -1
	a := ring[len(ring)-1]
	for _, b := range ring {
		t := turn(a, b, p)
		if t == 0 && min(a.X, b.X) <= p.X && p.X <= max(a.X, b.X) && min(a.Y, b.Y) <= p.Y && p.Y <= max(a.Y, b.Y) {
			return 0
		}
		if (a.Y > p.Y) != (b.Y > p.Y) && (t > 0) == (b.Y > a.Y) {
			inside = -inside
		}
		a = b
	}
	return inside
}

// places is an open-addressing table from points to positions.
type places struct {
	slots []slot
	round uint32 // slots of other rounds are free
	mask  uint32
}

type slot struct {
	point mvt.Point
	place int32
	round uint32
}

func (t *places) reset(n int) {
	size := 16
	for size < 2*n {
		size *= 2
	}
	if len(t.slots) < size {
		t.slots = make([]slot, size)
	}
	t.mask = uint32(size - 1)
	if t.round++; t.round == 0 { // after 2^32 rounds, old ones come again
		clear(t.slots)
		t.round = 1
	}
}

// find returns the place of a point, which is past any stack for a new one.
func (t *places) find(p mvt.Point) *int32 {
	h := (uint32(p.X)*0x9E3779B1 ^ uint32(p.Y)*0x85EBCA77)
	for i := h >> 8 & t.mask; ; i = (i + 1) & t.mask {
		s := &t.slots[i]
		if s.round != t.round {
			*s = slot{p, math.MaxInt32, t.round}
		}
		if s.point == p {
			return &s.place
		}
	}
}

// repeats reports whether a point stands twice.
func (t *places) repeats(points []mvt.Point) bool {
	t.reset(len(points))
	for _, p := range points {
		at := t.find(p)
		if *at != math.MaxInt32 {
			return true
		}
		*at = 0
	}
	return false
}
