package api

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/arpent-geo/arpent/geo"
)

// Validators follow RFC 9110 and 9111. Where the store tracks the data of a
// layer its version makes the ETag, known before the data is read. Elsewhere
// the body makes it, when it is short, and caches may keep it for the time
// that was set. ETags are weak: the same answer has another time stamp.

// etag digests what decides of a representation.
func etag(parts ...string) string {
	return `W/"` + digest(parts...) + `"`
}

func digest(parts ...string) string {
	h := sha256.New()
	for _, p := range parts {
		fmt.Fprintf(h, "%d:%s", len(p), p)
	}
	return base64.RawURLEncoding.EncodeToString(h.Sum(nil)[:12])
}

// matchesETag reads If-None-Match: weak comparison, a list, or any.
func matchesETag(r *http.Request, tag string) bool {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		return false
	}
	for _, header := range r.Header.Values("If-None-Match") {
		for part := range strings.SplitSeq(header, ",") {
			part = strings.TrimSpace(part)
			if part == "*" || strings.TrimPrefix(part, "W/") == strings.TrimPrefix(tag, "W/") {
				return true
			}
		}
	}
	return false
}

func notModified(w http.ResponseWriter) {
	for _, name := range []string{"Content-Type", "Content-Encoding", "Content-Length"} {
		w.Header().Del(name)
	}
	w.WriteHeader(http.StatusNotModified)
}

// setRevalidated lets caches keep an answer, and ask whether it still holds
// each time: it is told by a 304 in microseconds. A browser may show what it
// has for half a minute while it asks.
func setRevalidated(h http.Header) {
	h.Set("Cache-Control", "public, max-age=0, stale-while-revalidate=30")
}

// setCaching sets Cache-Control and the version of data of an answer, before
// the data is read; parts are what decides of the representation beside the
// data. done is true after a 304. For a layer that is not tracked the ETag is
// left to the body.
func (s *Server) setCaching(w http.ResponseWriter, r *http.Request, l *geo.Layer, v geo.Version, parts ...string) (done bool) {
	h := w.Header()
	if r.Method == http.MethodPost { // caches know no body of a request
		h.Set("Cache-Control", "no-store")
		return false
	}
	if v.Tag == "" {
		h.Set("Cache-Control", "public, max-age="+strconv.Itoa(int(s.o.CacheMaxAge.Seconds())))
		return false
	}
	setRevalidated(h)
	h.Set("Arpent-Data-Version", v.Tag)
	tag := etag(append([]string{s.seed, layerShape(l), v.Tag}, parts...)...)
	h.Set("ETag", tag)
	if matchesETag(r, tag) {
		notModified(w)
		return true
	}
	return false
}

// layerShape is what answers made of the rows of a layer take from the layer.
func layerShape(l *geo.Layer) string {
	first, last := l.Zooms()
	var b strings.Builder
	fmt.Fprintf(&b, "%q %q %v %s %q %q %d %d", l.ID, l.GeomColumn, l.CRS, l.Geometry, l.Key, l.Label(), first, last)
	fmt.Fprintf(&b, " %q", l.Temporal)
	for i := range l.Properties {
		p := &l.Properties[i]
		fmt.Fprintf(&b, " %q %q %d", p.Name, p.Label(), p.Kind)
	}
	return b.String()
}
