package gpkg

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/arpent-geo/arpent/geo"
)

// Commit implements geo.Load.
func (l *load) Commit(ctx context.Context) error {
	if l.ended {
		return errors.New("commit a load that has ended")
	}
	err := l.finish(ctx)
	if err == nil && l.new != nil {
		err = l.publishFile(ctx)
	} else if err == nil {
		_, err = l.conn.ExecContext(ctx, `COMMIT`)
	}
	if err != nil {
		err = explain(ctx, "end the load of "+l.plan.table, err)
		return errors.Join(err, l.Rollback())
	}
	l.ended = true
	defer l.s.loading.Unlock()
	if l.new == nil {
		// The file is then whole without its log, unless somebody reads just now.
		_, _ = l.conn.ExecContext(l.quiet, `PRAGMA wal_checkpoint(TRUNCATE)`)
		err = l.close()
	}
	l.s.refresh(l.quiet)
	return err
}

// publishFile ends the new file and puts it in its place.
func (l *load) publishFile(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if _, err := l.conn.ExecContext(ctx, `COMMIT`); err != nil {
		return err
	}
	return l.new.publish(l.close)
}

// finish writes all that comes with the rows, inside the transaction.
func (l *load) finish(ctx context.Context) error {
	p := l.plan
	if l.mode != geo.LoadAppend {
		var statements []string
		if p.geom != "" {
			statements = p.triggers()
		}
		if len(p.layer.Key) == 1 {
			statements = append(statements, "CREATE UNIQUE INDEX "+ident(p.table+"_"+p.layer.Key[0]+"_key")+" ON "+ident(p.table)+" ("+ident(p.layer.Key[0])+")")
		}
		for _, statement := range statements {
			if _, err := l.conn.ExecContext(ctx, statement); err != nil {
				return fmt.Errorf("index table %q: %w", p.table, err)
			}
		}
	} else if err := l.widen(ctx); err != nil {
		return err
	}
	stamp := timeText(time.Now().UnixMilli()*1000, "Z")
	if err := p.register(ctx, l.conn, l.bounds, stamp, l.flat > 0, l.mode == geo.LoadAppend); err != nil {
		return err
	}
	return countRows(ctx, l.conn, p.table)
}

// widen makes the bounds those of the whole layer after an append.
func (l *load) widen(ctx context.Context) error {
	if l.plan.geom == "" {
		return nil
	}
	if l.old != nil {
		l.bounds = l.bounds.Extend(l.old.MinX, l.old.MinY).Extend(l.old.MaxX, l.old.MaxY)
		return nil
	}
	t := &table{layer: &geo.Layer{Table: l.plan.table, GeomColumn: l.plan.geom, CRS: l.plan.layer.CRS}}
	box, ok, err := readExtent(ctx, l.conn, t)
	if ok {
		l.bounds = box
	}
	return err
}

// register writes the rows that describe the table; mixed: some rows have no z;
// again: it was registered before.
func (p *layout) register(ctx context.Context, db executor, bounds geo.BBox, stamp string, mixed, again bool) error {
	var box [4]any
	if !bounds.IsEmpty() {
		box = [4]any{bounds.MinX, bounds.MinY, bounds.MaxX, bounds.MaxY}
	}
	run := func(statement string, args ...any) error {
		if _, err := db.ExecContext(ctx, statement, args...); err != nil {
			return fmt.Errorf("register table %q: %w", p.table, err)
		}
		return nil
	}
	if again {
		return errors.Join(
			run(`UPDATE gpkg_contents SET last_change = ?, min_x = ?, min_y = ?, max_x = ?, max_y = ? WHERE table_name = ?`, stamp, box[0], box[1], box[2], box[3], p.table),
			run(`UPDATE arpent_layer SET updated = ? WHERE table_name = ?`, stamp, p.table))
	}
	dataType, srs := "attributes", any(nil)
	if p.geom != "" {
		dataType, srs = "features", p.system.id
		if err := ensureSystem(ctx, db, p.system); err != nil {
			return err
		}
	}
	l := p.layer
	err := run(`
INSERT INTO gpkg_contents (table_name, data_type, identifier, description, last_change, min_x, min_y, max_x, max_y, srs_id)
VALUES (?, ?, (SELECT ?1 WHERE NOT EXISTS (SELECT 1 FROM gpkg_contents WHERE identifier = ?1)), ?, ?, ?, ?, ?, ?, ?)`,
		p.table, dataType, l.Description, stamp, box[0], box[1], box[2], box[3], srs)
	if err == nil && p.geom != "" {
		err = errors.Join(
			run(`INSERT INTO gpkg_geometry_columns (table_name, column_name, geometry_type_name, srs_id, z, m) VALUES (?, ?, ?, ?, ?, ?)`,
				p.table, p.geom, strings.ToUpper(string(l.Geometry)), p.system.id, ordinate(l.HasZ, mixed), ordinate(l.HasM, true)),
			run(`INSERT INTO gpkg_extensions (table_name, column_name, extension_name, definition, scope) VALUES (?, ?, 'gpkg_rtree_index', 'http://www.geopackage.org/spec120/#extension_rtree', 'write-only')`,
				p.table, p.geom))
	}
	if err == nil {
		err = p.registerColumns(ctx, db)
	}
	if err != nil {
		return err
	}
	return p.registerLayer(ctx, db, stamp)
}

// ordinate is the code of gpkg_geometry_columns for z and m: 0 none, 1 all
// rows, 2 some of them.
func ordinate(has, mixed bool) int { return btoi(has) * (1 + btoi(mixed)) }

