package postgis

import (
	"context"
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/lib/pq"

	"github.com/arpent-geo/arpent/geo"
)

// Commit ends the COPY, builds key, index, statistics and metadata, puts the new
// table in the place of the old one, and commits. See geo.Load.
func (ld *load) Commit(ctx context.Context) error {
	if ld.ended {
		return fmt.Errorf("commit a load that has ended: %w", geo.ErrConflict)
	}
	if err := ld.finish(ctx); err != nil {
		_ = ld.Rollback()
		return ld.explain(ctx, "finish the load", err)
	}
	if err := ld.exec(ctx, "COMMIT"); err != nil {
		ld.ended = true
		_ = ld.conn.Raw(func(any) error { return driver.ErrBadConn })
		_ = ld.conn.Close()
		return ld.afterLostCommit(ctx, err)
	}
	ld.ended = true
	err := ld.conn.Close()
	// The load stands: that the catalogue is read a moment later is no failure.
	_ = ld.s.refreshNow(ctx)
	return err
}

func (ld *load) finish(ctx context.Context) error {
	if err := ld.endCopy(ctx); err != nil {
		return err
	}
	fresh := ld.old == nil || ld.table != ld.target
	if fresh {
		if err := ld.index(ctx); err != nil {
			return err
		}
	}
	if err := ld.exec(ctx, "ANALYZE "+ld.table); err != nil {
		return err
	}
	if ld.table != ld.target {
		if err := ld.swap(ctx); err != nil {
			return err
		}
	}
	return ld.describe(ctx, fresh)
}

// index makes the key, then the spatial index; the rows are all there.
func (ld *load) index(ctx context.Context) error {
	key := "fid"
	if len(ld.layer.Key) == 1 {
		key = ld.layer.Key[0]
	}
	if err := ld.exec(ctx, "ALTER TABLE "+ld.table+" ADD PRIMARY KEY ("+quoteIdent(key)+")"); err != nil {
		return err
	}
	if ld.layer.Geometry == geo.GeometryNone {
		return nil
	}
	return ld.exec(ctx, "CREATE INDEX ON "+ld.table+" USING gist ("+quoteIdent(ld.geomColumn())+")")
}

// swap drops the old table and gives its name, owner and grants to the new one.
// Editors come first: the lock is tried for a few seconds, a few times.
func (ld *load) swap(ctx context.Context) error {
	legacy, err := ld.legacy(ctx)
	if err != nil {
		return err
	}
	for try := 1; ; try++ {
		if err = ld.exec(ctx, "SAVEPOINT swap"); err != nil {
			return err
		}
		if err = ld.exec(ctx, "LOCK TABLE "+ld.target+" IN ACCESS EXCLUSIVE MODE"); err == nil {
			break
		}
		if pe := pgError(err); pe == nil || pe.Code != "55P03" || try == swapTries {
			return err
		}
		if err = ld.exec(ctx, "ROLLBACK TO SAVEPOINT swap"); err != nil {
			return err
		}
	}
	// Who was given rights, or hung a view on the table, since the load began?
	now, err := lookAt(ctx, ld.conn, ld.layer.Schema, ld.layer.Table)
	if err != nil {
		return err
	}
	if now == nil || now.oid != ld.old.oid || now.held != "" {
		return conflict(ld.layer.Table, geo.Text{FR: "la table a changé pendant le chargement", EN: "the table changed during the load"},
			geo.Text{FR: "recommencez", EN: "start again"})
	}
	for _, text := range append([]string{"DROP TABLE " + ld.target,
		"ALTER TABLE " + ld.table + " RENAME TO " + quoteIdent(ld.layer.Table)}, legacy...) {
		if err := ld.exec(ctx, text); err != nil {
			return err
		}
	}
	ld.table = ld.target
	return ld.renameParts(ctx)
}

// renameParts gives the indexes and the sequence of the new table the names
// that they would have had without a swap.
func (ld *load) renameParts(ctx context.Context) error {
	texts, err := ld.texts(ctx, `
SELECT 'ALTER ' || CASE c.relkind WHEN 'S' THEN 'SEQUENCE ' ELSE 'INDEX ' END || c.oid::regclass::text || ' RENAME TO ' || quote_ident(x.name)
FROM pg_class c, LATERAL (SELECT left($3 || substr(c.relname, length($2) + 1), 63) AS name) x
WHERE c.relnamespace = $1::regnamespace AND c.relkind IN ('i', 'S') AND starts_with(c.relname, $2)
AND NOT EXISTS (SELECT 1 FROM pg_class o WHERE o.relnamespace = c.relnamespace AND o.relname = x.name)`,
		quoteIdent(ld.layer.Schema), ld.besideName(), ld.layer.Table)
	if err != nil {
		return err
	}
	for _, text := range texts {
		if err := ld.exec(ctx, text); err != nil {
			return err
		}
	}
	return nil
}

