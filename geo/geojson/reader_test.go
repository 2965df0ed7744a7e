package geojson

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"github.com/arpent-geo/arpent/geo"
	"github.com/arpent-geo/arpent/geo/wkb"
)

// dump reads all features into lines "index@offset id geometry {name kind text}".
func dump(r *Reader) string {
	var b strings.Builder
	for {
		f, err := r.Next()
		if errors.Is(err, io.EOF) {
			return b.String()
		}
		if err != nil {
			fmt.Fprintf(&b, "error %v\n", err)
			return b.String()
		}
		fmt.Fprintf(&b, "%d@%d", f.Index, f.Offset)
		if !f.ID.IsZero() {
			fmt.Fprintf(&b, " id%d=%s", f.ID.Kind, f.ID)
		}
		if f.HasGeometry {
			fmt.Fprintf(&b, " %s", describe(&f.Geometry))
		}
		for _, m := range f.Properties {
			fmt.Fprintf(&b, " %s:%s=%s", m.Name, m.Value.Kind, m.Value.AppendText(nil))
		}
		b.WriteByte('\n')
	}
}

func describe(g *wkb.Geometry) string {
	s := fmt.Sprintf("%s %s %v%v%v", g.Type, g.Layout, g.Coords, g.Ends, g.PolyEnds)
	for k := range g.Parts {
		s += "(" + describe(&g.Parts[k]) + ")"
	}
	return s
}

