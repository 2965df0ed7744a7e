package postgis

import (
	"context"
	"strings"
	"testing"

	"github.com/arpent-geo/arpent/geo"
	"github.com/arpent-geo/arpent/geo/crs"
	"github.com/arpent-geo/arpent/sql/postgis/pgtest"
)

func TestBoxEdges(t *testing.T) {
	dsn := pgtest.Database(t)
	pgtest.Exec(t, dsn, `
CREATE TABLE p (id int PRIMARY KEY, geom geometry(Geometry, 4326)); CREATE INDEX ON p USING gist (geom);
INSERT INTO p VALUES (1, 'SRID=4326;POINT(2.1 48.1)'), (2, 'SRID=4326;POINT(2.100000001 48.1)'), (3, 'SRID=4326;POINT(179.5 -16)'),
	(4, 'SRID=4326;POINT(-179.5 -16)'), (5, NULL), (6, 'SRID=4326;POLYGON EMPTY'), (7, 'SRID=4326;LINESTRING(0 48, 2 50.2)');
CREATE TABLE g AS SELECT id, geom::geography AS geom FROM p WHERE id < 5; ALTER TABLE g ADD PRIMARY KEY (id);
CREATE TABLE ntf AS SELECT id, ST_Transform(geom, 27572)::geometry(Geometry, 27572) AS geom FROM p WHERE id < 3; ALTER TABLE ntf ADD PRIMARY KEY (id)`)
	s := openStore(t, dsn, Options{})
	tests := []struct {
		layer                  string
		minx, miny, maxx, maxy float64
		want                   string
	}{
		{"p", 2, 48, 2.1, 49, "1"}, // the edge is in, a millimetre beyond is not, although 32-bit floats cannot tell
		{"p", 2.1, 48.1, 2.1, 48.1, "1"},
		{"p", 2.1, 48, 2.1, 49, "1"},
		{"p", 179, -17, -179, -15, "3 4"},
		{"p", 0, 49, 0.5, 50.2, ""}, // the line's own box meets it, the line does not
		{"p", -180, -90, 180, 90, "1 2 3 4 7"},
		{"g", 2, 48, 2.1, 49, "1"},
		{"g", 179, -17, -179, -15, "3 4"},
		{"g", -180, -90, 180, 90, "1 2 3 4"},
		{"ntf", 2, 48, 3, 49, "1 2"},
		{"ntf", -180, -90, 180, 90, "1 2"},
		{"ntf", 3, 48, 4, 49, ""},
	}
	for range 2 { // once without the extent of ntf, once with it
		for _, tt := range tests {
			l := layer(t, s, tt.layer)
			q := geo.ItemQuery{Layer: l, Limit: 10, BBox: &geo.BBox{CRS: geo.CRS84, MinX: tt.minx, MinY: tt.miny, MaxX: tt.maxx, MaxY: tt.maxy}}
			got := strings.Join(collect(t, s.Items(context.Background(), q)), " ")
			if got = strings.NewReplacer("|1", "", "|2", "", "|3", "", "|4", "", "|7", "").Replace(got); got != tt.want {
				t.Errorf("%s %v: got %q, want %q", tt.layer, *q.BBox, got, tt.want)
			}
		}
		eventually(t, "extent of ntf", func() bool { _, ok := s.Extent(context.Background(), layer(t, s, "ntf")); return ok })
	}
}

