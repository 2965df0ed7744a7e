package crs

import (
	"math"
	"testing"

	"github.com/arpent-geo/arpent/geo"
)

func transform(t testing.TB, from, to geo.CRS) *Transform {
	t.Helper()
	tr, err := NewTransform(from, to)
	if err != nil {
		t.Fatal(err)
	}
	return tr
}

func TestNewTransformIsNilBetweenEqualCoordinates(t *testing.T) {
	for _, c := range []struct {
		from, to string
		same     bool
	}{
		{"4326", "4326", true}, {"4326", "4171", true}, {"4258", "4171", true}, {"2154", "9794", true},
		{"3944", "9824", true}, {"9844", "3944", true}, {"5490", "4559", true},
		{"2154", "3857", false}, {"3942", "3943", false}, {"3857", "3395", false}, {"3297", "32706", false},
	} {
		if tr := transform(t, geo.EPSG(c.from), geo.EPSG(c.to)); (tr == nil) != c.same {
			t.Errorf("%s to %s: %v", c.from, c.to, tr)
		}
	}
	if transform(t, geo.CRS84, geo.WGS84) != nil || transform(t, geo.CRS84h, geo.CRS84) != nil {
		t.Error("inside Arpent CRS84 and EPSG:4326 are both longitude, latitude")
	}
	var none *Transform
	coords := []float64{1, 2, 3}
	none.Flat(coords, 3)
	if x, y := none.Point(4, 5); x != 4 || y != 5 || coords[0] != 1 || coords[1] != 2 {
		t.Error("a nil transform moves nothing")
	}
}

func TestFlatKeepsZAndM(t *testing.T) {
	tr := transform(t, geo.CRS84, geo.Lambert93)
	for stride := 2; stride <= 4; stride++ {
		coords := make([]float64, 0, 3*stride)
		for _, p := range golden[:3] {
			coords = append(coords, append([]float64{p.lon, p.lat}, 11, 12)[:stride]...)
		}
		tr.Flat(coords, stride)
		for i, p := range golden[:3] {
			v := coords[i*stride:]
			if math.Hypot(v[0]-p.x, v[1]-p.y) > 0.001 {
				t.Errorf("stride %d: %v, want %v %v", stride, v[:2], p.x, p.y)
			}
			for k := 2; k < stride; k++ {
				if v[k] != float64(9+k) {
					t.Errorf("stride %d: ordinate %d became %v", stride, k, v[k])
				}
			}
		}
	}
}

// The distance between RGPF and a null shift is half a metre: PROJ has the
// shift, so have we.
func TestRGPFIsShifted(t *testing.T) {
	x, y := transform(t, geo.EPSG("3297"), geo.EPSG("32706")).Point(230000, 8060000) // Papeete
	if d := math.Hypot(x-230000, y-8060000); d < 0.3 || d > 0.8 {
		t.Errorf("%.3f m", d)
	}
}

// The far side of the antimeridian from the central meridian is one metre
// away, not forty thousand kilometres.
func TestZoneOverTheAntimeridian(t *testing.T) {
	for _, code := range []string{"32601", "32760", "3163"} {
		s := system(t, code)
		x1, y1 := s.Forward(179.999999, -10)
		x2, y2 := s.Forward(-179.999999, -10)
		if d := math.Hypot(x2-x1, y2-y1); d > 1 {
			t.Errorf("EPSG:%s: %.1f m", code, d)
		}
		tr := transform(t, s.CRS, geo.CRS84)
		for _, x := range []float64{x1, x2} {
			if lon, _ := tr.Point(x, y1); math.Abs(lon) > 180 || math.Abs(lon) < 179.9999 {
				t.Errorf("EPSG:%s: longitude %v", code, lon)
			}
		}
	}
	// What a geographic source draws past 180 stays in one piece.
	if x, _ := transform(t, geo.CRS84, geo.WebMercator).Point(181, 0); x < 20037508 {
		t.Errorf("181° is at x = %v", x)
	}
}

func TestFit(t *testing.T) {
	tr := transform(t, geo.Lambert93, geo.WebMercator)
	for _, size := range []float64{100, 5000, 40000, 160000} {
		box := geo.BBox{CRS: geo.Lambert93, MinX: 600000, MinY: 6800000, MaxX: 600000 + size, MaxY: 6800000 + size}
		maxErr := 0.02 * size * 1.5 / 4096 // what a tile of that size may err by
		a, ok := tr.Fit(box, maxErr)
		if !ok {
			t.Fatalf("%v m: not fitted within %v m", size, maxErr)
		}
		for i := -10; i <= 110; i++ {
			for j := -10; j <= 110; j++ {
				x, y := box.MinX+size*float64(i)/100, box.MinY+size*float64(j)/100
				got := []float64{x, y, 7}
				a.Flat(got, 3)
				wantX, wantY := tr.Point(x, y)
				d := math.Max(math.Abs(got[0]-wantX), math.Abs(got[1]-wantY))
				outside := i < 0 || j < 0 || i > 100 || j > 100
				if d > 1.2*maxErr || outside && d != 0 || got[2] != 7 {
					t.Fatalf("size %v at %d, %d: %v m off", size, i, j, d)
				}
			}
		}
	}
}

