// Package loaders brings files into a store. A format package (loaders/geojson)
// or an open store (FromStore) gives a Source: one layer and its rows. Run
// pours it into a geo.Sink as one transaction, checks what passes and reports.
package loaders

import (
	"context"
	"time"

	"github.com/arpent-geo/arpent/geo"
)

// Source is one layer of a file, already read once: its shape is that of all
// its rows, not of the first ones.
type Source interface {
	// Layer has Table (a name made from the file's), Geometry, HasZ, HasM, CRS,
	// Properties and what the file says of Meta.
	Layer() *geo.Layer
	// Count is the number of rows, -1 when it is not known.
	Count() int64
	// Rows yields the rows in the order of the file. Row.Values match the
	// properties of Layer, Row.WKB is in its CRS; Row.ID is the id that the
	// file gives, for reports.
	Rows(ctx context.Context) geo.Rows
	// Warnings are what the file holds that was read otherwise than written.
	Warnings() []geo.Text
}

// Options say where and how to load. The zero value makes a new table named
// after the file.
type Options struct {
	Schema   string // of PostgreSQL; empty: the store's own
	Layer    string // table; empty: as the source says
	Mode     geo.LoadMode
	Meta     geo.Meta                                      // over what the source says; IDColumn is the public id, else a row number
	Workers  int                                           // that check geometries; 0: half of the processors
	Progress func(rows int64)                              // called from time to time, from one goroutine; may be nil
	Existing func(ctx context.Context) (*geo.Layer, error) // the layer to append to; needed by geo.LoadAppend
}

// Report says what a load did.
type Report struct {
	Layer          *geo.Layer
	Rows           int64
	NullGeometries int64 // rows of a spatial layer that have none
	InvalidCount   int64
	Invalid        []Invalid // the first maxInvalid
	Warnings       []geo.Text
	Elapsed        time.Duration
}

// Invalid is a geometry that breaks the rules of OGC 06-103r4, loaded as it is.
type Invalid struct {
	Record int64  // from 1, in the order of the file
	ID     string // as the file gives it; may be empty
	Reason geo.Text
}

// maxInvalid bounds the rows that a report names.
const maxInvalid = 100
