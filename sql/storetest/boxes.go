package storetest

import (
	"fmt"
	"slices"
	"testing"

	"github.com/arpent-geo/arpent/geo"
	"github.com/arpent-geo/arpent/geo/crs"
	"github.com/arpent-geo/arpent/geo/planar"
	"github.com/arpent-geo/arpent/geo/wkb"
)

// testBoxEdges: the geometry itself meets the box, edges included, exactly.
func (f *fixture) testBoxEdges(t *testing.T) {
	l := f.layer(t, layerShapes)
	const tiny = 1e-9 // below the resolution of an index of float32
	for _, c := range []struct {
		x0, y0, x1, y1 float64
		want           []string
	}{
		{10, 45, 11, 46, []string{"point"}}, {9, 44, 10, 45, []string{"point"}}, {10, 45, 10, 45, []string{"point"}},
		{10 + tiny, 45, 11, 46, nil}, {9, 44, 10 - tiny, 45, nil}, {9, 45 + tiny, 11, 46, nil},
		{1, 41.6, 1.5, 42, nil}, {1, 41, 1, 41, []string{"line"}}, {2, 40, 4, 42, []string{"line"}},
		{26, 40, 30, 45, nil}, {25, 40, 30, 45, []string{"diagonal"}}, {25 + tiny, 40, 30, 45, nil},
		{43, 43, 47, 47, nil}, {42, 42, 43, 43, []string{"hole"}}, {42 + tiny, 42 + tiny, 47, 47, nil}, {41, 41, 41.5, 41.5, []string{"hole"}},
		{60.2, 40.2, 60.8, 40.8, nil}, {60, 40, 60.5, 40.5, []string{"points"}}, {71.5, 40, 71.9, 41, nil}, {72.5, 40, 73, 41, []string{"lines"}},
		{81.1, 40, 81.9, 41, nil}, {81, 41, 81.5, 42, []string{"polygons"}}, {90.5, 40, 90.9, 41, nil}, {91.4, 40, 92, 41, []string{"collection"}},
		{179, -19, -179, -15, []string{"east of 180", "west of 180"}}, {180, -17, 180, -17, []string{"west of 180"}},
		{-180, -17, -179, -17, []string{"east of 180"}}, {-10, 60, 10, 70, nil}, {100.5, 40.5, 100.6, 40.6, []string{"clockwise"}},
	} {
		box := geo.BBox{CRS: geo.CRS84, MinX: c.x0, MinY: c.y0, MaxX: c.x1, MaxY: c.y1}
		q := geo.ItemQuery{Layer: l, Limit: 100, BBox: &box}
		if got := ids(mustRead(t, f.Items(t.Context(), q))); !slices.Equal(got, c.want) {
			t.Errorf("box %v: %v, want %v", box, got, c.want)
		}
		if n, err := f.Count(t.Context(), q); err != nil || n != int64(len(c.want)) {
			t.Errorf("box %v: count %d, %v, want %d", box, n, err, len(c.want))
		}
	}
	world := geo.BBox{CRS: geo.CRS84, MinX: -180, MinY: -90, MaxX: 180, MaxY: 90}
	if got := mustRead(t, f.Items(t.Context(), geo.ItemQuery{Layer: l, Limit: 100, BBox: &world})); len(got) != 11 {
		t.Errorf("the world: %v", ids(got))
	}
	// Rows without geometry are in no box.
	notes := f.layer(t, layerNotes)
	if got := mustRead(t, f.Items(t.Context(), geo.ItemQuery{Layer: notes, Limit: 100, BBox: &world})); len(got) != 0 {
		t.Errorf("attributes in the world: %v", ids(got))
	}
}

// testBoxes compares boxes of several systems and sizes, with orders, filters
// and pages, with what is worked out here row by row.
func (f *fixture) testBoxes(t *testing.T) {
	l := f.layer(t, layerMany)
	for i, box := range []geo.BBox{
		{CRS: geo.Lambert93, MinX: 690000, MinY: 6590000, MaxX: 710000, MaxY: 6610000},
		{CRS: geo.Lambert93, MinX: 700000, MinY: 6600000, MaxX: 700000, MaxY: 6600000},
		{CRS: geo.Lambert93, MinX: 200000, MinY: 6000000, MaxX: 1200000, MaxY: 7200000},
		{CRS: geo.Lambert93, MinX: 900000, MinY: 6500000, MaxX: 960000, MaxY: 6700000},
		{CRS: geo.CRS84, MinX: 2.9, MinY: 46.4, MaxX: 3.2, MaxY: 46.6},
		{CRS: geo.CRS84, MinX: -5, MinY: 47, MaxX: 9, MaxY: 47.2}, // an arc in Lambert-93
		{CRS: geo.CRS84, MinX: -180, MinY: -90, MaxX: 180, MaxY: 90},
		{CRS: geo.WebMercator, MinX: 0, MinY: 5.8e6, MaxX: 6e5, MaxY: 6e6},
		{CRS: geo.CRS84, MinX: 100, MinY: 10, MaxX: 110, MaxY: 20},
	} {
		inside := f.inside(t, l, box)
		orders := [][]geo.SortKey{nil, {{Property: l.Property("nom")}}, {{Property: l.Property("groupe"), Desc: true}}}
		for _, sort := range orders[:1+min(2, i%4)] { // each order on some boxes
			var want []string
			for _, id := range f.sorted(l, sort) {
				if inside[id] {
					want = append(want, id)
				}
			}
			name := fmt.Sprintf("box %v by %d keys", box, len(sort))
			q := geo.ItemQuery{Layer: l, Limit: 1100, BBox: &box, Sort: sort}
			if got := f.walk(t, q); !slices.Equal(got, want) {
				t.Errorf("%s: %d rows, want %d: %v, want %v", name, len(got), len(want), brief(got), brief(want))
			}
			if got := f.walkBack(t, q); !slices.Equal(got, want) {
				t.Errorf("%s backwards: %d rows, want %d", name, len(got), len(want))
			}
			if n, err := f.Count(t.Context(), q); err != nil || int(n) != len(want) {
				t.Errorf("%s: count %d, %v, want %d", name, n, err, len(want))
			}
			q.Filter = geo.Equal{Property: l.Property("groupe"), Value: geo.Int(3)}
			want = slices.DeleteFunc(want, func(id string) bool { var n int; _, _ = fmt.Sscan(id, &n); n--; return n%7 != 3 || n%11 == 0 })
			if got := f.walk(t, q); !slices.Equal(got, want) {
				t.Errorf("%s, filtered: %d rows, want %d", name, len(got), len(want))
			}
		}
	}
}

