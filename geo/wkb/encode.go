package wkb

import (
	"encoding/binary"
	"math"
	"slices"

	"github.com/arpent-geo/arpent/geo"
)

// AppendWKB appends g in ISO WKB, little-endian; the SRID is left out. An
// empty point is written as NaN ordinates, as PostGIS and GDAL do.
func AppendWKB(dst []byte, g *Geometry) []byte {
	return appendGeometry(dst, g, func(l Layout) uint32 { return 1000 * uint32(l) })
}

// AppendEWKB appends g in the EWKB of PostGIS, little-endian, with g.SRID
// unless it is 0.
func AppendEWKB(dst []byte, g *Geometry) []byte {
	flags := func(l Layout) uint32 {
		return [...]uint32{XY: 0, XYZ: ewkbZ, XYM: ewkbM, XYZM: ewkbZ | ewkbM}[l]
	}
	at := len(dst)
	dst = appendGeometry(dst, g, flags)
	if g.SRID == 0 {
		return dst
	}
	dst[at+4] |= ewkbSRID >> 24
	return slices.Insert(dst, at+5, binary.LittleEndian.AppendUint32(nil, uint32(int32(g.SRID)))...)
}

// flagsOf gives what a form of WKB adds to the type code for a layout.
type flagsOf func(Layout) uint32

// The numbers of a type code, as in typeCodes.
const (
	codePoint uint32 = iota + 1
	codeLineString
	codePolygon
)

func appendGeometry(dst []byte, g *Geometry, flags flagsOf) []byte {
	code := uint32(slices.Index(typeCodes[:], g.Type) + 1)
	dst = appendHeader(dst, code, flags(g.Layout))
	stride := g.Layout.Stride()
	switch g.Type {
	case geo.Point:
		return appendPoint(dst, g.Coords, stride)
	case geo.LineString:
		return appendLine(dst, g.Coords, stride)
	case geo.Polygon:
		return appendRings(dst, g, 0, len(g.Ends))
	case geo.MultiPoint:
		dst = appendCount(dst, len(g.Coords)/stride)
		for c := g.Coords; len(c) >= stride; c = c[stride:] {
			dst = appendHeader(dst, codePoint, flags(g.Layout))
			dst = appendPoint(dst, c, stride)
		}
	case geo.MultiLineString:
		dst = appendCount(dst, len(g.Ends))
		for k := range g.Ends {
			dst = appendHeader(dst, codeLineString, flags(g.Layout))
			dst = appendLine(dst, g.Line(k), stride)
		}
	case geo.MultiPolygon:
		dst = appendCount(dst, len(g.PolyEnds))
		first := 0
		for _, end := range g.PolyEnds {
			dst = appendHeader(dst, codePolygon, flags(g.Layout))
			dst = appendRings(dst, g, first, end)
			first = end
		}
	case geo.GeometryCollection:
		dst = appendCount(dst, len(g.Parts))
		for k := range g.Parts {
			dst = appendGeometry(dst, &g.Parts[k], flags)
		}
	}
	return dst
}

func appendHeader(dst []byte, code, flags uint32) []byte {
	dst = append(dst, 1)
	return binary.LittleEndian.AppendUint32(dst, code+flags)
}

func appendCount(dst []byte, n int) []byte {
	return binary.LittleEndian.AppendUint32(dst, uint32(n))
}

// quietNaN is the NaN that PostGIS and GDAL write; math.NaN has other bits.
const quietNaN = 0x7FF8000000000000

func appendPoint(dst []byte, coords []float64, stride int) []byte {
	if len(coords) < stride {
		for range stride {
			dst = binary.LittleEndian.AppendUint64(dst, quietNaN)
		}
		return dst
	}
	return appendFloats(dst, coords[:stride])
}

func appendLine(dst []byte, coords []float64, stride int) []byte {
	return appendFloats(appendCount(dst, len(coords)/stride), coords)
}

// appendRings appends the rings of g from first to end, as one polygon.
func appendRings(dst []byte, g *Geometry, first, end int) []byte {
	dst = appendCount(dst, end-first)
	for k := first; k < end; k++ {
		dst = appendLine(dst, g.Line(k), g.Layout.Stride())
	}
	return dst
}

func appendFloats(dst []byte, v []float64) []byte {
	at := len(dst)
	dst = slices.Grow(dst, 8*len(v))[:at+8*len(v)]
	for k, f := range v {
		binary.LittleEndian.PutUint64(dst[at+8*k:], math.Float64bits(f))
	}
	return dst
}
