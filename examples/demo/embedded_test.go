package demo_test

import (
	"context"
	"path/filepath"
	"testing"

	"github.com/arpent-geo/arpent/examples/demo"
	"github.com/arpent-geo/arpent/geo"
	"github.com/arpent-geo/arpent/sql/gpkg"
)

// The GeoPackage in the binary is the one that the generator makes: after a
// change of either, make demo.
func TestEmbeddedFileIsTheOneGenerated(t *testing.T) {
	ctx := context.Background()
	path, err := demo.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	store, err := gpkg.Open(ctx, path, gpkg.Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	sets, err := demo.Generate()
	if err != nil {
		t.Fatal(err)
	}
	layers, err := store.Layers(ctx)
	if err != nil || len(layers) != len(sets) {
		t.Fatalf("%d layers in %s, %d generated: %v", len(layers), filepath.Base(path), len(sets), err)
	}
	for _, set := range sets {
		l, err := store.Layer(ctx, set.Layer.ID)
		if err != nil {
			t.Fatal(err)
		}
		compare(t, store.Items(ctx, geo.ItemQuery{Layer: l, Limit: len(set.Rows) + 1}), set)
	}
}

func compare(t *testing.T, rows geo.Rows, set demo.Dataset) {
	t.Helper()
	byKey := map[string]geo.Row{} // a layer with a text key is read in its order
	for _, r := range set.Rows {
		byKey[string(r.WKB)] = r
	}
	n := 0
	for row, err := range rows {
		if err != nil {
			t.Fatalf("%s: %v", set.Layer.ID, err)
		}
		n++
		want, ok := byKey[string(row.WKB)]
		if !ok {
			t.Fatalf("%s: row %s has another geometry", set.Layer.ID, row.ID)
		}
		for i, v := range row.Values {
			if got, wanted := string(v.AppendJSON(nil)), string(want.Values[i].AppendJSON(nil)); got != wanted {
				t.Errorf("%s, row %s, %s: %s, want %s", set.Layer.ID, row.ID, set.Layer.Properties[i].Name, got, wanted)
			}
		}
	}
	if n != len(set.Rows) {
		t.Errorf("%s: %d rows, want %d", set.Layer.ID, n, len(set.Rows))
	}
}
