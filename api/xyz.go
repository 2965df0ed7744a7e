package api

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/arpent-geo/arpent/geo"
)

// Clients of XYZ addresses know neither limits nor what a server takes: beside
// the data there is nothing (204), and parameters that nobody knows are left
// aside, such as those that defeat caches.

// handleXYZ answers /xyz/{collectionId}/{z}/{x}/{y}.mvt.
func (s *Server) handleXYZ(w http.ResponseWriter, r *http.Request) error {
	return s.serveTile(w, r, tileRequest{grid: s.grid, ids: []string{r.PathValue("collectionId")}, lenient: true,
		matrix: r.PathValue("z"), col: r.PathValue("x"), row: r.PathValue("y")})
}

// knownValues are the parameters that mean something to tiles of a layer.
func knownValues(values url.Values, l *geo.Layer) url.Values {
	out := url.Values{}
	for name, v := range values {
		property := l.Property(name) != nil && !slices.Contains(reservedParams, name)
		if property || slices.Contains(tileParams, name) || strings.HasPrefix(name, propPrefix) && l.Property(name[len(propPrefix):]) != nil {
			out[name] = v
		}
	}
	return out
}

// tileTemplate adds to an address of tiles the parameters that select what is
// in them, and the version of the data: the tiles of other data have another
// address, caches may keep these.
func tileTemplate(address string, known url.Values, v geo.Version) string {
	set := url.Values{}
	for name, value := range known {
		if !slices.Contains(neutralParams, name) {
			set[name] = value
		}
	}
	if v.Tag != "" {
		set.Set("v", v.Tag)
	}
	if len(set) == 0 {
		return address
	}
	return address + "?" + set.Encode()
}
