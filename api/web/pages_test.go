package web

import (
	"bytes"
	"flag"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/arpent-geo/arpent/geo"
	"github.com/arpent-geo/arpent/geo/wkb"
)

var update = flag.Bool("update", false, "write the golden pages of testdata anew")

// communes is a layer with a text key and one property of most kinds.
func communes() *geo.Layer {
	return &geo.Layer{
		ID: "communes", Table: "communes", GeomColumn: "geom", Geometry: geo.MultiPolygon,
		CRS: geo.CRS84, StorageCRS: geo.Lambert93, Key: []string{"code"}, IDKind: geo.IDText,
		Properties: []geo.Property{
			{Name: "code", Title: "Code Insee", Kind: geo.KindText, Native: "varchar(5)"},
			{Name: "nom", Title: "Nom", Description: "Nom en clair, accents & article compris", Kind: geo.KindText, Native: "text"},
			{Name: "population", Kind: geo.KindInt, Native: "integer", Nullable: true},
			{Name: "densite", Title: "Densité (hab./km²)", Kind: geo.KindFloat, Native: "double precision", Nullable: true},
			{Name: "arrete", Title: "Arrêté du", Kind: geo.KindDate, Native: "date", Nullable: true},
			{Name: "maj", Title: "Saisi le", Kind: geo.KindTimestampTZ, Native: "timestamptz", Nullable: true},
			{Name: "littoral", Title: "Littorale", Kind: geo.KindBool, Native: "boolean"},
			{Name: "site", Title: "Site", Kind: geo.KindText, Native: "text", Nullable: true},
		},
		Meta: geo.Meta{
			Title: "Communes du Val-d’Oise", Description: "Limites des communes, <simplifiées> pour l’affichage.",
			Keywords: []string{"commune", "limite"}, Producer: "IGN", Source: "ADMIN EXPRESS", Licence: "Licence Ouverte 2.0",
			Standard: "COG", StandardVersion: "2026", Millesime: "2026", Updated: time.Date(2026, 11, 1, 8, 0, 0, 0, time.UTC),
		},
	}
}

// streets is a layer that says little of itself, without key or geometry.
func streets() *geo.Layer {
	return &geo.Layer{ID: "voirie.noms", Table: "noms", Properties: []geo.Property{{Name: "voie", Kind: geo.KindText}}}
}

// square is an area of half a tenth of a degree, its south-west corner at x, y.
func square(x, y float64) []byte {
	return wkb.AppendWKB(nil, &wkb.Geometry{
		Type: geo.MultiPolygon, Coords: []float64{x, y, x + .05, y, x + .05, y + .05, x, y + .05, x, y},
		Ends: []int{5}, PolyEnds: []int{1},
	})
}

func instantOf(t time.Time) geo.Value { return geo.Instant(t.UnixMicro()) }

func communeRows() []geo.Row {
	maj := time.Date(2026, 3, 9, 14, 5, 9, 0, time.UTC)
	return []geo.Row{
		{ID: geo.StringID("95127"), WKB: square(2.0, 49.0), Values: []geo.Value{geo.String("95127"), geo.String("Cergy"), geo.Int(66322), geo.Float(5654.77),
			geo.Date(20391), instantOf(maj), geo.Bool(false), geo.String("https://www.cergy.fr/?a=1&b=2")}},
		{ID: geo.StringID("95/1,b"), WKB: square(2.06, 49.02), Values: []geo.Value{geo.String("95/1,b"), geo.String(`<script>alert("é")</script>`), geo.Int(-12),
			geo.Null(), geo.Null(), geo.Null(), geo.Bool(true), geo.String("javascript:alert(1)")}},
	}
}

func communeTable(rows ...geo.Row) *Table {
	t := &Table{Layer: communes()}
	for _, row := range rows {
		t.Add(row)
	}
	return t
}

