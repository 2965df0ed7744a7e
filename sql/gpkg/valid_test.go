package gpkg

import (
	"database/sql"
	"errors"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/arpent-geo/arpent/geo"
	"github.com/arpent-geo/arpent/geo/wkb"
)

// TestValidGeoPackage gives what Arpent writes to the checker of GDAL, to
// ogrinfo and to SQLite, then lets ogr2ogr and triggers change it.
func TestValidGeoPackage(t *testing.T) {
	checker := "/usr/share/doc/python3-gdal/examples/validate_gpkg.py"
	if _, err := exec.LookPath("ogrinfo"); err != nil || !exists(checker) {
		t.Skip("GDAL is not installed: validate_gpkg.py and ogrinfo are wanted")
	}
	path := filepath.Join(t.TempDir(), "tout.gpkg")
	s, err := Create(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	all := &geo.Layer{Table: "tout", Geometry: geo.Polygon, CRS: geo.Lambert93, Key: []string{"code"}, Meta: geo.Meta{Title: "Tout"}, Properties: []geo.Property{
		{Name: "code", Kind: geo.KindText}, {Name: "fid", Kind: geo.KindInt}, {Name: "Geom", Kind: geo.KindText}, {Name: "b", Kind: geo.KindBool}, {Name: "r", Kind: geo.KindReal},
		{Name: "n", Kind: geo.KindDecimal}, {Name: "n9", Kind: geo.KindDecimal, Native: "numeric(9,2)"}, {Name: "d", Kind: geo.KindDate}, {Name: "ts", Kind: geo.KindTimestamp}, {Name: "tz", Kind: geo.KindTimestampTZ, Title: "Vu"},
		{Name: "u", Kind: geo.KindUUID}, {Name: "x", Kind: geo.KindBytes}, {Name: "j", Kind: geo.KindJSON}, {Name: "a", Kind: geo.KindArray}}}
	square := func(x, y float64) []byte {
		return wkb.AppendWKB(nil, &wkb.Geometry{Type: geo.Polygon, Coords: []float64{x, y, x + 1, y, x + 1, y + 1, x, y}, Ends: []int{4}})
	}
	row := func(code string, g []byte) geo.Row {
		return geo.Row{WKB: g, Values: []geo.Value{geo.String(code), geo.Int(7), geo.String("g"), geo.Bool(true), geo.Real(0.5), geo.Decimal([]byte("12345678901234567890.5")), geo.Decimal([]byte("12.5")),
			geo.Date(19000), geo.Timestamp(1704164645678000), geo.Instant(1704164645678000), geo.UUID([]byte("0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b")), geo.BytesValue([]byte{1}), geo.JSON([]byte(`{"a":1}`)), geo.Array([]byte(`[1]`))}}
	}
	loadRows(t, s, all, []geo.Row{row("01001", square(700000, 6600000)), row("2A004", square(1200000, 6100000)), row("vide", wkb.AppendWKB(nil, &wkb.Geometry{Type: geo.Polygon})), row("rien", nil)})
	utm := &geo.Layer{Table: "réunion", Geometry: geo.GeometryAny, HasZ: true, CRS: geo.EPSG("32740"), Properties: []geo.Property{{Name: "nom", Kind: geo.KindText}}}
	loadRows(t, s, utm, []geo.Row{{WKB: wkb.AppendWKB(nil, &wkb.Geometry{Type: geo.Point, Layout: wkb.XYZ, Coords: []float64{340000, 7650000, 3}}), Values: []geo.Value{geo.Null()}}})
	loadRows(t, s, &geo.Layer{Table: "table seule", Properties: []geo.Property{{Name: "v", Kind: geo.KindFloat}}}, []geo.Row{{Values: []geo.Value{geo.Float(1.5)}}})
	loadRows(t, s, all, []geo.Row{row("01001", square(700000, 6600000)), row("2A004", square(1200000, 6100000))}) // replaced
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	for _, left := range []string{"-wal", "-shm", "-journal", ".loading"} {
		if exists(path + left) {
			t.Errorf("%s is left beside the file", left)
		}
	}
	valid := func(when string) {
		t.Helper()
		if out, err := exec.Command("python3", checker, path).CombinedOutput(); err != nil || strings.Contains(string(out), "Warning") {
			t.Errorf("%s: validate_gpkg.py: %v\n%s", when, err, out)
		}
		checkIndexes(t, path)
	}
	valid("as written")
	out, err := exec.Command("ogrinfo", "-al", "-so", path).CombinedOutput()
	if err != nil {
		t.Fatalf("ogrinfo: %v\n%s", err, out)
	}
	for _, want := range []string{"Layer name: tout", "Geometry: Polygon", "Feature Count: 2", `ID["EPSG",2154]`, `ID["EPSG",32740]`, "Geometry: 3D Unknown (any)",
		"b: Integer(Boolean)", "r: Real(Float32)", "d: Date", "tz: DateTime", "x: Binary", "j: String(JSON)", "Extent: (700000.000000, 6100000.000000) - (1200001.000000, 6600001.000000)"} {
		if !strings.Contains(string(out), want) {
			t.Errorf("ogrinfo does not say %q", want)
		}
	}
	if t.Failed() {
		t.Logf("%s", out)
	}
	// The triggers work, with our functions and with those of GDAL.
	execSQL(t, path, `UPDATE tout SET geometry = (SELECT geometry FROM tout WHERE code = '2A004') WHERE code = '01001'`, `DELETE FROM tout WHERE code = '2A004'`)
	if out, err := exec.Command("ogrinfo", path, "-sql", `INSERT INTO "tout" (code, geometry) SELECT 'neuf', geometry FROM tout`).CombinedOutput(); err != nil {
		t.Errorf("ogrinfo: %v\n%s", err, out)
	}
	valid("changed")
	s = openFile(t, path, Options{ReadOnly: true})
	l, err := s.Layer(t.Context(), "tout")
	if err != nil {
		t.Fatal(err)
	}
	box := &geo.BBox{CRS: geo.Lambert93, MinX: 1199999, MinY: 6099999, MaxX: 1200002, MaxY: 6100002}
	if n, err := s.Count(t.Context(), geo.ItemQuery{Layer: l, Limit: 1, BBox: box}); err != nil || n != 2 {
		t.Errorf("rows found after the changes: %d, %v", n, err)
	}
}

// checkIndexes looks at what validate_gpkg.py does not: entries of an index
// without a row, rows without an entry, boxes that do not hold their geometry,
// texts in DATETIME columns, and the pages themselves.
func checkIndexes(t *testing.T, path string) {
	t.Helper()
	db := openDB(mustDriver(t), path, "ro", 1, nil)
	defer db.Close()
	one := func(query string) (out string) {
		t.Helper()
		if err := db.QueryRowContext(t.Context(), query).Scan(&out); err != nil && !errors.Is(err, sql.ErrNoRows) {
			t.Fatalf("%v\n%s", err, query)
		}
		return out
	}
	if got := one(`PRAGMA integrity_check`); got != "ok" {
		t.Errorf("integrity_check: %s", got)
	}
	if got := one(`SELECT rtreecheck('rtree_tout_geometry')`); got != "ok" {
		t.Errorf("rtreecheck: %s", got)
	}
	for what, query := range map[string]string{
		"an entry without a row":   `SELECT id FROM rtree_tout_geometry WHERE id NOT IN (SELECT ogc_fid FROM tout WHERE NOT ST_IsEmpty(geometry))`,
		"a row without an entry":   `SELECT code FROM tout WHERE NOT ST_IsEmpty(geometry) AND ogc_fid NOT IN (SELECT id FROM rtree_tout_geometry)`,
		"a box that does not hold": `SELECT code FROM tout JOIN rtree_tout_geometry ON id = ogc_fid WHERE minx > ST_MinX(geometry) OR maxx < ST_MaxX(geometry) OR miny > ST_MinY(geometry) OR maxy < ST_MaxY(geometry)`,
		"no instant":               `SELECT tz FROM tout WHERE tz IS NOT NULL AND tz NOT GLOB '????-??-??T??:??:??.???Z'`,
		"no day":                   `SELECT d FROM tout WHERE d IS NOT NULL AND d NOT GLOB '????-??-??'`,
	} {
		if got := one(query); got != "" {
			t.Errorf("%s: %s", what, got)
		}
	}
}
