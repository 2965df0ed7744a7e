package tile

import (
	"math"

	"github.com/arpent-geo/arpent/geo"
)

// Extent is the width and height of a tile in tile units. Buffer is how far
// around the tile features are kept, in the same units: one value for the
// search and for the clip, so that what is drawn across an edge is the same in
// both tiles.
const (
	Extent = 4096
	Buffer = 64
)

// span returns the size of a tile of the matrix in units of the CRS.
func (m *TileMatrix) span() (w, h float64) {
	return m.CellSize * float64(m.TileWidth), m.CellSize * float64(m.TileHeight)
}

// BBox returns the box of a tile of the grid, without buffer, in the CRS of
// the grid.
func (s *TileMatrixSet) BBox(id ID) geo.BBox {
	m := &s.Matrices[id.Z]
	w, h := m.span()
	return geo.BBox{CRS: s.CRS,
		MinX: m.OriginX + float64(id.X)*w, MaxX: m.OriginX + float64(id.X+1)*w,
		MinY: m.OriginY - float64(id.Y+1)*h, MaxY: m.OriginY - float64(id.Y)*h}
}

// SearchBox returns the box of a tile of the grid with its buffer, cut at the
// edge of the grid: what to ask of a store.
func (s *TileMatrixSet) SearchBox(id ID) geo.BBox {
	m := &s.Matrices[id.Z]
	w, h := m.span()
	b := s.BBox(id)
	bw, bh := w*Buffer/Extent, h*Buffer/Extent
	b.MinX = math.Max(b.MinX-bw, m.OriginX)
	b.MaxX = math.Min(b.MaxX+bw, m.OriginX+w*float64(m.MatrixWidth))
	b.MinY = math.Max(b.MinY-bh, m.OriginY-h*float64(m.MatrixHeight))
	b.MaxY = math.Min(b.MaxY+bh, m.OriginY)
	return b
}

// Limits are the tiles of one matrix that may hold data, as a tileset lists
// them (OGC 17-083r4, 7.2).
type Limits struct {
	TileMatrix string `json:"tileMatrix"`
	MinTileRow int    `json:"minTileRow"`
	MaxTileRow int    `json:"maxTileRow"`
	MinTileCol int    `json:"minTileCol"`
	MaxTileCol int    `json:"maxTileCol"`
	z          int
}

// Limits returns the tiles that box touches, matrix by matrix from minZoom to
// maxZoom, both included and cut to those of the grid. The box is in the CRS
// of the grid; outside of the grid the nearest tiles are taken.
func (s *TileMatrixSet) Limits(box geo.BBox, minZoom, maxZoom int) []Limits {
	var out []Limits
	for z := max(minZoom, 0); z <= maxZoom && z < len(s.Matrices); z++ {
		m := &s.Matrices[z]
		w, h := m.span()
		out = append(out, Limits{
			TileMatrix: m.ID, z: z,
			MinTileCol: clampIndex((box.MinX-m.OriginX)/w, m.MatrixWidth),
			MaxTileCol: clampIndex((box.MaxX-m.OriginX)/w, m.MatrixWidth),
			MinTileRow: clampIndex((m.OriginY-box.MaxY)/h, m.MatrixHeight),
			MaxTileRow: clampIndex((m.OriginY-box.MinY)/h, m.MatrixHeight),
		})
	}
	return out
}

// Contains reports whether a tile is within the limits of its matrix.
func (l *Limits) Contains(id ID) bool {
	return id.Z == l.z && id.X >= l.MinTileCol && id.X <= l.MaxTileCol && id.Y >= l.MinTileRow && id.Y <= l.MaxTileRow
}

// clampIndex floors v into [0, count).
func clampIndex(v float64, count int) int {
	if !(v > 0) { // NaN too
		return 0
	}
	return int(math.Min(math.Floor(v), float64(count-1)))
}
