package web

import (
	"fmt"
	"html/template"
	"net/url"
	"sort"
	"strings"
	"time"

	"github.com/arpent-geo/arpent/geo"
)

// view is what templates see: the page as P, what belongs to the site, and
// the makers of links.
type view struct {
	*Base
	P    Page
	site *Site
}

func newView(s *Site, p Page) *view {
	base := *p.base()
	if base.Lang != "en" {
		base.Lang = "fr"
	}
	return &view{Base: &base, P: p, site: s}
}

func (v *view) SiteTitle() string   { return v.site.o.Title.In(v.Lang) }
func (v *view) Description() string { return v.site.o.Description.In(v.Lang) }
func (v *view) Notice() string      { return v.site.o.Notice.In(v.Lang) }
func (v *view) Version() string     { return v.site.o.Version }
func (v *view) MaxItems() int64     { return int64(v.site.o.MaxItems) }

// root is the path of the site: links between pages carry no host, so that
// they hold whatever the name under which the site is reached.
func (v *view) root() string {
	u, err := url.Parse(v.BaseURL)
	if err != nil {
		return ""
	}
	return strings.TrimSuffix(u.EscapedPath(), "/")
}

// Link leads to another page of the site, in the language that was chosen.
func (v *view) Link(path string) string {
	if lang := v.Query.Get("lang"); lang != "" {
		return v.root() + path + "?lang=" + url.QueryEscape(lang)
	}
	return v.root() + path
}

// Data leads to an address of the site that has no language.
func (v *view) Data(path string) string { return v.root() + path }

// Asset leads to a static file.
func (v *view) Asset(name string) (string, error) {
	address := v.site.assets.urls[name]
	if address == "" {
		return "", fmt.Errorf("no static file %q", name)
	}
	return v.root() + address, nil
}

// InLang is the address of this page in another language.
func (v *view) InLang(lang string) string {
	q := v.params()
	q.Set("lang", lang)
	return v.at(q)
}

// FormatLink leads to another representation of this page. What the forms of
// the page of the API send means nothing to its other representations.
func (v *view) FormatLink(f string) string {
	q := v.params()
	for name := range q {
		if name == "operation" || strings.HasPrefix(name, "p.") {
			delete(q, name)
		}
	}
	q.Set("f", f)
	return v.at(q)
}

// Absolute is the address of this page without language or format, to be cited.
func (v *view) Absolute() string { return v.BaseURL + v.Path }

func (v *view) params() url.Values {
	q := url.Values{}
	for k, values := range v.Query {
		q[k] = values
	}
	return q
}

func (v *view) at(q url.Values) string {
	if len(q) == 0 {
		return v.root() + v.Path
	}
	return v.root() + v.Path + "?" + q.Encode()
}

// OtherLang is the language of the link that changes it.
func (v *view) OtherLang() string {
	if v.Lang == "fr" {
		return "en"
	}
	return "fr"
}

// Param is one parameter of the request.
type Param struct{ Name, Value string }

// Hidden lists the parameters that a form must send again beside those it
// sets, in a stable order. Paging starts over.
func (v *view) Hidden(except ...string) []Param {
	q := v.params()
	for _, name := range append(except, "cursor", "offset", "operation") {
		q.Del(name)
	}
	return flatten(q)
}

func flatten(q url.Values) []Param {
	var list []Param
	for name, values := range q {
		for _, value := range values {
			list = append(list, Param{name, value})
		}
	}
	sort.Slice(list, func(i, j int) bool {
		return list[i].Name < list[j].Name || list[i].Name == list[j].Name && list[i].Value < list[j].Value
	})
	return list
}

// LayerPath is the path of the page of a layer, followed by parts.
func (v *view) LayerPath(l *geo.Layer, parts ...string) string {
	return layerPath(l, parts...)
}

func layerPath(l *geo.Layer, parts ...string) string {
	path := "/collections/" + url.PathEscape(l.ID)
	for _, part := range parts {
		path += "/" + url.PathEscape(part)
	}
	return path
}

// StylePath is the path of the MapLibre style of a layer.
func (v *view) StylePath(l *geo.Layer) string { return "/styles/" + url.PathEscape(l.ID) }

// TileJSONPath is the path of the TileJSON document of a layer.
func (v *view) TileJSONPath(l *geo.Layer) string { return "/xyz/" + url.PathEscape(l.ID) + ".json" }

// funcs are the functions of the templates in one language.
func funcs(lang string) template.FuncMap {
	return template.FuncMap{
		"t": func(key string, args ...any) (string, error) { return translate(lang, key, args...) },
		"n": func(n any) (string, error) {
			i, err := toInt64(n)
			return integer(lang, i), err
		},
		"count":    func(key string, n int) (string, error) { return counted(lang, key, n) },
		"deg":      func(f float64) string { return degrees(lang, f) },
		"dec":      func(f float64, decimals int) string { return decimal(lang, f, decimals) },
		"long":     func(t time.Time) string { return longDate(lang, t) },
		"date":     func(t time.Time) template.HTML { return dateHTML(lang, t) },
		"kind":     func(k geo.Kind) (string, error) { return translate(lang, "kind."+k.String()) },
		"geometry": func(g geo.GeometryType) (string, error) { return geometryName(lang, g) },
	}
}

// counted fills the singular or the plural of a sentence with n, then args.
func counted(lang, key string, n int, args ...any) (string, error) {
	form := ".one"
	if plural(lang, int64(n)) {
		form = ".other"
	}
	return translate(lang, key+form, append([]any{integer(lang, int64(n))}, args...)...)
}

// toInt64 reads the integers that the models hold.
func toInt64(n any) (int64, error) {
	switch n := n.(type) {
	case int:
		return int64(n), nil
	case int64:
		return n, nil
	case *int64:
		return *n, nil
	case uint64:
		return int64(n), nil
	}
	return 0, fmt.Errorf("%T is no integer of the models", n)
}
