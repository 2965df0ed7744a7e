package geojson

import (
	"bytes"

	"github.com/arpent-geo/arpent/geo"
	"github.com/arpent-geo/arpent/geo/wkb"
)

// maxGeometryDepth limits collections inside one another, as geo/wkb does.
const maxGeometryDepth = 32

// The objects of GeoJSON.
const (
	typeFeature    = "Feature"
	typeCollection = "FeatureCollection"
)

// members is the set of the members of an object that have been read.
type members uint16

const (
	hasType members = 1 << iota
	hasID
	hasGeometry
	hasProperties
	hasFeatures
	hasBBox
	hasCRS
	hasCoordinates
	hasGeometries
)

func memberOf(name []byte) members {
	switch string(name) {
	case "type":
		return hasType
	case "id":
		return hasID
	case "geometry":
		return hasGeometry
	case "properties":
		return hasProperties
	case "features":
		return hasFeatures
	case "bbox":
		return hasBBox
	case "crs":
		return hasCRS
	case "coordinates":
		return hasCoordinates
	case "geometries":
		return hasGeometries
	}
	return 0
}

// member reads the name of the next member and notes it in seen: a member that
// GeoJSON defines stands once.
func (p *parser) member(seen *members) (members, error) {
	at := p.i
	name, err := p.key()
	if err != nil {
		return 0, err
	}
	m := memberOf(name)
	if *seen&m != 0 {
		return 0, p.failAt(at, "le membre « %s » est en double", "the member %q stands twice", name)
	}
	*seen |= m
	return m, nil
}

// object reads a Feature, or a bare geometry as a feature without properties,
// into p.feature. At the top of a file it stops before the value of "features"
// of a collection and says so.
func (p *parser) object(top bool) (collection bool, err error) {
	start := p.i
	if p.b[start] != '{' {
		return false, p.want("un objet GeoJSON", "a GeoJSON object")
	}
	p.i++
	f := &p.feature
	f.ID, f.HasGeometry, f.Properties = geo.ID{}, false, f.Properties[:0]
	f.Index, f.Offset = p.index, p.base+int64(start)
	var seen members
	var kind string
	for first := true; ; first = false {
		done, err := p.more(first, '}')
		if err != nil {
			return false, err
		}
		if done {
			break
		}
		m, err := p.member(&seen)
		if err != nil {
			return false, err
		}
		if m == hasFeatures && top && (kind == "" || kind == typeCollection) {
			p.typeSeen = kind != ""
			p.noteForeign(seen &^ (hasType | hasID | hasBBox | hasCRS | hasFeatures))
			return true, nil
		}
		if m == hasType {
			kind, err = p.typeName()
		} else {
			err = p.objectMember(m, kind)
		}
		if err != nil {
			return false, err
		}
	}
	return false, p.closeObject(start, kind, seen, top)
}

// objectMember reads the value of a member of an object that is or may be a Feature.
func (p *parser) objectMember(m members, kind string) error {
	if kind != "" && kind != typeFeature && m != hasCRS && m != hasBBox {
		return p.skip(0) // not a member of a Feature; closeObject reads a bare geometry again
	}
	switch m {
	case hasID:
		return p.id()
	case hasGeometry:
		return p.geometryOrNull()
	case hasProperties:
		return p.properties()
	case hasBBox:
		return p.bbox()
	case hasCRS:
		return p.readCRS()
	}
	return p.skip(0)
}

// closeObject checks the object that began at start, now that it is read.
func (p *parser) closeObject(start int, kind string, seen members, top bool) error {
	switch {
	case seen&hasType == 0:
		return p.failAt(start, "le membre « type » manque", `the member "type" is missing`)
	case kind == typeFeature:
		p.noteForeign(seen & (hasFeatures | hasCoordinates | hasGeometries))
		if seen&hasGeometry == 0 {
			p.noted[noGeometry]++
		}
		if seen&hasProperties == 0 {
			p.noted[noProperties]++
		}
		return nil
	case !top:
		return p.failAt(start, "un objet de type %[1]s dans « features », où chaque objet est un Feature",
			`an object of type %[1]s in "features", where each object is a Feature`, kind)
	case kind == typeCollection:
		return p.failAt(start, "le membre « features » manque", `the member "features" is missing`)
	}
	p.noteForeign(seen & (hasFeatures | hasGeometry | hasProperties))
	p.feature.ID, p.feature.Properties = geo.ID{}, p.feature.Properties[:0]
	p.i, p.noted[badBBox] = start, 0 // its bbox is read again
	p.feature.HasGeometry = true
	return p.geometry(&p.feature.Geometry, 0)
}

// noteForeign counts members that change the meaning of an object, which
// RFC 7946, 7.1 forbids; they are ignored.
func (p *parser) noteForeign(foreign members) {
	if foreign != 0 {
		p.noted[foreignMember]++
	}
}

