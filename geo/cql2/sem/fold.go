package sem

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/arpent-geo/arpent/geo"
)

// Fold returns s without case or without accents.
func Fold(op geo.FoldOp, s string) string {
	if op == geo.FoldCase {
		return CaseFold(s)
	}
	return AccentFold(s)
}

// CaseFold is CASEI: NFC, then each character in capitals and back to small
// letters, ß and ẞ as ss. It depends on no locale, and is idempotent.
func CaseFold(s string) string {
	if isASCII(s) {
		return strings.ToLower(s)
	}
	var b strings.Builder
	b.Grow(len(s))
	for _, r := range norm.NFC.String(s) {
		if r == 'ß' || r == 'ẞ' {
			b.WriteString("ss")
			continue
		}
		b.WriteRune(unicode.ToLower(unicode.ToUpper(r)))
	}
	// A change of case can bring letters together that have a composed form.
	return norm.NFC.String(b.String())
}

// Letters that no decomposition takes apart, and what ACCENTI makes of them.
var plainLetters = map[rune]string{
	'œ': "oe", 'Œ': "OE", 'æ': "ae", 'Æ': "AE", 'ß': "ss", 'ẞ': "SS",
	'ø': "o", 'Ø': "O", 'đ': "d", 'Đ': "D", 'ł': "l", 'Ł': "L", 'ħ': "h", 'Ħ': "H", 'ı': "i",
}

// PlainLetters returns the letters that have no decomposition and that ACCENTI
// replaces, with their replacement.
func PlainLetters() map[rune]string {
	out := make(map[rune]string, len(plainLetters))
	for r, s := range plainLetters {
		out[r] = s
	}
	return out
}

// AccentFold is ACCENTI: NFD, without the marks U+0300 to U+036F, the letters
// of PlainLetters replaced, then NFC. It keeps the case, depends on no locale,
// and is idempotent.
func AccentFold(s string) string {
	if isASCII(s) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	for _, r := range norm.NFD.String(s) {
		if r >= 0x300 && r <= 0x36F {
			continue
		}
		if plain, ok := plainLetters[r]; ok {
			b.WriteString(plain)
			continue
		}
		b.WriteRune(r)
	}
	return norm.NFC.String(b.String())
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// Upper and Lower are UPPER and LOWER: each character alone by the Unicode
// data, so that ß stays ß and no locale matters.
func Upper(s string) string { return strings.Map(unicode.ToUpper, s) }

// Lower is the reverse of Upper.
func Lower(s string) string { return strings.Map(unicode.ToLower, s) }

// Pattern returns the text of the pattern of a LIKE, folded as it says.
func Pattern(e geo.Expr) string {
	switch e := e.(type) {
	case geo.Literal:
		return string(e.Value.Bytes)
	case geo.Fold:
		return Fold(e.Op, Pattern(e.Operand))
	}
	return ""
}

// Like reports whether the whole of s matches a pattern: % is any run of
// characters, _ one character, \ takes the next as it is. Case and accents
// count. It takes at most len(s)·len(pattern) steps.
func Like(s, pattern string) bool {
	// After a %, what follows is tried further and further in s; only the last %
	// needs it, since an earlier one could win nothing by taking more.
	restS, restP, star := "", "", false
	for {
		if pattern == "" {
			if s == "" {
				return true
			}
		} else if pattern[0] == '%' {
			pattern = pattern[1:]
			restS, restP, star = s, pattern, true
			continue
		} else if n, m, ok := likeOne(s, pattern); ok {
			s, pattern = s[n:], pattern[m:]
			continue
		}
		if !star || restS == "" {
			return false
		}
		_, n := utf8.DecodeRuneInString(restS)
		restS = restS[n:]
		s, pattern = restS, restP
	}
}

// likeOne matches one character, and returns the bytes taken of both.
func likeOne(s, pattern string) (n, m int, ok bool) {
	if s == "" {
		return 0, 0, false
	}
	r, n := utf8.DecodeRuneInString(s)
	if pattern[0] == '_' {
		return n, 1, true
	}
	escape := 0
	if pattern[0] == '\\' && len(pattern) > 1 {
		escape = 1
	}
	p, m := utf8.DecodeRuneInString(pattern[escape:])
	return n, m + escape, r == p && s[:n] == pattern[escape:escape+m]
}
