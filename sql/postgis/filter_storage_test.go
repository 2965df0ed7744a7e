package postgis

import (
	"fmt"
	"testing"

	"github.com/arpent-geo/arpent/geo"
	"github.com/arpent-geo/arpent/geo/cql2"
	"github.com/arpent-geo/arpent/sql/postgis/pgtest"
)

// countFilter counts the rows of a layer that a filter keeps.
func countFilter(t *testing.T, s *Store, l *geo.Layer, filter string) int64 {
	t.Helper()
	e, err := cql2.ParseText(filter, l, cql2.Options{})
	if err != nil {
		t.Fatalf("%s: %v", filter, err)
	}
	n, err := s.Count(t.Context(), geo.ItemQuery{Layer: l, Filter: e})
	if err != nil {
		t.Errorf("%s: %s: %v", l.ID, filter, err)
	}
	return n
}

// TestFilterWhateverTheStorage: the same square kilometre, near Bourges, in each
// way of storing it: one that geo/crs does not know (NTF) among them.
func TestFilterWhateverTheStorage(t *testing.T) {
	dsn := pgtest.Database(t)
	const square = "ST_Segmentize(ST_MakeEnvelope(655000, 6660000, 656000, 6661000, 2154), 50)"
	for _, c := range []struct{ name, shape string }{
		{"legale", square}, {"degres", "ST_Transform(" + square + ", 4326)"}, {"mercator", "ST_Transform(" + square + ", 3857)"},
		{"sphere", "ST_Transform(" + square + ", 4326)::geography"}, {"utm", "ST_Transform(" + square + ", 32631)"}, {"ntf", "ST_Transform(" + square + ", 27572)"},
	} {
		pgtest.Exec(t, dsn, fmt.Sprintf(`CREATE TABLE %[1]s AS SELECT 1 AS id, %[2]s AS geom; ALTER TABLE %[1]s ADD PRIMARY KEY (id);
INSERT INTO %[1]s VALUES (2, NULL); CREATE INDEX ON %[1]s USING gist (geom)`, c.name, c.shape))
	}
	s := openStore(t, dsn, Options{})
	for _, name := range []string{"legale", "degres", "mercator", "sphere", "utm", "ntf"} {
		l := layer(t, s, name)
		for filter, want := range map[string]int64{
			"AREA(geom) BETWEEN 999999 AND 1000001": 1, "LENGTH(geom) BETWEEN 3999.99 AND 4000.01": 1, "AREA(geom) IS NULL": 1,
			"S_INTERSECTS(geom, BBOX(2.39, 47, 2.4, 47.1))": 0, "S_INTERSECTS(geom, BBOX(2.405, 47, 2.5, 47.1))": 1, "NOT S_INTERSECTS(geom, BBOX(2.39, 47, 2.4, 47.1))": 1,
			"S_WITHIN(geom, POLYGON((2.3 47, 2.5 47, 2.5 47.1, 2.3 47.1, 2.3 47)))": 1, "S_DWITHIN(geom, POINT(2.3 47.04), 5000)": 0, "S_DWITHIN(geom, POINT(2.3 47.04), 10000)": 1,
			"S_DWITHIN(CENTROID(geom), geom, 0)": 1, "S_DWITHIN(geom, POINT(-179 -89), 1000)": 0, "S_DISJOINT(geom, POINT(0 0))": 1,
		} {
			if got := countFilter(t, s, l, filter); got != want {
				t.Errorf("%s: %s: %d, want %d", name, filter, got, want)
			}
		}
	}
}

// TestFilterOfInvalidShapes: a shape that is not valid does not make the answer
// fail, nor does one that the legal projection cannot reach.
func TestFilterOfInvalidShapes(t *testing.T) {
	dsn := pgtest.Database(t)
	pgtest.Exec(t, dsn, `CREATE TABLE formes (id int PRIMARY KEY, geom geometry(Geometry, 4326));
INSERT INTO formes VALUES (1, 'SRID=4326;POLYGON((0 0,10 0,10 10,0 10,0 0),(2 2,12 2,12 5,2 5,2 2))'),
	(2, 'SRID=4326;MULTIPOLYGON(((0 0,10 0,10 10,0 10,0 0)),((5 5,15 5,15 15,5 15,5 5)))'), (3, 'SRID=4326;POLYGON((0 0,10 10,10 0,0 10,0 0))'),
	(4, 'SRID=4326;POLYGON((-180 -90,180 -90,180 -80,-180 -80,-180 -90))'), (5, 'SRID=4326;LINESTRING(-170 0, 180 90)'), (6, 'SRID=4326;POINT(2 -90)')`)
	s := openStore(t, dsn, Options{})
	l := layer(t, s, "formes")
	const other = "POLYGON((1 1, 11 2, 11 9, -1 8, 1 1))"
	for _, op := range []string{"INTERSECTS", "EQUALS", "DISJOINT", "TOUCHES", "WITHIN", "OVERLAPS", "CROSSES", "CONTAINS"} {
		n := countFilter(t, s, l, "S_"+op+"(geom, "+other+")") + countFilter(t, s, l, "NOT S_"+op+"(geom, "+other+")")
		if n != 6 {
			t.Errorf("S_%s: true or false for %d rows of 6", op, n)
		}
		countFilter(t, s, l, "S_"+op+"(geom, LINESTRING(-1 3, 20 3))")
		countFilter(t, s, l, "S_"+op+"(geom, POLYGON((0 0, 10 10, 10 0, 0 10, 0 0)))")
	}
	if n := countFilter(t, s, l, "S_INTERSECTS(geom, "+other+")"); n != 3 {
		t.Errorf("%d rows meet, 3 expected", n)
	}
	if n := countFilter(t, s, l, "NOT S_DWITHIN(geom, POINT(2 48), 1000)"); n != 6 {
		t.Errorf("%d rows are far, 6 expected", n)
	}
	countFilter(t, s, l, "AREA(geom) > LENGTH(geom)")
	countFilter(t, s, l, "S_DWITHIN(geom, CENTROID(geom), 1)")
}

// TestEdgesOnSphere: the index of a geography, whose edges are great circles,
// leaves out nothing that lies along the parallel of an edge.
func TestEdgesOnSphere(t *testing.T) {
	dsn := pgtest.Database(t)
	pgtest.Exec(t, dsn, `CREATE TABLE points (id int PRIMARY KEY, geom geography(Point, 4326));
INSERT INTO points VALUES (1, 'POINT(0 40.0001)'), (2, 'POINT(0 -40.0001)'), (3, 'POINT(0 49.9999)'), (4, 'POINT(0 0)'); CREATE INDEX ON points USING gist (geom)`)
	s := openStore(t, dsn, Options{})
	l := layer(t, s, "points")
	for filter, want := range map[string]int64{
		"S_INTERSECTS(geom, BBOX(-30, 40, 30, 50))": 2, "S_INTERSECTS(geom, BBOX(-4, 40, 4, 40.5))": 1, "S_INTERSECTS(geom, BBOX(-30, -50, 30, -40))": 1,
		"S_INTERSECTS(geom, BBOX(-0.01, 39.9, 0.01, 40.0001))": 1, "S_INTERSECTS(geom, BBOX(-44, -1, 44, 1))": 1, "S_INTERSECTS(geom, BBOX(0, 40.0001, 0, 40.0001))": 1,
	} {
		if got := countFilter(t, s, l, filter); got != want {
			t.Errorf("%s: %d, want %d", filter, got, want)
		}
	}
}
