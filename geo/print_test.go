package geo

import (
	"bytes"
	"encoding/json"
	"math"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

// us is a time in microseconds, as timestamps are held.
func us(s string) int64 {
	t, err := time.Parse("2006-01-02T15:04:05.999999", s)
	if err != nil {
		panic(err)
	}
	return t.UnixMicro()
}

// TestPrint is the table of the printing rules: what both stores answer.
func TestPrint(t *testing.T) {
	real32 := func(f float64) Value { return Real(float32(f)) }
	for _, c := range []struct {
		v          Value
		json, text string
	}{
		{Null(), `null`, ``},
		{Bool(true), `true`, `true`},
		{Bool(false), `false`, `false`},
		{Int(0), `0`, `0`},
		{Int(math.MinInt64), `-9223372036854775808`, `-9223372036854775808`},
		{Int(1<<53 + 1), `9007199254740993`, `9007199254740993`},

		// real: shortest float32, not the digits of the float64 it becomes.
		{real32(0.1), `0.1`, `0.1`},
		{real32(16777216), `16777216`, `16777216`},
		{real32(3.4028235e38), `3.4028235e+38`, `3.4028235e+38`},
		{real32(math.Inf(1)), `null`, ``},
		{Float(0.1), `0.1`, `0.1`},
		{Float(1), `1`, `1`},
		{Float(-2.5), `-2.5`, `-2.5`},
		{Float(math.Copysign(0, -1)), `0`, `0`},
		{Float(1e-7), `1e-7`, `1e-7`},
		{Float(1e-6), `0.000001`, `0.000001`},
		{Float(1e20), `100000000000000000000`, `100000000000000000000`},
		{Float(1e21), `1e+21`, `1e+21`},
		{Float(5e-324), `5e-324`, `5e-324`},
		{Float(math.NaN()), `null`, ``},
		{Float(math.Inf(-1)), `null`, ``},

		{Decimal([]byte("1.50")), `1.5`, `1.5`},
		{Decimal([]byte("12.000")), `12`, `12`},
		{Decimal([]byte("-0.00")), `0`, `0`},
		{Decimal([]byte("0.0001000")), `0.0001`, `0.0001`},
		{Decimal([]byte("1E+3")), `1000`, `1000`},
		{Decimal([]byte("1.25e-3")), `0.00125`, `0.00125`},
		{Decimal([]byte("0012.5")), `12.5`, `12.5`},
		{Decimal([]byte(".5")), `0.5`, `0.5`},
		{Decimal([]byte("12345678901234567890.12345678901234567890")), `12345678901234567890.1234567890123456789`, `12345678901234567890.1234567890123456789`},
		{Decimal([]byte("1e400")), `1e400`, `1e400`},
		{Decimal([]byte("1" + strings.Repeat("0", 400))), `1e400`, `1e400`},
		{Decimal([]byte("123e-400")), `1.23e-398`, `1.23e-398`},
		{Decimal([]byte("NaN")), `null`, ``},
		{Decimal([]byte("Infinity")), `null`, ``},
		{Decimal([]byte("-Infinity")), `null`, ``},
		{Decimal(nil), `null`, ``},

		{String("L'Haÿ-les-Roses"), `"L'Haÿ-les-Roses"`, `L'Haÿ-les-Roses`},
		{String(`a"b\c</script>&`), `"a\"b\\c</script>&"`, `a"b\c</script>&`},
		{String("\x00\x1f\n\r\t\b\u007f\u2028"), `"\u0000\u001f\n\r\t\u0008` + "\u007f\u2028\"", "\x00\x1f\n\r\t\b\u007f\u2028"},
		{String("caf\xe9 \xe2\x82"), "\"caf\uFFFD \uFFFD\uFFFD\"", "caf\uFFFD \uFFFD\uFFFD"},
		{String("\uFFFD"), "\"\uFFFD\"", "\uFFFD"},
		{String(""), `""`, ``},

		{Date(0), `"1970-01-01"`, `1970-01-01`},
		{Date(19782), `"2024-02-29"`, `2024-02-29`},
		{Date(-1), `"1969-12-31"`, `1969-12-31`},
		{Date(-719528), `"0000-01-01"`, `0000-01-01`},
		{Date(-719529), `"-000001-12-31"`, `-000001-12-31`},
		{Date(2932897), `"+010000-01-01"`, `+010000-01-01`},
		{Date(PosInfinity), `"infinity"`, `infinity`},
		{Date(NegInfinity), `"-infinity"`, `-infinity`},

		{Timestamp(us("2024-01-02T03:04:05")), `"2024-01-02T03:04:05.000"`, `2024-01-02T03:04:05.000`},
		{Timestamp(us("2024-01-02T03:04:05.6789")), `"2024-01-02T03:04:05.678"`, `2024-01-02T03:04:05.678`},
		{Instant(us("2024-01-02T03:04:05.678999")), `"2024-01-02T03:04:05.678Z"`, `2024-01-02T03:04:05.678Z`},
		{Instant(-1), `"1969-12-31T23:59:59.999Z"`, `1969-12-31T23:59:59.999Z`},
		{Instant(PosInfinity), `"infinity"`, `infinity`},

		{UUID([]byte("123E4567-E89B-12D3-A456-426614174000")), `"123e4567-e89b-12d3-a456-426614174000"`, `123e4567-e89b-12d3-a456-426614174000`},
		{BytesValue([]byte{0xFB, 0xFF, 0}), `"+/8A"`, `+/8A`},
		{BytesValue(nil), `""`, ``},

		{JSON([]byte(` { "b" : [1.0, 1e0, 10E-1, -0, -0.0e5] , "a":{"é":null,"z":true} } `)), `{"a":{"z":true,"é":null},"b":[1,1,1,0,0]}`, `{"a":{"z":true,"é":null},"b":[1,1,1,0,0]}`},
		{JSON([]byte(`{"a":1,"b":2,"a":3}`)), `{"a":3,"b":2}`, `{"a":3,"b":2}`},
		{JSON([]byte(`{"\u0062":1,"\ud834\udd1e":2,"b\/":"\u00e9\n\ud800"}`)), "{\"b\":1,\"b/\":\"é\\n\uFFFD\",\"𝄞\":2}", "{\"b\":1,\"b/\":\"é\\n\uFFFD\",\"𝄞\":2}"},
		{JSON([]byte(`{"\"":1,"#":2,"!":3}`)), `{"!":3,"\"":1,"#":2}`, `{"!":3,"\"":1,"#":2}`},
		{JSON([]byte(`123456789012345678901234567890`)), `123456789012345678901234567890`, `123456789012345678901234567890`},
		{JSON([]byte(`"x"`)), `"x"`, `"x"`},
		{JSON([]byte(`{`)), `"{"`, `{`},
		{JSON([]byte(`[01]`)), `"[01]"`, `[01]`},
		{JSON([]byte(`[1,]`)), `"[1,]"`, `[1,]`},
		{JSON([]byte(`[NaN]`)), `"[NaN]"`, `[NaN]`},
		{JSON([]byte(`1 2`)), `"1 2"`, `1 2`},
		{Array([]byte(`[ "a", null, 2.50 ]`)), `["a",null,2.5]`, `["a",null,2.5]`},
		{Array([]byte(`[]`)), `[]`, `[]`},
		{Value{Kind: 99}, `null`, ``},
	} {
		if got := string(c.v.AppendJSON([]byte("x"))); got != "x"+c.json {
			t.Errorf("%s %q: JSON %s, want %s", c.v.Kind, c.v.Bytes, got[1:], c.json)
		}
		if got := string(c.v.AppendText([]byte("X"))); got != "X"+c.text {
			t.Errorf("%s %q: text %s, want %s", c.v.Kind, c.v.Bytes, got[1:], c.text)
		}
		if !json.Valid([]byte(c.json)) {
			t.Errorf("the table expects %s, which is not JSON", c.json)
		}
	}
}

func TestDeepJSONIsNotFollowed(t *testing.T) {
	deep := strings.Repeat("[", 1e6) + strings.Repeat("]", 1e6)
	if _, ok := AppendNormalJSON(nil, []byte(deep)); ok {
		t.Error("a million levels are read")
	}
	fine := strings.Repeat("[", maxJSONDepth) + strings.Repeat("]", maxJSONDepth)
	if got, ok := AppendNormalJSON(nil, []byte(fine)); !ok || string(got) != fine {
		t.Errorf("%d levels are refused", maxJSONDepth)
	}
}

// TestDates compares with package time over 16,000 years.
func TestDates(t *testing.T) {
	for days := int64(-3_000_000); days < 3_000_000; days += 37 {
		y, m, d := civil(days)
		want := time.Unix(days*86400, 0).UTC()
		if y != int64(want.Year()) || m != int64(want.Month()) || d != int64(want.Day()) {
			t.Fatalf("day %d: %d-%d-%d, want %v", days, y, m, d, want)
		}
	}
	for _, days := range []int64{math.MinInt64 + 1, math.MaxInt64 - 1} {
		if y, m, d := civil(days); y == 0 || m < 1 || m > 12 || d < 1 || d > 31 {
			t.Errorf("day %d: %d-%d-%d", days, y, m, d)
		}
	}
}

func TestPrintAllocatesNothing(t *testing.T) {
	values := []Value{Int(12), Float(1.25), Real(0.5), Decimal([]byte("1.50")), String("Étienne \"x\""), Date(19000), Instant(1e15),
		UUID([]byte("123E4567-E89B-12D3-A456-426614174000")), BytesValue([]byte("abc")), Null(), Bool(true)}
	buf := make([]byte, 0, 1024)
	if n := testing.AllocsPerRun(50, func() {
		buf = buf[:0]
		for _, v := range values {
			buf = v.AppendText(v.AppendJSON(buf))
		}
	}); n > 0 {
		t.Errorf("%v allocations", n)
	}
}

// FuzzNormalJSON checks that AppendNormalJSON reads what encoding/json reads,
// means the same, and gives one form.
func FuzzNormalJSON(f *testing.F) {
	for _, s := range []string{`{"b":1,"a":[1.0,{"x":"\u00e9\ud834\udd1e"}],"b":null}`, `[-0,1e400,1E-400,0.10]`, `"\ud800\"\\\/"`, ` true `, `nul`, `{"a":1,}`, `12345678901234567890e-3`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, doc []byte) {
		got, ok := AppendNormalJSON(nil, doc)
		if !ok {
			if json.Valid(doc) && bytes.Count(doc, []byte("["))+bytes.Count(doc, []byte("{")) < maxJSONDepth && !bytes.ContainsAny(doc, "eE") {
				t.Fatalf("%q is JSON", doc)
			}
			return
		}
		if !json.Valid(doc) || !json.Valid(got) || !utf8.Valid(got) {
			t.Fatalf("%q gave %q", doc, got)
		}
		if again, ok := AppendNormalJSON(nil, got); !ok || !bytes.Equal(again, got) {
			t.Fatalf("%q gave %q, then %q", doc, got, again)
		}
		var a, b any
		errA, errB := json.Unmarshal(doc, &a), json.Unmarshal(got, &b)
		if (errA == nil) != (errB == nil) { // a number beyond float64 is an error for both
			t.Fatalf("%q: %v; %q: %v", doc, errA, got, errB)
		}
		x, _ := json.Marshal(a)
		y, _ := json.Marshal(b)
		if x, y = bytes.ReplaceAll(x, []byte("-0"), []byte("0")), bytes.ReplaceAll(y, []byte("-0"), []byte("0")); !bytes.Equal(x, y) {
			t.Fatalf("%q means %s, %q means %s", doc, x, got, y)
		}
	})
}

func BenchmarkAppendJSON(b *testing.B) {
	for _, c := range []struct {
		name string
		v    Value
	}{
		{"text", String("Saint-Étienne-du-Rouvray")}, {"float", Float(1234.5678)}, {"decimal", Decimal([]byte("1234.50"))},
		{"timestamptz", Instant(1704164645678901)}, {"json", JSON([]byte(`{"nom": "Sceaux", "population": 19805, "tags": ["a", "b"]}`))},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			buf := make([]byte, 0, 256)
			for b.Loop() {
				buf = c.v.AppendJSON(buf[:0])
			}
		})
	}
}
