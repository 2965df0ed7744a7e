package gpkg

import (
	"context"

	"github.com/arpent-geo/arpent/geo"
)

// TileRows yields the rows whose envelope meets the box, in any order, straight
// from the file. See api.TileReader.
func (s *Store) TileRows(ctx context.Context, q geo.TileQuery) geo.Rows {
	return func(yield func(geo.Row, error) bool) {
		if err := s.tileRows(ctx, &q, yield); err != nil {
			s.suspect(err)
			yield(geo.Row{}, err)
		}
	}
}

func (s *Store) tileRows(ctx context.Context, q *geo.TileQuery, yield func(geo.Row, error) bool) error {
	f, st, err := s.current()
	if err != nil {
		return err
	}
	t, err := st.table(q.Layer)
	if err != nil {
		return err
	}
	where, err := s.search(ctx, f, t, q.Layer, &q.BBox, q.Filter)
	if err != nil || where.nothing() {
		return err
	}
	where.boxIndexed = t.rtree != "" && t.rowid != "" // no order to spoil
	var forget func()
	where.handle, forget = s.calls.add(ctx, q.Layer, where)
	defer forget()
	release, err := s.gate.Acquire(ctx, q.Layer.ID)
	if err != nil {
		return err
	}
	defer release()
	query, args := tileSQL(t, q, where)
	items := &geo.ItemQuery{Layer: q.Layer, Properties: q.Properties}
	keys := order(t, items, false, false)
	var out geo.Row
	var key, values []geo.Value
	err = runStatement(ctx, f.db, query, args, func(row *rowReader) bool {
		key = row.keys(keys, key[:0])
		values, _ = row.fill(items, len(keys), key, &out, values[:0])
		return yield(out, nil)
	})
	return explain(ctx, "read a tile of "+q.Layer.ID, err)
}

// tileSQL selects by the index alone: the exact test is left to the clipping.
// Without an index it is the exact test, for there is nothing else.
func tileSQL(t *table, q *geo.TileQuery, where *search) (string, []any) {
	var b builder
	items := &geo.ItemQuery{Layer: q.Layer}
	b.columns(t, q.Layer, order(t, items, false, false), q.Properties, true)
	if !where.boxIndexed {
		b.where(t, q.Layer, where)
		return b.String(), b.args
	}
	b.add("\n WHERE t." + t.rowid + " IN (")
	b.ids(t, where)
	b.add(")")
	b.filter(t, where)
	return b.String(), b.args
}
