// Package demo is the territory that arpent serves when it is given no source:
// the communes of a département with schematic contours, and invented objects
// around their villages, in one GeoPackage embedded in the binary.
//
// go run ./examples/demo/generate makes the file again from communes.csv.
package demo

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	_ "embed" // the GeoPackage
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/arpent-geo/arpent/geo"
)

//go:embed demo.gpkg.gz
var packed []byte

// Notice is what every page and the metadata say of the demo.
func Notice() geo.Text {
	return geo.Text{
		FR: "Démonstration : codes, noms, populations et EPCI sont réels ; les contours sont schématiques et les autres objets inventés.",
		EN: "Demonstration: codes, names, populations and EPCI are real; contours are schematic and the other objects invented.",
	}
}

// Open writes the GeoPackage in dir, once for each version of it, and returns
// its path.
func Open(dir string) (string, error) {
	sum := sha256.Sum256(packed)
	path := filepath.Join(dir, "demo-"+hex.EncodeToString(sum[:6])+".gpkg")
	if _, err := os.Stat(path); err == nil {
		return path, nil
	} else if !errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("open the demo: %w", err)
	}
	if err := unpack(dir, path); err != nil {
		return "", fmt.Errorf("write the demo in %s: %w", dir, err)
	}
	return path, nil
}

// unpack writes beside and renames, so that a file that is there is whole.
func unpack(dir, path string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	r, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return err
	}
	f, err := os.CreateTemp(dir, "demo-*.tmp")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	_, err = io.Copy(f, r)
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}

// Load writes the datasets into a store, each as one load.
func Load(ctx context.Context, sink geo.Sink, sets []Dataset) error {
	for i := range sets {
		if err := load(ctx, sink, &sets[i]); err != nil {
			return fmt.Errorf("load %s: %w", sets[i].Layer.ID, err)
		}
	}
	return nil
}

func load(ctx context.Context, sink geo.Sink, d *Dataset) error {
	l, err := sink.BeginLoad(ctx, &d.Layer, geo.LoadReplace)
	if err != nil {
		return err
	}
	for i := range d.Rows {
		if err := l.Write(ctx, &d.Rows[i]); err != nil {
			return errors.Join(err, l.Rollback())
		}
	}
	if err := l.Commit(ctx); err != nil {
		return errors.Join(err, l.Rollback())
	}
	return nil
}
