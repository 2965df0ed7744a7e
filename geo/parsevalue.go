package geo

import (
	"encoding/base64"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// ParseValue reads the text of a request or of a file as a value of kind k:
// every form that AppendText prints, and
//
//	bool                    true, false, 1, 0
//	int                     also 12.0 and 1.2e1, which are whole
//	date                    2024-01-02
//	timestamp, timestamptz  a date alone (midnight), T or a space before the
//	                        time, seconds and up to nine decimals optional
//	                        (finer than a microsecond is cut); timestamptz
//	                        without zone is UTC, timestamp must have none
//	uuid                    any case, with or without hyphens or braces
//
// Text must be UTF-8 without NUL, which PostgreSQL cannot hold. The error is a
// *Error of kind ErrInvalidInput, without Where.
func ParseValue(k Kind, s string) (Value, error) {
	var v Value
	ok := false
	switch k {
	case KindBool:
		v, ok = Bool(s == "true" || s == "1"), s == "true" || s == "1" || s == "false" || s == "0"
	case KindInt:
		v, ok = parseInt(s)
	case KindReal:
		var f float64
		f, ok = parseFloat(s, 32)
		v = Real(float32(f))
	case KindFloat:
		var f float64
		f, ok = parseFloat(s, 64)
		v = Float(f)
	case KindDecimal:
		v.Bytes, ok = appendNumber(nil, []byte(s))
	case KindText:
		v, ok = String(s), utf8.ValidString(s) && strings.IndexByte(s, 0) < 0
	case KindDate, KindTimestamp, KindTimestampTZ:
		v, ok = parseTime(k, s)
	case KindUUID:
		v.Bytes, ok = parseUUID(s)
	case KindBytes:
		b, err := base64.StdEncoding.DecodeString(s)
		v, ok = BytesValue(b), err == nil
	case KindJSON, KindArray:
		v.Bytes, ok = AppendNormalJSON(nil, []byte(s))
		ok = ok && (k == KindJSON || v.Bytes[0] == '[')
	}
	if !ok {
		return Value{}, badValue(k, s)
	}
	v.Kind = k
	return v, nil
}

func parseInt(s string) (Value, bool) {
	if n, err := strconv.ParseInt(s, 10, 64); err == nil {
		return Int(n), true
	}
	// The plain form of a whole number has neither point nor exponent.
	plain, ok := appendNumber(nil, []byte(s))
	n, err := strconv.ParseInt(string(plain), 10, 64)
	return Int(n), ok && err == nil
}

// parseFloat reads a finite decimal number; hexadecimal, underscores, NaN and
// infinities, which strconv reads, are refused.
func parseFloat(s string, bits int) (float64, bool) {
	for i := range len(s) {
		if !isNumberByte(s[i]) {
			return 0, false
		}
	}
	f, err := strconv.ParseFloat(s, bits)
	return f, err == nil
}

// parseTime reads a date, or a date and a time in the profile of RFC 3339.
func parseTime(k Kind, s string) (Value, bool) {
	switch s {
	case "infinity":
		return Value{Num: PosInfinity}, true
	case "-infinity":
		n := int64(NegInfinity)
		return Value{Num: uint64(n)}, true
	}
	days, rest, ok := parseDate(s)
	if !ok || k == KindDate {
		return Date(days), ok && rest == ""
	}
	const day = 86400 * 1000000
	if days > math.MaxInt64/day-2 || days < math.MinInt64/day+2 {
		return Value{}, false
	}
	us := days * day
	if rest == "" {
		return Timestamp(us), true
	}
	if rest[0] != 'T' && rest[0] != 't' && rest[0] != ' ' {
		return Value{}, false
	}
	clock, zone, ok := parseClock(rest[1:])
	if !ok {
		return Value{}, false
	}
	us += clock
	if zone == "" {
		return Timestamp(us), true
	}
	offset, ok := parseZone(zone)
	return Timestamp(us - offset), ok && k == KindTimestampTZ
}

// parseDate reads [±YY]YYYY-MM-DD and returns what follows.
func parseDate(s string) (days int64, rest string, ok bool) {
	negative, width := false, 4
	if s != "" && (s[0] == '+' || s[0] == '-') {
		negative = s[0] == '-'
		s = s[1:]
		width = strings.IndexByte(s, '-')
		if width < 4 || width > 7 {
			return 0, "", false
		}
	}
	if len(s) < width+6 || s[width] != '-' || s[width+3] != '-' {
		return 0, "", false
	}
	year, ok1 := digits(s[:width])
	month, ok2 := digits(s[width+1 : width+3])
	day, ok3 := digits(s[width+4 : width+6])
	if negative {
		year = -year
	}
	t := time.Date(int(year), time.Month(month), int(day), 0, 0, 0, 0, time.UTC)
	// time.Date carries 30 February over to March: such a date is refused.
	if !ok1 || !ok2 || !ok3 || t.Month() != time.Month(month) || t.Day() != int(day) {
		return 0, "", false
	}
	return floorDiv(t.Unix(), 86400), s[width+6:], true
}

// parseClock reads hh:mm[:ss[.fraction]] in microseconds; 24:00 is refused.
func parseClock(s string) (us int64, zone string, ok bool) {
	if len(s) < 5 || s[2] != ':' {
		return 0, "", false
	}
	hour, ok1 := digits(s[:2])
	minute, ok2 := digits(s[3:5])
	if !ok1 || !ok2 || hour > 23 || minute > 59 {
		return 0, "", false
	}
	us = (hour*60 + minute) * 60e6
	if s = s[5:]; s == "" || s[0] != ':' {
		return us, s, true
	}
	if len(s) < 3 {
		return 0, "", false
	}
	second, ok := digits(s[1:3])
	if !ok || second > 59 {
		return 0, "", false
	}
	us += second * 1e6
	if s = s[3:]; s == "" || s[0] != '.' {
		return us, s, true
	}
	unit, n := int64(1e5), 1
	for ; n < len(s) && s[n] >= '0' && s[n] <= '9'; n++ {
		us += int64(s[n]-'0') * unit
		unit /= 10
	}
	return us, s[n:], n > 1 && n <= 10
}

// parseZone reads Z or ±hh:mm in microseconds east of UTC.
func parseZone(s string) (us int64, ok bool) {
	if s == "Z" || s == "z" {
		return 0, true
	}
	if len(s) != 6 || s[3] != ':' || s[0] != '+' && s[0] != '-' {
		return 0, false
	}
	hour, ok1 := digits(s[1:3])
	minute, ok2 := digits(s[4:6])
	us = (hour*60 + minute) * 60e6
	if s[0] == '-' {
		us = -us
	}
	return us, ok1 && ok2 && hour <= 23 && minute <= 59
}

// digits reads a short number made of digits only.
func digits(s string) (n int64, ok bool) {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return 0, false
		}
		n = n*10 + int64(s[i]-'0')
	}
	return n, s != ""
}

