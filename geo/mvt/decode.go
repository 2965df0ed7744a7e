package mvt

import (
	"encoding/binary"
	"fmt"
	"math"
	"unicode/utf8"

	"github.com/arpent-geo/arpent/geo"
)

// MaxDecode is the longest tile that Decode reads, in bytes.
const MaxDecode = 64 << 20

// Tile is a decoded tile.
type Tile struct{ Layers []DecodedLayer }

// DecodedLayer is one layer of a decoded tile.
type DecodedLayer struct {
	Name     string
	Version  uint32
	Extent   uint32
	Keys     []string
	Values   []any // string, float32, float64, int64, uint64 or bool
	Features []DecodedFeature
}

// DecodedFeature is one feature of a decoded tile.
type DecodedFeature struct {
	ID    uint64
	HasID bool
	Type  GeomType
	Tags  []uint32  // pairs of indexes into Keys and Values
	Parts [][]Point // all points in one part; lines; rings without the closing point
}

// Properties returns the tags of a feature of the layer as a map.
func (l *DecodedLayer) Properties(f *DecodedFeature) map[string]any {
	m := make(map[string]any, len(f.Tags)/2)
	for i := 0; i+1 < len(f.Tags); i += 2 {
		m[l.Keys[f.Tags[i]]] = l.Values[f.Tags[i+1]]
	}
	return m
}

// Decode reads a tile that is not compressed and holds it to every "MUST" of
// the specification; what breaks one is an error (geo.ErrInvalidInput) that
// says what and where. Memory is bounded by the bytes given, whatever the
// counts in them claim. For the "SHOULD"s see Warnings.
func Decode(b []byte) (*Tile, error) {
	if len(b) > MaxDecode {
		return nil, fmt.Errorf("read tile of %d bytes: %w: at most %d", len(b), geo.ErrTooLarge, MaxDecode)
	}
	var t Tile
	names := map[string]bool{}
	m := message{b: b}
	for m.next() {
		switch {
		case m.field == 3:
			l, err := decodeLayer(m.bytes())
			if err == nil && names[l.Name] {
				err = fmt.Errorf("the name %q is taken by another layer", l.Name)
			}
			if err != nil {
				return nil, invalid("layer %d: %w", len(t.Layers), err)
			}
			names[l.Name] = true
			t.Layers = append(t.Layers, l)
		case m.field < 16 || m.field > 8191: // 16 to 8191 are extensions
			return nil, invalid("unknown field %d", m.field)
		}
	}
	if m.err != nil {
		return nil, invalid("%w", m.err)
	}
	return &t, nil
}

func invalid(format string, args ...any) error {
	return fmt.Errorf("read tile: %w: %w", geo.ErrInvalidInput, fmt.Errorf(format, args...))
}

func decodeLayer(b []byte) (DecodedLayer, error) {
	l := DecodedLayer{Version: math.MaxUint32, Extent: 4096}
	var features [][]byte
	keys := map[string]bool{}
	m := message{b: b}
	for m.next() {
		switch m.field {
		case 1:
			l.Name = m.text()
		case 2:
			features = append(features, m.bytes())
		case 3:
			l.Keys = append(l.Keys, m.text())
			keys[l.Keys[len(l.Keys)-1]] = true
		case 4:
			v, err := decodeValue(m.bytes())
			if err != nil {
				return l, fmt.Errorf("value %d: %w", len(l.Values), err)
			}
			l.Values = append(l.Values, v)
		case 5:
			l.Extent = uint32(m.varint())
		case 15:
			l.Version = uint32(m.varint())
		}
	}
	switch {
	case m.err != nil:
		return l, m.err
	case l.Name == "":
		return l, fmt.Errorf("no name")
	case l.Version != 1 && l.Version != 2:
		return l, fmt.Errorf("layer %q: no version, or neither 1 nor 2", l.Name)
	case l.Extent == 0:
		return l, fmt.Errorf("layer %q: extent 0", l.Name)
	case len(keys) != len(l.Keys) && l.Version == 2:
		return l, fmt.Errorf("layer %q: a key stands twice", l.Name)
	}
	for i, b := range features {
		f, err := l.decodeFeature(b)
		if err != nil {
			return l, fmt.Errorf("layer %q: feature %d: %w", l.Name, i, err)
		}
		l.Features = append(l.Features, f)
	}
	return l, nil
}

func decodeValue(b []byte) (v any, err error) {
	m := message{b: b}
	for m.next() {
		if v != nil {
			return nil, fmt.Errorf("more than one member")
		}
		switch m.field {
		case 1:
			v = m.text()
		case 2:
			v = math.Float32frombits(uint32(m.fixed(5)))
		case 3:
			v = math.Float64frombits(m.fixed(1))
		case 4:
			v = int64(m.varint())
		case 5:
			v = m.varint()
		case 6:
			u := m.varint()
			v = int64(u>>1) ^ -int64(u&1)
		case 7:
			v = m.varint() != 0
		}
	}
	if m.err == nil && v == nil {
		return nil, fmt.Errorf("no member that the specification knows")
	}
	return v, m.err
}

