package api

import (
	"errors"
	"net/url"
	"strings"
	"testing"

	"github.com/arpent-geo/arpent/geo"
)

var testLimits = itemLimits{10, 10_000}

func TestParseItemQuery(t *testing.T) {
	layers := newFakeStore().layers
	communes, capteurs, table := layers[0], layers[1], layers[3]
	for _, c := range []struct {
		layer *geo.Layer
		query string
		check func(r itemRequest) bool
	}{
		{communes, "", func(r itemRequest) bool {
			return r.query.Limit == 10 && r.out.CRS == geo.CRS84 && r.query.Filter == nil
		}},
		{communes, "limit=99999999999999999999999", func(r itemRequest) bool { return r.query.Limit == 10_000 }},
		{communes, "offset=99999999999999999999999", func(r itemRequest) bool { return r.query.Offset == maxOffset }},
		{communes, "bbox=1,2,3,4", func(r itemRequest) bool {
			return *r.query.BBox == geo.BBox{CRS: geo.CRS84, MinX: 1, MinY: 2, MaxX: 3, MaxY: 4}
		}},
		{communes, "bbox=1,2,-9,3,4,9", func(r itemRequest) bool {
			return *r.query.BBox == geo.BBox{CRS: geo.CRS84, MinX: 1, MinY: 2, MaxX: 3, MaxY: 4}
		}},
		{communes, "bbox=48,2,49,3&bbox-crs=EPSG:4326", func(r itemRequest) bool {
			return *r.query.BBox == geo.BBox{CRS: geo.WGS84, MinX: 2, MinY: 48, MaxX: 3, MaxY: 49}
		}},
		{communes, "bbox=2,48,3,49&bbox-crs=4326", func(r itemRequest) bool {
			return *r.query.BBox == geo.BBox{CRS: geo.WGS84, MinX: 2, MinY: 48, MaxX: 3, MaxY: 49}
		}},
		{communes, "bbox=170,-20,-170,-10", func(r itemRequest) bool { return r.query.BBox.CrossesAntimeridian() }},
		{communes, "bbox=6e5,6800000,7e5,6.9e6&bbox-crs=http://www.opengis.net/def/crs/EPSG/0/2154", func(r itemRequest) bool { return r.query.BBox.MaxY == 6.9e6 }},
		{communes, "crs=3035", func(r itemRequest) bool { return !r.out.Swapped() }},
		{communes, "crs=EPSG:3035", func(r itemRequest) bool { return r.out.Swapped() }},
		{communes, "population=3&code=01001", func(r itemRequest) bool {
			all := r.query.Filter.(geo.And)
			return len(all) == 2 && all[0].(geo.Equal).Property.Name == "code" && all[1].(geo.Equal).Value.Equal(geo.Int(3))
		}},
		{communes, "code=1001", func(r itemRequest) bool {
			return r.query.Filter.(geo.And)[0].(geo.Equal).Value.Equal(geo.String("1001"))
		}},
		{communes, "nom=", func(r itemRequest) bool { return r.query.Filter.(geo.And)[0].(geo.Equal).Value.Equal(geo.String("")) }},
		{communes, "prop.nom=x' OR 1=1 --", func(r itemRequest) bool {
			return string(r.query.Filter.(geo.And)[0].(geo.Equal).Value.Bytes) == "x' OR 1=1 --"
		}},
		{capteurs, "prop.limit=0.5&limit=3", func(r itemRequest) bool {
			return r.query.Limit == 3 && r.query.Filter.(geo.And)[0].(geo.Equal).Value.Equal(geo.Float(.5))
		}},
		{communes, "datetime=2024-01-01/..", func(r itemRequest) bool { return r.query.Filter == nil }},
		{communes, "datetime=2024-01-31T12:00:00Z", func(r itemRequest) bool { return r.query.Filter == nil }},
		{communes, "sortby=-population,+nom, code", func(r itemRequest) bool {
			k := r.query.Sort
			return len(k) == 3 && k[0].Desc && k[0].Property.Name == "population" && !k[1].Desc && k[1].Property.Name == "nom" && k[2].Property.Name == "code"
		}},
		{communes, "properties=surface,nom", func(r itemRequest) bool {
			return r.query.SkipGeometry && len(r.query.Properties) == 2 && r.query.Properties[0] == 3 && r.query.Properties[1] == 1
		}},
		{communes, "properties=geom,nom,nom", func(r itemRequest) bool { return !r.query.SkipGeometry && len(r.query.Properties) == 1 }},
		{communes, "", func(r itemRequest) bool { return !r.query.SkipGeometry && r.query.Properties == nil }},
		{capteurs, "properties=fid", func(r itemRequest) bool {
			return r.query.SkipGeometry && r.query.Properties != nil && len(r.query.Properties) == 0
		}},
		{table, "limit=1", func(r itemRequest) bool { return r.query.BBox == nil }},
	} {
		q, err := url.ParseQuery(c.query)
		if err != nil {
			t.Fatal(err)
		}
		req, err := parseItemQuery(q, c.layer, testLimits)
		if err != nil || !c.check(req) {
			t.Errorf("%s: %+v, %v", c.query, req, err)
		}
	}
}

