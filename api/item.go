package api

import (
	"net/http"
	"strconv"

	"github.com/arpent-geo/arpent/api/web"
	"github.com/arpent-geo/arpent/geo"
	"github.com/arpent-geo/arpent/geo/crs"
)

// handleItem answers /collections/{collectionId}/items/{featureId}.
func (s *Server) handleItem(w http.ResponseWriter, r *http.Request) error {
	l, version, err := s.layerAndVersion(r)
	if err != nil {
		return err
	}
	q, err := params(r, "crs", "properties")
	if err != nil {
		return err
	}
	out := crs.Ref{CRS: geo.CRS84}
	if q.Has("crs") {
		if out, err = parseCRS("crs", q.Get("crs")); err != nil {
			return err
		}
	}
	what, err := parseSelection(q, l)
	if err != nil {
		return err
	}
	id, err := parseID(l, r.PathValue("featureId"))
	if err != nil {
		return err
	}
	f, err := negotiate(r, itemFormat...)
	if err != nil {
		return err
	}
	x := exchangeOf(r)
	w.Header().Set("Content-Crs", "<"+contentCRS(out)+">")
	if s.setCaching(w, r, l, version, f.media, x.lang, x.url(x.path, q)) {
		return nil
	}
	row, err := s.store.Item(r.Context(), l, id)
	if err != nil {
		if problemOf(r.Context(), err).status == http.StatusNotFound {
			return noItem(id.String())
		}
		return err
	}
	row = what.of(row)
	if f.f == formatHTML.f {
		page := &web.Item{Base: s.page(r, besides(formatHTML, itemFormat)...), Layer: l, Table: &web.Table{Layer: l, Properties: what.properties}}
		if !what.skipGeometry {
			page.Map = s.newMap(l, geo.BBox{})
		}
		page.Table.Add(row)
		s.drawRow(r.Context(), page.Map, row)
		return s.writePage(w, r, page)
	}
	fw, err := newFeatureWriter(l, what.properties, f, out, q.Has("crs"))
	if err != nil {
		return err
	}
	return s.writeItem(w, r, fw, &row, f)
}

func (s *Server) writeItem(w http.ResponseWriter, r *http.Request, fw *featureWriter, row *geo.Row, f format) error {
	links := append(selfLinks(r, f, itemFormat...),
		to(r, layerPath(fw.l.ID), "collection", formatJSON.media, fw.l.Label()))
	a := s.newAnswer(w, r, f.media)
	defer a.release()
	var err error
	if a.buf, err = fw.appendOpen(a.buf, row); err != nil {
		return serverFault(row.ID.String(), err)
	}
	a.buf = fw.appendHead(a.buf, r)
	if a.buf, err = appendJSON(append(a.buf, `,"links":`...), links); err != nil {
		return err
	}
	a.buf = append(a.buf, "}\n"...)
	return a.close()
}

// parseID reads an id as it stands in a path. An id that the layer cannot have
// is one that it does not have.
func parseID(l *geo.Layer, s string) (geo.ID, error) {
	switch l.IDKind {
	case geo.IDInt:
		n, err := strconv.ParseInt(s, 10, 64)
		if err != nil || strconv.FormatInt(n, 10) != s {
			return geo.ID{}, noItem(s)
		}
		return geo.IntID(n), nil
	case geo.IDText:
		return geo.StringID(s), nil
	}
	return geo.ID{}, newProblem(http.StatusNotFound, "featureId",
		geo.Text{FR: "les éléments de cette couche n'ont pas d'identifiant", EN: "items of this collection have no id"},
		geo.Text{FR: "lisez-les dans " + layerPath(l.ID, "items"), EN: "read them in " + layerPath(l.ID, "items")})
}

func noItem(id string) error {
	return newProblem(http.StatusNotFound, "featureId",
		geo.Text{FR: "aucun élément n'a l'identifiant " + quotedFR(id), EN: "no item has the id " + quoted(id)}, geo.Text{})
}

// contentCRS is the URI that tells the axis order of an answer as well as it
// can: x, y order was asked of a system whose authority says y, x by a bare
// integer only, and has a name of its own for WGS 84 alone.
func contentCRS(ref crs.Ref) string {
	if ref.XY && ref.CRS == geo.WGS84 {
		return geo.CRS84.URI()
	}
	return ref.CRS.URI()
}
