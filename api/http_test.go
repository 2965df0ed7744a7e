package api

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/arpent-geo/arpent/geo"
)

var update = flag.Bool("update", false, "write the golden files again")

// testSite is a server on a fake store.
type testSite struct {
	t     testing.TB
	store *fakeStore
	api   *Server
}

func newTestSite(t testing.TB, o Options) *testSite {
	t.Helper()
	store := newFakeStore()
	if o.BaseURL == "" {
		o.BaseURL = "https://exemple.fr/geo"
	} else if o.BaseURL == "none" {
		o.BaseURL = ""
	}
	o.Version = "1.0"
	s, err := New(store, o)
	if err != nil {
		t.Fatal(err)
	}
	return &testSite{t, store, s}
}

// do asks path with headers given as "Name: value".
func (ts *testSite) do(method, path string, headers ...string) *http.Response {
	ts.t.Helper()
	r := httptest.NewRequestWithContext(context.Background(), method, path, nil)
	r.Host = "exemple.fr"
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		if name == "Host" {
			r.Host = value
		} else if name == "Remote" {
			r.RemoteAddr = value
		} else {
			r.Header.Add(name, value)
		}
	}
	w := httptest.NewRecorder()
	func() {
		defer func() {
			if v := recover(); v != nil && v != http.ErrAbortHandler {
				panic(v)
			} else if v != nil {
				w.Code = 0 // aborted
			}
		}()
		ts.api.ServeHTTP(w, r)
	}()
	res := w.Result()
	res.StatusCode = w.Code
	return res
}

func (ts *testSite) get(path string, headers ...string) *http.Response {
	ts.t.Helper()
	return ts.do("GET", path, headers...)
}

func body(t testing.TB, res *http.Response) string {
	t.Helper()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// getJSON reads a JSON answer, whatever its status.
func (ts *testSite) getJSON(path string, headers ...string) (int, map[string]any) {
	ts.t.Helper()
	res := ts.get(path, headers...)
	var doc map[string]any
	if err := json.Unmarshal([]byte(body(ts.t, res)), &doc); err != nil {
		ts.t.Fatalf("%s: %v", path, err)
	}
	return res.StatusCode, doc
}

// linkTo returns the address of the link of that relation, or "".
func linkTo(doc map[string]any, rel string) string {
	list, _ := doc["links"].([]any)
	for _, l := range list {
		if m := l.(map[string]any); m["rel"] == rel {
			return m["href"].(string)
		}
	}
	return ""
}

var variable = regexp.MustCompile(`"(timeStamp|requestId)":\s*"[^"]*"`)

// golden compares an answer with testdata/name, indented when it is JSON.
func golden(t *testing.T, name string, res *http.Response) {
	t.Helper()
	var b strings.Builder
	b.WriteString(http.StatusText(res.StatusCode) + "\n")
	for _, h := range []string{"Content-Type", "Content-Language", "Content-Crs", "Cache-Control", "ETag", "Vary", "Allow", "Arpent-Data-Version"} {
		if v := res.Header.Get(h); v != "" {
			b.WriteString(h + ": " + v + "\n")
		}
	}
	text := body(t, res)
	var indented bytes.Buffer
	if json.Indent(&indented, []byte(text), "", " ") == nil {
		text = indented.String()
	}
	b.WriteString("\n" + variable.ReplaceAllString(text, `"$1": "…"`))
	compareGolden(t, name, b.String())
}

func compareGolden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got), go test ./api -update writes it again:\n%s", path, diff)
	}
}

func TestGoldenAnswers(t *testing.T) {
	ts := newTestSite(t, Options{Title: geo.Text{FR: "Territoire", EN: "Territory"}, Description: geo.Text{FR: "Couches d'essai", EN: "Test layers"},
		Notice: geo.Text{FR: "Démonstration", EN: "Demonstration"}})
	for name, path := range map[string]string{
		"landing": "/", "conformance": "/conformance", "collections": "/collections", "collection": "/collections/communes",
		"collection-table": "/collections/ref.codes", "items": "/collections/communes/items?limit=2", "items-last": "/collections/communes/items?limit=2&offset=24",
		"items-lambert": "/collections/communes/items?limit=1&crs=EPSG:2154", "items-latlon": "/collections/capteurs/items?limit=1&crs=http://www.opengis.net/def/crs/EPSG/0/4326",
		"items-xy": "/collections/capteurs/items?limit=1&crs=4326", "items-table": "/collections/ref.codes/items", "items-untracked": "/collections/notes/items",
		"items-filter": "/collections/communes/items?population=100&bbox=2.33,48.84,2.36,48.86&limit=1",
		"item":         "/collections/communes/items/01001", "tilesets": "/collections/communes/tiles", "tileset": "/collections/communes/tiles/WebMercatorQuad",
		"tilematrixsets": "/tileMatrixSets", "tilejson": "/xyz/communes.json", "ready": "/readyz", "robots": "/robots.txt",
		"404-layer": "/collections/comunes", "404-route": "/nulle/part", "404-item": "/collections/communes/items/99999", "400-parameter": "/collections/communes/items?limte=3",
		"400-limit": "/collections/communes/items?limit=0", "400-bbox": "/collections/communes/items?bbox=1,2,3", "400-crs": "/collections/communes/items?crs=EPSG:27572",
		"schema": "/collections/communes/schema", "queryables": "/collections/capteurs/queryables", "sortables": "/collections/communes/sortables",
		"items-jsonfg": "/collections/communes/items?limit=1&f=jsonfg", "item-jsonfg": "/collections/capteurs/items/1?f=jsonfg&crs=EPSG:4326", "items-seq": "/collections/communes/items?limit=2&f=geojsonseq&properties=nom",
		"items-ndjson": "/collections/capteurs/items?f=ndjson",
		"items-sorted": "/collections/communes/items?limit=2&sortby=-population,nom&properties=nom,population", "400-sortby": "/collections/communes/items?sortby=popluation",
		"tilejson-filtered": "/xyz/communes.json?population=100&x=y", "styles": "/styles", "style": "/styles/communes", "martin": "/communes", "martin-catalog": "/catalog", "tileserv": "/public.communes.json",
		"items-filter-cql2": "/collections/communes/items?limit=1&filter=population%3E100%20AND%20nom%20LIKE%20%27%25%C3%89t%C3%A9%25%27", "functions": "/functions", "400-filter": "/collections/communes/items?filter=population%20%3E%20%27a%27",
		"tileset-lambert": "/collections/communes/tiles/LAMB93", "dataset-tilesets": "/tiles", "dataset-tileset": "/tiles/LAMB93?collections=notes,communes", "tilematrixset": "/tileMatrixSets/RGAF09UTM20NQuad",
		"400-collections": "/tiles/LAMB93?collections=comunes", "404-grid": "/collections/communes/tiles/RGR92UTM40S",
		"406": "/collections?f=gml",
	} {
		for _, lang := range []string{"fr", "en"} {
			t.Run(name+"."+lang, func(t *testing.T) {
				golden(t, "golden/"+name+"."+lang+".txt", ts.get(path, "Accept-Language: "+lang))
			})
		}
	}
}
