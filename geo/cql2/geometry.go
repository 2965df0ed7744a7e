package cql2

import (
	"strconv"

	"github.com/arpent-geo/arpent/geo"
	"github.com/arpent-geo/arpent/geo/crs"
	"github.com/arpent-geo/arpent/geo/wkb"
)

// geometry makes a constant of a geometry in the axis order of the request.
func (b *builder) geometry(at int, g *wkb.Geometry) (geo.Expr, error) {
	if b.o.CRS.Swapped() {
		swap(g)
	}
	return b.made(at, geo.GeometryLiteral{CRS: b.o.CRS.CRS, Kind: g.Type, WKB: wkb.AppendWKB(nil, g)}, nil)
}

// swap exchanges x and y.
func swap(g *wkb.Geometry) {
	stride := g.Layout.Stride()
	for i := 0; i+1 < len(g.Coords); i += stride {
		g.Coords[i], g.Coords[i+1] = g.Coords[i+1], g.Coords[i]
	}
	for i := range g.Parts {
		swap(&g.Parts[i])
	}
}

// box makes a rectangle of 4 or 6 numbers: minima then maxima, in the axis
// order of the request. Heights are left out.
func (b *builder) box(at int, n []float64) (geo.Expr, error) {
	if len(n) == 6 {
		n = []float64{n[0], n[1], n[3], n[4]}
	}
	if len(n) != 4 {
		return nil, b.fail(at, "un BBOX a 4 ou 6 nombres, et non "+strconv.Itoa(len(n)), "a BBOX has 4 or 6 numbers, not "+strconv.Itoa(len(n)))
	}
	if b.o.CRS.Swapped() {
		n = []float64{n[1], n[0], n[3], n[2]}
	}
	system, err := crs.Lookup(b.o.CRS.CRS)
	if err != nil {
		return nil, err
	}
	if n[1] > n[3] || n[0] > n[2] && !system.Geographic {
		return nil, b.fail(at, "bords du BBOX dans le mauvais ordre : les deux plus petites coordonnées d'abord", "edges of the BBOX in the wrong order: the two smaller coordinates come first")
	}
	return b.made(at, geo.BoxLiteral{Box: geo.BBox{CRS: b.o.CRS.CRS, MinX: n[0], MinY: n[1], MaxX: n[2], MaxY: n[3]}}, nil)
}

// shape gathers the vertices of one geometry, in either encoding.
type shape struct {
	*builder
	wkb.Geometry
	ordinates int // a vertex: 2 or 3, 0 before the first
}

// add takes one vertex.
func (s *shape) add(at int, n []float64) error {
	if s.ordinates == 0 && (len(n) == 2 || len(n) == 3) {
		s.ordinates = len(n)
		if len(n) == 3 {
			s.Layout = wkb.XYZ
		}
	}
	if len(n) != s.ordinates {
		return s.fail(at, "une position a 2 ou 3 nombres, autant que les autres", "a position has 2 or 3 numbers, as many as the others")
	}
	if s.vertices++; s.vertices > s.o.Limits.Vertices {
		most := strconv.Itoa(s.o.Limits.Vertices)
		return s.fail(at, "géométries trop grandes : "+most+" sommets au plus", "geometries too large: "+most+" vertices at most")
	}
	s.Coords = append(s.Coords, n...)
	return nil
}

// addPart takes a member of a collection.
func (s *shape) addPart(at int, part *wkb.Geometry) error {
	if len(s.Parts) > 0 && part.Layout != s.Layout {
		return s.fail(at, "les géométries d'une collection ont toutes une hauteur, ou aucune", "the geometries of a collection all have heights, or none")
	}
	s.Layout = part.Layout
	s.Parts = append(s.Parts, *part)
	return nil
}

// count is the number of vertices so far.
func (s *shape) count() int { return len(s.Coords) / max(s.ordinates, 2) }

// endLine ends a line or a ring that began with the vertex first.
func (s *shape) endLine(at, first int, ring bool) error {
	n := s.count() - first
	switch {
	case !ring && n < 2:
		return s.fail(at, "une ligne a au moins 2 positions", "a line has at least 2 positions")
	case ring && n < 4:
		return s.fail(at, "un anneau a au moins 4 positions", "a ring has at least 4 positions")
	}
	if ring {
		a, z := s.Coords[first*s.ordinates:], s.Coords[len(s.Coords)-s.ordinates:]
		for i := range s.ordinates {
			if a[i] != z[i] {
				return s.fail(at, "l'anneau n'est pas fermé : sa dernière position doit être la première", "the ring is not closed: its last position must be the first")
			}
		}
	}
	s.Ends = append(s.Ends, s.count())
	return nil
}

// list is what both encodings do with the members of a geometry: element reads
// one. Every list has at least one.
type list func(element func(at int) error) error

// read reads the body, at a byte, of a geometry through the two verbs of an encoding:
// members goes through a list, position reads one vertex.
func (s *shape) read(at int, members list, position func(at int) error) error {
	line := func(ring bool) func(at int) error {
		return func(at int) error {
			first := s.count()
			if err := members(position); err != nil {
				return err
			}
			return s.endLine(at, first, ring)
		}
	}
	polygon := func(int) error { return members(line(true)) }
	switch s.Type {
	case geo.MultiPoint:
		return members(position)
	case geo.LineString:
		err := line(false)(at)
		s.Ends = nil // one line needs no ends
		return err
	case geo.MultiLineString:
		return members(line(false))
	case geo.Polygon:
		return polygon(at)
	default: // geo.MultiPolygon
		return members(func(at int) error {
			err := polygon(at)
			s.PolyEnds = append(s.PolyEnds, len(s.Ends))
			return err
		})
	}
}

// geometryTypes are the types of constants.
var geometryTypes = []geo.GeometryType{
	geo.Point, geo.LineString, geo.Polygon, geo.MultiPoint, geo.MultiLineString, geo.MultiPolygon, geo.GeometryCollection,
}
