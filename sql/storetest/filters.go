package storetest

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/arpent-geo/arpent/geo"
	"github.com/arpent-geo/arpent/geo/cql2"
)

// filterCase is a filter in CQL2-Text, and the ids for which it is true, in
// the order of the key.
type filterCase struct {
	filter string
	want   string // ids in one word each
}

// Filters runs the one table of what filters mean. open returns an empty
// store, closed at the end of t.
func Filters(t *testing.T, open func(t *testing.T) Store) {
	f := &fixture{Store: open(t), rows: map[string][]geo.Row{}}
	for _, make := range []func() (*geo.Layer, []geo.Row){filterRows, shapes, measures} {
		l, rows := make()
		if err := fill(t.Context(), f, l, geo.LoadCreate, rows); err != nil {
			t.Fatalf("load %s: %v", l.Table, err)
		}
		f.rows[l.Table] = rows
		layer(t, f, l.Table)
	}
	for _, g := range []struct {
		name, layer string
		cases       []filterCase
	}{
		{"logic", layerFilters, logicCases},
		{"comparison", layerFilters, comparisonCases},
		{"like", layerFilters, likeCases},
		{"arithmetic", layerFilters, arithmeticCases},
		{"folds", layerFilters, foldCases},
		{"temporal", layerFilters, temporalCases},
		{"text and time functions", layerFilters, functionCases},
		{"arrays", layerFilters, arrayCases},
		{"spatial", layerShapes, spatialCases},
		{"collections", layerShapes, collectionCases},
		{"measures", layerMeasures, measureCases},
	} {
		t.Run(g.name, func(t *testing.T) {
			l := f.layer(t, g.layer)
			for _, c := range g.cases {
				f.check(t, l, c)
			}
		})
	}
	t.Run("random", f.testRandom)
	t.Run("large", f.testLarge)
	t.Run("lattice", f.testLattice)
	t.Run("carried", f.testCarried)
	t.Run("intervals", f.testIntervals)
	t.Run("numbers", f.testArithmetic)
	t.Run("measured", f.testMeasures)
	t.Run("characters", func(t *testing.T) { testCharacters(t, f) })
}

// check compares the items, the count and the items of the negation, which are
// the others without those for which the filter is null.
func (f *fixture) check(t *testing.T, l *geo.Layer, c filterCase) {
	t.Helper()
	e, err := cql2.ParseText(c.filter, l, cql2.Options{})
	if err != nil {
		t.Errorf("%s: %v", c.filter, err)
		return
	}
	want := words(c.want)
	got := f.matching(t, l, e)
	if !slices.Equal(got, want) {
		t.Errorf("%s\n got %q\nwant %q", c.filter, got, want)
	}
	if n, err := f.Count(t.Context(), geo.ItemQuery{Layer: l, Filter: e}); err != nil || n != int64(len(want)) {
		t.Errorf("%s: count %d, %v, want %d", c.filter, n, err, len(want))
	}
	for _, id := range f.matching(t, l, geo.Not{Operand: e}) {
		if slices.Contains(want, id) {
			t.Errorf("NOT (%s): %q is in both", c.filter, id)
		}
	}
}

// testLarge: the largest filters that are read are filters that run.
func (f *fixture) testLarge(t *testing.T) {
	repeat := func(open, one, between, end string, n int) string {
		return open + strings.Repeat(one+between, n-1) + one + end
	}
	for _, c := range []filterCase{
		{repeat("", "i = 1", " OR ", " OR i = 7", 499), "a"},
		{repeat("", "i <> 1", " AND ", "", 500), "a|b|c|e|f"},
		{repeat("i IN (", "1", ", ", ", 7)", 999), "a"},
		{repeat("CASEI(t) IN (", "CASEI('É')", ", ", ", CASEI('ÉVREUX'))", 499), "a|c"},
		{repeat("A_OVERLAPS(a, (", "7", ", ", ", 1))", 999), "a|b"},
		{repeat("A_OVERLAPS(a, (i, ", "7", ", ", ", 1))", 998), "a|b"},
		{strings.Repeat("NOT (", 60) + "i = 7" + strings.Repeat(")", 60), "a"},
		{strings.Repeat("(i = 1 OR (i <> 2 AND ", 28) + "i = 7" + strings.Repeat("))", 28), "a"},
		{strings.Repeat("(", 55) + "i" + strings.Repeat(" + 1)", 55) + " = 62", "a"},
		{strings.Repeat("CASEI(ACCENTI(", 28) + "t" + strings.Repeat("))", 28) + " = 'evreux'", "a|b|c"},
	} {
		e, err := cql2.ParseText(c.filter, f.layer(t, layerFilters), cql2.Options{})
		if err != nil {
			t.Errorf("%.60s…: %v", c.filter, err)
			continue
		}
		if got := f.matching(t, f.layer(t, layerFilters), e); !slices.Equal(got, words(c.want)) {
			t.Errorf("%.60s…: %q, want %q", c.filter, got, c.want)
		}
	}
}

