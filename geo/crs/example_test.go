package crs_test

import (
	"fmt"

	"github.com/arpent-geo/arpent/geo"
	"github.com/arpent-geo/arpent/geo/crs"
)

func ExampleParse() {
	for _, name := range []string{"http://www.opengis.net/def/crs/EPSG/0/4326", "EPSG:2154", "4326"} {
		r, err := crs.Parse(name)
		fmt.Println(r.CRS, r.Swapped(), err)
	}
	// Output:
	// EPSG:4326 true <nil>
	// EPSG:2154 false <nil>
	// EPSG:4326 false <nil>
}

// Notre-Dame de Paris, from degrees to metres in Lambert-93.
func ExampleSystem_Forward() {
	s, err := crs.Lookup(geo.Lambert93)
	if err != nil {
		fmt.Println(err)
		return
	}
	x, y := s.Forward(2.34990, 48.85300)
	fmt.Printf("%s: %.1f m, %.1f m\n", s.Name, x, y)
	lon, lat := s.Inverse(x, y)
	fmt.Printf("%.5f° E, %.5f° N\n", lon, lat)
	// Output:
	// RGF93 v1 / Lambert-93: 652297.0 m, 6861636.4 m
	// 2.34990° E, 48.85300° N
}

// The Piton des Neiges, from the legal projection of La Réunion to Web Mercator.
func ExampleNewTransform() {
	t, err := crs.NewTransform(geo.EPSG("2975"), geo.WebMercator)
	if err != nil {
		fmt.Println(err)
		return
	}
	coords := []float64{341200, 7667800, 3071} // easting, northing, height in metres
	t.Flat(coords, 3)
	fmt.Printf("%.1f m, %.1f m, %.0f m\n", coords[0], coords[1], coords[2])
	// Output: 6175038.0 m, -2401890.6 m, 3071 m
}

// A box of degrees, to be searched in a layer in Lambert-93.
func ExampleSearch() {
	regions, err := crs.Search(geo.BBox{CRS: geo.CRS84, MinX: -5, MinY: 42, MaxX: 9, MaxY: 51}, geo.Lambert93)
	if err != nil {
		fmt.Println(err)
		return
	}
	r := regions[0]
	fmt.Printf("%d region, rectangle: %t, from %.0f m to %.0f m north\n", len(regions), r.Rect, r.Envelope.MinY, r.Envelope.MaxY)
	// Output: 1 region, rectangle: false, from 6099937 m to 7128952 m north
}

func ExampleTransformBBox() {
	b, err := crs.TransformBBox(geo.BBox{CRS: geo.Lambert93, MinX: 100000, MinY: 6000000, MaxX: 1200000, MaxY: 7100000}, geo.CRS84)
	fmt.Printf("%.3f° to %.3f° E, %.3f° to %.3f° N, %v\n", b.MinX, b.MaxX, b.MinY, b.MaxY, err)
	// Output: -5.495° to 10.087° E, 40.860° to 50.996° N, <nil>
}

// A tile of zoom 12 over Paris, 10 km wide, to a centimetre.
func ExampleTransform_Fit() {
	t, err := crs.NewTransform(geo.Lambert93, geo.WebMercator)
	if err != nil {
		fmt.Println(err)
		return
	}
	fit, ok := t.Fit(geo.BBox{CRS: geo.Lambert93, MinX: 650000, MinY: 6860000, MaxX: 660000, MaxY: 6870000}, 0.01)
	coords := []float64{652296.9, 6861636.1}
	fit.Flat(coords, 2)
	fmt.Printf("%t: %.1f m, %.1f m\n", ok, coords[0], coords[1])
	// Output: true: 261589.6 m, 6249954.9 m
}
