package geojson

import (
	"errors"
	"fmt"
	"strconv"
	"unicode/utf8"

	"github.com/arpent-geo/arpent/geo"
)

// errShort says that the window ends before what is being read does: the
// reader fetches more and starts again.
var errShort = errors.New("more bytes are needed")

// maxJSONDepth limits arrays and objects inside one another.
const maxJSONDepth = 512

// parser reads JSON in a window of the file: b[:n], followed by one zero byte,
// so that the next byte can be looked at without asking whether there is one.
type parser struct {
	b     []byte
	i, n  int
	final bool // the window ends with the file
	base  int64
	index int // of the feature being read, from 0
	arena []byte

	feature  Feature
	known    [][]byte // names of the properties of the feature before: no two equal
	crsText  []byte
	crs      string
	typeSeen bool // the type of the open collection has been read
	noted    [warningKinds]int
}

func (p *parser) space() {
	for {
		switch p.b[p.i] {
		case ' ', '\n', '\r', '\t':
			p.i++
		default:
			return
		}
	}
}

// fail says what is wrong at the current byte, in French then in English.
func (p *parser) fail(fr, en string, args ...any) *geo.Error {
	return p.failAt(p.i, fr, en, args...)
}

func (p *parser) failAt(at int, fr, en string, args ...any) *geo.Error {
	if len(args) > 0 {
		fr, en = fmt.Sprintf(fr, args...), fmt.Sprintf(en, args...)
	}
	return geo.Invalid(fmt.Sprintf("record %d, byte %d", p.index+1, p.base+int64(at)), geo.Text{FR: fr, EN: en}, geo.Text{})
}

// want is the error for something else than expected at the current byte, or
// errShort at the end of the window.
func (p *parser) want(fr, en string) error {
	end := p.i
	for end < p.i+20 && isLetter(p.b[end]) {
		end++
	}
	if p.i >= p.n || end >= p.n && !p.final {
		return errShort
	}
	found := p.found(p.b[p.i:end])
	return p.fail("attendu : %[1]s ; trouvé : %[2]s", "%[3]s expected, %[4]s found", fr, found.FR, en, found.EN)
}

func isLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

// found names what stands at the current byte, where a word may begin.
func (p *parser) found(word []byte) geo.Text {
	if len(word) > 0 {
		return geo.Text{FR: "« " + string(word) + " »", EN: strconv.Quote(string(word))}
	}
	switch c := p.b[p.i]; {
	case c == '{':
		return geo.Text{FR: "un objet", EN: "an object"}
	case c == '[':
		return geo.Text{FR: "un tableau", EN: "an array"}
	case c == '"':
		return geo.Text{FR: "un texte", EN: "a text"}
	case c == '-' || c >= '0' && c <= '9':
		return geo.Text{FR: "un nombre", EN: "a number"}
	case c > 0x20 && c < utf8.RuneSelf:
		return geo.Text{FR: "« " + string(rune(c)) + " »", EN: strconv.Quote(string(rune(c)))}
	default:
		return geo.Text{FR: fmt.Sprintf("l'octet 0x%02X", c), EN: fmt.Sprintf("byte 0x%02X", c)}
	}
}

// expect skips spaces and reads c.
func (p *parser) expect(c byte) error {
	p.space()
	if p.b[p.i] != c {
		return p.want("« "+string(rune(c))+" »", strconv.Quote(string(rune(c))))
	}
	p.i++
	return nil
}

// more goes to the next element of an array or object that close ends; the
// opening mark has been read. done is true once close is read.
func (p *parser) more(first bool, closing byte) (done bool, err error) {
	p.space()
	switch c := p.b[p.i]; {
	case c == closing:
		p.i++
		return true, nil
	case first:
		return false, nil
	case c == ',':
		p.i++
		p.space()
		if p.b[p.i] == closing {
			return false, p.fail("virgule en trop avant « %c »", "a comma too many before %q", rune(closing))
		}
		return false, nil
	}
	return false, p.want("« , » ou « "+string(rune(closing))+" »", `"," or `+strconv.Quote(string(rune(closing))))
}

// key reads the name of the next member and the colon after it.
func (p *parser) key() ([]byte, error) {
	if p.b[p.i] != '"' {
		return nil, p.want("un nom entre guillemets", "a name in quotes")
	}
	name, err := p.text()
	if err != nil {
		return nil, err
	}
	if err := p.expect(':'); err != nil {
		return nil, err
	}
	p.space()
	return name, nil
}

// The classes of bytes in a string.
const (
	plainByte = iota
	quoteByte
	escapeByte
	controlByte
	highByte
)

var byteClass = func() (t [256]byte) {
	for c := range t {
		switch {
		case c == '"':
			t[c] = quoteByte
		case c == '\\':
			t[c] = escapeByte
		case c < 0x20:
			t[c] = controlByte
		case c >= utf8.RuneSelf:
			t[c] = highByte
		}
	}
	return t
}()

