package api

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers/gorillamux"
)

func openAPIDocument(t *testing.T, ts *testSite) *openapi3.T {
	t.Helper()
	doc, err := openapi3.NewLoader().LoadFromData([]byte(body(t, ts.get("/api"))))
	if err != nil {
		t.Fatal(err)
	}
	if err := doc.Validate(context.Background()); err != nil {
		t.Fatal(err)
	}
	return doc
}

func TestOpenAPIDocumentsEveryRoute(t *testing.T) {
	ts := newTestSite(t, Options{})
	doc := openAPIDocument(t, ts)
	hidden := []string{"/metrics", "/robots.txt", "/favicon.ico", "/static/{folder}/{name:.+}"} // for machines that look for them, not for clients
	var routes []string
	for _, rt := range slices.Concat(ts.api.routes(), ts.api.searches()) {
		if !slices.Contains(hidden, rt.pattern) {
			routes = append(routes, rt.pattern)
		}
	}
	documented := slices.Collect(func(yield func(string) bool) {
		for p := range doc.Paths.Map() {
			if !yield(p) {
				return
			}
		}
	})
	slices.Sort(routes)
	slices.Sort(documented)
	if !slices.Equal(routes, documented) {
		t.Errorf("routes     %v\ndocumented %v", routes, documented)
	}
}

// What the conformance tests of OGC look for in the document.
func TestOpenAPIAsConformanceTestsReadIt(t *testing.T) {
	doc := openAPIDocument(t, newTestSite(t, Options{MaxItems: 500}))
	if doc.OpenAPI[:3] != "3.0" || doc.Servers[0].URL != "https://exemple.fr/geo" {
		t.Errorf("version %s, servers %v", doc.OpenAPI, doc.Servers)
	}
	limit := doc.Paths.Value("/collections/{collectionId}/items").Get.Parameters.GetByInAndName("query", "limit")
	if limit.Style != "form" || limit.Explode == nil || *limit.Explode || *limit.Schema.Value.Min != 1 || *limit.Schema.Value.Max != 500 {
		t.Errorf("limit: %+v", limit)
	}
	bbox := doc.Paths.Value("/collections/{collectionId}/items").Get.Parameters.GetByInAndName("query", "bbox")
	if bbox.Style != "form" || *bbox.Explode || !bbox.Schema.Value.Type.Is("array") || bbox.Schema.Value.MinItems != 4 {
		t.Errorf("bbox: %+v", bbox)
	}
	for path, id := range map[string]string{"": "SetsList", "/{tileMatrixSetId}": "Set", "/{tileMatrixSetId}/{tileMatrix}/{tileRow}/{tileCol}": ""} {
		op := doc.Paths.Value("/collections/{collectionId}/tiles" + path).Get
		if !strings.HasSuffix(op.OperationID, ".collection.vector.getTile"+id) {
			t.Errorf("%s: operationId %s", path, op.OperationID)
		}
	}
	for path, id := range map[string]string{"": "SetsList", "/{tileMatrixSetId}": "Set", "/{tileMatrixSetId}/{tileMatrix}/{tileRow}/{tileCol}": ""} {
		op := doc.Paths.Value("/tiles" + path).Get
		if p := op.Parameters.GetByInAndName("query", "collections"); !strings.HasSuffix(op.OperationID, ".dataset.vector.getTile"+id) || p == nil || !p.Schema.Value.Type.Is("array") {
			t.Errorf("%s: operationId %s, collections %v", path, op.OperationID, p)
		}
	}
	for path, item := range doc.Paths.Map() {
		op := item.Get
		if op == nil {
			op = item.Post
		}
		for _, p := range op.Parameters {
			if p.Value == nil || p.Ref != "" && !strings.HasPrefix(p.Ref, "#/") {
				t.Errorf("%s: a reference leads out of the document: %s", path, p.Ref)
			}
		}
	}
}

