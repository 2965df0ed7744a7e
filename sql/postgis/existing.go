package postgis

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/arpent-geo/arpent/geo"
	"github.com/arpent-geo/arpent/geo/crs"
)

// existing is the table that a load replaces or adds to.
type existing struct {
	oid      int64
	kind     string
	geom     string // its first geometry column
	geomType string // as format_type writes it: geometry(MultiPolygon,2154)
	sequence string // behind an identity column
	held     string // what would be lost with the table, in words; empty: nothing
	columns  []existingColumn
}

type existingColumn struct {
	name, typname, native, class string
	filled                       bool // by a default: a file need not have it
	geometry                     bool
}

// lookAt reads a table by name; nil when there is none.
func lookAt(ctx context.Context, conn *sql.Conn, schema, name string) (*existing, error) {
	e := &existing{}
	err := conn.QueryRowContext(ctx, `
SELECT c.oid::bigint, c.relkind::text, concat_ws(', ',
	(SELECT string_agg(DISTINCT 'view ' || v.oid::regclass::text, ', ') FROM pg_depend d
	   JOIN pg_rewrite r ON r.oid = d.objid JOIN pg_class v ON v.oid = r.ev_class
	  WHERE d.classid = 'pg_rewrite'::regclass AND d.refclassid = 'pg_class'::regclass AND d.refobjid = c.oid AND v.oid <> c.oid),
	(SELECT string_agg('foreign key ' || conname, ', ') FROM pg_constraint WHERE contype = 'f' AND (confrelid = c.oid OR conrelid = c.oid)),
	(SELECT string_agg('check ' || conname, ', ') FROM pg_constraint WHERE contype = 'c' AND conrelid = c.oid),
	(SELECT string_agg('policy ' || polname, ', ') FROM pg_policy WHERE polrelid = c.oid),
	(SELECT string_agg('trigger ' || tgname, ', ') FROM pg_trigger WHERE tgrelid = c.oid AND NOT tgisinternal AND tgname <> 'arpent_version'),
	(SELECT string_agg('rule ' || rulename, ', ') FROM pg_rewrite WHERE ev_class = c.oid),
	(SELECT string_agg('publication ' || p.pubname, ', ') FROM pg_publication_rel pr JOIN pg_publication p ON p.oid = pr.prpubid WHERE pr.prrelid = c.oid),
	(SELECT string_agg('inheritance ' || inhrelid::regclass::text, ', ') FROM pg_inherits WHERE inhrelid = c.oid OR inhparent = c.oid),
	CASE WHEN c.relrowsecurity THEN 'row security' END)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = $1 AND c.relname = $2`, schema, name).Scan(&e.oid, &e.kind, &e.held)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return e, e.readColumns(ctx, conn)
}

func (e *existing) readColumns(ctx context.Context, conn *sql.Conn) error {
	rows, err := conn.QueryContext(ctx, `
SELECT a.attname, t.typname, format_type(a.atttypid, a.atttypmod), t.typtype::text || t.typcategory::text,
	a.atthasdef OR a.attidentity <> '',
	COALESCE(CASE WHEN a.attidentity <> '' THEN pg_get_serial_sequence(a.attrelid::regclass::text, a.attname) END, '')
FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
WHERE a.attrelid = $1::bigint::oid AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum`, e.oid)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var c existingColumn
		var sequence string
		if err := rows.Scan(&c.name, &c.typname, &c.native, &c.class, &c.filled, &sequence); err != nil {
			return err
		}
		if c.geometry = c.typname == "geometry"; c.geometry && e.geom == "" {
			e.geom, e.geomType = c.name, c.native
		}
		if sequence != "" {
			e.sequence = sequence
		}
		e.columns = append(e.columns, c)
	}
	return rows.Err()
}