func (l *DecodedLayer) decodeFeature(b []byte) (f DecodedFeature, err error) {
	var geometry []uint32
	kind, geometries := uint64(0), 0
	m := message{b: b}
	for m.next() {
		switch m.field {
		case 1:
			f.ID, f.HasID = m.varint(), true
		case 2:
			f.Tags = append(f.Tags, m.packed()...)
		case 3:
			kind = m.varint()
		case 4:
			geometry = m.packed()
			geometries++
		}
	}
	switch {
	case m.err != nil:
		return f, m.err
	case kind > uint64(Polygons):
		return f, fmt.Errorf("geometry type %d", kind)
	case geometries != 1 || len(geometry) == 0:
		return f, fmt.Errorf("one geometry expected, %d found, of %d integers", geometries, len(geometry))
	case len(f.Tags)%2 != 0:
		return f, fmt.Errorf("odd number of tags")
	}
	seen := make(map[uint32]bool, len(f.Tags)/2)
	for i := 0; i < len(f.Tags); i += 2 {
		k, v := f.Tags[i], f.Tags[i+1]
		if int64(k) >= int64(len(l.Keys)) || int64(v) >= int64(len(l.Values)) || seen[k] {
			return f, fmt.Errorf("tag %d: key %d or value %d is out of range, or the key stands twice", i/2, k, v)
		}
		seen[k] = true
	}
	if f.Type = GeomType(kind); f.Type != Unknown { // a reader may skip an unknown geometry
		f.Parts, err = decodeGeometry(geometry, f.Type)
	}
	return f, err
}

// message walks the fields of a protobuf message. After an error, kept in err,
// next is false and values are zero.
type message struct {
	b     []byte
	field uint64
	wire  uint64
	value uint64 // wire types 0, 1, 5
	data  []byte // wire type 2
	err   error
}

func (m *message) next() bool {
	if m.err != nil || len(m.b) == 0 {
		return false
	}
	key := m.uvarint()
	m.field, m.wire, m.value, m.data = key>>3, key&7, 0, nil
	switch {
	case m.err != nil:
	case m.field == 0:
		m.err = fmt.Errorf("field number 0")
	case m.wire == 0:
		m.value = m.uvarint()
	case m.wire == 1 && len(m.b) >= 8:
		m.value, m.b = binary.LittleEndian.Uint64(m.b), m.b[8:]
	case m.wire == 5 && len(m.b) >= 4:
		m.value, m.b = uint64(binary.LittleEndian.Uint32(m.b)), m.b[4:]
	case m.wire == 2:
		n := m.uvarint()
		if m.err == nil && n > uint64(len(m.b)) {
			m.err = fmt.Errorf("field %d: length %d, %d bytes are left", m.field, n, len(m.b))
		}
		if m.err == nil {
			m.data, m.b = m.b[:n], m.b[n:]
		}
	default:
		m.err = fmt.Errorf("field %d: wire type %d, %d bytes are left", m.field, m.wire, len(m.b))
	}
	return m.err == nil
}

func (m *message) uvarint() uint64 {
	v, n := binary.Uvarint(m.b)
	if n <= 0 {
		m.err = fmt.Errorf("truncated or overlong varint")
		return 0
	}
	m.b = m.b[n:]
	return v
}

func (m *message) expect(wire uint64) {
	if m.wire != wire && m.err == nil {
		m.err = fmt.Errorf("field %d: wire type %d, want %d", m.field, m.wire, wire)
	}
}

func (m *message) varint() uint64           { m.expect(0); return m.value }
func (m *message) fixed(wire uint64) uint64 { m.expect(wire); return m.value }
func (m *message) bytes() []byte            { m.expect(2); return m.data }

func (m *message) text() string {
	s := m.bytes()
	if !utf8.Valid(s) && m.err == nil {
		m.err = fmt.Errorf("field %d: text is not UTF-8", m.field)
	}
	return string(s)
}

// packed reads a packed repeated uint32.
func (m *message) packed() []uint32 {
	in := message{b: m.bytes()}
	out := make([]uint32, 0, len(in.b)) // an integer takes a byte at least
	for len(in.b) > 0 && in.err == nil && m.err == nil {
		v := in.uvarint()
		if v > math.MaxUint32 {
			in.err = fmt.Errorf("field %d: %d is over 32 bits", m.field, v)
		}
		out = append(out, uint32(v))
	}
	if m.err == nil {
		m.err = in.err
	}
	return out
}
