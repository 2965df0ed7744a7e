package gpkg

import (
	"context"
	"database/sql"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/arpent-geo/arpent/geo"
	"github.com/arpent-geo/arpent/geo/crs"
)

// querier is a *sql.DB, *sql.Conn or *sql.Tx.
type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// catalogue is what one state of the file publishes. It is never changed.
type catalogue struct {
	layers      []*geo.Layer // by id
	tables      map[string]*table
	unpublished []geo.Unpublished
}

// table is what the store knows of a layer beside what it publishes.
type table struct {
	layer   *geo.Layer
	view    bool
	columns map[string]*column // by name
	rowid   string             // quoted: "fid", or rowid; empty for a view without a key
	rtree   string             // name of the index, empty without
	stored  *geo.BBox          // bounds that the last load left and nobody changed since
}

// key returns the columns that order the rows: those of the layer, else the row number.
func (t *table) key(l *geo.Layer) []column {
	if len(l.Key) == 0 {
		if t.rowid == "" {
			return nil
		}
		return []column{{name: "rowid", native: "INTEGER", affinity: "INTEGER", notNull: true}}
	}
	out := make([]column, len(l.Key))
	for i, name := range l.Key {
		out[i] = *t.column(name)
	}
	return out
}

// column never returns nil: a column that is gone is refused by SQLite.
func (t *table) column(name string) *column {
	if c := t.columns[name]; c != nil {
		return c
	}
	return &column{name: name}
}

// source is one row of gpkg_contents with its geometry column.
type source struct {
	table, dataType    string
	title, description string
	changed            string
	bounds             [4]sql.NullFloat64
	geometry           sql.NullString
	typeName           sql.NullString
	srid               sql.NullInt64
	z, m               sql.NullInt64
}

// reader makes a catalogue out of a file.
type reader struct {
	q       querier
	o       *Options
	systems map[int64]geo.CRS
	names   map[string]object // tables and views by lower-case name
	meta    map[string]layerRow
	out     *catalogue
}

type object struct{ name, kind string }

func readCatalogue(ctx context.Context, q querier, o *Options) (*catalogue, error) {
	r := &reader{q: q, o: o, out: &catalogue{tables: map[string]*table{}}}
	var err error
	if r.names, err = readObjects(ctx, q); err != nil {
		return nil, err
	}
	if _, ok := r.names["gpkg_contents"]; !ok {
		return nil, geo.Invalid("gpkg_contents",
			geo.Text{FR: "ce fichier SQLite n'est pas un GeoPackage", EN: "this SQLite file is not a GeoPackage"}, geo.Text{})
	}
	if r.systems, err = readSystems(ctx, q); err != nil {
		return nil, err
	}
	if r.meta, err = r.readLayerRows(ctx); err != nil {
		return nil, err
	}
	sources, err := r.readSources(ctx)
	if err != nil {
		return nil, err
	}
	for i := range sources {
		if err := r.add(ctx, &sources[i], several(sources, i)); err != nil {
			return nil, err
		}
	}
	if err := r.reportStrays(ctx); err != nil {
		return nil, err
	}
	slices.SortFunc(r.out.layers, func(a, b *geo.Layer) int { return strings.Compare(a.ID, b.ID) })
	return r.out, nil
}

// several reports whether the table of sources[i] has another geometry column.
func several(sources []source, i int) bool {
	return i > 0 && sources[i-1].table == sources[i].table || i+1 < len(sources) && sources[i+1].table == sources[i].table
}

func readObjects(ctx context.Context, q querier) (map[string]object, error) {
	rows, err := q.QueryContext(ctx, `SELECT name, type FROM sqlite_master WHERE type IN ('table', 'view')`)
	if err != nil {
		return nil, fmt.Errorf("read tables: %w", err)
	}
	defer rows.Close()
	out := map[string]object{}
	for rows.Next() {
		var o object
		if err := rows.Scan(&o.name, &o.kind); err != nil {
			return nil, fmt.Errorf("read tables: %w", err)
		}
		out[strings.ToLower(o.name)] = o
	}
	return out, rows.Err()
}

