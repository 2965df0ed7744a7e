package gpkg

import (
	"github.com/arpent-geo/arpent/geo"
	"github.com/arpent-geo/arpent/geo/cql2/sem"
)

// form is how a value compares with others.
type form uint8

const (
	formPlain   form = iota // as SQLite does: text, booleans, days, microseconds
	formInt                 // 64-bit integer
	formDecimal             // exact, a text or a number of SQLite
	formFloat               // 64-bit float
	formDay                 // days, against an instant
)

// formOf is the form of an expression alone.
func formOf(e geo.Expr) form {
	if e.Type() == geo.TypeDate {
		return formDay
	}
	if e.Type() != geo.TypeNumber {
		return formPlain
	}
	var k geo.Kind
	switch e := e.(type) {
	case geo.PropertyRef:
		k = e.Property.Kind
	case geo.Literal:
		k = e.Value.Kind
	}
	switch k {
	case geo.KindInt:
		return formInt
	case geo.KindDecimal:
		return formDecimal
	}
	return formFloat
}

// common is the form in which two expressions compare.
func common(a, b geo.Expr) form {
	fa, fb := formOf(a), formOf(b)
	switch {
	case fa == fb && fa != formDay:
		return fa
	case fa == formDay || fb == formDay:
		if fa == fb {
			return formPlain
		}
		return formDay
	case fa == formFloat || fb == formFloat:
		return formFloat
	}
	return formDecimal
}

// as writes an expression in a form.
func (p *printer) as(b *builder, e geo.Expr, f form) error {
	if l, ok := e.(geo.Literal); ok && f == formFloat {
		b.add("?", sem.Float(l.Value))
		return nil
	}
	wrap := ""
	switch own := formOf(e); {
	case f == formFloat && own != formFloat:
		wrap = "arpent_float("
	case f == formDecimal:
		b.add("CAST(")
		err := p.print(b, e)
		b.add(" AS TEXT) COLLATE arpent_decimal")
		return err
	case f == formDay && own == formDay:
		wrap = "arpent_midnight("
	}
	b.add(wrap)
	err := p.print(b, e)
	if wrap != "" {
		b.add(")")
	}
	return err
}

func (p *printer) compare(b *builder, op string, left, right geo.Expr) error {
	f := common(left, right)
	b.add("(")
	if err := p.as(b, left, f); err != nil {
		return err
	}
	b.add(" " + op + " ")
	err := p.as(b, right, f)
	b.add(")")
	return err
}

// in writes one list for each form in which members compare.
func (p *printer) in(b *builder, e geo.In) error {
	b.add("(")
	first := true
	for _, f := range []form{formPlain, formInt, formDecimal, formFloat, formDay} {
		var members []geo.Expr
		for _, m := range e.List {
			if common(e.Operand, m) == f {
				members = append(members, m)
			}
		}
		if len(members) == 0 {
			continue
		}
		if !first {
			b.add(" OR ")
		}
		first = false
		if err := p.inList(b, e.Operand, members, f); err != nil {
			return err
		}
	}
	b.add(")")
	return nil
}

func (p *printer) inList(b *builder, operand geo.Expr, members []geo.Expr, f form) error {
	if err := p.as(b, operand, f); err != nil {
		return err
	}
	b.add(" IN (")
	for i, m := range members {
		if i > 0 {
			b.add(", ")
		}
		if err := p.as(b, m, f); err != nil {
			return err
		}
	}
	b.add(")")
	return nil
}
