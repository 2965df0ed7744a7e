package geojson

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/gzip"
	"golang.org/x/text/encoding/charmap"

	"github.com/arpent-geo/arpent/geo"
	"github.com/arpent-geo/arpent/geo/wkb"
	"github.com/arpent-geo/arpent/loaders"
)

var _ loaders.Source = (*Source)(nil)

func write(t testing.TB, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func open(t testing.TB, content string) *Source {
	t.Helper()
	s, err := Open(context.Background(), write(t, "Fichier d'essai.geojson", content), Options{})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// dump writes rows as "geometry|value|value".
func dump(t testing.TB, s *Source) []string {
	t.Helper()
	var lines []string
	var g wkb.Geometry
	for row, err := range s.Rows(context.Background()) {
		if err != nil {
			t.Fatal(err)
		}
		line := "null"
		if row.WKB != nil {
			if err := wkb.Decode(row.WKB, &g); err != nil {
				t.Fatal(err)
			}
			line = fmt.Sprintf("%s %s %v", g.Type, g.Layout, g.Coords)
		}
		for _, v := range row.Values {
			line += "|" + string(v.AppendJSON(nil))
		}
		lines = append(lines, line)
	}
	return lines
}

const collection = `{"type":"FeatureCollection","features":[
 {"type":"Feature","id":1,"properties":{"code":"01001","n":1,"fid":true},"geometry":{"type":"Point","coordinates":[1,2]}},
 {"type":"Feature","id":2,"properties":{"n":2.5,"extra":{"a":[1]},"code":"2A004"},"geometry":{"type":"MultiPoint","coordinates":[[3,4],[5,6]]}},
 {"type":"Feature","id":3,"properties":null,"geometry":null}]}`

func TestSource(t *testing.T) {
	s := open(t, collection)
	l := s.Layer()
	if l.Table != "fichier_d_essai" || l.Geometry != geo.MultiPoint || l.HasZ || l.CRS != geo.CRS84 || s.Count() != 3 {
		t.Errorf("layer %+v, %d rows", l, s.Count())
	}
	var shape []string
	for _, p := range l.Properties {
		shape = append(shape, p.Name+" "+p.Kind.String())
	}
	if d := cmp.Diff([]string{"id int", "code text", "n float", "fid_1 bool", "extra json"}, shape); d != "" {
		t.Error(d)
	}
	want := []string{
		`MultiPoint XY [1 2]|1|"01001"|1|true|null`,
		`MultiPoint XY [3 4 5 6]|2|"2A004"|2.5|null|{"a":[1]}`,
		`null|3|null|null|null|null`,
	}
	for range 2 { // as often as one likes
		if d := cmp.Diff(want, dump(t, s)); d != "" {
			t.Error(d)
		}
	}
	said := fmt.Sprint(s.Warnings())
	for _, part := range []string{`"fid" becomes "fid_1"`, "1 Point stored as MultiPoint", "--id id"} {
		if !strings.Contains(said, part) {
			t.Errorf("warnings do not say %q: %s", part, said)
		}
	}
}

func TestSameWhateverTheForm(t *testing.T) {
	feature := `{"type":"Feature","properties":{"nom":"Léa"},"geometry":{"type":"Point","coordinates":[1,2,3]}}`
	forms := map[string]string{
		"collection":          `{"type":"FeatureCollection","features":[` + feature + `,` + feature + `]}`,
		"type last":           `{"features":[` + feature + `,` + feature + `],"name":"x","type":"FeatureCollection"}`,
		"lines":               feature + "\n" + feature + "\n",
		"sequence (RFC 8142)": "\x1e" + feature + "\n\x1e" + feature + "\n",
		"byte order mark":     "\xef\xbb\xbf" + feature + "\r\n" + feature,
	}
	want := []string{`Point XYZ [1 2 3]|"Léa"`, `Point XYZ [1 2 3]|"Léa"`}
	for name, content := range forms {
		if d := cmp.Diff(want, dump(t, open(t, content))); d != "" {
			t.Errorf("%s: %s", name, d)
		}
		var zipped bytes.Buffer
		w := gzip.NewWriter(&zipped)
		_, _ = w.Write([]byte(content))
		_ = w.Close()
		if d := cmp.Diff(want, dump(t, open(t, zipped.String()))); d != "" {
			t.Errorf("%s, gzipped: %s", name, d)
		}
	}
	latin := write(t, "l.json", strings.ReplaceAll(feature, "é", "\xe9"))
	s, err := Open(t.Context(), latin, Options{Encoding: charmap.Windows1252})
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(want[:1], dump(t, s)); d != "" {
		t.Error(d)
	}
}

func TestGeometryTypes(t *testing.T) {
	point, points, line := `{"type":"Point","coordinates":[1,2]}`, `{"type":"MultiPoint","coordinates":[[1,2]]}`, `{"type":"LineString","coordinates":[[1,2],[3,4]]}`
	high := `{"type":"Point","coordinates":[1,2,9]}`
	tests := []struct {
		geometries []string
		want       geo.GeometryType
		z          bool
	}{
		{[]string{point, point}, geo.Point, false},
		{[]string{point, points}, geo.MultiPoint, false},
		{[]string{points, point, line}, geo.GeometryAny, false},
		{[]string{point, line, points}, geo.GeometryAny, false},
		{[]string{line, "null"}, geo.LineString, false},
		{[]string{point, high}, geo.Point, true},
		{[]string{"null"}, geo.GeometryNone, false},
	}
	for _, tt := range tests {
		var b strings.Builder
		for _, g := range tt.geometries {
			fmt.Fprintf(&b, `{"type":"Feature","properties":{},"geometry":%s}`+"\n", g)
		}
		s := open(t, b.String())
		if l := s.Layer(); l.Geometry != tt.want || l.HasZ != tt.z {
			t.Errorf("%v: %s, z %v; want %s, %v", tt.geometries, l.Geometry, l.HasZ, tt.want, tt.z)
		}
		if n := len(dump(t, s)); n != len(tt.geometries) {
			t.Errorf("%v: %d rows", tt.geometries, n)
		}
	}
}

func TestIDs(t *testing.T) {
	feature := func(id, properties string) string {
		if id != "" {
			id = `"id":` + id + `,`
		}
		return `{"type":"Feature",` + id + `"properties":` + properties + `,"geometry":null}` + "\n"
	}
	tests := []struct{ content, want string }{
		{feature("", `{"a":1}`), "a int"},
		{feature("1", `{"a":1}`) + feature(`"x"`, `{"a":1}`), "id text, a int"},
		{feature("7", `{"id":7}`), "id int"},                                // said twice, kept once
		{feature(`"A"`, `{"id":"A"}`), "id text"},                           // the same
		{feature("1", `{"id":7}`), "id int, id_1 int"},                      // two things
		{feature("1", `{"a":1}`) + feature("", `{"a":1}`), "id int, a int"}, // not all have one
	}
	for _, tt := range tests {
		var shape []string
		for _, p := range open(t, tt.content).Layer().Properties {
			shape = append(shape, p.Name+" "+p.Kind.String())
		}
		if got := strings.Join(shape, ", "); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.content, got, tt.want)
		}
	}
}

