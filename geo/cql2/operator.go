package cql2

import (
	"strconv"
	"strings"

	"github.com/arpent-geo/arpent/geo"
)

// The operators that are written as calls in the text, by the names that
// CQL2-JSON gives them. A call is read in any case.
var (
	folds    = []geo.FoldOp{geo.FoldCase, geo.FoldAccents}
	spatials = []geo.SpatialOp{
		geo.SIntersects, geo.SEquals, geo.SDisjoint, geo.STouches,
		geo.SWithin, geo.SOverlaps, geo.SCrosses, geo.SContains,
	}
	temporals = []geo.TemporalOp{
		geo.TAfter, geo.TBefore, geo.TDisjoint, geo.TEquals, geo.TIntersects,
		geo.TContains, geo.TDuring, geo.TFinishedBy, geo.TFinishes, geo.TMeets,
		geo.TMetBy, geo.TOverlappedBy, geo.TOverlaps, geo.TStartedBy, geo.TStarts,
	}
	arrays       = []geo.ArrayOp{geo.AEquals, geo.AContains, geo.AContainedBy, geo.AOverlaps}
	comparisons  = []geo.CompareOp{geo.EQ, geo.NE, geo.LT, geo.GT, geo.LE, geo.GE}
	arithmeticOp = []geo.ArithmeticOp{geo.Add, geo.Sub, geo.Mul, geo.Div, geo.Pow, geo.Mod, geo.IntDiv}
)

// find returns the operator of that name in any case.
func find[T ~string](list []T, name string) (op T, ok bool) {
	for _, op := range list {
		if strings.EqualFold(string(op), name) {
			return op, true
		}
	}
	return "", false
}

// isArrayTest reports whether the arguments of a call may be array literals
// of one member, which the text writes as it does an expression in brackets.
func isArrayTest(name string) bool {
	_, ok := find(arrays, name)
	return ok
}

// arity checks the number of operands.
func (b *builder) arity(at int, name string, args []geo.Expr, n int) error {
	if len(args) == n {
		return nil
	}
	want, got := strconv.Itoa(n), strconv.Itoa(len(args))
	return b.fail(at, name+" attend "+want+" opérande(s), et non "+got, name+" takes "+want+" operand(s), not "+got)
}

// call makes the predicate or the function of that name.
func (b *builder) call(at int, name string, args []geo.Expr) (geo.Expr, error) {
	if op, ok := find(folds, name); ok {
		if err := b.arity(at, name, args, 1); err != nil {
			return nil, err
		}
		e, err := geo.NewFold(op, args[0])
		return b.made(at, e, err)
	}
	spatial, isSpatial := find(spatials, name)
	temporal, isTemporal := find(temporals, name)
	array, isArray := find(arrays, name)
	if isSpatial || isTemporal || isArray {
		if err := b.arity(at, name, args, 2); err != nil {
			return nil, err
		}
	}
	var e geo.Expr
	var err error
	switch {
	case isSpatial:
		e, err = geo.NewSpatial(spatial, args[0], args[1])
	case isTemporal:
		e, err = geo.NewTemporal(temporal, args[0], args[1])
	case isArray:
		e, err = geo.NewArrayTest(array, args[0], args[1])
	default:
		f := geo.LookupFunction(b.o.Functions, name)
		if f == nil {
			return nil, b.unknown(at, geo.Text{FR: "fonction inconnue", EN: "unknown function"}, name, b.callNames())
		}
		e, err = geo.NewCall(f, args)
	}
	return b.made(at, e, err)
}

// callNames lists what can be called.
func (b *builder) callNames() []string {
	var names []string
	for _, f := range b.o.Functions {
		names = append(names, f.Name)
	}
	for _, op := range spatials {
		names = append(names, strings.ToUpper(string(op)))
	}
	for _, op := range temporals {
		names = append(names, strings.ToUpper(string(op)))
	}
	for _, op := range arrays {
		names = append(names, strings.ToUpper(string(op)))
	}
	return append(names, "CASEI", "ACCENTI")
}

// logical makes AND or OR.
func (b *builder) logical(at int, or bool, members []geo.Expr) (geo.Expr, error) {
	if or {
		e, err := geo.NewOr(members...)
		return b.made(at, e, err)
	}
	e, err := geo.NewAnd(members...)
	return b.made(at, e, err)
}

func (b *builder) not(at int, operand geo.Expr) (geo.Expr, error) {
	e, err := geo.NewNot(operand)
	return b.made(at, e, err)
}

func (b *builder) compare(at int, op geo.CompareOp, left, right geo.Expr) (geo.Expr, error) {
	e, err := geo.NewCompare(op, left, right)
	return b.made(at, e, err)
}

func (b *builder) arithmetic(at int, op geo.ArithmeticOp, left, right geo.Expr) (geo.Expr, error) {
	e, err := geo.NewArithmetic(op, left, right)
	return b.made(at, e, err)
}

func (b *builder) between(at int, operand, low, high geo.Expr) (geo.Expr, error) {
	e, err := geo.NewBetween(operand, low, high)
	return b.made(at, e, err)
}

func (b *builder) in(at int, operand geo.Expr, list []geo.Expr) (geo.Expr, error) {
	e, err := geo.NewIn(operand, list)
	return b.made(at, e, err)
}

func (b *builder) array(at int, list []geo.Expr) (geo.Expr, error) {
	e, err := geo.NewArray(list)
	return b.made(at, e, err)
}

func (b *builder) isNull(at int, operand geo.Expr) (geo.Expr, error) {
	if _, ok := operand.(geo.ArrayLiteral); ok {
		return nil, b.fail(at, "un tableau constant n'est jamais nul", "a constant array is never null")
	}
	return b.made(at, geo.IsNull{Operand: operand}, nil)
}

func (b *builder) like(at int, operand, pattern geo.Expr) (geo.Expr, error) {
	e, err := geo.NewLike(operand, pattern)
	if err != nil {
		return nil, b.at(at, err)
	}
	for {
		f, ok := pattern.(geo.Fold)
		if !ok {
			break
		}
		pattern = f.Operand
	}
	if text, ok := pattern.(geo.Literal); ok {
		if most := b.o.Limits.Wildcards; wildcards(text.Value.Bytes) > most {
			n := strconv.Itoa(most)
			return nil, b.fail(at, "modèle de LIKE à plus de "+n+" « % »", "pattern of LIKE with more than "+n+" \"%\"")
		}
	}
	return b.made(at, e, nil)
}

// wildcards counts the % of a pattern that are not escaped.
func wildcards(pattern []byte) (n int) {
	for i := 0; i < len(pattern); i++ {
		switch pattern[i] {
		case '\\':
			i++
		case '%':
			n++
		}
	}
	return n
}
