package postgis

import (
	"bytes"
	"database/sql/driver"
	"fmt"
	"net/url"
	"time"
	"unsafe"

	"github.com/arpent-geo/arpent/geo"
)

// selection says what the columns of a result are, in order: state, key, sort
// keys, geometry, properties.
type selection struct {
	state      bool // first column: tells one generation of the table from another
	key        []column
	sort       []column
	geometry   bool
	properties []column
	idKind     geo.IDKind
}

func (s *selection) width() int {
	n := len(s.key) + len(s.sort) + len(s.properties)
	if s.state {
		n++
	}
	if s.geometry {
		n++
	}
	return n
}

// arena keeps the bytes of many rows in few allocations. What it hands out
// stays where it is until reset.
type arena struct {
	block  []byte
	values []geo.Value
	used   int // bytes since reset
}

// A block of an arena doubles from the first size to the second.
const firstBlock, lastBlock = 4 << 10, 64 << 10

func (a *arena) reset() {
	a.block, a.values, a.used = a.block[:0], a.values[:0], 0
}

func (a *arena) keep(b []byte) []byte {
	a.used += len(b)
	if len(b) > cap(a.block)-len(a.block) {
		a.block = make([]byte, 0, max(firstBlock, min(2*cap(a.block), lastBlock), len(b)))
	}
	at := len(a.block)
	a.block = append(a.block, b...)
	return a.block[at:len(a.block):len(a.block)]
}

func (a *arena) row(n int) []geo.Value {
	if n > cap(a.values)-len(a.values) {
		a.values = make([]geo.Value, 0, max(16*n, min(2*cap(a.values), 4096)))
	}
	at := len(a.values)
	a.values = a.values[:at+n]
	return a.values[at : at+n : at+n]
}

// same keeps nothing: the row is used before the driver's buffer is reused.
func same(b []byte) []byte { return b }

// row decodes one row of the driver. vals has room for the properties, keys for
// the sort keys and the key; keep copies bytes that must outlive the step.
func (s *selection) row(in []driver.Value, vals, keys []geo.Value, keep func([]byte) []byte) (geo.Row, error) {
	var out geo.Row
	if len(in) != s.width() {
		return out, fmt.Errorf("read row: %d columns, %d expected", len(in), s.width())
	}
	if s.state {
		in = in[1:]
	}
	for i, c := range s.key { // keys hold the sort keys first
		keys[len(s.sort)+i] = decode(c.kind, in[i], keep)
	}
	in = in[len(s.key):]
	for i, c := range s.sort {
		keys[i] = decode(c.kind, in[i], keep)
	}
	in = in[len(s.sort):]
	if len(s.key) > 0 {
		out.Key = keys
		out.ID = s.id(keys[len(s.sort):], keep)
	}
	if s.geometry {
		if b, ok := in[0].([]byte); ok {
			out.WKB = keep(b)
		}
		in = in[1:]
	}
	for i, c := range s.properties {
		vals[i] = decode(c.kind, in[i], keep)
	}
	out.Values = vals
	return out, nil
}

// id is the public id made of the values of a key.
func (s *selection) id(key []geo.Value, keep func([]byte) []byte) geo.ID {
	switch {
	case s.idKind == geo.IDNone:
		return geo.ID{}
	case s.idKind == geo.IDInt:
		return geo.IntID(key[0].Int())
	case len(key) == 1 && key[0].Kind == geo.KindText:
		return geo.TextID(key[0].Bytes)
	case len(key) == 1:
		return geo.TextID(keep(key[0].AppendText(nil)))
	}
	var b []byte
	for i, v := range key {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, url.PathEscape(string(v.AppendText(nil)))...)
	}
	return geo.TextID(keep(b))
}

// decode turns a value of the driver into one of ours, of the kind of its column.
func decode(kind geo.Kind, v driver.Value, keep func([]byte) []byte) geo.Value {
	switch v := v.(type) {
	case nil:
		return geo.Null()
	case int64:
		return geo.Int(v)
	case bool:
		return geo.Bool(v)
	case float64:
		if kind == geo.KindReal {
			return geo.Real(float32(v))
		}
		return geo.Float(v)
	case time.Time:
		return decodeTime(kind, v)
	case string:
		return geo.Value{Kind: kind, Bytes: keep(unsafe.Slice(unsafe.StringData(v), len(v)))}
	case []byte:
		return decodeBytes(kind, v, keep)
	}
	return geo.Null()
}

func decodeBytes(kind geo.Kind, b []byte, keep func([]byte) []byte) geo.Value {
	switch kind {
	case geo.KindDate, geo.KindTimestamp, geo.KindTimestampTZ: // the driver leaves infinities as text
		n := int64(geo.PosInfinity)
		if bytes.HasPrefix(b, []byte("-")) {
			n = geo.NegInfinity
		}
		return geo.Value{Kind: kind, Num: uint64(n)}
	}
	return geo.Value{Kind: kind, Bytes: keep(b)}
}

func decodeTime(kind geo.Kind, t time.Time) geo.Value {
	if kind == geo.KindDate {
		return geo.Date(floorDiv(t.Unix(), 86400))
	}
	return geo.Value{Kind: kind, Num: uint64(t.UnixMicro())}
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}
