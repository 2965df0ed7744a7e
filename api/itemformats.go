package api

import (
	"net/http"
	"strings"

	"github.com/arpent-geo/arpent/geo"
	"github.com/arpent-geo/arpent/geo/crs"
	"github.com/arpent-geo/arpent/geo/geojson"
	"github.com/arpent-geo/arpent/geo/wkb"
)

// itemFormats are those of items, first the one for clients that take anything;
// itemFormat those of one item.
var (
	itemFormats = []format{formatGeoJSON, formatHTML, formatJSONFG, formatGeoJSONSeq, formatNDJSON}
	itemFormat  = []format{formatGeoJSON, formatHTML, formatJSONFG}
)

// besides are the formats that are not c.
func besides(c format, formats []format) []format {
	var out []format
	for _, one := range formats {
		if one.f != c.f {
			out = append(out, one)
		}
	}
	return out
}

// isSequence reports whether items in the format stand one after the other
// with nothing around them: such an answer may have any length.
func (c format) isSequence() bool { return c.f == formatGeoJSONSeq.f || c.f == formatNDJSON.f }

// featureWriter writes the rows of a layer as features of one format. Not safe
// for concurrent use.
type featureWriter struct {
	l             *geo.Layer
	enc           *geojson.Encoder
	before, after string          // of each feature of a sequence
	fg            bool            // JSON-FG: members time and place
	place         *geojson.Format // nil: place is null
	placeCRS      string          // URI of the system of place
	time          timeWriter      // of JSON-FG
	scratch       wkb.Geometry
}

// newFeatureWriter makes a writer; out is the system asked, if any.
func newFeatureWriter(l *geo.Layer, properties []int, f format, out crs.Ref, asked bool) (*featureWriter, error) {
	w := &featureWriter{l: l, fg: f.f == formatJSONFG.f}
	if w.fg {
		w.time = newTimeWriter(l, properties)
		if err := w.setPlace(out, asked); err != nil {
			return nil, err
		}
		out = crs.Ref{CRS: geo.CRS84} // of geometry, whatever was asked
	}
	switch f.f {
	case formatGeoJSONSeq.f: // RFC 8142, 2
		w.before, w.after = "\x1e", "\n"
	case formatNDJSON.f:
		w.after = "\n"
	}
	g, err := formatOf(l, out)
	if err != nil {
		return nil, err
	}
	w.enc = geojson.NewEncoder(l, properties, g)
	return w, nil
}

// setPlace chooses the system of place (JSON-FG 1.0, 21-045r1, 8): the one
// asked, else the one of storage, and none where it would repeat geometry. Its
// axis order is the authority's.
func (w *featureWriter) setPlace(out crs.Ref, asked bool) error {
	w.placeCRS = geo.CRS84.URI()
	if !w.l.HasGeometry() {
		return nil
	}
	system := storageCRS(w.l)
	same := system == geo.CRS84 || system == geo.WGS84
	if asked {
		system, same = out.CRS, contentCRS(out) == geo.CRS84.URI()
	}
	if same {
		return nil
	}
	f, err := formatOf(w.l, crs.Ref{CRS: system})
	w.place, w.placeCRS = &f, system.URI()
	return err
}

// append writes a row as one feature of a list or sequence.
func (w *featureWriter) append(dst []byte, row *geo.Row) ([]byte, error) {
	out, err := w.appendOpen(append(dst, w.before...), row)
	if err != nil {
		return dst, err
	}
	return append(append(out, '}'), w.after...), nil
}

// appendOpen leaves the last brace out, for members to be added.
func (w *featureWriter) appendOpen(dst []byte, row *geo.Row) ([]byte, error) {
	dst, err := w.enc.AppendFeatureOpen(dst, row)
	if err != nil || !w.fg {
		return dst, err
	}
	dst = w.time.append(append(dst, `,"time":`...), row.Values)
	dst = append(dst, `,"place":`...)
	if w.place == nil {
		return append(dst, "null"...), nil
	}
	return w.place.AppendGeometry(dst, row.WKB, &w.scratch)
}

// appendHead writes the members of a JSON-FG document beside its features,
// each after a comma.
func (w *featureWriter) appendHead(dst []byte, r *http.Request) []byte {
	if !w.fg {
		return dst
	}
	dst = append(dst, `,"conformsTo":["http://www.opengis.net/spec/json-fg-1/1.0/conf/core"],"featureType":`...)
	dst = geo.AppendJSONString(dst, []byte(w.l.ID))
	dst = append(dst, `,"featureSchema":`...)
	dst = geo.AppendJSONString(dst, []byte(exchangeOf(r).url(layerPath(w.l.ID, "schema"), nil)))
	dst = append(dst, `,"coordRefSys":`...)
	return geo.AppendJSONString(dst, []byte(w.placeCRS))
}

// writeSequence streams the rows one after the other, in constant memory. The
// pages around are told in the header Link, which is in the trailer when the
// body is already on its way.
func (s *Server) writeSequence(w http.ResponseWriter, r *http.Request, p *pager, f format) error {
	fw, err := p.writer(f)
	if err != nil {
		return err
	}
	a := s.newAnswer(w, r, f.media)
	defer a.release()
	for row, err := range p.rows(r.Context()) {
		if err != nil {
			return err
		}
		if a.buf, err = fw.append(a.buf, &row); err != nil {
			return serverFault(row.ID.String(), err)
		}
		if err := a.flushIfFull(); err != nil {
			return err
		}
	}
	end, err := p.edges(r.Context())
	if err != nil {
		return err
	}
	name := "Link"
	if a.sent {
		name = http.TrailerPrefix + name
	}
	for _, l := range p.around(end, f) {
		if l.Method == "" {
			w.Header().Add(name, "<"+escapeLink(l.Href)+`>; rel="`+l.Rel+`"; type="`+f.media+`"`)
		}
	}
	return a.close()
}

// escapeLink keeps the end of an address out of itself.
func escapeLink(href string) string { return strings.NewReplacer("<", "%3C", ">", "%3E").Replace(href) }
