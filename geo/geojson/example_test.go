package geojson_test

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/arpent-geo/arpent/geo"
	"github.com/arpent-geo/arpent/geo/crs"
	"github.com/arpent-geo/arpent/geo/geojson"
	"github.com/arpent-geo/arpent/geo/wkb"
)

// Notre-Dame de Paris, kept in Lambert-93 (metres), answered in longitude,
// latitude (degrees).
func ExampleEncoder() {
	layer := &geo.Layer{CRS: geo.Lambert93, Properties: []geo.Property{{Name: "nom", Kind: geo.KindText}}}
	format, err := geojson.NewFormat(layer.CRS, crs.Ref{CRS: geo.CRS84})
	if err != nil {
		fmt.Println(err)
		return
	}
	row := geo.Row{
		ID:     geo.StringID("75056"),
		Values: []geo.Value{geo.String("Notre-Dame")},
		WKB:    wkb.AppendWKB(nil, &wkb.Geometry{Type: geo.Point, Coords: []float64{652296.973, 6861636.359}}),
	}
	text, err := geojson.NewEncoder(layer, nil, format).AppendFeature(nil, &row)
	fmt.Println(string(text), err)
	// Output:
	// {"type":"Feature","id":"75056","geometry":{"type":"Point","coordinates":[2.3499,48.853]},"properties":{"nom":"Notre-Dame"}} <nil>
}

func ExampleReader() {
	file := `{"type":"FeatureCollection","features":[
	{"type":"Feature","properties":{"code":"01001"},"geometry":{"type":"Point","coordinates":[4.93,46.15]}},
	{"type":"Feature","properties":{"code":"2A004"},"geometry":{"type":"Point","coordinates":[8.73]}}]}`
	r := geojson.NewReader(strings.NewReader(file), geojson.ReaderOptions{})
	for {
		f, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			fmt.Println(err)
			break
		}
		fmt.Printf("%s %v\n", f.Properties[0].Value.Bytes, f.Geometry.Coords)
	}
	// Output:
	// 01001 [4.93 46.15]
	// record 2, byte 237: a position has at least two numbers
}
