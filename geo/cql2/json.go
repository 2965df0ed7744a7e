package cql2

import (
	"encoding/json"
	"errors"

	"github.com/arpent-geo/arpent/geo"
)

// ParseJSON reads a CQL2-JSON expression on the rows of a layer, with the
// errors and the limits of ParseText.
func ParseJSON(doc []byte, l *geo.Layer, o Options) (geo.Expr, error) {
	b, err := newBuilder(string(doc), l, o)
	if err != nil {
		return nil, err
	}
	p := &jsonParser{builder: b, ends: map[int]int{}}
	if err := p.scan(doc); err != nil {
		return nil, err
	}
	e, err := p.expr(p.space(0))
	if err != nil {
		return nil, err
	}
	return b.finish(e)
}

// jsonParser walks a document that scan has found well formed. It holds no
// copy of it: an object is gone through once to find where its members are,
// whatever their order, then each is read in its turn.
type jsonParser struct {
	*builder
	ends map[int]int // of the long arrays and objects: the byte after, by that of the bracket
}

// longValue is the length from which the end of a value is kept: without, the
// walk would pass what is inside at each level around it.
const longValue = 4096

// scan refuses a document that is not JSON, or whose brackets are deeper than
// any filter, and notes where the long values end.
func (p *jsonParser) scan(doc []byte) error {
	var open []int
	text := false
	for i := 0; i < len(doc); i++ {
		switch c := doc[i]; {
		case text && c == '\\':
			i++
		case c == '"':
			text = !text
		case text:
		case c == '{', c == '[':
			// An operator takes two brackets, a geometry six at most.
			if open = append(open, i); len(open) > 2*p.o.Limits.Depth+8 {
				return p.tooDeep(i)
			}
		case c == '}' || c == ']':
			if len(open) == 0 {
				return p.fail(i, "JSON mal formé", "malformed JSON")
			}
			last := len(open) - 1
			if i-open[last] > longValue {
				p.ends[open[last]] = i + 1
			}
			open = open[:last]
		}
	}
	var raw json.RawMessage
	err := json.Unmarshal(doc, &raw)
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		at := max(int(syntax.Offset)-1, 0)
		if int(syntax.Offset) >= len(doc) {
			return p.fail(len(doc), "JSON incomplet ou mal formé", "JSON incomplete or malformed")
		}
		return p.fail(at, "JSON mal formé", "malformed JSON")
	}
	return err
}

// space returns the place of the next byte that is not white space.
func (p *jsonParser) space(at int) int {
	for at < len(p.text) && (p.text[at] == ' ' || p.text[at] == '\n' || p.text[at] == '\r' || p.text[at] == '\t') {
		at++
	}
	return at
}

// skip returns the byte after the value that begins at a byte.
func (p *jsonParser) skip(at int) int {
	if end, ok := p.ends[at]; ok {
		return end
	}
	depth := 0
	for {
		switch p.text[at] {
		case '"':
			at = p.skipText(at)
		case '{', '[':
			depth++
			at++
		case '}', ']':
			depth--
			at++
		default:
			at++
			if depth == 0 {
				return p.skipScalar(at)
			}
			continue
		}
		if depth == 0 {
			return at
		}
	}
}

func (p *jsonParser) skipText(at int) int {
	for at++; p.text[at] != '"'; at++ {
		if p.text[at] == '\\' {
			at++
		}
	}
	return at + 1
}

// skipScalar ends a number, true, false or null.
func (p *jsonParser) skipScalar(at int) int {
	for at < len(p.text) {
		switch p.text[at] {
		case ',', '}', ']', ' ', '\n', '\r', '\t':
			return at
		}
		at++
	}
	return at
}

// members goes through the values of an array, or the keys of an object and
// their values: key is empty in an array.
func (p *jsonParser) members(at int, member func(key string, at int) error) error {
	object := p.text[at] == '{'
	at = p.space(at + 1)
	for p.text[at] != '}' && p.text[at] != ']' {
		key := ""
		if object {
			start := at
			at = p.skipText(at)
			var err error
			if key, err = p.unquote(start, at); err != nil {
				return err
			}
			at = p.space(p.space(at) + 1) // the colon
		}
		if err := member(key, at); err != nil {
			return err
		}
		if at = p.space(p.skip(at)); p.text[at] == ',' {
			at = p.space(at + 1)
		}
	}
	return nil
}

// unquote returns the text of a JSON string.
func (p *jsonParser) unquote(start, end int) (s string, err error) {
	if err := json.Unmarshal([]byte(p.text[start:end]), &s); err != nil {
		return "", p.fail(start, "texte JSON mal formé", "malformed JSON string")
	}
	return s, nil
}

// str reads a string.
func (p *jsonParser) str(at int) (string, error) {
	if p.text[at] != '"' {
		return "", p.unexpected(at, "un texte", "a string")
	}
	return p.unquote(at, p.skipText(at))
}

// list refuses what is not an array.
func (p *jsonParser) list(at int) error {
	if p.text[at] != '[' {
		return p.unexpected(at, "un tableau JSON", "a JSON array")
	}
	return nil
}

// unexpected says what should stand at a byte.
func (p *jsonParser) unexpected(at int, fr, en string) error {
	found := p.text[at:p.skip(at)]
	return p.fail(at, "attendu : "+fr+" ; trouvé : "+quoteFR(found), en+" expected, not "+quoteEN(found))
}

// exprs reads an array of expressions.
func (p *jsonParser) exprs(at, limit int) (out []geo.Expr, err error) {
	if err := p.list(at); err != nil {
		return nil, err
	}
	err = p.members(at, func(_ string, at int) error {
		if err := p.room(at, len(out), limit); err != nil {
			return err
		}
		e, err := p.expr(at)
		out = append(out, e)
		return err
	})
	return out, err
}

// floats reads an array of numbers, limit at most.
func (p *jsonParser) floats(at, limit int) (out []float64, err error) {
	if err := p.list(at); err != nil {
		return nil, err
	}
	err = p.members(at, func(_ string, at int) error {
		if err := p.room(at, len(out), limit); err != nil {
			return err
		}
		f, err := p.float(at)
		out = append(out, f)
		return err
	})
	return out, err
}
