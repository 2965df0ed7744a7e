package web

import (
	"compress/gzip"
	"encoding/json"
	"io"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/arpent-geo/arpent/geo"
	"github.com/arpent-geo/arpent/geo/wkb"
)

// sharedData finds the reference data beside the repository; without it the
// test says that it did not run.
func sharedData(t testing.TB, name string) string {
	t.Helper()
	for dir := "."; len(dir) < 40; dir = filepath.Join("..", dir) {
		file := filepath.Join(dir, "..", "shared", "data", filepath.FromSlash(name))
		if _, err := os.Stat(file); err == nil {
			return file
		}
	}
	t.Skipf("NOT RUN: no shared/data/%s beside the repository", name)
	return ""
}

// valDOise reads the communes of a département as rows.
func valDOise(t testing.TB) []geo.Row {
	t.Helper()
	raw, err := os.ReadFile(sharedData(t, "admin/val-d-oise-2026/communes_95.geojson"))
	if err != nil {
		t.Fatal(err)
	}
	var doc struct {
		Features []struct {
			Properties struct{ Code string }
			Geometry   struct {
				Type        string
				Coordinates json.RawMessage
			}
		}
	}
	if err := json.Unmarshal(raw, &doc); err != nil {
		t.Fatal(err)
	}
	var rows []geo.Row
	for _, f := range doc.Features {
		var polygons [][][][]float64
		if f.Geometry.Type == "Polygon" {
			polygons = make([][][][]float64, 1)
			err = json.Unmarshal(f.Geometry.Coordinates, &polygons[0])
		} else {
			err = json.Unmarshal(f.Geometry.Coordinates, &polygons)
		}
		if err != nil {
			t.Fatal(err)
		}
		rows = append(rows, geo.Row{ID: geo.StringID(f.Properties.Code), WKB: multiPolygon(polygons)})
	}
	return rows
}

func multiPolygon(polygons [][][][]float64) []byte {
	g := wkb.Geometry{Type: geo.MultiPolygon}
	for _, rings := range polygons {
		for _, ring := range rings {
			for _, p := range ring {
				g.Coords = append(g.Coords, p[0], p[1])
			}
			g.Ends = append(g.Ends, len(g.Coords)/2)
		}
		g.PolyEnds = append(g.PolyEnds, len(g.Ends))
	}
	return wkb.AppendWKB(nil, &g)
}

func newMap(t testing.TB, l *geo.Layer, box geo.BBox, rows ...geo.Row) *Map {
	t.Helper()
	m, err := NewMap(MapOptions{Layer: l, Box: box})
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows {
		if err := m.Add(row); err != nil {
			t.Fatal(err)
		}
	}
	return m
}

func TestMapOfADepartement(t *testing.T) {
	rows := valDOise(t)
	box := geo.BBox{CRS: geo.CRS84, MinX: 1.6087, MinY: 48.9086, MaxX: 2.5951, MaxY: 49.2415}
	for name, m := range map[string]*Map{"box of the rows": newMap(t, communes(), geo.BBox{}, rows...), "box given": newMap(t, communes(), box, rows...)} {
		d := m.draw("Val-d’Oise", "")
		svg := string(d.SVG)
		if d.Outline || d.Drawn != len(rows) || strings.Count(svg, "<path") != len(rows) {
			t.Errorf("%s: %d of %d drawn, %d paths", name, d.Drawn, len(rows), strings.Count(svg, "<path"))
		}
		if packed := gzipped(t, svg); len(svg) > 40_000 || packed > 15_000 {
			t.Errorf("%s: %d bytes, %d after gzip", name, len(svg), packed)
		}
		// The département is 72 km wide, and the drawing has a margin.
		if d.WidthM < 72_000 || d.WidthM > 77_000 {
			t.Errorf("%s: %.0f m across", name, d.WidthM)
		}
		checkPaths(t, svg)
	}
}

func gzipped(t *testing.T, s string) int {
	t.Helper()
	var n counter
	w := gzip.NewWriter(&n)
	if _, err := io.WriteString(w, s); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return int(n)
}

type counter int

func (c *counter) Write(p []byte) (int, error) { *c += counter(len(p)); return len(p), nil }

var (
	viewBox  = regexp.MustCompile(`viewBox="0 0 (\d+) (\d+)"`)
	pathData = regexp.MustCompile(`<path d="([^"]*)"`)
	pathStep = regexp.MustCompile(`m|z|-?\d+`)
)

// checkPaths replays every path and demands that it stays in the drawing.
func checkPaths(t *testing.T, svg string) {
	t.Helper()
	size := viewBox.FindStringSubmatch(svg)
	if size == nil {
		t.Fatalf("no viewBox in %.200s", svg)
	}
	width, _ := strconv.Atoi(size[1])
	height, _ := strconv.Atoi(size[2])
	for _, m := range pathData.FindAllStringSubmatch(svg, -1) {
		var pen, start [2]int
		var axis int
		var first bool
		for _, step := range pathStep.FindAllString(m[1], -1) {
			switch step {
			case "m":
				first = true
				continue
			case "z":
				pen = start
				continue
			}
			n, err := strconv.Atoi(step)
			if err != nil {
				t.Fatal(err)
			}
			pen[axis] += n
			if axis = 1 - axis; axis == 1 {
				continue
			}
			if first {
				start, first = pen, false
			}
			if pen[0] < -2 || pen[1] < -2 || pen[0] > width+2 || pen[1] > height+2 {
				t.Fatalf("path reaches %v outside of %d × %d: %.80s", pen, width, height, m[1])
			}
		}
	}
}

