package gpkg

import (
	"fmt"
	"strconv"
	"time"

	"github.com/arpent-geo/arpent/geo"
)

// parseDate reads "2024-01-31" as days since 1970; a time after it is left
// out. "infinity" and "-infinity" are those of PostgreSQL.
func parseDate(s string) (days int64, ok bool) {
	if inf, ok := parseInfinity(s); ok {
		return inf, true
	}
	day, _, ok := scanDay(s)
	return day, ok
}

// parseTime reads a date and time as microseconds since 1970: "T" or a space
// between, seconds and fractions optional, "Z", an offset, or nothing, which
// means UTC, for GeoPackage knows no local time (OGC 12-128r19, table 1).
func parseTime(s string) (us int64, ok bool) {
	if inf, ok := parseInfinity(s); ok {
		return inf, true
	}
	day, rest, ok := scanDay(s)
	if !ok {
		return 0, false
	}
	us = day * 86400e6
	if rest == "" {
		return us, true
	}
	if rest[0] != 'T' && rest[0] != 't' && rest[0] != ' ' {
		return 0, false
	}
	clock, rest, ok := scanClock(rest[1:])
	if !ok {
		return 0, false
	}
	offset, ok := scanOffset(rest)
	return us + clock - offset, ok
}

func parseInfinity(s string) (int64, bool) {
	switch s {
	case "infinity":
		return geo.PosInfinity, true
	case "-infinity":
		return geo.NegInfinity, true
	}
	return 0, false
}

// maxYear is that of a timestamp of PostgreSQL; its microseconds fit an int64.
const maxYear = 290000

// scanDay reads a year of four digits or more, signed or not, a month and a day.
func scanDay(s string) (days int64, rest string, ok bool) {
	sign, digits := 1, s
	if s != "" && (s[0] == '-' || s[0] == '+') {
		if s[0] == '-' {
			sign = -1
		}
		digits = s[1:]
	}
	n := 0
	for n < len(digits) && n < 6 && digits[n] >= '0' && digits[n] <= '9' {
		n++
	}
	if n < 4 || len(digits) < n+6 || digits[n] != '-' || digits[n+3] != '-' {
		return 0, "", false
	}
	year, _ := strconv.Atoi(digits[:n])
	month, ok1 := twoDigits(digits[n+1:], 1, 12)
	day, ok2 := twoDigits(digits[n+4:], 1, 31)
	t := time.Date(sign*year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
	if !ok1 || !ok2 || t.Day() != day || year > maxYear {
		return 0, "", false
	}
	return floorDiv(t.Unix(), 86400), digits[n+6:], true
}

// scanClock reads hh:mm[:ss[.fraction]] as microseconds.
func scanClock(s string) (us int64, rest string, ok bool) {
	h, ok1 := twoDigits(s, 0, 24)
	if !ok1 || len(s) < 5 || s[2] != ':' {
		return 0, "", false
	}
	m, ok2 := twoDigits(s[3:], 0, 59)
	us, s = int64(h*3600+m*60)*1e6, s[5:]
	if len(s) == 0 || s[0] != ':' {
		return us, s, ok2
	}
	sec, ok3 := twoDigits(s[1:], 0, 60)
	if !ok3 {
		return 0, "", false
	}
	us, s = us+int64(sec)*1e6, s[3:]
	if len(s) > 0 && (s[0] == '.' || s[0] == ',') {
		s = s[1:]
		for unit := int64(100000); len(s) > 0 && s[0] >= '0' && s[0] <= '9'; s, unit = s[1:], unit/10 {
			us += unit * int64(s[0]-'0')
		}
	}
	return us, s, ok2
}

// scanOffset reads Z, +hh, +hhmm or +hh:mm as microseconds; nothing means UTC.
func scanOffset(s string) (us int64, ok bool) {
	if s == "" || s == "Z" || s == "z" {
		return 0, true
	}
	if len(s) < 3 || s[0] != '+' && s[0] != '-' {
		return 0, false
	}
	h, ok := twoDigits(s[1:], 0, 23)
	m := 0
	if rest := s[3:]; ok && rest != "" {
		if rest[0] == ':' {
			rest = rest[1:]
		}
		m, ok = twoDigits(rest, 0, 59)
		ok = ok && len(rest) == 2
	}
	us = int64(h*3600+m*60) * 1e6
	if s[0] == '-' {
		us = -us
	}
	return us, ok
}

func twoDigits(s string, lo, hi int) (int, bool) {
	if len(s) < 2 || s[0] < '0' || s[0] > '9' || s[1] < '0' || s[1] > '9' {
		return 0, false
	}
	n := int(s[0]-'0')*10 + int(s[1]-'0')
	return n, n >= lo && n <= hi
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

// dateText writes days since 1970 as a GeoPackage DATE.
func dateText(days int64) string {
	if s, ok := infinityText(days); ok {
		return s
	}
	return dayText(time.Unix(days*86400, 0).UTC())
}

// timeText writes microseconds since 1970 with milliseconds, as GeoPackage
// asks, or with microseconds where there are some; zone is "Z" or nothing.
func timeText(us int64, zone string) string {
	if s, ok := infinityText(us); ok {
		return s
	}
	layout := "T15:04:05.000"
	if us%1000 != 0 {
		layout = "T15:04:05.000000"
	}
	t := time.UnixMicro(us).UTC()
	return dayText(t) + t.Format(layout) + zone
}

// dayText is the date of ISO 8601, whose years before 1 BC have a sign and
// four digits, which time.Format does not give them.
func dayText(t time.Time) string {
	if t.Year() >= 0 {
		return t.Format("2006-01-02")
	}
	return fmt.Sprintf("-%04d-%02d-%02d", -t.Year(), t.Month(), t.Day())
}

func infinityText(n int64) (string, bool) {
	switch n {
	case geo.PosInfinity:
		return "infinity", true
	case geo.NegInfinity:
		return "-infinity", true
	}
	return "", false
}
