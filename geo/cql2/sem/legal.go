package sem

import "github.com/arpent-geo/arpent/geo"

// LegalZone is a part of the French territory and the projection in which its
// surveys are published (decree 2019-165 of 5 March 2019, articles 1 and 2).
type LegalZone struct {
	Box geo.BBox // longitude, latitude; edges included
	CRS geo.CRS
}

// LegalZones returns the zones in which AREA, LENGTH and S_DWITHIN measure.
// The first that holds a place counts.
func LegalZones() []LegalZone {
	zone := func(code string, minLon, minLat, maxLon, maxLat float64) LegalZone {
		return LegalZone{geo.BBox{CRS: geo.CRS84, MinX: minLon, MinY: minLat, MaxX: maxLon, MaxY: maxLat}, geo.EPSG(code)}
	}
	return []LegalZone{
		zone("2154", -10, 40, 11, 52),     // metropolitan France
		zone("5490", -64, 13, -60, 19),    // Guadeloupe, Martinique, Saint-Martin, Saint-Barthélemy
		zone("2972", -56, 1, -49, 10),     // French Guiana
		zone("2975", 52, -25, 59, -17),    // Réunion
		zone("4471", 43, -15, 47, -11),    // Mayotte
		zone("4467", -59, 43, -54, 49),    // Saint-Pierre-et-Miquelon
		zone("3163", 156, -27, 175, -14),  // New Caledonia
		zone("3296", -156, -29, -150, -4), // French Polynesia, zone 5
		zone("3297", -150, -29, -144, -4), // French Polynesia, zone 6
	}
}

// Legal returns the projection in which what lies at a place is measured;
// false where there is none: a measure is null there.
func Legal(lon, lat float64) (geo.CRS, bool) {
	for _, z := range LegalZones() {
		if lon >= z.Box.MinX && lon <= z.Box.MaxX && lat >= z.Box.MinY && lat <= z.Box.MaxY {
			return z.CRS, true
		}
	}
	return geo.CRS{}, false
}

// LegalOf returns the projection of all rows of a layer that is stored in one
// of the legal projections; false where each row is measured at its own place,
// the middle of its envelope in the layer's system.
func LegalOf(system geo.CRS) (geo.CRS, bool) {
	for _, z := range LegalZones() {
		if z.CRS == system {
			return system, true
		}
	}
	return geo.CRS{}, false
}
