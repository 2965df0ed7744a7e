package cql2

import (
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/arpent-geo/arpent/geo"
	"github.com/arpent-geo/arpent/geo/crs"
	"github.com/arpent-geo/arpent/geo/wkb"
)

// trees draws trees through the builder, as the readers make them.
type trees struct {
	*rapid.T
	b *builder
}

func (g trees) must(e geo.Expr, err error) geo.Expr {
	if err != nil {
		g.Fatalf("%v", err)
	}
	return e
}

// pick draws one of several makers of expressions.
func (g trees) pick(makers ...func() geo.Expr) geo.Expr {
	return makers[rapid.IntRange(0, len(makers)-1).Draw(g.T, "maker")]()
}

func draw[T any](g trees, list []T) T { return rapid.SampledFrom(list).Draw(g.T, "choice") }

func (g trees) property(names ...string) func() geo.Expr {
	return func() geo.Expr { return g.must(g.b.property(0, draw(g, names))) }
}

// some draws n expressions, from least to 4.
func (g trees) some(least int, make func() geo.Expr) (list []geo.Expr) {
	for range rapid.IntRange(least, 4).Draw(g.T, "n") {
		list = append(list, make())
	}
	return list
}

func (g trees) boolean(depth int) geo.Expr {
	if depth == 0 {
		return g.pick(g.property("actif", "and"), func() geo.Expr { return g.must(g.b.boolean(0, rapid.Bool().Draw(g.T, "bool"))) })
	}
	d := depth - 1
	sub := func() geo.Expr { return g.boolean(d) }
	return g.pick(
		func() geo.Expr { return g.boolean(0) },
		func() geo.Expr {
			return g.must(g.b.logical(0, rapid.Bool().Draw(g.T, "or"), append(g.some(1, sub), sub())))
		},
		func() geo.Expr { return g.must(g.b.not(0, sub())) },
		func() geo.Expr {
			f := g.comparable()
			return g.must(g.b.compare(0, draw(g, comparisons), f(d), f(d)))
		},
		func() geo.Expr {
			f := g.comparable()
			return g.must(g.b.in(0, f(d), g.some(1, func() geo.Expr { return f(d) })))
		},
		func() geo.Expr { return g.must(g.b.between(0, g.number(d), g.number(d), g.number(d))) },
		func() geo.Expr { return g.must(g.b.like(0, g.text(d), g.pattern(d))) },
		func() geo.Expr {
			return g.must(g.b.isNull(0, g.pick(sub, func() geo.Expr { return g.number(d) }, func() geo.Expr { return g.geometry(d) }, g.property("octets", "fiche", "genres"))))
		},
		func() geo.Expr {
			return g.must(g.b.call(0, string(draw(g, spatials)), []geo.Expr{g.geometry(d), g.geometry(d)}))
		},
		func() geo.Expr {
			return g.must(g.b.call(0, string(draw(g, temporals)), []geo.Expr{g.interval(), g.interval()}))
		},
		func() geo.Expr {
			return g.must(g.b.call(0, string(draw(g, temporals[:5])), []geo.Expr{g.instant(0), g.interval()}))
		},
		func() geo.Expr {
			return g.must(g.b.call(0, string(draw(g, arrays)), []geo.Expr{g.array(d), g.array(d)}))
		},
		func() geo.Expr {
			return g.must(g.b.call(0, "S_DWITHIN", []geo.Expr{g.geometry(d), g.geometry(d), g.number(d)}))
		},
	)
}

// comparable draws a type whose values compare.
func (g trees) comparable() func(int) geo.Expr {
	return draw(g, []func(int) geo.Expr{g.boolean, g.number, g.text, g.instant})
}

