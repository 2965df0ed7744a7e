package api

import (
	"context"
	"net/http"
	"time"

	"github.com/arpent-geo/arpent/api/web"
	"github.com/arpent-geo/arpent/geo"
	"github.com/arpent-geo/arpent/geo/crs"
)

// collection is the JSON of one layer (17-069r4, 7.13; 18-058r1, 6.2). What
// the standard has no member for follows its own.
type collection struct {
	ID          string   `json:"id"`
	Title       string   `json:"title,omitempty"`
	Description string   `json:"description,omitempty"`
	Keywords    []string `json:"keywords,omitempty"`
	Attribution string   `json:"attribution,omitempty"`
	Extent      *extent  `json:"extent,omitempty"`
	ItemType    string   `json:"itemType"`
	CRS         []string `json:"crs"`
	StorageCRS  string   `json:"storageCrs,omitempty"`
	Links       []link   `json:"links"`

	GeometryType    string     `json:"geometryType,omitempty"`
	Licence         string     `json:"license,omitempty"`
	Producer        string     `json:"producer,omitempty"`
	Source          string     `json:"source,omitempty"`
	Standard        string     `json:"standard,omitempty"`
	StandardVersion string     `json:"standardVersion,omitempty"`
	Millesime       string     `json:"millesime,omitempty"`
	Updated         *time.Time `json:"updated,omitempty"`
	Notice          string     `json:"notice,omitempty"`
	Properties      []property `json:"properties,omitempty"`
}

type property struct {
	Name        string `json:"name"`
	Title       string `json:"title,omitempty"`
	Description string `json:"description,omitempty"`
	Type        string `json:"type"`
}

type extent struct {
	Spatial  *spatialExtent  `json:"spatial,omitempty"`
	Temporal *temporalExtent `json:"temporal,omitempty"`
}

type spatialExtent struct {
	BBox [][4]float64 `json:"bbox"`
	CRS  string       `json:"crs"`
}

// handleCollections answers /collections.
func (s *Server) handleCollections(w http.ResponseWriter, r *http.Request) error {
	if _, err := params(r); err != nil {
		return err
	}
	f, err := negotiate(r, formatJSON, formatHTML)
	if err != nil {
		return err
	}
	layers, err := s.store.Layers(r.Context())
	if err != nil {
		return err
	}
	if f.f == formatHTML.f {
		return s.writePage(w, r, &web.Collections{Base: s.page(r, formatJSON), Layers: s.summaries(r.Context(), layers)})
	}
	doc := struct {
		Links       []link       `json:"links"`
		CRS         []string     `json:"crs"`
		Collections []collection `json:"collections"`
	}{selfLinks(r, f, formatJSON, formatHTML), s.crsURIs, []collection{}}
	for _, l := range layers {
		c := s.describe(r, l)
		c.Links = append([]link{to(r, layerPath(l.ID), "self", formatJSON.media, "")}, c.Links...)
		if len(c.CRS) == len(s.crsURIs) {
			c.CRS = []string{"#/crs"} // the list above (18-058r1, 6.2.1)
		}
		doc.Collections = append(doc.Collections, c)
	}
	return s.writeJSON(w, r, f.media, doc)
}

// handleCollection answers /collections/{collectionId}.
func (s *Server) handleCollection(w http.ResponseWriter, r *http.Request) error {
	if _, err := params(r); err != nil {
		return err
	}
	l, version, err := s.layerAndVersion(r)
	if err != nil {
		return err
	}
	f, err := negotiate(r, formatJSON, formatHTML)
	if err != nil {
		return err
	}
	if f.f == formatHTML.f {
		return s.writeCollectionPage(w, r, l, version)
	}
	c := s.describe(r, l)
	c.Links = append(selfLinks(r, f, formatJSON, formatHTML), c.Links...)
	for i := range l.Properties {
		p := &l.Properties[i]
		c.Properties = append(c.Properties, property{p.Name, p.Title, p.Description, p.Kind.String()})
	}
	return s.writeJSON(w, r, f.media, c)
}