func layerOf(g geo.GeometryType, c geo.CRS) *geo.Layer {
	return &geo.Layer{ID: "l", GeomColumn: "g", Geometry: g, CRS: c, StorageCRS: c}
}

func TestMapMarks(t *testing.T) {
	// Around Notre-Dame, easting and northing in metres, EPSG:2154.
	point := wkb.Geometry{Type: geo.MultiPoint, Layout: wkb.XYZ, Coords: []float64{652381, 6861859, 35, 652500, 6861900, 36}}
	line := wkb.Geometry{Type: geo.LineString, Layout: wkb.XYZ, Coords: []float64{652300, 6861800, 1, 652400, 6861900, 2, 652600, 6861800, 3}}
	lines := wkb.Geometry{Type: geo.MultiLineString, Coords: []float64{652300, 6861800, 652400, 6861900, 652300, 6861700, 652300, 6861750}, Ends: []int{2, 4}}
	holed := wkb.Geometry{Type: geo.Polygon, Coords: []float64{0, 0, 400, 0, 400, 400, 0, 400, 0, 0, 100, 100, 100, 300, 300, 300, 300, 100, 100, 100}, Ends: []int{5, 10}}
	for i := range holed.Coords {
		holed.Coords[i] += []float64{652300, 6861800}[i%2]
	}
	mixed := wkb.Geometry{Type: geo.GeometryCollection, Layout: wkb.XYZ, Parts: []wkb.Geometry{point, line}}
	tiny := wkb.Geometry{Type: geo.Polygon, Coords: []float64{652381, 6861859, 652381.001, 6861859, 652381, 6861859.001, 652381, 6861859}, Ends: []int{4}}
	for name, c := range map[string]struct {
		g       []*wkb.Geometry
		want    []string
		subpath int
	}{
		"points":           {[]*wkb.Geometry{&point}, []string{`<g class="map-point"><circle r="9"`}, 0},
		"line":             {[]*wkb.Geometry{&line}, []string{`<g class="map-line"><path d="m`}, 1},
		"lines":            {[]*wkb.Geometry{&lines}, []string{`<g class="map-line"><path d="m`}, 2},
		"area with a hole": {[]*wkb.Geometry{&holed}, []string{`<g class="map-area"><path d="m`}, 2},
		"collection":       {[]*wkb.Geometry{&mixed}, []string{`map-line`, `map-point`}, 1},
		"area under lines": {[]*wkb.Geometry{&line, &holed}, []string{`<g class="map-area">`, `</g><g class="map-line">`}, 3},
		"never nothing":    {[]*wkb.Geometry{&holed, &tiny}, []string{`map-area`}, 3},
	} {
		m := newMap(t, layerOf(geo.GeometryAny, geo.Lambert93), geo.BBox{})
		for _, g := range c.g {
			if err := m.Add(geo.Row{WKB: wkb.AppendWKB(nil, g)}); err != nil {
				t.Fatal(err)
			}
		}
		svg := string(m.draw("n", "d").SVG)
		at := 0
		for _, want := range c.want {
			i := strings.Index(svg[at:], want)
			if i < 0 {
				t.Fatalf("%s: no %s after byte %d of %s", name, want, at, svg)
			}
			at += i
		}
		if n := strings.Count(strings.Join(pathData.FindAllString(svg, -1), ""), "m"); n != c.subpath {
			t.Errorf("%s: %d subpaths, want %d: %s", name, n, c.subpath, svg)
		}
		checkPaths(t, svg)
	}
}

func TestMapLimits(t *testing.T) {
	row := geo.Row{WKB: square(2, 49)}
	m := newMap(t, communes(), geo.BBox{})
	for range MaxMapRows {
		if err := m.Add(row); err != nil {
			t.Fatal(err)
		}
	}
	if d := m.draw("", ""); m.Full() || d.Outline || d.Drawn != MaxMapRows {
		t.Errorf("%d rows are drawn, got %+v", MaxMapRows, d.Drawn)
	}
	if err := m.Add(row); err != nil {
		t.Fatal(err)
	}
	if d := m.draw("", ""); !m.Full() || !d.Outline || strings.Count(string(d.SVG), "<path") != 1 {
		t.Errorf("one more row leaves the frame alone: full %v, %s", m.Full(), d.SVG)
	}

	// A row of many vertices is as much as many rows.
	wave := wkb.Geometry{Type: geo.LineString}
	for i := range maxVertices + 1 {
		wave.Coords = append(wave.Coords, float64(i*7919%10007)/10007, float64(i*104729%10009)/10009)
	}
	if m = newMap(t, communes(), geo.BBox{}, geo.Row{WKB: wkb.AppendWKB(nil, &wave)}); !m.Full() || m.shapes != nil {
		t.Error("the memory of a map is not bounded")
	}
	// Few enough vertices, too many bytes.
	wave.Coords = wave.Coords[:maxVertices/2]
	if d := newMap(t, communes(), geo.BBox{}, geo.Row{WKB: wkb.AppendWKB(nil, &wave)}).draw("", ""); !d.Outline || len(d.SVG) > 1000 {
		t.Errorf("drawing of %d bytes, limit %d", len(d.SVG), maxSVGBytes)
	}
}

