package gpkg

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/arpent-geo/arpent/geo"
	"github.com/arpent-geo/arpent/geo/cql2"
	"github.com/arpent-geo/arpent/geo/crs"
	"github.com/arpent-geo/arpent/geo/wkb"
)

// lieux is a store of n points on a grid of 1 km, keyed by a text code, with a
// sortable column that has an index of its own.
func lieux(t testing.TB, n int) (*Store, *geo.Layer) {
	t.Helper()
	s, err := Create(t.Context(), filepath.Join(t.TempDir(), "lieux.gpkg"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	l := &geo.Layer{Table: "lieux", Geometry: geo.Point, CRS: geo.Lambert93, Key: []string{"code"}, Properties: []geo.Property{
		{Name: "code", Kind: geo.KindText}, {Name: "nom", Kind: geo.KindText}, {Name: "jour", Kind: geo.KindDate}}}
	rows := make([]geo.Row, n)
	for i := range rows {
		rows[i] = geo.Row{WKB: pointWKB(600000+1000*float64(i%100), 6500000+1000*float64(i/100)),
			Values: []geo.Value{geo.String(fmt.Sprintf("%06d", (i*7919)%n)), geo.String(fmt.Sprint("lieu ", i%10)), geo.Date(int64(i % 30))}}
	}
	loadRows(t, s, l, rows)
	published, err := s.Layer(t.Context(), "lieux")
	if err != nil {
		t.Fatal(err)
	}
	return s, published
}

func pointWKB(x, y float64) []byte {
	return wkb.AppendWKB(nil, &wkb.Geometry{Type: geo.Point, Coords: []float64{x, y}})
}

// plans returns what SQLite would do, a line a step.
func plans(t *testing.T, s *Store, query string, args []any) string {
	t.Helper()
	rows, err := s.state.Load().file.db.QueryContext(t.Context(), "EXPLAIN QUERY PLAN "+query, args...)
	if err != nil {
		t.Fatalf("%v\n%s", err, query)
	}
	defer rows.Close()
	var out []string
	for rows.Next() {
		var a, b, c int
		var detail string
		if err := rows.Scan(&a, &b, &c, &detail); err != nil {
			t.Fatal(err)
		}
		out = append(out, detail)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return strings.Join(out, "\n")
}

func (s *Store) mustSearch(t *testing.T, l *geo.Layer, box *geo.BBox, e geo.Expr) (*table, *search) {
	t.Helper()
	st := s.state.Load()
	tab, err := st.table(l)
	if err != nil {
		t.Fatal(err)
	}
	where, err := s.search(t.Context(), st.file, tab, l, box, e)
	if err != nil {
		t.Fatal(err)
	}
	where.handle = 1
	return tab, where
}

// statement is the first one of a chunk.
func statement(t *table, q *geo.ItemQuery, where *search, at position) (string, []any) {
	if at.backwards || sorts(t, q, where) {
		return keysSQL(t, q, where, at, q.Limit)
	}
	return itemsSQL(t, q, where, at, q.Limit)
}

// TestItemsSQL compares the statements with golden files. ARPENT_UPDATE=1
// writes them anew.
func TestItemsSQL(t *testing.T) {
	s, l := lieux(t, 5000)
	nom, jour := l.Property("nom"), l.Property("jour")
	box := &geo.BBox{CRS: geo.Lambert93, MinX: 610000, MinY: 6510000, MaxX: 612000, MaxY: 6512000}
	world := &geo.BBox{CRS: geo.CRS84, MinX: -180, MinY: -90, MaxX: 180, MaxY: 90}
	text, day := geo.String, geo.Date
	for name, c := range map[string]struct {
		q  geo.ItemQuery
		at position
	}{
		"first-page":       {geo.ItemQuery{Limit: 10}, position{}},
		"after":            {geo.ItemQuery{Limit: 10}, position{after: []geo.Value{text("000010")}}},
		"before":           {geo.ItemQuery{Limit: 10}, position{after: []geo.Value{text("000010")}, backwards: true}},
		"box":              {geo.ItemQuery{Limit: 10, BBox: box}, position{after: []geo.Value{text("000010")}}},
		"box-of-all":       {geo.ItemQuery{Limit: 10, BBox: world}, position{}},
		"sorted":           {geo.ItemQuery{Limit: 10, Sort: []geo.SortKey{{Property: jour, Desc: true}, {Property: nom}}}, position{after: []geo.Value{day(3), text("lieu 4"), text("000010")}}},
		"sorted-at-a-null": {geo.ItemQuery{Limit: 10, Sort: []geo.SortKey{{Property: nom}}}, position{after: []geo.Value{geo.Null(), text("000010")}}},
		"filtered":         {geo.ItemQuery{Limit: 10, Offset: 20, Filter: geo.And{geo.Equal{Property: nom, Value: text("a'b")}, geo.Equal{Property: jour, Value: day(3)}}, Properties: []int{1}, SkipGeometry: true}, position{offset: 20}},
	} {
		c.q.Layer = l
		tab, where := s.mustSearch(t, l, c.q.BBox, c.q.Filter)
		query, args := statement(tab, &c.q, where, c.at)
		golden(t, name, fmt.Sprintf("%s\n-- %v\n", query, args))
	}
	goldenFilters(t, s)
	tab, where := s.mustSearch(t, l, box, nil)
	query, args := tileSQL(tab, &geo.TileQuery{Layer: l, BBox: *box, Properties: []int{0}}, where)
	golden(t, "tile", fmt.Sprintf("%s\n-- %v\n", query, args))
	query, args = countSQL(tab, &geo.ItemQuery{Layer: l}, where)
	golden(t, "count", fmt.Sprintf("%s\n-- %v\n", query, args))
	query, args, _ = itemSQL(tab, l, geo.StringID("000010"))
	golden(t, "item", fmt.Sprintf("%s\n-- %v\n", query, args))
	query, args = fetchSQL(tab, &geo.ItemQuery{Layer: l, SkipGeometry: true, Properties: []int{1}}, []planned{{id: 4}, {id: 2}})
	golden(t, "fetch", fmt.Sprintf("%s\n-- %v\n", query, args))
}

// goldenFilters writes a condition of each kind.
func goldenFilters(t *testing.T, s *Store) {
	t.Helper()
	l := &geo.Layer{ID: "x", Table: "x", GeomColumn: "geom", Geometry: geo.Point, CRS: geo.Lambert93}
	tab := &table{layer: l, rtree: "rtree_x_geom", rowid: `"fid"`, columns: map[string]*column{}}
	for name, c := range map[string]struct {
		kind   geo.Kind
		native string
	}{
		"t": {geo.KindText, "TEXT"}, "i": {geo.KindInt, "INTEGER"}, "r": {geo.KindReal, "FLOAT"}, "f": {geo.KindFloat, "DOUBLE"}, "n": {geo.KindDecimal, "TEXT"},
		"b": {geo.KindBool, "BOOLEAN"}, "d": {geo.KindDate, "DATE"}, "tz": {geo.KindTimestampTZ, "DATETIME"}, "a": {geo.KindArray, "TEXT"},
	} {
		l.Properties = append(l.Properties, geo.Property{Name: name, Kind: c.kind})
		tab.columns[name] = &column{name: name, native: c.native, affinity: affinity(c.native)}
	}
	var out strings.Builder
	for _, text := range []string{
		"b AND NOT (i = 7 OR t = 'x''y')", "i > n", "i = 2.5", "r = 0.1", "n = 12.5", "i IN (1, 2.5, n)", "i BETWEEN 1 AND f", "t LIKE 'a_%'", "CASEI(t) = CASEI('É')",
		"t IS NULL", "INTERVAL(tz, '..') IS NULL", "d < TIMESTAMP('2024-01-31T00:00:00Z')", "d = DATE('2024-01-31')", "i + f * 2 > 3", "T_DURING(INTERVAL(d, tz), INTERVAL('2024-01-31', '..'))",
		"T_AFTER(d, DATE('2024-01-31'))", "A_CONTAINS(a, (1, 'x'))", "A_OVERLAPS(a, (i, n, b))", "UPPER(t) = 'X'", "YEAR(d) = 2024", "S_INTERSECTS(geom, POINT(2 48))", "S_DISJOINT(CENTROID(geom), geom)",
		"AREA(geom) > 10", "S_DWITHIN(geom, POINT(2 48), 10)",
	} {
		e, err := cql2.ParseText(text, l, cql2.Options{CRS: crs.Ref{CRS: geo.Lambert93}})
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		f, err := newFilter(tab, l, e)
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		var b builder
		b.filter(tab, &search{filter: f, handle: 1})
		fmt.Fprintf(&out, "-- %s%s\n-- %v\n\n", text, b.String(), b.args)
	}
	golden(t, "filters", out.String())
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", "sql", name+".sql")
	if os.Getenv("ARPENT_UPDATE") != "" {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", name, diff)
	}
}

// TestPlans: a small box goes through the R-tree and never walks an index of
// the key; a box of everything walks it and does not ask the R-tree; so also
// with statistics, which make SQLite choose for itself.
func TestPlans(t *testing.T) {
	s, l := lieux(t, 5000)
	small := &geo.BBox{CRS: geo.Lambert93, MinX: 610000, MinY: 6510000, MaxX: 612000, MaxY: 6512000}
	large := &geo.BBox{CRS: geo.CRS84, MinX: -10, MinY: 40, MaxX: 15, MaxY: 55}
	after := position{after: []geo.Value{geo.String("000010")}}
	check := func(when string) {
		for _, c := range []struct {
			name        string
			box         *geo.BBox
			sort        string
			at          position
			with, never []string
		}{
			{"small box", small, "", position{}, []string{"SCAN rtree_lieux_geom VIRTUAL TABLE", "SEARCH t USING INTEGER PRIMARY KEY"}, []string{"SCAN t", "USING INDEX"}},
			{"small box, next page", small, "", after, []string{"SCAN rtree_lieux_geom VIRTUAL TABLE", "SEARCH t USING INTEGER PRIMARY KEY"}, []string{"SCAN t", "USING INDEX"}},
			{"small box, sorted", small, "nom", position{}, []string{"SCAN rtree_lieux_geom VIRTUAL TABLE", "SEARCH t USING INTEGER PRIMARY KEY"}, []string{"SCAN t", "USING INDEX"}},
			{"box of all", large, "", position{}, []string{"USING INDEX lieux_code_key"}, []string{"rtree", "TEMP B-TREE"}},
			{"box of all, next page", large, "", after, []string{"SEARCH t USING INDEX lieux_code_key (code>?)"}, []string{"rtree", "TEMP B-TREE"}},
			{"page", nil, "", after, []string{"SEARCH t USING INDEX lieux_code_key (code>?)"}, []string{"TEMP B-TREE"}},
		} {
			q := geo.ItemQuery{Layer: l, Limit: 10, BBox: c.box}
			if c.sort != "" {
				q.Sort = []geo.SortKey{{Property: l.Property(c.sort)}}
			}
			tab, where := s.mustSearch(t, l, c.box, nil)
			query, args := statement(tab, &q, where, c.at)
			got := plans(t, s, query, args)
			for _, step := range c.with {
				if !strings.Contains(got, step) {
					t.Errorf("%s, %s: no %q in\n%s", when, c.name, step, got)
				}
			}
			for _, step := range c.never {
				if strings.Contains(got, step) {
					t.Errorf("%s, %s: %q in\n%s", when, c.name, step, got)
				}
			}
		}
		tab, where := s.mustSearch(t, l, small, nil)
		query, args := tileSQL(tab, &geo.TileQuery{Layer: l, BBox: *small}, where)
		if got := plans(t, s, query, args); !strings.Contains(got, "SCAN rtree_lieux_geom VIRTUAL TABLE") || strings.Contains(got, "TEMP B-TREE FOR ORDER") {
			t.Errorf("%s, tile:\n%s", when, got)
		}
		for _, text := range []string{
			"S_INTERSECTS(geom, BBOX(610000, 6510000, 612000, 6512000))", "S_WITHIN(geom, POLYGON((610000 6510000, 612000 6510000, 612000 6512000, 610000 6510000)))",
			"nom = 'lieu 1' AND S_CONTAINS(POLYGON((610000 6510000, 612000 6510000, 612000 6512000, 610000 6510000)), geom)", "S_DWITHIN(geom, POINT(610000 6510000), 2000)",
		} {
			e, err := cql2.ParseText(text, l, cql2.Options{CRS: crs.Ref{CRS: geo.Lambert93}})
			if err != nil {
				t.Fatal(err)
			}
			q := geo.ItemQuery{Layer: l, Limit: 10, Filter: e}
			tab, where := s.mustSearch(t, l, nil, e)
			query, args := statement(tab, &q, where, position{})
			if got := plans(t, s, query, args); !strings.Contains(got, "SCAN rtree_lieux_geom VIRTUAL TABLE") || strings.Contains(got, "SCAN t") || strings.Contains(got, "USING INDEX") {
				t.Errorf("%s, %s:\n%s", when, text, got)
			}
		}
		query, args, _ = itemSQL(tab, l, geo.StringID("000010"))
		if got := plans(t, s, query, args); !strings.Contains(got, "SEARCH t USING INDEX lieux_code_key (code=?)") {
			t.Errorf("%s, item:\n%s", when, got)
		}
	}
	check("no statistics")
	if err := (outside{s}).Exec(t.Context(), `CREATE INDEX lieux_nom ON lieux (nom); ANALYZE`); err != nil {
		t.Fatal(err)
	}
	s.refresh(t.Context())
	check("statistics")
}

// TestIndexShare: the root of the R-tree tells a box of little from one of much.
func TestIndexShare(t *testing.T) {
	s, l := lieux(t, 5000)
	st := s.state.Load()
	tab, err := st.table(l)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		box    geo.BBox
		lo, hi float64
	}{
		{geo.BBox{CRS: geo.Lambert93, MinX: 0, MinY: 6000000, MaxX: 1e6, MaxY: 7e6}, 0.99, 1.01},
		{geo.BBox{CRS: geo.Lambert93, MinX: 0, MinY: 0, MaxX: 1, MaxY: 1}, 0, 0},
		{geo.BBox{CRS: geo.Lambert93, MinX: 610000, MinY: 6510000, MaxX: 611000, MaxY: 6511000}, 0, 0.01},
		{geo.BBox{CRS: geo.Lambert93, MinX: 600000, MinY: 6500000, MaxX: 649500, MaxY: 6560000}, 0.3, 0.6},
	} {
		_, where := s.mustSearch(t, l, &c.box, nil)
		share, err := indexShare(t.Context(), st.file.db, tab, where.regions)
		if err != nil || share < c.lo || share > c.hi {
			t.Errorf("%v: %v, %v, want %v to %v", c.box, share, err, c.lo, c.hi)
		}
	}
}
