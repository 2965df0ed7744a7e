package storetest

import (
	"encoding/csv"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"unicode"

	"github.com/arpent-geo/arpent/geo"
	"github.com/arpent-geo/arpent/geo/cql2"
	"github.com/arpent-geo/arpent/geo/cql2/sem"
	"github.com/arpent-geo/arpent/geo/crs"
	"github.com/arpent-geo/arpent/geo/wkb"
)

// measures are shapes of several territories, in degrees.
func measures() (*geo.Layer, []geo.Row) {
	l := &geo.Layer{Table: layerMeasures, Geometry: geo.GeometryAny, CRS: geo.EPSG("4326"), Key: []string{"nom"}, Properties: []geo.Property{prop("nom", geo.KindText)}}
	l.Properties[0].Nullable = false
	enc := func(g wkb.Geometry) []byte { return wkb.AppendWKB(nil, &g) }
	row := func(name string, b []byte) geo.Row { return geo.Row{Values: []geo.Value{geo.String(name)}, WKB: b} }
	return l, []geo.Row{
		row("ailleurs", polygon(square(30, 10, 0.01))),
		row("carre", polygon(square(2, 48, 0.01))),
		row("guyane", point(-52.3, 4.9)),
		row("ligne", enc(wkb.Geometry{Type: geo.LineString, Coords: []float64{2, 48, 2.01, 48}})),
		row("lignes", enc(wkb.Geometry{Type: geo.MultiLineString, Coords: []float64{3, 48, 3.01, 48, 3, 49, 3, 49.01}, Ends: []int{2, 4}})),
		row("multi", enc(wkb.Geometry{Type: geo.MultiPolygon, Coords: append(square(2, 48, 0.02), square(2.5, 48, 0.02)...), Ends: []int{5, 10}, PolyEnds: []int{1, 2}})),
		row("noumea", polygon(square(166.4, -22.3, 0.003))),
		row("nul", nil),
		row("paris", point(2.35, 48.85)),
		row("reunion", polygon(square(55.5, -21, 0.0085))),
		row("trou", polygon(square(4, 45, 0.01), square(4.002, 45.002, 0.006))),
		row("vide", enc(wkb.Geometry{Type: geo.Polygon})),
	}
}

// testMeasures works areas and lengths out here, with the projections of
// geo/crs, and asks the store for them within 1e-7.
func (f *fixture) testMeasures(t *testing.T) {
	l := f.layer(t, layerMeasures)
	for _, row := range f.rows[layerMeasures] {
		var g wkb.Geometry
		if row.WKB == nil || wkb.Decode(row.WKB, &g) != nil || g.IsEmpty() {
			continue
		}
		x0, y0, x1, y1, _ := g.Bounds()
		system, ok := sem.Legal((x0+x1)/2, (y0+y1)/2)
		if !ok {
			continue
		}
		tr, err := crs.NewTransform(l.CRS, system)
		if err != nil {
			t.Fatal(err)
		}
		g.Transform(tr)
		area, length := 0.0, 0.0
		for k := range g.Ends {
			a, n := shoelace(g.Line(k))
			length += n
			if g.Type.Dimension() == 2 {
				if k == 1 && g.Type == geo.Polygon {
					a = -a // a hole
				}
				area += a
			}
		}
		if g.Type == geo.LineString {
			_, length = shoelace(g.Coords)
		}
		for name, want := range map[string]float64{"AREA": area, "LENGTH": length} {
			text := fmt.Sprintf("%s(geom) BETWEEN %v AND %v", name, want*(1-1e-7), want*(1+1e-7))
			e, err := cql2.ParseText(text, l, cql2.Options{})
			if err != nil {
				t.Fatal(err)
			}
			if id := string(row.Values[0].Bytes); !slices.Contains(f.matching(t, l, e), id) {
				t.Errorf("%s: %s is not so", id, text)
			}
		}
	}
}

// shoelace returns the area and the length of a ring.
func shoelace(c []float64) (area, length float64) {
	for i := 0; i+3 < len(c); i += 2 {
		area += (c[i]-c[0])*(c[i+3]-c[1]) - (c[i+2]-c[0])*(c[i+1]-c[1])
		length += math.Hypot(c[i+2]-c[i], c[i+3]-c[i+1])
	}
	return math.Abs(area) / 2, length
}

