package sem

import (
	"math"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"

	"github.com/arpent-geo/arpent/geo"
)

func TestFold(t *testing.T) {
	for _, tt := range []struct{ in, noCase, noAccents, neither string }{
		{"Saint-Étienne", "saint-étienne", "Saint-Etienne", "saint-etienne"},
		{"L’Haÿ-les-Roses", "l’haÿ-les-roses", "L’Hay-les-Roses", "l’hay-les-roses"},
		{"ŒUVRE Æ cœur", "œuvre æ cœur", "OEUVRE AE coeur", "oeuvre ae coeur"},
		{"Straße STRASSE ẞ", "strasse strasse ss", "Strasse STRASSE SS", "strasse strasse ss"},
		{"Chișinău", "chișinău", "Chisinau", "chisinau"},
		{"København", "københavn", "Kobenhavn", "kobenhavn"},
		{"Οδος ΟΔΌΣ", "οδοσ οδόσ", "Οδος ΟΔΟΣ", "οδοσ οδοσ"},
		{"E\u0301 É", "é é", "E E", "e e"},
		{"Đà Łódź", "đà łódź", "Da Lodz", "da lodz"},
		{"Йод", "йод", "Иод", "иод"},
		{"東京 한국", "東京 한국", "東京 한국", "東京 한국"},
		{"", "", "", ""},
	} {
		if got := CaseFold(tt.in); got != tt.noCase {
			t.Errorf("CaseFold(%q) = %q, want %q", tt.in, got, tt.noCase)
		}
		if got := AccentFold(tt.in); got != tt.noAccents {
			t.Errorf("AccentFold(%q) = %q, want %q", tt.in, got, tt.noAccents)
		}
		if a, b := AccentFold(CaseFold(tt.in)), CaseFold(AccentFold(tt.in)); a != tt.neither || b != tt.neither {
			t.Errorf("both folds of %q: %q and %q, want %q", tt.in, a, b, tt.neither)
		}
	}
}

// A fold is idempotent, and blind to how an accent is encoded and to case.
func TestFoldProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.String().Draw(t, "s")
		for _, op := range []geo.FoldOp{geo.FoldCase, geo.FoldAccents} {
			once := Fold(op, s)
			if twice := Fold(op, once); twice != once {
				t.Fatalf("%s(%q) = %q, then %q", op, s, once, twice)
			}
			if got := Fold(op, norm.NFD.String(s)); got != once {
				t.Fatalf("%s(%q) = %q, of its NFD %q", op, s, once, got)
			}
		}
	})
}

func TestLike(t *testing.T) {
	for _, tt := range []struct {
		s, pattern string
		want       bool
	}{
		{"Bourg", "B%", true},
		{"Bourg", "b%", false},
		{"Bourg", "B_urg", true},
		{"Bourg", "B_rg", false},
		{"Évry", "_vry", true},
		{"", "", true},
		{"", "%", true},
		{"", "_", false},
		{"a", "", false},
		{"100 %", `100 \%`, true},
		{"100 a", `100 \%`, false},
		{"a_b", `a\_b`, true},
		{"axb", `a\_b`, false},
		{`a\b`, `a\\b`, true},
		{"ab", `\a\b`, true},
		{"aXbXc", "a%b%c", true},
		{"aXbXcX", "a%b%c", false},
		{"aab", "%ab", true},
		{"abab", "%ab", true},
		{"a\nb", "a%b", true},
		{"mississippi", "m%issip%i", true},
		{"a.c", "a.c", true},
		{"abc", "a.c", false},
		{strings.Repeat("a", 5000), strings.Repeat("%a", 10) + "b", false},
	} {
		if got := Like(tt.s, tt.pattern); got != tt.want {
			t.Errorf("%.20q LIKE %q = %v", tt.s, tt.pattern, got)
		}
	}
}

