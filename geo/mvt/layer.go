// Package mvt writes and reads Mapbox vector tiles, version 2.1 of the
// specification. Coordinates are in tile units: x to the right and y downwards
// from the upper left corner of the tile.
package mvt

import (
	"bytes"
	"cmp"
	"math/bits"
	"slices"
)

// GeomType is the type of a feature's geometry (MVT 2.1, 4.3.4).
type GeomType uint8

// The types of geometry.
const (
	Unknown GeomType = iota
	Points
	Lines
	Polygons
)

// Point is a position in tile units, y downwards.
type Point struct{ X, Y int32 }

// Layer is one layer of a tile being written. Features are ended in any order:
// Append sorts them, and numbers keys and values in the order of their first
// use after the sort, so that the same features give the same bytes whatever
// the order they came in. Reset makes it ready for another layer and keeps its
// memory: in steady state a feature allocates nothing.
//
// Not safe for concurrent use.
type Layer struct {
	name   string
	extent uint32

	keys     dictionary
	values   dictionary
	features []feature
	geometry []byte // commands of all features
	tags     []tag  // tags of all features
	texts    []byte // sort keys that are longer than a rank

	// The feature under way: where its parts begin, and the pen (4.3.3).
	geomStart, tagStart int
	x, y                int32
	vertices            int

	scratch []byte
}

type feature struct {
	rank                 uint64
	id                   uint64
	hasID                bool
	kind                 GeomType
	text0, text1         uint32 // in texts
	tag0, tag1           uint32 // in tags
	geometry0, geometry1 uint32 // in geometry
}

type tag struct{ key, value uint32 } // in the dictionaries

// Reset empties the layer and names it; extent is the width of the tile in
// tile units.
func (l *Layer) Reset(name string, extent uint32) {
	l.name, l.extent = name, extent
	l.keys.reset()
	l.values.reset()
	l.features, l.geometry, l.tags, l.texts = l.features[:0], l.geometry[:0], l.tags[:0], l.texts[:0]
	l.Begin()
}

// Len returns the number of features.
func (l *Layer) Len() int { return len(l.features) }

// Size returns the bytes that the features hold so far, close to those of the
// encoded layer.
func (l *Layer) Size() int {
	return len(l.geometry) + len(l.values.arena) + len(l.texts) + 2*len(l.tags) + 8*len(l.features)
}

// Begin starts a feature, and forgets one that was not ended.
func (l *Layer) Begin() {
	l.geomStart, l.tagStart = 0, 0
	if n := len(l.features); n > 0 {
		l.geomStart, l.tagStart = int(l.features[n-1].geometry1), int(l.features[n-1].tag1)
	}
	l.geometry, l.tags = l.geometry[:l.geomStart], l.tags[:l.tagStart]
	l.x, l.y, l.vertices = 0, 0, 0
}

// Vertices returns the number of vertices of the feature under way.
func (l *Layer) Vertices() int { return l.vertices }

// The commands of 4.3.1.
const (
	moveTo    = 1
	lineTo    = 2
	closePath = 7
)

// Points adds points to the feature under way: once a feature, all of them
// (4.3.4.2).
func (l *Layer) Points(points []Point) {
	if len(points) > 0 {
		l.path(moveTo, points)
	}
}

// Line adds a line of at least two points, no two in a row alike (4.3.4.3).
func (l *Layer) Line(points []Point) {
	if len(points) > 1 {
		l.path(moveTo, points[:1])
		l.path(lineTo, points[1:])
	}
}

// Ring adds a ring of at least three points, the first not repeated at the
// end, no two in a row alike. An exterior ring turns clockwise as seen (its
// area by the surveyor's formula is positive, y being downwards) and comes
// before its holes, which turn the other way (4.3.4.4).
func (l *Layer) Ring(points []Point) {
	if len(points) > 2 {
		l.path(moveTo, points[:1])
		l.path(lineTo, points[1:])
		l.geometry = append(l.geometry, 1<<3|closePath)
	}
}

func (l *Layer) path(command uint64, points []Point) {
	b := appendUvarint(l.geometry, uint64(len(points))<<3|command)
	x, y := l.x, l.y
	for _, p := range points {
		dx, dy := p.X-x, p.Y-y
		b = appendUvarint(b, uint64(uint32(dx<<1^dx>>31)))
		b = appendUvarint(b, uint64(uint32(dy<<1^dy>>31)))
		x, y = p.X, p.Y
	}
	l.geometry, l.x, l.y = b, x, y
	l.vertices += len(points)
}

// Feature is what End needs to know beside geometry and tags.
type Feature struct {
	Type  GeomType
	ID    uint64
	HasID bool
	// Rank then Text order the features of the layer; those that are equal in
	// both are ordered by type, geometry and values.
	Rank uint64
	Text []byte
}

