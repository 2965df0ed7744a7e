// Command generate makes examples/demo/demo.gpkg.gz, the GeoPackage embedded
// in the binary. Run it from the root of the repository.
package main

import (
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/arpent-geo/arpent/examples/demo"
	"github.com/arpent-geo/arpent/sql/gpkg"
)

func main() {
	if err := run(context.Background(), "examples/demo/demo.gpkg.gz"); err != nil {
		fmt.Fprintln(os.Stderr, "generate:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, out string) error {
	dir, err := os.MkdirTemp("", "arpent-demo-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "demo.gpkg")
	if err := build(ctx, path); err != nil {
		return err
	}
	return pack(path, out)
}

func build(ctx context.Context, path string) error {
	sets, err := demo.Generate()
	if err != nil {
		return err
	}
	store, err := gpkg.Create(ctx, path)
	if err != nil {
		return err
	}
	return errors.Join(demo.Load(ctx, store, sets), store.Close())
}

func pack(path, out string) error {
	in, err := os.Open(path)
	if err != nil {
		return err
	}
	defer in.Close()
	f, err := os.Create(out)
	if err != nil {
		return err
	}
	z, err := gzip.NewWriterLevel(f, gzip.BestCompression)
	if err != nil {
		return errors.Join(err, f.Close())
	}
	_, err = io.Copy(z, in)
	return errors.Join(err, z.Close(), f.Close())
}
