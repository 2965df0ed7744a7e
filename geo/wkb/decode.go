package wkb

import (
	"encoding/binary"
	"fmt"
	"math"
	"slices"

	"github.com/arpent-geo/arpent/geo"
)

// maxDepth limits how deep collections may hold collections: each level costs
// nine bytes of input and a stack frame.
const maxDepth = 32

// Flags of EWKB in the type code; ISO adds 1000 for z, 2000 for m, 3000 for both.
const (
	ewkbZ    = 0x80000000
	ewkbM    = 0x40000000
	ewkbSRID = 0x20000000
)

// typeCodes are the codes of ISO WKB (OGC 06-103r4, table 7), in order from 1.
var typeCodes = [...]geo.GeometryType{
	geo.Point, geo.LineString, geo.Polygon, geo.MultiPoint, geo.MultiLineString, geo.MultiPolygon, geo.GeometryCollection,
}

// refusedTypes are the codes from 8 on: known, and refused by name.
var refusedTypes = [...]string{
	"CircularString", "CompoundCurve", "CurvePolygon", "MultiCurve", "MultiSurface", "Curve", "Surface",
	"PolyhedralSurface", "TIN", "Triangle",
}

// Decode reads ISO WKB or EWKB in either byte order into g, whose slices are
// reused: what g held before is lost. Coordinates stay as they are, x before y.
// An EWKB header sets g.SRID. Members of one geometry have its ordinates.
// Bytes after the geometry are ignored, as databases and GDAL do. The error is
// a *geo.Error of kind geo.ErrInvalidInput; g is then empty or partly filled.
func Decode(b []byte, g *Geometry) error {
	d := decoder{b: b}
	return d.geometry(g, 0)
}

type decoder struct {
	b   []byte
	i   int
	big bool // byte order of the geometry being read
}

// header is what comes before the body of each geometry.
type header struct {
	kind   geo.GeometryType
	layout Layout
	srid   int
}

func (d *decoder) geometry(g *Geometry, depth int) error {
	h, err := d.header()
	if err != nil {
		return err
	}
	g.reset(h.kind, h.layout)
	g.SRID = 0 // parts have that of the whole
	if depth == 0 {
		g.SRID = h.srid
	}
	switch h.kind {
	case geo.Point:
		return d.point(g)
	case geo.LineString:
		return d.line(g)
	case geo.Polygon:
		return d.rings(g)
	case geo.GeometryCollection:
		return d.parts(g, depth+1)
	}
	return d.members(g)
}

// reset empties g for a geometry of that type, keeping its slices.
func (g *Geometry) reset(t geo.GeometryType, l Layout) {
	g.Type, g.Layout = t, l
	g.Coords, g.Ends, g.PolyEnds, g.Parts = g.Coords[:0], g.Ends[:0], g.PolyEnds[:0], g.Parts[:0]
}

func (d *decoder) header() (header, error) {
	var h header
	if len(d.b)-d.i < 5 {
		return h, d.fail("le texte binaire est tronqué", "the binary text is cut short")
	}
	switch d.b[d.i] {
	case 0, 1:
		d.big = d.b[d.i] == 0
	default:
		return h, d.fail("ordre des octets %d inconnu", "byte order %d is unknown", d.b[d.i])
	}
	d.i++
	code := d.uint32()
	iso := code &^ (ewkbZ | ewkbM | ewkbSRID)
	z := code&ewkbZ != 0 || iso/1000 == 1 || iso/1000 == 3
	m := code&ewkbM != 0 || iso/1000 == 2 || iso/1000 == 3
	base := int(iso % 1000)
	switch {
	case iso < 4000 && base >= 1 && base <= len(typeCodes):
		h.kind = typeCodes[base-1]
	case iso < 4000 && base > len(typeCodes) && base <= len(typeCodes)+len(refusedTypes):
		return h, d.fail("le type %s n'est pas pris en charge : convertissez-le en lignes et polygones simples",
			"the type %s is not supported: convert it to plain lines and polygons", refusedTypes[base-len(typeCodes)-1])
	default:
		return h, d.fail("code de géométrie %d inconnu", "geometry code %d is unknown", code)
	}
	switch {
	case z && m:
		h.layout = XYZM
	case z:
		h.layout = XYZ
	case m:
		h.layout = XYM
	}
	if code&ewkbSRID != 0 {
		if len(d.b)-d.i < 4 {
			return h, d.fail("le SRID manque", "the SRID is missing")
		}
		h.srid = int(int32(d.uint32()))
	}
	return h, nil
}

