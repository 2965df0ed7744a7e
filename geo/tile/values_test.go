package tile

import (
	"bytes"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/arpent-geo/arpent/geo"
)

func TestValues(t *testing.T) {
	kinds := []struct {
		name string
		v    geo.Value
		want any
	}{
		{"null", geo.Null(), nil},
		{"bool", geo.Bool(true), true},
		{"int", geo.Int(42), uint64(42)},
		{"negative", geo.Int(-42), int64(-42)},
		{"real", geo.Real(1.1), float32(1.1)},
		{"float", geo.Float(math.Copysign(0, -1)), 0.0},
		{"nan", geo.Float(math.NaN()), nil},
		{"inf", geo.Real(float32(math.Inf(-1))), nil},
		{"decimal", geo.Decimal([]byte("12.50")), 12.5},
		{"long decimal", geo.Decimal([]byte("12345678901234567.89")), "12345678901234567.89"},
		{"huge decimal", geo.Decimal(bytes.Repeat([]byte("7"), 400)), strings.Repeat("7", 400)},
		{"text", geo.String("Saint-Étienne"), "Saint-Étienne"},
		{"bad text", geo.TextValue([]byte{'a', 0xff}), "a\uFFFD"},
		{"date", geo.Date(19723), "2024-01-01"},
		{"timestamp", geo.Timestamp(1704067200000000), "2024-01-01T00:00:00.000"},
		{"instant", geo.Instant(1704067200000000), "2024-01-01T00:00:00.000Z"},
		{"uuid", geo.UUID([]byte("a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11")), "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"},
		{"json", geo.JSON([]byte(`{"b": 1, "a": [true]}`)), `{"a":[true],"b":1}`},
		{"array", geo.Array([]byte(`[1, 2]`)), `[1,2]`},
		{"bytes", geo.BytesValue([]byte{1, 2}), nil},
	}
	var properties []geo.Property
	row := geo.Row{ID: geo.IntID(1), WKB: geometry(geo.Point, points{{1, 1}})}
	want := map[string]any{}
	for _, k := range kinds {
		properties = append(properties, geo.Property{Name: k.name, Kind: k.v.Kind})
		row.Values = append(row.Values, k.v)
		if k.want != nil {
			want[k.name] = k.want
		}
	}
	l, _ := build(t, Options{Layer: testLayer(properties...)}, row)
	if diff := cmp.Diff(want, l.Properties(&l.Features[0])); diff != "" {
		t.Error(diff)
	}
}

func TestFieldTypes(t *testing.T) {
	for kind, want := range map[geo.Kind]string{geo.KindBool: "Boolean", geo.KindDecimal: "Number", geo.KindDate: "String", geo.KindBytes: ""} {
		if got := FieldType(kind); got != want {
			t.Errorf("%v: %q", kind, got)
		}
	}
}

func TestKeyThatIsNoIDBecomesAProperty(t *testing.T) {
	code, nom := geo.Property{Name: "code", Kind: geo.KindText}, geo.Property{Name: "nom", Kind: geo.KindText}
	at := geometry(geo.Point, points{{1, 1}})
	layer := func(kind geo.IDKind, key ...string) *geo.Layer {
		l := testLayer(code, nom)
		l.IDKind, l.Key = kind, key
		return l
	}
	for name, c := range map[string]struct {
		layer      *geo.Layer
		properties []int
		row        geo.Row
		id         uint64
		want       map[string]any
	}{
		"code, all properties": {layer(geo.IDText, "code"), nil,
			geo.Row{ID: geo.StringID("2A004"), Values: []geo.Value{geo.String("2A004"), geo.String("Ajaccio")}}, 64291972, map[string]any{"code": "2A004", "nom": "Ajaccio"}},
		"code, name only": {layer(geo.IDText, "code"), []int{1},
			geo.Row{ID: geo.StringID("2A004"), Values: []geo.Value{geo.String("Ajaccio")}}, 64291972, map[string]any{"nom": "Ajaccio"}},
		"no id, key among the properties": {layer(geo.IDText, "code"), nil,
			geo.Row{ID: geo.StringID("zone é"), Values: []geo.Value{geo.String("zone é"), geo.String("U")}}, 0, map[string]any{"code": "zone é", "nom": "U"}},
		"no id, key not among them": {layer(geo.IDText, "code"), []int{1},
			geo.Row{ID: geo.StringID("zone é"), Values: []geo.Value{geo.String("U")}}, 0, map[string]any{"code": "zone é", "nom": "U"}},
		"row number": {layer(geo.IDInt, "fid"), []int{},
			geo.Row{ID: geo.IntID(7)}, 7, map[string]any{}},
		"negative row number": {layer(geo.IDInt, "fid"), []int{},
			geo.Row{ID: geo.IntID(-7)}, 0, map[string]any{"fid": int64(-7)}},
		"composite": {layer(geo.IDText, "insee", "annee"), []int{},
			geo.Row{ID: geo.StringID("01001,2024")}, 0, map[string]any{"insee,annee": "01001,2024"}},
		"no key": {layer(geo.IDNone), []int{}, geo.Row{}, 0, map[string]any{}},
	} {
		c.row.WKB = at
		l, _ := build(t, Options{Layer: c.layer, Properties: c.properties}, c.row)
		f := l.Features[0]
		if diff := cmp.Diff(c.want, l.Properties(&f)); diff != "" || f.ID != c.id || f.HasID != (c.id != 0) {
			t.Errorf("%s: id %d %v, %s", name, f.ID, f.HasID, diff)
		}
	}
}
