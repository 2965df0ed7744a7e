package gpkg

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math"
	"os"

	"github.com/arpent-geo/arpent/geo"
)

// A chunk is what is read at once, and held in memory while the caller works:
// the file is free in between.
const (
	chunkRows  = 4096
	chunkBytes = 1 << 20
	planRows   = 10000 // positions read at once, see reading.plan
	fetchRows  = 256   // rows fetched by one statement, at most
	firstFetch = 16    // and by the first one, when their size is not known
)

// reading is one query in several chunks.
type reading struct {
	s      *Store
	q      *geo.ItemQuery
	search *search
	at     position
	table  identity // at the first chunk
	ended  bool

	rows   []geo.Row // of the last chunk
	values []geo.Value

	// Where SQLite would sort, it is given row numbers and keys to sort, not
	// geometries, and once for many chunks: the rows are then fetched by number.
	plan  []planned
	last  bool // nothing comes after the plan
	batch int  // rows that the next statement fetches
}

// planned is a row to be fetched.
type planned struct {
	id  int64
	key []geo.Value
}

// newReading returns nil, nil, nil when nothing can match.
func (s *Store) newReading(ctx context.Context, q *geo.ItemQuery) (*reading, func(), error) {
	f, st, err := s.current()
	if err != nil {
		return nil, nil, err
	}
	t, err := st.table(q.Layer)
	if err != nil {
		return nil, nil, err
	}
	where, err := s.search(ctx, f, t, q.Layer, q.BBox, q.Filter)
	if err != nil || where.nothing() {
		return nil, nil, err
	}
	var forget func()
	where.handle, forget = s.calls.add(ctx, q.Layer, where)
	return &reading{s: s, q: q, search: where, at: position{after: q.After, offset: q.Offset}}, forget, nil
}

// startBefore finds the row that starts the page which ends before q.Before,
// and the number of rows of that page: keys are read backwards, rows then
// forwards, in chunks as always.
func (r *reading) startBefore(ctx context.Context, limit int) (n int, err error) {
	var start []geo.Value
	at := position{after: r.q.Before, backwards: true}
	err = r.read(ctx, func(t *table, run runner) error {
		query, args := keysSQL(t, r.q, r.search, at, limit)
		keys := order(t, r.q, false, false)
		return run(query, args, func(row *rowReader) bool {
			n++
			start = row.keys(keys, start[:0])
			return true
		})
	})
	r.at = position{after: start, inclusive: true}
	return n, err
}

// chunk reads the next rows, at most limit, and moves the position after them.
func (r *reading) chunk(ctx context.Context, limit int) error {
	r.rows, r.values = r.rows[:0], r.values[:0]
	return r.read(ctx, func(t *table, run runner) error {
		if !sorts(t, r.q, r.search) {
			return r.walk(t, run, limit)
		}
		if len(r.plan) == 0 {
			if err := r.makePlan(t, run, min(limit, planRows)); err != nil {
				return err
			}
		}
		for size := 0; len(r.plan) > 0 && size < chunkBytes; {
			n, err := r.fetch(t, run)
			if err != nil {
				return err
			}
			size += n
		}
		r.ended = r.last && len(r.plan) == 0
		return nil
	})
}

// sorts reports whether SQLite may have to sort the rows, which can be fetched
// by number.
func sorts(t *table, q *geo.ItemQuery, where *search) bool {
	return t.rowid != "" && (len(q.Sort) > 0 || where.indexed())
}

// walk reads rows as they come, in the order of an index.
func (r *reading) walk(t *table, run runner, limit int) error {
	q, size, maxBytes := r.q, 0, chunkBytes
	keys := order(t, q, false, false)
	limit = min(limit, chunkRows)
	if len(keys) == 0 { // no way to come back for more
		limit, maxBytes = q.Limit, math.MaxInt
	}
	query, args := itemsSQL(t, q, r.search, r.at, limit)
	err := run(query, args, func(row *rowReader) bool {
		first := len(r.values)
		r.values = row.keys(keys, r.values)
		out, n := r.row(row, len(keys), r.values[first:len(r.values):len(r.values)])
		r.rows = append(r.rows, out)
		size += n
		return size < maxBytes
	})
	n := len(r.rows)
	r.ended = len(keys) == 0 || size < maxBytes && n < limit
	if err == nil && n > 0 {
		r.at = position{after: r.rows[n-1].Key}
	}
	return err
}

