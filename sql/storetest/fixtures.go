package storetest

import (
	"fmt"
	"math"
	"testing"

	"github.com/arpent-geo/arpent/geo"
	"github.com/arpent-geo/arpent/geo/wkb"
)

// fixture is a store with the layers of the suite.
type fixture struct {
	Store
	rows map[string][]geo.Row // as they were loaded, in order
}

// Layers of the suite.
const (
	layerTypes  = "types"  // every kind of property, Lambert-93 points
	layerPlaces = "places" // text keys, accents, ties and nulls to sort
	layerShapes = "shapes" // every type of geometry, null, empty, around 180°
	layerRelief = "relief" // z
	layerMany   = "many"   // 5,000 points
	layerNotes  = "notes"  // no geometry
)

const manyRows = 5000

func (f *fixture) load(t *testing.T) {
	f.rows = map[string][]geo.Row{}
	for _, make := range []func() (*geo.Layer, []geo.Row){types, places, shapes, relief, many, notes} {
		l, rows := make()
		if err := fill(t.Context(), f, l, geo.LoadCreate, rows); err != nil {
			t.Fatalf("load %s: %v", l.Table, err)
		}
		f.rows[l.Table] = rows
		layer(t, f, l.Table)
	}
}

func (f *fixture) layer(t *testing.T, id string) *geo.Layer { return layer(t, f, id) }

func prop(name string, k geo.Kind) geo.Property {
	return geo.Property{Name: name, Kind: k, Nullable: true}
}

func point(x, y float64) []byte {
	return wkb.AppendWKB(nil, &wkb.Geometry{Type: geo.Point, Coords: []float64{x, y}})
}

func polygon(rings ...[]float64) []byte {
	g := wkb.Geometry{Type: geo.Polygon}
	for _, r := range rings {
		g.Coords = append(g.Coords, r...)
		g.Ends = append(g.Ends, len(g.Coords)/2)
	}
	return wkb.AppendWKB(nil, &g)
}

func square(x, y, w float64) []float64 {
	return []float64{x, y, x + w, y, x + w, y + w, x, y + w, x, y}
}

// types has one property a kind, and a row a rule of printing.
func types() (*geo.Layer, []geo.Row) {
	l := &geo.Layer{Table: layerTypes, Geometry: geo.Point, CRS: geo.Lambert93, Properties: []geo.Property{
		prop("b", geo.KindBool), prop("i", geo.KindInt), prop("r", geo.KindReal), prop("f", geo.KindFloat),
		prop("n", geo.KindDecimal), prop("t", geo.KindText), prop("d", geo.KindDate), prop("ts", geo.KindTimestamp),
		prop("tz", geo.KindTimestampTZ), prop("u", geo.KindUUID), prop("x", geo.KindBytes), prop("j", geo.KindJSON),
		prop("a", geo.KindArray),
	}}
	l.Properties[6].Title, l.Properties[6].Description = "Date d'effet", "Jour où l'acte s'applique"
	dec := func(s string) geo.Value { return geo.Decimal([]byte(s)) }
	uuid := func(s string) geo.Value { return geo.UUID([]byte(s)) }
	doc := func(s string) geo.Value { return geo.JSON([]byte(s)) }
	list := func(s string) geo.Value { return geo.Array([]byte(s)) }
	row := func(x, y float64, v ...geo.Value) geo.Row { return geo.Row{WKB: point(x, y), Values: v} }
	nulls := make([]geo.Value, len(l.Properties))
	return l, []geo.Row{
		row(652469.02, 6862035.26, geo.Bool(true), geo.Int(42), geo.Real(0.1), geo.Float(0.1), dec("12.50"), geo.String("Évreux « centre »"),
			geo.Date(19724), geo.Timestamp(1704164645678000), geo.Instant(1704164645678000),
			uuid("0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b"), geo.BytesValue([]byte{0, 1, 254, 255}),
			doc(`{"b":[1.0,2e0],"a":"é"}`), list(`[1,2,3]`)),
		row(652470, 6862036, nulls...),
		row(0.0005, -0.0005, geo.Bool(false), geo.Int(math.MinInt64), geo.Real(math.MaxFloat32), geo.Float(math.SmallestNonzeroFloat64),
			dec("-123456789012345678901234567890.1234567890"), geo.String(""), geo.Date(-719162), geo.Timestamp(-1), geo.Instant(-1),
			uuid("ffffffff-ffff-ffff-ffff-ffffffffffff"), geo.BytesValue([]byte{}), doc(`null`), list(`[]`)),
		row(1e7, 1e7, geo.Bool(true), geo.Int(math.MaxInt64), geo.Real(16777216), geo.Float(1e300), dec("0.00"),
			geo.String("a\"b\\c\n\t<&>\u2028😀"), geo.Date(2932896), geo.Timestamp(253402300799999000), geo.Instant(253402300799999000),
			uuid("00000000-0000-0000-0000-000000000000"), geo.BytesValue([]byte("texte")),
			doc(`[12345678901234567890, 1.50, -0, "\u00e9"]`), list(`["a","b,c",null]`)),
		row(652471.12345, 6862037.98765, geo.Bool(false), geo.Int(0), geo.Real(float32(math.Inf(1))), geo.Float(math.Inf(-1)), dec("100"),
			geo.String("01001"), geo.Date(0), geo.Timestamp(0), geo.Instant(1704164645678900), uuid("0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5c"),
			geo.BytesValue([]byte{255}), doc(`{"nested":{"z":1,"a":{"k":[{}]}}}`), list(`[[1,2],[3,4]]`)),
	}
}

