package api

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"strings"
	"testing"

	"github.com/arpent-geo/arpent/geo"
)

func TestNegotiation(t *testing.T) {
	ts := newTestSite(t, Options{})
	const browser = "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
	for _, c := range []struct {
		path, header string
		status       int
		media        string
	}{
		{"/collections", "", 200, "application/json"},
		{"/collections", "Accept: */*", 200, "application/json"},
		{"/collections", browser, 200, "text/html; charset=utf-8"},
		{"/collections?f=json", browser, 200, "application/json"},
		{"/collections?f=html", "Accept: application/json", 200, "text/html; charset=utf-8"},
		{"/collections", "Accept: application/geo+json", 406, "application/problem+json"},
		{"/collections", "Accept: image/png", 406, "application/problem+json"},
		{"/collections", "Accept: text/html;q=0, application/json;q=0.1", 200, "application/json"},
		{"/collections", "Accept: text/*", 200, "text/html; charset=utf-8"},
		{"/collections?f=", "", 406, "application/problem+json"},
		{"/collections/communes/items", "Accept: application/json", 200, "application/geo+json"},
		{"/api", "Accept: application/vnd.oai.openapi+json;version=3.0", 200, "application/vnd.oai.openapi+json;version=3.0"},
		{"/xyz/communes/8/129/88.mvt", "Accept: application/vnd.mapbox-vector-tile", 200, "application/vnd.mapbox-vector-tile"},
		{"/xyz/communes/8/129/88.mvt", "Accept: text/html", 406, "text/html; charset=utf-8"},
		{"/rien", browser, 404, "text/html; charset=utf-8"},
		{"/rien", "", 404, "application/problem+json"},
		{"/collections", "Accept: " + strings.Repeat("a/b,", 5000), 406, "application/problem+json"},
	} {
		var headers []string
		if c.header != "" {
			headers = append(headers, c.header)
		}
		res := ts.get(c.path, headers...)
		if res.StatusCode != c.status || res.Header.Get("Content-Type") != c.media {
			t.Errorf("%s with %.60q: %d %s, want %d %s", c.path, c.header, res.StatusCode, res.Header.Get("Content-Type"), c.status, c.media)
		}
	}
}

func TestLanguages(t *testing.T) {
	ts := newTestSite(t, Options{})
	for header, want := range map[string]string{"": "fr", "fr-FR,fr;q=0.9,en;q=0.8": "fr", "en": "en", "en-GB, fr;q=0.3": "en", "de": "en", "de,fr;q=0.1": "fr", "*": "fr", "en;q=0": "en", "x;q=9": "en"} {
		if got := ts.get("/rien", "Accept-Language: "+header).Header.Get("Content-Language"); got != want && header != "" {
			t.Errorf("%q: %s, want %s", header, got, want)
		}
	}
	if got := ts.get("/rien").Header.Get("Content-Language"); got != "fr" {
		t.Errorf("without the header: %s", got)
	}
	if got := ts.get("/rien?lang=en", "Accept-Language: fr").Header.Get("Content-Language"); got != "en" {
		t.Errorf("lang=en: %s", got)
	}
	if res := ts.get("/?lang=de"); res.StatusCode != 400 {
		t.Errorf("lang=de: %d", res.StatusCode)
	}
}

func TestMethods(t *testing.T) {
	ts := newTestSite(t, Options{})
	for _, rt := range ts.api.routes() {
		path := strings.NewReplacer("{collectionId}", "communes", "{featureId}", "01001", "{tileMatrixSetId}", "WebMercatorQuad", "{tileMatrix}/{tileRow}/{tileCol}", "8/88/129",
			"{z}/{x}/{y}", "8/129/88", "{folder}/{name:.+}", "x/site.css").Replace(rt.pattern)
		for _, method := range []string{"POST", "PUT", "DELETE", "PATCH", "TRACE", "BREW"} {
			if res := ts.do(method, path); res.StatusCode != 405 || res.Header.Get("Allow") != "GET, HEAD, OPTIONS" {
				t.Errorf("%s %s: %d, Allow %q", method, path, res.StatusCode, res.Header.Get("Allow"))
			}
		}
		get, head := ts.get(path), ts.do("HEAD", path)
		if get.StatusCode != head.StatusCode || get.Header.Get("Content-Type") != head.Header.Get("Content-Type") {
			t.Errorf("HEAD %s: %d %s, GET %d %s", path, head.StatusCode, head.Header.Get("Content-Type"), get.StatusCode, get.Header.Get("Content-Type"))
		}
		if res := ts.do("OPTIONS", path); res.StatusCode != 204 || res.Header.Get("Allow") == "" {
			t.Errorf("OPTIONS %s: %d", path, res.StatusCode)
		}
	}
	if res := ts.do("POST", "/rien"); res.StatusCode != 404 {
		t.Errorf("POST of an unknown address: %d", res.StatusCode)
	}
}

