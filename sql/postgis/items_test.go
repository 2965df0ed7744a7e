package postgis

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/arpent-geo/arpent/geo"
	"github.com/arpent-geo/arpent/sql/postgis/pgtest"
)

var update = flag.Bool("update", false, "write the golden files again")

// golden compares got with testdata/name.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s: got\n%s\nwant\n%s", name, got, want)
	}
}

// plainTable is a table described by hand, for statements that no database sees.
func plainTable() *table {
	t := &table{oid: 1, relkind: "r", srid: 2154, indexed: true, layer: &geo.Layer{ID: "communes", Schema: "public", Table: "communes",
		GeomColumn: "geom", CRS: geo.Lambert93, StorageCRS: geo.Lambert93, IDKind: geo.IDText, Key: []string{"code"}}}
	for _, c := range []struct{ name, typname, native string }{{"code", "varchar", "character varying(5)"}, {"nom", "text", "text"},
		{"pop", "int4", "integer"}, {"maj", "timestamptz", "timestamp with time zone"}, {`l"x`, "_text", "text[]"}} {
		class := "bS"
		if strings.HasPrefix(c.typname, "_") {
			class = "bA"
		}
		col := newColumn(c.name, c.typname, c.native, class, c.name != "code", geo.KindNull)
		t.columns = append(t.columns, col)
		t.layer.Properties = append(t.layer.Properties, geo.Property{Name: c.name, Kind: col.kind})
	}
	t.key = t.columns[:1]
	return t
}

func TestItemsSQL(t *testing.T) {
	box := geo.BBox{CRS: geo.Lambert93, MinX: 600000, MinY: 6500000, MaxX: 610000, MaxY: 6510000}
	tests := []struct {
		name string
		set  func(*table, *page)
	}{
		{"first", func(_ *table, p *page) {}},
		{"offset", func(_ *table, p *page) { p.offset = 20 }},
		{"after", func(_ *table, p *page) { p.from = []geo.Value{geo.String("01001")} }},
		{"before", func(_ *table, p *page) {
			p.from, p.inclusive, p.until = []geo.Value{geo.String("01001")}, true, []geo.Value{geo.String("01009")}
		}},
		{"sort", func(tb *table, p *page) {
			p.sort = []orderKey{{tb.columns[2], true}, {tb.columns[1], false}}
			p.from = []geo.Value{geo.Int(12), geo.Null(), geo.String("01001")}
		}},
		{"sort-nulls", func(tb *table, p *page) {
			p.sort = []orderKey{{tb.columns[3], false}}
			p.from = []geo.Value{geo.Instant(1700000000123456), geo.String("01001")}
		}},
		{"filter", func(tb *table, p *page) {
			p.filter = geo.And{geo.Equal{Property: &tb.layer.Properties[1], Value: geo.String("L'Haÿ")}, geo.Equal{Property: &tb.layer.Properties[4], Value: geo.Array([]byte(`["a"]`))}}
		}},
		{"bbox", func(tb *table, p *page) { p.boxed = true }},
		{"bbox-sparse", func(tb *table, p *page) { p.boxed, p.sparse = true, true }},
		{"bbox-antimeridian", func(tb *table, p *page) {
			tb.layer.StorageCRS, tb.srid = geo.WGS84, 4326
			p.boxed = true
		}},
		{"bbox-ntf", func(tb *table, p *page) { tb.transform, tb.srid, p.boxed = true, 27572, true }},
		{"bbox-geography", func(tb *table, p *page) { tb.geography, tb.srid, p.boxed = true, 4326, true }},
		{"properties", func(tb *table, p *page) { p.sel, _ = tb.selection([]int{2}, true) }},
		{"loaded", func(tb *table, p *page) { tb.loaded = true; p.boxed, p.sparse = true, true }},
		{"no-key", func(tb *table, p *page) {
			tb.layer.Key, tb.key = nil, []column{ctidColumn()}
			p.from = []geo.Value{geo.String("(3,14)")}
			p.sel.key = tb.key
		}},
		{"view", func(tb *table, p *page) {
			tb.layer.Key, tb.key, tb.relkind = nil, nil, "v"
			p.sel, _ = tb.selection(nil, false)
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tb := plainTable()
			sel, err := tb.selection(nil, false)
			if err != nil {
				t.Fatal(err)
			}
			p := &page{table: tb, limit: 10, sel: sel}
			tt.set(tb, p)
			for _, k := range p.sort {
				p.sel.sort = append(p.sel.sort, k.column)
			}
			if p.boxed {
				b := box
				if tb.srid == 4326 && !tb.geography {
					b = geo.BBox{CRS: geo.CRS84, MinX: 179, MinY: -20, MaxX: -179, MaxY: -10}
				}
				if p.regions, err = tb.searchBox(b, &geo.BBox{CRS: geo.CRS84, MinX: 1, MinY: 45, MaxX: 2, MaxY: 46}); err != nil {
					t.Fatal(err)
				}
			}
			text, args, err := itemsSQL(p)
			if err != nil {
				t.Fatal(err)
			}
			for i, a := range args {
				text += fmt.Sprintf("\n-- $%d = ", i+1)
				if b, ok := a.([]byte); ok {
					text += fmt.Sprintf("%d bytes of EWKB", len(b))
				} else {
					text += fmt.Sprintf("%v", a)
				}
			}
			golden(t, "items/"+tt.name+".sql", text+"\n")
		})
	}
}

