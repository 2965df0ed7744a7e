package gpkg

import (
	"github.com/arpent-geo/arpent/geo"
	"github.com/arpent-geo/arpent/geo/cql2/sem"
	"github.com/arpent-geo/arpent/geo/crs"
	"github.com/arpent-geo/arpent/geo/wkb"
)

// spatial writes a predicate: the function finds the test, with its constants
// already decoded, by its place in the list.
func (p *printer) spatial(b *builder, e geo.Spatial) error {
	test := &spatialTest{op: e.Op}
	var err error
	if test.left, err = p.constant(e.Left); err != nil {
		return err
	}
	if test.right, err = p.constant(e.Right); err != nil {
		return err
	}
	b.add("arpent_spatial(?, ?", handleArg{}, len(p.tests))
	p.tests = append(p.tests, test)
	for _, side := range []struct {
		known *shape
		expr  geo.Expr
	}{{test.left, e.Left}, {test.right, e.Right}} {
		b.add(", ")
		if side.known != nil {
			b.add("0")
			continue
		}
		if err := p.geometry(b, side.expr); err != nil {
			return err
		}
	}
	b.add(")")
	return nil
}

// constant returns the shape of a literal, or nil for what changes by row.
func (p *printer) constant(e geo.Expr) (*shape, error) {
	switch e.(type) {
	case geo.GeometryLiteral, geo.BoxLiteral:
		g, err := sem.Shape(e, p.l.CRS)
		if err != nil {
			return nil, err
		}
		return newConstant(g), nil
	}
	return nil, nil
}

// geometry writes an expression that gives a GeoPackage blob, or NULL.
func (p *printer) geometry(b *builder, e geo.Expr) error {
	switch e := e.(type) {
	case geo.GeometryRef:
		b.add("t." + ident(p.l.GeomColumn))
		return nil
	case geo.Call: // CENTROID alone gives a geometry
		b.add("arpent_centroid(")
		err := p.geometry(b, e.Args[0])
		b.add(")")
		return err
	}
	g, err := sem.Shape(e, p.l.CRS)
	if err != nil {
		return err
	}
	b.add("?", wkb.AppendGPKG(nil, g, 0))
	return nil
}

// near writes S_DWITHIN. It measures in the legal projection of the place of
// the constant geometry if there is one, of the first argument otherwise.
func (p *printer) near(b *builder, e geo.Call) error {
	place := 0
	for i := range 2 {
		g, err := p.constant(e.Args[i])
		if err != nil {
			return err
		}
		if g != nil {
			place = i
			break
		}
	}
	b.add("arpent_near(?, ?, ", handleArg{}, place)
	for i := range 2 {
		if err := p.geometry(b, e.Args[i]); err != nil {
			return err
		}
		b.add(", ")
	}
	err := p.as(b, e.Args[2], formFloat)
	b.add(")")
	return err
}

// narrow notes the box outside of which a condition at the top cannot be true.
func (p *printer) narrow(e geo.Expr) error {
	var box geo.BBox
	var ok bool
	var err error
	switch e := e.(type) {
	case geo.Spatial:
		if e.Op != geo.SDisjoint {
			box, ok, err = p.boxOf(e.Left, e.Right)
		}
	case geo.Call:
		if e.Func.Name == "S_DWITHIN" {
			box, ok, err = p.boxOf(e.Args[0], e.Args[1])
			if metres, literal := e.Args[2].(geo.Literal); ok && literal {
				box, ok = p.widened(box, sem.Float(metres.Value))
			} else {
				ok = false
			}
		}
	}
	if ok {
		p.boxes = append(p.boxes, box)
	}
	return err
}

// boxOf returns the envelope of the constant that the geometry of the row is
// compared with.
func (p *printer) boxOf(a, b geo.Expr) (box geo.BBox, ok bool, err error) {
	if _, row := b.(geo.GeometryRef); row {
		a, b = b, a
	}
	if _, row := a.(geo.GeometryRef); !row {
		return box, false, nil
	}
	g, err := p.constant(b)
	if err != nil || g == nil || !g.bounded {
		return box, false, err
	}
	e := g.env
	return geo.BBox{CRS: p.l.CRS, MinX: e[0], MinY: e[1], MaxX: e[2], MaxY: e[3]}, true, nil
}

// bend is how far an edge that is straight in the legal projection may stray
// from the same edge in the layer's system: 5 km for one of 480 km.
const bend = 5000

// widened grows a box by a distance in the legal projection, and by bend.
func (p *printer) widened(box geo.BBox, metres float64) (geo.BBox, bool) {
	legal, ok := legalOf(p.l.CRS, box)
	if !ok || !(metres >= 0) {
		return box, false
	}
	plane, err := crs.TransformBBox(box, legal)
	if err != nil || plane.IsEmpty() {
		return box, false
	}
	by := metres*1.01 + bend
	plane.MinX, plane.MinY, plane.MaxX, plane.MaxY = plane.MinX-by, plane.MinY-by, plane.MaxX+by, plane.MaxY+by
	out, err := crs.TransformBBox(plane, p.l.CRS)
	if err != nil || out.IsEmpty() || out.CrossesAntimeridian() {
		return box, false
	}
	return out, true
}
