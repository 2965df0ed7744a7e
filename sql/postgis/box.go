package postgis

import (
	"context"
	"database/sql/driver"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/arpent-geo/arpent/geo"
	"github.com/arpent-geo/arpent/geo/crs"
)

// region is a part of the box of a request, as EWKB in the system in which the
// layer is searched.
type region struct {
	near  []byte // its box: what the spatial index is asked; nil: no index can be
	exact []byte // its outline
}

// searchBox carries a box over to the system of the layer's geometries, or to
// degrees when the database alone knows that system; no region: nothing can
// match. extent is the box of the layer's data, nil when not known.
func (t *table) searchBox(b geo.BBox, extent *geo.BBox) ([]region, error) {
	to, srid := t.layer.StorageCRS, t.srid
	if t.transform {
		to, srid = geo.WGS84, 4326
	}
	found, err := crs.Search(b, to)
	if err != nil {
		return nil, err
	}
	var out []region
	for i := range found {
		r := &found[i]
		one := region{exact: ewkb(r.Ring, srid), near: ewkb(corners(r.Envelope), srid)}
		switch {
		case t.transform && extent == nil, t.geography && r.Envelope.MaxX-r.Envelope.MinX > 90:
			one.near = nil // see nearData; on the sphere a box this wide is not what it is on the map
		case t.transform:
			data, ok := nearData(r.Envelope, *extent)
			if !ok {
				continue
			}
			one.near = ewkb(data, srid)
		case t.geography:
			one.near = ewkb(onSphere(r.Envelope), srid)
		}
		out = append(out, one)
	}
	return out, nil
}

// nearData is the outline of what a box and the data of a layer share, in
// degrees, with points all along. PostGIS cannot transform a point far outside
// of the domain of a projection: it fails instead.
func nearData(b, data geo.BBox) ([]float64, bool) {
	const margin, steps = 0.5, 16 // degrees; segments an edge
	b.MinX, b.MaxX = math.Max(b.MinX, data.MinX-margin), math.Min(b.MaxX, data.MaxX+margin)
	b.MinY, b.MaxY = math.Max(b.MinY, data.MinY-margin), math.Min(b.MaxY, data.MaxY+margin)
	if b.MinX > b.MaxX || b.MinY > b.MaxY {
		return nil, false
	}
	return dense(b, steps), true
}

// onSphere is an outline of which no edge, a great circle from point to point,
// enters the box: one of 1° leaves its parallel by 0.0012° at most.
func onSphere(b geo.BBox) []float64 {
	const sag = 0.002 // degrees
	b.MinY, b.MaxY = math.Max(b.MinY-sag, -90), math.Min(b.MaxY+sag, 90)
	return dense(b, int(math.Ceil(b.MaxX-b.MinX))+1)
}

// dense is the outline of a box with that many segments on each edge.
func dense(b geo.BBox, steps int) []float64 {
	ring, out := corners(b), []float64(nil)
	for i := 0; i+3 < len(ring); i += 2 {
		for s := range steps {
			f := float64(s) / float64(steps)
			out = append(out, ring[i]+f*(ring[i+2]-ring[i]), ring[i+1]+f*(ring[i+3]-ring[i+1]))
		}
	}
	return append(out, ring[:2]...)
}

func corners(b geo.BBox) []float64 {
	return []float64{b.MinX, b.MinY, b.MaxX, b.MinY, b.MaxX, b.MaxY, b.MinX, b.MaxY, b.MinX, b.MinY}
}