// text reads the string that starts here. The result is a part of the window,
// or of the arena when there are escapes.
func (p *parser) text() ([]byte, error) {
	start := p.i + 1
	i, high, decoded := start, false, -1
	for {
		switch byteClass[p.b[i]] {
		case plainByte:
			i++
		case highByte:
			high = true
			i++
		case quoteByte:
			s := p.b[start:i]
			if high && !utf8.Valid(s) {
				return nil, p.notUTF8(start, s)
			}
			p.i = i + 1
			if decoded < 0 {
				return s, nil
			}
			p.arena = append(p.arena, s...)
			return p.arena[decoded:len(p.arena):len(p.arena)], nil
		case escapeByte:
			// A pair of surrogates takes twelve bytes: they must be in the window.
			if !p.final && p.n-i < 12 {
				return nil, errShort
			}
			if decoded < 0 {
				decoded = len(p.arena)
			}
			if high && !utf8.Valid(p.b[start:i]) {
				return nil, p.notUTF8(start, p.b[start:i])
			}
			var size int
			p.arena = append(p.arena, p.b[start:i]...)
			if p.arena, size = geo.AppendUnescaped(p.arena, p.b[i:p.n]); size == 0 {
				return nil, p.failAt(i, "échappement « \\ » inconnu dans un texte", "an unknown escape in a text")
			}
			i += size
			start, high = i, false
		default:
			if i >= p.n {
				return nil, errShort
			}
			return nil, p.failAt(i, "caractère de contrôle 0x%02X dans un texte", "control character 0x%02X in a text", p.b[i])
		}
	}
}

func (p *parser) notUTF8(start int, s []byte) error {
	at := 0
	for at < len(s) {
		r, size := utf8.DecodeRune(s[at:])
		if r == utf8.RuneError && size == 1 {
			break
		}
		at += size
	}
	err := p.failAt(start+at, "l'octet 0x%02X n'est pas de l'UTF-8", "byte 0x%02X is not UTF-8", s[at])
	err.Hint = geo.Text{FR: "enregistrez le fichier en UTF-8, ou donnez son encodage", EN: "save the file in UTF-8, or tell its encoding"}
	return err
}

// number reads a number (RFC 8259, 6) and returns its text; whole is true
// without point and exponent.
func (p *parser) number() (raw []byte, whole bool, err error) {
	start := p.i
	i := start
	if p.b[i] == '-' {
		i++
	}
	first := i
	i = p.digits(i)
	if i == first || i-first > 1 && p.b[first] == '0' {
		return nil, false, p.badNumber(i)
	}
	whole = true
	if p.b[i] == '.' {
		whole = false
		point := i
		if i = p.digits(i + 1); i == point+1 {
			return nil, false, p.badNumber(i)
		}
	}
	if p.b[i]|0x20 == 'e' {
		whole = false
		i++
		if p.b[i] == '+' || p.b[i] == '-' {
			i++
		}
		exp := i
		if i = p.digits(i); i == exp {
			return nil, false, p.badNumber(i)
		}
	}
	if i >= p.n {
		return nil, false, errShort
	}
	p.i = i
	return p.b[start:i], whole, nil
}

func (p *parser) digits(i int) int {
	for p.b[i]-'0' <= 9 {
		i++
	}
	return i
}

// badNumber is the error for what is not a number at the current byte, of
// which the bytes before at are right.
func (p *parser) badNumber(at int) error {
	if at >= p.n {
		return errShort
	}
	if c := p.b[p.i]; c == '-' || c >= '0' && c <= '9' {
		return p.fail("nombre mal écrit", "a badly written number")
	}
	return p.want("un nombre", "a number")
}

// value reads any value. A whole number that fits is KindInt, another number
// KindDecimal as written, an object KindJSON and an array KindArray as written.
func (p *parser) value() (geo.Value, error) {
	switch c := p.b[p.i]; c {
	case '"':
		s, err := p.text()
		return geo.TextValue(s), err
	case '{', '[':
		start := p.i
		err := p.skip(0)
		if c == '{' {
			return geo.JSON(p.b[start:p.i]), err
		}
		return geo.Array(p.b[start:p.i]), err
	case 't':
		return geo.Bool(true), p.literal("true")
	case 'f':
		return geo.Bool(false), p.literal("false")
	case 'n':
		return geo.Null(), p.literal("null")
	}
	if c := p.b[p.i]; c != '-' && (c < '0' || c > '9') {
		return geo.Value{}, p.want("une valeur", "a value")
	}
	raw, whole, err := p.number()
	if err == nil && whole {
		if n, ok := parseWhole(raw); ok {
			return geo.Int(n), nil
		}
	}
	return geo.Decimal(raw), err
}

// parseWhole reads the text of a whole number, if it fits.
func parseWhole(raw []byte) (int64, bool) {
	if len(raw) > 19 {
		n, err := strconv.ParseInt(string(raw), 10, 64)
		return n, err == nil
	}
	digits, n := raw, int64(0)
	if raw[0] == '-' {
		digits = raw[1:]
	}
	for _, c := range digits {
		n = n*10 + int64(c-'0')
	}
	if n < 0 { // nineteen digits can pass 2^63
		return 0, false
	}
	if raw[0] == '-' {
		n = -n
	}
	return n, true
}

func (p *parser) literal(s string) error {
	for k := range len(s) {
		if p.b[p.i+k] != s[k] {
			if p.i+k >= p.n {
				return errShort
			}
			return p.want("une valeur", "a value")
		}
	}
	p.i += len(s)
	return nil
}

// skip reads any value and checks that it is JSON.
func (p *parser) skip(depth int) error {
	c := p.b[p.i]
	if c != '{' && c != '[' {
		_, err := p.value()
		return err
	}
	if depth >= maxJSONDepth {
		return p.fail("plus de %d niveaux de tableaux et d'objets", "more than %d levels of arrays and objects", maxJSONDepth)
	}
	p.i++
	for first := true; ; first = false {
		done, err := p.more(first, c+2) // ']' and '}' come two after '[' and '{'
		if done || err != nil {
			return err
		}
		if c == '{' {
			if _, err := p.key(); err != nil {
				return err
			}
		}
		if err := p.skip(depth + 1); err != nil {
			return err
		}
	}
}
