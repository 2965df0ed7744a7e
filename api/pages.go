package api

import (
	"bytes"
	"context"
	"net/http"

	"github.com/arpent-geo/arpent/api/web"
	"github.com/arpent-geo/arpent/geo"
)

// page begins the model of a page; others are the formats beside HTML.
func (s *Server) page(r *http.Request, others ...format) web.Base {
	x := exchangeOf(r)
	b := web.Base{Lang: x.lang, BaseURL: x.base, Path: x.path, Query: x.query}
	for _, c := range others {
		b.Formats = append(b.Formats, web.Format{Label: c.label, F: c.f, Type: c.media})
	}
	return b
}

func (s *Server) render(p web.Page) ([]byte, error) {
	var b bytes.Buffer
	err := s.site.Render(&b, p)
	return b.Bytes(), err
}

// writePage writes a page. Its ETag is made of its bytes when the data is not
// tracked.
func (s *Server) writePage(w http.ResponseWriter, r *http.Request, p web.Page) error {
	body, err := s.render(p)
	if err != nil {
		return err
	}
	h := w.Header()
	setPageHeaders(h)
	h.Set("Content-Language", exchangeOf(r).lang)
	if h.Get("Cache-Control") == "" {
		setRevalidated(h)
	}
	a := s.newAnswer(w, r, formatHTML.contentType())
	defer a.release()
	a.buf = append(a.buf, body...)
	return a.close()
}

// setPageHeaders sets the headers of pages: they run what is ours only, and no
// other site may put them into a frame.
func setPageHeaders(h http.Header) {
	h.Set("Content-Security-Policy", web.ContentSecurityPolicy)
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
}

// newMap starts the map of a layer, nil for a layer that cannot be drawn.
func (s *Server) newMap(l *geo.Layer, box geo.BBox) *web.Map {
	if !l.HasGeometry() {
		return nil
	}
	m, err := web.NewMap(web.MapOptions{Layer: l, Box: box})
	if err != nil {
		return nil
	}
	return m
}

// drawRow adds a row to a map. A geometry that cannot be read is missing on
// the map only: the page stands without it.
func (s *Server) drawRow(ctx context.Context, m *web.Map, row geo.Row) {
	if m == nil {
		return
	}
	if err := m.Add(row); err != nil {
		s.o.Logger.WarnContext(ctx, "row left out of a map", "err", err)
	}
}
