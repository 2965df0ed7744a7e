package cql2

import (
	"strings"

	"github.com/arpent-geo/arpent/geo"
	"github.com/arpent-geo/arpent/geo/cql2/sem"
	"github.com/arpent-geo/arpent/geo/wkb"
)

// expr reads one expression.
func (p *jsonParser) expr(at int) (geo.Expr, error) {
	if err := p.enter(at); err != nil {
		return nil, err
	}
	defer p.leave()
	switch c := p.text[at]; {
	case c == '{':
		return p.object(at)
	case c == '[':
		list, err := p.exprs(at, p.o.Limits.List)
		if err != nil {
			return nil, err
		}
		return p.array(at, list)
	case c == '"':
		s, err := p.str(at)
		if err != nil {
			return nil, err
		}
		return p.textLiteral(at, s)
	case c == 't', c == 'f':
		return p.boolean(at, c == 't')
	case c == '-', c >= '0' && c <= '9':
		v, err := p.number(at, p.text[at:p.skip(at)])
		if err != nil {
			return nil, err
		}
		return p.made(at, geo.Literal{Value: v}, nil)
	}
	return nil, p.unexpected(at, "une expression", "an expression")
}

// float reads a number.
func (p *jsonParser) float(at int) (float64, error) {
	if c := p.text[at]; c != '-' && !isDigit(rune(c)) {
		return 0, p.unexpected(at, "un nombre", "a number")
	}
	v, err := p.number(at, p.text[at:p.skip(at)])
	return sem.Float(v), err
}

// places says where the members of an object are; 0: absent, since no value
// begins at the first byte of the document.
type places struct{ op, args, property, date, timestamp, interval, bbox, kind, coordinates, geometries int }

func (m *places) of(key string) *int {
	switch key {
	case "op":
		return &m.op
	case "args":
		return &m.args
	case "property":
		return &m.property
	case "date":
		return &m.date
	case "timestamp":
		return &m.timestamp
	case "interval":
		return &m.interval
	case "bbox":
		return &m.bbox
	case "type":
		return &m.kind
	case "coordinates":
		return &m.coordinates
	case "geometries":
		return &m.geometries
	}
	return nil
}

// places goes through an object, without reading its values.
func (p *jsonParser) places(at int) (m places, err error) {
	err = p.members(at, func(key string, at int) error {
		place := m.of(key)
		switch {
		case place == nil:
			return p.fail(at, "membre inconnu : "+quoteFR(key), "unknown member: "+quoteEN(key))
		case *place != 0:
			return p.fail(at, "membre en double : "+quoteFR(key), "member given twice: "+quoteEN(key))
		}
		*place = at
		return nil
	})
	return m, err
}

// object reads an operator, a property, an instant, an interval or a geometry.
func (p *jsonParser) object(at int) (geo.Expr, error) {
	m, err := p.places(at)
	if err != nil {
		return nil, err
	}
	switch {
	case m.op != 0 && m.args != 0:
		return p.operator(&m)
	case m.property != 0:
		s, err := p.str(m.property)
		if err != nil {
			return nil, err
		}
		return p.property(m.property, s)
	case m.date != 0:
		return p.instantText(m.date, geo.KindDate)
	case m.timestamp != 0:
		return p.instantText(m.timestamp, geo.KindTimestampTZ)
	case m.interval != 0:
		return p.intervalArray(m.interval)
	case m.kind != 0:
		g, err := p.geoJSON(at, &m, true)
		if err != nil {
			return nil, err
		}
		return p.geometry(at, g)
	case m.bbox != 0:
		n, err := p.floats(m.bbox, 6)
		if err != nil {
			return nil, err
		}
		return p.box(m.bbox, n)
	}
	return nil, p.fail(at, "attendu : un objet avec « op » et « args », « property », « date », « timestamp », « interval », « bbox », ou une géométrie GeoJSON",
		`an object with "op" and "args", "property", "date", "timestamp", "interval", "bbox", or a GeoJSON geometry expected`)
}

func (p *jsonParser) instantText(at int, kind geo.Kind) (geo.Expr, error) {
	s, err := p.str(at)
	if err != nil {
		return nil, err
	}
	return p.instant(at, kind, s)
}

func (p *jsonParser) intervalArray(at int) (geo.Expr, error) {
	if err := p.list(at); err != nil {
		return nil, err
	}
	var ends []geo.Expr
	err := p.members(at, func(_ string, at int) error {
		if err := p.room(at, len(ends), 2); err != nil {
			return err
		}
		var e geo.Expr
		var err error
		if p.text[at] == '"' {
			var s string
			if s, err = p.str(at); err == nil {
				e, err = p.intervalEnd(at, s)
			}
		} else {
			e, err = p.expr(at)
		}
		ends = append(ends, e)
		return err
	})
	if err != nil {
		return nil, err
	}
	if err := p.arity(at, "interval", ends, 2); err != nil {
		return nil, err
	}
	return p.interval(at, ends[0], ends[1])
}

