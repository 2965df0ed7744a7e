package loaders

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/arpent-geo/arpent/geo"
	"github.com/arpent-geo/arpent/geo/wkb"
)

func TestTableName(t *testing.T) {
	for in, want := range map[string]string{
		"/data/Communes 2018 (métropole).geojson.gz": "communes_2018_metropole",
		"communes-2018.geojsonl.gz":                  "communes_2018",
		"Zone_Urba.json":                             "zone_urba",
		"plu.v2.gpkg":                                "plu_v2",
		"95.geojson":                                 "95",
		"Œuvres d'été.json":                          "oeuvres_d_ete",
		"🌍.json":                                     "layer",
		"-":                                          "layer",
		".geojson":                                   "geojson",
		strings.Repeat("a", 70) + ".json":            strings.Repeat("a", 63),
	} {
		if got := TableName(in); got != want {
			t.Errorf("TableName(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestColumnNames(t *testing.T) {
	in := []string{"code", "fid", "Code", "geom", "", "a\x00b", strings.Repeat("é", 40), "code_1"}
	columns, renamed := ColumnNames(in)
	want := []string{"code", "fid_1", "Code_1", "geom_1", "property", "ab", strings.Repeat("é", 31), "code_1_1"}
	if d := cmp.Diff(want, columns); d != "" {
		t.Error(d)
	}
	if len(renamed) != 7 {
		t.Errorf("%d renamed, want 7: %v", len(renamed), renamed)
	}
	seen := map[string]bool{}
	for _, c := range columns {
		if seen[strings.ToLower(c)] || len(c) > maxName {
			t.Errorf("column %q is taken or too long", c)
		}
		seen[strings.ToLower(c)] = true
	}
}

func TestParseInstants(t *testing.T) {
	dates := map[string]string{
		"2024-02-29": "2024-02-29", "1969-12-31": "1969-12-31", "0000-01-01": "0000-01-01", "9999-12-31": "9999-12-31",
		"2023-02-29": "", "2024-13-01": "", "2024-1-1": "", "2024/01/01": "", "20240101xx": "", "+024-01-01": "", "": "",
	}
	for in, want := range dates {
		days, ok := ParseDate([]byte(in))
		if got := string(geo.Date(days).AppendText(nil)); ok != (want != "") || ok && got != want {
			t.Errorf("ParseDate(%q) = %s, %v", in, got, ok)
		}
	}
	stamps := []struct {
		in    string
		us    int64
		zoned bool
		ok    bool
	}{
		{"1970-01-01T00:00:01", 1e6, false, true},
		{"1970-01-01 00:00:01", 1e6, false, true},
		{"1970-01-01T00:00:00.5Z", 500000, true, true},
		{"1970-01-01T01:00:00+01:00", 0, true, true},
		{"1969-12-31T19:00:00.000001-05:00", 1, true, true},
		{"1970-01-01T00:00:00.1234567Z", 0, false, false},
		{"1970-01-01T24:00:00", 0, false, false},
		{"1970-01-01T00:00:60", 0, false, false},
		{"1970-01-01T00:00", 0, false, false},
		{"1970-01-01T00:00:00+01", 0, false, false},
		{"1970-01-01T00:00:00.Z", 0, false, false},
		{"1970-01-01", 0, false, false},
	}
	for _, tt := range stamps {
		us, zoned, ok := ParseTimestamp([]byte(tt.in))
		if ok != tt.ok || ok && (us != tt.us || zoned != tt.zoned) {
			t.Errorf("ParseTimestamp(%q) = %d, %v, %v", tt.in, us, zoned, ok)
		}
	}
}

func FuzzParseTimestamp(f *testing.F) {
	for _, s := range []string{"2024-01-31T12:34:56.789+01:00", "2024-01-31", "1970-01-01 00:00:00Z", "0000-00-00T99:99:99"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		us, zoned, ok := ParseTimestamp(b)
		if !ok || us%1000 != 0 { // what is printed has milliseconds
			return
		}
		v := geo.Timestamp(us)
		if zoned {
			v = geo.Instant(us)
		}
		again, _, ok := ParseTimestamp(v.AppendText(nil))
		if year := v.Time().Year(); year >= 0 && year <= 9999 && (!ok || again != us) {
			t.Errorf("%q gives %d, printed as %s gives %d, %v", b, us, v.AppendText(nil), again, ok)
		}
	})
}

func TestDetect(t *testing.T) {
	tests := []struct {
		head  string
		want  Format
		looks string
	}{
		{"{\"type\"", FormatGeoJSON, ""},
		{"\xef\xbb\xbf \n{", FormatGeoJSON, ""},
		{"\x1e{", FormatGeoJSON, ""},
		{"\x1f\x8b\x08", FormatGzip, ""},
		{"SQLite format 3\x00", FormatGeoPackage, ""},
		{"PK\x03\x04", FormatUnknown, "zip"},
		{"\x00\x00\x27\x0a", FormatUnknown, "Shapefile"},
		{"fgb\x03fgb", FormatUnknown, "FlatGeobuf"},
		{"code;nom\n01001;A", FormatUnknown, "CSV"},
		{"<!DOCTYPE html><html>", FormatUnknown, "web page"},
		{"<?xml version", FormatUnknown, "XML"},
		{"", FormatUnknown, "empty"},
	}
	for _, tt := range tests {
		got, err := Detect([]byte(tt.head))
		if got != tt.want || (err != nil) != (tt.want == FormatUnknown) {
			t.Errorf("Detect(%q) = %d, %v", tt.head, got, err)
		}
		if err != nil && (!errors.Is(err, geo.ErrInvalidInput) || !strings.Contains(err.Error(), tt.looks)) {
			t.Errorf("Detect(%q): %v, want %q in it", tt.head, err, tt.looks)
		}
	}
}

func TestCheckPlace(t *testing.T) {
	box := func(minX, minY, maxX, maxY float64) geo.BBox {
		return geo.BBox{MinX: minX, MinY: minY, MaxX: maxX, MaxY: maxY}
	}
	tests := []struct {
		name       string
		box        geo.BBox
		geographic bool
		says       string // in the hint of the error, or in the warning
		refused    bool
	}{
		{"France in degrees", box(-5, 41, 9, 51), true, "", false},
		{"the world", box(-180, -90, 180, 90), true, "", false},
		{"nothing", geo.EmptyBBox(geo.CRS84), true, "", false},
		{"Paris in Lambert-93", box(652000, 6862000, 652001, 6862001), true, "EPSG:2154", true},
		{"France in Lambert-93", box(100000, 6050000, 1242000, 7110000), true, "EPSG:2154", true},
		{"Paris in CC49", box(1652000, 8182000, 1653000, 8183000), true, "EPSG:3949", true},
		{"France in Web Mercator", box(-570000, 5010000, 1064000, 6637000), true, "EPSG:3857", true},
		{"somewhere", box(1e7, 1e7, 2e7, 2e7), true, "--crs", true},
		{"latitude first", box(48.8, 2.3, 48.9, 2.4), true, "latitude", false},
		{"degrees as metres", box(2, 48, 3, 49), false, "degrees", false},
		{"Lambert-93 as it says", box(652000, 6862000, 652001, 6862001), false, "", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			warning, err := CheckPlace(tt.box, tt.geographic)
			said := warning.EN
			var e *geo.Error
			if errors.As(err, &e) {
				said = e.Hint.EN
			}
			if (err != nil) != tt.refused || !strings.Contains(said, tt.says) || tt.says == "" && said != "" {
				t.Errorf("warning %q, error %v", warning.EN, err)
			}
		})
	}
}

func TestConform(t *testing.T) {
	line := wkb.Geometry{Type: geo.LineString, Layout: wkb.XYM, Coords: []float64{1, 2, 3, 4, 5, 6}}
	Conform(&line, geo.MultiLineString, true)
	want := wkb.Geometry{Type: geo.MultiLineString, Layout: wkb.XYZM, Coords: []float64{1, 2, 0, 3, 4, 5, 0, 6}, Ends: []int{2}}
	if d := cmp.Diff(want, line); d != "" {
		t.Error(d)
	}
	square := wkb.Geometry{Type: geo.Polygon, Coords: []float64{0, 0, 1, 0, 1, 1, 0, 0}, Ends: []int{4}}
	Conform(&square, geo.MultiPolygon, false)
	if d := cmp.Diff([]int{1}, square.PolyEnds); d != "" || square.Type != geo.MultiPolygon {
		t.Error(d, square.Type)
	}
	empty := wkb.Geometry{Type: geo.Polygon}
	Conform(&empty, geo.MultiPolygon, true)
	if empty.Type != geo.MultiPolygon || !empty.IsEmpty() || len(empty.PolyEnds) != 0 {
		t.Errorf("empty: %+v", empty)
	}
	point := wkb.Geometry{Type: geo.Point, Coords: []float64{1, 2}}
	if Conform(&point, geo.Polygon, false); point.Type != geo.Point {
		t.Errorf("a point became a %s", point.Type)
	}
}

func ExampleTableName() {
	fmt.Println(TableName("Communes 2018 (métropole).geojson.gz"))
	// Output: communes_2018_metropole
}
