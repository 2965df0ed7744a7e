package web

import (
	"fmt"
	"math"

	"github.com/arpent-geo/arpent/geo"
	"github.com/arpent-geo/arpent/geo/crs"
	"github.com/arpent-geo/arpent/geo/wkb"
)

// Limits of a map. Past one of them the frame alone is drawn, and that is said.
const (
	// MaxMapRows is the number of rows that a map draws. Ask the store for
	// MaxMapRows+1 rows: the last one tells the map that there are more.
	MaxMapRows = 500
	// maxVertices bounds the memory of a map: 16 bytes a vertex.
	maxVertices = 400_000
	// maxSVGBytes bounds what is sent for a drawing.
	maxSVGBytes = 100_000
)

// MapOptions says what a map shows.
type MapOptions struct {
	Layer *geo.Layer
	Box   geo.BBox // OGC:CRS84, what the map frames; zero: the box of the rows added
}

// Map gathers the geometries of rows for a map drawn by the server as SVG, in
// Web Mercator. Not safe for concurrent use.
type Map struct {
	o         MapOptions
	transform *crs.Transform
	frame     geo.BBox // EPSG:3857; of the rows when the options give no box
	fixed     bool     // the frame is the one of the options
	shapes    []shape
	vertices  int
	rows      int // added
	drawn     int // of them, with a geometry
	full      bool
	scratch   wkb.Geometry
}

// shape is a part of a geometry that is drawn by one mark.
type shape struct {
	dim   int         // 0 point, 1 line, 2 area
	lines [][]float64 // flat x, y in metres, EPSG:3857: the point, the line, or the rings
}

// worldM is the width of the Web Mercator world in metres.
const worldM = 2 * math.Pi * 6378137

// NewMap starts a map. Errors: geo.ErrUnsupportedCRS.
func NewMap(o MapOptions) (*Map, error) {
	t, err := crs.NewTransform(o.Layer.CRS, geo.WebMercator)
	if err != nil {
		return nil, fmt.Errorf("draw layer %s: %w", o.Layer.ID, err)
	}
	m := &Map{o: o, transform: t, frame: geo.EmptyBBox(geo.WebMercator)}
	if o.Box != (geo.BBox{}) && !o.Box.IsEmpty() {
		m.fixed = true
		m.frame = mercatorBox(o.Box)
	}
	return m, nil
}

// mercatorBox carries a box of longitudes and latitudes over to metres. Across
// the antimeridian its east edge lies beyond 180°.
func mercatorBox(b geo.BBox) geo.BBox {
	east := b.MaxX
	if b.CrossesAntimeridian() {
		east += 360
	}
	y := func(lat float64) float64 {
		lat = max(-85.05, min(85.05, lat)) * math.Pi / 180
		return math.Asinh(math.Tan(lat)) * worldM / (2 * math.Pi)
	}
	return geo.BBox{CRS: geo.WebMercator, MinX: b.MinX / 360 * worldM, MinY: y(b.MinY), MaxX: east / 360 * worldM, MaxY: y(b.MaxY)}
}

// Full reports that no more rows are of use: the caller may stop reading.
func (m *Map) Full() bool { return m.full }

// Add adds the geometry of a row, in the CRS of the layer; it keeps nothing of
// row. A row without geometry is counted and drawn nowhere. Errors: those of
// wkb.Decode.
func (m *Map) Add(row geo.Row) error {
	if m.full {
		return nil
	}
	if m.rows++; m.rows > MaxMapRows {
		m.drop()
		return nil
	}
	if len(row.WKB) == 0 {
		return nil
	}
	if err := wkb.Decode(row.WKB, &m.scratch); err != nil {
		return fmt.Errorf("draw item %s: %w", row.ID, err)
	}
	m.scratch.Transform(m.transform)
	before := len(m.shapes)
	m.gather(&m.scratch)
	if len(m.shapes) > before {
		m.drawn++
	}
	if m.vertices > maxVertices {
		m.drop()
	}
	return nil
}

// drop gives up drawing rows.
func (m *Map) drop() {
	m.full, m.shapes, m.vertices = true, nil, 0
}

func (m *Map) gather(g *wkb.Geometry) {
	stride := g.Layout.Stride()
	switch g.Type {
	case geo.GeometryCollection:
		for i := range g.Parts {
			m.gather(&g.Parts[i])
		}
	case geo.Point, geo.MultiPoint:
		for i := 0; i+stride <= len(g.Coords); i += stride {
			m.keep(0, [][]float64{m.line(g.Coords[i:i+stride], stride)})
		}
	case geo.LineString:
		m.keep(1, [][]float64{m.line(g.Coords, stride)})
	case geo.MultiLineString:
		m.keep(1, m.lines(g, 0, len(g.Ends)))
	case geo.Polygon:
		m.keep(2, m.lines(g, 0, len(g.Ends)))
	case geo.MultiPolygon:
		first := 0
		for _, end := range g.PolyEnds {
			m.keep(2, m.lines(g, first, end))
			first = end
		}
	}
}

// lines copies the lines or rings first to end of g.
func (m *Map) lines(g *wkb.Geometry, first, end int) [][]float64 {
	stride := g.Layout.Stride()
	out := make([][]float64, 0, end-first)
	for i := first; i < end; i++ {
		start := 0
		if i > 0 {
			start = g.Ends[i-1]
		}
		out = append(out, m.line(g.Coords[start*stride:g.Ends[i]*stride], stride))
	}
	return out
}

// line copies the x, y of flat coordinates, without what Web Mercator cannot
// draw. When the frame is known, vertices much closer than a pixel go at once.
func (m *Map) line(coords []float64, stride int) []float64 {
	near := 0.0
	if m.fixed {
		near = (m.frame.MaxX - m.frame.MinX) / mapWidth / 4
	}
	out := make([]float64, 0, min(len(coords)/stride*2, 256))
	for i := 0; i+stride <= len(coords); i += stride {
		x, y := coords[i], coords[i+1]
		if math.IsNaN(x) || math.IsInf(x, 0) || math.IsNaN(y) {
			continue
		}
		// Nothing is beyond; numbers without limit would lose the drawing's precision.
		x, y = max(-2*worldM, min(2*worldM, x)), max(-worldM/2, min(worldM/2, y))
		if m.fixed && m.frame.MaxX > worldM/2 && x < m.frame.MinX-worldM/1000 {
			x += worldM // the frame goes over the antimeridian
		}
		n := len(out)
		last := i+2*stride > len(coords)
		if n >= 2 && !last && math.Abs(x-out[n-2]) < near && math.Abs(y-out[n-1]) < near {
			continue
		}
		out = append(out, x, y)
		if !m.fixed {
			m.frame = m.frame.Extend(x, y)
		}
	}
	return out
}

func (m *Map) keep(dim int, lines [][]float64) {
	kept := lines[:0]
	for _, l := range lines {
		if len(l) > 0 {
			kept = append(kept, l)
			m.vertices += len(l) / 2
		}
	}
	if len(kept) > 0 {
		m.shapes = append(m.shapes, shape{dim, kept})
	}
}

// bounds returns what the map frames: west, south, east, north in degrees.
// ok is false when there is nothing to frame.
func (m *Map) bounds() (b [4]float64, ok bool) {
	if m.frame.IsEmpty() {
		return b, false
	}
	lat := func(y float64) float64 { return math.Atan(math.Sinh(y*2*math.Pi/worldM)) * 180 / math.Pi }
	return [4]float64{m.frame.MinX / worldM * 360, lat(m.frame.MinY), m.frame.MaxX / worldM * 360, lat(m.frame.MaxY)}, true
}