func (r *reader) readSources(ctx context.Context) ([]source, error) {
	geometries := `(SELECT NULL AS table_name, NULL AS column_name, NULL AS geometry_type_name, NULL AS srs_id, NULL AS z, NULL AS m WHERE 0)`
	if _, ok := r.names["gpkg_geometry_columns"]; ok {
		geometries = `gpkg_geometry_columns`
	}
	rows, err := r.q.QueryContext(ctx, `
SELECT c.table_name, c.data_type, coalesce(c.identifier, ''), coalesce(c.description, ''),
       CAST(c.last_change AS TEXT), c.min_x, c.min_y, c.max_x, c.max_y,
       g.column_name, g.geometry_type_name, coalesce(g.srs_id, c.srs_id), g.z, g.m
  FROM gpkg_contents AS c LEFT JOIN `+geometries+` AS g ON lower(g.table_name) = lower(c.table_name)
 WHERE c.data_type IN ('features', 'attributes', 'aspatial')
 ORDER BY c.table_name, g.column_name`)
	if err != nil {
		return nil, fmt.Errorf("read gpkg_contents: %w", err)
	}
	defer rows.Close()
	var out []source
	for rows.Next() {
		var s source
		var changed sql.NullString
		if err := rows.Scan(&s.table, &s.dataType, &s.title, &s.description, &changed,
			&s.bounds[0], &s.bounds[1], &s.bounds[2], &s.bounds[3],
			&s.geometry, &s.typeName, &s.srid, &s.z, &s.m); err != nil {
			return nil, fmt.Errorf("read gpkg_contents: %w", err)
		}
		s.changed = changed.String
		out = append(out, s)
	}
	return out, rows.Err()
}

// add publishes a table, or says why not.
func (r *reader) add(ctx context.Context, s *source, several bool) error {
	if strings.EqualFold(s.table, layerTable) || !r.published(s.table, "") {
		return nil
	}
	obj, ok := r.names[strings.ToLower(s.table)]
	if !ok {
		r.refuse(s.table, geo.Text{FR: "la table n'existe pas", EN: "the table does not exist"},
			geo.Text{FR: "DELETE FROM gpkg_contents WHERE table_name = " + literal(s.table), EN: "DELETE FROM gpkg_contents WHERE table_name = " + literal(s.table)})
		return nil
	}
	columns, err := readColumns(ctx, r.q, s.table)
	if err != nil {
		return err
	}
	l := &geo.Layer{ID: s.table, Table: obj.name, GeomColumn: s.geometry.String}
	if several {
		l.ID += "." + s.geometry.String
	}
	t := &table{layer: l, view: obj.kind == "view", columns: map[string]*column{}}
	for i := range columns {
		t.columns[columns[i].name] = &columns[i]
	}
	if s.dataType == "features" && !r.setGeometry(l, s, t) {
		return nil
	}
	row := r.meta[strings.ToLower(s.table)]
	l.Meta = geo.Meta{Title: s.title, Description: s.description}.Merge(row.Meta).Merge(r.o.Layers[l.ID])
	if l.Title == s.table {
		l.Title = ""
	}
	if row.stamp != "" && row.stamp == s.changed {
		t.stored = s.box(l.StorageCRS)
	}
	if err := r.setKey(ctx, l, t, columns); err != nil {
		return err
	}
	if err := r.setProperties(ctx, l, t, columns, row.kinds); err != nil {
		return err
	}
	r.out.layers = append(r.out.layers, l)
	r.out.tables[l.ID] = t
	return nil
}

// box is what gpkg_contents says of the bounds, or nil.
func (s *source) box(c geo.CRS) *geo.BBox {
	for _, b := range s.bounds {
		if !b.Valid {
			return nil
		}
	}
	return &geo.BBox{CRS: c, MinX: s.bounds[0].Float64, MinY: s.bounds[1].Float64, MaxX: s.bounds[2].Float64, MaxY: s.bounds[3].Float64}
}

