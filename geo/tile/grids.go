package tile

import (
	"math"
	"strconv"

	"github.com/arpent-geo/arpent/geo"
)

// Sets returns the grids of this package: those of the world that OGC
// registered, then those of the French territories, from west to east.
func Sets() []*TileMatrixSet {
	return []*TileMatrixSet{
		WebMercatorQuad(), worldCRS84Quad(), worldMercatorWGS84Quad(),
		lamb93(), rgaf09UTM20NQuad(), rgfg95UTM22NQuad(), rgm04UTM38SQuad(), rgr92UTM40S(),
	}
}

const (
	pixel        = 0.00028                          // metres, of scale denominators (17-083r4, 6.1.1)
	halfWorld    = math.Pi * 6378137                // metres, from the origin to the edge of the world
	scaleOfZoom0 = 2 * halfWorld / tileSize / pixel // of WebMercatorQuad
	tileSize     = 256                              // pixels
	register     = "http://www.opengis.net/def/tilematrixset/OGC/1.0/"
	scaleSets    = "http://www.opengis.net/def/wkss/OGC/1.0/"
)

// WebMercatorQuad returns the grid of web maps, zooms 0 to 24 (OGC 17-083r4,
// annex D.1): EPSG:3857, metres on the sphere of radius 6378137.
func WebMercatorQuad() *TileMatrixSet {
	return &TileMatrixSet{
		ID: "WebMercatorQuad", Title: "Google Maps Compatible for the World", URI: register + "WebMercatorQuad",
		CRS: geo.WebMercator, OrderedAxes: []string{"X", "Y"}, WellKnownScaleSet: scaleSets + "GoogleMapsCompatible",
		Matrices: quad(25, -halfWorld, halfWorld, 2*halfWorld/tileSize),
	}
}

// worldMercatorWGS84Quad is the same square in the Mercator projection of the
// ellipsoid (17-083r4, annex D.3).
func worldMercatorWGS84Quad() *TileMatrixSet {
	return &TileMatrixSet{
		ID: "WorldMercatorWGS84Quad", Title: "World Mercator WGS84 (ellipsoid)", URI: register + "WorldMercatorWGS84Quad",
		CRS: geo.EPSG("3395"), OrderedAxes: []string{"E", "N"}, WellKnownScaleSet: scaleSets + "WorldMercatorWGS84",
		Matrices: quad(25, -halfWorld, halfWorld, 2*halfWorld/tileSize),
	}
}

// worldCRS84Quad is two squares of 180 degrees (17-083r4, annex D.2). A degree
// counts as one of the equator.
func worldCRS84Quad() *TileMatrixSet {
	s := &TileMatrixSet{
		ID: "WorldCRS84Quad", Title: "CRS84 for the World", URI: register + "WorldCRS84Quad",
		CRS: geo.CRS84, OrderedAxes: []string{"Lon", "Lat"}, WellKnownScaleSet: scaleSets + "GoogleCRS84Quad",
		Matrices: quad(24, -180, 90, 180./tileSize),
	}
	for z := range s.Matrices {
		m := &s.Matrices[z]
		m.ScaleDenominator *= halfWorld / 180
		m.MatrixWidth *= 2
	}
	return s
}

// lamb93 is the grid of IGN for Lambert-93: cells are about, not exactly,
// halved, each matrix is as wide and high as the territory asks.
func lamb93() *TileMatrixSet {
	return &TileMatrixSet{
		ID: "LAMB93", Title: "RGF93 / Lambert-93 (IGN, LAMB93)", CRS: geo.Lambert93, OrderedAxes: []string{"X", "Y"},
		Matrices: pyramid(0, 12000000, []level{
			{104579.224549894, 2, 2}, {52277.5323537905, 2, 2}, {26135.4870785954, 2, 2}, {13066.8913818, 2, 3},
			{6533.2286041135, 2, 5}, {3266.5595244627, 3, 9}, {1633.2660045974, 5, 16}, {816.629554986, 8, 30},
			{408.3139146768, 14, 59}, {204.1567415109, 26, 117}, {102.0783167832, 51, 232}, {51.0391448966, 100, 462},
			{25.5195690743, 199, 922}, {12.7597836936, 396, 1842}, {6.379891636, 791, 3682}, {3.1899457653, 1581, 7363},
			{1.5949728695, 3161, 14724}, {0.7974864315, 6321, 29447}, {0.3987432149, 12641, 58892}, {0.1993716073, 25281, 117782},
			{0.0996858037, 50561, 235563}, {0.0498429018, 101121, 471125},
		}),
	}
}

