package geojson

import (
	"math"
	"strconv"

	"github.com/arpent-geo/arpent/geo"
	"github.com/arpent-geo/arpent/geo/wkb"
)

// coordinates reads the "coordinates" of a geometry of type g.Type into g.
func (p *parser) coordinates(g *wkb.Geometry) error {
	switch g.Type {
	case geo.Point:
		return p.point(g)
	case geo.MultiPoint:
		return p.positions(g)
	case geo.LineString:
		return p.line(g)
	case geo.MultiLineString:
		return p.each(func(int) error {
			err := p.line(g)
			g.Ends = append(g.Ends, vertices(g))
			return err
		})
	case geo.Polygon:
		return p.rings(g, 0)
	}
	return p.each(func(k int) error {
		err := p.rings(g, k+1)
		g.PolyEnds = append(g.PolyEnds, len(g.Ends))
		return err
	})
}

func vertices(g *wkb.Geometry) int { return len(g.Coords) / g.Layout.Stride() }

// each reads an array, calling element at the start of each of its elements.
func (p *parser) each(element func(k int) error) error {
	if err := p.openArray(); err != nil {
		return err
	}
	for k := 0; ; k++ {
		done, err := p.more(k == 0, ']')
		if done || err != nil {
			return err
		}
		if err := element(k); err != nil {
			return err
		}
	}
}

func (p *parser) openArray() error {
	if p.b[p.i] != '[' {
		return p.want("un tableau", "an array")
	}
	p.i++
	return nil
}

// point reads a position, or [] for the empty point.
func (p *parser) point(g *wkb.Geometry) error {
	start := p.i
	if err := p.openArray(); err != nil {
		return err
	}
	if p.space(); p.b[p.i] == ']' {
		p.i++
		return nil
	}
	p.i = start
	return p.position(g)
}

// line reads the positions of a line: none, or at least two (RFC 7946, 3.1.4).
func (p *parser) line(g *wkb.Geometry) error {
	start, before := p.i, vertices(g)
	if err := p.positions(g); err != nil {
		return err
	}
	if vertices(g) == before+1 {
		return p.failAt(start, "une ligne a au moins deux positions", "a line has at least two positions")
	}
	return nil
}

// rings reads the rings of a polygon, each closed and of at least four
// positions (RFC 7946, 3.1.6); polygon is its number in a MultiPolygon, or 0.
// A polygon whose only ring has no position is empty.
func (p *parser) rings(g *wkb.Geometry, polygon int) error {
	rings := len(g.Ends)
	return p.each(func(k int) error {
		start, before := p.i, vertices(g)
		if err := p.positions(g); err != nil {
			return err
		}
		n, stride := vertices(g)-before, g.Layout.Stride()
		switch ring := g.Coords[before*stride:]; {
		case n == 0 && k == 0:
			return nil
		case k > 0 && len(g.Ends) == rings:
			return p.badRing(start, polygon, 1, "n'a pas de position", "has no position")
		case n < 4:
			return p.badRing(start, polygon, k+1, "a moins de quatre positions", "has fewer than four positions")
		case !sameVertex(ring[:stride], ring[len(ring)-stride:]):
			return p.badRing(start, polygon, k+1, "n'est pas fermé : sa dernière position doit être la première",
				"is not closed: its last position must be its first")
		}
		g.Ends = append(g.Ends, vertices(g))
		return nil
	})
}

func sameVertex(a, b []float64) bool {
	for k := range a {
		if a[k] != b[k] {
			return false
		}
	}
	return true
}

func (p *parser) badRing(start, polygon, ring int, fr, en string) error {
	if polygon > 0 {
		return p.failAt(start, "l'anneau %[2]d du polygone %[1]d %[3]s", "ring %[2]d of polygon %[1]d %[4]s", polygon, ring, fr, en)
	}
	return p.failAt(start, "l'anneau %[1]d %[2]s", "ring %[1]d %[3]s", ring, fr, en)
}

