package api

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
)

// linkOfType returns the address of the link of that relation and media type.
func linkOfType(doc map[string]any, rel, media string) string {
	list, _ := doc["links"].([]any)
	for _, l := range list {
		if m := l.(map[string]any); m["rel"] == rel && strings.HasPrefix(fmt.Sprint(m["type"]), media) {
			return m["href"].(string)
		}
	}
	return ""
}

// What QGIS 3.40 and GDAL 3.9 ask, in their order: from the landing page to a
// page of items in Lambert-93, found by links alone.
func TestRequestsOfQGISAndGDAL(t *testing.T) {
	ts := newTestSite(t, Options{})
	follow := func(doc map[string]any, rel, media string) map[string]any {
		t.Helper()
		address := linkOfType(doc, rel, media)
		if address == "" {
			t.Fatalf("no link %s as %s in %v", rel, media, doc["links"])
		}
		status, next := ts.getJSON(path(address), "Accept: "+media+", application/json;q=0.9")
		if status != 200 {
			t.Fatalf("%s: %d %v", address, status, next)
		}
		return next
	}
	_, landing := ts.getJSON("/", "Accept: application/json")
	openapi := follow(landing, "service-desc", "application/vnd.oai.openapi+json")
	limit := fmt.Sprint(openapi["paths"].(map[string]any)["/collections/{collectionId}/items"])
	if !strings.Contains(limit, "maximum:10000") {
		t.Error("the most items of a page are not told")
	}
	conformance := fmt.Sprint(follow(landing, "conformance", "application/json")["conformsTo"])
	for _, class := range []string{"features-1/1.0/conf/core", "features-2/1.0/conf/crs", "features-3/1.0/conf/queryables", "features-3/1.0/conf/filter", "features-3/1.0/conf/features-filter", "cql2/1.0/conf/cql2-text", "cql2/1.0/conf/basic-cql2", "features-5/1.0/conf/schemas"} {
		if !strings.Contains(conformance, class) {
			t.Errorf("%s is not declared", class)
		}
	}
	follow(landing, "data", "application/json")
	_, layer := ts.getJSON("/collections/communes")
	schema := follow(layer, relSchema, "application/schema+json")["properties"].(map[string]any)
	queryables := follow(layer, relQueryables, "application/schema+json")["properties"].(map[string]any)
	if schema["geom"].(map[string]any)["format"] != "geometry-multipolygon" || queryables["population"].(map[string]any)["type"] != "integer" {
		t.Errorf("schema %v, queryables %v", schema, queryables)
	}
	const lambert = "http://www.opengis.net/def/crs/EPSG/0/2154"
	if layer["storageCrs"] != lambert || !strings.Contains(fmt.Sprint(layer["crs"]), lambert) {
		t.Errorf("systems: %v, %v", layer["storageCrs"], layer["crs"])
	}
	for _, filter := range []string{"population > 100", "(population > 100)", "(population >= 100) AND (nom LIKE 'L''%')", `("population" > 100)`} {
		q := url.Values{"limit": {"1000"}, "crs": {lambert}, "bbox": {"649000,6859000,653000,6863000"}, "bbox-crs": {lambert}, "filter": {filter}, "filter-lang": {"cql2-text"}}
		res := ts.get("/collections/communes/items?"+q.Encode(), "Accept: application/geo+json, application/json")
		if res.StatusCode != 200 || res.Header.Get("Content-Crs") != "<"+lambert+">" || res.Header.Get("Content-Type") != "application/geo+json" {
			t.Errorf("%s: %d %v %s", filter, res.StatusCode, res.Header, body(t, res))
		}
	}
}
