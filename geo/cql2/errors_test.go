package cql2

import (
	"errors"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"github.com/arpent-geo/arpent/geo"
)

// An error says where in the filter, in both languages, and what would be right.
func TestTextErrors(t *testing.T) {
	for _, tt := range []struct{ in, fr, hint string }{
		{"", "colonne 1 : attendu : une propriété, une constante ou une fonction ; trouvé : la fin du filtre", ""},
		{"nom = ", "colonne 7 : attendu : une propriété, une constante ou une fonction ; trouvé : la fin du filtre", ""},
		{"nom = 'Évry' actif", "colonne 14 : attendu : un opérateur ou la fin du filtre ; trouvé : « actif »", ""},
		{"nom =\n 'a' AND\n  popultion > 1", "ligne 3, colonne 3 : propriété inconnue : « popultion »", "peut-être « population »"},
		{"NOM = 'a'", "colonne 1 : propriété inconnue : « NOM »", "peut-être « nom »"},
		{"AERA(geom) > 1", "colonne 1 : fonction inconnue : « AERA »", "peut-être « AREA »"},
		{"S_INTERSECT(geom, geom)", "colonne 1 : fonction inconnue : « S_INTERSECT »", "peut-être « S_INTERSECTS »"},
		{"nom = 'a' AND and", "colonne 15 : « and » est un mot de CQL2", `la propriété s'écrit "and"`},
		{"or(1)", "colonne 1 : attendu : une propriété, une constante ou une fonction ; trouvé : « or »", ""},
		{"nom = 'a", "colonne 7 : apostrophe qui n'est pas refermée", ""},
		{`"nom`, "colonne 1 : guillemet qui n'est pas refermé", ""},
		{"nom = ;", "colonne 7 : caractère inattendu « ; »", ""},
		{"nom = 3", "colonne 5 : attendu : un texte ; trouvé : un nombre", ""},
		{"population = '3'", "colonne 12 : attendu : un nombre ; trouvé : un texte", "un nombre s'écrit sans apostrophes"},
		{"modifie > '2024-01-01'", "colonne 9 : attendu : une date ou un instant ; trouvé : un texte", "un instant s'écrit TIMESTAMP('2024-01-31T12:00:00Z'), une date DATE('2024-01-31')"},
		{"octets = 1", "colonne 8 : attendu : un texte ou un nombre ou une condition ou une date ou un instant ; trouvé : « octets » (une valeur sans comparaison possible)", ""},
		{"population AND actif", "colonne 12 : attendu : une condition ; trouvé : « population » (un nombre)", ""},
		{"population + 1", "colonne 1 : le filtre doit être une condition, vraie ou fausse", ""},
		{"nom LIKE nom", "colonne 5 : le modèle de LIKE doit être un texte entre apostrophes", "par exemple nom LIKE 'Saint%'"},
		{"nom LIKE 'a\\\\\\", "colonne 10 : apostrophe qui n'est pas refermée", ""},
		{"nom IN ()", "colonne 5 : la liste de IN est vide", ""},
		{"nom IN ('a' 'b')", "colonne 13 : attendu : « , » ou « ) » ; trouvé : « b »", ""},
		{"nom NOT = 'a'", "colonne 9 : attendu : LIKE, BETWEEN ou IN ; trouvé : « = »", ""},
		{"nom IS 'a'", "colonne 8 : attendu : « NULL » ; trouvé : « a »", ""},
		{"population < 1 < 2", "colonne 16 : attendu : AND, OR ou la fin du filtre ; trouvé : « < »", ""},
		{"population = 2^3^2", "colonne 17 : des parenthèses attendues autour de l'une des puissances", ""},
		{"population = 1e999", "colonne 14 : nombre trop grand : 1e999", ""},
		{"debut = DATE('2024-02-30')", "colonne 14 : attendu : une date comme '2024-01-31' ; trouvé : « 2024-02-30 »", ""},
		{"modifie = TIMESTAMP('2024-01-31')", "colonne 21 : attendu : un instant comme '2024-01-31T12:00:00Z' ; trouvé : « 2024-01-31 »", ""},
		{"T_BEFORE(debut, INTERVAL('2024-02-01','2024-01-01'))", "colonne 17 : l'intervalle finit avant de commencer", ""},
		{"T_DURING(debut, debut)", "colonne 1 : attendu : un intervalle de temps ; trouvé : « debut » (une date)", ""},
		{"S_WITHIN(geom)", "colonne 1 : S_WITHIN attend 2 opérande(s), et non 1", ""},
		{"YEAR(nom) = 2024", "colonne 1 : attendu : une date ou un instant ; trouvé : « nom » (un texte)", ""},
		{"A_CONTAINS(genres, (debut))", "colonne 20 : dans un tableau, une date ou un instant est une constante ; trouvé : « debut » (une date)", ""},
		{"AREA() > 1", "colonne 1 : AREA attend 1 argument(s), et non 0", ""},
		{"S_WITHIN(geom, POLYGON((0 0,1 0,1 1,0 1)))", "colonne 24 : l'anneau n'est pas fermé : sa dernière position doit être la première", ""},
		{"S_WITHIN(geom, POLYGON((0 0,1 0,0 0)))", "colonne 24 : un anneau a au moins 4 positions", ""},
		{"S_WITHIN(geom, LINESTRING(0 0))", "colonne 16 : une ligne a au moins 2 positions", ""},
		{"S_WITHIN(geom, LINESTRING(0 0,1 1 1))", "colonne 31 : une position a 2 ou 3 nombres, autant que les autres", ""},
		{"S_WITHIN(geom, BBOX(0,0,1))", "colonne 16 : un BBOX a 4 ou 6 nombres, et non 3", ""},
		{"S_WITHIN(geom, BBOX(0,1,1,0))", "colonne 16 : bords du BBOX dans le mauvais ordre : les deux plus petites coordonnées d'abord", ""},
		{"S_WITHIN(geom, POINT EMPTY)", "colonne 16 : propriété inconnue : « POINT »", "peut-être « point »"},
		{"nom = '\x00'", "colonne 7 : un texte ne peut pas contenir le caractère nul", ""},
		{"nom = '\xff'", "le filtre n'est pas en UTF-8", ""},
	} {
		_, err := ParseText(tt.in, testLayer(), Options{})
		var e *geo.Error
		if !errors.As(err, &e) || !errors.Is(err, geo.ErrInvalidInput) || e.Msg.EN == "" || e.Msg.FR == "" {
			t.Errorf("%q: %#v", tt.in, err)
			continue
		}
		if e.Msg.FR != tt.fr || e.Hint.FR != tt.hint {
			t.Errorf("%q\n got %s | %s\nwant %s | %s", tt.in, e.Msg.FR, e.Hint.FR, tt.fr, tt.hint)
		}
	}
}

