package geo

import "strings"

// CRS names a coordinate reference system: an authority and its code, such as
// {"EPSG", "2154"} or {"OGC", "CRS84"}. It is comparable; the zero value means
// "not known". What a system does with coordinates is in geo/crs.
type CRS struct{ Authority, Code string }

// The systems that the standards name.
var (
	CRS84       = CRS{"OGC", "CRS84"}  // longitude, latitude in degrees
	CRS84h      = CRS{"OGC", "CRS84h"} // longitude, latitude in degrees, height in metres
	WebMercator = CRS{"EPSG", "3857"}  // easting, northing in metres on the sphere
	Lambert93   = CRS{"EPSG", "2154"}  // easting, northing in metres
	WGS84       = CRS{"EPSG", "4326"}  // latitude, longitude for the authority; x, y inside Arpent
)

// EPSG returns the system that EPSG numbers code.
func EPSG(code string) CRS { return CRS{"EPSG", code} }

// IsZero reports whether the system is not known.
func (c CRS) IsZero() bool { return c == CRS{} }

// String returns the short form, "EPSG:2154".
func (c CRS) String() string {
	if c.IsZero() {
		return "unknown"
	}
	return c.Authority + ":" + c.Code
}

// URI returns the identifier that OGC standards write (OGC 18-058r1, 6.2):
// version 0 for EPSG, 1.3 for the systems of OGC, 0 for OGC:CRS84h.
func (c CRS) URI() string {
	version := "0"
	if strings.EqualFold(c.Authority, "OGC") && c.Code == "CRS84" {
		version = "1.3"
	}
	return "http://www.opengis.net/def/crs/" + c.Authority + "/" + version + "/" + c.Code
}
