package storetest

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/peterstace/simplefeatures/geom"

	"github.com/arpent-geo/arpent/geo"
	"github.com/arpent-geo/arpent/geo/wkb"
)

// testLattice relates shapes whose vertices are on a small lattice, where
// touching and sharing edges are common, with what simplefeatures computes.
func (f *fixture) testLattice(t *testing.T) {
	rnd := rand.New(rand.NewPCG(7, 12))
	l := &geo.Layer{Table: "treillis", Geometry: geo.GeometryAny, CRS: geo.Lambert93, Key: []string{"id"}, Properties: []geo.Property{prop("id", geo.KindInt)}}
	l.Properties[0].Nullable = false
	shapes := make([]geom.Geometry, 80)
	rows := make([]geo.Row, len(shapes))
	for i := range shapes {
		var b []byte
		shapes[i], b = onLattice(t, rnd)
		rows[i] = geo.Row{WKB: b, Values: []geo.Value{geo.Int(int64(i))}}
	}
	if err := fill(t.Context(), f, l, geo.LoadCreate, rows); err != nil {
		t.Fatal(err)
	}
	l = f.layer(t, l.Table)
	related := []struct {
		op   geo.SpatialOp
		test func(a, b geom.Geometry) (bool, error)
	}{
		{geo.SIntersects, func(a, b geom.Geometry) (bool, error) { return geom.Intersects(a, b), nil }},
		{geo.SEquals, geom.Equals}, {geo.SDisjoint, geom.Disjoint}, {geo.STouches, geom.Touches}, {geo.SWithin, geom.Within},
		{geo.SOverlaps, geom.Overlaps}, {geo.SCrosses, geom.Crosses}, {geo.SContains, geom.Contains},
	}
	for range 40 {
		other, b := onLattice(t, rnd)
		literal := geo.GeometryLiteral{CRS: geo.Lambert93, Kind: geo.GeometryType(other.Type().String()), WKB: b}
		for _, r := range related {
			var want, reversed []string
			for i, s := range shapes {
				for _, side := range []struct {
					a, b geom.Geometry
					list *[]string
				}{{s, other, &want}, {other, s, &reversed}} {
					holds, err := r.test(side.a, side.b)
					if err != nil {
						t.Fatal(err)
					}
					if holds {
						*side.list = append(*side.list, fmt.Sprint(i))
					}
				}
			}
			row := geo.GeometryRef{Layer: l}
			if got := f.matching(t, l, geo.Spatial{Op: r.op, Left: row, Right: literal}); !slices.Equal(got, want) {
				t.Errorf("%s(geom, %s): %v, want %v", r.op, other.AsText(), got, want)
			}
			if got := f.matching(t, l, geo.Spatial{Op: r.op, Left: literal, Right: row}); !slices.Equal(got, reversed) {
				t.Errorf("%s(%s, geom): %v, want %v", r.op, other.AsText(), got, reversed)
			}
		}
	}
}

// onLattice makes a geometry that is valid, and simple: where lines of one
// geometry cross, their common point is rounded, and older GEOS no longer sees
// that a third runs along one of them.
func onLattice(t *testing.T, rnd *rand.Rand) (geom.Geometry, []byte) {
	t.Helper()
	for {
		g := wkb.Geometry{Type: []geo.GeometryType{geo.Point, geo.MultiPoint, geo.LineString, geo.MultiLineString, geo.Polygon, geo.Polygon, geo.MultiPolygon}[rnd.IntN(7)]}
		vertices := func(n int) {
			for range 2 * n {
				g.Coords = append(g.Coords, float64(rnd.IntN(6)))
			}
		}
		ring := func() {
			from := len(g.Coords)
			vertices(3 + rnd.IntN(2))
			g.Coords = append(g.Coords, g.Coords[from], g.Coords[from+1])
			g.Ends = append(g.Ends, len(g.Coords)/2)
		}
		switch g.Type {
		case geo.Point:
			vertices(1)
		case geo.MultiPoint, geo.LineString:
			vertices(2 + rnd.IntN(3))
		case geo.MultiLineString:
			for range 2 {
				vertices(2)
				g.Ends = append(g.Ends, len(g.Coords)/2)
			}
		case geo.Polygon:
			ring()
			if rnd.IntN(3) == 0 {
				ring()
			}
		case geo.MultiPolygon:
			ring()
			ring()
			g.PolyEnds = []int{1, 2}
		}
		b := wkb.AppendWKB(nil, &g)
		s, err := geom.UnmarshalWKB(b, geom.NoValidate{})
		if err != nil {
			t.Fatal(err)
		}
		if simple, known := s.IsSimple(); s.Validate() == nil && (simple || !known) {
			return s, b
		}
	}
}

// testCarried: a box in a filter finds what it finds as a parameter, whatever
// its system, with tiles and pages as for any other filter.
func (f *fixture) testCarried(t *testing.T) {
	l, rows := many()
	if err := fill(t.Context(), f, l, geo.LoadCreate, rows); err != nil {
		t.Fatal(err)
	}
	f.rows[l.Table] = rows
	l = f.layer(t, l.Table)
	for _, box := range []geo.BBox{
		{CRS: geo.CRS84, MinX: -5, MinY: 47, MaxX: 9, MaxY: 47.2}, // an arc in Lambert-93
		{CRS: geo.CRS84, MinX: 2.9, MinY: 46.4, MaxX: 3.2, MaxY: 46.6},
		{CRS: geo.Lambert93, MinX: 690000, MinY: 6590000, MaxX: 710000, MaxY: 6610000},
		{CRS: geo.WebMercator, MinX: 0, MinY: 5.8e6, MaxX: 6e5, MaxY: 6e6},
		{CRS: geo.CRS84, MinX: 100, MinY: 10, MaxX: 110, MaxY: 20},
	} {
		filter := geo.Spatial{Op: geo.SIntersects, Left: geo.GeometryRef{Layer: l}, Right: geo.BoxLiteral{Box: box}}
		want := ids(mustRead(t, f.Items(t.Context(), geo.ItemQuery{Layer: l, Limit: manyRows, BBox: &box})))
		q := geo.ItemQuery{Layer: l, Limit: 300, Filter: filter}
		if got := f.walk(t, q); !slices.Equal(got, want) {
			t.Errorf("%v: %d rows, want %d", box, len(got), len(want))
		}
		if got := f.walkBack(t, q); !slices.Equal(got, want) {
			t.Errorf("%v backwards: %d rows, want %d", box, len(got), len(want))
		}
		tile := ids(mustRead(t, f.TileRows(t.Context(), geo.TileQuery{Layer: l, Filter: filter,
			BBox: geo.BBox{CRS: geo.Lambert93, MinX: 0, MinY: 5e6, MaxX: 2e6, MaxY: 8e6}})))
		slices.Sort(tile)
		slices.Sort(want)
		if !slices.Equal(tile, want) {
			t.Errorf("%v in a tile: %d rows, want %d", box, len(tile), len(want))
		}
	}
}
