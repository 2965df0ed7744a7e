package api

import (
	"bufio"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// A sequence has no maximum: rows go out as they come, and the page after is
// told once they have gone.
func TestSequencesOfAnyLength(t *testing.T) {
	for f, mark := range map[string]string{"geojsonseq": "\x1e", "ndjson": ""} {
		ts := newTestSite(t, Options{MaxItems: 100})
		ts.store.endless = true
		srv := httptest.NewServer(ts.api)
		defer srv.Close()
		req, err := http.NewRequestWithContext(t.Context(), "GET", srv.URL+"/collections/communes/items?limit=5000&f="+f, nil)
		if err != nil {
			t.Fatal(err)
		}
		res, err := srv.Client().Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = res.Body.Close() }()
		n := 0
		lines := bufio.NewScanner(res.Body)
		for lines.Scan() {
			line, marked := strings.CutPrefix(lines.Text(), mark)
			var feature struct{ Type, ID string }
			if err := json.Unmarshal([]byte(line), &feature); err != nil || !marked || feature.Type != "Feature" || feature.ID == "" {
				t.Fatalf("%s, line %d: %q: %v", f, n, line, err)
			}
			n++
		}
		if lines.Err() != nil || n != 5000 {
			t.Errorf("%s: %d features, %v", f, n, lines.Err())
		}
		if link := res.Trailer.Get("Link"); !strings.Contains(link, "cursor=") || !strings.Contains(link, `rel="next"`) {
			t.Errorf("%s: no next page in the trailer: %q", f, link)
		}
	}
}

func TestSequencePages(t *testing.T) {
	ts := newTestSite(t, Options{})
	at, total, pages := "/collections/communes/items?f=ndjson&limit=10", 0, 0
	for ; at != "" && pages < 5; pages++ {
		res := ts.get(at)
		total += strings.Count(body(t, res), "\n")
		at = ""
		for _, l := range res.Header.Values("Link") {
			if href, ok := strings.CutSuffix(l, `>; rel="next"; type="application/x-ndjson"`); ok {
				at = path(strings.TrimPrefix(href, "<"))
			}
		}
	}
	if total != 25 || pages != 3 {
		t.Errorf("%d items in %d pages", total, pages)
	}
}

// The place of JSON-FG is in the system asked or in the one of storage, in the
// order of its axes, and null where it would repeat the geometry.
func TestPlaceOfJSONFG(t *testing.T) {
	ts := newTestSite(t, Options{})
	for _, c := range []struct{ path, system, place string }{
		{"communes/items/01001", "EPSG/0/2154", `650000,`}, {"communes/items/01001?crs=OGC:CRS84", "OGC/1.3/CRS84", "null"}, {"communes/items/01001?crs=3857", "EPSG/0/3857", `258126`},
		{"capteurs/items/1", "OGC/1.3/CRS84", "null"}, {"capteurs/items/1?crs=4326", "OGC/1.3/CRS84", "null"}, {"capteurs/items/1?crs=EPSG:4326", "EPSG/0/4326", `[48.85,2.35]`},
		{"capteurs/items/4?crs=EPSG:4326", "EPSG/0/4326", "null"}, {"ref.codes/items/a%2Fb", "OGC/1.3/CRS84", "null"}, {"communes/items/01001?properties=nom", "EPSG/0/2154", "null"},
	} {
		join := "?"
		if strings.Contains(c.path, "?") {
			join = "&"
		}
		status, doc := ts.getJSON("/collections/" + c.path + join + "f=jsonfg")
		place, err := json.Marshal(doc["place"])
		if err != nil {
			t.Fatal(err)
		}
		if status != 200 || doc["coordRefSys"] != "http://www.opengis.net/def/crs/"+c.system || !strings.Contains(string(place), c.place) {
			t.Errorf("%s: %d, %v, place %s", c.path, status, doc["coordRefSys"], place)
		}
		if _, ok := doc["time"]; !ok {
			t.Errorf("%s: no time", c.path)
		}
		if g, ok := doc["geometry"].(map[string]any); ok && g["type"] == "Point" && g["coordinates"].([]any)[0] != 2.35 {
			t.Errorf("%s: geometry %v", c.path, g)
		}
	}
}