func TestJSONErrors(t *testing.T) {
	for _, tt := range []struct{ in, fr string }{
		{``, "colonne 1 : JSON incomplet ou mal formé"},
		{`{"op":"=","args":[1,1]`, "colonne 23 : JSON incomplet ou mal formé"},
		{`{"op":"=" "args":[1,1]}`, "colonne 11 : JSON mal formé"},
		{`null`, "colonne 1 : attendu : une expression ; trouvé : « null »"},
		{`{"op":"=","args":[{"property":"popultion"},1]}`, "colonne 31 : propriété inconnue : « popultion »"},
		{`{"op":"=","args":[{"property":"population"},"1"]}`, "colonne 7 : attendu : un nombre ; trouvé : un texte"},
		{`{"op":"=","args":[1]}`, "colonne 18 : = attend 2 opérande(s), et non 1"},
		{`{"op":"=","args":{}}`, "colonne 18 : attendu : un tableau JSON ; trouvé : « {} »"},
		{`{"op":"and","args":[true]}`, "colonne 20 : and attend au moins 2 opérandes"},
		{`{"op":"in","args":[1]}`, "colonne 19 : in attend un opérande et une liste"},
		{`{"op":"not","args":[true],"op":"not"}`, "colonne 32 : membre en double : « op »"},
		{`{"op":"not","argz":[true]}`, "colonne 20 : membre inconnu : « argz »"},
		{`{"op":1,"args":[true]}`, "colonne 7 : attendu : un texte ; trouvé : « 1 »"},
		{`{"args":[true]}`, "colonne 1 : attendu : un objet avec « op » et « args », « property », « date », « timestamp », « interval », « bbox », ou une géométrie GeoJSON"},
		{`{"op":"s_within","args":[{"property":"geom"},{"type":"Polygon","coordinates":[]}]}`, "colonne 78 : une géométrie sans position"},
		{`{"op":"s_within","args":[{"property":"geom"},{"type":"Point","coordinates":[1]}]}`, "colonne 76 : une position a 2 ou 3 nombres, autant que les autres"},
		{`{"op":"s_within","args":[{"property":"geom"},{"type":"Point","coordinates":["1",2]}]}`, "colonne 77 : attendu : un nombre ; trouvé : « \"1\" »"},
		{`{"op":"s_within","args":[{"property":"geom"},{"type":"Circle","coordinates":[1,2]}]}`, "colonne 46 : attendu : une géométrie GeoJSON"},
		{`{"op":"t_during","args":[{"interval":[".."]},{"interval":["..",".."]}]}`, "colonne 38 : interval attend 2 opérande(s), et non 1"},
		{`{"op":"isNull","args":[[1]]}`, "colonne 7 : un tableau constant n'est jamais nul"},
		{`{"op":"=","args":[{"property":"nom"},"\u0000"]}`, "colonne 38 : un texte ne peut pas contenir le caractère nul"},
	} {
		_, err := ParseJSON([]byte(tt.in), testLayer(), Options{})
		var e *geo.Error
		if !errors.As(err, &e) || e.Msg.FR != tt.fr || e.Msg.EN == "" {
			t.Errorf("%s\n got %v\nwant %s", tt.in, err, tt.fr)
		}
	}
}

