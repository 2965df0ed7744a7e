package storetest

import (
	"bytes"
	"cmp"
	"math/big"
	"slices"
	"strings"
	"testing"

	"github.com/arpent-geo/arpent/geo"
)

// testPages walks whole layers by pages, forwards then backwards: the union of
// the pages is the set, in order, whatever the sort and the limit.
func (f *fixture) testPages(t *testing.T) {
	for _, c := range []struct {
		layer  string
		sort   []string // "-name" descends
		limits []int
	}{
		{layerPlaces, nil, []int{1, 5, 100}}, {layerPlaces, []string{"nom"}, []int{1, 2, 5}}, {layerPlaces, []string{"-nom"}, []int{3}},
		{layerPlaces, []string{"population"}, []int{1, 4}}, {layerPlaces, []string{"-population", "nom"}, []int{1, 3}}, {layerPlaces, []string{"densite"}, []int{2}},
		{layerPlaces, []string{"surface"}, []int{1, 5}}, {layerPlaces, []string{"-surface"}, []int{2}}, {layerPlaces, []string{"releve", "-vu"}, []int{1, 2}},
		{layerPlaces, []string{"-releve", "vu"}, []int{1}}, {layerPlaces, []string{"vu"}, []int{1, 3}}, {layerPlaces, []string{"actif", "-population"}, []int{1, 2}},
		{layerPlaces, []string{"-actif"}, []int{1}}, {layerPlaces, []string{"taux", "nom"}, []int{1, 2}}, {layerPlaces, []string{"-taux"}, []int{2}}, {layerPlaces, []string{"-code"}, []int{5}},
		{layerShapes, nil, []int{2}}, {layerTypes, []string{"n"}, []int{1}}, {layerTypes, []string{"-n"}, []int{2}}, {layerTypes, []string{"i"}, []int{1}},
		{layerTypes, []string{"ts"}, []int{1}}, {layerTypes, []string{"-u"}, []int{1}}, {layerTypes, []string{"d"}, []int{1}}, {layerTypes, []string{"r"}, []int{1}}, {layerTypes, []string{"-f"}, []int{1}},
		{layerNotes, nil, []int{1, 2}}, {layerNotes, []string{"note"}, []int{1}},
		{layerMany, nil, []int{999, 5000}}, {layerMany, []string{"groupe"}, []int{700}}, {layerMany, []string{"-groupe", "jour"}, []int{1100}},
		{layerMany, []string{"-nom"}, []int{999}}, {layerMany, []string{"mesure"}, []int{1500}},
	} {
		l := f.layer(t, c.layer)
		q := geo.ItemQuery{Layer: l, Limit: 1 << 20}
		for _, s := range c.sort {
			name := strings.TrimPrefix(s, "-")
			q.Sort = append(q.Sort, geo.SortKey{Property: l.Property(name), Desc: name != s})
		}
		want := f.sorted(l, q.Sort)
		for _, limit := range c.limits {
			q.Limit = limit
			if got := f.walk(t, q); !slices.Equal(got, want) {
				t.Errorf("%s by %v, pages of %d:\n got %v\nwant %v", c.layer, c.sort, limit, brief(got), brief(want))
			}
			if got := f.walkBack(t, q); !slices.Equal(got, want) {
				t.Errorf("%s by %v, pages of %d backwards:\n got %v\nwant %v", c.layer, c.sort, limit, brief(got), brief(want))
			}
		}
	}
}

func brief(ids []string) []string { return ids[:min(len(ids), 20)] }

func (f *fixture) walk(t *testing.T, q geo.ItemQuery) (out []string) {
	t.Helper()
	for range manyRows + 2 {
		page := mustRead(t, f.Items(t.Context(), q))
		if len(page) > q.Limit {
			t.Fatalf("%d rows in a page of %d", len(page), q.Limit)
		}
		out = append(out, ids(page)...)
		if len(page) < q.Limit {
			return out
		}
		q.After = page[len(page)-1].Key
	}
	t.Fatal("the pages never end")
	return nil
}

// walkBack starts from the last row.
func (f *fixture) walkBack(t *testing.T, q geo.ItemQuery) (out []string) {
	t.Helper()
	limit := q.Limit
	q.Limit = 1 << 20
	all := mustRead(t, f.Items(t.Context(), q))
	if len(all) == 0 {
		return nil
	}
	last := all[len(all)-1]
	out, q.Before, q.Limit = []string{last.ID.String()}, last.Key, limit
	for range manyRows + 2 {
		page := mustRead(t, f.Items(t.Context(), q))
		out = append(ids(page), out...)
		if len(page) < q.Limit {
			return out
		}
		q.Before = page[0].Key
	}
	t.Fatal("the pages never end")
	return nil
}

// sorted is the order that the contract asks, worked out here: nulls are the
// highest, texts by code point, then the key.
func (f *fixture) sorted(l *geo.Layer, sort []geo.SortKey) []string {
	type entry struct {
		id   geo.ID
		keys []geo.Value
	}
	var all []entry
	for i, row := range f.rows[l.Table] {
		e := entry{id: geo.IntID(int64(i + 1))}
		for k := range l.Properties {
			if len(l.Key) == 1 && l.Properties[k].Name == l.Key[0] {
				e.id = geo.TextID(row.Values[k].Bytes)
				if row.Values[k].Kind == geo.KindInt {
					e.id = geo.IntID(row.Values[k].Int())
				}
			}
		}
		for _, s := range sort {
			for k := range l.Properties {
				if l.Properties[k].Name == s.Property.Name {
					e.keys = append(e.keys, row.Values[k])
				}
			}
		}
		all = append(all, e)
	}
	slices.SortFunc(all, func(a, b entry) int {
		for i, s := range sort {
			c := compare(a.keys[i], b.keys[i])
			if s.Desc {
				c = -c
			}
			if c != 0 {
				return c
			}
		}
		return a.id.Compare(b.id)
	})
	out := make([]string, len(all))
	for i := range all {
		out[i] = all[i].id.String()
	}
	return out
}

func compare(a, b geo.Value) int {
	switch {
	case a.IsNull() || b.IsNull():
		return cmp.Compare(btoi(a.IsNull()), btoi(b.IsNull()))
	case a.Kind == geo.KindReal || a.Kind == geo.KindFloat:
		return cmp.Compare(a.Float(), b.Float())
	case a.Kind == geo.KindDecimal:
		x, _ := new(big.Rat).SetString(string(a.Bytes))
		y, _ := new(big.Rat).SetString(string(b.Bytes))
		return x.Cmp(y)
	case a.Bytes != nil || b.Bytes != nil:
		return bytes.Compare(a.Bytes, b.Bytes)
	}
	return cmp.Compare(a.Int(), b.Int())
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

func (f *fixture) testOffset(t *testing.T) {
	l := f.layer(t, layerMany)
	sort := []geo.SortKey{{Property: l.Property("groupe"), Desc: true}}
	want := f.sorted(l, sort)
	for _, offset := range []int{0, 1, 10, 1234, manyRows - 3, manyRows, manyRows + 10} {
		got := ids(mustRead(t, f.Items(t.Context(), geo.ItemQuery{Layer: l, Limit: 2500, Offset: offset, Sort: sort})))
		if end := min(len(want), offset+2500); !slices.Equal(got, want[min(offset, end):end]) {
			t.Errorf("offset %d: %d rows, first %v", offset, len(got), brief(got))
		}
	}
}
