package postgis

import (
	"math"
	"strings"

	"github.com/arpent-geo/arpent/geo"
	"github.com/arpent-geo/arpent/geo/cql2/sem"
)

// class is the type of SQL in which two operands are compared.
type class uint8

const (
	classBool    class = iota
	classExact         // integers and decimals
	classReal          // two 32-bit floats
	classFloat         // double precision
	classText          // by code point
	classPlain         // equality of a column and a constant: as the column is, any index of it serves
	classPadded        // so, of type character
	classUUID          // so, of type uuid
	classDay           // two dates
	classInstant       // timestamptz
	classUTC           // timestamp in UTC, or a date, which PostgreSQL compares with it
)

// compare writes one of = <> < > <= >=.
func (p *printer) compare(e geo.Compare) string {
	k := p.classOf(e.Left, e.Right, e.Op == geo.EQ || e.Op == geo.NE)
	return "(" + p.operand(e.Left, k) + " " + string(e.Op) + " " + p.operand(e.Right, k) + ")"
}

// between writes Low <= Operand <= High. What is not a column or a constant is
// a 64-bit float, and so are both comparisons.
func (p *printer) between(e geo.Between) string {
	low, high := p.classOf(e.Operand, e.Low, false), p.classOf(e.Operand, e.High, false)
	if low == high {
		return "(" + p.operand(e.Operand, low) + " BETWEEN " + p.operand(e.Low, low) + " AND " + p.operand(e.High, low) + ")"
	}
	return "(" + p.compare(geo.Compare{Op: geo.GE, Left: e.Operand, Right: e.Low}) +
		" AND " + p.compare(geo.Compare{Op: geo.LE, Left: e.Operand, Right: e.High}) + ")"
}

// in writes membership: by a list where all members compare alike.
func (p *printer) in(e geo.In) string {
	k := p.classOf(e.Operand, e.List[0], true)
	for _, m := range e.List[1:] {
		if p.classOf(e.Operand, m, true) != k {
			return p.inEach(e)
		}
	}
	operand := p.operand(e.Operand, k)
	parts := make([]string, len(e.List))
	for i, m := range e.List {
		parts[i] = p.operand(m, k)
	}
	return "(" + operand + " IN (" + strings.Join(parts, ", ") + "))"
}

func (p *printer) inEach(e geo.In) string {
	parts := make([]string, len(e.List))
	for i, m := range e.List {
		parts[i] = p.compare(geo.Compare{Op: geo.EQ, Left: e.Operand, Right: m})
	}
	return "(" + strings.Join(parts, " OR ") + ")"
}

// kindOf is the kind of a column or of a constant, KindFloat for other numbers.
func kindOf(e geo.Expr) geo.Kind {
	switch e := e.(type) {
	case geo.PropertyRef:
		return e.Property.Kind
	case geo.Literal:
		return e.Value.Kind
	}
	return geo.KindFloat
}

func (p *printer) classOf(a, b geo.Expr, equality bool) class {
	ka, kb := kindOf(a), kindOf(b)
	switch a.Type() {
	case geo.TypeBool:
		return classBool
	case geo.TypeNumber:
		exact := func(k geo.Kind) bool { return k == geo.KindInt || k == geo.KindDecimal }
		switch {
		case exact(ka) && exact(kb):
			return classExact
		case ka == geo.KindReal && kb == geo.KindReal:
			return classReal
		}
		return classFloat
	case geo.TypeText:
		if equality && constant(b) {
			return p.classEqual(a, sem.Pattern(b))
		}
		if equality && constant(a) {
			return p.classEqual(b, sem.Pattern(a))
		}
		return classText
	}
	instant := func(e geo.Expr, k geo.Kind) bool { return k == geo.KindTimestampTZ || constant(e) }
	switch {
	case ka == geo.KindDate && kb == geo.KindDate:
		return classDay
	case instant(a, ka) && instant(b, kb) && (!constant(a) || !constant(b)):
		return classInstant
	}
	return classUTC
}

// classEqual is the class in which a column equals a text.
func (p *printer) classEqual(e geo.Expr, text string) class {
	ref, ok := e.(geo.PropertyRef)
	if !ok {
		return classText
	}
	switch c := p.column(ref.Property); {
	case c.plainText():
		return classPlain
	case c.cast == "::bpchar" && !strings.HasSuffix(text, " "): // which counts in a text, and not in this type
		return classPadded
	case c.cast == "::uuid" && isUUID(text):
		return classUUID
	}
	return classText
}

// isUUID reports whether a text is one as PostgreSQL writes it.
func isUUID(s string) bool {
	for i := range len(s) {
		dash := i == 8 || i == 13 || i == 18 || i == 23
		if dash != (s[i] == '-') || !dash && strings.IndexByte("0123456789abcdef", s[i]) < 0 {
			return false
		}
	}
	return len(s) == 36
}

func constant(e geo.Expr) bool {
	switch e := e.(type) {
	case geo.Literal:
		return true
	case geo.Fold:
		return constant(e.Operand)
	}
	return false
}

// plain reports whether an expression is a column of type text or varchar.
func (p *printer) plain(e geo.Expr) bool {
	ref, ok := e.(geo.PropertyRef)
	return ok && p.column(ref.Property).plainText()
}

func (c *column) plainText() bool {
	return c.kind == geo.KindText && c.read == "%s" && c.order == "%s" && c.cast == "::text"
}

// operand writes one side of a comparison.
func (p *printer) operand(e geo.Expr, k class) string {
	switch k {
	case classBool:
		return p.cond(e, false)
	case classText:
		return p.text(e) + ` COLLATE "C"`
	case classPlain, classPadded, classUUID:
		if ref, ok := e.(geo.PropertyRef); ok {
			return p.column(ref.Property).name
		}
		return p.param(sem.Pattern(e)) + map[class]string{classPlain: "::text", classPadded: "::bpchar", classUUID: "::uuid"}[k]
	case classDay, classInstant, classUTC:
		return p.moment(e, k)
	}
	return p.number(e, k)
}

// moment writes a date or an instant.
func (p *printer) moment(e geo.Expr, k class) string {
	switch e := e.(type) {
	case geo.PropertyRef:
		c := p.column(e.Property)
		if k == classUTC && c.kind == geo.KindTimestampTZ {
			return "(" + c.name + " AT TIME ZONE 'UTC')"
		}
		return c.name
	case geo.Literal:
		v := e.Value
		if v.Kind == geo.KindDate && k != classDay {
			v = midnight(v)
		}
		return p.instant(v.Int(), k)
	}
	return p.unknown(e)
}

// midnight is the instant at which a date begins in UTC.
func midnight(v geo.Value) geo.Value {
	const day = 86400 * 1000000
	switch n := v.Int(); {
	case n > math.MaxInt64/day:
		return geo.Instant(geo.PosInfinity)
	case n < math.MinInt64/day:
		return geo.Instant(geo.NegInfinity)
	default:
		return geo.Instant(n * day)
	}
}

// instant binds a number of days, or of microseconds, since 1970.
func (p *printer) instant(n int64, k class) string {
	switch k {
	case classDay:
		return p.param(bindable(geo.Date(n))) + "::date"
	case classInstant:
		return p.param(bindable(geo.Instant(n))) + "::timestamptz"
	}
	return p.param(bindable(geo.Timestamp(n))) + "::timestamp"
}