func (g trees) number(depth int) geo.Expr {
	constant := func() geo.Expr {
		v := geo.Int(rapid.Int64().Draw(g.T, "int"))
		if rapid.Bool().Draw(g.T, "float") {
			f := rapid.Float64().Draw(g.T, "f")
			if f = float64(f); f == math.Trunc(f) && math.Abs(f) < maxWhole {
				v = geo.Int(int64(f))
			} else {
				v = geo.Float(f)
			}
		}
		return g.must(g.b.made(0, geo.Literal{Value: v}, nil))
	}
	column := g.property("population", "taux", "surface", "prix", "point", "eo:nuages")
	if depth == 0 {
		return g.pick(constant, column)
	}
	d := depth - 1
	return g.pick(constant, column,
		func() geo.Expr { return g.must(g.b.arithmetic(0, draw(g, arithmeticOp), g.number(d), g.number(d))) },
		func() geo.Expr { return g.must(g.b.call(0, "AREA", []geo.Expr{g.geometry(d)})) },
		func() geo.Expr { return g.must(g.b.call(0, "YEAR", []geo.Expr{g.instant(d)})) },
	)
}

func (g trees) fold(depth int, make func(int) geo.Expr) geo.Expr {
	return g.must(g.b.call(0, string(draw(g, folds)), []geo.Expr{make(depth)}))
}

