package gpkg

import (
	"context"
	"errors"
	"math/big"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/arpent-geo/arpent/geo"
	"github.com/arpent-geo/arpent/geo/crs"
	"github.com/arpent-geo/arpent/geo/wkb"
)

func TestParseTime(t *testing.T) {
	at := func(y int, m time.Month, d, h, min, s, us int) int64 {
		return time.Date(y, m, d, h, min, s, us*1000, time.UTC).UnixMicro()
	}
	for s, want := range map[string]int64{
		"2024-01-02T03:04:05.678Z":     at(2024, 1, 2, 3, 4, 5, 678000),
		"2024-01-02T03:04:05.678901Z":  at(2024, 1, 2, 3, 4, 5, 678901),
		"2024-01-02T03:04:05.6789019Z": at(2024, 1, 2, 3, 4, 5, 678901),
		"2024-01-02T03:04:05Z":         at(2024, 1, 2, 3, 4, 5, 0),
		"2024-01-02T03:04:05":          at(2024, 1, 2, 3, 4, 5, 0),
		"2024-01-02 03:04:05":          at(2024, 1, 2, 3, 4, 5, 0),
		"2024-01-02T03:04Z":            at(2024, 1, 2, 3, 4, 0, 0),
		"2024-01-02":                   at(2024, 1, 2, 0, 0, 0, 0),
		"2024-01-02T03:04:05+02:00":    at(2024, 1, 2, 1, 4, 5, 0),
		"2024-01-02T03:04:05.5-0330":   at(2024, 1, 2, 6, 34, 5, 500000),
		"2024-01-02T03:04:05+02":       at(2024, 1, 2, 1, 4, 5, 0),
		"2024-02-29T24:00:00Z":         at(2024, 3, 1, 0, 0, 0, 0),
		"1969-12-31T23:59:59.999999Z":  -1,
		"0001-01-01T00:00:00Z":         at(1, 1, 1, 0, 0, 0, 0),
		"-0044-03-15T12:00:00Z":        at(-44, 3, 15, 12, 0, 0, 0),
		"+12024-01-02T00:00:00Z":       at(12024, 1, 2, 0, 0, 0, 0),
		"infinity":                     geo.PosInfinity,
		"-infinity":                    geo.NegInfinity,
	} {
		if got, ok := parseTime(s); !ok || got != want {
			t.Errorf("%q: %d, %v, want %d", s, got, ok, want)
		}
	}
	for _, s := range []string{"", "hier", "2024", "2024-13-01", "2024-02-30", "2023-02-29T00:00:00Z", "2024-01-02T", "2024-01-02T3:04", "2024-01-02T25:00:00",
		"2024-01-02T03:60:00", "2024-01-02T03:04:05X", "2024-01-02T03:04:05+", "2024-01-02T03:04:05+2", "2024-01-02T03:04:05+02:0", "2024-01-02T03:04:05+02:00Z", "999999-01-01T00:00:00Z", "2024-01-0é"} {
		if got, ok := parseTime(s); ok {
			t.Errorf("%q: read as %d", s, got)
		}
	}
}

// Every instant that is written is read again.
func TestTimeRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		us := rapid.Int64Range(-200000*31556952*1e6/1000, 200000*31556952*1e6/1000).Draw(t, "us")
		for _, zone := range []string{"", "Z"} {
			if got, ok := parseTime(timeText(us, zone)); !ok || got != us {
				t.Fatalf("%d: %q, read as %d, %v", us, timeText(us, zone), got, ok)
			}
		}
		days := us / 86400e6
		if got, ok := parseDate(dateText(days)); !ok || got != days {
			t.Fatalf("%d days: %q, read as %d, %v", days, dateText(days), got, ok)
		}
	})
}

func FuzzParseTime(f *testing.F) {
	for _, s := range []string{"2024-01-02T03:04:05.678Z", "2024-01-02 03:04", "-0044-03-15", "+12024-01-02T00:00:00+02:00", "infinity"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		us, ok := parseTime(s)
		if !ok {
			return
		}
		if again, ok := parseTime(timeText(us, "Z")); !ok || again != us {
			t.Errorf("%q: %d, then %d, %v", s, us, again, ok)
		}
	})
}

