package wkb_test

import (
	"fmt"

	"github.com/arpent-geo/arpent/geo"
	"github.com/arpent-geo/arpent/geo/wkb"
)

// Notre-Dame de Paris in Lambert-93 (easting, northing in metres), written as
// PostGIS and a GeoPackage keep it.
func Example() {
	g := wkb.Geometry{Type: geo.Point, SRID: 2154, Coords: []float64{652381, 6861723}}
	fmt.Printf("%X\n", wkb.AppendEWKB(nil, &g))
	blob := wkb.AppendGPKG(nil, &g, 2154)

	var back wkb.Geometry
	h, err := wkb.DecodeGPKG(blob, &back)
	fmt.Println(back.Type, back.Coords, h.SRID, err)
	// Output:
	// 01010000206A08000000000000BAE82341000000C0E62C5A41
	// Point [652381 6.861723e+06] 2154 <nil>
}
