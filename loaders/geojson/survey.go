package geojson

import (
	"context"
	"fmt"

	"github.com/arpent-geo/arpent/geo"
	"github.com/arpent-geo/arpent/geo/crs"
	"github.com/arpent-geo/arpent/geo/geojson"
	"github.com/arpent-geo/arpent/geo/wkb"
	"github.com/arpent-geo/arpent/loaders"
)

// maxColumns is below what PostgreSQL (1,600) and SQLite (2,000) allow.
const maxColumns = 1500

// survey is what the first pass sees.
type survey struct {
	columns        []*column
	byName         map[string]*column
	ids            column // of the features
	idIsPropertyID bool   // every id equals the property "id" of its feature
	types          map[geo.GeometryType]int64
	flat, z        int64 // geometries without and with height
	box            geo.BBox
	count          int64
	crsName        string
}

// survey reads the whole file.
func (s *Source) survey(ctx context.Context) (*survey, error) {
	f, err := s.open()
	if err != nil {
		return nil, err
	}
	defer f.close()
	f.progress = s.o.Progress
	sv := &survey{byName: map[string]*column{}, types: map[geo.GeometryType]int64{}, box: geo.EmptyBBox(geo.CRS{}), ids: column{name: "id"}, idIsPropertyID: true}
	for feature, err := range f.features(ctx) {
		if err == nil {
			err = sv.feature(s.o.Name, feature)
		}
		if err != nil {
			return nil, err
		}
	}
	sv.crsName = f.reader.CRS()
	for _, w := range f.reader.Warnings() {
		s.warn(fmt.Sprintf("%s (%d, dès l'enregistrement %d)", w.Msg.FR, w.Count, w.Index+1),
			fmt.Sprintf("%s (%d, from record %d on)", w.Msg.EN, w.Count, w.Index+1))
	}
	return sv, nil
}

func (sv *survey) feature(name string, f *geojson.Feature) error {
	sv.count++
	idProperty := geo.ID{}
	for i := range f.Properties {
		m := &f.Properties[i]
		c, err := sv.column(name, m.Name, i)
		if err != nil {
			return err
		}
		c.see(m.Value)
		if c.name == "id" {
			idProperty = idOf(m.Value)
		}
	}
	switch f.ID.Kind {
	case geo.IDInt:
		sv.ids.seen[classInt]++
	case geo.IDText:
		sv.ids.seen[classText]++
	}
	if sv.idIsPropertyID && f.ID.Kind != geo.IDNone {
		sv.idIsPropertyID = idProperty.Compare(f.ID) == 0
	}
	if f.HasGeometry {
		sv.geometry(&f.Geometry)
	}
	return nil
}

// idOf is a property as an id, to compare it with that of the feature.
func idOf(v geo.Value) geo.ID {
	switch v.Kind {
	case geo.KindInt:
		return geo.IntID(v.Int())
	case geo.KindText:
		return geo.TextID(v.Bytes)
	}
	return geo.ID{}
}

// column finds or adds a column; hint is the place of the property in the
// feature, mostly the same from one to the next.
func (sv *survey) column(file string, name []byte, hint int) (*column, error) {
	if hint < len(sv.columns) && sv.columns[hint].name == string(name) {
		return sv.columns[hint], nil
	}
	if c := sv.byName[string(name)]; c != nil {
		return c, nil
	}
	if len(sv.columns) == maxColumns {
		return nil, &geo.Error{Kind: geo.ErrTooLarge, Where: fmt.Sprintf("%s, record %d", file, sv.count),
			Msg: geo.Text{FR: fmt.Sprintf("plus de %d propriétés", maxColumns), EN: fmt.Sprintf("more than %d properties", maxColumns)}}
	}
	c := &column{name: string(name)}
	sv.columns = append(sv.columns, c)
	sv.byName[c.name] = c
	return c, nil
}

func (sv *survey) geometry(g *wkb.Geometry) {
	sv.types[g.Type]++
	if g.Layout == wkb.XY {
		sv.flat++
	} else {
		sv.z++
	}
	if minX, minY, maxX, maxY, ok := g.Bounds(); ok {
		sv.box = sv.box.Extend(minX, minY).Extend(maxX, maxY)
	}
}

// shape makes the layer of what was seen.
func (s *Source) shape(sv *survey) error {
	s.count = sv.count
	if sv.count == 0 {
		s.warn("le fichier ne contient aucune entité", "the file holds no feature")
	}
	s.layer = &geo.Layer{Table: loaders.TableName(s.o.Name)}
	s.properties(sv)
	s.geometryType(sv)
	if s.layer.Geometry == geo.GeometryNone {
		return nil
	}
	return s.system(sv)
}

