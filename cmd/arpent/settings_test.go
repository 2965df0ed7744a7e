package main

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/arpent-geo/arpent/geo"
)

func environment(pairs map[string]string) lookup {
	return func(name string) (string, bool) { v, ok := pairs[name]; return v, ok }
}

func write(t *testing.T, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestSettingsOrder(t *testing.T) {
	path := write(t, "arpent.yaml", `
addr: 0.0.0.0:80
base_url: https://exemple.fr/geo
schemas: [cadastre]
limits: {items: 500}
timeouts: {drain: 1m}
title: {fr: Cartes}
layers:
  communes: {title: Communes, id: code, maxzoom: 12, keywords: [a, b]}
`)
	env := environment(map[string]string{"ARPENT_LIMITS_ITEMS": "700", "ARPENT_SCHEMAS": "urba, public2", "ARPENT_CORS": "false"})
	s, unknown, err := loadSettings(path, env, []string{"ARPENT_CORS=false", "ARPENT_PORT=tcp://10.0.0.1:80", "HOME=/"})
	if err != nil {
		t.Fatal(err)
	}
	want := defaultSettings()
	want.Addr, want.BaseURL = "0.0.0.0:80", "https://exemple.fr/geo"
	want.Schemas = []string{"urba", "public2"}
	want.Limits.Items, want.Timeouts.Drain, want.CORS = 700, time.Minute, false
	want.Title.FR = "Cartes"
	twelve := 12
	want.Layers = map[string]geo.Meta{"communes": {Title: "Communes", IDColumn: "code", MaxZoom: &twelve, Keywords: []string{"a", "b"}}}
	if d := cmp.Diff(want, s); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([]string{"ARPENT_PORT"}, unknown); d != "" {
		t.Error(d)
	}
}

func TestSettingsRefused(t *testing.T) {
	tests := []struct{ name, yaml, where, hint string }{
		{"slip at the top", "adr: x\n", ":1", `did you mean "addr"?`},
		{"slip inside", "limits:\n  items: 5\n  conections: 3\n", ":3", `did you mean "connections"?`},
		{"slip in a layer", "layers:\n  communes:\n    titel: x\n", ":3", `did you mean "title"?`},
		{"far from any", "limits: {zzzzzzzz: 1}\n", ":1", "known keys"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, _, err := loadSettings(write(t, "arpent.yaml", tt.yaml), environment(nil), nil)
			var e *geo.Error
			if !errors.As(err, &e) {
				t.Fatalf("got %v", err)
			}
			if !strings.HasSuffix(e.Where, tt.where) || !strings.Contains(e.Hint.EN, tt.hint) {
				t.Errorf("where %q, hint %q", e.Where, e.Hint.EN)
			}
			if exitCode(err) != exitCall {
				t.Errorf("exit code %d", exitCode(err))
			}
		})
	}
	for _, bad := range []string{"limits: {items: many}", "timeouts: {drain: 5}", "layers: [a]", "addr: [", "\t", "limits: {items: 5, items: 6}"} {
		if _, _, err := loadSettings(write(t, "arpent.yaml", bad), environment(nil), nil); exitCode(err) != exitCall {
			t.Errorf("%q: exit code %d, error %v", bad, exitCode(err), err)
		}
	}
}

func TestSettingsValidate(t *testing.T) {
	for name, change := range map[string]func(*settings){
		"base URL without scheme": func(s *settings) { s.BaseURL = "exemple.fr/geo" },
		"base URL with query":     func(s *settings) { s.BaseURL = "https://exemple.fr/?a=b" },
		"no item":                 func(s *settings) { s.Limits.DefaultItems = 0 },
		"default over limit":      func(s *settings) { s.Limits.Items = 5 },
		"no drain":                func(s *settings) { s.Timeouts.Drain = 0 },
		"proxy name":              func(s *settings) { s.TrustedProxies = []string{"nginx"} },
		"level":                   func(s *settings) { s.Log.Level = "loud" },
		"format":                  func(s *settings) { s.Log.Format = "xml" },
	} {
		s := defaultSettings()
		if err := s.validate(); err != nil {
			t.Fatal(err)
		}
		if change(&s); exitCode(s.validate()) != exitCall {
			t.Errorf("%s: accepted", name)
		}
	}
	s := defaultSettings()
	s.TrustedProxies = []string{"10.0.0.0/8", "127.0.0.1", "::1"}
	if p, err := s.proxies(); err != nil || len(p) != 3 || p[1].Bits() != 32 || p[2].Bits() != 128 {
		t.Errorf("proxies %v, %v", p, err)
	}
}

func TestEveryFlagIsASetting(t *testing.T) {
	s := defaultSettings()
	paths := map[string]bool{}
	for _, l := range leaves(&s) {
		paths[l.path] = true
	}
	for _, d := range serveFlags {
		if !paths[d.path] {
			t.Errorf("--%s sets %q, which is no setting", d.name, d.path)
		}
	}
}

func TestNearest(t *testing.T) {
	known := []string{"addr", "base_url", "schemas", "limits", "layers"}
	for word, want := range map[string]string{"adr": "addr", "baseurl": "base_url", "layer": "layers", "limit": "limits", "colour": "", "x": ""} {
		if got := geo.Nearest(word, known); got != want {
			t.Errorf("Nearest(%q) = %q, want %q", word, got, want)
		}
	}
}

func TestLanguage(t *testing.T) {
	tests := []struct {
		args []string
		env  map[string]string
		want string
	}{
		{nil, nil, "en"},
		{nil, map[string]string{"LANG": "fr_FR.UTF-8"}, "fr"},
		{nil, map[string]string{"LANG": "fr_FR.UTF-8", "LC_ALL": "C"}, "en"},
		{[]string{"serve", "--lang", "fr"}, nil, "fr"},
		{[]string{"--lang=en", "serve"}, map[string]string{"LANG": "fr_CA"}, "en"},
		{[]string{"load", "--", "--lang=fr"}, nil, "en"},
	}
	for _, tt := range tests {
		if got := language(tt.args, environment(tt.env)); got != tt.want {
			t.Errorf("language(%v, %v) = %s", tt.args, tt.env, got)
		}
	}
}

func TestKindOfSource(t *testing.T) {
	for source, want := range map[string]sourceKind{
		"": sourceDemo, "postgres://h/d": sourcePostGIS, "postgresql:///d": sourcePostGIS, "host=h dbname=d": sourcePostGIS,
		"dbname=d user=x": sourcePostGIS, "a/b.gpkg": sourceGeoPackage, "B.GPKG": sourceGeoPackage, "communes.geojson": sourceFile, "dossier": sourceFile,
	} {
		if got := kindOfSource(source); got != want {
			t.Errorf("kindOfSource(%q) = %d, want %d", source, got, want)
		}
	}
}

func TestDisplaySourceHidesPasswords(t *testing.T) {
	for _, source := range []string{"postgres://u:s3cret@h/d", "postgres://h/d?password=s3cret", "host=h password=s3cret", "postgres://u:s3cret@h:x/d"} {
		if got := displaySource(source); strings.Contains(got, "s3cret") {
			t.Errorf("displaySource(%q) = %q", source, got)
		}
	}
}
