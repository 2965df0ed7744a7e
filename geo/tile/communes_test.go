package tile

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"strings"
	"testing"

	"github.com/peterstace/simplefeatures/geom"

	"github.com/arpent-geo/arpent/geo"
	"github.com/arpent-geo/arpent/geo/crs"
	"github.com/arpent-geo/arpent/geo/mvt"
	"github.com/arpent-geo/arpent/geo/wkb"
)

// commune is a real commune as a store hands it over, in longitude and
// latitude, and its outline in units of the whole world at zoom 0.
type commune struct {
	row   geo.Row
	code  string
	world geom.Geometry
	box   geo.BBox // of world
}

// communes reads the communes of some départements. The oracle projects them
// by its own textbook formula, so that geo/crs is tested too.
func communes(t testing.TB, departements ...string) []commune {
	f, err := os.Open(sharedData(t, "admin/communes-2018.geojsonl.gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	unzipped, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(unzipped)
	lines.Buffer(nil, 16<<20)
	var out []commune
	for lines.Scan() {
		wanted := false
		for _, d := range departements {
			wanted = wanted || strings.Contains(lines.Text(), `"code_departement":"`+d+`"`)
		}
		if wanted {
			out = append(out, readCommune(t, lines.Bytes()))
		}
	}
	if lines.Err() != nil || len(out) == 0 {
		t.Fatalf("%d communes, %v", len(out), lines.Err())
	}
	return out
}

func readCommune(t testing.TB, line []byte) commune {
	var f struct {
		Properties struct{ Code, Nom string }
		Geometry   json.RawMessage
	}
	if err := json.Unmarshal(line, &f); err != nil {
		t.Fatal(err)
	}
	geometry, err := geom.UnmarshalGeoJSON(f.Geometry, geom.NoValidate{})
	if err != nil {
		t.Fatal(err)
	}
	world := geometry.TransformXY(func(p geom.XY) geom.XY {
		lat := p.Y * math.Pi / 180
		return geom.XY{X: (p.X + 180) / 360 * Extent, Y: (1 - math.Asinh(math.Tan(lat))/math.Pi) / 2 * Extent}
	})
	lo, hi, ok := world.Envelope().MinMaxXYs()
	if !ok {
		t.Fatalf("%s is empty", f.Properties.Code)
	}
	return commune{code: f.Properties.Code, world: world, box: geo.BBox{MinX: lo.X, MinY: lo.Y, MaxX: hi.X, MaxY: hi.Y},
		row: geo.Row{ID: geo.StringID(f.Properties.Code), WKB: geometry.AsBinary(),
			Values: []geo.Value{geo.String(f.Properties.Code), geo.String(f.Properties.Nom)}}}
}

func communesLayer() *geo.Layer {
	return &geo.Layer{ID: "communes", GeomColumn: "geom", Geometry: geo.MultiPolygon, CRS: geo.CRS84,
		Key: []string{"code"}, IDKind: geo.IDText, Properties: []geo.Property{{Name: "code"}, {Name: "nom"}}}
}

// oracle is what a tile must hold of a commune: its part in tile and buffer,
// in tile units.
func (c *commune) in(t *testing.T, id ID) (part geom.Geometry, ok bool) {
	scale := math.Exp2(float64(id.Z))
	left, top := float64(id.X)*Extent, float64(id.Y)*Extent
	b := geo.BBox{MinX: c.box.MinX*scale - left, MinY: c.box.MinY*scale - top, MaxX: c.box.MaxX*scale - left, MaxY: c.box.MaxY*scale - top}
	clip := geo.BBox{MinX: -Buffer, MinY: -Buffer, MaxX: Extent + Buffer, MaxY: Extent + Buffer}
	if !b.Intersects(clip) {
		return geom.Geometry{}, false
	}
	g := c.world.TransformXY(func(p geom.XY) geom.XY { return geom.XY{X: p.X*scale - left, Y: p.Y*scale - top} })
	if clip.Contains(b) {
		return g, true
	}
	box := geom.NewEnvelope(geom.XY{X: clip.MinX, Y: clip.MinY}, geom.XY{X: clip.MaxX, Y: clip.MaxY}).AsGeometry()
	part, err := geom.Intersection(g, box)
	if err != nil {
		t.Fatalf("%s in %v: %v", c.code, id, err)
	}
	return part, !part.IsEmpty()
}

// Every commune of Bretagne is in every tile that it touches, unless nothing
// of it is left on the grid, with the right area; and no other.
func TestTilesOfBretagneHoldWhatTheyShould(t *testing.T) {
	all := communes(t, "22", "29", "35", "56")
	if len(all) < 1000 {
		t.Fatalf("%d communes", len(all))
	}
	set, layer := WebMercatorQuad(), communesLayer()
	world := geo.EmptyBBox(geo.WebMercator)
	for i := range all {
		world = world.Extend(all[i].box.MinX, all[i].box.MinY).Extend(all[i].box.MaxX, all[i].box.MaxY)
	}
	for z := 4; z <= 12; z++ {
		parts, invalid, collapsed := 0, 0, 0
		scale := math.Exp2(float64(z)) / Extent
		x0, x1, y0, y1 := int(world.MinX*scale), int(world.MaxX*scale), int(world.MinY*scale), int(world.MaxY*scale)
		step := 1 + max(0, z-7) // deeper zooms: one tile in step²
		for x := x0; x <= x1; x += step {
			for y := y0; y <= y1; y += step {
				p, i, c := checkTile(t, set, ID{z, x, y}, layer, all)
				parts, invalid, collapsed = parts+p, invalid+i, collapsed+c
			}
		}
		// What is not valid touches itself within a unit: rounding does that
		// to shapes of a few units, and readers draw them.
		limit := map[int]float64{4: 0.04, 5: 0.02, 6: 0.01, 7: 0.01, 8: 0.005}[z]
		t.Logf("zoom %d: %d features, %d not valid, %d collapsed", z, parts, invalid, collapsed)
		if parts == 0 || float64(invalid) > limit*float64(parts) {
			t.Errorf("zoom %d: %d of %d features are not valid", z, invalid, parts)
		}
	}
}

// The same from Lambert-93: near the edges of a tile too, where the fitted
// projection hands over to the exact one.
func TestTilesFromLambert93(t *testing.T) {
	all := communes(t, "29")
	toLambert, err := crs.NewTransform(geo.CRS84, geo.Lambert93)
	if err != nil {
		t.Fatal(err)
	}
	var g wkb.Geometry
	for i := range all {
		if err := wkb.Decode(all[i].row.WKB, &g); err != nil {
			t.Fatal(err)
		}
		toLambert.Flat(g.Coords, g.Layout.Stride())
		all[i].row.WKB = wkb.AppendWKB(nil, &g)
	}
	layer := communesLayer()
	layer.CRS = geo.Lambert93
	for _, id := range []ID{{4, 7, 5}, {6, 31, 22}, {8, 125, 88}, {9, 250, 177}, {10, 500, 355}, {12, 2001, 1422}} {
		if n, _, _ := checkTile(t, WebMercatorQuad(), id, layer, all); n == 0 {
			t.Errorf("%v: nothing", id)
		}
	}
}

func checkTile(t *testing.T, set *TileMatrixSet, id ID, layer *geo.Layer, all []commune) (parts, invalid, collapsed int) {
	t.Helper()
	b, err := NewBuilder(set, id, Options{Layer: layer})
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]geom.Geometry{}
	for i := range all {
		part, ok := all[i].in(t, id)
		if ok {
			want[all[i].code] = part
		}
		if err := b.Add(&all[i].row); err != nil {
			t.Fatal(err)
		}
	}
	tile, stats := b.Finish(nil)
	l := decode(t, tile)
	for i := range l.Features {
		f := &l.Features[i]
		code := l.Properties(f)["code"].(string)
		part, ok := want[code]
		delete(want, code)
		got := polygons(f)
		if slack := 0.02*part.Area() + 32; !ok || math.Abs(got.Area()-part.Area()) > slack {
			t.Errorf("%v: %s has an area of %v, want %v (%v)", id, code, got.Area(), part.Area(), ok)
		}
		parts++
		if got.Validate() != nil {
			invalid++
		}
	}
	for code, part := range want {
		if lo, hi, _ := part.Envelope().MinMaxXYs(); part.Area() > 4 && hi.X-lo.X > 1 && hi.Y-lo.Y > 1 {
			t.Errorf("%v: %s is lost, area %v", id, code, part.Area())
		}
	}
	return parts, invalid, stats.Collapsed
}

// polygons makes an OGC geometry of a polygon feature, unchecked.
func polygons(f *mvt.DecodedFeature) geom.Geometry {
	var polys []geom.Polygon
	var rings []geom.LineString
	flush := func() {
		if len(rings) > 0 {
			polys = append(polys, geom.NewPolygon(rings))
		}
		rings = nil
	}
	for _, part := range f.Parts {
		var xy []float64
		for _, p := range append(part, part[0]) {
			xy = append(xy, float64(p.X), float64(p.Y))
		}
		if mvt.Area2(part) > 0 {
			flush()
		}
		rings = append(rings, geom.NewLineString(geom.NewSequence(xy, geom.DimXY)))
	}
	flush()
	return geom.NewMultiPolygon(polys).AsGeometry()
}

func BenchmarkTile(b *testing.B) {
	all := communes(b, "22", "29", "35", "56")
	set, layer := WebMercatorQuad(), communesLayer()
	for z, at := range map[int]ID{5: {5, 15, 11}, 6: {6, 31, 22}, 7: {7, 62, 44}, 8: {8, 124, 88}, 9: {9, 249, 177}, 10: {10, 500, 355}, 12: {12, 2001, 1423}} {
		var rows []geo.Row
		scale := math.Exp2(float64(z))
		box := geo.BBox{MinX: float64(at.X)*Extent - Buffer, MinY: float64(at.Y)*Extent - Buffer,
			MaxX: float64(at.X+1)*Extent + Buffer, MaxY: float64(at.Y+1)*Extent + Buffer}
		for _, c := range all { // what the index of a store would find
			if (geo.BBox{MinX: c.box.MinX * scale, MinY: c.box.MinY * scale, MaxX: c.box.MaxX * scale, MaxY: c.box.MaxY * scale}).Intersects(box) {
				rows = append(rows, c.row)
			}
		}
		b.Run(fmt.Sprintf("z%d", z), func(b *testing.B) {
			b.ReportAllocs()
			builder := new(Builder)
			var tile []byte
			var stats Stats
			for b.Loop() {
				if err := builder.Reset(set, at, Options{Layer: layer}); err != nil {
					b.Fatal(err)
				}
				for i := range rows {
					if err := builder.Add(&rows[i]); err != nil {
						b.Fatal(err)
					}
				}
				tile, stats = builder.Finish(tile[:0])
			}
			b.ReportMetric(float64(stats.Features), "features")
			b.ReportMetric(float64(stats.Vertices), "vertices")
			b.ReportMetric(float64(len(tile)), "bytes")
		})
	}
}
