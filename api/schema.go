package api

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strings"

	"github.com/arpent-geo/arpent/api/web"
	"github.com/arpent-geo/arpent/geo"
)

// layerSchema is the JSON Schema of what a layer returns, filters by or sorts
// by (23-058r2): a logical schema, whatever the format of the items.
type layerSchema struct {
	Schema      string       `json:"$schema"`
	ID          string       `json:"$id"`
	Type        string       `json:"type"`
	Title       string       `json:"title"`
	Description string       `json:"description,omitempty"`
	Properties  schemaFields `json:"properties"`
	Required    []string     `json:"required,omitempty"`
	Additional  bool         `json:"additionalProperties"`
}

// schemaFields is an object whose members keep their order.
type schemaFields []schemaField

type schemaField struct {
	name string
	row  web.SchemaRow // the same for people

	Title       string       `json:"title,omitempty"`
	Description string       `json:"description,omitempty"`
	Type        string       `json:"type,omitempty"`
	Format      string       `json:"format,omitempty"`
	Encoding    string       `json:"contentEncoding,omitempty"`
	Items       *schemaItems `json:"items,omitempty"`
	Role        string       `json:"x-ogc-role,omitempty"`
	Sequence    int          `json:"x-ogc-propertySeq"`
}

// schemaItems says nothing of the members of an array: an empty schema.
type schemaItems struct{}

