package postgis

import (
	"context"
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/lib/pq"

	"github.com/arpent-geo/arpent/geo"
	"github.com/arpent-geo/arpent/geo/crs"
)

// discovery reads the catalogue of the database once.
type discovery struct {
	s       *Store
	old     *catalog
	out     *catalog
	rels    []*relation
	byOID   map[int64]*relation
	rows    map[string]layerRow // arpent_layer, by "schema.table"
	tracked map[int64]string
	reads   map[int64][]dependency
	systems map[int]geo.CRS // by SRID; what spatial_ref_sys says
}

type dependency struct {
	oid  int64
	kind string
}

func (d *discovery) run(ctx context.Context) (*catalog, error) {
	d.out = &catalog{byID: map[string]*table{}}
	steps := []func(context.Context) error{d.readExtension, d.readRelations, d.readIndexes, d.readArpent, d.readDepends}
	for _, step := range steps {
		if err := step(ctx); err != nil {
			return nil, err
		}
	}
	columns, err := d.readGeometries(ctx)
	if err != nil {
		return nil, err
	}
	for _, rel := range d.rels {
		d.publish(rel, columns[rel.oid])
	}
	slices.SortFunc(d.out.layers, func(a, b *geo.Layer) int { return strings.Compare(a.ID, b.ID) })
	slices.SortFunc(d.out.unpublished, func(a, b geo.Unpublished) int { return strings.Compare(a.Table, b.Table) })
	return d.out, nil
}

func (d *discovery) query(ctx context.Context, sql string, each func(v []driver.Value)) error {
	st := statement{text: sql}
	if strings.Contains(sql, "$1") {
		st.args = []any{array(d.s.schemas())}
	}
	return d.s.meta.query(ctx, st, nil, func(v []driver.Value) error { each(v); return nil })
}

// readExtension looks where PostGIS is. Statements name its functions without a
// schema: when it stands in one of its own, that is added to the search path.
func (d *discovery) readExtension(ctx context.Context) error {
	schema, found, visible := "", false, false
	err := d.query(ctx, `SELECT n.nspname, to_regtype('geometry') IS NOT NULL
FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace WHERE e.extname = 'postgis'`, func(v []driver.Value) {
		schema, visible, found = text(v[0]), truth(v[1]), true
	})
	if err != nil {
		return err
	}
	if !found {
		d.report("postgis", false,
			geo.Text{FR: "l'extension PostGIS n'est pas installée dans cette base", EN: "the extension PostGIS is not installed in this database"},
			geo.Text{FR: "CREATE EXTENSION postgis;", EN: "CREATE EXTENSION postgis;"})
	}
	if found && !visible {
		for _, p := range d.s.pools() {
			p.addToPath(schema)
		}
	}
	return nil
}

func (d *discovery) readRelations(ctx context.Context) error {
	d.byOID = map[int64]*relation{}
	return d.query(ctx, relationsSQL, func(v []driver.Value) {
		oid := number(v[2])
		r := d.byOID[oid]
		if r == nil {
			r = &relation{schema: text(v[0]), name: text(v[1]), oid: oid, kind: text(v[3]), rows: float(v[4]),
				comment: text(v[5]), rewrite: text(v[6]), filenode: text(v[17]), spatial: map[string]bool{}}
			d.byOID[oid] = r
			d.rels = append(d.rels, r)
		}
		r.attrs = append(r.attrs, attribute{name: text(v[7]), num: number(v[8]), xmin: text(v[9]),
			typname: text(v[10]), native: text(v[11]), class: text(v[12]), typmod: number(v[13]),
			notNull: truth(v[14]), generated: truth(v[15]), comment: text(v[16])})
	})
}

func (d *discovery) readIndexes(ctx context.Context) error {
	return d.query(ctx, indexesSQL, func(v []driver.Value) {
		r := d.byOID[number(v[0])]
		var names []string
		if r == nil || json.Unmarshal([]byte(text(v[2])), &names) != nil {
			return
		}
		switch text(v[1]) {
		case "spatial":
			r.spatial[names[0]] = true
		case "primary":
			r.primary = names
			r.unique = append(r.unique, names)
		case "unique":
			r.unique = append(r.unique, names)
		}
	})
}