// setGeometry fills the geometry of l and its index; false: it was refused.
func (r *reader) setGeometry(l *geo.Layer, s *source, t *table) bool {
	where := s.table + "." + s.geometry.String
	if !s.geometry.Valid || t.columns[s.geometry.String] == nil {
		r.refuse(s.table, geo.Text{FR: "aucune colonne de géométrie déclarée", EN: "no geometry column is declared"},
			geo.Text{FR: "déclarez-la dans gpkg_geometry_columns", EN: "declare it in gpkg_geometry_columns"})
		return false
	}
	c := r.systems[s.srid.Int64]
	if c.IsZero() {
		fix := "UPDATE gpkg_geometry_columns SET srs_id = 2154 WHERE table_name = " + literal(s.table)
		r.refuse(where, geo.Text{FR: fmt.Sprintf("système de coordonnées non défini (srs_id %d)", s.srid.Int64), EN: fmt.Sprintf("undefined coordinate reference system (srs_id %d)", s.srid.Int64)},
			geo.Text{FR: fix + " (avec le bon code)", EN: fix + " (with the right code)"})
		return false
	}
	if _, err := crs.Lookup(c); err != nil {
		fix := "ogr2ogr -t_srs EPSG:2154 sortie.gpkg entree.gpkg " + s.table
		r.refuse(where, geo.Text{FR: "système de coordonnées inconnu d'Arpent : " + c.String(), EN: "coordinate reference system unknown to Arpent: " + c.String()},
			geo.Text{FR: fix, EN: fix})
		return false
	}
	l.CRS, l.StorageCRS = c, c
	l.HasZ, l.HasM = s.z.Int64 != 0, s.m.Int64 != 0
	l.Geometry = geometryType(s.typeName.String)
	if l.Geometry == geo.GeometryAny && !strings.EqualFold(s.typeName.String, "GEOMETRY") {
		r.warn(where, geo.Text{FR: "type de géométrie " + s.typeName.String + " : les courbes ne sont pas lues", EN: "geometry type " + s.typeName.String + ": curves are not read"},
			geo.Text{FR: "ogr2ogr -nlt CONVERT_TO_LINEAR", EN: "ogr2ogr -nlt CONVERT_TO_LINEAR"})
	}
	index := "rtree_" + s.table + "_" + s.geometry.String
	if _, ok := r.names[strings.ToLower(index)]; ok {
		t.rtree = index
	} else {
		fix := fmt.Sprintf("SELECT CreateSpatialIndex(%s, %s) (ogrinfo -sql)", literal(s.table), literal(s.geometry.String))
		r.warn(where, geo.Text{FR: "pas d'index spatial : chaque recherche lit toute la table", EN: "no spatial index: each search reads the whole table"}, geo.Text{FR: fix, EN: fix})
	}
	return true
}

// geometryType is the name of Arpent for one of gpkg_geometry_columns.
func geometryType(name string) geo.GeometryType {
	for _, t := range []geo.GeometryType{geo.Point, geo.LineString, geo.Polygon, geo.MultiPoint, geo.MultiLineString, geo.MultiPolygon, geo.GeometryCollection} {
		if strings.EqualFold(name, string(t)) {
			return t
		}
	}
	return geo.GeometryAny
}

// published applies Publish and Exclude to a table, or to one of its columns.
func (r *reader) published(table, column string) bool {
	match := func(patterns []string, name string) bool {
		return slices.ContainsFunc(patterns, func(p string) bool { ok, err := path.Match(p, name); return err == nil && ok })
	}
	if column != "" {
		return !match(r.o.Exclude, table+"."+column)
	}
	return (len(r.o.Publish) == 0 || match(r.o.Publish, table)) && !match(r.o.Exclude, table)
}

func (r *reader) refuse(table string, reason, remedy geo.Text) {
	r.out.unpublished = append(r.out.unpublished, geo.Unpublished{Table: table, Reason: reason, Remedy: remedy})
}

func (r *reader) warn(table string, reason, remedy geo.Text) {
	r.out.unpublished = append(r.out.unpublished, geo.Unpublished{Table: table, Published: true, Reason: reason, Remedy: remedy})
}

// reportStrays names the tables of the user that gpkg_contents does not list.
func (r *reader) reportStrays(ctx context.Context) error {
	rows, err := r.q.QueryContext(ctx, `SELECT lower(table_name) FROM gpkg_contents`)
	if err != nil {
		return fmt.Errorf("read gpkg_contents: %w", err)
	}
	defer rows.Close()
	listed := map[string]bool{}
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return fmt.Errorf("read gpkg_contents: %w", err)
		}
		listed[name] = true
	}
	names := make([]string, 0, len(r.names))
	for name := range r.names {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		if listed[name] || reserved(name) || !r.published(r.names[name].name, "") {
			continue
		}
		table := r.names[name].name
		fix := fmt.Sprintf("INSERT INTO gpkg_contents (table_name, data_type, identifier) VALUES (%s, 'attributes', %[1]s)", literal(table))
		r.refuse(table, geo.Text{FR: "absente de gpkg_contents", EN: "not listed in gpkg_contents"}, geo.Text{FR: fix, EN: fix})
	}
	return rows.Err()
}

// reserved names belong to SQLite, to GeoPackage or to the programs that write them.
func reserved(name string) bool {
	for _, prefix := range []string{"sqlite_", "gpkg_", "gpkgext_", "rtree_", "ogr_", "qgis_"} {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return name == layerTable || name == "layer_styles" || name == "geometry_columns" || name == "spatial_ref_sys"
}
