package postgis

import (
	"context"
	"database/sql/driver"
	"encoding/json"
	"slices"
	"sync/atomic"
	"time"

	"github.com/lib/pq"

	"github.com/arpent-geo/arpent/geo"
)

// catalog is one snapshot of what is published. It never changes.
type catalog struct {
	fingerprint string
	layers      []*geo.Layer // by id
	byID        map[string]*table
	unpublished []geo.Unpublished
	arpent      bool      // schema arpent is there and may be read
	retry       time.Time // when to look again at what could not be told yet; zero: nothing
}

// table is what the store knows of a layer beyond geo.Layer.
type table struct {
	layer     *geo.Layer
	oid       int64
	relkind   string // of pg_class: r, p, v, m, f
	srid      int    // of the stored geometries
	geography bool
	transform bool // geo/crs does not know the storage system: the database transforms
	curves    bool
	indexed   bool    // a spatial index serves the geometry column
	rows      float64 // estimate; negative: not known

	columns []column // of layer.Properties
	key     []column // the key, or what stands for it in paging
	loaded  bool     // has a row in arpent.arpent_layer
	tracked []string // names of its versions; none: not tracked
	shape   string   // changes with the definition of the table
	extent  *geo.BBox

	rowBytes atomic.Int64 // running mean, to size the next chunk
}

// relation is a table or view as discovery reads it.
type relation struct {
	schema, name, kind, comment, rewrite, filenode string
	oid                                            int64
	rows                                           float64
	attrs                                          []attribute
	unique                                         [][]string // keys that may serve, best first
	primary                                        []string
	spatial                                        map[string]bool
}

type attribute struct {
	name, typname, native, class, comment, xmin string
	num, typmod                                 int64
	notNull, generated                          bool
}

func (r *relation) full() string { return r.schema + "." + r.name }

func (r *relation) attr(name string) *attribute {
	i := slices.IndexFunc(r.attrs, func(a attribute) bool { return a.name == name })
	if i < 0 {
		return nil
	}
	return &r.attrs[i]
}

// readCatalog replaces the snapshot when the catalogue of the database is not
// what it was.
func (s *Store) readCatalog(ctx context.Context) error {
	if err := s.openGate(ctx); err != nil {
		return err
	}
	old := s.current.Load()
	print, err := s.fingerprint(ctx, old != nil && old.arpent)
	if err != nil {
		return explain(ctx, "look at the catalogue", err)
	}
	if old != nil && old.fingerprint == print && (old.retry.IsZero() || time.Now().Before(old.retry)) {
		return nil
	}
	d := &discovery{s: s, old: old}
	fresh, err := d.run(ctx)
	if err != nil {
		return explain(ctx, "read the catalogue", err)
	}
	if fresh.arpent != (old != nil && old.arpent) { // the fingerprint covers arpent's own rows from now on
		if print, err = s.fingerprint(ctx, fresh.arpent); err != nil {
			return explain(ctx, "look at the catalogue", err)
		}
	}
	fresh.fingerprint = print
	s.current.Store(fresh)
	s.logChanges(old, fresh)
	return s.pollVersions(ctx)
}

func (s *Store) schemas() pq.StringArray {
	out := pq.StringArray{"public"}
	for _, n := range s.opts.Schemas {
		if n != "arpent" && !slices.Contains(out, n) {
			out = append(out, n)
		}
	}
	return out
}

func (s *Store) fingerprint(ctx context.Context, arpent bool) (string, error) {
	parts := ""
	add := func(v []driver.Value) error { parts += text(v[0]); return nil }
	if err := s.meta.query(ctx, statement{fingerprintSQL, []any{array(s.schemas())}}, nil, add); err != nil {
		return "", err
	}
	if arpent {
		const rows = `SELECT '/' || count(*) || '/' || COALESCE(sum(hashtextextended(l::text, 0)), 0) FROM arpent.arpent_layer l`
		if err := s.meta.query(ctx, statement{text: rows}, nil, add); err != nil && !missing(err) {
			return "", err
		}
	}
	return parts, nil
}

// array binds a list as text, as PostgreSQL writes arrays.
func array(a driver.Valuer) any {
	v, err := a.Value()
	if err != nil {
		return "{}" // pq.StringArray and pq.Int64Array have no errors
	}
	return v
}

// missing reports whether a table that need not be there is not, or not for us.
func missing(err error) bool {
	pe := pgError(err)
	return pe != nil && (pe.Code == "42P01" || pe.Code == "3F000" || pe.Code == "42501" || pe.Code == "42703")
}

func (s *Store) logChanges(old, fresh *catalog) {
	for _, u := range fresh.unpublished {
		if old != nil && slices.Contains(old.unpublished, u) {
			continue
		}
		s.opts.Logger.Warn("table with a problem", "table", u.Table, "published", u.Published, "reason", u.Reason.EN, "remedy", u.Remedy.EN)
	}
}

// sameShape reports whether a request made for one layer may be answered with
// another: same table, same columns.
func sameShape(a, b *geo.Layer) bool {
	return a.Schema == b.Schema && a.Table == b.Table && a.GeomColumn == b.GeomColumn &&
		a.CRS == b.CRS && a.StorageCRS == b.StorageCRS && slices.Equal(a.Key, b.Key) &&
		slices.EqualFunc(a.Properties, b.Properties, func(x, y geo.Property) bool {
			return x.Name == y.Name && x.Kind == y.Kind && x.Native == y.Native
		})
}

// layerRow is a row of arpent.arpent_layer.
type layerRow struct {
	meta   geo.Meta
	extent *geo.BBox
	kinds  map[string]string
	xmin   string
}

func readLayerRow(v []driver.Value) layerRow {
	r := layerRow{xmin: text(v[20])}
	m := &r.meta
	for i, dst := range []*string{&m.Title, &m.Description} {
		*dst = text(v[2+i])
	}
	_ = json.Unmarshal([]byte(text(v[4])), &m.Keywords) // of another shape: no keywords
	if len(m.Keywords) == 0 {
		m.Keywords = nil
	}
	for i, dst := range []*string{&m.Producer, &m.Source, &m.Licence, &m.Standard, &m.StandardVersion, &m.Millesime, &m.IDColumn} {
		*dst = text(v[5+i])
	}
	for i, dst := range []**int{&m.MinZoom, &m.MaxZoom} {
		if v[12+i] != nil {
			n := int(number(v[12+i]))
			*dst = &n
		}
	}
	if v[14] != nil && v[15] != nil && v[16] != nil && v[17] != nil {
		r.extent = &geo.BBox{CRS: geo.CRS84, MinX: float(v[14]), MinY: float(v[15]), MaxX: float(v[16]), MaxY: float(v[17])}
	}
	_ = json.Unmarshal([]byte(text(v[18])), &r.kinds)
	if t, ok := v[19].(time.Time); ok {
		m.Updated = t.UTC()
	}
	return r
}

// text, number, float and truth read a value that the driver has decoded.
func text(v driver.Value) string {
	switch v := v.(type) {
	case string:
		return v
	case []byte:
		return string(v)
	}
	return ""
}

func number(v driver.Value) int64 {
	n, _ := v.(int64)
	return n
}

func float(v driver.Value) float64 {
	f, _ := v.(float64)
	return f
}

func truth(v driver.Value) bool {
	b, _ := v.(bool)
	return b
}
