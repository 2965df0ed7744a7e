package geo

import (
	"math"
	"strconv"
	"time"
)

// Kind says what a Value holds, and what a Property may hold.
type Kind uint8

// The kinds. How each is printed in JSON is said in AppendJSON; a kind that a
// store has no type for is kept there as text, with its kind in arpent_layer.
const (
	KindNull        Kind = iota
	KindBool             // true, false
	KindInt              // 64-bit integer
	KindReal             // 32-bit float
	KindFloat            // 64-bit float
	KindDecimal          // exact decimal number, as text
	KindText             // UTF-8 text
	KindDate             // day, without time or zone
	KindTimestamp        // day and time without zone
	KindTimestampTZ      // instant
	KindUUID             // 36 lower-case characters
	KindBytes            // octets
	KindJSON             // a JSON document
	KindArray            // a JSON array of simple values
)

var kindNames = [...]string{
	"null", "bool", "int", "real", "float", "decimal", "text", "date",
	"timestamp", "timestamptz", "uuid", "bytes", "json", "array",
}

// String returns the name of the kind as arpent_layer stores it.
func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return "kind(" + strconv.Itoa(int(k)) + ")"
}

// ParseKind is the reverse of String; ok is false for an unknown name.
func ParseKind(s string) (k Kind, ok bool) {
	for i, n := range kindNames {
		if n == s {
			return Kind(i), true
		}
	}
	return KindNull, false
}

// Value is one attribute of one row: a flat tagged struct, so that reading a
// row allocates nothing. Num holds a bool (0, 1), an int64, the bits of a
// float64 (KindReal and KindFloat), days since 1970-01-01 (KindDate) or
// microseconds since 1970-01-01T00:00:00 (timestamps; UTC for
// KindTimestampTZ). Bytes holds the text of the other kinds, and is valid only
// as long as the row that carries it.
type Value struct {
	Kind  Kind
	Num   uint64
	Bytes []byte
}

// Infinite instants of PostgreSQL ('infinity', '-infinity'), for dates and timestamps.
const (
	PosInfinity = math.MaxInt64
	NegInfinity = math.MinInt64
)

// Constructors; the byte slices are kept, not copied.
func Null() Value { return Value{} }

func Bool(b bool) Value {
	v := Value{Kind: KindBool}
	if b {
		v.Num = 1
	}
	return v
}
func Int(n int64) Value         { return Value{Kind: KindInt, Num: uint64(n)} }
func Real(f float32) Value      { return Value{Kind: KindReal, Num: math.Float64bits(float64(f))} }
func Float(f float64) Value     { return Value{Kind: KindFloat, Num: math.Float64bits(f)} }
func Decimal(s []byte) Value    { return Value{Kind: KindDecimal, Bytes: s} }
func TextValue(s []byte) Value  { return Value{Kind: KindText, Bytes: s} }
func String(s string) Value     { return Value{Kind: KindText, Bytes: []byte(s)} }
func Date(days int64) Value     { return Value{Kind: KindDate, Num: uint64(days)} }
func Timestamp(us int64) Value  { return Value{Kind: KindTimestamp, Num: uint64(us)} }
func Instant(us int64) Value    { return Value{Kind: KindTimestampTZ, Num: uint64(us)} }
func UUID(s []byte) Value       { return Value{Kind: KindUUID, Bytes: s} }
func BytesValue(b []byte) Value { return Value{Kind: KindBytes, Bytes: b} }
func JSON(doc []byte) Value     { return Value{Kind: KindJSON, Bytes: doc} }
func Array(doc []byte) Value    { return Value{Kind: KindArray, Bytes: doc} }

// IsNull reports whether there is no value.
func (v Value) IsNull() bool { return v.Kind == KindNull }

// Bool, Int, Float return the number held; they do not convert between kinds.
func (v Value) Bool() bool     { return v.Num != 0 }
func (v Value) Int() int64     { return int64(v.Num) }
func (v Value) Float() float64 { return math.Float64frombits(v.Num) }

// Time returns the date or timestamp in UTC.
func (v Value) Time() time.Time {
	if v.Kind == KindDate {
		return time.Unix(v.Int()*86400, 0).UTC()
	}
	return time.UnixMicro(v.Int()).UTC()
}

// Clone returns a value that owns its bytes, to be kept after its row.
func (v Value) Clone() Value {
	if v.Bytes != nil {
		v.Bytes = append(make([]byte, 0, len(v.Bytes)), v.Bytes...)
	}
	return v
}

// Equal reports whether two values are of one kind and hold the same.
func (v Value) Equal(o Value) bool {
	return v.Kind == o.Kind && v.Num == o.Num && string(v.Bytes) == string(o.Bytes)
}
