package cql2

import (
	"strings"

	"github.com/arpent-geo/arpent/geo"
)

// operand reads what stands between two operators.
func (p *textParser) operand() (geo.Expr, error) {
	t := p.token
	switch {
	case t.kind == tokenWord && (p.opens() || p.isGeometry()):
		return p.callOrLiteral()
	case t.is("TRUE"), t.is("FALSE"):
		if err := p.next(); err != nil {
			return nil, err
		}
		return p.boolean(t.at, t.is("TRUE"))
	case t.is("NOT"):
		return p.negation(t.at)
	case t.is("("):
		return p.brackets()
	case t.is("-"), t.is("+"):
		return p.signed()
	case t.kind == tokenWord && isReserved(t.text):
		return nil, p.noOperand()
	case t.kind == tokenWord, t.kind == tokenQuoted:
		if err := p.next(); err != nil {
			return nil, err
		}
		return p.property(t.at, t.text)
	case t.kind == tokenString:
		if err := p.next(); err != nil {
			return nil, err
		}
		return p.textLiteral(t.at, t.text)
	case t.kind == tokenNumber:
		return p.constant()
	}
	return nil, p.noOperand()
}

// noOperand is the error for a token that begins no operand.
func (p *textParser) noOperand() error {
	if p.token.kind == tokenWord && p.layer.Property(p.token.text) != nil {
		name := p.token.text
		return p.at(p.token.at, geo.Invalid("",
			geo.Text{FR: quoteFR(name) + " est un mot de CQL2", EN: quoteEN(name) + " is a word of CQL2"},
			geo.Text{FR: `la propriété s'écrit "` + name + `"`, EN: `the property is written "` + name + `"`}))
	}
	return p.unexpected("une propriété, une constante ou une fonction", "a property, a constant or a function")
}

// isReserved reports whether a word is an operator, which is a property only
// between double quotes.
func isReserved(word string) bool {
	for _, w := range []string{"AND", "OR", "NOT", "LIKE", "BETWEEN", "IN", "IS", "NULL", "div", "TRUE", "FALSE"} {
		if strings.EqualFold(w, word) {
			return true
		}
	}
	return false
}

func (p *textParser) negation(at int) (geo.Expr, error) {
	if err := p.next(); err != nil {
		return nil, err
	}
	e, err := p.expr(powerNot)
	if err != nil {
		return nil, err
	}
	return p.not(at, e)
}

// brackets reads an expression between brackets, or an array of none or of
// several members; of one, only a call knows.
func (p *textParser) brackets() (geo.Expr, error) {
	at := p.token.at
	list, err := p.list(false)
	if err != nil {
		return nil, err
	}
	if len(list) == 1 {
		return list[0], nil
	}
	return p.array(at, list)
}

// signed reads a sign and its operand: a constant, or -1 times the operand as
// CQL2-JSON writes it.
func (p *textParser) signed() (geo.Expr, error) {
	t := p.token
	if at := p.skipSpace(p.end); at < len(p.text) && (isDigit(rune(p.text[at])) || p.text[at] == '.') {
		return p.constant()
	}
	if err := p.next(); err != nil {
		return nil, err
	}
	e, err := p.expr(powerSign)
	if err != nil || t.is("+") {
		return e, err
	}
	minus, err := p.made(t.at, geo.Literal{Value: geo.Int(-1)}, nil)
	if err != nil {
		return nil, err
	}
	return p.arithmetic(t.at, geo.Mul, minus, e)
}

// constant reads a number.
func (p *textParser) constant() (geo.Expr, error) {
	at := p.token.at
	v, err := p.signedNumber()
	if err != nil {
		return nil, err
	}
	return p.made(at, geo.Literal{Value: v}, nil)
}

// signedNumber reads a number and its sign.
func (p *textParser) signedNumber() (geo.Value, error) {
	at, sign := p.token.at, ""
	if p.token.is("-") || p.token.is("+") {
		sign = p.token.text
		if err := p.next(); err != nil {
			return geo.Value{}, err
		}
	}
	if p.token.kind != tokenNumber {
		return geo.Value{}, p.unexpected("un nombre", "a number")
	}
	v, err := p.number(at, sign+p.token.text)
	if err != nil {
		return geo.Value{}, err
	}
	return v, p.next()
}

// callOrLiteral reads a word and what it opens.
func (p *textParser) callOrLiteral() (geo.Expr, error) {
	t := p.token
	switch {
	case t.is("NOT"):
		return p.negation(t.at)
	case isReserved(t.text):
		return nil, p.noOperand()
	case t.is("DATE"):
		return p.instantCall(geo.KindDate)
	case t.is("TIMESTAMP"):
		return p.instantCall(geo.KindTimestampTZ)
	case t.is("INTERVAL"):
		return p.intervalCall()
	case t.is("BBOX"):
		return p.boxCall()
	case p.isGeometry():
		return p.geometryCall()
	}
	if err := p.next(); err != nil {
		return nil, err
	}
	args, err := p.list(isArrayTest(t.text))
	if err != nil {
		return nil, err
	}
	return p.call(t.at, t.text, args)
}

// instantCall reads DATE('…') or TIMESTAMP('…').
func (p *textParser) instantCall(kind geo.Kind) (geo.Expr, error) {
	if err := p.next(); err != nil {
		return nil, err
	}
	if err := p.expect("("); err != nil {
		return nil, err
	}
	t := p.token
	if t.kind != tokenString {
		return nil, p.unexpected("un texte entre apostrophes", "a text between quotes")
	}
	if err := p.next(); err != nil {
		return nil, err
	}
	e, err := p.instant(t.at, kind, t.text)
	if err != nil {
		return nil, err
	}
	return e, p.expect(")")
}

// intervalCall reads INTERVAL(end, end).
func (p *textParser) intervalCall() (geo.Expr, error) {
	at := p.token.at
	if err := p.next(); err != nil {
		return nil, err
	}
	if err := p.expect("("); err != nil {
		return nil, err
	}
	start, err := p.boundary()
	if err != nil {
		return nil, err
	}
	if err := p.expect(","); err != nil {
		return nil, err
	}
	end, err := p.boundary()
	if err != nil {
		return nil, err
	}
	if err := p.expect(")"); err != nil {
		return nil, err
	}
	return p.interval(at, start, end)
}

// boundary reads one end of an interval: '..', an instant, a property.
func (p *textParser) boundary() (geo.Expr, error) {
	t := p.token
	if t.kind != tokenString {
		return p.expr(powerLowest)
	}
	if err := p.next(); err != nil {
		return nil, err
	}
	return p.intervalEnd(t.at, t.text)
}