func rectangles(b geo.BBox) []crs.Region {
	b.CRS = geo.Lambert93
	regions, err := crs.Search(b, geo.Lambert93)
	if err != nil {
		return nil
	}
	return regions
}

func TestCompareDecimals(t *testing.T) {
	ordered := []string{"-Infinity", "-1e10", "-100.5", "-100.49", "-1", "-0.001", "0", "0.0010", "1e-2", "0.9", "1", "1.0000000000000000000000000001", "9", "10", "99.99", "1e2", "123456789012345678901234567890", "1E40", "Infinity", "NaN", "abc", "é"}
	for i, a := range ordered {
		for j, b := range ordered {
			got := compareDecimals(a, b)
			if (got < 0) != (i < j) || (got > 0) != (i > j) {
				t.Errorf("compare(%s, %s) = %d", a, b, got)
			}
		}
	}
	for _, same := range [][2]string{{"1", "1.0"}, {"+1", "01"}, {"-0", "0"}, {"1e2", "100"}, {"0.10", ".1"}, {"5.", "5"}} {
		if got := compareDecimals(same[0], same[1]); got != 0 {
			t.Errorf("compare(%s, %s) = %d", same[0], same[1], got)
		}
	}
}

func TestCompareDecimalsAsRationals(t *testing.T) {
	text := rapid.StringMatching(`[+-]?[0-9]{1,12}(\.[0-9]{0,12})?([eE][+-]?[0-9]{1,2})?`)
	rapid.Check(t, func(t *rapid.T) {
		a, b := text.Draw(t, "a"), text.Draw(t, "b")
		x, ok1 := new(big.Rat).SetString(a)
		y, ok2 := new(big.Rat).SetString(b)
		if !ok1 || !ok2 {
			t.Skip("not for big.Rat")
		}
		if got, want := compareDecimals(a, b), x.Cmp(y); got != want {
			t.Fatalf("compare(%s, %s) = %d, want %d", a, b, got, want)
		}
	})
}

func FuzzCompareDecimals(f *testing.F) {
	f.Add("1.50", "1e0")
	f.Add("-", "NaN")
	f.Add("1e999999999", "1")
	f.Fuzz(func(t *testing.T, a, b string) {
		if x, y := compareDecimals(a, b), compareDecimals(b, a); x != -y {
			t.Errorf("compare(%q, %q) = %d, the other way %d", a, b, x, y)
		}
	})
}

// FuzzMeets gives any bytes as geometry and as index node to what SQL calls.
func FuzzMeets(f *testing.F) {
	f.Add(wkb.AppendGPKG(nil, &wkb.Geometry{Type: geo.Point, Coords: []float64{1, 2}}, 2154))
	f.Add(wkb.AppendGPKG(nil, &wkb.Geometry{Type: geo.Polygon, Coords: []float64{0, 0, 1, 0, 1, 1, 0, 0}, Ends: []int{4}}, 4326))
	f.Fuzz(func(t *testing.T, blob []byte) {
		k := &call{ctx: t.Context(), regions: rectangles(geo.BBox{MaxX: 1, MaxY: 1})}
		met := k.meets(blob)
		if b, ok := blobBounds(blob); ok && !met && b[0] >= 0 && b[1] >= 0 && b[2] <= 1 && b[3] <= 1 && wkb.Decode(geometryOf(blob), &k.shape) == nil {
			x0, y0, x1, y1, bounded := k.shape.Bounds()
			if bounded && x0 >= 0 && y0 >= 0 && x1 <= 1 && y1 <= 1 {
				t.Errorf("inside, and not met: %v", b)
			}
		}
	})
}

