package gpkg_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/arpent-geo/arpent/geo"
	"github.com/arpent-geo/arpent/geo/wkb"
	"github.com/arpent-geo/arpent/sql/gpkg"
)

// A file is made by its first load, then read: the towers of Notre-Dame are in
// a box of easting, northing in metres, EPSG:2154.
func ExampleCreate() {
	ctx := context.Background()
	dir, err := os.MkdirTemp("", "arpent")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	s, err := gpkg.Create(ctx, filepath.Join(dir, "lieux.gpkg"))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer s.Close()
	if err := load(ctx, s); err != nil {
		fmt.Println(err)
		return
	}
	l, err := s.Layer(ctx, "lieux")
	if err != nil {
		fmt.Println(err)
		return
	}
	box := geo.BBox{CRS: geo.Lambert93, MinX: 652400, MinY: 6862000, MaxX: 652500, MaxY: 6862100}
	for row, err := range s.Items(ctx, geo.ItemQuery{Layer: l, Limit: 10, BBox: &box}) {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Printf("%s %s\n", row.ID, row.Values[1].AppendText(nil))
	}
	// Output: 75056-1 Notre-Dame de Paris
}

func load(ctx context.Context, s *gpkg.Store) error {
	ld, err := s.BeginLoad(ctx, &geo.Layer{Table: "lieux", Geometry: geo.Point, CRS: geo.Lambert93, Key: []string{"code"},
		Properties: []geo.Property{{Name: "code", Kind: geo.KindText}, {Name: "nom", Kind: geo.KindText}}}, geo.LoadCreate)
	if err != nil {
		return err
	}
	point := wkb.AppendWKB(nil, &wkb.Geometry{Type: geo.Point, Coords: []float64{652469.02, 6862035.26}})
	row := geo.Row{WKB: point, Values: []geo.Value{geo.String("75056-1"), geo.String("Notre-Dame de Paris")}}
	if err := ld.Write(ctx, &row); err != nil {
		return fmt.Errorf("%w (and %v)", err, ld.Rollback())
	}
	return ld.Commit(ctx)
}
