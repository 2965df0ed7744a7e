// Package geojson reads GeoJSON files (RFC 7946, the legacy "crs" member of
// 2008, newline-delimited and RFC 8142 sequences, all of them gzipped or not)
// as a loaders.Source: a first pass over the whole file infers its shape, a
// second one streams its rows.
package geojson

import (
	"context"
	"fmt"
	"strings"

	"golang.org/x/text/encoding"

	"github.com/arpent-geo/arpent/geo"
	"github.com/arpent-geo/arpent/geo/geojson"
	"github.com/arpent-geo/arpent/geo/wkb"
	"github.com/arpent-geo/arpent/loaders"
)

// Options say how to read a file. The zero value reads it as RFC 7946 says.
type Options struct {
	Name     string            // for messages and for the name of the layer; empty: the path
	CRS      geo.CRS           // over what the file says; coordinates are x, y in any case
	Encoding encoding.Encoding // nil: UTF-8
	Progress func(bytes int64) // called during the first pass with what was read of the file; may be nil
}

// Source is a GeoJSON file read once. Safe for one use at a time.
type Source struct {
	path     string
	o        Options
	layer    *geo.Layer
	columns  map[string]int // property of the file → index in layer.Properties
	names    []string       // and back
	idColumn int            // index of the column made of the ids of features, or -1
	count    int64
	warnings []geo.Text
}

// Open reads the file at path once. Errors: geo.ErrInvalidInput with the
// record and the byte offset; geo.ErrTooLarge; geo.ErrUnsupportedCRS.
func Open(ctx context.Context, path string, o Options) (*Source, error) {
	if o.Name == "" {
		o.Name = path
	}
	s := &Source{path: path, o: o, idColumn: -1}
	sv, err := s.survey(ctx)
	if err != nil {
		return nil, err
	}
	if err := s.shape(sv); err != nil {
		return nil, err
	}
	return s, nil
}

// Layer, Count and Warnings as loaders.Source says.
func (s *Source) Layer() *geo.Layer    { return s.layer }
func (s *Source) Count() int64         { return s.count }
func (s *Source) Warnings() []geo.Text { return s.warnings }

// Rows streams the rows: the second pass.
func (s *Source) Rows(ctx context.Context) geo.Rows {
	return func(yield func(geo.Row, error) bool) {
		f, err := s.open()
		if err != nil {
			yield(geo.Row{}, err)
			return
		}
		defer f.close()
		row := rowBuffer{values: make([]geo.Value, len(s.layer.Properties))}
		for feature, err := range f.features(ctx) {
			if err == nil {
				err = s.row(&row, feature)
			}
			if !yield(row.Row, err) || err != nil {
				return
			}
		}
	}
}

// rowBuffer is a row and the memory behind it, used again for the next one.
type rowBuffer struct {
	geo.Row
	values    []geo.Value
	text, wkb []byte
}

// row fills b from a feature, in the shape of the layer.
func (s *Source) row(b *rowBuffer, f *geojson.Feature) error {
	clear(b.values)
	b.text = b.text[:0]
	b.Row = geo.Row{ID: f.ID, Values: b.values}
	for i := range f.Properties {
		m := &f.Properties[i]
		at, ok := s.find(m.Name, i)
		if !ok {
			return s.changed(f)
		}
		if b.values[at], b.text, ok = convert(s.layer.Properties[at].Kind, m.Value, b.text); !ok {
			return s.changed(f)
		}
	}
	if s.idColumn >= 0 {
		b.values[s.idColumn] = idValue(s.layer.Properties[s.idColumn].Kind, f.ID)
	}
	if f.HasGeometry && s.layer.Geometry != geo.GeometryNone {
		loaders.Conform(&f.Geometry, s.layer.Geometry, s.layer.HasZ)
		b.wkb = wkb.AppendWKB(b.wkb[:0], &f.Geometry)
		b.WKB = b.wkb
	}
	return nil
}

// find returns the column of a property; hint is its place in the feature,
// mostly the same from one to the next.
func (s *Source) find(name []byte, hint int) (int, bool) {
	if hint < len(s.names) && s.names[hint] == string(name) {
		return s.columns[s.names[hint]], true
	}
	at, ok := s.columns[string(name)]
	return at, ok
}

func idValue(k geo.Kind, id geo.ID) geo.Value {
	switch {
	case id.IsZero():
		return geo.Null()
	case k == geo.KindInt:
		return geo.Int(id.Int)
	case id.Kind == geo.IDText:
		return geo.TextValue(id.Text)
	}
	return geo.String(id.String())
}

func (s *Source) changed(f *geojson.Feature) error {
	return &geo.Error{Kind: geo.ErrInvalidInput, Where: fmt.Sprintf("%s, record %d", s.o.Name, f.Index+1),
		Msg:  geo.Text{FR: "le fichier a changé pendant la lecture", EN: "the file changed while it was being read"},
		Hint: geo.Text{FR: "recommencez", EN: "try again"}}
}

func (s *Source) warn(fr, en string) { s.warnings = append(s.warnings, geo.Text{FR: fr, EN: en}) }

// quoteAll lists names: « a », « b ».
func quoteAll(names []string) (fr, en string) {
	return "« " + strings.Join(names, " », « ") + " »", `"` + strings.Join(names, `", "`) + `"`
}
