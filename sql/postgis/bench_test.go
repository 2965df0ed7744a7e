package postgis

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/arpent-geo/arpent/geo"
	"github.com/arpent-geo/arpent/geo/geojson"
	"github.com/arpent-geo/arpent/geo/wkb"
	"github.com/arpent-geo/arpent/sql/postgis/pgtest"
)

// sharedData opens a file of the data set that stands beside the repository.
func sharedData(t testing.TB, name string) *os.File {
	t.Helper()
	f, err := os.Open(filepath.Join("..", "..", "..", "shared", "data", name))
	if err != nil {
		t.Skip("the shared data is not there: ", err)
	}
	t.Cleanup(func() { _ = f.Close() })
	return f
}

// communes reads the 35,357 communes of 2018 as rows to load.
func communes(t testing.TB) (*geo.Layer, []geo.Row) {
	r := geojson.NewReader(sharedData(t, "admin/communes-2018.geojsonl.gz"), geojson.ReaderOptions{})
	l := &geo.Layer{Table: "communes", Geometry: geo.GeometryAny, CRS: geo.CRS84, Key: []string{"code"}, Meta: geo.Meta{IDColumn: "code"},
		Properties: []geo.Property{{Name: "code", Kind: geo.KindText}, {Name: "nom", Kind: geo.KindText}, {Name: "code_departement", Kind: geo.KindText}}}
	var rows []geo.Row
	for {
		f, err := r.Next()
		if errors.Is(err, io.EOF) {
			return l, rows
		}
		if err != nil {
			t.Fatal(err)
		}
		row := geo.Row{WKB: wkb.AppendWKB(nil, &f.Geometry)}
		for _, p := range f.Properties {
			row.Values = append(row.Values, p.Value.Clone())
		}
		rows = append(rows, row)
	}
}

func loadAll(t testing.TB, s *Store, l *geo.Layer, rows []geo.Row) {
	ld, err := s.BeginLoad(t.Context(), l, geo.LoadReplace)
	if err != nil {
		t.Fatal(err)
	}
	for i := range rows {
		if err := ld.Write(t.Context(), &rows[i]); err != nil {
			t.Fatal(err)
		}
	}
	if err := ld.Commit(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func BenchmarkLoadCommunes(b *testing.B) {
	l, rows := communes(b)
	s := openStore(b, pgtest.Database(b), Options{})
	b.ReportAllocs()
	for b.Loop() {
		loadAll(b, s, l, rows)
	}
	b.ReportMetric(float64(len(rows)*b.N)/b.Elapsed().Seconds(), "rows/s")
}

func BenchmarkItems(b *testing.B) {
	l, rows := communes(b)
	s := openStore(b, pgtest.Database(b), Options{})
	loadAll(b, s, l, rows)
	paris := &geo.BBox{CRS: geo.CRS84, MinX: 2.2, MinY: 48.8, MaxX: 2.5, MaxY: 48.95}
	france := &geo.BBox{CRS: geo.CRS84, MinX: -5, MinY: 41, MaxX: 10, MaxY: 52}
	for _, c := range []struct {
		name string
		q    geo.ItemQuery
	}{
		{"page of 10", geo.ItemQuery{Limit: 10}},
		{"page of 1000", geo.ItemQuery{Limit: 1000}},
		{"page of 10000", geo.ItemQuery{Limit: 10000}},
		{"offset 34000", geo.ItemQuery{Limit: 10, Offset: 34000}},
		{"after 34000", geo.ItemQuery{Limit: 10, After: []geo.Value{geo.String("95000")}}},
		{"box of Paris", geo.ItemQuery{Limit: 100, BBox: paris}},
		{"box of France", geo.ItemQuery{Limit: 10, BBox: france}},
	} {
		b.Run(c.name, func(b *testing.B) {
			c.q.Layer = layer(b, s, "communes")
			b.ReportAllocs()
			for b.Loop() {
				n := 0
				for _, err := range s.Items(b.Context(), c.q) {
					if err != nil {
						b.Fatal(err)
					}
					n++
				}
				if n != c.q.Limit && c.q.BBox != paris {
					b.Fatalf("%d rows", n)
				}
			}
		})
	}
	b.Run("tile rows of Paris", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			for _, err := range s.TileRows(b.Context(), geo.TileQuery{Layer: layer(b, s, "communes"), BBox: *paris}) {
				if err != nil {
					b.Fatal(err)
				}
			}
		}
	})
	b.Run("tile rows of France", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			for _, err := range s.TileRows(b.Context(), geo.TileQuery{Layer: layer(b, s, "communes"), BBox: *france}) {
				if err != nil {
					b.Fatal(err)
				}
			}
		}
	})
	b.Run("count in Paris", func(b *testing.B) {
		for b.Loop() {
			if _, err := s.Count(b.Context(), geo.ItemQuery{Layer: layer(b, s, "communes"), BBox: paris}); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkCopyRow(b *testing.B) {
	row := geo.Row{WKB: make([]byte, 1000), Values: []geo.Value{geo.String("01001"), geo.String("L'Abergement-Clémenciat"), geo.Int(12), geo.Float(1.5)}}
	row.WKB[0] = 1
	var buf []byte
	b.ReportAllocs()
	for b.Loop() {
		var err error
		if buf, err = appendCopyRow(buf[:0], &row, true, 2154); err != nil {
			b.Fatal(err)
		}
	}
}
