package geo

import "context"

// Sink is what a store offers to a loader. A load is one transaction: before
// Commit returns nil nothing of it can be seen, whatever happens.
type Sink interface {
	// BeginLoad makes ready to fill layer l. It uses of l: Table (the name
	// asked for), Schema (empty: the store's own), Geometry, HasZ, HasM, CRS,
	// Key (none: a row number named fid is made, in the order of the file; one
	// column: the public id), Properties and Meta. Errors: ErrConflict when
	// the table exists and mode is LoadCreate, or another load holds it;
	// ErrInvalidInput when LoadAppend and the shapes differ; ErrReadOnly.
	BeginLoad(ctx context.Context, l *Layer, mode LoadMode) (Load, error)
}

// LoadMode says what to do with a table that exists.
type LoadMode uint8

// The modes of a load.
const (
	LoadCreate  LoadMode = iota // refuse
	LoadReplace                 // put the new rows in place of the old ones
	LoadAppend                  // add to them
)

// Load is one load under way. Not safe for concurrent use.
type Load interface {
	// Write adds a row; row.Values match the properties of the layer, row.WKB
	// is in the layer's CRS. Nothing of row is kept after the call.
	Write(ctx context.Context, row *Row) error
	// Commit builds indexes, statistics, metadata and the data version, then
	// makes everything visible at once. On error nothing has changed, except
	// that the outcome of a connection lost during the commit itself is said
	// to be unknown in the error.
	Commit(ctx context.Context) error
	// Rollback undoes all; it does nothing after a Commit that succeeded.
	Rollback() error
}
