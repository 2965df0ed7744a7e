package postgis

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/arpent-geo/arpent/geo"
)

// Sizes of a chunk of a long answer: rows are asked for so that their bytes
// come near chunkBytes; past chunkLimit the statement is cut short.
const (
	chunkBytes = 1 << 20
	chunkLimit = 4 << 20
	chunkRows  = 4096
	firstRows  = 256      // when nothing is known of the size of a row
	onlyLimit  = 64 << 20 // of an answer that cannot be read in chunks: a view without id
)

// chunk holds the rows of one statement, after its connection was given back.
type chunk struct {
	arena
	rows  []geo.Row
	state string
}

// Items yields the rows of q in its order. They are read in chunks, each one
// statement on a connection that is given back before its rows are yielded.
func (s *Store) Items(ctx context.Context, q geo.ItemQuery) geo.Rows {
	return func(yield func(geo.Row, error) bool) {
		p, err := s.newPage(ctx, &q)
		if err != nil {
			yield(geo.Row{}, s.suspect(err))
			return
		}
		if p == nil { // the box is outside of everything
			return
		}
		if err := s.eachChunk(ctx, p, q.Limit, func(r geo.Row) bool { return yield(r, nil) }); err != nil {
			yield(geo.Row{}, s.suspect(err))
		}
	}
}

// eachChunk reads up to limit rows and calls f for each until it returns false.
func (s *Store) eachChunk(ctx context.Context, p *page, limit int, f func(geo.Row) bool) error {
	c := &chunk{}
	for first := true; limit > 0; first = false {
		p.limit = min(limit, p.table.chunkSize())
		was := c.state
		full, err := s.readChunk(ctx, p, c)
		if err != nil {
			return err
		}
		if !first && len(c.rows) > 0 && c.state != was {
			return changed(fmt.Errorf("layer %s was replaced between two chunks", p.table.layer.ID))
		}
		for _, r := range c.rows {
			if !f(r) {
				return nil
			}
		}
		limit -= len(c.rows)
		if !full || len(c.rows) == 0 || len(p.table.key) == 0 {
			return nil
		}
		p.from, p.inclusive, p.offset = cloneValues(c.rows[len(c.rows)-1].Key), false, 0
	}
	return nil
}

// chunkSize is the number of rows worth about chunkBytes.
func (t *table) chunkSize() int {
	if len(t.key) == 0 {
		return 1 << 30 // there is no second chunk
	}
	n := t.rowBytes.Load()
	if n == 0 {
		return firstRows
	}
	return int(min(max(chunkBytes/n, 1), chunkRows))
}

// readChunk runs the statement of a page; full is false when it was the last.
func (s *Store) readChunk(ctx context.Context, p *page, c *chunk) (full bool, err error) {
	t := p.table
	sqlText, args, err := itemsSQL(p)
	if err != nil {
		return false, err
	}
	sel := &p.sel
	fresh := func() bool { c.reset(); c.rows = c.rows[:0]; full = false; return true }
	fresh()
	err = s.ask(ctx, t, statement{sqlText, args}, fresh, func(in []driver.Value) error {
		vals := c.row(len(sel.properties))
		keys := c.row(len(sel.sort) + len(sel.key))
		r, err := sel.row(in, vals, keys, c.keep)
		if err != nil {
			return err
		}
		if sel.state && len(c.rows) == 0 {
			c.state = text(in[0])
		}
		c.rows = append(c.rows, r)
		full = len(c.rows) == p.limit
		switch {
		case c.used > chunkLimit && len(t.key) > 0:
			full = true
			return errStop
		case c.used > onlyLimit:
			return tooLarge(t)
		}
		return nil
	})
	if err != nil {
		return false, explain(ctx, "read items of "+t.layer.ID, err)
	}
	if n := len(c.rows); n > 0 {
		t.rowBytes.Store(max(1, int64(c.used/n)))
	}
	return full, nil
}

func tooLarge(t *table) error {
	return &geo.Error{Kind: geo.ErrTooLarge, Where: t.layer.ID,
		Msg:  geo.Text{FR: "la réponse est trop grande pour une couche sans clé", EN: "the answer is too large for a layer without key"},
		Hint: geo.Text{FR: "demandez moins d'objets (limit)", EN: "ask for fewer items (limit)"}}
}

// ask runs a statement on a layer behind the gate.
func (s *Store) ask(ctx context.Context, t *table, st statement, fresh func() bool, each func([]driver.Value) error) error {
	release, err := s.gate.Load().Acquire(ctx, t.layer.ID)
	if err != nil {
		return err
	}
	defer release()
	return s.reads.query(ctx, st, fresh, each)
}