// makePlan reads the positions of the next rows.
func (r *reading) makePlan(t *table, run runner, limit int) error {
	keys := order(t, r.q, false, false)
	query, args := keysSQL(t, r.q, r.search, r.at, limit)
	r.plan = r.plan[:0:0]
	err := run(query, args, func(row *rowReader) bool {
		id, _ := row.cells[len(keys)].v.(int64)
		r.plan = append(r.plan, planned{id, row.keys(keys, nil)})
		return true
	})
	if n := len(r.plan); n > 0 {
		r.at = position{after: r.plan[n-1].key}
	}
	r.last = len(r.plan) < limit
	return err
}

// fetch reads the next rows of the plan, and returns their size. Rows come in
// the order of the file; one that was deleted since the plan is left out.
func (r *reading) fetch(t *table, run runner) (size int, err error) {
	if r.batch == 0 {
		r.batch = firstFetch
	}
	batch := r.plan[:min(r.batch, len(r.plan))]
	place := make(map[int64]int, len(batch))
	for i := range batch {
		place[batch[i].id] = i
	}
	found := make([]geo.Row, len(batch))
	query, args := fetchSQL(t, r.q, batch)
	err = run(query, args, func(row *rowReader) bool {
		id, _ := row.cells[0].v.(int64)
		i := place[id]
		var n int
		found[i], n = r.row(row, 1, batch[i].key)
		size += n
		return true
	})
	for i := range found {
		if found[i].Key != nil {
			r.rows = append(r.rows, found[i])
		}
	}
	r.plan = r.plan[len(batch):]
	if size > 0 { // about a chunk at most, whatever the size of a row
		r.batch = min(max(chunkBytes*len(batch)/size, 1), fetchRows)
	}
	return size, err
}

// row makes a row of the chunk, and returns its size in bytes; the properties
// start after skip cells.
func (r *reading) row(row *rowReader, skip int, key []geo.Value) (out geo.Row, size int) {
	r.values, size = row.fill(r.q, skip, key, &out, r.values)
	return out, size
}

// runner runs one statement and hands over each row, until each says no.
type runner func(query string, args []any, each func(*rowReader) bool) error

// read runs statements in one short transaction, with a slot of the gate, after
// a look at whether the table is still the one of the first chunk.
func (r *reading) read(ctx context.Context, do func(*table, runner) error) error {
	l := r.q.Layer
	f, st, err := r.s.current()
	if err != nil {
		return err
	}
	t, err := st.table(l)
	if err != nil {
		return err
	}
	release, err := r.s.gate.Acquire(ctx, l.ID)
	if err != nil {
		return err
	}
	defer release()
	tx, err := f.db.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err == nil {
		defer func() { _ = tx.Rollback() }()
		if err = r.sameTable(ctx, tx, f); err == nil {
			err = do(t, func(query string, args []any, each func(*rowReader) bool) error {
				return runStatement(ctx, tx, query, args, each)
			})
		}
	}
	return explain(ctx, "read items of "+l.ID, err)
}

func runStatement(ctx context.Context, q querier, query string, args []any, each func(*rowReader) bool) error {
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	reader := newRowReader(rows)
	for rows.Next() {
		if err := reader.scan(); err != nil {
			return err
		}
		if !each(reader) {
			return nil
		}
	}
	return rows.Err()
}

// identity tells a table from another of the same name.
type identity struct {
	info    os.FileInfo
	root    int64  // page of its b-tree
	schema  int64  // counts the changes of shape in the file
	changed string // gpkg_contents.last_change
}

// same reports that o is the same table, edited perhaps: a table made anew has
// another root, or, when that page is taken again, another date beside a change
// of schema.
func (i identity) same(o identity) bool {
	return os.SameFile(i.info, o.info) && i.root == o.root && (i.schema == o.schema || i.changed == o.changed)
}

// sameTable compares the table with that of the first chunk.
func (r *reading) sameTable(ctx context.Context, tx *sql.Tx, f *file) error {
	now := identity{info: f.info}
	var changed sql.NullString
	err := tx.QueryRowContext(ctx, `
SELECT m.rootpage, v.schema_version, CAST(c.last_change AS TEXT)
  FROM sqlite_master AS m, pragma_schema_version AS v
  LEFT JOIN gpkg_contents AS c ON lower(c.table_name) = lower(m.name)
 WHERE m.name = ? AND m.type IN ('table', 'view')`, r.q.Layer.Table).Scan(&now.root, &now.schema, &changed)
	now.changed = changed.String
	if errors.Is(err, sql.ErrNoRows) {
		return fmt.Errorf("table %q: %w", r.q.Layer.Table, geo.ErrNotFound)
	}
	if err != nil {
		return err
	}
	if r.table.info == nil {
		r.table = now
	}
	if !r.table.same(now) {
		return fmt.Errorf("table %q: %w", r.q.Layer.Table, geo.ErrChanged)
	}
	return nil
}