// Every limit holds in both encodings: what passes at the limit fails above.
func TestLimits(t *testing.T) {
	repeat := func(n int, s, sep string) string { return strings.TrimSuffix(strings.Repeat(s+sep, n), sep) }
	for name, tt := range map[string]struct {
		limits Limits
		text   func(n int) string
		json   func(n int) string
		most   int
	}{
		"depth": {
			Limits{Depth: 7},
			func(n int) string { return strings.Repeat("NOT (", n-1) + "actif" + strings.Repeat(")", n-1) },
			func(n int) string {
				return strings.Repeat(`{"op":"not","args":[`, n-1) + `{"property":"actif"}` + strings.Repeat("]}", n-1)
			},
			7,
		},
		"depth of a sum": {
			Limits{Depth: 9},
			func(n int) string { return "population = " + repeat(n, "1", "+") },
			func(n int) string {
				return `{"op":"=","args":[{"property":"population"},` + strings.Repeat(`{"op":"+","args":[`, n-1) + "1" + strings.Repeat(",1]}", n-1) + "]}"
			},
			8,
		},
		"nodes": {
			Limits{Nodes: 7},
			func(n int) string { return repeat(n, "actif", " AND ") },
			func(n int) string {
				return `{"op":"and","args":[` + repeat(n, `{"property":"actif"}`, ",") + "]}"
			},
			6,
		},
		"members": {
			Limits{Members: 5},
			func(n int) string { return repeat(n, "actif", " OR ") },
			func(n int) string {
				return `{"op":"or","args":[` + repeat(n, `{"property":"actif"}`, ",") + "]}"
			},
			5,
		},
		"list": {
			Limits{List: 4},
			func(n int) string { return "population IN (" + repeat(n, "1", ",") + ")" },
			func(n int) string {
				return `{"op":"in","args":[{"property":"population"},[` + repeat(n, "1", ",") + "]]}"
			},
			4,
		},
		"wildcards": {
			Limits{Wildcards: 3},
			func(n int) string { return `nom LIKE '\%` + repeat(n, "%", "a") + "'" },
			func(n int) string {
				return `{"op":"like","args":[{"property":"nom"},"\\%` + repeat(n, "%", "a") + `"]}`
			},
			3,
		},
		"vertices": {
			Limits{Vertices: 6},
			func(n int) string { return "S_WITHIN(geom,MULTIPOINT(" + repeat(n, "(1 2)", ",") + "))" },
			func(n int) string {
				return `{"op":"s_within","args":[{"property":"geom"},{"type":"MultiPoint","coordinates":[` + repeat(n, "[1,2]", ",") + "]}]}"
			},
			6,
		},
		"bytes": {
			Limits{Bytes: 40},
			func(n int) string { return "actif" + strings.Repeat(" ", n-5) },
			func(n int) string { return "true" + strings.Repeat(" ", n-4) },
			40,
		},
	} {
		o := Options{Limits: tt.limits}
		for n := tt.most; n <= tt.most+1; n++ {
			_, errText := ParseText(tt.text(n), testLayer(), o)
			_, errJSON := ParseJSON([]byte(tt.json(n)), testLayer(), o)
			if (errText != nil) != (n > tt.most) || (errJSON != nil) != (n > tt.most) {
				t.Errorf("%s %d: text %v, JSON %v", name, n, errText, errJSON)
			}
			if n > tt.most && (!errors.Is(errText, geo.ErrInvalidInput) || !errors.Is(errJSON, geo.ErrInvalidInput)) {
				t.Errorf("%s: text %v, JSON %v", name, errText, errJSON)
			}
		}
	}
}

