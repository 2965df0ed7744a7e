package gpkg

import (
	"fmt"

	"github.com/arpent-geo/arpent/geo"
	"github.com/arpent-geo/arpent/geo/cql2/sem"
)

// handleArg stands in the parameters for the number of the call, which is
// known when a statement is run.
type handleArg struct{}

// filter is a printed filter: conditions that all hold, the predicates that
// their functions look up, and the boxes outside of which no row can match.
type filter struct {
	conditions []builder
	tests      []*spatialTest
	boxes      []geo.BBox
}

// printer writes expressions as SQL. Values are bound; names of properties are
// those of the columns of the table.
type printer struct {
	t *table
	l *geo.Layer
	filter
}

// newFilter prints a filter. Errors: geo.ErrInvalidInput, geo.ErrUnsupportedCRS.
func newFilter(t *table, l *geo.Layer, e geo.Expr) (*filter, error) {
	p := &printer{t: t, l: l}
	if e != nil {
		if err := p.conjunct(e); err != nil {
			return nil, err
		}
	}
	return &p.filter, nil
}

// conjunct prints one condition for each member of an And at the top.
func (p *printer) conjunct(e geo.Expr) error {
	if and, ok := e.(geo.And); ok {
		for _, member := range and {
			if err := p.conjunct(member); err != nil {
				return err
			}
		}
		return nil
	}
	if err := p.narrow(e); err != nil {
		return err
	}
	var b builder
	if err := p.print(&b, e); err != nil {
		return err
	}
	p.conditions = append(p.conditions, builder{})
	last := &p.conditions[len(p.conditions)-1]
	last.add(b.String(), b.args...)
	return nil
}

// print writes an expression: the value by which it compares, days or
// microseconds since 1970 for times.
func (p *printer) print(b *builder, e geo.Expr) error {
	switch e := e.(type) {
	case geo.And:
		return join(b, e, " AND ", "1", p.print)
	case geo.Or:
		return join(b, e, " OR ", "0", p.print)
	case geo.Not:
		b.add("(NOT ")
		err := p.print(b, e.Operand)
		b.add(")")
		return err
	case geo.Equal:
		c, err := p.column(e.Property)
		if err != nil {
			return err
		}
		b.add(c.order(e.Property.Kind)+" = ?", bindKey(e.Value, c))
		return nil
	case geo.Compare:
		return p.compare(b, string(e.Op), e.Left, e.Right)
	case geo.Between:
		b.add("(")
		if err := p.compare(b, "<=", e.Low, e.Operand); err != nil {
			return err
		}
		b.add(" AND ")
		err := p.compare(b, "<=", e.Operand, e.High)
		b.add(")")
		return err
	case geo.In:
		return p.in(b, e)
	case geo.IsNull:
		return p.isNull(b, e.Operand)
	case geo.Like:
		b.add("arpent_like(")
		err := p.print(b, e.Operand)
		b.add(", ?)", sem.Pattern(e.Pattern))
		return err
	case geo.Temporal:
		return p.temporal(b, e)
	case geo.Spatial:
		return p.spatial(b, e)
	case geo.ArrayTest:
		return p.function(b, "arpent_array_test(?, ", string(e.Op), e.Left, e.Right)
	}
	return p.value(b, e)
}

// value writes what is not a condition, and columns.
func (p *printer) value(b *builder, e geo.Expr) error {
	switch e := e.(type) {
	case geo.PropertyRef:
		c, err := p.column(e.Property)
		if err == nil {
			b.add(c.order(e.Property.Kind))
		}
		return err
	case geo.Literal:
		b.add("?", literalArg(e.Value))
		return nil
	case geo.Fold:
		return p.function(b, "arpent_fold(?, ", string(e.Op), e.Operand)
	case geo.Arithmetic:
		return p.function(b, "arpent_calc(?, ", string(e.Op), e.Left, e.Right)
	case geo.ArrayLiteral:
		return p.array(b, e)
	case geo.GeometryRef, geo.GeometryLiteral, geo.BoxLiteral:
		return p.geometry(b, e)
	case geo.Call:
		return p.call(b, e)
	}
	return fmt.Errorf("filter %T: %w", e, geo.ErrInvalidInput)
}

// literalArg is a constant in the form by which columns compare.
func literalArg(v geo.Value) any {
	switch v.Kind {
	case geo.KindDate, geo.KindTimestamp, geo.KindTimestampTZ:
		return v.Int()
	}
	return bind(v, "TEXT")
}