// newPage prepares the first page of a query; nil: nothing can match.
func (s *Store) newPage(ctx context.Context, q *geo.ItemQuery) (*page, error) {
	t, err := s.table(q.Layer)
	if err != nil {
		return nil, err
	}
	p := &page{table: t, filter: q.Filter, offset: q.Offset, from: q.After}
	for _, k := range q.Sort {
		c, err := t.columnOf(k.Property)
		if err != nil {
			return nil, err
		}
		p.sort = append(p.sort, orderKey{*c, k.Desc})
	}
	if p.sel, err = t.selection(q.Properties, q.SkipGeometry); err != nil {
		return nil, err
	}
	for _, k := range p.sort {
		p.sel.sort = append(p.sel.sort, k.column)
	}
	if box := p.box(q); box != nil {
		if found, err := s.setBox(p, box); !found {
			return nil, err
		}
		if p.sparse, err = s.sparse(ctx, t, p.regions, q.Limit+q.Offset); err != nil {
			return nil, explain(ctx, "read items of "+t.layer.ID, err)
		}
	}
	if q.After == nil && q.Before == nil {
		return p, nil
	}
	if err := p.checkPosition(q.After, q.Before); err != nil {
		return nil, err
	}
	if q.Before != nil {
		return p, s.backTo(ctx, p, q.Before, q.Limit)
	}
	return p, nil
}

// box is where the rows are searched: the box of the request, or one that its
// filter asks for; nil: everywhere.
func (p *page) box(q *geo.ItemQuery) *geo.BBox {
	if q.BBox != nil || q.Filter == nil || !p.table.layer.HasGeometry() {
		return q.BBox
	}
	p.narrows = true
	return p.table.filterBox(q.Filter)
}

// setBox carries the box of a request over to the layer; false: nothing there.
func (s *Store) setBox(p *page, box *geo.BBox) (bool, error) {
	if !p.table.layer.HasGeometry() {
		return false, nil
	}
	var err error
	p.regions, err = p.table.searchBox(*box, s.knownExtent(p.table))
	p.boxed = true
	return len(p.regions) > 0, err
}

// checkPosition refuses a position that is not of this order.
func (p *page) checkPosition(positions ...[]geo.Value) error {
	keys := p.order()
	for _, at := range positions {
		ok := at == nil || len(at) == len(keys) && len(p.table.key) > 0
		for i := 0; ok && i < len(at); i++ {
			ok = at[i].IsNull() && keys[i].nullable || at[i].Kind == keys[i].kind
		}
		if !ok {
			return geo.Invalid("cursor",
				geo.Text{FR: "le curseur ne correspond pas à l'ordre de la couche", EN: "the cursor does not fit the order of the layer"},
				geo.Text{FR: "repartez de la première page", EN: "start again from the first page"})
		}
	}
	return nil
}

// selection says what a query reads of the layer.
func (t *table) selection(properties []int, skipGeometry bool) (selection, error) {
	sel := selection{key: t.key, idKind: t.layer.IDKind, state: t.stateful(), geometry: t.layer.HasGeometry() && !skipGeometry}
	if properties == nil {
		sel.properties = t.columns
		return sel, nil
	}
	for _, i := range properties {
		if i < 0 || i >= len(t.columns) {
			return sel, changed(fmt.Errorf("property %d of layer %s does not exist", i, t.layer.ID))
		}
		sel.properties = append(sel.properties, t.columns[i])
	}
	return sel, nil
}

// backTo moves the start of a page to the row from which limit rows lead to
// the position before; to the very first when there are fewer.
func (s *Store) backTo(ctx context.Context, p *page, before []geo.Value, limit int) error {
	p.until = before
	back := *p
	back.limit, back.offset = 1, limit-1
	back.sel = selection{key: p.sel.key, sort: p.sel.sort, idKind: p.sel.idKind}
	sqlText, args, err := backSQL(&back)
	if err != nil {
		return err
	}
	err = s.ask(ctx, p.table, statement{sqlText, args}, nil, func(in []driver.Value) error {
		keys := make([]geo.Value, len(p.sel.sort)+len(p.sel.key))
		r, err := back.sel.row(in, nil, keys, same)
		if err == nil {
			p.from, p.inclusive = cloneValues(r.Key), true
		}
		return err
	})
	if err != nil {
		return explain(ctx, "read items of "+p.table.layer.ID, err)
	}
	return nil
}

