package geojson

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/arpent-geo/arpent/geo"
)

// read returns the number of features, the warnings and the error that ends
// the reading, nil for the end of the file.
func read(r *Reader) (n int, warnings []Warning, err error) {
	for {
		if _, err = r.Next(); err != nil {
			break
		}
		n++
	}
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return n, r.Warnings(), err
}

// TestSamples reads every file of the collection of good and bad GeoJSON, and
// demands of each bad one the right sentence, or the right warning.
func TestSamples(t *testing.T) {
	root := filepath.Join(sharedData(t), "formats")
	for name, want := range map[string]struct {
		features int
		err      string // part of the error; empty: none
		warning  string // part of the only warning; empty: none
	}{
		"geojson/bad/bad-duplicate-properties.geojson":            {0, `byte 35: the member "type" stands twice`, ""},
		"geojson/bad/bad-json.geojson":                            {0, `byte 31: "," or "}" expected, a text found`, ""},
		"geojson/bad/bad-object-type.geojson":                     {0, "the name of a type expected, an object found", ""},
		"geojson/bad/bad-polygonloop.geojson":                     {0, "a position [x, y] expected, a number found", ""},
		"geojson/bad/bad-properties-as-array.geojson":             {0, "an object of properties expected, an array found", ""},
		"geojson/bad/badcoordtype.geojson":                        {0, "a position [x, y] expected, a number found", ""},
		"geojson/bad/badfeature.geojson":                          {0, `a GeoJSON object expected, "null" found`, ""},
		"geojson/bad/bbox-4or6elements.geojson":                   {1, "", "bbox"},
		"geojson/bad/bbox-contains-string.geojson":                {1, "", "bbox"},
		"geojson/bad/different-first-last.geojson":                {0, "ring 1 is not closed", ""},
		"geojson/bad/different-first-size.geojson":                {0, "ring 1 of polygon 2 is not closed", ""},
		"geojson/bad/expected_object.geojson":                     {0, "an object of properties expected, a number found", ""},
		"geojson/bad/false.geojson":                               {0, `a geometry (an object) expected, "false" found`, ""},
		"geojson/bad/featurecollection-obj.geojson":               {0, `an array "features" expected, an object found`, ""},
		"geojson/bad/featurecollection.geojson":                   {0, `the member "features" is missing`, ""},
		"geojson/bad/featurecollection_changed_semantics.geojson": {3, "", "do not belong"},
		"geojson/bad/geometry_changed_semantics.geojson":          {1, "", "do not belong"},
		"geojson/bad/geometrycollection_single.geojson":           {1, "", ""}, // a matter of taste
		"geojson/bad/multiple_problems.geojson":                   {0, `"id" is a text or a number`, ""},
		"geojson/bad/multipoint-nondimension.geojson":             {0, "a position [x, y] expected, a number found", ""},
		"geojson/bad/notype.geojson":                              {0, `the member "type" is missing`, ""},
		"geojson/bad/point-labeled-as-a-multipolygon.geojson":     {0, "an array expected, a number found", ""},
		"geojson/bad/point-toofew.geojson":                        {0, "at least two numbers", ""},
		"geojson/bad/point-toomany.geojson":                       {1, "", "more than three numbers"},
		"geojson/bad/point.geojson":                               {0, `the member "coordinates" is missing`, ""},
		"geojson/bad/rootstring.geojson":                          {0, `byte 0: a GeoJSON object expected, "null" found`, ""},
		"geojson/bad/short-line.geojson":                          {0, "a line has at least two positions", ""},
		"geojson/bad/short-multilinestring.geojson":               {0, "a line has at least two positions", ""},
		"geojson/bad/stringcoord.geojson":                         {0, "a number expected, a text found", ""},
		"geojson/good/good-feature-with-string-id.geojson":        {1, "", ""},
		"geojson/good/good-feature.geojson":                       {1, "", ""},
		"geojson/good/good-featurecollection-bbox3d.geojson":      {2, "", ""},
		"geojson/good/good-featurecollection-extensions.geojson":  {3, "", ""},
		"geojson/good/good-featurecollection.geojson":             {3, "", ""},
		"geojson/good/good-linestring.geojson":                    {1, "", ""},
		"geojson/good/good-multilinestring.geojson":               {1, "", ""},
		"geojson/good/good-point-3d.geojson":                      {1, "", ""},
		"geojson/good/good-point.geojson":                         {1, "", ""},
		"geojson/good/issue82.geojson":                            {1, "", ""},
		"geojson/good/multipolygon.geojson":                       {1, "", ""},
		"geojson/good/nullgeometry.geojson":                       {1, "", ""},
		"geojson/mapshaper-125-openring.json":                     {0, "ring 1 is not closed", ""},
		"geojson/mapshaper-384_invalid_json/ex2.json":             {2, "", ""},
		"geojson/mapshaper-384_invalid_json/sample.json":          {1, `record 2, byte 2208: "," or "]" expected`, ""},
		"geojson/mapshaper-384_invalid_json/sample1.json":         {0, `byte 579: "," or "}" expected, "." found`, ""},
		"malformes/geojson-bom.geojson":                           {0, "", ""},
		"malformes/geojson-lambert93-sans-crs.geojson":            {1, "", ""},
		"malformes/geojson-lat-lon-inverses.geojson":              {1, "", ""},
		"malformes/geojson-latin1.geojson":                        {0, "byte 82: byte 0xE9 is not UTF-8", ""},
		"malformes/geojson-tronque.geojson":                       {2, "record 3, byte 20000: the file ends in the middle", ""},
		"malformes/gz-tronque.geojson.gz":                         {2, "compressed file is cut short", ""},
		"malformes/gpkg-pas-sqlite.gpkg":                          {0, "a GeoJSON object expected", ""},
		"malformes/shp-tronque.shp":                               {0, "a GeoJSON object expected", ""},
	} {
		data, err := os.ReadFile(filepath.Join(root, name))
		if err != nil {
			t.Error(err)
			continue
		}
		n, warnings, err := read(NewReader(strings.NewReader(string(data)), ReaderOptions{}))
		if n != want.features {
			t.Errorf("%s: %d features, want %d", name, n, want.features)
		}
		var e *geo.Error
		switch {
		case want.err == "" && err != nil:
			t.Errorf("%s: %v", name, err)
		case want.err == "":
		case !errors.As(err, &e) || !errors.Is(err, geo.ErrInvalidInput) || !strings.Contains(err.Error(), want.err) || e.Msg.FR == "":
			t.Errorf("%s: %v, want %q in both languages", name, err, want.err)
		}
		if (want.warning == "") != (len(warnings) == 0) || want.warning != "" && !strings.Contains(warnings[0].Msg.EN, want.warning) {
			t.Errorf("%s: warnings %v, want %q", name, warnings, want.warning)
		}
	}
}
