package main

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/arpent-geo/arpent"

// TestArrows keeps packages from depending, by any way, on what the
// architecture forbids them (docs/architecture.md).
func TestArrows(t *testing.T) {
	forbidden := map[string][]string{
		"geo":      {"api", "loaders", "sql", "cmd", "examples"},
		"api":      {"loaders", "sql", "cmd", "examples"},
		"loaders":  {"api", "sql", "cmd", "examples"},
		"sql":      {"api", "loaders", "cmd", "examples"},
		"examples": {"cmd"},
	}
	packages := golist(t, "./...")
	if len(packages) < 8 {
		t.Fatalf("only %d packages found: %v", len(packages), packages)
	}
	for _, p := range packages {
		from := under(p)
		for _, dep := range golist(t, "-deps", p) {
			if dep != p && slices.Contains(forbidden[from], under(dep)) {
				t.Errorf("%s depends on %s", p, dep)
			}
			if p == module+"/geo" && dep != p && strings.HasPrefix(dep, module+"/") {
				t.Errorf("geo depends on %s: it depends on nothing of ours", dep)
			}
		}
	}
}

// under is the first folder of a package of the module: "sql" for sql/gpkg.
func under(pkg string) string {
	rest, ok := strings.CutPrefix(pkg, module+"/")
	if !ok {
		return ""
	}
	first, _, _ := strings.Cut(rest, "/")
	return first
}

func golist(t *testing.T, args ...string) []string {
	t.Helper()
	cmd := exec.Command("go", append([]string{"list"}, args...)...)
	cmd.Dir = "../.."
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list %v: %v", args, err)
	}
	return strings.Fields(string(out))
}

// TestOneHome keeps each outside dependency in the one package that hides it.
func TestOneHome(t *testing.T) {
	homes := []struct {
		dependency string
		allowed    []string // folders or files, from the root
	}{
		{"github.com/gorilla/mux", []string{"api/routes.go"}},
		{"github.com/lib/pq", []string{"sql/postgis"}},
		{"modernc.org/sqlite", []string{"sql/gpkg"}},
		{"github.com/pressly/goose", []string{"sql"}},
		{"database/sql", []string{"sql"}},
		{"github.com/spf13/cobra", []string{"cmd"}},
		{"go.yaml.in/yaml", []string{"cmd"}},
		{"github.com/peterstace/simplefeatures", []string{"loaders", "sql/gpkg", "sql/storetest"}}, // validity; what PostGIS does by itself
		{"github.com/prometheus/client_golang", []string{"api", "cmd"}},
	}
	files := goFiles(t, "../..")
	for _, file := range files {
		for _, path := range imports(t, filepath.Join("../..", file)) {
			for _, h := range homes {
				if !isOrIsIn(path, h.dependency) {
					continue
				}
				if !slices.ContainsFunc(h.allowed, func(a string) bool { return isOrIsIn(file, a) }) {
					t.Errorf("%s imports %s: only %v may", file, path, h.allowed)
				}
			}
		}
	}
}

func isOrIsIn(path, home string) bool { return path == home || strings.HasPrefix(path, home+"/") }

// goFiles lists the Go files of the module but tests, with slashes.
func goFiles(t *testing.T, root string) []string {
	t.Helper()
	var files []string
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == "testdata" || len(d.Name()) > 2 && d.Name()[0] == '.') {
			return filepath.SkipDir
		}
		if strings.HasSuffix(path, ".go") && !strings.HasSuffix(path, "_test.go") {
			rel, err := filepath.Rel(root, path)
			if err != nil {
				return err
			}
			files = append(files, filepath.ToSlash(rel))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(files) < 30 {
		t.Fatalf("only %d files found", len(files))
	}
	return files
}

func imports(t *testing.T, file string) []string {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
	if err != nil {
		t.Fatal(err)
	}
	var paths []string
	for _, spec := range f.Imports {
		p, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			t.Fatal(err)
		}
		paths = append(paths, p)
	}
	return paths
}
