package gpkg

import (
	"context"
	"database/sql/driver"
	"sync"

	"github.com/arpent-geo/arpent/geo"
	"github.com/arpent-geo/arpent/geo/crs"
	"github.com/arpent-geo/arpent/geo/planar"
	"github.com/arpent-geo/arpent/geo/wkb"
)

// calls are the statements under way that call back into Go: SQL hands over a
// number, the regions and the context are found by it. Safe for concurrent use.
type calls struct {
	mu   sync.RWMutex
	last int64
	m    map[int64]*call
}

// call is one statement, run by one connection at a time.
type call struct {
	ctx     context.Context //nolint:containedctx // SQL calls back with a number only
	regions []crs.Region
	shape   wkb.Geometry // reused from row to row
	rows    int

	tests    []*spatialTest // of the filter, by their place in it
	measures measures
}

// add makes a call known until forget.
func (c *calls) add(ctx context.Context, l *geo.Layer, q *search) (handle int64, forget func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.m == nil {
		c.m = map[int64]*call{}
	}
	c.last++
	handle = c.last
	c.m[handle] = &call{ctx: ctx, regions: q.regions, tests: q.filter.tests, measures: measures{system: l.CRS}}
	return handle, func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		delete(c.m, handle)
	}
}

func (c *calls) find(v driver.Value) *call {
	handle, _ := v.(int64)
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.m[handle]
}

// function is one function of SQL. Its arguments are views into SQLite's own
// memory: valid during the call only.
type function struct {
	name string
	args int
	pure bool
	do   func(args []driver.Value) (driver.Value, error)
}

func (c *calls) functions() []function {
	return append(c.filterFunctions(), []function{
		{"ST_MinX", 1, true, bound(func(b *[4]float64) float64 { return b[0] })},
		{"ST_MinY", 1, true, bound(func(b *[4]float64) float64 { return b[1] })},
		{"ST_MaxX", 1, true, bound(func(b *[4]float64) float64 { return b[2] })},
		{"ST_MaxY", 1, true, bound(func(b *[4]float64) float64 { return b[3] })},
		{"ST_IsEmpty", 1, true, isEmpty},
		// Number of days, or of microseconds, since 1970: dates compare as such
		// however they were written.
		{"arpent_day", 1, true, unary(parseDate)},
		{"arpent_us", 1, true, unary(parseTime)},
		// The 32-bit number nearest to what is stored.
		{"arpent_real", 1, true, toReal},
		// Whether the geometry meets the regions of a call.
		{"arpent_meets", 2, false, func(args []driver.Value) (driver.Value, error) {
			k := c.find(args[0])
			if err := k.alive(); err != nil {
				return nil, err
			}
			blob, _ := args[1].([]byte)
			return k.meets(blob), nil
		}},
		// Always true, but an error once the client has left: ends a long scan.
		{"arpent_alive", 1, false, func(args []driver.Value) (driver.Value, error) {
			return true, c.find(args[0]).alive()
		}},
	}...)
}

// alive looks at the context now and then: it takes a lock.
func (k *call) alive() error {
	if k == nil {
		return context.Canceled
	}
	if k.rows++; k.rows&63 != 0 {
		return nil
	}
	return k.ctx.Err()
}

// meets is the exact test. The envelope of the blob decides most rows without
// reading the geometry. A geometry that cannot be read matches by its envelope:
// it is shown as what it is, never lost in silence.
func (k *call) meets(blob []byte) bool {
	h, err := wkb.ParseGPKGHeader(blob)
	if err != nil || h.Empty {
		return false
	}
	minx, miny, maxx, maxy, boxed := h.Bounds()
	undecided := false
	for i := range k.regions {
		e := &k.regions[i].Envelope
		if boxed && (minx > e.MaxX || maxx < e.MinX || miny > e.MaxY || maxy < e.MinY) {
			continue
		}
		if boxed && k.regions[i].Rect && minx >= e.MinX && maxx <= e.MaxX && miny >= e.MinY && maxy <= e.MaxY {
			return true
		}
		undecided = true
	}
	if !undecided {
		return false
	}
	if err := wkb.Decode(blob[h.WKBOffset:], &k.shape); err != nil {
		return boxed
	}
	for i := range k.regions {
		r := &k.regions[i]
		if planar.Intersects(&k.shape, r.Ring, r.Envelope, r.Rect) {
			return true
		}
	}
	return false
}

// bound makes a function that returns one side of the envelope of a blob, or
// NULL for what has none.
func bound(side func(*[4]float64) float64) func([]driver.Value) (driver.Value, error) {
	return func(args []driver.Value) (driver.Value, error) {
		blob, _ := args[0].([]byte)
		b, ok := blobBounds(blob)
		if !ok {
			return nil, nil
		}
		return side(&b), nil
	}
}

// blobBounds returns minx, miny, maxx, maxy of a GeoPackage blob.
func blobBounds(blob []byte) (b [4]float64, ok bool) {
	h, err := wkb.ParseGPKGHeader(blob)
	if err != nil || h.Empty {
		return b, false
	}
	if b[0], b[1], b[2], b[3], ok = h.Bounds(); ok {
		return b, true
	}
	var g wkb.Geometry
	if wkb.Decode(blob[h.WKBOffset:], &g) != nil {
		return b, false
	}
	b[0], b[1], b[2], b[3], ok = g.Bounds()
	return b, ok
}

func isEmpty(args []driver.Value) (driver.Value, error) {
	blob, ok := args[0].([]byte)
	if !ok {
		return nil, nil
	}
	_, bounded := blobBounds(blob)
	return !bounded, nil
}

// unary makes a function of one text, NULL for anything else.
func unary(parse func(string) (int64, bool)) func([]driver.Value) (driver.Value, error) {
	return func(args []driver.Value) (driver.Value, error) {
		s, ok := args[0].(string)
		if !ok {
			return nil, nil
		}
		n, ok := parse(s)
		if !ok {
			return nil, nil
		}
		return n, nil
	}
}

func toReal(args []driver.Value) (driver.Value, error) {
	switch v := args[0].(type) {
	case float64:
		return float64(float32(v)), nil
	case int64:
		return float64(float32(v)), nil
	}
	return nil, nil
}
