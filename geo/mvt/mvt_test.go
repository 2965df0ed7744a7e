package mvt

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"
	orbmvt "github.com/paulmach/orb/encoding/mvt"

	"github.com/arpent-geo/arpent/geo"
)

// sharedData returns the folder of shared test data, beside the repository.
func sharedData(t testing.TB) string {
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for ; dir != filepath.Dir(dir); dir = filepath.Dir(dir) {
		if data := filepath.Join(dir, "..", "shared", "data"); isDir(data) {
			return data
		}
	}
	t.Skip("the shared test data is not beside the repository")
	return ""
}

func isDir(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

// The example geometries of MVT 2.1, 4.3.5.
func TestGeometryOfTheSpecification(t *testing.T) {
	for name, c := range map[string]struct {
		kind GeomType
		draw func(l *Layer)
		want []byte // commands as the specification prints them, one byte each
	}{
		"point":       {Points, func(l *Layer) { l.Points([]Point{{25, 17}}) }, []byte{9, 50, 34}},
		"multi point": {Points, func(l *Layer) { l.Points([]Point{{5, 7}, {3, 2}}) }, []byte{17, 10, 14, 3, 9}},
		"line":        {Lines, func(l *Layer) { l.Line([]Point{{2, 2}, {2, 10}, {10, 10}}) }, []byte{9, 4, 4, 18, 0, 16, 16, 0}},
		"multi line": {Lines, func(l *Layer) {
			l.Line([]Point{{2, 2}, {2, 10}, {10, 10}})
			l.Line([]Point{{1, 1}, {3, 5}})
		}, []byte{9, 4, 4, 18, 0, 16, 16, 0, 9, 17, 17, 10, 4, 8}},
		"polygon": {Polygons, func(l *Layer) { l.Ring([]Point{{3, 6}, {8, 12}, {20, 34}}) }, []byte{9, 6, 12, 18, 10, 12, 24, 44, 15}},
		"multi polygon": {Polygons, func(l *Layer) {
			l.Ring([]Point{{0, 0}, {10, 0}, {10, 10}, {0, 10}})
			l.Ring([]Point{{11, 11}, {20, 11}, {20, 20}, {11, 20}})
			l.Ring([]Point{{13, 13}, {13, 17}, {17, 17}, {17, 13}})
		}, []byte{9, 0, 0, 26, 20, 0, 0, 20, 19, 0, 15, 9, 22, 2, 26, 18, 0, 0, 18, 17, 0, 15, 9, 4, 13, 26, 0, 8, 8, 0, 0, 7, 15}},
	} {
		var l Layer
		l.Reset("x", 4096)
		c.draw(&l)
		if diff := cmp.Diff(c.want, l.geometry); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		if !l.End(Feature{Type: c.kind}) {
			t.Errorf("%s: refused", name)
		}
		if _, err := Decode(l.Append(nil)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestEveryValueComesBack(t *testing.T) {
	var l Layer
	l.Reset("valeurs", 4096)
	l.Points([]Point{{1, 1}})
	l.Bool(l.Key("oui"), true)
	l.Bool(l.Key("non"), false)
	l.Int(l.Key("zéro"), 0)
	l.Int(l.Key("moins"), math.MinInt64)
	l.Int(l.Key("plus"), math.MaxInt64)
	l.Float(l.Key("simple"), 1.5)
	l.Double(l.Key("double"), 0.1)
	l.Text(l.Key("texte"), []byte("Œuilly"))
	l.Text(l.Key("vide"), nil)
	l.End(Feature{Type: Points, ID: 1<<53 - 1, HasID: true})
	tile, err := Decode(l.Append(nil))
	if err != nil {
		t.Fatal(err)
	}
	f := &tile.Layers[0].Features[0]
	want := map[string]any{"oui": true, "non": false, "zéro": uint64(0), "moins": int64(math.MinInt64), "plus": uint64(math.MaxInt64),
		"simple": float32(1.5), "double": 0.1, "texte": "Œuilly", "vide": ""}
	if diff := cmp.Diff(want, tile.Layers[0].Properties(f)); diff != "" {
		t.Error(diff)
	}
	if f.ID != 1<<53-1 || !f.HasID || len(tile.Warnings()) > 0 {
		t.Errorf("%+v %v", f, tile.Warnings())
	}
}

func TestNothingGivesNothing(t *testing.T) {
	var l Layer
	l.Reset("vide", 4096)
	l.Int(l.Key("n"), 1)
	if l.End(Feature{Type: Points}) || l.Len() != 0 {
		t.Error("a feature without geometry is kept")
	}
	if b := l.Append([]byte("x")); string(b) != "x" {
		t.Errorf("%q", b)
	}
}

// addRandom adds features in the order of perm, with texts that are shared,
// and some features that differ by geometry or values only.
func addRandom(l *Layer, perm []int) {
	l.Reset("couche", 4096)
	name, rank := l.Key("nom"), l.Key("rang")
	for _, i := range perm {
		n := int32(i % 50)
		l.Ring([]Point{{n, 0}, {n + 10, 0}, {n + 10, int32(i/100) + 5}})
		l.Text(name, fmt.Appendf(nil, "nom %d", i%7))
		if i%3 > 0 {
			l.Int(rank, int64(i%11)-5)
		}
		l.End(Feature{Type: Polygons, ID: uint64(i), HasID: i >= 100, Rank: uint64(i / 100 * 100), Text: fmt.Appendf(nil, "%d", i/10)})
	}
}

func TestBytesDoNotDependOnTheOrderOfRows(t *testing.T) {
	var l Layer
	rng := rand.New(rand.NewPCG(1, 2))
	var want []byte
	for round := range 20 {
		addRandom(&l, rng.Perm(400))
		got := l.Append(nil)
		if round == 0 {
			want = got
			if tile, err := Decode(got); err != nil || len(tile.Layers[0].Features) != 400 {
				t.Fatalf("%v", err)
			}
		}
		if string(got) != string(want) || string(l.Append(nil)) != string(want) {
			t.Fatalf("round %d: other bytes", round)
		}
	}
}

func TestTwoLayersMakeOneTile(t *testing.T) {
	var l Layer
	var b []byte
	for _, name := range []string{"a", "b"} {
		l.Reset(name, 4096)
		l.Line([]Point{{0, 0}, {5, 5}})
		l.End(Feature{Type: Lines})
		b = l.Append(b)
	}
	tile, err := Decode(b)
	if err != nil || len(tile.Layers) != 2 || tile.Layers[1].Name != "b" {
		t.Errorf("%+v, %v", tile, err)
	}
	if _, err := Decode(append(b, b...)); !errors.Is(err, geo.ErrInvalidInput) {
		t.Errorf("a layer twice: %v", err)
	}
}

func TestEncoderDoesNotAllocate(t *testing.T) {
	var l Layer
	perm := rand.New(rand.NewPCG(1, 2)).Perm(400)
	ring := []Point{{0, 0}, {10, 0}, {10, 10}}
	text := []byte("Ploërmel")
	addRandom(&l, perm)
	buf := l.Append(nil)
	allocs := testing.AllocsPerRun(20, func() {
		l.Reset("couche", 4096)
		name, rank := l.Key("nom"), l.Key("rang")
		for i := range 400 {
			l.Ring(ring)
			l.Text(name, text)
			l.Int(rank, int64(i))
			l.End(Feature{Type: Polygons, ID: uint64(i), HasID: true, Rank: uint64(400 - i)})
		}
		buf = l.Append(buf[:0])
	})
	if allocs > 0 {
		t.Errorf("%v allocations for 400 features", allocs)
	}
}

// The fixtures of the specification: a valid tile of version 2 is read, any
// other is refused, but for what is said here.
func TestFixtures(t *testing.T) {
	root := filepath.Join(sharedData(t), "mvt", "fixtures")
	cases, err := filepath.Glob(filepath.Join(root, "*", "info.json"))
	if err != nil || len(cases) < 40 {
		t.Fatalf("%d fixtures in %s, %v", len(cases), root, err)
	}
	for _, info := range cases {
		var c struct {
			Description string
			Validity    struct{ V1, V2 bool }
		}
		text, err := os.ReadFile(info)
		if err == nil {
			err = json.Unmarshal(text, &c)
		}
		if err != nil {
			t.Fatal(err)
		}
		tile, err := os.ReadFile(filepath.Join(filepath.Dir(info), "tile.mvt"))
		if err != nil {
			t.Fatal(err)
		}
		if _, err = Decode(tile); (err == nil) != c.Validity.V2 {
			t.Errorf("%s, valid %v (%s): %v", filepath.Base(filepath.Dir(info)), c.Validity.V2, c.Description, err)
		}
	}
}

func TestDecodeOfOtherServers(t *testing.T) {
	tiles, err := filepath.Glob(filepath.Join(sharedData(t), "mvt", "serveurs", "*.pbf"))
	if err != nil || len(tiles) == 0 {
		t.Fatalf("no tiles: %v", err)
	}
	for _, path := range tiles {
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		got, err := Decode(b)
		if filepath.Base(path) == "Martin.pbf" { // a key stands twice in it
			if !errors.Is(err, geo.ErrInvalidInput) {
				t.Errorf("%s: %v", path, err)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", filepath.Base(path), err)
			continue
		}
		want, err := orbmvt.Unmarshal(b)
		if err != nil || len(want) != len(got.Layers) {
			t.Fatalf("%s: orb reads %d layers, %v", path, len(want), err)
		}
		for i, l := range want {
			if l.Name != got.Layers[i].Name || len(l.Features) != len(got.Layers[i].Features) {
				t.Errorf("%s: layer %d is not what orb reads", path, i)
			}
		}
	}
}

func TestDecodeIsBounded(t *testing.T) {
	if _, err := Decode(make([]byte, MaxDecode+1)); !errors.Is(err, geo.ErrTooLarge) {
		t.Errorf("%v", err)
	}
}

func FuzzDecode(f *testing.F) {
	var l Layer
	addRandom(&l, []int{1, 150, 250, 3})
	f.Add(l.Append(nil))
	f.Add([]byte{0x1a, 0x00})
	f.Add([]byte{0x1a, 0x0b, 0x78, 0x02, 0x0a, 0x01, 'x', 0x12, 0x04, 0x22, 0x02, 0xff, 0x7f})
	f.Fuzz(func(t *testing.T, b []byte) {
		tile, err := Decode(b)
		if err != nil {
			if !errors.Is(err, geo.ErrInvalidInput) {
				t.Fatalf("%v is of no kind", err)
			}
			return
		}
		tile.Warnings()
		for i := range tile.Layers {
			for j := range tile.Layers[i].Features {
				tile.Layers[i].Properties(&tile.Layers[i].Features[j])
			}
		}
	})
}

func ExampleLayer() {
	var l Layer
	l.Reset("communes", 4096)
	name := l.Key("nom")
	l.Ring([]Point{{100, 100}, {400, 100}, {400, 300}, {100, 300}})
	l.Text(name, []byte("Rennes"))
	l.End(Feature{Type: Polygons, ID: 35238, HasID: true, Rank: 35238})
	tile, err := Decode(l.Append(nil))
	if err != nil {
		fmt.Println(err)
		return
	}
	f := &tile.Layers[0].Features[0]
	fmt.Println(f.ID, tile.Layers[0].Properties(f), f.Parts[0])
	// Output: 35238 map[nom:Rennes] [{100 100} {400 100} {400 300} {100 300}]
}

// benchRings are 2,000 polygons of 60 vertices, as in a tile of communes.
func benchRings() [][]Point {
	rings := make([][]Point, 2000)
	for i := range rings {
		for k := range 60 {
			a := float64(k) / 60 * 2 * math.Pi
			r := 60 + 20*math.Sin(5*a+float64(i))
			rings[i] = append(rings[i], Point{int32(i%50*80) + int32(r*math.Cos(a)), int32(i/50*100) + int32(r*math.Sin(a))})
		}
	}
	return rings
}

func BenchmarkEncode(b *testing.B) {
	rings := benchRings()
	codes, names := make([][]byte, len(rings)), make([][]byte, len(rings))
	for i := range rings {
		codes[i], names[i] = fmt.Appendf(nil, "%05d", i), fmt.Appendf(nil, "Commune %d", i)
	}
	b.Run("arpent", func(b *testing.B) {
		b.ReportAllocs()
		var l Layer
		var buf []byte
		for b.Loop() {
			l.Reset("communes", 4096)
			code, name, pop := l.Key("code"), l.Key("nom"), l.Key("population")
			for i, r := range rings {
				l.Ring(r)
				l.Text(code, codes[i])
				l.Text(name, names[i])
				l.Int(pop, int64(i*37%5000))
				l.End(Feature{Type: Polygons, ID: uint64(i), HasID: true, Rank: uint64(i)})
			}
			buf = l.Append(buf[:0])
		}
		b.SetBytes(int64(len(buf)))
	})
	b.Run("orb", func(b *testing.B) {
		b.ReportAllocs()
		layer := &orbmvt.Layer{Name: "communes", Version: 2, Extent: 4096}
		for i, r := range rings {
			ring := make(orb.Ring, 0, len(r)+1)
			for _, p := range r {
				ring = append(ring, orb.Point{float64(p.X), float64(p.Y)})
			}
			layer.Features = append(layer.Features, orbFeature(i, append(ring, ring[0]), string(codes[i]), string(names[i])))
		}
		for b.Loop() {
			if _, err := orbmvt.Marshal(orbmvt.Layers{layer}); err != nil {
				b.Fatal(err)
			}
		}
	})
}
