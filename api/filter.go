package api

import (
	"fmt"
	"net/http"
	"net/url"

	"github.com/arpent-geo/arpent/geo"
	"github.com/arpent-geo/arpent/geo/cql2"
)

// parseRows reads the parameters that select rows of l, but for bbox: names of
// properties, datetime and filter. known are the other parameters of the resource.
func parseRows(q url.Values, l *geo.Layer, known []string) (geo.Expr, error) {
	equal, err := parseFilter(q, l, known)
	if err != nil {
		return nil, err
	}
	cql, err := parseCQL2(q, l)
	if err != nil {
		return nil, err
	}
	when, err := parseDatetime(q, l)
	if err != nil {
		return nil, err
	}
	var all []geo.Expr
	for _, e := range []geo.Expr{equal, when, cql} {
		if e != nil {
			all = append(all, e)
		}
	}
	switch len(all) {
	case 0:
		return nil, nil
	case 1:
		return all[0], nil
	}
	return geo.NewAnd(all...)
}

// parseCQL2 reads filter, filter-lang and filter-crs (19-079r2, 7 and 8).
func parseCQL2(q url.Values, l *geo.Layer) (geo.Expr, error) {
	var o cql2.Options
	if q.Has("filter-crs") {
		ref, err := parseCRS("filter-crs", q.Get("filter-crs"))
		if err != nil {
			return nil, err
		}
		o.CRS = ref
	}
	lang := q.Get("filter-lang")
	if q.Has("filter-lang") && lang != langText && lang != langJSON {
		return nil, geo.Invalid("filter-lang", geo.Text{FR: quotedFR(lang) + " n'est pas un langage de filtre", EN: quoted(lang) + " is no filter language"},
			geo.Text{FR: langText + " ou " + langJSON, EN: langText + " or " + langJSON})
	}
	if !q.Has("filter") {
		return nil, nil
	}
	var e geo.Expr
	var err error
	if lang == langJSON {
		e, err = cql2.ParseJSON([]byte(q.Get("filter")), l, o)
	} else {
		e, err = cql2.ParseText(q.Get("filter"), l, o)
	}
	if err != nil {
		return nil, at("filter", err)
	}
	return e, nil
}

// The filter languages; the first is the default.
const (
	langText = "cql2-text"
	langJSON = "cql2-json"
)

// filterQuestion names the rows that the filter and the time of a request select.
func filterQuestion(q url.Values) string {
	out := ""
	if q.Has("filter") {
		out = fmt.Sprintf(" filter %q %q %q", q.Get("filter-lang"), q.Get("filter-crs"), q.Get("filter"))
	}
	if q.Has("datetime") {
		out += fmt.Sprintf(" at %q", q.Get("datetime"))
	}
	return out
}

// handleFunctions answers /functions: what filters may call (21-065r2, 7.9).
func (s *Server) handleFunctions(w http.ResponseWriter, r *http.Request) error {
	if _, err := params(r); err != nil {
		return err
	}
	f, err := negotiate(r, formatJSON)
	if err != nil {
		return err
	}
	type argument struct {
		Title string   `json:"title"`
		Type  []string `json:"type"`
	}
	type function struct {
		Name        string     `json:"name"`
		Description string     `json:"description"`
		Arguments   []argument `json:"arguments"`
		Returns     []string   `json:"returns"`
	}
	lang := exchangeOf(r).lang
	doc := struct {
		Functions []function `json:"functions"`
		Links     []link     `json:"links"`
	}{[]function{}, selfLinks(r, f, formatJSON)}
	for _, fn := range geo.Functions() {
		one := function{fn.Name, fn.Title.In(lang), []argument{}, []string{fn.Result.String()}}
		for _, p := range fn.Params {
			a := argument{p.Title.In(lang), []string{}}
			for _, t := range p.Types {
				a.Type = append(a.Type, t.String())
			}
			one.Arguments = append(one.Arguments, a)
		}
		doc.Functions = append(doc.Functions, one)
	}
	return s.writeJSON(w, r, f.media, doc)
}
