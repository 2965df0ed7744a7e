package gpkg

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"modernc.org/sqlite"

	"github.com/arpent-geo/arpent/geo"
	"github.com/arpent-geo/arpent/geo/wkb"
)

func openFile(t *testing.T, path string, o Options) *Store {
	t.Helper()
	s, err := Open(t.Context(), path, o)
	if err != nil {
		t.Fatalf("open %s: %v", path, err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func copyFile(t testing.TB, from, to string) string {
	t.Helper()
	in, err := os.Open(from)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	out, err := os.Create(to)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(out, in); err != nil {
		t.Fatal(err)
	}
	if err := out.Close(); err != nil {
		t.Fatal(err)
	}
	return to
}

func mustDriver(t testing.TB) *sqlite.Driver {
	t.Helper()
	drv, err := newDriver(&calls{})
	if err != nil {
		t.Fatal(err)
	}
	return drv
}

// execSQL changes a file as another program would.
func execSQL(t testing.TB, path string, statements ...string) {
	t.Helper()
	db := openDB(mustDriver(t), path, "rwc", 1, nil)
	defer db.Close()
	for _, statement := range statements {
		if _, err := db.ExecContext(t.Context(), statement); err != nil {
			t.Fatalf("%v\n%s", err, statement)
		}
	}
}

func readAll(t *testing.T, s *Store, l *geo.Layer) []geo.Row {
	t.Helper()
	var out []geo.Row
	for row, err := range s.Items(t.Context(), geo.ItemQuery{Layer: l, Limit: 1 << 20}) {
		if err != nil {
			t.Fatalf("%s: %v", l.ID, err)
		}
		row.ID = row.ID.Clone()
		out = append(out, row)
	}
	return out
}

// TestForeignFiles serves what others wrote: files of GDAL, QGIS, gokoala and
// of the OGC test suite.
func TestForeignFiles(t *testing.T) {
	data := filepath.Join(sharedData(t), "formats", "gpkg")
	// Layers of no known system in the files of the OGC.
	const undefined = "geomcollection2d.geom geomcollection3d.geom geometry2d.geom geometry3d.geom linestring3d.geom multilinestring2d.geom multilinestring3d.geom multipoint2d.geom multipoint3d.geom multipolygon2d.geom multipolygon3d.geom point2d.geom point3d.geom polygon3d.geom"
	for file, want := range map[string]struct {
		layers  string // "id:geometry:crs:rows"
		refused string
	}{
		"ets/empty.gpkg":                                    {"", ""},
		"ets/states10.gpkg":                                 {"statesQGIS:MultiPolygon:EPSG:4326:51", ""},
		"ets/features-0_FIXED.gpkg":                         {"0:MultiPolygon:EPSG:4326:51", ""},
		"ets/gdal_sample_v1.2_no_extensions.gpkg":           {"attribute_table::unknown:1 linestring2d:LineString:EPSG:4326:2 polygon2d:Polygon:EPSG:32631:2", undefined},
		"ets/null_geometry.gpkg":                            {"PointExamples:Point:EPSG:4326:2 new_geopackage:Polygon:EPSG:4326:3", ""},
		"gokoala/external-fid.gpkg":                         {"ligplaatsen:Point:OGC:CRS84:2 standplaatsen:Point:OGC:CRS84:1", ""},
		"gokoala/3d-geoms.gpkg":                             {"", "bar.geom foo.geom"},
		"pyogrio/test_gpkg_nulls.gpkg":                      {"test_gpkg_nulls:Point:EPSG:4326:4", ""},
		"pyogrio/curvepolygon.gpkg":                         {"curvepolygon:Geometry:EPSG:4326:1", ""},
		"../../admin/martinique-mtq.gpkg":                   {"lines:LineString:EPSG:32620:10 points:Point:EPSG:32620:34 polygons:MultiPolygon:EPSG:32620:34", ""},
		"pdok/test_db_views.gpkg":                           {"", "test_db_views.geometry wrong_view"},
		"ets/gdal_sample_v1.2_spatial_index_extension.gpkg": {"attribute_table::unknown:1 linestring2d:LineString:EPSG:4326:2 polygon2d:Polygon:EPSG:32631:2", undefined},
	} {
		t.Run(filepath.Base(file), func(t *testing.T) {
			s := openFile(t, filepath.Join(data, file), Options{ReadOnly: true})
			layers, err := s.Layers(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			var got, refused []string
			for _, l := range layers {
				n, err := s.Count(t.Context(), geo.ItemQuery{Layer: l, Limit: 1})
				if err != nil {
					t.Fatal(err)
				}
				rows := readAll(t, s, l)
				if int(n) != len(rows) {
					t.Errorf("%s: %d rows, count %d", l.ID, len(rows), n)
				}
				checkRows(t, s, l, rows)
				got = append(got, strings.Join([]string{l.ID, string(l.Geometry), l.CRS.String(), strconv.Itoa(len(rows))}, ":"))
			}
			unpublished, err := s.Unpublished(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			for _, u := range unpublished {
				if u.Reason.FR == "" || u.Reason.EN == "" || u.Remedy.FR == "" || u.Remedy.EN == "" {
					t.Errorf("%s: says too little: %+v", u.Table, u)
				}
				if !u.Published {
					refused = append(refused, u.Table)
				}
			}
			if diff := cmp.Diff(want.layers, strings.Join(got, " ")); diff != "" {
				t.Errorf("layers (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(want.refused, strings.Join(refused, " ")); diff != "" {
				t.Errorf("refused (-want +got):\n%s", diff)
			}
		})
	}
}

// checkRows: each row is found by its id, and by a box around it.
func checkRows(t *testing.T, s *Store, l *geo.Layer, rows []geo.Row) {
	t.Helper()
	var g wkb.Geometry
	for _, row := range rows {
		if _, err := s.Item(t.Context(), l, row.ID); err != nil {
			t.Errorf("%s: %v", l.ID, err)
		}
		if row.WKB == nil || wkb.Decode(row.WKB, &g) != nil {
			continue
		}
		x0, y0, x1, y1, ok := g.Bounds()
		if !ok {
			continue
		}
		n, err := s.Count(t.Context(), geo.ItemQuery{Layer: l, Limit: 1, BBox: &geo.BBox{CRS: l.CRS, MinX: x0, MinY: y0, MaxX: x1, MaxY: y1}})
		if err != nil || n == 0 {
			t.Errorf("%s: row %s is not in its own box: %d, %v", l.ID, row.ID, n, err)
		}
	}
}

// TestForeignShapes are the tables that GeoPackage tolerates and others write.
func TestForeignShapes(t *testing.T) {
	path := filepath.Join(t.TempDir(), "bizarre.gpkg")
	s, err := Create(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	l := &geo.Layer{Table: "base", Geometry: geo.Point, CRS: geo.Lambert93, Properties: []geo.Property{{Name: "nom", Kind: geo.KindText}}}
	loadRows(t, s, l, []geo.Row{
		{WKB: pointWKB(1, 1), Values: []geo.Value{geo.String("un")}}, {WKB: pointWKB(2, 2), Values: []geo.Value{geo.String("deux")}}})
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	register := func(name, geom string) []string {
		out := []string{`INSERT INTO gpkg_contents (table_name, data_type, srs_id) VALUES ('` + name + `', '` + map[bool]string{true: "features", false: "attributes"}[geom != ""] + `', 2154)`}
		if geom != "" {
			out = append(out, `INSERT INTO gpkg_geometry_columns VALUES ('`+name+`', '`+geom+`', 'POINT', 2154, 0, 0)`)
		}
		return out
	}
	var statements []string
	for _, group := range [][]string{
		{`CREATE TABLE sans_cle (nom TEXT, geom POINT)`, `INSERT INTO sans_cle SELECT nom, geom FROM base`}, register("sans_cle", "geom"),
		{`CREATE TABLE composee (a TEXT NOT NULL, b INTEGER NOT NULL, v TEXT, PRIMARY KEY (a, b))`, `INSERT INTO composee VALUES ('x,y', 2, 'v1'), ('x/y', 1, 'v2'), ('x,y', 1, 'v3')`}, register("composee", ""),
		{`CREATE VIEW vue AS SELECT fid, nom, geom FROM base`}, register("vue", "geom"),
		{`CREATE VIEW vue_sans_cle AS SELECT 'même' AS x, geom FROM base`}, register("vue_sans_cle", "geom"),
		{`CREATE TABLE types (id INTEGER PRIMARY KEY, b BOOLEAN, n DECIMAL(10,2), d DATE, dt DATETIME, x, m MEDIUMINT)`,
			`INSERT INTO types VALUES (1, 1, 12.5, '2024-01-02', '2024-01-02T03:04:05Z', 'texte', 3), (2, 'oui', 'abc', 'hier', '2024-01-02 03:04:05', 4, 2.5),
			 (3, 0, 7, '2024-01-02T00:00:00', '2024-01-02T05:04:05+02:00', x'00ff', 'trois'), (4, NULL, NULL, NULL, '2024-01-02T03:04', NULL, NULL)`}, register("types", ""),
		{`CREATE TABLE abimee (fid INTEGER PRIMARY KEY, geom POINT)`, `INSERT INTO abimee VALUES (1, x'1234'), (2, (SELECT geom FROM base LIMIT 1)), (3, 'texte')`}, register("abimee", "geom"),
	} {
		statements = append(statements, group...)
	}
	execSQL(t, path, statements...)
	s = openFile(t, path, Options{ReadOnly: true, Exclude: []string{"base.nom"}})
	layer := func(id string) *geo.Layer {
		t.Helper()
		l, err := s.Layer(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		return l
	}
	printed := func(id string) string {
		var out []string
		for _, row := range readAll(t, s, layer(id)) {
			line := row.ID.String()
			for _, v := range row.Values {
				line += " " + string(v.AppendJSON(nil))
			}
			out = append(out, line)
		}
		return strings.Join(out, "\n")
	}
	for id, want := range map[string]string{
		"base":         "1\n2",
		"sans_cle":     " \"un\"\n \"deux\"",
		"composee":     "x%2Cy,1 \"x,y\" 1 \"v3\"\nx%2Cy,2 \"x,y\" 2 \"v1\"\nx%2Fy,1 \"x/y\" 1 \"v2\"",
		"vue":          "1 1 \"un\"\n2 2 \"deux\"",
		"vue_sans_cle": " \"même\"\n \"même\"",
		"types": `1 true 12.5 "2024-01-02" "2024-01-02T03:04:05.000Z" "texte" 3` + "\n" +
			`2 "oui" "abc" "hier" "2024-01-02T03:04:05.000Z" 4 2.5` + "\n" +
			`3 false 7 "2024-01-02" "2024-01-02T03:04:05.000Z" "AP8=" "trois"` + "\n" +
			`4 null null null "2024-01-02T03:04:00.000Z" null null`,
		"abimee": "1\n2\n3",
	} {
		if diff := cmp.Diff(want, printed(id)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", id, diff)
		}
	}
	if _, err := s.Item(t.Context(), layer("composee"), geo.StringID("x%2Cy,2")); err != nil {
		t.Errorf("item of a composite key: %v", err)
	}
	if l := layer("sans_cle"); l.IDKind != geo.IDNone {
		t.Errorf("a table without key has ids: %v", l.IDKind)
	}
	// Instants written in four ways are one instant.
	types := layer("types")
	n, err := s.Count(t.Context(), geo.ItemQuery{Layer: types, Limit: 1, Filter: geo.Equal{Property: types.Property("dt"), Value: geo.Instant(1704164645000000)}})
	if err != nil || n != 3 {
		t.Errorf("rows of one instant: %d, %v", n, err)
	}
}

// TestSeveralGeometries: a table with two geometry columns is two layers.
func TestSeveralGeometries(t *testing.T) {
	path := filepath.Join(t.TempDir(), "deux.gpkg")
	makeFile(t, path, "un", 3)
	execSQL(t, path, `CREATE TABLE autres (table_name TEXT, column_name TEXT, geometry_type_name TEXT, srs_id INTEGER, z TINYINT, m TINYINT)`,
		`INSERT INTO autres SELECT table_name, column_name, geometry_type_name, srs_id, z, m FROM gpkg_geometry_columns`,
		`DROP TABLE gpkg_geometry_columns`, `ALTER TABLE autres RENAME TO gpkg_geometry_columns`,
		`ALTER TABLE lieux ADD COLUMN toit POINT`, `UPDATE lieux SET toit = geom WHERE fid = 2`,
		`INSERT INTO gpkg_geometry_columns VALUES ('lieux', 'toit', 'POINT', 2154, 0, 0)`)
	s := openFile(t, path, Options{ReadOnly: true})
	layers, err := s.Layers(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	world := &geo.BBox{CRS: geo.Lambert93, MinX: 0, MinY: 6e6, MaxX: 1.2e6, MaxY: 7e6}
	got := ""
	for _, l := range layers {
		n, err := s.Count(t.Context(), geo.ItemQuery{Layer: l, Limit: 1, BBox: world})
		if err != nil {
			t.Fatal(err)
		}
		got += " " + l.ID + ":" + l.GeomColumn + ":" + strconv.Itoa(len(l.Properties)) + ":" + strconv.Itoa(int(n))
	}
	if want := " lieux.geom:geom:1:3 lieux.toit:toit:1:1"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

// TestRefusedFiles are no GeoPackages: said in words, at once.
func TestRefusedFiles(t *testing.T) {
	bad := filepath.Join(sharedData(t), "formats", "malformes")
	plain := filepath.Join(t.TempDir(), "plain.sqlite")
	execSQL(t, plain, `CREATE TABLE t (x)`)
	empty := filepath.Join(t.TempDir(), "vide.gpkg")
	if err := os.WriteFile(empty, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	for path, kind := range map[string]error{
		filepath.Join(bad, "gpkg-pas-sqlite.gpkg"):                                    geo.ErrInvalidInput,
		filepath.Join(bad, "gpkg-tronque.gpkg"):                                       geo.ErrUnavailable,
		filepath.Join(bad, "absent.gpkg"):                                             geo.ErrNotFound,
		filepath.Join(sharedData(t), "formats/gpkg/pdok/test_broken_geopackage.gpkg"): geo.ErrInvalidInput,
		plain: geo.ErrInvalidInput, empty: geo.ErrInvalidInput,
	} {
		s, err := Open(t.Context(), path, Options{ReadOnly: true})
		if !errors.Is(err, kind) {
			t.Errorf("%s: %v, want %v", filepath.Base(path), err, kind)
		}
		if err == nil {
			_ = s.Close()
		}
	}
}
