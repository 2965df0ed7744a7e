package loaders

import "time"

// ParseDate reads "2024-01-31" and nothing else: days since 1970-01-01.
func ParseDate(s []byte) (days int64, ok bool) {
	if len(s) != 10 || s[4] != '-' || s[7] != '-' {
		return 0, false
	}
	y, okY := digits(s[:4])
	m, okM := digits(s[5:7])
	d, okD := digits(s[8:10])
	if !okY || !okM || !okD || m < 1 || m > 12 || d < 1 || d > 31 {
		return 0, false
	}
	t := time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC)
	if t.Day() != d { // 31 April
		return 0, false
	}
	return t.Unix() / 86400, true
}

// ParseTimestamp reads "2024-01-31T12:34:56", with up to six decimals, then
// nothing, "Z" or "+01:00" (RFC 3339): microseconds since
// 1970-01-01T00:00:00, in UTC when zoned. Whatever it could not give back
// exactly is not read, and stays text.
func ParseTimestamp(s []byte) (us int64, zoned, ok bool) {
	if len(s) < 19 || s[10] != 'T' && s[10] != ' ' || s[13] != ':' || s[16] != ':' {
		return 0, false, false
	}
	days, ok := ParseDate(s[:10])
	hh, okH := digits(s[11:13])
	mm, okM := digits(s[14:16])
	ss, okS := digits(s[17:19])
	if !ok || !okH || !okM || !okS || hh > 23 || mm > 59 || ss > 59 {
		return 0, false, false
	}
	us = (days*86400 + int64(hh*3600+mm*60+ss)) * 1e6
	rest := s[19:]
	if len(rest) > 0 && rest[0] == '.' {
		n := 1
		for n < len(rest) && rest[n] >= '0' && rest[n] <= '9' {
			n++
		}
		if n < 2 || n > 7 {
			return 0, false, false
		}
		f, _ := digits(rest[1:n])
		for i := n; i < 7; i++ {
			f *= 10
		}
		us += int64(f)
		rest = rest[n:]
	}
	offset, zoned, ok := parseZone(rest)
	return us - int64(offset)*1e6, zoned, ok
}

// parseZone reads "", "Z" or "±hh:mm": seconds east of UTC.
func parseZone(s []byte) (seconds int, zoned, ok bool) {
	switch {
	case len(s) == 0:
		return 0, false, true
	case len(s) == 1 && s[0] == 'Z':
		return 0, true, true
	case len(s) == 6 && (s[0] == '+' || s[0] == '-') && s[3] == ':':
		hh, okH := digits(s[1:3])
		mm, okM := digits(s[4:6])
		if seconds = hh*3600 + mm*60; s[0] == '-' {
			seconds = -seconds
		}
		return seconds, true, okH && okM && hh < 24 && mm < 60
	}
	return 0, false, false
}

// digits reads a number made of digits alone; at most nine of them.
func digits(s []byte) (n int, ok bool) {
	for _, c := range s {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + int(c-'0')
	}
	return n, len(s) > 0
}
