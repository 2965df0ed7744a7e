package geo

import (
	"encoding/base64"
	"math"
	"strconv"
	"unicode/utf8"
)

// AppendJSON appends the value as JSON. Both stores print through it, so that
// they answer the same bytes:
//
//	int, real, float   shortest digits that read back as the same number (real:
//	                   the same 32-bit number); NaN and infinities are null
//	decimal            exact, without needless zeros: 1.50 is 1.5
//	date               2024-01-02
//	timestamp          2024-01-02T03:04:05.678, without zone
//	timestamptz        2024-01-02T03:04:05.678Z
//	uuid, bytes        lower case; base64 (RFC 4648, 4)
//	json, array        keys sorted by code point, no spaces, numbers as above
//
// Times have exactly three decimals; finer ones are cut, towards the past.
// Years outside 0 to 9999 take a sign and six digits (ECMA-262, 21.4.1.32);
// infinite times are "infinity" and "-infinity". Text that is not UTF-8 has
// U+FFFD in place of each bad byte; json that is not JSON is a string.
func (v Value) AppendJSON(dst []byte) []byte {
	at := len(dst)
	switch v.Kind {
	case KindBool, KindInt, KindReal, KindFloat, KindDecimal:
		if dst = v.AppendText(dst); len(dst) == at {
			return append(dst, "null"...)
		}
		return dst
	case KindText:
		return AppendJSONString(dst, v.Bytes)
	case KindDate, KindTimestamp, KindTimestampTZ, KindBytes:
		dst = append(dst, '"')
		return append(v.AppendText(dst), '"')
	case KindUUID:
		dst = AppendJSONString(dst, v.Bytes)
		lowerASCII(dst[at:])
		return dst
	case KindJSON, KindArray:
		dst, ok := AppendNormalJSON(dst, v.Bytes)
		if !ok {
			return AppendJSONString(dst, v.Bytes)
		}
		return dst
	}
	return append(dst, "null"...)
}

// AppendText appends the value as AppendJSON does, but without quotes and
// escapes: for tiles, CSV and pages. Null, NaN and infinite numbers are empty.
func (v Value) AppendText(dst []byte) []byte {
	at := len(dst)
	switch v.Kind {
	case KindBool:
		return strconv.AppendBool(dst, v.Bool())
	case KindInt:
		return strconv.AppendInt(dst, v.Int(), 10)
	case KindReal:
		return appendFloat(dst, v.Float(), 32)
	case KindFloat:
		return appendFloat(dst, v.Float(), 64)
	case KindDecimal:
		dst, _ = appendNumber(dst, v.Bytes)
		return dst
	case KindText:
		return appendValidUTF8(dst, v.Bytes)
	case KindDate:
		return appendDate(dst, v.Int())
	case KindTimestamp, KindTimestampTZ:
		return appendTimestamp(dst, v.Int(), v.Kind == KindTimestampTZ)
	case KindUUID:
		dst = appendValidUTF8(dst, v.Bytes)
		lowerASCII(dst[at:])
		return dst
	case KindBytes:
		return base64.StdEncoding.AppendEncode(dst, v.Bytes)
	case KindJSON, KindArray:
		dst, ok := AppendNormalJSON(dst, v.Bytes)
		if !ok {
			return appendValidUTF8(dst, v.Bytes)
		}
		return dst
	}
	return dst
}

// appendFloat prints like encoding/json, and -0 as 0 (SQLite does not keep
// it); nothing for what is not a finite number.
func appendFloat(dst []byte, f float64, bits int) []byte {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return dst
	}
	if f == 0 {
		return append(dst, '0')
	}
	format := byte('f')
	if a := math.Abs(f); a < 1e-6 || a >= 1e21 {
		format = 'e'
	}
	dst = strconv.AppendFloat(dst, f, format, -1, bits)
	// 1e-09 is written 1e-9, as everywhere in JSON.
	if n := len(dst); format == 'e' && dst[n-4] == 'e' && dst[n-3] == '-' && dst[n-2] == '0' {
		dst[n-2] = dst[n-1]
		dst = dst[:n-1]
	}
	return dst
}

func appendDate(dst []byte, days int64) []byte {
	if dst, ok := appendInfinite(dst, days); ok {
		return dst
	}
	year, month, day := civil(days)
	dst = append(appendYear(dst, year), '-')
	dst = append(appendTwo(dst, month), '-')
	return appendTwo(dst, day)
}

