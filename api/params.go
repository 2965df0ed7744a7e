package api

import (
	"net/http"
	"net/url"
	"slices"
	"sort"
	"strings"
	"unicode/utf8"

	"github.com/arpent-geo/arpent/geo"
)

// Limits of a request.
const (
	maxURLBytes  = 16 << 10
	maxParams    = 100
	maxBodyBytes = 1 << 20
)

// readQuery reads the parameters of a request. Each has one value: a parameter
// given twice would leave the choice to chance.
func readQuery(raw string) (url.Values, error) {
	q, err := url.ParseQuery(raw)
	if err != nil {
		return nil, geo.Invalid("", geo.Text{FR: "les paramètres sont mal écrits", EN: "the parameters are malformed"},
			geo.Text{FR: "nom=valeur, séparés par &, les autres signes codés en %XX", EN: "name=value, separated by &, other signs encoded as %XX"})
	}
	if len(q) > maxParams {
		return nil, geo.Invalid("", geo.Text{FR: "trop de paramètres", EN: "too many parameters"}, geo.Text{})
	}
	for _, name := range sortedNames(q) {
		values := q[name]
		if len(values) > 1 {
			return nil, geo.Invalid(shorten(name), geo.Text{FR: "paramètre donné plusieurs fois", EN: "parameter given more than once"},
				geo.Text{FR: "une seule valeur", EN: "one value only"})
		}
		if !isText(name) || !isText(values[0]) {
			return nil, geo.Invalid(shorten(name), geo.Text{FR: "ce n'est pas du texte UTF-8 sans caractère de contrôle",
				EN: "this is not UTF-8 text without control characters"}, geo.Text{})
		}
	}
	return q, nil
}

func sortedNames(q url.Values) []string {
	names := make([]string, 0, len(q))
	for name := range q {
		names = append(names, name)
	}
	sort.Strings(names)
	return names
}

// isText reports whether s is UTF-8 without control characters but tab and
// newline.
func isText(s string) bool {
	for _, c := range s {
		if c < ' ' && c != '\t' && c != '\n' || c == 0x7f {
			return false
		}
	}
	return utf8.ValidString(s)
}

// params returns the parameters of r after it has checked that the resource
// knows them all. Every resource knows f and lang.
func params(r *http.Request, known ...string) (url.Values, error) {
	q := exchangeOf(r).query
	return q, checkKnown(q, append(known, "f", "lang"))
}

// checkKnown refuses the first parameter that is not in the list, with the one
// that was probably meant.
func checkKnown(q url.Values, known []string) error {
	for _, name := range sortedNames(q) {
		if !slices.Contains(known, name) {
			return unknownParameter(name, known)
		}
	}
	return nil
}

func unknownParameter(name string, known []string) error {
	hint := geo.Text{FR: "paramètres connus : " + strings.Join(known, ", "), EN: "known parameters: " + strings.Join(known, ", ")}
	if near := geo.Nearest(name, known); near != "" {
		hint = geo.Text{FR: "vouliez-vous dire " + quotedFR(near) + " ?", EN: "did you mean " + quoted(near) + "?"}
	}
	return geo.Invalid(shorten(name), geo.Text{FR: "paramètre inconnu", EN: "unknown parameter"}, hint)
}

// readLanguage reads the parameter lang, which wins over Accept-Language.
func (x *exchange) readLanguage() error {
	if !x.query.Has("lang") {
		return nil
	}
	lang := x.query.Get("lang")
	if lang != "fr" && lang != "en" {
		return geo.Invalid("lang", geo.Text{FR: quotedFR(lang) + " n'est pas une langue du site", EN: quoted(lang) + " is not a language of the site"},
			geo.Text{FR: "fr ou en", EN: "fr or en"})
	}
	x.lang = lang
	return nil
}