// string draws a text that CQL2-Text can write.
func (g trees) string() string {
	s := rapid.String().Filter(func(s string) bool {
		return !strings.ContainsRune(s, 0) && !strings.Contains(s, `\'`) && !strings.HasSuffix(s, `\`)
	}).Draw(g.T, "text")
	return s
}

func (g trees) text(depth int) geo.Expr {
	constant := func() geo.Expr { return g.must(g.b.textLiteral(0, g.string())) }
	column := g.property("nom", "cle", `le mot "clé"`)
	if depth == 0 {
		return g.pick(constant, column)
	}
	return g.pick(constant, column,
		func() geo.Expr { return g.fold(depth-1, g.text) },
		func() geo.Expr { return g.must(g.b.call(0, "UPPER", []geo.Expr{g.text(depth - 1)})) })
}

func (g trees) pattern(depth int) geo.Expr {
	if depth > 0 && rapid.Bool().Draw(g.T, "fold") {
		return g.fold(depth-1, g.pattern)
	}
	return g.must(g.b.textLiteral(0, strings.ReplaceAll(g.string(), "%", "_")+"%"))
}

func (g trees) instant(int) geo.Expr {
	v := geo.Date(rapid.Int64Range(-719528, 2932896).Draw(g.T, "day"))
	if rapid.Bool().Draw(g.T, "instant") {
		v = geo.Instant(rapid.Int64Range(-62167219200e6, 253402300799999999).Draw(g.T, "us"))
	}
	return g.pick(g.property("debut", "vu", "modifie", "date"),
		func() geo.Expr { return g.must(g.b.made(0, geo.Literal{Value: v}, nil)) })
}

func (g trees) interval() geo.Expr {
	var ends [2]geo.Expr
	for i := range ends {
		if rapid.Bool().Draw(g.T, "closed") {
			ends[i] = g.instant(0)
		}
	}
	if i, err := g.b.interval(0, ends[0], ends[1]); err == nil {
		return i
	}
	return g.must(g.b.interval(0, ends[1], ends[0]))
}

func (g trees) array(depth int) geo.Expr {
	return g.pick(g.property("genres"), func() geo.Expr {
		member := func() geo.Expr { return g.comparable()(depth) }
		if list, err := g.b.array(0, g.some(0, member)); err == nil {
			return list
		}
		return g.must(g.b.array(0, g.some(0, func() geo.Expr { return g.text(depth) }))) // a column of dates was drawn
	})
}

func (g trees) geometry(depth int) geo.Expr {
	coordinate := rapid.Float64Range(-1e9, 1e9)
	position := func() []float64 {
		// As the readers, which know no negative zero.
		return []float64{coordinate.Draw(g.T, "x") + 0, coordinate.Draw(g.T, "y") + 0}
	}
	literal := func() geo.Expr {
		p := wkb.Geometry{Type: geo.Point, Coords: position()}
		line := wkb.Geometry{Type: geo.LineString, Coords: append(position(), position()...)}
		ring := append(append(position(), position()...), position()...)
		ring = append(ring, ring[:2]...)
		polygon := wkb.Geometry{Type: geo.Polygon, Coords: ring, Ends: []int{4}}
		list := []wkb.Geometry{
			p, line, polygon,
			{Type: geo.MultiPoint, Coords: line.Coords},
			{Type: geo.MultiLineString, Coords: append(ring[:8:8], line.Coords...), Ends: []int{4, 6}},
			{Type: geo.MultiPolygon, Coords: append(append(ring[:8:8], ring...), ring...), Ends: []int{4, 8, 12}, PolyEnds: []int{2, 3}},
			{Type: geo.Point, Layout: wkb.XYZ, Coords: append(position(), 3)},
			{Type: geo.GeometryCollection, Parts: []wkb.Geometry{p, line, polygon}},
		}
		one := draw(g, list)
		return g.must(g.b.geometry(0, &one))
	}
	box := func() geo.Expr {
		a, b := position(), position()
		return g.must(g.b.box(0, []float64{min(a[0], b[0]), min(a[1], b[1]), max(a[0], b[0]), max(a[1], b[1])}))
	}
	makers := []func() geo.Expr{g.property("geom", "geometry"), literal, box}
	if depth > 0 {
		makers = append(makers, func() geo.Expr { return g.must(g.b.call(0, "CENTROID", []geo.Expr{g.geometry(depth - 1)})) })
	}
	return g.pick(makers...)
}

// A tree written and read again is the same tree, in both encodings and in
// both axis orders.
func TestRoundTrip(t *testing.T) {
	l := testLayer()
	unlimited := Limits{Nodes: 1 << 30, Depth: 100}
	latLon := crs.Ref{CRS: geo.WGS84}
	trees2000(t, func(t *rapid.T) {
		o := Options{Limits: unlimited}
		if rapid.Bool().Draw(t, "latlon") {
			o.CRS = latLon
		}
		b, err := newBuilder("", l, o)
		if err != nil {
			t.Fatalf("%v", err)
		}
		roundTrip(t, trees{t, b}.boolean(rapid.IntRange(0, 4).Draw(t, "depth")), l, o)
	})
}

// trees2000 checks a property on 2,000 trees: rapid draws 100 a check.
func trees2000(t *testing.T, prop func(*rapid.T)) {
	for range 20 {
		rapid.Check(t, prop)
		if t.Failed() {
			return
		}
	}
}

// What is not a filter is refused, and what is one survives the round trip.
func FuzzParseText(f *testing.F) {
	for _, s := range []string{
		"nom = 'a' AND NOT population > 3", "S_INTERSECTS(geom, POLYGON((0 0,1 0,1 1,0 0)))", "a_equals(genres,('a',1))",
		"t_during(interval('..',debut),interval('2024-01-01','..'))", "casei(nom) like casei('a%') or taux in (0.1,2^3,-surface)",
		`"le mot ""clé""" IS NOT NULL`, "S_DWITHIN(geom,geometrycollection(point(1 2),linestring(1 2,3 4)),10)", "modifie>timestamp('2024-01-01T00:00:00Z')",
	} {
		f.Add(s)
	}
	l := testLayer()
	f.Fuzz(func(t *testing.T, s string) {
		e, err := ParseText(s, l, Options{})
		if err != nil {
			return
		}
		if _, err := AppendText(nil, e, Options{}); err == nil {
			roundTrip(t, e, l, Options{})
		}
	})
}

func FuzzParseJSON(f *testing.F) {
	l := testLayer()
	for _, s := range []string{
		"nom = 'a' AND NOT population > 3", "S_INTERSECTS(geom, MULTIPOLYGON(((0 0,1 0,1 1,0 0))))", "a_equals(genres,('a',1))",
		"t_during(interval('..',debut),interval('2024-01-01','..'))", "nom in ('a') or taux between 1 and 2", "s_within(geom,bbox(1,2,3,4))",
	} {
		doc, err := AppendJSON(nil, mustText(f, s, l, Options{}), Options{})
		if err != nil {
			f.Fatal(err)
		}
		f.Add(doc)
	}
	f.Fuzz(func(t *testing.T, doc []byte) {
		e, err := ParseJSON(doc, l, Options{})
		if err != nil {
			return
		}
		if _, err := AppendText(nil, e, Options{}); err == nil {
			roundTrip(t, e, l, Options{})
		}
	})
}
