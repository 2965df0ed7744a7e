package crs

import (
	"testing"

	"github.com/arpent-geo/arpent/geo"
)

func TestHolds(t *testing.T) {
	nantes := geo.BBox{CRS: geo.CRS84, MinX: -2.6, MinY: 46.8, MaxX: -0.9, MaxY: 47.9}
	reunion := geo.BBox{CRS: geo.CRS84, MinX: 55.2, MinY: -21.4, MaxX: 55.9, MaxY: -20.8}
	fiji := geo.BBox{CRS: geo.CRS84, MinX: 176, MinY: -20, MaxX: -178, MaxY: -12}
	for _, c := range []struct {
		code string
		box  geo.BBox
		want bool
	}{
		{"2154", nantes, true}, {"3947", nantes, true}, {"32630", nantes, true}, {"2975", nantes, false}, {"3163", nantes, false}, {"2972", nantes, false},
		{"2975", reunion, true}, {"32740", reunion, true}, {"32630", reunion, false},
		{"4326", fiji, true}, {"32701", fiji, true}, {"32760", fiji, true}, {"3163", fiji, true}, {"32630", fiji, false},
	} {
		s, err := Lookup(geo.EPSG(c.code))
		if err != nil {
			t.Fatal(err)
		}
		if got := s.Holds(c.box); got != c.want {
			t.Errorf("EPSG:%s holds %v: %v, want %v", c.code, c.box, got, c.want)
		}
	}
}
