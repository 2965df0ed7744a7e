package wkb

import (
	"encoding/binary"
	"encoding/hex"
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/paulmach/orb"
	orbwkb "github.com/paulmach/orb/encoding/wkb"

	"github.com/arpent-geo/arpent/geo"
)

// samples are geometries of each type, empty and not, in each layout.
func samples() []Geometry {
	var list []Geometry
	for _, l := range []Layout{XY, XYZ, XYM, XYZM} {
		v := func(n int) []float64 { // n vertices, all ordinates different
			c := make([]float64, n*l.Stride())
			for k := range c {
				c[k] = 700000.125 + float64(k)
			}
			return c
		}
		list = append(list,
			Geometry{Type: geo.Point, Layout: l, Coords: v(1)},
			Geometry{Type: geo.Point, Layout: l},
			Geometry{Type: geo.LineString, Layout: l, Coords: v(3)},
			Geometry{Type: geo.LineString, Layout: l},
			Geometry{Type: geo.Polygon, Layout: l, Coords: v(9), Ends: []int{5, 9}},
			Geometry{Type: geo.Polygon, Layout: l},
			Geometry{Type: geo.MultiPoint, Layout: l, Coords: v(2)},
			Geometry{Type: geo.MultiPoint, Layout: l},
			Geometry{Type: geo.MultiLineString, Layout: l, Coords: v(5), Ends: []int{2, 5}},
			Geometry{Type: geo.MultiPolygon, Layout: l, Coords: v(13), Ends: []int{5, 9, 13}, PolyEnds: []int{2, 2, 3}},
			Geometry{Type: geo.GeometryCollection, Layout: l, Parts: []Geometry{
				{Type: geo.Point, Layout: l, Coords: v(1)},
				{Type: geo.Polygon, Layout: l, Coords: v(4), Ends: []int{4}},
				{Type: geo.GeometryCollection, Layout: l, Parts: []Geometry{{Type: geo.LineString, Layout: l, Coords: v(2)}}},
			}})
	}
	return list
}

// dirty is a geometry used before, of which nothing may show.
func dirty() Geometry {
	return Geometry{Type: geo.MultiPolygon, Layout: XYZM, SRID: 9, Coords: []float64{1, 2, 3, 4}, Ends: []int{1}, PolyEnds: []int{1},
		Parts: []Geometry{{Type: geo.Polygon, SRID: 8, Coords: []float64{5, 6}, Ends: []int{1}, Parts: []Geometry{{}}}}}
}

func TestEveryPrefixIsAnError(t *testing.T) {
	for _, g := range samples() {
		full := AppendWKB(nil, &g)
		for n := range full {
			scratch := dirty()
			if err := Decode(full[:n], &scratch); !errors.Is(err, geo.ErrInvalidInput) {
				t.Fatalf("%s %s: %d of %d bytes: %v", g.Layout, g.Type, n, len(full), err)
			}
		}
		// What follows the geometry is not looked at.
		check(t, append(full, 0xFF, 0xFF), g)
	}
}

func TestRefused(t *testing.T) {
	for _, c := range []struct{ name, hex, want string }{
		{"byte order", "0201000000", "byte 0: byte order 2"},
		{"curve", "010800000000000000", "CircularString"},
		{"curve with z, ISO", "01F103000000000000", "CompoundCurve is not supported"}, // 1009
		{"curve with z, EWKB", "010A00008000000000", "CurvePolygon"},
		{"surface", "010F00000000000000", "PolyhedralSurface"},
		{"tin", "011000000000000000", "TIN"},
		{"code 0", "0100000000", "code 0"},
		{"code 18", "0112000000", "code 18"},
		{"code 4001", "01A10F0000", "code 4001"},
		{"more points than bytes", "0102000000FFFFFFFF", "4294967295 elements"},
		{"more rings than bytes", "0103000000FFFFFFFF", "elements announced"},
		{"more polygons than bytes", "0106000000FFFFFFFF00000000", "elements announced"},
		{"more parts than bytes", "0107000000FFFFFF7F00000000", "elements announced"},
		{"line in a multipoint", "010400000001000000010200000000000000", "LineString XY in a MultiPoint XY"},
		{"z in a plain multiline", "01050000000100000001EA03000000000000", "LineString XYZ in a MultiLineString XY"},
		{"z in a plain collection", "01070000000100000001EA03000000000000", "LineString XYZ in a GeometryCollection XY"},
		{"srid cut", "01010000200000", "SRID"},
	} {
		b, err := hex.DecodeString(c.hex)
		if err != nil {
			t.Fatal(c.name, err)
		}
		g := dirty()
		err = Decode(b, &g)
		var e *geo.Error
		if !errors.As(err, &e) || !errors.Is(err, geo.ErrInvalidInput) || !strings.Contains(err.Error(), c.want) || e.Msg.FR == "" {
			t.Errorf("%s: %v, want %q in both languages", c.name, err, c.want)
		}
	}
}

func TestCollectionsAreNotTooDeep(t *testing.T) {
	nest := func(depth int) []byte {
		b := []byte{}
		for range depth {
			b = append(b, 1, 7, 0, 0, 0, 1, 0, 0, 0)
		}
		return append(b, 1, 7, 0, 0, 0, 0, 0, 0, 0)
	}
	var g Geometry
	if err := Decode(nest(maxDepth-1), &g); err != nil {
		t.Errorf("%d levels: %v", maxDepth, err)
	}
	if err := Decode(nest(maxDepth), &g); err == nil {
		t.Error("one level more is read")
	}
	if err := Decode(nest(1e6), &g); err == nil {
		t.Error("a million levels are read")
	}
}