func TestParseItemQueryRefuses(t *testing.T) {
	layers := newFakeStore().layers
	for query, where := range map[string]string{
		"limit=0": "limit", "limit=-1": "limit", "limit=ten": "limit", "limit=1.5": "limit", "limit=": "limit", "limit=+1": "limit",
		"offset=-1": "offset", "offset=x": "offset", "Limit=4": "Limit", "bboxx=1,2,3,4": "bboxx", "filter=a": "filter",
		"bbox=": "bbox", "bbox=1,2,3": "bbox", "bbox=1,2,3,4,5": "bbox", "bbox=1,2,3,4,5,6,7,8,9": "bbox", "bbox=a,2,3,4": "bbox", "bbox=NaN,2,3,4": "bbox",
		"bbox=1e400,2,3,4": "bbox", "bbox=0x1p3,2,3,4": "bbox", "bbox=1,5,3,4": "bbox", "bbox=1,2,9,3,4,0": "bbox", "bbox=inf,2,3,4": "bbox",
		"bbox=650000,6860000,651000,6861000": "bbox", "bbox=3,2,1,4&bbox-crs=EPSG:2154": "bbox", "bbox-crs=EPSG:99999": "bbox-crs", "bbox-crs=": "bbox-crs",
		"crs=x": "crs", "crs=EPSG:27572": "crs", "datetime=hier": "datetime", "datetime=2024-02-30": "datetime", "datetime=2025-01-01/2024-01-01": "datetime", "datetime=../..": "datetime",
		"datetime=": "datetime", "datetime=infinity": "datetime", "population=beaucoup": "population", "population=": "population", "prop.rien=1": "prop.rien",
		"nom=a&prop.nom=b": "prop.nom", "cursor=x": "cursor",
		"sortby=": "sortby", "sortby=rien": "sortby", "sortby=nom,": "sortby", "sortby=nom,-nom": "sortby", "sortby=geom": "sortby", "sortby=--nom": "sortby",
		"properties=": "properties", "properties=nom,rien": "properties", "properties=nom%20": "properties",
	} {
		q, err := url.ParseQuery(query)
		if err != nil {
			t.Fatal(err)
		}
		_, err = parseItemQuery(q, layers[0], testLimits)
		var e *geo.Error
		if !errors.As(err, &e) || e.Where != where || e.Msg.FR == "" || e.Msg.EN == "" {
			t.Errorf("%s: %v, want an error about %s in both languages", query, err, where)
		}
	}
	for query, layer := range map[string]int{"bbox=1,2,3,4": 3, "mesures=[1]": 1, "sortby=mesures": 1, "properties=geom": 3} {
		q, _ := url.ParseQuery(query)
		if _, err := parseItemQuery(q, layers[layer], testLimits); !errors.Is(err, geo.ErrInvalidInput) {
			t.Errorf("%s on %s: %v", query, layers[layer].ID, err)
		}
	}
}

func TestReservedNameIsToldWithItsPrefix(t *testing.T) {
	l := &geo.Layer{ID: "x", Properties: []geo.Property{{Name: "commune", Kind: geo.KindText}, {Name: "prop.a", Kind: geo.KindText}}}
	_, err := parseItemQuery(url.Values{"commune": {"01001"}}, l, testLimits)
	if err == nil || !strings.Contains(err.Error(), "prop.commune") {
		t.Errorf("%v", err)
	}
	if filterParam(&l.Properties[0]) != "prop.commune" {
		t.Error("the form filters by a reserved name")
	}
	if _, err := parseItemQuery(url.Values{"prop.commune": {"01001"}, "prop.a": {"x"}}, l, testLimits); err != nil {
		t.Error(err)
	}
}

func FuzzParseItemQuery(f *testing.F) {
	layer := newFakeStore().layers[0]
	for _, seed := range []string{"limit=5&offset=3", "bbox=1,2,3,4&bbox-crs=EPSG:2154", "bbox=170,-20,-170,-10", "code=01001&population=4", "sortby=-population,+nom&properties=nom,geom", "datetime=2024-01-01/..",
		"crs=http://www.opengis.net/def/crs/EPSG/0/4326&cursor=AQEGBTAxMDI1NKCd9ss6f4w", "surface=12.30"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		q, err := readQuery(raw)
		if err != nil {
			return
		}
		req, err := parseItemQuery(q, layer, testLimits)
		if err != nil {
			if p := problemOf(t.Context(), err); p.status != 400 || p.err.Msg.FR == "" || p.err.Msg.EN == "" {
				t.Fatalf("%q: %v", raw, err)
			}
			return
		}
		if req.query.Limit < 1 || req.query.Limit > testLimits.most || req.query.Offset < 0 {
			t.Fatalf("%q: %+v", raw, req.query)
		}
		if b := req.query.BBox; b != nil && (b.MinY > b.MaxY || b.CRS.IsZero()) {
			t.Fatalf("%q: %+v", raw, b)
		}
	})
}

func TestSuggestions(t *testing.T) {
	for _, c := range [][2]string{{"limte", "limit"}, {"LIMIT", "limit"}, {"bbox_crs", "bbox-crs"}, {"poppulation", "population"}, {"zzz", ""}, {"", ""}, {strings.Repeat("é", 10000), ""}} {
		if got := geo.Nearest(c[0], append([]string{"population"}, itemParams...)); got != c[1] {
			t.Errorf("Nearest(%.20q) = %q, want %q", c[0], got, c[1])
		}
	}
}