func appendTimestamp(dst []byte, us int64, zone bool) []byte {
	if dst, ok := appendInfinite(dst, us); ok {
		return dst
	}
	const day = 86400 * 1000000
	days := floorDiv(us, day)
	ms := (us - days*day) / 1000
	dst = appendDate(dst, days)
	dst = append(dst, 'T')
	dst = append(appendTwo(dst, ms/3600e3), ':')
	dst = append(appendTwo(dst, ms/60e3%60), ':')
	dst = append(appendTwo(dst, ms/1e3%60), '.', byte('0'+ms/100%10))
	dst = appendTwo(dst, ms%100)
	if zone {
		dst = append(dst, 'Z')
	}
	return dst
}

// appendInfinite prints the infinite times of PostgreSQL as it does.
func appendInfinite(dst []byte, n int64) ([]byte, bool) {
	switch n {
	case PosInfinity:
		return append(dst, "infinity"...), true
	case NegInfinity:
		return append(dst, "-infinity"...), true
	}
	return dst, false
}

func appendYear(dst []byte, year int64) []byte {
	if year >= 0 && year <= 9999 {
		return appendTwo(appendTwo(dst, year/100), year%100)
	}
	sign := byte('+')
	if year < 0 {
		sign, year = '-', -year
	}
	dst = append(dst, sign)
	for limit := int64(100_000); year < limit && limit > 1; limit /= 10 {
		dst = append(dst, '0')
	}
	return strconv.AppendInt(dst, year, 10)
}

// appendTwo appends n, from 0 to 99, as two digits.
func appendTwo(dst []byte, n int64) []byte {
	return append(dst, byte('0'+n/10), byte('0'+n%10))
}

// civil returns the proleptic Gregorian date of a number of days since
// 1970-01-01, for any number of days (time.Time stops short of that). Eras of
// 400 years hold 146,097 days; years start in March, so that the leap day is last.
func civil(days int64) (year, month, day int64) {
	const era = 146097
	n := floorDiv(days, era)
	doe := days - n*era + 135080 // 1970-01-01 is day 135,080 of the era that began in 1600
	n += 4
	if doe >= era {
		doe, n = doe-era, n+1
	}
	yoe := (doe - doe/1460 + doe/36524 - doe/146096) / 365
	doy := doe - (365*yoe + yoe/4 - yoe/100)
	m := (5*doy + 2) / 153
	day = doy - (153*m+2)/5 + 1
	year = yoe + n*400
	if month = m + 3; month > 12 {
		month, year = month-12, year+1
	}
	return year, month, day
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

// jsonPlain marks the bytes that stand for themselves in a JSON string.
var jsonPlain = func() (t [256]bool) {
	for c := 0x20; c < utf8.RuneSelf; c++ {
		t[c] = c != '"' && c != '\\'
	}
	return t
}()

const hexDigits = "0123456789abcdef"

// AppendJSONString appends s as a JSON string, quotes included: only what JSON
// requires is escaped, and U+FFFD stands for each byte that is not UTF-8.
func AppendJSONString(dst, s []byte) []byte {
	dst = append(dst, '"')
	start := 0
	for i := 0; i < len(s); {
		c := s[i]
		if jsonPlain[c] {
			i++
			continue
		}
		if c >= utf8.RuneSelf {
			r, size := utf8.DecodeRune(s[i:])
			if r == utf8.RuneError && size == 1 {
				dst = append(append(dst, s[start:i]...), "\uFFFD"...)
				start = i + 1
			}
			i += size
			continue
		}
		dst = append(append(dst, s[start:i]...), '\\')
		switch c {
		case '"', '\\':
			dst = append(dst, c)
		case '\n':
			dst = append(dst, 'n')
		case '\r':
			dst = append(dst, 'r')
		case '\t':
			dst = append(dst, 't')
		default:
			dst = append(dst, 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
		}
		i++
		start = i
	}
	return append(append(dst, s[start:]...), '"')
}

// appendValidUTF8 appends s with U+FFFD in place of each bad byte.
func appendValidUTF8(dst, s []byte) []byte {
	if utf8.Valid(s) {
		return append(dst, s...)
	}
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRune(s[i:])
		dst = utf8.AppendRune(dst, r)
		i += size
	}
	return dst
}

func lowerASCII(b []byte) {
	for i, c := range b {
		if c >= 'A' && c <= 'Z' {
			b[i] = c + 'a' - 'A'
		}
	}
}
