package api

import (
	"errors"
	"fmt"
	"math"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/arpent-geo/arpent/geo"
	"github.com/arpent-geo/arpent/geo/crs"
)

// itemParams are the parameters of items, now and in the standards to come: a
// property of one of these names is filtered by "prop.NAME".
var itemParams = []string{"limit", "offset", "cursor", "bbox", "bbox-crs", "crs", "datetime", "filter", "filter-lang", "filter-crs", "sortby", "properties", "f", "lang"}

var reservedParams = append([]string{"q", "key", "profile", "v",
	"commune", "epci", "departement", "region", "skipGeometry", "zoom-level", "collections", "subset"}, itemParams...)

// propPrefix goes before the name of any property in a parameter.
const propPrefix = "prop."

// itemRequest is what a request for items asks.
type itemRequest struct {
	query    geo.ItemQuery
	out      crs.Ref // system of the answer
	question string  // names what is selected: two requests with the same one page through the same rows
}

// itemLimits are those of the server.
type itemLimits struct{ byDefault, most int }

// parseItemQuery reads the parameters of a request for the items of l. It
// looks at nothing else. Errors: geo.ErrInvalidInput and
// geo.ErrUnsupportedCRS, that say which parameter, what is wrong with it and
// what would be right.
func parseItemQuery(q url.Values, l *geo.Layer, limits itemLimits) (itemRequest, error) {
	req := itemRequest{query: geo.ItemQuery{Layer: l}, out: crs.Ref{CRS: geo.CRS84}}
	var err error
	if req.query.Limit, err = parseLimit(q, limits); err != nil {
		return req, err
	}
	if req.query.Offset, err = parseOffset(q); err != nil {
		return req, err
	}
	if req.query.BBox, err = parseBBox(q, l); err != nil {
		return req, err
	}
	if q.Has("crs") {
		if req.out, err = parseCRS("crs", q.Get("crs")); err != nil {
			return req, err
		}
	}
	if req.query.Filter, err = parseRows(q, l, itemParams); err != nil {
		return req, err
	}
	if req.query.Sort, err = parseSort(q, l); err != nil {
		return req, err
	}
	what, err := parseSelection(q, l)
	if err != nil {
		return req, err
	}
	req.query.Properties, req.query.SkipGeometry = what.properties, what.skipGeometry
	req.question = questionOf(&req.query) + filterQuestion(q)
	return req, req.parseCursor(q)
}

func (req *itemRequest) parseCursor(q url.Values) error {
	if !q.Has("cursor") {
		return nil
	}
	if q.Has("offset") {
		return geo.Invalid("cursor", geo.Text{FR: "cursor et offset ne vont pas ensemble", EN: "cursor and offset do not go together"}, geo.Text{})
	}
	c, err := decodeCursor(q.Get("cursor"), req.question)
	if err != nil {
		return err
	}
	if !c.matches(req.query.Layer, req.query.Sort) {
		return badCursor(geo.Text{FR: "la clé de la couche a changé depuis ce curseur", EN: "the key of the layer has changed since this cursor"})
	}
	if c.before {
		req.query.Before = c.key
	} else {
		req.query.After = c.key
	}
	return nil
}

// parseLimit takes more than the most as the most (17-069r4, 7.15.2).
func parseLimit(q url.Values, limits itemLimits) (int, error) {
	if !q.Has("limit") {
		return limits.byDefault, nil
	}
	n, ok := parseNatural(q.Get("limit"), limits.most)
	if !ok || n < 1 {
		most := strconv.Itoa(limits.most)
		return 0, geo.Invalid("limit", geo.Text{FR: quotedFR(q.Get("limit")) + " n'est pas un nombre d'éléments", EN: quoted(q.Get("limit")) + " is not a number of items"},
			geo.Text{FR: "un entier de 1 à " + most, EN: "a whole number from 1 to " + most})
	}
	return n, nil
}

// maxOffset is far beyond what a database skips in the time of a request.
const maxOffset = 1 << 40

func parseOffset(q url.Values) (int, error) {
	if !q.Has("offset") {
		return 0, nil
	}
	n, ok := parseNatural(q.Get("offset"), maxOffset)
	if !ok {
		return 0, geo.Invalid("offset", geo.Text{FR: quotedFR(q.Get("offset")) + " n'est pas un nombre d'éléments", EN: quoted(q.Get("offset")) + " is not a number of items"},
			geo.Text{FR: "un entier à partir de 0", EN: "a whole number from 0"})
	}
	return n, nil
}

