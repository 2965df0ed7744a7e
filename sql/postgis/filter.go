package postgis

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/arpent-geo/arpent/geo"
)

// printer writes one filter on a layer. Properties are looked up in the
// layer's own columns and values are bound: nothing of a request reaches SQL.
// The first error stays in err, what is written after it is of no use.
type printer struct {
	*builder
	t      *table
	tables map[string]string // placeholders of the tables of letters, by name
	names  int               // of subqueries so far
	err    error
}

// filter writes a condition for WHERE, where null is as good as false.
func (b *builder) filter(t *table, e geo.Expr) (string, error) {
	p := &printer{builder: b, t: t, tables: map[string]string{}}
	out := p.cond(e, true)
	return out, p.err
}

func (p *printer) fail(err error) string {
	if p.err == nil {
		p.err = err
	}
	return "NULL"
}

// unknown refuses an expression that stands where none of its type can.
func (p *printer) unknown(e geo.Expr) string {
	return p.fail(fmt.Errorf("filter %T: %w", e, geo.ErrInvalidInput))
}

// cond writes a boolean, safe beside any operator. loose says that null and
// false are the same to what is around: a form that an index serves will do.
func (p *printer) cond(e geo.Expr, loose bool) string {
	switch e := e.(type) {
	case geo.And:
		return p.junction(e, " AND ", "TRUE", loose)
	case geo.Or:
		return p.junction(e, " OR ", "FALSE", loose)
	case geo.Not:
		return "(NOT " + p.cond(e.Operand, false) + ")"
	case geo.PropertyRef:
		return p.column(e.Property).name
	case geo.Literal:
		return p.param(bindable(e.Value)) + "::boolean"
	case geo.Equal:
		return p.equal(e)
	case geo.Compare:
		return p.compare(e)
	case geo.Between:
		return p.between(e)
	case geo.In:
		return p.in(e)
	case geo.Like:
		return p.like(e)
	case geo.IsNull:
		return "(" + p.any(e.Operand) + " IS NULL)"
	case geo.Temporal:
		return p.temporal(e, loose)
	case geo.Spatial:
		return p.spatial(e)
	case geo.ArrayTest:
		return p.arrayTest(e)
	case geo.Call:
		if e.Func.Name == "S_DWITHIN" {
			return p.near(e)
		}
	}
	return p.unknown(e)
}

func (p *printer) junction(members []geo.Expr, op, empty string, loose bool) string {
	if len(members) == 0 {
		return empty
	}
	parts := make([]string, len(members))
	for i, m := range members {
		parts[i] = p.cond(m, loose)
	}
	return "(" + strings.Join(parts, op) + ")"
}

// equal is the filter by a query parameter.
func (p *printer) equal(e geo.Equal) string {
	c := p.column(e.Property)
	if e.Value.IsNull() {
		return "FALSE"
	}
	return "(" + c.orderSQL() + " = " + p.value(c, e.Value) + ")"
}

// any writes an expression of any type, to be tested for null.
func (p *printer) any(e geo.Expr) string {
	if ref, ok := e.(geo.PropertyRef); ok {
		return p.column(ref.Property).name
	}
	switch e.Type() {
	case geo.TypeBool:
		return p.cond(e, false)
	case geo.TypeNumber:
		return p.number(e, classFloat)
	case geo.TypeText:
		return p.text(e)
	case geo.TypeDate, geo.TypeInstant:
		return p.moment(e, classUTC)
	case geo.TypeGeometry:
		return p.geometry(e)
	case geo.TypeArray:
		return p.array(e)
	case geo.TypeInterval:
		return p.nullInterval(e)
	}
	return p.unknown(e)
}

// column finds the column of a property.
func (p *printer) column(prop *geo.Property) *column {
	c, err := p.t.columnOf(prop)
	if err != nil {
		p.fail(err)
		return &column{name: "NULL", read: "%s", order: "%s"}
	}
	return c
}

// once gives a short name to what a formula uses more than once: SQL that would
// repeat it grows without bound when such formulas stand in one another.
// OFFSET 0 keeps the planner from putting it back in each place.
func (p *printer) once(formula func(names []string) string, operands ...string) string {
	p.names++
	alias := "x" + strconv.Itoa(p.names)
	names, list := make([]string, len(operands)), []string(nil)
	for i, o := range operands {
		if names[i] = o; !isShort(o) {
			name := "a" + strconv.Itoa(i)
			names[i] = alias + "." + name
			list = append(list, o+" AS "+name)
		}
	}
	if list == nil {
		return formula(names)
	}
	return "(SELECT " + formula(names) + " FROM (SELECT " + strings.Join(list, ", ") + " OFFSET 0) AS " + alias + ")"
}

// isShort reports whether an operand is a column, a parameter or a name of
// once, with a cast or not, or a constant geometry.
func isShort(s string) bool {
	return !strings.Contains(s, "(") && (s[0] == 't' || s[0] == 'x' || s[0] == '$') || strings.HasPrefix(s, "ST_GeomFromEWKB($")
}

// columnOf finds the column of a property of a request.
func (t *table) columnOf(p *geo.Property) (*column, error) {
	for i := range t.layer.Properties {
		if t.layer.Properties[i].Name == p.Name {
			return &t.columns[i], nil
		}
	}
	return nil, changed(fmt.Errorf("property %q of layer %s is gone", p.Name, t.layer.ID))
}