// operator reads op and args.
func (p *jsonParser) operator(m *places) (geo.Expr, error) {
	op, err := p.str(m.op)
	if err != nil {
		return nil, err
	}
	name := strings.ToLower(op)
	if name == "in" {
		return p.inList(m)
	}
	logical := name == "and" || name == "or"
	limit := p.o.Limits.List
	if logical {
		limit = p.o.Limits.Members
	}
	args, err := p.exprs(m.args, limit)
	if err != nil {
		return nil, err
	}
	if logical {
		if len(args) < 2 {
			return nil, p.fail(m.args, op+" attend au moins 2 opérandes", op+" takes at least 2 operands")
		}
		return p.logical(m.op, name == "or", args)
	}
	return p.operation(m, op, args)
}

// operation makes the operator of a fixed number of operands.
func (p *jsonParser) operation(m *places, op string, args []geo.Expr) (geo.Expr, error) {
	comparison, isComparison := find(comparisons, op)
	arithmetic, isArithmetic := find(arithmeticOp, op)
	name := strings.ToLower(op)
	n := 2
	switch {
	case isComparison, isArithmetic, name == "like":
	case name == "between":
		n = 3
	case name == "not", name == "isnull":
		n = 1
	default:
		return p.call(m.op, op, args)
	}
	if err := p.arity(m.args, op, args, n); err != nil {
		return nil, err
	}
	switch {
	case isComparison:
		return p.compare(m.op, comparison, args[0], args[1])
	case isArithmetic:
		return p.arithmetic(m.op, arithmetic, args[0], args[1])
	case name == "like":
		return p.like(m.op, args[0], args[1])
	case name == "between":
		return p.between(m.op, args[0], args[1], args[2])
	case name == "not":
		return p.not(m.op, args[0])
	}
	return p.isNull(m.op, args[0])
}

// inList reads the operand and the list of IN, which is no array.
func (p *jsonParser) inList(m *places) (geo.Expr, error) {
	if err := p.list(m.args); err != nil {
		return nil, err
	}
	var operand geo.Expr
	var list []geo.Expr
	n := 0
	err := p.members(m.args, func(_ string, at int) (err error) {
		switch n++; n {
		case 1:
			operand, err = p.expr(at)
		case 2:
			list, err = p.exprs(at, p.o.Limits.List)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	if n != 2 {
		return nil, p.fail(m.args, "in attend un opérande et une liste", "in takes an operand and a list")
	}
	return p.in(m.op, operand, list)
}

// geoJSON reads a geometry; outer allows a collection.
func (p *jsonParser) geoJSON(at int, m *places, outer bool) (*wkb.Geometry, error) {
	name, err := p.str(m.kind)
	if err != nil {
		return nil, err
	}
	s := &shape{builder: p.builder}
	for _, t := range geometryTypes {
		if string(t) == name && (outer || t != geo.GeometryCollection) {
			s.Type = t
		}
	}
	body := m.coordinates
	if s.Type == geo.GeometryCollection {
		body = m.geometries
	}
	if s.Type == geo.GeometryNone || body == 0 {
		return nil, p.fail(at, "attendu : une géométrie GeoJSON", "a GeoJSON geometry expected")
	}
	position := func(at int) error {
		n, err := p.floats(at, 4)
		if err != nil {
			return err
		}
		return s.add(at, n)
	}
	switch s.Type {
	case geo.GeometryCollection:
		return &s.Geometry, p.each(body, func(at int) error { return p.part(s, at) })
	case geo.Point:
		return &s.Geometry, position(body)
	}
	// read asks for the lists in the order of the document: next is the one that
	// is being entered.
	next := body
	members := func(element func(at int) error) error {
		return p.each(next, func(at int) error {
			next = at
			return element(at)
		})
	}
	return &s.Geometry, s.read(at, members, position)
}

// part reads a member of a collection.
func (p *jsonParser) part(s *shape, at int) error {
	if p.text[at] != '{' {
		return p.unexpected(at, "une géométrie GeoJSON", "a GeoJSON geometry")
	}
	m, err := p.places(at)
	if err != nil {
		return err
	}
	if m.kind == 0 {
		return p.fail(at, "attendu : une géométrie GeoJSON", "a GeoJSON geometry expected")
	}
	part, err := p.geoJSON(at, &m, false)
	if err != nil {
		return err
	}
	return s.addPart(at, part)
}

// each goes through an array of one member at least.
func (p *jsonParser) each(at int, element func(at int) error) error {
	if err := p.list(at); err != nil {
		return err
	}
	empty := true
	err := p.members(at, func(_ string, at int) error {
		empty = false
		return element(at)
	})
	if err == nil && empty {
		return p.fail(at, "une géométrie sans position", "a geometry without positions")
	}
	return err
}