// Every answer is what the document says, in status, media type and schema.
func TestAnswersFollowTheDocument(t *testing.T) {
	openapi3filter.RegisterBodyDecoder(formatMVT.media, openapi3filter.FileBodyDecoder)
	openapi3filter.RegisterBodyDecoder("application/geo+json", openapi3filter.JSONBodyDecoder)
	openapi3filter.RegisterBodyDecoder(formatOpenAPI.media, openapi3filter.JSONBodyDecoder)
	openapi3filter.RegisterBodyDecoder(formatSchema.media, openapi3filter.JSONBodyDecoder)
	openapi3filter.RegisterBodyDecoder(formatJSONFG.media, openapi3filter.JSONBodyDecoder)
	openapi3filter.RegisterBodyDecoder(formatGeoJSONSeq.media, openapi3filter.FileBodyDecoder)
	openapi3filter.RegisterBodyDecoder(formatNDJSON.media, openapi3filter.FileBodyDecoder)
	openapi3filter.RegisterBodyDecoder(formatStyle.media, openapi3filter.JSONBodyDecoder)
	openapi3filter.RegisterBodyDecoder("text/html", openapi3filter.FileBodyDecoder)
	ts := newTestSite(t, Options{})
	router, err := gorillamux.NewRouter(openAPIDocument(t, ts))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/", "/conformance", "/api", "/collections", "/collections/communes", "/collections/ref.codes",
		"/collections/communes/items?limit=2", "/collections/capteurs/items?limit=3&bbox=1,2,3,4", "/collections/notes/items?texte=x", "/collections/ref.codes/items",
		"/collections/communes/items/01001", "/collections/capteurs/items/4", "/collections/communes/tiles", "/collections/communes/tiles/WebMercatorQuad",
		"/collections/communes/tiles/WebMercatorQuad/8/88/129", "/tileMatrixSets", "/tileMatrixSets/WebMercatorQuad", "/xyz/communes.json", "/xyz/communes/8/129/88.mvt", "/xyz/communes/12/0/0.mvt", "/styles", "/styles/communes", "/styles/notes", "/styles/rien",
		"/collections/communes/schema", "/collections/capteurs/queryables", "/collections/ref.codes/sortables", "/collections/communes/items?sortby=-population,nom&properties=nom",
		"/collections/communes/items?f=jsonfg", "/collections/capteurs/items?f=jsonfg&crs=EPSG:4326", "/collections/communes/items/01001?f=jsonfg", "/collections/ref.codes/items?f=jsonfg",
		"/functions", "/collections/communes/items?filter=population%3E100", "/collections/communes/items?filter=population%3E", "/collections/communes/items?f=geojsonseq", "/collections/communes/items?f=ndjson", "/collections/communes/items?sortby=x", "/collections/communes/items/01001?properties=nom,geom",
		"/tiles", "/tiles/LAMB93", "/tiles?collections=communes", "/tiles/WebMercatorQuad?collections=communes,notes", "/tiles/WebMercatorQuad/8/88/129", "/tiles/WorldCRS84Quad/0/0/1?collections=communes", "/tiles/rien", "/tiles/LAMB93?collections=x", "/tiles/WebMercatorQuad/8/0/0?collections=communes",
		"/collections/communes/tiles/LAMB93", "/collections/communes/tiles/RGR92UTM40S", "/tileMatrixSets/LAMB93", "/tileMatrixSets/RGM04UTM38SQuad", "/tileMatrixSets/WorldCRS84Quad",
		"/healthz", "/readyz", "/collections/rien", "/collections/communes/items?limit=0", "/collections/communes/items?crs=x", "/collections?f=x",
		"/collections/communes/tiles/WebMercatorQuad/8/0/0", "/collections/communes/items/x"} {
		for _, accept := range []string{"*/*", "text/html"} {
			req := httptest.NewRequest("GET", "https://exemple.fr/geo"+path, nil)
			req.Header.Set("Accept", accept)
			route, pathParams, err := router.FindRoute(req)
			if err != nil {
				t.Errorf("%s: %v", path, err)
				continue
			}
			res := ts.get("/geo"+path, "Accept: "+accept)
			b, err := io.ReadAll(res.Body)
			if err != nil {
				t.Fatal(err)
			}
			if res.StatusCode == http.StatusNotAcceptable && accept == "text/html" {
				continue // no page of it: the test of the negotiation looks at that
			}
			err = openapi3filter.ValidateResponse(context.Background(), &openapi3filter.ResponseValidationInput{
				RequestValidationInput: &openapi3filter.RequestValidationInput{Request: req, PathParams: pathParams, Route: route},
				Status:                 res.StatusCode, Header: res.Header, Body: io.NopCloser(bytes.NewReader(b)),
				Options: &openapi3filter.Options{IncludeResponseStatus: true, MultiError: true},
			})
			if err != nil {
				t.Errorf("%s as %s: %v", path, accept, err)
			}
		}
	}
}
