package web

import (
	"html/template"
	"math"
	"strconv"

	"github.com/arpent-geo/arpent/geo"
)

// The drawing has two units a pixel when it is shown at its full width of 640
// pixels: integers are then fine enough, and short.
const (
	mapWidth     = 1280.0
	minMapHeight = 480.0
	maxMapHeight = 1120.0
	mapMargin    = 24.0
	tolerance    = 1.6 // simplification: 0.8 pixel
	pointRadius  = 9
)

// drawing is a map turned into SVG.
type drawing struct {
	SVG     template.HTML
	Drawn   int     // rows drawn
	Outline bool    // limits were passed: the frame alone is drawn
	WidthM  float64 // length on the ground across the middle of the drawing, metres
}

// canvas turns metres into units of the drawing.
type canvas struct {
	left, top, scale float64
	width, height    float64
}

// newCanvas fits a frame, in metres of EPSG:3857, into a drawing.
func newCanvas(frame geo.BBox) canvas {
	const minM = 200 // a single point is shown with its surroundings
	w, h := max(frame.MaxX-frame.MinX, minM), max(frame.MaxY-frame.MinY, minM)
	c := canvas{width: mapWidth}
	c.scale = (mapWidth - 2*mapMargin) / w
	if h*c.scale > maxMapHeight-2*mapMargin {
		c.scale = (maxMapHeight - 2*mapMargin) / h
	}
	c.height = math.Ceil(max(minMapHeight, h*c.scale+2*mapMargin))
	c.left = (frame.MinX+frame.MaxX)/2 - c.width/2/c.scale
	c.top = (frame.MinY+frame.MaxY)/2 + c.height/2/c.scale
	return c
}

func (c canvas) at(x, y float64) (float64, float64) {
	return (x - c.left) * c.scale, (c.top - y) * c.scale
}

// draw writes the map, whose frame is not empty, as an image with a name and a
// description.
func (m *Map) draw(title, desc string) drawing {
	var d drawing
	c := newCanvas(m.frame)
	middle := (m.frame.MinY + m.frame.MaxY) / 2
	d.WidthM = c.width / c.scale / math.Cosh(middle*2*math.Pi/worldM)
	d.Drawn, d.Outline = m.drawn, m.full
	head := append([]byte(nil), `<svg class="map-svg" role="img" aria-labelledby="map-name map-desc" viewBox="0 0 `...)
	head = strconv.AppendInt(head, int64(c.width), 10)
	head = append(head, ' ')
	head = strconv.AppendInt(head, int64(c.height), 10)
	head = append(head, `"><title id="map-name">`+template.HTMLEscapeString(title)+
		`</title><desc id="map-desc">`+template.HTMLEscapeString(desc)+`</desc>`...)
	body := m.drawShapes(c)
	if len(body) > maxSVGBytes {
		d.Outline = true
	}
	if d.Outline {
		body = m.drawFrame(c)
	}
	d.SVG = template.HTML(string(head) + string(body) + "</svg>") // numbers of ours, and two escaped texts
	return d
}

func (m *Map) drawFrame(c canvas) []byte {
	x0, y0 := c.at(m.frame.MinX, m.frame.MaxY)
	x1, y1 := c.at(m.frame.MaxX, m.frame.MinY)
	return appendMark([]byte(`<g class="map-frame">`), []float64{x0, y0, x1, y0, x1, y1, x0, y1}, true, "</g>")
}

func appendMark(dst []byte, line []float64, closed bool, end string) []byte {
	dst = append(dst, `<path d="`...)
	dst, _ = appendLine(dst, line, closed, [2]int{})
	return append(append(dst, `"/>`...), end...)
}

// drawShapes draws areas under lines under points; within each, in the order
// of the rows.
func (m *Map) drawShapes(c canvas) []byte {
	var body []byte
	for _, class := range []struct {
		dim  int
		open string
	}{{2, `<g class="map-area">`}, {1, `<g class="map-line">`}, {0, `<g class="map-point">`}} {
		start := len(body)
		for _, s := range m.shapes {
			if s.dim != class.dim {
				continue
			}
			if len(body) == start {
				body = append(body, class.open...)
			}
			if body = s.draw(body, c); len(body) > maxSVGBytes {
				return body
			}
		}
		if len(body) > start {
			body = append(body, "</g>"...)
		}
	}
	return body
}