func cloneValues(in []geo.Value) []geo.Value {
	out := make([]geo.Value, len(in))
	for i, v := range in {
		out[i] = v.Clone()
	}
	return out
}

// Item returns one row, which the caller owns.
func (s *Store) Item(ctx context.Context, l *geo.Layer, id geo.ID) (geo.Row, error) {
	t, err := s.table(l)
	if err != nil {
		return geo.Row{}, s.suspect(err)
	}
	key, ok := t.parseID(id)
	if !ok {
		return geo.Row{}, noItem(id)
	}
	sel, err := t.selection(nil, false)
	if err != nil {
		return geo.Row{}, err
	}
	sel.state = false
	var out geo.Row
	found := false
	err = s.ask(ctx, t, itemSQL(t, &sel, key), nil, func(in []driver.Value) error {
		var a arena
		found = true
		out, err = sel.row(in, a.row(len(sel.properties)), a.row(len(sel.key)), a.keep)
		return err
	})
	if err != nil {
		err = explain(ctx, "read item of "+t.layer.ID, err)
		if errors.Is(err, geo.ErrInvalidInput) { // an id that the type of the key cannot hold
			return geo.Row{}, noItem(id)
		}
		return geo.Row{}, s.suspect(err)
	}
	if !found {
		return geo.Row{}, noItem(id)
	}
	return out, nil
}

func noItem(id geo.ID) error {
	return &geo.Error{Kind: geo.ErrNotFound, Where: id.String(),
		Msg: geo.Text{FR: "aucun objet ne porte cet identifiant", EN: "no item has this id"}}
}

func itemSQL(t *table, sel *selection, key []geo.Value) statement {
	b := &builder{}
	b.add("SELECT ", strings.Join(t.outputs(sel), ", "), "\nFROM ", t.fromSQL(), "\nWHERE ")
	for i := range t.key {
		if i > 0 {
			b.add(" AND ")
		}
		b.add(t.key[i].orderSQL(), " = ", b.value(&t.key[i], key[i]))
	}
	b.add("\nLIMIT 1")
	return b.statement()
}

// parseID reads a public id as values of the key; false: no row can have it.
func (t *table) parseID(id geo.ID) ([]geo.Value, bool) {
	if id.Kind == geo.IDNone || t.layer.IDKind == geo.IDNone {
		return nil, false
	}
	if id.Kind == geo.IDInt && t.layer.IDKind == geo.IDInt {
		return []geo.Value{geo.Int(id.Int)}, true
	}
	parts := []string{id.String()}
	if len(t.key) > 1 {
		parts = strings.Split(parts[0], ",")
	}
	if len(parts) != len(t.key) {
		return nil, false
	}
	out := make([]geo.Value, len(parts))
	for i, part := range parts {
		if len(t.key) > 1 {
			var err error
			if part, err = url.PathUnescape(part); err != nil {
				return nil, false
			}
		}
		v, err := geo.ParseValue(t.key[i].kind, part)
		if err != nil || strings.ContainsRune(part, 0) {
			return nil, false
		}
		out[i] = v
	}
	return out, true
}

// Count returns the exact number of rows that q selects, whatever its page.
func (s *Store) Count(ctx context.Context, q geo.ItemQuery) (int64, error) {
	t, err := s.table(q.Layer)
	if err != nil {
		return 0, s.suspect(err)
	}
	p := &page{table: t, filter: q.Filter}
	if box := p.box(&q); box != nil {
		if found, err := s.setBox(p, box); !found {
			return 0, err
		}
	}
	st, err := countSQL(p)
	if err != nil {
		return 0, s.suspect(err)
	}
	var n int64
	err = s.ask(ctx, t, st, nil, func(in []driver.Value) error { n = number(in[0]); return nil })
	if err != nil {
		return 0, s.suspect(explain(ctx, "count items of "+t.layer.ID, err))
	}
	return n, nil
}

func countSQL(p *page) (statement, error) {
	b := &builder{}
	where, err := b.where(p, nil)
	if err != nil {
		return statement{}, err
	}
	if p.boxed {
		where = append([]string{b.inBox(p.table, p.regions, true, !p.narrows)}, where...)
	}
	b.add("SELECT count(*) FROM ", p.table.fromSQL())
	if len(where) > 0 {
		b.add("\nWHERE ", strings.Join(where, "\nAND "))
	}
	return b.statement(), nil
}
