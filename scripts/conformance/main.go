// Command conformance runs the executable test suites of OGC (CITE) against
// the demonstration, served from the GeoPackage and, when DATABASE_URL is set,
// from PostGIS.
//
//	make conformance
//
// The suites are the "aio" artefacts of org.opengis.cite:ets-ogcapi-features10
// and ets-ogcapi-tiles10. ETS_FEATURES_JAR and ETS_TILES_JAR name them where
// Maven cannot fetch them by their coordinates. Java 17 runs them. Their exit
// code is 0 whatever happens, and tests are skipped without a word: the results
// are read, and a floor of passed tests is demanded.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"github.com/arpent-geo/arpent/examples/demo"
)

// suite is one test suite, and how many of its tests pass at least.
type suite struct {
	artefact, version, variable string
	floor                       int
}

var suites = []suite{
	{"ets-ogcapi-features10", "1.9", "ETS_FEATURES_JAR", 1700},
	{"ets-ogcapi-tiles10", "1.2", "ETS_TILES_JAR", 14},
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "conformance:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	dir, err := os.MkdirTemp("", "arpent-conformance-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	binary := filepath.Join(dir, "arpent")
	if out, err := exec.CommandContext(ctx, "go", "build", "-o", binary, "./cmd/arpent").CombinedOutput(); err != nil {
		return fmt.Errorf("build arpent: %w: %s", err, out)
	}
	file, err := demo.Open(dir)
	if err != nil {
		return err
	}
	sources := map[string]string{"GeoPackage": file}
	if dsn := os.Getenv("DATABASE_URL"); dsn != "" {
		if out, err := exec.CommandContext(ctx, binary, "load", file, "--into", dsn, "--replace").CombinedOutput(); err != nil {
			return fmt.Errorf("load the demonstration into PostGIS: %w: %s", err, out)
		}
		sources["PostGIS"] = dsn
	}
	var failures []error
	for _, name := range []string{"GeoPackage", "PostGIS"} {
		if source, ok := sources[name]; ok {
			failures = append(failures, testSource(ctx, binary, dir, name, source))
		}
	}
	return errors.Join(failures...)
}

// testSource serves a source and runs every suite against it.
func testSource(ctx context.Context, binary, dir, name, source string) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	server := exec.CommandContext(ctx, binary, "serve", source, "--addr", "127.0.0.1:0")
	out, err := server.StdoutPipe()
	if err != nil {
		return err
	}
	if err := server.Start(); err != nil {
		return fmt.Errorf("serve %s: %w", name, err)
	}
	defer func() {
		stop()
		_ = server.Wait() // it is killed
	}()
	address := ""
	for lines := bufio.NewScanner(out); address == "" && lines.Scan(); {
		address = regexp.MustCompile(`http://[0-9.]+:[0-9]+/`).FindString(lines.Text())
	}
	if address == "" {
		return fmt.Errorf("serve %s: no address was printed", name)
	}
	var failures []error
	for _, s := range suites {
		jar, err := s.jar(ctx)
		if err != nil {
			return err
		}
		failures = append(failures, s.test(ctx, jar, filepath.Join(dir, name+"-"+s.artefact), name, address))
	}
	return errors.Join(failures...)
}

// jar finds the suite: where its variable says, else by Maven.
func (s suite) jar(ctx context.Context) (string, error) {
	if path := os.Getenv(s.variable); path != "" {
		return path, nil
	}
	coordinates := "org.opengis.cite:" + s.artefact + ":" + s.version + ":jar:aio"
	out, err := exec.CommandContext(ctx, "mvn", "-q", "dependency:get", "-Dtransitive=false", "-Dartifact="+coordinates).CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("fetch %s: %w: %.300s\nbuild it from its repository, and name the file in %s", coordinates, err, out, s.variable)
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return "", err
	}
	return filepath.Join(home, ".m2/repository/org/opengis/cite", s.artefact, s.version, s.artefact+"-"+s.version+"-aio.jar"), nil
}

