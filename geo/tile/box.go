package tile

import (
	"math"
	"slices"

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

// Area returns the box that every matrix has tiles for, in the CRS of the
// grid. The coarse matrices of some grids reach far beyond what the grid is
// made for, as a tile of theirs is wider than that.
func (s *TileMatrixSet) Area() geo.BBox {
	area := geo.BBox{CRS: s.CRS, MinX: math.Inf(-1), MinY: math.Inf(-1), MaxX: math.Inf(1), MaxY: math.Inf(1)}
	for i := range s.Matrices {
		m := &s.Matrices[i]
		w, h := m.span()
		area.MinX, area.MaxX = math.Max(area.MinX, m.OriginX), math.Min(area.MaxX, m.OriginX+w*float64(m.MatrixWidth))
		area.MinY, area.MaxY = math.Max(area.MinY, m.OriginY-h*float64(m.MatrixHeight)), math.Min(area.MaxY, m.OriginY)
	}
	return area
}

// Limits returns the tiles that box touches, matrix by matrix, for the matrices
// that show as much as zooms minZoom to maxZoom of WebMercatorQuad (see Zoom).
// The box is in the CRS of the grid: one that does not meet the Area of the
// grid has no place there, thus no limits. MinX > MaxX is a box across the
// antimeridian: its limits go around the world.
func (s *TileMatrixSet) Limits(box geo.BBox, minZoom, maxZoom int) []Limits {
	area := s.Area()
	if box.CrossesAntimeridian() {
		box.MinX, box.MaxX = area.MinX, area.MaxX
	}
	if !box.Intersects(area) {
		return nil
	}
	var out []Limits
	for z := range s.Matrices {
		m := &s.Matrices[z]
		if zoom := m.Zoom(); zoom < minZoom || zoom > maxZoom {
			continue
		}
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

// Zoom is the zoom of WebMercatorQuad whose scale denominator is nearest, by
// ratio: the zooms at which a layer is drawn are told in that grid.
func (m *TileMatrix) Zoom() int {
	return max(0, int(math.Round(math.Log2(scaleOfZoom0/m.ScaleDenominator))))
}

// UnionLimits joins limits of the same grid, matrix by matrix.
func UnionLimits(a, b []Limits) []Limits {
	out := slices.Clone(a)
	for _, l := range b {
		i, found := slices.BinarySearchFunc(out, l.z, func(have Limits, z int) int { return have.z - z })
		if !found {
			out = slices.Insert(out, i, l)
			continue
		}
		have := &out[i]
		have.MinTileRow, have.MaxTileRow = min(have.MinTileRow, l.MinTileRow), max(have.MaxTileRow, l.MaxTileRow)
		have.MinTileCol, have.MaxTileCol = min(have.MinTileCol, l.MinTileCol), max(have.MaxTileCol, l.MaxTileCol)
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
