package demo

import (
	"os"
	"path/filepath"
	"reflect"
	"sync"
	"testing"

	"github.com/arpent-geo/arpent/geo/wkb"
)

// generated makes the demo once for all tests: it takes seconds under the race
// detector.
var generated = sync.OnceValues(func() (map[string]Dataset, error) {
	sets, err := Generate()
	out := map[string]Dataset{}
	for _, s := range sets {
		out[s.Layer.ID] = s
	}
	return out, err
})

func generate(t *testing.T) map[string]Dataset {
	t.Helper()
	sets, err := generated()
	if err != nil {
		t.Fatal(err)
	}
	return sets
}

func TestGenerateIsDeterministic(t *testing.T) {
	again, err := Generate()
	if err != nil {
		t.Fatal(err)
	}
	first := generate(t)
	for _, s := range again {
		if !reflect.DeepEqual(s, first[s.Layer.ID]) {
			t.Errorf("%s is not the same the second time", s.Layer.ID)
		}
	}
}

func TestOpenWritesTheFileOnce(t *testing.T) {
	dir := t.TempDir()
	path, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	before, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	again, err := Open(dir)
	if err != nil || again != path {
		t.Fatalf("%s, %v", again, err)
	}
	after, err := os.Stat(path)
	if err != nil || !os.SameFile(before, after) || before.ModTime() != after.ModTime() {
		t.Errorf("the file was written again")
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "*.tmp")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestEveryCommuneHasOneContour(t *testing.T) {
	d := generate(t)["communes"]
	if len(d.Rows) != 207 {
		t.Fatalf("%d communes, want the 207 of the département", len(d.Rows))
	}
	for _, r := range d.Rows {
		var g wkb.Geometry
		if err := wkb.Decode(r.WKB, &g); err != nil {
			t.Fatalf("%s: %v", r.Values[0].Bytes, err)
		}
		if len(g.PolyEnds) == 0 {
			t.Errorf("%s %s has no contour", r.Values[0].Bytes, r.Values[1].Bytes)
		}
	}
}

// Every segment inside the département must be drawn twice, once in each
// direction: neighbours share their border to the last bit.
func TestCommunesAndZonesShareTheirBorders(t *testing.T) {
	sets := generate(t)
	outer := segments(t, sets["departement"])
	for _, id := range []string{"communes", "epcis", "zone_urba"} {
		segs := segments(t, sets[id])
		for s := range segs {
			twin := [4]float64{s[2], s[3], s[0], s[1]}
			if segs[s] != 1 {
				t.Fatalf("%s: segment %v is drawn %d times", id, s, segs[s])
			}
			if segs[twin]+outer[s] != 1 {
				t.Fatalf("%s: segment %v is neither shared nor on the outline of the département", id, s)
			}
		}
	}
}

func segments(t *testing.T, d Dataset) map[[4]float64]int {
	t.Helper()
	out := map[[4]float64]int{}
	var g wkb.Geometry
	for _, r := range d.Rows {
		if err := wkb.Decode(r.WKB, &g); err != nil {
			t.Fatal(err)
		}
		start := 0
		for _, end := range g.Ends {
			for k := start; k < end-1; k++ {
				out[[4]float64(g.Coords[2*k:2*k+4])]++
			}
			start = end
		}
	}
	return out
}