func TestCRS(t *testing.T) {
	file := func(member, coordinates string) string {
		return `{"type":"FeatureCollection",` + member + `"features":[{"type":"Feature","properties":{},"geometry":{"type":"Point","coordinates":` + coordinates + `}}]}`
	}
	legacy := `"crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::2154"}},`
	tests := []struct {
		name, content string
		asked         geo.CRS
		want          geo.CRS
		err           error
	}{
		{"RFC 7946", file("", "[2.3,48.8]"), geo.CRS{}, geo.CRS84, nil},
		{"legacy member", file(legacy, "[652000,6862000]"), geo.CRS{}, geo.Lambert93, nil},
		{"legacy CRS84", file(`"crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:OGC:1.3:CRS84"}},`, "[2.3,48.8]"), geo.CRS{}, geo.CRS84, nil},
		{"legacy 4326", file(`"crs":{"type":"name","properties":{"name":"EPSG:4326"}},`, "[2.3,48.8]"), geo.CRS{}, geo.CRS84, nil},
		{"asked for", file("", "[652000,6862000]"), geo.Lambert93, geo.Lambert93, nil},
		{"asked for over the member", file(legacy, "[1652000,8182000]"), geo.EPSG("3949"), geo.EPSG("3949"), nil},
		{"metres said to be degrees", file("", "[652000,6862000]"), geo.CRS{}, geo.CRS{}, geo.ErrInvalidInput},
		{"unknown member", file(strings.Replace(legacy, "2154", "27572", 1), "[600000,2428000]"), geo.CRS{}, geo.CRS{}, geo.ErrUnsupportedCRS},
		{"unknown member, asked for", file(strings.Replace(legacy, "2154", "27572", 1), "[2.3,48.8]"), geo.CRS84, geo.CRS84, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s, err := Open(t.Context(), write(t, "a.json", tt.content), Options{CRS: tt.asked})
			if !errors.Is(err, tt.err) {
				t.Fatalf("got %v", err)
			}
			if err == nil && s.Layer().CRS != tt.want {
				t.Errorf("CRS %s", s.Layer().CRS)
			}
		})
	}
}

func TestOpenIsInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Open(ctx, write(t, "a.json", collection), Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

// The file on disk changes between the two passes.
func TestChangedFile(t *testing.T) {
	path := write(t, "a.json", `{"type":"Feature","properties":{"a":1},"geometry":null}`)
	s, err := Open(t.Context(), path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, content := range []string{`{"type":"Feature","properties":{"b":1},"geometry":null}`, `{"type":"Feature","properties":{"a":"x"},"geometry":null}`, `{`} {
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		var got error
		for _, err := range s.Rows(t.Context()) {
			got = err
		}
		if !errors.Is(got, geo.ErrInvalidInput) {
			t.Errorf("%s: %v", content, got)
		}
	}
}

func sharedData(t testing.TB, path string) string {
	t.Helper()
	for dir, up := "..", 0; up < 6; dir, up = filepath.Join("..", dir), up+1 {
		p := filepath.Join(dir, "shared", "data", path)
		if _, err := os.Stat(p); err == nil {
			return p
		}
	}
	t.Skipf("SKIPPED: no shared data (%s) beside the repository", path)
	return ""
}

// Every malformed sample is refused with its place, or read whole.
func TestMalformedFiles(t *testing.T) {
	root := sharedData(t, "formats")
	read := []string{ // odd, but each says clearly what it holds
		"bad/bbox-4or6elements.geojson", "bad/bbox-contains-string.geojson",
		"bad/featurecollection_changed_semantics.geojson", "bad/geometry_changed_semantics.geojson", "bad/geometrycollection_single.geojson",
		"bad/point-toomany.geojson", "malformes/geojson-bom.geojson", "malformes/geojson-lat-lon-inverses.geojson",
	}
	good := func(name string) bool {
		// issue82 is well formed, but its latitudes go to -141.
		return strings.HasPrefix(name, "good/") && name != "good/issue82.geojson" || slices.Contains(read, name)
	}
	var files []string
	for _, pattern := range []string{"geojson/*/*json", "geojson/*json", "malformes/*geojson*"} {
		found, _ := filepath.Glob(filepath.Join(root, pattern))
		files = append(files, found...)
	}
	if len(files) < 40 {
		t.Fatalf("%d files only", len(files))
	}
	for _, path := range files {
		if info, err := os.Stat(path); err != nil || info.IsDir() {
			continue
		}
		s, err := Open(t.Context(), path, Options{})
		var e *geo.Error
		name := filepath.Base(filepath.Dir(path)) + "/" + filepath.Base(path)
		switch {
		case err == nil && !good(name):
			t.Errorf("%s was read: %v", name, dump(t, s))
		case err == nil:
			if int64(len(dump(t, s))) != s.Count() {
				t.Errorf("%s: the passes differ", name)
			}
		case good(name):
			t.Errorf("%s: %v", name, err)
		case !errors.As(err, &e) || e.Msg.FR == "" || e.Msg.EN == "" || !strings.Contains(err.Error(), filepath.Base(path)):
			t.Errorf("%s: the error does not say enough: %v", name, err)
		default:
			t.Logf("%s: %v", name, err)
		}
	}
}

func ExampleOpen() {
	path := filepath.Join(os.TempDir(), "arpent-example.geojson")
	_ = os.WriteFile(path, []byte(`{"type":"Feature","properties":{"code":"01001"},"geometry":{"type":"Point","coordinates":[4.926,46.153]}}`), 0o600)
	defer os.Remove(path)
	s, err := Open(context.Background(), path, Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	l := s.Layer()
	fmt.Println(l.Table, l.Geometry, l.CRS, l.Properties[0].Name, l.Properties[0].Kind)
	// Output: arpent_example Point OGC:CRS84 code text
}

// BenchmarkSource reads the 35,357 communes twice, as a load does.
func BenchmarkSource(b *testing.B) {
	path := sharedData(b, "admin/communes-2018.geojsonl.gz")
	b.ReportAllocs()
	for b.Loop() {
		s, err := Open(b.Context(), path, Options{})
		if err != nil {
			b.Fatal(err)
		}
		n := 0
		for _, err := range s.Rows(b.Context()) {
			if err != nil {
				b.Fatal(err)
			}
			n++
		}
		if n != 35357 {
			b.Fatalf("%d rows", n)
		}
	}
}
