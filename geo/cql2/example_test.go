package cql2_test

import (
	"fmt"

	"github.com/arpent-geo/arpent/geo"
	"github.com/arpent-geo/arpent/geo/cql2"
)

func ExampleParseText() {
	communes := &geo.Layer{
		GeomColumn: "geom", CRS: geo.Lambert93,
		Properties: []geo.Property{{Name: "nom", Kind: geo.KindText}, {Name: "population", Kind: geo.KindInt}},
	}
	_, err := cql2.ParseText("nom LIKE 'Saint-%' AND populaton > 1000", communes, cql2.Options{})
	fmt.Println(err)

	filter, err := cql2.ParseText("nom LIKE 'Saint-%' AND population > 1000", communes, cql2.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	doc, err := cql2.AppendJSON(nil, filter, cql2.Options{})
	fmt.Println(string(doc), err)
	// Output:
	// column 24: unknown property: "populaton" (perhaps "population")
	// {"op":"and","args":[{"op":"like","args":[{"property":"nom"},"Saint-%"]},{"op":">","args":[{"property":"population"},1000]}]} <nil>
}