func words(s string) (out []string) {
	for start, i := 0, 0; i <= len(s); i++ {
		if i == len(s) || s[i] == '|' {
			if i > start {
				out = append(out, s[start:i])
			}
			start = i + 1
		}
	}
	return out
}

// matching returns the ids of the rows for which the filter is true.
func (f *fixture) matching(t *testing.T, l *geo.Layer, e geo.Expr) []string {
	t.Helper()
	rows, err := read(f.Items(t.Context(), geo.ItemQuery{Layer: l, Limit: 10000, Filter: e}))
	if err != nil {
		t.Errorf("%v: %v", e, err)
	}
	return ids(rows)
}

// Layers of the filters.
const (
	layerFilters  = "filtres"
	layerMeasures = "mesures"
)

// filterRows has the traps of each type, and a row of nulls.
func filterRows() (*geo.Layer, []geo.Row) {
	l := &geo.Layer{Table: layerFilters, Geometry: geo.Point, CRS: geo.EPSG("4326"), Key: []string{"id"}, Properties: []geo.Property{
		prop("id", geo.KindText), prop("t", geo.KindText), prop("i", geo.KindInt), prop("j", geo.KindInt), prop("r", geo.KindReal), prop("f", geo.KindFloat),
		prop("n", geo.KindDecimal), prop("b", geo.KindBool), prop("d", geo.KindDate), prop("ts", geo.KindTimestamp), prop("tz", geo.KindTimestampTZ),
		prop("fin", geo.KindTimestampTZ), prop("u", geo.KindUUID), prop("a", geo.KindArray), prop("x", geo.KindJSON),
	}}
	l.Properties[0].Nullable = false
	dec := func(s string) geo.Value { return geo.Decimal([]byte(s)) }
	uuid := func(s string) geo.Value { return geo.UUID([]byte(s)) }
	list := func(s string) geo.Value { return geo.Array([]byte(s)) }
	row := func(id string, v ...geo.Value) geo.Row {
		return geo.Row{WKB: point(2, 48), Values: append([]geo.Value{geo.String(id)}, v...)}
	}
	const noon, day = 1706702400000000, 86400000000 // 2024-01-31T12:00:00Z
	null := geo.Null()
	return l, []geo.Row{
		row("a", geo.String("Évreux"), geo.Int(7), geo.Int(2), geo.Real(0.1), geo.Float(2.5), dec("12.50"), geo.Bool(true), geo.Date(19753),
			geo.Timestamp(noon), geo.Instant(noon), geo.Instant(noon+day), uuid("0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b"), list(`[1,2,3]`), geo.JSON([]byte(`{"a":1}`))),
		row("b", geo.String("evreux"), geo.Int(-7), geo.Int(2), geo.Real(-1.5), geo.Float(0), dec("100"), geo.Bool(false), geo.Date(19754),
			geo.Timestamp(noon+day/2), geo.Instant(noon+day/2-1), geo.Instant(noon+day/2), uuid("ffffffff-ffff-ffff-ffff-ffffffffffff"), list(`[3,1,2,2]`), null),
		row("c", geo.String("E\u0301VREUX"), geo.Int(0), geo.Int(0), geo.Real(0.25), geo.Float(1e300), dec("-3.75"), geo.Bool(true), geo.Date(geo.PosInfinity),
			geo.Timestamp(0), geo.Instant(-1), geo.Instant(geo.PosInfinity), null, list(`["x","y"]`), null),
		row("d", make([]geo.Value, 14)...),
		row("e", geo.String(`100 % \ _ "x" 😀`), geo.Int(math.MaxInt64), geo.Int(math.MaxInt64-1), geo.Real(16777216), geo.Float(-1e300),
			dec("9223372036854775806.5"), null, geo.Date(-719162), null, geo.Instant(noon-day), geo.Instant(noon), null, list(`[]`), null),
		row("f", geo.String("Œuf à la STRASSE Straße\nligne"), geo.Int(3), geo.Int(-2), geo.Real(3), geo.Float(0.1), dec("12.5"), geo.Bool(false), geo.Date(19753),
			geo.Timestamp(noon+1), geo.Instant(noon+1), null, null, list(`["2024-01-31",true,2.0]`), null),
	}
}
