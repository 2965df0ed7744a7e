package geo

import (
	"errors"
	"math"
	"testing"
)

func TestParseValue(t *testing.T) {
	for _, c := range []struct {
		kind Kind
		in   string
		want Value
	}{
		{KindBool, "true", Bool(true)}, {KindBool, "0", Bool(false)},
		{KindInt, "-12", Int(-12)}, {KindInt, "12.0", Int(12)}, {KindInt, "1.2e1", Int(12)}, {KindInt, "9223372036854775807", Int(math.MaxInt64)},
		{KindReal, "0.1", Real(0.1)}, {KindFloat, "1e3", Float(1000)},
		{KindDecimal, "1.50", Decimal([]byte("1.5"))}, {KindDecimal, "-00012.340e2", Decimal([]byte("-1234"))},
		{KindText, "01001", String("01001")}, {KindText, "", String("")},
		{KindDate, "2024-02-29", Date(19782)}, {KindDate, "-000001-12-31", Date(-719529)}, {KindDate, "+010000-01-01", Date(2932897)},
		{KindDate, "infinity", Date(PosInfinity)}, {KindTimestamp, "-infinity", Timestamp(NegInfinity)},
		{KindTimestamp, "2024-01-02", Timestamp(us("2024-01-02T00:00:00"))},
		{KindTimestamp, "2024-01-02 03:04", Timestamp(us("2024-01-02T03:04:00"))},
		{KindTimestamp, "2024-01-02T03:04:05.1234567", Timestamp(us("2024-01-02T03:04:05.123456"))},
		{KindTimestampTZ, "2024-01-02T03:04:05Z", Instant(us("2024-01-02T03:04:05"))},
		{KindTimestampTZ, "2024-01-02t03:04:05.5+02:00", Instant(us("2024-01-02T01:04:05.5"))},
		{KindTimestampTZ, "2024-01-02T03:04:05-00:30", Instant(us("2024-01-02T03:34:05"))},
		{KindTimestampTZ, "2024-01-02T03:04:05", Instant(us("2024-01-02T03:04:05"))},
		{KindUUID, "{123E4567-E89B-12D3-A456-426614174000}", UUID([]byte("123e4567-e89b-12d3-a456-426614174000"))},
		{KindUUID, "123e4567e89b12d3a456426614174000", UUID([]byte("123e4567-e89b-12d3-a456-426614174000"))},
		{KindBytes, "+/8A", BytesValue([]byte{0xFB, 0xFF, 0})},
		{KindJSON, `{"b":1,"a":2}`, JSON([]byte(`{"a":2,"b":1}`))},
		{KindArray, `[ 1 ]`, Array([]byte(`[1]`))},
	} {
		got, err := ParseValue(c.kind, c.in)
		if err != nil || !got.Equal(c.want) {
			t.Errorf("%s %q: %+v, %v, want %+v", c.kind, c.in, got, err, c.want)
		}
	}
}

func TestParseValueRefuses(t *testing.T) {
	for _, c := range []struct {
		kind Kind
		in   string
	}{
		{KindNull, ""}, {99, "x"},
		{KindBool, "oui"}, {KindBool, ""},
		{KindInt, ""}, {KindInt, "1.5"}, {KindInt, "9223372036854775808"}, {KindInt, "0x10"}, {KindInt, "1_000"}, {KindInt, "12a"},
		{KindReal, "1e39"}, {KindFloat, "NaN"}, {KindFloat, "Inf"}, {KindFloat, "0x1p3"}, {KindFloat, "1,5"}, {KindFloat, "1e999"},
		{KindDecimal, ""}, {KindDecimal, "."}, {KindDecimal, "1e99999999999"}, {KindDecimal, "1e"}, {KindDecimal, "NaN"}, {KindDecimal, "1 "}, {KindDecimal, "1.2.3"},
		{KindText, "a\x00b"}, {KindText, "caf\xe9"},
		{KindDate, ""}, {KindDate, "2024-02-30"}, {KindDate, "2023-02-29"}, {KindDate, "24-01-01"}, {KindDate, "2024-1-1"}, {KindDate, "2024-01-01T00:00:00"}, {KindDate, "2024-00-10"}, {KindDate, "20240101"},
		{KindTimestamp, "2024-01-02T03:04:05Z"}, {KindTimestamp, "2024-01-02T24:00:00"}, {KindTimestamp, "2024-01-02T03:60"}, {KindTimestamp, "2024-01-02T03:04:60"},
		{KindTimestamp, "2024-01-02T03:04:05."}, {KindTimestamp, "2024-01-02T03"}, {KindTimestamp, "2024-01-02x03:04"},
		{KindTimestampTZ, "2024-01-02T03:04:05 02:00"}, {KindTimestampTZ, "2024-01-02T03:04:05+2"}, {KindTimestampTZ, "+9999999-01-01T00:00:00Z"},
		{KindUUID, "123e4567"}, {KindUUID, "123e4567-e89b-12d3-a456-42661417400g"}, {KindUUID, "123e4567-e89b-12d3-a4564-26614174000"}, {KindUUID, "123e4567-e89b12d3-a456-4266-14174000"},
		{KindBytes, "a"}, {KindJSON, "{"}, {KindJSON, ""}, {KindArray, "{}"},
	} {
		_, err := ParseValue(c.kind, c.in)
		var e *Error
		if !errors.Is(err, ErrInvalidInput) || !errors.As(err, &e) || e.Msg.FR == "" || e.Msg.EN == "" {
			t.Errorf("%s %q: %v, want invalid input in both languages", c.kind, c.in, err)
		}
	}
}

// FuzzParseValue checks that the text printed for a value reads back as it.
func FuzzParseValue(f *testing.F) {
	for kind, s := range map[Kind]string{
		KindBool: "true", KindInt: "-12", KindReal: "1.5e3", KindFloat: "1e-7", KindDecimal: "12.50", KindText: "é", KindDate: "2024-02-29",
		KindTimestamp: "2024-01-02 03:04:05.678", KindTimestampTZ: "2024-01-02T03:04:05+02:00", KindUUID: "{123E4567-E89B-12D3-A456-426614174000}",
		KindBytes: "+/8A", KindJSON: `{"b":1e400}`, KindArray: `[1]`,
	} {
		f.Add(uint8(kind), s)
	}
	f.Fuzz(func(t *testing.T, kind uint8, s string) {
		v, err := ParseValue(Kind(kind), s)
		if err != nil {
			if !errors.Is(err, ErrInvalidInput) {
				t.Fatal(err)
			}
			return
		}
		text := string(v.AppendText(nil))
		back, err := ParseValue(Kind(kind), text)
		if err != nil {
			t.Fatalf("%s %q printed %q: %v", Kind(kind), s, text, err)
		}
		if again := string(back.AppendText(nil)); again != text {
			t.Fatalf("%s %q printed %q, then %q", Kind(kind), s, text, again)
		}
	})
}
