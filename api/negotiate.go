package api

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/arpent-geo/arpent/geo"
)

// format is one representation of a resource.
type format struct {
	f     string   // value of the parameter f
	label string   // for people
	media string   // media type
	also  []string // other media types that ask for it
}

var (
	formatJSON = format{f: "json", label: "JSON", media: "application/json"}
	formatHTML = format{f: "html", label: "HTML", media: "text/html",
		also: []string{"application/xhtml+xml"}}
	formatGeoJSON = format{f: "json", label: "GeoJSON", media: "application/geo+json",
		also: []string{"application/json", "application/vnd.geo+json"}}
	formatJSONFG = format{f: "jsonfg", label: "JSON-FG", media: "application/vnd.ogc.fg+json",
		also: []string{"application/fg+json"}}
	formatGeoJSONSeq = format{f: "geojsonseq", label: "GeoJSONSeq", media: "application/geo+json-seq"}
	formatNDJSON     = format{f: "ndjson", label: "NDJSON", media: "application/x-ndjson",
		also: []string{"application/ndjson", "application/jsonl"}}
	formatSchema = format{f: "json", label: "JSON Schema", media: "application/schema+json",
		also: []string{"application/json"}}
	formatOpenAPI = format{f: "json", label: "OpenAPI 3.0", media: "application/vnd.oai.openapi+json;version=3.0",
		also: []string{"application/json", "application/openapi+json"}}
	formatStyle = format{f: "json", label: "MapLibre", media: "application/vnd.mapbox.style+json",
		also: []string{"application/json"}}
	formatMVT = format{f: "mvt", label: "Mapbox Vector Tile", media: "application/vnd.mapbox-vector-tile",
		also: []string{"application/x-protobuf", "application/octet-stream"}}
)

// contentType is the header of an answer in the format.
func (c format) contentType() string {
	if c.f == formatHTML.f {
		return c.media + "; charset=utf-8"
	}
	return c.media
}

// negotiate returns the format that the request wants among those of the
// resource, first the one for clients that take anything. The parameter f wins
// over the header Accept.
func negotiate(r *http.Request, formats ...format) (format, error) {
	x := exchangeOf(r)
	if f := x.query.Get("f"); f != "" || x.query.Has("f") {
		for _, c := range formats {
			if c.f == f {
				return c, nil
			}
		}
		return format{}, notAcceptable("f", f, formats)
	}
	accept := strings.Join(r.Header.Values("Accept"), ",")
	if strings.TrimSpace(accept) == "" {
		return formats[0], nil
	}
	list := parseQualities(accept)
	best, bestQ := -1, 0.0
	for i, c := range formats {
		if q := c.quality(list); q > bestQ {
			best, bestQ = i, q
		}
	}
	if best < 0 {
		return format{}, notAcceptable("Accept", accept, formats)
	}
	return formats[best], nil
}

// wantsHTML reports whether an error should be a page.
func wantsHTML(r *http.Request) bool {
	got, err := negotiate(r, formatJSON, formatHTML)
	return err == nil && got.f == formatHTML.f
}

// quality is the weight that an Accept header gives to the format (RFC 9110,
// 12.5.1): the most specific range that matches decides; 0 means refused.
func (c format) quality(list []quality) float64 {
	best := 0.0
	for _, name := range append([]string{c.media}, c.also...) {
		name, _, _ = strings.Cut(name, ";")
		kind, _, _ := strings.Cut(name, "/")
		q, specificity := 0.0, 0
		for _, item := range list {
			s := 0
			switch item.name {
			case name:
				s = 3
			case kind + "/*":
				s = 2
			case "*/*":
				s = 1
			}
			if s > specificity {
				specificity, q = s, item.q
			}
		}
		best = max(best, q)
	}
	return best
}

// quality is one member of a header such as Accept, with its weight.
type quality struct {
	name string // lower case, without parameters
	q    float64
}

// maxQualities bounds what is read of such a header.
const maxQualities = 64

// parseQualities reads a list such as "fr, en;q=0.5". What cannot be read
// weighs nothing.
func parseQualities(header string) []quality {
	var list []quality
	for part := range strings.SplitSeq(header, ",") {
		if len(list) == maxQualities {
			break
		}
		name, params, _ := strings.Cut(part, ";")
		item := quality{strings.ToLower(strings.TrimSpace(name)), 1}
		for p := range strings.SplitSeq(params, ";") {
			if k, v, ok := strings.Cut(strings.TrimSpace(p), "="); ok && strings.EqualFold(k, "q") {
				q, err := strconv.ParseFloat(v, 64)
				if err != nil || !(q >= 0 && q <= 1) {
					q = 0
				}
				item.q = q
			}
		}
		if item.name != "" {
			list = append(list, item)
		}
	}
	return list
}

// acceptedLanguage reads Accept-Language: French without one, English for
// those who read neither.
func acceptedLanguage(r *http.Request) string {
	list := parseQualities(strings.Join(r.Header.Values("Accept-Language"), ","))
	lang, best := "fr", 0.0
	if len(list) > 0 {
		lang = "en"
	}
	for _, item := range list {
		tag, _, _ := strings.Cut(item.name, "-")
		if tag == "*" {
			tag = "fr"
		}
		if (tag == "fr" || tag == "en") && item.q > best {
			lang, best = tag, item.q
		}
	}
	return lang
}

// acceptsGzip reads Accept-Encoding.
func acceptsGzip(r *http.Request) bool {
	any := false
	for _, item := range parseQualities(strings.Join(r.Header.Values("Accept-Encoding"), ",")) {
		switch item.name {
		case "gzip", "x-gzip":
			return item.q > 0
		case "*":
			any = item.q > 0
		}
	}
	return any
}

func notAcceptable(where, got string, formats []format) error {
	var choices []string
	for _, c := range formats {
		choices = append(choices, "f="+c.f+" ("+c.media+")")
	}
	list := strings.Join(choices, ", ")
	return newProblem(http.StatusNotAcceptable, where,
		geo.Text{FR: "aucune représentation n'est " + quotedFR(got), EN: "no representation is " + quoted(got)},
		geo.Text{FR: list, EN: list})
}
