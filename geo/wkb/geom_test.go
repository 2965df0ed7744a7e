package wkb

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/twpayne/go-geom"
	"github.com/twpayne/go-geom/encoding/ewkb"
	iso "github.com/twpayne/go-geom/encoding/wkb"
	"github.com/twpayne/go-geom/encoding/wkbcommon"

	"github.com/arpent-geo/arpent/geo"
)

// TestAgreesWithGoGeom writes each geometry with go-geom, in both byte orders
// and both forms, and reads it here; and the reverse.
func TestAgreesWithGoGeom(t *testing.T) {
	emptyPoints := wkbcommon.WKBOptionEmptyPointHandling(wkbcommon.EmptyPointHandlingNaN)
	for _, g := range samples() {
		g.SRID = 2154
		theirs, err := toGeom(&g)
		if err != nil {
			t.Fatal(err)
		}
		for _, order := range []binary.ByteOrder{ewkb.NDR, ewkb.XDR} {
			e, err := ewkb.Marshal(theirs, order)
			if err != nil {
				t.Fatal(err)
			}
			check(t, e, g)
			w, err := iso.Marshal(theirs, order, emptyPoints)
			if err != nil {
				t.Fatal(err)
			}
			plain := g
			plain.SRID = 0
			check(t, w, plain)
			if order == ewkb.XDR {
				continue
			}
			if got := AppendEWKB(nil, &g); !bytes.Equal(got, e) {
				t.Errorf("%s %s: EWKB\n%x\nwant\n%x", g.Layout, g.Type, got, e)
			}
			if got := AppendWKB(nil, &g); !bytes.Equal(got, w) {
				t.Errorf("%s %s: WKB\n%x\nwant\n%x", g.Layout, g.Type, got, w)
			}
		}
	}
}

func check(t *testing.T, data []byte, want Geometry) {
	t.Helper()
	got := dirty()
	if err := Decode(data, &got); err != nil {
		t.Errorf("%s %s %x: %v", want.Layout, want.Type, data, err)
		return
	}
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("%x: -want +got\n%s", data, diff)
	}
}

// toGeom returns g for go-geom, the oracle for z, m and SRID.
func toGeom(g *Geometry) (geom.T, error) {
	layout := [...]geom.Layout{XY: geom.XY, XYZ: geom.XYZ, XYM: geom.XYM, XYZM: geom.XYZM}[g.Layout]
	var t geom.T
	switch g.Type {
	case geo.Point:
		if g.IsEmpty() {
			return geom.NewPointEmpty(layout).SetSRID(g.SRID), nil
		}
		t = geom.NewPointFlat(layout, g.Coords)
	case geo.MultiPoint:
		t = geom.NewMultiPointFlat(layout, g.Coords)
	case geo.LineString:
		t = geom.NewLineStringFlat(layout, g.Coords)
	case geo.MultiLineString:
		t = geom.NewMultiLineStringFlat(layout, g.Coords, flatEnds(g, 0, len(g.Ends)))
	case geo.Polygon:
		t = geom.NewPolygonFlat(layout, g.Coords, flatEnds(g, 0, len(g.Ends)))
	case geo.MultiPolygon:
		ends, first := make([][]int, len(g.PolyEnds)), 0
		for k, end := range g.PolyEnds {
			ends[k] = flatEnds(g, first, end)
			first = end
		}
		t = geom.NewMultiPolygonFlat(layout, g.Coords, ends)
	case geo.GeometryCollection:
		c := geom.NewGeometryCollection()
		if err := c.SetLayout(layout); err != nil {
			return nil, fmt.Errorf("convert collection to go-geom: %w", err)
		}
		for k := range g.Parts {
			part, err := toGeom(&g.Parts[k])
			if err != nil {
				return nil, err
			}
			if err := c.Push(part); err != nil {
				return nil, fmt.Errorf("convert collection to go-geom: %w", err)
			}
		}
		t = c
	default:
		return nil, fmt.Errorf("convert geometry of type %q to go-geom: %w", g.Type, geo.ErrInvalidInput)
	}
	t, err := geom.SetSRID(t, g.SRID)
	if err != nil {
		return nil, fmt.Errorf("convert to go-geom: %w", err)
	}
	return t, nil
}

// flatEnds are the ends from first to last, counted in ordinates as go-geom does.
func flatEnds(g *Geometry, first, last int) []int {
	ends := make([]int, 0, last-first)
	for _, end := range g.Ends[first:last] {
		ends = append(ends, end*g.Layout.Stride())
	}
	return ends
}
