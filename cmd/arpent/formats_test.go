package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// sharedData finds the test data beside the repository.
func sharedData(t testing.TB, path string) string {
	t.Helper()
	p := filepath.Join("..", "..", "..", "shared", "data", path)
	if _, err := os.Stat(p); err != nil {
		t.Skipf("SKIPPED: no shared data (%s) beside the repository", path)
	}
	return p
}

// TestLoadSamples loads every sample of a format that Arpent reads or
// recognises, good, odd and broken: each is loaded whole, or refused with its
// name, exit code 1 and no file made.
func TestLoadSamples(t *testing.T) {
	root := sharedData(t, "formats")
	var files []string
	for _, pattern := range []string{"malformes/*", "gpkg/*/*.gpkg", "geojson/bad/*.geojson", "geojson/good/*.geojson", "fgb/*.fgb", "csv/*.csv"} {
		found, _ := filepath.Glob(filepath.Join(root, pattern))
		files = append(files, found...)
	}
	if len(files) < 80 {
		t.Fatalf("%d samples only", len(files))
	}
	env := environment(map[string]string{"LC_ALL": "en"})
	for _, file := range files {
		target := filepath.Join(t.TempDir(), "out.gpkg")
		var out, errs bytes.Buffer
		code := run(t.Context(), []string{"load", file, "--into", target}, streams{strings.NewReader(""), &out, &errs}, env)
		_, statErr := os.Stat(target)
		switch code {
		case exitDone:
			if statErr != nil || !strings.Contains(out.String(), "row") {
				t.Errorf("%s: loaded, but %v: %s", file, statErr, out.String())
			}
		case exitData:
			if statErr == nil {
				t.Errorf("%s: refused, but a file was made", file)
			}
			if !strings.Contains(errs.String(), filepath.Base(file)) || strings.Contains(errs.String(), "panic") {
				t.Errorf("%s: the error does not name the file: %s", file, errs.String())
			}
		default:
			t.Errorf("%s: exit code %d: %s", file, code, errs.String())
		}
		if strings.Contains(file, "malformes") && code == exitDone && !strings.Contains(file, "bom") && !strings.Contains(file, "inverses") {
			t.Errorf("%s was loaded: %s", file, out.String())
		}
	}
}
