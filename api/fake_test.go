package api

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/arpent-geo/arpent/geo"
	"github.com/arpent-geo/arpent/geo/cql2/sem"
	"github.com/arpent-geo/arpent/geo/crs"
	"github.com/arpent-geo/arpent/geo/planar"
	"github.com/arpent-geo/arpent/geo/wkb"
)

// fakeStore keeps rows in memory, in the order of their keys, and fails as it
// is told to.
type fakeStore struct {
	layers []*geo.Layer
	rows   map[string][]geo.Row // by layer id, Key is the key

	mu       sync.Mutex
	versions map[string]geo.Version
	fail     error         // of every call but Version and Extent
	failAt   int           // row of Items at which fail comes; 0: at once
	failures int           // fail comes so many times; 0: each time
	delay    time.Duration // before the first row of Items and TileRows
	reads    atomic.Int64  // calls of Items, Item and TileRows
	counted  atomic.Int64
	hold     chan struct{} // TileRows waits until it is closed
	endless  bool          // Items yields its rows again and again
}

// errPanic makes Items panic.
var errPanic = errors.New("panic")

func (f *fakeStore) set(change func(*fakeStore)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	change(f)
}

func (f *fakeStore) failure() (error, int, time.Duration) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.fail, f.failAt, f.delay
}

// failed counts a failure of Items.
func (f *fakeStore) failed() {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.failures--; f.failures == 0 {
		f.fail = nil
	}
}

func (f *fakeStore) Layers(context.Context) ([]*geo.Layer, error) {
	if err, at, _ := f.failure(); err != nil && at == 0 {
		return nil, err
	}
	return f.layers, nil
}

func (f *fakeStore) Layer(_ context.Context, id string) (*geo.Layer, error) {
	if err, at, _ := f.failure(); err != nil && at == 0 {
		return nil, err
	}
	for _, l := range f.layers {
		if l.ID == id || slices.Contains(l.Aliases, id) {
			return l, nil
		}
	}
	return nil, fmt.Errorf("layer %q: %w", id, geo.ErrNotFound)
}

func (f *fakeStore) Version(_ context.Context, l *geo.Layer) (geo.Version, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.versions[l.ID], nil
}

func (f *fakeStore) Extent(_ context.Context, l *geo.Layer) (geo.BBox, bool) {
	box := geo.EmptyBBox(geo.CRS84)
	t, err := crs.NewTransform(l.CRS, geo.CRS84)
	if err != nil {
		return box, false
	}
	for _, row := range f.rows[l.ID] {
		var g wkb.Geometry
		if row.WKB == nil || wkb.Decode(row.WKB, &g) != nil {
			continue
		}
		t.Flat(g.Coords, g.Layout.Stride())
		for i := 0; i < len(g.Coords); i += g.Layout.Stride() {
			box = box.Extend(g.Coords[i], g.Coords[i+1])
		}
	}
	return box, !box.IsEmpty()
}

func (f *fakeStore) Ping(ctx context.Context) error {
	err, _, _ := f.failure()
	return err
}

func (f *fakeStore) Item(_ context.Context, l *geo.Layer, id geo.ID) (geo.Row, error) {
	f.reads.Add(1)
	if err, _, _ := f.failure(); err != nil {
		return geo.Row{}, err
	}
	for _, row := range f.rows[l.ID] {
		if row.ID.Compare(id) == 0 {
			return row, nil
		}
	}
	return geo.Row{}, geo.ErrNotFound
}

func (f *fakeStore) Count(ctx context.Context, q geo.ItemQuery) (int64, error) {
	f.counted.Add(1)
	if err, _, _ := f.failure(); err != nil {
		return 0, err
	}
	n := int64(0)
	for _, row := range f.rows[q.Layer.ID] {
		if f.matches(q, row) {
			n++
		}
	}
	return n, ctx.Err()
}

func (f *fakeStore) matches(q geo.ItemQuery, row geo.Row) bool {
	if q.Filter != nil {
		env := sem.Env{Value: func(p *geo.Property) geo.Value { return row.Values[propertyIndex(q.Layer, p.Name)] }}
		if v := sem.Eval(q.Filter, env); v.IsNull() || !v.Bool() {
			return false
		}
	}
	return q.BBox == nil || meets(*q.BBox, q.Layer, row.WKB)
}

func meets(b geo.BBox, l *geo.Layer, data []byte) bool {
	var g wkb.Geometry
	if data == nil || wkb.Decode(data, &g) != nil {
		return false
	}
	regions, err := crs.Search(b, l.CRS)
	if err != nil {
		return false
	}
	return slices.ContainsFunc(regions, func(r crs.Region) bool { return planar.Intersects(&g, r.Ring, r.Envelope, r.Rect) })
}

