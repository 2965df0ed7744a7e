package api

import (
	"context"
	"fmt"

	"github.com/maypok86/otter/v2"

	"github.com/arpent-geo/arpent/geo"
	"github.com/arpent-geo/arpent/geo/crs"
	"github.com/arpent-geo/arpent/geo/tile"
)

// places knows where an extent lies in the system of a grid. To draw it there
// with its curved edges takes up to a millisecond, and each tile asks.
type places = otter.Cache[place, geo.BBox]

type place struct {
	extent geo.BBox
	grid   string
}

const maxPlaces = 10_000

func newPlaces() (*places, error) {
	cache, err := otter.New(&otter.Options[place, geo.BBox]{MaximumSize: maxPlaces})
	if err != nil {
		return nil, fmt.Errorf("make the cache of places: %w", err)
	}
	return cache, nil
}

// tileLimits are the tiles of a layer in a grid, by matrix: those that its
// extent touches, all while the extent is not known, none when the grid is made
// for another place.
func (s *Server) tileLimits(ctx context.Context, l *geo.Layer, grid *tile.TileMatrixSet) []tile.Limits {
	box := grid.Area()
	if extent, ok := s.store.Extent(ctx, l); ok {
		box = s.placeOf(extent, grid)
	}
	first, last := l.Zooms()
	return grid.Limits(box, first, last)
}

// placeOf is the box of an extent in the system of a grid; what is no extent
// may be anywhere.
func (s *Server) placeOf(extent geo.BBox, grid *tile.TileMatrixSet) geo.BBox {
	key := place{extent, grid.ID}
	if box, ok := s.places.GetIfPresent(key); ok {
		return box
	}
	box, err := crs.TransformBBox(extent, grid.CRS)
	if err != nil {
		return grid.Area()
	}
	s.places.Set(key, box)
	return box
}
