package geo

import (
	"math"
	"slices"
	"strconv"
)

// typeNames says a type in a sentence.
var typeNames = [...]Text{
	TypeOther:    {"une valeur sans comparaison possible", "a value that cannot be compared"},
	TypeBool:     {"une condition", "a condition"},
	TypeNumber:   {"un nombre", "a number"},
	TypeText:     {"un texte", "a text"},
	TypeDate:     {"une date", "a date"},
	TypeInstant:  {"un instant", "an instant"},
	TypeInterval: {"un intervalle de temps", "an interval of time"},
	TypeGeometry: {"une géométrie", "a geometry"},
	TypeArray:    {"un tableau", "an array"},
}

// want checks the type of an operand. Errors of this file are *Error of kind
// ErrInvalidInput, without Where.
func want(e Expr, types ...Type) error {
	if slices.Contains(types, e.Type()) {
		return nil
	}
	var fr, en string
	for i, t := range types {
		if i > 0 {
			fr, en = fr+" ou ", en+" or "
		}
		fr, en = fr+typeNames[t].FR, en+typeNames[t].EN
	}
	found := describe(e)
	return Invalid("", Text{"attendu : " + fr + " ; trouvé : " + found.FR, en + " expected, not " + found.EN}, hintFor(e, types))
}

// describe says what an operand is.
func describe(e Expr) Text {
	t := typeNames[e.Type()]
	if p, ok := e.(PropertyRef); ok {
		return Text{"« " + p.Property.Name + " » (" + t.FR + ")", strconv.Quote(p.Property.Name) + " (" + t.EN + ")"}
	}
	return t
}

// hintFor helps with the commonest slip: an instant written as a text.
func hintFor(e Expr, types []Type) Text {
	_, literal := e.(Literal)
	switch {
	case literal && e.Type() == TypeText && slices.Contains(types, TypeInstant):
		return Text{"un instant s'écrit TIMESTAMP('2024-01-31T12:00:00Z'), une date DATE('2024-01-31')", "an instant is written TIMESTAMP('2024-01-31T12:00:00Z'), a date DATE('2024-01-31')"}
	case literal && e.Type() == TypeText && slices.Contains(types, TypeNumber):
		return Text{"un nombre s'écrit sans apostrophes", "a number is written without quotes"}
	}
	return Text{}
}

func wantAll(list []Expr, types ...Type) error {
	for _, e := range list {
		if err := want(e, types...); err != nil {
			return err
		}
	}
	return nil
}

// wantSame checks that an operand may be compared with another.
func wantSame(first, e Expr) error {
	switch t := first.Type(); t {
	case TypeBool, TypeNumber, TypeText:
		return want(e, t)
	case TypeDate, TypeInstant:
		return want(e, TypeDate, TypeInstant)
	default:
		return want(first, TypeText, TypeNumber, TypeBool, TypeDate, TypeInstant)
	}
}

// fit rounds a literal that is compared with a 32-bit property to 32 bits, so
// that what an answer shows as 0.1 is found by 0.1.
func fit(with, e Expr) Expr {
	p, ok := with.(PropertyRef)
	l, literal := e.(Literal)
	if !ok || !literal || p.Property.Kind != KindReal || l.Value.Kind != KindFloat {
		return e
	}
	f := float32(l.Value.Float())
	if math.IsInf(float64(f), 0) {
		return e
	}
	if n := int64(f); float32(n) == f && n > -1<<53 && n < 1<<53 {
		return Literal{Int(n)} // a whole number is KindInt
	}
	return Literal{Real(f)}
}

// NewAnd returns the conjunction of conditions.
func NewAnd(members ...Expr) (And, error) { return members, wantAll(members, TypeBool) }

// NewOr returns the disjunction of conditions.
func NewOr(members ...Expr) (Or, error) { return members, wantAll(members, TypeBool) }

// NewNot returns the negation of a condition.
func NewNot(e Expr) (Not, error) { return Not{e}, want(e, TypeBool) }

// NewCompare returns left op right.
func NewCompare(op CompareOp, left, right Expr) (Compare, error) {
	return Compare{op, fit(right, left), fit(left, right)}, wantSame(left, right)
}

// NewLike returns operand LIKE pattern.
func NewLike(operand, pattern Expr) (Like, error) {
	like := Like{operand, pattern}
	if err := wantAll([]Expr{operand, pattern}, TypeText); err != nil {
		return like, err
	}
	for {
		f, ok := pattern.(Fold)
		if !ok {
			break
		}
		pattern = f.Operand
	}
	text, ok := pattern.(Literal)
	if !ok {
		return like, Invalid("", Text{"le modèle de LIKE doit être un texte entre apostrophes", "the pattern of LIKE must be a text between quotes"},
			Text{"par exemple nom LIKE 'Saint%'", "for example name LIKE 'Saint%'"})
	}
	escapes := 0
	for b := text.Value.Bytes; escapes < len(b) && b[len(b)-1-escapes] == '\\'; {
		escapes++
	}
	if escapes%2 != 0 {
		return like, Invalid("", Text{"le modèle de LIKE finit par \\ sans rien après", "the pattern of LIKE ends with \\ and nothing after it"},
			Text{"une barre oblique inverse s'écrit \\\\", "a backslash is written \\\\"})
	}
	return like, nil
}

