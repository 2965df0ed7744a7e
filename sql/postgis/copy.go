package postgis

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"strconv"
	"unsafe"

	"github.com/arpent-geo/arpent/geo"
)

// copyBuffer is how much COPY text is gathered before it is sent.
const copyBuffer = 256 << 10

// appendCopyRow appends a row as a line of COPY's text format, without the line
// end: geometry first when the layer has one, as hexadecimal EWKB.
func appendCopyRow(dst []byte, row *geo.Row, geometry bool, srid int) ([]byte, error) {
	if geometry {
		var err error
		if dst, err = appendCopyGeometry(dst, row.WKB, srid); err != nil {
			return dst, err
		}
	}
	for i, v := range row.Values {
		if i > 0 || geometry {
			dst = append(dst, '\t')
		}
		dst = appendCopyValue(dst, v)
	}
	return dst, nil
}

// appendCopyGeometry gives ISO WKB the SRID that makes it EWKB. Only the outer
// header changes: PostGIS takes ISO's numbers for Z and M under EWKB's flag.
func appendCopyGeometry(dst, wkb []byte, srid int) ([]byte, error) {
	if wkb == nil {
		return append(dst, `\N`...), nil
	}
	if len(wkb) < 5 || wkb[0] > 1 {
		return dst, fmt.Errorf("read wkb at byte 0: %w", geo.ErrInvalidInput)
	}
	order := binary.ByteOrder(binary.LittleEndian)
	if wkb[0] == 0 {
		order = binary.BigEndian
	}
	var head [9]byte
	head[0] = wkb[0]
	order.PutUint32(head[1:], order.Uint32(wkb[1:])|0x20000000)
	order.PutUint32(head[5:], uint32(srid))
	dst = hex.AppendEncode(dst, head[:])
	return hex.AppendEncode(dst, wkb[5:]), nil
}

func appendCopyValue(dst []byte, v geo.Value) []byte {
	switch v.Kind {
	case geo.KindNull:
		return append(dst, `\N`...)
	case geo.KindBool:
		if v.Bool() {
			return append(dst, 't')
		}
		return append(dst, 'f')
	case geo.KindInt:
		return strconv.AppendInt(dst, v.Int(), 10)
	case geo.KindReal:
		return append(dst, floatText(v.Float(), 32)...)
	case geo.KindFloat:
		return append(dst, floatText(v.Float(), 64)...)
	case geo.KindDate, geo.KindTimestamp, geo.KindTimestampTZ:
		return appendPGTime(dst, v)
	case geo.KindBytes:
		return hex.AppendEncode(append(dst, `\\x`...), v.Bytes)
	}
	return appendCopyText(dst, v.Bytes)
}

func appendCopyText(dst, s []byte) []byte {
	start := 0
	for i, c := range s {
		var esc byte
		switch c {
		case '\\':
			esc = '\\'
		case '\n':
			esc = 'n'
		case '\r':
			esc = 'r'
		case '\t':
			esc = 't'
		default:
			continue
		}
		dst = append(append(dst, s[start:i]...), '\\', esc)
		start = i + 1
	}
	return append(dst, s[start:]...)
}

// asString lends bytes as a string to a callee that keeps none of it.
func asString(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }
