package geojson

import (
	"fmt"
	"math"
	"strconv"

	"github.com/arpent-geo/arpent/geo"
	"github.com/arpent-geo/arpent/geo/wkb"
)

// Encoder writes the rows of one layer as GeoJSON features. Not safe for
// concurrent use; made once a request, it allocates nothing a feature.
type Encoder struct {
	format  Format
	keys    [][]byte // `"name":`, with the comma before it but for the first
	scratch wkb.Geometry
	bounds  bounds
}

// NewEncoder returns an encoder for rows that hold the properties of l with
// these indexes, in that order; nil: all of them.
func NewEncoder(l *geo.Layer, properties []int, f Format) *Encoder {
	e := &Encoder{format: f, bounds: emptyBounds()}
	key := func(p *geo.Property) {
		var k []byte
		if len(e.keys) > 0 {
			k = append(k, ',')
		}
		e.keys = append(e.keys, append(geo.AppendJSONString(k, []byte(p.Name)), ':'))
	}
	if properties == nil {
		for i := range l.Properties {
			key(&l.Properties[i])
		}
	}
	for _, i := range properties {
		key(&l.Properties[i])
	}
	return e
}

// AppendFeature appends row as one Feature:
//
//	{"type":"Feature","id":…,"geometry":…,"properties":{…}}
//
// The id keeps its type (an integer is a number, a text a string) and is left
// out when there is none. On error, for a geometry that cannot be read, dst is
// returned as it was.
func (e *Encoder) AppendFeature(dst []byte, row *geo.Row) ([]byte, error) {
	out, err := e.AppendFeatureOpen(dst, row)
	if err != nil {
		return dst, err
	}
	return append(out, '}'), nil
}

// AppendFeatureOpen is AppendFeature without the last brace, for the caller to
// add members (",\"links\":[…]") and close.
func (e *Encoder) AppendFeatureOpen(dst []byte, row *geo.Row) ([]byte, error) {
	if len(row.Values) != len(e.keys) {
		return dst, fmt.Errorf("write feature %s: %d values for %d properties", row.ID, len(row.Values), len(e.keys))
	}
	at := len(dst)
	dst = append(dst, `{"type":"Feature",`...)
	switch row.ID.Kind {
	case geo.IDInt:
		dst = append(dst, `"id":`...)
		dst = append(strconv.AppendInt(dst, row.ID.Int, 10), ',')
	case geo.IDText:
		dst = append(dst, `"id":`...)
		dst = append(geo.AppendJSONString(dst, row.ID.Text), ',')
	}
	dst = append(dst, `"geometry":`...)
	dst, b, err := e.format.appendGeometry(dst, row.WKB, &e.scratch)
	if err != nil {
		return dst[:at], fmt.Errorf("write feature %s: %w", row.ID, err)
	}
	e.bounds.join(b)
	dst = append(dst, `,"properties":{`...)
	for k, v := range row.Values {
		dst = v.AppendJSON(append(dst, e.keys[k]...))
	}
	return append(dst, '}'), nil
}

// AppendBBox appends the box of the geometries written so far, rounded
// outwards and in the axis order of the format, as the array of a "bbox"
// member; ok is false when there was none.
func (e *Encoder) AppendBBox(dst []byte) (out []byte, ok bool) {
	b := e.bounds
	if b.minx > b.maxx {
		return dst, false
	}
	if e.format.Swap {
		b = bounds{b.miny, b.minx, b.maxy, b.maxx}
	}
	w := e.format.writer(dst)
	for k, v := range [...]float64{b.minx, b.miny, b.maxx, b.maxy} {
		mark, round := byte(','), math.Floor
		if k == 0 {
			mark = '['
		}
		if k > 1 {
			round = math.Ceil
		}
		// Past 2^53 there is nothing to round. Half a unit of the sixteenth
		// digit is what the product may be off by.
		if s := v * w.scale; math.Abs(s) < 1<<53 && math.Abs(s-math.Round(s)) > math.Abs(s)*1e-15 {
			v = round(s) / w.scale
		}
		w.dst = appendFixed(append(w.dst, mark), v, w.decimals, w.scale)
	}
	return append(w.dst, ']'), true
}

func (b *bounds) join(o bounds) {
	b.minx, b.miny = math.Min(b.minx, o.minx), math.Min(b.miny, o.miny)
	b.maxx, b.maxy = math.Max(b.maxx, o.maxx), math.Max(b.maxy, o.maxy)
}
