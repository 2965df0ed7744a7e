package web

import (
	"net/url"
	"testing"
)

func viewOf(t *testing.T, p Page) *view {
	t.Helper()
	return newView(testSite(t), p)
}

func TestBuiltAddress(t *testing.T) {
	for query, want := range map[string]built{
		"operation=getItem&p.collectionId=a.b&p.featureId=95/1": {URL: "https://h/geo/collections/a.b/items/95%2F1", Link: "/geo/collections/a.b/items/95%2F1", Curl: "curl 'https://h/geo/collections/a.b/items/95%2F1'"},
		"operation=getItems&p.collectionId=c&p.limit=&p.f=json": {URL: "https://h/geo/collections/c/items?f=json", Link: "/geo/collections/c/items?f=json", Curl: "curl 'https://h/geo/collections/c/items?f=json'"},
		"operation=getItems&p.collectionId='%26&p.nosuch=1":     {URL: "https://h/geo/collections/%27&/items", Link: "/geo/collections/%27&/items", Curl: `curl 'https://h/geo/collections/%27&/items'`},
		"operation=getItems":                 {Missing: "collectionId"},
		"operation=getItem&p.collectionId=c": {Missing: "featureId"},
	} {
		q, err := url.ParseQuery(query)
		if err != nil {
			t.Fatal(err)
		}
		got := viewOf(t, &APIDoc{Base{BaseURL: "https://h/geo", Path: "/api", Query: q}, operations(), nil}).Built()
		if got == nil || *got != want {
			t.Errorf("%s: got %+v, want %+v", query, got, want)
		}
	}
	if got := viewOf(t, &APIDoc{Operations: operations()}).Built(); got != nil {
		t.Errorf("no form was sent, got %+v", got)
	}
}

func TestChips(t *testing.T) {
	q := url.Values{"nom": {"Cergy"}, "bbox": {"1,2,3,4"}, "lang": {"fr"}, "cursor": {"x"}, "limit": {"10"}}
	v := viewOf(t, &Items{Base: Base{BaseURL: "https://h/geo", Path: "/i", Query: q}, Layer: communes(), FilterBy: []string{"", "nom"}})
	want := []chip{
		{"bbox", "1,2,3,4", "/geo/i?lang=fr&limit=10&nom=Cergy"},
		{"Nom", "Cergy", "/geo/i?bbox=1%2C2%2C3%2C4&lang=fr&limit=10"},
	}
	got := v.Chips()
	if len(got) != 2 || got[0] != want[0] || got[1] != want[1] {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if got := v.Limits(25); len(got) != 6 || got[1] != 25 {
		t.Errorf("limits %v", got)
	}
}

func TestLinksKeepTheLanguageChosen(t *testing.T) {
	v := viewOf(t, &Landing{Base: Base{BaseURL: "https://h/geo", Path: "/", Query: url.Values{"lang": {"en"}}}})
	if got := v.Link("/collections"); got != "/geo/collections?lang=en" {
		t.Errorf("got %s", got)
	}
	v.Query = nil
	if got := v.Link("/collections"); got != "/geo/collections" {
		t.Errorf("got %s", got)
	}
}

// What is copied into a terminal or a program is quoted for it.
func TestSnippetsQuote(t *testing.T) {
	l := communes()
	l.ID = `it's "$(x)"`
	v := viewOf(t, &Collection{Base: Base{BaseURL: "https://h"}, Summary: Summary{Layer: l}})
	texts := map[string]string{}
	for _, s := range v.Snippets(l) {
		texts[s.ID] = s.Text
	}
	for id, want := range map[string]string{
		"use-ogr2ogr": `ogr2ogr -f GPKG 'it_s _$(x)_.gpkg' 'OAPIF:https://h' 'it'\''s "$(x)"'`,
		"use-curl":    `curl -H 'Accept: application/geo+json' 'https://h/collections/it%27s%20%22$%28x%29%22/items?limit=10'`,
		"use-python":  "import geopandas\n\nlayer = geopandas.read_file(\"OAPIF:https://h\", layer=\"it's \\\"$(x)\\\"\")\nprint(layer.head())",
	} {
		if texts[id] != want {
			t.Errorf("%s: got %s, want %s", id, texts[id], want)
		}
	}
}