// typeName reads the value of "type".
func (p *parser) typeName() (string, error) {
	if p.b[p.i] != '"' {
		return "", p.want("le nom d'un type", "the name of a type")
	}
	at := p.i
	name, err := p.text()
	if err != nil {
		return "", err
	}
	switch string(name) { // constants, so that nothing is allocated
	case typeFeature:
		return typeFeature, nil
	case typeCollection:
		return typeCollection, nil
	}
	if t := geometryType(name); t != geo.GeometryNone {
		return string(t), nil
	}
	return "", p.failAt(at, "le type « %s » n'est pas du GeoJSON", "the type %q is not GeoJSON", clip(name))
}

func geometryType(name []byte) geo.GeometryType {
	switch t := geo.GeometryType(name); t {
	case geo.Point:
		return geo.Point
	case geo.LineString:
		return geo.LineString
	case geo.Polygon:
		return geo.Polygon
	case geo.MultiPoint:
		return geo.MultiPoint
	case geo.MultiLineString:
		return geo.MultiLineString
	case geo.MultiPolygon:
		return geo.MultiPolygon
	case geo.GeometryCollection:
		return geo.GeometryCollection
	}
	return geo.GeometryNone
}

// clip shortens a name for a message.
func clip(s []byte) []byte {
	if len(s) > 60 {
		return append(bytes.ToValidUTF8(s[:60], nil), "…"...)
	}
	return s
}

func (p *parser) geometryOrNull() error {
	if p.b[p.i] == 'n' {
		return p.literal("null")
	}
	p.feature.HasGeometry = true
	return p.geometry(&p.feature.Geometry, 0)
}

// geometry reads a geometry object into g. Coordinates that stand before the
// type are passed over, then read.
func (p *parser) geometry(g *wkb.Geometry, depth int) error {
	start := p.i
	if p.b[start] != '{' {
		return p.want("une géométrie (un objet)", "a geometry (an object)")
	}
	if depth > maxGeometryDepth {
		return p.fail("plus de %d collections l'une dans l'autre", "more than %d collections inside one another", maxGeometryDepth)
	}
	p.i++
	*g = wkb.Geometry{Coords: g.Coords[:0], Ends: g.Ends[:0], PolyEnds: g.PolyEnds[:0], Parts: g.Parts[:0]}
	var seen members
	coordinates, geometries, read := -1, -1, false
	for first := true; ; first = false {
		done, err := p.more(first, '}')
		if err != nil {
			return err
		}
		if done {
			break
		}
		m, err := p.member(&seen)
		if err != nil {
			return err
		}
		switch m {
		case hasType:
			err = p.geometryTypeName(g)
		case hasBBox:
			err = p.bbox()
		case hasCoordinates, hasGeometries:
			if m == bodyOf(g.Type) {
				read = true
				err = p.body(g, depth)
				break
			}
			if m == hasCoordinates {
				coordinates = p.i
			} else {
				geometries = p.i
			}
			err = p.skip(0)
		default:
			err = p.skip(0)
		}
		if err != nil {
			return err
		}
	}
	switch {
	case read:
		return nil
	case g.Type == geo.GeometryNone:
		return p.failAt(start, "le membre « type » de la géométrie manque", `the member "type" of the geometry is missing`)
	case bodyOf(g.Type) == hasGeometries:
		return p.bodyAt(g, depth, start, geometries, "geometries")
	}
	return p.bodyAt(g, depth, start, coordinates, "coordinates")
}

// bodyOf is the member that holds a geometry of type t; 0 while t is not known.
func bodyOf(t geo.GeometryType) members {
	switch t {
	case geo.GeometryNone:
		return 0
	case geo.GeometryCollection:
		return hasGeometries
	}
	return hasCoordinates
}

// bodyAt reads the body that was passed over at the byte at; -1: there was none.
func (p *parser) bodyAt(g *wkb.Geometry, depth, start, at int, name string) error {
	if at < 0 {
		return p.failAt(start, "le membre « %s » manque", "the member %q is missing", name)
	}
	end := p.i
	p.i = at
	if err := p.body(g, depth); err != nil {
		return err
	}
	p.i = end
	return nil
}

func (p *parser) geometryTypeName(g *wkb.Geometry) error {
	at := p.i
	name, err := p.typeName()
	if err != nil {
		return err
	}
	if name == typeFeature || name == typeCollection {
		return p.failAt(at, "« %s » n'est pas un type de géométrie", "%q is not a type of geometry", name)
	}
	g.Type = geo.GeometryType(name)
	return nil
}

// body reads the coordinates, or the geometries of a collection, of g.
func (p *parser) body(g *wkb.Geometry, depth int) error {
	if g.Type != geo.GeometryCollection {
		return p.coordinates(g)
	}
	return p.each(func(k int) error {
		if k < cap(g.Parts) {
			g.Parts = g.Parts[:k+1]
		} else {
			g.Parts = append(g.Parts, wkb.Geometry{})
		}
		part := &g.Parts[k]
		if err := p.geometry(part, depth+1); err != nil {
			return err
		}
		// The members of a collection have the same ordinates.
		if part.Layout != g.Layout {
			widen(part)
			widen(g)
		}
		return nil
	})
}
