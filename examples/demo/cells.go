package demo

import (
	_ "embed" // the table of facts
	"encoding/csv"
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/arpent-geo/arpent/geo"
	"github.com/arpent-geo/arpent/geo/crs"
)

//go:embed communes.csv
var facts string

// Commune is what is true of a commune: its code, its name, its population
// (INSEE, COG of 1 January 2026, legal populations 2023), its EPCI (DGCL,
// 2025), its area and the rough position of its middle (IGN, Admin Express COG
// 2018). Its contour here is not.
type Commune struct {
	Code, Nom        string
	Population       int64
	SIREN, EPCI      string
	X, Y             float64 // easting, northing in metres, EPSG:2154
	AreaM2           float64
	cells            []cell
	centre           cell
	centreX, centreY float64
}

// cell is a cell of the grid, by column and row ("odd-r" layout: odd rows are
// half a cell to the east).
type cell struct{ col, row int }

// hexSideM is the side of a cell, in metres.
const hexSideM = 300

// vertex is a corner of the grid on a lattice of half cells wide and half
// sides high. Corners are integers, so that neighbours share them exactly.
type vertex struct{ i, j int }

// xy returns easting, northing in metres, EPSG:2154, to the centimetre.
func (v vertex) xy() (x, y float64) {
	return math.Round((originX+float64(v.i)*hexSideM*math.Sqrt(3)/2)*100) / 100, originY + float64(v.j)*hexSideM/2
}

// The south-west corner of the grid, in metres, EPSG:2154.
const (
	originX = 265_000
	originY = 6_635_000
	columns = 270
	rows    = 280
)

func (h cell) centre() vertex { return vertex{2*h.col + 1 + h.row&1, 3*h.row + 2} }

// corners returns the six corners, counter-clockwise from the south.
func (h cell) corners() [6]vertex {
	c := h.centre()
	return [6]vertex{
		{c.i, c.j - 2}, {c.i + 1, c.j - 1}, {c.i + 1, c.j + 1},
		{c.i, c.j + 2}, {c.i - 1, c.j + 1}, {c.i - 1, c.j - 1},
	}
}

// neighbours returns the six cells around, each beyond the edge that starts at
// the corner of the same index.
func (h cell) neighbours() [6]cell {
	w := h.row & 1
	return [6]cell{
		{h.col + w, h.row - 1}, {h.col + 1, h.row}, {h.col + w, h.row + 1},
		{h.col + w - 1, h.row + 1}, {h.col - 1, h.row}, {h.col + w - 1, h.row - 1},
	}
}

// readCommunes parses the facts and projects the positions.
func readCommunes() ([]*Commune, error) {
	records, err := csv.NewReader(strings.NewReader(facts)).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("read the facts of the demo: %w", err)
	}
	t, err := crs.NewTransform(geo.CRS84, geo.Lambert93)
	if err != nil {
		return nil, err
	}
	var out []*Commune
	for n, r := range records[1:] {
		var num [4]float64
		for i, s := range []string{r[2], r[5], r[6], r[7]} {
			if num[i], err = strconv.ParseFloat(s, 64); err != nil {
				return nil, fmt.Errorf("read the facts of the demo, record %d: %w", n+1, err)
			}
		}
		c := &Commune{Code: r[0], Nom: r[1], Population: int64(num[0]), SIREN: r[3], EPCI: r[4], AreaM2: num[3] * 1e6}
		c.X, c.Y = t.Point(num[1], num[2])
		out = append(out, c)
	}
	return out, nil
}

// assign gives each cell of the grid to a commune: the one whose circle, of
// the true area, holds it deepest (a power diagram), so that sizes are about
// right. Where the sum of what each commune radiates is faint, a cell is outside
// the département: that rounds the outline between neighbours.
func assign(communes []*Commune) map[cell]*Commune {
	owner := map[cell]*Commune{}
	for row := range rows {
		for col := range columns {
			h := cell{col, row}
			x, y := h.centre().xy()
			var best *Commune
			depth, field := math.Inf(1), 0.0
			for _, c := range communes {
				r2 := c.AreaM2 / math.Pi
				d2 := (x-c.X)*(x-c.X) + (y-c.Y)*(y-c.Y)
				if d2-0.7*r2 < depth { // 0.7: or a large neighbour swallows a small commune
					best, depth = c, d2-0.7*r2
				}
				if d2 < 9*r2 {
					field += math.Exp(-d2 / r2)
				}
				if d2 < r2/2 { // the heart of a small commune by the sea
					field++
				}
			}
			if field > 0.45 {
				owner[h] = best
			}
		}
	}
	fillHoles(owner)
	tidy(owner)
	for row := range rows {
		for col := range columns {
			if c := owner[cell{col, row}]; c != nil {
				c.cells = append(c.cells, cell{col, row})
			}
		}
	}
	for _, c := range communes {
		c.setCentre()
	}
	return owner
}

// fillHoles gives every cell that is not joined to the edge of the grid by
// empty cells to the commune of a neighbour.
func fillHoles(owner map[cell]*Commune) {
	outside := map[cell]bool{{0, 0}: true}
	for todo := []cell{{0, 0}}; len(todo) > 0; {
		h := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		for _, n := range h.neighbours() {
			inGrid := n.col >= 0 && n.col < columns && n.row >= 0 && n.row < rows
			if inGrid && owner[n] == nil && !outside[n] {
				outside[n] = true
				todo = append(todo, n)
			}
		}
	}
	for changed := true; changed; {
		changed = false
		for row := range rows {
			for col := range columns {
				h := cell{col, row}
				if owner[h] != nil || outside[h] {
					continue
				}
				for _, n := range h.neighbours() {
					if owner[n] != nil {
						owner[h], changed = owner[n], true
						break
					}
				}
			}
		}
	}
}

// tidy hands cells with no neighbour of their own commune to the commune most
// met around, so that a contour has no stray cells.
func tidy(owner map[cell]*Commune) {
	for row := range rows {
		for col := range columns {
			h := cell{col, row}
			if owner[h] == nil {
				continue
			}
			var other *Commune
			alone := true
			for _, n := range h.neighbours() {
				if owner[n] == owner[h] {
					alone = false
				} else if owner[n] != nil {
					other = owner[n]
				}
			}
			if alone && other != nil {
				owner[h] = other
			}
		}
	}
}

// setCentre picks the cell nearest to the position of the commune: its village.
func (c *Commune) setCentre() {
	best := math.Inf(1)
	for _, h := range c.cells {
		x, y := h.centre().xy()
		if d := math.Hypot(x-c.X, y-c.Y); d < best {
			best, c.centre, c.centreX, c.centreY = d, h, x, y
		}
	}
}

// ringM is the distance of a cell from the village, in metres.
func (c *Commune) ringM(h cell) float64 {
	x, y := h.centre().xy()
	return math.Hypot(x-c.centreX, y-c.centreY)
}
