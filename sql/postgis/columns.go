package postgis

import (
	"strings"

	"github.com/arpent-geo/arpent/geo"
)

// column is one attribute as SQL reads, orders and compares it.
type column struct {
	name string // quoted, with the alias of its table: t."nom"
	kind geo.Kind
	// How the column is read, and how it is ordered and compared; %s stands
	// for name. cast is put after a bound value to give it the column's type.
	read, order, cast string
	nullable          bool
}

func (c *column) readSQL() string  { return strings.Replace(c.read, "%s", c.name, 1) }
func (c *column) orderSQL() string { return strings.Replace(c.order, "%s", c.name, 1) }

// quoteIdent is the one way by which an identifier enters a statement.
func quoteIdent(name string) string {
	return `"` + strings.ReplaceAll(name, `"`, `""`) + `"`
}

// newColumn says how a column of a type is handled. typname is the name of the
// base type in pg_type, native its full name with modifiers, class its typtype
// ('e' enum) and category ('A' array) in one string. declared is the kind that
// arpent_layer gives, for kinds that PostgreSQL has no type for.
func newColumn(name, typname, native, class string, nullable bool, declared geo.Kind) column {
	c := column{name: "t." + quoteIdent(name), read: "%s", order: "%s", nullable: nullable}
	switch typname {
	case "bool":
		c.kind, c.cast = geo.KindBool, "::boolean"
	case "int2", "int4", "int8":
		c.kind, c.cast = geo.KindInt, "::bigint"
	case "oid":
		c.kind, c.read, c.cast = geo.KindInt, "%s::bigint", "::bigint::oid"
	case "float4":
		c.kind, c.cast = geo.KindReal, "::real"
	case "float8":
		c.kind, c.cast = geo.KindFloat, "::double precision"
	case "numeric":
		c.kind, c.cast = geo.KindDecimal, "::numeric"
	case "text", "varchar":
		c.kind, c.cast = geo.KindText, "::text"
	case "bpchar":
		c.kind, c.read, c.cast = geo.KindText, "%s::text", "::bpchar"
	case "citext", "name":
		c.kind, c.read, c.cast = geo.KindText, "%s::text", "::"+typname
	case "date":
		c.kind, c.cast = geo.KindDate, "::date"
	case "timestamp":
		c.kind, c.cast = geo.KindTimestamp, "::timestamp"
	case "timestamptz":
		c.kind, c.cast = geo.KindTimestampTZ, "::timestamptz"
	case "uuid":
		c.kind, c.cast = geo.KindUUID, "::uuid"
	case "bytea":
		c.kind, c.cast = geo.KindBytes, "::bytea"
	case "json", "jsonb":
		c.kind, c.read, c.order, c.cast = geo.KindJSON, "%s::text", "%s::jsonb", "::jsonb"
		if declared == geo.KindArray {
			c.kind = geo.KindArray
		}
	default:
		c.kind, c.read, c.order, c.cast = geo.KindText, "%s::text", `%s::text COLLATE "C"`, "::text"
		switch {
		case strings.HasSuffix(class, "A"):
			c.kind, c.read = geo.KindArray, "array_to_json(%s)::text"
			c.order, c.cast = "array_to_json(%s)::jsonb", "::jsonb"
		case strings.HasPrefix(class, "e"):
			c.order, c.cast = "%s", "::"+native // in the order of the enumeration, with its index
		}
	}
	return c
}

// rowColumn is a column of the system that tells a row of a table without key.
func ctidColumn() column {
	return column{name: "t.ctid", kind: geo.KindText, read: "%s::text", order: "%s", cast: "::tid"}
}

func tableoidColumn() column {
	return column{name: "t.tableoid", kind: geo.KindInt, read: "%s::bigint", order: "%s", cast: "::bigint::oid"}
}
