package gpkg

import (
	"database/sql/driver"
	"math"
	"strconv"
	"time"

	"github.com/arpent-geo/arpent/geo"
	"github.com/arpent-geo/arpent/geo/cql2/sem"
)

// filterFunctions are the functions that filters print. Those that look up
// their call are not pure.
func (c *calls) filterFunctions() []function {
	return []function{
		{"arpent_like", 2, true, texts(2, func(s []string) driver.Value { return sem.Like(s[0], s[1]) })},
		{"arpent_fold", 2, true, texts(2, func(s []string) driver.Value { return fold(s[0], s[1]) })},
		{"arpent_calc", 3, true, calc},
		{"arpent_float", 1, true, func(args []driver.Value) (driver.Value, error) { return orNull(toFloat(args[0])) }},
		{"arpent_midnight", 1, true, ofDay(func(s sem.Span) int64 { return s.Start })},
		{"arpent_last_us", 1, true, ofDay(func(s sem.Span) int64 { return s.End })},
		{"arpent_relate", 5, true, relateSpans},
		{"arpent_year", 2, true, year},
		{"arpent_json", 2, true, element},
		{"arpent_array_test", 3, true, texts(3, arrayTest)},
		{"arpent_centroid", 1, true, func(args []driver.Value) (driver.Value, error) { return centroid(args[0]), nil }},
		{"arpent_spatial", 4, false, c.onRow(func(k *call, args []driver.Value) driver.Value {
			n, _ := args[0].(int64)
			if n < 0 || n >= int64(len(k.tests)) {
				return nil
			}
			return nullable(k.tests[n].holds(args[1], args[2]))
		})},
		{"arpent_measure", 3, false, c.onRow(func(k *call, args []driver.Value) driver.Value {
			name, _ := args[0].(string)
			if f, ok := k.measures.measure(name, args[1]); ok {
				return f
			}
			return nil
		})},
		{"arpent_near", 5, false, c.onRow(func(k *call, args []driver.Value) driver.Value {
			place, _ := args[0].(int64)
			metres, ok := toFloat(args[3])
			if !ok {
				return nil
			}
			return nullable(k.measures.near(place, args[1], args[2], metres))
		})},
	}
}

// onRow makes a function of what a call holds; it ends a scan that nobody
// waits for.
func (c *calls) onRow(do func(*call, []driver.Value) driver.Value) func([]driver.Value) (driver.Value, error) {
	return func(args []driver.Value) (driver.Value, error) {
		k := c.find(args[0])
		if err := k.alive(); err != nil {
			return nil, err
		}
		return do(k, args[1:]), nil
	}
}

func nullable(b, null bool) driver.Value {
	if null {
		return nil
	}
	return b
}

// texts makes a function of texts, NULL when one of them is not a text.
func texts(n int, do func([]string) driver.Value) func([]driver.Value) (driver.Value, error) {
	return func(args []driver.Value) (driver.Value, error) {
		list := make([]string, n)
		for i := range list {
			s, ok := args[i].(string)
			if !ok {
				return nil, nil
			}
			list[i] = s
		}
		return do(list), nil
	}
}

func fold(op, s string) string {
	switch op {
	case "UPPER":
		return sem.Upper(s)
	case "LOWER":
		return sem.Lower(s)
	}
	return sem.Fold(geo.FoldOp(op), s)
}

func orNull(f float64, ok bool) (driver.Value, error) {
	if !ok {
		return nil, nil
	}
	return f, nil
}

// toFloat reads a number, or the text of a decimal.
func toFloat(v driver.Value) (float64, bool) {
	switch v := v.(type) {
	case int64:
		return float64(v), true
	case float64:
		return v, true
	case bool:
		return float64(btoi(v)), true
	case string:
		if rank := decimalRank(v); rank == rankText || rank == rankNaN {
			return 0, false
		}
		f, err := strconv.ParseFloat(v, 64)
		return f, err == nil || math.IsInf(f, 0)
	}
	return 0, false
}

func calc(args []driver.Value) (driver.Value, error) {
	op, _ := args[0].(string)
	a, ok1 := toFloat(args[1])
	b, ok2 := toFloat(args[2])
	if !ok1 || !ok2 {
		return nil, nil
	}
	return orNull(sem.Arithmetic(geo.ArithmeticOp(op), a, b))
}

// ofDay makes a function of a number of days.
func ofDay(end func(sem.Span) int64) func([]driver.Value) (driver.Value, error) {
	return func(args []driver.Value) (driver.Value, error) {
		days, ok := args[0].(int64)
		if !ok {
			return nil, nil
		}
		return end(sem.Bounds(geo.Date(days), false)), nil
	}
}

func relateSpans(args []driver.Value) (driver.Value, error) {
	op, _ := args[0].(string)
	var ends [4]int64
	for i := range ends {
		n, ok := args[i+1].(int64)
		if !ok {
			return nil, nil
		}
		ends[i] = n
	}
	return sem.Relate(geo.TemporalOp(op), sem.Span{Start: ends[0], End: ends[1]}, sem.Span{Start: ends[2], End: ends[3]}), nil
}

// year is that of days or of microseconds, in UTC; NULL for infinities.
func year(args []driver.Value) (driver.Value, error) {
	of, _ := args[0].(string)
	n, ok := args[1].(int64)
	if !ok || n == geo.NegInfinity || n == geo.PosInfinity {
		return nil, nil
	}
	if of == geo.TypeDate.String() {
		return int64(time.Unix(n*86400, 0).UTC().Year()), nil
	}
	return int64(time.UnixMicro(n).UTC().Year()), nil
}

// element is the JSON of a value of a type.
func element(args []driver.Value) (driver.Value, error) {
	of, _ := args[0].(int64)
	return string(typed(geo.Type(of), args[1]).AppendJSON(nil)), nil
}

// typed is a value of SQL as that of a type.
func typed(of geo.Type, v driver.Value) geo.Value {
	switch v := v.(type) {
	case string:
		if of == geo.TypeNumber { // a decimal
			if f, ok := toFloat(v); ok {
				return geo.Float(f)
			}
			return geo.Null()
		}
		return geo.String(v)
	case float64:
		return geo.Float(v)
	case bool:
		return geo.Bool(v)
	case int64:
		switch of {
		case geo.TypeBool:
			return geo.Bool(v != 0)
		case geo.TypeDate:
			return geo.Date(v)
		case geo.TypeInstant:
			return geo.Instant(v)
		}
		return geo.Float(float64(v))
	}
	return geo.Null()
}

// arrayTest is an operator and two JSON arrays; NULL for what is no array.
func arrayTest(args []string) driver.Value {
	a, ok1 := sem.Elements([]byte(args[1]))
	b, ok2 := sem.Elements([]byte(args[2]))
	if !ok1 || !ok2 {
		return nil
	}
	return sem.RelateArrays(geo.ArrayOp(args[0]), a, b)
}
