package geojson

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/paulmach/orb"
	orbwkb "github.com/paulmach/orb/encoding/wkb"
	orbjson "github.com/paulmach/orb/geojson"

	"github.com/arpent-geo/arpent/geo"
	"github.com/arpent-geo/arpent/geo/crs"
	"github.com/arpent-geo/arpent/geo/wkb"
)

// benchRows makes 1,000 polygons of 60 vertices with 8 properties: the case of
// which knowledge of other libraries' speed is kept.
func benchRows(tb testing.TB) (*geo.Layer, []geo.Row, *orbjson.FeatureCollection) {
	tb.Helper()
	l := &geo.Layer{ID: "zones", CRS: geo.CRS84, Properties: []geo.Property{
		{Name: "code", Kind: geo.KindText}, {Name: "nom", Kind: geo.KindText}, {Name: "population", Kind: geo.KindInt},
		{Name: "superficie", Kind: geo.KindFloat}, {Name: "littoral", Kind: geo.KindBool}, {Name: "note", Kind: geo.KindText},
		{Name: "maj", Kind: geo.KindText}, {Name: "type", Kind: geo.KindText}}}
	var rows []geo.Row
	fc := orbjson.NewFeatureCollection()
	for i := range 1000 {
		ring := make(orb.Ring, 0, 60)
		for k := range 59 {
			a := 2 * math.Pi * float64(k) / 59
			ring = append(ring, orb.Point{-2 + float64(i%30)/10 + 0.04*math.Cos(a), 47 + float64(i/30)/10 + 0.03*math.Sin(a)})
		}
		ring = append(ring, ring[0])
		data, err := orbwkb.Marshal(orb.Polygon{ring})
		if err != nil {
			tb.Fatal(err)
		}
		code, name := fmt.Sprintf("%05d", i), fmt.Sprintf("Saint-Étienne-%d", i)
		rows = append(rows, geo.Row{ID: geo.IntID(int64(i)), WKB: data, Values: []geo.Value{
			geo.String(code), geo.String(name), geo.Int(int64(i * 37)), geo.Float(float64(i) * 12.5), geo.Bool(i%2 == 0),
			geo.String("zone à urbaniser"), geo.String("2024-01-02"), geo.String("AUc")}})
		f := orbjson.NewFeature(orb.Polygon{ring})
		f.ID = i
		f.Properties = orbjson.Properties{"code": code, "nom": name, "population": i * 37, "superficie": float64(i) * 12.5,
			"littoral": i%2 == 0, "note": "zone à urbaniser", "maj": "2024-01-02", "type": "AUc"}
		fc.Append(f)
	}
	return l, rows, fc
}

func BenchmarkEncode(b *testing.B) {
	l, rows, fc := benchRows(b)
	write := func(f Format) func(b *testing.B) {
		return func(b *testing.B) {
			b.ReportAllocs()
			e := NewEncoder(l, nil, f)
			var buf []byte
			for b.Loop() {
				buf = buf[:0]
				for i := range rows {
					var err error
					if buf, err = e.AppendFeature(buf, &rows[i]); err != nil {
						b.Fatal(err)
					}
				}
			}
			b.SetBytes(int64(len(buf)))
		}
	}
	b.Run("arpent", write(Format{}))
	t, err := crs.NewTransform(geo.CRS84, geo.Lambert93)
	if err != nil {
		b.Fatal(err)
	}
	b.Run("arpent-lambert93", write(Format{Transform: t, Decimals: DecimalsMetres}))
	b.Run("arpent-decode-only", func(b *testing.B) {
		b.ReportAllocs()
		var g wkb.Geometry
		for b.Loop() {
			for i := range rows {
				if err := wkb.Decode(rows[i].WKB, &g); err != nil {
					b.Fatal(err)
				}
			}
		}
	})
	b.Run("orb", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := json.Marshal(fc); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// communes is the text of the first communes of 2018, at most size bytes of 47 MB.
func communes(tb testing.TB, size int64) []byte {
	tb.Helper()
	f, err := os.Open(filepath.Join(sharedData(tb), "admin", "communes-2018.geojsonl.gz"))
	if err != nil {
		tb.Skip(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		tb.Fatal(err)
	}
	b, err := io.ReadAll(io.LimitReader(z, size))
	if err != nil {
		tb.Fatal(err)
	}
	return b
}

// sharedData is the folder of real files beside the repository.
func sharedData(tb testing.TB) string {
	tb.Helper()
	for dir := "."; ; dir = filepath.Join(dir, "..") {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			data := filepath.Join(dir, "..", "shared", "data")
			if _, err := os.Stat(data); err != nil {
				tb.Skipf("no shared data beside the repository: %v", err)
			}
			return data
		}
		if abs, err := filepath.Abs(dir); err != nil || abs == filepath.Dir(abs) {
			tb.Skip("no go.mod above the package")
		}
	}
}

func BenchmarkRead(b *testing.B) {
	text := communes(b, math.MaxInt64)
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		r := NewReader(bytes.NewReader(text), ReaderOptions{})
		n := 0
		for {
			_, err := r.Next()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				b.Fatal(err)
			}
			n++
		}
		if n != 35357 {
			b.Fatalf("%d features", n)
		}
	}
}
