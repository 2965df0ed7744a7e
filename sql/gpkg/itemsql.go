package gpkg

import (
	"slices"
	"strconv"

	"github.com/arpent-geo/arpent/geo"
)

// position is where a chunk starts.
type position struct {
	after     []geo.Value // sort keys then key; nil: at the beginning
	inclusive bool        // with the row that is there
	backwards bool        // towards the beginning
	offset    int
}

// orderKey is one member of the order of the rows.
type orderKey struct {
	column   column
	kind     geo.Kind
	expr     string
	desc     bool
	nullable bool
}

// order is the order of the query: its sort keys, then the key, which makes it
// total. fenced expressions cannot be read off an index, so that SQLite does
// not prefer walking it to searching the R-tree.
func order(t *table, q *geo.ItemQuery, fenced, backwards bool) []orderKey {
	var out []orderKey
	add := func(c column, k geo.Kind, desc bool) {
		expr := c.order(k)
		if fenced && ident(c.name) != t.rowid {
			expr = "+" + expr
		}
		out = append(out, orderKey{c, k, expr, desc != backwards, !c.notNull && ident(c.name) != t.rowid})
	}
	for _, k := range q.Sort {
		add(*t.column(k.Property.Name), k.Property.Kind, k.Desc)
	}
	for _, c := range t.key(q.Layer) {
		add(c, keyKind(q.Layer, &c), false)
		out[len(out)-1].nullable = false
	}
	return out
}

// keyKind is the kind of a key column, published or not.
func keyKind(l *geo.Layer, c *column) geo.Kind {
	if p := l.Property(c.name); p != nil {
		return p.Kind
	}
	return kindOf(c)
}

// itemsSQL selects a chunk: the order keys, the properties, the geometry.
func itemsSQL(t *table, q *geo.ItemQuery, where *search, at position, limit int) (string, []any) {
	var b builder
	keys := order(t, q, where.indexed(), at.backwards)
	b.columns(t, q.Layer, keys, q.Properties, !q.SkipGeometry)
	b.ordered(t, q, where, at, keys, limit)
	return b.String(), b.args
}

// keysSQL selects the positions of a chunk: the order keys, the row number.
func keysSQL(t *table, q *geo.ItemQuery, where *search, at position, limit int) (string, []any) {
	var b builder
	keys := order(t, q, where.indexed(), at.backwards)
	columns := slices.Clone(keys)
	if t.rowid != "" {
		columns = append(columns, orderKey{expr: "t." + t.rowid})
	}
	b.columns(t, q.Layer, columns, []int{}, false)
	b.ordered(t, q, where, at, keys, limit)
	return b.String(), b.args
}

// fetchSQL selects planned rows: the row number, the properties, the geometry.
func fetchSQL(t *table, q *geo.ItemQuery, batch []planned) (string, []any) {
	var b builder
	b.columns(t, q.Layer, []orderKey{{expr: "t." + t.rowid}}, q.Properties, !q.SkipGeometry)
	list := []byte{'['}
	for i := range batch {
		if i > 0 {
			list = append(list, ',')
		}
		list = strconv.AppendInt(list, batch[i].id, 10)
	}
	b.add("\n WHERE t."+t.rowid+" IN (SELECT value FROM json_each(?))", string(append(list, ']')))
	return b.String(), b.args
}

// ordered writes the conditions, the order and the limit of a chunk.
func (b *builder) ordered(t *table, q *geo.ItemQuery, where *search, at position, keys []orderKey, limit int) {
	b.where(t, q.Layer, where)
	if at.after != nil {
		b.add("\n   AND ")
		b.follows(keys, at.after, at.inclusive)
	}
	for i, k := range keys {
		b.add([]string{", ", "\n ORDER BY "}[btoi(i == 0)] + k.expr)
		switch {
		case k.desc && k.nullable:
			b.add(" DESC NULLS FIRST")
		case k.desc:
			b.add(" DESC")
		case k.nullable:
			b.add(" NULLS LAST")
		}
	}
	b.add("\n LIMIT ?", limit)
	if at.offset > 0 {
		b.add(" OFFSET ?", at.offset)
	}
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// columns writes SELECT … FROM.
func (b *builder) columns(t *table, l *geo.Layer, keys []orderKey, properties []int, geometry bool) {
	b.add("SELECT ")
	n := 0
	item := func(expr string) {
		if n++; n > 1 {
			b.add(", ")
		}
		b.add(expr)
	}
	for _, k := range keys {
		item(k.expr)
	}
	each(l, properties, func(p *geo.Property) { item(t.column(p.Name).value()) })
	if geometry && l.HasGeometry() {
		item("t." + ident(l.GeomColumn))
	}
	if n == 0 {
		b.add("NULL")
	}
	b.add("\n  FROM " + ident(l.Table) + " AS t")
}

// each calls do for the properties asked, nil meaning all.
func each(l *geo.Layer, properties []int, do func(*geo.Property)) {
	if properties == nil {
		for i := range l.Properties {
			do(&l.Properties[i])
		}
		return
	}
	for _, i := range properties {
		do(&l.Properties[i])
	}
}

// follows writes the condition to come after a position, nulls being the
// highest: (a > ? OR a IS NULL OR a = ? AND (b > ? …)).
func (b *builder) follows(keys []orderKey, at []geo.Value, inclusive bool) {
	if len(keys) == 0 || len(at) == 0 {
		b.add(strconv.Itoa(btoi(inclusive)))
		return
	}
	k, v := &keys[0], at[0]
	last := len(keys) == 1
	arg := bindKey(v, &k.column)
	if last && !k.nullable && !v.IsNull() {
		op := map[bool]string{false: " > ?", true: " < ?"}[k.desc]
		if inclusive {
			op = map[bool]string{false: " >= ?", true: " <= ?"}[k.desc]
		}
		b.add(k.expr+op, arg)
		return
	}
	b.add("(")
	switch {
	case v.IsNull() && k.desc:
		b.add(k.expr + " IS NOT NULL")
	case v.IsNull():
		b.add("0") // nothing is higher
	case k.desc:
		b.add(k.expr+" < ?", arg)
	case k.nullable:
		b.add(k.expr+" > ? OR "+k.expr+" IS NULL", arg)
	default:
		b.add(k.expr+" > ?", arg)
	}
	if v.IsNull() {
		b.add(" OR " + k.expr + " IS NULL AND ")
	} else {
		b.add(" OR "+k.expr+" = ? AND ", arg)
	}
	b.follows(keys[1:], at[1:], inclusive)
	b.add(")")
}

// itemSQL selects the row of an id; false when the id has not the form of the key.
func itemSQL(t *table, l *geo.Layer, id geo.ID) (string, []any, bool) {
	parts, ok := splitID(id, len(l.Key))
	if !ok {
		return "", nil, false
	}
	q := &geo.ItemQuery{Layer: l}
	keys := order(t, q, false, false)
	var b builder
	b.columns(t, l, keys, nil, true)
	for i := range keys {
		v, err := geo.ParseValue(keys[i].kind, parts[i])
		if err != nil {
			return "", nil, false
		}
		b.add([]string{"\n   AND ", "\n WHERE "}[btoi(i == 0)]+keys[i].expr+" = ?", bindKey(v, &keys[i].column))
	}
	return b.String(), b.args, true
}

func countSQL(t *table, q *geo.ItemQuery, where *search) (string, []any) {
	var b builder
	b.add("SELECT count(*)\n  FROM " + ident(q.Layer.Table) + " AS t")
	b.where(t, q.Layer, where)
	return b.String(), b.args
}