func parseUUID(s string) ([]byte, bool) {
	if len(s) == 38 && s[0] == '{' && s[37] == '}' {
		s = s[1:37]
	}
	if len(s) == 36 {
		for _, at := range [...]int{8, 13, 18, 23} {
			if s[at] != '-' {
				return nil, false
			}
		}
	}
	b := []byte(strings.ReplaceAll(s, "-", ""))
	if len(b) != 32 || len(s) != 32 && len(s) != 36 {
		return nil, false
	}
	lowerASCII(b)
	for _, c := range b {
		if strings.IndexByte(hexDigits, c) < 0 {
			return nil, false
		}
	}
	hex := string(b)
	return []byte(hex[:8] + "-" + hex[8:12] + "-" + hex[12:16] + "-" + hex[16:20] + "-" + hex[20:]), true
}

// expected says what a value of each kind looks like.
var expected = [...]Text{
	KindBool:        {"true ou false", "true or false"},
	KindInt:         {"un nombre entier", "a whole number"},
	KindReal:        {"un nombre, avec un point pour les décimales", "a number, with a point before its decimals"},
	KindFloat:       {"un nombre, avec un point pour les décimales", "a number, with a point before its decimals"},
	KindDecimal:     {"un nombre, avec un point pour les décimales", "a number, with a point before its decimals"},
	KindText:        {"un texte en UTF-8, sans caractère nul", "UTF-8 text without a null character"},
	KindDate:        {"une date, par exemple 2024-01-31", "a date, such as 2024-01-31"},
	KindTimestamp:   {"une date et une heure sans fuseau, par exemple 2024-01-31T12:00:00", "a date and a time without zone, such as 2024-01-31T12:00:00"},
	KindTimestampTZ: {"un instant, par exemple 2024-01-31T12:00:00Z ou …+01:00 (%2B01:00 dans une URL)", "an instant, such as 2024-01-31T12:00:00Z or …+01:00 (%2B01:00 in a URL)"},
	KindUUID:        {"un UUID, par exemple 123e4567-e89b-12d3-a456-426614174000", "a UUID, such as 123e4567-e89b-12d3-a456-426614174000"},
	KindBytes:       {"des octets en base 64", "octets in base 64"},
	KindJSON:        {"un document JSON", "a JSON document"},
	KindArray:       {"un tableau JSON", "a JSON array"},
}

func badValue(k Kind, s string) error {
	if len(s) > 100 {
		s = s[:100] + "…"
	}
	s = strings.ToValidUTF8(s, "\uFFFD")
	var hint Text
	if int(k) < len(expected) {
		hint = expected[k]
	}
	return Invalid("", Text{"valeur « " + s + " » illisible pour le type " + k.String(), "value " + strconv.Quote(s) + " cannot be read as " + k.String()}, hint)
}
