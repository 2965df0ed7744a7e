package api

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
)

// Every name that a schema lists is one that the requests take: QGIS and
// others build their requests from it.
func TestSchemasTellWhatRequestsTake(t *testing.T) {
	ts := newTestSite(t, Options{})
	for _, layer := range []string{"communes", "capteurs", "notes", "ref.codes"} {
		items := "/collections/" + layer + "/items?limit=1&"
		for view, param := range map[string]string{"schema": "properties=", "sortables": "sortby=-"} {
			for name, p := range schemaOf(t, ts, layer, view) {
				if status, doc := ts.getJSON(items + param + name); status != 200 {
					t.Errorf("%s of %s: %s%s: %d %v", view, layer, param, name, status, doc)
				}
				if p["type"] == nil && !strings.HasPrefix(p["format"].(string), "geometry-") {
					t.Errorf("%s of %s: %s has no type: %v", view, layer, name, p)
				}
			}
		}
	}
	limit := schemaOf(t, ts, "capteurs", "queryables")["limit"]
	if d, _ := limit["description"].(string); !strings.Contains(d, "prop.limit") {
		t.Errorf("a reserved name does not tell its parameter: %v", limit)
	}
	if _, ok := schemaOf(t, ts, "capteurs", "sortables")["mesures"]; ok {
		t.Error("a list can be sorted by")
	}
	fid := schemaOf(t, ts, "capteurs", "schema")["fid"]
	if fid["x-ogc-role"] != "id" || fid["type"] != "integer" {
		t.Errorf("the id of the row number: %v", fid)
	}
}

func schemaOf(t *testing.T, ts *testSite, layer, view string) map[string]map[string]any {
	t.Helper()
	res := ts.get("/collections/"+layer+"/"+view+"?lang=fr", "Accept: application/schema+json")
	if res.StatusCode != 200 || res.Header.Get("Content-Type") != "application/schema+json" {
		t.Fatalf("%s of %s: %d %s", view, layer, res.StatusCode, res.Header.Get("Content-Type"))
	}
	var doc struct {
		ID         string `json:"$id"`
		Properties map[string]map[string]any
	}
	if err := json.Unmarshal([]byte(body(t, res)), &doc); err != nil {
		t.Fatal(err)
	}
	if want := "https://exemple.fr/geo/collections/" + layer + "/" + view; doc.ID != want {
		t.Errorf("$id %s, want %s", doc.ID, want)
	}
	return doc.Properties
}

func TestSelectedProperties(t *testing.T) {
	ts := newTestSite(t, Options{})
	for query, want := range map[string]string{"": "code,nom,population,surface,+", "?properties=nom": "nom", "?properties=nom,geom": "nom,+", "?properties=geom": "+", "?properties=code,nom": "code,nom"} {
		for _, at := range []string{"/items/01002", "/items"} {
			_, doc := ts.getJSON("/collections/communes" + at + query)
			f := doc
			if list, ok := doc["features"].([]any); ok {
				f = list[1].(map[string]any)
			}
			var got []string
			for name := range f["properties"].(map[string]any) {
				got = append(got, name)
			}
			slices.Sort(got)
			if f["geometry"] != nil {
				got = append(got, "+")
			}
			if f["id"] != "01002" || strings.Join(got, ",") != want {
				t.Errorf("%s%s: %v %v, want %s", at, query, f["id"], got, want)
			}
			if res := ts.get("/collections/communes"+at+query, "Accept: text/html"); res.StatusCode != 200 {
				t.Errorf("page of %s%s: %d", at, query, res.StatusCode)
			}
		}
	}
	a, b := body(t, ts.get("/xyz/communes/9/259/176.mvt")), body(t, ts.get("/xyz/communes/9/259/176.mvt?properties=code"))
	if len(b) == 0 || len(b) >= len(a) || strings.Contains(b, "population") {
		t.Errorf("tiles of %d and %d bytes", len(a), len(b))
	}
}
