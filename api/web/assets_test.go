package web

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// TestVendored holds the vendored files to the digests of VENDORED.txt, which
// names them all.
func TestVendored(t *testing.T) {
	const dir = "third_party/"
	list, err := files.ReadFile(dir + "VENDORED.txt")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(string(list), "maplibre-gl 6.17.0 (BSD-3-Clause)") {
		t.Errorf("VENDORED.txt begins with %.60q", list)
	}
	want := map[string]string{}
	for line := range strings.Lines(string(list)) {
		if sum, name, ok := strings.Cut(strings.TrimSpace(line), "  "); ok && len(sum) == 64 {
			want[name] = sum
		}
	}
	err = fs.WalkDir(files, dir+"maplibre-gl", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		body, err := files.ReadFile(name)
		sum := sha256.Sum256(body)
		short := strings.TrimPrefix(name, dir)
		if want[short] != hex.EncodeToString(sum[:]) {
			t.Errorf("%s has digest %x, VENDORED.txt says %q", short, sum, want[short])
		}
		delete(want, short)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for name := range want {
		t.Errorf("VENDORED.txt names %s, which is not there", name)
	}
}

// TestStyleSheetsHoldNoData: the policy has no data: source.
func TestStyleSheetsHoldNoData(t *testing.T) {
	for _, name := range []string{"static/site.css", "third_party/maplibre-gl/maplibre-gl.css"} {
		body, err := files.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(body, []byte("data:")) || bytes.Contains(body, []byte("http")) || bytes.Contains(body, []byte("@import")) {
			t.Errorf("%s takes something from elsewhere than this site", name)
		}
	}
}

// TestOwnScriptsAreSmall holds the budget of what every page loads, and of
// what the map loads beside MapLibre GL.
func TestOwnScriptsAreSmall(t *testing.T) {
	total := 0
	for _, name := range []string{"static/site.js", "static/map.js", "static/site.css"} {
		body, err := files.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		total += gzipped(t, string(body))
	}
	if total > 15_000 {
		t.Errorf("%d bytes after gzip, 15,000 allowed", total)
	}
}

func get(h http.Handler, method, path string, header ...string) *http.Response {
	r := httptest.NewRequest(method, path, nil)
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Result()
}

func TestAssets(t *testing.T) {
	set, err := loadAssets()
	if err != nil {
		t.Fatal(err)
	}
	for name, mime := range map[string]string{
		"site.css": "text/css; charset=utf-8", "site.js": "text/javascript; charset=utf-8", "favicon.svg": "image/svg+xml", "icon.png": "image/png",
		"favicon.ico": "image/x-icon", "maplibre-gl/maplibre-gl.mjs": "text/javascript; charset=utf-8", "maplibre-gl/icons/00.svg": "image/svg+xml",
		"maplibre-gl/LICENSE.txt": "text/plain; charset=utf-8",
	} {
		path := set.urls[name]
		plain := get(set, "GET", path)
		body, _ := io.ReadAll(plain.Body)
		if plain.StatusCode != 200 || plain.Header.Get("Content-Type") != mime || plain.Header.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s: %d %v", name, plain.StatusCode, plain.Header)
		}
		if !strings.Contains(plain.Header.Get("Cache-Control"), "immutable") || len(body) == 0 {
			t.Errorf("%s: %d bytes, %s", name, len(body), plain.Header.Get("Cache-Control"))
		}
		packed := get(set, "GET", path, "Accept-Encoding", "br, gzip")
		if packed.Header.Get("Content-Encoding") == "gzip" {
			zr, err := gzip.NewReader(packed.Body)
			if err != nil {
				t.Fatal(err)
			}
			if unpacked, _ := io.ReadAll(zr); !bytes.Equal(unpacked, body) {
				t.Errorf("%s: gzip holds something else", name)
			}
		} else if strings.HasPrefix(mime, "text/") {
			t.Errorf("%s is not compressed", name)
		}
		if packed.Header.Get("ETag") == plain.Header.Get("ETag") && packed.Header.Get("Content-Encoding") != "" {
			t.Errorf("%s: two encodings share an ETag", name)
		}
		if again := get(set, "GET", path, "If-None-Match", plain.Header.Get("ETag")); again.StatusCode != http.StatusNotModified {
			t.Errorf("%s: %d on If-None-Match", name, again.StatusCode)
		}
	}
	// The worker fetches tiles under the policy of its own file.
	if policy := get(set, "GET", set.urls["maplibre-gl/maplibre-gl-worker.mjs"]).Header.Get("Content-Security-Policy"); !strings.Contains(policy, "connect-src 'self'") {
		t.Errorf("the worker may not fetch: %q", policy)
	}
	// MapLibre GL finds its worker by its name, next to itself.
	if main, worker := set.urls["maplibre-gl/maplibre-gl.mjs"], set.urls["maplibre-gl/maplibre-gl-worker.mjs"]; strings.TrimSuffix(main, ".mjs")+"-worker.mjs" != worker {
		t.Errorf("%s and %s", main, worker)
	}
}

func TestAssetsElse(t *testing.T) {
	set := testSite(t).Assets()
	if icon := get(set, "GET", "/favicon.ico"); icon.StatusCode != 200 || strings.Contains(icon.Header.Get("Cache-Control"), "immutable") {
		t.Errorf("favicon.ico: %d %s", icon.StatusCode, icon.Header.Get("Cache-Control"))
	}
	head := get(set, "HEAD", "/favicon.ico")
	if body, _ := io.ReadAll(head.Body); len(body) > 0 || head.Header.Get("Content-Length") == "0" {
		t.Errorf("HEAD: %d bytes, Content-Length %s", len(body), head.Header.Get("Content-Length"))
	}
	for _, path := range []string{"/static/", "/static/site.css", "/static/../site.go", "/static/000000000000/site.css"} {
		if got := get(set, "GET", path).StatusCode; got != http.StatusNotFound {
			t.Errorf("%s: %d", path, got)
		}
	}
	for header, want := range map[string]bool{"": false, "gzip": true, "GZIP;q=0.5": true, "gzip; q=0": false, "gzip;q=0.0": false, "br": false, "identity, gzip": true} {
		r := httptest.NewRequest("GET", "/", nil)
		r.Header.Set("Accept-Encoding", header)
		if got := acceptsGzip(r); got != want {
			t.Errorf("Accept-Encoding %q: %v", header, got)
		}
	}
}
