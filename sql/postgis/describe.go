package postgis

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/arpent-geo/arpent/geo"
)

// typmodTypes are the geometry types by their number in a type modifier
// (liblwgeom.h); curves are served as lines and areas of segments.
var typmodTypes = [...]struct {
	name  geo.GeometryType
	curve bool
}{
	0: {geo.GeometryAny, false}, 1: {geo.Point, false}, 2: {geo.LineString, false}, 3: {geo.Polygon, false},
	4: {geo.MultiPoint, false}, 5: {geo.MultiLineString, false}, 6: {geo.MultiPolygon, false}, 7: {geo.GeometryCollection, false},
	8: {geo.LineString, true}, 9: {geo.LineString, true}, 10: {geo.Polygon, true},
	11: {geo.MultiLineString, true}, 12: {geo.MultiPolygon, true},
}

// geomFromTypmod reads a PostGIS type modifier: 21 bits of SRID, 6 of type, Z, M.
func geomFromTypmod(a *attribute) geomColumn {
	g := geomColumn{attr: a, geography: a.typname == "geography", geometry: geo.GeometryAny}
	if m := a.typmod; m > 0 {
		g.srid = int(((m & 0x0FFFFF00) - (m & 0x10000000)) >> 8)
		g.z, g.m = m&2 != 0, m&1 != 0
		if n := int(m & 0xFC >> 2); n < len(typmodTypes) {
			g.geometry, g.curves = typmodTypes[n].name, typmodTypes[n].curve
		}
	}
	if g.geography && g.srid == 0 {
		g.srid = 4326 // the default of geography
	}
	return g
}

func (d *discovery) report(table string, published bool, reason, remedy geo.Text) {
	d.out.unpublished = append(d.out.unpublished, geo.Unpublished{Table: table, Published: published, Reason: reason, Remedy: remedy})
}

// publish makes the layers of one relation.
func (d *discovery) publish(rel *relation, geoms []geomColumn) {
	opts := &d.s.opts
	_, loaded := d.rows[rel.full()]
	if len(geoms) == 0 && !matchTable(opts.Attributes, rel.schema, rel.name) && !loaded {
		return
	}
	if !opts.publishes(rel.schema, rel.name, names(rel.attrs)) {
		return
	}
	base := rel.name
	if rel.schema != "public" {
		base = rel.full()
	}
	if len(geoms) == 0 {
		if !slices.ContainsFunc(rel.attrs, func(a attribute) bool { return a.typname == "geometry" || a.typname == "geography" }) {
			d.add(rel, base, nil)
		}
		return
	}
	for i := range geoms {
		g := &geoms[i]
		id := base
		if len(geoms) > 1 {
			id += "." + g.attr.name
		}
		if g.problem != nil {
			d.out.unpublished = append(d.out.unpublished, *g.problem)
			if !g.problem.Published {
				continue
			}
		}
		d.add(rel, id, g)
	}
}

// add makes one layer, unless its id or its system forbid it.
func (d *discovery) add(rel *relation, id string, g *geomColumn) {
	if strings.ContainsAny(id, "/\\?#%\x00") || strings.TrimSpace(id) == "" {
		d.report(rel.full(), false,
			geo.Text{FR: "le nom contient un caractère qu'une adresse ne peut porter", EN: "the name holds a character that an address cannot carry"},
			geo.Text{FR: "renommez la table, ou publiez une vue", EN: "rename the table, or publish a view of it"})
		return
	}
	if d.out.byID[id] != nil {
		d.report(rel.full(), false,
			geo.Text{FR: "une autre couche porte déjà le nom « " + id + " »", EN: "another layer has the name " + id + " already"},
			geo.Text{FR: "renommez l'une des deux", EN: "rename one of the two"})
		return
	}
	row, loaded := d.rows[rel.full()]
	t := &table{oid: rel.oid, relkind: rel.kind, rows: rel.rows, loaded: loaded, extent: row.extent}
	l := &geo.Layer{ID: id, Schema: rel.schema, Table: rel.name}
	t.layer = l
	if rel.schema == "public" {
		l.Aliases = []string{"public." + id}
	}
	if g != nil && !d.describeGeometry(rel, t, g) {
		return
	}
	l.Meta = row.meta
	if l.Description == "" {
		l.Description = rel.comment
	}
	l.Meta = l.Merge(d.s.opts.Layers[id])
	d.chooseKey(rel, t)
	d.describeColumns(rel, t, row.kinds)
	t.tracked = d.versions(rel.oid, rel.kind, 0)
	t.shape = shapeOf(rel, l, row.xmin)
	t = d.keep(t)
	d.out.layers = append(d.out.layers, t.layer)
	for _, name := range append([]string{id}, l.Aliases...) {
		if d.out.byID[name] == nil {
			d.out.byID[name] = t
		}
	}
}

// shapeOf changes with the definition of the table and with all that is said of
// the layer. It is the same on every node with the same settings.
func shapeOf(rel *relation, l *geo.Layer, meta string) string {
	parts := []string{strconv.FormatInt(rel.oid, 10), rel.filenode, rel.rewrite, meta}
	for _, a := range rel.attrs {
		parts = append(parts, a.xmin)
	}
	said, _ := json.Marshal(l) // strings, numbers and lists of them: no error
	return strings.Join(parts, "/") + string(said)
}

