package gpkg

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/arpent-geo/arpent/geo"
)

// TestOneLoadAtATime, each from a store of its own, as from another process.
func TestOneLoadAtATime(t *testing.T) {
	for _, existing := range []bool{true, false} {
		t.Run(fmt.Sprint("existing ", existing), func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "charge.gpkg")
			if existing {
				makeFile(t, path, "ancien", 10)
			}
			open := func() *Store {
				if existing {
					return openFile(t, path, Options{})
				}
				s, err := Create(t.Context(), path)
				if err != nil {
					t.Fatal(err)
				}
				t.Cleanup(func() { _ = s.Close() })
				return s
			}
			l := &geo.Layer{Table: "lieux", Geometry: geo.Point, CRS: geo.Lambert93, Properties: []geo.Property{{Name: "nom", Kind: geo.KindText}}}
			row := geo.Row{WKB: pointWKB(1, 1), Values: []geo.Value{geo.String("nouveau")}}
			first, second := open(), open()
			ld, err := first.BeginLoad(t.Context(), l, geo.LoadReplace)
			if err != nil {
				t.Fatal(err)
			}
			if other, err := second.BeginLoad(t.Context(), l, geo.LoadReplace); !errors.Is(err, geo.ErrConflict) {
				t.Errorf("a second load: %v, want a conflict", err)
				if err == nil {
					_ = other.Rollback()
				}
			}
			if err := errors.Join(ld.Write(t.Context(), &row), ld.Commit(t.Context())); err != nil {
				t.Fatal(err)
			}
			within(t, 5*time.Second, "the new row, in both", func() bool {
				a, err1 := firstName(t.Context(), first)
				b, err2 := firstName(t.Context(), second)
				return err1 == nil && err2 == nil && a == "nouveau" && b == "nouveau"
			})
		})
	}
}

// TestReplacedUnderReaders: while loads replace a layer, each page is all of
// one load, and no reader is told that there is no layer.
func TestReplacedUnderReaders(t *testing.T) {
	path := filepath.Join(t.TempDir(), "servi.gpkg")
	makeFile(t, path, "charge 0", 3000)
	served, writer := openFile(t, path, Options{ReadOnly: true, Poll: quick}), openFile(t, path, Options{})
	ctx, cancel := context.WithCancel(t.Context())
	var readers sync.WaitGroup
	var pages atomic.Int64
	for range 3 {
		readers.Go(func() {
			for ctx.Err() == nil {
				l, err := served.Layer(ctx, "lieux")
				if err != nil {
					t.Errorf("layer: %v", err)
					return
				}
				var first string
				n := 0
				for row, err := range served.Items(ctx, geo.ItemQuery{Layer: l, Limit: 2500}) {
					if errors.Is(err, geo.ErrChanged) || ctx.Err() != nil {
						break
					}
					if err != nil {
						t.Errorf("items: %v", err)
						return
					}
					if n++; n == 1 {
						first = string(row.Values[0].Bytes)
					}
					if got := string(row.Values[0].Bytes); got != first {
						t.Errorf("row %d says %q, the first %q", n, got, first)
						return
					}
				}
				pages.Add(1)
			}
		})
	}
	l := &geo.Layer{Table: "lieux", Geometry: geo.Point, CRS: geo.Lambert93, Properties: []geo.Property{{Name: "nom", Kind: geo.KindText}}}
	for k := 1; k <= 5; k++ {
		rows := make([]geo.Row, 3000)
		for i := range rows {
			rows[i] = geo.Row{WKB: pointWKB(700000+float64(i), 6600000), Values: []geo.Value{geo.String(fmt.Sprint("charge ", k))}}
		}
		loadRows(t, writer, l, rows)
	}
	within(t, 2*time.Second, "the last load", func() bool { got, err := firstName(t.Context(), served); return err == nil && got == "charge 5" })
	cancel()
	readers.Wait()
	if pages.Load() == 0 {
		t.Error("no page was read")
	}
}
