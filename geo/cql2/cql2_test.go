package cql2

import (
	"encoding/csv"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/arpent-geo/arpent/geo"
	"github.com/arpent-geo/arpent/geo/crs"
)

// sharedData finds the data beside the repository, or skips the test.
func sharedData(t testing.TB, elem ...string) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		path := filepath.Join(append([]string{dir, "shared", "data"}, elem...)...)
		if _, err := os.Stat(path); err == nil {
			return path
		}
		if dir == filepath.Dir(dir) {
			t.Skip("no shared data: " + filepath.Join(elem...))
		}
		dir = filepath.Dir(dir)
	}
}

// property is a column of a layer for tests.
func property(name string, k geo.Kind) geo.Property { return geo.Property{Name: name, Kind: k} }

// testLayer has a column of each kind.
func testLayer() *geo.Layer {
	return &geo.Layer{
		ID: "essai", GeomColumn: "geom", Geometry: geo.GeometryAny, CRS: geo.Lambert93,
		Properties: []geo.Property{
			property("actif", geo.KindBool), property("population", geo.KindInt), property("taux", geo.KindReal),
			property("surface", geo.KindFloat), property("prix", geo.KindDecimal), property("nom", geo.KindText),
			property("debut", geo.KindDate), property("vu", geo.KindTimestamp), property("modifie", geo.KindTimestampTZ),
			property("cle", geo.KindUUID), property("octets", geo.KindBytes), property("fiche", geo.KindJSON),
			property("genres", geo.KindArray), property("le mot \"clé\"", geo.KindText), property("and", geo.KindBool),
			property("date", geo.KindDate), property("point", geo.KindInt), property("eo:nuages", geo.KindFloat),
		},
	}
}

func mustText(t testing.TB, s string, l *geo.Layer, o Options) geo.Expr {
	t.Helper()
	e, err := ParseText(s, l, o)
	if err != nil {
		t.Fatalf("%s\n%v", s, err)
	}
	return e
}

// exampleLayer is a layer in which an example of the standard makes sense.
func exampleLayer(name string) (*geo.Layer, Options) {
	kinds := map[geo.Kind]string{
		geo.KindText:        "city name cityName road_class landsat:scene_id eo:instrument beamMode swathDirection polarization owner material etat_vol geophys:SURVEY_NAME id",
		geo.KindFloat:       "windSpeed category vehicle_height bridge_clearance eo:cloud_cover landsat:wrs_row landsat:wrs_path taxes floors value foo bar x",
		geo.KindTimestampTZ: "updated event_time starts_at ends_at updated_at",
		geo.KindDate:        "built",
		geo.KindBool:        "swimming_pool",
		geo.KindArray:       "layer:ids values",
	}
	if strings.HasPrefix(name, "example40") {
		kinds[geo.KindText] += " value"
		kinds[geo.KindFloat] = strings.ReplaceAll(kinds[geo.KindFloat], "value", "")
	}
	l := &geo.Layer{GeomColumn: "geometry", Geometry: geo.GeometryAny, CRS: geo.CRS84}
	switch name {
	case "clause7_10":
		l.GeomColumn = "road"
	case "example07", "example08":
		l.GeomColumn = "footprint"
	case "example23":
		l.GeomColumn = "location"
	}
	for kind, names := range kinds {
		for _, n := range strings.Fields(names) {
			l.Properties = append(l.Properties, property(n, kind))
		}
	}
	any := geo.Param{}
	return l, Options{Functions: append(geo.Functions(),
		&geo.Function{Name: "avg", Params: []geo.Param{{Types: []geo.Type{geo.TypeNumber}}}, Result: geo.TypeNumber},
		&geo.Function{Name: "Foo", Params: []geo.Param{any}, Result: geo.TypeBool},
		&geo.Function{Name: "Bar", Params: []geo.Param{any, any, any, any, any}, Result: geo.TypeBool})}
}

// Examples of the standard that are operands, and no filter.
const notAFilter = "clause6_01"

func TestStandardExamples(t *testing.T) {
	read := 0
	for _, encoding := range []struct{ dir, ext string }{{"text", ".txt"}, {"json", ".json"}} {
		files, err := filepath.Glob(filepath.Join(sharedData(t, "cql2", "examples", encoding.dir), "*"+encoding.ext))
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range files {
			name := strings.TrimSuffix(filepath.Base(path), encoding.ext)
			l, o := exampleLayer(name)
			b, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			var e geo.Expr
			if encoding.dir == "text" {
				e, err = ParseText(string(b), l, o)
			} else {
				e, err = ParseJSON(b, l, o)
			}
			if name == notAFilter {
				if err == nil || !strings.Contains(err.Error(), "must be a condition") {
					t.Errorf("%s: %v", name, err)
				}
				continue
			}
			if err != nil {
				t.Errorf("%s: %v\n%s", path, err, b)
				continue
			}
			read++
			roundTrip(t, e, l, o)
			if encoding.dir == "text" {
				continue
			}
			text, err := os.ReadFile(filepath.Join(filepath.Dir(filepath.Dir(path)), "text", name+".txt"))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(mustText(t, string(text), l, o), e); diff != "" {
				t.Errorf("%s: the text and the JSON differ:\n%s", name, diff)
			}
		}
	}
	if read != 171 {
		t.Errorf("read %d examples of 171", read)
	}
}

