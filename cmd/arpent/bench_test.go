package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/arpent-geo/arpent/sql/postgis/pgtest"
)

// BenchmarkLoad loads the 35,357 communes, and lets ogr2ogr do the same where
// it is installed.
func BenchmarkLoad(b *testing.B) {
	file := sharedData(b, "admin/communes-2018.geojsonl.gz")
	load := func(b *testing.B, into string) {
		b.ReportAllocs()
		for b.Loop() {
			var out bytes.Buffer
			args := []string{"load", file, "--into", into, "--layer", "communes", "--replace", "--id", "code"}
			if code := run(b.Context(), args, streams{strings.NewReader(""), &out, &out}, environment(nil)); code != exitDone {
				b.Fatalf("exit code %d: %s", code, out.String())
			}
		}
		b.ReportMetric(float64(35357*b.N)/b.Elapsed().Seconds(), "rows/s")
	}
	b.Run("gpkg", func(b *testing.B) { load(b, filepath.Join(b.TempDir(), "a.gpkg")) })
	b.Run("postgis", func(b *testing.B) { load(b, pgtest.Database(b)) })

	ogr, err := exec.LookPath("ogr2ogr")
	if err != nil {
		b.Log("no ogr2ogr to compare with")
		return
	}
	plain := filepath.Join(b.TempDir(), "communes.geojsonl")
	unpack(b, file, plain)
	compare := func(b *testing.B, into ...string) {
		for b.Loop() {
			args := append(into, "GeoJSONSeq:"+plain, "-nln", "ogr", "-nlt", "PROMOTE_TO_MULTI", "-overwrite", "--config", "PG_USE_COPY", "YES")
			if out, err := exec.Command(ogr, args...).CombinedOutput(); err != nil {
				b.Fatalf("%v: %s", err, out)
			}
		}
		b.ReportMetric(float64(35357*b.N)/b.Elapsed().Seconds(), "rows/s")
	}
	b.Run("ogr2ogr-gpkg", func(b *testing.B) { compare(b, "-f", "GPKG", filepath.Join(b.TempDir(), "o.gpkg")) })
	b.Run("ogr2ogr-postgis", func(b *testing.B) {
		compare(b, "-f", "PostgreSQL", strings.Replace(pgtest.Database(b), "postgres://", "postgresql://", 1))
	})
}

// unpack undoes gzip, which ogr2ogr does not look into under this name.
func unpack(b *testing.B, from, to string) {
	b.Helper()
	out, err := exec.Command("gzip", "-dc", from).Output()
	if err == nil {
		err = os.WriteFile(to, out, 0o600)
	}
	if err != nil {
		b.Fatal(err)
	}
}
