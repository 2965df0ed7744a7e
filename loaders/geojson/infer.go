package geojson

import (
	"bytes"
	"strconv"

	"github.com/arpent-geo/arpent/geo"
	"github.com/arpent-geo/arpent/loaders"
)

// column is what has been seen of one property, over the whole file.
type column struct {
	name string
	seen [classes]int64
}

// The classes of values that decide on a kind.
const (
	classBool = iota
	classInt
	classBigInt   // beyond int64
	classWideInt  // beyond 2^53: a float would round it
	classFloat    // with a fraction or an exponent
	classDate     // texts that are dates
	classLocal    // texts that are timestamps without zone
	classInstant  // texts that are timestamps with zone
	classText     // other texts
	classDocument // objects and arrays
	classes
)

// see counts one value; null counts for nothing.
func (c *column) see(v geo.Value) {
	if k := classOf(v); k >= 0 {
		c.seen[k]++
	}
}

// classOf takes values as the reader gives them: numbers are KindInt or
// KindDecimal.
func classOf(v geo.Value) int {
	switch v.Kind {
	case geo.KindBool:
		return classBool
	case geo.KindInt:
		if n := v.Int(); n > 1<<53 || n < -(1<<53) {
			return classWideInt
		}
		return classInt
	case geo.KindDecimal:
		return classOfNumber(v.Bytes)
	case geo.KindText:
		return classOfText(v.Bytes)
	case geo.KindJSON, geo.KindArray:
		return classDocument
	}
	return -1
}

func classOfText(s []byte) int {
	if len(s) < 10 || len(s) > 32 || s[4] != '-' || s[7] != '-' {
		return classText
	}
	if _, ok := loaders.ParseDate(s); ok {
		return classDate
	}
	switch _, zoned, ok := loaders.ParseTimestamp(s); {
	case ok && zoned:
		return classInstant
	case ok:
		return classLocal
	}
	return classText
}

// classOfNumber is for what is not a whole number that fits.
func classOfNumber(text []byte) int {
	if !bytes.ContainsAny(text, ".eE") {
		return classBigInt
	}
	if bytes.ContainsAny(text, "eE") {
		if _, err := strconv.ParseFloat(string(text), 64); err != nil { // 1e400
			if _, err := geo.ParseValue(geo.KindDecimal, string(text)); err != nil { // 1e9999999999
				return classText
			}
			return classBigInt
		}
	}
	return classFloat
}

// kind is the narrowest kind that holds every value seen. mixed tells that
// values of different sorts are all kept as text.
func (c *column) kind() (k geo.Kind, mixed bool) {
	s := &c.seen
	integers := s[classInt] + s[classWideInt]
	numbers := integers + s[classBigInt] + s[classFloat]
	texts := s[classDate] + s[classLocal] + s[classInstant] + s[classText]
	all := s[classBool] + numbers + texts + s[classDocument]
	switch all {
	case 0:
		return geo.KindText, false
	case s[classBool]:
		return geo.KindBool, false
	case integers:
		return geo.KindInt, false
	case numbers:
		if s[classBigInt]+s[classWideInt] > 0 {
			return geo.KindDecimal, false
		}
		return geo.KindFloat, false
	case s[classDate]:
		return geo.KindDate, false
	case s[classLocal]:
		return geo.KindTimestamp, false
	case s[classInstant]:
		return geo.KindTimestampTZ, false
	case texts:
		return geo.KindText, false
	}
	if s[classDocument] > 0 {
		return geo.KindJSON, false
	}
	return geo.KindText, true
}

// convert turns a value as the reader gives it into one of kind k; what must
// be written anew is appended to text, which is returned. ok is false when the
// value does not fit: the file is not what it was when its kinds were inferred.
func convert(k geo.Kind, v geo.Value, text []byte) (_ geo.Value, _ []byte, ok bool) {
	switch {
	case v.Kind == geo.KindNull:
		return v, text, true
	case v.Kind == k && k != geo.KindText && k != geo.KindJSON && k != geo.KindDecimal:
		return v, text, true
	}
	from := len(text)
	switch k {
	case geo.KindText:
		switch v.Kind {
		case geo.KindText:
		case geo.KindDecimal: // as written
			return geo.TextValue(v.Bytes), text, true
		default:
			text = v.AppendText(text)
			return geo.TextValue(text[from:]), text, true
		}
		if bytes.IndexByte(v.Bytes, 0) >= 0 { // PostgreSQL cannot hold it
			v.Bytes = bytes.ReplaceAll(v.Bytes, []byte{0}, []byte("\ufffd"))
		}
		return v, text, true
	case geo.KindJSON:
		text = appendDocument(text, v)
		return geo.JSON(text[from:]), text, true
	case geo.KindFloat:
		if v.Kind == geo.KindInt {
			return geo.Float(float64(v.Int())), text, true
		}
		f, err := strconv.ParseFloat(string(v.Bytes), 64)
		return geo.Float(f), text, err == nil && v.Kind == geo.KindDecimal
	case geo.KindDecimal:
		if v.Kind != geo.KindInt && v.Kind != geo.KindDecimal {
			return v, text, false
		}
		d, err := geo.ParseValue(k, string(v.AppendText(nil)))
		return d, text, err == nil
	}
	v, ok = instant(k, v)
	return v, text, ok
}

// instant reads a text as a date or a timestamp.
func instant(k geo.Kind, v geo.Value) (geo.Value, bool) {
	if v.Kind != geo.KindText {
		return geo.Null(), false
	}
	switch k {
	case geo.KindDate:
		days, ok := loaders.ParseDate(v.Bytes)
		return geo.Date(days), ok
	case geo.KindTimestamp:
		us, zoned, ok := loaders.ParseTimestamp(v.Bytes)
		return geo.Timestamp(us), ok && !zoned
	case geo.KindTimestampTZ:
		us, zoned, ok := loaders.ParseTimestamp(v.Bytes)
		return geo.Instant(us), ok && zoned
	}
	return geo.Null(), false
}

// appendDocument writes a value as JSON: documents as they are, but for the
// character 0.
func appendDocument(dst []byte, v geo.Value) []byte {
	if v.Kind != geo.KindJSON && v.Kind != geo.KindArray && v.Kind != geo.KindDecimal {
		return withoutNUL(v.AppendJSON(dst), len(dst))
	}
	from := len(dst)
	return withoutNUL(append(dst, v.Bytes...), from)
}

const nulEscape = `\u0000`

// withoutNUL writes U+FFFD, in b from from on, for the character 0, which
// PostgreSQL cannot hold. Both escapes have one length.
func withoutNUL(b []byte, from int) []byte {
	if !bytes.Contains(b[from:], []byte(nulEscape)) {
		return b
	}
	for i := from; i < len(b); i++ {
		if b[i] != '\\' {
			continue
		}
		if bytes.HasPrefix(b[i:], []byte(nulEscape)) {
			copy(b[i:], `\ufffd`)
		}
		i++ // what is escaped is not a backslash of its own
	}
	return b
}
