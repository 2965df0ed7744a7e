package geo

import "iter"

// ItemQuery asks a store for rows of one layer, in the order of Sort then of
// the key. It is complete: a store looks at nothing else of the request.
type ItemQuery struct {
	Layer *Layer

	// OGC API Features Part 1.
	Limit  int   // rows at most, at least 1
	Offset int   // rows skipped first
	BBox   *BBox // in its own CRS; nil: everywhere. A row matches when its geometry meets the box as drawn in BBox.CRS, edges included

	// OGC API Features Part 3 and Part 8.
	Filter Expr      // nil: all rows
	Sort   []SortKey // before the key; nulls are the highest values

	// Keyset paging: After yields the rows that follow the one with this Row.Key,
	// Before the Limit rows that precede it, both in the order of the query.
	// At most one of them is set; Offset is then 0.
	After, Before []Value

	// What comes back.
	Properties   []int // indexes into Layer.Properties, in that order; nil: all
	SkipGeometry bool
}

// SortKey is one member of an order.
type SortKey struct {
	Property *Property
	Desc     bool
}

// TileQuery asks a store for the rows whose envelope meets a box, in any order.
type TileQuery struct {
	Layer      *Layer
	BBox       BBox  // in the CRS of the tile grid, buffer included
	Filter     Expr  // nil: all rows
	Properties []int // as in ItemQuery
}

// Row is one feature on its way in or out. Its slices are valid until the next
// step of the sequence that yields it.
type Row struct {
	ID     ID
	Values []Value // as many as the Properties asked, in that order
	WKB    []byte  // ISO WKB in Layer.CRS, x before y; nil: null geometry
	Key    []Value // values of the sort keys then of the key columns: the position of the row, for a cursor
}

// Rows is a stream of rows: one alive at a time. After an error the sequence ends.
type Rows = iter.Seq2[Row, error]
