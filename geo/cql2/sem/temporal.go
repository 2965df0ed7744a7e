package sem

import (
	"math"

	"github.com/arpent-geo/arpent/geo"
)

// Span is a closed interval of time in microseconds since 1970, or in days for
// a Temporal of dates. An open end is geo.NegInfinity or geo.PosInfinity.
type Span struct{ Start, End int64 }

const dayUS = 86400 * 1000000

// Bounds returns the span of a value: of its whole day in microseconds for a
// date, unless days counts in days.
func Bounds(v geo.Value, days bool) Span {
	n := v.Int()
	if v.Kind != geo.KindDate || days || n == geo.NegInfinity || n == geo.PosInfinity {
		return Span{n, n}
	}
	switch {
	case n > math.MaxInt64/dayUS-2:
		return Span{geo.PosInfinity, geo.PosInfinity}
	case n < math.MinInt64/dayUS+2:
		return Span{geo.NegInfinity, geo.NegInfinity}
	}
	return Span{n * dayUS, n*dayUS + dayUS - 1}
}

// Relate computes a temporal predicate (OGC 21-065r2, 7.12, after Allen).
func Relate(op geo.TemporalOp, a, b Span) bool {
	switch op {
	case geo.TAfter:
		return a.Start > b.End
	case geo.TBefore:
		return a.End < b.Start
	case geo.TDisjoint:
		return a.End < b.Start || a.Start > b.End
	case geo.TEquals:
		return a == b
	case geo.TIntersects:
		return a.Start <= b.End && a.End >= b.Start
	case geo.TContains:
		return a.Start < b.Start && a.End > b.End
	case geo.TDuring:
		return a.Start > b.Start && a.End < b.End
	case geo.TFinishedBy:
		return a.Start < b.Start && a.End == b.End
	case geo.TFinishes:
		return a.Start > b.Start && a.End == b.End
	case geo.TMeets:
		return a.End == b.Start
	case geo.TMetBy:
		return a.Start == b.End
	case geo.TOverlappedBy:
		return a.Start > b.Start && a.Start < b.End && a.End > b.End
	case geo.TOverlaps:
		return a.Start < b.Start && a.End > b.Start && a.End < b.End
	case geo.TStartedBy:
		return a.Start == b.Start && a.End > b.End
	case geo.TStarts:
		return a.Start == b.Start && a.End < b.End
	}
	return false
}
