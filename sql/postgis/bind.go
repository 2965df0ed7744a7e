package postgis

import (
	"math"
	"strconv"

	"github.com/arpent-geo/arpent/geo"
)

// builder makes a statement: text and, beside it, the values that its
// parameters stand for.
type builder struct {
	text []byte
	args []any
}

func (b *builder) add(parts ...string) {
	for _, p := range parts {
		b.text = append(b.text, p...)
	}
}

// param binds a value and returns its placeholder.
func (b *builder) param(v any) string {
	b.args = append(b.args, v)
	return "$" + strconv.Itoa(len(b.args))
}

// value binds a value of a request as the type of a column.
func (b *builder) value(c *column, v geo.Value) string { return b.param(bindable(v)) + c.cast }

func (b *builder) statement() statement { return statement{string(b.text), b.args} }

// bindable returns a value in a form that the driver takes and PostgreSQL reads
// exactly, whatever its settings of date and number.
func bindable(v geo.Value) any {
	switch v.Kind {
	case geo.KindNull:
		return nil
	case geo.KindBool:
		return v.Bool()
	case geo.KindInt:
		return v.Int()
	case geo.KindReal:
		return floatText(v.Float(), 32)
	case geo.KindFloat:
		return floatText(v.Float(), 64)
	case geo.KindDate:
		return string(appendPGTime(nil, v))
	case geo.KindTimestamp, geo.KindTimestampTZ:
		return string(appendPGTime(nil, v))
	case geo.KindBytes:
		if v.Bytes == nil {
			return []byte{}
		}
		return v.Bytes
	}
	return string(v.Bytes)
}

func floatText(f float64, bits int) string {
	switch {
	case math.IsInf(f, 1):
		return "Infinity"
	case math.IsInf(f, -1):
		return "-Infinity"
	}
	return strconv.FormatFloat(f, 'g', -1, bits) // NaN is written as PostgreSQL reads it
}

// appendPGTime writes a date or time as PostgreSQL reads it under any DateStyle:
// ISO 8601, years before 1 marked BC.
func appendPGTime(dst []byte, v geo.Value) []byte {
	switch v.Int() {
	case geo.PosInfinity:
		return append(dst, "infinity"...)
	case geo.NegInfinity:
		return append(dst, "-infinity"...)
	}
	t := v.Time()
	year := t.Year()
	before := year < 1
	if before {
		year = 1 - year
	}
	for n := year; n < 1000; n *= 10 {
		dst = append(dst, '0')
	}
	dst = strconv.AppendInt(dst, int64(year), 10)
	dst = t.AppendFormat(dst, "-01-02")
	if v.Kind != geo.KindDate {
		dst = t.AppendFormat(dst, " 15:04:05.000000")
	}
	if v.Kind == geo.KindTimestampTZ {
		dst = append(dst, "+00"...)
	}
	if before {
		dst = append(dst, " BC"...)
	}
	return dst
}