// positions reads a list of positions.
func (p *parser) positions(g *wkb.Geometry) error {
	if err := p.openArray(); err != nil {
		return err
	}
	for first := true; ; first = false {
		done, err := p.more(first, ']')
		if done || err != nil {
			return err
		}
		if err := p.position(g); err != nil {
			return err
		}
	}
}

// position reads [x,y] or [x,y,z]; what follows is dropped and counted
// (RFC 7946, 3.1.1). A geometry in which only some positions have z gets
// z = 0 on the others, as GDAL does.
func (p *parser) position(g *wkb.Geometry) error {
	start := p.i
	if p.b[start] != '[' {
		return p.want("une position [x, y]", "a position [x, y]")
	}
	p.i++
	var v [3]float64
	n := 0
	for {
		p.space()
		f, err := p.float()
		if err != nil {
			return err
		}
		if n < 3 {
			v[n] = f
		}
		n++
		p.space()
		c := p.b[p.i]
		if c == ',' {
			p.i++
			continue
		}
		if c != ']' {
			return p.want("« , » ou « ] »", `"," or "]"`)
		}
		p.i++
		break
	}
	if n < 2 {
		return p.failAt(start, "une position a au moins deux nombres", "a position has at least two numbers")
	}
	if n > 3 {
		p.noted[extraOrdinates]++
	}
	if n >= 3 && g.Layout == wkb.XY {
		widen(g)
	}
	g.Coords = append(g.Coords, v[:g.Layout.Stride()]...)
	return nil
}

// widen gives z = 0 to the vertices of an XY geometry.
func widen(g *wkb.Geometry) {
	if g.Layout == wkb.XYZ {
		return
	}
	n := vertices(g)
	for range n {
		g.Coords = append(g.Coords, 0)
	}
	for k := n - 1; k >= 0; k-- {
		x, y := g.Coords[2*k], g.Coords[2*k+1]
		g.Coords[3*k], g.Coords[3*k+1], g.Coords[3*k+2] = x, y, 0
	}
	g.Layout = wkb.XYZ
	for k := range g.Parts {
		widen(&g.Parts[k])
	}
}

// float reads a number of coordinates. Most have at most fifteen digits: their
// digits and the power of ten are exact as float64, and so one division rounds
// as it should (Clinger 1990); strconv reads the others.
func (p *parser) float() (float64, error) {
	b, i := p.b, p.i
	negative := b[i] == '-'
	if negative {
		i++
	}
	first, m := i, uint64(0)
	for c := b[i] - '0'; c <= 9; c = b[i] - '0' {
		m = m*10 + uint64(c)
		i++
	}
	n, decimals := i-first, 0
	if n == 0 || n > 1 && b[first] == '0' {
		return 0, p.badNumber(i)
	}
	if b[i] == '.' {
		i++
		point := i
		for c := b[i] - '0'; c <= 9; c = b[i] - '0' {
			m = m*10 + uint64(c)
			i++
		}
		if decimals = i - point; decimals == 0 {
			return 0, p.badNumber(i)
		}
	}
	if n+decimals > 19 || m >= 1<<53 || decimals >= len(exactPow10) || b[i]|0x20 == 'e' {
		return p.slowFloat()
	}
	if i >= p.n {
		return 0, errShort
	}
	p.i = i
	f := float64(m)
	if decimals > 0 {
		f /= exactPow10[decimals]
	}
	if negative {
		f = -f
	}
	return f, nil
}

func (p *parser) slowFloat() (float64, error) {
	start := p.i
	raw, _, err := p.number()
	if err != nil {
		return 0, err
	}
	f, err := strconv.ParseFloat(string(raw), 64)
	if err != nil || math.IsInf(f, 0) {
		return 0, p.failAt(start, "nombre trop grand", "a number too large")
	}
	return f, nil
}

// exactPow10 are the powers of ten that a float64 holds exactly.
var exactPow10 = [...]float64{
	1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
}