func TestCORS(t *testing.T) {
	open, closed := newTestSite(t, Options{}), newTestSite(t, Options{NoCORS: true})
	for _, path := range []string{"/", "/collections/communes/items", "/xyz/communes/8/129/88.mvt", "/rien"} {
		res := open.get(path, "Origin: https://carte.example")
		if v := res.Header.Values("Access-Control-Allow-Origin"); len(v) != 1 || v[0] != "*" {
			t.Errorf("%s: Access-Control-Allow-Origin %q", path, v)
		}
		for _, name := range []string{"Link", "ETag", "Content-Crs"} {
			if !strings.Contains(res.Header.Get("Access-Control-Expose-Headers"), name) {
				t.Errorf("%s: %s is not exposed", path, name)
			}
		}
		for name := range closed.get(path, "Origin: https://carte.example").Header {
			if strings.HasPrefix(name, "Access-Control-") {
				t.Errorf("%s: %s although CORS is off", path, name)
			}
		}
	}
	res := open.do("OPTIONS", "/collections/communes/items", "Origin: https://carte.example", "Access-Control-Request-Method: GET", "Access-Control-Request-Headers: authorization")
	if res.StatusCode != 204 || res.Header.Get("Access-Control-Max-Age") != "86400" || !strings.Contains(res.Header.Get("Access-Control-Allow-Headers"), "Authorization") {
		t.Errorf("preflight: %d %v", res.StatusCode, res.Header)
	}
}

func TestValidators(t *testing.T) {
	ts := newTestSite(t, Options{})
	for _, path := range []string{"/", "/collections", "/collections/communes", "/collections/communes/items?limit=3", "/collections/communes/items/01001", "/xyz/communes.json",
		"/xyz/communes/8/129/88.mvt", "/collections/communes/items?f=html", "/collections/notes/items", "/xyz/notes/0/0/0.mvt", "/api", "/tileMatrixSets/WebMercatorQuad"} {
		first := ts.get(path)
		tag := first.Header.Get("ETag")
		if !strings.HasPrefix(tag, `W/"`) || !strings.Contains(first.Header.Get("Cache-Control"), "public, max-age=") {
			t.Errorf("%s: ETag %q, Cache-Control %q", path, tag, first.Header.Get("Cache-Control"))
		}
		for header, want := range map[string]int{tag: 304, strings.TrimPrefix(tag, "W/"): 304, `"x", ` + tag: 304, "*": 304, `"x"`: 200, "absurd": 200} {
			res := ts.get(path, "If-None-Match: "+header)
			if res.StatusCode != want || want == 304 && (body(t, res) != "" || res.Header.Get("ETag") != tag || res.Header.Get("Content-Type") != "") {
				t.Errorf("%s, If-None-Match %s: %d %v", path, header, res.StatusCode, res.Header)
			}
		}
	}
	reads := ts.store.reads.Load()
	tag := ts.get("/collections/communes/items").Header.Get("ETag")
	ts.get("/collections/communes/items", "If-None-Match: "+tag)
	if n := ts.store.reads.Load() - reads; n != 1 {
		t.Errorf("%d reads, want 1: a 304 reads nothing", n)
	}
	seen := map[string]string{}
	for _, v := range []string{"", "?f=html", "?lang=en", "?limit=3", "?crs=EPSG:2154"} {
		tag := ts.get("/collections/communes/items" + v).Header.Get("ETag")
		if other, twice := seen[tag]; twice {
			t.Errorf("%q and %q have one ETag", v, other)
		}
		seen[tag] = v
	}
	ts.store.set(func(f *fakeStore) { f.versions["communes"] = geo.Version{Tag: "v2"} })
	if res := ts.get("/collections/communes/items", "If-None-Match: "+tag); res.StatusCode != 200 || res.Header.Get("Arpent-Data-Version") != "v2" {
		t.Errorf("after a change of the data: %d", res.StatusCode)
	}
}

func TestGzip(t *testing.T) {
	ts := newTestSite(t, Options{})
	for _, path := range []string{"/collections", "/collections/communes/items?limit=25", "/xyz/communes/11/1037/704.mvt", "/api?f=html"} {
		plain := ts.get(path)
		zipped := ts.get(path, "Accept-Encoding: br, gzip;q=0.5")
		if zipped.Header.Get("Content-Encoding") != "gzip" || plain.Header.Get("Content-Encoding") != "" || !strings.Contains(plain.Header.Get("Vary"), "Accept-Encoding") {
			t.Fatalf("%s: %v", path, zipped.Header)
		}
		z, err := gzip.NewReader(zipped.Body)
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(z)
		if err != nil || variable.ReplaceAllString(string(b), "") != variable.ReplaceAllString(body(t, plain), "") {
			t.Errorf("%s: %v, the bodies differ", path, err)
		}
		if res := ts.get(path, "Accept-Encoding: gzip;q=0, identity"); res.Header.Get("Content-Encoding") != "" {
			t.Errorf("%s: gzip was refused", path)
		}
	}
}

