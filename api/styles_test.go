package api

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/arpent-geo/arpent/geo"
)

func TestStylesDrawTheirGeometry(t *testing.T) {
	ts := newTestSite(t, Options{})
	_, list := ts.getJSON("/styles")
	if n := len(list["styles"].([]any)); n != 3 {
		t.Errorf("%d styles, want one a layer with a geometry", n)
	}
	for id, want := range map[string]string{"communes": "background fill line", "capteurs": "background circle", "notes": "background fill line line circle"} {
		res := ts.get("/styles/" + id + "?x=y")
		var doc style
		if err := json.Unmarshal([]byte(body(t, res)), &doc); err != nil || res.StatusCode != 200 || doc.Version != 8 {
			t.Fatalf("%s: %d, %v", id, res.StatusCode, err)
		}
		var kinds []string
		for _, l := range doc.Layers {
			kinds = append(kinds, l.Type)
			if l.Type != "background" && (l.SourceLayer != id || doc.Sources[l.Source].URL == "") {
				t.Errorf("%s: %+v draws nothing", id, l)
			}
			if mixed := l.Filter != nil; l.Type != "background" && mixed != (id == "notes") {
				t.Errorf("%s: filter %v", id, l.Filter)
			}
		}
		if strings.Join(kinds, " ") != want {
			t.Errorf("%s: %v, want %s", id, kinds, want)
		}
		// What it names is there, and holds the layer that it draws.
		_, tiles := ts.getJSON(path(doc.Sources[id].URL))
		if layers, ok := tiles["vector_layers"].([]any); !ok || layers[0].(map[string]any)["id"] != id {
			t.Errorf("%s: %s is %v", id, doc.Sources[id].URL, tiles)
		}
	}
	for path, want := range map[string]int{"/styles/ref.codes": 404, "/styles/rien": 404, "/styles?x=y": 200} {
		if res := ts.get(path); res.StatusCode != want {
			t.Errorf("%s: %d", path, res.StatusCode)
		}
	}
	_, doc := ts.getJSON("/styles/communes?population=100&x=y")
	if url := doc["sources"].(map[string]any)["communes"].(map[string]any)["url"]; url != "https://exemple.fr/geo/xyz/communes.json?population=100" {
		t.Errorf("the filter is lost: %v", url)
	}
}

func TestStyleColoursAreStable(t *testing.T) {
	var seen []string
	for _, id := range []string{"communes", "routes", "cadastre", "arbres", "zones", "batiments", "communes"} {
		s := styleOf(&tileJSON{}, &geo.Layer{ID: id, Geometry: geo.Point}, "")
		seen = append(seen, s.Layers[1].Paint["circle-color"].(string))
	}
	if seen[0] != seen[6] {
		t.Error("a layer changes its colour")
	}
	slices.Sort(seen)
	if len(slices.Compact(seen)) < 3 {
		t.Errorf("all layers look the same: %v", seen)
	}
	for width, want := range map[float64]float64{360: 0, 180: 1, 0.1: 12, 0: 0, 1e-9: 16} {
		if got := zoomTo([4]float64{0, 0, width, 0}); got != want {
			t.Errorf("zoomTo %v = %v, want %v", width, got, want)
		}
	}
}
