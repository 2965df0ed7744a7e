package main

import (
	"bytes"
	"context"
	"path/filepath"
	"strings"
	"testing"

	"github.com/arpent-geo/arpent/geo"
	"github.com/arpent-geo/arpent/sql/gpkg"
)

// endless is a source that interrupts the command at one of its rows.
type endless struct {
	stop context.CancelFunc
	at   int
}

func (endless) Layer() *geo.Layer {
	return &geo.Layer{Table: "t", Properties: []geo.Property{{Name: "n", Kind: geo.KindInt}}}
}
func (endless) Count() int64         { return -1 }
func (endless) Warnings() []geo.Text { return nil }
func (s endless) Rows(context.Context) geo.Rows {
	return func(yield func(geo.Row, error) bool) {
		for n := 0; yield(geo.Row{Values: []geo.Value{geo.Int(int64(n))}}, nil); n++ {
			if n == s.at {
				s.stop()
			}
		}
	}
}

// countRows loads nothing: it looks at the layer as a new command would.
func countRows(t *testing.T, path string) int64 {
	t.Helper()
	st, err := gpkg.Open(t.Context(), path, gpkg.Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	l, err := st.Layer(t.Context(), "t")
	if err != nil {
		t.Fatal(err)
	}
	n, err := st.Count(t.Context(), geo.ItemQuery{Layer: l, Limit: 1})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestInterruptedLoadChangesNothing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "f.gpkg")
	old := write(t, "t.json", `{"type":"Feature","properties":{"n":1},"geometry":null}`)
	var out bytes.Buffer
	std := streams{strings.NewReader(""), &out, &out}
	if code := run(t.Context(), []string{"load", old, "--into", path}, std, environment(nil)); code != exitDone {
		t.Fatalf("exit code %d: %s", code, out.String())
	}
	for _, at := range []int{0, 255, 256, 5000} {
		ctx, cancel := context.WithCancel(t.Context())
		a := &app{streams: streams{err: &out}, env: environment(nil), lang: "fr"}
		st, err := a.openTarget(t.Context(), path)
		if err != nil {
			t.Fatal(err)
		}
		out.Reset()
		_, err = a.runJobs(ctx, st, []job{{file: "t.json", src: endless{cancel, at}}}, geo.LoadReplace)
		st.Close()
		cancel()
		a.report(err)
		if exitCode(err) != exitSystem || out.String() != "arpent: t.json : interrompu : rien n'a changé\n" {
			t.Errorf("at %d: exit code %d, %s", at, exitCode(err), out.String())
		}
		if n := countRows(t, path); n != 1 {
			t.Errorf("at %d: %d rows, want the one of before", at, n)
		}
	}
}

func TestInterruptedWhileReading(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	path := filepath.Join(t.TempDir(), "f.gpkg")
	var out bytes.Buffer
	code := run(ctx, []string{"load", write(t, "t.json", "{}"), "--into", path}, streams{strings.NewReader(""), &out, &out}, environment(nil))
	if code != exitSystem || !strings.Contains(out.String(), "interrupted: nothing has changed") {
		t.Errorf("exit code %d: %s", code, out.String())
	}
}