// places has the traps of French codes and names.
func places() (*geo.Layer, []geo.Row) {
	l := &geo.Layer{Table: layerPlaces, Geometry: geo.Point, CRS: geo.EPSG("4326"), Key: []string{"code"}, Properties: []geo.Property{
		prop("code", geo.KindText), prop("nom", geo.KindText), prop("population", geo.KindInt), prop("densite", geo.KindFloat),
		prop("surface", geo.KindDecimal), prop("releve", geo.KindDate), prop("vu", geo.KindTimestampTZ), prop("actif", geo.KindBool), prop("taux", geo.KindReal),
	}, Meta: geo.Meta{Title: "Lieux", Description: "Des communes pour les essais", Keywords: []string{"communes", "essais"}, Producer: "IGN",
		Source: "Admin Express", Licence: "Licence Ouverte 2.0", Millesime: "2026", Standard: "COG", StandardVersion: "2026-01"}}
	l.Properties[0].Nullable = false
	null := geo.Null()
	dec := func(s string) geo.Value { return geo.Decimal([]byte(s)) }
	row := func(code, name string, x, y float64, v ...geo.Value) geo.Row {
		return geo.Row{WKB: point(x, y), Values: append([]geo.Value{geo.String(code), geo.String(name)}, v...)}
	}
	t, f := geo.Bool(true), geo.Bool(false)
	return l, []geo.Row{
		row("2A004", "Ajaccio", 8.7369, 41.9266, geo.Int(73822), geo.Float(900.5), dec("82.03"), geo.Date(19000), geo.Instant(1e15), t, geo.Real(0.5)),
		row("01001", "L'Abergement-Clémenciat", 4.9215, 46.1517, geo.Int(832), null, dec("15.95"), null, geo.Instant(1e15+500), f, geo.Real(0.1)),
		row("97411", "Saint-Denis", 55.4481, -20.8789, geo.Int(154765), geo.Float(1083.3), dec("142.79"), geo.Date(19001), null, t, null),
		row("75056", "Paris", 2.3488, 48.8534, geo.Int(2102650), geo.Float(19949), dec("105.40"), geo.Date(18999), geo.Instant(-1), null, geo.Real(0.1)),
		row("2B033", "Bastia", 9.4509, 42.6973, null, geo.Float(2500), null, geo.Date(19000), geo.Instant(1e15), t, geo.Real(-1.5)),
		row("57463", "Metz", 6.1757, 49.1193, geo.Int(120874), geo.Float(2882.3), dec("41.94"), geo.Date(19000), null, f, geo.Real(0.25)),
		row("27229", "Évreux", 1.1508, 49.0241, geo.Int(46707), geo.Float(1780), dec("26.35"), null, geo.Instant(0), t, geo.Real(3)),
		row("80829", "Y", 2.9936, 49.8036, geo.Int(89), geo.Float(31.6), dec("2.82"), geo.Date(20000), geo.Instant(2e15), f, null),
		row("97501", "Miquelon-Langlade", -56.3814, 47.1006, geo.Int(580), null, dec("205"), geo.Date(19000), geo.Instant(1e15), null, geo.Real(0.1)),
		row("98818", "Nouméa", 166.4416, -22.2711, geo.Int(94285), geo.Float(2063.1), dec("45.7"), geo.Date(-5), geo.Instant(1e15+1), t, geo.Real(0.5)),
		row("01004", "Ambérieu-en-Bugey", 5.3602, 45.9613, geo.Int(832), geo.Float(580.1), dec("24.6"), geo.Date(19000), null, f, geo.Real(0.1)),
		row("80030", "élincourt", 3.0, 49.9, null, null, null, null, null, null, null),
	}
}