// testIntervals: every temporal predicate on every pair of small intervals.
func (f *fixture) testIntervals(t *testing.T) {
	l := &geo.Layer{Table: "paires", Key: []string{"id"}, Properties: []geo.Property{prop("id", geo.KindInt),
		prop("s1", geo.KindTimestampTZ), prop("e1", geo.KindTimestampTZ), prop("s2", geo.KindTimestampTZ), prop("e2", geo.KindTimestampTZ)}}
	l.Properties[0].Nullable = false
	var spans []sem.Span
	for _, s := range []int64{geo.NegInfinity, 1, 2, 3, geo.PosInfinity} {
		for _, e := range []int64{geo.NegInfinity, 1, 2, 3, geo.PosInfinity} {
			if s <= e {
				spans = append(spans, sem.Span{Start: s, End: e})
			}
		}
	}
	var rows []geo.Row
	for _, a := range spans {
		for _, b := range spans {
			rows = append(rows, geo.Row{Values: []geo.Value{geo.Int(int64(len(rows))), geo.Instant(a.Start), geo.Instant(a.End), geo.Instant(b.Start), geo.Instant(b.End)}})
		}
	}
	if err := fill(t.Context(), f, l, geo.LoadCreate, rows); err != nil {
		t.Fatal(err)
	}
	l = f.layer(t, l.Table)
	ref := func(name string) geo.Expr { return geo.PropertyRef{Property: l.Property(name)} }
	for _, op := range []geo.TemporalOp{geo.TAfter, geo.TBefore, geo.TDisjoint, geo.TEquals, geo.TIntersects, geo.TContains, geo.TDuring, geo.TFinishedBy,
		geo.TFinishes, geo.TMeets, geo.TMetBy, geo.TOverlappedBy, geo.TOverlaps, geo.TStartedBy, geo.TStarts} {
		e, err := geo.NewTemporal(op, geo.Interval{Start: ref("s1"), End: ref("e1")}, geo.Interval{Start: ref("s2"), End: ref("e2")})
		if err != nil {
			t.Fatal(err)
		}
		var want []string
		for i := range rows {
			if sem.Relate(op, spans[i/len(spans)], spans[i%len(spans)]) {
				want = append(want, strconv.Itoa(i))
			}
		}
		if got := f.matching(t, l, e); !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", op, got, want)
		}
	}
}

// testArithmetic: every operator on every pair of remarkable numbers.
func (f *fixture) testArithmetic(t *testing.T) {
	l := &geo.Layer{Table: "nombres", Key: []string{"id"}, Properties: []geo.Property{prop("id", geo.KindInt), prop("x", geo.KindFloat), prop("y", geo.KindFloat)}}
	l.Properties[0].Nullable = false
	ops := []geo.ArithmeticOp{geo.Add, geo.Sub, geo.Mul, geo.Div, geo.Pow, geo.Mod, geo.IntDiv}
	for i := range ops {
		l.Properties = append(l.Properties, prop(fmt.Sprint("lo", i), geo.KindFloat), prop(fmt.Sprint("hi", i), geo.KindFloat))
	}
	numbers := []float64{0, 1, -1, 0.1, -2.5, 3, 7, 0.5, 1e-200, 1e300, -1e300, math.MaxFloat64, math.SmallestNonzeroFloat64, 1 << 53, math.Inf(1), math.Inf(-1)}
	var rows []geo.Row
	null := make([][]string, len(ops))
	some := make([][]string, len(ops))
	for _, x := range numbers {
		for _, y := range numbers {
			id := len(rows)
			v := []geo.Value{geo.Int(int64(id)), geo.Float(x), geo.Float(y)}
			for i, op := range ops {
				z, ok := sem.Arithmetic(op, x, y)
				if !ok {
					null[i] = append(null[i], strconv.Itoa(id))
					v = append(v, geo.Null(), geo.Null())
					continue
				}
				some[i] = append(some[i], strconv.Itoa(id))
				slack := 0.0
				if op == geo.Pow { // the last bits are the machine's
					slack = math.Abs(z) * 1e-13
				}
				v = append(v, geo.Float(z-slack), geo.Float(z+slack))
			}
			rows = append(rows, geo.Row{Values: v})
		}
	}
	if err := fill(t.Context(), f, l, geo.LoadCreate, rows); err != nil {
		t.Fatal(err)
	}
	l = f.layer(t, l.Table)
	ref := func(name string) geo.Expr { return geo.PropertyRef{Property: l.Property(name)} }
	for i, op := range ops {
		e := geo.Arithmetic{Op: op, Left: ref("x"), Right: ref("y")}
		between := geo.Between{Operand: e, Low: ref(fmt.Sprint("lo", i)), High: ref(fmt.Sprint("hi", i))}
		if got := f.matching(t, l, between); !slices.Equal(got, some[i]) {
			t.Errorf("x %s y: %v\nwant %v", op, got, some[i])
		}
		if got := f.matching(t, l, geo.IsNull{Operand: e}); !slices.Equal(got, null[i]) {
			t.Errorf("x %s y is null: %v\nwant %v", op, got, null[i])
		}
	}
}

