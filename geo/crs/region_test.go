package crs

import (
	"errors"
	"math"
	"slices"
	"testing"

	"github.com/arpent-geo/arpent/geo"
)

func search(t testing.TB, b geo.BBox, to geo.CRS) []Region {
	t.Helper()
	regions, err := Search(b, to)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range regions {
		checkRegion(t, b, to, r)
	}
	return regions
}

func checkRegion(t testing.TB, b geo.BBox, to geo.CRS, r Region) {
	t.Helper()
	n := len(r.Ring)
	if n < 8 || n%2 != 0 || r.Ring[0] != r.Ring[n-2] || r.Ring[1] != r.Ring[n-1] {
		t.Fatalf("%v in %v: not a closed ring of %d numbers", b, to, n)
	}
	if n > 40000 {
		t.Fatalf("%v in %v: %d numbers", b, to, n)
	}
	if r.Envelope.CRS != to || r.Envelope.MinX > r.Envelope.MaxX {
		t.Fatalf("%v in %v: envelope %v", b, to, r.Envelope)
	}
	for i := 0; i+3 < n; i += 2 {
		x, y := r.Ring[i], r.Ring[i+1]
		if !r.Envelope.Contains(geo.BBox{MinX: x, MinY: y, MaxX: x, MaxY: y}) { // false for NaN
			t.Fatalf("%v in %v: vertex %v %v out of the envelope %v", b, to, x, y, r.Envelope)
		}
	}
	if area := r.area(); area < 0 || area == 0 && !r.Rect {
		t.Fatalf("%v in %v: not counter-clockwise: the area is %v", b, to, area)
	}
}

// inRing is the even-odd rule.
func inRing(ring []float64, x, y float64) bool {
	in := false
	for i := 0; i+3 < len(ring); i += 2 {
		x1, y1, x2, y2 := ring[i], ring[i+1], ring[i+2], ring[i+3]
		if (y1 > y) != (y2 > y) && x < x1+(y-y1)/(y2-y1)*(x2-x1) {
			in = !in
		}
	}
	return in
}

func inRegions(regions []Region, x, y float64) bool {
	return slices.ContainsFunc(regions, func(r Region) bool { return inRing(r.Ring, x, y) })
}

func fourCorners(t *testing.T, b geo.BBox, to geo.CRS) []float64 {
	ring := corners(b)
	ring = append(ring, ring[0], ring[1])
	transform(t, b.CRS, to).Flat(ring, 2)
	return ring
}

// Tile 3/4/2 holds the east of France. Its south edge, drawn as a straight
// line in Lambert-93, would leave out the south of Corsica.
func TestSearchBendsTheEdgesOfTile342(t *testing.T) {
	const half = math.Pi * 6378137
	tile := geo.BBox{CRS: geo.WebMercator, MinX: 0, MinY: half / 4, MaxX: half / 4, MaxY: half / 2}
	regions := search(t, tile, geo.Lambert93)
	if len(regions) != 1 || regions[0].Rect {
		t.Fatalf("%d regions", len(regions))
	}
	straight := fourCorners(t, tile, geo.Lambert93)
	s := system(t, "2154")
	for name, p := range map[string][2]float64{"Ajaccio": {8.7386, 41.9192}, "Bonifacio": {9.1592, 41.3874}, "Sartène": {8.9747, 41.6214}} {
		x, y := s.Forward(p[0], p[1])
		if !inRegions(regions, x, y) {
			t.Errorf("%s is left out", name)
		}
		if inRing(straight, x, y) {
			t.Errorf("%s is within four corners: the test shows nothing", name)
		}
	}
}

// The top of a Lambert-93 box is an arch of latitude: Dunkerque, in its
// middle, is north of both corners.
func TestDunkerqueIsInTheNorthEdge(t *testing.T) {
	const lon, lat = 2.3768, 51.0344
	x, y := system(t, "2154").Forward(lon, lat)
	box := geo.BBox{CRS: geo.Lambert93, MinX: x - 5e5, MinY: 6.1e6, MaxX: x + 6e5, MaxY: y + 50}
	regions := search(t, box, geo.CRS84)
	if len(regions) != 1 || !inRegions(regions, lon, lat) {
		t.Errorf("Dunkerque is left out: %v", regions)
	}
	for i, corner := range fourCorners(t, box, geo.CRS84) {
		if i%2 == 1 && corner > lat {
			t.Errorf("a corner is at latitude %v: the test shows nothing", corner)
		}
	}
	e, err := TransformBBox(box, geo.CRS84)
	if err != nil || e.MaxY < lat || e.MaxY > lat+0.003 {
		t.Errorf("%v, %v", e, err)
	}
}

