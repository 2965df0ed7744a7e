package sem

import (
	"cmp"
	"math/big"
	"strings"

	"github.com/arpent-geo/arpent/geo"
)

// Env is the row on which an expression is computed.
type Env struct {
	// Value returns the value of a property of the row.
	Value func(*geo.Property) geo.Value
	// Geometry computes what depends on geometries: a Spatial, a Call with a
	// geometry, the IsNull of a geometry. nil: such nodes are null.
	Geometry func(geo.Expr) geo.Value
}

// Eval computes an expression made by the constructors of package geo:
// the reference for the stores, with no claim to speed. Null is the unknown of
// three-valued logic.
func Eval(e geo.Expr, env Env) geo.Value {
	switch e := e.(type) {
	case geo.PropertyRef:
		return env.Value(e.Property)
	case geo.Literal:
		return e.Value
	case geo.And:
		return env.logic(e, false)
	case geo.Or:
		return env.logic(e, true)
	case geo.Not:
		if v := Eval(e.Operand, env); !v.IsNull() {
			return geo.Bool(!v.Bool())
		}
		return geo.Null()
	case geo.Equal:
		return env.compare(geo.EQ, env.Value(e.Property), e.Value)
	case geo.Compare:
		return env.compare(e.Op, Eval(e.Left, env), Eval(e.Right, env))
	case geo.Between:
		low := geo.Compare{Op: geo.GE, Left: e.Operand, Right: e.Low}
		high := geo.Compare{Op: geo.LE, Left: e.Operand, Right: e.High}
		return Eval(geo.And{low, high}, env)
	case geo.In:
		return env.in(e)
	case geo.IsNull:
		switch e.Operand.Type() {
		case geo.TypeGeometry:
			return env.geometry(e)
		case geo.TypeInterval:
			_, ok := env.span(e.Operand, false)
			return geo.Bool(!ok)
		}
		return geo.Bool(Eval(e.Operand, env).IsNull())
	}
	return env.evalOperator(e)
}

// evalOperator computes the operators that are null as soon as an operand is.
func (env Env) evalOperator(e geo.Expr) geo.Value {
	switch e := e.(type) {
	case geo.Like:
		if v := Eval(e.Operand, env); !v.IsNull() {
			return geo.Bool(Like(string(v.Bytes), Pattern(e.Pattern)))
		}
	case geo.Fold:
		if v := Eval(e.Operand, env); !v.IsNull() {
			return geo.String(Fold(e.Op, string(v.Bytes)))
		}
	case geo.Arithmetic:
		a, b := Eval(e.Left, env), Eval(e.Right, env)
		if f, ok := Arithmetic(e.Op, Float(a), Float(b)); ok && !a.IsNull() && !b.IsNull() {
			return geo.Float(f)
		}
	case geo.Temporal:
		a, ok := env.span(e.Left, e.Days)
		b, ok2 := env.span(e.Right, e.Days)
		if ok && ok2 {
			return geo.Bool(Relate(e.Op, a, b))
		}
	case geo.ArrayTest:
		a, ok := env.array(e.Left)
		b, ok2 := env.array(e.Right)
		if ok && ok2 {
			return geo.Bool(RelateArrays(e.Op, a, b))
		}
	case geo.Spatial:
		return env.geometry(e)
	case geo.Call:
		return env.call(e)
	}
	return geo.Null()
}

func (env Env) geometry(e geo.Expr) geo.Value {
	if env.Geometry == nil {
		return geo.Null()
	}
	return env.Geometry(e)
}

// logic is OR, or AND when stop is false: stop wins, then null.
func (env Env) logic(members []geo.Expr, stop bool) geo.Value {
	out := geo.Bool(!stop)
	for _, m := range members {
		switch v := Eval(m, env); {
		case v.IsNull():
			out = v
		case v.Bool() == stop:
			return v
		}
	}
	return out
}

func (env Env) in(e geo.In) geo.Value {
	v, out := Eval(e.Operand, env), geo.Bool(false)
	for _, m := range e.List {
		switch equal := env.compare(geo.EQ, v, Eval(m, env)); {
		case equal.IsNull():
			out = equal
		case equal.Bool():
			return equal
		}
	}
	return out
}

func (Env) compare(op geo.CompareOp, a, b geo.Value) geo.Value {
	if a.IsNull() || b.IsNull() {
		return geo.Null()
	}
	n := Compare(a, b)
	return geo.Bool(map[geo.CompareOp]bool{
		geo.EQ: n == 0, geo.NE: n != 0, geo.LT: n < 0, geo.GT: n > 0, geo.LE: n <= 0, geo.GE: n >= 0,
	}[op])
}

// Compare returns the order of two values that are not null, of one type or of
// TypeDate and TypeInstant: -1, 0 or 1.
func Compare(a, b geo.Value) int {
	switch a.Kind.Type() {
	case geo.TypeBool:
		return cmp.Compare(a.Num, b.Num)
	case geo.TypeNumber:
		return compareNumbers(a, b)
	case geo.TypeDate, geo.TypeInstant:
		days := a.Kind == geo.KindDate && b.Kind == geo.KindDate
		return cmp.Compare(Bounds(a, days).Start, Bounds(b, days).Start)
	}
	return strings.Compare(string(a.Bytes), string(b.Bytes))
}

func compareNumbers(a, b geo.Value) int {
	exact := func(k geo.Kind) bool { return k == geo.KindInt || k == geo.KindDecimal }
	switch {
	case a.Kind == geo.KindInt && b.Kind == geo.KindInt:
		return cmp.Compare(a.Int(), b.Int())
	case exact(a.Kind) && exact(b.Kind):
		x, ok := new(big.Rat).SetString(string(a.AppendText(nil)))
		y, ok2 := new(big.Rat).SetString(string(b.AppendText(nil)))
		if ok && ok2 {
			return x.Cmp(y)
		}
	}
	return cmp.Compare(Float(a), Float(b))
}

// span returns the interval of a temporal operand; ok is false when it, or an
// end of it, is null.
func (env Env) span(e geo.Expr, days bool) (s Span, ok bool) {
	i, isInterval := e.(geo.Interval)
	if !isInterval {
		v := Eval(e, env)
		return Bounds(v, days), !v.IsNull()
	}
	s = Span{geo.NegInfinity, geo.PosInfinity}
	if i.Start != nil {
		v := Eval(i.Start, env)
		if v.IsNull() {
			return s, false
		}
		s.Start = Bounds(v, days).Start
	}
	if i.End != nil {
		v := Eval(i.End, env)
		if v.IsNull() {
			return s, false
		}
		s.End = Bounds(v, days).End
	}
	return s, true
}

// call computes the functions of texts and instants.
func (env Env) call(e geo.Call) geo.Value {
	switch e.Func.Name {
	case "UPPER", "LOWER", "YEAR":
	default:
		return env.geometry(e)
	}
	v := Eval(e.Args[0], env)
	switch {
	case v.IsNull():
		return v
	case e.Func.Name == "UPPER":
		return geo.String(Upper(string(v.Bytes)))
	case e.Func.Name == "LOWER":
		return geo.String(Lower(string(v.Bytes)))
	case v.Int() == geo.PosInfinity || v.Int() == geo.NegInfinity:
		return geo.Null()
	}
	return geo.Int(int64(v.Time().Year()))
}
