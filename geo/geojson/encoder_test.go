package geojson

import (
	"encoding/json"
	"errors"
	"math"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/arpent-geo/arpent/geo"
	"github.com/arpent-geo/arpent/geo/crs"
	"github.com/arpent-geo/arpent/geo/wkb"
)

var (
	ccw = []float64{0, 0, 4, 0, 4, 4, 0, 0}
	cw  = []float64{0, 0, 4, 4, 4, 0, 0, 0}
)

func join(parts ...[]float64) []float64 {
	var all []float64
	for _, p := range parts {
		all = append(all, p...)
	}
	return all
}

func TestAppendGeometry(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	for _, c := range []struct {
		name string
		f    Format
		g    wkb.Geometry
		want string
	}{
		{"point", Format{}, wkb.Geometry{Type: geo.Point, Coords: []float64{2.3499, 48.853}}, `{"type":"Point","coordinates":[2.3499,48.853]}`},
		{"rounded to 7", Format{}, wkb.Geometry{Type: geo.Point, Coords: []float64{0.123456749, -0.123456751}}, `{"type":"Point","coordinates":[0.1234567,-0.1234568]}`},
		{"rounded to 3", Format{Decimals: 3}, wkb.Geometry{Type: geo.Point, Coords: []float64{652381.0004, 6861723.9996}}, `{"type":"Point","coordinates":[652381,6861724]}`},
		{"small and minus zero", Format{}, wkb.Geometry{Type: geo.Point, Coords: []float64{-0.00000001, math.Copysign(0, -1)}}, `{"type":"Point","coordinates":[0,0]}`},
		{"small decimals", Format{}, wkb.Geometry{Type: geo.Point, Coords: []float64{0.0000001, -10.05}}, `{"type":"Point","coordinates":[0.0000001,-10.05]}`},
		{"huge", Format{}, wkb.Geometry{Type: geo.Point, Coords: []float64{1e16, -1e22}}, `{"type":"Point","coordinates":[10000000000000000,-10000000000000000000000]}`},
		{"swapped", Format{Swap: true}, wkb.Geometry{Type: geo.Point, Layout: wkb.XYZ, Coords: []float64{2, 48, 35}}, `{"type":"Point","coordinates":[48,2,35]}`},
		{"z to the millimetre", Format{}, wkb.Geometry{Type: geo.Point, Layout: wkb.XYZ, Coords: []float64{2, 48, 35.12345}}, `{"type":"Point","coordinates":[2,48,35.123]}`},
		{"m dropped", Format{}, wkb.Geometry{Type: geo.Point, Layout: wkb.XYM, Coords: []float64{2, 48, 35}}, `{"type":"Point","coordinates":[2,48]}`},
		{"m dropped after z", Format{}, wkb.Geometry{Type: geo.LineString, Layout: wkb.XYZM, Coords: []float64{2, 48, 35, 9, 3, 49, nan, 9}}, `{"type":"LineString","coordinates":[[2,48,35],[3,49]]}`},
		{"not a number", Format{}, wkb.Geometry{Type: geo.LineString, Coords: []float64{2, 48, nan, 4}}, `null`},
		{"infinite", Format{}, wkb.Geometry{Type: geo.GeometryCollection, Parts: []wkb.Geometry{{Type: geo.Point, Coords: []float64{1, inf}}}}, `null`},
		{"empty point", Format{}, wkb.Geometry{Type: geo.Point}, `{"type":"Point","coordinates":[]}`},
		{"empty polygon", Format{}, wkb.Geometry{Type: geo.Polygon}, `{"type":"Polygon","coordinates":[]}`},
		{"empty multipolygon", Format{}, wkb.Geometry{Type: geo.MultiPolygon, PolyEnds: []int{0}}, `{"type":"MultiPolygon","coordinates":[]}`},
		{"empty collection", Format{}, wkb.Geometry{Type: geo.GeometryCollection}, `{"type":"GeometryCollection","geometries":[]}`},
		{"multipoint", Format{}, wkb.Geometry{Type: geo.MultiPoint, Coords: []float64{1, 2, 3, 4}}, `{"type":"MultiPoint","coordinates":[[1,2],[3,4]]}`},
		{"multiline", Format{}, wkb.Geometry{Type: geo.MultiLineString, Coords: []float64{1, 2, 3, 4, 5, 6, 7, 8}, Ends: []int{2, 4}}, `{"type":"MultiLineString","coordinates":[[[1,2],[3,4]],[[5,6],[7,8]]]}`},
		{"right-hand rings kept", Format{}, wkb.Geometry{Type: geo.Polygon, Coords: join(ccw, cw), Ends: []int{4, 8}}, `{"type":"Polygon","coordinates":[[[0,0],[4,0],[4,4],[0,0]],[[0,0],[4,4],[4,0],[0,0]]]}`},
		{"left-hand rings turned", Format{}, wkb.Geometry{Type: geo.Polygon, Coords: join(cw, ccw), Ends: []int{4, 8}}, `{"type":"Polygon","coordinates":[[[0,0],[4,0],[4,4],[0,0]],[[0,0],[4,4],[4,0],[0,0]]]}`},
		{"turned as drawn when swapped", Format{Swap: true}, wkb.Geometry{Type: geo.Polygon, Coords: cw, Ends: []int{4}}, `{"type":"Polygon","coordinates":[[[0,0],[0,4],[4,4],[0,0]]]}`},
		{"each polygon has its shell", Format{}, wkb.Geometry{Type: geo.MultiPolygon, Coords: join(cw, cw), Ends: []int{4, 8}, PolyEnds: []int{1, 2}}, `{"type":"MultiPolygon","coordinates":[[[[0,0],[4,0],[4,4],[0,0]]],[[[0,0],[4,0],[4,4],[0,0]]]]}`},
		{"open ring closed", Format{}, wkb.Geometry{Type: geo.Polygon, Coords: []float64{0, 0, 4, 0, 4, 4}, Ends: []int{3}}, `{"type":"Polygon","coordinates":[[[0,0],[4,0],[4,4],[0,0]]]}`},
		{"open ring turned and closed", Format{}, wkb.Geometry{Type: geo.Polygon, Coords: []float64{0, 0, 4, 4, 4, 0}, Ends: []int{3}}, `{"type":"Polygon","coordinates":[[[4,0],[4,4],[0,0],[4,0]]]}`},
		{"collection", Format{}, wkb.Geometry{Type: geo.GeometryCollection, Parts: []wkb.Geometry{{Type: geo.Point, Coords: []float64{1, 2}}, {Type: geo.LineString, Coords: []float64{1, 2, 3, 4}}}},
			`{"type":"GeometryCollection","geometries":[{"type":"Point","coordinates":[1,2]},{"type":"LineString","coordinates":[[1,2],[3,4]]}]}`},
	} {
		var scratch wkb.Geometry
		for _, data := range [][]byte{wkb.AppendWKB(nil, &c.g), wkb.AppendEWKB(nil, &c.g)} {
			got, err := c.f.AppendGeometry([]byte("x"), data, &scratch)
			if err != nil || string(got) != "x"+c.want {
				t.Errorf("%s: %s, %v\nwant %s", c.name, got, err, c.want)
			}
		}
		if !json.Valid([]byte(c.want)) {
			t.Errorf("%s: the table expects what is not JSON", c.name)
		}
	}
	var f Format
	if got, err := f.AppendGeometry(nil, nil, nil); err != nil || string(got) != "null" {
		t.Errorf("nil: %s, %v", got, err)
	}
}

