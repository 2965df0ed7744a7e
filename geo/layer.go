package geo

import "time"

// GeometryType is the declared type of a layer's geometries, by its OGC name.
type GeometryType string

// The geometry types (OGC 06-103r4). GeometryAny is a column of any type,
// GeometryNone a layer of attributes only.
const (
	GeometryNone       GeometryType = ""
	GeometryAny        GeometryType = "Geometry"
	Point              GeometryType = "Point"
	LineString         GeometryType = "LineString"
	Polygon            GeometryType = "Polygon"
	MultiPoint         GeometryType = "MultiPoint"
	MultiLineString    GeometryType = "MultiLineString"
	MultiPolygon       GeometryType = "MultiPolygon"
	GeometryCollection GeometryType = "GeometryCollection"
)

// Dimension of the geometry type: 0 points, 1 lines, 2 areas, -1 mixed or none.
func (t GeometryType) Dimension() int {
	switch t {
	case Point, MultiPoint:
		return 0
	case LineString, MultiLineString:
		return 1
	case Polygon, MultiPolygon:
		return 2
	}
	return -1
}

// Layer is one published table: the same object for items, tiles and
// metadata. A *Layer is never changed once published: a new shape is a new
// *Layer, so that a request sees one shape from start to end.
type Layer struct {
	ID      string   // in URLs and tiles: "communes", "urba.zone_urba", "batiment.geom_toit"
	Aliases []string // other ids under which it answers: "public.communes"

	Schema, Table string // where the store finds it; Schema is empty in a GeoPackage
	GeomColumn    string // empty: attributes only
	Geometry      GeometryType
	HasZ, HasM    bool

	// CRS is the system in which rows are delivered; StorageCRS the one in
	// which they are stored. They differ only when geo/crs does not know the
	// storage system and the database transforms (NTF and the like).
	CRS, StorageCRS CRS

	// Key lists the columns of the key, in order; empty: no id, no item route.
	Key    []string
	IDKind IDKind

	// Properties are the published attributes in column order, without the
	// geometry and without a key that is only a row number.
	Properties []Property

	Meta
}

// Property is one published attribute.
type Property struct {
	Name        string // the column
	Title       string // for people; empty: Name
	Description string
	Kind        Kind
	Native      string // type in the database, for people: "varchar(5)"
	Nullable    bool
}

// Label is what people read in place of the name.
func (p *Property) Label() string {
	if p.Title != "" {
		return p.Title
	}
	return p.Name
}

// Meta is what a database does not say of a layer: it comes from the table
// arpent_layer, over it from the settings.
type Meta struct {
	Title           string      `yaml:"title" json:"title,omitempty"`
	Description     string      `yaml:"description" json:"description,omitempty"`
	Keywords        []string    `yaml:"keywords" json:"keywords,omitempty"`
	Producer        string      `yaml:"producer" json:"producer,omitempty"`
	Source          string      `yaml:"source" json:"source,omitempty"`
	Licence         string      `yaml:"licence" json:"licence,omitempty"`
	Standard        string      `yaml:"standard" json:"standard,omitempty"`
	StandardVersion string      `yaml:"standard_version" json:"standard_version,omitempty"`
	Millesime       string      `yaml:"millesime" json:"millesime,omitempty"`
	IDColumn        string      `yaml:"id" json:"id,omitempty"`
	MinZoom         *int        `yaml:"minzoom" json:"minzoom,omitempty"`
	MaxZoom         *int        `yaml:"maxzoom" json:"maxzoom,omitempty"`
	Temporal        TimeColumns `yaml:"temporal" json:"temporal,omitzero"` // of the settings only
	Updated         time.Time   `yaml:"-" json:"-"`                        // last load, when known
}

// TimeColumns names the columns that tell when a row is or was: Start alone, an
// instant or a day; both, an interval, open where one is null.
type TimeColumns struct {
	Start string `yaml:"start" json:"start,omitempty"`
	End   string `yaml:"end" json:"end,omitempty"`
}

// TimeProperties returns the properties that Temporal names, nil for those
// that are not there or hold no time.
func (l *Layer) TimeProperties() (start, end *Property) {
	named := func(name string) *Property {
		p := l.Property(name)
		if p == nil || p.Kind != KindDate && p.Kind != KindTimestamp && p.Kind != KindTimestampTZ {
			return nil
		}
		return p
	}
	return named(l.Temporal.Start), named(l.Temporal.End)
}

// Merge returns m with every field that over sets.
func (m Meta) Merge(over Meta) Meta {
	set := func(dst *string, src string) {
		if src != "" {
			*dst = src
		}
	}
	set(&m.Title, over.Title)
	set(&m.Description, over.Description)
	set(&m.Producer, over.Producer)
	set(&m.Source, over.Source)
	set(&m.Licence, over.Licence)
	set(&m.Standard, over.Standard)
	set(&m.StandardVersion, over.StandardVersion)
	set(&m.Millesime, over.Millesime)
	set(&m.IDColumn, over.IDColumn)
	set(&m.Temporal.Start, over.Temporal.Start)
	set(&m.Temporal.End, over.Temporal.End)
	if over.Keywords != nil {
		m.Keywords = over.Keywords
	}
	if over.MinZoom != nil {
		m.MinZoom = over.MinZoom
	}
	if over.MaxZoom != nil {
		m.MaxZoom = over.MaxZoom
	}
	if !over.Updated.IsZero() {
		m.Updated = over.Updated
	}
	return m
}

// DefaultMaxZoom is the last zoom a layer is drawn at when nothing says
// otherwise: clients draw deeper zooms from its tiles.
const DefaultMaxZoom = 16

// Zooms returns the first and last zoom at which the layer has tiles.
func (m *Meta) Zooms() (minZoom, maxZoom int) {
	maxZoom = DefaultMaxZoom
	if m.MinZoom != nil {
		minZoom = *m.MinZoom
	}
	if m.MaxZoom != nil {
		maxZoom = *m.MaxZoom
	}
	return minZoom, maxZoom
}

// Label is the title of the layer, or its id.
func (l *Layer) Label() string {
	if l.Title != "" {
		return l.Title
	}
	return l.ID
}

// HasGeometry reports whether the layer has a geometry column.
func (l *Layer) HasGeometry() bool { return l.GeomColumn != "" }

// Property returns the property of that name, or nil: the only way from a
// name in a request to a column.
func (l *Layer) Property(name string) *Property {
	for i := range l.Properties {
		if l.Properties[i].Name == name {
			return &l.Properties[i]
		}
	}
	return nil
}

// Unpublished is a table that cannot be served as it stands, or that is served
// with a drawback: why, and the statement or setting that mends it.
type Unpublished struct {
	Table     string // "schema.table" or "schema.table.column"
	Published bool   // true: served all the same, Reason is the drawback
	Reason    Text
	Remedy    Text
}

// Version tells one state of a layer's data from another. It is the same on
// every node that reads the same data.
type Version struct {
	Tag      string    // opaque, safe in an ETag; empty: the layer is not tracked
	Modified time.Time // last change, zero when not known
}