func (s shape) draw(dst []byte, c canvas) []byte {
	if s.dim == 0 {
		x, y := c.at(s.lines[0][0], s.lines[0][1])
		dst = append(dst, `<circle r="`+strconv.Itoa(pointRadius)+`" cx="`...)
		dst = strconv.AppendInt(dst, int64(math.Round(x)), 10)
		dst = append(dst, `" cy="`...)
		dst = strconv.AppendInt(dst, int64(math.Round(y)), 10)
		return append(dst, `"/>`...)
	}
	dst = append(dst, `<path d="`...)
	var pen [2]int
	for i, l := range s.lines {
		flat := make([]float64, len(l))
		for j := 0; j+1 < len(l); j += 2 {
			flat[j], flat[j+1] = c.at(l[j], l[j+1])
		}
		flat = simplify(flat, tolerance)
		if small(flat) {
			if s.dim == 2 && i > 0 {
				continue // a hole that cannot be seen
			}
			// Nothing vanishes: what is smaller than a pixel becomes one.
			x, y := flat[0], flat[1]
			flat = []float64{x - 1, y - 1, x + 1, y - 1, x + 1, y + 1, x - 1, y + 1}
		}
		dst, pen = appendLine(dst, flat, s.dim == 2, pen)
	}
	return append(dst, `"/>`...)
}

// small reports whether a line or ring lies within a pixel.
func small(flat []float64) bool {
	b := geo.EmptyBBox(geo.CRS{})
	for i := 0; i+1 < len(flat); i += 2 {
		b = b.Extend(flat[i], flat[i+1])
	}
	return b.MaxX-b.MinX < 2 && b.MaxY-b.MinY < 2
}

// appendLine appends a subpath in integers relative to one another; pen is
// where the last one left off. A closed one leaves its pen at its start.
func appendLine(dst []byte, flat []float64, closed bool, pen [2]int) ([]byte, [2]int) {
	var start [2]int
	for i := 0; i+1 < len(flat); i += 2 {
		at := [2]int{int(math.Round(flat[i])), int(math.Round(flat[i+1]))}
		switch {
		case i == 0:
			dst, start = append(dst, 'm'), at
		case at == pen || closed && i+3 >= len(flat) && at == start:
			continue // Z draws the way back
		}
		dst = strconv.AppendInt(dst, int64(at[0]-pen[0]), 10)
		if at[1] >= pen[1] {
			dst = append(dst, ' ')
		}
		dst = strconv.AppendInt(dst, int64(at[1]-pen[1]), 10)
		dst = append(dst, ' ')
		pen = at
	}
	if n := len(dst); n > 0 && dst[n-1] == ' ' {
		dst = dst[:n-1]
	}
	if closed {
		return append(dst, 'z'), start
	}
	return dst, pen
}

// simplifyRun is the number of vertices that simplify looks at together: its
// work is then bounded by as much a vertex, whatever the shape of the line.
const simplifyRun = 256

// simplify keeps of a flat line the vertices that stand more than tol away
// from the line without them (Douglas and Peucker, 1973).
func simplify(flat []float64, tol float64) []float64 {
	n := len(flat) / 2
	if n < 3 {
		return flat
	}
	keep := make([]bool, n)
	var stack [][2]int
	for a := 0; a < n-1; a += simplifyRun {
		b := min(a+simplifyRun, n-1)
		keep[a], keep[b] = true, true
		stack = append(stack, [2]int{a, b})
	}
	for len(stack) > 0 {
		a, b := stack[len(stack)-1][0], stack[len(stack)-1][1]
		stack = stack[:len(stack)-1]
		far, at := tol*tol, -1
		for i := a + 1; i < b; i++ {
			if d := distance2(flat, i, a, b); d > far {
				far, at = d, i
			}
		}
		if at >= 0 {
			keep[at] = true
			stack = append(stack, [2]int{a, at}, [2]int{at, b})
		}
	}
	out := flat[:0]
	for i := range n {
		if keep[i] {
			out = append(out, flat[2*i], flat[2*i+1])
		}
	}
	return out
}

// distance2 is the squared distance of vertex i to the segment from a to b.
func distance2(flat []float64, i, a, b int) float64 {
	px, py := flat[2*i]-flat[2*a], flat[2*i+1]-flat[2*a+1]
	dx, dy := flat[2*b]-flat[2*a], flat[2*b+1]-flat[2*a+1]
	if length2 := dx*dx + dy*dy; length2 > 0 {
		t := max(0, min(1, (px*dx+py*dy)/length2))
		px, py = px-t*dx, py-t*dy
	}
	return px*px + py*py
}