var readerCases = []struct{ name, in, want string }{
	{"collection", `{"type":"FeatureCollection","features":[{"type":"Feature","id":7,"geometry":{"type":"Point","coordinates":[2.25,48.5]},"properties":{"nom":"Sceaux","n":12,"x":1.50,"ok":true,"rien":null,"o":{"a":[1]},"l":[1, 2]}}]}`,
		"0@40 id1=7 Point XY [2.25 48.5][][] nom:text=Sceaux n:int=12 x:decimal=1.5 ok:bool=true rien:null= o:json={\"a\":[1]} l:array=[1,2]\n"},
	{"features first", `{"features":[{"properties":{"a":1},"geometry":null,"type":"Feature"}],"crs":{"type":"name","properties":{"name":"EPSG:2154"}},"type":"FeatureCollection","bbox":[1,2,3,4]}`,
		"0@13 a:int=1\n"},
	{"feature", `{"type":"Feature","geometry":{"coordinates":[1,2,3],"type":"Point"},"properties":{},"id":"2A004"}`,
		"0@0 id2=2A004 Point XYZ [1 2 3][][]\n"},
	{"bare geometry", ` {"coordinates":[[0,0],[1,1]],"type":"LineString"} `, "0@1 LineString XY [0 0 1 1][][]\n"},
	{"newline-delimited", "{\"type\":\"Feature\",\"geometry\":null,\"properties\":{\"c\":\"01001\"}}\n\n{\"type\":\"Feature\",\"geometry\":null,\"properties\":{\"c\":\"2A004\"}}\r\n",
		"0@0 c:text=01001\n1@63 c:text=2A004\n"},
	{"sequence with separators", "\x1e{\"type\":\"Point\",\"coordinates\":[0,0]}\n\x1e{\"type\":\"Point\",\"coordinates\":[1,1]}\n", "0@1 Point XY [0 0][][]\n1@39 Point XY [1 1][][]\n"},
	{"two collections", `{"type":"FeatureCollection","features":[]}{"type":"FeatureCollection","features":[{"type":"Feature","geometry":null,"properties":null}]}`, "0@82\n"},
	{"byte order mark", "\uFEFF{\"type\":\"Point\",\"coordinates\":[0,0]}", "0@3 Point XY [0 0][][]\n"},
	{"polygon", `{"type":"Polygon","coordinates":[[[0,0],[4,0],[4,4],[0,0]],[[1,1],[2,1],[2,2],[1,1]]]}`, "0@0 Polygon XY [0 0 4 0 4 4 0 0 1 1 2 1 2 2 1 1][4 8][]\n"},
	{"multipolygon", `{"type":"MultiPolygon","coordinates":[[],[[[0,0],[4,0],[4,4],[0,0]]]]}`, "0@0 MultiPolygon XY [0 0 4 0 4 4 0 0][4][0 1]\n"},
	{"multilinestring", `{"type":"MultiLineString","coordinates":[[[0,0],[4,0]],[],[[1,1],[2,2]]]}`, "0@0 MultiLineString XY [0 0 4 0 1 1 2 2][2 2 4][]\n"},
	{"z on some positions", `{"type":"LineString","coordinates":[[0,0],[1,1,9],[2,2]]}`, "0@0 LineString XYZ [0 0 0 1 1 9 2 2 0][][]\n"},
	{"z in one part", `{"type":"GeometryCollection","geometries":[{"type":"Point","coordinates":[0,0]},{"coordinates":[[1,1,5]],"type":"MultiPoint"}]}`,
		"0@0 GeometryCollection XYZ [][][](Point XYZ [0 0 0][][])(MultiPoint XYZ [1 1 5][][])\n"},
	{"geometries before the type", `{"geometries":[{"type":"Point","coordinates":[0,0]}],"type":"GeometryCollection"}`, "0@0 GeometryCollection XY [][][](Point XY [0 0][][])\n"},
	{"empty geometries", `{"type":"Point","coordinates":[]} {"type":"Polygon","coordinates":[ ]} {"type":"Polygon","coordinates":[[]]} {"type":"GeometryCollection","geometries":[]}`,
		"0@0 Point XY [][][]\n1@34 Polygon XY [][][]\n2@71 Polygon XY [][][]\n3@109 GeometryCollection XY [][][]\n"},
	{"numbers", `{"type":"MultiPoint","coordinates":[[-0.5,1e2],[1E-2,0],[12345678.123456789012,5.0000000000000000000001],[-0,9007199254740993]]}`,
		"0@0 MultiPoint XY [-0.5 100 0.01 0 1.234567812345679e+07 5 -0 9.007199254740992e+15][][]\n"},
	{"property numbers", `{"type":"Feature","geometry":null,"properties":{"a":9223372036854775807,"b":9223372036854775808,"c":-9223372036854775808,"d":1e2,"e":-0}}`,
		"0@0 a:int=9223372036854775807 b:decimal=9223372036854775808 c:int=-9223372036854775808 d:decimal=100 e:int=0\n"},
	{"escapes", `{"type":"Feature","geometry":null,"properties":{"\u00e9t\u00e9":"a\"\\\/\b\f\n\r\t\ud834\udd1e\ud800x"}}`,
		"0@0 été:text=a\"\\/\b\f\n\r\t𝄞\uFFFDx\n"},
	{"ids", `{"type":"Feature","geometry":null,"properties":null,"id":1.5}{"type":"Feature","geometry":null,"properties":null,"id":null}`, "0@0 id2=1.5\n1@61\n"},

	{"empty file", " \n", "error record 1, byte 2: the file is empty\n"},
	{"array", `[1]`, "error record 1, byte 0: a GeoJSON object expected, an array found\n"},
	{"NaN", `{"geometry":{"type":"Point","coordinates":[NaN,1]}}`, "error record 1, byte 43: a number expected, \"NaN\" found\n"},
	{"infinite", `{"type":"Point","coordinates":[1e999,1]}`, "error record 1, byte 31: a number too large\n"},
	{"leading zero", `{"type":"Point","coordinates":[01,1]}`, "error record 1, byte 31: a badly written number\n"},
	{"no digit", `{"type":"Point","coordinates":[1.,1]}`, "error record 1, byte 31: a badly written number\n"},
	{"plus", `{"type":"Point","coordinates":[+1,1]}`, "error record 1, byte 31: a value expected, \"+\" found\n"},
	{"trailing comma", `{"type":"FeatureCollection","features":[{"type":"Feature","geometry":null,"properties":{}},]}`, "0@40\nerror record 2, byte 91: a comma too many before ']'\n"},
	{"trailing comma in an object", `{"type":"Point","coordinates":[1,2],}`, "error record 1, byte 36: a comma too many before '}'\n"},
	{"trailing comma in a position", `{"type":"Point","coordinates":[1,2,]}`, "error record 1, byte 35: a comma too many before ']'\n"},
	{"something after", `{"type":"FeatureCollection","features":[]} x`, "error record 1, byte 43: a GeoJSON object expected, \"x\" found\n"},
	{"too many brackets", `{"type":"Point","coordinates":[[1,2]]}`, "error record 1, byte 31: a number expected, an array found\n"},
	{"too few brackets", `{"type":"LineString","coordinates":[1,2]}`, "error record 1, byte 36: a position [x, y] expected, a number found\n"},
	{"three positions in a ring", `{"type":"Polygon","coordinates":[[[0,0],[1,1],[0,0]]]}`, "error record 1, byte 33: ring 1 has fewer than four positions\n"},
	{"hole without shell", `{"type":"Polygon","coordinates":[[],[[0,0],[4,0],[4,4],[0,0]]]}`, "error record 1, byte 36: ring 1 has no position\n"},
	{"property twice", `{"type":"Feature","geometry":null,"properties":{"a":1,"b":2,"a":3}}`, "error record 1, byte 47: the property \"a\" stands twice\n"},
	{"geometry twice", `{"type":"Feature","geometry":null,"geometry":null,"properties":{}}`, "error record 1, byte 34: the member \"geometry\" stands twice\n"},
	{"unknown type", `{"type":"Circle","coordinates":[1,2]}`, "error record 1, byte 8: the type \"Circle\" is not GeoJSON\n"},
	{"topojson", `{"type":"Topology","arcs":[]}`, "error record 1, byte 8: the type \"Topology\" is not GeoJSON\n"},
	{"feature as a geometry", `{"type":"Feature","geometry":{"type":"Feature"},"properties":{}}`, "error record 1, byte 37: \"Feature\" is not a type of geometry\n"},
	{"geometry as a feature", `{"type":"FeatureCollection","features":[{"type":"Point","coordinates":[1,2]}]}`, "error record 1, byte 40: an object of type Point in \"features\", where each object is a Feature\n"},
	{"no type of collection", `{"features":[]}`, "error record 1, byte 15: the member \"type\" is missing\n"},
	{"wrong type of collection", `{"features":[],"type":"Feature"}`, "error record 1, byte 15: a Feature with \"features\"\n"},
	{"unknown escape", `{"type":"Feature","geometry":null,"properties":{"a":"\x"}}`, "error record 1, byte 53: an unknown escape in a text\n"},
	{"control character", "{\"type\":\"Feature\",\"geometry\":null,\"properties\":{\"a\":\"\n\"}}", "error record 1, byte 53: control character 0x0A in a text\n"},
	{"linked crs", `{"type":"FeatureCollection","crs":{"type":"link","properties":{"href":"x"}},"features":[]}`, "error record 1, byte 34: the coordinate system is not named: \"crs\" of type \"link\"\n"},
	{"two systems", `{"crs":{"type":"name","properties":{"name":"A"}},"type":"Point","coordinates":[0,0]}{"crs":{"type":"name","properties":{"name":"B"}},"type":"Point","coordinates":[0,0]}`,
		"0@0 Point XY [0 0][][]\nerror record 2, byte 91: two coordinate systems in one file: A and B\n"},
}

