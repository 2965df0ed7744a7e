package crs

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/arpent-geo/arpent/geo"
)

const (
	rad = math.Pi / 180 // radians in a degree
	deg = 180 / math.Pi // degrees in a radian
)

// System is one coordinate reference system. It is shared: do not change it.
type System struct {
	CRS        geo.CRS
	Name       string // as EPSG writes it: "RGF93 v1 / Lambert-93"
	Geographic bool   // degrees of longitude and latitude; otherwise metres
	NorthFirst bool   // the authority puts latitude or northing first

	// Domain is the box, in degrees, where the projection behaves: wider than
	// the area of use of EPSG, because data do overflow it. MinX > MaxX when it
	// crosses the antimeridian.
	Domain geo.BBox

	def    definition
	proj   projection
	extent func() geo.BBox // the domain in the system's own coordinates
}

// projection goes between the plane of a system and (lambda, m): longitude in
// radians and m = atanh(sin(latitude)), the ordinate of the Mercator
// projection of the sphere. That pair suits every conformal projection: none
// needs the latitude itself, and Web Mercator costs one multiplication.
type projection interface {
	// toIso does not bring longitudes back between -180° and 180°, so that the
	// image of an outline stays in one piece.
	toIso(x, y float64) (lambda, m float64)
	fromIso(lambda, m float64) (x, y float64)
}

// Forward projects longitude, latitude in degrees (WGS 84) to easting,
// northing in metres; a geographic system returns them as they are.
func (s *System) Forward(lon, lat float64) (x, y float64) {
	if s.Geographic {
		return lon, lat
	}
	return s.proj.fromIso(geographic{}.toIso(lon, lat))
}

// Inverse is the reverse of Forward: longitude in [-180, 180], latitude.
func (s *System) Inverse(x, y float64) (lon, lat float64) {
	if s.Geographic {
		return x, y
	}
	lambda, m := s.proj.toIso(x, y)
	if s.def.kind.curved() {
		lambda = wrap(lambda)
	}
	return geographic{}.fromIso(lambda, m)
}

// Holds reports whether a box of OGC:CRS84 lies in the domain of the system.
func (s *System) Holds(b geo.BBox) bool {
	domain, b := unrolled(s.Domain), unrolled(b)
	for _, turn := range turns {
		if domain.Contains(move(b, turn)) {
			return true
		}
	}
	return domain.MaxX-domain.MinX >= 360 && domain.MinY <= b.MinY && b.MaxY <= domain.MaxY
}

// Lookup returns the system of that name, or geo.ErrUnsupportedCRS with the
// list of those that are known.
func Lookup(c geo.CRS) (*System, error) {
	if s := systems().byCRS[c]; s != nil {
		return s, nil
	}
	return nil, unsupported(c.String())
}

// All returns the known systems by authority, then by number.
func All() []*System { return slices.Clone(systems().list) }

type catalogue struct {
	list  []*System
	byCRS map[geo.CRS]*System
}

// systems is the table of definitions, its constants worked out once.
var systems = sync.OnceValue(func() catalogue {
	c := catalogue{byCRS: map[geo.CRS]*System{}}
	for _, d := range definitions() {
		s := &System{
			CRS: d.crs, Name: d.name, NorthFirst: d.northFirst,
			Geographic: d.kind == kindGeographic, Domain: d.domain(),
			def: d.definition, proj: d.projection(),
		}
		s.extent = sync.OnceValue(s.projectDomain)
		c.list = append(c.list, s)
		c.byCRS[s.CRS] = s
	}
	slices.SortFunc(c.list, func(a, b *System) int {
		return cmp.Or(cmp.Compare(a.CRS.Authority, b.CRS.Authority),
			cmp.Compare(len(a.CRS.Code), len(b.CRS.Code)), cmp.Compare(a.CRS.Code, b.CRS.Code))
	})
	return c
})

func unsupported(name string) error {
	name, list := clip(name), known()
	return &geo.Error{
		Kind: geo.ErrUnsupportedCRS,
		Msg: geo.Text{
			FR: "système de coordonnées inconnu : " + name,
			EN: "unknown coordinate reference system: " + name,
		},
		Hint: geo.Text{FR: "systèmes connus : " + list, EN: "known systems: " + list},
	}
}

// known lists the systems for people: "EPSG:2154, 2972, 3942-3950, OGC:CRS84".
func known() string {
	var parts []string
	list := systems().list
	for i := 0; i < len(list); {
		run := 1
		for i+run < len(list) && number(list[i+run])-number(list[i]) == run {
			run++
		}
		text := list[i].CRS.Code
		if i == 0 || list[i-1].CRS.Authority != list[i].CRS.Authority {
			text = list[i].CRS.String()
		}
		if run > 2 {
			text += "-" + list[i+run-1].CRS.Code
		} else {
			run = 1
		}
		parts = append(parts, text)
		i += run
	}
	return strings.Join(parts, ", ")
}

// number is the code as an integer, 0 for a code that is a word.
func number(s *System) int {
	n, _ := strconv.Atoi(s.CRS.Code)
	return n
}

// wrap brings an angle in radians back to [-pi, pi].
func wrap(a float64) float64 {
	if a >= -math.Pi && a <= math.Pi {
		return a
	}
	return math.Remainder(a, 2*math.Pi)
}