func TestNewFormat(t *testing.T) {
	for _, c := range []struct {
		from geo.CRS
		to   string
		want string
	}{
		{geo.CRS84, "http://www.opengis.net/def/crs/OGC/1.3/CRS84", `[2.3499,48.853]`},
		{geo.WGS84, "EPSG:4326", `[48.853,2.3499]`}, // latitude first for the authority
		{geo.CRS84, "4326", `[2.3499,48.853]`},      // x, y for a bare integer
		{geo.CRS84, "EPSG:2154", `[652296.973,6861636.359]`},
	} {
		ref, err := crs.Parse(c.to)
		if err != nil {
			t.Fatal(err)
		}
		f, err := NewFormat(c.from, ref)
		if err != nil {
			t.Fatal(err)
		}
		var scratch wkb.Geometry
		got, err := f.AppendGeometry(nil, wkb.AppendWKB(nil, &wkb.Geometry{Type: geo.Point, Coords: []float64{2.3499, 48.853}}), &scratch)
		if want := `{"type":"Point","coordinates":` + c.want + `}`; err != nil || string(got) != want {
			t.Errorf("%s to %s: %s, %v, want %s", c.from, c.to, got, err, want)
		}
	}
	if _, err := NewFormat(geo.CRS84, crs.Ref{CRS: geo.EPSG("27572")}); !errors.Is(err, geo.ErrUnsupportedCRS) {
		t.Errorf("unknown system: %v", err)
	}
}

