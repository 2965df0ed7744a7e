package storetest

import (
	"cmp"
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/arpent-geo/arpent/geo"
	"github.com/arpent-geo/arpent/geo/cql2/sem"
)

// testRandom compares random filters with what they are worked out to be here,
// row by row.
func (f *fixture) testRandom(t *testing.T) {
	l := f.layer(t, layerFilters)
	rnd := rand.New(rand.NewPCG(99, 4))
	found := 0
	for n := range 400 {
		g := &generator{l: l, rnd: rnd}
		e := g.condition(4)
		if g.err != nil {
			t.Fatal(g.err)
		}
		var want []string
		for _, row := range f.rows[layerFilters] {
			if v := evaluate(e, l, row); !v.IsNull() && v.Bool() {
				want = append(want, string(row.Values[0].Bytes))
			}
		}
		found += btoi(len(want) > 0)
		if got := f.matching(t, l, e); !slices.Equal(got, want) {
			t.Errorf("filter %d: %q, want %q\n%s", n, got, want, dump(e))
		}
	}
	if found < 100 {
		t.Errorf("only %d random filters find a row", found)
	}
}

func dump(e geo.Expr) string { return strings.ReplaceAll(fmt.Sprintf("%+v", e), "geo.", "") }

// generator makes well-typed trees.
type generator struct {
	l   *geo.Layer
	rnd *rand.Rand
	err error
}

func pick[T any](g *generator, of ...T) T { return of[g.rnd.IntN(len(of))] }

func checked[T geo.Expr](g *generator) func(T, error) geo.Expr {
	return func(e T, err error) geo.Expr {
		if err != nil && g.err == nil {
			g.err = err
		}
		return e
	}
}

func (g *generator) ref(names ...string) geo.Expr {
	return geo.PropertyRef{Property: g.l.Property(pick(g, names...))}
}

func (g *generator) condition(depth int) geo.Expr {
	if depth == 0 {
		return pick[geo.Expr](g, g.ref("b"), geo.Literal{Value: geo.Bool(true)}, checked[geo.Compare](g)(geo.NewCompare(geo.GT, g.ref("i"), geo.Literal{Value: geo.Int(0)})))
	}
	op := pick(g, geo.EQ, geo.NE, geo.LT, geo.GT, geo.LE, geo.GE)
	switch g.rnd.IntN(11) {
	case 0:
		return checked[geo.And](g)(geo.NewAnd(g.condition(depth-1), g.condition(depth-1), g.condition(depth-1)))
	case 1:
		return checked[geo.Or](g)(geo.NewOr(g.condition(depth-1), g.condition(depth-1), g.condition(depth-1)))
	case 2:
		return checked[geo.Not](g)(geo.NewNot(g.condition(depth - 1)))
	case 3:
		return checked[geo.Compare](g)(geo.NewCompare(op, g.number(depth-1), g.number(depth-1)))
	case 4:
		return checked[geo.Compare](g)(geo.NewCompare(op, g.text(depth-1), g.text(depth-1)))
	case 5:
		return checked[geo.Compare](g)(geo.NewCompare(op, g.time(), g.time()))
	case 6:
		return checked[geo.Between](g)(geo.NewBetween(g.number(depth-1), g.number(depth-1), g.number(depth-1)))
	case 7:
		return checked[geo.In](g)(geo.NewIn(g.number(depth-1), []geo.Expr{g.number(depth - 1), g.number(depth - 1), g.number(0)}))
	case 8:
		return geo.IsNull{Operand: pick[geo.Expr](g, g.number(depth-1), g.text(depth-1), g.condition(depth-1), g.time())}
	case 9:
		return checked[geo.Like](g)(geo.NewLike(g.text(depth-1), geo.Literal{Value: geo.String(pick(g, "%vreux", "_%r%", "", "%", "É%", `%\%%`, "e_reux"))}))
	default:
		return checked[geo.Temporal](g)(geo.NewTemporal(pick(g, geo.TAfter, geo.TBefore, geo.TDisjoint, geo.TEquals, geo.TIntersects), g.time(), g.time()))
	}
}

func (g *generator) number(depth int) geo.Expr {
	if depth > 0 && g.rnd.IntN(3) == 0 {
		op := pick(g, geo.Add, geo.Sub, geo.Mul, geo.Div, geo.Mod, geo.IntDiv)
		return checked[geo.Arithmetic](g)(geo.NewArithmetic(op, g.number(depth-1), g.number(depth-1)))
	}
	if g.rnd.IntN(3) == 0 {
		return geo.Literal{Value: pick(g, geo.Int(0), geo.Int(1), geo.Int(7), geo.Int(-7), geo.Int(math.MaxInt64), geo.Float(0.1), geo.Float(2.5), geo.Float(12.5), geo.Float(1e300))}
	}
	return g.ref("i", "j", "r", "f", "n")
}

