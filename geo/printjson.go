package geo

import (
	"bytes"
	"slices"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// maxJSONDepth limits arrays and objects inside one another in a value.
const maxJSONDepth = 512

// maxZeros is how many zeros a number may have beside its digits before it is
// written with an exponent: 1e400 stays short, whatever form it came in.
const maxZeros = 100

// AppendNormalJSON appends the one form of a JSON document: keys sorted by
// code point, the last of equal keys kept, no spaces, each number and string
// written in one way. ok is false, and nothing is appended, when doc is not
// one JSON document or is deeper than 512 levels.
func AppendNormalJSON(dst, doc []byte) (out []byte, ok bool) {
	n := normaliser{src: doc, dst: dst}
	if !n.value(0) {
		return dst, false
	}
	n.space()
	if n.i != len(n.src) {
		return dst, false
	}
	return n.dst, true
}

// normaliser reads src and appends to dst; its methods are false on bad JSON.
type normaliser struct {
	src     []byte
	i       int
	dst     []byte
	members []member // of the objects that are open
	keys    []byte   // their decoded keys
	swap    []byte   // scratch to put members in order
	scratch []byte   // the last string that had escapes
}

// member is one member of an object: its key in keys, its text in dst.
type member struct{ key, keyEnd, text, textEnd int }

func (n *normaliser) space() {
	for n.i < len(n.src) {
		switch n.src[n.i] {
		case ' ', '\t', '\n', '\r':
			n.i++
		default:
			return
		}
	}
}

// take skips spaces and reads c if it is next.
func (n *normaliser) take(c byte) bool {
	n.space()
	if n.i < len(n.src) && n.src[n.i] == c {
		n.i++
		return true
	}
	return false
}

func (n *normaliser) value(depth int) bool {
	n.space()
	if n.i == len(n.src) || depth > maxJSONDepth {
		return false
	}
	switch n.src[n.i] {
	case '{':
		return n.object(depth + 1)
	case '[':
		return n.array(depth + 1)
	case '"':
		text, ok := n.text()
		n.dst = AppendJSONString(n.dst, text)
		return ok
	case 't':
		return n.literal("true")
	case 'f':
		return n.literal("false")
	case 'n':
		return n.literal("null")
	}
	start := n.i
	for n.i < len(n.src) && isNumberByte(n.src[n.i]) {
		n.i++
	}
	var ok bool
	if !isJSONNumber(n.src[start:n.i]) {
		return false
	}
	n.dst, ok = appendNumber(n.dst, n.src[start:n.i])
	return ok
}

func (n *normaliser) literal(s string) bool {
	if !bytes.HasPrefix(n.src[n.i:], []byte(s)) {
		return false
	}
	n.i += len(s)
	n.dst = append(n.dst, s...)
	return true
}

func (n *normaliser) array(depth int) bool {
	n.i++
	n.dst = append(n.dst, '[')
	if n.take(']') {
		n.dst = append(n.dst, ']')
		return true
	}
	for {
		if !n.value(depth) {
			return false
		}
		if n.take(']') {
			n.dst = append(n.dst, ']')
			return true
		}
		if !n.take(',') {
			return false
		}
		n.dst = append(n.dst, ',')
	}
}

func (n *normaliser) object(depth int) bool {
	n.i++
	n.dst = append(n.dst, '{')
	first, firstKey, start := len(n.members), len(n.keys), len(n.dst)
	for done := n.take('}'); !done; {
		if n.space(); n.i == len(n.src) || n.src[n.i] != '"' {
			return false
		}
		m := member{key: len(n.keys), text: len(n.dst)}
		key, ok := n.text()
		if n.keys = appendValidUTF8(n.keys, key); !ok || !n.take(':') {
			return false
		}
		m.keyEnd = len(n.keys)
		n.dst = append(AppendJSONString(n.dst, n.keys[m.key:]), ':')
		if !n.value(depth) {
			return false
		}
		m.textEnd = len(n.dst)
		n.members = append(n.members, m)
		if done = n.take('}'); !done && !n.take(',') {
			return false
		}
	}
	n.order(n.members[first:], start)
	n.members, n.keys = n.members[:first], n.keys[:firstKey]
	n.dst = append(n.dst, '}')
	return true
}

// order puts the members, whose texts follow one another from start of dst, in
// the order of their keys, with commas.
func (n *normaliser) order(members []member, start int) {
	compare := func(a, b member) int {
		return bytes.Compare(n.keys[a.key:a.keyEnd], n.keys[b.key:b.keyEnd])
	}
	slices.SortStableFunc(members, compare)
	n.swap = append(n.swap[:0], n.dst[start:]...)
	n.dst = n.dst[:start]
	for k, m := range members {
		if k+1 < len(members) && compare(m, members[k+1]) == 0 {
			continue
		}
		if len(n.dst) > start {
			n.dst = append(n.dst, ',')
		}
		n.dst = append(n.dst, n.swap[m.text-start:m.textEnd-start]...)
	}
}

// text reads the string that starts at the current byte and returns what
// stands for it: a part of src, or of scratch when there are escapes.
func (n *normaliser) text() ([]byte, bool) {
	n.i++
	start, escapes := n.i, false
	for n.i < len(n.src) {
		switch c := n.src[n.i]; {
		case c == '"':
			s := n.src[start:n.i]
			n.i++
			if !escapes {
				return s, true
			}
			return n.unescape(s)
		case c < 0x20:
			return nil, false
		case c == '\\':
			escapes = true
			n.i += 2
		default:
			n.i++
		}
	}
	return nil, false
}

func (n *normaliser) unescape(s []byte) ([]byte, bool) {
	n.scratch = n.scratch[:0]
	for {
		at := bytes.IndexByte(s, '\\')
		if at < 0 {
			n.scratch = append(n.scratch, s...)
			return n.scratch, true
		}
		n.scratch = append(n.scratch, s[:at]...)
		var size int
		if n.scratch, size = AppendUnescaped(n.scratch, s[at:]); size == 0 {
			return nil, false
		}
		s = s[at+size:]
	}
}

// AppendUnescaped appends what the JSON escape at the start of s stands for
// and returns its length in s: 0 when it is not one. A lone surrogate is U+FFFD.
func AppendUnescaped(dst, s []byte) ([]byte, int) {
	if len(s) < 2 {
		return dst, 0
	}
	switch s[1] {
	case '"', '\\', '/':
		return append(dst, s[1]), 2
	case 'b':
		return append(dst, '\b'), 2
	case 'f':
		return append(dst, '\f'), 2
	case 'n':
		return append(dst, '\n'), 2
	case 'r':
		return append(dst, '\r'), 2
	case 't':
		return append(dst, '\t'), 2
	case 'u':
		r := hex4(s)
		if r < 0 {
			return dst, 0
		}
		if utf16.IsSurrogate(r) {
			if pair := utf16.DecodeRune(r, hex4(s[6:])); pair != utf8.RuneError {
				return utf8.AppendRune(dst, pair), 12
			}
		}
		return utf8.AppendRune(dst, r), 6
	}
	return dst, 0
}

// hex4 reads \uXXXX; -1 when it is not that.
func hex4(s []byte) rune {
	if len(s) < 6 || s[0] != '\\' || s[1] != 'u' {
		return -1
	}
	var r rune
	for _, c := range s[2:6] {
		switch {
		case c >= '0' && c <= '9':
			r = r<<4 | rune(c-'0')
		case c >= 'a' && c <= 'f':
			r = r<<4 | rune(c-'a'+10)
		case c >= 'A' && c <= 'F':
			r = r<<4 | rune(c-'A'+10)
		default:
			return -1
		}
	}
	return r
}

func isNumberByte(c byte) bool {
	return c >= '0' && c <= '9' || c == '-' || c == '+' || c == '.' || c == 'e' || c == 'E'
}

// isJSONNumber checks what appendNumber is lenient on (RFC 8259, 6).
func isJSONNumber(s []byte) bool {
	s = bytes.TrimPrefix(s, []byte{'-'})
	if len(s) == 0 || s[0] < '0' || s[0] > '9' || len(s) > 1 && s[0] == '0' && s[1] >= '0' && s[1] <= '9' {
		return false
	}
	if dot := bytes.IndexByte(s, '.'); dot >= 0 {
		return dot+1 < len(s) && s[dot+1] >= '0' && s[dot+1] <= '9'
	}
	return true
}

// appendNumber appends a decimal number in the one form that its value has:
// digits without needless zeros, plain unless more than maxZeros zeros would
// stand beside them, else one digit, a point, the others and an exponent. ok
// is false, and nothing is appended, when s is not a finite number.
func appendNumber(dst, s []byte) (out []byte, ok bool) {
	at := len(dst)
	negative := false
	if len(s) > 0 && (s[0] == '-' || s[0] == '+') {
		negative = s[0] == '-'
		s = s[1:]
	}
	if negative {
		dst = append(dst, '-')
	}
	first := len(dst)
	// The value is 0.d1d2d3… × 10^point, with d1 and the last digit not zero.
	point, seenDot, seenDigit := 0, false, false
	i := 0
	for ; i < len(s); i++ {
		c := s[i]
		switch {
		case c >= '0' && c <= '9':
			seenDigit = true
			started := len(dst) > first
			if c != '0' || started {
				dst = append(dst, c)
			}
			if !seenDot && (c != '0' || started) {
				point++
			} else if seenDot && c == '0' && !started {
				point--
			}
			continue
		case c == '.' && !seenDot:
			seenDot = true
			continue
		}
		break
	}
	if !seenDigit {
		return dst[:at], false
	}
	if i < len(s) {
		exp, ok := parseExponent(s[i:])
		if !ok {
			return dst[:at], false
		}
		point += exp
	}
	for len(dst) > first && dst[len(dst)-1] == '0' {
		dst = dst[:len(dst)-1]
	}
	if len(dst) == first {
		return append(dst[:at], '0'), true
	}
	if !plausible(point - 1) { // the exponent that it is written with is read again
		return dst[:at], false
	}
	return placePoint(dst, first, point), true
}

// plausible reports whether an exponent is one that someone may have written
// on purpose.
func plausible(exponent int) bool { return exponent >= -1e9 && exponent <= 1e9 }

// parseExponent reads e±digits.
func parseExponent(s []byte) (int, bool) {
	if s[0] != 'e' && s[0] != 'E' {
		return 0, false
	}
	n, err := strconv.Atoi(string(s[1:]))
	if err != nil || !plausible(n) {
		return 0, false
	}
	return n, true
}

// placePoint turns the digits dst[first:] into 0.digits × 10^point.
func placePoint(dst []byte, first, point int) []byte {
	digits := len(dst) - first
	switch {
	case point >= digits && point-digits <= maxZeros:
		for range point - digits {
			dst = append(dst, '0')
		}
	case point > 0 && point < digits:
		dst = slices.Insert(dst, first+point, '.')
	case point <= 0 && -point <= maxZeros:
		dst = slices.Insert(dst, first, append([]byte("0."), bytes.Repeat([]byte{'0'}, -point)...)...)
	default:
		if digits > 1 {
			dst = slices.Insert(dst, first+1, '.')
		}
		dst = append(dst, 'e')
		dst = strconv.AppendInt(dst, int64(point-1), 10)
	}
	return dst
}
