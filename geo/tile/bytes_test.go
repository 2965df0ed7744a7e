package tile

import (
	"flag"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/arpent-geo/arpent/geo"
)

// randomRows are rows of all kinds of geometry, in and out of the tile.
func randomRows(n int, seed uint64) []geo.Row {
	rng := rand.New(rand.NewPCG(seed, 1))
	rows := make([]geo.Row, n)
	for i := range rows {
		x, y := rng.Int32N(5000)-400, rng.Int32N(5000)-400
		ring := points{}
		k := 4 + rng.IntN(30)
		for j := range k {
			a, r := float64(j)/float64(k)*2*math.Pi, 20+rng.Float64()*200
			ring = append(ring, [2]int32{x + int32(r*math.Cos(a)), y + int32(r*math.Sin(a))})
		}
		kind := []geo.GeometryType{geo.Point, geo.LineString, geo.Polygon, geo.Polygon, geo.MultiPoint, geo.MultiLineString, geo.MultiPolygon}[i%7]
		switch kind {
		case geo.Point:
			ring = ring[:1]
		case geo.Polygon, geo.MultiPolygon:
			ring = append(ring, ring[0])
		}
		rows[i] = geo.Row{ID: geo.IntID(int64(i*7919%n) - 3), WKB: geometry(kind, ring),
			Values: []geo.Value{geo.String(fmt.Sprintf("nom %d", i%40)), geo.Decimal(fmt.Appendf(nil, "%d.5", i%9))}}
	}
	return rows
}

func TestTileDoesNotDependOnTheOrderOfRows(t *testing.T) {
	rows := randomRows(500, 3)
	layer := testLayer(geo.Property{Name: "nom"}, geo.Property{Name: "cote"})
	rng := rand.New(rand.NewPCG(9, 9))
	b := new(Builder)
	var want []byte
	for round := range 10 {
		if err := b.Reset(WebMercatorQuad(), testTile, Options{Layer: layer}); err != nil {
			t.Fatal(err)
		}
		for _, i := range rng.Perm(len(rows)) {
			if err := b.Add(&rows[i]); err != nil {
				t.Fatal(err)
			}
		}
		got, stats := b.Finish(nil)
		if round == 0 {
			want = got
			l := decode(t, got)
			if stats.Features != len(l.Features) || stats.Features+stats.Outside+stats.Collapsed != len(rows) || stats.Features < 300 {
				t.Errorf("%d features, %+v", len(l.Features), stats)
			}
		}
		if string(got) != string(want) {
			t.Fatalf("round %d: other bytes", round)
		}
	}
}

var update = flag.Bool("update", false, "write the golden files anew")

// The bytes of a tile change only on purpose: caches and clients see it.
func TestGoldenTile(t *testing.T) {
	b, err := NewBuilder(WebMercatorQuad(), testTile, Options{Layer: testLayer(geo.Property{Name: "nom"}, geo.Property{Name: "cote"})})
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range randomRows(42, 11) {
		if err := b.Add(&row); err != nil {
			t.Fatal(err)
		}
	}
	got, _ := b.Finish(nil)
	golden := filepath.Join("testdata", "formes.mvt")
	if *update {
		if err := os.WriteFile(golden, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != string(want) {
		t.Errorf("%d bytes differ from the %d of %s:\n%s", len(got), len(want), golden, cmp.Diff(decode(t, want), decode(t, got)))
	}
}

func TestRowsDoNotAllocate(t *testing.T) {
	rows := randomRows(300, 5)
	layer := testLayer(geo.Property{Name: "nom"}, geo.Property{Name: "cote"})
	set, b := WebMercatorQuad(), new(Builder)
	var buf []byte
	run := func(rows []geo.Row) func() {
		return func() {
			if err := b.Reset(set, testTile, Options{Layer: layer}); err != nil {
				t.Fatal(err)
			}
			for i := range rows {
				if err := b.Add(&rows[i]); err != nil {
					t.Fatal(err)
				}
			}
			buf, _ = b.Finish(buf[:0])
		}
	}
	run(rows)()
	few, all := testing.AllocsPerRun(10, run(rows[:1])), testing.AllocsPerRun(10, run(rows))
	if all > few || few > 8 {
		t.Errorf("%v allocations for a row, %v for %d", few, all, len(rows))
	}
}
