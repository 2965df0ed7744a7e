package gpkg

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"github.com/arpent-geo/arpent/geo"
)

// The identification of a GeoPackage 1.3 (OGC 12-128r17, requirement 2): "GPKG"
// and the version. 1.3 is what GDAL 3.4 and QGIS 3.22 read without a warning;
// 1.4 differs in nothing that is written here but the update triggers.
const (
	applicationID = 0x47504B47
	userVersion   = 10300
)

// coreTables are the tables that every GeoPackage holds (annex C).
var coreTables = []string{`
CREATE TABLE IF NOT EXISTS gpkg_spatial_ref_sys (
  srs_name TEXT NOT NULL, srs_id INTEGER NOT NULL PRIMARY KEY,
  organization TEXT NOT NULL, organization_coordsys_id INTEGER NOT NULL,
  definition TEXT NOT NULL, description TEXT
)`, `
CREATE TABLE IF NOT EXISTS gpkg_contents (
  table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL,
  identifier TEXT UNIQUE, description TEXT DEFAULT '',
  last_change DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')),
  min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE, srs_id INTEGER,
  CONSTRAINT fk_gc_r_srs_id FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id)
)`, `
CREATE TABLE IF NOT EXISTS gpkg_geometry_columns (
  table_name TEXT NOT NULL, column_name TEXT NOT NULL, geometry_type_name TEXT NOT NULL,
  srs_id INTEGER NOT NULL, z TINYINT NOT NULL, m TINYINT NOT NULL,
  CONSTRAINT pk_geom_cols PRIMARY KEY (table_name, column_name),
  CONSTRAINT uk_gc_table_name UNIQUE (table_name),
  CONSTRAINT fk_gc_tn FOREIGN KEY (table_name) REFERENCES gpkg_contents(table_name),
  CONSTRAINT fk_gc_srs FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys (srs_id)
)`, `
CREATE TABLE IF NOT EXISTS gpkg_extensions (
  table_name TEXT, column_name TEXT, extension_name TEXT NOT NULL,
  definition TEXT NOT NULL, scope TEXT NOT NULL,
  CONSTRAINT ge_tce UNIQUE (table_name, column_name, extension_name)
)`}

// dataColumnTables are those of the schema extension (annex F.9).
var dataColumnTables = []string{`
CREATE TABLE IF NOT EXISTS gpkg_data_columns (
  table_name TEXT NOT NULL, column_name TEXT NOT NULL, name TEXT, title TEXT,
  description TEXT, mime_type TEXT, constraint_name TEXT,
  CONSTRAINT pk_gdc PRIMARY KEY (table_name, column_name),
  CONSTRAINT gdc_tn UNIQUE (table_name, name)
)`, `
CREATE TABLE IF NOT EXISTS gpkg_data_column_constraints (
  constraint_name TEXT NOT NULL, constraint_type TEXT NOT NULL, value TEXT,
  min NUMERIC, min_is_inclusive BOOLEAN, max NUMERIC, max_is_inclusive BOOLEAN, description TEXT,
  CONSTRAINT gdcc_ntv UNIQUE (constraint_name, constraint_type, value)
)`}

// executor is a *sql.Conn.
type executor interface {
	querier
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
}

// ensureCore makes the tables of an empty file, and those that Arpent adds.
func ensureCore(ctx context.Context, db executor) error {
	statements := append(append([]string{}, coreTables...), createLayerTable)
	for _, statement := range statements {
		if _, err := db.ExecContext(ctx, statement); err != nil {
			return fmt.Errorf("make the tables of a GeoPackage: %w", err)
		}
	}
	wgs84, err := systemFor(geo.WGS84)
	if err != nil {
		return err
	}
	for _, s := range append([]system{wgs84}, undefinedSystems[:]...) {
		if err := ensureSystem(ctx, db, s); err != nil {
			return err
		}
	}
	_, err = db.ExecContext(ctx, `
INSERT INTO gpkg_contents (table_name, data_type, identifier, description)
SELECT ?1, 'attributes', ?1, 'Arpent' WHERE NOT EXISTS (SELECT 1 FROM gpkg_contents WHERE table_name = ?1)`, layerTable)
	if err != nil {
		return fmt.Errorf("register arpent_layer: %w", err)
	}
	return nil
}

func ensureSystem(ctx context.Context, db executor, s system) error {
	_, err := db.ExecContext(ctx, `
INSERT OR IGNORE INTO gpkg_spatial_ref_sys (srs_name, srs_id, organization, organization_coordsys_id, definition)
VALUES (?1, ?2, ?3, ?2, ?4)`, s.name, s.id, s.organization, s.definition)
	if err != nil {
		return fmt.Errorf("register srs_id %d: %w", s.id, err)
	}
	return nil
}

// layout is the table that a load fills.
type layout struct {
	table, fid, geom string
	rtree            string
	layer            *geo.Layer
	system           system
}

