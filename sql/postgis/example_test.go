package postgis_test

import (
	"context"
	"fmt"
	"log"

	"github.com/arpent-geo/arpent/geo"
	"github.com/arpent-geo/arpent/sql/postgis"
)

// The communes that meet a box of degrees around Notre-Dame de Paris.
func Example() {
	ctx := context.Background()
	store, err := postgis.Open(ctx, "postgres://lecteur@localhost/sig", postgis.Options{Schemas: []string{"urba"}})
	if err != nil {
		log.Fatal(err)
	}
	defer func() { _ = store.Close() }()
	communes, err := store.Layer(ctx, "communes")
	if err != nil {
		log.Fatal(err)
	}
	box := geo.BBox{CRS: geo.CRS84, MinX: 2.34, MinY: 48.85, MaxX: 2.36, MaxY: 48.86} // longitude, latitude
	for row, err := range store.Items(ctx, geo.ItemQuery{Layer: communes, Limit: 10, BBox: &box}) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(row.ID.String(), len(row.WKB), "bytes of WKB")
	}
}
