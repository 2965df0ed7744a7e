package postgis

import (
	"slices"
	"strings"

	"github.com/arpent-geo/arpent/geo"
)

// arrayTest writes an array predicate, on arrays in the form of array.
func (p *printer) arrayTest(e geo.ArrayTest) string {
	return p.once(func(x []string) string {
		a, b := x[0], x[1]
		test := ""
		switch e.Op {
		case geo.AEquals:
			test = a + " = " + b
		case geo.AContains:
			test = subset(b, a)
		case geo.AContainedBy:
			test = subset(a, b)
		case geo.AOverlaps:
			test = "EXISTS (SELECT jsonb_array_elements(" + a + ") INTERSECT SELECT jsonb_array_elements(" + b + "))"
		default:
			return p.unknown(e)
		}
		return "(CASE WHEN " + a + " IS NOT NULL AND " + b + " IS NOT NULL THEN " + test + " END)"
	}, p.array(e.Left), p.array(e.Right))
}

func subset(a, b string) string {
	return "NOT EXISTS (SELECT jsonb_array_elements(" + a + ") EXCEPT SELECT jsonb_array_elements(" + b + "))"
}

// array writes an array as jsonb, its numbers as 64-bit floats; null for what
// is null or no array.
func (p *printer) array(e geo.Expr) string {
	doc := ""
	switch e := e.(type) {
	case geo.PropertyRef:
		doc = p.column(e.Property).orderSQL()
	case geo.ArrayLiteral:
		parts := make([]string, len(e))
		for i, m := range e {
			parts[i] = p.member(m)
		}
		doc = "'[]'::jsonb"
		for some := range slices.Chunk(parts, 50) { // a call has 100 arguments at most
			doc = "(" + doc + " || jsonb_build_array(" + strings.Join(some, ", ") + "))"
		}
	default:
		return p.unknown(e)
	}
	return p.once(func(x []string) string {
		return "(CASE WHEN jsonb_typeof(" + x[0] + ") = 'array' THEN COALESCE((SELECT jsonb_agg(" +
			"CASE WHEN jsonb_typeof(m.v) = 'number' THEN COALESCE(to_jsonb(" + toFloat("(m.v #>> '{}')::numeric") + "), m.v) ELSE m.v END ORDER BY m.i) " +
			"FROM jsonb_array_elements(CASE WHEN jsonb_typeof(" + x[0] + ") = 'array' THEN " + x[0] + " END) WITH ORDINALITY AS m(v, i)), '[]') END)"
	}, doc)
}

// member writes a member of a constant array, as the JSON of an answer has it;
// dates are constants.
func (p *printer) member(e geo.Expr) string {
	if l, ok := e.(geo.Literal); ok {
		return p.param(string(l.Value.AppendJSON(nil))) + "::jsonb"
	}
	switch e.Type() {
	case geo.TypeBool:
		return p.cond(e, false)
	case geo.TypeText:
		return p.text(e)
	case geo.TypeNumber:
		return p.number(e, classExact)
	}
	return p.unknown(e)
}
