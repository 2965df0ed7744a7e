package gpkg

import (
	"context"
	"fmt"
	"net/url"
	"strings"

	"github.com/arpent-geo/arpent/geo"
)

// Items yields rows in the order of the query. See api.ItemReader.
func (s *Store) Items(ctx context.Context, q geo.ItemQuery) geo.Rows {
	return func(yield func(geo.Row, error) bool) {
		err := s.items(ctx, &q, func(r *geo.Row) bool { return yield(*r, nil) })
		if err != nil {
			s.suspect(err)
			yield(geo.Row{}, err)
		}
	}
}

func (s *Store) items(ctx context.Context, q *geo.ItemQuery, yield func(*geo.Row) bool) error {
	r, forget, err := s.newReading(ctx, q)
	if err != nil || r == nil {
		return err
	}
	defer forget()
	left := q.Limit
	if q.Before != nil {
		if left, err = r.startBefore(ctx, left); err != nil {
			return err
		}
	}
	for left > 0 && !r.ended {
		if err := r.chunk(ctx, left); err != nil {
			return err
		}
		for i := range r.rows {
			if !yield(&r.rows[i]) {
				return nil
			}
		}
		left -= len(r.rows)
	}
	return nil
}

// Item returns one row, or geo.ErrNotFound. See api.ItemReader.
func (s *Store) Item(ctx context.Context, l *geo.Layer, id geo.ID) (geo.Row, error) {
	row, err := s.item(ctx, l, id)
	if err != nil {
		s.suspect(err)
	}
	return row, err
}

func (s *Store) item(ctx context.Context, l *geo.Layer, id geo.ID) (geo.Row, error) {
	missing := fmt.Errorf("item %q of %s: %w", id.String(), l.ID, geo.ErrNotFound)
	f, st, err := s.current()
	if err != nil {
		return geo.Row{}, err
	}
	t, err := st.table(l)
	if err != nil {
		return geo.Row{}, err
	}
	query, args, ok := itemSQL(t, l, id)
	if !ok {
		return geo.Row{}, missing
	}
	release, err := s.gate.Acquire(ctx, l.ID)
	if err != nil {
		return geo.Row{}, err
	}
	defer release()
	var out geo.Row
	found := false
	keys := order(t, &geo.ItemQuery{Layer: l}, false, false)
	err = runStatement(ctx, f.db, query, args, func(row *rowReader) bool {
		found = true
		row.fill(&geo.ItemQuery{Layer: l}, len(keys), row.keys(keys, nil), &out, nil)
		return false
	})
	if err != nil {
		return geo.Row{}, explain(ctx, "read an item of "+l.ID, err)
	}
	if !found {
		return geo.Row{}, missing
	}
	return out, nil
}

// Count returns the exact number of rows. See api.ItemReader.
func (s *Store) Count(ctx context.Context, q geo.ItemQuery) (n int64, err error) {
	r, forget, err := s.newReading(ctx, &q)
	if err != nil || r == nil {
		return 0, err
	}
	defer forget()
	f, st, err := s.current()
	if err != nil {
		return 0, err
	}
	t, err := st.table(q.Layer)
	if err != nil {
		return 0, err
	}
	release, err := s.gate.Acquire(ctx, q.Layer.ID)
	if err != nil {
		return 0, err
	}
	defer release()
	query, args := countSQL(t, &q, r.search)
	err = explain(ctx, "count items of "+q.Layer.ID, f.db.QueryRowContext(ctx, query, args...).Scan(&n))
	if err != nil {
		s.suspect(err)
	}
	return n, err
}

// splitID cuts the id of a row into the texts of its key columns.
func splitID(id geo.ID, columns int) ([]string, bool) {
	if columns <= 1 {
		return []string{id.String()}, columns == 1
	}
	parts := strings.Split(id.String(), ",")
	for i := range parts {
		text, err := url.PathUnescape(parts[i])
		if err != nil {
			return nil, false
		}
		parts[i] = text
	}
	return parts, len(parts) == columns
}
