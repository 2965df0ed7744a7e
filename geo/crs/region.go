package crs

import (
	"math"

	"github.com/arpent-geo/arpent/geo"
)

// Region is where a box drawn in one system lies in another.
type Region struct {
	// Envelope holds the region with its curved edges, in the target system. It
	// never crosses the antimeridian.
	Envelope geo.BBox
	// Ring is the outline: x, y of the target system, closed, counter-clockwise.
	// The same box gives the same ring everywhere.
	Ring []float64
	// Rect says that the ring is exactly the Envelope; it may then have no
	// width or no height, when the box has none.
	Rect bool
}

// Search returns the regions of the system to in which a box of another
// system lies, to be searched one or the other: none when the box is outside
// the domain of either system, two when it crosses a cut of the target (the
// antimeridian of a geographic or Mercator system).
//
// Edges are drawn as the box's own system draws them: cut into as many
// segments as keep the outline within a millionth of the region's size (1 mm
// at least), never reduced to four corners, which would leave the south of
// Corsica out of the tile 3/4/2. A geographic box covers at most one turn, its
// longitudes are brought back between -180° and 180° and its latitudes to the
// poles. In a plane of the same coordinates nothing is clipped.
//
// Errors: geo.ErrUnsupportedCRS; geo.ErrInvalidInput when an edge is not a
// finite number, or edges are in the wrong order (west > east is right in a
// geographic system only).
func Search(b geo.BBox, to geo.CRS) ([]Region, error) {
	from, err := Lookup(b.CRS)
	if err != nil {
		return nil, err
	}
	target, err := Lookup(to)
	if err != nil {
		return nil, err
	}
	if err := check(b, from); err != nil {
		return nil, err
	}
	if from.def == target.def && (!from.Geographic || onGlobe(b)) {
		var out []Region
		for _, part := range b.Split() {
			out = append(out, rectangle(part, to))
		}
		return out, nil
	}
	if from.def.kind.curved() {
		return searchPlane(b, from, target), nil
	}
	return searchDegrees(b, from, target), nil
}

// TransformBBox returns the envelope in the system to of a box with its curved
// edges, itself cut into segments: it holds the whole box, a millionth wider at
// most where edges are curved. In a geographic system it crosses the
// antimeridian (MinX > MaxX) where the box does. Parts outside of the domain of
// either system are left out; IsEmpty is true when nothing is left. Errors:
// those of Search.
func TransformBBox(b geo.BBox, to geo.CRS) (geo.BBox, error) {
	regions, err := Search(b, to)
	if err != nil {
		return geo.BBox{}, err
	}
	out := geo.EmptyBBox(to)
	for _, r := range regions {
		out = out.Extend(r.Envelope.MinX, r.Envelope.MinY).Extend(r.Envelope.MaxX, r.Envelope.MaxY)
	}
	if s, err := Lookup(to); err == nil && s.Geographic && len(regions) == 2 {
		east, west := regions[0].Envelope, regions[1].Envelope
		if west.MaxX > east.MaxX {
			east, west = west, east
		}
		if east.MaxX >= 180 && west.MinX <= -180 && west.MaxX < east.MinX {
			out.MinX, out.MaxX = east.MinX, west.MaxX
		}
	}
	return out, nil
}

func check(b geo.BBox, s *System) error {
	for _, v := range []float64{b.MinX, b.MinY, b.MaxX, b.MaxY} {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return geo.Invalid("bbox",
				geo.Text{FR: "chaque bord doit être un nombre fini", EN: "each edge must be a finite number"}, geo.Text{})
		}
	}
	if b.MinY > b.MaxY || b.MinX > b.MaxX && !s.Geographic {
		return geo.Invalid("bbox",
			geo.Text{FR: "le minimum dépasse le maximum", EN: "the minimum exceeds the maximum"},
			geo.Text{
				FR: "ordre attendu : xmin, ymin, xmax, ymax ; ouest > est n'a de sens qu'en longitude",
				EN: "order expected: xmin, ymin, xmax, ymax; west > east only makes sense for longitudes",
			})
	}
	return nil
}

// rectangle is a region whose edges are those of b.
func rectangle(b geo.BBox, to geo.CRS) Region {
	b.CRS = to
	return Region{Envelope: b, Rect: true, Ring: []float64{
		b.MinX, b.MinY, b.MaxX, b.MinY, b.MaxX, b.MaxY, b.MinX, b.MaxY, b.MinX, b.MinY,
	}}
}

// area is that of the ring, negative when it is clockwise.
func (r *Region) area() float64 {
	sum := 0.0
	x0, y0 := r.Ring[0], r.Ring[1] // near, so that little is lost to rounding
	for i := 0; i+3 < len(r.Ring); i += 2 {
		sum += (r.Ring[i]-x0)*(r.Ring[i+3]-y0) - (r.Ring[i+2]-x0)*(r.Ring[i+1]-y0)
	}
	return sum / 2
}

// corners is the open outline of b, counter-clockwise.
func corners(b geo.BBox) []float64 {
	return []float64{b.MinX, b.MinY, b.MaxX, b.MinY, b.MaxX, b.MaxY, b.MinX, b.MaxY}
}