func (d *discovery) readArpent(ctx context.Context) error {
	d.rows, d.tracked = map[string]layerRow{}, map[int64]string{}
	err := d.query(ctx, layersSQL, func(v []driver.Value) {
		d.rows[text(v[0])+"."+text(v[1])] = readLayerRow(v)
	})
	d.out.arpent = err == nil
	if err != nil && !missing(err) {
		return err
	}
	if !d.out.arpent {
		return nil
	}
	return d.query(ctx, trackedSQL, func(v []driver.Value) { d.tracked[number(v[0])] = text(v[1]) })
}

func (d *discovery) readDepends(ctx context.Context) error {
	d.reads = map[int64][]dependency{}
	if len(d.tracked) == 0 {
		return nil
	}
	return d.query(ctx, dependsSQL, func(v []driver.Value) {
		d.reads[number(v[0])] = append(d.reads[number(v[0])], dependency{number(v[1]), text(v[2])})
	})
}

// versions returns the names under which the changes of a relation are written:
// its own, or those of all the tables that a view reads. None: not tracked.
func (d *discovery) versions(oid int64, kind string, depth int) []string {
	if kind == "opaque" {
		return nil
	}
	if name, ok := d.tracked[oid]; ok {
		return []string{name}
	}
	if kind != "v" || depth > 16 || len(d.reads[oid]) == 0 {
		return nil
	}
	var names []string
	for _, dep := range d.reads[oid] {
		below := d.versions(dep.oid, dep.kind, depth+1)
		if below == nil {
			return nil
		}
		names = append(names, below...)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// geomColumn is a geometry or geography column and what is known of it.
type geomColumn struct {
	attr      *attribute
	geography bool
	curves    bool
	srid      int
	geometry  geo.GeometryType
	z, m      bool
	problem   *geo.Unpublished // why it cannot be served, or its drawback
}

// readGeometries looks at every geometry column: what its type modifier does
// not say is looked for in a row.
func (d *discovery) readGeometries(ctx context.Context) (map[int64][]geomColumn, error) {
	out := map[int64][]geomColumn{}
	srids := map[int]bool{}
	for _, rel := range d.rels {
		if !d.s.opts.publishes(rel.schema, rel.name, names(rel.attrs)) {
			continue
		}
		for i := range rel.attrs {
			a := &rel.attrs[i]
			if a.typname != "geometry" && a.typname != "geography" || !d.s.opts.publishesColumn(rel.schema, rel.name, a.name) {
				continue
			}
			g := geomFromTypmod(a)
			if g.srid == 0 {
				if err := d.probe(ctx, rel, &g); err != nil {
					return nil, err
				}
			}
			srids[g.srid] = true
			out[rel.oid] = append(out[rel.oid], g)
		}
	}
	return out, d.readSystems(ctx, srids)
}

func names(attrs []attribute) []string {
	out := make([]string, len(attrs))
	for i, a := range attrs {
		out[i] = a.name
	}
	return out
}

// probe looks into one row for the SRID that the column does not declare.
func (d *discovery) probe(ctx context.Context, rel *relation, g *geomColumn) error {
	text := fmt.Sprintf(`SELECT ST_SRID(%[1]s::geometry)::bigint FROM %[2]s.%[3]s WHERE %[1]s IS NOT NULL LIMIT 1`,
		quoteIdent(g.attr.name), quoteIdent(rel.schema), quoteIdent(rel.name))
	short, cancel := context.WithTimeout(ctx, d.s.opts.LockTimeout)
	defer cancel()
	err := d.s.meta.query(short, statement{text: text}, nil, func(v []driver.Value) error {
		g.srid = int(number(v[0]))
		return nil
	})
	mend := fmt.Sprintf("ALTER TABLE %s.%s ALTER COLUMN %s TYPE geometry(%s, 2154) USING ST_SetSRID(%[3]s, 2154);",
		quoteIdent(rel.schema), quoteIdent(rel.name), quoteIdent(g.attr.name), g.geometry)
	remedy := geo.Text{FR: "déclarez-le, par exemple : " + mend, EN: "declare it, for instance: " + mend}
	problem := func(published bool, fr, en string) {
		g.problem = &geo.Unpublished{Table: rel.full() + "." + g.attr.name, Published: published,
			Reason: geo.Text{FR: fr, EN: en}, Remedy: remedy}
	}
	switch {
	case err != nil && ctx.Err() != nil:
		return err
	case err != nil && lost(err) && short.Err() == nil:
		return err
	case err != nil && d.lastSRID(rel, g.attr.name) != 0:
		g.srid = d.lastSRID(rel, g.attr.name)
		d.lookAgain(10 * time.Second)
	case err != nil:
		problem(false, "le SRID n'est pas déclaré et la table n'a pu être lue", "the SRID is not declared and the table could not be read")
		d.lookAgain(10 * time.Second)
	case g.srid == 0:
		problem(false, "aucun système de coordonnées : SRID non déclaré, et 0 (ou aucune ligne) dans la table",
			"no coordinate reference system: SRID not declared, and 0 (or no row) in the table")
		d.lookAgain(10 * time.Second)
	default:
		problem(true, "SRID non déclaré ; celui de la première ligne est pris : "+strconv.Itoa(g.srid),
			"SRID not declared; that of the first row is taken: "+strconv.Itoa(g.srid))
	}
	return nil
}

// lastSRID is the SRID that a column had when it was last looked into: a locked
// table stays published.
func (d *discovery) lastSRID(rel *relation, column string) int {
	if d.old != nil {
		for _, t := range d.old.byID {
			if t.oid == rel.oid && t.layer.GeomColumn == column {
				return t.srid
			}
		}
	}
	return 0
}

// lookAgain plans a new discovery although nothing in the catalogue changes.
func (d *discovery) lookAgain(after time.Duration) {
	if at := time.Now().Add(after); d.out.retry.IsZero() || at.Before(d.out.retry) {
		d.out.retry = at
	}
}

// readSystems names the SRIDs in use, as spatial_ref_sys does.
func (d *discovery) readSystems(ctx context.Context, srids map[int]bool) error {
	d.systems = map[int]geo.CRS{}
	var list pq.Int64Array
	for n := range srids {
		if n > 0 {
			list = append(list, int64(n))
			if c := geo.EPSG(strconv.Itoa(n)); known(c) { // newer than the PostGIS at hand, or its table was emptied
				d.systems[n] = c
			}
		}
	}
	if len(list) == 0 {
		return nil
	}
	slices.Sort(list)
	err := d.s.meta.query(ctx, statement{srsSQL, []any{array(list)}}, nil, func(v []driver.Value) error {
		srid, c := int(number(v[0])), geo.CRS{Authority: text(v[1]), Code: strconv.FormatInt(number(v[2]), 10)}
		if c.Authority == "" {
			c = geo.CRS{Authority: "SRID", Code: strconv.Itoa(srid)}
		}
		d.systems[srid] = c
		return nil
	})
	if missing(err) {
		return nil
	}
	return err
}

func known(c geo.CRS) bool {
	_, err := crs.Lookup(c)
	return err == nil
}

// keep returns the table of the last snapshot when nothing about it changed, so
// that what was learnt of it (row size, extent) and its *geo.Layer stay.
func (d *discovery) keep(t *table) *table {
	if d.old == nil {
		return t
	}
	o := d.old.byID[t.layer.ID]
	if o == nil {
		return t
	}
	t.rowBytes.Store(o.rowBytes.Load())
	if o.shape == t.shape && reflect.DeepEqual(o.layer, t.layer) {
		t.layer = o.layer
	}
	return t
}
