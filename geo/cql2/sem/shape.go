package sem

import (
	"fmt"

	"github.com/arpent-geo/arpent/geo"
	"github.com/arpent-geo/arpent/geo/crs"
	"github.com/arpent-geo/arpent/geo/wkb"
)

// Shape returns a GeometryLiteral or a BoxLiteral in the system of a layer, for
// a store to compare with its rows. The vertices of a geometry are transformed,
// and its edges are straight in the layer's system; a box stays as it is drawn
// in its own system, its edges cut into pieces, and is a MultiPolygon of as
// many parts as the antimeridian makes of it (no part: it lies outside of
// where the layer's system may be used). Errors: geo.ErrUnsupportedCRS;
// geo.ErrInvalidInput for another expression.
func Shape(e geo.Expr, to geo.CRS) (*wkb.Geometry, error) {
	switch e := e.(type) {
	case geo.GeometryLiteral:
		g := new(wkb.Geometry)
		if err := wkb.Decode(e.WKB, g); err != nil {
			return nil, fmt.Errorf("read geometry of filter: %w", err)
		}
		if e.CRS == to {
			return g, nil
		}
		t, err := crs.NewTransform(e.CRS, to)
		if err != nil {
			return nil, err
		}
		g.Transform(t)
		return g, nil
	case geo.BoxLiteral:
		regions, err := crs.Search(e.Box, to)
		if err != nil {
			return nil, err
		}
		return boxShape(regions), nil
	}
	return nil, fmt.Errorf("%T is not a constant geometry: %w", e, geo.ErrInvalidInput)
}

// boxShape returns the outlines of the regions of one box. A box without width
// or height is the line or the point that it is.
func boxShape(regions []crs.Region) *wkb.Geometry {
	g := &wkb.Geometry{Type: geo.MultiPolygon}
	for _, r := range regions {
		e := r.Envelope
		switch flat, thin := e.MinY == e.MaxY, e.MinX == e.MaxX; {
		case flat && thin && len(regions) == 1:
			return &wkb.Geometry{Type: geo.Point, Coords: []float64{e.MinX, e.MinY}}
		case flat || thin:
			g.Type = geo.MultiLineString
			g.Coords = append(g.Coords, e.MinX, e.MinY, e.MaxX, e.MaxY)
			g.Ends = append(g.Ends, len(g.Coords)/2)
		default:
			g.Coords = append(g.Coords, r.Ring...)
			g.Ends = append(g.Ends, len(g.Coords)/2)
			g.PolyEnds = append(g.PolyEnds, len(g.Ends))
		}
	}
	return g
}
