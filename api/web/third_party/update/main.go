// Command update renews the copy of MapLibre GL that the pages serve, from the
// archive of the npm registry:
//
//	npm pack maplibre-gl@6.17.0
//	go run ./api/web/third_party/update maplibre-gl-6.17.0.tgz
//
// Scripts and licence are kept as they are. The icons that the style sheet
// holds as data: URLs become files, so that the pages need no data: in their
// content security policy. VENDORED.txt records versions and digests; a test
// of package web checks them.
package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"sort"
	"strings"
)

const (
	folder  = "api/web/third_party"
	maxFile = 8 << 20
)

// kept maps the files of the archive to their names here.
var kept = map[string]string{
	"package/package.json":                "",
	"package/LICENSE.txt":                 "maplibre-gl/LICENSE.txt",
	"package/dist/maplibre-gl.mjs":        "maplibre-gl/maplibre-gl.mjs",
	"package/dist/maplibre-gl-worker.mjs": "maplibre-gl/maplibre-gl-worker.mjs",
	"package/dist/maplibre-gl.css":        "maplibre-gl/maplibre-gl.css",
}

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage, at the root of the repository: update maplibre-gl-VERSION.tgz")
		os.Exit(2)
	}
	if err := update(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func update(archive string) error {
	files, err := readArchive(archive)
	if err != nil {
		return fmt.Errorf("read %s: %w", archive, err)
	}
	var meta struct{ Name, Version, License string }
	if err := json.Unmarshal(files["package/package.json"], &meta); err != nil {
		return fmt.Errorf("read package.json: %w", err)
	}
	out := map[string][]byte{}
	for from, to := range kept {
		if files[from] == nil {
			return fmt.Errorf("%s holds no %s", archive, from)
		}
		if to != "" {
			out[to] = files[from]
		}
	}
	css, icons, err := splitIcons(out["maplibre-gl/maplibre-gl.css"])
	if err != nil {
		return err
	}
	out["maplibre-gl/maplibre-gl.css"] = css
	for name, svg := range icons {
		out["maplibre-gl/"+name] = svg
	}
	return write(out, fmt.Sprintf("%s %s (%s), https://registry.npmjs.org/%[1]s", meta.Name, meta.Version, meta.License))
}

func readArchive(name string) (map[string][]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	zr, err := gzip.NewReader(f)
	if err != nil {
		return nil, err
	}
	files := map[string][]byte{}
	for tr := tar.NewReader(zr); ; {
		h, err := tr.Next()
		if errors.Is(err, io.EOF) {
			return files, nil
		}
		if err != nil {
			return nil, err
		}
		if _, ok := kept[h.Name]; !ok {
			continue
		}
		if h.Size > maxFile {
			return nil, fmt.Errorf("%s has %d bytes, more than %d", h.Name, h.Size, maxFile)
		}
		if files[h.Name], err = io.ReadAll(tr); err != nil {
			return nil, err
		}
	}
}

var dataURL = regexp.MustCompile(`url\("data:image/svg\+xml;charset=utf-8,([^"]*)"\)`)

// splitIcons puts each distinct data: icon of a style sheet into a file.
func splitIcons(css []byte) ([]byte, map[string][]byte, error) {
	icons, names := map[string][]byte{}, map[string]string{}
	var bad error
	css = dataURL.ReplaceAllFunc(css, func(m []byte) []byte {
		text := string(dataURL.FindSubmatch(m)[1])
		name := names[text]
		if name == "" {
			svg, err := url.PathUnescape(text)
			if err != nil {
				bad = fmt.Errorf("read icon %d: %w", len(names), err)
			}
			name = fmt.Sprintf("icons/%02d.svg", len(names))
			names[text], icons[name] = name, []byte(svg)
		}
		return []byte(`url("` + name + `")`)
	})
	if bytes.Contains(css, []byte("url(\"data:")) || bytes.Contains(css, []byte("url(data:")) {
		bad = errors.Join(bad, errors.New("the style sheet still holds a data: URL"))
	}
	return css, icons, bad
}

func write(files map[string][]byte, origin string) error {
	var list strings.Builder
	fmt.Fprintf(&list, "%s\nmaplibre-gl.css: data: icons moved to icons/ by update/main.go; the rest as published.\n\n", origin)
	names := make([]string, 0, len(files))
	for name := range files {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		path := filepath.Join(folder, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(path, files[name], 0o644); err != nil {
			return err
		}
		fmt.Fprintf(&list, "%x  %s\n", sha256.Sum256(files[name]), name)
	}
	return os.WriteFile(filepath.Join(folder, "VENDORED.txt"), []byte(list.String()), 0o644)
}
