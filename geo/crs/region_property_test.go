package crs

import (
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/arpent-geo/arpent/geo"
)

// A point is in a region when it is in the box, whatever the two systems.
func TestSearchAgreesWithPoints(t *testing.T) {
	systems := []geo.CRS{
		geo.CRS84, geo.WebMercator, geo.EPSG("3395"), geo.Lambert93, geo.EPSG("3945"), geo.EPSG("3035"),
		geo.EPSG("32631"), geo.EPSG("2975"), geo.EPSG("3297"), geo.EPSG("3163"), geo.EPSG("32601"), geo.EPSG("32760"),
	}
	r := rand.New(rand.NewPCG(3, 5))
	for _, c := range systems {
		for _, to := range systems {
			from, _ := Lookup(c)
			target, _ := Lookup(to)
			in, out := 0, 0
			for range 12 {
				b := randomBox(r, from, target)
				regions := search(t, b, to)
				for range 200 {
					x, y, ok := randomNear(r, b, from, target)
					if !ok {
						continue
					}
					inside := x >= b.MinX && x <= b.MaxX && y >= b.MinY && y <= b.MaxY
					tx, ty := target.Forward(from.Inverse(x, y))
					if got := inRegions(regions, tx, ty); got != inside {
						t.Fatalf("%v in %v: point %v %v inside: %v, in the regions: %v", b, to, x, y, inside, got)
					}
					if inside {
						in++
					} else {
						out++
					}
				}
			}
			if in == 0 && overlap(from, target) || out == 0 && overlap(from, target) {
				t.Errorf("%v in %v: %d points inside, %d outside: nothing shown", c, to, in, out)
			}
		}
	}
}

// overlap reports whether the middle part of one domain meets the other.
func overlap(a, b *System) bool {
	for _, turn := range turns {
		for _, pair := range [][2]*System{{a, b}, {b, a}} {
			core := unrolled(pair[0].Domain)
			core.MinX, core.MaxX = core.MinX*0.7+core.MaxX*0.3, core.MinX*0.3+core.MaxX*0.7
			if _, ok := intersect(move(core, turn), unrolled(pair[1].Domain)); ok {
				return true
			}
		}
	}
	return false
}

// randomBox is around a point in the middle parts of both domains.
func randomBox(r *rand.Rand, from, target *System) geo.BBox {
	size := math.Pow(10, 3+3.3*r.Float64())
	if from.Geographic {
		size /= 111000
	}
	lon, lat := somewhere(r, target)
	if from.def.kind.curved() && r.IntN(2) == 0 {
		lon, lat = somewhere(r, from)
	}
	x, y := from.Forward(lon, lat)
	return geo.BBox{CRS: from.CRS, MinX: x - size*r.Float64(), MinY: y - size*r.Float64(), MaxX: x + size, MaxY: y + size}
}

func somewhere(r *rand.Rand, s *System) (lon, lat float64) {
	d := unrolled(s.Domain)
	lon = d.MinX + (d.MaxX-d.MinX)*(0.3+0.4*r.Float64())
	return math.Remainder(lon, 360), d.MinY + (d.MaxY-d.MinY)*(0.3+0.4*r.Float64())
}

// randomNear is a point in or around b, not too near its edges, within both
// domains, on the turn of b.
func randomNear(r *rand.Rand, b geo.BBox, from, target *System) (x, y float64, ok bool) {
	w, h := b.MaxX-b.MinX, b.MaxY-b.MinY
	x, y = b.MinX+w*(1.6*r.Float64()-0.3), b.MinY+h*(1.6*r.Float64()-0.3)
	near := func(v, edge, size float64) bool { return math.Abs(v-edge) < 1e-3*size }
	if near(x, b.MinX, w) || near(x, b.MaxX, w) || near(y, b.MinY, h) || near(y, b.MaxY, h) {
		return 0, 0, false
	}
	if e := from.extent(); x < e.MinX || x > e.MaxX || y < e.MinY || y > e.MaxY {
		return 0, 0, false
	}
	lon, lat := from.Inverse(x, y)
	back, _ := from.Forward(lon, lat)
	return x, y, within(target, lon, lat) && within(from, lon, lat) && math.Abs(back-x) < 1e-3
}

func within(s *System, lon, lat float64) bool {
	d := unrolled(s.Domain)
	for _, turn := range turns {
		if l := lon + turn; l > d.MinX+0.01 && l < d.MaxX-0.01 && lat > d.MinY+0.01 && lat < d.MaxY-0.01 {
			return true
		}
	}
	return false
}

func FuzzSearch(f *testing.F) {
	f.Add(1.0, 42.0, 3.0, 51.0, uint8(0), uint8(9))
	f.Add(170.0, -20.0, -170.0, -10.0, uint8(0), uint8(60))
	f.Add(-1e12, -1e12, 1e12, 1e12, uint8(3), uint8(0))
	f.Add(0.0, 5e6, 5e6, 1e7, uint8(8), uint8(0))
	f.Add(700000.0, 6600000.0, 700000.0, 6600000.0, uint8(0), uint8(8))
	all := All()
	f.Fuzz(func(t *testing.T, x1, y1, x2, y2 float64, i, j uint8) {
		from, to := all[int(i)%len(all)].CRS, all[int(j)%len(all)].CRS
		b := geo.BBox{CRS: from, MinX: x1, MinY: y1, MaxX: x2, MaxY: y2}
		regions, err := Search(b, to)
		if err != nil {
			if !errors.Is(err, geo.ErrInvalidInput) {
				t.Fatal(err)
			}
			return
		}
		if len(regions) > 3 {
			t.Fatalf("%d regions", len(regions))
		}
		for _, r := range regions {
			checkRegion(t, b, to, r)
		}
		again, _ := Search(b, to)
		for k := range regions {
			if !slices.Equal(regions[k].Ring, again[k].Ring) {
				t.Fatal("the ring is not the same twice")
			}
		}
	})
}
