package tile

import (
	"errors"
	"fmt"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/arpent-geo/arpent/geo"
	"github.com/arpent-geo/arpent/geo/mvt"
	"github.com/arpent-geo/arpent/geo/wkb"
)

var testTile = ID{4, 8, 5}

// geometry makes WKB in EPSG:3857 of a geometry drawn in units of testTile.
func geometry(kind geo.GeometryType, parts ...points) []byte {
	return wkb.AppendWKB(nil, drawn(kind, parts...))
}

func drawn(kind geo.GeometryType, parts ...points) *wkb.Geometry {
	box := WebMercatorQuad().BBox(testTile)
	unit := (box.MaxX - box.MinX) / Extent
	g := &wkb.Geometry{Type: kind}
	for _, p := range parts {
		for _, q := range p {
			g.Coords = append(g.Coords, box.MinX+float64(q[0])*unit, box.MaxY-float64(q[1])*unit)
		}
		if kind != geo.LineString && kind != geo.Point && kind != geo.MultiPoint {
			g.Ends = append(g.Ends, len(g.Coords)/2)
		}
		if kind == geo.MultiPolygon { // one ring each
			g.PolyEnds = append(g.PolyEnds, len(g.Ends))
		}
	}
	return g
}

func testLayer(properties ...geo.Property) *geo.Layer {
	return &geo.Layer{ID: "couche", GeomColumn: "geom", Geometry: geo.GeometryAny, CRS: geo.WebMercator,
		Key: []string{"fid"}, IDKind: geo.IDInt, Properties: properties}
}

// build makes a tile of rows and reads it back; a row that is refused fails.
func build(t *testing.T, o Options, rows ...geo.Row) (*mvt.DecodedLayer, Stats) {
	t.Helper()
	b, err := NewBuilder(WebMercatorQuad(), testTile, o)
	if err != nil {
		t.Fatal(err)
	}
	for i := range rows {
		if err := b.Add(&rows[i]); err != nil {
			t.Fatal(err)
		}
	}
	tile, stats := b.Finish(nil)
	return decode(t, tile), stats
}

// decode reads the one layer of a tile, which must break no rule and no
// recommendation; an empty one for an empty tile.
func decode(t *testing.T, b []byte) *mvt.DecodedLayer {
	t.Helper()
	tile, err := mvt.Decode(b)
	if err != nil {
		t.Fatal(err)
	}
	if w := tile.Warnings(); len(w) > 0 {
		t.Error(w)
	}
	if len(tile.Layers) == 0 {
		return &mvt.DecodedLayer{}
	}
	return &tile.Layers[0]
}

func parts(f mvt.DecodedFeature) (out []points) {
	for _, p := range f.Parts {
		var one points
		for _, q := range p {
			one = append(one, [2]int32{q.X, q.Y})
		}
		out = append(out, one)
	}
	return out
}

func TestGeometriesInATile(t *testing.T) {
	square := points{{10, 10}, {10, 20}, {20, 20}, {20, 10}, {10, 10}}
	for name, c := range map[string]struct {
		wkb  []byte
		kind mvt.GeomType
		want []points
	}{
		"point":                  {geometry(geo.Point, points{{7, 9}}), mvt.Points, []points{{{7, 9}}}},
		"point in the buffer":    {geometry(geo.Point, points{{-64, 4160}}), mvt.Points, []points{{{-64, 4160}}}},
		"point past the buffer":  {geometry(geo.Point, points{{-65, 9}}), 0, nil},
		"points":                 {geometry(geo.MultiPoint, points{{1, 1}, {1, 1}, {-100, 0}, {3, 4}}), mvt.Points, []points{{{1, 1}, {3, 4}}}},
		"line":                   {geometry(geo.LineString, points{{0, 0}, {5, 0}, {9, 0}, {9, 9}}), mvt.Lines, []points{{{0, 0}, {9, 0}, {9, 9}}}},
		"line that leaves twice": {geometry(geo.LineString, points{{0, 0}, {0, -200}, {50, -200}, {50, 0}}), mvt.Lines, []points{{{0, 0}, {0, -64}}, {{50, -64}, {50, 0}}}},
		"line around":            {geometry(geo.LineString, points{{-100, 5000}, {-100, -100}, {5000, -100}}), 0, nil},
		"line of no length":      {geometry(geo.LineString, points{{5, 5}, {5, 5}}), 0, nil},
		"lines":                  {geometry(geo.MultiLineString, points{{0, 0}, {5, 5}}, points{{9, 9}, {9, 9}}, points{{1, 0}, {2, 5}}), mvt.Lines, []points{{{0, 0}, {5, 5}}, {{1, 0}, {2, 5}}}},
		"polygon":                {geometry(geo.Polygon, square), mvt.Polygons, []points{{{20, 10}, {20, 20}, {10, 20}, {10, 10}}}},
		"polygons, one away":     {geometry(geo.MultiPolygon, square, points{{-900, 0}, {-900, 9}, {-800, 9}, {-900, 0}}), mvt.Polygons, []points{{{20, 10}, {20, 20}, {10, 20}, {10, 10}}}},
		"polygon over all": {geometry(geo.Polygon, points{{-9000, -9000}, {9000, -9000}, {9000, 9000}, {-9000, 9000}, {-9000, -9000}}),
			mvt.Polygons, []points{{{-64, -64}, {4160, -64}, {4160, 4160}, {-64, 4160}}}},
		"polygon that was lost": {geometry(geo.Polygon, points{{1, 1}, {2, 2}, {3, 3}, {1, 1}}), 0, nil},
	} {
		l, _ := build(t, Options{Layer: testLayer()}, geo.Row{ID: geo.IntID(1), WKB: c.wkb})
		if len(l.Features) == 0 {
			if c.want != nil {
				t.Errorf("%s: nothing", name)
			}
			continue
		}
		f := l.Features[0]
		if diff := cmp.Diff(c.want, parts(f), cmp.Comparer(sameRing)); f.Type != c.kind || diff != "" {
			t.Errorf("%s, type %d: %s", name, f.Type, diff)
		}
	}
}

