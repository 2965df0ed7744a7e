package cql2

import (
	"github.com/arpent-geo/arpent/geo"
	"github.com/arpent-geo/arpent/geo/wkb"
)

// AppendJSON appends an expression as CQL2-JSON, its geometries in o.CRS.
// ParseJSON reads the same tree back. A geometry in another system is an
// error, as is a constant that is infinite.
func AppendJSON(dst []byte, e geo.Expr, o Options) ([]byte, error) {
	p := &jsonPrinter{printer{dst: dst, o: o.withDefaults()}}
	p.expr(e)
	if p.err != nil {
		return dst, p.err
	}
	return p.dst, nil
}

type jsonPrinter struct{ printer }

func (p *jsonPrinter) expr(e geo.Expr) {
	switch e := e.(type) {
	case geo.And:
		p.members(e, "and", "true")
	case geo.Or:
		p.members(e, "or", "false")
	case geo.Not:
		p.op("not", e.Operand)
	case geo.Equal:
		p.expr(asCompare(e))
	case geo.Compare:
		p.op(string(e.Op), e.Left, e.Right)
	case geo.Arithmetic:
		p.op(string(e.Op), e.Left, e.Right)
	case geo.Like:
		p.op("like", e.Operand, e.Pattern)
	case geo.Between:
		p.op("between", e.Operand, e.Low, e.High)
	case geo.In:
		p.op("in", e.Operand, geo.ArrayLiteral(e.List))
	case geo.IsNull:
		p.op("isNull", e.Operand)
	case geo.Fold:
		p.op(string(e.Op), e.Operand)
	case geo.Spatial:
		p.op(string(e.Op), e.Left, e.Right)
	case geo.Temporal:
		p.op(string(e.Op), e.Left, e.Right)
	case geo.ArrayTest:
		p.op(string(e.Op), e.Left, e.Right)
	case geo.Call:
		p.op(e.Func.Name, e.Args...)
	default:
		p.operand(e)
	}
}

// members writes AND or OR: of one member, that member; of none, a constant.
func (p *jsonPrinter) members(list []geo.Expr, op, none string) {
	switch len(list) {
	case 0:
		p.str(none)
	case 1:
		p.expr(list[0])
	default:
		p.op(op, list...)
	}
}

func (p *jsonPrinter) op(op string, args ...geo.Expr) {
	p.str(`{"op":`)
	p.quote([]byte(op))
	p.str(`,"args":`)
	p.list(args)
	p.str("}")
}

func (p *jsonPrinter) list(list []geo.Expr) {
	p.str("[")
	for i, e := range list {
		if i > 0 {
			p.str(",")
		}
		p.expr(e)
	}
	p.str("]")
}

func (p *jsonPrinter) quote(s []byte) {
	p.wantUTF8(s)
	p.dst = geo.AppendJSONString(p.dst, s)
}

// member writes an object of one member that is a text.
func (p *jsonPrinter) member(key, s string) {
	p.str(`{"` + key + `":`)
	p.quote([]byte(s))
	p.str("}")
}

func (p *jsonPrinter) operand(e geo.Expr) {
	switch e := e.(type) {
	case geo.PropertyRef:
		p.member("property", e.Property.Name)
	case geo.GeometryRef:
		p.member("property", e.Layer.GeomColumn)
	case geo.Literal:
		p.literal(e.Value)
	case geo.GeometryLiteral:
		p.geoJSON(p.decode(e))
	case geo.BoxLiteral:
		n := p.box(e.Box)
		p.str(`{"bbox":`)
		p.position(n[:], jsonBrackets)
		p.str("}")
	case geo.Interval:
		p.str(`{"interval":[`)
		p.end(e.Start)
		p.str(",")
		p.end(e.End)
		p.str("]}")
	case geo.ArrayLiteral:
		p.list(e)
	default:
		p.cannot("%T", e)
	}
}

func (p *jsonPrinter) literal(v geo.Value) {
	switch v.Kind.Type() {
	case geo.TypeBool:
		p.str(map[bool]string{true: "true", false: "false"}[v.Bool()])
	case geo.TypeNumber:
		p.numeric(v)
	case geo.TypeText:
		p.quote(v.Bytes)
	case geo.TypeDate:
		p.member("date", p.instant(v))
	case geo.TypeInstant:
		p.member("timestamp", p.instant(v))
	default:
		p.cannot("a constant of kind %s", v.Kind)
	}
}

// end writes one end of an interval.
func (p *jsonPrinter) end(e geo.Expr) {
	switch l := e.(type) {
	case nil:
		p.str(`".."`)
	case geo.Literal:
		p.str(`"` + p.instant(l.Value) + `"`)
	default:
		p.expr(e)
	}
}

// jsonBrackets writes the coordinates of GeoJSON.
var jsonBrackets = brackets{open: '[', comma: ',', end: ']', before: "[", space: ",", after: "]"}

func (p *jsonPrinter) geoJSON(g *wkb.Geometry) {
	p.str(`{"type":"` + string(g.Type))
	if g.Type != geo.GeometryCollection {
		p.str(`","coordinates":`)
		p.body(g, jsonBrackets)
		p.str("}")
		return
	}
	p.str(`","geometries":[`)
	for i := range g.Parts {
		if i > 0 {
			p.str(",")
		}
		p.geoJSON(&g.Parts[i])
	}
	p.str("]}")
}
