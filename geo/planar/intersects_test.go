package planar

import (
	"encoding/binary"
	"math"
	"testing"

	"github.com/peterstace/simplefeatures/geom"
	"pgregory.net/rapid"

	"github.com/arpent-geo/arpent/geo"
	"github.com/arpent-geo/arpent/geo/wkb"
)

func box(x0, y0, x1, y1 float64) ([]float64, geo.BBox) {
	return []float64{x0, y0, x1, y0, x1, y1, x0, y1, x0, y0}, geo.BBox{MinX: x0, MinY: y0, MaxX: x1, MaxY: y1}
}

func TestIntersectsEdgesIncluded(t *testing.T) {
	ring, env := box(0, 0, 10, 10)
	square := func(x, y, w float64) []float64 { return []float64{x, y, x + w, y, x + w, y + w, x, y + w, x, y} }
	cases := []struct {
		name string
		g    wkb.Geometry
		want bool
	}{
		{"point on a corner", wkb.Geometry{Type: geo.Point, Coords: []float64{10, 10}}, true},
		{"point beside a corner", wkb.Geometry{Type: geo.Point, Coords: []float64{math.Nextafter(10, 11), 10}}, false},
		{"empty point", wkb.Geometry{Type: geo.Point}, false},
		{"point with z", wkb.Geometry{Type: geo.Point, Layout: wkb.XYZ, Coords: []float64{5, 5, 99}}, true},
		{"points, one inside", wkb.Geometry{Type: geo.MultiPoint, Coords: []float64{20, 20, 1, 1}}, true},
		{"line through, no vertex inside", wkb.Geometry{Type: geo.LineString, Coords: []float64{-5, 5, 15, 6}}, true},
		{"line that grazes a corner", wkb.Geometry{Type: geo.LineString, Coords: []float64{0, 20, 20, 0}}, true},
		{"line that misses the corner", wkb.Geometry{Type: geo.LineString, Coords: []float64{0, 20.000001, 20.000001, 0}}, false},
		{"line along an edge", wkb.Geometry{Type: geo.LineString, Coords: []float64{-5, 10, 15, 10}}, true},
		{"lines, the second inside", wkb.Geometry{Type: geo.MultiLineString, Coords: []float64{20, 20, 30, 30, 1, 1, 2, 2}, Ends: []int{2, 4}}, true},
		{"polygon that shares an edge", wkb.Geometry{Type: geo.Polygon, Coords: square(10, 0, 5), Ends: []int{5}}, true},
		{"polygon around", wkb.Geometry{Type: geo.Polygon, Coords: square(-5, -5, 30), Ends: []int{5}}, true},
		{"region in a hole", wkb.Geometry{Type: geo.Polygon, Coords: append(square(-5, -5, 30), square(-1, -1, 12)...), Ends: []int{5, 10}}, false},
		{"region that touches its hole", wkb.Geometry{Type: geo.Polygon, Coords: append(square(-5, -5, 30), square(0, 0, 12)...), Ends: []int{5, 10}}, true},
		{"second polygon meets", wkb.Geometry{Type: geo.MultiPolygon, Coords: append(square(20, 20, 5), square(9, 9, 5)...), Ends: []int{5, 10}, PolyEnds: []int{1, 2}}, true},
		{"collection", wkb.Geometry{Type: geo.GeometryCollection, Parts: []wkb.Geometry{{Type: geo.Point}, {Type: geo.Point, Coords: []float64{3, 3}}}}, true},
		{"not a number", wkb.Geometry{Type: geo.Point, Coords: []float64{math.NaN(), 3}}, false},
	}
	for _, c := range cases {
		for _, rect := range []bool{true, false} {
			if got := Intersects(&c.g, ring, env, rect); got != c.want {
				t.Errorf("%s (rect %v): %v, want %v", c.name, rect, got, c.want)
			}
		}
	}
}

// The determinant of these three points is lost in rounding; the exact sign is
// not.
func TestOrientIsExact(t *testing.T) {
	a, b := 0.5, 12.0
	for i := range 64 {
		x := math.Float64frombits(math.Float64bits(a) + uint64(i))
		got, exact := orient(x, a, b, b, 24, 24), orientExact(x, a, b, b, 24, 24)
		if got != exact {
			t.Fatalf("step %d: %d, want %d", i, got, exact)
		}
		if want := -1; i > 0 && exact != want || i == 0 && exact != 0 {
			t.Fatalf("step %d: exact sign %d", i, exact)
		}
	}
}

// Against simplefeatures, on a small lattice where touching is common.
func TestIntersectsAgreesWithSimplefeatures(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 8)
		draw := func(label string) float64 { return float64(n.Draw(t, label)) }
		var g wkb.Geometry
		switch rapid.IntRange(0, 2).Draw(t, "kind") {
		case 0:
			g = wkb.Geometry{Type: geo.Point, Coords: []float64{draw("x"), draw("y")}}
		case 1:
			g = wkb.Geometry{Type: geo.LineString}
			for range rapid.IntRange(2, 5).Draw(t, "vertices") {
				g.Coords = append(g.Coords, draw("x"), draw("y"))
			}
			if allEqual(g.Coords) {
				t.Skip("a line of one point")
			}
		case 2:
			x, y, w, h := draw("x"), draw("y"), draw("w")+1, draw("h")+1
			g = wkb.Geometry{Type: geo.Polygon, Coords: []float64{x, y, x + w, y + 1, x + w, y + h + 1, x, y + h, x, y}, Ends: []int{5}}
		}
		// A skewed region: a triangle.
		x, y := draw("rx"), draw("ry")
		ring := []float64{x, y, x + 1 + draw("rw"), y, x, y + 1 + draw("rh"), x, y}
		env := geo.BBox{MinX: x, MinY: y, MaxX: ring[2], MaxY: ring[5]}
		sf := toSimple(t, g)
		region := toSimple(t, wkb.Geometry{Type: geo.Polygon, Coords: ring, Ends: []int{4}})
		if got, want := Intersects(&g, ring, env, false), geom.Intersects(sf, region); got != want {
			t.Fatalf("%s and %s: %v, want %v", sf.AsText(), region.AsText(), got, want)
		}
	})
}

func allEqual(c []float64) bool {
	for k := 2; k < len(c); k++ {
		if c[k] != c[k-2] {
			return false
		}
	}
	return true
}

func toSimple(t *rapid.T, g wkb.Geometry) geom.Geometry {
	code := map[geo.GeometryType]uint32{geo.Point: 1, geo.LineString: 2, geo.Polygon: 3}[g.Type]
	b := binary.LittleEndian.AppendUint32([]byte{1}, code)
	if g.Type == geo.Polygon {
		b = binary.LittleEndian.AppendUint32(b, 1)
	}
	if g.Type != geo.Point {
		b = binary.LittleEndian.AppendUint32(b, uint32(len(g.Coords)/2))
	}
	for _, c := range g.Coords {
		b = binary.LittleEndian.AppendUint64(b, math.Float64bits(c))
	}
	out, err := geom.UnmarshalWKB(b, geom.NoValidate{})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func BenchmarkIntersectsPolygon(b *testing.B) {
	ring, env := box(0, 0, 1, 1)
	g := wkb.Geometry{Type: geo.Polygon}
	for k := range 61 {
		a := 2 * math.Pi * float64(k%60) / 60
		g.Coords = append(g.Coords, 3+2.2*math.Cos(a), 3+2.2*math.Sin(a))
	}
	g.Ends = []int{61}
	b.ReportAllocs()
	for b.Loop() {
		Intersects(&g, ring, env, true)
	}
}