func TestPagesAnswerInBothLanguagesUnderAStrictPolicy(t *testing.T) {
	ts := newTestSite(t, Options{})
	for _, rt := range ts.api.routes() {
		path := strings.NewReplacer("{collectionId}", "communes", "{featureId}", "01001", "{tileMatrixSetId}", "WebMercatorQuad").Replace(rt.pattern)
		for _, lang := range []string{"fr", "en"} {
			res := ts.get(path+"?f=html", "Accept-Language: "+lang)
			if res.StatusCode == 406 || strings.ContainsAny(path, "{") || res.Header.Get("Content-Type") != "text/html; charset=utf-8" {
				continue
			}
			page := body(t, res)
			if !strings.Contains(page, `<html lang="`+lang+`"`) || strings.Contains(page, "<b>") || strings.Contains(page, "ZgotmplZ") {
				t.Errorf("%s in %s: %.300s", path, lang, page)
			}
			if csp := res.Header.Get("Content-Security-Policy"); strings.Contains(csp, "unsafe") || !strings.Contains(csp, "default-src 'none'") {
				t.Errorf("%s: policy %q", path, csp)
			}
			if res.Header.Get("X-Content-Type-Options") != "nosniff" || res.Header.Get("Referrer-Policy") != "no-referrer" {
				t.Errorf("%s: %v", path, res.Header)
			}
		}
	}
}

func TestPagesOfLayersWithoutGeometryOrKey(t *testing.T) {
	ts := newTestSite(t, Options{})
	for _, path := range []string{"/collections/ref.codes", "/collections/ref.codes/items", "/collections/ref.codes/items/a%2Fb", "/collections/notes", "/collections/notes/items", "/collections/capteurs"} {
		if res := ts.get(path, "Accept: text/html"); res.StatusCode != 200 {
			t.Errorf("%s: %d", path, res.StatusCode)
		}
	}
	for _, path := range []string{"/collections/ref.codes/tiles", "/xyz/ref.codes.json", "/xyz/ref.codes/0/0/0.mvt"} {
		if res := ts.get(path); res.StatusCode != 404 {
			t.Errorf("%s: %d", path, res.StatusCode)
		}
	}
}

func TestUnknownAndDoubledParameters(t *testing.T) {
	ts := newTestSite(t, Options{})
	for _, path := range []string{"/?x=1", "/conformance?limit=3", "/collections?a=b", "/collections/communes?bbox=1,2,3,4", "/collections/communes/items/01001?limit=1",
		"/collections/communes/tiles?x=1", "/collections/communes/tiles/WebMercatorQuad/8/88/129?x=1", "/collections/communes/items?limit=1&limit=2", "/collections/communes/items?limit=1&LIMIT=1",
		"/collections/communes/items?nom=%00", "/collections/communes/items?nom=%ed%a0%80", "/collections/communes/items?nom=%zz", "/collections/communes/items?nom=a;b", "/tileMatrixSets?q=1",
		"/api?x=1", "/collections/communes/items?" + strings.Repeat("a=1&", 3) + strings.Join(manyNames(150), "=1&")} {
		status, doc := ts.getJSON(path)
		if status != 400 || doc["detail"] == nil || doc["requestId"] == "" {
			t.Errorf("%.80s: %d %v", path, status, doc)
		}
	}
	if status, doc := ts.getJSON("/collections/communes/items?nom=" + strings.Repeat("x", 20000)); status != 414 {
		t.Errorf("a long address: %d %v", status, doc)
	}
}

func manyNames(n int) []string {
	var out []string
	for i := range n {
		out = append(out, fmt.Sprintf("p%d", i))
	}
	return out
}

