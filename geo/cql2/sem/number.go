package sem

import (
	"math"
	"strconv"

	"github.com/arpent-geo/arpent/geo"
)

// Arithmetic computes a op b in 64-bit floats; ok is false where the result is
// null: a division by zero, or anything that is not finite. Quotients are
// truncated towards zero by div; % is a - b·(a div b), so that every store
// computes the same bits.
func Arithmetic(op geo.ArithmeticOp, a, b float64) (f float64, ok bool) {
	switch op {
	case geo.Add:
		f = a + b
	case geo.Sub:
		f = a - b
	case geo.Mul:
		f = a * b
	case geo.Div:
		f = a / b
	case geo.IntDiv:
		f = math.Trunc(a / b)
	case geo.Mod:
		// The conversion forbids a fused operation, which rounds once only.
		f = a - float64(b*math.Trunc(a/b))
	case geo.Pow:
		f = pow(a, b)
	}
	return f, !math.IsNaN(f) && !math.IsInf(f, 0)
}

// pow is math.Pow, right for subnormal a too: the logarithm that math.Pow takes
// on amd64 is not.
func pow(a, b float64) float64 {
	if a == 0 || math.Abs(a) >= 0x1p-1022 {
		return math.Pow(a, b)
	}
	return math.Pow(a*0x1p54, b) * math.Pow(2, -54*b)
}

// Float returns a number of any kind as a 64-bit float.
func Float(v geo.Value) float64 {
	switch v.Kind {
	case geo.KindInt:
		return float64(v.Int())
	case geo.KindDecimal:
		f, err := strconv.ParseFloat(string(v.Bytes), 64)
		if err != nil {
			return math.NaN()
		}
		return f
	}
	return v.Float()
}