// registerColumns writes titles, descriptions and JSON (annex F.9).
func (p *layout) registerColumns(ctx context.Context, db executor) error {
	told := false
	for i := range p.layer.Properties {
		prop := &p.layer.Properties[i]
		var mime any
		if prop.Kind == geo.KindJSON || prop.Kind == geo.KindArray {
			mime = "application/json"
		}
		if prop.Title == "" && prop.Description == "" && mime == nil {
			continue
		}
		if !told {
			told = true
			for _, statement := range append(append([]string{}, dataColumnTables...), `
INSERT OR IGNORE INTO gpkg_extensions (table_name, column_name, extension_name, definition, scope)
SELECT t, NULL, 'gpkg_schema', 'http://www.geopackage.org/spec121/#extension_schema', 'read-write'
  FROM (SELECT 'gpkg_data_columns' AS t UNION SELECT 'gpkg_data_column_constraints')
 WHERE NOT EXISTS (SELECT 1 FROM gpkg_extensions AS e WHERE e.table_name = t)`) {
				if _, err := db.ExecContext(ctx, statement); err != nil {
					return fmt.Errorf("make gpkg_data_columns: %w", err)
				}
			}
		}
		_, err := db.ExecContext(ctx, `INSERT OR REPLACE INTO gpkg_data_columns (table_name, column_name, title, description, mime_type) VALUES (?, ?, nullif(?, ''), nullif(?, ''), ?)`,
			p.table, prop.Name, prop.Title, prop.Description, mime)
		if err != nil {
			return fmt.Errorf("describe column %q: %w", prop.Name, err)
		}
	}
	return nil
}

// registerLayer writes the row of arpent_layer.
func (p *layout) registerLayer(ctx context.Context, db executor, stamp string) error {
	m := &p.layer.Meta
	kinds := map[string]string{}
	for i := range p.layer.Properties {
		prop := &p.layer.Properties[i]
		native := nativeType(prop)
		if kindOf(&column{native: native, affinity: affinity(native)}) != prop.Kind {
			kinds[prop.Name] = prop.Kind.String()
		}
	}
	id := m.IDColumn
	if len(p.layer.Key) == 1 {
		id = p.layer.Key[0]
	}
	var keywords any
	if len(m.Keywords) > 0 {
		doc, err := json.Marshal(m.Keywords)
		if err != nil {
			return fmt.Errorf("write keywords: %w", err)
		}
		keywords = string(doc)
	}
	kindsDoc, err := json.Marshal(kinds)
	if err != nil {
		return fmt.Errorf("write kinds: %w", err)
	}
	args := []any{p.table, keywords, string(kindsDoc), stamp, nullZoom(m.MinZoom), nullZoom(m.MaxZoom)}
	for _, text := range []string{m.Title, m.Description, m.Producer, m.Source, m.Licence, m.Standard, m.StandardVersion, m.Millesime, id} {
		if text == "" {
			args = append(args, nil)
		} else {
			args = append(args, text)
		}
	}
	_, err = db.ExecContext(ctx, `
INSERT INTO arpent_layer (table_name, keywords, kinds, updated, minzoom, maxzoom,
  title, description, producer, source, licence, standard, standard_version, millesime, id_column)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, args...)
	if err != nil {
		return fmt.Errorf("describe layer %q: %w", p.table, err)
	}
	return nil
}

func nullZoom(z *int) any {
	if z == nil {
		return nil
	}
	return *z
}

// drop takes away a table and all that registers it; styles and metadata that
// a user wrote for it stay.
func (p *layout) drop(ctx context.Context, db executor, objects map[string]object) error {
	c, err := geometryColumns(ctx, db, p.table)
	if err != nil {
		return err
	}
	var statements []string
	for _, column := range append(c, p.geom) {
		if index, ok := objects[strings.ToLower("rtree_"+p.table+"_"+column)]; ok {
			statements = append(statements, "DROP TABLE IF EXISTS "+ident(index.name))
		}
	}
	statements = append(statements, "DROP TABLE IF EXISTS "+ident(p.table))
	for _, registry := range []string{"gpkg_geometry_columns", "gpkg_contents", "gpkg_extensions", "gpkg_data_columns", "gpkg_ogr_contents", layerTable} {
		if _, ok := objects[registry]; ok {
			statements = append(statements, "DELETE FROM "+registry+" WHERE lower(table_name) = lower("+literal(p.table)+")")
		}
	}
	for _, statement := range statements {
		if _, err := db.ExecContext(ctx, statement); err != nil {
			return fmt.Errorf("replace table %q: %w", p.table, err)
		}
	}
	return nil
}

func geometryColumns(ctx context.Context, q querier, table string) ([]string, error) {
	rows, err := q.QueryContext(ctx, `SELECT column_name FROM gpkg_geometry_columns WHERE lower(table_name) = lower(?)`, table)
	if err != nil {
		return nil, fmt.Errorf("read gpkg_geometry_columns: %w", err)
	}
	defer rows.Close()
	var out []string
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return nil, fmt.Errorf("read gpkg_geometry_columns: %w", err)
		}
		out = append(out, name)
	}
	return out, rows.Err()
}

// countRows keeps the table of row counts of GDAL right, where there is one.
func countRows(ctx context.Context, db executor, table string) error {
	var has bool
	err := db.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM sqlite_master WHERE name = 'gpkg_ogr_contents')`).Scan(&has)
	if err == nil && has {
		_, err = db.ExecContext(ctx, `UPDATE gpkg_ogr_contents SET feature_count = (SELECT count(*) FROM `+ident(table)+`) WHERE lower(table_name) = lower(?)`, table)
	}
	if err != nil {
		return fmt.Errorf("count rows of %q: %w", table, err)
	}
	return nil
}