// roundTrip checks that a tree written and read again, both ways, is the same.
func roundTrip(t interface {
	Helper()
	Fatalf(string, ...any)
}, e geo.Expr, l *geo.Layer, o Options,
) {
	t.Helper()
	doc, err := AppendJSON(nil, e, o)
	if err != nil {
		t.Fatalf("%v", err)
	}
	if !json.Valid(doc) {
		t.Fatalf("not JSON: %s", doc)
	}
	got, err := ParseJSON(doc, l, o)
	if err != nil {
		t.Fatalf("%s\n%v", doc, err)
	}
	if diff := cmp.Diff(e, got); diff != "" {
		t.Fatalf("%s\n%s", doc, diff)
	}
	text, err := AppendText(nil, e, o)
	if err != nil {
		t.Fatalf("%s\n%v", doc, err)
	}
	got, err = ParseText(string(text), l, o)
	if err != nil {
		t.Fatalf("%s\n%v", text, err)
	}
	if diff := cmp.Diff(e, got); diff != "" {
		t.Fatalf("%s\n%s", text, diff)
	}
}

// atsLayer has the schema of a layer of ne110m4cql2.gpkg.
func atsLayer(t testing.TB, id string) *geo.Layer {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(sharedData(t, "cql2", "queryables"), id+".json"))
	if err != nil {
		t.Fatal(err)
	}
	var schema struct {
		Properties map[string]struct{ Type, Format string }
	}
	if err := json.Unmarshal(b, &schema); err != nil {
		t.Fatal(err)
	}
	kinds := map[string]geo.Kind{
		"string": geo.KindText, "number": geo.KindFloat, "integer": geo.KindInt, "boolean": geo.KindBool,
		"stringdate": geo.KindDate, "stringdate-time": geo.KindTimestampTZ,
	}
	l := &geo.Layer{ID: id, GeomColumn: "geom", Geometry: geo.GeometryAny, CRS: geo.CRS84}
	for name, p := range schema.Properties {
		if kind, ok := kinds[p.Type+p.Format]; ok {
			l.Properties = append(l.Properties, property(name, kind))
		}
	}
	return l
}

func readCSV(t testing.TB, elem ...string) [][]string {
	t.Helper()
	f, err := os.Open(sharedData(t, elem...))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows[1:]
}

func TestATSPredicatesParse(t *testing.T) {
	for _, row := range readCSV(t, "cql2", "ats-predicates.csv") {
		l := atsLayer(t, row[3])
		e, err := ParseText(row[4], l, Options{})
		if err != nil {
			t.Errorf("%s: %s\n%v", row[0], row[4], err)
			continue
		}
		roundTrip(t, e, l, Options{})
	}
}

