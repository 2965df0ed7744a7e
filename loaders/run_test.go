package loaders

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/arpent-geo/arpent/geo"
	"github.com/arpent-geo/arpent/geo/wkb"
)

// memory is a store in memory: what was committed.
type memory struct {
	rows       []geo.Row
	layer      *geo.Layer
	failAt     int // row that cannot be written; 0: none
	rolledBack bool
	pending    []geo.Row
}

func (m *memory) BeginLoad(_ context.Context, l *geo.Layer, _ geo.LoadMode) (geo.Load, error) {
	m.layer = l
	return m, nil
}

func (m *memory) Write(_ context.Context, row *geo.Row) error {
	if len(m.pending)+1 == m.failAt {
		return geo.ErrDiskFull
	}
	r := geo.Row{ID: row.ID.Clone(), WKB: append([]byte(nil), row.WKB...)}
	for _, v := range row.Values {
		r.Values = append(r.Values, v.Clone())
	}
	m.pending = append(m.pending, r)
	return nil
}

func (m *memory) Commit(context.Context) error { m.rows = m.pending; return nil }
func (m *memory) Rollback() error              { m.rolledBack, m.pending = true, nil; return nil }

// list is a source in memory.
type list struct {
	layer *geo.Layer
	n     int
	row   func(i int) (geo.Row, error)
}

func (l *list) Layer() *geo.Layer    { return l.layer }
func (l *list) Count() int64         { return int64(l.n) }
func (l *list) Warnings() []geo.Text { return nil }
func (l *list) Rows(context.Context) geo.Rows {
	return func(yield func(geo.Row, error) bool) {
		for i := range l.n {
			row, err := l.row(i)
			if !yield(row, err) || err != nil {
				return
			}
		}
	}
}

func codes(n int, code func(i int) string) *list {
	text := make([]byte, 0, 16) // one buffer for all rows, as a real source has
	values := make([]geo.Value, 1)
	point := wkb.AppendWKB(nil, &wkb.Geometry{Type: geo.Point, Coords: []float64{1, 2}})
	return &list{
		layer: &geo.Layer{Table: "t", Geometry: geo.Point, CRS: geo.CRS84, Properties: []geo.Property{{Name: "code", Kind: geo.KindText}}},
		n:     n,
		row: func(i int) (geo.Row, error) {
			values[0] = geo.Null()
			if c := code(i); c != "" {
				text = append(text[:0], c...)
				values[0] = geo.TextValue(text)
			}
			return geo.Row{Values: values, WKB: point}, nil
		},
	}
}

func TestRunKeepsOrder(t *testing.T) {
	const n = 3*batchRows + 7
	var m memory
	var last int64
	src := codes(n, func(i int) string { return fmt.Sprintf("%05d", i) })
	r, err := Run(t.Context(), &m, src, Options{Meta: geo.Meta{IDColumn: "code"}, Progress: func(rows int64) { last = rows }})
	if err != nil {
		t.Fatal(err)
	}
	if r.Rows != n || last != n || len(m.rows) != n || m.rolledBack {
		t.Fatalf("%d rows, progress %d, %d stored", r.Rows, last, len(m.rows))
	}
	for i, row := range m.rows {
		if got := string(row.Values[0].Bytes); got != fmt.Sprintf("%05d", i) {
			t.Fatalf("row %d holds %s", i, got)
		}
	}
	if d := cmp.Diff([]string{"code"}, m.layer.Key); d != "" {
		t.Error(d)
	}
}

func TestRunRollsBack(t *testing.T) {
	canceled, cancel := context.WithCancel(t.Context())
	cancel()
	key := Options{Meta: geo.Meta{IDColumn: "code"}}
	tests := []struct {
		name string
		ctx  context.Context
		src  *list
		o    Options
		sink memory
		want error
		says string
	}{
		{"double id", t.Context(), codes(1000, func(i int) string { return fmt.Sprint(i % 700) }), key, memory{}, geo.ErrInvalidInput, `record 701: "0" is the value of record 1`},
		{"missing id", t.Context(), codes(3, func(i int) string { return []string{"a", "b", ""}[i] }), key, memory{}, geo.ErrInvalidInput, "record 3: no value"},
		{"disk full", t.Context(), codes(3000, func(int) string { return "x" }), Options{}, memory{failAt: 900}, geo.ErrDiskFull, ""},
		{"interrupted", canceled, codes(3000, func(int) string { return "x" }), Options{}, memory{}, context.Canceled, ""},
		{"bad row", t.Context(), &list{layer: &geo.Layer{Table: "t"}, n: 9, row: func(i int) (geo.Row, error) {
			if i == 8 {
				return geo.Row{}, geo.Invalid("record 9", geo.Text{EN: "bad"}, geo.Text{})
			}
			return geo.Row{}, nil
		}}, Options{}, memory{}, geo.ErrInvalidInput, "record 9"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := Run(tt.ctx, &tt.sink, tt.src, tt.o)
			if !errors.Is(err, tt.want) || !strings.Contains(err.Error(), tt.says) {
				t.Errorf("got %v", err)
			}
			if !tt.sink.rolledBack || tt.sink.rows != nil {
				t.Error("not rolled back")
			}
		})
	}
}

