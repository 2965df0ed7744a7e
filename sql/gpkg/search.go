package gpkg

import (
	"context"
	"encoding/binary"
	"math"
	"slices"
	"strings"

	"github.com/arpent-geo/arpent/geo"
	"github.com/arpent-geo/arpent/geo/crs"
)

// search is the spatial part of a query, worked out once.
type search struct {
	boxed      bool // there is a box
	regions    []crs.Region
	boxIndexed bool // the index leaves out enough rows of the box to be worth asking
	filter     *filter
	handle     int64 // of the call that SQL functions belong to
}

// nothing reports that no row can match.
func (q *search) nothing() bool { return q.boxed && len(q.regions) == 0 }

// indexed reports that the index is asked.
func (q *search) indexed() bool { return q.boxIndexed || len(q.filter.boxes) > 0 }

// dense is the share of the index from which rows are rather read in order.
const dense = 0.5

// search prints the filter, and turns a box into regions of the layer. Rows
// without geometry never match a box.
func (s *Store) search(ctx context.Context, f *file, t *table, l *geo.Layer, box *geo.BBox, e geo.Expr) (*search, error) {
	q := &search{boxed: box != nil}
	var err error
	if q.filter, err = newFilter(t, l, e); err != nil {
		return nil, err
	}
	if box != nil && l.HasGeometry() {
		if q.regions, err = crs.Search(*box, l.CRS); err != nil || len(q.regions) == 0 {
			return q, err
		}
	}
	worth := func(regions []crs.Region) bool {
		if err != nil || len(regions) == 0 || t.rtree == "" || t.rowid == "" {
			return false
		}
		var share float64
		share, err = indexShare(ctx, f.db, t, regions)
		return share < dense
	}
	q.boxIndexed = worth(q.regions)
	q.filter.boxes = slices.DeleteFunc(q.filter.boxes, func(b geo.BBox) bool { return !worth([]crs.Region{{Envelope: b}}) })
	if err != nil {
		return nil, explain(ctx, "read the index of "+l.ID, err)
	}
	return q, nil
}

// indexShare estimates which part of the rows the regions meet, by the cells of
// the root of the R-tree (https://www.sqlite.org/rtree.html, 6.2): big-endian,
// two bytes of depth, two of count, then 8 bytes of id and 4 float32 a cell.
func indexShare(ctx context.Context, q querier, t *table, regions []crs.Region) (float64, error) {
	var node []byte
	err := q.QueryRowContext(ctx, `SELECT data FROM `+ident(t.rtree+"_node")+` WHERE nodeno = 1`).Scan(&node)
	if err != nil || len(node) < 4 {
		return 0, err
	}
	n := min(int(binary.BigEndian.Uint16(node[2:])), (len(node)-4)/24)
	total := 0.0
	for k := range n {
		cell := node[4+24*k+8:]
		var c [4]float64 // minx, maxx, miny, maxy
		for i := range c {
			c[i] = float64(math.Float32frombits(binary.BigEndian.Uint32(cell[4*i:])))
		}
		for i := range regions {
			total += overlap(c[0], c[1], regions[i].Envelope.MinX, regions[i].Envelope.MaxX) *
				overlap(c[2], c[3], regions[i].Envelope.MinY, regions[i].Envelope.MaxY)
		}
	}
	return total / float64(max(n, 1)), nil
}

// overlap is the part of lo..hi that lies in min..max.
func overlap(lo, hi, from, to float64) float64 {
	if lo > to || hi < from {
		return 0
	}
	if hi <= lo {
		return 1
	}
	return (math.Min(hi, to) - math.Max(lo, from)) / (hi - lo)
}

// builder collects the text of one statement and its parameters, in order.
type builder struct {
	strings.Builder
	args []any
}

func (b *builder) add(sql string, args ...any) {
	b.WriteString(sql)
	b.args = append(b.args, args...)
}

// where writes the conditions of the query: index, filter, then the exact test,
// the dearest, which also ends a scan that nobody waits for.
func (b *builder) where(t *table, l *geo.Layer, q *search) {
	b.add("\n WHERE 1")
	if q.boxIndexed {
		b.add("\n   AND t." + t.rowid + " IN (")
		b.ids(t, q)
		b.add(")")
	}
	b.filter(t, q)
	switch {
	case q.boxed:
		b.add("\n   AND arpent_meets(?, t."+ident(l.GeomColumn)+")", q.handle)
	case len(q.filter.conditions) > 0:
		b.add("\n   AND arpent_alive(?)", q.handle)
	}
}

// ids writes the row numbers that the index gives.
func (b *builder) ids(t *table, q *search) {
	for i := range q.regions {
		if i > 0 {
			b.add("\n                UNION ")
		}
		e := &q.regions[i].Envelope
		b.add("SELECT id FROM "+ident(t.rtree)+" WHERE minx <= ? AND maxx >= ? AND miny <= ? AND maxy >= ?",
			e.MaxX, e.MinX, e.MaxY, e.MinY)
	}
}

// filter writes the boxes that the index knows, then the conditions.
func (b *builder) filter(t *table, q *search) {
	for _, e := range q.filter.boxes {
		b.add("\n   AND t."+t.rowid+" IN (SELECT id FROM "+ident(t.rtree)+" WHERE minx <= ? AND maxx >= ? AND miny <= ? AND maxy >= ?)",
			e.MaxX, e.MinX, e.MaxY, e.MinY)
	}
	for i := range q.filter.conditions {
		c := &q.filter.conditions[i]
		b.add("\n   AND " + c.String())
		for _, arg := range c.args {
			if _, ok := arg.(handleArg); ok {
				arg = q.handle
			}
			b.args = append(b.args, arg)
		}
	}
}