func TestTextMeansTree(t *testing.T) {
	l := testLayer()
	for _, tt := range []struct{ in, want string }{
		{"nom='a' or nom='b' and not actif", "nom = 'a' OR nom = 'b' AND NOT actif"},
		{"(nom='a' or nom='b') and actif", "(nom = 'a' OR nom = 'b') AND actif"},
		{"(actif and actif) and actif", "(actif AND actif) AND actif"},
		{"not (actif)", "NOT actif"},
		{"not not actif", "NOT (NOT actif)"},
		{"population = 1 + 2*3 - 4", "population = (1 + 2 * 3) - 4"},
		{"population = 2*(3+4) div 5 % 6 / 7", "population = (((2 * (3 + 4)) div 5) % 6) / 7"},
		{"population = -2^2", "population = -2 ^ 2"},
		{"population=-surface", "population = -1 * surface"},
		{"population=1-1", "population = 1 - 1"},
		{"population=+1.50e1", "population = 15"},
		{"surface = .5", "surface = 0.5"},
		{"population not between 1 and 2 or actif", "NOT population BETWEEN 1 AND 2 OR actif"},
		{"nom not like 'a''b\\'%'", "NOT nom LIKE 'a''b''%'"},
		{`nom like 'a\%_'`, `nom LIKE 'a\%_'`},
		{"\"and\" and actif=\ttrue\n", `"and" AND actif = TRUE`},
		{`"le mot ""clé""" is not null`, `NOT "le mot ""clé""" IS NULL`},
		{"date > date('2024-01-31') and point=3", "date > DATE('2024-01-31') AND point = 3"},
		{"modifie>=timestamp('2024-01-31T12:00:00.5+01:00')", "modifie >= TIMESTAMP('2024-01-31T11:00:00.5Z')"},
		{"t_during(interval(date,debut),interval('..','2024-12-31'))", "T_DURING(INTERVAL(date, debut), INTERVAL('..', '2024-12-31'))"},
		{"a_overlaps(genres,('a'))", "A_OVERLAPS(genres, ('a'))"},
		{"a_contains((),genres)", "A_CONTAINS((), genres)"},
		{"a_equals(genres,('a',1,TRUE))", "A_EQUALS(genres, ('a', 1, TRUE))"},
		{"s_intersects(geometry, point z(1 2 3))", "S_INTERSECTS(geom, POINT Z (1 2 3))"},
		{"s_within(geom,multipoint(1 2,(3 4)))", "S_WITHIN(geom, MULTIPOINT((1 2),(3 4)))"},
		{"s_within(geom,bbox(170,-20,-170,-10))", "S_WITHIN(geom, BBOX(170,-20,-170,-10))"},
		{"s_dwithin(geom,point(2 48),1e3)", "S_DWITHIN(geom, POINT(2 48), 1000)"},
		{"area(geom)>1e6 and year(modifie) in (2023,2024)", "AREA(geom) > 1000000 AND YEAR(modifie) IN (2023, 2024)"},
		{"accenti(casei(nom)) like ACCENTI(CASEI('évr%'))", "ACCENTI(CASEI(nom)) LIKE ACCENTI(CASEI('évr%'))"},
		{"eo:nuages<0.1", "eo:nuages < 0.1"},
		{"taux=0.1", "taux = 0.1"},
		{"cle='A'", "cle = 'A'"},
		{"octets is null and fiche is null", "octets IS NULL AND fiche IS NULL"},
		{"not(actif)and(actif)", "NOT actif AND actif"},
		{"true", "TRUE"},
	} {
		e := mustText(t, tt.in, l, Options{})
		got, err := AppendText([]byte("> "), e, Options{})
		if err != nil || string(got) != "> "+tt.want {
			t.Errorf("%s\n got %s, %v\nwant %s", tt.in, got, err, tt.want)
		}
		roundTrip(t, e, l, Options{})
	}
}

func TestReal32BitLiteral(t *testing.T) {
	e := mustText(t, "taux IN (0.1, 16777217.5, 1e300)", testLayer(), Options{}).(geo.In)
	want := []geo.Expr{geo.Literal{Value: geo.Real(.1)}, geo.Literal{Value: geo.Int(16777218)}, geo.Literal{Value: geo.Float(1e300)}}
	if diff := cmp.Diff(want, e.List); diff != "" {
		t.Error(diff)
	}
}

func TestFilterCRS(t *testing.T) {
	l := testLayer()
	for _, tt := range []struct {
		crs, text string
		want      geo.Expr
	}{
		{"http://www.opengis.net/def/crs/EPSG/0/4326", "S_INTERSECTS(geom,BBOX(48,2,49,3))", geo.BoxLiteral{Box: geo.BBox{CRS: geo.WGS84, MinX: 2, MinY: 48, MaxX: 3, MaxY: 49}}},
		{"4326", "S_INTERSECTS(geom,BBOX(2,48,3,49))", geo.BoxLiteral{Box: geo.BBox{CRS: geo.WGS84, MinX: 2, MinY: 48, MaxX: 3, MaxY: 49}}},
		{"EPSG:2154", "S_INTERSECTS(geom,BBOX(1,2,0,3,4,9))", geo.BoxLiteral{Box: geo.BBox{CRS: geo.Lambert93, MinX: 1, MinY: 2, MaxX: 3, MaxY: 4}}},
	} {
		ref, err := crs.Parse(tt.crs)
		if err != nil {
			t.Fatal(err)
		}
		e := mustText(t, tt.text, l, Options{CRS: ref})
		if diff := cmp.Diff(tt.want, e.(geo.Spatial).Right); diff != "" {
			t.Errorf("%s: %s", tt.crs, diff)
		}
		roundTrip(t, e, l, Options{CRS: ref})
		if _, err := AppendText(nil, e, Options{}); err == nil {
			t.Errorf("%s was written as CRS84", tt.crs)
		}
	}
	if _, err := ParseText("actif", l, Options{CRS: crs.Ref{CRS: geo.EPSG("1")}}); !errors.Is(err, geo.ErrUnsupportedCRS) {
		t.Error(err)
	}
	lat, _ := crs.Parse("EPSG:4326")
	a := mustText(t, "S_INTERSECTS(geom,POINT(48 2))", l, Options{CRS: lat}).(geo.Spatial).Right.(geo.GeometryLiteral)
	b := mustText(t, "S_INTERSECTS(geom,POINT(2 48))", l, Options{}).(geo.Spatial).Right.(geo.GeometryLiteral)
	if string(a.WKB) != string(b.WKB) || a.CRS != geo.WGS84 || b.CRS != geo.CRS84 {
		t.Errorf("%v, %v", a, b)
	}
}
