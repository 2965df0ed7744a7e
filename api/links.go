package api

import "net/http"

// link is a link of a JSON document (OGC 19-072, link.yaml).
type link struct {
	Href      string `json:"href"`
	Rel       string `json:"rel"`
	Type      string `json:"type,omitempty"`
	Title     string `json:"title,omitempty"`
	Hreflang  string `json:"hreflang,omitempty"`
	Templated bool   `json:"templated,omitempty"`

	// A page of a search that does not fit in an address: send the same body
	// again, with these members.
	Method string         `json:"method,omitempty"`
	Merge  bool           `json:"merge,omitempty"`
	Body   map[string]any `json:"body,omitempty"`
}

const (
	relSchema       = "http://www.opengis.net/def/rel/ogc/1.0/schema"
	relQueryables   = "http://www.opengis.net/def/rel/ogc/1.0/queryables"
	relSortables    = "http://www.opengis.net/def/rel/ogc/1.0/sortables"
	relFunctions    = "http://www.opengis.net/def/rel/ogc/1.0/functions"
	relStyles       = "http://www.opengis.net/def/rel/ogc/1.0/styles"
	relConformance  = "conformance"
	relData         = "data"
	relTilesets     = "http://www.opengis.net/def/rel/ogc/1.0/tilesets-vector"
	relTilingScheme = "http://www.opengis.net/def/rel/ogc/1.0/tiling-scheme"
	relTilingAll    = "http://www.opengis.net/def/rel/ogc/1.0/tiling-schemes"
)

// selfLinks are the link to this document and those to its other formats;
// they keep every parameter.
func selfLinks(r *http.Request, own format, all ...format) []link {
	x := exchangeOf(r)
	if x.tooLong("") {
		return []link{{Href: x.searchURL(), Rel: "self", Type: own.media, Method: http.MethodPost}}
	}
	links := []link{{Href: x.url(x.path, x.query), Rel: "self", Type: own.media}}
	for _, c := range all {
		if c.f != own.f {
			links = append(links, link{Href: x.url(x.path, x.with(map[string]string{"f": c.f})), Rel: "alternate", Type: c.media, Title: c.label})
		}
	}
	return links
}

// to is a link to another resource of the site.
func to(r *http.Request, path, rel, media, title string) link {
	return link{Href: exchangeOf(r).url(path, nil), Rel: rel, Type: media, Title: title}
}

// layerPath is the path of a layer, followed by parts.
func layerPath(id string, parts ...string) string {
	path := "/collections/" + pathEscape(id)
	for _, p := range parts {
		path += "/" + pathEscape(p)
	}
	return path
}
