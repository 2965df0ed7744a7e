package loaders

import (
	"context"
	"math"
	"slices"

	"github.com/arpent-geo/arpent/geo"
)

// Store is what is asked of a store to read it as a file: a GeoPackage is
// loaded by opening it read-only and copying its layers.
type Store interface {
	Layers(ctx context.Context) ([]*geo.Layer, error)
	Items(ctx context.Context, q geo.ItemQuery) geo.Rows
	Count(ctx context.Context, q geo.ItemQuery) (int64, error)
}

// FromStore returns one source a published layer of s, in the order of ids.
func FromStore(ctx context.Context, s Store) ([]Source, error) {
	layers, err := s.Layers(ctx)
	if err != nil {
		return nil, err
	}
	sources := make([]Source, len(layers))
	for i, l := range layers {
		src := &storeSource{store: s, from: l, to: copyShape(l)}
		if src.count, err = s.Count(ctx, geo.ItemQuery{Layer: l, Limit: 1}); err != nil {
			return nil, err
		}
		sources[i] = src
	}
	return sources, nil
}

type storeSource struct {
	store    Store
	from, to *geo.Layer
	count    int64
}

// copyShape keeps of a layer what the new table must be like. A key stays one
// when it is a single published property; else rows are numbered anew.
func copyShape(l *geo.Layer) *geo.Layer {
	to := *l
	to.ID, to.Aliases, to.Schema = "", nil, ""
	to.Table = fold(l.ID)
	to.StorageCRS = l.CRS
	to.Properties = slices.Clone(l.Properties)
	if len(l.Key) != 1 || l.Property(l.Key[0]) == nil {
		to.Key = nil
	}
	return &to
}

func (s *storeSource) Layer() *geo.Layer    { return s.to }
func (s *storeSource) Count() int64         { return s.count }
func (s *storeSource) Warnings() []geo.Text { return nil }
func (s *storeSource) Rows(ctx context.Context) geo.Rows {
	return s.store.Items(ctx, geo.ItemQuery{Layer: s.from, Limit: math.MaxInt32})
}
