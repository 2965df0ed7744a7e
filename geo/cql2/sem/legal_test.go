package sem

import (
	"slices"
	"testing"

	"github.com/arpent-geo/arpent/geo"
	"github.com/arpent-geo/arpent/geo/crs"
)

func TestLegal(t *testing.T) {
	for _, c := range []struct {
		place    string
		lon, lat float64
		want     string
	}{
		{"Paris", 2.35, 48.85, "2154"}, {"Bastia", 9.45, 42.7, "2154"}, {"Fort-de-France", -61.07, 14.6, "5490"}, {"Marigot", -63.08, 18.07, "5490"}, {"Cayenne", -52.33, 4.94, "2972"},
		{"Saint-Denis", 55.45, -20.88, "2975"}, {"Mamoudzou", 45.23, -12.78, "4471"}, {"Miquelon", -56.38, 47.1, "4467"}, {"Nouméa", 166.44, -22.27, "3163"},
		{"Papeete", -149.57, -17.53, "3297"}, {"Bora-Bora", -151.74, -16.5, "3296"}, {"Berlin", 13.4, 52.5, ""}, {"Montréal", -73.6, 45.5, ""},
	} {
		if got, ok := Legal(c.lon, c.lat); got.Code != c.want || ok != (c.want != "") {
			t.Errorf("%s: %v, want %s", c.place, got, c.want)
		}
	}
	for _, z := range LegalZones() {
		s, err := crs.Lookup(z.CRS)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.ContainsFunc(s.Domain.Split(), func(d geo.BBox) bool { return d.Contains(z.Box) }) {
			t.Errorf("%v: the zone %v overflows the domain %v", z.CRS, z.Box, s.Domain)
		}
		if got, ok := LegalOf(z.CRS); !ok || got != z.CRS {
			t.Errorf("legal of %v: %v", z.CRS, got)
		}
	}
	if got, ok := LegalOf(geo.WGS84); ok {
		t.Errorf("legal of degrees: %v", got)
	}
}
