package crs

import (
	"errors"
	"strings"
	"testing"

	"github.com/arpent-geo/arpent/geo"
)

func TestParse(t *testing.T) {
	for _, c := range []struct {
		text    string
		crs     geo.CRS
		xy      bool
		swapped bool
	}{
		{"http://www.opengis.net/def/crs/EPSG/0/2154", geo.Lambert93, false, false},
		{"https://www.opengis.net/def/crs/EPSG/0/4326", geo.WGS84, false, true},
		{"http://www.opengis.net/def/crs/EPSG/9.9.1/4326", geo.WGS84, false, true},
		{"http://www.opengis.net/def/crs/OGC/1.3/CRS84", geo.CRS84, false, false},
		{"http://www.opengis.net/def/crs/OGC/0/CRS84h", geo.CRS84h, false, false},
		{"urn:ogc:def:crs:EPSG::4326", geo.WGS84, false, true},
		{"urn:x-ogc:def:crs:EPSG:9.9:3035", geo.EPSG("3035"), false, true},
		{"URN:OGC:DEF:CRS:OGC:1.3:CRS84", geo.CRS84, false, false},
		{"urn:ogc:def:crs:OGC::CRS84", geo.CRS84, false, false},
		{"EPSG:4326", geo.WGS84, false, true},
		{"epsg:3857", geo.WebMercator, false, false},
		{"[EPSG:4171]", geo.EPSG("4171"), false, true},
		{"OGC:CRS84", geo.CRS84, false, false},
		{"CRS84", geo.CRS84, false, false},
		{"crs84H", geo.CRS84h, false, false},
		{" 4326 ", geo.WGS84, true, false},
		{"3035", geo.EPSG("3035"), true, false},
		{"32740", geo.EPSG("32740"), true, false},
	} {
		r, err := Parse(c.text)
		if err != nil || r.CRS != c.crs || r.XY != c.xy || r.Swapped() != c.swapped {
			t.Errorf("%q: %+v, swapped %v, %v", c.text, r, r.Swapped(), err)
		}
	}
}

func TestParseErrors(t *testing.T) {
	for text, want := range map[string]error{
		"":                               geo.ErrInvalidInput,
		"EPSG":                           geo.ErrInvalidInput,
		"EPSG:":                          geo.ErrInvalidInput,
		":4326":                          geo.ErrInvalidInput,
		"EPSG:43 26":                     geo.ErrInvalidInput,
		"-4326":                          geo.ErrInvalidInput,
		"urn:ogc:def:crs:EPSG:4326":      geo.ErrInvalidInput,
		"http://example.org/crs/4326":    geo.ErrInvalidInput,
		strings.Repeat("9", maxName+1):   geo.ErrInvalidInput,
		"[EPSG:4326":                     geo.ErrInvalidInput,
		"EPSG:27572":                     geo.ErrUnsupportedCRS,
		"27572":                          geo.ErrUnsupportedCRS,
		"IGNF:LAMB93":                    geo.ErrUnsupportedCRS,
		"urn:ogc:def:crs:EPSG::32661":    geo.ErrUnsupportedCRS,
		"EPSG:04326":                     geo.ErrUnsupportedCRS,
		"99999999999999999999":           geo.ErrUnsupportedCRS,
		"http://www.opengis.net/def/crs": geo.ErrInvalidInput,
	} {
		if _, err := Parse(text); !errors.Is(err, want) {
			t.Errorf("%q: %v, want %v", text, err, want)
		}
	}
}

func TestUnsupportedListsWhatIsKnown(t *testing.T) {
	_, err := Lookup(geo.EPSG("27572"))
	const list = "EPSG:2154, 2972, 2975, 3035, 3163, 3296, 3297, 3395, 3857, 3942-3950, 4171, 4258, 4326, 4463, 4467, 4470, 4471, " +
		"4559, 4624, 4627, 4749, 5489, 5490, 9777, 9782, 9793, 9794, 9822-9830, 9842-9850, 32601-32660, 32701-32760, OGC:CRS84, CRS84h"
	var e *geo.Error
	if !errors.As(err, &e) || !strings.Contains(e.Msg.EN, "EPSG:27572") || !strings.HasSuffix(e.Hint.EN, list) {
		t.Errorf("%v", err)
	}
	if _, err := NewTransform(geo.Lambert93, geo.CRS{}); !errors.Is(err, geo.ErrUnsupportedCRS) {
		t.Errorf("%v", err)
	}
}

func TestAllIsTheTable(t *testing.T) {
	all := All()
	if len(all) != 175 {
		t.Errorf("%d systems", len(all))
	}
	for i, s := range all {
		if got, err := Lookup(s.CRS); err != nil || got != s || s.Name == "" {
			t.Errorf("%v: %v, %v", s.CRS, got, err)
		}
		if i > 0 && all[i-1].CRS == s.CRS {
			t.Errorf("%v is there twice", s.CRS)
		}
		if r, err := Parse(s.CRS.URI()); err != nil || r.CRS != s.CRS {
			t.Errorf("%s reads as %v, %v", s.CRS.URI(), r, err)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{
		"http://www.opengis.net/def/crs/EPSG/0/2154", "urn:ogc:def:crs:OGC:1.3:CRS84", "[EPSG:4326]", "EPSG:4326", "CRS84h", "3857", "::", "OGC:CRS8é",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		r, err := Parse(s)
		if err != nil {
			if !errors.Is(err, geo.ErrInvalidInput) && !errors.Is(err, geo.ErrUnsupportedCRS) {
				t.Fatalf("%q: %v", s, err)
			}
			return
		}
		again, err := Parse(r.CRS.URI())
		if err != nil || again.CRS != r.CRS {
			t.Fatalf("%q is %v, whose URI reads as %v, %v", s, r.CRS, again.CRS, err)
		}
		if r.XY && r.Swapped() {
			t.Fatalf("%q: an integer asks for x, y", s)
		}
	})
}
