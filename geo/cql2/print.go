package cql2

import (
	"fmt"
	"math"
	"strconv"
	"unicode/utf8"

	"github.com/arpent-geo/arpent/geo"
	"github.com/arpent-geo/arpent/geo/wkb"
)

// printer appends an expression; the first thing that cannot be written stops
// it. The fields are what the two encodings share.
type printer struct {
	dst []byte
	o   Options
	err error
}

// cannot notes what has no form in the encoding.
func (p *printer) cannot(format string, args ...any) {
	if p.err == nil {
		p.err = fmt.Errorf("write filter: "+format+": %w", append(args, geo.ErrInvalidInput)...)
	}
}

func (p *printer) str(s string) { p.dst = append(p.dst, s...) }

// asCompare returns the comparison that an Equal stands for.
func asCompare(e geo.Equal) geo.Compare {
	return geo.Compare{Op: geo.EQ, Left: geo.PropertyRef{Property: e.Property}, Right: geo.Literal{Value: e.Value}}
}

// float appends a number that is read back as the same, and as no integer when
// it is beyond those that a float holds exactly.
func (p *printer) float(f float64, bits int) {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		p.cannot("the number %v", f)
		return
	}
	format := byte('g')
	if math.Abs(f) >= maxWhole {
		format = 'e'
	}
	p.dst = strconv.AppendFloat(p.dst, f, format, -1, bits)
}

// numeric appends the number of a literal.
func (p *printer) numeric(v geo.Value) {
	switch v.Kind {
	case geo.KindInt:
		p.dst = strconv.AppendInt(p.dst, v.Int(), 10)
	case geo.KindDecimal:
		p.dst = append(p.dst, v.Bytes...)
	case geo.KindReal:
		p.float(v.Float(), 32)
	default:
		p.float(v.Float(), 64)
	}
}

// instant returns the text of a date or an instant.
func (p *printer) instant(v geo.Value) string {
	layout := "2006-01-02T15:04:05.999999Z"
	if v.Kind == geo.KindDate {
		layout = "2006-01-02"
	}
	n := v.Int()
	t := v.Time()
	if n == geo.PosInfinity || n == geo.NegInfinity || t.Year() < 0 || t.Year() > 9999 {
		p.cannot("an instant outside of the years 0 to 9999")
	}
	return t.Format(layout)
}

// decode reads a constant geometry, in the axis order asked.
func (p *printer) decode(e geo.GeometryLiteral) *wkb.Geometry {
	g := new(wkb.Geometry)
	if err := wkb.Decode(e.WKB, g); err != nil {
		p.cannot("geometry: %w", err)
		g.Type = geo.Point
		g.Coords = []float64{0, 0}
		return g
	}
	p.sameCRS(e.CRS)
	if p.o.CRS.Swapped() {
		swap(g)
	}
	return g
}

// sameCRS refuses to write coordinates of one system as those of another.
func (p *printer) sameCRS(c geo.CRS) {
	if c != p.o.CRS.CRS {
		p.cannot("a geometry in %s as %s", c, p.o.CRS.CRS)
	}
}

// box returns the four numbers of a rectangle, in the axis order asked.
func (p *printer) box(b geo.BBox) [4]float64 {
	p.sameCRS(b.CRS)
	if p.o.CRS.Swapped() {
		return [4]float64{b.MinY, b.MinX, b.MaxY, b.MaxX}
	}
	return [4]float64{b.MinX, b.MinY, b.MaxX, b.MaxY}
}

// brackets is how an encoding writes lists of positions.
type brackets struct {
	open, comma, end     byte
	before, space, after string // around a position, between its numbers
	multiPoint           bool   // each point of a MultiPoint is a list
}

// body appends the coordinates of a geometry that is no collection.
func (p *printer) body(g *wkb.Geometry, b brackets) {
	stride := g.Layout.Stride()
	switch g.Type {
	case geo.Point:
		if b.multiPoint { // the text puts brackets around a point
			p.positions(g.Coords, stride, b)
			return
		}
		p.position(g.Coords, b)
	case geo.LineString:
		p.positions(g.Coords, stride, b)
	case geo.MultiPoint:
		p.each(0, len(g.Coords)/stride, b, func(k int) {
			c := g.Coords[k*stride : (k+1)*stride]
			if b.multiPoint {
				p.positions(c, stride, b)
				return
			}
			p.position(c, b)
		})
	case geo.MultiPolygon:
		p.each(0, len(g.PolyEnds), b, func(k int) {
			first := 0
			if k > 0 {
				first = g.PolyEnds[k-1]
			}
			p.each(first, g.PolyEnds[k], b, func(k int) { p.positions(g.Line(k), stride, b) })
		})
	default:
		p.each(0, len(g.Ends), b, func(k int) { p.positions(g.Line(k), stride, b) })
	}
}

func (p *printer) each(first, end int, b brackets, element func(k int)) {
	p.dst = append(p.dst, b.open)
	for k := first; k < end; k++ {
		if k > first {
			p.dst = append(p.dst, b.comma)
		}
		element(k)
	}
	p.dst = append(p.dst, b.end)
}

func (p *printer) positions(c []float64, stride int, b brackets) {
	p.each(0, len(c)/stride, b, func(k int) { p.position(c[k*stride:(k+1)*stride], b) })
}

func (p *printer) position(c []float64, b brackets) {
	p.str(b.before)
	for i, f := range c {
		if i > 0 {
			p.str(b.space)
		}
		p.float(f, 64)
	}
	p.str(b.after)
}

// wantUTF8 refuses a text that no reader would take back.
func (p *printer) wantUTF8(s []byte) {
	if !utf8.Valid(s) {
		p.cannot("a text that is not UTF-8")
	}
}
