package loaders

import (
	"context"
	"slices"
	"strings"

	"github.com/arpent-geo/arpent/geo"
	"github.com/arpent-geo/arpent/geo/wkb"
)

// target is the layer to make, and the rows as it takes them: those of the
// source, or, to append, those of the source put in the shape of the table.
func target(ctx context.Context, src Source, o Options) (*geo.Layer, geo.Rows, []geo.Text, error) {
	l := *src.Layer()
	l.Meta = l.Merge(o.Meta)
	l.Schema = o.Schema
	if o.Layer != "" {
		l.Table = o.Layer
	}
	if l.IDColumn != "" {
		l.Key = []string{l.IDColumn}
	}
	rows := src.Rows(ctx)
	if o.Mode != geo.LoadAppend || o.Existing == nil {
		return &l, rows, nil, nil
	}
	table, err := o.Existing(ctx)
	if err != nil {
		return nil, nil, nil, err
	}
	a, err := align(&l, table)
	if err != nil {
		return nil, nil, nil, err
	}
	a.reshape = l.Geometry != table.Geometry || l.HasZ != table.HasZ
	a.geometry, a.z = table.Geometry, table.HasZ
	l.Properties, l.Key, l.IDColumn = table.Properties, table.Key, table.IDColumn
	if len(l.Key) == 1 && table.Property(l.Key[0]) == nil {
		l.Key = nil // a row number
	}
	l.Geometry, l.HasZ, l.HasM = table.Geometry, table.HasZ, table.HasM
	return &l, a.rows(rows), a.warnings, nil
}

// alignment puts rows of one shape in another: columns by name, values in the
// kind of the column when that loses nothing.
type alignment struct {
	from     []int // for each column of the table, the property of the file, or -1
	to       []geo.Property
	warnings []geo.Text

	reshape  bool // geometries differ in type or in z
	geometry geo.GeometryType
	z        bool
}

func align(file, table *geo.Layer) (*alignment, error) {
	a := &alignment{to: table.Properties}
	used := map[int]bool{}
	for i := range table.Properties {
		p := &table.Properties[i]
		at := slices.IndexFunc(file.Properties, func(f geo.Property) bool { return strings.EqualFold(f.Name, p.Name) })
		a.from = append(a.from, at)
		used[at] = true
		if at < 0 {
			a.warnings = append(a.warnings, geo.Text{
				FR: "le fichier n'a pas « " + p.Name + " » : sans valeur dans les lignes ajoutées",
				EN: "the file has no \"" + p.Name + "\": no value in the rows added"})
			continue
		}
		if f := &file.Properties[at]; !widens(f.Kind, p.Kind) {
			return nil, geo.Invalid(f.Name,
				geo.Text{FR: "le fichier a des valeurs de type " + f.Kind.String() + ", la couche de type " + p.Kind.String(),
					EN: "the file has values of type " + f.Kind.String() + ", the layer of type " + p.Kind.String()},
				geo.Text{FR: "--replace refait la couche avec les types du fichier",
					EN: "--replace makes the layer anew with the types of the file"})
		}
	}
	for i := range file.Properties {
		if !used[i] {
			return nil, geo.Invalid(file.Properties[i].Name,
				geo.Text{FR: "la couche n'a pas cette propriété", EN: "the layer has no such property"},
				geo.Text{FR: "--replace refait la couche avec les propriétés du fichier",
					EN: "--replace makes the layer anew with the properties of the file"})
		}
	}
	return a, nil
}

// widens reports whether every value of kind from can be written as kind to
// and read back the same.
func widens(from, to geo.Kind) bool {
	if from == to || from == geo.KindNull || to == geo.KindText {
		return true
	}
	switch from {
	case geo.KindInt:
		return to == geo.KindFloat || to == geo.KindDecimal
	case geo.KindFloat:
		return to == geo.KindDecimal || to == geo.KindReal
	case geo.KindJSON:
		return to == geo.KindArray
	case geo.KindText:
		return to == geo.KindUUID
	}
	return false
}

func (a *alignment) rows(in geo.Rows) geo.Rows {
	return func(yield func(geo.Row, error) bool) {
		values := make([]geo.Value, len(a.to))
		var scratch wkb.Geometry
		var blob []byte
		for row, err := range in {
			if err == nil {
				err = a.values(values, row.Values)
			}
			if err == nil && a.reshape && row.WKB != nil {
				if err = wkb.Decode(row.WKB, &scratch); err == nil {
					Conform(&scratch, a.geometry, a.z)
					blob = wkb.AppendWKB(blob[:0], &scratch)
					row.WKB = blob
				}
			}
			row.Values = values
			if !yield(row, err) || err != nil {
				return
			}
		}
	}
}

// values puts in dst, for each column of the table, the value of the file.
func (a *alignment) values(dst, src []geo.Value) (err error) {
	for i, from := range a.from {
		switch {
		case from < 0:
			dst[i] = geo.Null()
		case src[from].IsNull() || src[from].Kind == a.to[i].Kind:
			dst[i] = src[from]
		default:
			if dst[i], err = geo.ParseValue(a.to[i].Kind, string(src[from].AppendText(nil))); err != nil {
				return err
			}
		}
	}
	return nil
}
