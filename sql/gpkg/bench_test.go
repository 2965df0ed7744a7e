package gpkg

import (
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/arpent-geo/arpent/geo"
	"github.com/arpent-geo/arpent/geo/geojson"
	"github.com/arpent-geo/arpent/geo/wkb"
)

// sharedData is the folder of the data that the project shares, beside the repository.
func sharedData(t testing.TB) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for ; dir != filepath.Dir(dir); dir = filepath.Dir(dir) {
		if data := filepath.Join(dir, "shared", "data"); exists(data) {
			return data
		}
	}
	t.Skip("no shared/data beside the repository")
	return ""
}

// communes reads the 35,357 communes of 2018 as rows.
func communes(t testing.TB) (*geo.Layer, []geo.Row) {
	t.Helper()
	f, err := os.Open(filepath.Join(sharedData(t), "admin", "communes-2018.geojsonl.gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	l := &geo.Layer{Table: "communes", Geometry: geo.MultiPolygon, CRS: geo.CRS84, Key: []string{"code"}, Properties: []geo.Property{
		{Name: "code", Kind: geo.KindText}, {Name: "nom", Kind: geo.KindText}}}
	var rows []geo.Row
	for r := geojson.NewReader(z, geojson.ReaderOptions{}); ; {
		feature, err := r.Next()
		if errors.Is(err, io.EOF) {
			return l, rows
		}
		if err != nil {
			t.Fatal(err)
		}
		row := geo.Row{}
		g := feature.Geometry
		if g.Type == geo.Polygon {
			g.Type, g.PolyEnds = geo.MultiPolygon, []int{len(g.Ends)}
		}
		row.WKB = wkb.AppendWKB(nil, &g)
		for _, p := range l.Properties {
			v := geo.Null()
			for _, m := range feature.Properties {
				if string(m.Name) == p.Name {
					v = geo.TextValue(m.Value.Clone().Bytes)
				}
			}
			row.Values = append(row.Values, v)
		}
		rows = append(rows, row)
	}
}

func loadRows(t testing.TB, s *Store, l *geo.Layer, rows []geo.Row) {
	t.Helper()
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
	b.ReportAllocs()
	for b.Loop() {
		s, err := Create(b.Context(), filepath.Join(b.TempDir(), "communes.gpkg"))
		if err != nil {
			b.Fatal(err)
		}
		loadRows(b, s, l, rows)
		if err := s.Close(); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(len(rows)*b.N)/b.Elapsed().Seconds(), "rows/s")
}

func BenchmarkRead(b *testing.B) {
	l, rows := communes(b)
	s, err := Create(b.Context(), filepath.Join(b.TempDir(), "communes.gpkg"))
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	loadRows(b, s, l, rows)
	if l, err = s.Layer(b.Context(), "communes"); err != nil {
		b.Fatal(err)
	}
	box := func(x, y, w float64) *geo.BBox {
		return &geo.BBox{CRS: geo.CRS84, MinX: x, MinY: y, MaxX: x + w, MaxY: y + w}
	}
	nom := []geo.SortKey{{Property: l.Property("nom")}}
	for name, q := range map[string]geo.ItemQuery{
		"page 10":            {Limit: 10},
		"page 1000":          {Limit: 1000},
		"page 10000":         {Limit: 10000},
		"box small 10":       {Limit: 10, BBox: box(2, 48, 0.1)},
		"box middle 1000":    {Limit: 1000, BBox: box(2, 47, 1.5)},
		"box France 1000":    {Limit: 1000, BBox: box(-6, 41, 16)},
		"sorted 1000":        {Limit: 1000, Sort: nom},
		"sorted 10000":       {Limit: 10000, Sort: nom},
		"sorted box 1000":    {Limit: 1000, Sort: nom, BBox: box(2, 47, 1.5)},
		"filter without key": {Limit: 10, Filter: geo.Equal{Property: l.Property("nom"), Value: geo.String("Metz")}},
	} {
		q.Layer = l
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			n := 0
			for b.Loop() {
				n = 0
				for _, err := range s.Items(b.Context(), q) {
					if err != nil {
						b.Fatal(err)
					}
					n++
				}
			}
			b.ReportMetric(float64(n), "rows")
		})
	}
	b.Run("count box", func(b *testing.B) {
		for b.Loop() {
			if _, err := s.Count(b.Context(), geo.ItemQuery{Layer: l, BBox: box(2, 47, 1.5)}); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("item", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := s.Item(b.Context(), l, geo.StringID("57463")); err != nil {
				b.Fatal(err)
			}
		}
	})
	for _, z := range []int{6, 8, 10, 12} {
		b.Run(fmt.Sprintf("tile rows z%d", z), func(b *testing.B) {
			b.ReportAllocs()
			w := 40075016.68557849 / float64(int(1)<<z)
			n := 0
			for b.Loop() {
				n = 0
				q := geo.TileQuery{Layer: l, BBox: geo.BBox{CRS: geo.WebMercator, MinX: 261000, MinY: 6250000, MaxX: 261000 + w, MaxY: 6250000 + w}}
				for _, err := range s.TileRows(b.Context(), q) {
					if err != nil {
						b.Fatal(err)
					}
					n++
				}
			}
			b.ReportMetric(float64(n), "rows")
		})
	}
}
