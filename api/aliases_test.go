package api

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/arpent-geo/arpent/geo"
	"github.com/arpent-geo/arpent/geo/mvt"
)

// layersIn returns the names and numbers of features of a tile.
func layersIn(t *testing.T, tile string) []string {
	t.Helper()
	decoded, err := mvt.Decode([]byte(tile))
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, l := range decoded.Layers {
		out = append(out, fmt.Sprintf("%s:%d", l.Name, len(l.Features)))
	}
	return out
}

// Maps made for pg_tileserv and Martin find their tiles at the same addresses,
// and the layer in the tile under the name that their style draws.
func TestTilesAtTheAddressesOfOtherServers(t *testing.T) {
	ts := newTestSite(t, Options{})
	for path, want := range map[string]string{
		"/public.communes/7/64/44.pbf": "public.communes:25", "/communes/7/64/44": "communes:25", "/communes/7/64/44.mvt": "communes:25",
		"/public.communes/7/64/44.pbf?properties=code&limit=50000&buffer=256": "public.communes:25", "/communes/7/64/44?population=100&x=y": "communes:6",
		"/communes,capteurs/7/64/44": "communes:25 capteurs:1", "/communes,capteurs/7/64/44?population=100": "communes:6 capteurs:1", "/capteurs,communes/0/0/0": "capteurs:3",
	} {
		res := ts.get(path)
		text := body(t, res)
		if res.StatusCode != 200 || res.Header.Get("Content-Type") != formatMVT.media {
			t.Errorf("%s: %d %s", path, res.StatusCode, text)
			continue
		}
		if got := strings.Join(layersIn(t, text), " "); !strings.HasPrefix(got, want) {
			t.Errorf("%s: %s, want %s", path, got, want)
		}
	}
	for path, want := range map[string]int{
		"/communes/12/0/0": 204, "/communes,notes/12/0/0": 204, "/communes/13/0/0": 404, "/rien/7/64/44": 404, "/communes,rien/7/64/44": 404, "/ref.codes/0/0/0": 404, "/communes/7/64": 404,
		"/communes/7/999/44": 404, "/communes/7/64/44?population=x": 400, "/rien": 404, "/rien.json": 404, "/communes,capteurs.json": 404, "/ref.codes": 404,
		"/" + strings.Repeat("communes,", 30) + "communes": 404,
	} {
		if res := ts.get(path); res.StatusCode != want {
			t.Errorf("%s: %d, want %d", path, res.StatusCode, want)
		}
	}
	if res := ts.do("POST", "/communes"); res.StatusCode != 405 {
		t.Errorf("POST: %d", res.StatusCode)
	}
}

func TestSeveralLayersInOneTileAreCachedByAllTheirData(t *testing.T) {
	ts := newTestSite(t, Options{})
	const path = "/communes,capteurs/7/64/44"
	tag := ts.get(path).Header.Get("ETag")
	if res := ts.get(path, "If-None-Match: "+tag); res.StatusCode != 304 {
		t.Errorf("unchanged: %d", res.StatusCode)
	}
	ts.store.set(func(f *fakeStore) { f.versions["capteurs"] = geo.Version{Tag: "c8"} })
	if res := ts.get(path, "If-None-Match: "+tag); res.StatusCode != 200 {
		t.Errorf("after a change of the second layer: %d", res.StatusCode)
	}
	if res := ts.get("/communes,notes/7/64/44"); res.Header.Get("Arpent-Data-Version") != "" || !strings.Contains(res.Header.Get("Cache-Control"), "max-age=60") {
		t.Errorf("with a layer that is not tracked: %v", res.Header)
	}
}

// No layer takes the place of an address of Arpent's own.
func TestAliasesAreNeverInTheWay(t *testing.T) {
	ts := newTestSite(t, Options{})
	own := []string{"api", "collections", "conformance", "xyz", "healthz", "readyz", "metrics", "tileMatrixSets", "static", "catalog", "styles"}
	before := map[string]string{}
	for _, name := range own {
		before[name] = body(t, ts.get("/"+name+"?lang=fr"))
	}
	for _, name := range own {
		l := *ts.store.layers[1]
		l.ID = name
		ts.store.layers = append(ts.store.layers, &l)
	}
	for _, name := range []string{"api", "conformance", "tileMatrixSets", "healthz", "readyz"} {
		if got := body(t, ts.get("/"+name+"?lang=fr")); variable.ReplaceAllString(got, "") != variable.ReplaceAllString(before[name], "") {
			t.Errorf("/%s is hidden by a layer", name)
		}
	}
	if _, doc := ts.getJSON("/catalog"); doc["tiles"].(map[string]any)["communes"] == nil {
		t.Errorf("catalog: %v", doc)
	}
}

func TestAliasDocuments(t *testing.T) {
	ts := newTestSite(t, Options{})
	_, doc := ts.getJSON("/communes,capteurs?population=100&x=y")
	layers := doc["vector_layers"].([]any)
	if tiles := doc["tiles"].([]any)[0]; len(layers) != 2 || tiles != "https://exemple.fr/geo/communes%2Ccapteurs/{z}/{x}/{y}?population=100" && tiles != "https://exemple.fr/geo/communes,capteurs/{z}/{x}/{y}?population=100" {
		t.Errorf("%v", doc)
	}
	if res := ts.get("/communes%2Ccapteurs/7/64/44"); res.StatusCode != 200 || !slices.Contains(layersIn(t, body(t, res)), "communes:25") {
		t.Errorf("the address that the document gives: %d", res.StatusCode)
	}
	_, doc = ts.getJSON("/public.communes.json")
	if doc["id"] != "public.communes" || doc["tileurl"] != "https://exemple.fr/geo/public.communes/{z}/{x}/{y}.pbf" || len(doc["properties"].([]any)) != 4 {
		t.Errorf("%v", doc)
	}
}
