package api

import (
	"context"
	"net/url"
	"strings"

	"github.com/arpent-geo/arpent/geo"
)

// span is what datetime asks: instants, both ends included.
type span struct {
	start, end         int64 // microseconds since 1970, UTC
	openStart, openEnd bool
}

const (
	dayMicros  = 86_400_000_000
	dateLength = len("2024-01-31")
)

// parseDatetime reads datetime (17-069r4, 7.15.4). The condition is nil when
// nothing was asked, or when the layer has no declared time: an item without
// time matches any.
func parseDatetime(q url.Values, l *geo.Layer) (geo.Expr, error) {
	if !q.Has("datetime") {
		return nil, nil
	}
	asked, ok := parseSpan(q.Get("datetime"))
	if !ok {
		return nil, geo.Invalid("datetime", geo.Text{FR: quotedFR(q.Get("datetime")) + " n'est ni un instant ni un intervalle", EN: quoted(q.Get("datetime")) + " is neither an instant nor an interval"},
			geo.Text{FR: "par exemple 2024-01-31T12:00:00Z, 2024-01-01/2024-12-31 ou 2024-01-01/..", EN: "such as 2024-01-31T12:00:00Z, 2024-01-01/2024-12-31 or 2024-01-01/.."})
	}
	start, end := l.TimeProperties()
	if start == nil && end == nil && l.Temporal != (geo.TimeColumns{}) {
		return nil, geo.Invalid("datetime", geo.Text{FR: "les colonnes de temps déclarées pour cette couche n'y sont pas, ou ne sont ni dates ni instants", EN: "the time columns declared for this collection are not there, or are neither dates nor instants"},
			geo.Text{FR: "corrigez temporal dans les réglages", EN: "mend temporal in the settings"})
	}
	return asked.condition(start, end)
}

// parseSpan reads an instant, a day, or an interval of them with open ends.
func parseSpan(text string) (s span, ok bool) {
	parts := strings.Split(text, "/")
	if len(parts) > 2 {
		return s, false
	}
	read := func(part string) (int64, bool) {
		v, err := geo.ParseValue(geo.KindTimestampTZ, part)
		return v.Int(), err == nil && !strings.Contains(part, "infinity")
	}
	first, last := parts[0], parts[len(parts)-1]
	if len(parts) == 2 {
		s.openStart, s.openEnd = first == "" || first == "..", last == "" || last == ".."
	}
	if s.openStart && s.openEnd {
		return s, false
	}
	ok = true
	if !s.openStart {
		s.start, ok = read(first)
	}
	if !s.openEnd && ok {
		s.end, ok = read(last)
		if len(last) == dateLength { // the whole day
			s.end += dayMicros - 1
		}
	}
	return s, ok && (s.openStart || s.openEnd || s.start <= s.end)
}

// condition selects the rows whose time meets the span. One property is an
// instant, or a day as a whole; two are an interval, open where one is null. A
// row without any time matches.
func (s span) condition(start, end *geo.Property) (geo.Expr, error) {
	var all []geo.Expr
	bound := func(p *geo.Property, op geo.CompareOp, us int64, open bool) error {
		if p == nil || open {
			return nil
		}
		beyond, err := geo.NewCompare(op, geo.PropertyRef{Property: p}, timeLiteral(p, us))
		if err != nil {
			return err
		}
		either, err := geo.NewOr(geo.IsNull{Operand: geo.PropertyRef{Property: p}}, beyond)
		all = append(all, either)
		return err
	}
	if end == nil { // an instant
		end = start
	}
	if err := bound(start, geo.LE, s.end, s.openEnd); err != nil {
		return nil, err
	}
	if err := bound(end, geo.GE, s.start, s.openStart); err != nil || len(all) == 0 {
		return nil, err
	}
	return geo.NewAnd(all...)
}

// timeLiteral is an instant as it compares with a property: as a day with days.
func timeLiteral(p *geo.Property, us int64) geo.Literal {
	if p.Kind != geo.KindDate {
		return geo.Literal{Value: geo.Instant(us)}
	}
	day := us / dayMicros
	if us%dayMicros < 0 {
		day--
	}
	return geo.Literal{Value: geo.Date(day)}
}

// asInstant is a date or a time without zone as the instant it stands for.
func asInstant(v geo.Value) geo.Value {
	if v.IsNull() || v.Int() == geo.PosInfinity || v.Int() == geo.NegInfinity {
		return geo.Null()
	}
	if v.Kind == geo.KindDate {
		return geo.Instant(v.Int() * dayMicros)
	}
	return geo.Instant(v.Int())
}

// timeWriter writes the member time of JSON-FG (21-045r1, 8.4).
type timeWriter struct {
	start, end int // indexes in the values of a row; -1: none
	days       bool
	interval   bool
}

