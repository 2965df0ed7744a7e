package geojson

import (
	"errors"
	"strings"
	"testing"

	"github.com/arpent-geo/arpent/geo"
	"github.com/arpent-geo/arpent/geo/geojson"
)

func TestKindOfColumn(t *testing.T) {
	tests := []struct {
		values string // raw JSON, separated by spaces
		want   geo.Kind
		mixed  bool
	}{
		{``, geo.KindText, false},
		{`null null`, geo.KindText, false},
		{`true null false`, geo.KindBool, false},
		{`1 -2 null`, geo.KindInt, false},
		{`9223372036854775807 1`, geo.KindInt, false},
		{`9223372036854775808 1`, geo.KindDecimal, false},
		{`1 2.5`, geo.KindFloat, false},
		{`1e3`, geo.KindFloat, false},
		{`1e400`, geo.KindDecimal, false},
		{`9007199254740993 0.5`, geo.KindDecimal, false}, // a float would round it
		{`9007199254740991 0.5`, geo.KindFloat, false},
		{`"01001" "2A004"`, geo.KindText, false},
		{`"1" "2"`, geo.KindText, false}, // never a number
		{`"2024-01-01" null "2024-02-29"`, geo.KindDate, false},
		{`"2024-01-01" "2023-02-29"`, geo.KindText, false}, // no such day
		{`"2024-01-01" ""`, geo.KindText, false},
		{`"2024-01-01T10:00:00"`, geo.KindTimestamp, false},
		{`"2024-01-01T10:00:00Z" "2024-01-01T10:00:00.5+01:00"`, geo.KindTimestampTZ, false},
		{`"2024-01-01T10:00:00Z" "2024-01-01T10:00:00"`, geo.KindText, false},
		{`"2024-01-01" "2024-01-01T10:00:00"`, geo.KindText, false},
		{`{"a":1}`, geo.KindJSON, false},
		{`[1,2] "x"`, geo.KindJSON, false},
		{`1 "x"`, geo.KindText, true},
		{`true 1`, geo.KindText, true},
	}
	for _, tt := range tests {
		var c column
		for _, raw := range strings.Fields(tt.values) {
			c.see(parse(t, raw))
		}
		if k, mixed := c.kind(); k != tt.want || mixed != tt.mixed {
			t.Errorf("%s: %s, %v; want %s, %v", tt.values, k, mixed, tt.want, tt.mixed)
			continue
		}
		k, _ := c.kind()
		for _, raw := range strings.Fields(tt.values) {
			if _, _, ok := convert(k, parse(t, raw), nil); !ok {
				t.Errorf("%s does not fit the kind %s inferred from it", raw, k)
			}
		}
	}
}

func TestConvert(t *testing.T) {
	tests := []struct {
		kind geo.Kind
		raw  string
		want geo.Value
	}{
		{geo.KindText, `null`, geo.Null()},
		{geo.KindText, `"01001"`, geo.String("01001")},
		{geo.KindText, `"L\u00e9a \ud83c\udf0d \"x\"\\\n"`, geo.String("Léa 🌍 \"x\"\\\n")},
		{geo.KindText, `"a\u0000b"`, geo.String("a\ufffdb")},
		{geo.KindText, `"a\\u0000b"`, geo.String(`a\u0000b`)},
		{geo.KindText, `1.50`, geo.String("1.50")},
		{geo.KindText, `true`, geo.String("true")},
		{geo.KindInt, `-12`, geo.Int(-12)},
		{geo.KindFloat, `12`, geo.Float(12)},
		{geo.KindBool, `true`, geo.Bool(true)},
		{geo.KindDate, `"1970-01-02"`, geo.Date(1)},
		{geo.KindTimestamp, `"1970-01-01T00:00:01"`, geo.Timestamp(1e6)},
		{geo.KindTimestampTZ, `"1970-01-01T01:00:01+01:00"`, geo.Instant(1e6)},
		{geo.KindJSON, `{"a":[1,"b"]}`, geo.JSON([]byte(`{"a":[1,"b"]}`))},
		{geo.KindJSON, `{"a":"\u0000\\u0000"}`, geo.JSON([]byte(`{"a":"\ufffd\\u0000"}`))},
		{geo.KindJSON, `"x"`, geo.JSON([]byte(`"x"`))},
	}
	for _, tt := range tests {
		got, _, ok := convert(tt.kind, parse(t, tt.raw), []byte("before"))
		if !ok || !got.Equal(tt.want) {
			t.Errorf("%s as %s: %s, %v", tt.raw, tt.kind, got.AppendJSON(nil), ok)
		}
	}
	for _, bad := range []struct {
		kind geo.Kind
		raw  string
	}{{geo.KindInt, `1.5`}, {geo.KindInt, `"1"`}, {geo.KindBool, `1`}, {geo.KindDate, `"x"`}, {geo.KindFloat, `1e999`}, {geo.KindTimestamp, `"1970-01-01T00:00:01Z"`}} {
		if _, _, ok := convert(bad.kind, parse(t, bad.raw), nil); ok {
			t.Errorf("%s was read as %s", bad.raw, bad.kind)
		}
	}
}

func FuzzConvert(f *testing.F) {
	for _, raw := range []string{`"2024-01-31T12:34:56+01:00"`, `"a\u0000\\"`, `-1e5`, `12345678901234567890`, `{"a":1}`, `null`, `true`} {
		f.Add([]byte(raw))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		v, err := read(raw)
		if err != nil {
			return
		}
		var c column
		c.see(v)
		k, _ := c.kind()
		if got, _, ok := convert(k, v, nil); !ok {
			t.Errorf("%q does not fit the kind %s inferred from it", raw, k)
		} else if got.Kind != k && got.Kind != geo.KindNull {
			t.Errorf("%q gives a %s in a column of kind %s", raw, got.Kind, k)
		}
	})
}

// read gives raw JSON as the reader does.
func read(raw []byte) (geo.Value, error) {
	f, err := geojson.NewReader(strings.NewReader(`{"type":"Feature","geometry":null,"properties":{"v":`+string(raw)+`}}`), geojson.ReaderOptions{}).Next()
	if err != nil || len(f.Properties) == 0 {
		return geo.Value{}, errors.Join(err, errors.New("no value"))
	}
	return f.Properties[0].Value.Clone(), nil
}

func parse(t *testing.T, raw string) geo.Value {
	t.Helper()
	v, err := read([]byte(raw))
	if len(raw) > 0 && raw != "null" && err != nil {
		t.Fatalf("%s: %v", raw, err)
	}
	return v
}
