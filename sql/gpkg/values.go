package gpkg

import (
	"strconv"

	"github.com/arpent-geo/arpent/geo"
)

// cell receives one value of a row as the driver made it: the driver of this
// package makes fresh bytes for each, so they live as long as the cell does.
type cell struct{ v any }

// Scan keeps src.
func (c *cell) Scan(src any) error {
	c.v = src
	return nil
}

// value is a cell of a column of kind k. SQLite lets a cell hold another type
// than its column: it is then given as it is.
func (c *cell) value(k geo.Kind) geo.Value {
	switch v := c.v.(type) {
	case int64:
		switch k {
		case geo.KindBool:
			return geo.Bool(v != 0)
		case geo.KindReal:
			return geo.Real(float32(v))
		case geo.KindFloat:
			return geo.Float(float64(v))
		case geo.KindDecimal:
			return geo.Decimal(strconv.AppendInt(nil, v, 10))
		}
		return geo.Int(v)
	case float64:
		switch k {
		case geo.KindReal:
			return geo.Real(float32(v))
		case geo.KindDecimal:
			return geo.Decimal(strconv.AppendFloat(nil, v, 'f', -1, 64))
		}
		return geo.Float(v)
	case string:
		return textValue(v, k)
	case []byte:
		return geo.BytesValue(v)
	}
	return geo.Null()
}

func textValue(s string, k geo.Kind) geo.Value {
	switch k {
	case geo.KindDate:
		if days, ok := parseDate(s); ok {
			return geo.Date(days)
		}
	case geo.KindTimestamp, geo.KindTimestampTZ:
		if us, ok := parseTime(s); ok {
			return geo.Value{Kind: k, Num: uint64(us)}
		}
	case geo.KindDecimal:
		if decimalRank(s) != rankText {
			return geo.Decimal([]byte(s))
		}
	case geo.KindUUID, geo.KindJSON, geo.KindArray:
		return geo.Value{Kind: k, Bytes: []byte(s)}
	}
	return geo.TextValue([]byte(s))
}

// blob is the cell of a geometry column.
func (c *cell) blob() []byte {
	b, _ := c.v.([]byte)
	return b
}

// keyValue is a cell selected by column.order: dates are numbers there.
func (c *cell) keyValue(k geo.Kind) geo.Value {
	if n, ok := c.v.(int64); ok && (k == geo.KindDate || k == geo.KindTimestamp || k == geo.KindTimestampTZ) {
		return geo.Value{Kind: k, Num: uint64(n)}
	}
	return c.value(k)
}

// bindKey is the reverse of keyValue: what column.order compares with.
func bindKey(v geo.Value, c *column) any {
	switch v.Kind {
	case geo.KindDate, geo.KindTimestamp, geo.KindTimestampTZ:
		return v.Int()
	}
	return bind(v, c.affinity)
}

// bind is a value as the driver takes it, for a column of that affinity.
func bind(v geo.Value, affinity string) any {
	switch v.Kind {
	case geo.KindNull:
		return nil
	case geo.KindBool, geo.KindInt:
		return v.Int()
	case geo.KindReal, geo.KindFloat:
		return v.Float()
	case geo.KindBytes:
		if v.Bytes == nil {
			return []byte{}
		}
		return v.Bytes
	case geo.KindDate:
		return dateText(v.Int())
	case geo.KindTimestamp:
		return timeText(v.Int(), "")
	case geo.KindTimestampTZ:
		return timeText(v.Int(), "Z")
	case geo.KindDecimal:
		if affinity != "TEXT" {
			return number(string(v.Bytes))
		}
	}
	return string(v.Bytes)
}

// number reads a decimal as what SQLite stores in a column of numbers.
func number(s string) any {
	if n, err := strconv.ParseInt(s, 10, 64); err == nil {
		return n
	}
	if f, err := strconv.ParseFloat(s, 64); err == nil {
		return f
	}
	return s
}
