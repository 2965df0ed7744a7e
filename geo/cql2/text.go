package cql2

import (
	"strings"

	"github.com/arpent-geo/arpent/geo"
)

// ParseText reads a CQL2-Text expression on the rows of a layer. Errors are
// *geo.Error of kind geo.ErrInvalidInput that say where (« colonne 17 : … »),
// or geo.ErrUnsupportedCRS for Options.CRS. The tree keeps nothing of s.
func ParseText(s string, l *geo.Layer, o Options) (geo.Expr, error) {
	b, err := newBuilder(s, l, o)
	if err != nil {
		return nil, err
	}
	p := &textParser{builder: b}
	if err := p.next(); err != nil {
		return nil, err
	}
	e, err := p.expr(powerLowest)
	if err != nil {
		return nil, err
	}
	if p.token.kind != tokenEnd {
		return nil, p.unexpected("un opérateur ou la fin du filtre", "an operator or the end of the filter")
	}
	return b.finish(e)
}

// The binding powers of the operators, from the grammar.
const (
	powerLowest = iota
	powerOr
	powerAnd
	powerNot
	powerCompare // comparisons, LIKE, BETWEEN, IN, IS: never one of another
	powerSum
	powerProduct
	powerPower // never one of another: 2^3^2 needs brackets
	powerSign
)

// textParser is a Pratt parser: token is the one being looked at.
type textParser struct {
	*builder
	token token
	end   int // the byte after token
}

func (p *textParser) next() (err error) {
	p.token, p.end, err = p.lex(p.skipSpace(p.end))
	return err
}

// opens reports whether a bracket follows the token: only then is a word the
// name of a call, so that properties may be called date or point.
func (p *textParser) opens() bool {
	at := p.skipSpace(p.end)
	return at < len(p.text) && p.text[at] == '('
}

// unexpected says what should stand in the place of the token.
func (p *textParser) unexpected(fr, en string) error {
	foundFR, foundEN := quoteFR(p.token.text), quoteEN(p.token.text)
	if p.token.kind == tokenEnd {
		foundFR, foundEN = "la fin du filtre", "the end of the filter"
	}
	return p.fail(p.token.at, "attendu : "+fr+" ; trouvé : "+foundFR, en+" expected, not "+foundEN)
}

func (p *textParser) expect(symbol string) error {
	if !p.token.is(symbol) {
		return p.unexpected(quoteFR(symbol), quoteEN(symbol))
	}
	return p.next()
}

// infixPower is the power of the token as an operator after an operand.
func (p *textParser) infixPower() int {
	switch t := p.token; {
	case t.kind == tokenSymbol:
		switch t.text {
		case "=", "<>", "<", ">", "<=", ">=":
			return powerCompare
		case "+", "-":
			return powerSum
		case "*", "/", "%":
			return powerProduct
		case "^":
			return powerPower
		}
	case t.is("OR"):
		return powerOr
	case t.is("AND"):
		return powerAnd
	case t.is("NOT"), t.is("LIKE"), t.is("BETWEEN"), t.is("IN"), t.is("IS"):
		return powerCompare
	case t.is("div"):
		return powerProduct
	}
	return powerLowest
}

// expr reads an expression of operators that bind more than min.
func (p *textParser) expr(least int) (geo.Expr, error) {
	if err := p.enter(p.token.at); err != nil {
		return nil, err
	}
	defer p.leave()
	left, err := p.operand()
	for err == nil {
		power := p.infixPower()
		if power <= least {
			return left, nil
		}
		switch power {
		case powerOr, powerAnd:
			left, err = p.members(left, power)
		case powerCompare:
			if left, err = p.predicate(left); err == nil && p.infixPower() == powerCompare {
				err = p.unexpected("AND, OR ou la fin du filtre", "AND, OR or the end of the filter")
			}
		default:
			left, err = p.arithmetics(left, power)
		}
	}
	return nil, err
}