func TestRunRefusesKeys(t *testing.T) {
	src := codes(1, func(int) string { return "x" })
	for _, name := range []string{"nom", "Code"} {
		var m memory
		_, err := Run(t.Context(), &m, src, Options{Meta: geo.Meta{IDColumn: name}})
		if !errors.Is(err, geo.ErrInvalidInput) || m.layer != nil {
			t.Errorf("--id %s: %v", name, err)
		}
	}
	src.layer.Properties[0].Kind = geo.KindFloat
	if _, err := Run(t.Context(), &memory{}, src, Options{Meta: geo.Meta{IDColumn: "code"}}); !errors.Is(err, geo.ErrInvalidInput) {
		t.Errorf("a float as id: %v", err)
	}
}

func TestRunReportsInvalidGeometries(t *testing.T) {
	bow := wkb.AppendWKB(nil, &wkb.Geometry{Type: geo.Polygon, Coords: []float64{0, 0, 1, 1, 1, 0, 0, 1, 0, 0}, Ends: []int{5}})
	src := &list{layer: &geo.Layer{Table: "t", Geometry: geo.Polygon, CRS: geo.CRS84}, n: 600, row: func(i int) (geo.Row, error) {
		if i%2 == 0 {
			return geo.Row{}, nil
		}
		return geo.Row{ID: geo.IntID(int64(i)), WKB: bow}, nil
	}}
	var m memory
	r, err := Run(t.Context(), &m, src, Options{Workers: 3})
	if err != nil {
		t.Fatal(err)
	}
	if r.InvalidCount != 300 || r.NullGeometries != 300 || len(r.Invalid) != maxInvalid || len(m.rows) != 600 {
		t.Fatalf("%d invalid, %d null, %d named, %d rows", r.InvalidCount, r.NullGeometries, len(r.Invalid), len(m.rows))
	}
	for i, bad := range r.Invalid {
		if bad.Record != int64(2*i+2) || bad.ID != fmt.Sprint(2*i+1) || !strings.Contains(bad.Reason.FR, "se recoupe") {
			t.Fatalf("invalid %d: %+v", i, bad)
		}
	}
}

func TestRunAppends(t *testing.T) {
	table := &geo.Layer{ID: "t", Table: "t", Geometry: geo.MultiPoint, HasZ: true, CRS: geo.CRS84, Key: []string{"fid"},
		Properties: []geo.Property{{Name: "nom", Kind: geo.KindText}, {Name: "n", Kind: geo.KindFloat}}}
	existing := func(context.Context) (*geo.Layer, error) { return table, nil }
	point := wkb.AppendWKB(nil, &wkb.Geometry{Type: geo.Point, Coords: []float64{1, 2}})
	src := &list{layer: &geo.Layer{Table: "t", Geometry: geo.Point, CRS: geo.CRS84, Properties: []geo.Property{{Name: "N", Kind: geo.KindInt}}},
		n: 1, row: func(int) (geo.Row, error) { return geo.Row{Values: []geo.Value{geo.Int(7)}, WKB: point}, nil }}
	var m memory
	r, err := Run(t.Context(), &m, src, Options{Mode: geo.LoadAppend, Existing: existing})
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Warnings) != 1 || !strings.Contains(r.Warnings[0].EN, "nom") {
		t.Errorf("warnings %v", r.Warnings)
	}
	if d := cmp.Diff([]geo.Value{geo.Null(), geo.Float(7)}, m.rows[0].Values); d != "" {
		t.Error(d)
	}
	var g wkb.Geometry
	if err := wkb.Decode(m.rows[0].WKB, &g); err != nil || g.Type != geo.MultiPoint || g.Layout != wkb.XYZ {
		t.Errorf("%v, %s %s", err, g.Type, g.Layout)
	}
	if m.layer.Key != nil {
		t.Errorf("key %v: a row number is for the store to give", m.layer.Key)
	}
	src.layer.Properties[0].Kind = geo.KindText
	if _, err := Run(t.Context(), &memory{}, src, Options{Mode: geo.LoadAppend, Existing: existing}); !errors.Is(err, geo.ErrInvalidInput) {
		t.Errorf("text into float: %v", err)
	}
	src.layer.Properties[0] = geo.Property{Name: "autre", Kind: geo.KindInt}
	if _, err := Run(t.Context(), &memory{}, src, Options{Mode: geo.LoadAppend, Existing: existing}); !errors.Is(err, geo.ErrInvalidInput) {
		t.Errorf("unknown property: %v", err)
	}
}
