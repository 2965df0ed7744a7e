package cql2

import (
	"bytes"
	"strings"

	"github.com/arpent-geo/arpent/geo"
	"github.com/arpent-geo/arpent/geo/wkb"
)

// AppendText appends an expression as CQL2-Text, its geometries in o.CRS.
// ParseText reads the same tree back. What the text cannot write is an error:
// a geometry in another system, a text with a backslash before a quote or at
// its end (the grammar takes \' for a quote), a constant that is infinite.
func AppendText(dst []byte, e geo.Expr, o Options) ([]byte, error) {
	p := &textPrinter{printer{dst: dst, o: o.withDefaults()}}
	p.expr(e, powerLowest)
	if p.err != nil {
		return dst, p.err
	}
	return p.dst, nil
}

type textPrinter struct{ printer }

// power is how tightly the outermost operator of an expression binds;
// powerSign and more for what needs no brackets anywhere.
func power(e geo.Expr) int {
	switch e := e.(type) {
	case geo.Or:
		return memberPower(e, powerOr)
	case geo.And:
		return memberPower(e, powerAnd)
	case geo.Not:
		return powerNot
	case geo.Equal, geo.Compare, geo.Like, geo.Between, geo.In, geo.IsNull:
		return powerCompare
	case geo.Arithmetic:
		switch e.Op {
		case geo.Add, geo.Sub:
			return powerSum
		case geo.Pow:
			return powerPower
		}
		return powerProduct
	}
	return powerSign
}

// memberPower: an AND or OR of one member is that member, of none a constant.
func memberPower(list []geo.Expr, of int) int {
	switch len(list) {
	case 0:
		return powerSign
	case 1:
		return power(list[0])
	}
	return of
}

// expr writes an operand of an operator of power around: in brackets unless
// it binds more tightly, so that a tree keeps its shape.
func (p *textPrinter) expr(e geo.Expr, around int) {
	if power(e) <= around && around != powerLowest {
		p.str("(")
		p.bare(e)
		p.str(")")
		return
	}
	p.bare(e)
}

func (p *textPrinter) bare(e geo.Expr) {
	switch e := e.(type) {
	case geo.Or:
		p.members(e, " OR ", "FALSE", powerOr)
	case geo.And:
		p.members(e, " AND ", "TRUE", powerAnd)
	case geo.Not:
		p.str("NOT ")
		p.expr(e.Operand, powerNot)
	case geo.Equal:
		p.bare(asCompare(e))
	case geo.Compare:
		p.infix(e.Left, string(e.Op), e.Right, powerCompare)
	case geo.Arithmetic:
		p.infix(e.Left, string(e.Op), e.Right, power(e))
	case geo.Like:
		p.infix(e.Operand, "LIKE", e.Pattern, powerCompare)
	case geo.Between:
		p.infix(e.Operand, "BETWEEN", e.Low, powerCompare)
		p.str(" AND ")
		p.expr(e.High, powerCompare)
	case geo.In:
		p.expr(e.Operand, powerCompare)
		p.str(" IN ")
		p.list(e.List)
	case geo.IsNull:
		p.expr(e.Operand, powerCompare)
		p.str(" IS NULL")
	default:
		p.operand(e)
	}
}

func (p *textPrinter) members(list []geo.Expr, operator, none string, power int) {
	if len(list) == 0 {
		p.str(none)
	}
	for i, m := range list {
		if i > 0 {
			p.str(operator)
		}
		if len(list) == 1 {
			p.bare(m)
		} else {
			p.expr(m, power)
		}
	}
}

func (p *textPrinter) infix(left geo.Expr, operator string, right geo.Expr, power int) {
	p.expr(left, power)
	p.str(" " + operator + " ")
	p.expr(right, power)
}

func (p *textPrinter) operand(e geo.Expr) {
	switch e := e.(type) {
	case geo.PropertyRef:
		p.name(e.Property.Name)
	case geo.GeometryRef:
		p.name(e.Layer.GeomColumn)
	case geo.Literal:
		p.literal(e.Value)
	case geo.GeometryLiteral:
		p.wkt(p.decode(e))
	case geo.BoxLiteral:
		n := p.box(e.Box)
		p.str("BBOX")
		p.positions(n[:], 1, textBrackets)
	case geo.Interval:
		p.str("INTERVAL(")
		p.end(e.Start)
		p.str(", ")
		p.end(e.End)
		p.str(")")
	case geo.ArrayLiteral:
		p.list(e)
	case geo.Fold:
		p.call(string(e.Op), e.Operand)
	case geo.Spatial:
		p.call(string(e.Op), e.Left, e.Right)
	case geo.Temporal:
		p.call(string(e.Op), e.Left, e.Right)
	case geo.ArrayTest:
		p.call(string(e.Op), e.Left, e.Right)
	case geo.Call:
		p.call(e.Func.Name, e.Args...)
	default:
		p.cannot("%T", e)
	}
}

func (p *textPrinter) call(name string, args ...geo.Expr) {
	p.str(strings.ToUpper(name))
	p.list(args)
}

func (p *textPrinter) list(list []geo.Expr) {
	p.str("(")
	for i, e := range list {
		if i > 0 {
			p.str(", ")
		}
		p.expr(e, powerLowest)
	}
	p.str(")")
}

// name writes a property, between double quotes when it is no identifier.
func (p *textPrinter) name(s string) {
	first := []rune(s)
	if len(first) > 0 && isIdentifierStart(first[0]) && identifierLength(s) == len(s) && !isReserved(s) {
		p.str(s)
		return
	}
	p.str(`"` + strings.ReplaceAll(s, `"`, `""`) + `"`)
}

func (p *textPrinter) literal(v geo.Value) {
	switch v.Kind.Type() {
	case geo.TypeBool:
		p.str(map[bool]string{true: "TRUE", false: "FALSE"}[v.Bool()])
	case geo.TypeNumber:
		p.numeric(v)
	case geo.TypeText:
		p.quote(v.Bytes)
	case geo.TypeDate:
		p.str("DATE('" + p.instant(v) + "')")
	case geo.TypeInstant:
		p.str("TIMESTAMP('" + p.instant(v) + "')")
	default:
		p.cannot("a constant of kind %s", v.Kind)
	}
}

func (p *textPrinter) quote(s []byte) {
	p.wantUTF8(s)
	if bytes.HasSuffix(s, []byte(`\`)) || bytes.Contains(s, []byte(`\'`)) {
		p.cannot("a text with a backslash before a quote")
	}
	p.str("'")
	p.dst = append(p.dst, bytes.ReplaceAll(s, []byte("'"), []byte("''"))...)
	p.str("'")
}

// end writes one end of an interval.
func (p *textPrinter) end(e geo.Expr) {
	switch l := e.(type) {
	case nil:
		p.str("'..'")
	case geo.Literal:
		p.str("'" + p.instant(l.Value) + "'")
	default:
		p.expr(e, powerLowest)
	}
}

// textBrackets writes WKT.
var textBrackets = brackets{open: '(', comma: ',', end: ')', space: " ", multiPoint: true}

func (p *textPrinter) wkt(g *wkb.Geometry) {
	p.str(strings.ToUpper(string(g.Type)))
	if g.Layout == wkb.XYZ {
		p.str(" Z ")
	}
	if g.Type != geo.GeometryCollection {
		p.body(g, textBrackets)
		return
	}
	p.str("(")
	for i := range g.Parts {
		if i > 0 {
			p.str(",")
		}
		p.wkt(&g.Parts[i])
	}
	p.str(")")
}
