package api

import (
	"net/url"
	"strconv"
	"strings"

	"github.com/arpent-geo/arpent/geo"
)

// maxSortKeys bounds the order that a request may ask: a cursor holds them all.
const maxSortKeys = 8

// parseSort reads sortby (OGC API Features Part 8, draft): names separated by
// commas, each after + or nothing for the ascending order, - for the
// descending one. Nulls are the highest values, texts go by code point.
func parseSort(q url.Values, l *geo.Layer) ([]geo.SortKey, error) {
	if !q.Has("sortby") {
		return nil, nil
	}
	var keys []geo.SortKey
	seen := map[string]bool{}
	for part := range strings.SplitSeq(q.Get("sortby"), ",") {
		name, desc := strings.CutPrefix(part, "-")
		if !desc { // a + that was not written %2B arrives as a space
			name = strings.TrimLeft(strings.TrimPrefix(part, "+"), " ")
		}
		p := l.Property(name)
		if p == nil || !sortable(p) {
			return nil, noSuchProperty("sortby", name, names(l, sortable))
		}
		if seen[name] || len(keys) == maxSortKeys {
			most := strconv.Itoa(maxSortKeys)
			return nil, geo.Invalid("sortby", geo.Text{FR: "une propriété revient deux fois, ou il y en a trop", EN: "a property stands twice, or there are too many"},
				geo.Text{FR: "au plus " + most + " propriétés différentes", EN: most + " different properties at most"})
		}
		seen[name] = true
		keys = append(keys, geo.SortKey{Property: p, Desc: desc})
	}
	return keys, nil
}

// sortable reports whether rows can be ordered by p, and both stores agree on it.
func sortable(p *geo.Property) bool { return filterable(p) }

// selection is what comes back of each row.
type selection struct {
	properties   []int // as in geo.ItemQuery
	skipGeometry bool
}

// parseSelection reads properties (OGC API Features Part 6, draft 24-019):
// names separated by commas; the geometry is one of them, by the name that it
// has in the schema. An id is always there.
func parseSelection(q url.Values, l *geo.Layer) (selection, error) {
	if !q.Has("properties") {
		return selection{}, nil
	}
	out := selection{properties: []int{}, skipGeometry: true}
	seen := map[string]bool{}
	for name := range strings.SplitSeq(q.Get("properties"), ",") {
		at := propertyIndex(l, name)
		switch {
		case seen[name]: // twice is once
		case at >= 0:
			out.properties = append(out.properties, at)
		case l.HasGeometry() && (name == l.GeomColumn || name == "geometry"): // as in filters
			out.skipGeometry = false
		case len(l.Key) == 1 && name == l.Key[0]: // the id
		default:
			known := names(l, nil)
			if l.HasGeometry() {
				known = append(known, l.GeomColumn)
			}
			return selection{}, noSuchProperty("properties", name, known)
		}
		seen[name] = true
	}
	return out, nil
}

// of returns the row with what was selected of all its values.
func (s selection) of(row geo.Row) geo.Row {
	if s.properties != nil {
		values := make([]geo.Value, 0, len(s.properties))
		for _, at := range s.properties {
			values = append(values, row.Values[at])
		}
		row.Values = values
	}
	if s.skipGeometry {
		row.WKB = nil
	}
	return row
}

func propertyIndex(l *geo.Layer, name string) int {
	for i := range l.Properties {
		if l.Properties[i].Name == name {
			return i
		}
	}
	return -1
}

// names are those of the properties of a layer that fulfil a condition; nil: all.
func names(l *geo.Layer, condition func(*geo.Property) bool) []string {
	var out []string
	for i := range l.Properties {
		if p := &l.Properties[i]; condition == nil || condition(p) {
			out = append(out, p.Name)
		}
	}
	return out
}

// maxListed bounds the names that an error tells.
const maxListed = 30

func noSuchProperty(where, name string, known []string) error {
	list := strings.Join(known[:min(len(known), maxListed)], ", ")
	hint := geo.Text{FR: "propriétés possibles : " + list, EN: "possible properties: " + list}
	if near := geo.Nearest(name, known); near != "" && near != name {
		hint = geo.Text{FR: "vouliez-vous dire " + quotedFR(near) + " ?", EN: "did you mean " + quoted(near) + "?"}
	}
	return geo.Invalid(where, geo.Text{FR: quotedFR(name) + " n'est pas une propriété possible ici", EN: quoted(name) + " is no property that is possible here"}, hint)
}