func (d *discovery) describeGeometry(rel *relation, t *table, g *geomColumn) bool {
	l := t.layer
	l.GeomColumn, l.Geometry, l.HasZ, l.HasM = g.attr.name, g.geometry, g.z, g.m
	t.srid, t.geography, t.curves = g.srid, g.geography, g.curves
	t.indexed = rel.spatial[g.attr.name]
	c, ok := d.systems[g.srid]
	if !ok {
		d.report(rel.full()+"."+g.attr.name, false,
			geo.Text{FR: fmt.Sprintf("le SRID %d n'est pas dans spatial_ref_sys", g.srid), EN: fmt.Sprintf("SRID %d is not in spatial_ref_sys", g.srid)},
			geo.Text{FR: "ajoutez-le à spatial_ref_sys, ou corrigez le SRID de la colonne (UpdateGeometrySRID)", EN: "add it to spatial_ref_sys, or correct the SRID of the column (UpdateGeometrySRID)"})
		return false
	}
	l.CRS, l.StorageCRS = c, c
	if t.transform = !known(c); t.transform {
		l.CRS = geo.WGS84
	}
	if !t.indexed && rel.kind != "v" && rel.kind != "f" {
		create := fmt.Sprintf("CREATE INDEX ON %s.%s USING gist (%s);", quoteIdent(rel.schema), quoteIdent(rel.name), quoteIdent(g.attr.name))
		d.report(rel.full()+"."+g.attr.name, true,
			geo.Text{FR: "pas d'index spatial : lecture lente", EN: "no spatial index: slow to read"}, geo.Text{FR: create, EN: create})
	}
	return true
}

// chooseKey takes the declared id, else the primary key, else a unique index
// over columns that are never null, else what the system knows rows by.
func (d *discovery) chooseKey(rel *relation, t *table) {
	l := t.layer
	if id := l.IDColumn; id != "" {
		if rel.attr(id) == nil {
			d.report(rel.full(), true,
				geo.Text{FR: "la colonne d'identifiant « " + id + " » n'existe pas", EN: "the id column " + id + " does not exist"},
				geo.Text{FR: "corrigez le réglage id de la couche", EN: "correct the setting id of the layer"})
		} else {
			l.Key = []string{id}
			if rel.kind == "r" && !slices.ContainsFunc(rel.unique, func(k []string) bool { return slices.Equal(k, l.Key) }) {
				create := fmt.Sprintf("CREATE UNIQUE INDEX ON %s.%s (%s);", quoteIdent(rel.schema), quoteIdent(rel.name), quoteIdent(id))
				d.report(rel.full(), true,
					geo.Text{FR: "rien ne garantit que « " + id + " » est unique", EN: "nothing ensures that " + id + " is unique"},
					geo.Text{FR: create, EN: create})
			}
		}
	}
	for _, k := range rel.unique {
		if l.Key == nil && d.usable(rel, k) {
			l.Key = k
		}
	}
	if l.Key != nil {
		return
	}
	switch rel.kind {
	case "r", "m":
		t.key = []column{ctidColumn()}
	case "p":
		t.key = []column{tableoidColumn(), ctidColumn()}
	}
	reason := geo.Text{FR: "pas de clé : ni identifiant, ni page d'un objet ; les pages ne valent que tant que la table ne change pas", EN: "no key: no id, no page of an item; pages hold only as long as the table does not change"}
	if t.key == nil {
		reason = geo.Text{FR: "pas de clé : seule la première page est servie", EN: "no key: only the first page is served"}
	}
	d.report(rel.full(), true, reason,
		geo.Text{FR: "ajoutez une clé primaire, ou déclarez une colonne unique par le réglage id de la couche", EN: "add a primary key, or declare a unique column by the setting id of the layer"})
}

// usable reports whether all columns of a unique index may be read and are
// never null (a materialised view cannot say so of its own).
func (d *discovery) usable(rel *relation, key []string) bool {
	for _, name := range key {
		a := rel.attr(name)
		if a == nil || !a.notNull && rel.kind != "m" || !d.s.opts.publishesColumn(rel.schema, rel.name, name) {
			return false
		}
	}
	return true
}

// describeColumns makes the properties and the columns of the key.
func (d *discovery) describeColumns(rel *relation, t *table, kinds map[string]string) {
	l := t.layer
	for i := range rel.attrs {
		a := &rel.attrs[i]
		switch a.typname {
		case "geometry", "geography", "raster", "topogeometry":
			continue
		}
		if !d.s.opts.publishesColumn(rel.schema, rel.name, a.name) || rowNumber(l.Key, a) {
			continue
		}
		c := d.column(a, kinds)
		title, description := splitComment(a.comment)
		t.columns = append(t.columns, c)
		l.Properties = append(l.Properties, geo.Property{Name: a.name, Title: title, Description: description,
			Kind: c.kind, Native: a.native, Nullable: !a.notNull})
	}
	if l.Key == nil {
		return
	}
	for _, name := range l.Key {
		c := d.column(rel.attr(name), kinds)
		c.nullable = false
		t.key = append(t.key, c)
	}
	l.IDKind = geo.IDText
	if len(t.key) == 1 && t.key[0].kind == geo.KindInt {
		l.IDKind = geo.IDInt
	}
}

func (d *discovery) column(a *attribute, kinds map[string]string) column {
	declared, _ := geo.ParseKind(kinds[a.name])
	return newColumn(a.name, a.typname, a.native, a.class, !a.notNull, declared)
}

// rowNumber reports whether a column is a key that says nothing of the thing
// itself: a number that the database deals out.
func rowNumber(key []string, a *attribute) bool {
	return len(key) == 1 && key[0] == a.name && a.generated && (a.typname == "int2" || a.typname == "int4" || a.typname == "int8")
}

// splitComment reads a column's comment: its first line is the title, the rest
// the description; one long line is a description.
func splitComment(s string) (title, description string) {
	first, rest, more := strings.Cut(s, "\n")
	if !more && len([]rune(first)) > 80 {
		return "", first
	}
	return strings.TrimSpace(first), strings.TrimSpace(rest)
}