// members reads what an AND or OR joins to its first member.
func (p *textParser) members(first geo.Expr, power int) (geo.Expr, error) {
	at, list := p.token.at, []geo.Expr{first}
	for p.infixPower() == power {
		if err := p.room(p.token.at, len(list), p.o.Limits.Members); err != nil {
			return nil, err
		}
		if err := p.next(); err != nil {
			return nil, err
		}
		e, err := p.expr(power)
		if err != nil {
			return nil, err
		}
		list = append(list, e)
	}
	return p.logical(at, power == powerOr, list)
}

// arithmetics reads one arithmetic operator and its right operand.
func (p *textParser) arithmetics(left geo.Expr, power int) (geo.Expr, error) {
	t := p.token
	if err := p.next(); err != nil {
		return nil, err
	}
	right, err := p.expr(power)
	if err != nil {
		return nil, err
	}
	if power == powerPower && p.infixPower() == powerPower {
		return nil, p.fail(p.token.at, "des parenthèses attendues autour de l'une des puissances", "brackets expected around one of the powers")
	}
	return p.arithmetic(t.at, geo.ArithmeticOp(strings.ToLower(t.text)), left, right)
}

// predicate reads what makes a condition of the operand before it.
func (p *textParser) predicate(left geo.Expr) (geo.Expr, error) {
	t := p.token
	if err := p.next(); err != nil {
		return nil, err
	}
	if t.kind == tokenSymbol {
		right, err := p.expr(powerCompare)
		if err != nil {
			return nil, err
		}
		return p.compare(t.at, geo.CompareOp(t.text), left, right)
	}
	if t.is("IS") {
		return p.isNull(t.at, left)
	}
	negated := t.is("NOT")
	if negated {
		t = p.token
		if !t.is("LIKE") && !t.is("BETWEEN") && !t.is("IN") {
			return nil, p.unexpected("LIKE, BETWEEN ou IN", "LIKE, BETWEEN or IN")
		}
		if err := p.next(); err != nil {
			return nil, err
		}
	}
	e, err := p.comparison(t, left)
	if err != nil || !negated {
		return e, err
	}
	return p.not(t.at, e)
}

// comparison reads what follows LIKE, BETWEEN or IN.
func (p *textParser) comparison(t token, left geo.Expr) (geo.Expr, error) {
	if t.is("IN") {
		list, err := p.list(false)
		if err != nil {
			return nil, err
		}
		return p.in(t.at, left, list)
	}
	right, err := p.expr(powerCompare)
	if err != nil {
		return nil, err
	}
	if t.is("LIKE") {
		return p.like(t.at, left, right)
	}
	if err := p.expect("AND"); err != nil {
		return nil, err
	}
	high, err := p.expr(powerCompare)
	if err != nil {
		return nil, err
	}
	return p.between(t.at, left, right, high)
}

// isNull reads what follows IS.
func (p *textParser) isNull(at int, operand geo.Expr) (geo.Expr, error) {
	negated := p.token.is("NOT")
	if negated {
		if err := p.next(); err != nil {
			return nil, err
		}
	}
	if err := p.expect("NULL"); err != nil {
		return nil, err
	}
	e, err := p.builder.isNull(at, operand)
	if err != nil || !negated {
		return e, err
	}
	return p.not(at, e)
}

// list reads expressions between brackets, separated by commas. arrays says
// that a bracket inside begins an array.
func (p *textParser) list(arrays bool) (list []geo.Expr, err error) {
	if err := p.expect("("); err != nil {
		return nil, err
	}
	for !p.token.is(")") {
		if len(list) > 0 {
			if !p.token.is(",") {
				return nil, p.unexpected("« , » ou « ) »", `"," or ")"`)
			}
			if err := p.next(); err != nil {
				return nil, err
			}
		}
		if err := p.room(p.token.at, len(list), p.o.Limits.List); err != nil {
			return nil, err
		}
		var e geo.Expr
		if arrays && p.token.is("(") {
			e, err = p.arrayLiteral()
		} else {
			e, err = p.expr(powerLowest)
		}
		if err != nil {
			return nil, err
		}
		list = append(list, e)
	}
	return list, p.next()
}

func (p *textParser) arrayLiteral() (geo.Expr, error) {
	at := p.token.at
	list, err := p.list(false)
	if err != nil {
		return nil, err
	}
	return p.array(at, list)
}
