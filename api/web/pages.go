package web

import (
	"net/url"
	"time"

	"github.com/arpent-geo/arpent/geo"
)

// Page is one of the pages below: a view model that Site.Render turns into
// HTML. Everything a page shows is in it, and it is not kept after the call.
type Page interface {
	base() *Base
	template() string // name of the file in templates/, without .html
}

// Base is what every page needs to know of the request that it answers.
type Base struct {
	Lang    string     // "fr" or "en"; anything else is French
	BaseURL string     // absolute URL of the site, no slash at the end: "https://host/geo"
	Path    string     // escaped path of this page below BaseURL: "/collections/communes/items"
	Query   url.Values // parameters of the request, as received
	Formats []Format   // other representations of this resource
}

func (b *Base) base() *Base { return b }

// Format is another representation of a page: a link to the same address with
// f set.
type Format struct {
	Label string // "GeoJSON"
	F     string // value of the parameter f: "json"
	Type  string // media type: "application/geo+json"
}

// Summary is what lists say of a layer.
type Summary struct {
	Layer  *geo.Layer
	Count  *int64    // exact number of rows; nil: not known
	Extent *geo.BBox // OGC:CRS84; nil: not known, or no geometry
}

// Landing is the page of "/".
type Landing struct {
	Base
	Layers []Summary
}

// Conformance is the page of "/conformance".
type Conformance struct {
	Base
	Classes []string // URIs of requirement classes
}

// APIDoc is the page of "/api". Its forms are sent to the page itself, with
// the parameters "operation" (the id of an operation) and "p.NAME" (the value
// of its parameter NAME): the page then shows the URL that they make. Both are
// read from Base.Query.
type APIDoc struct {
	Base
	Operations []Operation
	Layers     []*geo.Layer // offered as values of the parameter collectionId
}

// Operation is one operation of the OpenAPI document.
type Operation struct {
	ID          string // operationId
	Path        string // "/collections/{collectionId}/items"
	Summary     string // in the language of the page
	Description string // may be empty
	Parameters  []Parameter
}

// Parameter is one parameter of an operation.
type Parameter struct {
	Name        string
	InPath      bool // else in the query
	Required    bool
	Description string
	Type        string // "integer", "string", "array of number"
	Default     string
	Example     string
	Enum        []string
}

// Collections is the page of "/collections".
type Collections struct {
	Base
	Layers []Summary
}

// Collection is the page of "/collections/{id}".
type Collection struct {
	Base
	Summary
	Version geo.Version
	CRS     []geo.CRS // systems in which items may be asked
	First   *Table    // the first rows; nil: the store cannot answer now
	Map     *Map      // nil: a layer without geometry, or nothing to draw from
}

// Views of the schema of a layer, the last part of their addresses.
const (
	SchemaReturnables = "schema"
	SchemaQueryables  = "queryables"
	SchemaSortables   = "sortables"
)

// Schema is the page of "/collections/{id}/schema", "…/queryables" and "…/sortables".
type Schema struct {
	Base
	Layer *geo.Layer
	View  string // SchemaReturnables and the like
	Rows  []SchemaRow
}

// SchemaRow is one property.
type SchemaRow struct {
	Name, Label, Description string
	Kind                     geo.Kind
	IsGeometry               bool
	Geometry                 geo.GeometryType
	Role                     string // "id"; may be empty
	Param                    string // the parameter to use; may be empty
}

// HasParams reports whether the rows name parameters rather than roles.
func (s *Schema) HasParams() bool { return s.View != SchemaReturnables }

// Items is the page of "/collections/{id}/items". The filters in force are
// read from Base.Query.
type Items struct {
	Base
	Layer    *geo.Layer
	Table    *Table
	Matched  *int64 // rows that the filters select; nil: not known
	Limit    int
	Prev     string   // URL of the page before, or empty
	Next     string   // URL of the page after, or empty
	FilterBy []string // as many as Layer.Properties: the parameter that filters by the property, or empty
	Map      *Map     // drawn from the rows of the table; may be nil
}

// Item is the page of "/collections/{id}/items/{fid}".
type Item struct {
	Base
	Layer *geo.Layer
	Table *Table // one row
	Map   *Map   // may be nil
}

// Tilesets is the page of "/collections/{id}/tiles" when TMS is empty, and of
// "/collections/{id}/tiles/{tms}" otherwise.
type Tilesets struct {
	Base
	Summary
	Grids       []string // those that the layer has tiles in, when TMS is empty
	TMS         string   // "WebMercatorQuad"
	First, Last string   // matrices of TMS that the layer has tiles in
}

// TileMatrixSets is the page of "/tileMatrixSets", and of
// "/tileMatrixSets/{id}" when Detail is set.
type TileMatrixSets struct {
	Base
	Sets   []TileMatrixSet
	Detail bool // Sets holds one set, shown with its matrices
}

// TileMatrixSet is one grid of tiles.
type TileMatrixSet struct {
	ID, Title, URI string
	CRS            geo.CRS
	Matrices       []TileMatrix
}

// TileMatrix is one zoom of a grid.
type TileMatrix struct {
	ID               string
	ScaleDenominator float64 // as OGC 17-083r4 defines it, for a pixel of 0.28 mm
	CellSizeM        float64 // metres a pixel, tiles of 256 pixels
	Width, Height    uint64  // tiles
}

// Error is the page of a request that failed.
type Error struct {
	Base
	Status    int
	Title     string // in the language of the page: "Paramètre inconnu"
	Where     string // parameter or path at fault; may be empty
	Detail    string // what was wrong
	Hint      string // what would be right; may be empty
	RequestID string
}

func (*Landing) template() string        { return "landing" }
func (*Conformance) template() string    { return "conformance" }
func (*APIDoc) template() string         { return "api" }
func (*Collections) template() string    { return "collections" }
func (*Collection) template() string     { return "collection" }
func (*Schema) template() string         { return "schema" }
func (*Items) template() string          { return "items" }
func (*Item) template() string           { return "item" }
func (*Tilesets) template() string       { return "tilesets" }
func (*TileMatrixSets) template() string { return "tilematrixsets" }
func (*Error) template() string          { return "error" }

// Table gathers rows to be shown: it copies what it needs of each, so that a
// stream of rows can be read straight into it.
type Table struct {
	Layer      *geo.Layer
	Properties []int // as in geo.ItemQuery; nil: all
	rows       []tableRow
}

type tableRow struct {
	ID     geo.ID
	Values []geo.Value
}

// Add appends a row, whose values are those of t.Properties.
func (t *Table) Add(row geo.Row) {
	kept := tableRow{ID: row.ID.Clone(), Values: make([]geo.Value, len(row.Values))}
	for i, v := range row.Values {
		kept.Values[i] = v.Clone()
	}
	t.rows = append(t.rows, kept)
}

// Len is the number of rows added.
func (t *Table) Len() int { return len(t.rows) }

// Modified is the date to show for the layer: of its data when it is known,
// else of its last load.
func (c *Collection) Modified() time.Time {
	if !c.Version.Modified.IsZero() {
		return c.Version.Modified
	}
	return c.Layer.Updated
}
