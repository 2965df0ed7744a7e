package postgis

import (
	"strconv"
	"strings"

	"github.com/arpent-geo/arpent/geo"
	"github.com/arpent-geo/arpent/geo/cql2/sem"
	"github.com/arpent-geo/arpent/geo/crs"
)

// measure writes AREA or LENGTH, in the legal projection of the place: null for
// what is empty, where there is none, or outside of where it can be used.
func (p *printer) measure(e geo.Call) string {
	size := func(x string) string {
		if e.Func.Name == "AREA" {
			return "ST_Area(" + x + ")"
		}
		return p.once(func(x []string) string { return "(ST_Length(" + x[0] + ") + ST_Perimeter(" + x[0] + "))" }, x)
	}
	g := p.geometry(e.Args[0])
	if _, ok := sem.LegalOf(p.t.layer.StorageCRS); ok {
		return p.once(func(x []string) string { return "(CASE WHEN NOT ST_IsEmpty(" + x[0] + ") THEN " + size(x[0]) + " END)" }, g)
	}
	return p.placed(g, "", func(g, srid string) string { return size("ST_Transform(" + g + ", " + srid + ")") })
}

// near writes S_DWITHIN, measured in the legal projection of the place of the
// constant geometry if there is one, of the first operand otherwise. What lies
// outside of where it can be used is not near.
func (p *printer) near(e geo.Call) string {
	place, other := e.Args[0], e.Args[1]
	if constantShape(other) && !constantShape(place) {
		place, other = other, place
	}
	a, b := p.geometry(place), p.geometry(other)
	distance := p.double(e.Args[2])
	apart := func(a, b string) string { return "ST_Distance(" + a + ", " + b + ") <= " + distance }
	if _, ok := sem.LegalOf(p.t.layer.StorageCRS); ok {
		return p.once(func(x []string) string {
			return "(CASE WHEN NOT ST_IsEmpty(" + x[0] + ") AND NOT ST_IsEmpty(" + x[1] + ") THEN " + apart(x[0], x[1]) + " END)"
		}, a, b)
	}
	project := func(g, srid string) string { return "ST_Transform(" + g + ", " + srid + ")" }
	if !constantShape(place) || p.err != nil {
		return p.placed(a, "FALSE", func(g, srid string) string { return apart(project(g, srid), project(b, srid)) })
	}
	zone, reached, err := p.t.zoneOf(place)
	if err != nil {
		return p.fail(err)
	}
	if zone == nil {
		return "(CASE WHEN FALSE THEN " + apart(a, b) + " END)" // null, with every parameter in use
	}
	return p.once(func(x []string) string {
		if !reached {
			return "(CASE WHEN NOT ST_IsEmpty(" + x[0] + ") THEN FALSE WHEN FALSE THEN " + apart(a, x[0]) + " END)"
		}
		return p.corners(x[0], func(c corner) string {
			return "(CASE WHEN ST_IsEmpty(" + x[0] + ") THEN NULL WHEN " + inDomain(c, zone) +
				" THEN " + apart(project(a, zone.CRS.Code), project(x[0], zone.CRS.Code)) + " WHEN " + x[0] + " IS NOT NULL THEN FALSE WHEN FALSE THEN " + apart(a, x[0]) + " END)"
		})
	}, b)
}

func constantShape(e geo.Expr) bool {
	switch e.(type) {
	case geo.GeometryLiteral, geo.BoxLiteral:
		return true
	}
	return false
}

// zoneOf returns the legal projection of the place of a constant, nil where
// there is none, and whether all of the constant lies where it can be used.
func (t *table) zoneOf(e geo.Expr) (zone *crs.System, reached bool, err error) {
	plane, _ := t.plane()
	g, err := sem.Shape(e, plane)
	if err != nil {
		return nil, false, err
	}
	own, err := crs.Lookup(plane)
	if err != nil {
		return nil, false, err
	}
	minX, minY, maxX, maxY, some := g.Bounds()
	legal, found := sem.Legal(own.Inverse((minX+maxX)/2, (minY+maxY)/2))
	if !some || !found {
		return nil, false, nil
	}
	if zone, err = crs.Lookup(legal); err != nil {
		return nil, false, err
	}
	d := zone.Domain
	for _, c := range [][2]float64{{minX, minY}, {maxX, maxY}} {
		lon, lat := own.Inverse(c[0], c[1])
		if !longitudeIn(d, lon) || lat < d.MinY || lat > d.MaxY {
			return zone, false, nil
		}
	}
	return zone, true, nil
}

func longitudeIn(d geo.BBox, lon float64) bool {
	if d.MinX > d.MaxX {
		return lon >= d.MinX || lon <= d.MaxX
	}
	return lon >= d.MinX && lon <= d.MaxX
}

// placed computes f on a geometry and the legal projection of its place; other
// is what stands for it outside of where that one can be used.
func (p *printer) placed(g, other string, f func(g, srid string) string) string {
	if other != "" {
		other = " ELSE " + other
	}
	return p.once(func(x []string) string {
		return p.corners(x[0], func(c corner) string {
			var out strings.Builder
			out.WriteString("(CASE")
			for _, z := range sem.LegalZones() {
				system, err := crs.Lookup(z.CRS)
				if err != nil {
					return p.fail(err)
				}
				out.WriteString(" WHEN ST_X(" + c.middle + ") BETWEEN " + degrees(z.Box.MinX) + " AND " + degrees(z.Box.MaxX) +
					" AND ST_Y(" + c.middle + ") BETWEEN " + degrees(z.Box.MinY) + " AND " + degrees(z.Box.MaxY) +
					" THEN (CASE WHEN " + inDomain(c, system) + " THEN " + f(x[0], z.CRS.Code) + other + " END)")
			}
			return out.String() + " END)"
		})
	}, g)
}

// corner names points of the envelope of a geometry, in degrees.
type corner struct{ low, high, middle string }

// corners gives f the corners of the envelope of a geometry and its middle, as
// the plane of the layer has them.
func (p *printer) corners(x string, f func(corner) string) string {
	at := func(cx, cy string) string {
		point := "ST_MakePoint(" + cx + ", " + cy + ")"
		plane, srid := p.t.plane()
		if s, err := crs.Lookup(plane); err == nil && s.Geographic {
			return point
		}
		return "ST_Transform(ST_SetSRID(" + point + ", " + strconv.Itoa(srid) + "), 4326)"
	}
	minX, minY, maxX, maxY := "ST_XMin("+x+")", "ST_YMin("+x+")", "ST_XMax("+x+")", "ST_YMax("+x+")"
	return p.once(func(c []string) string { return f(corner{c[0], c[1], c[2]}) },
		at(minX, minY), at(maxX, maxY), at("("+minX+" + "+maxX+") / 2", "("+minY+" + "+maxY+") / 2"))
}

// inDomain writes that an envelope lies where a system can be used.
func inDomain(c corner, s *crs.System) string {
	d := s.Domain
	longitude := func(p string) string {
		join := " AND "
		if d.MinX > d.MaxX {
			join = " OR "
		}
		return "(ST_X(" + p + ") >= " + degrees(d.MinX) + join + "ST_X(" + p + ") <= " + degrees(d.MaxX) + ")"
	}
	return "(" + longitude(c.low) + " AND " + longitude(c.high) + " AND ST_Y(" + c.low + ") >= " + degrees(d.MinY) + " AND ST_Y(" + c.high + ") <= " + degrees(d.MaxY) + ")"
}

// degrees writes a constant of the store itself.
func degrees(f float64) string { return strconv.FormatFloat(f, 'g', -1, 64) }
