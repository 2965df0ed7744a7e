package postgis

import (
	"math"
	"strconv"
	"strings"

	"github.com/arpent-geo/arpent/geo"
	"github.com/arpent-geo/arpent/geo/cql2/sem"
)

// number writes a number to be compared as one of class k.
func (p *printer) number(e geo.Expr, k class) string {
	if f, ok := computed(e); ok {
		if f == nil {
			return "NULL::double precision"
		}
		return p.float(*f)
	}
	switch e := e.(type) {
	case geo.PropertyRef:
		return p.numberColumn(p.column(e.Property), k)
	case geo.Literal:
		switch v := e.Value; {
		case v.Kind == geo.KindInt && k == classExact:
			return p.param(v.Int()) + "::bigint"
		case v.Kind == geo.KindReal && k == classReal:
			return p.param(bindable(v)) + "::real"
		case v.Kind == geo.KindDecimal && k == classExact:
			return p.param(bindable(v)) + "::numeric"
		default:
			return p.float(sem.Float(v))
		}
	case geo.Arithmetic:
		return p.arithmetic(e)
	case geo.Call:
		switch e.Func.Name {
		case "AREA", "LENGTH":
			return p.measure(e)
		case "YEAR":
			return p.year(e.Args[0])
		}
	}
	return p.unknown(e)
}

func (p *printer) float(f float64) string { return p.param(floatText(f, 64)) + "::double precision" }

// numberColumn writes a column of numbers. PostgreSQL compares integers and
// 32-bit floats with double precision as they are.
func (p *printer) numberColumn(c *column, k class) string {
	switch {
	case c.kind == geo.KindInt:
		return c.readSQL()
	case c.kind == geo.KindDecimal && k == classFloat:
		return toFloat(c.name)
	}
	return c.name
}

// toFloat converts an exact number, null when it is too large for a 64-bit
// float: the conversion of PostgreSQL fails then, and fails on one too small.
func toFloat(x string) string {
	return "(CASE WHEN abs(" + x + ") > 1.797e308 THEN NULL WHEN abs(" + x + ") < 1e-323 THEN 0 ELSE " + x + " END)::double precision"
}

// computed works out an operation on constants; ok is false for what is not
// one, and f nil for null.
func computed(e geo.Expr) (f *float64, ok bool) {
	a, ok := e.(geo.Arithmetic)
	if !ok {
		return nil, false
	}
	left, known := constantNumber(a.Left)
	right, known2 := constantNumber(a.Right)
	switch {
	case known && left == nil || known2 && right == nil:
		return nil, true
	case !known || !known2:
		return nil, false
	}
	if v, finite := sem.Arithmetic(a.Op, *left, *right); finite {
		return &v, true
	}
	return nil, true
}

func constantNumber(e geo.Expr) (*float64, bool) {
	if l, ok := e.(geo.Literal); ok {
		f := sem.Float(l.Value)
		return &f, true
	}
	return computed(e)
}

// pow2 is 2^n: what multiplies a float without a change of its digits.
func pow2(n int) string { return "'" + floatText(math.Ldexp(1, n), 64) + "'::double precision" }

// arithmetic writes an operation on 64-bit floats, null where it is not finite.
// PostgreSQL fails where a result is too large, or too small to be told from 0:
// the formulas find out beforehand.
func (p *printer) arithmetic(e geo.Arithmetic) string {
	left, right := p.double(e.Left), p.double(e.Right)
	if moderate(e.Left) && moderate(e.Right) {
		switch e.Op {
		case geo.Add, geo.Sub, geo.Mul:
			return "(" + left + " " + string(e.Op) + " " + right + ")"
		case geo.Div:
			return "(" + left + " / NULLIF(" + right + ", 0))"
		}
	}
	return p.once(func(x []string) string { return p.operation(e.Op, x[0], x[1]) }, left, right)
}

// moderate reports whether a number is an integer, or a constant of a size that
// no single operation with another such takes out of range.
func moderate(e geo.Expr) bool {
	if f, ok := constantNumber(e); ok {
		return f != nil && (*f == 0 || math.Abs(*f) > 1e-100 && math.Abs(*f) < 1e100)
	}
	return kindOf(e) == geo.KindInt
}

// double writes a number as double precision.
func (p *printer) double(e geo.Expr) string {
	ref, ok := e.(geo.PropertyRef)
	if !ok {
		return p.number(e, classFloat)
	}
	switch c := p.column(ref.Property); c.kind {
	case geo.KindInt, geo.KindReal:
		return c.readSQL() + "::double precision"
	default:
		return p.numberColumn(c, classFloat)
	}
}

