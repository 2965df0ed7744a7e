package web

import (
	"io/fs"
	"regexp"
	"strings"
	"testing"

	"github.com/arpent-geo/arpent/geo"
)

func allTexts() map[string]geo.Text {
	all := map[string]geo.Text{}
	for _, m := range []map[string]geo.Text{texts, mapTexts} {
		for key, sentence := range m {
			all[key] = sentence
		}
	}
	return all
}

func TestTextsAreInBothLanguages(t *testing.T) {
	if len(allTexts()) != len(texts)+len(mapTexts) {
		t.Error("a key stands in both catalogues")
	}
	for key, sentence := range allTexts() {
		if sentence.FR == "" || sentence.EN == "" {
			t.Errorf("%s lacks a language", key)
		}
		if fr, en := strings.Count(sentence.FR, "%v"), strings.Count(sentence.EN, "%v"); fr != en {
			t.Errorf("%s takes %d values in French, %d in English", key, fr, en)
		}
		if strings.Contains(sentence.FR, "'") {
			t.Errorf("%s: the French apostrophe is ’", key)
		}
		if one, isOne := strings.CutSuffix(key, ".one"); isOne {
			if _, ok := lookup(one + ".other"); !ok {
				t.Errorf("%s has no plural", key)
			}
		}
	}
}

var (
	inTemplates = regexp.MustCompile(`\bt "([^"]+)"`)
	counts      = regexp.MustCompile(`\bcount "([^"]+)"`)
	inScripts   = regexp.MustCompile(`\btexts\.(\w+)`)
	inGo        = regexp.MustCompile(`(?:text|translate)\((?:v\.Lang|lang), "([^"]*[^".])"`) // not the beginning of a key
	plurals     = regexp.MustCompile(`counted\((?:v\.Lang|lang), "([^"]+)"`)
)

// TestTextsAreUsed holds both ways: no template, script or function asks for a
// sentence that is missing, and no sentence is left behind.
func TestTextsAreUsed(t *testing.T) {
	used := map[string]bool{}
	scan := func(source string, re *regexp.Regexp, prefix string, suffixes ...string) {
		for _, m := range re.FindAllStringSubmatch(source, -1) {
			for _, suffix := range suffixes {
				used[prefix+m[1]+suffix] = true
			}
		}
	}
	for _, source := range read(t, templateFiles, "templates") {
		scan(source, inTemplates, "", "")
		scan(source, counts, "", ".one", ".other")
	}
	for name, source := range read(t, files, "static") {
		if strings.HasSuffix(name, ".js") {
			scan(source, inScripts, "js.", "")
		}
	}
	for _, source := range read(t, sources, ".") {
		scan(source, inGo, "", "")
		scan(source, plurals, "", ".one", ".other")
	}
	for key := range used {
		if _, ok := lookup(key); !ok {
			t.Errorf("%s is asked for and missing", key)
		}
	}
	for key := range allTexts() {
		family, _, _ := strings.Cut(key, ".")
		if !used[key] && family != "kind" && family != "geom" && family != "view" && family != "snippet" {
			t.Errorf("%s is never asked for", key)
		}
	}
}

func read(t *testing.T, fsys fs.FS, dir string) map[string]string {
	t.Helper()
	out := map[string]string{}
	err := fs.WalkDir(fsys, dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasSuffix(name, "_test.go") {
			return err
		}
		body, err := fs.ReadFile(fsys, name)
		out[name] = string(body)
		return err
	})
	if err != nil || len(out) == 0 {
		t.Fatalf("read %s: %d files, %v", dir, len(out), err)
	}
	return out
}

func TestEveryKindAndGeometryHasAName(t *testing.T) {
	for k := geo.KindNull; k <= geo.KindArray; k++ {
		if _, err := translate("fr", "kind."+k.String()); err != nil {
			t.Error(err)
		}
	}
	for _, g := range []geo.GeometryType{geo.GeometryNone, geo.GeometryAny, geo.Point, geo.LineString, geo.Polygon, geo.MultiPoint,
		geo.MultiLineString, geo.MultiPolygon, geo.GeometryCollection} {
		if _, err := geometryName("fr", g); err != nil {
			t.Error(err)
		}
	}
}

func TestTranslateCountsItsArguments(t *testing.T) {
	if _, err := translate("fr", "copy"); err == nil {
		t.Error("a missing argument passed")
	}
	if _, err := translate("fr", "no.such.key"); err == nil {
		t.Error("an unknown key passed")
	}
	if got, _ := translate("fr", "copy", "x"); got != "Copier «\u00a0x\u00a0»" {
		t.Errorf("got %q: French quotation marks hold no-break spaces", got)
	}
}