// sameRing compares parts; a ring may start at any vertex.
func sameRing(a, b points) bool {
	if len(a) != len(b) {
		return false
	}
	for shift := range a {
		same := true
		for i := range a {
			same = same && a[(i+shift)%len(a)] == b[i]
		}
		if same {
			return true
		}
	}
	return false
}

func TestCollectionsGiveOneFeatureADimension(t *testing.T) {
	inner := wkb.Geometry{Type: geo.GeometryCollection, Parts: []wkb.Geometry{
		*drawn(geo.Point, points{{5, 5}}), *drawn(geo.LineString, points{{0, 0}, {9, 9}})}}
	g := &wkb.Geometry{Type: geo.GeometryCollection, Parts: []wkb.Geometry{
		*drawn(geo.Point, points{{1, 1}}), inner, *drawn(geo.Polygon, points{{-900, 0}, {-900, 9}, {-800, 9}, {-900, 0}})}}
	l, stats := build(t, Options{Layer: testLayer(geo.Property{Name: "n", Kind: geo.KindInt})},
		geo.Row{ID: geo.IntID(12), WKB: wkb.AppendWKB(nil, g), Values: []geo.Value{geo.Int(3)}})
	if len(l.Features) != 2 || stats.Features != 2 || stats.Vertices != 4 {
		t.Fatalf("%+v %+v", l.Features, stats)
	}
	point, line := l.Features[0], l.Features[1]
	if point.Type != mvt.Points || point.HasID || len(point.Parts[0]) != 2 || l.Properties(&point)["n"] != uint64(3) {
		t.Errorf("points: %+v", point)
	}
	if line.Type != mvt.Lines || line.ID != 12 || !line.HasID || l.Properties(&line)["n"] != uint64(3) {
		t.Errorf("line: %+v", line)
	}
}

func TestZAndMAreDropped(t *testing.T) {
	g := drawn(geo.LineString, points{{0, 0}, {9, 9}})
	g.Layout = wkb.XYZM
	g.Coords = []float64{g.Coords[0], g.Coords[1], 100, 1, g.Coords[2], g.Coords[3], math.NaN(), 2}
	l, _ := build(t, Options{Layer: testLayer()}, geo.Row{ID: geo.IntID(1), WKB: wkb.AppendWKB(nil, g)})
	if len(l.Features) != 1 || !sameRing(parts(l.Features[0])[0], points{{0, 0}, {9, 9}}) {
		t.Errorf("%+v", l.Features)
	}
}

func TestStats(t *testing.T) {
	nan, pole := drawn(geo.Point, points{{1, 1}}), drawn(geo.LineString, points{{1, 1}, {1, 9}})
	nan.Coords[0] = math.NaN()
	pole.Coords[3] = math.Inf(-1)
	rows := []geo.Row{
		{ID: geo.IntID(1)},
		{ID: geo.IntID(2), WKB: wkb.AppendWKB(nil, &wkb.Geometry{Type: geo.MultiPolygon})},
		{ID: geo.IntID(3), WKB: geometry(geo.Point, points{{9000, 9}})},
		{ID: geo.IntID(4), WKB: geometry(geo.LineString, points{{5, 5}, {5, 5}})},
		{ID: geo.IntID(5), WKB: wkb.AppendWKB(nil, nan)},
		{ID: geo.IntID(6), WKB: wkb.AppendWKB(nil, pole)},
	}
	l, stats := build(t, Options{Layer: testLayer()}, rows...)
	if want := (Stats{Features: 1, Vertices: 2, Empty: 2, Outside: 1, Collapsed: 1, Nowhere: 1}); stats != want {
		t.Errorf("%+v, want %+v", stats, want)
	}
	if !sameRing(parts(l.Features[0])[0], points{{1, 1}, {1, 4160}}) {
		t.Errorf("line to the pole: %+v", l.Features[0])
	}
}

