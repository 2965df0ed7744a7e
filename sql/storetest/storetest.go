// Package storetest is the contract of a store, as tests: each store of Arpent
// runs the same ones on the same rows, and gives the same bytes.
package storetest

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/arpent-geo/arpent/geo"
)

// Store is what the suite asks of a store: what api.Store and geo.Sink say.
type Store interface {
	Layers(ctx context.Context) ([]*geo.Layer, error)
	Layer(ctx context.Context, id string) (*geo.Layer, error)
	Items(ctx context.Context, q geo.ItemQuery) geo.Rows
	Item(ctx context.Context, l *geo.Layer, id geo.ID) (geo.Row, error)
	Count(ctx context.Context, q geo.ItemQuery) (int64, error)
	TileRows(ctx context.Context, q geo.TileQuery) geo.Rows
	Version(ctx context.Context, l *geo.Layer) (geo.Version, error)
	Extent(ctx context.Context, l *geo.Layer) (box geo.BBox, ok bool)
	Ping(ctx context.Context) error
	geo.Sink
}

// Execer is a store whose database can be changed behind its back, by a
// statement in plain SQL on a connection of its own.
type Execer interface {
	Exec(ctx context.Context, statement string) error
}

// patience is how long a store may take to see a change (2 s, with room for a
// slow machine).
const patience = 6 * time.Second

// Run runs the suite. open returns an empty store, closed at the end of t.
func Run(t *testing.T, open func(t *testing.T) Store) {
	t.Run("reading", func(t *testing.T) {
		f := &fixture{Store: open(t)}
		f.load(t)
		t.Run("catalogue", f.testCatalogue)
		t.Run("json", f.testJSON)
		t.Run("item", f.testItem)
		t.Run("filter", f.testFilter)
		t.Run("properties", f.testProperties)
		t.Run("pages", f.testPages)
		t.Run("offset", f.testOffset)
		t.Run("box edges", f.testBoxEdges)
		t.Run("boxes", f.testBoxes)
		t.Run("tiles", f.testTiles)
		t.Run("extent", f.testExtent)
		t.Run("stop", f.testStop)
		t.Run("cancel", f.testCancel)
	})
	t.Run("loading", func(t *testing.T) {
		for _, c := range []struct {
			name string
			test func(*testing.T, Store)
		}{
			{"create", testCreate}, {"replace", testReplace}, {"append", testAppend},
			{"rollback", testRollback}, {"one at a time", testOneAtATime}, {"bad rows", testBadRows},
			{"replaced while read", testReplacedWhileRead}, {"dropped", testDropped}, {"version", testVersion},
		} {
			t.Run(c.name, func(t *testing.T) { c.test(t, open(t)) })
		}
	})
}

// layer waits for a layer to be published.
func layer(t *testing.T, s Store, id string) *geo.Layer {
	t.Helper()
	var l *geo.Layer
	eventually(t, "layer "+id+" is published", func() bool {
		var err error
		l, err = s.Layer(t.Context(), id)
		return err == nil
	})
	return l
}

func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if ok() {
			return
		}
	}
	t.Fatalf("not within %v: %s", patience, what)
}

// read collects rows, which it owns.
func read(rows geo.Rows) ([]geo.Row, error) {
	var out []geo.Row
	for row, err := range rows {
		if err != nil {
			return out, err
		}
		out = append(out, clone(row))
	}
	return out, nil
}

func mustRead(t *testing.T, rows geo.Rows) []geo.Row {
	t.Helper()
	out, err := read(rows)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func clone(r geo.Row) geo.Row {
	out := geo.Row{ID: r.ID.Clone(), Values: cloneValues(r.Values), Key: cloneValues(r.Key)}
	if r.WKB != nil {
		out.WKB = append(make([]byte, 0, len(r.WKB)), r.WKB...)
	}
	return out
}

func cloneValues(v []geo.Value) []geo.Value {
	out := make([]geo.Value, len(v))
	for i := range v {
		out[i] = v[i].Clone()
	}
	return out
}

// fill loads rows in one load.
func fill(ctx context.Context, s Store, l *geo.Layer, mode geo.LoadMode, rows []geo.Row) error {
	ld, err := s.BeginLoad(ctx, l, mode)
	if err != nil {
		return err
	}
	for i := range rows {
		if err := ld.Write(ctx, &rows[i]); err != nil {
			return errors.Join(err, ld.Rollback())
		}
	}
	return ld.Commit(ctx)
}

func ids(rows []geo.Row) []string {
	out := make([]string, len(rows))
	for i := range rows {
		out[i] = rows[i].ID.String()
	}
	return out
}