func TestCompositeIDs(t *testing.T) {
	dsn := pgtest.Database(t)
	pgtest.Exec(t, dsn, `CREATE TABLE z (a text, b int, c date, nom text, geom geometry(Point, 2154), PRIMARY KEY (a, b, c));
INSERT INTO z VALUES ('é,/%', 3, '2024-02-29', 'x', NULL), ('', -1, '2024-02-29', 'y', NULL)`)
	s := openStore(t, dsn, Options{})
	l := layer(t, s, "z")
	for r, err := range s.Items(context.Background(), geo.ItemQuery{Layer: l, Limit: 10}) {
		if err != nil {
			t.Fatal(err)
		}
		id := r.ID.Clone()
		got, err := s.Item(context.Background(), l, id)
		if err != nil || show(got) != show(r) {
			t.Errorf("%s: %q, %v", id, show(got), err)
		}
	}
	for _, bad := range []string{"", "a", "a,b,c", "a,1,2024-13-01", ",,,", "%zz,1,2024-01-01", "\x00,1,2024-01-01", "é,3,2024-02-29"} {
		if _, err := s.Item(context.Background(), l, geo.StringID(bad)); !errors.Is(err, geo.ErrNotFound) {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

func TestBadPosition(t *testing.T) {
	s := openStore(t, grid(t, 3), Options{})
	l := layer(t, s, "grille")
	for _, at := range [][]geo.Value{{}, {geo.String("x")}, {geo.Null()}, {geo.Int(1), geo.Int(2)}} {
		for _, err := range s.Items(context.Background(), geo.ItemQuery{Layer: l, Limit: 1, After: at}) {
			if !errors.Is(err, geo.ErrInvalidInput) {
				t.Errorf("%v: %v", at, err)
			}
		}
	}
}

func TestEveryType(t *testing.T) {
	dsn := pgtest.Database(t)
	pgtest.Exec(t, dsn, `
CREATE TYPE humeur AS ENUM ('triste', 'gai'); CREATE DOMAIN insee AS varchar(5);
CREATE TABLE v (id int PRIMARY KEY, b bool, i2 int2, i4 int4, i8 int8, f4 real, f8 float8, n numeric, t text, vc insee, c char(4), nm name,
	e humeur, d date, ts timestamp, tz timestamptz, u uuid, j json, jb jsonb, by bytea, ia int[], ta text[], iv interval, ip inet, m money, geom geometry(PointZ, 4326));
INSERT INTO v VALUES (1, true, -3, 7, 9007199254740993, 0.1, 0.1, 1.50, 'é"\', '01001', 'ab', 'nom', 'gai', '2024-02-29', '2024-02-29 12:00:00.123456',
	'2024-02-29 12:00:00.5+02', 'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11', '{"b":1, "a": 1.0}', '{"b":1, "a": 1.0}', '\x0001ff', '{1,NULL,3}', '{a,"b,c"}', '1 day', '10.0.0.1', 1.5,
	'SRID=4326;POINT Z(1 2 3)'),
	(2, NULL, NULL, NULL, NULL, 'NaN', '-Infinity', 'NaN', '', NULL, NULL, NULL, NULL, 'infinity', '-infinity', '0044-03-15 12:00 BC', NULL, 'null', '[]', '', '{}', '{}', NULL, NULL, NULL, NULL)`)
	s := openStore(t, dsn, Options{})
	l := layer(t, s, "v")
	var got string
	for r, err := range s.Items(context.Background(), geo.ItemQuery{Layer: l, Limit: 10}) {
		if err != nil {
			t.Fatal(err)
		}
		for i, v := range r.Values {
			got += fmt.Sprintf("%s %s %s\n", l.Properties[i].Name, l.Properties[i].Kind, v.AppendJSON(nil))
		}
		// Each value finds its row again.
		for i, v := range r.Values {
			if v.IsNull() || l.Properties[i].Kind == geo.KindFloat && math.IsNaN(v.Float()) {
				continue
			}
			n, err := s.Count(context.Background(), geo.ItemQuery{Layer: l, Filter: geo.Equal{Property: &l.Properties[i], Value: v}})
			if err != nil || n != 1 {
				t.Errorf("%s = %s: %d rows, %v", l.Properties[i].Name, v.AppendJSON(nil), n, err)
			}
		}
		got += "\n"
	}
	golden(t, "types.txt", got)
	for i := range l.Properties { // each type can be sorted by, and paged
		for _, desc := range []bool{false, true} {
			q := geo.ItemQuery{Layer: l, Limit: 1, Sort: []geo.SortKey{{Property: &l.Properties[i], Desc: desc}}}
			if rows := walk(t, s, q, false); len(rows) != 2 {
				t.Errorf("sorted by %s: %d rows", l.Properties[i].Name, len(rows))
			}
		}
	}
}