// parseNatural reads digits; a number above most is most.
func parseNatural(s string, most int) (int, bool) {
	if s == "" || strings.Trim(s, "0123456789") != "" {
		return 0, false
	}
	n, err := strconv.Atoi(s)
	if err != nil || n > most { // only too many digits can fail here
		n = most
	}
	return n, true
}

func parseCRS(where, s string) (crs.Ref, error) {
	ref, err := crs.Parse(s)
	return ref, at(where, err)
}

// parseBBox reads bbox and bbox-crs: four numbers, or six whose heights are
// left aside, in the axis order of the system (18-058r1, 6.2.3).
func parseBBox(q url.Values, l *geo.Layer) (*geo.BBox, error) {
	ref := crs.Ref{CRS: geo.CRS84}
	var err error
	if q.Has("bbox-crs") {
		if ref, err = parseCRS("bbox-crs", q.Get("bbox-crs")); err != nil {
			return nil, err
		}
	}
	if !q.Has("bbox") {
		return nil, nil
	}
	if !l.HasGeometry() {
		return nil, geo.Invalid("bbox", geo.Text{FR: "cette couche n'a pas de géométrie", EN: "this collection has no geometry"},
			geo.Text{FR: "retirez bbox", EN: "leave bbox out"})
	}
	n, err := parseNumbers("bbox", q.Get("bbox"))
	if err != nil {
		return nil, err
	}
	if len(n) != 4 && len(n) != 6 {
		return nil, geo.Invalid("bbox",
			geo.Text{FR: fmt.Sprintf("4 ou 6 nombres attendus, %d reçus", len(n)), EN: fmt.Sprintf("4 or 6 numbers expected, got %d", len(n))},
			geo.Text{FR: "ouest,sud,est,nord en degrés, ou l'ordre de bbox-crs", EN: "west,south,east,north in degrees, or the order of bbox-crs"})
	}
	half := len(n) / 2
	b := geo.BBox{CRS: ref.CRS, MinX: n[0], MinY: n[1], MaxX: n[half], MaxY: n[half+1]}
	if ref.Swapped() {
		b.MinX, b.MinY, b.MaxX, b.MaxY = b.MinY, b.MinX, b.MaxY, b.MaxX
	}
	return &b, checkBBox(b, half == 3 && n[2] > n[5])
}

// checkBBox refuses edges in the wrong order; west > east means a box across
// the antimeridian, in degrees only.
func checkBBox(b geo.BBox, heights bool) error {
	s, err := crs.Lookup(b.CRS)
	if err != nil {
		return at("bbox-crs", err)
	}
	if b.MinY > b.MaxY || b.MinX > b.MaxX && !s.Geographic || heights {
		return geo.Invalid("bbox", geo.Text{FR: "le minimum dépasse le maximum", EN: "the minimum exceeds the maximum"},
			geo.Text{FR: "les deux minimums d'abord, dans l'ordre des axes de bbox-crs", EN: "both minimums first, in the axis order of bbox-crs"})
	}
	if s.Geographic && (max(math.Abs(b.MinX), math.Abs(b.MaxX), math.Abs(b.MinY), math.Abs(b.MaxY)) > 360) {
		return geo.Invalid("bbox", geo.Text{FR: "ce ne sont pas des degrés", EN: "these are not degrees"},
			geo.Text{FR: "pour des mètres, dites le système avec bbox-crs", EN: "for metres, name the system by bbox-crs"})
	}
	return nil
}

// parseNumbers reads finite decimal numbers separated by commas.
func parseNumbers(where, s string) ([]float64, error) {
	const most = 6
	var out []float64
	for part := range strings.SplitSeq(s, ",") {
		part = strings.TrimSpace(part)
		n, err := strconv.ParseFloat(part, 64)
		// ParseFloat also reads hexadecimal, "inf" and "nan".
		if err != nil || strings.Trim(part, "0123456789+-.eE") != "" || len(out) > most {
			return nil, geo.Invalid(where, geo.Text{FR: quotedFR(part) + " n'est pas un nombre", EN: quoted(part) + " is not a number"},
				geo.Text{FR: "des nombres avec un point pour les décimales, séparés par des virgules", EN: "numbers separated by commas"})
		}
		out = append(out, n)
	}
	return out, nil
}

