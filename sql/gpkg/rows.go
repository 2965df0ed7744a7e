package gpkg

import (
	"database/sql"
	"net/url"

	"github.com/arpent-geo/arpent/geo"
	"github.com/arpent-geo/arpent/geo/wkb"
)

// rowReader reads the columns that builder.columns selects.
type rowReader struct {
	rows  *sql.Rows
	cells []cell
	dest  []any
}

func newRowReader(rows *sql.Rows) *rowReader {
	names, _ := rows.Columns() // its error is that of closed rows, which Scan tells too
	r := &rowReader{rows: rows, cells: make([]cell, len(names)), dest: make([]any, len(names))}
	for i := range r.cells {
		r.dest[i] = &r.cells[i]
	}
	return r
}

func (r *rowReader) scan() error { return r.rows.Scan(r.dest...) }

// keys appends the position of the row, in its first cells, to dst.
func (r *rowReader) keys(order []orderKey, dst []geo.Value) []geo.Value {
	for i := range order {
		dst = append(dst, r.cells[i].keyValue(order[i].kind))
	}
	return dst
}

// fill makes a row of that position; its properties start after skip cells.
// Their values are appended to values, which is returned with the size of the
// row in bytes.
func (r *rowReader) fill(q *geo.ItemQuery, skip int, key []geo.Value, out *geo.Row, values []geo.Value) (_ []geo.Value, size int) {
	first, at := len(values), skip
	each(q.Layer, q.Properties, func(p *geo.Property) {
		values = append(values, r.cells[at].value(p.Kind))
		size += 32 + len(values[len(values)-1].Bytes)
		at++
	})
	out.Key, out.Values = key, values[first:len(values):len(values)]
	if len(q.Layer.Key) > 0 {
		out.ID = makeID(key[len(q.Sort):])
	}
	if !q.SkipGeometry && q.Layer.HasGeometry() {
		out.WKB = geometryOf(r.cells[at].blob())
	}
	return values, size + len(out.WKB)
}

// geometryOf is the WKB of a GeoPackage blob; nil for what is none.
func geometryOf(blob []byte) []byte {
	if blob == nil {
		return nil
	}
	h, err := wkb.ParseGPKGHeader(blob)
	if err != nil {
		return nil
	}
	return blob[h.WKBOffset:]
}

// makeID is the id of a row of that key.
func makeID(key []geo.Value) geo.ID {
	if len(key) == 1 {
		switch key[0].Kind {
		case geo.KindInt:
			return geo.IntID(key[0].Int())
		case geo.KindText, geo.KindUUID:
			return geo.TextID(key[0].Bytes)
		}
	}
	var out []byte
	for i := range key {
		text := key[i].AppendText(nil)
		if len(key) == 1 {
			return geo.TextID(text)
		}
		if i > 0 {
			out = append(out, ',')
		}
		out = append(out, url.PathEscape(string(text))...)
	}
	return geo.TextID(out)
}