// mustMatch refuses a file whose columns are not those of the table.
func (e *existing) mustMatch(ld *load) error {
	var wrong []string
	has := map[string]bool{}
	for _, c := range e.columns {
		has[c.name] = true
		if c.geometry {
			continue
		}
		p := ld.layer.Property(c.name)
		switch {
		case p == nil && !c.filled:
			wrong = append(wrong, c.name+" (missing)")
		case p != nil && !takes(newColumn(c.name, c.typname, c.native, c.class, true, p.Kind).kind, p.Kind):
			wrong = append(wrong, fmt.Sprintf("%s (%s, not %s)", c.name, c.native, p.Kind))
		}
	}
	for i := range ld.layer.Properties {
		if name := ld.layer.Properties[i].Name; !has[name] {
			wrong = append(wrong, name+" (new)")
		}
	}
	if (e.geom != "") != (ld.layer.Geometry != geo.GeometryNone) {
		wrong = append(wrong, "geometry")
	} else if e.geom != "" && e.geomType != "geometry" {
		any := geo.Layer{Geometry: geo.GeometryAny, HasZ: ld.layer.HasZ, HasM: ld.layer.HasM}
		if t := geometryType(&ld.layer, ld.srid); e.geomType != t && e.geomType != geometryType(&any, ld.srid) {
			wrong = append(wrong, e.geom+" ("+e.geomType+", not "+t+")")
		}
	}
	if len(wrong) == 0 {
		return nil
	}
	slices.Sort(wrong)
	list := strings.Join(wrong, ", ")
	return geo.Invalid(ld.layer.Table,
		geo.Text{FR: "le fichier n'a pas la forme de la table : " + list, EN: "the file has not the shape of the table: " + list},
		geo.Text{FR: "--replace remplace la table", EN: "--replace puts the file in place of the table"})
}

// geometryType is the type of a layer's geometry column, as format_type writes it.
func geometryType(l *geo.Layer, srid int) string {
	dims := ""
	if l.HasZ {
		dims += "Z"
	}
	if l.HasM {
		dims += "M"
	}
	return fmt.Sprintf("geometry(%s%s,%d)", l.Geometry, dims, srid)
}

// takes reports whether a column of one kind holds values of another exactly.
func takes(column, value geo.Kind) bool {
	switch {
	case column == value:
		return true
	case value == geo.KindInt:
		return column == geo.KindDecimal || column == geo.KindFloat
	case value == geo.KindReal:
		return column == geo.KindFloat
	}
	return false
}

// findSRID finds the number under which this database knows the layer's system.
func (ld *load) findSRID(ctx context.Context) error {
	l := &ld.layer
	if l.Geometry == geo.GeometryNone {
		return nil
	}
	var postgis bool
	if err := ld.conn.QueryRowContext(ctx, `SELECT to_regtype('geometry') IS NOT NULL`).Scan(&postgis); err != nil {
		return err
	}
	if !postgis {
		return &geo.Error{Kind: geo.ErrUnavailable,
			Msg:  geo.Text{FR: "PostGIS n'est pas installé dans cette base, ou pas dans son search_path", EN: "PostGIS is not installed in this database, or not in its search_path"},
			Hint: geo.Text{FR: "un administrateur peut l'installer : CREATE EXTENSION postgis;", EN: "an administrator can install it: CREATE EXTENSION postgis;"}}
	}
	c := l.CRS
	if c == geo.CRS84 || c == geo.CRS84h {
		c = geo.WGS84
	}
	err := ld.conn.QueryRowContext(ctx, `SELECT srid FROM spatial_ref_sys WHERE auth_name = $1 AND auth_srid = $2 ORDER BY srid LIMIT 1`,
		c.Authority, atoi(c.Code)).Scan(&ld.srid)
	if errors.Is(err, sql.ErrNoRows) {
		// Systems newer than the PostGIS at hand keep their number: nothing of
		// ours asks PostGIS to transform them.
		if _, err = crs.Lookup(c); err == nil && c.Authority == "EPSG" {
			ld.srid, err = strconv.Atoi(c.Code)
		}
	}
	return err
}

// atoi returns the number of a code, or one that no system has.
func atoi(code string) int {
	n, err := strconv.Atoi(code)
	if err != nil {
		return -1
	}
	return n
}
