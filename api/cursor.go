package api

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"

	"github.com/arpent-geo/arpent/geo"
)

// A cursor names a place between two rows: base64url of
//
//	version  1 byte
//	side     1 byte: 0 after the row, 1 before it
//	key      the values of Row.Key: a kind, then 8 bytes, or a length and bytes
//	check    8 bytes of SHA-256 of all that and of the question asked
//
// It carries exact values, so that every node can go on where another left
// off, and nothing that is a secret. The check tells a cursor that was cut,
// altered or brought to another question; it is not a signature: a store must
// treat the values as any other input.
const (
	cursorVersion  = 1
	cursorCheck    = 8
	maxCursorBytes = 8 << 10
	maxCursorKey   = 32 // values
)

// cursor is a place between two rows of the answer to one question.
type cursor struct {
	before bool
	key    []geo.Value
}

// encode writes the cursor for a question. It is empty when the key does not
// fit: there is then no next page to be named.
func (c cursor) encode(question string) string {
	b := []byte{cursorVersion, 0}
	if c.before {
		b[1] = 1
	}
	for _, v := range c.key {
		b = append(b, byte(v.Kind))
		switch {
		case v.IsNull():
		case hasBytes(v.Kind):
			b = binary.AppendUvarint(b, uint64(len(v.Bytes)))
			b = append(b, v.Bytes...)
		default:
			b = binary.BigEndian.AppendUint64(b, v.Num)
		}
	}
	b = append(b, cursorSum(b, question)...)
	if len(c.key) == 0 || len(c.key) > maxCursorKey || len(b) > maxCursorBytes {
		return ""
	}
	return base64.RawURLEncoding.EncodeToString(b)
}

func cursorSum(b []byte, question string) []byte {
	h := sha256.New()
	h.Write(b)
	h.Write([]byte(question))
	return h.Sum(nil)[:cursorCheck]
}

func hasBytes(k geo.Kind) bool {
	switch k {
	case geo.KindDecimal, geo.KindText, geo.KindUUID, geo.KindBytes, geo.KindJSON, geo.KindArray:
		return true
	}
	return false
}

// decodeCursor reads the cursor of a question. It is geo.ErrInvalidInput,
// saying why, when any of its bytes changed or the question is another one.
func decodeCursor(text, question string) (cursor, error) {
	enc := base64.RawURLEncoding.Strict()
	b, err := enc.DecodeString(text)
	// The decoder skips newlines: a cursor is its own encoding or none at all.
	if err != nil || len(b) > maxCursorBytes || len(b) < 2+cursorCheck || enc.EncodeToString(b) != text {
		return cursor{}, badCursor(geo.Text{FR: "ce curseur est incomplet ou altéré", EN: "this cursor is cut or altered"})
	}
	if b[0] != cursorVersion {
		return cursor{}, badCursor(geo.Text{FR: "ce curseur vient d'une autre version d'Arpent", EN: "this cursor comes from another version of Arpent"})
	}
	body := b[:len(b)-cursorCheck]
	if string(cursorSum(body, question)) != string(b[len(body):]) {
		return cursor{}, badCursor(geo.Text{
			FR: "ce curseur est altéré, ou répond à une autre question (couche, filtre, boîte)",
			EN: "this cursor is altered, or belongs to another question (layer, filter, box)"})
	}
	c := cursor{before: body[1] == 1}
	for rest := body[2:]; len(rest) > 0; {
		var v geo.Value
		var ok bool
		if v, rest, ok = cutValue(rest); !ok || body[1] > 1 || len(c.key) == maxCursorKey {
			return cursor{}, badCursor(geo.Text{FR: "ce curseur est illisible", EN: "this cursor cannot be read"})
		}
		c.key = append(c.key, v)
	}
	return c, nil
}

// cutValue reads one value off b.
func cutValue(b []byte) (v geo.Value, rest []byte, ok bool) {
	v.Kind, b = geo.Kind(b[0]), b[1:]
	switch {
	case v.Kind > geo.KindArray:
		return v, nil, false
	case v.IsNull():
		return v, b, true
	case hasBytes(v.Kind):
		n, used := binary.Uvarint(b)
		if used <= 0 || n > uint64(len(b)-used) {
			return v, nil, false
		}
		b = b[used:]
		v.Bytes = b[:n:n]
		return v, b[n:], true
	case len(b) < 8:
		return v, nil, false
	}
	v.Num = binary.BigEndian.Uint64(b)
	return v, b[8:], true
}

func badCursor(why geo.Text) error {
	return geo.Invalid("cursor", why, geo.Text{
		FR: "suivez les liens next et prev sans les changer, ou recommencez sans cursor",
		EN: "follow the links next and prev as they are, or start again without cursor"})
}

// matches reports whether the values may be a place in rows of l ordered by sort.
func (c cursor) matches(l *geo.Layer, sort []geo.SortKey) bool {
	if len(l.Key) == 0 { // the store's own notion of a place
		return len(c.key) > len(sort)
	}
	if len(c.key) != len(sort)+len(l.Key) {
		return false
	}
	for i, v := range c.key {
		var p *geo.Property
		if i < len(sort) {
			p = sort[i].Property
		} else {
			p = l.Property(l.Key[i-len(sort)])
		}
		if p != nil && v.Kind != p.Kind && (i >= len(sort) || !v.IsNull()) {
			return false
		}
	}
	return true
}