// TestEndOfAScan: a scan that nobody waits for ends although it finds nothing.
func TestEndOfAScan(t *testing.T) {
	s, _ := lieux(t, 5000)
	// Rows without end: each of them costs a call of our own.
	if err := (outside{s}).Exec(t.Context(), `
CREATE VIEW longue AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i, 'n' || i % 3 AS nom, CASE WHEN i > 0 THEN geom END AS geom FROM n, (SELECT geom FROM lieux LIMIT 1);
INSERT INTO gpkg_contents (table_name, data_type, srs_id) VALUES ('longue', 'features', 2154);
INSERT INTO gpkg_geometry_columns VALUES ('longue', 'geom', 'POINT', 2154, 0, 0)`); err != nil {
		t.Fatal(err)
	}
	s.refresh(t.Context())
	endless, err := s.Layer(t.Context(), "longue")
	if err != nil {
		t.Fatal(err)
	}
	box := &geo.BBox{CRS: geo.Lambert93, MinX: 1, MinY: 1, MaxX: 2, MaxY: 2}
	for name, q := range map[string]geo.ItemQuery{
		"filter": {Filter: geo.Equal{Property: endless.Property("nom"), Value: geo.String("absent")}}, "box": {BBox: box},
		"sorted": {Sort: []geo.SortKey{{Property: endless.Property("nom")}}},
	} {
		q.Layer, q.Limit = endless, 10
		ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
		start := time.Now()
		for _, err := range s.Items(ctx, q) {
			if !errors.Is(err, geo.ErrTimeout) {
				t.Errorf("%s: %v, want a timeout", name, err)
			}
		}
		if _, err := s.Count(ctx, q); !errors.Is(err, geo.ErrTimeout) && !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("count, %s: %v, want a timeout", name, err)
		}
		cancel()
		if took := time.Since(start); took > 5*time.Second {
			t.Errorf("%s: ended after %v", name, took)
		}
	}
	if running, waiting := s.gate.Stats(); running != 0 || waiting != 0 {
		t.Errorf("%d slots taken, %d waiting", running, waiting)
	}
	if n := len(s.calls.m); n != 0 {
		t.Errorf("%d calls are not forgotten", n)
	}
}

// TestSettings: what is published, and what settings say over the file.
func TestSettings(t *testing.T) {
	s, _ := lieux(t, 10)
	loadRows(t, s, &geo.Layer{Table: "secret", Properties: []geo.Property{{Name: "x", Kind: geo.KindInt}}}, nil)
	loadRows(t, s, &geo.Layer{Table: "autre", Properties: []geo.Property{{Name: "x", Kind: geo.KindInt}}}, nil)
	zoom := 9
	for name, c := range map[string]struct {
		o    Options
		want string
	}{
		"all":     {Options{}, "autre lieux(code,nom,jour) secret"},
		"publish": {Options{Publish: []string{"l*"}}, "lieux(code,nom,jour)"},
		"exclude": {Options{Exclude: []string{"secret", "lieux.j*"}}, "autre lieux(code,nom)"},
	} {
		c.o.Layers = map[string]geo.Meta{"lieux": {Title: "Réglé", MinZoom: &zoom}}
		other := openFile(t, s.path, c.o)
		layers, err := other.Layers(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, l := range layers {
			name := l.ID
			if l.ID == "lieux" {
				var names []string
				for _, p := range l.Properties {
					names = append(names, p.Name)
				}
				name += "(" + strings.Join(names, ",") + ")"
				if lo, _ := l.Zooms(); l.Title != "Réglé" || lo != 9 {
					t.Errorf("%s: title %q, zoom %d", name, l.Title, lo)
				}
			}
			got = append(got, name)
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s: %v, want %s", name, got, c.want)
		}
	}
}

func TestReadOnlyStoreRefusesLoads(t *testing.T) {
	s, l := lieux(t, 10)
	if _, err := openFile(t, s.path, Options{ReadOnly: true}).BeginLoad(t.Context(), l, geo.LoadReplace); !errors.Is(err, geo.ErrReadOnly) {
		t.Errorf("read-only: %v", err)
	}
	if _, err := Create(t.Context(), s.path); !errors.Is(err, geo.ErrConflict) {
		t.Errorf("create over a file: %v", err)
	}
	for _, bad := range []string{"", "gpkg_contents", "rtree_x", "SQLITE_x", "arpent_layer"} {
		if _, err := s.BeginLoad(t.Context(), &geo.Layer{Table: bad}, geo.LoadCreate); !errors.Is(err, geo.ErrInvalidInput) {
			t.Errorf("load %q: %v", bad, err)
		}
	}
	unknown := &geo.Layer{Table: "ntf", Geometry: geo.Point, CRS: geo.EPSG("27572")}
	if _, err := s.BeginLoad(t.Context(), unknown, geo.LoadCreate); !errors.Is(err, geo.ErrUnsupportedCRS) {
		t.Errorf("load NTF: %v", err)
	}
}
