package tile

import (
	"bytes"
	"math"
	"strconv"
	"unicode/utf8"

	"github.com/arpent-geo/arpent/geo"
	"github.com/arpent-geo/arpent/geo/mvt"
)

// FieldType returns how TileJSON 3.0 (3.3, fields) names the values of a kind,
// "Boolean", "Number" or "String"; empty for bytes, which tiles leave out.
func FieldType(k geo.Kind) string {
	switch k {
	case geo.KindBool:
		return "Boolean"
	case geo.KindInt, geo.KindReal, geo.KindFloat, geo.KindDecimal:
		return "Number"
	case geo.KindBytes, geo.KindNull:
		return ""
	}
	return "String"
}

// tag writes one property. Nulls, bytes, NaN and the infinities are left out.
// A decimal is a double when that says the same digits, else a text.
func (b *Builder) tag(k mvt.Key, v *geo.Value) {
	switch v.Kind {
	case geo.KindNull, geo.KindBytes:
	case geo.KindBool:
		b.layer.Bool(k, v.Bool())
	case geo.KindInt:
		b.layer.Int(k, v.Int())
	case geo.KindReal:
		if f := v.Float(); finite(f) {
			b.layer.Float(k, float32(f)+0) // +0: no negative zero
		}
	case geo.KindFloat:
		if f := v.Float(); finite(f) {
			b.layer.Double(k, f+0)
		}
	case geo.KindDecimal:
		b.tagDecimal(k, v)
	default:
		b.text = v.AppendText(b.text[:0])
		b.tagText(k, b.text)
	}
}

func (b *Builder) tagText(k mvt.Key, s []byte) {
	if !utf8.Valid(s) { // MVT 2.1, 4.1: strings are UTF-8
		s = bytes.ToValidUTF8(s, []byte("\uFFFD"))
	}
	b.layer.Text(k, s)
}

func (b *Builder) tagDecimal(k mvt.Key, v *geo.Value) {
	b.text = v.AppendText(b.text[:0])
	digits := len(b.text)
	f, err := strconv.ParseFloat(string(b.text), 64)
	if err == nil && !finite(f) {
		return
	}
	b.text = strconv.AppendFloat(b.text, f, 'f', -1, 64)
	if err == nil && bytes.Equal(b.text[:digits], b.text[digits:]) {
		b.layer.Double(k, f)
		return
	}
	b.tagText(k, b.text[:digits])
}

func finite(f float64) bool { return !math.IsNaN(f) && !math.IsInf(f, 0) }