func communeMap(t *testing.T, box geo.BBox, rows ...geo.Row) *Map {
	t.Helper()
	m, err := NewMap(MapOptions{Layer: communes(), Box: box})
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows {
		if err := m.Add(row); err != nil {
			t.Fatal(err)
		}
	}
	return m
}

// fixtures are the pages of the golden files, in one language.
func fixtures(t *testing.T, lang string) map[string]Page {
	base := func(path, query string, formats ...Format) Base {
		q, err := url.ParseQuery(query)
		if err != nil {
			t.Fatal(err)
		}
		return Base{Lang: lang, BaseURL: "https://carte.exemple.fr/geo", Path: path, Query: q, Formats: formats}
	}
	asJSON := Format{"JSON", "json", "application/json"}
	asGeoJSON := Format{"GeoJSON", "json", "application/geo+json"}
	count, rows := int64(35357), communeRows()
	extent := geo.BBox{CRS: geo.CRS84, MinX: 1.60889, MinY: 48.90871, MaxX: 2.59052, MaxY: 49.24161}
	summary := Summary{Layer: communes(), Count: &count, Extent: &extent}
	small := geo.BBox{CRS: geo.CRS84, MinX: 2, MinY: 49, MaxX: 2.11, MaxY: 49.07}
	return map[string]Page{
		"landing":       &Landing{base("/", "", asJSON), []Summary{summary, {Layer: streets()}}},
		"landing-empty": &Landing{Base: base("/", "lang="+lang)},
		"conformance":   &Conformance{base("/conformance", "", asJSON), []string{"http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core"}},
		"collections":   &Collections{base("/collections", "lang="+lang, asJSON), []Summary{summary, {Layer: streets()}}},
		"collection": &Collection{Base: base("/collections/communes", "", asJSON), Summary: summary, CRS: []geo.CRS{geo.CRS84, geo.Lambert93},
			First: communeTable(rows...), Map: communeMap(t, small, rows...)},
		"collection-away": &Collection{Base: base("/collections/voirie.noms", ""), Summary: Summary{Layer: streets()}},
		"schema": &Schema{base("/collections/communes/schema", "", asJSON), communes(), SchemaReturnables, []SchemaRow{
			{Name: "code", Label: "Code Insee", Kind: geo.KindText, Role: "id"}, {Name: "geom", Label: "geom", IsGeometry: true, Geometry: geo.MultiPolygon, Role: "primary-geometry"}}},
		"queryables": &Schema{base("/collections/communes/queryables", "", asJSON), communes(), SchemaQueryables, []SchemaRow{
			{Name: "nom", Label: "Nom", Description: "Nom en clair, accents & article compris", Kind: geo.KindText, Param: "nom"}}},
		"sortables": &Schema{base("/collections/communes/sortables", "", asJSON), communes(), SchemaSortables, nil},
		"items": &Items{Base: base("/collections/communes/items", "littoral=false&bbox=1,48,3,50&cursor=xyz", asGeoJSON), Layer: communes(),
			Table: communeTable(rows...), Matched: &count, Limit: 25, Next: "/geo/collections/communes/items?cursor=abc&limit=25", Prev: "/geo/collections/communes/items?limit=25",
			FilterBy: []string{"code", "nom", "population", "", "", "", "littoral", ""}, Map: communeMap(t, geo.BBox{}, rows...)},
		"items-empty": &Items{Base: base("/collections/communes/items", "", asGeoJSON), Layer: communes(), Table: communeTable(), Limit: 10,
			FilterBy: make([]string, 8), Map: communeMap(t, geo.BBox{})},
		"item":     &Item{base("/collections/communes/items/95127", "", asGeoJSON), communes(), communeTable(rows[0]), communeMap(t, geo.BBox{}, rows[0])},
		"tilesets": &Tilesets{Base: base("/collections/communes/tiles", "", asJSON), Summary: summary, Grids: []string{"WebMercatorQuad", "LAMB93"}},
		"tileset":  &Tilesets{Base: base("/collections/communes/tiles/WebMercatorQuad", "", asJSON), Summary: summary, TMS: "WebMercatorQuad", First: "0", Last: "16"},
		"grids":    &TileMatrixSets{base("/tileMatrixSets", "", asJSON), grids(), false},
		"grid":     &TileMatrixSets{base("/tileMatrixSets/WebMercatorQuad", "", asJSON), grids(), true},
		"api":      &APIDoc{base("/api", "f=html&operation=getItems&p.collectionId=communes&p.limit=10", asJSON), operations(), []*geo.Layer{communes(), streets()}},
		"error": &Error{Base: base("/collections/comunes", ""), Status: 404, Title: "Couche inconnue", Where: "comunes",
			Detail: "La couche « comunes » n’existe pas.", Hint: "communes", RequestID: "b7e1"},
	}
}