// selected returns the page that q asks for.
func (f *fakeStore) selected(q geo.ItemQuery) []geo.Row {
	var rows []geo.Row
	for _, row := range f.rows[q.Layer.ID] {
		var key []geo.Value
		for _, k := range q.Sort {
			key = append(key, row.Values[propertyIndex(q.Layer, k.Property.Name)])
		}
		row.Key = append(key, row.Key...)
		before := q.Before != nil && compareSorted(q.Sort, row.Key, q.Before) >= 0
		after := q.After != nil && compareSorted(q.Sort, row.Key, q.After) <= 0
		if f.matches(q, row) && !before && !after {
			rows = append(rows, row)
		}
	}
	slices.SortStableFunc(rows, func(a, b geo.Row) int { return compareSorted(q.Sort, a.Key, b.Key) })
	rows = rows[min(q.Offset, len(rows)):]
	if q.Before != nil {
		return rows[max(0, len(rows)-q.Limit):]
	}
	return rows[:min(q.Limit, len(rows))]
}

// compareSorted compares positions of rows: nulls are the highest values.
func compareSorted(sort []geo.SortKey, a, b []geo.Value) int {
	for i, k := range sort {
		c := 0
		switch {
		case a[i].IsNull() || b[i].IsNull():
			if a[i].IsNull() != b[i].IsNull() {
				c = 1
				if b[i].IsNull() {
					c = -1
				}
			}
		default:
			c = compareKeys(a[i:i+1], b[i:i+1])
		}
		if k.Desc {
			c = -c
		}
		if c != 0 {
			return c
		}
	}
	return compareKeys(a[len(sort):], b[len(sort):])
}

func compareKeys(a, b []geo.Value) int {
	for i := range a {
		x, y := geo.StringID(string(a[i].Bytes)), geo.StringID(string(b[i].Bytes))
		switch {
		case a[i].Kind == geo.KindFloat:
			x, y = geo.IntID(int64(1000*a[i].Float())), geo.IntID(int64(1000*b[i].Float()))
		case !hasBytes(a[i].Kind):
			x, y = geo.IntID(a[i].Int()), geo.IntID(b[i].Int())
		}
		if c := x.Compare(y); c != 0 {
			return c
		}
	}
	return 0
}

func (f *fakeStore) Items(ctx context.Context, q geo.ItemQuery) geo.Rows {
	return func(yield func(geo.Row, error) bool) {
		f.reads.Add(1)
		fail, failAt, delay := f.failure()
		if err := pause(ctx, delay); err != nil {
			yield(geo.Row{}, err)
			return
		}
		if errors.Is(fail, errPanic) {
			panic("out of order")
		}
		rows := f.selected(q)
		for n := 0; n < len(rows) || f.endless && n < q.Limit; n++ {
			if fail != nil && n == failAt || ctx.Err() != nil {
				if fail == nil {
					fail = ctx.Err()
				}
				f.failed()
				yield(geo.Row{}, fail)
				return
			}
			row := selection{q.Properties, q.SkipGeometry}.of(rows[n%len(rows)])
			if !yield(row, nil) {
				return
			}
		}
		if fail != nil && failAt >= len(rows) {
			yield(geo.Row{}, fail)
		}
	}
}

func (f *fakeStore) TileRows(ctx context.Context, q geo.TileQuery) geo.Rows {
	return func(yield func(geo.Row, error) bool) {
		f.reads.Add(1)
		if f.hold != nil {
			select {
			case <-f.hold:
			case <-ctx.Done():
			}
		}
		fail, _, delay := f.failure()
		if err := pause(ctx, delay); err != nil {
			fail = err
		}
		if fail != nil {
			yield(geo.Row{}, fail)
			return
		}
		for _, row := range f.selected(geo.ItemQuery{Layer: q.Layer, BBox: &q.BBox, Filter: q.Filter, Limit: 1 << 30}) {
			row = selection{properties: q.Properties}.of(row)
			if !yield(row, nil) {
				return
			}
		}
	}
}

