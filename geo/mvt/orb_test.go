package mvt

import (
	"testing"

	"github.com/paulmach/orb"
	orbmvt "github.com/paulmach/orb/encoding/mvt"
	"github.com/paulmach/orb/geojson"
)

func orbFeature(i int, ring orb.Ring, code, name string) *geojson.Feature {
	f := geojson.NewFeature(orb.Polygon{ring})
	f.ID = uint64(i)
	f.Properties = geojson.Properties{"code": code, "nom": name, "population": i * 37 % 5000}
	return f
}

// An independent reader finds in our bytes what went in.
func TestOrbReadsWhatWeWrite(t *testing.T) {
	var l Layer
	l.Reset("communes", 4096)
	rings := benchRings()
	for i, r := range rings {
		l.Ring(r)
		l.Int(l.Key("n"), int64(i))
		l.End(Feature{Type: Polygons, ID: uint64(i), HasID: true, Rank: uint64(i)})
	}
	layers, err := orbmvt.Unmarshal(l.Append(nil))
	if err != nil || len(layers) != 1 || len(layers[0].Features) != len(rings) {
		t.Fatalf("%d layers, %v", len(layers), err)
	}
	for i, f := range layers[0].Features {
		polygon, ok := f.Geometry.(orb.Polygon)
		if !ok || len(polygon) != 1 || len(polygon[0]) != len(rings[i])+1 || f.Properties["n"] != float64(i) {
			t.Fatalf("feature %d: %v %v", i, f.Geometry, f.Properties)
		}
		for k, p := range rings[i] {
			if polygon[0][k] != (orb.Point{float64(p.X), float64(p.Y)}) {
				t.Fatalf("feature %d, vertex %d: %v, want %v", i, k, polygon[0][k], p)
			}
		}
	}
}
