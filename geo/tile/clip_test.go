package tile

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"github.com/arpent-geo/arpent/geo/mvt"
)

// inside tells by the even-odd rule whether a point is in rings without
// closing vertices.
func inside(p *paths, x, y float64) bool {
	odd, start := false, 0
	for _, end := range p.ends {
		for i, j := start, end-1; i < end; j, i = i, i+1 {
			ax, ay, bx, by := p.xy[2*i], p.xy[2*i+1], p.xy[2*j], p.xy[2*j+1]
			if (ay > y) != (by > y) && x < ax+(bx-ax)*(y-ay)/(by-ay) {
				odd = !odd
			}
		}
		start = end
	}
	return odd
}

func area(xy []float64) (sum float64) {
	for n, i := len(xy), 0; i < n; i += 2 {
		j := (i + 2) % n
		sum += xy[i]*xy[j+1] - xy[j]*xy[i+1]
	}
	return sum / 2
}

func clonePaths(p *paths) *paths {
	return &paths{append([]float64(nil), p.xy...), append([]int(nil), p.ends...), append([]bool(nil), p.hole...)}
}

// near tells whether a point is within two units of an edge.
func near(p *paths, x, y float64) bool {
	start := 0
	for _, end := range p.ends {
		for i, j := start, end-1; i < end; j, i = i, i+1 {
			ax, ay, dx, dy := p.xy[2*i], p.xy[2*i+1], p.xy[2*j]-p.xy[2*i], p.xy[2*j+1]-p.xy[2*i+1]
			f := 0.0
			if d := dx*dx + dy*dy; d > 0 {
				f = max(0, min(1, ((x-ax)*dx+(y-ay)*dy)/d))
			}
			if math.Hypot(x-ax-f*dx, y-ay-f*dy) < 2 {
				return true
			}
		}
		start = end
	}
	return false
}

// drawRings draws a polygon that crosses itself and the box from 0 to 100 at
// will. Steps of ten make vertices and edges on the lines of the box likely.
func drawRings(t *rapid.T) *paths {
	var p paths
	for i := range rapid.IntRange(1, 3).Draw(t, "rings") {
		n := rapid.IntRange(3, 12).Draw(t, "vertices")
		for range 2 * n {
			p.xy = append(p.xy, float64(10*rapid.IntRange(-4, 14).Draw(t, "ordinate")))
		}
		p.end(i > 0)
	}
	return &p
}

// What is in the polygon and in the box is what is in the clipped polygon,
// whatever the polygon, but for what rounding moves.
func TestClipKeepsWhatIsInTheBox(t *testing.T) {
	box := rect{0, 0, 100, 100}
	rapid.Check(t, func(t *rapid.T) {
		var c clipper
		p := drawRings(t)
		c.in = *clonePaths(p)
		c.polygon(box)
		if len(c.in.xy) > 0 && !box.contains(bounds(c.in.xy)) {
			t.Fatalf("leaves the box: %v", c.in.xy)
		}
		for k := range 200 {
			x, y := math.Mod(float64(k)*0.7548776662, 1)*96+2, math.Mod(float64(k)*0.5698402910, 1)*96+2
			if near(p, x, y) {
				continue
			}
			if got, want := inside(&c.in, x, y), inside(p, x, y); got != want {
				t.Fatalf("(%v, %v) is inside: %v, want %v\n%v\n%v", x, y, got, want, *p, c.in)
			}
		}
	})
}

// A comb whose teeth leave the box is cut into as many rings as it has teeth,
// with nothing drawn along the edge between them.
func TestClipSeparatesTheTeethOfAComb(t *testing.T) {
	var c clipper
	c.in.xy = []float64{1, -5, 9, -5, 9, 5, 7, 5, 7, -1, 6, -1, 6, 5, 4, 5, 4, -1, 3, -1, 3, 5, 1, 5}
	c.in.end(false)
	c.polygon(rect{0, 0, 10, 10})
	if len(c.in.ends) != 3 {
		t.Fatalf("%d rings: %v", len(c.in.ends), c.in)
	}
	start := 0
	for _, end := range c.in.ends {
		if a := math.Abs(area(c.in.xy[2*start : 2*end])); a != 10 {
			t.Errorf("area %v of %v, want 10", a, c.in.xy[2*start:2*end])
		}
		start = end
	}
}

func TestClipJoinsAHoleThatLeavesTheBox(t *testing.T) {
	var c clipper
	c.in.addRing([]float64{-5, -5, 15, -5, 15, 15, -5, 15, -5, -5}, false)
	c.in.addRing([]float64{-2, 4, -2, 6, 5, 6, 5, 4, -2, 4}, true)
	c.in.addRing([]float64{7, 7, 8, 7, 8, 8, 7, 7}, true)
	c.polygon(rect{0, 0, 10, 10})
	holes, total, start := 0, 0.0, 0
	for i, end := range c.in.ends {
		if c.in.hole[i] {
			holes++
			total -= 2 * math.Abs(area(c.in.xy[2*start:2*end]))
		}
		total += math.Abs(area(c.in.xy[2*start : 2*end]))
		start = end
	}
	if len(c.in.ends) != 2 || holes != 1 || total != 100-10-0.5 {
		t.Errorf("%d rings, %d holes, area %v: %v", len(c.in.ends), holes, total, c.in)
	}
}