// texts reads a column of statements.
func (ld *load) texts(ctx context.Context, query string, args ...any) ([]string, error) {
	rows, err := ld.conn.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []string
	for rows.Next() {
		var text string
		if err := rows.Scan(&text); err != nil {
			return nil, err
		}
		out = append(out, text)
	}
	return out, rows.Err()
}

// legacy returns the statements that give the new table what people have given
// the old one: owner, rights, comments, indexes on columns that are still there.
func (ld *load) legacy(ctx context.Context) ([]string, error) {
	return ld.texts(ctx, `
WITH acl AS (
	SELECT a.*, '' AS col FROM pg_class c, aclexplode(c.relacl) a WHERE c.oid = $1::bigint::oid AND a.grantee <> c.relowner
	UNION ALL
	SELECT a.*, ' (' || quote_ident(t.attname) || ')' FROM pg_attribute t, aclexplode(t.attacl) a
	WHERE t.attrelid = $1::bigint::oid AND NOT t.attisdropped AND t.attname = ANY($3::text[])
)
SELECT 'ALTER TABLE ' || $2 || ' OWNER TO ' || quote_ident(pg_get_userbyid(c.relowner))
FROM pg_class c WHERE c.oid = $1::bigint::oid AND pg_get_userbyid(c.relowner) <> current_user
UNION ALL
SELECT 'GRANT ' || privilege_type || col || ' ON ' || $2 || ' TO ' ||
	CASE grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(grantee)) END ||
	CASE WHEN is_grantable THEN ' WITH GRANT OPTION' ELSE '' END
FROM acl
UNION ALL
SELECT 'COMMENT ON TABLE ' || $2 || ' IS ' || quote_literal(obj_description($1::bigint::oid, 'pg_class'))
WHERE obj_description($1::bigint::oid, 'pg_class') IS NOT NULL
UNION ALL
SELECT 'COMMENT ON COLUMN ' || $2 || '.' || quote_ident(attname) || ' IS ' || quote_literal(col_description(attrelid, attnum))
FROM pg_attribute WHERE attrelid = $1::bigint::oid AND attname = ANY($3::text[]) AND col_description(attrelid, attnum) IS NOT NULL
UNION ALL
SELECT COALESCE('ALTER TABLE ' || $2 || ' ADD CONSTRAINT ' || quote_ident(k.conname) || ' ' || pg_get_constraintdef(k.oid), pg_get_indexdef(i.indexrelid))
FROM pg_index i LEFT JOIN pg_constraint k ON k.conindid = i.indexrelid AND k.conrelid = i.indrelid AND k.contype IN ('u', 'x')
WHERE i.indrelid = $1::bigint::oid AND NOT i.indisprimary AND i.indisvalid
AND NOT EXISTS (SELECT 1 FROM pg_depend d JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
	WHERE d.objid IN (i.indexrelid, k.oid) AND d.refobjid = i.indrelid AND (a.attname <> ALL($3::text[]) OR a.attname = $4))`, ld.old.oid, ld.target, pq.Array(ld.columnNames()), ld.geomColumn())
}

func (ld *load) columnNames() []string {
	out := []string{"fid", ld.geomColumn()}
	for i := range ld.layer.Properties {
		out = append(out, ld.layer.Properties[i].Name)
	}
	return out
}

// describe writes what is known of the layer, its extent, the trigger that
// follows its changes, and the first of them.
func (ld *load) describe(ctx context.Context, fresh bool) error {
	l := &ld.layer
	version := l.Schema + "." + l.Table
	if fresh {
		if err := createTrigger(ctx, ld.conn, l.Schema, l.Table, version); err != nil {
			return err
		}
		for i := range l.Properties {
			if err := ld.comment(ctx, &l.Properties[i]); err != nil {
				return err
			}
		}
	}
	if err := ld.exec(ctx, `SELECT arpent.touch_layer($1)`, version); err != nil {
		return err
	}
	return ld.writeLayer(ctx)
}

func (ld *load) comment(ctx context.Context, p *geo.Property) error {
	if p.Title == "" && p.Description == "" {
		return nil
	}
	text := p.Title
	if p.Description != "" {
		text += "\n" + p.Description
	}
	return ld.exec(ctx, "COMMENT ON COLUMN "+ld.target+"."+quoteIdent(p.Name)+" IS "+pq.QuoteLiteral(text)) // takes no parameter
}