// deep is a filter nested n deep.
func deep(n int) (text string, doc []byte) {
	text = strings.Repeat("NOT (", n) + "actif" + strings.Repeat(")", n)
	doc = []byte(strings.Repeat(`{"op":"not","args":[ `, n) + `{"property":"actif"}` + strings.Repeat("]} ", n))
	return text, doc
}

// A filter of 43 KB nested 1,600 deep costs less than 10 MB.
func TestDeepFilterIsCheap(t *testing.T) {
	text, doc := deep(1800)
	if len(doc) < 43000 {
		t.Fatalf("%d bytes", len(doc))
	}
	for _, parse := range []func() error{
		func() error { _, err := ParseText(text, testLayer(), Options{}); return err },
		func() error { _, err := ParseJSON(doc, testLayer(), Options{}); return err },
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		err := parse()
		runtime.ReadMemStats(&after)
		if err == nil || !strings.Contains(err.Error(), "nested more than 64 deep") {
			t.Error(err)
		}
		if used := after.TotalAlloc - before.TotalAlloc; used > 1<<20 {
			t.Error("allocated " + strconv.FormatUint(used, 10) + " bytes")
		}
	}
}

func BenchmarkDeepJSON(b *testing.B) {
	_, doc := deep(1600)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := ParseJSON(doc, testLayer(), Options{}); err == nil {
			b.Fatal("no error")
		}
	}
}

// A long value inside as many levels as may be: the walk must not pass it at
// each of them.
func BenchmarkNestedLongJSON(b *testing.B) {
	doc := []byte(strings.Repeat(`{"op":"not","args":[ `, 60) +
		`{"op":"like","args":["` + strings.Repeat("a", 1000000) + `","%"]}` + strings.Repeat("]} ", 60))
	b.SetBytes(int64(len(doc)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := ParseJSON(doc, testLayer(), Options{}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkParseText(b *testing.B) {
	l := testLayer()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := ParseText("CASEI(nom) LIKE CASEI('saint-%') AND population BETWEEN 1000 AND 5000 AND S_INTERSECTS(geom, BBOX(5,48,7,49))", l, Options{}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkParseJSONLargeGeometry(b *testing.B) {
	doc := []byte(`{"op":"s_within","args":[{"property":"geom"},{"type":"MultiPoint","coordinates":[` +
		strings.TrimSuffix(strings.Repeat("[2.3456789,48.1234567],", 20000), ",") + "]}]}")
	l := testLayer()
	b.SetBytes(int64(len(doc)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := ParseJSON(doc, l, Options{}); err != nil {
			b.Fatal(err)
		}
	}
}