// small keeps the buffer of a reader small: these tests open thousands.
var small = ReaderOptions{MaxFeatureBytes: 4 << 10}

func TestReader(t *testing.T) {
	for _, c := range readerCases {
		if diff := cmp.Diff(c.want, dump(NewReader(strings.NewReader(c.in), small))); diff != "" {
			t.Errorf("%s: -want +got\n%s", c.name, diff)
		}
		// Whatever the pieces in which the file comes, and compressed.
		if diff := cmp.Diff(c.want, dump(NewReader(iotest.OneByteReader(strings.NewReader(c.in)), small))); diff != "" {
			t.Errorf("%s byte by byte: -want +got\n%s", c.name, diff)
		}
		if diff := cmp.Diff(c.want, dump(NewReader(bytes.NewReader(compressed(t, c.in)), small))); diff != "" {
			t.Errorf("%s compressed: -want +got\n%s", c.name, diff)
		}
	}
}

func compressed(t *testing.T, s string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := io.WriteString(z, s); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestTruncated cuts each good file everywhere: no cut is taken for an end,
// but between two objects of a sequence.
func TestTruncated(t *testing.T) {
	for _, c := range readerCases {
		if strings.Contains(c.want, "error") {
			continue
		}
		for n := range len(c.in) {
			got := dump(NewReader(strings.NewReader(c.in[:n]), small))
			if strings.Contains(got, "error") {
				continue
			}
			if strings.Trim(c.in[n:], " \r\n") == "" || c.in[n] == '{' || c.in[n] == '\x1e' || strings.HasPrefix(strings.TrimLeft(c.in[n:], " \r\n"), "{") || strings.HasPrefix(c.in[n:], "\n\x1e") {
				continue
			}
			t.Errorf("%s cut at byte %d (%q) is accepted: %s", c.name, n, c.in[max(0, n-10):n], got)
		}
	}
}

func TestReaderCRS(t *testing.T) {
	for in, want := range map[string]string{
		`{"type":"FeatureCollection","crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::2154"}},"features":[]}`: "urn:ogc:def:crs:EPSG::2154",
		`{"type":"FeatureCollection","features":[],"crs":{"type":"name","properties":{"name":"EPSG:3857"}}}`:                  "EPSG:3857",
		`{"type":"FeatureCollection","crs":{"type":"EPSG","properties":{"code":2154}},"features":[]}`:                         "EPSG:2154",
		`{"type":"FeatureCollection","crs":null,"features":[]}`:                                                               "",
	} {
		r := NewReader(strings.NewReader(in), ReaderOptions{})
		if _, _, err := read(r); err != nil || r.CRS() != want {
			t.Errorf("%s: %q, %v", in, r.CRS(), err)
		}
	}
}

func TestReaderLimits(t *testing.T) {
	point := func(n int) string {
		return `{"type":"Feature","geometry":null,"properties":{"a":"` + strings.Repeat("x", n) + `"}}`
	}
	in := point(10) + point(900) + point(2000)
	n, _, err := read(NewReader(strings.NewReader(in), ReaderOptions{MaxFeatureBytes: 1000}))
	if n != 2 || !errors.Is(err, geo.ErrTooLarge) || !strings.Contains(err.Error(), "record 3, byte ") {
		t.Errorf("%d features, %v", n, err)
	}
	for name, in := range map[string]string{
		"arrays":      `{"type":"Feature","geometry":null,"properties":{"a":` + strings.Repeat("[", 1e6),
		"objects":     strings.Repeat(`{"a":`, 1e6),
		"collections": strings.Repeat(`{"type":"GeometryCollection","geometries":[`, 1e5),
		"coordinates": `{"type":"MultiPolygon","coordinates":` + strings.Repeat("[", 1e6),
		"early":       `{"coordinates":` + strings.Repeat("[", 1e6),
	} {
		if _, _, err := read(NewReader(strings.NewReader(in), ReaderOptions{})); !errors.Is(err, geo.ErrInvalidInput) {
			t.Errorf("%s: %v", name, err)
		}
	}
	var many strings.Builder
	for k := range maxProperties + 1 {
		fmt.Fprintf(&many, `,"p%d":1`, k)
	}
	_, _, err = read(NewReader(strings.NewReader(`{"type":"Feature","geometry":null,"properties":{`+many.String()[1:]+`}}`), ReaderOptions{}))
	if !errors.Is(err, geo.ErrInvalidInput) || !strings.Contains(err.Error(), "10000 properties") {
		t.Error(err)
	}
}

func TestReaderSourceErrors(t *testing.T) {
	broken := errors.New("disk on fire")
	r := NewReader(io.MultiReader(strings.NewReader(`{"type":"Feat`), iotest.ErrReader(broken)), ReaderOptions{})
	_, err := r.Next()
	if !errors.Is(err, broken) || errors.Is(err, geo.ErrInvalidInput) {
		t.Errorf("%v", err)
	}
	if _, again := r.Next(); !errors.Is(again, err) {
		t.Errorf("after an error: %v", again)
	}
	if _, err := NewReader(idle{}, ReaderOptions{}).Next(); !errors.Is(err, io.ErrNoProgress) {
		t.Errorf("a source that gives nothing: %v", err)
	}
}

type idle struct{}

func (idle) Read([]byte) (int, error) { return 0, nil }

// TestReaderAgreesWithEncodingJSON compares coordinates and properties of
// communes, with a buffer so small that most features are read twice.
func TestReaderAgreesWithEncodingJSON(t *testing.T) {
	text := communes(t, 8_000_000)
	text = text[:bytes.LastIndexByte(text, '\n')]
	r := NewReader(bytes.NewReader(text), ReaderOptions{MaxFeatureBytes: 64 << 10})
	lines := bytes.Split(bytes.TrimSpace(text), []byte("\n"))
	for i, line := range lines {
		f, err := r.Next()
		if err != nil {
			t.Fatal(err)
		}
		if i%50 != 0 {
			continue
		}
		var want struct {
			Properties map[string]string
			Geometry   struct {
				Type        string
				Coordinates any
			}
		}
		if err := json.Unmarshal(line, &want); err != nil {
			t.Fatal(err)
		}
		if string(f.Geometry.Type) != want.Geometry.Type {
			t.Fatalf("record %d: %s", i, f.Geometry.Type)
		}
		if diff := cmp.Diff(flatten(nil, want.Geometry.Coordinates), f.Geometry.Coords); diff != "" {
			t.Fatalf("record %d: %s", i, diff)
		}
		for _, m := range f.Properties {
			if want.Properties[string(m.Name)] != string(m.Value.Bytes) {
				t.Fatalf("record %d: %s is %q", i, m.Name, m.Value.Bytes)
			}
		}
	}
	if _, err := r.Next(); !errors.Is(err, io.EOF) || len(lines) < 5000 {
		t.Errorf("%d lines, then %v", len(lines), err)
	}
}

func flatten(dst []float64, v any) []float64 {
	switch v := v.(type) {
	case float64:
		return append(dst, v)
	case []any:
		for _, e := range v {
			dst = flatten(dst, e)
		}
	}
	return dst
}

// FuzzReader checks that nothing makes the reader panic, that the pieces in
// which a file comes do not matter, that what it accepts is JSON, and that
// geometries survive WKB.
func FuzzReader(f *testing.F) {
	for _, c := range readerCases {
		f.Add([]byte(c.in))
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		whole := dump(NewReader(bytes.NewReader(in), small))
		if pieces := dump(NewReader(iotest.OneByteReader(bytes.NewReader(in)), small)); pieces != whole {
			t.Fatalf("whole:\n%s\nbyte by byte:\n%s", whole, pieces)
		}
		if strings.Contains(whole, "error ") || bytes.HasPrefix(in, []byte{0x1F, 0x8B}) {
			return
		}
		text := bytes.ReplaceAll(bytes.TrimPrefix(in, []byte("\uFEFF")), []byte{0x1E}, []byte{' '})
		for d := json.NewDecoder(bytes.NewReader(text)); ; {
			var v json.RawMessage
			if err := d.Decode(&v); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				t.Fatalf("%q is accepted: %v", in, err)
			}
		}
		for r := NewReader(bytes.NewReader(in), small); ; {
			feature, err := r.Next()
			if err != nil {
				return
			}
			if !feature.HasGeometry {
				continue
			}
			var g wkb.Geometry
			if err := wkb.Decode(wkb.AppendWKB(nil, &feature.Geometry), &g); err != nil {
				t.Fatalf("%s: %v", describe(&feature.Geometry), err)
			}
		}
	})
}
