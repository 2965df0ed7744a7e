package planar

import (
	"math"
	"math/big"
)

// orient returns the side of the line a→b on which c lies: 1 left, -1 right, 0
// on the line, exactly. The floating determinant is trusted when it exceeds
// its own rounding error (Shewchuk 1997, ccwerrboundA); else rational numbers
// decide.
func orient(ax, ay, bx, by, cx, cy float64) int {
	left, right := (ax-cx)*(by-cy), (ay-cy)*(bx-cx)
	det := left - right
	if bound := 3.3306690738754716e-16 * (math.Abs(left) + math.Abs(right)); det > bound || -det > bound {
		return sign(det)
	}
	if math.IsNaN(det) || math.IsInf(det, 0) {
		return 0
	}
	return orientExact(ax, ay, bx, by, cx, cy)
}

func sign(x float64) int {
	if x > 0 {
		return 1
	}
	return -1
}

func orientExact(ax, ay, bx, by, cx, cy float64) int {
	diff := func(p, q float64) *big.Rat {
		a, b := new(big.Rat).SetFloat64(p), new(big.Rat).SetFloat64(q)
		if a == nil || b == nil { // not finite
			return new(big.Rat)
		}
		return a.Sub(a, b)
	}
	left := diff(ax, cx)
	left.Mul(left, diff(by, cy))
	right := diff(ay, cy)
	right.Mul(right, diff(bx, cx))
	return left.Cmp(right)
}

// segmentsMeet reports whether the closed segments ab and cd share a point.
func segmentsMeet(ax, ay, bx, by, cx, cy, dx, dy float64) bool {
	if math.Max(ax, bx) < math.Min(cx, dx) || math.Max(cx, dx) < math.Min(ax, bx) ||
		math.Max(ay, by) < math.Min(cy, dy) || math.Max(cy, dy) < math.Min(ay, by) {
		return false
	}
	return orient(ax, ay, bx, by, cx, cy)*orient(ax, ay, bx, by, dx, dy) <= 0 &&
		orient(cx, cy, dx, dy, ax, ay)*orient(cx, cy, dx, dy, bx, by) <= 0
}

// location of a point against a ring.
type location int

const (
	outside location = iota
	boundary
	inside
)

// locate tells where x, y lies against a closed ring of stride ordinates.
func locate(x, y float64, ring []float64, stride int) location {
	in := false
	for k := stride; k+1 < len(ring); k += stride {
		ax, ay, bx, by := ring[k-stride], ring[k-stride+1], ring[k], ring[k+1]
		if bx == x && by == y {
			return boundary
		}
		if ay == y && by == y && (ax <= x) != (bx < x) && (ax < x) != (bx <= x) {
			return boundary
		}
		if (ay > y) == (by > y) {
			continue
		}
		switch o := orient(ax, ay, bx, by, x, y); {
		case o == 0:
			return boundary
		case (o > 0) == (by > ay):
			in = !in
		}
	}
	if in {
		return inside
	}
	return outside
}
