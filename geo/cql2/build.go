package cql2

import (
	"strconv"
	"strings"

	"github.com/arpent-geo/arpent/geo"
	"github.com/arpent-geo/arpent/geo/crs"
)

// builder makes nodes for both readers: it looks names up and counts.
type builder struct {
	source
	layer    *geo.Layer
	o        Options
	depth    int
	nodes    int
	vertices int
}

func newBuilder(s string, l *geo.Layer, o Options) (*builder, error) {
	b := &builder{source: source{s}, layer: l, o: o.withDefaults()}
	if _, err := crs.Lookup(b.o.CRS.CRS); err != nil {
		return nil, err
	}
	return b, b.check(b.o.Limits)
}

// enter goes one expression deeper; leave comes back. The text takes up to two
// steps, an operand and its brackets, for one level of the tree: this bounds
// the recursion, finish the tree.
func (b *builder) enter(at int) error {
	if b.depth++; b.depth > 2*b.o.Limits.Depth {
		return b.tooDeep(at)
	}
	return nil
}

func (b *builder) tooDeep(at int) error {
	n := strconv.Itoa(b.o.Limits.Depth)
	return b.fail(at, "expressions imbriquées sur plus de "+n+" niveaux", "expressions nested more than "+n+" deep")
}

func (b *builder) leave() { b.depth-- }

// made counts a node, and gives its error the position at.
func (b *builder) made(at int, e geo.Expr, err error) (geo.Expr, error) {
	if err != nil {
		return nil, b.at(at, err)
	}
	if b.nodes++; b.nodes > b.o.Limits.Nodes {
		n := strconv.Itoa(b.o.Limits.Nodes)
		return nil, b.fail(at, "filtre trop grand : "+n+" opérateurs, propriétés et constantes au plus", "filter too large: "+n+" operators, properties and constants at most")
	}
	return e, nil
}

// room checks that one more member may follow the n of a list.
func (b *builder) room(at, n, limit int) error {
	if n < limit {
		return nil
	}
	most := strconv.Itoa(limit)
	return b.fail(at, "liste trop longue : "+most+" membres au plus", "list too long: "+most+" members at most")
}

// finish checks what the whole filter is.
func (b *builder) finish(e geo.Expr) (geo.Expr, error) {
	if e.Type() != geo.TypeBool {
		return nil, b.fail(0, "le filtre doit être une condition, vraie ou fausse", "the filter must be a condition, true or false")
	}
	if treeDepth(e) > b.o.Limits.Depth {
		return nil, b.tooDeep(0)
	}
	return e, nil
}

// treeDepth is the depth of the tree: a long sum is deep in the tree, and in
// JSON, though not in the text.
func treeDepth(e geo.Expr) int {
	deepest := 0
	for _, c := range children(e) {
		deepest = max(deepest, treeDepth(c))
	}
	return deepest + 1
}

// children returns the operands of a node, in the order of the text.
func children(e geo.Expr) []geo.Expr {
	switch e := e.(type) {
	case geo.And:
		return e
	case geo.Or:
		return e
	case geo.ArrayLiteral:
		return e
	case geo.Not:
		return []geo.Expr{e.Operand}
	case geo.Compare:
		return []geo.Expr{e.Left, e.Right}
	case geo.Like:
		return []geo.Expr{e.Operand, e.Pattern}
	case geo.Between:
		return []geo.Expr{e.Operand, e.Low, e.High}
	case geo.In:
		return append([]geo.Expr{e.Operand}, e.List...)
	case geo.IsNull:
		return []geo.Expr{e.Operand}
	case geo.Fold:
		return []geo.Expr{e.Operand}
	case geo.Arithmetic:
		return []geo.Expr{e.Left, e.Right}
	case geo.Spatial:
		return []geo.Expr{e.Left, e.Right}
	case geo.Temporal:
		return []geo.Expr{e.Left, e.Right}
	case geo.ArrayTest:
		return []geo.Expr{e.Left, e.Right}
	case geo.Call:
		return e.Args
	case geo.Interval:
		var ends []geo.Expr
		for _, end := range []geo.Expr{e.Start, e.End} {
			if end != nil {
				ends = append(ends, end)
			}
		}
		return ends
	}
	return nil
}

