package api

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/arpent-geo/arpent/geo"
	"github.com/arpent-geo/arpent/geo/mvt"
	"github.com/arpent-geo/arpent/geo/tile"
	"github.com/arpent-geo/arpent/geo/wkb"
)

// gridsOf are the ids of the grids in a list of tilesets.
func gridsOf(t *testing.T, ts *testSite, path string) (out []string) {
	t.Helper()
	status, doc := ts.getJSON(path)
	list, ok := doc["tilesets"].([]any)
	if status != 200 || !ok {
		t.Fatalf("%s: %d %v", path, status, doc)
	}
	for _, one := range list {
		links := one.(map[string]any)["links"].([]any)
		href := links[0].(map[string]any)["href"].(string)
		out = append(out, href[strings.LastIndex(href, "/")+1:])
		if rel := links[1].(map[string]any)["rel"]; rel != relTilingScheme {
			t.Errorf("%s: %v leads to its grid by %v", path, href, rel)
		}
	}
	return out
}

// A place in each territory, in degrees.
var territories = map[string][2]float64{"metropole": {3, 46.5}, "antilles": {-61.5, 16.2}, "guyane": {-52.3, 4.9}, "reunion": {55.5, -21.1}, "mayotte": {45.2, -12.8}}

func addPlaces(ts *testSite) {
	ts.store.set(func(f *fakeStore) {
		for id, at := range territories {
			l := &geo.Layer{ID: id, Table: id, GeomColumn: "geom", Geometry: geo.Point, CRS: geo.WGS84, StorageCRS: geo.WGS84, Key: []string{"fid"}, IDKind: geo.IDInt}
			f.layers = append(f.layers, l)
			f.rows[id] = []geo.Row{{ID: geo.IntID(1), Key: []geo.Value{geo.Int(1)}, WKB: wkb.AppendWKB(nil, &wkb.Geometry{Type: geo.Point, Coords: at[:]})}}
		}
	})
}

func TestLayerIsInTheGridsOfItsTerritory(t *testing.T) {
	ts := newTestSite(t, Options{})
	addPlaces(ts)
	world := []string{"WebMercatorQuad", "WorldCRS84Quad", "WorldMercatorWGS84Quad"}
	for id, own := range map[string]string{"communes": "LAMB93", "metropole": "LAMB93", "antilles": "RGAF09UTM20NQuad", "guyane": "RGFG95UTM22NQuad",
		"reunion": "RGR92UTM40S", "mayotte": "RGM04UTM38SQuad"} {
		if got, want := gridsOf(t, ts, "/collections/"+id+"/tiles"), append(slices.Clone(world), own); !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", id, got, want)
		}
	}
	if got := gridsOf(t, ts, "/tiles"); len(got) != len(tile.Sets()) {
		t.Errorf("the site: %v", got)
	}
	if got := gridsOf(t, ts, "/tiles?collections=mayotte"); !slices.Equal(got, append(slices.Clone(world), "RGM04UTM38SQuad")) {
		t.Errorf("the site, of Mayotte: %v", got)
	}
}

// limitsOf reads the limits of a tileset.
func limitsOf(t *testing.T, ts *testSite, path string) (out []tile.Limits) {
	t.Helper()
	status, doc := ts.getJSON(path)
	list, ok := doc["tileMatrixSetLimits"].([]any)
	if status != 200 || !ok {
		t.Fatalf("%s: %d %v", path, status, doc)
	}
	for _, one := range list {
		m := one.(map[string]any)
		n := func(name string) int { return int(m[name].(float64)) }
		out = append(out, tile.Limits{TileMatrix: m["tileMatrix"].(string), MinTileRow: n("minTileRow"), MaxTileRow: n("maxTileRow"), MinTileCol: n("minTileCol"), MaxTileCol: n("maxTileCol")})
	}
	return out
}

// tileLayers returns how many features each layer of a tile has.
func tileLayers(t *testing.T, ts *testSite, path string) map[string]int {
	t.Helper()
	res := ts.get(path)
	raw := body(t, res)
	if res.StatusCode != 200 {
		t.Fatalf("%s: %d %s", path, res.StatusCode, raw)
	}
	decoded, err := mvt.Decode([]byte(raw))
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	out := map[string]int{}
	for _, l := range decoded.Layers {
		if _, twice := out[l.Name]; twice {
			t.Errorf("%s: layer %s twice", path, l.Name)
		}
		out[l.Name] = len(l.Features)
	}
	return out
}

