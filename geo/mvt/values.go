package mvt

import (
	"encoding/binary"
	"hash/maphash"
	"math"
)

// Key is a property name of a layer, valid until Reset.
type Key uint32

// Key returns the key of that name.
func (l *Layer) Key(name string) Key {
	l.scratch = append(l.scratch[:0], name...)
	return Key(l.keys.intern(l.scratch))
}

// The fields of a Value (MVT 2.1, 4.1), number << 3 | wire type.
const (
	valueString = 1<<3 | 2
	valueFloat  = 2<<3 | 5
	valueDouble = 3<<3 | 1
	valueInt    = 4 << 3
	valueUint   = 5 << 3
	valueSint   = 6 << 3
	valueBool   = 7 << 3
)

// Text tags the feature under way with a text, which must be UTF-8. As with
// the other values, a feature has a key at most once (4.4).
func (l *Layer) Text(k Key, s []byte) {
	b := appendUvarint(append(l.scratch[:0], valueString), uint64(len(s)))
	l.tag(k, append(b, s...))
}

// Bool tags the feature under way with a truth value.
func (l *Layer) Bool(k Key, v bool) {
	n := byte(0)
	if v {
		n = 1
	}
	l.tag(k, append(l.scratch[:0], valueBool, n))
}

// Int tags the feature under way with an integer, in the shortest form.
func (l *Layer) Int(k Key, v int64) {
	if v >= 0 {
		l.tag(k, appendUvarint(append(l.scratch[:0], valueUint), uint64(v)))
		return
	}
	l.tag(k, appendUvarint(append(l.scratch[:0], valueSint), uint64(v<<1^v>>63)))
}

// Float tags the feature under way with a 32-bit number.
func (l *Layer) Float(k Key, v float32) {
	l.tag(k, binary.LittleEndian.AppendUint32(append(l.scratch[:0], valueFloat), math.Float32bits(v)))
}

// Double tags the feature under way with a 64-bit number.
func (l *Layer) Double(k Key, v float64) {
	l.tag(k, binary.LittleEndian.AppendUint64(append(l.scratch[:0], valueDouble), math.Float64bits(v)))
}

// tag keeps b, which is the scratch space, for the next value.
func (l *Layer) tag(k Key, b []byte) {
	l.scratch = b
	l.tags = append(l.tags, tag{uint32(k), l.values.intern(b)})
}

// dictionary holds distinct byte strings in one arena, found by an
// open-addressing table: no map, no string, nothing allocated for an entry.
// Entries are numbered as they come, then renumbered as use asks for them.
type dictionary struct {
	seed    maphash.Seed
	arena   []byte
	entries []entry
	table   []uint32 // entry + 1; 0: free; length a power of two
	used    []uint32 // entries in the order of their first use
}

type entry struct {
	hash       uint64
	start, end uint32
	number     uint32 // in used, + 1; 0: not used yet
}

func (d *dictionary) reset() {
	d.arena, d.entries, d.used, d.table = d.arena[:0], d.entries[:0], d.used[:0], d.table[:0]
}

func (d *dictionary) bytes(i uint32) []byte { e := &d.entries[i]; return d.arena[e.start:e.end] }

// intern returns the number of the entry that holds b, which is copied.
func (d *dictionary) intern(b []byte) uint32 {
	if 2*len(d.entries) >= len(d.table) {
		d.grow()
	}
	hash := maphash.Bytes(d.seed, b)
	mask := uint64(len(d.table) - 1)
	i := hash & mask
	for ; d.table[i] != 0; i = (i + 1) & mask {
		n := d.table[i] - 1
		if d.entries[n].hash == hash && string(d.bytes(n)) == string(b) {
			return n
		}
	}
	start := len(d.arena)
	d.arena = append(d.arena, b...)
	d.entries = append(d.entries, entry{hash: hash, start: uint32(start), end: uint32(len(d.arena))})
	d.table[i] = uint32(len(d.entries))
	return uint32(len(d.entries) - 1)
}

func (d *dictionary) grow() {
	if len(d.entries) == 0 {
		d.seed = maphash.MakeSeed()
	}
	size := max(64, 2*len(d.table))
	if cap(d.table) >= size {
		d.table = d.table[:size]
		clear(d.table)
	} else {
		d.table = make([]uint32, size)
	}
	mask := uint64(size - 1)
	for n := range d.entries {
		i := d.entries[n].hash & mask
		for d.table[i] != 0 {
			i = (i + 1) & mask
		}
		d.table[i] = uint32(n + 1)
	}
}

// use returns the number of an entry in the encoded layer.
func (d *dictionary) use(i uint32) uint32 {
	e := &d.entries[i]
	if e.number == 0 {
		d.used = append(d.used, i)
		e.number = uint32(len(d.used))
	}
	return e.number - 1
}

// appendUsed appends the entries that were used, each as a field of a message.
func (d *dictionary) appendUsed(dst []byte, field byte) []byte {
	for _, i := range d.used {
		b := d.bytes(i)
		dst = appendUvarint(append(dst, field), uint64(len(b)))
		dst = append(dst, b...)
	}
	return dst
}
