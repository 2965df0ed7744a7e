package api

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/arpent-geo/arpent/api/web"
	"github.com/arpent-geo/arpent/geo"
	"github.com/arpent-geo/arpent/geo/crs"
	"github.com/arpent-geo/arpent/geo/geojson"
)

// handleItems answers /collections/{collectionId}/items: parse, read, write.
func (s *Server) handleItems(w http.ResponseWriter, r *http.Request) error {
	l, version, err := s.layerAndVersion(r)
	if err != nil {
		return err
	}
	x := exchangeOf(r)
	f, err := negotiate(r, itemFormats...)
	if err != nil {
		return err
	}
	limits := itemLimits{s.o.DefaultLimit, s.o.MaxItems}
	if f.isSequence() {
		limits.most = maxOffset
	}
	req, err := parseItemQuery(x.query, l, limits)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Crs", "<"+contentCRS(req.out)+">")
	if s.setCaching(w, r, l, version, f.media, x.lang, x.url(x.path, x.query)) {
		return nil
	}
	p := s.newPager(r, req, version)
	switch {
	case f.f == formatHTML.f:
		return s.writeItemsPage(w, r, p)
	case f.isSequence():
		return s.writeSequence(w, r, p, f)
	}
	return s.writeItems(w, r, p, f)
}

// writeItems streams the rows as GeoJSON or JSON-FG. What is known only after
// the rows (links, counts) comes after them.
func (s *Server) writeItems(w http.ResponseWriter, r *http.Request, p *pager, f format) error {
	fw, err := p.writer(f)
	if err != nil {
		return err
	}
	a := s.newAnswer(w, r, f.media)
	defer a.release()
	a.buf = fw.appendHead(append(a.buf, `{"type":"FeatureCollection"`...), r)
	a.buf = append(a.buf, `,"features":[`...)
	for row, err := range p.rows(r.Context()) {
		if err != nil {
			return err
		}
		if p.returned > 1 {
			a.buf = append(a.buf, ',')
		}
		if a.buf, err = fw.append(a.buf, &row); err != nil {
			return serverFault(row.ID.String(), err)
		}
		if err := a.flushIfFull(); err != nil {
			return err
		}
	}
	end, err := p.end(r.Context())
	if err != nil {
		return err
	}
	if a.buf, err = appendItemsTail(a.buf, itemsLinks(r, p, f, end), p.returned, end.matched); err != nil {
		return err
	}
	a.stable = len(a.buf)
	a.buf = append(a.buf, `,"timeStamp":"`...)
	a.buf = time.Now().UTC().AppendFormat(a.buf, "2006-01-02T15:04:05Z")
	a.buf = append(a.buf, "\"}\n"...)
	return a.close()
}

func appendItemsTail(dst []byte, links []link, returned int, matched *int64) ([]byte, error) {
	dst, err := appendJSON(append(dst, `],"links":`...), links)
	if err != nil {
		return dst, err
	}
	if matched != nil {
		dst = strconv.AppendInt(append(dst, `,"numberMatched":`...), *matched, 10)
	}
	return strconv.AppendInt(append(dst, `,"numberReturned":`...), int64(returned), 10), nil
}

func itemsLinks(r *http.Request, p *pager, f format, end pageEnd) []link {
	l := p.req.query.Layer
	links := append(selfLinks(r, f, itemFormats...),
		to(r, layerPath(l.ID), "collection", formatJSON.media, l.Label()))
	return append(links, p.around(end, f)...)
}

// formatOf says how the geometries of a layer are written.
func formatOf(l *geo.Layer, out crs.Ref) (geojson.Format, error) {
	if !l.HasGeometry() {
		return geojson.Format{}, nil
	}
	f, err := geojson.NewFormat(l.CRS, out)
	return f, at("crs", err)
}

// pager reads one page of rows, and finds out what is around it.
type pager struct {
	s        *Server
	x        *exchange
	req      itemRequest
	version  geo.Version
	returned int  // rows yielded so far
	more     bool // there are rows beyond the page
	first    []geo.Value
	last     []geo.Value
}

func (s *Server) newPager(r *http.Request, req itemRequest, v geo.Version) *pager {
	return &pager{s: s, x: exchangeOf(r), req: req, version: v}
}

// writer makes what writes the rows of the page.
func (p *pager) writer(f format) (*featureWriter, error) {
	q := p.req.query
	return newFeatureWriter(q.Layer, q.Properties, f, p.req.out, p.x.query.Has("crs"))
}