// results is what TestNG writes.
type results struct {
	Passed  int      `xml:"passed,attr"`
	Failed  int      `xml:"failed,attr"`
	Skipped int      `xml:"skipped,attr"`
	Methods []method `xml:"suite>test>class>test-method"`
}

type method struct {
	Name    string `xml:"name,attr"`
	Status  string `xml:"status,attr"`
	Message string `xml:"exception>message"`
}

func (s suite) test(ctx context.Context, jar, dir, name, address string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	properties, err := s.properties(ctx, address)
	if err != nil {
		return err
	}
	config := filepath.Join(dir, "properties.xml")
	if err := os.WriteFile(config, properties, 0o644); err != nil {
		return err
	}
	start := time.Now()
	if out, err := exec.CommandContext(ctx, "java", "-jar", jar, "-o", dir, config).CombinedOutput(); err != nil {
		return fmt.Errorf("run %s: %w: %.500s", s.artefact, err, out)
	}
	r, err := readResults(dir)
	if err != nil {
		return fmt.Errorf("%s on %s: %w", s.artefact, name, err)
	}
	fmt.Printf("%s on %s: %d passed, %d failed, %d skipped in %.0f s\n", s.artefact, name, r.Passed, r.Failed, r.Skipped, time.Since(start).Seconds())
	for _, m := range r.Methods {
		if m.Status == "FAIL" {
			fmt.Printf("  %s: %s\n", m.Name, strings.TrimSpace(m.Message))
		}
	}
	if r.Failed > 0 || r.Passed < s.floor {
		return fmt.Errorf("%s on %s: %d failed, %d passed (at least %d expected)", s.artefact, name, r.Failed, r.Passed, s.floor)
	}
	return nil
}

func readResults(dir string) (r results, err error) {
	found := ""
	err = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.Name() == "testng-results.xml" {
			found = path
		}
		return err
	})
	if err != nil || found == "" {
		return r, errors.Join(err, errors.New("the suite wrote no results"))
	}
	data, err := os.ReadFile(found)
	if err != nil {
		return r, err
	}
	return r, xml.Unmarshal(data, &r)
}

// properties are the inputs of both suites: the tiles are those of the
// communes at zoom 8.
func (s suite) properties(ctx context.Context, address string) ([]byte, error) {
	tileset := address + "collections/communes/tiles/WebMercatorQuad"
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, tileset+"?f=json", nil)
	if err != nil {
		return nil, err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	var doc struct {
		Limits []struct {
			TileMatrix                                     string
			MinTileRow, MaxTileRow, MinTileCol, MaxTileCol int
		} `json:"tileMatrixSetLimits"`
	}
	if err := json.NewDecoder(resp.Body).Decode(&doc); err != nil {
		return nil, fmt.Errorf("read %s: %w", tileset, err)
	}
	values := [][2]string{{"iut", address}, {"noofcollections", "-1"}, {"tilematrix", "8"},
		{"tilematrixsetdefinitionuri", "http://www.opengis.net/def/tilematrixset/OGC/1.0/WebMercatorQuad"},
		{"urltemplatefortiles", tileset + "/{tileMatrix}/{tileRow}/{tileCol}"}}
	for _, l := range doc.Limits {
		if l.TileMatrix == "8" {
			values = append(values, [2]string{"mintilerow", fmt.Sprint(l.MinTileRow)}, [2]string{"maxtilerow", fmt.Sprint(l.MaxTileRow)},
				[2]string{"mintilecol", fmt.Sprint(l.MinTileCol)}, [2]string{"maxtilecol", fmt.Sprint(l.MaxTileCol)})
		}
	}
	out := []byte(`<?xml version="1.0" encoding="UTF-8"?><properties version="1.0">`)
	for _, v := range values {
		out = fmt.Appendf(out, `<entry key=%q>%s</entry>`, v[0], v[1])
	}
	return append(out, "</properties>"...), nil
}