func TestEncoder(t *testing.T) {
	l := &geo.Layer{Properties: []geo.Property{{Name: "code"}, {Name: `a"b`}, {Name: "n"}}}
	point := wkb.AppendWKB(nil, &wkb.Geometry{Type: geo.Point, Coords: []float64{1, 2}})
	for _, c := range []struct {
		name       string
		properties []int
		row        geo.Row
		want       string
	}{
		{"all", nil, geo.Row{ID: geo.IntID(-7), WKB: point, Values: []geo.Value{geo.String("01001"), geo.Null(), geo.Int(3)}},
			`{"type":"Feature","id":-7,"geometry":{"type":"Point","coordinates":[1,2]},"properties":{"code":"01001","a\"b":null,"n":3}}`},
		{"some, in another order", []int{2, 0}, geo.Row{ID: geo.StringID("2A004"), Values: []geo.Value{geo.Int(3), geo.String("x")}},
			`{"type":"Feature","id":"2A004","geometry":null,"properties":{"n":3,"code":"x"}}`},
		{"none, no id", []int{}, geo.Row{}, `{"type":"Feature","geometry":null,"properties":{}}`},
	} {
		e := NewEncoder(l, c.properties, Format{})
		got, err := e.AppendFeature(nil, &c.row)
		if err != nil || string(got) != c.want {
			t.Errorf("%s: %s, %v\nwant %s", c.name, got, err, c.want)
		}
		open, err := e.AppendFeatureOpen(nil, &c.row)
		if err != nil || string(open) != strings.TrimSuffix(c.want, "}") {
			t.Errorf("%s, open: %s, %v", c.name, open, err)
		}
	}
}