// rows yields the rows of the page. Forwards it asks for one more than the
// page has, to know whether there is a next page.
func (p *pager) rows(ctx context.Context) geo.Rows {
	q := p.req.query
	if q.Before == nil {
		q.Limit++
	}
	return func(yield func(geo.Row, error) bool) {
		for row, err := range p.s.store.Items(ctx, q) {
			if err != nil {
				yield(row, err)
				return
			}
			if p.returned == p.req.query.Limit {
				p.more = true
				return
			}
			if p.returned++; p.returned == 1 {
				p.first = copyValues(nil, row.Key)
			}
			p.last = copyValues(p.last, row.Key) // any row may be the last
			if !yield(row, nil) {
				return
			}
		}
	}
}

// pageEnd is what is known once the rows were read.
type pageEnd struct {
	next, prev string // cursors of the pages around; empty: none
	matched    *int64
}

// around are the links to the pages around.
func (p *pager) around(end pageEnd, f format) []link {
	var links []link
	if end.next != "" {
		links = append(links, p.x.pageLink("next", f.media, end.next))
	}
	if end.prev != "" {
		links = append(links, p.x.pageLink("prev", f.media, end.prev))
	}
	return links
}

// edges finds the pages around, and counts nothing.
func (p *pager) edges(ctx context.Context) (pageEnd, error) {
	var e pageEnd
	q := p.req.query
	backwards := q.Before != nil
	hasNext, hasPrev := p.more, q.After != nil || q.Offset > 0
	if backwards {
		// The row that the cursor names follows; what precedes is asked.
		hasNext = true
		var err error
		if hasPrev, err = p.precedes(ctx); err != nil {
			return e, err
		}
	}
	if p.returned > 0 && hasNext {
		e.next = cursor{key: p.last}.encode(p.req.question)
	}
	if p.returned > 0 && hasPrev {
		e.prev = cursor{key: p.first, before: true}.encode(p.req.question)
	}
	return e, nil
}

// end is edges, with the number of rows that the question selects.
func (p *pager) end(ctx context.Context) (pageEnd, error) {
	e, err := p.edges(ctx)
	if err != nil {
		return e, err
	}
	q := p.req.query
	if whole := q.After == nil && q.Before == nil && q.Offset == 0 && !p.more; whole {
		n := int64(p.returned)
		e.matched = &n
		p.s.remember(p.version, p.req.question, n)
		return e, nil
	}
	e.matched = p.s.count(ctx, q, p.version, p.req.question)
	return e, nil
}

// precedes reports whether there are rows before the first one.
func (p *pager) precedes(ctx context.Context) (bool, error) {
	if p.returned < p.req.query.Limit {
		return false, nil
	}
	q := p.req.query
	q.Before, q.Limit, q.Properties, q.SkipGeometry = p.first, 1, []int{}, true
	for _, err := range p.s.store.Items(ctx, q) {
		return err == nil, err
	}
	return false, nil
}

// copyValues copies in over dst, whose memory it reuses.
func copyValues(dst, in []geo.Value) []geo.Value {
	for len(dst) < len(in) {
		dst = append(dst, geo.Value{})
	}
	dst = dst[:len(in)]
	for i, v := range in {
		dst[i].Kind, dst[i].Num = v.Kind, v.Num
		dst[i].Bytes = append(dst[i].Bytes[:0], v.Bytes...)
	}
	return dst
}

// writeItemsPage shows the rows as a table, and on a map.
func (s *Server) writeItemsPage(w http.ResponseWriter, r *http.Request, p *pager) error {
	l := p.req.query.Layer
	page := &web.Items{Base: s.page(r, besides(formatHTML, itemFormats)...), Layer: l, Limit: p.req.query.Limit, Table: &web.Table{Layer: l, Properties: p.req.query.Properties}}
	if !p.req.query.SkipGeometry {
		page.Map = s.newMap(l, geo.BBox{})
	}
	for i := range l.Properties {
		page.FilterBy = append(page.FilterBy, filterParam(&l.Properties[i]))
	}
	for row, err := range p.rows(r.Context()) {
		if err != nil {
			return err
		}
		page.Table.Add(row)
		s.drawRow(r.Context(), page.Map, row)
	}
	end, err := p.end(r.Context())
	if err != nil {
		return err
	}
	page.Matched = end.matched
	for _, l := range p.around(end, formatHTML) {
		switch {
		case l.Method != "": // a page cannot send it
		case l.Rel == "next":
			page.Next = l.Href
		default:
			page.Prev = l.Href
		}
	}
	return s.writePage(w, r, page)
}