func TestHostileTextIsNeverInHeadersOrRaw(t *testing.T) {
	ts := newTestSite(t, Options{})
	const script = "<script>alert(1)</script>"
	for _, path := range []string{"/collections/" + strings.ReplaceAll(script, "/", "%2F"), "/collections/communes/items?nom=%3Cscript%3Ealert(1)%3C/script%3E", "/x%0d%0aSet-Cookie:a=b",
		"/collections/communes/items?x=%0d%0aSet-Cookie:a", "/collections/communes/items?%3Cscript%3Ealert(1)%3C/script%3E=1", "/collections/communes/items/%3Cscript%3Ealert(1)%3C%2Fscript%3E",
		"//evil.example", "/%2e%2e/%2e%2e/etc/passwd", "/static/../../go.mod", "/collections/pg_catalog.pg_class"} {
		for _, accept := range []string{"text/html", "application/json"} {
			res := ts.get(path, "Accept: "+accept)
			text := body(t, res)
			for name, values := range res.Header {
				if name == "Set-Cookie" || strings.ContainsAny(strings.Join(values, ""), "\r\n<") && name != "Content-Crs" && name != "Link" {
					t.Errorf("%s: header %s: %q", path, name, values)
				}
			}
			if accept == "text/html" && strings.Contains(text, script) {
				t.Errorf("%s: the script is in the page", path)
			}
			if res.StatusCode >= 500 || res.StatusCode >= 300 && res.StatusCode < 400 {
				t.Errorf("%s: %d", path, res.StatusCode)
			}
		}
	}
}

func TestErrorsTellNoInternals(t *testing.T) {
	secret := errors.New("pq: password authentication failed for user sig at 10.0.0.7")
	for _, c := range []struct {
		err    error
		status int
		retry  bool
	}{
		{fmt.Errorf("read: %w", geo.ErrBusy), 503, true}, {fmt.Errorf("x: %w: %w", geo.ErrTimeout, secret), 503, true}, {&geo.Error{Kind: geo.ErrUnavailable, Err: secret}, 503, true},
		{context.DeadlineExceeded, 503, true}, {geo.ErrChanged, 503, true}, {geo.ErrForbidden, 403, false}, {geo.ErrNotFound, 404, false}, {geo.ErrTooLarge, 413, false}, {secret, 500, false},
		{&net.OpError{Op: "dial", Err: secret}, 500, false},
	} {
		var log bytes.Buffer
		ts := newTestSite(t, Options{Logger: slog.New(slog.NewTextHandler(&log, nil))})
		ts.store.set(func(f *fakeStore) { f.fail = c.err })
		for _, path := range []string{"/collections", "/collections/communes/items", "/collections/communes/items/01001", "/xyz/communes/8/129/88.mvt", "/collections/communes/items?f=html"} {
			res := ts.get(path)
			text := body(t, res)
			if res.StatusCode != c.status || strings.Contains(text, "pq:") || res.Header.Get("ETag") != "" || res.Header.Get("Cache-Control") != "no-store" || res.Header.Get("Content-Crs") != "" {
				t.Errorf("%v on %s: %d %s %v", c.err, path, res.StatusCode, text, res.Header)
			}
			if c.retry != (res.Header.Get("Retry-After") != "") {
				t.Errorf("%v on %s: Retry-After %q", c.err, path, res.Header.Get("Retry-After"))
			}
		}
		if errors.Is(c.err, secret) && c.status == 500 && !strings.Contains(log.String(), "password") {
			t.Errorf("%v: the log does not say why", c.err)
		}
		if res := ts.get("/healthz"); res.StatusCode != 200 {
			t.Errorf("%v: /healthz %d", c.err, res.StatusCode)
		}
		if res := ts.get("/readyz"); res.StatusCode != 503 {
			t.Errorf("%v: /readyz %d", c.err, res.StatusCode)
		}
	}
}

func TestDrain(t *testing.T) {
	ts := newTestSite(t, Options{})
	if res := ts.get("/readyz"); res.StatusCode != 200 {
		t.Fatalf("/readyz %d", res.StatusCode)
	}
	ts.api.Drain()
	if res := ts.get("/readyz"); res.StatusCode != 503 {
		t.Errorf("/readyz %d while draining", res.StatusCode)
	}
	if res := ts.get("/collections/communes/items"); res.StatusCode != 200 {
		t.Errorf("items %d while draining", res.StatusCode)
	}
}

func TestMetricsAreBounded(t *testing.T) {
	ts := newTestSite(t, Options{})
	for i := range 50 {
		ts.get(fmt.Sprintf("/x%d", i))
		ts.get(fmt.Sprintf("/collections/x%d/items/%d", i, i))
		ts.do(fmt.Sprintf("M%d", i), "/collections")
	}
	text := body(t, ts.get("/metrics"))
	if !strings.Contains(text, `arpent_http_request_duration_seconds_count{method="GET",route="/collections/{collectionId}/items/{featureId}",status="404"} 50`) {
		t.Errorf("no count of the route:\n%.2000s", text)
	}
	if n := strings.Count(text, "arpent_http_request_duration_seconds_count"); n > 5 {
		t.Errorf("%d series", n)
	}
	if res := newTestSite(t, Options{NoMetrics: true}).get("/metrics"); res.StatusCode != 404 {
		t.Errorf("/metrics %d with NoMetrics", res.StatusCode)
	}
}
