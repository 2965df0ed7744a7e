package gpkg

import (
	"slices"

	"github.com/peterstace/simplefeatures/geom"

	"github.com/arpent-geo/arpent/geo"
	"github.com/arpent-geo/arpent/geo/cql2/sem"
	"github.com/arpent-geo/arpent/geo/crs"
	"github.com/arpent-geo/arpent/geo/wkb"
)

// legalOf returns the legal projection of what has this envelope, in a layer
// of this system; false where there is none.
func legalOf(system geo.CRS, env geo.BBox) (geo.CRS, bool) {
	if legal, ok := sem.LegalOf(system); ok {
		return legal, true
	}
	s, err := crs.Lookup(system)
	if err != nil {
		return geo.CRS{}, false
	}
	return sem.Legal(s.Inverse((env.MinX+env.MaxX)/2, (env.MinY+env.MaxY)/2))
}

// measures brings geometries into the legal projections, for one statement.
type measures struct {
	system     geo.CRS // of the layer
	transforms map[geo.CRS]*crs.Transform
}

// placed decodes a blob, and finds its legal projection; false for what is
// null, empty, unreadable, or lies where there is none.
func (m *measures) placed(v any) (g *wkb.Geometry, legal geo.CRS, ok bool) {
	g = m.decode(v)
	if g == nil {
		return nil, legal, false
	}
	var e geo.BBox
	e.MinX, e.MinY, e.MaxX, e.MaxY, _ = g.Bounds()
	legal, ok = legalOf(m.system, e)
	return g, legal, ok
}

// decode returns nil for what is null, empty or unreadable.
func (m *measures) decode(v any) *wkb.Geometry {
	blob, _ := v.([]byte)
	g := new(wkb.Geometry)
	if _, err := wkb.DecodeGPKG(blob, g); err != nil || g.IsEmpty() {
		return nil
	}
	return g
}

// project brings a geometry of the layer into a legal projection; false when
// it lies outside of where that one can be used.
func (m *measures) project(g *wkb.Geometry, legal geo.CRS) bool {
	t, known := m.transforms[legal]
	if !known {
		t, _ = crs.NewTransform(m.system, legal)
		if m.transforms == nil {
			m.transforms = map[geo.CRS]*crs.Transform{}
		}
		m.transforms[legal] = t
	}
	s, err := crs.Lookup(legal)
	own, err2 := crs.Lookup(m.system)
	if err != nil || err2 != nil {
		return false
	}
	minx, miny, maxx, maxy, _ := g.Bounds()
	for _, c := range [][2]float64{{minx, miny}, {maxx, maxy}} {
		lon, lat := own.Inverse(c[0], c[1])
		if !slices.ContainsFunc(s.Domain.Split(), func(d geo.BBox) bool {
			return lon >= d.MinX && lon <= d.MaxX && lat >= d.MinY && lat <= d.MaxY
		}) {
			return false
		}
	}
	if t != nil {
		g.Transform(t)
	}
	return true
}

// measure is AREA or LENGTH.
func (m *measures) measure(name string, v any) (f float64, ok bool) {
	g, legal, ok := m.placed(v)
	if !ok || !m.project(g, legal) {
		return 0, false
	}
	area, length := areaLength(g)
	if name == "AREA" {
		return area, true
	}
	return length, true
}

// near is S_DWITHIN in the legal projection of the place of one of two: what
// lies outside of where that one can be used is not near.
func (m *measures) near(place int64, a, b any, metres float64) (near, null bool) {
	ga, gb := m.decode(a), m.decode(b)
	if ga == nil || gb == nil {
		return false, true
	}
	_, legal, ok := m.placed([2]any{a, b}[place&1])
	if !ok {
		return false, true
	}
	if !m.project(ga, legal) || !m.project(gb, legal) {
		return false, false
	}
	sa, sb := newShape(ga), newShape(gb)
	if !sa.valid || !sb.valid {
		return false, true
	}
	if apart(sa.env, sb.env) > metres {
		return false, false
	}
	d, ok := geom.Distance(sa.geom, sb.geom)
	return d <= metres, !ok
}

// apart is the greatest of the gaps between two boxes along x and y.
func apart(a, b [4]float64) float64 {
	return max(a[0]-b[2], b[0]-a[2], a[1]-b[3], b[1]-a[3])
}
