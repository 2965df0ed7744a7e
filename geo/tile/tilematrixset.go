package tile

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/arpent-geo/arpent/geo"
)

// TileMatrixSet is a grid of tiles: one matrix a zoom, as OGC 17-083r4 (Two
// Dimensional Tile Matrix Set 2.0) describes it. A grid is data: nothing in
// this package knows of a particular one. It is never changed once made.
type TileMatrixSet struct {
	ID, Title, URI    string
	CRS               geo.CRS
	OrderedAxes       []string // names of the axes in the order of the authority
	NorthFirst        bool     // that order is y, x: pointOfOrigin is printed so
	WellKnownScaleSet string
	Matrices          []TileMatrix // by zoom
}

// TileMatrix is the tiles of one zoom. Its origin is the upper left corner.
type TileMatrix struct {
	ID                        string
	ScaleDenominator          float64 // for a pixel of 0.28 mm
	CellSize                  float64 // units of the CRS a pixel
	OriginX, OriginY          float64 // x, y in the CRS
	TileWidth, TileHeight     int     // pixels
	MatrixWidth, MatrixHeight int     // tiles
}

// MarshalJSON writes the grid as OGC 17-083r4, 7.1 (tileMatrixSet.json).
func (s *TileMatrixSet) MarshalJSON() ([]byte, error) {
	type matrix struct {
		ID               string     `json:"id"`
		ScaleDenominator float64    `json:"scaleDenominator"`
		CellSize         float64    `json:"cellSize"`
		CornerOfOrigin   string     `json:"cornerOfOrigin"`
		PointOfOrigin    [2]float64 `json:"pointOfOrigin"`
		TileWidth        int        `json:"tileWidth"`
		TileHeight       int        `json:"tileHeight"`
		MatrixWidth      int        `json:"matrixWidth"`
		MatrixHeight     int        `json:"matrixHeight"`
	}
	out := struct {
		ID                string   `json:"id"`
		Title             string   `json:"title,omitempty"`
		URI               string   `json:"uri,omitempty"`
		CRS               string   `json:"crs"`
		OrderedAxes       []string `json:"orderedAxes,omitempty"`
		WellKnownScaleSet string   `json:"wellKnownScaleSet,omitempty"`
		TileMatrices      []matrix `json:"tileMatrices"`
	}{s.ID, s.Title, s.URI, s.CRS.URI(), s.OrderedAxes, s.WellKnownScaleSet, nil}
	for _, m := range s.Matrices {
		origin := [2]float64{m.OriginX, m.OriginY}
		if s.NorthFirst {
			origin = [2]float64{m.OriginY, m.OriginX}
		}
		out.TileMatrices = append(out.TileMatrices, matrix{
			m.ID, m.ScaleDenominator, m.CellSize, "topLeft", origin,
			m.TileWidth, m.TileHeight, m.MatrixWidth, m.MatrixHeight,
		})
	}
	return json.Marshal(out)
}

// ID is one tile of a grid: the index of its matrix, its column from the left
// and its row from the top. OGC URLs give the row before the column
// (/{tileMatrix}/{tileRow}/{tileCol}), XYZ URLs x before y.
type ID struct{ Z, X, Y int }

// String returns "z/x/y".
func (id ID) String() string { return fmt.Sprintf("%d/%d/%d", id.Z, id.X, id.Y) }

// Parse reads a tile as it stands in a URL: the id of a matrix, a column and a
// row. What is not a row of digits is geo.ErrInvalidInput; a tile that the
// grid does not have, however large its numbers, is geo.ErrNotFound.
func (s *TileMatrixSet) Parse(matrix, col, row string) (ID, error) {
	z := slices.IndexFunc(s.Matrices, func(m TileMatrix) bool { return m.ID == matrix })
	if z < 0 {
		return ID{}, &geo.Error{Kind: geo.ErrNotFound, Where: "tileMatrix",
			Msg: geo.Text{FR: fmt.Sprintf("la grille %s n'a pas de niveau « %s »", s.ID, shorten(matrix)),
				EN: fmt.Sprintf("grid %s has no matrix %q", s.ID, shorten(matrix))},
			Hint: geo.Text{FR: "de " + s.Matrices[0].ID + " à " + s.Matrices[len(s.Matrices)-1].ID,
				EN: "from " + s.Matrices[0].ID + " to " + s.Matrices[len(s.Matrices)-1].ID}}
	}
	m := &s.Matrices[z]
	x, err := parseIndex("tileCol", col, m.MatrixWidth)
	if err != nil {
		return ID{}, err
	}
	y, err := parseIndex("tileRow", row, m.MatrixHeight)
	if err != nil {
		return ID{}, err
	}
	return ID{z, x, y}, nil
}

func parseIndex(where, text string, count int) (int, error) {
	if text == "" || strings.Trim(text, "0123456789") != "" {
		return 0, geo.Invalid(where, geo.Text{FR: "« " + shorten(text) + " » n'est pas un nombre entier positif",
			EN: strconv.Quote(shorten(text)) + " is not a positive integer"}, geo.Text{FR: "des chiffres", EN: "digits"})
	}
	n, err := strconv.ParseUint(text, 10, 64)
	if err != nil || n >= uint64(count) {
		return 0, &geo.Error{Kind: geo.ErrNotFound, Where: where,
			Msg:  geo.Text{FR: shorten(text) + " est hors de la grille", EN: shorten(text) + " is outside of the grid"},
			Hint: geo.Text{FR: fmt.Sprintf("de 0 à %d", count-1), EN: fmt.Sprintf("from 0 to %d", count-1)}}
	}
	return int(n), nil
}

// shorten keeps a message short, whatever was sent.
func shorten(s string) string {
	if len(s) > 30 {
		return s[:30] + "…"
	}
	return s
}

// Check returns geo.ErrNotFound when the grid does not have the tile.
func (s *TileMatrixSet) Check(id ID) error {
	if id.Z >= 0 && id.Z < len(s.Matrices) {
		if m := &s.Matrices[id.Z]; id.X >= 0 && id.X < m.MatrixWidth && id.Y >= 0 && id.Y < m.MatrixHeight {
			return nil
		}
	}
	return &geo.Error{Kind: geo.ErrNotFound, Where: id.String(),
		Msg: geo.Text{FR: "cette tuile est hors de la grille " + s.ID, EN: "this tile is outside of grid " + s.ID}}
}
