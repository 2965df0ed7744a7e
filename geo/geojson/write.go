package geojson

import (
	"math"
	"strconv"

	"github.com/arpent-geo/arpent/geo"
	"github.com/arpent-geo/arpent/geo/wkb"
)

// writer appends one geometry.
type writer struct {
	dst      []byte
	swap     bool
	decimals int
	scale    float64 // 10^decimals
}

func (f *Format) writer(dst []byte) writer {
	decimals := f.Decimals
	if decimals <= 0 || decimals > maxDecimals {
		decimals = DecimalsDegrees
	}
	return writer{dst, f.Swap, decimals, pow10[decimals]}
}

func (w *writer) geometry(g *wkb.Geometry) {
	w.dst = append(append(w.dst, `{"type":"`...), g.Type...)
	if g.Type == geo.GeometryCollection {
		w.dst = append(w.dst, `","geometries":[`...)
		for k := range g.Parts {
			if k > 0 {
				w.dst = append(w.dst, ',')
			}
			w.geometry(&g.Parts[k])
		}
		w.dst = append(w.dst, "]}"...)
		return
	}
	w.dst = append(w.dst, `","coordinates":`...)
	stride := g.Layout.Stride()
	switch {
	case g.Type == geo.Point && len(g.Coords) >= stride:
		w.position(g.Coords, hasZ(g.Layout))
	case g.IsEmpty():
		w.dst = append(w.dst, "[]"...)
	case g.Type == geo.MultiLineString:
		w.list(0, len(g.Ends), func(k int) { w.positions(g.Line(k), g.Layout, false) })
	case g.Type == geo.Polygon:
		w.rings(g, 0, len(g.Ends))
	case g.Type == geo.MultiPolygon:
		w.polygons(g)
	default:
		w.positions(g.Coords, g.Layout, false)
	}
	w.dst = append(w.dst, '}')
}

// list writes the elements from first to end between brackets.
func (w *writer) list(first, end int, element func(k int)) {
	w.dst = append(w.dst, '[')
	for k := first; k < end; k++ {
		if k > first {
			w.dst = append(w.dst, ',')
		}
		element(k)
	}
	w.dst = append(w.dst, ']')
}

func (w *writer) polygons(g *wkb.Geometry) {
	w.list(0, len(g.PolyEnds), func(k int) {
		first := 0
		if k > 0 {
			first = g.PolyEnds[k-1]
		}
		w.rings(g, first, g.PolyEnds[k])
	})
}

// rings writes the rings of one polygon, the first counter-clockwise, the
// others clockwise, each closed.
func (w *writer) rings(g *wkb.Geometry, first, end int) {
	stride := g.Layout.Stride()
	w.list(first, end, func(k int) {
		ring := g.Line(k)
		area := signedArea(ring, stride)
		reverse := area < 0 && k == first || area > 0 && k > first
		w.positions(ring, g.Layout, reverse)
		if n := len(ring); n > 0 && (ring[0] != ring[n-stride] || ring[1] != ring[n-stride+1]) {
			if reverse {
				ring = ring[n-stride:]
			}
			w.dst[len(w.dst)-1] = ','
			w.position(ring, hasZ(g.Layout))
			w.dst = append(w.dst, ']')
		}
	})
}

// signedArea is twice the area of a ring, positive when it runs
// counter-clockwise. It is summed from the first vertex, so that projected
// coordinates keep their digits.
func signedArea(ring []float64, stride int) float64 {
	if len(ring) < 3*stride {
		return 0
	}
	x0, y0 := ring[0], ring[1]
	area, px, py := 0.0, 0.0, 0.0
	for c := ring[stride:]; len(c) >= stride; c = c[stride:] {
		x, y := c[0]-x0, c[1]-y0
		area += px*y - x*py
		px, py = x, y
	}
	return area
}

func hasZ(l wkb.Layout) bool { return l == wkb.XYZ || l == wkb.XYZM }

// positions writes a list of positions, from the last to the first when reverse.
func (w *writer) positions(coords []float64, l wkb.Layout, reverse bool) {
	stride, z := l.Stride(), hasZ(l)
	w.dst = append(w.dst, '[')
	n := len(coords) / stride
	for k := range n {
		if k > 0 {
			w.dst = append(w.dst, ',')
		}
		at := k
		if reverse {
			at = n - 1 - k
		}
		w.position(coords[at*stride:], z)
	}
	w.dst = append(w.dst, ']')
}

// position writes [x,y] or [x,y,z]; a z that is not a finite number is left out.
func (w *writer) position(c []float64, z bool) {
	x, y := c[0], c[1]
	if w.swap {
		x, y = y, x
	}
	w.dst = append(w.dst, '[')
	w.dst = append(appendFixed(w.dst, x, w.decimals, w.scale), ',')
	w.dst = appendFixed(w.dst, y, w.decimals, w.scale)
	if z && c[2]*0 == 0 {
		w.dst = appendFixed(append(w.dst, ','), c[2], DecimalsMetres, 1e3)
	}
	w.dst = append(w.dst, ']')
}

var pow10 = [...]float64{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12}

// digitPairs holds "00" to "99".
const digitPairs = "00010203040506070809101112131415161718192021222324252627282930313233343536373839404142434445464748495051525354555657585960616263646566676869707172737475767778798081828384858687888990919293949596979899"

// appendFixed appends f rounded to a number of decimals (half away from zero),
// without needless zeros; scale is 10^decimals. Through an integer it takes a
// quarter of the time of strconv.
func appendFixed(dst []byte, f float64, decimals int, scale float64) []byte {
	scaled := f * scale
	negative := scaled < 0
	if negative {
		scaled = -scaled
	}
	if scaled >= 1<<53 {
		// Beyond, a float64 has no such decimals.
		return strconv.AppendFloat(dst, f, 'f', -1, 64)
	}
	n := uint64(scaled + 0.5)
	if n == 0 {
		return append(dst, '0')
	}
	if negative {
		dst = append(dst, '-')
	}
	// Digits are written from the last to the first; zeros at the end of the
	// decimals are skipped.
	var buf [24]byte
	at := len(buf)
	left := decimals
	for left > 0 && n%10 == 0 {
		n /= 10
		left--
	}
	if left > 0 {
		for ; left > 1; left -= 2 {
			pair := n % 100 * 2
			n /= 100
			at -= 2
			buf[at], buf[at+1] = digitPairs[pair], digitPairs[pair+1]
		}
		if left == 1 {
			at--
			buf[at] = byte('0' + n%10)
			n /= 10
		}
		at--
		buf[at] = '.'
	}
	for n >= 10 {
		pair := n % 100 * 2
		n /= 100
		at -= 2
		buf[at], buf[at+1] = digitPairs[pair], digitPairs[pair+1]
	}
	if n > 0 || at == len(buf) || buf[at] == '.' {
		at--
		buf[at] = byte('0' + n)
	}
	return append(dst, buf[at:]...)
}

func emptyBounds() bounds {
	return bounds{math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)}
}