func (p *printer) operation(op geo.ArithmeticOp, a, b string) string {
	switch op {
	case geo.Add:
		return sum(a, "+", b)
	case geo.Sub:
		return sum(a, "-", b)
	case geo.Mul:
		return product(a, b)
	case geo.Div:
		return quotient(a, b)
	case geo.IntDiv:
		return "trunc(" + quotient(a, b) + ")"
	case geo.Mod: // a - b·trunc(a/b), each step as sem.Arithmetic rounds it
		whole := p.once(func(x []string) string { return product(b, x[0]) }, "trunc("+quotient(a, b)+")")
		return p.once(func(x []string) string { return sum(a, "-", x[0]) }, whole)
	}
	return power(a, b)
}

// formula writes a CASE on a and b. In rules, A. and B. stand for them, |A| and
// |B| for their sizes.
func formula(a, b, rules string) string {
	return "(CASE " + strings.NewReplacer("|A|", "abs("+a+")", "|B|", "abs("+b+")", "A.", a, "B.", b).Replace(rules) + " END)"
}

// finite is the first rule of a formula: nothing comes of what is not a number.
const finite = "WHEN |A| >= 'Infinity' OR |B| >= 'Infinity' THEN NULL "

func sum(a, op, b string) string {
	limit := pow2(1023)
	return formula(a, b, finite+"WHEN |A| < 1 OR |B| < 1 OR |A| < "+limit+" AND |B| < "+limit+" THEN A. "+op+" B. "+
		"WHEN abs(A. * 0.5 "+op+" B. * 0.5) < "+limit+" THEN A. "+op+" B.")
}

func product(a, b string) string {
	return formula(a, b, finite+
		"WHEN |A| >= 1 AND |B| >= 1 THEN (CASE WHEN |A| * "+pow2(-512)+" * (|B| * "+pow2(-512)+") < 1 THEN A. * B. END) "+
		"WHEN |A| >= 1 OR |B| >= 1 OR |A| >= 1e-150 AND |B| >= 1e-150 THEN A. * B. "+
		"WHEN |A| * "+pow2(537)+" * (|B| * "+pow2(538)+") <= 1 THEN 0 ELSE A. * B.")
}

func quotient(a, b string) string {
	return formula(a, b, "WHEN |B| = 'Infinity' AND |A| < 'Infinity' THEN 0 "+finite+"WHEN B. = 0 THEN NULL "+
		"WHEN |B| >= 1 THEN (CASE WHEN |A| < 1 AND |A| * "+pow2(537)+" <= |B| * "+pow2(-538)+" THEN 0 ELSE A. / B. END) "+
		"WHEN |A| >= 1e-150 AND |A| * "+pow2(-512)+" >= |B| * "+pow2(512)+" THEN NULL ELSE A. / B.")
}

// power writes a^b. Its size is told by the logarithm, less surely than for the
// other operations: within the last digits of what a float holds.
func power(a, b string) string {
	return formula(a, b, "WHEN B. = 0 OR A. = 1 THEN 1 WHEN B. = 1 AND |A| < 'Infinity' THEN A. WHEN A. = 'NaN' OR B. = 'NaN' THEN NULL "+
		"WHEN A. = 0 THEN (CASE WHEN B. > 0 THEN 0 END) WHEN |A| = 'Infinity' THEN (CASE WHEN B. < 0 THEN 0 END) "+
		"WHEN A. < 0 AND B. <> trunc(B.) THEN NULL WHEN A. = -1 THEN power(A., B.) "+
		"WHEN |B| >= 1e20 THEN (CASE WHEN (|A| > 1) <> (B. > 0) THEN 0 END) "+
		"WHEN B. * ln(|A|) >= 709.7827128933 THEN NULL WHEN B. * ln(|A|) <= -745.1332191 THEN 0 ELSE power(A., B.)")
}

// year writes the year in UTC, with a year 0 as ISO 8601 has it.
func (p *printer) year(e geo.Expr) string {
	if l, ok := e.(geo.Literal); ok {
		if n := l.Value.Int(); n == math.MaxInt64 || n == math.MinInt64 {
			return "NULL::double precision"
		}
		return p.param(strconv.Itoa(l.Value.Time().Year())) + "::double precision"
	}
	return p.once(func(x []string) string {
		y := "date_part('year', " + x[0] + ")"
		return "(CASE WHEN isfinite(" + x[0] + ") THEN " + y + " + (CASE WHEN " + y + " < 0 THEN 1 ELSE 0 END) END)"
	}, p.moment(e, classUTC))
}