// function writes a function whose first parameter is bound.
func (p *printer) function(b *builder, open, first string, args ...geo.Expr) error {
	b.add(open, first)
	for i, a := range args {
		if i > 0 {
			b.add(", ")
		}
		if err := p.print(b, a); err != nil {
			return err
		}
	}
	b.add(")")
	return nil
}

// join writes members in halves, for SQLite bounds the depth of a tree
// (https://www.sqlite.org/limits.html, 3), where a chain is as deep as long.
func join(b *builder, members []geo.Expr, op, empty string, print func(*builder, geo.Expr) error) error {
	switch n := len(members); n {
	case 0:
		b.add(empty)
		return nil
	case 1:
		return print(b, members[0])
	default:
		b.add("(")
		if err := join(b, members[:n/2], op, empty, print); err != nil {
			return err
		}
		b.add(op)
		err := join(b, members[n/2:], op, empty, print)
		b.add(")")
		return err
	}
}

// isNull asks the column itself: a date that cannot be read is not null.
func (p *printer) isNull(b *builder, e geo.Expr) error {
	switch e := e.(type) {
	case geo.PropertyRef:
		c, err := p.column(e.Property)
		if err == nil {
			b.add("(t." + ident(c.name) + " IS NULL)")
		}
		return err
	case geo.Interval:
		ends := geo.Or{}
		for _, end := range []geo.Expr{e.Start, e.End} {
			if end != nil {
				ends = append(ends, geo.IsNull{Operand: end})
			}
		}
		return p.print(b, ends)
	}
	b.add("(")
	err := p.print(b, e)
	b.add(" IS NULL)")
	return err
}

// column finds the column of a property; it is gone when the table changed
// since the layer was read.
func (p *printer) column(prop *geo.Property) (*column, error) {
	if c := p.t.column(prop.Name); c != nil {
		return c, nil
	}
	return nil, fmt.Errorf("property %q of %s: %w", prop.Name, p.l.ID, geo.ErrChanged)
}

// temporal hands both spans over to sem.Relate.
func (p *printer) temporal(b *builder, e geo.Temporal) error {
	b.add("arpent_relate(?", string(e.Op))
	for _, side := range []geo.Expr{e.Left, e.Right} {
		span, ok := side.(geo.Interval)
		if !ok {
			span = geo.Interval{Start: side, End: side}
		}
		if err := p.bound(b, span.Start, e.Days, "arpent_midnight(", geo.NegInfinity); err != nil {
			return err
		}
		if err := p.bound(b, span.End, e.Days, "arpent_last_us(", geo.PosInfinity); err != nil {
			return err
		}
	}
	b.add(")")
	return nil
}

// bound writes an end of a span; a date among instants is the start or the end
// of its day.
func (p *printer) bound(b *builder, e geo.Expr, days bool, ofDay string, open int64) error {
	b.add(", ")
	if e == nil {
		b.add("?", open)
		return nil
	}
	if e.Type() != geo.TypeDate || days {
		return p.print(b, e)
	}
	b.add(ofDay)
	err := p.print(b, e)
	b.add(")")
	return err
}

// array writes a list as a JSON array: bound when all is constant.
func (p *printer) array(b *builder, list geo.ArrayLiteral) error {
	constant := []byte{'['}
	for i, e := range list {
		v, ok := e.(geo.Literal)
		if !ok {
			constant = nil
			break
		}
		if i > 0 {
			constant = append(constant, ',')
		}
		constant = v.Value.AppendJSON(constant)
	}
	if constant != nil {
		b.add("?", string(append(constant, ']')))
		return nil
	}
	b.add("('[' || ")
	err := join(b, list, " || ',' || ", "''", func(b *builder, e geo.Expr) error {
		b.add("arpent_json(?, ", int64(e.Type()))
		err := p.print(b, e)
		b.add(")")
		return err
	})
	b.add(" || ']')")
	return err
}

// call writes a function of geo.Functions.
func (p *printer) call(b *builder, e geo.Call) error {
	switch e.Func.Name {
	case "UPPER", "LOWER":
		return p.function(b, "arpent_fold(?, ", e.Func.Name, e.Args...)
	case "YEAR":
		return p.function(b, "arpent_year(?, ", e.Args[0].Type().String(), e.Args...)
	case "CENTROID":
		return p.geometry(b, e)
	case "AREA", "LENGTH":
		b.add("arpent_measure(?, ?, ", handleArg{}, e.Func.Name)
		err := p.print(b, e.Args[0])
		b.add(")")
		return err
	case "S_DWITHIN":
		return p.near(b, e)
	}
	return geo.Invalid("", geo.Text{FR: "fonction inconnue : " + e.Func.Name, EN: "unknown function: " + e.Func.Name}, geo.Text{})
}