// shapes are named for the tests of boxes.
func shapes() (*geo.Layer, []geo.Row) {
	l := &geo.Layer{Table: layerShapes, Geometry: geo.GeometryAny, CRS: geo.EPSG("4326"), Key: []string{"nom"}, Properties: []geo.Property{prop("nom", geo.KindText)}}
	l.Properties[0].Nullable = false
	enc := func(g wkb.Geometry) []byte { return wkb.AppendWKB(nil, &g) }
	empty := func(t geo.GeometryType) []byte { return enc(wkb.Geometry{Type: t}) }
	row := func(name string, b []byte) geo.Row { return geo.Row{Values: []geo.Value{geo.String(name)}, WKB: b} }
	return l, []geo.Row{
		row("null", nil),
		row("empty point", empty(geo.Point)), row("empty polygon", empty(geo.Polygon)), row("empty collection", empty(geo.GeometryCollection)),
		row("point", point(10, 45)),
		row("line", enc(wkb.Geometry{Type: geo.LineString, Coords: []float64{0, 40, 4, 44}})),
		row("diagonal", polygon([]float64{20, 40, 30, 50, 20, 50, 20, 40})), // its envelope holds more than itself
		row("hole", polygon(square(40, 40, 10), square(42, 42, 6))),
		row("points", enc(wkb.Geometry{Type: geo.MultiPoint, Coords: []float64{60, 40, 61, 41}})),
		row("lines", enc(wkb.Geometry{Type: geo.MultiLineString, Coords: []float64{70, 40, 71, 41, 72, 40, 73, 41}, Ends: []int{2, 4}})),
		row("polygons", enc(wkb.Geometry{Type: geo.MultiPolygon, Coords: append(square(80, 40, 1), square(82, 40, 1)...), Ends: []int{5, 10}, PolyEnds: []int{1, 2}})),
		row("collection", enc(wkb.Geometry{Type: geo.GeometryCollection, Parts: []wkb.Geometry{
			{Type: geo.Point, Coords: []float64{90, 40}}, {Type: geo.LineString, Coords: []float64{91, 40, 92, 41}}}})),
		row("west of 180", polygon(square(178, -18, 2))), row("east of 180", polygon(square(-180, -18, 2))),
		row("clockwise", polygon([]float64{100, 40, 100, 41, 101, 41, 101, 40, 100, 40})),
	}
}

func relief() (*geo.Layer, []geo.Row) {
	l := &geo.Layer{Table: layerRelief, Geometry: geo.LineString, HasZ: true, CRS: geo.EPSG("2975"), Properties: []geo.Property{prop("cote", geo.KindFloat)}}
	z := func(c ...float64) []byte {
		return wkb.AppendWKB(nil, &wkb.Geometry{Type: geo.LineString, Layout: wkb.XYZ, Coords: c})
	}
	return l, []geo.Row{
		{WKB: z(340000, 7650000, 12.345678, 340001.5, 7650000, -0.0001), Values: []geo.Value{geo.Float(12.345)}},
		{WKB: z(341000, 7651000, 3070.5, 341010, 7651010, 3071), Values: []geo.Value{geo.Null()}},
	}
}

// many is a spiral of points around the middle of France, deterministic.
func many() (*geo.Layer, []geo.Row) {
	l := &geo.Layer{Table: layerMany, Geometry: geo.Point, CRS: geo.Lambert93, Properties: []geo.Property{
		prop("n", geo.KindInt), prop("groupe", geo.KindInt), prop("nom", geo.KindText), prop("mesure", geo.KindFloat), prop("jour", geo.KindDate)}}
	rows := make([]geo.Row, manyRows)
	for i := range rows {
		a, r := float64(i)*2.399963229728653, 6000*math.Sqrt(float64(i))
		group, name := geo.Int(int64(i%7)), geo.String(fmt.Sprintf("lieu n° %05d", (i*7919)%manyRows))
		if i%11 == 0 {
			group = geo.Null()
		}
		if i%13 == 0 {
			name = geo.Null()
		}
		rows[i] = geo.Row{WKB: point(math.Round(700000+r*math.Cos(a)), math.Round(6600000+r*math.Sin(a))),
			Values: []geo.Value{geo.Int(int64(i)), group, name, geo.Float(float64(i*31%97) / 8), geo.Date(int64(19000 + i%365))}}
	}
	return l, rows
}

func notes() (*geo.Layer, []geo.Row) {
	l := &geo.Layer{Table: layerNotes, Key: []string{"cle"}, Properties: []geo.Property{prop("cle", geo.KindInt), prop("note", geo.KindText)}}
	l.Properties[0].Nullable = false
	return l, []geo.Row{
		{Values: []geo.Value{geo.Int(30), geo.String("trente")}},
		{Values: []geo.Value{geo.Int(-2), geo.Null()}},
		{Values: []geo.Value{geo.Int(7), geo.String("sept")}},
	}
}
