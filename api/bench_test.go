package api

import (
	"net/http/httptest"
	"testing"
)

// discard is a ResponseWriter without a memory.
type discard struct{ *httptest.ResponseRecorder }

func (discard) Write(b []byte) (int, error) { return len(b), nil }

func benchmarkGet(b *testing.B, path string, prepare func(*fakeStore), headers ...string) {
	ts := newTestSite(b, Options{})
	ts.store.set(prepare)
	b.ReportAllocs()
	for b.Loop() {
		r := httptest.NewRequest("GET", path, nil)
		for i := 0; i+1 < len(headers); i += 2 {
			r.Header.Set(headers[i], headers[i+1])
		}
		ts.api.ServeHTTP(discard{httptest.NewRecorder()}, r)
	}
}

func BenchmarkItemsPage1000(b *testing.B) {
	benchmarkGet(b, "/collections/communes/items?limit=1000", func(f *fakeStore) { f.endless = true })
}

func BenchmarkItemsPage1000Gzip(b *testing.B) {
	benchmarkGet(b, "/collections/communes/items?limit=1000", func(f *fakeStore) { f.endless = true }, "Accept-Encoding", "gzip")
}

func BenchmarkTile(b *testing.B) {
	benchmarkGet(b, "/xyz/communes/9/259/176.mvt", func(*fakeStore) {})
}

func BenchmarkCollections(b *testing.B) {
	benchmarkGet(b, "/collections", func(*fakeStore) {})
}

func BenchmarkParseItemQuery(b *testing.B) {
	layer := newFakeStore().layers[0]
	q, err := readQuery("limit=100&bbox=2,48,3,49&population=100&crs=http://www.opengis.net/def/crs/EPSG/0/2154")
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := parseItemQuery(q, layer, testLimits); err != nil {
			b.Fatal(err)
		}
	}
}
