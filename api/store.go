package api

import (
	"context"

	"github.com/arpent-geo/arpent/geo"
)

// The abilities that the handlers ask of a store. All are safe for concurrent
// use. Beside the errors named, each may return geo.ErrUnavailable,
// geo.ErrBusy, geo.ErrTimeout, geo.ErrForbidden or the error of ctx.

// Catalogue knows the published layers. What it returns is a snapshot: a
// *geo.Layer never changes.
type Catalogue interface {
	// Layers returns all layers, by id. geo.ErrUnavailable until the store has
	// been read once.
	Layers(ctx context.Context) ([]*geo.Layer, error)
	// Layer returns the layer of that id or alias, or geo.ErrNotFound.
	Layer(ctx context.Context, id string) (*geo.Layer, error)
}

// ItemReader reads rows.
type ItemReader interface {
	// Items yields at most q.Limit rows in the order of q.Sort then of the key.
	// No connection or lock is held while the caller works on a row.
	// Errors: geo.ErrNotFound when the table is gone, geo.ErrChanged when it
	// was replaced in the middle of the rows.
	Items(ctx context.Context, q geo.ItemQuery) geo.Rows
	// Item returns one row, which the caller owns, or geo.ErrNotFound.
	Item(ctx context.Context, l *geo.Layer, id geo.ID) (geo.Row, error)
	// Count returns the exact number of rows that q selects, whatever its
	// limit, offset and cursor; it obeys the deadline of ctx (geo.ErrTimeout).
	Count(ctx context.Context, q geo.ItemQuery) (int64, error)
}

// TileReader reads the rows of a tile.
type TileReader interface {
	// TileRows yields the rows whose envelope meets q.BBox, in any order. The
	// caller must not wait for a client while it reads them.
	TileRows(ctx context.Context, q geo.TileQuery) geo.Rows
}

// LayerState tells what is known of the data of a layer as a whole.
type LayerState interface {
	// Version never asks the database: it returns what the last poll saw.
	Version(ctx context.Context, l *geo.Layer) (geo.Version, error)
	// Extent returns the box of all geometries in OGC:CRS84, rounded outwards;
	// ok is false while it is not known (it is then computed in the background)
	// and for a layer without geometry or without rows.
	Extent(ctx context.Context, l *geo.Layer) (box geo.BBox, ok bool)
}

// Pinger asks the database whether it can answer.
type Pinger interface {
	Ping(ctx context.Context) error
}

// Store is all of the above: what the server is given.
type Store interface {
	Catalogue
	ItemReader
	TileReader
	LayerState
	Pinger
}