// parseFilter reads the parameters that are names of properties, in the order
// of the layer. known are the other parameters of the resource.
func parseFilter(q url.Values, l *geo.Layer, known []string) (geo.Expr, error) {
	values := map[*geo.Property]string{}
	for _, name := range sortedNames(q) {
		if slices.Contains(known, name) {
			continue
		}
		p, err := filterProperty(name, l, known)
		if err != nil {
			return nil, err
		}
		if _, twice := values[p]; twice {
			return nil, geo.Invalid(shorten(name), geo.Text{FR: "propriété filtrée deux fois", EN: "property filtered twice"}, geo.Text{})
		}
		values[p] = q.Get(name)
	}
	var all geo.And
	for i := range l.Properties {
		p := &l.Properties[i]
		s, ok := values[p]
		if !ok {
			continue
		}
		v, err := geo.ParseValue(p.Kind, s)
		if err != nil {
			return nil, at(p.Name, err)
		}
		all = append(all, geo.Equal{Property: p, Value: v})
	}
	if len(all) == 0 {
		return nil, nil
	}
	return all, nil
}

// filterProperty returns the property that a parameter filters by.
func filterProperty(name string, l *geo.Layer, known []string) (*geo.Property, error) {
	column, prefixed := strings.CutPrefix(name, propPrefix)
	p := l.Property(name)
	if p == nil && prefixed {
		p = l.Property(column)
	}
	reserved := slices.Contains(reservedParams, name)
	if p == nil || reserved {
		if p != nil {
			return nil, geo.Invalid(name, geo.Text{FR: "ce nom de paramètre est réservé", EN: "this name of a parameter is reserved"},
				geo.Text{FR: "pour filtrer par la propriété : " + propPrefix + name, EN: "to filter by the property: " + propPrefix + name})
		}
		names := append([]string{}, known...)
		for i := range l.Properties {
			names = append(names, l.Properties[i].Name)
		}
		return nil, unknownParameter(name, names)
	}
	if !filterable(p) {
		return nil, geo.Invalid(shorten(name), geo.Text{FR: "cette propriété n'est pas une valeur simple : elle ne se filtre pas", EN: "this property is not a simple value: it cannot be filtered by"}, geo.Text{})
	}
	return p, nil
}

func filterable(p *geo.Property) bool {
	return p.Kind != geo.KindBytes && p.Kind != geo.KindJSON && p.Kind != geo.KindArray && p.Kind != geo.KindNull
}

// filterParam is the parameter that filters by a property, or "".
func filterParam(p *geo.Property) string {
	switch {
	case !filterable(p):
		return ""
	case slices.Contains(reservedParams, p.Name):
		return propPrefix + p.Name
	}
	return p.Name
}

// writeEquals writes the filters by a parameter that are in e.
func writeEquals(b *strings.Builder, e geo.Expr) {
	switch e := e.(type) {
	case geo.And:
		for _, member := range e {
			writeEquals(b, member)
		}
	case geo.Equal:
		fmt.Fprintf(b, " where %q %d %q", e.Property.Name, e.Value.Kind, e.Value.AppendText(nil))
	}
}

// questionOf writes what q selects, and in which order. What a filter in CQL2
// or a time selects is told by filterQuestion.
func questionOf(q *geo.ItemQuery) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%q by %q", q.Layer.ID, q.Layer.Key)
	if q.BBox != nil {
		fmt.Fprintf(&b, " in %v %v %v %v %v", q.BBox.CRS, q.BBox.MinX, q.BBox.MinY, q.BBox.MaxX, q.BBox.MaxY)
	}
	writeEquals(&b, q.Filter)
	for _, k := range q.Sort {
		fmt.Fprintf(&b, " sort %q %v", k.Property.Name, k.Desc)
	}
	return b.String()
}

// at says which parameter an error is about.
func at(where string, err error) error {
	var e *geo.Error
	if !errors.As(err, &e) || e.Where != "" {
		return err
	}
	located := *e
	located.Where = where
	return &located
}