// rgr92UTM40S is the grid of IGN for Réunion: cells of 2.5 m, doubled.
func rgr92UTM40S() *TileMatrixSet {
	return &TileMatrixSet{
		ID: "RGR92UTM40S", Title: "RGR92 / UTM 40S, La Réunion (IGN, RGR92UTM40S_2.5m)", CRS: geo.EPSG("2975"), OrderedAxes: []string{"X", "Y"},
		Matrices: pyramid(0, 12000000, []level{
			{163840, 1, 1}, {81920, 1, 1}, {40960, 1, 1}, {20480, 1, 1},
			{10240, 1, 2}, {5120, 1, 4}, {2560, 1, 13}, {1280, 2, 26},
			{640, 4, 51}, {320, 7, 101}, {160, 14, 201}, {80, 27, 401},
			{40, 53, 803}, {20, 106, 1606}, {10, 213, 3211}, {5, 425, 6422},
			{2.5, 849, 12844},
		}),
	}
}

// The overseas territories for which IGN publishes no grid of maps have quad
// grids made alike: one tile of 5120 m cells (1310.72 km, a zone of UTM at the
// equator is 668 km wide) that is halved 16 times, so that cells are those of
// RGR92UTM40S. Its middle is on the central meridian, easting 500,000, and on a
// northing near the territory, rounded to 100 km.

// rgaf09UTM20NQuad is for Guadeloupe, Martinique, Saint-Martin, Saint-Barthélemy.
func rgaf09UTM20NQuad() *TileMatrixSet {
	return utmQuad("RGAF09UTM20NQuad", "RGAF09 / UTM 20N, Antilles", "5490", 1800000)
}

func rgfg95UTM22NQuad() *TileMatrixSet {
	return utmQuad("RGFG95UTM22NQuad", "RGFG95 / UTM 22N, Guyane", "2972", 500000)
}

func rgm04UTM38SQuad() *TileMatrixSet {
	return utmQuad("RGM04UTM38SQuad", "RGM04 / UTM 38S, Mayotte", "4471", 8600000)
}

func utmQuad(id, title, epsg string, northing float64) *TileMatrixSet {
	const cell = 5120
	const half = cell * tileSize / 2
	return &TileMatrixSet{ID: id, Title: title, CRS: geo.EPSG(epsg), OrderedAxes: []string{"E", "N"},
		Matrices: quad(17, 500000-half, northing+half, cell)}
}

// quad returns matrices that start with one tile of such cells, each tile four
// of the next matrix.
func quad(matrices int, left, top, cell float64) []TileMatrix {
	levels := make([]level, matrices)
	for z := range levels {
		levels[z] = level{cell / float64(int(1)<<z), 1 << z, 1 << z}
	}
	return pyramid(left, top, levels)
}

// level is one matrix: its cells in units of the CRS, its width and height in
// tiles.
type level struct {
	cell          float64
	width, height int
}

// pyramid returns matrices that share their upper left corner, for a CRS in
// metres.
func pyramid(left, top float64, levels []level) []TileMatrix {
	var out []TileMatrix
	for z, l := range levels {
		out = append(out, TileMatrix{ID: strconv.Itoa(z), ScaleDenominator: l.cell / pixel, CellSize: l.cell, OriginX: left, OriginY: top,
			TileWidth: tileSize, TileHeight: tileSize, MatrixWidth: l.width, MatrixHeight: l.height})
	}
	return out
}