// newLayout names the row number and the geometry so that no property of the
// layer has the same name; SQLite does not tell case apart.
func newLayout(l *geo.Layer) (*layout, error) {
	if !loadable(l.Table) {
		return nil, geo.Invalid("layer", geo.Text{FR: "« " + l.Table + " » ne peut pas être un nom de couche", EN: fmt.Sprintf("%q cannot be a layer name", l.Table)},
			geo.Text{FR: "donnez un autre nom avec --layer", EN: "give another name with --layer"})
	}
	taken := map[string]string{}
	for i := range l.Properties {
		name := l.Properties[i].Name
		if other, ok := taken[strings.ToLower(name)]; ok || name == "" {
			return nil, geo.Invalid(name, geo.Text{FR: "deux propriétés ont le même nom, à la casse près : « " + other + " » et « " + name + " »", EN: fmt.Sprintf("two properties have the same name but for case: %q and %q", other, name)},
				geo.Text{FR: "renommez-en une", EN: "rename one of them"})
		}
		taken[strings.ToLower(name)] = name
	}
	free := func(names ...string) string {
		for _, n := range names {
			if _, ok := taken[n]; !ok {
				return n
			}
		}
		return "arpent_" + names[0]
	}
	p := &layout{table: l.Table, layer: l, fid: free("fid", "ogc_fid", "gid")}
	if len(l.Key) > 1 || len(l.Key) == 1 && l.Property(l.Key[0]) == nil {
		return nil, geo.Invalid("id", geo.Text{FR: "l'identifiant doit être une des propriétés", EN: "the id must be one of the properties"}, geo.Text{})
	}
	if l.Geometry == geo.GeometryNone {
		return p, nil
	}
	p.geom = free("geom", "geometry", "the_geom")
	p.rtree = "rtree_" + p.table + "_" + p.geom
	var err error
	p.system, err = systemFor(l.CRS)
	return p, err
}

// loadable reports whether a table may have that name.
func loadable(name string) bool {
	lower := strings.ToLower(name)
	for _, prefix := range []string{"sqlite_", "gpkg_", "rtree_"} {
		if strings.HasPrefix(lower, prefix) {
			return false
		}
	}
	return name != "" && lower != layerTable && !strings.ContainsRune(name, 0)
}

// create makes the empty table and its empty index.
func (p *layout) create(ctx context.Context, db executor) error {
	var b strings.Builder
	fmt.Fprintf(&b, "CREATE TABLE %s (\n  %s INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL", ident(p.table), ident(p.fid))
	if p.geom != "" {
		fmt.Fprintf(&b, ",\n  %s %s", ident(p.geom), strings.ToUpper(string(p.layer.Geometry)))
	}
	for i := range p.layer.Properties {
		prop := &p.layer.Properties[i]
		fmt.Fprintf(&b, ",\n  %s %s", ident(prop.Name), nativeType(prop))
		if len(p.layer.Key) == 1 && prop.Name == p.layer.Key[0] {
			b.WriteString(" NOT NULL")
		}
	}
	b.WriteString("\n)")
	statements := []string{b.String()}
	if p.geom != "" {
		statements = append(statements, "CREATE VIRTUAL TABLE "+ident(p.rtree)+" USING rtree(id, minx, maxx, miny, maxy)")
	}
	for _, statement := range statements {
		if _, err := db.ExecContext(ctx, statement); err != nil {
			return fmt.Errorf("make table %q: %w", p.table, err)
		}
	}
	return nil
}

// triggers keep the index in step with the table (annex F.3).
func (p *layout) triggers() []string {
	r := strings.NewReplacer("<t>", ident(p.table), "<r>", ident(p.rtree), "<i>", ident(p.fid), "<c>", ident(p.geom))
	name := func(suffix string) string { return ident(p.rtree + "_" + suffix) }
	const full = `(NEW.<c> NOTNULL AND NOT ST_IsEmpty(NEW.<c>))`
	const none = `(NEW.<c> ISNULL OR ST_IsEmpty(NEW.<c>))`
	const put = `INSERT OR REPLACE INTO <r> VALUES (NEW.<i>, ST_MinX(NEW.<c>), ST_MaxX(NEW.<c>), ST_MinY(NEW.<c>), ST_MaxY(NEW.<c>));`
	const drop = `DELETE FROM <r> WHERE id = OLD.<i>;`
	texts := []string{
		"CREATE TRIGGER " + name("insert") + " AFTER INSERT ON <t> WHEN " + full + " BEGIN " + put + " END",
		"CREATE TRIGGER " + name("update1") + " AFTER UPDATE OF <c> ON <t> WHEN OLD.<i> = NEW.<i> AND " + full + " BEGIN " + put + " END",
		"CREATE TRIGGER " + name("update2") + " AFTER UPDATE OF <c> ON <t> WHEN OLD.<i> = NEW.<i> AND " + none + " BEGIN " + drop + " END",
		"CREATE TRIGGER " + name("update3") + " AFTER UPDATE ON <t> WHEN OLD.<i> != NEW.<i> AND " + full + " BEGIN " + drop + " " + put + " END",
		"CREATE TRIGGER " + name("update4") + " AFTER UPDATE ON <t> WHEN OLD.<i> != NEW.<i> AND " + none + " BEGIN DELETE FROM <r> WHERE id IN (OLD.<i>, NEW.<i>); END",
		"CREATE TRIGGER " + name("delete") + " AFTER DELETE ON <t> WHEN OLD.<c> NOT NULL BEGIN " + drop + " END",
	}
	for i := range texts {
		texts[i] = r.Replace(texts[i])
	}
	return texts
}