func TestFitRefuses(t *testing.T) {
	tr := transform(t, geo.Lambert93, geo.WebMercator)
	for name, box := range map[string]geo.BBox{
		"too large":   {MinX: -1e6, MinY: 5e6, MaxX: 2e6, MaxY: 8e6},
		"no width":    {MinX: 1, MinY: 1, MaxX: 1, MaxY: 2},
		"upside down": {MinX: 1, MinY: 2, MaxX: 2, MaxY: 1},
		"NaN":         {MinX: math.NaN(), MinY: 1, MaxX: 2, MaxY: 2},
		"infinite":    {MinX: math.Inf(-1), MinY: 1, MaxX: 2, MaxY: 2},
	} {
		if _, ok := tr.Fit(box, 0.1); ok {
			t.Errorf("%s: fitted", name)
		}
	}
	var none *Transform
	a, ok := none.Fit(geo.BBox{MaxX: 1, MaxY: 1}, 0.1)
	coords := []float64{1, 2}
	if a.Flat(coords, 2); !ok || coords[0] != 1 || coords[1] != 2 {
		t.Error("the fit of a nil transform moves nothing")
	}
}

func TestTransformAllocatesNothing(t *testing.T) {
	tr := transform(t, geo.Lambert93, geo.WebMercator)
	coords := []float64{652469, 6862035, 652470, 6862036}
	if n := testing.AllocsPerRun(100, func() {
		copy(coords, []float64{652469, 6862035, 652470, 6862036})
		tr.Flat(coords, 2)
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func benchmarkPairs(b *testing.B, flat func(tr *Transform) func(coords []float64)) {
	for _, c := range []struct {
		name     string
		from, to geo.CRS
	}{
		{"Lambert93ToWebMercator", geo.Lambert93, geo.WebMercator},
		{"WebMercatorToLambert93", geo.WebMercator, geo.Lambert93},
		{"UTM20ToWebMercator", geo.EPSG("5490"), geo.WebMercator},
		{"CRS84ToWebMercator", geo.CRS84, geo.WebMercator},
		{"Lambert93ToCRS84", geo.Lambert93, geo.CRS84},
		{"CRS84ToLambert93", geo.CRS84, geo.Lambert93},
		{"LAEAToCRS84", geo.EPSG("3035"), geo.CRS84},
		{"RGPFToCRS84", geo.EPSG("3297"), geo.CRS84},
	} {
		b.Run(c.name, func(b *testing.B) {
			from, err := Lookup(c.from)
			if err != nil {
				b.Fatal(err)
			}
			a := area(from)
			points := make([]float64, 2000)
			for i := 0; i < len(points); i += 2 {
				t := float64(i) / float64(len(points))
				points[i], points[i+1] = from.Forward(a[0]/2+a[2]/2+t*0.5, a[1]/2+a[3]/2+t*0.5)
			}
			work := make([]float64, len(points))
			run := flat(transform(b, c.from, c.to))
			b.ReportAllocs()
			for b.Loop() {
				copy(work, points)
				run(work)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/1000, "ns/point")
		})
	}
}

func BenchmarkTransform(b *testing.B) {
	benchmarkPairs(b, func(tr *Transform) func([]float64) {
		return func(coords []float64) { tr.Flat(coords, 2) }
	})
}

func BenchmarkApprox(b *testing.B) {
	tr := transform(b, geo.Lambert93, geo.WebMercator)
	box := geo.BBox{MinX: 600000, MinY: 6800000, MaxX: 640000, MaxY: 6840000}
	a, ok := tr.Fit(box, 0.1)
	if !ok {
		b.Fatal("not fitted")
	}
	points := make([]float64, 2000)
	for i := range points {
		points[i] = [2]float64{box.MinX, box.MinY}[i%2] + float64(i)*19
	}
	work := make([]float64, len(points))
	b.ReportAllocs()
	for b.Loop() {
		copy(work, points)
		a.Flat(work, 2)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/1000, "ns/point")
}

func BenchmarkFit(b *testing.B) {
	tr := transform(b, geo.Lambert93, geo.WebMercator)
	box := geo.BBox{MinX: 600000, MinY: 6800000, MaxX: 640000, MaxY: 6840000}
	b.ReportAllocs()
	for b.Loop() {
		if _, ok := tr.Fit(box, 0.1); !ok {
			b.Fatal("not fitted")
		}
	}
}