// property looks a name up: a property, or the geometry by the name of its
// column or as "geometry".
func (b *builder) property(at int, name string) (geo.Expr, error) {
	if p := b.layer.Property(name); p != nil {
		return b.made(at, geo.PropertyRef{Property: p}, nil)
	}
	if b.layer.HasGeometry() && (name == b.layer.GeomColumn || name == "geometry") {
		return b.made(at, geo.GeometryRef{Layer: b.layer}, nil)
	}
	var names []string
	if b.layer.HasGeometry() {
		names = append(names, b.layer.GeomColumn)
	}
	for i := range b.layer.Properties {
		names = append(names, b.layer.Properties[i].Name)
	}
	return nil, b.unknown(at, geo.Text{FR: "propriété inconnue", EN: "unknown property"}, name, names)
}

// unknown is the error for a name that is not in a list, with the nearest one.
func (b *builder) unknown(at int, what geo.Text, name string, known []string) error {
	hint := geo.Text{}
	if near := geo.Nearest(name, known); near != "" {
		hint = geo.Text{FR: "peut-être " + quoteFR(near), EN: "perhaps " + quoteEN(near)}
	} else if len(known) > 0 {
		list := strings.Join(known[:min(len(known), 20)], ", ")
		hint = geo.Text{FR: "noms connus : " + list, EN: "known names: " + list}
	}
	return b.at(at, geo.Invalid("", geo.Text{FR: what.FR + " : " + quoteFR(name), EN: what.EN + ": " + quoteEN(name)}, hint))
}

// textLiteral makes a text constant.
func (b *builder) textLiteral(at int, s string) (geo.Expr, error) {
	if strings.IndexByte(s, 0) >= 0 {
		return nil, b.fail(at, "un texte ne peut pas contenir le caractère nul", "a text cannot contain the null character")
	}
	return b.made(at, geo.Literal{Value: geo.String(s)}, nil)
}

func (b *builder) boolean(at int, v bool) (geo.Expr, error) {
	return b.made(at, geo.Literal{Value: geo.Bool(v)}, nil)
}

// maxWhole bounds the whole numbers that a float holds exactly.
const maxWhole = 1 << 53

// number reads a number. One tree for one number, however it is written: a
// whole number is KindInt where it is exact.
func (b *builder) number(at int, s string) (geo.Value, error) {
	if n, err := strconv.ParseInt(s, 10, 64); err == nil {
		return geo.Int(n), nil
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return geo.Value{}, b.fail(at, "nombre trop grand : "+clip(s), "number too large: "+clip(s))
	}
	if f > -maxWhole && f < maxWhole && f == float64(int64(f)) {
		return geo.Int(int64(f)), nil
	}
	return geo.Float(f), nil
}

// instant reads a date (kind KindDate), an instant (KindTimestampTZ) or either,
// as its form says (KindNull).
func (b *builder) instant(at int, kind geo.Kind, s string) (geo.Expr, error) {
	if kind == geo.KindNull {
		kind = geo.KindDate
		if len(s) > 10 {
			kind = geo.KindTimestampTZ
		}
	}
	v, err := geo.ParseValue(kind, s)
	// CQL2 has years of four digits, and no instant without its time.
	if err != nil || len(s) < 10 || s[4] != '-' || kind == geo.KindTimestampTZ && len(s) == 10 {
		if kind == geo.KindDate {
			return nil, b.fail(at, "attendu : une date comme '2024-01-31' ; trouvé : "+quoteFR(s), "a date such as '2024-01-31' expected, not "+quoteEN(s))
		}
		return nil, b.fail(at, "attendu : un instant comme '2024-01-31T12:00:00Z' ; trouvé : "+quoteFR(s), "an instant such as '2024-01-31T12:00:00Z' expected, not "+quoteEN(s))
	}
	return b.made(at, geo.Literal{Value: v}, nil)
}

// intervalEnd reads a quoted end of an interval; nil when open.
func (b *builder) intervalEnd(at int, s string) (geo.Expr, error) {
	if s == ".." {
		return nil, nil
	}
	return b.instant(at, geo.KindNull, s)
}

// interval makes an interval of its two ends.
func (b *builder) interval(at int, start, end geo.Expr) (geo.Expr, error) {
	i, err := geo.NewInterval(start, end)
	return b.made(at, i, err)
}