// Like is what the regular expression of its pattern says.
func TestLikeAgainstRegexp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.StringMatching(`[ab%é_\\]{0,8}`).Draw(t, "s")
		pattern := rapid.StringMatching(`([abé%_]|\\[ab%_\\]){0,8}`).Draw(t, "pattern")
		var re strings.Builder
		for i := 0; i < len(pattern); {
			r, n := utf8.DecodeRuneInString(pattern[i:])
			i += n
			switch r {
			case '%':
				re.WriteString(".*")
			case '_':
				re.WriteString(".")
			default:
				if r == '\\' {
					r, n = utf8.DecodeRuneInString(pattern[i:])
					i += n
				}
				re.WriteString(regexp.QuoteMeta(string(r)))
			}
		}
		if want := regexp.MustCompile(`(?s)\A` + re.String() + `\z`).MatchString(s); Like(s, pattern) != want {
			t.Fatalf("%q LIKE %q: want %v", s, pattern, want)
		}
	})
}

func TestArithmetic(t *testing.T) {
	null := math.NaN()
	for _, tt := range []struct {
		op         geo.ArithmeticOp
		a, b, want float64
	}{
		{geo.Add, 1, 2, 3},
		{geo.Sub, 1, 2, -1},
		{geo.Mul, 3, 2, 6},
		{geo.Div, 7, 2, 3.5},
		{geo.IntDiv, 7, 2, 3},
		{geo.IntDiv, -7, 2, -3},
		{geo.Mod, 7, 2, 1},
		{geo.Mod, -7, 2, -1},
		{geo.Mod, 5.5, 2, 1.5},
		{geo.Pow, 2, 10, 1024},
		{geo.Pow, 0, 0, 1},
		{geo.Pow, -8, 1. / 3, null},
		{geo.Pow, 0, -1, null},
		{geo.Pow, 10, 400, null},
		{geo.Div, 1, 0, null},
		{geo.Div, 0, 0, null},
		{geo.Mod, 1, 0, null},
		{geo.IntDiv, 1, 0, null},
		{geo.Mul, 1e200, 1e200, null},
	} {
		got, ok := Arithmetic(tt.op, tt.a, tt.b)
		if ok == math.IsNaN(tt.want) || ok && got != tt.want {
			t.Errorf("%v %s %v = %v, %v; want %v", tt.a, tt.op, tt.b, got, ok, tt.want)
		}
	}
}

// Of the thirteen relations of Allen, two proper intervals are in one.
func TestRelateIsAllen(t *testing.T) {
	allen := []geo.TemporalOp{
		geo.TBefore, geo.TAfter, geo.TMeets, geo.TMetBy, geo.TOverlaps, geo.TOverlappedBy, geo.TStarts,
		geo.TStartedBy, geo.TDuring, geo.TContains, geo.TFinishes, geo.TFinishedBy, geo.TEquals,
	}
	ends := []int64{geo.NegInfinity, 1, 2, 3, 4, geo.PosInfinity}
	var spans []Span
	for i, a := range ends {
		for _, b := range ends[i+1:] {
			spans = append(spans, Span{a, b})
		}
	}
	for _, a := range spans {
		for _, b := range spans {
			var holds []geo.TemporalOp
			for _, op := range allen {
				if Relate(op, a, b) {
					holds = append(holds, op)
				}
			}
			if len(holds) != 1 {
				t.Errorf("%v %v: %v", a, b, holds)
			}
			disjoint := holds[0] == geo.TBefore || holds[0] == geo.TAfter
			if Relate(geo.TDisjoint, a, b) != disjoint || Relate(geo.TIntersects, a, b) == disjoint {
				t.Errorf("%v %v: disjoint and intersects are wrong for %v", a, b, holds)
			}
		}
	}
}

