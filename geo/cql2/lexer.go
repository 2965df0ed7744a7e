package cql2

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// tokenKind says what a token of the text is.
type tokenKind uint8

const (
	tokenEnd    tokenKind = iota
	tokenWord             // identifier or keyword, as written
	tokenQuoted           // "identifier", without its quotes
	tokenString           // 'text', without its quotes
	tokenNumber           // without sign
	tokenSymbol           // ( ) , = <> < > <= >= + - * / ^ %
)

// token is one word of the text, at a byte of it.
type token struct {
	kind tokenKind
	text string
	at   int
}

// is reports whether the token is a keyword or a symbol.
func (t token) is(word string) bool {
	return t.kind == tokenWord && strings.EqualFold(t.text, word) || t.kind == tokenSymbol && t.text == word
}

// skipSpace returns the place of the next character that is not white space
// (the production whitespace of the grammar, which is unicode.IsSpace).
func (s *source) skipSpace(at int) int {
	for at < len(s.text) {
		r, n := utf8.DecodeRuneInString(s.text[at:])
		if !unicode.IsSpace(r) {
			break
		}
		at += n
	}
	return at
}

// lex reads the token that begins at a byte that is not white space, and
// returns the byte after it.
func (s *source) lex(at int) (t token, end int, err error) {
	if at == len(s.text) {
		return token{tokenEnd, "", at}, at, nil
	}
	rest := s.text[at:]
	r, _ := utf8.DecodeRuneInString(rest)
	switch {
	case r == '\'':
		return s.quoted(at, tokenString)
	case r == '"':
		return s.quoted(at, tokenQuoted)
	case isDigit(r), r == '.' && len(rest) > 1 && isDigit(rune(rest[1])):
		end = at + numberLength(rest)
		return token{tokenNumber, s.text[at:end], at}, end, nil
	case isIdentifierStart(r):
		end = at + identifierLength(rest)
		return token{tokenWord, s.text[at:end], at}, end, nil
	}
	n := 1
	if strings.HasPrefix(rest, "<>") || strings.HasPrefix(rest, "<=") || strings.HasPrefix(rest, ">=") {
		n = 2
	}
	if !strings.ContainsRune("(),=<>+-*/^%", r) {
		return token{}, 0, s.fail(at, "caractère inattendu "+quoteFR(string(r)), "unexpected character "+quoteEN(string(r)))
	}
	return token{tokenSymbol, rest[:n], at}, at + n, nil
}

// quoted reads a text or an identifier between quotes. A quote inside is
// doubled; in a text, it may be \' too.
func (s *source) quoted(at int, kind tokenKind) (token, int, error) {
	quote := s.text[at]
	var b strings.Builder
	for i := at + 1; i < len(s.text); i++ {
		c := s.text[i]
		next := byte(0)
		if i+1 < len(s.text) {
			next = s.text[i+1]
		}
		switch {
		case c == quote && next == quote, c == '\\' && next == quote && kind == tokenString:
			b.WriteByte(quote)
			i++
		case c == quote:
			return token{kind, b.String(), at}, i + 1, nil
		default:
			b.WriteByte(c)
		}
	}
	if kind == tokenString {
		return token{}, 0, s.fail(at, "apostrophe qui n'est pas refermée", "quote that is not closed")
	}
	return token{}, 0, s.fail(at, "guillemet qui n'est pas refermé", "double quote that is not closed")
}

func isDigit(r rune) bool { return r >= '0' && r <= '9' }

// numberLength measures digits [. digits] [E [sign] digits].
func numberLength(s string) int {
	digits := func(i int) int {
		for i < len(s) && isDigit(rune(s[i])) {
			i++
		}
		return i
	}
	i := digits(0)
	if i < len(s) && s[i] == '.' {
		i = digits(i + 1)
	}
	if i < len(s) && s[i]|0x20 == 'e' {
		j := i + 1
		if j < len(s) && (s[j] == '+' || s[j] == '-') {
			j++
		}
		if end := digits(j); end > j {
			i = end
		}
	}
	return i
}

// identifierRanges is the production identifierStart.
var identifierRanges = [...][2]rune{
	{':', ':'}, {'_', '_'}, {'A', 'Z'}, {'a', 'z'},
	{0xC0, 0xD6}, {0xD8, 0xF6}, {0xF8, 0x2FF}, {0x370, 0x37D}, {0x37F, 0x1FFE},
	{0x200C, 0x200D}, {0x2070, 0x218F}, {0x2C00, 0x2FEF}, {0x3001, 0xD7FF},
	{0xF900, 0xFDCF}, {0xFDF0, 0xFFFD}, {0x10000, 0xEFFFF},
}

func isIdentifierStart(r rune) bool {
	for _, span := range identifierRanges {
		if r >= span[0] && r <= span[1] {
			// U+1680 and its like lie in the ranges of the grammar.
			return !unicode.IsSpace(r)
		}
	}
	return false
}

func isIdentifierPart(r rune) bool {
	return isIdentifierStart(r) || isDigit(r) || r == '.' || r >= 0x300 && r <= 0x36F || r == 0x203F || r == 0x2040
}

func identifierLength(s string) int {
	for i, r := range s {
		if !isIdentifierPart(r) {
			return i
		}
	}
	return len(s)
}