func TestSearchRectangles(t *testing.T) {
	box := func(c geo.CRS, a, b, x, y float64) geo.BBox {
		return geo.BBox{CRS: c, MinX: a, MinY: b, MaxX: x, MaxY: y}
	}
	for name, c := range map[string]struct {
		in   geo.BBox
		want []geo.BBox
	}{
		"same system, far out":    {box(geo.Lambert93, -1e12, 0, 1e12, 1), []geo.BBox{box(geo.Lambert93, -1e12, 0, 1e12, 1)}},
		"versions of Lambert-93":  {box(geo.EPSG("9794"), 1, 2, 3, 4), []geo.BBox{box(geo.Lambert93, 1, 2, 3, 4)}},
		"a point":                 {box(geo.CRS84, 2, 48, 2, 48), []geo.BBox{box(geo.WGS84, 2, 48, 2, 48)}},
		"over the antimeridian":   {box(geo.CRS84, 170, -20, -170, -10), []geo.BBox{box(geo.WGS84, 170, -20, 180, -10), box(geo.WGS84, -180, -20, -170, -10)}},
		"off the globe":           {box(geo.CRS84, 190, -95, -170, 0), []geo.BBox{box(geo.WGS84, -170, -90, -170, 0)}},
		"degrees past 180":        {box(geo.CRS84, 170, 0, 190, 0), []geo.BBox{box(geo.WGS84, 170, 0, 180, 0), box(geo.WGS84, -180, 0, -170, 0)}},
		"degrees from Mercator":   {box(geo.WebMercator, 0, 0, 20037508.342789244, 1), []geo.BBox{box(geo.CRS84, 0, 0, 180, 8.983152841195215e-06)}},
		"a world and its buffer":  {box(geo.WebMercator, -2.1e7, 0, 2.1e7, 0), []geo.BBox{box(geo.CRS84, -180, 0, 180, 0)}},
		"two turns":               {box(geo.CRS84, -400, -100, 400, 100), []geo.BBox{box(geo.WebMercator, -20037508.342789244, -44927335.427, 20037508.342789244, 44927335.427)}},
		"the next turn":           {box(geo.CRS84, 350, 0, 365, 0), []geo.BBox{box(geo.WebMercator, -1113194.907932736, 0, 556597.453966368, 0)}},
		"Mercator past the world": {box(geo.WebMercator, 2.1e7, 0, 2.2e7, 1), nil},
	} {
		to := geo.WebMercator
		if len(c.want) > 0 {
			to = c.want[0].CRS
		} else if c.in.CRS == to {
			to = geo.CRS84
		}
		regions := search(t, c.in, to)
		if len(regions) != len(c.want) {
			t.Errorf("%s: %v", name, regions)
			continue
		}
		for i, r := range regions {
			w, g := c.want[i], r.Envelope
			for _, d := range []float64{g.MinX - w.MinX, g.MinY - w.MinY, g.MaxX - w.MaxX, g.MaxY - w.MaxY} {
				if !r.Rect || g.CRS != w.CRS || math.Abs(d) > 0.1 || to.Authority == "OGC" && math.Abs(d) > 1e-12 {
					t.Errorf("%s: %v, want %v", name, g, w)
				}
			}
		}
	}
}

func TestSearchClipsToTheDomain(t *testing.T) {
	world := geo.BBox{CRS: geo.CRS84, MinX: -180, MinY: -90, MaxX: 180, MaxY: 90}
	for _, code := range []string{"2154", "3163", "32601", "32660", "32731", "3297", "3035", "3857", "3950"} {
		s := system(t, code)
		regions := search(t, world, s.CRS)
		if len(regions) == 0 || len(regions) > 2 {
			t.Errorf("EPSG:%s: %d regions for the world", code, len(regions))
		}
		d := unrolled(s.Domain)
		for i := 1; i < 20; i++ {
			for j := 1; j < 20; j++ {
				lon, lat := d.MinX+(d.MaxX-d.MinX)*float64(i)/20, d.MinY+(d.MaxY-d.MinY)*float64(j)/20
				if x, y := s.Forward(lon, lat); !inRegions(regions, x, y) {
					t.Fatalf("EPSG:%s: %v %v is not in the world", code, lon, lat)
				}
			}
		}
	}
	plane := geo.BBox{CRS: geo.Lambert93, MinX: -1e12, MinY: -1e12, MaxX: 1e12, MaxY: 1e12}
	for _, to := range []geo.CRS{geo.CRS84, geo.WebMercator, geo.EPSG("32631"), geo.EPSG("3945"), geo.EPSG("3035")} {
		s, _ := Lookup(to)
		if x, y := s.Forward(2.35, 48.85); !inRegions(search(t, plane, to), x, y) {
			t.Errorf("Paris is not in the whole plane, in %v", to)
		}
	}
	for name, b := range map[string]geo.BBox{
		"far out":      {CRS: geo.Lambert93, MinX: 1e12, MinY: 1e12, MaxX: 2e12, MaxY: 2e12},
		"past a pole":  {CRS: geo.CRS84, MinX: 0, MinY: 91, MaxX: 1, MaxY: 92},
		"other side":   {CRS: geo.CRS84, MinX: -170, MinY: 0, MaxX: -160, MaxY: 10},
		"Mercator top": {CRS: geo.WebMercator, MinX: 0, MinY: 1e8, MaxX: 1, MaxY: 1e9},
	} {
		if regions := search(t, b, geo.EPSG("32631")); len(regions) != 0 {
			t.Errorf("%s: %d regions", name, len(regions))
		}
	}
}