func TestErrors(t *testing.T) {
	set := WebMercatorQuad()
	ntf, flat := testLayer(), testLayer()
	ntf.CRS, flat.GeomColumn = geo.EPSG("27572"), ""
	for name, c := range map[string]struct {
		id   ID
		l    *geo.Layer
		kind error
	}{
		"no such tile": {ID{4, 16, 0}, testLayer(), geo.ErrNotFound},
		"unknown CRS":  {testTile, ntf, geo.ErrUnsupportedCRS},
		"attributes":   {testTile, flat, geo.ErrInvalidInput},
	} {
		if _, err := NewBuilder(set, c.id, Options{Layer: c.l}); !errors.Is(err, c.kind) {
			t.Errorf("%s: %v", name, err)
		}
	}
	b, err := NewBuilder(set, testTile, Options{Layer: testLayer(), MaxBytes: 100})
	if err != nil {
		t.Fatal(err)
	}
	point := geometry(geo.Point, points{{1, 1}})
	if err := b.Add(&geo.Row{ID: geo.IntID(1), WKB: point[:9]}); !errors.Is(err, geo.ErrInvalidInput) {
		t.Errorf("truncated WKB: %v", err)
	}
	if err := b.Add(&geo.Row{ID: geo.IntID(2), WKB: point}); err != nil {
		t.Errorf("after an error: %v", err)
	}
	for i := range int64(100) {
		err = b.Add(&geo.Row{ID: geo.IntID(i), WKB: point})
	}
	if !errors.Is(err, geo.ErrTooLarge) {
		t.Errorf("over the limit: %v", err)
	}
	if _, stats := b.Finish(nil); stats.Unreadable != 1 {
		t.Errorf("%+v", stats)
	}
}

// What two tiles hold of the buffers they share is the same, moved by a tile.
func TestNeighboursAgree(t *testing.T) {
	rows := []geo.Row{{ID: geo.IntID(1), WKB: geometry(geo.LineString, points{{4050, 100}, {4150, 177}})}}
	var lines []points
	for _, id := range []ID{testTile, {testTile.Z, testTile.X + 1, testTile.Y}} {
		b, err := NewBuilder(WebMercatorQuad(), id, Options{Layer: testLayer()})
		if err != nil {
			t.Fatal(err)
		}
		if err := b.Add(&rows[0]); err != nil {
			t.Fatal(err)
		}
		tile, _ := b.Finish(nil)
		lines = append(lines, parts(decode(t, tile).Features[0])[0])
	}
	for i := range lines[1] {
		lines[1][i][0] += Extent
	}
	if diff := cmp.Diff(lines[0], lines[1]); diff != "" {
		t.Error(diff)
	}
}

func FuzzAdd(f *testing.F) {
	for _, row := range randomRows(14, 1) {
		f.Add(row.WKB, row.ID.Int)
	}
	layer := testLayer(geo.Property{Name: "nom"})
	set := WebMercatorQuad()
	f.Fuzz(func(t *testing.T, b []byte, id int64) {
		builder, err := NewBuilder(set, testTile, Options{Layer: layer})
		if err != nil {
			t.Fatal(err)
		}
		row := geo.Row{ID: geo.IntID(id), WKB: b, Values: []geo.Value{geo.TextValue(b)}}
		if err := builder.Add(&row); err != nil && !errors.Is(err, geo.ErrInvalidInput) {
			t.Fatal(err)
		}
		tile, stats := builder.Finish(nil)
		if _, err := mvt.Decode(tile); err != nil || (stats.Features == 0) != (len(tile) == 0) {
			t.Fatalf("%v, %+v", err, stats)
		}
	})
}

func ExampleBuilder() {
	layer := &geo.Layer{ID: "monuments", GeomColumn: "geom", CRS: geo.CRS84, Key: []string{"fid"}, IDKind: geo.IDInt,
		Properties: []geo.Property{{Name: "nom", Kind: geo.KindText}}}
	b, err := NewBuilder(WebMercatorQuad(), ID{Z: 12, X: 2074, Y: 1409}, Options{Layer: layer})
	if err != nil {
		fmt.Println(err)
		return
	}
	notreDame := wkb.Geometry{Type: geo.Point, Coords: []float64{2.34990, 48.85296}} // lon, lat
	row := geo.Row{ID: geo.IntID(1), WKB: wkb.AppendWKB(nil, &notreDame), Values: []geo.Value{geo.String("Notre-Dame de Paris")}}
	if err := b.Add(&row); err != nil {
		fmt.Println(err)
		return
	}
	encoded, stats := b.Finish(nil)
	tile, err := mvt.Decode(encoded)
	if err != nil {
		fmt.Println(err)
		return
	}
	l := &tile.Layers[0]
	fmt.Println(stats.Features, l.Name, l.Properties(&l.Features[0]), l.Features[0].Parts[0])
	// Output: 1 monuments map[nom:Notre-Dame de Paris] [{3017 833}]
}