func pause(ctx context.Context, d time.Duration) error {
	if d == 0 {
		return nil
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// newFakeStore returns communes in Lambert-93 (text key), sensors in degrees
// (integer key, a property of a reserved name, one row without geometry), a
// table of codes without geometry, and notes without a key that nobody tracks.
func newFakeStore() *fakeStore {
	f := &fakeStore{rows: map[string][]geo.Row{}, versions: map[string]geo.Version{
		"communes": {Tag: "v1", Modified: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)}, "capteurs": {Tag: "c7"}, "ref.codes": {Tag: "r1"}}}
	zoom := 12
	communes := &geo.Layer{ID: "communes", Aliases: []string{"public.communes"}, Table: "communes", GeomColumn: "geom",
		Geometry: geo.MultiPolygon, CRS: geo.Lambert93, StorageCRS: geo.Lambert93, Key: []string{"code"}, IDKind: geo.IDText,
		Properties: []geo.Property{{Name: "code", Title: "Code Insee", Kind: geo.KindText}, {Name: "nom", Title: "Nom", Kind: geo.KindText},
			{Name: "population", Kind: geo.KindInt, Nullable: true}, {Name: "surface", Kind: geo.KindDecimal, Nullable: true}},
		Meta: geo.Meta{Title: "Communes", Description: "Limites communales & noms", Producer: "IGN", Source: "Admin Express", Licence: "Licence Ouverte 2.0",
			Millesime: "2026", Keywords: []string{"limites", "communes"}, MaxZoom: &zoom}}
	f.layers = append(f.layers, communes)
	for i := range 25 {
		code := fmt.Sprintf("01%03d", i+1)
		x, y := 650000+float64(i%5)*2000, 6860000+float64(i/5)*2000
		g := wkb.Geometry{Type: geo.MultiPolygon, Coords: []float64{x, y, x + 2000, y, x + 2000, y + 2000, x, y + 2000, x, y}, Ends: []int{5}, PolyEnds: []int{1}}
		pop := geo.Int(int64(100 * (i % 4)))
		if i%4 == 3 {
			pop = geo.Null()
		}
		f.rows["communes"] = append(f.rows["communes"], geo.Row{ID: geo.StringID(code), Key: []geo.Value{geo.String(code)}, WKB: wkb.AppendWKB(nil, &g),
			Values: []geo.Value{geo.String(code), geo.String(fmt.Sprintf("L'Été-n°%d <b>", i+1)), pop, geo.Decimal([]byte("4.00"))}})
	}
	capteurs := &geo.Layer{ID: "capteurs", Table: "capteurs", GeomColumn: "geom", Geometry: geo.Point, CRS: geo.WGS84, StorageCRS: geo.WGS84,
		Key: []string{"fid"}, IDKind: geo.IDInt, Properties: []geo.Property{{Name: "limit", Kind: geo.KindFloat}, {Name: "mesures", Kind: geo.KindArray}}}
	f.layers = append(f.layers, capteurs)
	for i, at := range [][]float64{{2.35, 48.85}, {179.5, -17}, {-179.5, -18}, nil} {
		row := geo.Row{ID: geo.IntID(int64(i + 1)), Key: []geo.Value{geo.Int(int64(i + 1))}, Values: []geo.Value{geo.Float(float64(i) + .5), geo.Array([]byte(`[1,2]`))}}
		if at != nil {
			row.WKB = wkb.AppendWKB(nil, &wkb.Geometry{Type: geo.Point, Coords: at})
		}
		f.rows["capteurs"] = append(f.rows["capteurs"], row)
	}
	f.layers = append(f.layers, &geo.Layer{ID: "notes", Table: "notes", GeomColumn: "geom", Geometry: geo.GeometryAny, CRS: geo.WebMercator, StorageCRS: geo.WebMercator,
		Properties: []geo.Property{{Name: "texte", Kind: geo.KindText}}})
	f.rows["notes"] = []geo.Row{{Values: []geo.Value{geo.String("a/b?c#d")}, Key: []geo.Value{geo.Int(0), geo.Int(1)},
		WKB: wkb.AppendWKB(nil, &wkb.Geometry{Type: geo.Point, Coords: []float64{261848, 6250566}})}}
	f.layers = append(f.layers, &geo.Layer{ID: "ref.codes", Table: "codes", Schema: "ref", Key: []string{"code"}, IDKind: geo.IDText,
		Properties: []geo.Property{{Name: "code", Kind: geo.KindText}}})
	for _, code := range []string{"a/b", "é ?", ".."} {
		f.rows["ref.codes"] = append(f.rows["ref.codes"], geo.Row{ID: geo.StringID(code), Key: []geo.Value{geo.String(code)}, Values: []geo.Value{geo.String(code)}})
	}
	slices.SortFunc(f.rows["ref.codes"], func(a, b geo.Row) int { return a.ID.Compare(b.ID) })
	return f
}
