package api

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
)

func TestFilters(t *testing.T) {
	ts := newTestSite(t, Options{})
	for query, want := range map[string]int{
		"filter=population=100": 6, "filter=population>100": 6, "filter=population>=100 AND code<'01010'": 4, "filter=population IS NULL": 6,
		"filter=population>=100&population=100": 6, "filter=population=100&nom=rien": 0, "filter-lang=cql2-text&filter=code IN ('01001','01002','x')": 2,
		`filter-lang=cql2-json&filter={"op":"=","args":[{"property":"population"},100]}`: 6, "filter-lang=cql2-json": 25, "filter-crs=EPSG:2154&filter=code='01001'": 1,
		"filter=population=100&bbox=2.33,48.84,2.36,48.86": 2,
	} {
		q := url.Values{}
		for part := range strings.SplitSeq(query, "&") {
			name, value, _ := strings.Cut(part, "=")
			q.Set(name, value)
		}
		q.Set("limit", "2")
		status, doc := ts.getJSON("/collections/communes/items?" + q.Encode())
		if status != 200 || doc["numberMatched"] != float64(want) {
			t.Errorf("%s: %d, %v items, want %d: %v", query, status, doc["numberMatched"], want, doc["detail"])
		}
		total := len(ids(doc))
		for next := linkTo(doc, "next"); next != "" && total < 50; next = linkTo(doc, "next") {
			_, doc = ts.getJSON(path(next))
			total += len(ids(doc))
		}
		if total != want {
			t.Errorf("%s: %d items by pages of two, want %d", query, total, want)
		}
		// The same on tiles, and in the address that TileJSON gives.
		q.Del("limit")
		q.Del("bbox")
		if strings.Contains(query, "bbox") {
			continue
		}
		n := 0
		if tile := body(t, ts.get("/xyz/communes/7/64/44.mvt?"+q.Encode())); tile != "" {
			_, _ = fmt.Sscanf(layersIn(t, tile)[0], "communes:%d", &n)
		}
		if n != want {
			t.Errorf("%s: %d features in the tile, want %d", query, n, want)
		}
		_, tj := ts.getJSON("/xyz/communes.json?" + q.Encode())
		if address := fmt.Sprint(tj["tiles"]); q.Has("filter") && !strings.Contains(address, url.Values{"filter": {q.Get("filter")}}.Encode()) {
			t.Errorf("%s: TileJSON loses the filter: %s", query, address)
		}
	}
}

func TestFiltersAreRefusedWithTheirPlace(t *testing.T) {
	ts := newTestSite(t, Options{})
	for query, where := range map[string]string{
		"filter=": "filter", "filter=population": "filter", "filter=poulation=1": "filter", "filter=population='a'": "filter", "filter=code='a' AND": "filter",
		"filter=code='a'&filter-lang=ecql": "filter-lang", "filter=code='a'&filter-crs=x": "filter-crs", "filter-lang=cql2-json&filter=code='a'": "filter", "filter-lang=cql2-json&filter={}": "filter",
	} {
		q := url.Values{}
		for part := range strings.SplitSeq(query, "&") {
			name, value, _ := strings.Cut(part, "=")
			q.Set(name, value)
		}
		for _, address := range []string{"/collections/communes/items?", "/collections/communes/tiles/WebMercatorQuad/8/88/129?", "/xyz/communes/8/129/88.mvt?"} {
			status, doc := ts.getJSON(address + q.Encode())
			if status != 400 || doc["where"] != where || where == "filter" && !strings.Contains(fmt.Sprint(doc["detail"]), "colonne") && !strings.Contains(fmt.Sprint(doc["detail"]), "filtre") {
				t.Errorf("%s%s: %d %v", address, query, status, doc)
			}
		}
	}
}

func TestCursorOfAnotherFilter(t *testing.T) {
	ts := newTestSite(t, Options{})
	_, doc := ts.getJSON("/collections/communes/items?limit=2&filter=population%3E0")
	next := path(linkTo(doc, "next"))
	if status, _ := ts.getJSON(strings.Replace(next, "population%3E0", "population%3E100", 1)); status != 400 {
		t.Errorf("a cursor of another filter: %d", status)
	}
}

// post sends a body to a search.
func (ts *testSite) post(path, media, text string) *httptest.ResponseRecorder {
	ts.t.Helper()
	r := httptest.NewRequestWithContext(ts.t.Context(), http.MethodPost, path, strings.NewReader(text))
	r.Host = "exemple.fr"
	if media != "" {
		r.Header.Set("Content-Type", media)
	}
	w := httptest.NewRecorder()
	ts.api.ServeHTTP(w, r)
	return w
}