// TestBoxAgainstTransform compares boxes of degrees on Lambert-93 points with
// each point carried over to degrees one by one.
func TestBoxAgainstTransform(t *testing.T) {
	s := openStore(t, grid(t, 40), Options{})
	l := layer(t, s, "grille")
	tr, err := crs.NewTransform(geo.Lambert93, geo.CRS84)
	if err != nil {
		t.Fatal(err)
	}
	lon0, lat0 := tr.Point(600000, 6500000)
	for _, d := range []float64{0.001, 0.01, 0.03} {
		box := geo.BBox{CRS: geo.CRS84, MinX: lon0 + 0.003, MinY: lat0 + 0.003, MaxX: lon0 + 0.003 + d, MaxY: lat0 + 0.003 + d}
		want := 0
		for x := range 40 {
			for y := range 40 {
				lon, lat := tr.Point(600000+float64(x)*100, 6500000+float64(y)*100)
				if lon >= box.MinX && lon <= box.MaxX && lat >= box.MinY && lat <= box.MaxY {
					want++
				}
			}
		}
		got := collect(t, s.Items(context.Background(), geo.ItemQuery{Layer: l, Limit: 2000, BBox: &box}))
		if len(got) != want || want == 0 {
			t.Errorf("%v: %d rows, %d wanted", box, len(got), want)
		}
		tile := 0
		for r, err := range s.TileRows(context.Background(), geo.TileQuery{Layer: l, BBox: box}) {
			if err != nil || len(r.WKB) != 21 {
				t.Fatal(err)
			}
			tile++
		}
		if tile < want {
			t.Errorf("%v: %d tile rows, at least %d wanted", box, tile, want)
		}
	}
}

func TestPlansUseTheIndexes(t *testing.T) {
	s := openStore(t, grid(t, 200), Options{})
	l := layer(t, s, "grille")
	tb, err := s.table(l)
	if err != nil {
		t.Fatal(err)
	}
	small := geo.BBox{CRS: geo.Lambert93, MinX: 600000, MinY: 6500000, MaxX: 602050, MaxY: 6502050}
	corner := geo.BBox{CRS: geo.Lambert93, MinX: 618000, MinY: 6518000, MaxX: 619900, MaxY: 6519900} // at the end of the key
	large := geo.BBox{CRS: geo.Lambert93, MinX: 590000, MinY: 6490000, MaxX: 650000, MaxY: 6550000}
	for name, tt := range map[string]struct {
		box        geo.BBox
		has, lacks string
	}{
		"small": {small, "grille_geom_idx", "grille_pkey"}, "corner": {corner, "grille_geom_idx", "grille_pkey"}, "large": {large, "grille_pkey", "Sort"},
	} {
		p, err := s.newPage(context.Background(), &geo.ItemQuery{Layer: l, Limit: 10, BBox: &tt.box})
		if err != nil {
			t.Fatal(err)
		}
		p.limit = 10
		text, args, err := itemsSQL(p)
		if err != nil {
			t.Fatal(err)
		}
		if plan := explainPlan(t, s, text, args); !contains(plan, tt.has) || contains(plan, tt.lacks) {
			t.Errorf("items, %s box: %s expected, no %s:\n%s", name, tt.has, tt.lacks, plan)
		}
		if name == "large" {
			continue
		}
		p = &page{table: tb, boxed: true, sel: p.sel}
		p.sel.state = false
		if p.regions, err = tb.searchBox(tt.box, nil); err != nil {
			t.Fatal(err)
		}
		st, err := tileSQL(p)
		if err != nil {
			t.Fatal(err)
		}
		if plan := explainPlan(t, s, st.text, st.args); !contains(plan, "grille_geom_idx") {
			t.Errorf("tile, %s box:\n%s", name, plan)
		}
	}
	text, args, err := itemsSQL(&page{table: tb, limit: 10, from: []geo.Value{geo.Int(30000)}, sel: selection{key: tb.key}})
	if err != nil {
		t.Fatal(err)
	}
	if plan := explainPlan(t, s, text, args); !contains(plan, "Index Cond: (id > ") {
		t.Errorf("page after a key:\n%s", plan)
	}
}

func explainPlan(t *testing.T, s *Store, text string, args []any) string {
	t.Helper()
	rows, err := s.reads.db.Query("EXPLAIN "+text, args...)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var out string
	for rows.Next() {
		var line string
		if err := rows.Scan(&line); err != nil {
			t.Fatal(err)
		}
		out += line + "\n"
	}
	end(t, rows.Err())
	return out
}
