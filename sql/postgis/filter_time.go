package postgis

import (
	"slices"
	"strings"

	"github.com/arpent-geo/arpent/geo"
	"github.com/arpent-geo/arpent/geo/cql2/sem"
)

// allen is a predicate as sem.Relate has it: start and end of the
// left operand are s and e, of the right one S and E.
func allen(op geo.TemporalOp) string {
	switch op {
	case geo.TAfter:
		return "s > E"
	case geo.TBefore:
		return "e < S"
	case geo.TDisjoint:
		return "e < S OR s > E"
	case geo.TEquals:
		return "s = S AND e = E"
	case geo.TIntersects:
		return "s <= E AND e >= S"
	case geo.TContains:
		return "s < S AND e > E"
	case geo.TDuring:
		return "s > S AND e < E"
	case geo.TFinishedBy:
		return "s < S AND e = E"
	case geo.TFinishes:
		return "s > S AND e = E"
	case geo.TMeets:
		return "e = S"
	case geo.TMetBy:
		return "s = E"
	case geo.TOverlappedBy:
		return "s > S AND s < E AND e > E"
	case geo.TOverlaps:
		return "s < S AND e > S AND e < E"
	case geo.TStartedBy:
		return "s = S AND e > E"
	case geo.TStarts:
		return "s = S AND e < E"
	}
	return ""
}

// temporal writes a temporal predicate.
func (p *printer) temporal(e geo.Temporal, loose bool) string {
	formula := allen(e.Op)
	if formula == "" {
		return p.unknown(e)
	}
	k := classUTC
	switch {
	case e.Days:
		k = classDay
	case onlyInstants(ends(e.Left)) && onlyInstants(ends(e.Right)):
		k = classInstant
	}
	left, right := ends(e.Left), ends(e.Right)
	words := strings.Fields(formula)
	for i, w := range words {
		switch w {
		case "s":
			words[i] = p.end(left.Start, k, false)
		case "e":
			words[i] = p.end(left.End, k, true)
		case "S":
			words[i] = p.end(right.Start, k, false)
		case "E":
			words[i] = p.end(right.End, k, true)
		}
	}
	cond := "(" + strings.Join(words, " ") + ")"
	columns := p.ownColumns(left, right)
	if len(columns) == 0 || len(columns) == 1 && instantly(e.Left) && instantly(e.Right) {
		return cond // every comparison has the one column
	}
	// A null end makes the whole null, even where no comparison needs it.
	if loose {
		return "(" + cond + " AND " + strings.Join(columns, " IS NOT NULL AND ") + " IS NOT NULL)"
	}
	return "(CASE WHEN " + strings.Join(columns, " IS NULL OR ") + " IS NULL THEN NULL ELSE " + cond + " END)"
}

// instantly reports whether an operand is not an interval.
func instantly(e geo.Expr) bool { return e.Type() != geo.TypeInterval }

// ends returns an operand as an interval.
func ends(e geo.Expr) geo.Interval {
	if i, ok := e.(geo.Interval); ok {
		return i
	}
	return geo.Interval{Start: e, End: e}
}

// ownColumns are the columns in the ends of intervals, each once.
func (p *printer) ownColumns(intervals ...geo.Interval) []string {
	var out []string
	for _, i := range intervals {
		for _, e := range []geo.Expr{i.Start, i.End} {
			if ref, ok := e.(geo.PropertyRef); ok && !slices.Contains(out, p.column(ref.Property).name) {
				out = append(out, p.column(ref.Property).name)
			}
		}
	}
	return out
}

// onlyInstants reports whether no end is a column other than a timestamptz.
func onlyInstants(i geo.Interval) bool {
	for _, e := range []geo.Expr{i.Start, i.End} {
		if e != nil && !constant(e) && kindOf(e) != geo.KindTimestampTZ {
			return false
		}
	}
	return true
}

// end writes where an operand starts or ends: a date starts at midnight and
// lasts to the last microsecond of its day.
func (p *printer) end(e geo.Expr, k class, last bool) string {
	switch e := e.(type) {
	case nil:
		if last {
			return p.instant(geo.PosInfinity, k)
		}
		return p.instant(geo.NegInfinity, k)
	case geo.Literal:
		s := sem.Bounds(e.Value, k == classDay)
		if last {
			return p.instant(s.End, k)
		}
		return p.instant(s.Start, k)
	case geo.PropertyRef:
		if e.Property.Kind != geo.KindDate || k == classDay {
			return p.moment(e, k)
		}
		day := p.column(e.Property).name // dates go further than timestamps do
		out := "(CASE WHEN " + day + " >= '294000-01-01' THEN 'infinity' ELSE " + day + "::timestamp END)"
		if last {
			out = "(" + out + " + interval '86399.999999 seconds')"
		}
		return out
	}
	return p.unknown(e)
}

// nullInterval writes what is null when an end of the interval is.
func (p *printer) nullInterval(e geo.Expr) string {
	columns := p.ownColumns(ends(e))
	if len(columns) == 0 {
		return "TRUE"
	}
	return "(CASE WHEN " + strings.Join(columns, " IS NULL OR ") + " IS NULL THEN NULL ELSE TRUE END)"
}