func TestEmptyMembersOfAMultiPoint(t *testing.T) {
	b, err := hex.DecodeString("010400000002000000" + "0101000000" + strings.Repeat("000000000000F87F", 2) + "0101000000" + "000000000000F03F0000000000000040")
	if err != nil {
		t.Fatal(err)
	}
	check(t, b, Geometry{Type: geo.MultiPoint, Coords: []float64{1, 2}})
}

func TestBoundsAndTransform(t *testing.T) {
	g := Geometry{Type: geo.GeometryCollection, Layout: XYZ, Parts: []Geometry{
		{Type: geo.Point, Layout: XYZ, Coords: []float64{3, -4, 100}},
		{Type: geo.LineString, Layout: XYZ},
		{Type: geo.LineString, Layout: XYZ, Coords: []float64{1, 7, 0, math.NaN(), 2, 0}}}}
	if a, b, c, d, ok := g.Bounds(); !ok || a != 1 || b != -4 || c != 3 || d != 7 {
		t.Errorf("bounds %v %v %v %v %v", a, b, c, d, ok)
	}
	g.Transform(shift{})
	if got := g.Parts[0].Coords; got[0] != 13 || got[1] != -4 || got[2] != 100 {
		t.Errorf("transformed: %v", got)
	}
	if _, _, _, _, ok := (&Geometry{Type: geo.Polygon}).Bounds(); ok {
		t.Error("an empty geometry has bounds")
	}
}

type shift struct{}

func (shift) Flat(c []float64, stride int) {
	for i := 0; i < len(c); i += stride {
		c[i] += 10
	}
}

func TestOrb(t *testing.T) {
	for _, g := range samples() {
		if g.Layout != XY || g.IsEmpty() && g.Type == geo.Point {
			continue
		}
		o, err := ToOrb(&g)
		if err != nil {
			t.Fatal(err)
		}
		for _, order := range []binary.ByteOrder{binary.LittleEndian, binary.BigEndian} {
			data, err := orbwkb.Marshal(o, order)
			if err != nil {
				t.Fatal(err)
			}
			check(t, data, g)
		}
		back := dirty()
		if err := FromOrb(o, &back); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(g, back, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s: -want +got\n%s", g.Type, diff)
		}
	}
	// z and m are left out.
	line := Geometry{Type: geo.LineString, Layout: XYZM, Coords: []float64{1, 2, 3, 4, 5, 6, 7, 8}}
	if o, err := ToOrb(&line); err != nil || !orb.Equal(o, orb.LineString{{1, 2}, {5, 6}}) {
		t.Errorf("%v, %v", o, err)
	}
	var g Geometry
	if err := FromOrb(orb.Bound{Min: orb.Point{0, 0}, Max: orb.Point{2, 1}}, &g); err != nil || g.Type != geo.Polygon || len(g.Coords) != 10 {
		t.Errorf("bound: %+v, %v", g, err)
	}
	if err := FromOrb(nil, &g); !errors.Is(err, geo.ErrInvalidInput) {
		t.Errorf("nil: %v", err)
	}
	if _, err := ToOrb(&Geometry{Type: "Curve"}); !errors.Is(err, geo.ErrInvalidInput) {
		t.Errorf("unknown type: %v", err)
	}
}

func TestDecodeAllocatesNothing(t *testing.T) {
	var g Geometry
	for _, s := range samples() {
		data := AppendEWKB(nil, &s)
		if n := testing.AllocsPerRun(20, func() {
			if err := Decode(data, &g); err != nil {
				t.Fatal(err)
			}
		}); n > 0 {
			t.Errorf("%s %s: %v allocations", s.Layout, s.Type, n)
		}
	}
	poly := samples()[4]
	buf := make([]byte, 0, 4096)
	if n := testing.AllocsPerRun(20, func() { buf = AppendGPKG(buf[:0], &poly, 2154) }); n > 0 {
		t.Errorf("AppendGPKG: %v allocations", n)
	}
}

// FuzzDecode checks that what is read is written back as the same geometry,
// and that the memory taken stays in proportion of the input.
func FuzzDecode(f *testing.F) {
	for _, g := range samples() {
		g.SRID = 4326
		f.Add(AppendEWKB(nil, &g))
		f.Add(AppendWKB(nil, &g))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		var g, again Geometry
		if err := Decode(b, &g); err != nil {
			if !errors.Is(err, geo.ErrInvalidInput) {
				t.Fatal(err)
			}
			return
		}
		if 8*len(g.Coords) > len(b) || len(g.Parts) > len(b) {
			t.Fatalf("%d ordinates out of %d bytes", len(g.Coords), len(b))
		}
		written := AppendEWKB(nil, &g)
		if err := Decode(written, &again); err != nil {
			t.Fatalf("%x: %v", written, err)
		}
		if diff := cmp.Diff(g, again, cmpopts.EquateEmpty(), cmpopts.EquateNaNs()); diff != "" {
			t.Fatal(diff)
		}
		if _, err := ToOrb(&g); err != nil {
			t.Fatal(err)
		}
	})
}

func BenchmarkDecode(b *testing.B) {
	g := Geometry{Type: geo.Polygon, Coords: make([]float64, 120), Ends: []int{60}}
	data := AppendWKB(nil, &g)
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		if err := Decode(data, &g); err != nil {
			b.Fatal(err)
		}
	}
}
