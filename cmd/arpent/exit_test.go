package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/arpent-geo/arpent/geo"
	"github.com/arpent-geo/arpent/loaders"
)

func TestExitCodeAndWords(t *testing.T) {
	bad := geo.Invalid("record 3, byte 12", geo.Text{FR: "virgule en trop", EN: "comma too many"}, geo.Text{FR: "ôtez-la", EN: "remove it"})
	full := &geo.Error{Kind: geo.ErrDiskFull, Msg: geo.Text{FR: "disque plein", EN: "disk full"}, Err: errors.New("write: no space")}
	tests := []struct {
		err  error
		code int
		en   string
		fr   string
	}{
		{nil, exitDone, "", ""},
		{bad, exitData, "arpent: record 3, byte 12: comma too many\n  → remove it\n", "arpent: enregistrement 3, octet 12 : virgule en trop\n  → ôtez-la\n"},
		{fmt.Errorf("a.json: %w", bad), exitData, "arpent: a.json: record 3, byte 12: comma too many\n  → remove it\n", "arpent: a.json: enregistrement 3, octet 12 : virgule en trop\n  → ôtez-la\n"},
		{fmt.Errorf("a.gpkg: open a.gpkg: read a.gpkg: load row 3: %w", full), exitSystem, "arpent: a.gpkg: load row 3: disk full\n  (write: no space)\n", "arpent: a.gpkg: load ligne 3 : disque plein\n  (write: no space)\n"},
		{asCall(fmt.Errorf("--crs: %w", bad)), exitCall, "arpent: --crs: record 3, byte 12: comma too many\n  → remove it\n", "arpent: --crs: enregistrement 3, octet 12 : virgule en trop\n  → ôtez-la\n"},
		{errors.Join(full, errors.New("roll back: gone")), exitSystem, "arpent: disk full\n  (write: no space)\n", "arpent: disque plein\n  (write: no space)\n"},
		{fmt.Errorf("x: %w", context.Canceled), exitSystem, "arpent: interrupted\n", "arpent: interrompu\n"},
		{geo.ErrUnavailable, exitSystem, "arpent: store unavailable\n", "arpent: store unavailable\n"},
		{geo.ErrConflict, exitCall, "arpent: conflict\n", "arpent: conflict\n"},
		{geo.ErrUnsupportedCRS, exitData, "arpent: unsupported coordinate reference system\n", "arpent: unsupported coordinate reference system\n"},
		{errors.New("odd"), exitSystem, "arpent: odd\n", "arpent: odd\n"},
	}
	for _, tt := range tests {
		if got := exitCode(tt.err); got != tt.code {
			t.Errorf("%v: exit code %d, want %d", tt.err, got, tt.code)
		}
		for lang, want := range map[string]string{"en": tt.en, "fr": tt.fr} {
			var out bytes.Buffer
			a := &app{streams: streams{err: &out}, lang: lang}
			if a.report(tt.err); out.String() != want {
				t.Errorf("%v in %s: %q, want %q", tt.err, lang, out.String(), want)
			}
		}
	}
}

func TestReportJSON(t *testing.T) {
	var out bytes.Buffer
	a := &app{streams: streams{err: &out}, lang: "fr", json: true}
	a.report(geo.Invalid("limits", geo.Text{FR: "trop", EN: "too many"}, geo.Text{}))
	if want := `{"error":{"where":"limits","message":"trop"},"exit":1}` + "\n"; out.String() != want {
		t.Errorf("%s", out.String())
	}
}

func TestPrintReports(t *testing.T) {
	r := &loaders.Report{Layer: &geo.Layer{Table: "communes"}, Rows: 35357, NullGeometries: 1, InvalidCount: 12, Elapsed: 2e9,
		Warnings: []geo.Text{{FR: "« fid » devient « fid_1 »", EN: "fid becomes fid_1"}}}
	for i := range 12 {
		r.Invalid = append(r.Invalid, loaders.Invalid{Record: int64(i + 1), ID: "7", Reason: geo.Text{FR: "l'anneau se recoupe", EN: "ring crosses itself"}})
	}
	var out bytes.Buffer
	a := &app{streams: streams{out: &out}, lang: "fr"}
	a.printReports([]*loaders.Report{r}, "arpent serve 'mes données/france.gpkg'")
	want := "communes : 35\u202f357 lignes en 2,0 s (17\u202f679/s)\n" +
		"  « fid » devient « fid_1 »\n" +
		"  1 ligne sans géométrie\n" +
		"  12 géométries invalides, gardées :\n"
	for i := range 10 {
		want += fmt.Sprintf("    enregistrement %d (id 7) : l'anneau se recoupe\n", i+1)
	}
	want += "    …\nPour publier : arpent serve 'mes données/france.gpkg'\n"
	if out.String() != want {
		t.Errorf("got %s\nwant %s", out.String(), want)
	}
}

func TestCounts(t *testing.T) {
	a := &app{lang: "en"}
	for n, want := range map[int64]string{0: "0", 999: "999", 1000: "1,000", -1234567: "-1,234,567"} {
		if got := a.count(n); got != want {
			t.Errorf("count(%d) = %s", n, got)
		}
	}
	if got := a.plural(0, "row", "rows"); got != "0 rows" {
		t.Error(got)
	}
	a.lang = "fr"
	if got := a.plural(0, "ligne", "lignes"); got != "0 ligne" {
		t.Error(got)
	}
}
