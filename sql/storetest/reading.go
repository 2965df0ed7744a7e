package storetest

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/arpent-geo/arpent/geo"
	"github.com/arpent-geo/arpent/geo/crs"
	"github.com/arpent-geo/arpent/geo/geojson"
)

func (f *fixture) testCatalogue(t *testing.T) {
	layers, err := f.Layers(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, l := range layers {
		names = append(names, l.ID)
	}
	if want := []string{layerMany, layerNotes, layerPlaces, layerRelief, layerShapes, layerTypes}; !slices.Equal(names, want) {
		t.Errorf("layers %v, want %v", names, want)
	}
	for _, make := range []func() (*geo.Layer, []geo.Row){types, places, shapes, relief, many, notes} {
		want, _ := make()
		got := f.layer(t, want.Table)
		if got.Geometry != want.Geometry || got.HasZ != want.HasZ || got.CRS != want.CRS || got.StorageCRS != want.CRS {
			t.Errorf("%s: %v z=%v %v %v", want.Table, got.Geometry, got.HasZ, got.CRS, got.StorageCRS)
		}
		var have []geo.Property
		for _, p := range got.Properties {
			have = append(have, geo.Property{Name: p.Name, Title: p.Title, Description: p.Description, Kind: p.Kind, Nullable: p.Nullable})
		}
		if diff := cmp.Diff(want.Properties, have); diff != "" {
			t.Errorf("%s properties (-want +got):\n%s", want.Table, diff)
		}
		wantMeta, gotMeta := want.Meta, got.Meta
		if gotMeta.Updated.IsZero() || time.Since(gotMeta.Updated) > time.Hour {
			t.Errorf("%s: updated %v", want.Table, gotMeta.Updated)
		}
		gotMeta.Updated, gotMeta.IDColumn = wantMeta.Updated, wantMeta.IDColumn
		if diff := cmp.Diff(wantMeta, gotMeta); diff != "" {
			t.Errorf("%s meta (-want +got):\n%s", want.Table, diff)
		}
	}
	for id, kind := range map[string]geo.IDKind{layerTypes: geo.IDInt, layerPlaces: geo.IDText, layerNotes: geo.IDInt} {
		if got := f.layer(t, id).IDKind; got != kind {
			t.Errorf("%s: id kind %d, want %d", id, got, kind)
		}
	}
	if _, err := f.Layer(t.Context(), "inconnue"); !errors.Is(err, geo.ErrNotFound) {
		t.Errorf("unknown layer: %v", err)
	}
	if err := f.Ping(t.Context()); err != nil {
		t.Errorf("ping: %v", err)
	}
}

// testJSON compares whole layers with golden files, which all stores share:
// they give the same bytes. ARPENT_UPDATE=1 writes them anew.
func (f *fixture) testJSON(t *testing.T) {
	_, here, _, _ := runtime.Caller(0)
	for _, c := range []struct {
		layer, crs string
		sort       []string
	}{
		{layerTypes, "EPSG:2154", nil}, {layerTypes, "OGC:CRS84", nil}, {layerPlaces, "OGC:CRS84", nil}, {layerPlaces, "EPSG:4326", []string{"nom"}},
		{layerShapes, "OGC:CRS84", nil}, {layerShapes, "EPSG:3857", nil}, {layerRelief, "EPSG:2975", nil}, {layerRelief, "OGC:CRS84", nil}, {layerNotes, "OGC:CRS84", nil},
	} {
		l := f.layer(t, c.layer)
		got := f.encode(t, l, c.crs, c.sort)
		_, code, _ := strings.Cut(c.crs, ":")
		path := filepath.Join(filepath.Dir(here), "testdata", c.layer+"-"+code+".geojsonl")
		if os.Getenv("ARPENT_UPDATE") != "" {
			if err := os.WriteFile(path, got, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%s differs (-want +got):\n%s", filepath.Base(path), cmp.Diff(string(want), string(got)))
		}
	}
}

func (f *fixture) encode(t *testing.T, l *geo.Layer, system string, sort []string) []byte {
	t.Helper()
	ref, err := crs.Parse(system)
	if err != nil {
		t.Fatal(err)
	}
	from := l.CRS
	if from.IsZero() {
		from = geo.CRS84
	}
	format, err := geojson.NewFormat(from, ref)
	if err != nil {
		t.Fatal(err)
	}
	q := geo.ItemQuery{Layer: l, Limit: 1000}
	for _, name := range sort {
		q.Sort = append(q.Sort, geo.SortKey{Property: l.Property(name)})
	}
	var out []byte
	e := geojson.NewEncoder(l, nil, format)
	for row, err := range f.Items(t.Context(), q) {
		if err != nil {
			t.Fatal(err)
		}
		if out, err = e.AppendFeature(out, &row); err != nil {
			t.Fatal(err)
		}
		out = append(out, '\n')
	}
	return out
}

func (f *fixture) testItem(t *testing.T) {
	for _, name := range []string{layerTypes, layerPlaces, layerShapes, layerNotes} {
		l := f.layer(t, name)
		for _, want := range mustRead(t, f.Items(t.Context(), geo.ItemQuery{Layer: l, Limit: 100})) {
			got, err := f.Item(t.Context(), l, want.ID)
			if err != nil {
				t.Errorf("%s %s: %v", name, want.ID, err)
				continue
			}
			got.Key, want.Key = nil, nil
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s %s (-items +item):\n%s", name, want.ID, diff)
			}
		}
	}
	for _, c := range []struct {
		layer string
		id    geo.ID
	}{
		{layerTypes, geo.IntID(999)}, {layerTypes, geo.StringID("abc")}, {layerTypes, geo.StringID("")}, {layerPlaces, geo.StringID("1001")},
		{layerPlaces, geo.StringID("2a004")}, {layerPlaces, geo.IntID(75)}, {layerPlaces, geo.StringID("' OR 1=1 --")},
	} {
		if _, err := f.Item(t.Context(), f.layer(t, c.layer), c.id); !errors.Is(err, geo.ErrNotFound) {
			t.Errorf("%s %q: %v, want not found", c.layer, c.id, err)
		}
	}
}

// testFilter asks for each value of each property: the rows that hold it.
func (f *fixture) testFilter(t *testing.T) {
	for _, name := range []string{layerTypes, layerPlaces} {
		l := f.layer(t, name)
		all := mustRead(t, f.Items(t.Context(), geo.ItemQuery{Layer: l, Limit: 100}))
		for k := range l.Properties {
			p := &l.Properties[k]
			if p.Kind == geo.KindJSON || p.Kind == geo.KindArray || p.Kind == geo.KindBytes {
				continue // not to be asked for in a request
			}
			for _, row := range all {
				v := row.Values[k]
				if v.IsNull() {
					continue
				}
				var want []string
				for _, other := range all {
					if string(other.Values[k].AppendJSON(nil)) == string(v.AppendJSON(nil)) && other.Values[k].Equal(v) {
						want = append(want, other.ID.String())
					}
				}
				q := geo.ItemQuery{Layer: l, Limit: 100, Filter: geo.And{geo.Equal{Property: p, Value: v}}}
				got := mustRead(t, f.Items(t.Context(), q))
				if !slices.Equal(ids(got), want) {
					t.Errorf("%s.%s = %s: %v, want %v", name, p.Name, v.AppendJSON(nil), ids(got), want)
				}
				if n, err := f.Count(t.Context(), q); err != nil || n != int64(len(want)) {
					t.Errorf("count of %s.%s = %s: %d, %v, want %d", name, p.Name, v.AppendJSON(nil), n, err, len(want))
				}
			}
		}
	}
	l := f.layer(t, layerPlaces)
	equal := func(name string, v geo.Value) geo.Expr { return geo.Equal{Property: l.Property(name), Value: v} }
	for _, c := range []struct {
		filter geo.Expr
		want   []string
	}{
		{geo.And{}, ids(mustRead(t, f.Items(t.Context(), geo.ItemQuery{Layer: l, Limit: 100})))},
		{geo.And{equal("population", geo.Int(832)), equal("actif", geo.Bool(false))}, []string{"01001", "01004"}},
		{equal("surface", geo.Decimal([]byte("105.4"))), []string{"75056"}},
		{equal("surface", geo.Decimal([]byte("205.000"))), []string{"97501"}},
		{equal("code", geo.String("'; DROP TABLE places; --")), nil},
		{equal("nom", geo.String("evreux")), nil},
	} {
		if got := ids(mustRead(t, f.Items(t.Context(), geo.ItemQuery{Layer: l, Limit: 100, Filter: c.filter}))); !slices.Equal(got, c.want) {
			t.Errorf("%v: %v, want %v", c.filter, got, c.want)
		}
	}
}

func (f *fixture) testProperties(t *testing.T) {
	l := f.layer(t, layerPlaces)
	full := mustRead(t, f.Items(t.Context(), geo.ItemQuery{Layer: l, Limit: 100}))
	some := mustRead(t, f.Items(t.Context(), geo.ItemQuery{Layer: l, Limit: 100, Properties: []int{3, 1}, SkipGeometry: true}))
	none := mustRead(t, f.Items(t.Context(), geo.ItemQuery{Layer: l, Limit: 100, Properties: []int{}}))
	for i := range full {
		want := []geo.Value{full[i].Values[3], full[i].Values[1]}
		if diff := cmp.Diff(want, some[i].Values); diff != "" {
			t.Errorf("row %d (-want +got):\n%s", i, diff)
		}
		if some[i].WKB != nil || some[i].ID.String() != full[i].ID.String() {
			t.Errorf("row %d: geometry %v, id %s", i, some[i].WKB, some[i].ID)
		}
		if len(none[i].Values) != 0 || !bytes.Equal(none[i].WKB, full[i].WKB) {
			t.Errorf("row %d without properties: %v", i, none[i])
		}
	}
}

// testStop leaves many streams before their end: nothing may leak.
func (f *fixture) testStop(t *testing.T) {
	l := f.layer(t, layerMany)
	for range 20 {
		for _, err := range f.Items(t.Context(), geo.ItemQuery{Layer: l, Limit: 1000}) {
			if err != nil {
				t.Fatal(err)
			}
			break
		}
		for _, err := range f.TileRows(t.Context(), geo.TileQuery{Layer: l, BBox: geo.BBox{CRS: geo.Lambert93, MinX: 0, MinY: 6e6, MaxX: 1.4e6, MaxY: 7.2e6}}) {
			if err != nil {
				t.Fatal(err)
			}
			break
		}
	}
	if n := len(mustRead(t, f.Items(t.Context(), geo.ItemQuery{Layer: l, Limit: manyRows + 1}))); n != manyRows {
		t.Errorf("%d rows, want %d", n, manyRows)
	}
}

// testCancel cancels in the middle of the rows: the stream ends with the error
// of the context, never as if it were whole.
func (f *fixture) testCancel(t *testing.T) {
	l := f.layer(t, layerMany)
	ctx, cancel := context.WithCancel(t.Context())
	n := 0
	var last error
	for _, err := range f.Items(ctx, geo.ItemQuery{Layer: l, Limit: manyRows}) {
		if err != nil {
			last = err
			break
		}
		if n++; n == 10 {
			cancel()
		}
	}
	cancel()
	if n < manyRows && !errors.Is(last, context.Canceled) {
		t.Errorf("%d rows then %v, want a cancelled context", n, last)
	}
	if n == manyRows {
		t.Error("all rows came after the cancel")
	}
	done, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := read(f.Items(done, geo.ItemQuery{Layer: l, Limit: 1})); !errors.Is(err, context.Canceled) {
		t.Errorf("items of a context that is done: %v", err)
	}
	if _, err := f.Count(done, geo.ItemQuery{Layer: l, Limit: 1}); !errors.Is(err, context.Canceled) {
		t.Errorf("count of a context that is done: %v", err)
	}
	past, cancel := context.WithDeadline(t.Context(), time.Now().Add(-time.Second))
	defer cancel()
	if _, err := f.Count(past, geo.ItemQuery{Layer: l, Limit: 1}); !errors.Is(err, geo.ErrTimeout) && !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("count past the deadline: %v", err)
	}
}
