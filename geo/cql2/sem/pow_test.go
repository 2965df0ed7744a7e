package sem_test

import (
	"math"
	"testing"

	"github.com/arpent-geo/arpent/geo"
	"github.com/arpent-geo/arpent/geo/cql2/sem"
)

// The expected values are those of the C library.
func TestPowerOfSubnormal(t *testing.T) {
	for _, c := range []struct{ a, b, want float64 }{
		{5e-324, 0.1, 4.6706622762338734e-33}, {5e-324, 0.5, 2.2227587494850775e-162}, {-5e-324, 3, 0}, {5e-324, 2, 0}, {5e-324, 0, 1},
	} {
		if got, ok := sem.Arithmetic(geo.Pow, c.a, c.b); !ok || math.Abs(got-c.want) > c.want*1e-13 {
			t.Errorf("%v ^ %v: %v, %v, want %v", c.a, c.b, got, ok, c.want)
		}
	}
	for _, b := range []float64{-1, 0.5} {
		if got, ok := sem.Arithmetic(geo.Pow, -5e-324, b); ok {
			t.Errorf("-5e-324 ^ %v: %v, want null", b, got)
		}
	}
}