// describe is what is said of a layer wherever it is listed.
func (s *Server) describe(r *http.Request, l *geo.Layer) collection {
	x := exchangeOf(r)
	items := x.url(layerPath(l.ID, "items"), nil)
	c := collection{
		ID: l.ID, Title: l.Label(), Description: l.Description, Keywords: l.Keywords, Attribution: attribution(l),
		ItemType: "feature", CRS: []string{}, GeometryType: string(l.Geometry), Licence: l.Licence, Producer: l.Producer, Source: l.Source,
		Standard: l.Standard, StandardVersion: l.StandardVersion, Millesime: l.Millesime, Notice: s.o.Notice.In(x.lang),
		Links: []link{
			{Href: items, Rel: "items", Type: formatGeoJSON.media, Title: "GeoJSON"},
			{Href: items + "?f=html", Rel: "items", Type: "text/html", Title: "HTML"},
		},
	}
	c.Links = append(c.Links, schemaLinks(r, l)...)
	if !l.Updated.IsZero() {
		t := l.Updated.UTC().Truncate(time.Second)
		c.Updated = &t
	}
	if t := s.timeExtent(r.Context(), l); t != nil {
		c.Extent = &extent{Temporal: t}
	}
	if !l.HasGeometry() {
		return c
	}
	c.CRS = uris(s.crsOf(r.Context(), l))
	c.StorageCRS = storageCRS(l).URI()
	if box, ok := s.store.Extent(r.Context(), l); ok {
		if c.Extent == nil {
			c.Extent = &extent{}
		}
		c.Extent.Spatial = &spatialExtent{[][4]float64{{box.MinX, box.MinY, box.MaxX, box.MaxY}}, geo.CRS84.URI()}
	}
	c.Links = append(c.Links,
		to(r, layerPath(l.ID, "tiles"), relTilesets, formatJSON.media, ""),
		to(r, "/xyz/"+pathEscape(l.ID)+".json", "describedby", formatJSON.media, "TileJSON 3.0"),
		to(r, stylePath(l), "stylesheet", formatStyle.media, "MapLibre"))
	return c
}

// attribution is the line that maps show.
func attribution(l *geo.Layer) string {
	line := l.Producer
	if line == "" {
		line = l.Source
	}
	if l.Millesime != "" && line != "" {
		line += ", " + l.Millesime
	}
	return line
}

// storageCRS is one that may be asked: the one of the rows when geo/crs does
// not know the one of the table, which the database then transforms.
func storageCRS(l *geo.Layer) geo.CRS {
	if _, err := crs.Lookup(l.StorageCRS); err != nil {
		return l.CRS
	}
	return l.StorageCRS
}

// crsOf lists the systems that suit a layer: those whose domain holds its
// extent, the one it is stored in, and the one of web maps. Any other that is known may be asked
// for: a place in the Alps has coordinates in a system of Réunion, of no use.
func (s *Server) crsOf(ctx context.Context, l *geo.Layer) []geo.CRS {
	box, known := s.store.Extent(ctx, l)
	list := []geo.CRS{geo.CRS84} // the default comes first (18-058r1, 6.2.1)
	for _, system := range crs.All() {
		if system.CRS != geo.CRS84 && (!known || system.CRS == l.StorageCRS || system.CRS == geo.WebMercator || system.Holds(box)) {
			list = append(list, system.CRS)
		}
	}
	return list
}

// crsList are the systems in which items can be asked: all that are known.
func crsList() []geo.CRS {
	list := []geo.CRS{geo.CRS84}
	for _, s := range crs.All() {
		if s.CRS != geo.CRS84 {
			list = append(list, s.CRS)
		}
	}
	return list
}

func uris(list []geo.CRS) []string {
	out := make([]string, 0, len(list))
	for _, c := range list {
		out = append(out, c.URI())
	}
	return out
}

// summary is what pages say of a layer, without its count.
func (s *Server) summary(ctx context.Context, l *geo.Layer) web.Summary {
	out := web.Summary{Layer: l}
	if box, ok := s.store.Extent(ctx, l); ok && l.HasGeometry() {
		out.Extent = &box
	}
	return out
}

// summaries counts nothing: a list says the counts that are known.
func (s *Server) summaries(ctx context.Context, layers []*geo.Layer) []web.Summary {
	out := make([]web.Summary, 0, len(layers))
	for _, l := range layers {
		one := s.summary(ctx, l)
		if v, err := s.store.Version(ctx, l); err == nil {
			one.Count = s.counts.known(v, questionOf(&geo.ItemQuery{Layer: l}))
		}
		out = append(out, one)
	}
	return out
}

// firstRows is how many rows the page of a layer shows.
const firstRows = 10

// writeCollectionPage shows a layer with its first rows and a map. The page
// stands without them when the store cannot answer now.
func (s *Server) writeCollectionPage(w http.ResponseWriter, r *http.Request, l *geo.Layer, v geo.Version) error {
	ctx := r.Context()
	page := &web.Collection{Base: s.page(r, formatJSON), Summary: s.summary(ctx, l), Version: v}
	if l.HasGeometry() {
		page.CRS = s.crsOf(ctx, l)
	}
	q := geo.ItemQuery{Layer: l, Limit: firstRows}
	page.Count = s.count(ctx, q, v, questionOf(&q))
	var box geo.BBox
	if page.Extent != nil {
		box = *page.Extent
	}
	m := s.newMap(l, box)
	if m != nil {
		q.Limit = web.MaxMapRows + 1 // one more tells the map that there are more
	}
	table := &web.Table{Layer: l}
	for row, err := range s.store.Items(ctx, q) {
		if err != nil {
			s.o.Logger.WarnContext(ctx, "page without rows", "layer", l.ID, "err", err)
			table, m = nil, nil
			break
		}
		if table.Len() < firstRows {
			table.Add(row)
		}
		s.drawRow(ctx, m, row)
		if m != nil && m.Full() && table.Len() == firstRows {
			break
		}
	}
	page.First, page.Map = table, m
	return s.writePage(w, r, page)
}
