package postgis

import (
	"context"
	"database/sql/driver"

	"github.com/arpent-geo/arpent/geo"
)

// TileRows yields the rows whose envelope meets the box, in any order, as the
// server sends them: a connection is held meanwhile, so the caller must not
// wait for a client. A row costs no copy: it is valid until the next step.
func (s *Store) TileRows(ctx context.Context, q geo.TileQuery) geo.Rows {
	return func(yield func(geo.Row, error) bool) {
		if err := s.tileRows(ctx, &q, yield); err != nil {
			yield(geo.Row{}, s.suspect(err))
		}
	}
}

func (s *Store) tileRows(ctx context.Context, q *geo.TileQuery, yield func(geo.Row, error) bool) error {
	t, err := s.table(q.Layer)
	if err != nil {
		return err
	}
	p := &page{table: t, filter: q.Filter}
	if found, err := s.setBox(p, &q.BBox); !found {
		return err
	}
	if p.sel, err = t.selection(q.Properties, false); err != nil {
		return err
	}
	p.sel.state = false
	if t.layer.IDKind == geo.IDNone {
		p.sel.key = nil
	}
	st, err := tileSQL(p)
	if err != nil {
		return err
	}
	vals := make([]geo.Value, len(p.sel.properties))
	keys := make([]geo.Value, len(p.sel.key))
	err = s.ask(ctx, t, st, nil, func(in []driver.Value) error {
		r, err := p.sel.row(in, vals, keys, same)
		if err != nil {
			return err
		}
		if !yield(r, nil) {
			return errStop
		}
		return nil
	})
	return explain(ctx, "read a tile of "+t.layer.ID, err)
}