func TestEncoderErrorsLeaveTheBufferAlone(t *testing.T) {
	e := NewEncoder(&geo.Layer{}, nil, Format{})
	for name, row := range map[string]geo.Row{
		"curve":          {WKB: []byte{1, 8, 0, 0, 0, 0, 0, 0, 0}},
		"cut":            {WKB: []byte{1, 1}},
		"empty, not nil": {WKB: []byte{}},
	} {
		got, err := e.AppendFeature([]byte("before"), &row)
		if !errors.Is(err, geo.ErrInvalidInput) || string(got) != "before" {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
	row := geo.Row{Values: []geo.Value{geo.Int(1)}}
	if got, err := e.AppendFeature([]byte("before"), &row); err == nil || string(got) != "before" {
		t.Errorf("more values than properties: %q, %v", got, err)
	}
}

func TestEncoderBBox(t *testing.T) {
	for _, c := range []struct {
		f    Format
		want string
	}{
		{Format{}, `[-1.0000001,2,3.5,44.1234568]`},
		{Format{Swap: true, Decimals: 3}, `[2,-1.001,44.124,3.5]`},
	} {
		e := NewEncoder(&geo.Layer{}, nil, c.f)
		if got, ok := e.AppendBBox(nil); ok || got != nil {
			t.Errorf("box of nothing: %s", got)
		}
		for _, p := range [][]float64{{3.5, 2}, {-1.00000005, 44.12345671}, {math.NaN(), 90}} {
			row := geo.Row{WKB: wkb.AppendWKB(nil, &wkb.Geometry{Type: geo.LineString, Coords: join(p, p)})}
			if _, err := e.AppendFeature(nil, &row); err != nil {
				t.Fatal(err)
			}
		}
		if got, ok := e.AppendBBox(nil); !ok || string(got) != c.want {
			t.Errorf("%s, want %s", got, c.want)
		}
	}
}

func TestEncoderAllocatesNothing(t *testing.T) {
	l, rows, _ := benchRows(t)
	to93, err := crs.NewTransform(geo.CRS84, geo.Lambert93)
	if err != nil {
		t.Fatal(err)
	}
	rows = rows[:50]
	multi := wkb.Geometry{Type: geo.MultiPolygon, Layout: wkb.XYZ, Coords: make([]float64, 24), Ends: []int{4, 8}, PolyEnds: []int{1, 2}}
	rows[0].WKB = wkb.AppendWKB(nil, &multi)
	multi.Type = geo.MultiLineString
	rows[1].WKB = wkb.AppendWKB(nil, &multi)
	for _, f := range []Format{{}, {Transform: to93, Swap: true, Decimals: 3}} {
		e := NewEncoder(l, nil, f)
		buf := make([]byte, 0, 1<<20)
		if n := testing.AllocsPerRun(10, func() {
			buf = buf[:0]
			for i := range rows {
				if buf, err = e.AppendFeature(buf, &rows[i]); err != nil {
					t.Fatal(err)
				}
			}
		}); n > 0 {
			t.Errorf("%v allocations for %d features", n, len(rows))
		}
	}
}

// TestAppendFixed compares with strconv, which rounds the exact value; only at
// half a unit, within the rounding of one product, may they differ.
func TestAppendFixed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		decimals := rapid.IntRange(1, maxDecimals).Draw(t, "decimals")
		f := rapid.Float64Range(-2e7, 2e7).Draw(t, "f")
		got := string(appendFixed(nil, f, decimals, pow10[decimals]))
		back, err := strconv.ParseFloat(got, 64)
		if err != nil || !json.Valid([]byte(got)) || got == "-0" {
			t.Fatalf("%v with %d decimals: %q", f, decimals, got)
		}
		if half := 0.5/pow10[decimals] + math.Abs(f)*1e-15; math.Abs(back-f) > half {
			t.Fatalf("%v with %d decimals: %s", f, decimals, got)
		}
		if _, frac, found := strings.Cut(got, "."); found && (len(frac) > decimals || strings.HasSuffix(frac, "0")) {
			t.Fatalf("%v with %d decimals: %s", f, decimals, got)
		}
	})
}

// TestRoundTrip writes the communes and reads them back.
func TestRoundTrip(t *testing.T) {
	r := NewReader(strings.NewReader(string(communes(t, 2_000_000))), ReaderOptions{})
	l := &geo.Layer{Properties: []geo.Property{{Name: "code"}, {Name: "nom"}, {Name: "code_departement"}}}
	e := NewEncoder(l, nil, Format{})
	var before, written []byte
	for range 500 {
		f, err := r.Next()
		if err != nil {
			t.Fatal(err)
		}
		row := geo.Row{WKB: wkb.AppendWKB(nil, &f.Geometry)}
		for _, m := range f.Properties {
			row.Values = append(row.Values, m.Value)
		}
		before, err = e.AppendFeature(before[:0], &row)
		if err != nil {
			t.Fatal(err)
		}
		back, err := NewReader(strings.NewReader(string(before)), ReaderOptions{}).Next()
		if err != nil {
			t.Fatal(err)
		}
		row = geo.Row{WKB: wkb.AppendWKB(nil, &back.Geometry)}
		for _, m := range back.Properties {
			row.Values = append(row.Values, m.Value)
		}
		if written, err = e.AppendFeature(written[:0], &row); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(before), string(written)); diff != "" {
			t.Fatal(diff)
		}
	}
}