// End adds the feature under way to the layer and starts the next one. It
// returns false, and adds nothing, when no geometry was given.
func (l *Layer) End(f Feature) bool {
	if len(l.geometry) == l.geomStart {
		l.Begin()
		return false
	}
	text0 := len(l.texts)
	l.texts = append(l.texts, f.Text...)
	l.features = append(l.features, feature{
		rank: f.Rank, id: f.ID, hasID: f.HasID, kind: f.Type,
		text0: uint32(text0), text1: uint32(len(l.texts)),
		tag0: uint32(l.tagStart), tag1: uint32(len(l.tags)),
		geometry0: uint32(l.geomStart), geometry1: uint32(len(l.geometry)),
	})
	l.Begin()
	return true
}

func (l *Layer) compare(a, b feature) int {
	if c := cmp.Compare(a.rank, b.rank); c != 0 {
		return c
	}
	if c := bytes.Compare(l.texts[a.text0:a.text1], l.texts[b.text0:b.text1]); c != 0 {
		return c
	}
	if c := cmp.Compare(a.kind, b.kind); c != 0 {
		return c
	}
	if c := bytes.Compare(l.geometry[a.geometry0:a.geometry1], l.geometry[b.geometry0:b.geometry1]); c != 0 {
		return c
	}
	return slices.CompareFunc(l.tags[a.tag0:a.tag1], l.tags[b.tag0:b.tag1], func(s, t tag) int {
		if c := bytes.Compare(l.keys.bytes(s.key), l.keys.bytes(t.key)); c != 0 {
			return c
		}
		return bytes.Compare(l.values.bytes(s.value), l.values.bytes(t.value))
	})
}

// Field keys of vector_tile.proto: number << 3 | wire type.
const (
	tileLayer       = 3<<3 | 2
	layerName       = 1<<3 | 2
	layerFeature    = 2<<3 | 2
	layerKey        = 3<<3 | 2
	layerValue      = 4<<3 | 2
	layerExtent     = 5 << 3
	layerVersion    = 15 << 3
	featureID       = 1 << 3
	featureTags     = 2<<3 | 2
	featureType     = 3 << 3
	featureGeometry = 4<<3 | 2
)

// Append appends the layer to dst as a member of a tile; a tile is any number
// of layers one after the other. A layer without features is left out (4.1).
func (l *Layer) Append(dst []byte) []byte {
	if len(l.features) == 0 {
		return dst
	}
	slices.SortFunc(l.features, l.compare)
	const room = 6 // for the key and the length, known at the end
	start := len(dst)
	dst = append(dst, make([]byte, room)...)
	dst = append(dst, layerVersion, 2, layerName)
	dst = appendUvarint(dst, uint64(len(l.name)))
	dst = append(dst, l.name...)
	for i := range l.features {
		dst = l.appendFeature(dst, &l.features[i])
	}
	dst = l.keys.appendUsed(dst, layerKey)
	dst = l.values.appendUsed(dst, layerValue)
	dst = append(dst, layerExtent)
	dst = appendUvarint(dst, uint64(l.extent))

	body := dst[start+room:]
	head := appendUvarint(append(dst[:start], tileLayer), uint64(len(body)))
	return append(head, body...) // a move down by a few bytes: the ranges overlap, which copy allows
}

func (l *Layer) appendFeature(dst []byte, f *feature) []byte {
	tags := l.scratch[:0]
	for _, t := range l.tags[f.tag0:f.tag1] {
		tags = appendUvarint(tags, uint64(l.keys.use(t.key)))
		tags = appendUvarint(tags, uint64(l.values.use(t.value)))
	}
	l.scratch = tags
	geometry := l.geometry[f.geometry0:f.geometry1]
	size := 2 + 1 + uvarintLen(len(geometry)) + len(geometry)
	if f.hasID {
		size += 1 + (bits.Len64(f.id|1)+6)/7
	}
	if len(tags) > 0 {
		size += 1 + uvarintLen(len(tags)) + len(tags)
	}
	dst = appendUvarint(append(dst, layerFeature), uint64(size))
	if f.hasID {
		dst = appendUvarint(append(dst, featureID), f.id)
	}
	if len(tags) > 0 {
		dst = appendUvarint(append(dst, featureTags), uint64(len(tags)))
		dst = append(dst, tags...)
	}
	dst = append(dst, featureType, byte(f.kind), featureGeometry)
	dst = appendUvarint(dst, uint64(len(geometry)))
	return append(dst, geometry...)
}

func uvarintLen(n int) int { return (bits.Len64(uint64(n)|1) + 6) / 7 }

func appendUvarint(b []byte, v uint64) []byte {
	for v >= 0x80 {
		b = append(b, byte(v)|0x80)
		v >>= 7
	}
	return append(b, byte(v))
}
