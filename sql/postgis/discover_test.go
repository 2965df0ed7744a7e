package postgis

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/arpent-geo/arpent/geo"
	"github.com/arpent-geo/arpent/sql/postgis/pgtest"
)

func contains(s, part string) bool { return strings.Contains(s, part) }

func TestDiscovery(t *testing.T) {
	dsn := pgtest.Database(t)
	pgtest.Exec(t, dsn, `
CREATE SCHEMA urba; CREATE SCHEMA autre;
CREATE TABLE communes (code varchar(5) PRIMARY KEY, nom text NOT NULL, geom geometry(MultiPolygon, 2154));
CREATE INDEX ON communes USING gist (geom);
COMMENT ON TABLE communes IS 'Les communes';
COMMENT ON COLUMN communes.nom IS E'Nom\nNom officiel, avec article';
INSERT INTO communes VALUES ('2A004', 'Ajaccio', NULL), ('01001', 'L''Abergement', ST_Multi(ST_MakeEnvelope(800000,6500000,801000,6501000,2154)));
CREATE TABLE batiment (id serial PRIMARY KEY, toit geometry(PolygonZ, 2154), sol geometry(Polygon, 4326), "Nom Long" text);
CREATE TABLE urba.zone_urba (a int, b text, geom geometry(Polygon, 2154), PRIMARY KEY (a, b));
CREATE TABLE autre.cachee (id int PRIMARY KEY, geom geometry(Point, 4326));
CREATE VIEW v_communes AS SELECT * FROM communes;
CREATE MATERIALIZED VIEW m_communes AS SELECT code, geom FROM communes; CREATE UNIQUE INDEX ON m_communes (code);
CREATE TABLE sans_srid (id int PRIMARY KEY, geom geometry); INSERT INTO sans_srid VALUES (1, 'SRID=2154;POINT(1 2)');
CREATE TABLE srid_zero (id int PRIMARY KEY, geom geometry); INSERT INTO srid_zero VALUES (1, 'POINT(1 2)');
CREATE TABLE monde (id bigint PRIMARY KEY, geog geography(Point));
CREATE TABLE ntf (id int PRIMARY KEY, geom geometry(Point, 27572));
CREATE TABLE sans_cle (nom text, geom geometry(Point, 2154));
CREATE TABLE parts (id int PRIMARY KEY, geom geometry(Point, 2154)) PARTITION BY RANGE (id);
CREATE TABLE parts_1 PARTITION OF parts FOR VALUES FROM (0) TO (10);
CREATE TABLE liste (code text PRIMARY KEY, libelle text);
CREATE TABLE secrete (id int PRIMARY KEY, geom geometry(Point, 2154));
`)
	s := openStore(t, dsn, Options{Schemas: []string{"urba"}, Attributes: []string{"liste"}, Exclude: []string{"secrete", "batiment.Nom Long"}})
	layers, err := s.Layers(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, l := range layers {
		ids = append(ids, l.ID)
	}
	want := []string{"batiment.sol", "batiment.toit", "communes", "liste", "m_communes", "monde", "ntf", "parts", "sans_cle", "sans_srid", "urba.zone_urba", "v_communes"}
	if !slices.Equal(ids, want) {
		t.Errorf("layers %v\nwant   %v", ids, want)
	}

	c := layer(t, s, "public.communes")
	if c.ID != "communes" || c.CRS != geo.Lambert93 || c.Geometry != geo.MultiPolygon || !slices.Equal(c.Key, []string{"code"}) ||
		c.IDKind != geo.IDText || c.Description != "Les communes" || len(c.Properties) != 2 {
		t.Errorf("communes: %+v", c)
	}
	if p := c.Property("nom"); p == nil || p.Title != "Nom" || p.Description != "Nom officiel, avec article" || p.Nullable || p.Kind != geo.KindText {
		t.Errorf("communes.nom: %+v", p)
	}
	b := layer(t, s, "batiment.toit")
	if !b.HasZ || b.IDKind != geo.IDInt || len(b.Properties) != 0 {
		t.Errorf("batiment.toit: %+v", b)
	}
	if z := layer(t, s, "urba.zone_urba"); len(z.Key) != 2 || z.IDKind != geo.IDText {
		t.Errorf("zone_urba: %+v", z)
	}
	if n := layer(t, s, "ntf"); n.CRS != geo.WGS84 || n.StorageCRS != geo.EPSG("27572") {
		t.Errorf("ntf: %v, stored %v", n.CRS, n.StorageCRS)
	}
	if g := layer(t, s, "monde"); g.CRS != geo.WGS84 || g.Geometry != geo.Point {
		t.Errorf("monde: %+v", g)
	}
	for _, id := range []string{"secrete", "autre.cachee", "cachee", "spatial_ref_sys", "srid_zero"} {
		if _, err := s.Layer(context.Background(), id); !errors.Is(err, geo.ErrNotFound) {
			t.Errorf("%s: %v", id, err)
		}
	}
	problems, err := s.Unpublished(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	for table, published := range map[string]bool{"public.srid_zero.geom": false, "public.sans_srid.geom": true, "public.sans_cle": true,
		"public.v_communes": true, "public.sans_cle.geom": true} {
		i := slices.IndexFunc(problems, func(u geo.Unpublished) bool { return u.Table == table && u.Published == published })
		if i < 0 || problems[i].Reason.FR == "" || problems[i].Remedy.EN == "" {
			t.Errorf("no word of %s (published %v) in %+v", table, published, problems)
		}
	}
}

func TestRediscovery(t *testing.T) {
	dsn := pgtest.Database(t)
	s := openStore(t, dsn, Options{Refresh: 300e6})
	if _, err := s.Layer(context.Background(), "a"); !errors.Is(err, geo.ErrNotFound) {
		t.Fatalf("got %v", err)
	}
	pgtest.Exec(t, dsn, `CREATE TABLE a (id int PRIMARY KEY, nom text, geom geometry(Point, 2154)); INSERT INTO a VALUES (1, 'x', 'SRID=2154;POINT(1 2)')`)
	eventually(t, "a appears", func() bool { l, err := s.Layer(context.Background(), "a"); return err == nil && len(l.Properties) == 2 })
	old := layer(t, s, "a")
	if same := layer(t, s, "a"); same != old {
		t.Error("the layer changed although nothing did")
	}
	pgtest.Exec(t, dsn, `ALTER TABLE a DROP COLUMN nom`)
	for _, err := range s.Items(context.Background(), geo.ItemQuery{Layer: old, Limit: 10}) {
		if !errors.Is(err, geo.ErrChanged) {
			t.Errorf("column gone: %v", err)
		}
	}
	eventually(t, "nom goes", func() bool { return len(layer(t, s, "a").Properties) == 1 })
	pgtest.Exec(t, dsn, `DROP TABLE a`)
	for _, err := range s.Items(context.Background(), geo.ItemQuery{Layer: layer(t, s, "a"), Limit: 10}) {
		if !errors.Is(err, geo.ErrNotFound) {
			t.Errorf("table gone: %v", err)
		}
	}
	eventually(t, "a goes", func() bool { _, err := s.Layer(context.Background(), "a"); return errors.Is(err, geo.ErrNotFound) })
}