func TestSearchGivesAPointAnOutline(t *testing.T) {
	for _, b := range []geo.BBox{
		{CRS: geo.CRS84, MinX: 2.35, MinY: 48.85, MaxX: 2.35, MaxY: 48.85},
		{CRS: geo.EPSG("32631"), MinX: 450000, MinY: 5400000, MaxX: 460000, MaxY: 5400000},
	} {
		if regions := search(t, b, geo.Lambert93); len(regions) != 1 {
			t.Errorf("%v: %v", b, regions)
		}
	}
}

func TestSearchErrors(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	for name, c := range map[string]struct {
		b    geo.BBox
		to   geo.CRS
		want error
	}{
		"NaN":              {geo.BBox{CRS: geo.CRS84, MinX: nan}, geo.Lambert93, geo.ErrInvalidInput},
		"infinite":         {geo.BBox{CRS: geo.CRS84, MaxY: inf}, geo.CRS84, geo.ErrInvalidInput},
		"empty":            {geo.EmptyBBox(geo.Lambert93), geo.CRS84, geo.ErrInvalidInput},
		"west > east":      {geo.BBox{CRS: geo.Lambert93, MinX: 2, MaxX: 1, MaxY: 1}, geo.CRS84, geo.ErrInvalidInput},
		"south > north":    {geo.BBox{CRS: geo.CRS84, MinY: 2, MaxX: 1, MaxY: 1}, geo.CRS84, geo.ErrInvalidInput},
		"unknown source":   {geo.BBox{CRS: geo.EPSG("27572")}, geo.CRS84, geo.ErrUnsupportedCRS},
		"unknown target":   {geo.BBox{CRS: geo.CRS84}, geo.EPSG("27572"), geo.ErrUnsupportedCRS},
		"no target at all": {geo.BBox{CRS: geo.CRS84}, geo.CRS{}, geo.ErrUnsupportedCRS},
	} {
		if _, err := Search(c.b, c.to); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := TransformBBox(c.b, c.to); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestTransformBBox(t *testing.T) {
	// A zone over the antimeridian, whose box crosses it.
	s := system(t, "32601")
	x1, y1 := s.Forward(178, -18)
	x2, y2 := s.Forward(-178, -16)
	b, err := TransformBBox(geo.BBox{CRS: s.CRS, MinX: x1, MinY: y1, MaxX: x2, MaxY: y2}, geo.CRS84)
	if err != nil || !b.CrossesAntimeridian() || math.Abs(b.MinX-178) > 0.2 || math.Abs(b.MaxX+178) > 0.2 || b.CRS != geo.CRS84 {
		t.Errorf("%v, %v", b, err)
	}
	// And back to where it came from, a little wider.
	back, err := TransformBBox(b, s.CRS)
	if err != nil || back.MinX > x1 || back.MaxX < x2 || back.MinX < x1-20000 || back.MaxX > x2+20000 {
		t.Errorf("%v, %v", back, err)
	}
	same := geo.BBox{CRS: geo.CRS84, MinX: 170, MinY: -20, MaxX: -170, MaxY: -10}
	if b, err := TransformBBox(same, geo.WGS84); err != nil || b != (geo.BBox{CRS: geo.WGS84, MinX: 170, MinY: -20, MaxX: -170, MaxY: -10}) {
		t.Errorf("%v, %v", b, err)
	}
	world := geo.BBox{CRS: geo.CRS84, MinX: -180, MinY: -90, MaxX: 180, MaxY: 90}
	if b, err := TransformBBox(world, geo.EPSG("4171")); err != nil || b.MinX != -180 || b.MaxX != 180 {
		t.Errorf("%v, %v", b, err)
	}
	if b, err := TransformBBox(geo.BBox{CRS: geo.CRS84, MinX: -170, MinY: 0, MaxX: -160, MaxY: 1}, geo.EPSG("32631")); err != nil || !b.IsEmpty() {
		t.Errorf("%v, %v", b, err)
	}
}

func BenchmarkSearch(b *testing.B) {
	for name, box := range map[string]geo.BBox{
		"tile14": {CRS: geo.WebMercator, MinX: 261000, MinY: 6250000, MaxX: 263446, MaxY: 6252446},
		"tile5":  {CRS: geo.WebMercator, MinX: 0, MinY: 5009377, MaxX: 1252344, MaxY: 6261721},
		"world":  {CRS: geo.CRS84, MinX: -180, MinY: -90, MaxX: 180, MaxY: 90},
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			n := 0
			for b.Loop() {
				regions, err := Search(box, geo.Lambert93)
				if err != nil || len(regions) != 1 {
					b.Fatal(regions, err)
				}
				n = len(regions[0].Ring) / 2
			}
			b.ReportMetric(float64(n), "vertices")
		})
	}
}