// NewBetween returns operand BETWEEN low AND high.
func NewBetween(operand, low, high Expr) (Between, error) {
	return Between{operand, fit(operand, low), fit(operand, high)}, wantAll([]Expr{operand, low, high}, TypeNumber)
}

// NewIn returns operand IN (list).
func NewIn(operand Expr, list []Expr) (In, error) {
	in := In{operand, make([]Expr, len(list))}
	if len(list) == 0 {
		return in, Invalid("", Text{"la liste de IN est vide", "the list of IN is empty"}, Text{})
	}
	for i, e := range list {
		if err := wantSame(operand, e); err != nil {
			return in, err
		}
		in.List[i] = fit(operand, e)
	}
	return in, nil
}

// NewFold returns CASEI(e) or ACCENTI(e).
func NewFold(op FoldOp, e Expr) (Fold, error) { return Fold{op, e}, want(e, TypeText) }

// NewArithmetic returns left op right.
func NewArithmetic(op ArithmeticOp, left, right Expr) (Arithmetic, error) {
	return Arithmetic{op, left, right}, wantAll([]Expr{left, right}, TypeNumber)
}

// NewSpatial returns op(left, right).
func NewSpatial(op SpatialOp, left, right Expr) (Spatial, error) {
	return Spatial{op, left, right}, wantAll([]Expr{left, right}, TypeGeometry)
}

// NewInterval returns INTERVAL(start, end); a nil end is open.
func NewInterval(start, end Expr) (Interval, error) {
	i := Interval{start, end}
	for _, e := range []Expr{start, end} {
		if e == nil {
			continue
		}
		if err := want(e, TypeDate, TypeInstant); err != nil {
			return i, err
		}
	}
	a, ok := start.(Literal)
	b, ok2 := end.(Literal)
	if ok && ok2 && a.Value.Time().After(b.Value.Time()) {
		return i, Invalid("", Text{"l'intervalle finit avant de commencer", "the interval ends before it starts"}, Text{})
	}
	return i, nil
}

// NewTemporal returns op(left, right).
func NewTemporal(op TemporalOp, left, right Expr) (Temporal, error) {
	t := Temporal{op, left, right, onlyDays(left) && onlyDays(right)}
	types := []Type{TypeInterval}
	switch op {
	case TAfter, TBefore, TDisjoint, TEquals, TIntersects:
		types = append(types, TypeInstant, TypeDate)
	}
	return t, wantAll([]Expr{left, right}, types...)
}

// onlyDays reports whether no bound of a temporal operand is an instant.
func onlyDays(e Expr) bool {
	if i, ok := e.(Interval); ok {
		return (i.Start == nil || i.Start.Type() == TypeDate) && (i.End == nil || i.End.Type() == TypeDate)
	}
	return e.Type() == TypeDate
}

// NewArray returns the list as an array. Dates and instants must be constants:
// they are members as the texts that an answer shows.
func NewArray(list []Expr) (ArrayLiteral, error) {
	for _, e := range list {
		if err := want(e, TypeText, TypeNumber, TypeBool, TypeDate, TypeInstant); err != nil {
			return nil, err
		}
		if _, constant := e.(Literal); !constant && (e.Type() == TypeDate || e.Type() == TypeInstant) {
			found := describe(e)
			return nil, Invalid("", Text{"dans un tableau, une date ou un instant est une constante ; trouvé : " + found.FR, "in an array, a date or an instant is a constant, not " + found.EN}, Text{})
		}
	}
	return list, nil
}

// NewArrayTest returns op(left, right).
func NewArrayTest(op ArrayOp, left, right Expr) (ArrayTest, error) {
	return ArrayTest{op, left, right}, wantAll([]Expr{left, right}, TypeArray)
}

// NewCall returns f(args).
func NewCall(f *Function, args []Expr) (Call, error) {
	c := Call{f, args}
	if n := strconv.Itoa(len(f.Params)); len(args) != len(f.Params) {
		got := strconv.Itoa(len(args))
		return c, Invalid("", Text{f.Name + " attend " + n + " argument(s), et non " + got, f.Name + " takes " + n + " argument(s), not " + got}, Text{})
	}
	for i, p := range f.Params {
		if p.Types == nil {
			continue
		}
		if err := want(args[i], p.Types...); err != nil {
			return c, err
		}
	}
	return c, nil
}
