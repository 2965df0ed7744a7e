package gpkg

import (
	_ "embed"
	"fmt"
	"strconv"
	"strings"

	"github.com/arpent-geo/arpent/geo"
)

// systemsTable is a line for each EPSG system that Arpent knows: its number,
// its name and its definition (OGC 01-009), which a GeoPackage must hold. UTM
// zones of WGS 84, all alike, are made by utm.
//
//go:embed systems.tsv
var systemsTable string

// system is one row of gpkg_spatial_ref_sys.
type system struct {
	id           int
	name         string
	organization string
	definition   string
}

// undefinedSystems are the rows that every GeoPackage holds beside EPSG:4326
// (OGC 12-128r19, requirement 11).
var undefinedSystems = [...]system{
	{-1, "Undefined Cartesian SRS", "NONE", "undefined"},
	{0, "Undefined geographic SRS", "NONE", "undefined"},
}

// systemFor is the row of a system to be stored. CRS84 is stored as EPSG:4326,
// whose coordinates a GeoPackage holds as longitude, latitude all the same
// (OGC 12-128r19, 2.1.3.1.1, note on axis order).
func systemFor(c geo.CRS) (system, error) {
	code := c.Code
	if c == geo.CRS84 || c == geo.CRS84h {
		code = geo.WGS84.Code
	}
	n, err := strconv.Atoi(code)
	if err != nil || c.Authority != "EPSG" && code == c.Code {
		return system{}, fmt.Errorf("store coordinates of %s: %w", c, geo.ErrUnsupportedCRS)
	}
	if zone := n % 100; (n/100 == 326 || n/100 == 327) && zone >= 1 && zone <= 60 {
		return utm(n), nil
	}
	for line := range strings.Lines(systemsTable) {
		fields := strings.SplitN(strings.TrimSuffix(line, "\n"), "\t", 3)
		if len(fields) == 3 && fields[0] == code {
			return system{n, fields[1], "EPSG", fields[2]}, nil
		}
	}
	return system{}, fmt.Errorf("store coordinates of %s: %w", c, geo.ErrUnsupportedCRS)
}

// utm is a zone of WGS 84: 32601 to 32660 north, 32701 to 32760 south.
func utm(code int) system {
	zone, side, northing := code%100, "N", 0
	if code/100 == 327 {
		side, northing = "S", 10000000
	}
	name := fmt.Sprintf("WGS 84 / UTM zone %d%s", zone, side)
	wgs84, _ := systemFor(geo.WGS84)
	return system{code, name, "EPSG", fmt.Sprintf(
		`PROJCS["%s",%s,PROJECTION["Transverse_Mercator"],PARAMETER["latitude_of_origin",0],PARAMETER["central_meridian",%d],`+
			`PARAMETER["scale_factor",0.9996],PARAMETER["false_easting",500000],PARAMETER["false_northing",%d],`+
			`UNIT["metre",1,AUTHORITY["EPSG","9001"]],AXIS["Easting",EAST],AXIS["Northing",NORTH],AUTHORITY["EPSG","%d"]]`,
		name, wgs84.definition, 6*zone-183, northing, code)}
}
