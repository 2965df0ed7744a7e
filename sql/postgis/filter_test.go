package postgis

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/arpent-geo/arpent/geo"
	"github.com/arpent-geo/arpent/geo/cql2"
	"github.com/arpent-geo/arpent/geo/wkb"
	"github.com/arpent-geo/arpent/sql/gpkg"
	"github.com/arpent-geo/arpent/sql/postgis/pgtest"
	"github.com/arpent-geo/arpent/sql/storetest"
)

func TestFilters(t *testing.T) {
	storetest.Filters(t, func(t *testing.T) storetest.Store { return openStore(t, pgtest.Database(t), Options{}) })
}

// TestATS counts every predicate and combination of the abstract test suite.
func TestATS(t *testing.T) {
	source, err := gpkg.Open(t.Context(), storetest.ATSFile(t), gpkg.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { end(t, source.Close()) })
	storetest.ATS(t, openStore(t, pgtest.Database(t), Options{}), source)
}

// filterTable has a column of each type that filters tell apart.
func filterTable() *table {
	t := plainTable()
	for _, c := range []struct{ name, typname string }{
		{"dep", "bpchar"}, {"uid", "uuid"}, {"surf", "float8"}, {"haut", "float4"}, {"prix", "numeric"}, {"vrai", "bool"},
		{"jour", "date"}, {"fin", "timestamptz"}, {"local", "timestamp"},
	} {
		col := newColumn(c.name, c.typname, c.typname, "bS", true, geo.KindNull)
		t.columns = append(t.columns, col)
		t.layer.Properties = append(t.layer.Properties, geo.Property{Name: c.name, Kind: col.kind})
	}
	return t
}

// TestFilterSQL shows what each kind of node becomes.
func TestFilterSQL(t *testing.T) {
	var out strings.Builder
	for _, filter := range []string{
		"nom = 'a' OR NOT (vrai AND pop IS NULL)", "nom < 'a'", "nom = code", "dep = '01'", "uid = '0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b'", "nom LIKE 'Saint%'", "dep LIKE '0_'",
		"pop > 1.5", "pop > 1 AND prix > 1 AND surf > 1 AND haut > 0.1 AND surf > haut", "pop IN (1, 2)", "pop IN (1, 2.5)", "pop BETWEEN 1 AND 2.5", "surf * 2 BETWEEN 1 AND 2.5", "nom IN ('a', 'b')", "vrai = true",
		"pop + 1 > 2 * 3", "surf + pop > 1", "pop / 3 = 1", "prix / pop > 1", "pop % 7 = 1", "surf ^ 2 > 1",
		"maj > TIMESTAMP('2024-01-31T12:00:00Z')", "jour = DATE('2024-01-31')", "jour < maj", "local < maj", "local > TIMESTAMP('2024-01-31T12:00:00Z')", "maj > DATE('2024-01-31')",
		"T_INTERSECTS(maj, INTERVAL('2024-01-01', '..'))", "T_INTERSECTS(INTERVAL(maj, fin), INTERVAL('2024-01-01T00:00:00Z', '2024-02-01T00:00:00Z'))", "NOT T_DURING(INTERVAL(maj, fin), INTERVAL('2024-01-01T00:00:00Z', '..'))", "T_AFTER(jour, DATE('2024-01-31'))", "T_EQUALS(jour, local)",
		"CASEI(nom) = CASEI('Évreux')", "ACCENTI(nom) LIKE ACCENTI('É%')", "ACCENTI(CASEI(nom)) = 'evreux'", "UPPER(nom) = 'A'", "YEAR(maj) = 2024",
		"S_INTERSECTS(geom, POINT(2 48))", "S_WITHIN(geom, BBOX(2, 48, 3, 49))", "S_TOUCHES(CENTROID(geom), geom)",
		"AREA(geom) > 1", "LENGTH(geom) > 1", "S_DWITHIN(geom, POINT(2 48), 100)", `A_CONTAINS("l""x", ('a', 1))`,
	} {
		tb := filterTable()
		e, err := cql2.ParseText(filter, tb.layer, cql2.Options{})
		if err != nil {
			t.Fatalf("%s: %v", filter, err)
		}
		b := &builder{}
		text, err := b.filter(tb, e)
		if err != nil {
			t.Fatalf("%s: %v", filter, err)
		}
		fmt.Fprintf(&out, "-- %s\n%s\n", filter, text)
		for i, a := range b.args {
			s := fmt.Sprint(a)
			switch v := a.(type) {
			case []byte:
				s = fmt.Sprintf("%d bytes of EWKB", len(v))
			case string:
				if n := utf8.RuneCountInString(v); n > 60 {
					s = fmt.Sprintf("%d letters", n)
				}
			}
			fmt.Fprintf(&out, "-- $%d = %s\n", i+1, s)
		}
	}
	golden(t, "filters.sql", out.String())
}

func TestFilterRefused(t *testing.T) {
	tb := filterTable()
	far := geo.GeometryLiteral{CRS: geo.Lambert93, Kind: geo.Point, WKB: wkb.AppendWKB(nil, &wkb.Geometry{Type: geo.Point, Coords: []float64{math.Inf(1), 0}})}
	if _, err := (&builder{}).filter(tb, geo.Spatial{Op: geo.SIntersects, Left: geo.GeometryRef{Layer: tb.layer}, Right: far}); !errors.Is(err, geo.ErrInvalidInput) {
		t.Errorf("a point that is nowhere: %v", err)
	}
	gone := geo.Property{Name: "partie", Kind: geo.KindInt}
	if _, err := (&builder{}).filter(tb, geo.IsNull{Operand: geo.PropertyRef{Property: &gone}}); !errors.Is(err, geo.ErrChanged) {
		t.Errorf("a column that is gone: %v", err)
	}
}

