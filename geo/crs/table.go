package crs

import (
	"strconv"

	"github.com/arpent-geo/arpent/geo"
)

// kind is the method of a projection.
type kind uint8

const (
	kindGeographic  kind = iota
	kindWebMercator      // EPSG method 1024
	kindMercator         // EPSG method 9804
	kindLCC              // EPSG method 9802
	kindTM               // EPSG method 9807
	kindLAEA             // EPSG method 9820
)

// curved is false when meridians and parallels are the lines x = c and y = c.
func (k kind) curved() bool { return k >= kindLCC }

// definition holds the parameters of a system: degrees and metres. Two systems
// of equal definitions have the same coordinates.
type definition struct {
	kind       kind
	ell        ellipsoid
	lon0, lat0 float64 // natural origin
	lat1, lat2 float64 // standard parallels
	x0, y0     float64 // of the natural origin
	k0         float64
	shift      helmert // to WGS 84; zero: none
}

type row struct {
	crs        geo.CRS
	name       string
	northFirst bool
	definition
}

// rgpf is RGPF to WGS 84 (1), EPSG:8828, accuracy 0.5 m: the shift that PROJ
// takes for French Polynesia.
var rgpf = helmert{
	x: 0.072, y: -0.507, z: -0.245, // metres
	rx: 0.0183, ry: -0.0003, rz: 0.007, // arc-seconds, position vector
	ppm: -0.0093,
}

// definitions returns the table, checked against the EPSG registry 10.076.
func definitions() []row {
	geographic := definition{kind: kindGeographic}
	lambert93 := conic(3, 46.5, 44, 49, 700000, 6600000)
	epsg := func(code int, name string, d definition) row {
		return row{geo.EPSG(strconv.Itoa(code)), name, false, d}
	}
	north := func(code int, name string, d definition) row {
		return row{geo.EPSG(strconv.Itoa(code)), name, true, d}
	}
	table := []row{
		{geo.CRS84, "WGS 84 (CRS84)", false, geographic},
		{geo.CRS84h, "WGS 84 longitude-latitude-height (CRS84h)", false, geographic},
		north(4326, "WGS 84", geographic),
		north(4171, "RGF93 v1", geographic),
		north(9777, "RGF93 v2", geographic),
		north(9782, "RGF93 v2b", geographic),
		north(4258, "ETRS89", geographic),
		north(5489, "RGAF09", geographic),
		north(4624, "RGFG95", geographic),
		north(4627, "RGR92", geographic),
		north(4470, "RGM04", geographic),
		north(4463, "RGSPM06", geographic),
		north(4749, "RGNC91-93", geographic),

		epsg(3857, "WGS 84 / Pseudo-Mercator", definition{kind: kindWebMercator, ell: wgs84}),
		epsg(3395, "WGS 84 / World Mercator", definition{kind: kindMercator, ell: wgs84}),
		north(3035, "ETRS89-extended / LAEA Europe",
			definition{kind: kindLAEA, ell: grs80, lon0: 10, lat0: 52, x0: 4321000, y0: 3210000}),

		epsg(2154, "RGF93 v1 / Lambert-93", lambert93),
		epsg(9793, "RGF93 v2 / Lambert-93", lambert93),
		epsg(9794, "RGF93 v2b / Lambert-93", lambert93),
		epsg(3163, "RGNC91-93 / Lambert New Caledonia",
			conic(166, -21.5, -(20+40./60), -(22+20./60), 400000, 300000)),

		epsg(5490, "RGAF09 / UTM zone 20N", utm(grs80, 20, false)),
		epsg(4559, "RRAF 1991 / UTM zone 20N", utm(grs80, 20, false)),
		epsg(2972, "RGFG95 / UTM zone 22N", utm(grs80, 22, false)),
		epsg(4467, "RGSPM06 / UTM zone 21N", utm(grs80, 21, false)),
		epsg(2975, "RGR92 / UTM zone 40S", utm(grs80, 40, true)),
		epsg(4471, "RGM04 / UTM zone 38S", utm(grs80, 38, true)),
		epsg(3296, "RGPF / UTM zone 5S", shifted(utm(grs80, 5, true), rgpf)),
		epsg(3297, "RGPF / UTM zone 6S", shifted(utm(grs80, 6, true), rgpf)),
	}
	// The nine conformal conics of France: parallels at 0.75° from the middle,
	// northings 1,000 km apart.
	for n := 42; n <= 50; n++ {
		lat := float64(n)
		d := conic(3, lat, lat-0.75, lat+0.75, 1700000, float64(n-41)*1e6+200000)
		cc := " / CC" + strconv.Itoa(n)
		table = append(table,
			epsg(3900+n, "RGF93 v1"+cc, d), epsg(9780+n, "RGF93 v2"+cc, d), epsg(9800+n, "RGF93 v2b"+cc, d))
	}
	for zone := 1; zone <= 60; zone++ {
		name := "WGS 84 / UTM zone " + strconv.Itoa(zone)
		table = append(table,
			epsg(32600+zone, name+"N", utm(wgs84, zone, false)), epsg(32700+zone, name+"S", utm(wgs84, zone, true)))
	}
	return table
}

func conic(lon0, lat0, lat1, lat2, x0, y0 float64) definition {
	return definition{kind: kindLCC, ell: grs80, lon0: lon0, lat0: lat0, lat1: lat1, lat2: lat2, x0: x0, y0: y0}
}

func utm(ell ellipsoid, zone int, south bool) definition {
	d := definition{kind: kindTM, ell: ell, lon0: float64(6*zone - 183), k0: 0.9996, x0: 500000}
	if south {
		d.y0 = 1e7
	}
	return d
}

func shifted(d definition, h helmert) definition {
	d.shift = h
	return d
}

// projection works out the constants of the definition.
func (d definition) projection() projection {
	var p projection
	switch d.kind {
	case kindWebMercator:
		p = webMercator{d.ell.a}
	case kindMercator:
		p = mercator{d.ell.consts()}
	case kindLCC:
		p = newLCC(d)
	case kindTM:
		p = newTM(d)
	case kindLAEA:
		p = newLAEA(d)
	default:
		p = geographic{}
	}
	if d.shift != (helmert{}) {
		p = newShift(d, p)
	}
	return p
}

// domain is as wide as the projection allows without cut, pole or loss of
// accuracy: national files do hold overseas features in Lambert-93. A pole
// always stays out of the domain's envelope, so that a box in the plane never
// surrounds one.
func (d definition) domain() geo.BBox {
	around := func(width, south, north float64) geo.BBox {
		b := geo.BBox{CRS: geo.CRS84, MinX: d.lon0 - width, MinY: south, MaxX: d.lon0 + width, MaxY: north}
		if b.MinX < -180 {
			b.MinX += 360
		}
		if b.MaxX > 180 {
			b.MaxX -= 360
		}
		return b
	}
	switch d.kind {
	case kindWebMercator, kindMercator:
		return around(180, -89.9, 89.9)
	case kindLCC:
		if d.lat0 < 0 {
			return around(110, -85, 60)
		}
		return around(110, -60, 85)
	case kindTM:
		return around(40, -85, 85)
	case kindLAEA:
		return around(70, 15, 85)
	}
	return around(180, -90, 90)
}
