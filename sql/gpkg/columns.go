package gpkg

import (
	"context"
	"fmt"
	"strings"

	"github.com/arpent-geo/arpent/geo"
)

// column is one column of a table as SQLite knows it.
type column struct {
	name     string
	native   string // as declared: "TEXT(5)"
	affinity string // "TEXT", "INTEGER", "REAL", "NUMERIC" or "BLOB"
	notNull  bool
	pk       int // place in the primary key, from 1; 0: not part of it
}

// readColumns lists the columns of a table or view; none: it is not there.
func readColumns(ctx context.Context, q querier, name string) ([]column, error) {
	rows, err := q.QueryContext(ctx, `SELECT name, type, "notnull", pk FROM pragma_table_xinfo(?) WHERE hidden IN (0, 2, 3) ORDER BY cid`, name)
	if err != nil {
		return nil, fmt.Errorf("read columns of %q: %w", name, err)
	}
	defer rows.Close()
	var out []column
	for rows.Next() {
		var c column
		if err := rows.Scan(&c.name, &c.native, &c.notNull, &c.pk); err != nil {
			return nil, fmt.Errorf("read columns of %q: %w", name, err)
		}
		c.affinity = affinity(c.native)
		out = append(out, c)
	}
	return out, rows.Err()
}

// affinity is the rule of SQLite (https://www.sqlite.org/datatype3.html, 3.1).
func affinity(declared string) string {
	t := strings.ToUpper(declared)
	has := func(s string) bool { return strings.Contains(t, s) }
	switch {
	case has("INT"):
		return "INTEGER"
	case has("CHAR"), has("CLOB"), has("TEXT"):
		return "TEXT"
	case has("BLOB"), t == "":
		return "BLOB"
	case has("REAL"), has("FLOA"), has("DOUB"):
		return "REAL"
	}
	return "NUMERIC"
}

// kindOf is the kind of a declared type: those of GeoPackage (OGC 12-128r19,
// table 1), others that are met, then the affinity.
func kindOf(c *column) geo.Kind {
	base, _, _ := strings.Cut(strings.ToUpper(c.native), "(")
	switch strings.TrimSpace(base) {
	case "BOOLEAN", "BOOL":
		return geo.KindBool
	case "FLOAT":
		return geo.KindReal
	case "DATE":
		return geo.KindDate
	case "DATETIME", "TIMESTAMP":
		return geo.KindTimestampTZ
	case "DECIMAL", "NUMERIC":
		return geo.KindDecimal
	case "", "TIME", "UUID", "JSON":
		return geo.KindText
	}
	switch c.affinity {
	case "INTEGER":
		return geo.KindInt
	case "REAL":
		return geo.KindFloat
	case "BLOB":
		return geo.KindBytes
	case "NUMERIC":
		return geo.KindDecimal
	}
	return geo.KindText
}

// nativeType is the column type that holds a kind. Kinds that GeoPackage lacks
// are TEXT, with their kind in arpent_layer. A decimal of 15 digits or fewer is
// exact as a DOUBLE, which other programs can add up.
func nativeType(p *geo.Property) string {
	switch p.Kind {
	case geo.KindBool:
		return "BOOLEAN"
	case geo.KindInt:
		return "INTEGER"
	case geo.KindReal:
		return "FLOAT"
	case geo.KindFloat:
		return "DOUBLE"
	case geo.KindDate:
		return "DATE"
	case geo.KindTimestampTZ:
		return "DATETIME"
	case geo.KindBytes:
		return "BLOB"
	case geo.KindDecimal:
		if n := precision(p.Native); n > 0 && n <= 15 {
			return "DOUBLE"
		}
	}
	return "TEXT"
}

// precision is the number of digits in "numeric(12,2)"; 0 when not said.
func precision(native string) int {
	var n int
	if _, err := fmt.Sscanf(native[strings.IndexByte(native, '(')+1:], "%d", &n); err != nil {
		return 0
	}
	return n
}

// value is the cell as it is read: a date column is kept from the driver's own
// reading of dates, which an expression escapes.
func (c *column) value() string {
	if c.affinity == "NUMERIC" {
		return "+t." + ident(c.name)
	}
	return "t." + ident(c.name)
}

// order is the expression by which a column compares, so that what is equal
// for Arpent is equal for SQLite.
func (c *column) order(k geo.Kind) string {
	name := "t." + ident(c.name)
	switch k {
	case geo.KindDate:
		return "arpent_day(" + name + ")"
	case geo.KindTimestamp, geo.KindTimestampTZ:
		return "arpent_us(" + name + ")"
	case geo.KindReal:
		return "arpent_real(" + name + ")"
	case geo.KindDecimal:
		if c.affinity == "TEXT" {
			return name + " COLLATE arpent_decimal"
		}
	}
	if c.affinity == "TEXT" {
		return name + " COLLATE BINARY"
	}
	return name
}
