package wkb

import (
	"encoding/binary"
	"fmt"
	"math"

	"github.com/arpent-geo/arpent/geo"
)

// Header is the head of a GeoPackage geometry (OGC 12-128r19, 2.1.3).
type Header struct {
	SRID     int          // 0 or -1: undefined system
	Kind     EnvelopeKind // what Envelope holds
	Envelope [8]float64   // minx, maxx, miny, maxy, then z and m by Kind
	Empty    bool         // the geometry is said to be empty
	// WKBOffset is where the WKB starts in the blob.
	WKBOffset int
}

// EnvelopeKind says which ordinates an envelope covers.
type EnvelopeKind uint8

// The kinds of envelope, as numbered by the standard.
const (
	NoEnvelope EnvelopeKind = iota
	EnvelopeXY
	EnvelopeXYZ
	EnvelopeXYM
	EnvelopeXYZM
)

// size is the number of values of an envelope.
func (k EnvelopeKind) size() int { return [...]int{0, 4, 6, 6, 8}[k] }

// Bounds returns the envelope that the header says, which may be wider than
// the geometry; ok is false when there is none or it is not a box.
func (h *Header) Bounds() (minx, miny, maxx, maxy float64, ok bool) {
	e := &h.Envelope
	return e[0], e[2], e[1], e[3], h.Kind != NoEnvelope && e[0] <= e[1] && e[2] <= e[3]
}

// Flags of the fourth byte.
const (
	gpkgLittleEndian = 0x01
	gpkgEmpty        = 0x10
	gpkgExtended     = 0x20
)

// ParseGPKGHeader reads the head of a GeoPackage blob, in either byte order.
func ParseGPKGHeader(b []byte) (Header, error) {
	var h Header
	if len(b) < 8 || b[0] != 'G' || b[1] != 'P' {
		return h, gpkgFail("la marque « GP » manque", `the mark "GP" is missing`)
	}
	if b[2] != 0 {
		return h, gpkgFail(fmt.Sprintf("version %d inconnue", b[2]), fmt.Sprintf("version %d is unknown", b[2]))
	}
	flags := b[3]
	if flags&gpkgExtended != 0 {
		name := ""
		if len(b) >= 12 {
			name = fmt.Sprintf(" %q", b[8:12])
		}
		return h, gpkgFail("le type étendu"+name+" n'est pas pris en charge", "the extended type"+name+" is not supported")
	}
	h.Empty = flags&gpkgEmpty != 0
	h.Kind = EnvelopeKind(flags >> 1 & 7)
	if h.Kind > EnvelopeXYZM {
		return h, gpkgFail(fmt.Sprintf("enveloppe de code %d inconnue", h.Kind), fmt.Sprintf("envelope code %d is unknown", h.Kind))
	}
	h.WKBOffset = 8 + 8*h.Kind.size()
	if len(b) < h.WKBOffset {
		return h, gpkgFail("l'enveloppe est tronquée", "the envelope is cut short")
	}
	var order binary.ByteOrder = binary.BigEndian
	if flags&gpkgLittleEndian != 0 {
		order = binary.LittleEndian
	}
	h.SRID = int(int32(order.Uint32(b[4:])))
	for k := range h.Kind.size() {
		h.Envelope[k] = math.Float64frombits(order.Uint64(b[8+8*k:]))
	}
	return h, nil
}

// DecodeGPKG reads a GeoPackage blob into g as Decode does; the SRID of the
// header goes to g.SRID.
func DecodeGPKG(b []byte, g *Geometry) (Header, error) {
	h, err := ParseGPKGHeader(b)
	if err != nil {
		return h, err
	}
	if err := Decode(b[h.WKBOffset:], g); err != nil {
		return h, fmt.Errorf("read geopackage geometry: %w", err)
	}
	g.SRID = h.SRID
	return h, nil
}

// AppendGPKG appends g as a GeoPackage blob, little-endian, with an XY
// envelope except on points and empty geometries, which need none.
func AppendGPKG(dst []byte, g *Geometry, srid int) []byte {
	minx, miny, maxx, maxy, ok := g.Bounds()
	flags := byte(gpkgLittleEndian)
	if g.IsEmpty() {
		flags |= gpkgEmpty
	}
	ok = ok && g.Type != geo.Point
	if ok {
		flags |= byte(EnvelopeXY) << 1
	}
	dst = append(dst, 'G', 'P', 0, flags)
	dst = binary.LittleEndian.AppendUint32(dst, uint32(int32(srid)))
	if ok {
		dst = appendFloats(dst, []float64{minx, maxx, miny, maxy})
	}
	return AppendWKB(dst, g)
}

func gpkgFail(fr, en string) error {
	return geo.Invalid("GeoPackage geometry", geo.Text{FR: fr, EN: en}, geo.Text{})
}