// inside is the set of ids whose geometry meets the box.
func (f *fixture) inside(t *testing.T, l *geo.Layer, box geo.BBox) map[string]bool {
	t.Helper()
	regions, err := crs.Search(box, l.CRS)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]bool{}
	var g wkb.Geometry
	for i, row := range f.rows[l.Table] {
		if err := wkb.Decode(row.WKB, &g); err != nil {
			t.Fatal(err)
		}
		for _, r := range regions {
			if planar.Intersects(&g, r.Ring, r.Envelope, r.Rect) {
				out[fmt.Sprint(i+1)] = true
			}
		}
	}
	return out
}

// testTiles: a tile gives the rows whose envelope meets it; more only within
// the rounding of an index.
func (f *fixture) testTiles(t *testing.T) {
	l := f.layer(t, layerMany)
	for _, box := range []geo.BBox{
		{CRS: geo.WebMercator, MinX: 300000, MinY: 5.8e6, MaxX: 340000, MaxY: 5.84e6},
		{CRS: geo.WebMercator, MinX: -2e7, MinY: -2e7, MaxX: 2e7, MaxY: 2e7},
		{CRS: geo.WebMercator, MinX: 1e7, MinY: 1e6, MaxX: 1.1e7, MaxY: 1.1e6},
	} {
		want := f.inside(t, l, box)
		got := mustRead(t, f.TileRows(t.Context(), geo.TileQuery{Layer: l, BBox: box, Properties: []int{2}}))
		seen := map[string]bool{}
		for _, row := range got {
			if seen[row.ID.String()] {
				t.Errorf("row %s twice", row.ID)
			}
			seen[row.ID.String()] = true
			if len(row.Values) != 1 || row.WKB == nil {
				t.Fatalf("row %s: %d values, %d bytes of geometry", row.ID, len(row.Values), len(row.WKB))
			}
		}
		for id := range want {
			if !seen[id] {
				t.Errorf("box %v: row %s is missing", box, id)
			}
		}
		if len(got) > len(want)+len(want)/10+10 {
			t.Errorf("box %v: %d rows for %d", box, len(got), len(want))
		}
		filtered := mustRead(t, f.TileRows(t.Context(), geo.TileQuery{Layer: l, BBox: box, Properties: []int{1}, Filter: geo.Equal{Property: l.Property("groupe"), Value: geo.Int(2)}}))
		for _, row := range filtered {
			if row.Values[0].Int() != 2 {
				t.Errorf("filtered row %s: %v", row.ID, row.Values[0])
			}
		}
		if len(want) == manyRows && len(filtered) == 0 {
			t.Error("the filter leaves nothing")
		}
	}
	// Across the antimeridian, each once.
	shapes := f.layer(t, layerShapes)
	box := geo.BBox{CRS: geo.CRS84, MinX: 179, MinY: -19, MaxX: -179, MaxY: -15}
	if got := ids(mustRead(t, f.TileRows(t.Context(), geo.TileQuery{Layer: shapes, BBox: box}))); len(got) != 2 {
		t.Errorf("around 180°: %v", got)
	}
}

func (f *fixture) testExtent(t *testing.T) {
	for name, want := range map[string]geo.BBox{
		layerPlaces: {CRS: geo.CRS84, MinX: -56.3814, MinY: -22.2711, MaxX: 166.4416, MaxY: 49.9},
		layerShapes: {CRS: geo.CRS84, MinX: -180, MinY: -18, MaxX: 180, MaxY: 50},
		layerRelief: {CRS: geo.CRS84, MinX: 55.458, MinY: -21.2447, MaxX: 55.468, MaxY: -21.2354},
	} {
		l := f.layer(t, name)
		var got geo.BBox
		eventually(t, "extent of "+name, func() bool { var ok bool; got, ok = f.Extent(t.Context(), l); return ok })
		grown := geo.BBox{MinX: want.MinX - 1e-2, MinY: want.MinY - 1e-2, MaxX: want.MaxX + 1e-2, MaxY: want.MaxY + 1e-2}
		exact := name != layerRelief
		if got.CRS != geo.CRS84 || exact && !got.Contains(want) || !grown.Contains(got) {
			t.Errorf("%s: %v, want %v", name, got, want)
		}
	}
	if box, ok := f.Extent(t.Context(), f.layer(t, layerNotes)); ok {
		t.Errorf("extent of attributes: %v", box)
	}
}
