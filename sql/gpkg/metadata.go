package gpkg

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/arpent-geo/arpent/geo"
)

// layerTable holds what a GeoPackage has no place for; it is registered as
// attributes, so that any program can show it.
const layerTable = "arpent_layer"

const createLayerTable = `
CREATE TABLE IF NOT EXISTS arpent_layer (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  table_name TEXT NOT NULL UNIQUE,
  title TEXT, description TEXT, keywords TEXT,
  producer TEXT, source TEXT, licence TEXT,
  standard TEXT, standard_version TEXT, millesime TEXT,
  id_column TEXT, minzoom INTEGER, maxzoom INTEGER,
  kinds TEXT,
  updated TEXT
)`

// layerRow is one row of arpent_layer.
type layerRow struct {
	geo.Meta
	kinds map[string]geo.Kind // of columns whose type does not say it
	stamp string              // gpkg_contents.last_change as the load left it
}

// readLayerRows returns the rows by lower-case table name. A column that an
// older or newer Arpent lacks is left empty.
func (r *reader) readLayerRows(ctx context.Context) (map[string]layerRow, error) {
	out := map[string]layerRow{}
	if _, ok := r.names[layerTable]; !ok {
		return out, nil
	}
	columns, err := readColumns(ctx, r.q, layerTable)
	if err != nil {
		return nil, err
	}
	have := map[string]bool{}
	for _, c := range columns {
		have[c.name] = true
	}
	var list []string
	for _, name := range []string{"table_name", "title", "description", "keywords", "producer", "source", "licence",
		"standard", "standard_version", "millesime", "id_column", "minzoom", "maxzoom", "kinds", "updated"} {
		if !have[name] {
			name = "NULL"
		}
		list = append(list, name)
	}
	rows, err := r.q.QueryContext(ctx, `SELECT `+strings.Join(list, ", ")+` FROM arpent_layer`)
	if err != nil {
		return nil, fmt.Errorf("read arpent_layer: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var text [11]sql.NullString
		var kinds, updated sql.NullString
		var zooms [2]sql.NullInt64
		if err := rows.Scan(&text[0], &text[1], &text[2], &text[3], &text[4], &text[5], &text[6], &text[7], &text[8],
			&text[9], &text[10], &zooms[0], &zooms[1], &kinds, &updated); err != nil {
			return nil, fmt.Errorf("read arpent_layer: %w", err)
		}
		row := layerRow{stamp: updated.String, kinds: parseKinds(kinds.String)}
		row.Meta = geo.Meta{Title: text[1].String, Description: text[2].String, Keywords: parseKeywords(text[3].String),
			Producer: text[4].String, Source: text[5].String, Licence: text[6].String, Standard: text[7].String,
			StandardVersion: text[8].String, Millesime: text[9].String, IDColumn: text[10].String,
			MinZoom: zoom(zooms[0]), MaxZoom: zoom(zooms[1])}
		if us, ok := parseTime(updated.String); ok {
			row.Updated = time.UnixMicro(us).UTC()
		}
		out[strings.ToLower(text[0].String)] = row
	}
	return out, rows.Err()
}

func zoom(n sql.NullInt64) *int {
	if !n.Valid {
		return nil
	}
	z := int(n.Int64)
	return &z
}

func parseKinds(doc string) map[string]geo.Kind {
	var names map[string]string
	if json.Unmarshal([]byte(doc), &names) != nil {
		return nil
	}
	out := map[string]geo.Kind{}
	for column, name := range names {
		if k, ok := geo.ParseKind(name); ok {
			out[column] = k
		}
	}
	return out
}

func parseKeywords(doc string) []string {
	var out []string
	if json.Unmarshal([]byte(doc), &out) != nil {
		return nil
	}
	return out
}

// dataColumn is one row of gpkg_data_columns (OGC 12-128r19, F.8).
type dataColumn struct{ title, description, mime string }

// setProperties lists the attributes of l, without the geometry columns, and
// without a key that is only a row number.
func (r *reader) setProperties(ctx context.Context, l *geo.Layer, t *table, columns []column, kinds map[string]geo.Kind) error {
	told, err := r.readDataColumns(ctx, t.layer.Table)
	if err != nil {
		return err
	}
	for i := range columns {
		c := &columns[i]
		if ident(c.name) == t.rowid && !t.view || c.name == l.GeomColumn || isGeometryColumn(c) || !r.published(l.Table, c.name) {
			continue
		}
		p := geo.Property{Name: c.name, Kind: kindOf(c), Native: c.native, Nullable: !c.notNull}
		if d, ok := told[c.name]; ok {
			p.Title, p.Description = d.title, d.description
			if strings.EqualFold(d.mime, "application/json") && p.Kind == geo.KindText {
				p.Kind = geo.KindJSON
			}
		}
		if k, ok := kinds[c.name]; ok {
			p.Kind = k
		}
		l.Properties = append(l.Properties, p)
	}
	return nil
}

// isGeometryColumn tells another geometry column of the same table.
func isGeometryColumn(c *column) bool {
	t := strings.ToUpper(c.native)
	return t == "GEOMETRY" || t != "" && geometryType(t) != geo.GeometryAny
}

func (r *reader) readDataColumns(ctx context.Context, table string) (map[string]dataColumn, error) {
	if _, ok := r.names["gpkg_data_columns"]; !ok {
		return nil, nil
	}
	rows, err := r.q.QueryContext(ctx, `
SELECT column_name, coalesce(title, name, ''), coalesce(description, ''), coalesce(mime_type, '')
  FROM gpkg_data_columns WHERE lower(table_name) = lower(?)`, table)
	if err != nil {
		return nil, fmt.Errorf("read gpkg_data_columns: %w", err)
	}
	defer rows.Close()
	out := map[string]dataColumn{}
	for rows.Next() {
		var name string
		var d dataColumn
		if err := rows.Scan(&name, &d.title, &d.description, &d.mime); err != nil {
			return nil, fmt.Errorf("read gpkg_data_columns: %w", err)
		}
		if d.title == name {
			d.title = ""
		}
		out[name] = d
	}
	return out, rows.Err()
}

// readSystems maps srs_id to the systems of gpkg_spatial_ref_sys.
func readSystems(ctx context.Context, q querier) (map[int64]geo.CRS, error) {
	rows, err := q.QueryContext(ctx, `SELECT srs_id, srs_name, organization, organization_coordsys_id, definition FROM gpkg_spatial_ref_sys`)
	if err != nil {
		return nil, fmt.Errorf("read gpkg_spatial_ref_sys: %w", err)
	}
	defer rows.Close()
	out := map[int64]geo.CRS{}
	for rows.Next() {
		var id int64
		var name, organization, code, definition sql.NullString
		if err := rows.Scan(&id, &name, &organization, &code, &definition); err != nil {
			return nil, fmt.Errorf("read gpkg_spatial_ref_sys: %w", err)
		}
		out[id] = systemOf(id, name.String, organization.String, code.String, definition.String)
	}
	return out, rows.Err()
}

// lastAuthority matches the authority of a whole WKT definition: its last one.
var lastAuthority = regexp.MustCompile(`(?:AUTHORITY|ID)\["(\w+)",\s*"?(\w+)"?\]\s*\]\s*$`)

// systemOf names a system. Software that writes a system without its code
// keeps it in the definition (GDAL numbers such rows from 100000).
func systemOf(id int64, name, organization, code, definition string) geo.CRS {
	if id == 0 || id == -1 {
		return geo.CRS{} // undefined (OGC 12-128r19, 1.1.2.1.2)
	}
	switch organization = strings.ToUpper(organization); {
	case organization == "OGC" && strings.EqualFold(code, "CRS84"), strings.Contains(name, "CRS84"):
		return geo.CRS84
	case organization == "EPSG" || organization == "OGC" || organization == "IGNF":
		return geo.CRS{Authority: organization, Code: code}
	}
	if m := lastAuthority.FindStringSubmatch(definition); m != nil {
		return geo.CRS{Authority: strings.ToUpper(m[1]), Code: m[2]}
	}
	if organization == "" || organization == "NONE" {
		return geo.CRS{Authority: "srs_id", Code: strconv.FormatInt(id, 10)}
	}
	return geo.CRS{Authority: organization, Code: code}
}
