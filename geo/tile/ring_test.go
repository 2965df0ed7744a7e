package tile

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/arpent-geo/arpent/geo/mvt"
)

type points [][2]int32

func (p points) ring() (out []mvt.Point) {
	for _, q := range p {
		out = append(out, mvt.Point{X: q[0], Y: q[1]})
	}
	return out
}

func (p points) flat() (xy []float64) {
	for _, q := range p {
		xy = append(xy, float64(q[0]), float64(q[1]))
	}
	return xy
}

func TestStraightenLine(t *testing.T) {
	for name, c := range map[string]struct{ in, want points }{
		"straight":  {points{{0, 0}, {1, 1}, {2, 2}, {5, 5}}, points{{0, 0}, {5, 5}}},
		"bent":      {points{{0, 0}, {1, 0}, {2, 0}, {2, 1}, {2, 2}}, points{{0, 0}, {2, 0}, {2, 2}}},
		"turn back": {points{{0, 0}, {5, 0}, {2, 0}}, points{{0, 0}, {5, 0}, {2, 0}}},
		"one":       {points{{1, 1}}, points{{1, 1}}},
	} {
		if diff := cmp.Diff(c.want.ring(), straightenLine(c.in.ring())); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestStraightenRing(t *testing.T) {
	for name, c := range map[string]struct{ in, want points }{
		"square, points on its sides": {points{{1, 0}, {2, 0}, {2, 1}, {2, 2}, {1, 2}, {0, 2}, {0, 1}, {0, 0}}, points{{2, 0}, {2, 2}, {0, 2}, {0, 0}}},
		"spike":                       {points{{0, 0}, {4, 0}, {4, 4}, {4, 9}, {4, 4}, {0, 4}}, points{{0, 0}, {4, 0}, {4, 4}, {0, 4}}},
		"spike of several points":     {points{{0, 0}, {4, 0}, {4, 4}, {6, 6}, {9, 6}, {6, 6}, {4, 4}, {0, 4}}, points{{0, 0}, {4, 0}, {4, 4}, {0, 4}}},
		"spike at the start":          {points{{9, 0}, {4, 0}, {4, 4}, {0, 4}, {0, 0}, {4, 0}}, points{{4, 0}, {4, 4}, {0, 4}, {0, 0}}},
		"flat":                        {points{{0, 0}, {5, 5}, {9, 9}}, nil},
		"there and back":              {points{{0, 0}, {5, 5}, {5, 9}, {5, 5}}, nil},
		"two points":                  {points{{0, 0}, {5, 5}}, nil},
	} {
		if diff := cmp.Diff(c.want.ring(), straightenRing(c.in.ring())); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

// shapeOf returns the parts of a polygon as they are written.
func shapeOf(t *testing.T, rings ...points) (parts [][]mvt.Point) {
	t.Helper()
	var s shaper
	for i, r := range rings {
		s.add(r.flat(), i > 0)
	}
	var l mvt.Layer
	l.Reset("x", Extent)
	s.write(&l)
	if !l.End(mvt.Feature{Type: mvt.Polygons}) {
		return nil
	}
	tile, err := mvt.Decode(l.Append(nil))
	if err != nil {
		t.Fatal(err)
	}
	return tile.Layers[0].Features[0].Parts
}

func areas(parts [][]mvt.Point) (out []int64) {
	for _, p := range parts {
		out = append(out, mvt.Area2(p)/2)
	}
	return out
}

func TestShapes(t *testing.T) {
	square := points{{0, 0}, {10, 0}, {10, 10}, {0, 10}}
	back := points{{0, 0}, {0, 10}, {10, 10}, {10, 0}}
	hole := points{{2, 2}, {4, 2}, {4, 4}, {2, 4}}
	for name, c := range map[string]struct {
		rings []points
		want  []int64 // areas: holes are negative
	}{
		"either direction":        {[]points{back}, []int64{100}},
		"hole, either direction":  {[]points{square, hole}, []int64{100, -4}},
		"hole of RFC 7946":        {[]points{back, hole}, []int64{100, -4}},
		"collapsed":               {[]points{{{0, 0}, {9, 0}, {5, 0}}}, nil},
		"hole of a collapsed one": {[]points{{{0, 0}, {9, 0}, {5, 0}}, hole}, nil},
		"two squares that touch":  {[]points{{{0, 0}, {4, 0}, {4, 4}, {8, 4}, {8, 8}, {4, 8}, {4, 4}, {0, 4}}}, []int64{16, 16}},
		"bow tie on one vertex":   {[]points{{{0, 0}, {4, 0}, {4, 4}, {4, 9}, {9, 9}, {9, 4}, {4, 4}, {0, 4}}}, []int64{25, 16}},
		"hole that touches": {[]points{{{0, 0}, {4, 2}, {6, 2}, {5, 5}, {4, 2}, {0, 0}, {10, 0}, {10, 10}, {0, 10}}},
			[]int64{100, -3}},
		"hole that touches, one ring": {[]points{{{0, 0}, {10, 0}, {10, 10}, {0, 10}, {0, 5}, {3, 7}, {3, 3}, {0, 5}}}, []int64{100, -6}},
		"hole in the second part": {[]points{{{0, 0}, {4, 0}, {4, 4}, {20, 4}, {20, 20}, {4, 20}, {4, 4}, {0, 4}}, {{8, 8}, {8, 9}, {9, 9}, {9, 8}}},
			[]int64{256, -1, 16}},
		"island in a hole": {[]points{{{0, 0}, {30, 0}, {30, 30}, {0, 30}}, {{2, 2}, {20, 2}, {20, 20}, {2, 20}, {2, 10}, {6, 12}, {6, 8}, {2, 10}}},
			[]int64{900, -324, 8}},
	} {
		if diff := cmp.Diff(c.want, areas(shapeOf(t, c.rings...))); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestLocate(t *testing.T) {
	ring := points{{0, 0}, {10, 0}, {10, 10}, {5, 5}, {0, 10}}.ring()
	for p, want := range map[[2]int32]int{
		{5, 2}: 1, {5, 5}: 0, {5, 6}: -1, {0, 5}: 0, {10, 10}: 0, {11, 10}: -1, {1, 8}: 1, {-1, 0}: -1, {5, 0}: 0, {12, 5}: -1,
	} {
		if got := locate(ring, mvt.Point{X: p[0], Y: p[1]}); got != want {
			t.Errorf("%v: %d, want %d", p, got, want)
		}
	}
}

func TestPlacesAfterManyRounds(t *testing.T) {
	var p places
	p.reset(4)
	*p.find(mvt.Point{X: 1}) = 7
	p.round = 1<<32 - 1
	p.reset(4) // the round counter goes over
	if got := *p.find(mvt.Point{X: 1}); got == 7 {
		t.Error("an old round comes back")
	}
}