// testCharacters folds each letter, mark and number of the alphabets.
func testCharacters(t *testing.T, f *fixture) {
	l := &geo.Layer{Table: "caracteres", Key: []string{"id"}, Properties: []geo.Property{prop("id", geo.KindInt), prop("c", geo.KindText),
		prop("casse", geo.KindText), prop("accents", geo.KindText), prop("haut", geo.KindText), prop("bas", geo.KindText)}}
	l.Properties[0].Nullable = false
	var rows []geo.Row
	for r := rune(0x20); r < 0x1F000; r++ {
		if !unicode.In(r, unicode.L, unicode.M, unicode.N, unicode.P, unicode.S) || unicode.In(r, unicode.Han, unicode.Hangul, unicode.Yi, unicode.Tangut, unicode.Cuneiform, unicode.Egyptian_Hieroglyphs) {
			continue
		}
		s := "A" + string(r) + "b"
		rows = append(rows, geo.Row{Values: []geo.Value{geo.Int(int64(r)), geo.String(s), geo.String(sem.CaseFold(s)), geo.String(sem.AccentFold(s)), geo.String(sem.Upper(s)), geo.String(sem.Lower(s))}})
	}
	if err := fill(t.Context(), f, l, geo.LoadCreate, rows); err != nil {
		t.Fatal(err)
	}
	l = f.layer(t, l.Table)
	for _, filter := range []string{"CASEI(c) <> casse", "ACCENTI(c) <> accents", "UPPER(c) <> haut", "LOWER(c) <> bas", "CASEI(c) IS NULL"} {
		e, err := cql2.ParseText(filter, l, cql2.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if got := f.matching(t, l, e); len(got) > 0 {
			t.Errorf("%s: %d characters of %d: %v", filter, len(got), len(rows), got[:min(len(got), 40)])
		}
	}
}

// ATSFile is the GeoPackage of the abstract test suite of OGC 21-065r2; the
// test is skipped where the shared data are not there.
func ATSFile(t *testing.T) string { return atsData(t, "ne110m4cql2.gpkg") }

func atsData(t *testing.T, name string) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		path := filepath.Join(dir, "shared", "data", "cql2", name)
		if _, err := os.Stat(path); err == nil {
			return path
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			t.Skipf("SKIPPED: no shared/data/cql2/%s beside the repository", name)
		}
		dir = parent
	}
}

// atsErrata are the rows of the published tables that its own data contradict:
// three places start with Ch (Chișinău, Chicago, Chengdu), one with Chis.
var atsErrata = map[string]string{
	"accent-insensitive-comparison-008": "3",
	"accent-insensitive-comparison-010": "1",
}

// ATS loads the layers of source, which is ATSFile opened, into a store, and
// asks for the number of items of every predicate and combination.
func ATS(t *testing.T, s, source Store) {
	layers, err := source.Layers(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, from := range layers {
		rows := mustRead(t, source.Items(t.Context(), geo.ItemQuery{Layer: from, Limit: 1000}))
		to := &geo.Layer{Table: from.Table, Geometry: from.Geometry, CRS: from.CRS, Properties: slices.Clone(from.Properties)}
		if err := fill(t.Context(), s, to, geo.LoadCreate, rows); err != nil {
			t.Fatal(err)
		}
	}
	read := func(name string, columns int) [][]string {
		file, err := os.Open(atsData(t, name))
		if err != nil {
			t.Fatal(err)
		}
		defer file.Close()
		r := csv.NewReader(file)
		r.FieldsPerRecord = columns
		rows, err := r.ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		return rows[1:]
	}
	count := func(t *testing.T, id, table, filter, want string) {
		if right, ok := atsErrata[id]; ok {
			want = right
		}
		l := layer(t, s, table)
		e, err := cql2.ParseText(filter, l, cql2.Options{})
		if err != nil {
			t.Errorf("%s: %v", id, err)
			return
		}
		n, err := s.Count(t.Context(), geo.ItemQuery{Layer: l, Filter: e})
		if err != nil || strconv.FormatInt(n, 10) != want {
			t.Errorf("%s: %s: %d, %v, want %s", id, filter, n, err, want)
		}
	}
	for _, row := range read("ats-predicates.csv", 6) {
		t.Run(row[1], func(t *testing.T) { count(t, row[0], row[3], row[4], row[5]) })
	}
	for _, row := range read("ats-combinations.csv", 8) {
		filter := fmt.Sprintf("(NOT (%[2]s) AND %[1]s) OR (%[3]s AND %[4]s) OR NOT (%[1]s OR %[4]s)", row[3], row[4], row[5], row[6])
		t.Run("combinations", func(t *testing.T) { count(t, row[0], row[2], filter, row[7]) })
	}
}