// MarshalJSON writes the members in their order.
func (f schemaFields) MarshalJSON() ([]byte, error) {
	b := bytes.NewBufferString("{")
	for i := range f {
		if i > 0 {
			b.WriteByte(',')
		}
		b.Write(append(geo.AppendJSONString(nil, []byte(f[i].name)), ':'))
		one, err := json.Marshal(f[i])
		if err != nil {
			return nil, err
		}
		b.Write(one)
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// Roles of properties (23-058r2, 7.2.2 and 8).
const (
	roleID       = "id"
	roleGeometry = "primary-geometry"
	roleInstant  = "primary-instant"
	roleStart    = "primary-interval-start"
	roleEnd      = "primary-interval-end"
)

// returnables are what items of a layer are made of.
func returnables(l *geo.Layer) schemaFields {
	var out schemaFields
	key := ""
	if len(l.Key) == 1 {
		key = l.Key[0]
	}
	if key != "" && l.Property(key) == nil { // a row number: an id only
		p := geo.Property{Name: key, Kind: geo.KindText}
		if l.IDKind == geo.IDInt {
			p.Kind = geo.KindInt
		}
		out = append(out, fieldOf(&p, roleID))
	}
	start, end := l.TimeProperties()
	for i := range l.Properties {
		p, role := &l.Properties[i], ""
		switch {
		case p.Name == key:
			role = roleID
		case p == start && end == nil:
			role = roleInstant
		case p == start:
			role = roleStart
		case p == end:
			role = roleEnd
		}
		out = append(out, fieldOf(p, role))
	}
	return numbered(append(out, geometryField(l)...))
}

// queryables are what items of a layer can be filtered by.
func queryables(l *geo.Layer) schemaFields {
	var out schemaFields
	for i := range l.Properties {
		p := &l.Properties[i]
		f := fieldOf(p, "")
		if f.row.Param = filterParam(p); f.row.Param == "" {
			f.row.Param = "filter"
		}
		out = append(out, f)
	}
	geometry := geometryField(l)
	for i := range geometry {
		geometry[i].row.Param = "bbox, filter"
	}
	return numbered(append(out, geometry...))
}

// sortables are what items of a layer can be sorted by.
func sortables(l *geo.Layer) schemaFields {
	var out schemaFields
	for i := range l.Properties {
		if p := &l.Properties[i]; sortable(p) {
			f := fieldOf(p, "")
			f.row.Param = "sortby=" + p.Name
			out = append(out, f)
		}
	}
	return numbered(out)
}

func numbered(f schemaFields) schemaFields {
	for i := range f {
		f[i].Sequence = i + 1
	}
	return f
}

func fieldOf(p *geo.Property, role string) schemaField {
	f := schemaField{name: p.Name, Title: p.Label(), Description: p.Description, Role: role,
		row: web.SchemaRow{Name: p.Name, Label: p.Label(), Description: p.Description, Kind: p.Kind, Role: role}}
	f.Type, f.Format = jsonType(p.Kind)
	switch p.Kind {
	case geo.KindInt:
		f.Format = "int64"
	case geo.KindReal:
		f.Format = "float"
	case geo.KindFloat:
		f.Format = "double"
	case geo.KindTimestamp: // without zone, which no format of JSON Schema tells
		f.Format = "date-time"
	case geo.KindBytes:
		f.Encoding = "base64"
	case geo.KindJSON:
		f.Type = "object"
	case geo.KindArray:
		f.Type, f.Items = "array", &schemaItems{}
	}
	return f
}

// geometryField is the geometry of a layer, or nothing.
func geometryField(l *geo.Layer) schemaFields {
	if !l.HasGeometry() {
		return nil
	}
	kind := strings.ToLower(string(l.Geometry))
	if l.Geometry == geo.GeometryAny || l.Geometry == geo.GeometryNone {
		kind = "any"
	}
	return schemaFields{{name: l.GeomColumn, Format: "geometry-" + kind, Role: roleGeometry,
		row: web.SchemaRow{Name: l.GeomColumn, Label: l.GeomColumn, IsGeometry: true, Geometry: l.Geometry, Role: roleGeometry}}}
}

// describeReserved says by which parameter a property of a reserved name is
// filtered.
func describeReserved(f schemaFields, lang string) {
	for i := range f {
		if p := f[i].row.Param; strings.HasPrefix(p, propPrefix) && p != f[i].name {
			note := geo.Text{FR: "Paramètre : " + p + " (le nom seul est réservé).", EN: "Parameter: " + p + " (the bare name is reserved)."}.In(lang)
			f[i].Description = strings.TrimSpace(f[i].Description + " " + note)
		}
	}
}

// handleSchema answers /collections/{collectionId}/schema.
func (s *Server) handleSchema(w http.ResponseWriter, r *http.Request) error {
	return s.serveSchema(w, r, web.SchemaReturnables, returnables)
}

// handleQueryables answers /collections/{collectionId}/queryables.
func (s *Server) handleQueryables(w http.ResponseWriter, r *http.Request) error {
	return s.serveSchema(w, r, web.SchemaQueryables, queryables)
}

// handleSortables answers /collections/{collectionId}/sortables.
func (s *Server) handleSortables(w http.ResponseWriter, r *http.Request) error {
	return s.serveSchema(w, r, web.SchemaSortables, sortables)
}

func (s *Server) serveSchema(w http.ResponseWriter, r *http.Request, view string, fields func(*geo.Layer) schemaFields) error {
	if _, err := params(r); err != nil {
		return err
	}
	l, err := s.layer(r)
	if err != nil {
		return err
	}
	f, err := negotiate(r, formatSchema, formatHTML)
	if err != nil {
		return err
	}
	x, list := exchangeOf(r), fields(l)
	describeReserved(list, x.lang)
	if f.f == formatHTML.f {
		page := &web.Schema{Base: s.page(r, formatSchema), Layer: l, View: view}
		for i := range list {
			page.Rows = append(page.Rows, list[i].row)
		}
		return s.writePage(w, r, page)
	}
	doc := layerSchema{Schema: "https://json-schema.org/draft/2020-12/schema", ID: x.url(x.path, nil), Type: "object",
		Title: l.Label(), Description: l.Description, Properties: list}
	if view == web.SchemaReturnables {
		for i := range l.Properties {
			if p := &l.Properties[i]; !p.Nullable {
				doc.Required = append(doc.Required, p.Name)
			}
		}
	}
	return s.writeJSON(w, r, f.media, doc)
}

// schemaLinks lead from a layer to its schemas.
func schemaLinks(r *http.Request, l *geo.Layer) []link {
	t := func(fr, en string) string { return geo.Text{FR: fr, EN: en}.In(exchangeOf(r).lang) }
	return []link{
		to(r, layerPath(l.ID, web.SchemaReturnables), relSchema, formatSchema.media, t("Schéma des éléments", "Schema of the items")),
		to(r, layerPath(l.ID, web.SchemaQueryables), relQueryables, formatSchema.media, t("Propriétés par lesquelles filtrer", "Properties to filter by")),
		to(r, layerPath(l.ID, web.SchemaSortables), relSortables, formatSchema.media, t("Propriétés par lesquelles trier", "Properties to sort by")),
	}
}
