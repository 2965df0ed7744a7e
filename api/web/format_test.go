package web

import (
	"math"
	"testing"
	"time"
)

func TestNumbers(t *testing.T) {
	for _, c := range []struct {
		got, want string
	}{
		{integer("fr", 0), "0"},
		{integer("fr", 999), "999"},
		{integer("fr", 35357), "35\u202f357"},
		{integer("fr", -1234567), "\u22121\u202f234\u202f567"},
		{integer("fr", math.MinInt64), "\u22129\u202f223\u202f372\u202f036\u202f854\u202f775\u202f808"},
		{integer("en", 35357), "35,357"},
		{decimal("fr", 1062.294, 2), "1\u202f062,29"},
		{decimal("en", 1062.294, 2), "1,062.29"},
		{decimal("fr", -0.001, 2), "0,00"},
		{decimal("fr", -1.5, 1), "\u22121,5"},
		{decimal("fr", math.NaN(), 1), "n.d."},
		{degrees("fr", 48.85312), "48,8531°"},
		{groundLength("fr", 850), "850\u00a0m"},
		{groundLength("fr", 1234), "1,2\u00a0km"},
		{groundLength("fr", 1234567), "1\u202f235\u00a0km"},
		{groundLength("en", 58_000), "58\u00a0km"},
		{dataNumber("fr", "-12.50"), "\u221212,50"},
		{dataNumber("fr", "2026"), "2026"}, // a year, perhaps: never grouped
		{dataNumber("en", "5654.77"), "5654.77"},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}

func TestDates(t *testing.T) {
	first := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	for _, c := range []struct{ got, want string }{
		{longDate("fr", first), "1er\u00a0novembre 2026"},
		{longDate("fr", first.AddDate(0, 3, 11)), "12\u00a0février 2027"},
		{longDate("en", first), "1 November 2026"},
		{shortDate("fr", first), "01/11/2026"},
		{shortDate("en", first), "2026-11-01"},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}

// The plural begins at 2 in French, and is everything but 1 in English.
func TestPlural(t *testing.T) {
	for n, want := range map[int64][2]bool{0: {false, true}, 1: {false, false}, 2: {true, true}} {
		if got := [2]bool{plural("fr", n), plural("en", n)}; got != want {
			t.Errorf("%d: got %v, want %v", n, got, want)
		}
	}
}