// searchDegrees is Search from a system in which the edges of a box are
// meridians and parallels.
func searchDegrees(b geo.BBox, from, target *System) []Region {
	b, ok := inDegrees(b, from)
	if !ok {
		return nil
	}
	if target.def.kind.curved() {
		b = thicken(b, minWidth(true))
	}
	domain := unrolled(target.Domain)
	var out []Region
	for _, turn := range turns {
		part, ok := intersect(move(b, turn), domain)
		if !ok || part.MinX == part.MaxX && b.MinX < b.MaxX || part.MinY == part.MaxY && b.MinY < b.MaxY {
			continue // nothing, or only the line where the domain or the next turn starts
		}
		if target.def.kind.curved() {
			out = append(out, trace(corners(part), target.Forward, target))
			continue
		}
		part.MinX, part.MinY = target.Forward(part.MinX, part.MinY)
		part.MaxX, part.MaxY = target.Forward(part.MaxX, part.MaxY)
		out = append(out, rectangle(part, target.CRS))
	}
	return out
}

// turns are the shifts of longitude, in degrees, at which a box may meet a
// domain.
var turns = [...]float64{0, -360, 360}

// inDegrees returns a box of a geographic or Mercator system as longitudes and
// latitudes, MinX <= MaxX <= MinX + 360.
func inDegrees(b geo.BBox, from *System) (_ geo.BBox, ok bool) {
	if !from.Geographic {
		// A plane has an edge where a sphere has a turn.
		if b, ok = intersect(b, from.extent()); !ok {
			return b, false
		}
		b.MinX, b.MinY = from.Inverse(b.MinX, b.MinY)
		b.MaxX, b.MaxY = from.Inverse(b.MaxX, b.MaxY)
		b.MinX, b.MaxX = math.Max(-180, b.MinX), math.Min(180, b.MaxX) // rounding
		return b, true
	}
	b.MinY, b.MaxY = math.Max(-90, b.MinY), math.Min(90, b.MaxY)
	switch {
	case b.MaxX-b.MinX >= 360:
		b.MinX, b.MaxX = -180, 180
	case !onGlobe(b):
		width := math.Mod(b.MaxX-b.MinX, 360)
		if width < 0 {
			width += 360
		}
		b.MinX = math.Remainder(b.MinX, 360)
		b.MaxX = b.MinX + width
	case b.MinX > b.MaxX:
		b.MaxX += 360
	}
	return b, b.MinY <= b.MaxY
}

// onGlobe reports whether the edges are longitudes and latitudes on the first turn.
func onGlobe(b geo.BBox) bool {
	return math.Abs(b.MinX) <= 180 && math.Abs(b.MaxX) <= 180 && b.MinY >= -90 && b.MaxY <= 90
}

// searchPlane is Search from a system in which meridians and parallels are
// curves.
func searchPlane(b geo.BBox, from, target *System) []Region {
	b, ok := intersect(b, from.extent())
	if !ok {
		return nil
	}
	b = thicken(b, minWidth(false))
	unproject := func(x, y float64) (lon, lat float64) {
		return geographic{}.fromIso(from.proj.toIso(x, y))
	}
	outline := corners(b)
	shape := trace(outline, unproject, nil)
	domain := unrolled(target.Domain)
	var out []Region
	for _, turn := range turns {
		around := move(shape.Envelope, turn)
		if domain.Contains(around) {
			// The usual case: straight to the target.
			out = append(out, trace(outline, func(x, y float64) (float64, float64) {
				lon, lat := unproject(x, y)
				return target.Forward(lon+turn, lat)
			}, target))
			continue
		}
		if !domain.Intersects(around) {
			continue
		}
		if part := clipRing(shape.Ring, turn, domain); len(part) >= 6 {
			if r := trace(part, target.Forward, target); r.area() > 0 {
				out = append(out, r)
			}
		}
	}
	return out
}

// unrolled returns a box of degrees with MinX <= MaxX.
func unrolled(b geo.BBox) geo.BBox {
	if b.MinX > b.MaxX {
		b.MaxX += 360
	}
	return b
}

func move(b geo.BBox, dx float64) geo.BBox {
	b.MinX += dx
	b.MaxX += dx
	return b
}

func intersect(a, b geo.BBox) (geo.BBox, bool) {
	a.MinX, a.MinY = math.Max(a.MinX, b.MinX), math.Max(a.MinY, b.MinY)
	a.MaxX, a.MaxY = math.Min(a.MaxX, b.MaxX), math.Min(a.MaxY, b.MaxY)
	return a, a.MinX <= a.MaxX && a.MinY <= a.MaxY
}

// minWidth is what a box without width is given before its edges are bent, so
// that its outline stays a polygon: 0.1 mm.
func minWidth(degrees bool) float64 {
	if degrees {
		return 1e-9
	}
	return 1e-4
}

func thicken(b geo.BBox, width float64) geo.BBox {
	if b.MaxX-b.MinX < width {
		b.MinX, b.MaxX = b.MinX-width/2, b.MaxX+width/2
	}
	if b.MaxY-b.MinY < width {
		b.MinY, b.MaxY = b.MinY-width/2, b.MaxY+width/2
	}
	return b
}

// projectDomain returns the envelope of the domain in the system's plane.
func (s *System) projectDomain() geo.BBox {
	d := unrolled(s.Domain)
	if s.def.kind.curved() {
		return trace(corners(d), s.Forward, s).Envelope
	}
	d.CRS = s.CRS
	d.MinX, d.MinY = s.Forward(d.MinX, d.MinY)
	d.MaxX, d.MaxY = s.Forward(d.MaxX, d.MaxY)
	return d
}
