package postgis

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/arpent-geo/arpent/geo"
	"github.com/arpent-geo/arpent/sql/postgis/pgtest"
)

// grid makes a table of n × n points 100 m apart, in an order that has nothing
// to do with where they are.
func grid(t testing.TB, n int) string {
	dsn := pgtest.Database(t)
	pgtest.Exec(t, dsn, fmt.Sprintf(`
CREATE TABLE grille (id int PRIMARY KEY, rang int, nom text COLLATE "C", jour timestamptz, geom geometry(Point, 2154));
INSERT INTO grille SELECT x * %[1]d + y, CASE WHEN (x + y) %% 5 = 0 THEN NULL ELSE (x * 7 + y) %% 11 END,
	CASE WHEN y %% 4 = 0 THEN NULL ELSE chr(97 + (x * 3 + y) %% 26) END,
	CASE y %% 7 WHEN 0 THEN 'infinity' WHEN 1 THEN NULL ELSE timestamptz '2024-01-01' + (x %% 13) * interval '1.000001 s' END,
	ST_SetSRID(ST_MakePoint(600000 + x * 100, 6500000 + y * 100), 2154)
FROM generate_series(0, %[1]d - 1) x, generate_series(0, %[1]d - 1) y;
CREATE INDEX ON grille USING gist (geom); ANALYZE grille;`, n))
	return dsn
}

// TestPagesMakeTheSet walks each order both ways by pages: the union of the pages
// is the set, whatever the sort, without a row twice.
func TestPagesMakeTheSet(t *testing.T) {
	s := openStore(t, grid(t, 20), Options{})
	l := layer(t, s, "grille")
	sorts := map[string][]geo.SortKey{"key": nil}
	for i := range l.Properties {
		p := &l.Properties[i]
		sorts[p.Name] = []geo.SortKey{{Property: p}}
		sorts[p.Name+" desc"] = []geo.SortKey{{Property: p, Desc: true}}
	}
	sorts["nom, rang desc"] = []geo.SortKey{{Property: l.Property("nom")}, {Property: l.Property("rang"), Desc: true}}
	box := &geo.BBox{CRS: geo.Lambert93, MinX: 600000, MinY: 6500000, MaxX: 601500, MaxY: 6501000}
	for name, sort := range sorts {
		for _, b := range []*geo.BBox{nil, box} {
			q := geo.ItemQuery{Layer: l, Limit: 1000, Sort: sort, BBox: b}
			all := collect(t, s.Items(context.Background(), q))
			if want := map[bool]int{true: 400, false: 16 * 11}[b == nil]; len(all) != want {
				t.Fatalf("%s: %d rows, %d wanted", name, len(all), want)
			}
			q.Limit = 37
			forth := walk(t, s, q, false)
			back := walk(t, s, q, true)
			if !slices.Equal(all, forth) {
				t.Errorf("%s, box %v: pages forwards make another set (%d rows)", name, b, len(forth))
			}
			if !slices.Equal(all, back) {
				t.Errorf("%s, box %v: pages backwards make another set (%d rows)", name, b, len(back))
			}
			q.Offset, q.Limit = 100, 9
			if got := collect(t, s.Items(context.Background(), q)); !slices.Equal(got, all[100:109]) {
				t.Errorf("%s: offset", name)
			}
			if n, err := s.Count(context.Background(), q); err != nil || int(n) != len(all) {
				t.Errorf("%s: count %d, %v", name, n, err)
			}
		}
	}
}

// walk collects all pages from the first on, or from the last one back.
func walk(t *testing.T, s *Store, q geo.ItemQuery, back bool) []string {
	t.Helper()
	var out []string
	if back { // from beyond the last row
		q.Limit = 1000
		for r, err := range s.Items(context.Background(), q) {
			if err != nil {
				t.Fatal(err)
			}
			q.Before = cloneValues(r.Key)
			out = []string{show(r)}
		}
		q.Limit = 37
	}
	for {
		var page []string
		var first, last []geo.Value
		for r, err := range s.Items(context.Background(), q) {
			if err != nil {
				t.Fatal(err)
			}
			if first == nil {
				first = cloneValues(r.Key)
			}
			last = cloneValues(r.Key)
			page = append(page, show(r))
		}
		if len(page) == 0 {
			return out
		}
		if back {
			out, q.Before = append(page, out...), first
		} else {
			out, q.After = append(out, page...), last
		}
	}
}

func TestPageWithoutKey(t *testing.T) {
	dsn := grid(t, 10)
	pgtest.Exec(t, dsn, `CREATE TABLE sans_cle AS SELECT nom, geom FROM grille; CREATE VIEW vue AS SELECT * FROM sans_cle`)
	s := openStore(t, dsn, Options{})
	l := layer(t, s, "sans_cle")
	if got := walk(t, s, geo.ItemQuery{Layer: l, Limit: 7, Sort: []geo.SortKey{{Property: l.Property("nom")}}}, false); len(got) != 100 {
		t.Errorf("%d rows", len(got))
	}
	for r, err := range s.Items(context.Background(), geo.ItemQuery{Layer: layer(t, s, "vue"), Limit: 7}) {
		if err != nil || r.Key != nil {
			t.Errorf("a view has no position: %v, %v", r.Key, err)
		}
	}
}

func TestLongPageInChunks(t *testing.T) {
	s := openStore(t, grid(t, 100), Options{})
	l := layer(t, s, "grille")
	if got := collect(t, s.Items(context.Background(), geo.ItemQuery{Layer: l, Limit: 9000, Offset: 500})); len(got) != 9000 {
		t.Errorf("%d rows", len(got))
	}
	n := 0
	for _, err := range s.Items(context.Background(), geo.ItemQuery{Layer: l, Limit: 9000}) {
		if err != nil {
			t.Fatal(err)
		}
		if running, _ := s.gate.Load().Stats(); running != 0 {
			t.Fatal("a slot is held while the caller has a row")
		}
		n++
	}
	if n != 9000 {
		t.Errorf("%d rows", n)
	}
}

func TestReplacedInTheMiddle(t *testing.T) {
	dsn := pgtest.Database(t)
	s := openStore(t, dsn, Options{})
	fill(t, s, places(), geo.LoadCreate, 1000)
	for _, way := range []string{"swapped", "filled anew under a view"} {
		n := 0
		var last error
		for _, err := range s.Items(context.Background(), geo.ItemQuery{Layer: layer(t, s, "lieux"), Limit: 1000}) {
			if n++; n == 1 {
				s.current.Load().byID["lieux"].rowBytes.Store(10000)
				fill(t, s, places(), geo.LoadReplace, 1000)
			}
			last = err
		}
		if !errors.Is(last, geo.ErrChanged) {
			t.Errorf("%s: %d rows, %v", way, n, last)
		}
		if way == "swapped" {
			pgtest.Exec(t, dsn, `CREATE VIEW v AS SELECT * FROM lieux`)
		}
	}
}
