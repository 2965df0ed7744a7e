package crs

import (
	"strconv"
	"strings"

	"github.com/arpent-geo/arpent/geo"
)

// Ref is a system as a request names it: the way of writing it decides the
// order of the axes.
type Ref struct {
	CRS geo.CRS
	XY  bool // x, y order was asked for (bare integer)
}

// Swapped reports whether coordinates written in this reference are y, x:
// latitude or northing first.
func (r Ref) Swapped() bool {
	s := systems().byCRS[r.CRS]
	return !r.XY && s != nil && s.NorthFirst
}

// Parse reads the name of a system:
//
//	http://www.opengis.net/def/crs/EPSG/0/2154   URI, http or https (OGC 18-058r1)
//	urn:ogc:def:crs:EPSG::2154                   URN (OGC 07-092r3)
//	EPSG:2154  [EPSG:2154]  OGC:CRS84  CRS84     short forms
//	2154                                         SRID, in x, y order as pg_featureserv reads it
//
// All but the last follow the axis order of the authority. Errors:
// geo.ErrUnsupportedCRS for a system that is not in the table,
// geo.ErrInvalidInput for a text that names none.
func Parse(s string) (Ref, error) {
	authority, code, ok := split(strings.TrimSpace(s))
	if !ok {
		return Ref{}, unreadable(s)
	}
	r := Ref{XY: authority == ""}
	r.CRS.Authority = strings.ToUpper(authority)
	if r.XY {
		r.CRS.Authority = "EPSG"
	}
	r.CRS.Code = code
	if r.CRS.Authority == "OGC" && len(code) >= 5 {
		// The code is a word, which people write in any case.
		r.CRS.Code = strings.ToUpper(code[:5]) + strings.ToLower(code[5:])
	}
	if _, err := Lookup(r.CRS); err != nil {
		return Ref{}, err
	}
	return r, nil
}

// maxName bounds the texts worth reading: the longest URI has 50 characters.
const maxName = 100

// split takes a name apart; authority is empty for a bare integer.
func split(s string) (authority, code string, ok bool) {
	if len(s) > maxName {
		return "", "", false
	}
	if isNumber(s) {
		return "", s, true
	}
	lower := strings.ToLower(s)
	for _, prefix := range []string{"http://www.opengis.net/def/crs/", "https://www.opengis.net/def/crs/"} {
		if strings.HasPrefix(lower, prefix) {
			return threeParts(strings.Split(s[len(prefix):], "/"))
		}
	}
	const urn, urnX = "urn:ogc:def:crs:", "urn:x-ogc:def:crs:"
	for _, prefix := range []string{urn, urnX} {
		if strings.HasPrefix(lower, prefix) {
			return threeParts(strings.Split(s[len(prefix):], ":"))
		}
	}
	if strings.HasPrefix(s, "[") && strings.HasSuffix(s, "]") {
		s = s[1 : len(s)-1]
	}
	if strings.EqualFold(s, "CRS84") || strings.EqualFold(s, "CRS84h") {
		return "OGC", s, true
	}
	authority, code, ok = strings.Cut(s, ":")
	return authority, code, ok && isWord(authority) && isWord(code)
}

// threeParts reads authority, version (any, or none), code.
func threeParts(p []string) (authority, code string, ok bool) {
	if len(p) != 3 || strings.Trim(p[1], "0123456789.") != "" {
		return "", "", false
	}
	return p[0], p[2], isWord(p[0]) && isWord(p[2])
}

func isNumber(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

func isWord(s string) bool {
	for i := range len(s) {
		c := s[i] | 0x20
		if (c < 'a' || c > 'z') && (s[i] < '0' || s[i] > '9') {
			return false
		}
	}
	return s != ""
}

func unreadable(s string) error {
	return geo.Invalid("",
		geo.Text{
			FR: "« " + clip(s) + " » ne nomme pas un système de coordonnées",
			EN: strconv.Quote(clip(s)) + " does not name a coordinate reference system",
		},
		geo.Text{
			FR: "par exemple http://www.opengis.net/def/crs/EPSG/0/2154, EPSG:2154 ou 2154",
			EN: "for example http://www.opengis.net/def/crs/EPSG/0/2154, EPSG:2154 or 2154",
		})
}

// clip shortens what a message repeats of the request.
func clip(s string) string {
	if len(s) <= maxName {
		return strings.ToValidUTF8(s, "?")
	}
	return strings.ToValidUTF8(s[:maxName], "") + "…"
}