func TestSearch(t *testing.T) {
	ts := newTestSite(t, Options{})
	const at = "/collections/communes/search"
	for _, c := range []struct {
		media, body string
		want        int
	}{
		{"application/json", `{"filter":"population = 100"}`, 6}, {"", `{"filter":{"op":"=","args":[{"property":"population"},100]},"limit":100}`, 6},
		{"application/json", `{"population":100,"sortby":["-nom"],"properties":["nom"],"bbox":[2.3,48.8,2.5,49],"offset":null}`, 6},
		{"application/json; charset=utf-8", `{}`, 25}, {"application/x-www-form-urlencoded", "filter=population%3D100&limit=3", 6},
	} {
		w := ts.post(at, c.media, c.body)
		var doc map[string]any
		if err := json.Unmarshal(w.Body.Bytes(), &doc); err != nil || w.Code != 200 || doc["numberMatched"] != float64(c.want) {
			t.Fatalf("%s: %d %s", c.body, w.Code, w.Body)
		}
		if w.Header().Get("Cache-Control") != "no-store" {
			t.Errorf("%s: Cache-Control %q", c.body, w.Header().Get("Cache-Control"))
		}
		// Its links are addresses that GET follows.
		all := ids(doc)
		for next := linkTo(doc, "next"); next != "" && len(all) < 50; next = linkTo(doc, "next") {
			_, doc = ts.getJSON(path(next))
			all = append(all, ids(doc)...)
		}
		if slices.Sort(all); len(slices.Compact(all)) != c.want {
			t.Errorf("%s: %d items by the links", c.body, len(all))
		}
	}
	for _, c := range []struct {
		media, body string
		want        int
	}{
		{"application/json", ``, 400}, {"application/json", `[1]`, 400}, {"application/json", `null`, 400}, {"application/json", `{"limit":{}}`, 400}, {"application/json", `{"x":1}`, 400},
		{"application/json", `{"filter":"population"}`, 400}, {"application/json", `{"filter":{},"filter-lang":"cql2-text"}`, 400}, {"application/json", `{"bbox":[[1]]}`, 400}, {"text/xml", `<a/>`, 415},
		{"application/json", `{"filter":"` + strings.Repeat(" ", maxBodyBytes) + `"}`, 413}, {"application/json", `{"lang":"de"}`, 400}, {"application/json", `{"nom":"` + "\x01" + `"}`, 400},
		{"application/json", `{"filter":` + strings.Repeat(`{"op":"not","args":[`, 1600) + "true" + strings.Repeat(`]}`, 1600) + `}`, 400},
	} {
		if w := ts.post(at, c.media, c.body); w.Code != c.want {
			t.Errorf("%.60s: %d, want %d: %.200s", c.body, w.Code, c.want, w.Body)
		}
	}
	for method, want := range map[string]int{"GET": 405, "PUT": 405, "OPTIONS": 204} {
		if res := ts.do(method, at); res.StatusCode != want || res.Header.Get("Allow") != "POST, OPTIONS" {
			t.Errorf("%s: %d, Allow %q", method, res.StatusCode, res.Header.Get("Allow"))
		}
	}
	// QGIS takes a layer whose items allow POST for one to edit.
	if res := ts.do("OPTIONS", "/collections/communes/items"); strings.Contains(res.Header.Get("Allow")+res.Header.Get("Access-Control-Allow-Methods"), "POST") {
		t.Errorf("items allow %v", res.Header)
	}
}

// A filter that fits in no address pages by the same body with the members
// that the link adds to it.
func TestSearchTooLongForAnAddress(t *testing.T) {
	ts := newTestSite(t, Options{})
	var codes []string
	for i := range 990 {
		codes = append(codes, fmt.Sprintf("'%030d'", i))
	}
	filter := "code NOT IN (" + strings.Join(codes, ",") + ")"
	question := map[string]any{"filter": filter, "limit": 10, "offset": 3}
	var all []string
	for range 5 {
		b, err := json.Marshal(question)
		if err != nil {
			t.Fatal(err)
		}
		w := ts.post("/collections/communes/search", "application/json", string(b))
		var doc map[string]any
		if err := json.Unmarshal(w.Body.Bytes(), &doc); err != nil || w.Code != 200 {
			t.Fatalf("%d %.300s", w.Code, w.Body)
		}
		all = append(all, ids(doc)...)
		more := false
		for _, l := range doc["links"].([]any) {
			m := l.(map[string]any)
			if len(m["href"].(string)) > maxURLBytes {
				t.Errorf("the link %v is an address too long", m["rel"])
			}
			if m["rel"] != "next" {
				continue
			}
			if m["method"] != "POST" || m["href"] != "https://exemple.fr/geo/collections/communes/search" {
				t.Fatalf("next: %v", m)
			}
			more = true
			for name, value := range m["body"].(map[string]any) {
				question[name] = value
			}
		}
		if !more {
			break
		}
	}
	if slices.Sort(all); len(slices.Compact(all)) != 22 {
		t.Errorf("%d items", len(all))
	}
}

func FuzzReadSearch(f *testing.F) {
	for _, seed := range []string{`{}`, `{"filter":{"op":"not","args":[true]},"limit":3}`, `{"bbox":[1,2,3,4],"nom":null}`, `{"a":"\ud800"}`, `{"filter":"é","filter-lang":1}`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		q, err := readSearch(b)
		if err != nil {
			if p := problemOf(t.Context(), err); p.status != 400 {
				t.Fatalf("%q: %v", b, err)
			}
			return
		}
		for name, v := range q {
			if len(v) != 1 || !isText(name) || !isText(v[0]) {
				t.Fatalf("%q: %q = %q", b, name, v)
			}
		}
	})
}