func TestMapOfNothing(t *testing.T) {
	m := newMap(t, communes(), geo.BBox{}, geo.Row{ID: geo.StringID("1")})
	if _, ok := m.bounds(); ok {
		t.Error("a row without geometry frames nothing")
	}
	if err := m.Add(geo.Row{ID: geo.StringID("9"), WKB: []byte{1, 2}}); err == nil || !strings.Contains(err.Error(), "item 9") {
		t.Errorf("unreadable geometry: %v", err)
	}
	if _, err := NewMap(MapOptions{Layer: layerOf(geo.Point, geo.EPSG("27572"))}); err == nil {
		t.Error("a system that geo/crs does not know makes no map")
	}
}

// Wallis (176° W) and Nouméa (166° E) are drawn 1,900 km from each other, not
// across the world.
func TestMapAcrossTheAntimeridian(t *testing.T) {
	box := geo.BBox{CRS: geo.CRS84, MinX: 165, MinY: -23, MaxX: -176, MaxY: -13}
	at := func(lon, lat float64) geo.Row {
		return geo.Row{WKB: wkb.AppendWKB(nil, &wkb.Geometry{Type: geo.Point, Coords: []float64{lon, lat}})}
	}
	m := newMap(t, layerOf(geo.Point, geo.CRS84), box, at(-176.2, -13.3), at(166.4, -22.3))
	if b, _ := m.bounds(); math.Abs(b[0]-165) > 1e-9 || math.Abs(b[2]-184) > 1e-9 {
		t.Errorf("bounds %v, want 165 to 184", b)
	}
	svg := string(m.draw("", "").SVG)
	for _, c := range regexp.MustCompile(`cx="(-?\d+)"`).FindAllStringSubmatch(svg, -1) {
		if x, _ := strconv.Atoi(c[1]); x < 0 || x > mapWidth {
			t.Errorf("a point at %d lies off the drawing", x)
		}
	}
}

func TestSimplify(t *testing.T) {
	straight := []float64{0, 0, 1, .1, 2, -.1, 3, 0, 3, 5}
	if got := simplify(straight, .5); len(got) != 6 {
		t.Errorf("got %v", got)
	}
	// No vertex that is dropped stands further than the tolerance from what is kept.
	const n = 3000
	var line []float64
	for i := range n {
		a := float64(i) / n * 20
		line = append(line, a*math.Cos(a)*10, a*math.Sin(a)*10)
	}
	kept := simplify(append([]float64(nil), line...), 1)
	for i := 0; i < len(line); i += 2 {
		best := math.Inf(1)
		for j := 0; j+3 < len(kept); j += 2 {
			best = min(best, distance2([]float64{line[i], line[i+1], kept[j], kept[j+1], kept[j+2], kept[j+3]}, 0, 1, 2))
		}
		if best > 1+1e-9 {
			t.Fatalf("vertex %d is %.2f away", i/2, math.Sqrt(best))
		}
	}
	if len(kept) > len(line)/5 {
		t.Errorf("%d of %d numbers kept", len(kept), len(line))
	}
}

// FuzzMap demands of any geometry that it is refused or drawn inside the limits.
func FuzzMap(f *testing.F) {
	f.Add(square(2, 49), false)
	f.Add(wkb.AppendWKB(nil, &wkb.Geometry{Type: geo.Point, Coords: []float64{math.Inf(1), 90}}), true)
	f.Add(wkb.AppendWKB(nil, &wkb.Geometry{Type: geo.LineString, Coords: []float64{-1e300, 1e300, 1, 1}}), false)
	f.Fuzz(func(t *testing.T, b []byte, framed bool) {
		var box geo.BBox
		if framed {
			box = geo.BBox{CRS: geo.CRS84, MinX: 1, MinY: 48, MaxX: 3, MaxY: 50}
		}
		m, err := NewMap(MapOptions{Layer: communes(), Box: box})
		if err != nil {
			t.Fatal(err)
		}
		if m.Add(geo.Row{WKB: b}) != nil {
			return
		}
		if _, ok := m.bounds(); !ok {
			return
		}
		d := m.draw("n", "d")
		if len(d.SVG) > maxSVGBytes+1000 {
			t.Fatalf("%d bytes", len(d.SVG))
		}
		if !framed {
			checkPaths(t, string(d.SVG))
		}
	})
}

func BenchmarkMapOfADepartement(b *testing.B) {
	rows := valDOise(b)
	b.ReportAllocs()
	for b.Loop() {
		if d := newMap(b, communes(), geo.BBox{}, rows...).draw("", ""); d.Outline {
			b.Fatal("not drawn")
		}
	}
}
