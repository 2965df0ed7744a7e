package web

import (
	"net/url"
	"slices"
	"strings"
)

// filterView is one property that can be filtered, with its value in force.
type filterView struct {
	N                   int // rank, for ids
	Label, Param, Value string
}

// Filters lists the properties of the items page that can be filtered.
func (v *view) Filters() []filterView {
	p, ok := v.P.(*Items)
	if !ok {
		return nil
	}
	var list []filterView
	for i, name := range p.FilterBy {
		if name != "" && i < len(p.Layer.Properties) {
			list = append(list, filterView{i, p.Layer.Properties[i].Label(), name, v.Query.Get(name)})
		}
	}
	return list
}

// chip is one filter in force, and the address of the page without it.
type chip struct{ Label, Value, Remove string }

// Chips lists the filters in force.
func (v *view) Chips() []chip {
	var list []chip
	add := func(label, param string) {
		if !v.Query.Has(param) {
			return
		}
		q := url.Values{}
		for _, p := range v.Hidden(param) {
			q.Add(p.Name, p.Value)
		}
		list = append(list, chip{label, v.Query.Get(param), v.at(q)})
	}
	add("bbox", "bbox")
	add("filter", "filter")
	add("datetime", "datetime")
	add("sortby", "sortby")
	for _, f := range v.Filters() {
		add(f.Label, f.Param)
	}
	return list
}

// Limits lists the numbers of items a page that the form offers, with the one in force.
func (v *view) Limits(current int) []int {
	list := []int{10, 50, 100, 500, 1000}
	if !slices.Contains(list, current) {
		list = append(list, current)
		slices.Sort(list)
	}
	return list
}

// choices is a parameter with a closed list of values.
type choices struct {
	Name     string
	Required bool
	Options  []string // the first is empty when the parameter may be left out
}

// Choices returns the closed list of a parameter, or nil.
func (v *view) Choices(p Parameter) *choices {
	options := p.Enum
	if doc, ok := v.P.(*APIDoc); ok && p.Name == "collectionId" && len(options) == 0 {
		for _, l := range doc.Layers {
			options = append(options, l.ID)
		}
	}
	if len(options) == 0 {
		return nil
	}
	if !p.Required {
		options = append([]string{""}, options...)
	}
	return &choices{p.Name, p.Required, options}
}

// FormValue is what the form of an operation shows for a parameter: what was
// sent, when that form was.
func (v *view) FormValue(operation string, p Parameter) string {
	if v.Query.Get("operation") != operation {
		return ""
	}
	return v.Query.Get("p." + p.Name)
}

// built is the address that a form of the page of the API makes.
type built struct {
	Missing   string // a required parameter without value
	URL, Link string // absolute, and on this site
	Curl      string
}

// Built reads the form that was sent; nil: none was.
func (v *view) Built() *built {
	doc, ok := v.P.(*APIDoc)
	if !ok {
		return nil
	}
	at := slices.IndexFunc(doc.Operations, func(op Operation) bool { return op.ID == v.Query.Get("operation") })
	if at < 0 {
		return nil
	}
	path, query := doc.Operations[at].Path, url.Values{}
	for _, p := range doc.Operations[at].Parameters {
		value := v.Query.Get("p." + p.Name)
		switch {
		case value == "" && (p.Required || p.InPath):
			return &built{Missing: p.Name}
		case p.InPath:
			path = strings.ReplaceAll(path, "{"+p.Name+"}", url.PathEscape(value))
		case value != "":
			query.Set(p.Name, value)
		}
	}
	if len(query) > 0 {
		path += "?" + query.Encode()
	}
	return &built{URL: v.BaseURL + path, Link: v.root() + path, Curl: "curl " + quoteShell(v.BaseURL+path)}
}