// writeLayer writes the row of arpent_layer. What a file does not say of a
// layer that exists stays as it was.
func (ld *load) writeLayer(ctx context.Context) error {
	l, m := &ld.layer, ld.layer.Meta
	box, err := ld.extent(ctx)
	if err != nil {
		return err
	}
	keywords, _ := json.Marshal(append([]string{}, m.Keywords...)) // strings: no error
	kinds := map[string]string{}
	for i := range l.Properties {
		if p := &l.Properties[i]; p.Kind == geo.KindArray {
			kinds[p.Name] = p.Kind.String()
		}
	}
	kindsJSON, _ := json.Marshal(kinds)
	set := []string{"kinds = excluded.kinds", "updated = excluded.updated", "generation = a.generation + $20"}
	for _, c := range []string{"min_lon", "min_lat", "max_lon", "max_lat"} {
		set = append(set, c+" = excluded."+c)
	}
	for _, c := range []string{"title", "description", "producer", "source", "licence", "standard", "standard_version", "millesime", "id_column"} {
		set = append(set, fmt.Sprintf("%[1]s = COALESCE(NULLIF(excluded.%[1]s, ''), a.%[1]s)", c))
	}
	set = append(set, "keywords = CASE WHEN excluded.keywords::text = '[]' THEN a.keywords ELSE excluded.keywords END",
		"minzoom = COALESCE(excluded.minzoom, a.minzoom)", "maxzoom = COALESCE(excluded.maxzoom, a.maxzoom)")
	replaced := 0
	if ld.mode == geo.LoadReplace {
		replaced = 1
	}
	return ld.exec(ctx, `
INSERT INTO arpent.arpent_layer AS a (table_schema, table_name, title, description, producer, source, licence,
	standard, standard_version, millesime, id_column, keywords, minzoom, maxzoom, min_lon, min_lat, max_lon, max_lat, kinds, updated)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, now())
ON CONFLICT (table_schema, table_name) DO UPDATE SET `+strings.Join(set, ", "),
		l.Schema, l.Table, m.Title, m.Description, m.Producer, m.Source, m.Licence, m.Standard, m.StandardVersion, m.Millesime,
		m.IDColumn, string(keywords), m.MinZoom, m.MaxZoom, box[0], box[1], box[2], box[3], string(kindsJSON), replaced)
}

// extent is the box of the whole layer in degrees; nulls when it has none.
func (ld *load) extent(ctx context.Context) (out [4]any, err error) {
	l := ld.layer
	if l.Geometry == geo.GeometryNone {
		return out, nil
	}
	l.GeomColumn, l.StorageCRS = ld.geomColumn(), l.CRS
	box, ok, err := readExtent(ctx, &table{layer: &l, srid: ld.srid, transform: !known(l.CRS)},
		func(ctx context.Context, st statement, each func([]driver.Value) error) error {
			var v [4]*float64
			if err := ld.conn.QueryRowContext(ctx, st.text, st.args...).Scan(&v[0], &v[1], &v[2], &v[3]); err != nil || v[0] == nil {
				return err
			}
			return each([]driver.Value{*v[0], *v[1], *v[2], *v[3]})
		})
	if err == nil && ok {
		out = [4]any{box.MinX, box.MinY, box.MaxX, box.MaxY}
	}
	return out, err
}

// afterLostCommit asks on another connection what became of a commit whose
// answer was lost, and claims no more than is known.
func (ld *load) afterLostCommit(ctx context.Context, cause error) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), ld.s.opts.ConnectTimeout)
	defer cancel()
	for ctx.Err() == nil {
		status := ""
		err := ld.s.loads.db.QueryRowContext(ctx, `SELECT COALESCE(pg_xact_status($1::text::xid8), '')`, ld.xid).Scan(&status)
		switch {
		case err == nil && status == "committed":
			return nil
		case err == nil && status == "aborted":
			return ld.explain(ctx, "commit the load", cause)
		}
		select {
		case <-ctx.Done():
		case <-time.After(200 * time.Millisecond):
		}
	}
	return &geo.Error{Kind: geo.ErrUnavailable, Err: cause,
		Msg:  geo.Text{FR: "la base a été perdue pendant la validation : on ne sait pas si le chargement a eu lieu", EN: "the database was lost during the commit: whether the load took place is not known"},
		Hint: geo.Text{FR: "regardez la date de la couche (arpent layers) avant de recommencer", EN: "look at the date of the layer (arpent layers) before you start again"}}
}
