package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/arpent-geo/arpent/geo"
	"github.com/arpent-geo/arpent/loaders"
)

// packFiles loads a file, or the files of a folder, into a GeoPackage of
// Arpent's own and returns its path: what `arpent serve communes.geojson`
// serves. It is made anew each time, from the files as they are.
func (a *app) packFiles(ctx context.Context, source string) (path string, err error) {
	files, err := dataFiles(source)
	if err != nil {
		return "", err
	}
	var open inputs
	defer open.close()
	jobs, err := a.openJobs(ctx, &open, files, sidecar{})
	if err != nil {
		return "", err
	}
	if path, err = a.packPath(source); err != nil {
		return "", err
	}
	st, err := a.openTarget(ctx, path)
	if err != nil {
		return "", err
	}
	defer st.Close()
	reports, err := a.runJobs(ctx, st, jobs, geo.LoadCreate)
	a.printReports(reports, "")
	return path, err
}

// packPath is where the GeoPackage of a source stands; an old one is removed.
func (a *app) packPath(source string) (string, error) {
	dir := cacheDir(a.env)
	abs, err := filepath.Abs(source)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256([]byte(abs))
	path := filepath.Join(dir, "files-"+hex.EncodeToString(sum[:6])+".gpkg")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", err
	}
	for _, suffix := range []string{"", "-wal", "-shm"} {
		if err := os.Remove(path + suffix); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return "", err
		}
	}
	return path, nil
}

// dataFiles is the file itself, or the files of a folder that look like data,
// by name.
func dataFiles(source string) ([]string, error) {
	info, err := os.Stat(source)
	if err != nil {
		return nil, notFound(source)
	}
	if !info.IsDir() {
		return []string{source}, nil
	}
	entries, err := os.ReadDir(source)
	if err != nil {
		return nil, err
	}
	var files []string
	for _, e := range entries {
		if !e.IsDir() && loaders.KnownExtension(filepath.Ext(e.Name())) {
			files = append(files, filepath.Join(source, e.Name()))
		}
	}
	if len(files) == 0 {
		return nil, badCall(source, geo.Text{FR: "aucun fichier de données dans ce dossier", EN: "no data file in this folder"},
			geo.Text{FR: "GeoJSON (NDJSON, .gz) ou GeoPackage", EN: "GeoJSON (NDJSON, .gz) or GeoPackage"})
	}
	return files, nil
}
