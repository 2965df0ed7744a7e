package mvt

import "fmt"

// decodeGeometry turns commands into parts, and refuses what 4.3 forbids.
func decodeGeometry(g []uint32, kind GeomType) ([][]Point, error) {
	var parts [][]Point
	var open []Point // the line or ring being drawn
	var x, y int32
	last := uint32(0)
	for i := 0; i < len(g); {
		command, count := g[i]&7, int(g[i]>>3)
		i++
		if err := checkCommand(command, count, last, kind, len(open), len(parts)); err != nil {
			return nil, err
		}
		if command == closePath {
			parts, open, last = append(parts, open), nil, command
			continue
		}
		if count > (len(g)-i)/2 {
			return nil, fmt.Errorf("command %d asks for %d points, %d are left", command, count, (len(g)-i)/2)
		}
		if command == moveTo && open != nil {
			parts, open = append(parts, open), nil
		}
		for ; count > 0; count-- {
			dx, dy := unzigzag(g[i]), unzigzag(g[i+1])
			i += 2
			if command == lineTo && dx == 0 && dy == 0 {
				return nil, fmt.Errorf("LineTo of length zero")
			}
			x, y = x+dx, y+dy
			open = append(open, Point{x, y})
		}
		last = command
	}
	switch {
	case kind == Polygons && open != nil:
		return nil, fmt.Errorf("the last ring is not closed")
	case kind == Lines && len(open) < 2:
		return nil, fmt.Errorf("a line of fewer than 2 points")
	case open != nil:
		parts = append(parts, open)
	}
	if kind == Polygons && Area2(parts[0]) <= 0 {
		return nil, fmt.Errorf("the first ring is not an exterior ring: twice its area is %d", Area2(parts[0]))
	}
	return parts, nil
}

// checkCommand holds a command to the grammar of its geometry type (4.3.4).
func checkCommand(command uint32, count int, last uint32, kind GeomType, open, parts int) error {
	switch {
	case command != moveTo && command != lineTo && command != closePath:
		return fmt.Errorf("command %d", command)
	case command == closePath && (kind != Polygons || last != lineTo || count != 1):
		return fmt.Errorf("ClosePath × %d after command %d in type %d", count, last, kind)
	case count == 0:
		return fmt.Errorf("command %d × 0", command)
	case command == moveTo && kind == Points && (open > 0 || parts > 0):
		return fmt.Errorf("a second MoveTo in points")
	case command == moveTo && kind != Points && count != 1:
		return fmt.Errorf("MoveTo × %d in type %d", count, kind)
	case command == moveTo && kind == Lines && open == 1:
		return fmt.Errorf("a line of fewer than 2 points")
	case command == moveTo && kind == Polygons && open > 0:
		return fmt.Errorf("MoveTo in a ring that is not closed")
	case command == lineTo && (kind == Points || last != moveTo):
		return fmt.Errorf("LineTo after command %d in type %d", last, kind)
	case command == lineTo && kind == Polygons && count < 2:
		return fmt.Errorf("a ring of fewer than 3 points")
	}
	return nil
}

func unzigzag(v uint32) int32 { return int32(v>>1) ^ -int32(v&1) }

// Area2 returns twice the area of a ring by the surveyor's formula: positive
// for an exterior ring, which turns clockwise as seen (4.3.4.4).
func Area2(ring []Point) int64 {
	if len(ring) == 0 {
		return 0
	}
	var sum int64
	p := ring[len(ring)-1]
	for _, q := range ring {
		sum += int64(p.X)*int64(q.Y) - int64(q.X)*int64(p.Y)
		p = q
	}
	return sum
}

// Warnings lists what breaks a "SHOULD" of the specification, or what clients
// are known to draw badly: nothing for a tile of Arpent.
func (t *Tile) Warnings() []string {
	var out []string
	for i := range t.Layers {
		l := &t.Layers[i]
		warn := func(format string, args ...any) {
			out = append(out, fmt.Sprintf("layer %q: ", l.Name)+fmt.Sprintf(format, args...))
		}
		if len(l.Features) == 0 {
			warn("no features")
		}
		values := map[any]bool{}
		for _, v := range l.Values {
			if values[v] {
				warn("value %v stands twice", v)
			}
			values[v] = true
		}
		ids := map[uint64]bool{}
		for j := range l.Features {
			f := &l.Features[j]
			if f.HasID && ids[f.ID] {
				warn("id %d stands twice", f.ID)
			}
			ids[f.ID] = ids[f.ID] || f.HasID
			if f.ID > 1<<53 {
				warn("id %d is above 2^53: browsers round it", f.ID)
			}
			f.warnings(int64(l.Extent), func(what string) { warn("feature %d: %s", j, what) })
		}
	}
	return out
}

func (f *DecodedFeature) warnings(extent int64, warn func(string)) {
	if f.Type == Unknown {
		warn("geometry of unknown type")
	}
	for _, part := range f.Parts {
		if f.Type == Polygons && Area2(part) == 0 {
			warn("ring without area")
		}
		for _, p := range part {
			if x, y := int64(p.X), int64(p.Y); x < -extent || x > 2*extent || y < -extent || y > 2*extent {
				warn("more than one extent outside of the tile")
				break
			}
		}
	}
}