// properties makes one column a property. The ids of the features come first,
// unless a property says them already.
func (s *Source) properties(sv *survey) {
	all, hasIDs := sv.columns, sv.ids.seen != [classes]int64{}
	if hasIDs && !sv.idIsPropertyID {
		all = append([]*column{&sv.ids}, all...)
		s.idColumn = 0
	}
	var names, mixed []string
	kinds := make([]geo.Kind, len(all))
	for i, c := range all {
		var isMixed bool
		if kinds[i], isMixed = c.kind(); isMixed {
			mixed = append(mixed, c.name)
		}
		names = append(names, c.name)
	}
	columns, renamed := loaders.ColumnNames(names)
	s.warnings = append(s.warnings, renamed...)
	s.columns = make(map[string]int, len(names))
	for i, name := range names {
		s.layer.Properties = append(s.layer.Properties, geo.Property{Name: columns[i], Kind: kinds[i], Nullable: true})
		if i != s.idColumn {
			s.columns[name] = i
			s.names = append(s.names, name)
		}
		if columns[i] != name {
			s.layer.Properties[i].Title = name
		}
	}
	if len(mixed) > 0 {
		fr, en := quoteAll(mixed)
		s.warn("valeurs de plusieurs types, gardées comme texte : "+fr, "values of several types, kept as text: "+en)
	}
	if s.idColumn >= 0 && sv.ids.seen[classInt]+sv.ids.seen[classText] == sv.count {
		c := columns[0]
		s.warn("les identifiants du fichier sont dans « "+c+" » ; avec --id "+c+" ils seraient ceux de l'API",
			"the ids of the file are in \""+c+"\"; with --id "+c+" they would be those of the API")
	}
}

// geometryType promotes a mixture of a type and its collections, and says so.
func (s *Source) geometryType(sv *survey) {
	l := s.layer
	for t := range sv.types {
		switch {
		case l.Geometry == geo.GeometryNone || l.Geometry == t:
			l.Geometry = t
		case loaders.Multi(l.Geometry) == loaders.Multi(t):
			l.Geometry = loaders.Multi(t)
		default:
			l.Geometry = geo.GeometryAny
		}
	}
	for t, n := range sv.types {
		if t != l.Geometry && loaders.Multi(t) == l.Geometry {
			s.warn(fmt.Sprintf("%d %s rangés comme %s, pour une couche d'un seul type", n, t, l.Geometry),
				fmt.Sprintf("%d %s stored as %s, so that the layer has one type", n, t, l.Geometry))
		}
	}
	if l.Geometry == geo.GeometryAny {
		s.warn("géométries de plusieurs types : la couche les accepte toutes, certains logiciels non",
			"geometries of several types: the layer takes all, some software will not")
	}
	if l.HasZ = sv.z > 0; l.HasZ && sv.flat > 0 {
		s.warn(fmt.Sprintf("%d géométries sans altitude sur %d : altitude 0", sv.flat, sv.flat+sv.z),
			fmt.Sprintf("%d geometries of %d have no height: height 0", sv.flat, sv.flat+sv.z))
	}
}

// system decides on the CRS: the one asked for, else the legacy member, else
// OGC:CRS84 (RFC 7946, 4); and refuses coordinates that cannot be in it.
func (s *Source) system(sv *survey) error {
	l := s.layer
	l.CRS = geo.CRS84
	if sv.crsName != "" {
		ref, err := crs.Parse(sv.crsName)
		switch {
		case err == nil:
			l.CRS = ref.CRS
		case s.o.CRS.IsZero():
			return fmt.Errorf("%s, member crs: %w", s.o.Name, err)
		}
	}
	if !s.o.CRS.IsZero() {
		if sv.crsName != "" && s.o.CRS != l.CRS {
			s.warn("le fichier annonce "+sv.crsName+" ; lu en "+s.o.CRS.String()+" comme demandé",
				"the file says "+sv.crsName+"; read in "+s.o.CRS.String()+" as asked")
		}
		l.CRS = s.o.CRS
	}
	if l.CRS == geo.WGS84 { // the same coordinates, and the name that GeoJSON gives them
		l.CRS = geo.CRS84
	}
	l.StorageCRS = l.CRS
	sys, err := crs.Lookup(l.CRS)
	if err != nil {
		return fmt.Errorf("%s: %w", s.o.Name, err)
	}
	warning, err := loaders.CheckPlace(sv.box, sys.Geographic)
	if err != nil {
		return fmt.Errorf("%s: %w", s.o.Name, err)
	}
	if warning.EN != "" {
		s.warnings = append(s.warnings, warning)
	}
	return nil
}