func (g *generator) text(depth int) geo.Expr {
	if depth > 0 && g.rnd.IntN(2) == 0 {
		return geo.Fold{Op: pick(g, geo.FoldCase, geo.FoldAccents), Operand: g.text(depth - 1)}
	}
	if g.rnd.IntN(3) == 0 {
		return geo.Literal{Value: geo.String(pick(g, "", "a", "evreux", "Évreux", "EVREUX", "œuf", "é"))}
	}
	return g.ref("t", "id", "t")
}

func (g *generator) time() geo.Expr {
	if g.rnd.IntN(3) == 0 {
		return geo.Literal{Value: pick(g, geo.Date(19753), geo.Date(0), geo.Instant(1706702400000000), geo.Instant(-1))}
	}
	return g.ref("d", "ts", "tz", "fin")
}

// evaluate is what an expression yields for a row.
func evaluate(e geo.Expr, l *geo.Layer, row geo.Row) geo.Value {
	eval := func(e geo.Expr) geo.Value { return evaluate(e, l, row) }
	switch e := e.(type) {
	case geo.PropertyRef:
		for i := range l.Properties {
			if l.Properties[i].Name == e.Property.Name && i < len(row.Values) {
				return row.Values[i]
			}
		}
	case geo.Literal:
		return e.Value
	case geo.And:
		return fold(e, eval, false)
	case geo.Or:
		return fold(e, eval, true)
	case geo.Not:
		if v := eval(e.Operand); !v.IsNull() {
			return geo.Bool(!v.Bool())
		}
	case geo.Compare:
		return compared(e.Op, eval(e.Left), eval(e.Right))
	case geo.Between:
		v := eval(e.Operand)
		low, high := compared(geo.LE, eval(e.Low), v), compared(geo.LE, v, eval(e.High))
		return fold(geo.And{geo.Literal{Value: low}, geo.Literal{Value: high}}, eval, false)
	case geo.In:
		var any geo.Or
		for _, m := range e.List {
			any = append(any, geo.Literal{Value: compared(geo.EQ, eval(e.Operand), eval(m))})
		}
		return fold(any, eval, true)
	case geo.IsNull:
		return geo.Bool(eval(e.Operand).IsNull())
	case geo.Like:
		if v := eval(e.Operand); !v.IsNull() {
			return geo.Bool(sem.Like(string(v.Bytes), sem.Pattern(e.Pattern)))
		}
	case geo.Fold:
		if v := eval(e.Operand); !v.IsNull() {
			return geo.String(sem.Fold(e.Op, string(v.Bytes)))
		}
	case geo.Arithmetic:
		a, b := eval(e.Left), eval(e.Right)
		if a.IsNull() || b.IsNull() {
			return geo.Null()
		}
		if f, ok := sem.Arithmetic(e.Op, sem.Float(a), sem.Float(b)); ok {
			return geo.Float(f)
		}
	case geo.Temporal:
		a, b := eval(e.Left), eval(e.Right)
		if !a.IsNull() && !b.IsNull() {
			return geo.Bool(sem.Relate(e.Op, sem.Bounds(a, e.Days), sem.Bounds(b, e.Days)))
		}
	}
	return geo.Null()
}

// fold is AND, or OR where end is true: the value that decides, else null if
// there is one.
func fold(members []geo.Expr, eval func(geo.Expr) geo.Value, end bool) geo.Value {
	out := geo.Bool(!end)
	for _, m := range members {
		switch v := eval(m); {
		case v.IsNull():
			out = v
		case v.Bool() == end:
			return v
		}
	}
	return out
}

// compared is a comparison by the rules of geo.Compare.
func compared(op geo.CompareOp, a, b geo.Value) geo.Value {
	if a.IsNull() || b.IsNull() {
		return geo.Null()
	}
	var n int
	switch a.Kind.Type() {
	case geo.TypeText:
		n = strings.Compare(string(a.Bytes), string(b.Bytes))
	case geo.TypeNumber:
		x, ok1 := exact(a)
		y, ok2 := exact(b)
		if ok1 && ok2 {
			n = x.Cmp(y)
		} else {
			n = cmp.Compare(sem.Float(a), sem.Float(b))
		}
	default:
		days := a.Kind == geo.KindDate && b.Kind == geo.KindDate
		n = cmp.Compare(sem.Bounds(a, days).Start, sem.Bounds(b, days).Start)
	}
	return geo.Bool(map[geo.CompareOp]bool{geo.EQ: n == 0, geo.NE: n != 0, geo.LT: n < 0, geo.GT: n > 0, geo.LE: n <= 0, geo.GE: n >= 0}[op])
}

// exact returns an integer or a decimal.
func exact(v geo.Value) (*big.Rat, bool) {
	switch v.Kind {
	case geo.KindInt:
		return new(big.Rat).SetInt64(v.Int()), true
	case geo.KindDecimal:
		return new(big.Rat).SetString(string(v.Bytes))
	}
	return nil, false
}
