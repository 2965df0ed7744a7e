package gpkg

import (
	"cmp"
	"math/big"
	"strings"
)

// maxExponent bounds the exponents that are worked out: beyond, texts compare
// as texts.
const maxExponent = 20000

// compareDecimals orders the texts of decimal numbers by value, exactly:
// -Infinity, numbers, Infinity, NaN (as PostgreSQL does), then what is no
// number, by code point.
func compareDecimals(a, b string) int {
	if a == b {
		return 0
	}
	ra, rb := decimalRank(a), decimalRank(b)
	switch {
	case ra != rb:
		return cmp.Compare(ra, rb)
	case ra == rankText:
		return strings.Compare(a, b)
	case ra != rankNumber:
		return 0
	}
	da, db := splitDecimal(a), splitDecimal(b)
	if da.exp != "" || db.exp != "" {
		x, _ := new(big.Rat).SetString(a)
		y, _ := new(big.Rat).SetString(b)
		return x.Cmp(y)
	}
	return da.compare(db)
}

const (
	rankNegative = iota
	rankNumber
	rankPositive
	rankNaN
	rankText
)

func decimalRank(s string) int {
	switch s {
	case "-Infinity":
		return rankNegative
	case "Infinity":
		return rankPositive
	case "NaN":
		return rankNaN
	}
	if isDecimal(s) {
		return rankNumber
	}
	return rankText
}

// decimal is a number cut into its parts, without zeros that do not count.
type decimal struct {
	negative        bool
	whole, fraction string
	exp             string
}

func splitDecimal(s string) decimal {
	var d decimal
	if s[0] == '-' || s[0] == '+' {
		d.negative, s = s[0] == '-', s[1:]
	}
	if k := strings.IndexAny(s, "eE"); k >= 0 {
		s, d.exp = s[:k], s[k+1:]
	}
	d.whole, d.fraction, _ = strings.Cut(s, ".")
	d.whole, d.fraction = strings.TrimLeft(d.whole, "0"), strings.TrimRight(d.fraction, "0")
	if d.whole == "" && d.fraction == "" {
		d.negative = false
	}
	return d
}

func (d decimal) compare(o decimal) int {
	if d.negative != o.negative {
		if d.negative {
			return -1
		}
		return 1
	}
	c := cmp.Or(cmp.Compare(len(d.whole), len(o.whole)),
		strings.Compare(d.whole, o.whole), strings.Compare(d.fraction, o.fraction))
	if d.negative {
		return -c
	}
	return c
}

// isDecimal reports whether s is an optional sign, digits with at most one
// point among them, and an optional exponent within bounds.
func isDecimal(s string) bool {
	if s != "" && (s[0] == '-' || s[0] == '+') {
		s = s[1:]
	}
	digits, point := 0, false
	for k := 0; k < len(s); k++ {
		switch c := s[k]; {
		case c >= '0' && c <= '9':
			digits++
		case c == '.' && !point:
			point = true
		case (c == 'e' || c == 'E') && digits > 0:
			return isExponent(s[k+1:])
		default:
			return false
		}
	}
	return digits > 0
}

func isExponent(s string) bool {
	if s != "" && (s[0] == '-' || s[0] == '+') {
		s = s[1:]
	}
	n := 0
	for k := 0; k < len(s); k++ {
		if s[k] < '0' || s[k] > '9' || n > maxExponent {
			return false
		}
		n = n*10 + int(s[k]-'0')
	}
	return s != "" && n <= maxExponent
}
