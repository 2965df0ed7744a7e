package loaders

import (
	"sync/atomic"

	"github.com/arpent-geo/arpent/geo"
)

// A batch is handed over at either bound, so that what is under way stays
// within a few megabytes whatever the size of rows.
const (
	batchRows  = 256
	batchBytes = 1 << 20
)

// batch holds copies of rows in shared slices: a row of a sequence lives only
// until the next one.
type batch struct {
	first  int64 // record of the first row, from 1
	rows   []geo.Row
	values []geo.Value
	text   []byte
	users  atomic.Int32
}

func newBatch(columns int) *batch {
	return &batch{
		rows:   make([]geo.Row, 0, batchRows),
		values: make([]geo.Value, 0, batchRows*columns),
		text:   make([]byte, 0, batchBytes),
	}
}

// reset empties the batch for the rows that start at record first.
func (b *batch) reset(first int64) {
	b.first, b.rows, b.values, b.text = first, b.rows[:0], b.values[:0], b.text[:0]
}

func (b *batch) full() bool { return len(b.rows) >= batchRows || len(b.text) >= batchBytes }

// add copies a row. When a slice must grow, the rows before keep the old one.
func (b *batch) add(row *geo.Row) {
	r := geo.Row{ID: row.ID, WKB: b.keep(row.WKB)}
	r.ID.Text = b.keep(row.ID.Text)
	from := len(b.values)
	for _, v := range row.Values {
		v.Bytes = b.keep(v.Bytes)
		b.values = append(b.values, v)
	}
	r.Values = b.values[from:len(b.values):len(b.values)]
	b.rows = append(b.rows, r)
}

func (b *batch) keep(s []byte) []byte {
	if s == nil {
		return nil
	}
	from := len(b.text)
	b.text = append(b.text, s...)
	return b.text[from:len(b.text):len(b.text)]
}
