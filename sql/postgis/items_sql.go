package postgis

import (
	"slices"
	"strings"

	"github.com/arpent-geo/arpent/geo"
)

// page is one chunk of an answer: what itemsSQL writes down.
type page struct {
	table   *table
	regions []region
	boxed   bool // regions count: not everywhere
	narrows bool // they only say where to search: the filter decides
	sparse  bool // they hold few rows: find them all first
	filter  geo.Expr
	sort    []orderKey // of the request
	sel     selection

	from, until []geo.Value // positions: rows after the one, before the other
	inclusive   bool        // the row at from counts too
	limit       int
	offset      int
}

// order is the whole order of the page: sort keys, then the key.
func (p *page) order() []orderKey {
	keys := append([]orderKey(nil), p.sort...)
	for _, c := range p.table.key {
		keys = append(keys, orderKey{column: c})
	}
	return keys
}

// itemsSQL writes a page. Rows are chosen, ordered and counted on bare columns
// in the inner query; what costs (WKB, text forms) is made in the outer one, of
// the rows that remain, so that an offset costs no more than it must.
//
// A sparse box is searched in a query of its own, sorted as a whole (OFFSET 0
// keeps the planner from walking the key's index instead); the exact test then
// runs in the order of the page, and stops when the page is full.
func itemsSQL(p *page) (string, []any, error) {
	b := &builder{}
	order := p.order()
	t := p.table
	state := ""
	if p.sel.state {
		state = b.state(t)
	}
	bare := strings.Join(t.inputs(p, order, state), ", ")
	where, err := b.where(p, order)
	if err != nil {
		return "", nil, err
	}
	b.add("SELECT ", strings.Join(t.outputs(&p.sel), ", "), "\nFROM (\n\tSELECT ")
	if p.sparse {
		near := append([]string{b.inBox(t, p.regions, true, false)}, where...)
		b.add(strings.Join(t.inputs(p, order, stateColumn), ", "), "\n\tFROM (\n\t\tSELECT ", bare, "\n\t\tFROM ", t.fromSQL(),
			"\n\t\tWHERE ", strings.Join(near, "\n\t\tAND "))
		if len(order) > 0 {
			b.add("\n\t\tORDER BY ", orderBy(order, false))
		}
		b.add("\n\t\tOFFSET 0\n\t) AS t")
		if !p.narrows {
			b.add("\n\tWHERE ", b.inBox(t, p.regions, false, true))
		}
	} else {
		if p.boxed {
			where = append([]string{b.inBox(t, p.regions, true, !p.narrows)}, where...)
		}
		b.add(bare, "\n\tFROM ", t.fromSQL())
		if len(where) > 0 {
			b.add("\n\tWHERE ", strings.Join(where, "\n\tAND "))
		}
	}
	if len(order) > 0 {
		b.add("\n\tORDER BY ", orderBy(order, false))
	}
	b.add("\n\tLIMIT ", b.param(int64(p.limit)))
	if p.offset > 0 {
		b.add(" OFFSET ", b.param(int64(p.offset)))
	}
	b.add("\n) AS t")
	if len(order) > 0 {
		b.add("\nORDER BY ", orderBy(order, false))
	}
	st := b.statement()
	return st.text, st.args, nil
}

// where writes the conditions that are not the box.
func (b *builder) where(p *page, order []orderKey) ([]string, error) {
	var out []string
	if p.filter != nil {
		cond, err := b.filter(p.table, p.filter)
		if err != nil {
			return nil, err
		}
		out = append(out, cond)
	}
	if p.from != nil {
		out = append(out, "("+b.beyond(order, p.from, false, p.inclusive)+")")
	}
	if p.until != nil {
		out = append(out, "("+b.beyond(order, p.until, true, false)+")")
	}
	return out, nil
}

// stateColumn is the name, inside a statement, of what tells whether the table
// was replaced between two chunks.
const stateColumn = "t.\"arpent state\""

// outputs are the expressions of the outer query, as selection reads them.
func (t *table) outputs(sel *selection) []string {
	var out []string
	if sel.state {
		out = append(out, stateColumn)
	}
	for _, list := range [][]column{sel.key, sel.sort} {
		for i := range list {
			out = append(out, list[i].readSQL())
		}
	}
	if sel.geometry {
		out = append(out, t.wkbSQL())
	}
	for i := range sel.properties {
		out = append(out, sel.properties[i].readSQL())
	}
	return out
}

// inputs are the bare columns of an inner query, each once. state is how it
// finds the state of the table.
func (t *table) inputs(p *page, order []orderKey, state string) []string {
	var out []string
	add := func(name string) {
		if !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	if p.sel.state {
		add(state)
	}
	for _, k := range order {
		add(k.name)
	}
	if p.sel.geometry || p.sparse {
		add(t.geomSQL())
	}
	for _, c := range p.sel.properties {
		add(c.name)
	}
	if len(out) == 0 {
		add("1")
	}
	return out
}

// state writes what differs once the table was swapped for another, refreshed,
// or filled anew in place by a load.
func (b *builder) state(t *table) string {
	expr := "t.tableoid"
	if t.relkind == "m" {
		expr = "pg_relation_filenode(t.tableoid)"
	}
	if t.loaded {
		expr += "::text || '.' || (SELECT l.generation FROM arpent.arpent_layer l WHERE l.table_schema = " +
			b.param(t.layer.Schema) + " AND l.table_name = " + b.param(t.layer.Table) + ")"
	} else {
		expr += "::text"
	}
	return expr + " AS " + strings.TrimPrefix(stateColumn, "t.")
}

// stateful reports whether the rows of the layer stand in one table, which a
// load or a refresh may replace between two chunks.
func (t *table) stateful() bool { return t.relkind == "r" || t.relkind == "m" }

// wkbSQL writes the geometry as ISO WKB in the system of the layer.
func (t *table) wkbSQL() string {
	g := t.geomSQL()
	switch {
	case t.transform:
		g = "ST_Transform(" + g + ", 4326)"
	case t.geography:
		g += "::geometry"
	}
	if t.curves {
		g = "ST_CurveToLine(" + g + ")"
	}
	return "ST_AsBinary(" + g + ")"
}

// backSQL finds the position of the row that stands p.offset rows before the
// end of a page: the order turned round, keys only.
func backSQL(p *page) (string, []any, error) {
	b := &builder{}
	order, t := p.order(), p.table
	where, err := b.where(p, order)
	if err != nil {
		return "", nil, err
	}
	if p.boxed {
		where = append([]string{b.inBox(t, p.regions, true, !p.narrows)}, where...)
	}
	b.add("SELECT ", strings.Join(t.outputs(&p.sel), ", "), "\nFROM ", t.fromSQL(),
		"\nWHERE ", strings.Join(where, "\nAND "), "\nORDER BY ", orderBy(order, true),
		"\nLIMIT ", b.param(int64(p.limit)), " OFFSET ", b.param(int64(p.offset)))
	st := b.statement()
	return st.text, st.args, nil
}

// tileSQL asks for the rows of a tile: an index scan, without order, without
// exact test (the tile is clipped), without transform.
func tileSQL(p *page) (statement, error) {
	b := &builder{}
	where, err := b.where(p, nil)
	if err != nil {
		return statement{}, err
	}
	where = append([]string{b.inBox(p.table, p.regions, true, false)}, where...)
	b.add("SELECT ", strings.Join(p.table.outputs(&p.sel), ", "), "\nFROM ", p.table.fromSQL(),
		"\nWHERE ", strings.Join(where, "\nAND "))
	return b.statement(), nil
}
