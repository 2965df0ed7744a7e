package wkb

import (
	"encoding/binary"
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/arpent-geo/arpent/geo"
)

func TestGPKGRoundTrip(t *testing.T) {
	for _, g := range samples() {
		blob := AppendGPKG(nil, &g, 2154)
		got := dirty()
		h, err := DecodeGPKG(blob, &got)
		if err != nil {
			t.Fatalf("%s %s: %v", g.Layout, g.Type, err)
		}
		want := g
		want.SRID = 2154
		if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("-want +got\n%s", diff)
		}
		if h.SRID != 2154 || h.Empty != g.IsEmpty() {
			t.Errorf("%s: header %+v", g.Type, h)
		}
		minx, miny, maxx, maxy, ok := h.Bounds()
		if ok != (!g.IsEmpty() && g.Type != geo.Point) {
			t.Errorf("%s: envelope %v", g.Type, ok)
		}
		if a, b, c, d, _ := g.Bounds(); ok && (a != minx || b != miny || c != maxx || d != maxy) {
			t.Errorf("%s: envelope %v %v %v %v", g.Type, minx, miny, maxx, maxy)
		}
	}
}

// TestGPKGHeaders reads each kind of envelope in both byte orders, each with
// WKB of either order after it.
func TestGPKGHeaders(t *testing.T) {
	body := AppendWKB(nil, &Geometry{Type: geo.Point, Coords: []float64{1, 2}})
	for kind, size := range []int{0, 4, 6, 6, 8} {
		for _, order := range []binary.AppendByteOrder{binary.BigEndian, binary.LittleEndian} {
			flags := byte(kind << 1)
			if order.String() == "LittleEndian" {
				flags |= 1
			}
			blob := order.AppendUint32([]byte{'G', 'P', 0, flags}, uint32(math.MaxUint32)) // SRID -1: undefined cartesian
			for k := range size {
				blob = order.AppendUint64(blob, math.Float64bits(float64(10+k)))
			}
			blob = append(blob, body...)
			var g Geometry
			h, err := DecodeGPKG(blob, &g)
			if err != nil {
				t.Fatalf("envelope %d: %v", kind, err)
			}
			if h.SRID != -1 || int(h.Kind) != kind || h.WKBOffset != 8+8*size || size > 0 && h.Envelope[size-1] != float64(9+size) || h.Envelope[7] != 0 && size < 8 {
				t.Errorf("envelope %d: %+v", kind, h)
			}
			if len(g.Coords) != 2 || g.SRID != -1 {
				t.Errorf("envelope %d: %+v", kind, g)
			}
			for n := range len(blob) - len(body) {
				if _, err := ParseGPKGHeader(blob[:n]); !errors.Is(err, geo.ErrInvalidInput) {
					t.Errorf("envelope %d, %d bytes: %v", kind, n, err)
				}
			}
		}
	}
}

func TestGPKGRefused(t *testing.T) {
	for _, c := range []struct {
		name, blob, want string
	}{
		{"nothing", "", "mark"},
		{"spatialite", "\x00\x01\x00\x00\x00\x00\x00\x00", "mark"},
		{"version 2", "GP\x01\x01\x00\x00\x00\x00", "version 1"},
		{"envelope 5", "GP\x00\x0B\x00\x00\x00\x00", "envelope code 5"},
		{"extended", "GP\x00\x21\x00\x00\x00\x00ESRI", `extended type "ESRI"`},
		{"no geometry", "GP\x00\x01\x00\x00\x00\x00", "cut short"},
	} {
		var g Geometry
		if _, err := DecodeGPKG([]byte(c.blob), &g); !errors.Is(err, geo.ErrInvalidInput) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
	}
}

func FuzzDecodeGPKG(f *testing.F) {
	for _, g := range samples() {
		f.Add(AppendGPKG(nil, &g, 4326))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		var g, again Geometry
		h, err := DecodeGPKG(b, &g)
		if err != nil {
			if !errors.Is(err, geo.ErrInvalidInput) {
				t.Fatal(err)
			}
			return
		}
		if _, err := DecodeGPKG(AppendGPKG(nil, &g, h.SRID), &again); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(g, again, cmpopts.EquateEmpty(), cmpopts.EquateNaNs()); diff != "" {
			t.Fatal(diff)
		}
	})
}
