package tile

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"github.com/arpent-geo/arpent/geo"
)

func TestFeatureID(t *testing.T) {
	for _, c := range []struct {
		id   geo.ID
		want uint64
		ok   bool
	}{
		{geo.IntID(0), 0, true},
		{geo.IntID(35238), 35238, true},
		{geo.IntID(1<<53 - 1), 1<<53 - 1, true},
		{geo.IntID(1 << 53), 0, false},
		{geo.IntID(-1), 0, false},
		{geo.StringID("01001"), 60512833, true},
		{geo.StringID("1001"), 1726273, true},
		{geo.StringID("2A004"), 64291972, true},
		{geo.StringID("2B004"), 64338628, true},
		{geo.StringID("ZZZZZZZZZZ"), 2*3656158440062976 - 1, true},
		{geo.StringID("ZZZZZZZZZZZ"), 0, false},
		{geo.StringID("2a004"), 0, false},
		{geo.StringID("01001,2"), 0, false},
		{geo.StringID("é"), 0, false},
		{geo.StringID(""), 0, false},
		{geo.ID{}, 0, false},
	} {
		got, ok := FeatureID(c.id)
		if ok != c.ok || ok && got != c.want || ok && got >= 1<<53 {
			t.Errorf("%v: %d, %v; want %d, %v", c.id, got, ok, c.want, c.ok)
		}
	}
}

func TestTextsNeverShareAnID(t *testing.T) {
	text := rapid.StringMatching(`[0-9A-Z]{1,10}`)
	rapid.Check(t, func(t *rapid.T) {
		a, b := text.Draw(t, "a"), text.Draw(t, "b")
		x, okA := FeatureID(geo.StringID(a))
		y, okB := FeatureID(geo.StringID(b))
		if !okA || !okB || x >= maxID || y >= maxID || (x == y) != (a == b) {
			t.Fatalf("%q: %d, %q: %d", a, x, b, y)
		}
	})
}

func TestRankOrdersAsIDs(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := geo.IntID(rapid.Int64().Draw(t, "a")), geo.IntID(rapid.Int64().Draw(t, "b"))
		if (a.Compare(b) < 0) != (rank(a) < rank(b)) {
			t.Fatalf("%v %v", a, b)
		}
		s, u := geo.TextID([]byte(rapid.String().Draw(t, "s"))), geo.TextID([]byte(rapid.String().Draw(t, "u")))
		if rank(s) != rank(u) && (s.Compare(u) < 0) != (rank(s) < rank(u)) {
			t.Fatalf("%v %v", s, u)
		}
	})
}

func ExampleFeatureID() {
	for _, code := range []string{"01001", "1001", "2A004", "01 001"} {
		fmt.Println(FeatureID(geo.StringID(code)))
	}
	// Output:
	// 60512833 true
	// 1726273 true
	// 64291972 true
	// 0 false
}