func TestClipOfAPolygonAroundTheBoxIsTheBox(t *testing.T) {
	var c clipper
	c.in.addRing([]float64{-1e12, -1e12, 1e12, -1e12, 1e12, 1e12, -1e12, 1e12, -1e12, -1e12}, false)
	c.polygon(clipBox)
	if len(c.in.ends) != 1 || math.Abs(area(c.in.xy)) != (Extent+2*Buffer)*(Extent+2*Buffer) {
		t.Errorf("%v", c.in)
	}
}

// length returns how much of a line is in the box, by walking it.
func lengthIn(xy []float64, box rect, steps int) (sum float64) {
	for i := 2; i+1 < len(xy); i += 2 {
		dx, dy := xy[i]-xy[i-2], xy[i+1]-xy[i-1]
		for k := range steps {
			f := (float64(k) + 0.5) / float64(steps)
			x, y := xy[i-2]+f*dx, xy[i-1]+f*dy
			if box.contains(rect{x, y, x, y}) {
				sum += math.Hypot(dx, dy) / float64(steps)
			}
		}
	}
	return sum
}

func TestClipOfLinesKeepsTheirLengthInTheBox(t *testing.T) {
	box := rect{0, 0, 10, 10}
	rapid.Check(t, func(t *rapid.T) {
		var c clipper
		for range 2 * rapid.IntRange(2, 10).Draw(t, "vertices") {
			c.in.xy = append(c.in.xy, rapid.Float64Range(-5, 15).Draw(t, "ordinate"))
		}
		c.in.end(false)
		whole := append([]float64(nil), c.in.xy...)
		c.lines(box)
		if len(c.in.xy) > 0 && !box.contains(bounds(c.in.xy)) {
			t.Fatalf("leaves the box: %v", c.in.xy)
		}
		got, start := 0.0, 0
		for _, end := range c.in.ends {
			got += lengthIn(c.in.xy[2*start:2*end], box, 1)
			start = end
		}
		const steps = 2000
		want, slack := lengthIn(whole, box, steps), 0.02*float64(len(whole))+1e-9
		if math.Abs(got-want) > slack {
			t.Fatalf("length %v, want %v ± %v\n%v\n%v", got, want, slack, whole, c.in)
		}
	})
}

// Two neighbours are cut at the same place, though they walk the edge in
// opposite directions.
func TestCutDoesNotDependOnTheDirection(t *testing.T) {
	h := halfPlane{0, 0, 1}
	rapid.Check(t, func(t *rapid.T) {
		ax, bx := rapid.Float64Range(-1e6, -1e-9).Draw(t, "ax"), rapid.Float64Range(0, 1e6).Draw(t, "bx")
		ay, by := rapid.Float64Range(-1e6, 1e6).Draw(t, "ay"), rapid.Float64Range(-1e6, 1e6).Draw(t, "by")
		xy := []float64{ax, ay, bx, by}
		if p, q := h.cross(xy, 0, 1), h.cross(xy, 1, 0); p != q {
			t.Fatalf("%v, %v", p, q)
		}
	})
}

// The rings of any polygon, clipped, make a feature that the strict reader
// takes, in which no ring passes a vertex twice.
func TestShapesAreValid(t *testing.T) {
	box := rect{0, 0, 100, 100}
	rapid.Check(t, func(t *rapid.T) {
		var c clipper
		var s shaper
		var l mvt.Layer
		l.Reset("x", Extent)
		c.in = *drawRings(t)
		c.polygon(box)
		start := 0
		for i, end := range c.in.ends {
			s.add(c.in.xy[2*start:2*end], c.in.hole[i])
			start = end
		}
		s.write(&l)
		if !l.End(mvt.Feature{Type: mvt.Polygons}) {
			return
		}
		tile, err := mvt.Decode(l.Append(nil))
		if err != nil || len(tile.Warnings()) > 0 {
			t.Fatalf("%v %v", err, tile.Warnings())
		}
		for _, r := range tile.Layers[0].Features[0].Parts {
			seen := map[mvt.Point]bool{}
			for i, p := range r {
				if seen[p] {
					t.Fatalf("%v passes %v twice", r, p)
				}
				seen[p] = true
				if turn(p, r[(i+1)%len(r)], r[(i+2)%len(r)]) == 0 {
					t.Fatalf("%v: three points on one line after %v", r, p)
				}
			}
		}
	})
}
