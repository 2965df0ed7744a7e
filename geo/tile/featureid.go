package tile

import (
	"encoding/binary"

	"github.com/arpent-geo/arpent/geo"
)

// maxID is the first integer that a browser may round: ids are below it.
const maxID = 1 << 53

// maxTextID is the longest text that becomes an id: 2·36^10 < 2^53.
const maxTextID = 10

// FeatureID returns the id of a row as a tile writes it; ok is false when the
// row has none there, and its key is then written as a property.
//
// An integer from 0 to 2^53-1 is itself. A text of up to ten digits and
// capital letters is the number that it writes in base 36 after a leading 1:
// "01001" is not "1001", "2A004" not "2B004", and the same code has the same
// id in every tile and layer. Other keys (negative, longer, with other
// characters, of several columns) have no id that could not collide.
func FeatureID(id geo.ID) (n uint64, ok bool) {
	switch id.Kind {
	case geo.IDInt:
		return uint64(id.Int), id.Int >= 0 && id.Int < maxID
	case geo.IDText:
		return textID(id.Text)
	}
	return 0, false
}

func textID(text []byte) (n uint64, ok bool) {
	if len(text) == 0 || len(text) > maxTextID {
		return 0, false
	}
	n = 1
	for _, c := range text {
		switch {
		case c >= '0' && c <= '9':
			n = 36*n + uint64(c-'0')
		case c >= 'A' && c <= 'Z':
			n = 36*n + uint64(c-'A') + 10
		default:
			return 0, false
		}
	}
	return n, true
}

// rank orders ids as geo.ID.Compare does, as far as eight bytes tell them
// apart within one kind.
func rank(id geo.ID) uint64 {
	if id.Kind == geo.IDInt {
		return uint64(id.Int) ^ 1<<63
	}
	var head [8]byte
	copy(head[:], id.Text)
	return binary.BigEndian.Uint64(head[:])
}