// ewkb writes a closed ring as EWKB: a polygon, or the line or point that it is
// when it has no area (a polygon without area meets nothing, or everything).
func ewkb(ring []float64, srid int) []byte {
	minX, maxX, minY, maxY := ring[0], ring[0], ring[1], ring[1]
	for i := 0; i+1 < len(ring); i += 2 {
		minX, maxX = math.Min(minX, ring[i]), math.Max(maxX, ring[i])
		minY, maxY = math.Min(minY, ring[i+1]), math.Max(maxY, ring[i+1])
	}
	const hasSRID = 0x20000000
	out := make([]byte, 0, 17+8*len(ring))
	head := func(kind uint32) {
		out = append(out, 1)
		out = binary.LittleEndian.AppendUint32(out, kind|hasSRID)
		out = binary.LittleEndian.AppendUint32(out, uint32(srid))
	}
	coords := func(c []float64) {
		for _, v := range c {
			out = binary.LittleEndian.AppendUint64(out, math.Float64bits(v))
		}
	}
	switch {
	case minX == maxX && minY == maxY:
		head(1)
		coords([]float64{minX, minY})
	case minX == maxX || minY == maxY:
		head(2)
		out = binary.LittleEndian.AppendUint32(out, 2)
		coords([]float64{minX, minY, maxX, maxY})
	default:
		head(3)
		out = binary.LittleEndian.AppendUint32(out, 1)
		out = binary.LittleEndian.AppendUint32(out, uint32(len(ring)/2))
		coords(ring)
	}
	return out
}

// near writes the test that the spatial index serves: the boxes meet, both
// rounded outwards to 32-bit floats.
func (b *builder) near(t *table, r *region) string {
	if r.near == nil {
		return "TRUE"
	}
	shape := "ST_GeomFromEWKB(" + b.param(r.near) + ")"
	switch {
	case t.transform:
		shape = "ST_Transform(" + shape + ", " + strconv.Itoa(t.srid) + ")"
	case t.geography:
		shape += "::geography"
	}
	return t.geomSQL() + " && " + shape
}

// exact writes the test that decides, on the map of the request's box.
func (b *builder) exact(t *table, r *region) string {
	geom := t.geomSQL()
	switch {
	case t.transform:
		geom = "ST_Transform(" + geom + ", 4326)"
	case t.geography:
		geom += "::geometry"
	}
	return "ST_Intersects(" + geom + ", ST_GeomFromEWKB(" + b.param(r.exact) + "))"
}

// inBox writes that a row lies in one of the regions.
func (b *builder) inBox(t *table, regions []region, near, exact bool) string {
	parts := make([]string, len(regions))
	for i := range regions {
		switch {
		case near && exact:
			parts[i] = b.near(t, &regions[i]) + " AND " + b.exact(t, &regions[i])
		case near:
			parts[i] = b.near(t, &regions[i])
		default:
			parts[i] = b.exact(t, &regions[i])
		}
	}
	if len(parts) == 1 {
		return parts[0]
	}
	return "((" + strings.Join(parts, ") OR (") + "))"
}

func (t *table) geomSQL() string { return "t." + quoteIdent(t.layer.GeomColumn) }

// fromSQL names the table of the layer.
func (t *table) fromSQL() string {
	return quoteIdent(t.layer.Schema) + "." + quoteIdent(t.layer.Table) + " AS t"
}

// Below sparseRows hits of a box, all of them are found and sorted; above, the
// index of the order is walked until a page is full, if that is sure to be
// cheaper: the square of the hits is compared with ten times the rows that a
// walk would read were the hits spread evenly, which they seldom are.
const (
	sparseRows = 8000
	walkDoubt  = 10
)

// sparse estimates whether a box holds few rows, by asking the planner: the
// walk of the key's index, which it likes for a small LIMIT, reads the whole
// table when the box is at its end.
func (s *Store) sparse(ctx context.Context, t *table, regions []region, rows int) (bool, error) {
	for i := range regions {
		if regions[i].near == nil {
			return false, nil
		}
	}
	b := &builder{}
	b.add("EXPLAIN (FORMAT JSON) SELECT 1 FROM ", t.fromSQL(), " WHERE ", b.inBox(t, regions, true, false))
	var plan []struct {
		Plan struct {
			Rows float64 `json:"Plan Rows"`
		}
	}
	err := s.ask(ctx, t, b.statement(), nil, func(v []driver.Value) error {
		return json.Unmarshal([]byte(text(v[0])), &plan)
	})
	if err != nil {
		return false, fmt.Errorf("estimate the rows of a box: %w", err)
	}
	if len(plan) == 0 {
		return true, nil
	}
	hits := plan[0].Plan.Rows
	return hits < sparseRows || hits*hits < walkDoubt*float64(rows)*math.Max(t.rows, hits), nil
}