func TestBounds(t *testing.T) {
	for _, tt := range []struct {
		v    geo.Value
		days bool
		want Span
	}{
		{geo.Date(1), false, Span{86400000000, 172799999999}},
		{geo.Date(1), true, Span{1, 1}},
		{geo.Date(-1), false, Span{-86400000000, -1}},
		{geo.Instant(5), false, Span{5, 5}},
		{geo.Date(geo.PosInfinity), false, Span{geo.PosInfinity, geo.PosInfinity}},
		{geo.Date(geo.NegInfinity), true, Span{geo.NegInfinity, geo.NegInfinity}},
		{geo.Date(math.MaxInt64 - 1), false, Span{geo.PosInfinity, geo.PosInfinity}},
	} {
		if got := Bounds(tt.v, tt.days); got != tt.want {
			t.Errorf("%v: %v, want %v", tt.v, got, tt.want)
		}
	}
}

func TestRelateArrays(t *testing.T) {
	for _, tt := range []struct {
		op   geo.ArrayOp
		a, b string
		want bool
	}{
		{geo.AEquals, `["a","b"]`, `["a","b"]`, true},
		{geo.AEquals, `["a","b"]`, `["b","a"]`, false},
		{geo.AEquals, `[1.0]`, `[1]`, true},
		{geo.AEquals, `["1"]`, `[1]`, false},
		{geo.AEquals, `[null]`, `[0]`, false},
		{geo.AContains, `["a","b","c"]`, `["c","a"]`, true},
		{geo.AContains, `["a"]`, `["a","b"]`, false},
		{geo.AContains, `[]`, `[]`, true},
		{geo.AContainedBy, `["a"]`, `["a","b"]`, true},
		{geo.AOverlaps, `["a","b"]`, `["b","c"]`, true},
		{geo.AOverlaps, `[]`, `[]`, false},
		{geo.AOverlaps, `["\u0061"]`, `["a"]`, true},
	} {
		a, ok := Elements([]byte(tt.a))
		b, ok2 := Elements([]byte(tt.b))
		if !ok || !ok2 || RelateArrays(tt.op, a, b) != tt.want {
			t.Errorf("%s(%s, %s) is not %v", tt.op, tt.a, tt.b, tt.want)
		}
	}
	for _, doc := range []string{`{}`, `null`} {
		if _, ok := Elements([]byte(doc)); ok {
			t.Errorf("%s is no array", doc)
		}
	}
}

func TestShape(t *testing.T) {
	for _, tt := range []struct {
		box   geo.BBox
		to    geo.CRS
		kind  geo.GeometryType
		parts int
	}{
		{geo.BBox{CRS: geo.CRS84, MinX: 1, MinY: 2, MaxX: 3, MaxY: 4}, geo.CRS84, geo.MultiPolygon, 1},
		{geo.BBox{CRS: geo.CRS84, MinX: 170, MinY: 2, MaxX: -170, MaxY: 4}, geo.CRS84, geo.MultiPolygon, 2},
		{geo.BBox{CRS: geo.CRS84, MinX: 1, MinY: 45, MaxX: 3, MaxY: 46}, geo.Lambert93, geo.MultiPolygon, 1},
		{geo.BBox{CRS: geo.CRS84, MinX: 1, MinY: 2, MaxX: 1, MaxY: 2}, geo.CRS84, geo.Point, 0},
		{geo.BBox{CRS: geo.CRS84, MinX: 1, MinY: 2, MaxX: 3, MaxY: 2}, geo.CRS84, geo.MultiLineString, 0},
		{geo.BBox{CRS: geo.CRS84, MinX: 170, MinY: -60, MaxX: 171, MaxY: -59}, geo.Lambert93, geo.MultiPolygon, 0},
	} {
		g, err := Shape(geo.BoxLiteral{Box: tt.box}, tt.to)
		if err != nil || g.Type != tt.kind || len(g.PolyEnds) != tt.parts {
			t.Errorf("%v: %+v, %v", tt.box, g, err)
		}
	}
	if _, err := Shape(geo.And{}, geo.CRS84); err == nil {
		t.Error("And is no geometry")
	}
}