// uint32 reads four bytes, which the caller knows to be there.
func (d *decoder) uint32() uint32 {
	b := d.b[d.i:]
	d.i += 4
	if d.big {
		return binary.BigEndian.Uint32(b)
	}
	return binary.LittleEndian.Uint32(b)
}

// count reads a number of things of at least size bytes each, and refuses one
// that the bytes left cannot hold, before anything is allocated for it.
func (d *decoder) count(size int) (int, error) {
	if len(d.b)-d.i < 4 {
		return 0, d.fail("un nombre d'éléments manque", "a count is missing")
	}
	n := d.uint32()
	if left := len(d.b) - d.i; uint64(n) > uint64(left/size) {
		return 0, d.fail("%d éléments annoncés, %d octets restent", "%d elements announced, %d bytes left", n, left)
	}
	return int(n), nil
}

// vertices appends n vertices, which the caller knows to be there.
func (d *decoder) vertices(g *Geometry, n int) {
	n *= g.Layout.Stride()
	at := len(g.Coords)
	g.Coords = slices.Grow(g.Coords, n)[:at+n]
	dst, src := g.Coords[at:], d.b[d.i:d.i+8*n]
	d.i += 8 * n
	if d.big {
		for k := range dst {
			dst[k] = math.Float64frombits(binary.BigEndian.Uint64(src[8*k:]))
		}
		return
	}
	for k := range dst {
		dst[k] = math.Float64frombits(binary.LittleEndian.Uint64(src[8*k:]))
	}
}

// point appends one vertex, or none for the empty point, which WKB writes as NaN.
func (d *decoder) point(g *Geometry) error {
	if len(d.b)-d.i < 8*g.Layout.Stride() {
		return d.fail("les coordonnées d'un point manquent", "the coordinates of a point are missing")
	}
	at := len(g.Coords)
	d.vertices(g, 1)
	if math.IsNaN(g.Coords[at]) && math.IsNaN(g.Coords[at+1]) {
		g.Coords = g.Coords[:at]
	}
	return nil
}

func (d *decoder) line(g *Geometry) error {
	n, err := d.count(8 * g.Layout.Stride())
	if err == nil {
		d.vertices(g, n)
	}
	return err
}

// rings appends the rings of a polygon, each with its end.
func (d *decoder) rings(g *Geometry) error {
	n, err := d.count(4)
	for ; n > 0 && err == nil; n-- {
		err = d.line(g)
		g.Ends = append(g.Ends, len(g.Coords)/g.Layout.Stride())
	}
	return err
}

// members reads the members of a multi-geometry, which are geometries with
// headers of their own.
func (d *decoder) members(g *Geometry) error {
	n, err := d.count(9)
	if err != nil {
		return err
	}
	for ; n > 0; n-- {
		at := d.i
		h, err := d.header()
		if err != nil {
			return err
		}
		if "Multi"+h.kind != g.Type || h.layout != g.Layout {
			d.i = at
			return d.fail("un membre %s %s dans un %s %s", "a member %s %s in a %s %s", h.kind, h.layout, g.Type, g.Layout)
		}
		switch h.kind {
		case geo.Point:
			err = d.point(g)
		case geo.LineString:
			err = d.line(g)
			g.Ends = append(g.Ends, len(g.Coords)/g.Layout.Stride())
		default:
			err = d.rings(g)
			g.PolyEnds = append(g.PolyEnds, len(g.Ends))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (d *decoder) parts(g *Geometry, depth int) error {
	if depth > maxDepth {
		return d.fail("plus de %d collections l'une dans l'autre", "more than %d collections inside one another", maxDepth)
	}
	n, err := d.count(9)
	if err != nil {
		return err
	}
	if n > cap(g.Parts) {
		g.Parts = append(g.Parts[:cap(g.Parts)], make([]Geometry, n-cap(g.Parts))...)
	}
	g.Parts = g.Parts[:n]
	for k := range g.Parts {
		at, p := d.i, &g.Parts[k]
		if err := d.geometry(p, depth); err != nil {
			return err
		}
		if p.Layout != g.Layout {
			d.i = at
			return d.fail("un membre %s %s dans un %s %s", "a member %s %s in a %s %s", p.Type, p.Layout, g.Type, g.Layout)
		}
	}
	return nil
}

// fail says what is wrong at the current byte, in French then in English.
func (d *decoder) fail(fr, en string, args ...any) error {
	return geo.Invalid(fmt.Sprintf("WKB, byte %d", d.i),
		geo.Text{FR: fmt.Sprintf(fr, args...), EN: fmt.Sprintf(en, args...)}, geo.Text{})
}