func grids() []TileMatrixSet {
	return []TileMatrixSet{{ID: "WebMercatorQuad", Title: "Google Maps Compatible for the World", URI: "http://www.opengis.net/def/tilematrixset/OGC/1.0/WebMercatorQuad",
		CRS: geo.WebMercator, Matrices: []TileMatrix{{"0", 559082264.028717, 156543.033928041, 1, 1}, {"24", 33.3238997477005, 0.00933069192934280, 1 << 24, 1 << 24}}}}
}

func operations() []Operation {
	return []Operation{
		{ID: "getLandingPage", Path: "/", Summary: "Page d’accueil"},
		{ID: "getItems", Path: "/collections/{collectionId}/items", Summary: "Objets d’une couche", Description: "Par pages.", Parameters: []Parameter{
			{Name: "collectionId", InPath: true, Required: true, Description: "La couche.", Type: "string"},
			{Name: "limit", Description: "Objets au plus.", Type: "integer", Default: "10", Example: "100"},
			{Name: "f", Description: "Format.", Type: "string", Enum: []string{"json", "html"}},
		}},
		{ID: "getItem", Path: "/collections/{collectionId}/items/{featureId}", Summary: "Un objet", Parameters: []Parameter{
			{Name: "collectionId", InPath: true, Required: true, Type: "string"},
			{Name: "featureId", InPath: true, Required: true, Type: "string", Example: "95127"},
		}},
	}
}

func testSite(t *testing.T) *Site {
	t.Helper()
	s, err := New(Options{
		Title:  geo.Text{FR: "Géo Val-d’Oise", EN: "Géo Val-d’Oise"},
		Notice: geo.Text{FR: "Contours schématiques : démonstration.", EN: "Schematic outlines: a demonstration."}, Version: "0.1.0",
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// eachPage renders all fixtures in both languages.
func eachPage(t *testing.T, check func(t *testing.T, name string, html []byte)) {
	s := testSite(t)
	for _, lang := range []string{"fr", "en"} {
		for name, page := range fixtures(t, lang) {
			t.Run(lang+"/"+name, func(t *testing.T) {
				var b bytes.Buffer
				if err := s.Render(&b, page); err != nil {
					t.Fatal(err)
				}
				check(t, lang+"/"+name, b.Bytes())
			})
		}
	}
}

// digests change with every edit of a static file, which is no change of a page.
var digests = regexp.MustCompile(`/static/[0-9a-f]{12}/`)

func TestGolden(t *testing.T) {
	eachPage(t, func(t *testing.T, name string, html []byte) {
		got := digests.ReplaceAll(html, []byte("/static/DIGEST/"))
		file := filepath.Join("testdata", filepath.FromSlash(name)+".html")
		if *update {
			if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(file, got, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatalf("%v: make it with go test ./api/web -update, and read it", err)
		}
		if diff := cmp.Diff(string(want), string(got)); diff != "" {
			t.Errorf("page differs from %s (-want +got):\n%s", file, diff)
		}
	})
}
