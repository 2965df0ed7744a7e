package api

import (
	"fmt"
	"strings"
	"testing"

	"github.com/arpent-geo/arpent/geo/mvt"
)

func TestTileAddresses(t *testing.T) {
	ts := newTestSite(t, Options{})
	const ogc = "/collections/communes/tiles/WebMercatorQuad/"
	for path, want := range map[string]int{
		ogc + "8/88/129": 200, "/xyz/communes/8/129/88.mvt": 200, ogc + "12/0/0": 404, ogc + "13/2818/4149": 404, ogc + "25/0/0": 404, ogc + "8/129/88": 404,
		ogc + "8/2147483647/129": 404, ogc + "8/9223372036854775808/129": 404, ogc + "8/88/99999999999999999999999": 404, ogc + "9223372036854775808/0/0": 404,
		ogc + "8/-1/129": 400, ogc + "8/x/129": 400, ogc + "8/88/1.5": 400, ogc + "08/88/129": 404, "/xyz/communes/8/129/x.mvt": 400, "/xyz/communes/8/129/88.png": 404,
		"/xyz/rien/0/0/0.mvt": 404, "/collections/communes/tiles/WorldCRS84Quad/0/0/0": 404, "/collections/communes/tiles/WorldCRS84Quad": 200, "/collections/communes/tiles/rien": 404, "/collections/communes/tiles/RGR92UTM40S": 404, "/collections/communes/tiles/RGR92UTM40S/0/0/0": 404, "/tileMatrixSets/rien": 404,
		"/xyz/communes/8/129/88.mvt?population=100": 200, "/xyz/communes/8/129/88.mvt?population=x": 400, "/xyz/communes/8/129/88.mvt?f=mvt": 200, "/xyz/communes/8/129/88.mvt?f=json": 406,
		"/xyz/communes/8/129/88.mvt?datetime=2024-01-01": 200, "/xyz/public.communes.json": 200,
		"/xyz/communes/12/0/0.mvt": 204, "/xyz/communes/13/0/0.mvt": 404, // no data there; no such zoom
		"/xyz/communes/8/129/88.mvt?_=1731&limit=5": 200, "/xyz/communes.json?token=x": 200, ogc + "8/88/129?limit=5": 400, "/xyz/communes/8/129/88.mvt?prop.rien=1": 200,
	} {
		if res := ts.get(path); res.StatusCode != want {
			t.Errorf("%s: %d, want %d: %s", path, res.StatusCode, want, body(t, res))
		}
	}
}

func TestTilesOfBothAddressesAreTheSame(t *testing.T) {
	ts := newTestSite(t, Options{})
	a, b := ts.get("/collections/communes/tiles/WebMercatorQuad/9/176/259"), ts.get("/xyz/communes/9/259/176.mvt")
	first, second := body(t, a), body(t, b)
	if first == "" || first != second || a.Header.Get("ETag") != b.Header.Get("ETag") || a.Header.Get("Vary") != "Accept-Encoding" {
		t.Errorf("%d and %d bytes, %s and %s", len(first), len(second), a.Header.Get("ETag"), b.Header.Get("ETag"))
	}
}

// The address that TileJSON gives names the version of the data: it may be
// kept for ever. Any other is asked again.
func TestTilesOfAVersionAreImmutable(t *testing.T) {
	ts := newTestSite(t, Options{})
	for query, want := range map[string]string{
		"?v=v1": "public, max-age=31536000, immutable", "?v=v0": "public, max-age=0, stale-while-revalidate=30", "": "public, max-age=0, stale-while-revalidate=30",
	} {
		if got := ts.get("/xyz/communes/9/259/176.mvt" + query).Header.Get("Cache-Control"); got != want {
			t.Errorf("%q: %s, want %s", query, got, want)
		}
	}
}

func TestTileHoldsTheFilteredRows(t *testing.T) {
	ts := newTestSite(t, Options{})
	for query, want := range map[string]int{"": 25, "?population=100": 6, "?code=01001": 1, "?code=rien": 0} {
		res := ts.get("/xyz/communes/7/64/44.mvt" + query)
		raw := body(t, res)
		if res.StatusCode != 200 || res.Header.Get("Content-Type") != "application/vnd.mapbox-vector-tile" || (raw == "") != (want == 0) {
			t.Fatalf("%s: %d, %d bytes", query, res.StatusCode, len(raw))
		}
		decoded, err := mvt.Decode([]byte(raw))
		if err != nil {
			t.Fatal(err)
		}
		features := 0
		for _, l := range decoded.Layers {
			if l.Name != "communes" {
				t.Errorf("layer %q", l.Name)
			}
			features += len(l.Features)
		}
		if features != want {
			t.Errorf("%s: %d features, want %d", query, features, want)
		}
	}
}

func TestUnreadableGeometry(t *testing.T) {
	ts := newTestSite(t, Options{})
	ts.store.rows["communes"][3].WKB = []byte{1, 2, 3}
	if res := ts.get("/xyz/communes/9/259/176.mvt"); res.StatusCode != 200 {
		t.Errorf("tile: %d", res.StatusCode)
	}
	status, doc := ts.getJSON("/collections/communes/items")
	if status != 500 || !strings.Contains(fmt.Sprint(doc), "01004") {
		t.Errorf("items: %d %v, want a 500 that names the item", status, doc)
	}
	if res := ts.get("/collections/communes/items?f=html"); res.StatusCode != 200 {
		t.Errorf("page: %d", res.StatusCode)
	}
}

func TestLimitsOfALayerAcrossTheAntimeridian(t *testing.T) {
	ts := newTestSite(t, Options{})
	for path, want := range map[string]int{"/xyz/capteurs/1/0/1.mvt": 200, "/xyz/capteurs/1/1/1.mvt": 200, "/xyz/capteurs/1/1/0.mvt": 200} {
		if res := ts.get(path); res.StatusCode != want {
			t.Errorf("%s: %d", path, res.StatusCode)
		}
	}
}