// In each grid, matrix by matrix, the tiles within the limits hold every
// feature, and the tiles beside them do not exist.
func TestLimitsHoldEveryFeatureInEachGrid(t *testing.T) {
	ts := newTestSite(t, Options{})
	addPlaces(ts)
	for id, rows := range map[string]int{"communes": 25, "metropole": 1, "antilles": 1, "guyane": 1, "reunion": 1, "mayotte": 1} {
		for _, grid := range gridsOf(t, ts, "/collections/"+id+"/tiles") {
			path := "/collections/" + id + "/tiles/" + grid
			limits := limitsOf(t, ts, path)
			if len(limits) < 10 {
				t.Errorf("%s: %d matrices", path, len(limits))
			}
			for _, m := range limits {
				if m.MaxTileCol-m.MinTileCol > 3 || m.MaxTileRow-m.MinTileRow > 3 {
					continue
				}
				found := 0
				for row := m.MinTileRow; row <= m.MaxTileRow; row++ {
					for col := m.MinTileCol; col <= m.MaxTileCol; col++ {
						found += tileLayers(t, ts, fmt.Sprintf("%s/%s/%d/%d", path, m.TileMatrix, row, col))[id]
					}
				}
				tooSmall := id == "communes" && len(m.TileMatrix) == 1 && m.TileMatrix < "3" // to be drawn
				if found < rows && !tooSmall {
					t.Errorf("%s/%s: %d features of %d", path, m.TileMatrix, found, rows)
				}
				beside := fmt.Sprintf("%s/%s/%d/%d", path, m.TileMatrix, m.MaxTileRow+1, m.MaxTileCol)
				if res := ts.get(beside); res.StatusCode != 404 {
					t.Errorf("%s: %d", beside, res.StatusCode)
				}
			}
		}
	}
}

func TestTileOfSeveralLayers(t *testing.T) {
	ts := newTestSite(t, Options{})
	const at = "/tiles/WebMercatorQuad/8/88/129"
	all := tileLayers(t, ts, at)
	if len(all) != 3 || all["communes"] != 25 || all["capteurs"] != 1 || all["notes"] != 1 {
		t.Errorf("by default: %v", all)
	}
	if got := tileLayers(t, ts, at+"?collections=notes,public.communes,communes"); len(got) != 2 || got["communes"] != 25 {
		t.Errorf("chosen: %v", got)
	}
	own, one := body(t, ts.get("/collections/communes"+at)), body(t, ts.get(at+"?collections=communes"))
	if own != one {
		t.Errorf("one layer: %d and %d bytes", len(own), len(one))
	}
	if got := tileLayers(t, ts, "/tiles/LAMB93/8/"+lambertTile(t, ts)+"?collections=communes,notes"); got["communes"] == 0 || got["notes"] != 1 {
		t.Errorf("in Lambert-93: %v", got)
	}
	for path, want := range map[string]int{
		at + "?collections=rien": 400, at + "?collections=": 400, at + "?collections=ref.codes": 400, at + "?collections=" + strings.Repeat("communes,", maxTileLayers) + "communes": 400,
		at + "?collections=communes&population=100": 200, at + "?collections=communes,notes&population=100": 400, at + "?x=1": 400, at + "?f=json": 406,
		"/tiles/WebMercatorQuad/8/0/0?collections=communes": 404, "/tiles/rien/0/0/0": 404, "/tiles/RGR92UTM40S?collections=communes": 404, "/tiles/RGR92UTM40S/0/0/0?collections=communes": 404,
		"/tiles/WebMercatorQuad/8/2147483647/129": 404, "/collections/communes" + at + "?collections=communes": 400,
		"/tiles/WebMercatorQuad/8/100/129": 200, // within the limits of sensors all over the world, empty
	} {
		if res := ts.get(path); res.StatusCode != want {
			t.Errorf("%s: %d, want %d: %s", path, res.StatusCode, want, body(t, res))
		}
	}
}

// lambertTile is row/column of the first tile of the communes in matrix 8.
func lambertTile(t *testing.T, ts *testSite) string {
	for _, m := range limitsOf(t, ts, "/collections/communes/tiles/LAMB93") {
		if m.TileMatrix == "8" {
			return fmt.Sprintf("%d/%d", m.MinTileRow, m.MinTileCol)
		}
	}
	t.Fatal("no matrix 8")
	return ""
}

// Two grids have a tile of the same numbers: neither the ETag nor the tile
// under way of one is that of the other.
func TestTilesOfTwoGridsAreNotMistaken(t *testing.T) {
	ts := newTestSite(t, Options{})
	a, b := ts.get("/collections/capteurs/tiles/WebMercatorQuad/1/0/1"), ts.get("/collections/capteurs/tiles/WorldCRS84Quad/1/0/1")
	if first, second := body(t, a), body(t, b); a.StatusCode != 200 || b.StatusCode != 200 || a.Header.Get("ETag") == b.Header.Get("ETag") {
		t.Errorf("%d, %d bytes and %d, %d bytes: %s", a.StatusCode, len(first), b.StatusCode, len(second), a.Header.Get("ETag"))
	}
}
