package postgis

import (
	"math"

	"github.com/arpent-geo/arpent/geo"
	"github.com/arpent-geo/arpent/geo/cql2/sem"
	"github.com/arpent-geo/arpent/geo/wkb"
)

// spatial writes a spatial predicate. The test of envelopes beside a constant is
// what the spatial index serves.
func (p *printer) spatial(e geo.Spatial) string {
	name := map[geo.SpatialOp]string{
		geo.SIntersects: "ST_Intersects", geo.SEquals: "ST_Equals", geo.SDisjoint: "ST_Disjoint", geo.STouches: "ST_Touches",
		geo.SWithin: "ST_Within", geo.SOverlaps: "ST_Overlaps", geo.SCrosses: "ST_Crosses", geo.SContains: "ST_Contains",
	}[e.Op]
	if name == "" {
		return p.unknown(e)
	}
	left, right := p.geometry(e.Left), p.geometry(e.Right)
	test := name + "(" + p.valid(e.Left, left) + ", " + p.valid(e.Right, right) + ")"
	if e.Op == geo.SDisjoint || !constantShape(e.Left) && !constantShape(e.Right) {
		return test
	}
	return "(" + left + " && " + right + " AND " + test + ")"
}

// valid repairs an area that is not valid: PostGIS would fail on it, and with
// it the whole answer.
func (p *printer) valid(e geo.Expr, g string) string {
	kind := geo.Point // of a centroid; boxes are valid
	switch e := e.(type) {
	case geo.GeometryRef:
		kind = p.t.layer.Geometry
	case geo.GeometryLiteral:
		kind = e.Kind
	}
	if d := kind.Dimension(); d == 0 || d == 1 {
		return g
	}
	return p.once(func(x []string) string {
		return "(CASE WHEN ST_IsValid(" + x[0] + ") THEN " + x[0] + " ELSE ST_MakeValid(" + x[0] + ") END)"
	}, g)
}

// plane is the system in which a filter sees the geometries of the layer.
func (t *table) plane() (geo.CRS, int) {
	if t.transform {
		return geo.WGS84, 4326
	}
	return t.layer.StorageCRS, t.srid
}

// geometry writes a geometry in the plane of the layer.
func (p *printer) geometry(e geo.Expr) string {
	switch e := e.(type) {
	case geo.GeometryRef:
		return p.ownGeometry()
	case geo.GeometryLiteral, geo.BoxLiteral:
		plane, srid := p.t.plane()
		g, err := sem.Shape(e, plane)
		if err != nil {
			return p.fail(err)
		}
		if !inPlane(g) {
			return p.fail(outsidePlane())
		}
		g.SRID = srid
		return "ST_GeomFromEWKB(" + p.param(wkb.AppendEWKB(nil, g)) + ")"
	case geo.Call:
		if e.Func.Name == "CENTROID" {
			return p.once(func(x []string) string {
				return "(CASE WHEN NOT ST_IsEmpty(" + x[0] + ") THEN ST_Centroid(" + x[0] + ") END)"
			}, p.geometry(e.Args[0]))
		}
	}
	return p.unknown(e)
}

func (p *printer) ownGeometry() string {
	if !p.t.layer.HasGeometry() {
		return p.fail(geo.Invalid("filter", geo.Text{FR: "cette couche n'a pas de géométrie", EN: "this layer has no geometry"}, geo.Text{}))
	}
	g := p.t.geomSQL()
	switch {
	case p.t.transform:
		g = "ST_Transform(" + g + ", 4326)"
	case p.t.geography:
		g += "::geometry"
	}
	if p.t.curves {
		g = "ST_CurveToLine(" + g + ")"
	}
	return g
}

// inPlane reports whether no coordinate fell out of a projection.
func inPlane(g *wkb.Geometry) bool {
	for _, c := range g.Coords {
		if math.IsNaN(c) || math.IsInf(c, 0) {
			return false
		}
	}
	for i := range g.Parts {
		if !inPlane(&g.Parts[i]) {
			return false
		}
	}
	return true
}

func outsidePlane() error {
	return geo.Invalid("filter", geo.Text{FR: "une géométrie du filtre sort du domaine du système de coordonnées de la couche", EN: "a geometry of the filter lies outside of where the coordinate system of the layer may be used"},
		geo.Text{})
}
