package postgis

import (
	"math"

	"github.com/arpent-geo/arpent/geo"
	"github.com/arpent-geo/arpent/geo/cql2/sem"
	"github.com/arpent-geo/arpent/geo/crs"
)

// filterBox returns a box that every row meets for which a condition is true,
// so that it is searched as the box of a request is; nil: none is known.
func (t *table) filterBox(e geo.Expr) *geo.BBox {
	switch e := e.(type) {
	case geo.And:
		for _, m := range e {
			if b := t.filterBox(m); b != nil {
				return b
			}
		}
	case geo.Spatial:
		if e.Op != geo.SDisjoint {
			return t.boxOf(beside(e.Left, e.Right), 0)
		}
	case geo.Call:
		if d, ok := reach(e); ok {
			return t.boxOf(beside(e.Args[0], e.Args[1]), d)
		}
	}
	return nil
}

// beside returns the operand that is not the geometry of the row, or nil.
func beside(a, b geo.Expr) geo.Expr {
	if _, ok := a.(geo.GeometryRef); ok {
		return b
	}
	if _, ok := b.(geo.GeometryRef); ok {
		return a
	}
	return nil
}

// reach returns the constant distance of S_DWITHIN.
func reach(e geo.Call) (float64, bool) {
	if e.Func.Name != "S_DWITHIN" {
		return 0, false
	}
	d, ok := constantNumber(e.Args[2])
	if !ok || d == nil || *d < 0 {
		return 0, false
	}
	return *d, true
}

// boxOf returns the box of all that lies within so many metres of a constant.
func (t *table) boxOf(e geo.Expr, metres float64) *geo.BBox {
	if box, ok := e.(geo.BoxLiteral); ok && metres == 0 {
		return &box.Box
	}
	switch e.(type) {
	case geo.GeometryLiteral, geo.BoxLiteral:
	default:
		return nil
	}
	plane, _ := t.plane()
	g, err := sem.Shape(e, plane)
	if err != nil {
		return nil // the condition says so in its turn
	}
	b := geo.BBox{CRS: plane}
	var some bool
	if b.MinX, b.MinY, b.MaxX, b.MaxY, some = g.Bounds(); !some {
		return nil
	}
	system, err := crs.Lookup(plane)
	if err != nil {
		return nil
	}
	dx, dy := metres, metres
	if system.Geographic {
		// A degree has 111 km at least, less what the projections stretch.
		dy = metres / 80e3
		lat := math.Max(math.Abs(b.MinY), math.Abs(b.MaxY)) + dy
		if metres > 0 && lat > 70 {
			return nil
		}
		dx = dy / math.Cos(lat*math.Pi/180)
	} else if _, legal := sem.LegalOf(plane); metres > 0 && !legal {
		return nil
	}
	b.MinX, b.MinY, b.MaxX, b.MaxY = b.MinX-dx, b.MinY-dy, b.MaxX+dx, b.MaxY+dy
	if system.Geographic && (b.MinX < -180 || b.MaxX > 180 || b.MinY < -90 || b.MaxY > 90) || !finiteBox(b) {
		return nil // a search would bring it back onto the globe
	}
	return &b
}

func finiteBox(b geo.BBox) bool {
	for _, v := range []float64{b.MinX, b.MinY, b.MaxX, b.MaxY} {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return false
		}
	}
	return true
}
