package cql2

import (
	"github.com/arpent-geo/arpent/geo"
	"github.com/arpent-geo/arpent/geo/cql2/sem"
	"github.com/arpent-geo/arpent/geo/wkb"
)

// isGeometry reports whether the token begins a constant geometry: its type,
// then a bracket or Z and a bracket.
func (p *textParser) isGeometry() bool {
	if _, ok := find(geometryTypes, p.token.text); !ok || p.token.kind != tokenWord {
		return false
	}
	if p.opens() {
		return true
	}
	z, end, err := p.lex(p.skipSpace(p.end))
	if err != nil || !z.is("Z") {
		return false
	}
	at := p.skipSpace(end)
	return at < len(p.text) && p.text[at] == '('
}

func (p *textParser) geometryCall() (geo.Expr, error) {
	at := p.token.at
	g, err := p.wkt(true)
	if err != nil {
		return nil, err
	}
	return p.geometry(at, g)
}

// wkt reads a tagged text of the grammar, which is WKT without empty sets.
// outer allows a collection.
func (p *textParser) wkt(outer bool) (*wkb.Geometry, error) {
	kind, ok := find(geometryTypes, p.token.text)
	if !ok || p.token.kind != tokenWord || kind == geo.GeometryCollection && !outer {
		return nil, p.unexpected("une géométrie simple", "a simple geometry")
	}
	at := p.token.at
	if err := p.next(); err != nil {
		return nil, err
	}
	s := &shape{builder: p.builder}
	s.Type = kind
	if p.token.is("Z") {
		s.ordinates, s.Layout = 3, wkb.XYZ
		if err := p.next(); err != nil {
			return nil, err
		}
	}
	position := func(int) error { return p.position(s) }
	members := func(element func(at int) error) error { return p.each(element) }
	switch kind {
	case geo.GeometryCollection:
		return &s.Geometry, p.each(func(at int) error {
			part, err := p.wkt(false)
			if err != nil {
				return err
			}
			return s.addPart(at, part)
		})
	case geo.Point:
		if err := p.expect("("); err != nil {
			return nil, err
		}
		if err := position(0); err != nil {
			return nil, err
		}
		return &s.Geometry, p.expect(")")
	case geo.MultiPoint:
		// The grammar puts brackets around each point; many writers do not.
		position = func(int) error {
			if !p.token.is("(") {
				return p.position(s)
			}
			if err := p.next(); err != nil {
				return err
			}
			if err := p.position(s); err != nil {
				return err
			}
			return p.expect(")")
		}
	}
	return &s.Geometry, s.read(at, members, position)
}

// each goes through the members of a list between brackets: one at least.
func (p *textParser) each(element func(at int) error) error {
	if err := p.expect("("); err != nil {
		return err
	}
	for {
		if err := element(p.token.at); err != nil {
			return err
		}
		if p.token.is(")") {
			return p.next()
		}
		if !p.token.is(",") {
			return p.unexpected("« , » ou « ) »", `"," or ")"`)
		}
		if err := p.next(); err != nil {
			return err
		}
	}
}

// position reads two or three numbers.
func (p *textParser) position(s *shape) error {
	at := p.token.at
	var n [4]float64
	count := 0
	for count < 2 || count < len(n) && (p.token.kind == tokenNumber || p.token.is("-") || p.token.is("+")) {
		v, err := p.signedNumber()
		if err != nil {
			return err
		}
		n[count] = sem.Float(v)
		count++
	}
	return s.add(at, n[:count])
}

// boxCall reads BBOX(…).
func (p *textParser) boxCall() (geo.Expr, error) {
	at := p.token.at
	if err := p.next(); err != nil {
		return nil, err
	}
	var n []float64
	err := p.each(func(at int) error {
		if err := p.room(at, len(n), 6); err != nil {
			return err
		}
		v, err := p.signedNumber()
		n = append(n, sem.Float(v))
		return err
	})
	if err != nil {
		return nil, err
	}
	return p.box(at, n)
}