func newTimeWriter(l *geo.Layer, properties []int) timeWriter {
	start, end := l.TimeProperties()
	w := timeWriter{start: -1, end: -1, interval: end != nil, days: (start == nil || start.Kind == geo.KindDate) && (end == nil || end.Kind == geo.KindDate)}
	place := func(p *geo.Property) int {
		for i := range l.Properties {
			if properties == nil && p == &l.Properties[i] {
				return i
			}
		}
		for at, i := range properties {
			if p == &l.Properties[i] {
				return at
			}
		}
		return -1
	}
	if start != nil {
		w.start = place(start)
	}
	if end != nil {
		w.end = place(end)
	}
	return w
}

// append writes the time of a row: null when it has none, or when it was not
// among the properties asked.
func (w timeWriter) append(dst []byte, values []geo.Value) []byte {
	at := func(i int) geo.Value {
		if i < 0 {
			return geo.Null()
		}
		v := asInstant(values[i])
		if w.days && !v.IsNull() {
			return values[i]
		}
		return v
	}
	start, end := at(w.start), at(w.end)
	switch {
	case start.IsNull() && end.IsNull():
		return append(dst, "null"...)
	case w.interval:
		dst = appendOpen(append(dst, `{"interval":[`...), start)
		return append(appendOpen(append(dst, ','), end), "]}"...)
	case w.days:
		return append(start.AppendJSON(append(dst, `{"date":`...)), '}')
	}
	return append(start.AppendJSON(append(dst, `{"timestamp":`...)), '}')
}

func appendOpen(dst []byte, v geo.Value) []byte {
	if v.IsNull() {
		return append(dst, `".."`...)
	}
	return v.AppendJSON(dst)
}

// temporalExtent is the time of a layer, from its first to its last (17-069r4,
// 7.13.2): null is open.
type temporalExtent struct {
	Interval [1][2]*string `json:"interval"`
	TRS      string        `json:"trs"`
}

const gregorian = "http://www.opengis.net/def/uom/ISO-8601/0/Gregorian"

// timeExtent finds the time of a layer, or nil when it has none or when
// finding out takes more than the budget of a count. It is kept as long as the
// data has the same version.
func (s *Server) timeExtent(ctx context.Context, l *geo.Layer) *temporalExtent {
	start, end := l.TimeProperties()
	if start == nil && end == nil {
		return nil
	}
	v, err := s.store.Version(ctx, l)
	if err != nil {
		return nil
	}
	key := digest(v.Tag, layerShape(l))
	if known, ok := s.times.GetIfPresent(key); ok && v.Tag != "" {
		return known
	}
	found, err := s.timesOf.do(ctx, key, s.o.CountBudget, func(ctx context.Context) (*temporalExtent, error) {
		return s.findTimes(ctx, l, start, end)
	})
	if err != nil {
		return nil
	}
	s.times.Set(key, found)
	return found
}

func (s *Server) findTimes(ctx context.Context, l *geo.Layer, start, end *geo.Property) (*temporalExtent, error) {
	out := &temporalExtent{TRS: gregorian}
	instant := end == nil
	if instant {
		end = start
	}
	var err error
	if start != nil {
		if out.Interval[0][0], err = s.edge(ctx, l, start, false, instant); err != nil {
			return nil, err
		}
	}
	out.Interval[0][1], err = s.edge(ctx, l, end, true, instant)
	return out, err
}

// edge returns the least or the greatest value of a property. A null of an
// interval is an open end: nothing lies beyond it.
func (s *Server) edge(ctx context.Context, l *geo.Layer, p *geo.Property, greatest, instant bool) (*string, error) {
	if !instant {
		v, err := s.firstBy(ctx, l, p, true, false) // nulls are the highest
		if err != nil || v.IsNull() || greatest {
			return timeText(v, greatest), err
		}
	}
	v, err := s.firstBy(ctx, l, p, greatest, true)
	return timeText(v, greatest), err
}

func (s *Server) firstBy(ctx context.Context, l *geo.Layer, p *geo.Property, desc, known bool) (geo.Value, error) {
	q := geo.ItemQuery{Layer: l, Limit: 1, Sort: []geo.SortKey{{Property: p, Desc: desc}}, Properties: []int{propertyIndex(l, p.Name)}, SkipGeometry: true}
	if known {
		q.Filter = geo.Not{Operand: geo.IsNull{Operand: geo.PropertyRef{Property: p}}}
	}
	for row, err := range s.store.Items(ctx, q) {
		if err != nil {
			return geo.Null(), err
		}
		return row.Values[0].Clone(), nil
	}
	return geo.Null(), nil
}

// timeText is an instant as text; a day begins or, as the greatest, ends. nil: open.
func timeText(v geo.Value, greatest bool) *string {
	day := v.Kind == geo.KindDate
	if v = asInstant(v); v.IsNull() {
		return nil
	}
	if day && greatest {
		v = geo.Instant(v.Int() + dayMicros - 1)
	}
	text := string(v.AppendText(nil))
	return &text
}
