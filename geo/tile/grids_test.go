package tile

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/arpent-geo/arpent/geo"
	"github.com/arpent-geo/arpent/geo/crs"
	"github.com/arpent-geo/arpent/geo/planar"
	"github.com/arpent-geo/arpent/geo/wkb"
)

func gridNamed(t *testing.T, id string) *TileMatrixSet {
	t.Helper()
	sets := Sets()
	i := slices.IndexFunc(sets, func(s *TileMatrixSet) bool { return s.ID == id })
	if i < 0 {
		t.Fatalf("no grid %s", id)
	}
	return sets[i]
}

func readSet(t *testing.T, path string) (out map[string]any) {
	t.Helper()
	text, err := os.ReadFile(sharedData(t, path))
	if err == nil {
		err = json.Unmarshal(text, &out)
	}
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func document(t *testing.T, s *TileMatrixSet) (out map[string]any) {
	t.Helper()
	text, err := json.Marshal(s)
	if err == nil {
		err = json.Unmarshal(text, &out)
	}
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range out["tileMatrices"].([]any) {
		delete(m.(map[string]any), "cornerOfOrigin") // topLeft, the default
	}
	return out
}

var nearEnough = cmp.Comparer(func(a, b float64) bool { return a == b || math.Abs(a-b) < 1e-11*math.Abs(a) })

// The grids of the world are those that OGC registered, to the digits that it
// prints.
func TestGridsAreThoseOfOGC(t *testing.T) {
	for _, id := range []string{"WebMercatorQuad", "WorldCRS84Quad", "WorldMercatorWGS84Quad"} {
		if diff := cmp.Diff(readSet(t, "tms/ogc/"+id+".json"), document(t, gridNamed(t, id)), nearEnough); diff != "" {
			t.Errorf("%s: %s", id, diff)
		}
	}
}

// Those of IGN have its matrices; what says them is in the terms of OGC.
func TestGridsAreThoseOfIGN(t *testing.T) {
	for id, c := range map[string]struct{ file, crs string }{
		"LAMB93":      {"LAMB93", "http://www.opengis.net/def/crs/EPSG/0/2154"},
		"RGR92UTM40S": {"RGR92UTM40S_2.5m", "http://www.opengis.net/def/crs/EPSG/0/2975"},
	} {
		want, got := readSet(t, "tms/ign/"+c.file+".json"), document(t, gridNamed(t, id))
		if diff := cmp.Diff(want["tileMatrices"], got["tileMatrices"], nearEnough); diff != "" {
			t.Errorf("%s: %s", id, diff)
		}
		if diff := cmp.Diff(want["orderedAxes"], got["orderedAxes"]); diff != "" || got["crs"] != c.crs || got["id"] != id {
			t.Errorf("%s: %v %v %s", id, got["id"], got["crs"], diff)
		}
	}
}

// homes are a place in the middle of the territory of each grid.
var homes = map[string][2]float64{
	"WebMercatorQuad": {2.35, 48.85}, "WorldCRS84Quad": {2.35, 48.85}, "WorldMercatorWGS84Quad": {2.35, 48.85},
	"LAMB93": {2.35, 46.5}, "RGAF09UTM20NQuad": {-61.2, 15.5}, "RGFG95UTM22NQuad": {-53, 4.2},
	"RGM04UTM38SQuad": {45.15, -12.8}, "RGR92UTM40S": {55.5, -21.1},
}

func TestGridsAreWellMade(t *testing.T) {
	for _, s := range Sets() {
		system, err := crs.Lookup(s.CRS)
		if err != nil {
			t.Fatal(err)
		}
		if s.NorthFirst != system.NorthFirst {
			t.Errorf("%s: the axes of %v are not in the order of the authority", s.ID, s.CRS)
		}
		for i := range s.Matrices[1:] {
			a, b := &s.Matrices[i], &s.Matrices[i+1]
			if r := a.CellSize / b.CellSize; r < 1.999 || r > 2.001 || b.Zoom() != a.Zoom()+1 && a.Zoom() > 0 {
				t.Errorf("%s: matrix %s is %v times %s, zooms %d and %d", s.ID, a.ID, r, b.ID, a.Zoom(), b.Zoom())
			}
		}
		x, y := system.Forward(homes[s.ID][0], homes[s.ID][1])
		if area := s.Area(); x < area.MinX || x > area.MaxX || y < area.MinY || y > area.MaxY {
			t.Errorf("%s: %v is not in %v", s.ID, homes[s.ID], area)
		}
	}
}

func TestLimitsOfABoxOutsideOfTheGrid(t *testing.T) {
	s := gridNamed(t, "LAMB93")
	reunion := geo.BBox{CRS: geo.CRS84, MinX: 55.2, MinY: -21.4, MaxX: 55.9, MaxY: -20.8}
	box, err := crs.TransformBBox(reunion, s.CRS)
	if err != nil {
		t.Fatal(err)
	}
	if got := s.Limits(box, 0, 24); got != nil {
		t.Errorf("%v has a place in Lambert-93: %+v", box, got)
	}
	if got := s.Limits(geo.EmptyBBox(s.CRS), 0, 24); got != nil {
		t.Errorf("nothing has a place: %+v", got)
	}
	fiji := geo.BBox{CRS: geo.CRS84, MinX: 177, MinY: -20, MaxX: -179, MaxY: -15}
	if got := gridNamed(t, "WorldCRS84Quad").Limits(fiji, 1, 1); len(got) != 1 || got[0] != (Limits{"0", 0, 0, 0, 1, 0}) {
		t.Errorf("across the antimeridian: %+v", got)
	}
}

func TestUnionLimits(t *testing.T) {
	a := []Limits{{"1", 2, 3, 4, 5, 1}, {"3", 0, 0, 0, 0, 3}}
	b := []Limits{{"0", 0, 0, 0, 0, 0}, {"1", 1, 2, 5, 9, 1}, {"2", 0, 1, 0, 1, 2}}
	want := []Limits{b[0], {"1", 1, 3, 4, 9, 1}, b[2], a[1]}
	if got := UnionLimits(a, b); !slices.Equal(got, want) {
		t.Errorf("%+v", got)
	}
	if a[0] != (Limits{"1", 2, 3, 4, 5, 1}) {
		t.Error("the first was changed")
	}
}

// Whatever the grid and the system of the layer, a feature that meets a tile
// is selected by the box of the tile, drawn in it, and the tile is one that
// the extent of the feature gives.
func TestEveryFeatureOfATileIsInIt(t *testing.T) {
	random := rand.New(rand.NewPCG(20, 57))
	for _, s := range Sets() {
		for _, c := range []geo.CRS{geo.Lambert93, geo.WGS84, s.CRS} {
			drawn := 0
			for range 150 {
				drawn += checkFeature(t, random, s, c)
			}
			if drawn < 150 {
				t.Errorf("%s over %v: only %d features in tiles", s.ID, c, drawn)
			}
		}
	}
}

// checkFeature draws a ring around a tile somewhere near the home of a grid,
// and looks at that tile and those around it.
func checkFeature(t *testing.T, random *rand.Rand, s *TileMatrixSet, c geo.CRS) (drawn int) {
	t.Helper()
	toGrid, err := crs.NewTransform(c, s.CRS)
	if err != nil {
		t.Fatal(err)
	}
	toLayer, err := crs.NewTransform(s.CRS, c)
	if err != nil {
		t.Fatal(err)
	}
	home, err := crs.NewTransform(geo.CRS84, s.CRS)
	if err != nil {
		t.Fatal(err)
	}
	z := random.IntN(len(s.Matrices))
	m := &s.Matrices[z]
	if m.Zoom() < 4 { // a ring that is a good part of the world is not a ring in each system
		return 1
	}
	w, h := m.span()
	x, y := home.Point(homes[s.ID][0]+random.Float64()-0.5, homes[s.ID][1]+random.Float64()-0.5)
	var ring []float64
	for range 3 {
		px, py := toLayer.Point(x+w*(random.Float64()-0.5), y+h*(random.Float64()-0.5))
		ring = append(ring, px, py)
	}
	ring = append(ring, ring[0], ring[1])
	g := wkb.Geometry{Type: geo.Polygon, Coords: ring, Ends: []int{4}}
	col, row := int((x-m.OriginX)/w), int((m.OriginY-y)/h)
	layer := &geo.Layer{ID: "l", GeomColumn: "geom", Geometry: geo.Polygon, CRS: c}
	for _, id := range []ID{{z, col, row}, {z, col + 1, row}, {z, col - 1, row}, {z, col, row + 1}, {z, col, row - 1}} {
		if s.Check(id) != nil || !meetsTile(toGrid, ring, s.BBox(id)) {
			continue
		}
		drawn++
		regions, err := crs.Search(s.SearchBox(id), c)
		if err != nil || !slices.ContainsFunc(regions, func(r crs.Region) bool { return planar.Intersects(&g, r.Ring, r.Envelope, r.Rect) }) {
			t.Errorf("%s %v over %v: not selected, %v", s.ID, id, c, err)
		}
		b, err := NewBuilder(s, id, Options{Layer: layer})
		if err != nil {
			t.Fatal(err)
		}
		if err := b.Add(&geo.Row{WKB: wkb.AppendWKB(nil, &g)}); err != nil {
			t.Fatal(err)
		}
		if _, stats := b.Finish(nil); stats.Features+stats.Collapsed != 1 {
			t.Errorf("%s %v over %v: not drawn, %+v", s.ID, id, c, stats)
		}
		extent := geo.EmptyBBox(c)
		for i := 0; i < len(ring); i += 2 {
			extent = extent.Extend(ring[i], ring[i+1])
		}
		box, err := crs.TransformBBox(extent, s.CRS)
		if err != nil {
			t.Fatal(err)
		}
		if !box.Intersects(s.Area()) {
			continue // only the coarse matrices reach there
		}
		if limits := s.Limits(box, m.Zoom(), m.Zoom()); !slices.ContainsFunc(limits, func(l Limits) bool { return l.Contains(id) }) {
			t.Errorf("%s %v over %v: not in %+v", s.ID, id, c, limits)
		}
	}
	return drawn
}

// meetsTile reports whether some point of the edges of a ring is in a tile.
func meetsTile(toGrid *crs.Transform, ring []float64, tile geo.BBox) bool {
	const steps = 50
	for i := 0; i+3 < len(ring); i += 2 {
		for k := range steps {
			f := float64(k) / steps
			x, y := toGrid.Point(ring[i]+f*(ring[i+2]-ring[i]), ring[i+1]+f*(ring[i+3]-ring[i+1]))
			if x > tile.MinX && x < tile.MaxX && y > tile.MinY && y < tile.MaxY {
				return true
			}
		}
	}
	return false
}