// TestFilterUsesIndexes: what an index can serve is asked in a form that it serves.
func TestFilterUsesIndexes(t *testing.T) {
	dsn := grid(t, 200)
	pgtest.Exec(t, dsn, `ALTER TABLE grille ADD jour2 date, ADD n numeric, ADD texte text, ADD dep char(8), ADD uid uuid;
UPDATE grille SET jour2 = date '2000-01-01' + id % 5000, n = id, dep = id::text, uid = md5(id::text)::uuid, texte = 'lieu ' || id, jour = timestamptz '2024-01-01' + id * interval '1 minute', nom = id::text;
CREATE INDEX par_texte ON grille (texte); CREATE INDEX par_nom ON grille (nom); CREATE INDEX par_jour ON grille (jour); CREATE INDEX par_jour2 ON grille (jour2); CREATE INDEX par_n ON grille (n); CREATE INDEX par_dep ON grille (dep); CREATE INDEX par_uid ON grille (uid);
CREATE TABLE globe AS SELECT id, geography(ST_Transform(geom, 4326)) AS geog FROM grille; ALTER TABLE globe ADD PRIMARY KEY (id); CREATE INDEX globe_geog_idx ON globe USING gist (geog);
CREATE TABLE degres AS SELECT id, ST_Transform(geom, 4326) AS geom FROM grille; ALTER TABLE degres ADD PRIMARY KEY (id); CREATE INDEX degres_geom_idx ON degres USING gist (geom)`)
	pgtest.Exec(t, dsn, `VACUUM ANALYZE grille`)
	pgtest.Exec(t, dsn, `VACUUM ANALYZE globe`)
	pgtest.Exec(t, dsn, `VACUUM ANALYZE degres`)
	s := openStore(t, dsn, Options{})
	for _, c := range []struct{ layer, filter, index string }{
		{"grille", "S_INTERSECTS(geom, BBOX(1.76, 45.65, 1.77, 45.66))", "grille_geom_idx"},
		{"grille", "rang = 3 AND S_WITHIN(geom, POLYGON((1.76 45.65, 1.77 45.65, 1.77 45.66, 1.76 45.65)))", "grille_geom_idx"},
		{"grille", "S_EQUALS(geom, POINT(1.76 45.65))", "grille_geom_idx"}, {"grille", "S_DWITHIN(geom, POINT(1.76 45.65), 300)", "grille_geom_idx"},
		{"degres", "S_DWITHIN(POINT(1.76 45.65), geom, 300)", "degres_geom_idx"}, {"degres", "S_CONTAINS(BBOX(1.76, 45.65, 1.77, 45.66), geom)", "degres_geom_idx"},
		{"globe", "S_INTERSECTS(geog, BBOX(1.76, 45.65, 1.77, 45.66))", "globe_geog_idx"},
		{"grille", "id = 12", "grille_pkey"}, {"grille", "id BETWEEN 12 AND 15", "grille_pkey"}, {"grille", "id IN (12, 15)", "grille_pkey"}, {"grille", "n = 12", "par_n"}, {"grille", "dep = '12'", "par_dep"}, {"grille", "uid IN ('c20ad4d7-6fe9-7759-aa27-a0c99bff6710')", "par_uid"},
		{"grille", "texte = 'lieu 12'", "par_texte"}, {"grille", "texte IN ('lieu 12', 'lieu 13')", "par_texte"}, {"grille", "nom > '999'", "par_nom"}, {"grille", "nom LIKE '999%'", "par_nom"},
		{"grille", "jour = TIMESTAMP('2024-01-02T00:00:00Z')", "par_jour"}, {"grille", "T_INTERSECTS(jour, INTERVAL('2024-01-01', '2024-01-01'))", "par_jour"}, {"grille", "jour < DATE('2024-01-02')", "par_jour"},
		{"grille", "T_BEFORE(jour2, DATE('2000-01-03'))", "par_jour2"}, {"grille", "jour2 = DATE('2000-01-03')", "par_jour2"},
		{"grille", "T_DURING(INTERVAL(jour, jour), INTERVAL('2024-01-01T00:00:00Z', '2024-01-01T03:00:00Z'))", "par_jour"},
	} {
		l := layer(t, s, c.layer)
		e, err := cql2.ParseText(c.filter, l, cql2.Options{})
		if err != nil {
			t.Errorf("%s: %v", c.filter, err)
			continue
		}
		p, err := s.newPage(t.Context(), &geo.ItemQuery{Layer: l, Limit: 100, Filter: e})
		if err != nil {
			t.Errorf("%s: %v", c.filter, err)
			continue
		}
		p.limit = 100
		text, args, err := itemsSQL(p)
		if err != nil {
			t.Errorf("%s: %v", c.filter, err)
			continue
		}
		if plan := explainPlan(t, s, text, args); !strings.Contains(plan, c.index) {
			t.Errorf("%s: no %s:\n%s", c.filter, c.index, plan)
		}
	}
}
