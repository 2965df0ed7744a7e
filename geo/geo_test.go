package geo

import (
	"errors"
	"fmt"
	"testing"
)

func TestBBoxSplitAtTheAntimeridian(t *testing.T) {
	b := BBox{CRS84, 170, -20, -170, -10}
	if !b.CrossesAntimeridian() {
		t.Fatal("a box from 170 to -170 crosses the antimeridian")
	}
	parts := b.Split()
	if len(parts) != 2 || parts[0] != (BBox{CRS84, 170, -20, 180, -10}) || parts[1] != (BBox{CRS84, -180, -20, -170, -10}) {
		t.Errorf("parts: %v", parts)
	}
	plain := BBox{CRS84, -5, 41, 10, 51}
	if parts := plain.Split(); len(parts) != 1 || parts[0] != plain {
		t.Errorf("a plain box is split: %v", parts)
	}
}

func TestEmptyBBoxGrows(t *testing.T) {
	b := EmptyBBox(Lambert93)
	if !b.IsEmpty() || b.CrossesAntimeridian() {
		t.Fatal("the box of nothing is empty and crosses nothing")
	}
	b = b.Extend(3, 4).Extend(1, 7)
	if b != (BBox{Lambert93, 1, 4, 3, 7}) || b.IsEmpty() {
		t.Errorf("%v", b)
	}
	if !b.Contains(BBox{Lambert93, 1, 4, 1, 4}) || !b.Intersects(BBox{Lambert93, 3, 7, 9, 9}) || b.Intersects(BBox{Lambert93, 3.1, 7, 9, 9}) {
		t.Error("edges are included, and only they")
	}
}

func TestCRSURI(t *testing.T) {
	for c, want := range map[CRS]string{
		CRS84: "http://www.opengis.net/def/crs/OGC/1.3/CRS84", CRS84h: "http://www.opengis.net/def/crs/OGC/0/CRS84h",
		Lambert93: "http://www.opengis.net/def/crs/EPSG/0/2154",
	} {
		if got := c.URI(); got != want {
			t.Errorf("%v: %s, want %s", c, got, want)
		}
	}
}

func TestParseCodeINSEE(t *testing.T) {
	for _, ok := range []string{"01001", "2A004", "2B033", "97105", "75056"} {
		if c, err := ParseCodeINSEE(ok); err != nil || string(c) != ok {
			t.Errorf("%q: %v, %v", ok, c, err)
		}
	}
	for _, bad := range []string{"", "1001", "2a004", "3A004", "010010", "0100é", "2C001"} {
		if _, err := ParseCodeINSEE(bad); !errors.Is(err, ErrInvalidInput) {
			t.Errorf("%q: %v, want invalid input", bad, err)
		}
	}
}

func TestErrorKeepsKindAndCause(t *testing.T) {
	cause := errors.New("socket closed")
	err := fmt.Errorf("read items: %w", &Error{Kind: ErrUnavailable, Msg: Text{"base injoignable", "database away"}, Err: cause})
	if !errors.Is(err, ErrUnavailable) || !errors.Is(err, cause) || errors.Is(err, ErrBusy) {
		t.Errorf("kinds of %v", err)
	}
}

func TestTextFallsBackOnTheOtherLanguage(t *testing.T) {
	for _, c := range []struct {
		text Text
		lang string
		want string
	}{{Text{"a", "b"}, "fr", "a"}, {Text{"a", "b"}, "en", "b"}, {Text{FR: "a"}, "en", "a"}, {Text{EN: "b"}, "fr", "b"}} {
		if got := c.text.In(c.lang); got != c.want {
			t.Errorf("%v in %s: %q", c.text, c.lang, got)
		}
	}
}

func TestMetaMergeKeepsWhatIsNotSet(t *testing.T) {
	zoom := 7
	base := Meta{Title: "Communes", Licence: "Licence Ouverte 2.0", Keywords: []string{"limites"}}
	got := base.Merge(Meta{Title: "Communes 2026", MinZoom: &zoom})
	if got.Title != "Communes 2026" || got.Licence != base.Licence || len(got.Keywords) != 1 {
		t.Errorf("%+v", got)
	}
	if lo, hi := got.Zooms(); lo != 7 || hi != DefaultMaxZoom {
		t.Errorf("zooms %d-%d", lo, hi)
	}
}

func TestIDsOrder(t *testing.T) {
	ordered := []ID{{}, IntID(-1), IntID(2), IntID(10), StringID("01001"), StringID("1001"), StringID("2A004")}
	for i := range ordered {
		for j := range ordered {
			got := ordered[i].Compare(ordered[j])
			if (got < 0) != (i < j) || (got > 0) != (i > j) {
				t.Errorf("Compare(%v, %v) = %d", ordered[i], ordered[j], got)
			}
		}
	}
}
