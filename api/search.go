package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"

	"github.com/arpent-geo/arpent/geo"
)

// handleSearch answers POST /collections/{collectionId}/search: the question
// of …/items in a body, for filters that do not fit in an address. The body is
// a JSON object whose members are the parameters of items, or a form of them.
// Links lead to …/items wherever the question fits.
func (s *Server) handleSearch(w http.ResponseWriter, r *http.Request) error {
	x := exchangeOf(r)
	if !x.search { // an answer may be made twice, a body is read once
		body, err := readBody(w, r)
		if err != nil {
			return err
		}
		if err := checkKnown(x.query, []string{"f", "lang"}); err != nil {
			return err
		}
		for name, v := range x.query {
			body[name] = v
		}
		x.query, x.search = body, true
		x.path = strings.TrimSuffix(x.path, "search") + "items"
		if err := x.readLanguage(); err != nil {
			return err
		}
	}
	return s.handleItems(w, r)
}

func readBody(w http.ResponseWriter, r *http.Request) (url.Values, error) {
	b, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBodyBytes))
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		return nil, newProblem(http.StatusRequestEntityTooLarge, "", geo.Text{FR: "cette question est trop longue", EN: "this question is too long"},
			geo.Text{FR: "au plus 1 Mio", EN: "1 MiB at most"})
	}
	if err != nil {
		return nil, geo.Invalid("", geo.Text{FR: "le corps de la demande est incomplet", EN: "the body of the request is incomplete"}, geo.Text{})
	}
	media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	switch {
	case err == nil && media == "application/x-www-form-urlencoded":
		return readQuery(string(b))
	case err == nil && media != "application/json" && !strings.HasSuffix(media, "+json"):
		return nil, newProblem(http.StatusUnsupportedMediaType, "Content-Type",
			geo.Text{FR: quotedFR(media) + " n'est pas un format de question", EN: quoted(media) + " is no format of a question"},
			geo.Text{FR: "application/json ou application/x-www-form-urlencoded", EN: "application/json or application/x-www-form-urlencoded"})
	}
	return readSearch(b)
}

// readSearch reads a JSON object of parameters. A filter that is an object is
// CQL2-JSON; an array stands for its members between commas.
func readSearch(b []byte) (url.Values, error) {
	var members map[string]json.RawMessage
	if err := json.Unmarshal(b, &members); err != nil || members == nil || len(members) > maxParams {
		return nil, geo.Invalid("", geo.Text{FR: "le corps n'est pas un objet JSON de paramètres", EN: "the body is no JSON object of parameters"},
			geo.Text{FR: `par exemple {"filter": "nom LIKE 'Saint%'", "limit": 100}`, EN: `such as {"filter": "name LIKE 'Saint%'", "limit": 100}`})
	}
	out := url.Values{}
	for name, raw := range members {
		raw = bytes.TrimSpace(raw)
		if string(raw) == "null" { // as if it were not there
			continue
		}
		value, ok := scalarText(raw)
		switch {
		case ok:
		case raw[0] == '[':
			var list []json.RawMessage
			if err := json.Unmarshal(raw, &list); err != nil {
				return nil, badMember(name)
			}
			var parts []string
			for _, one := range list {
				part, ok := scalarText(bytes.TrimSpace(one))
				if !ok {
					return nil, badMember(name)
				}
				parts = append(parts, part)
			}
			value = strings.Join(parts, ",")
		case raw[0] == '{' && name == "filter":
			if lang, ok := members["filter-lang"]; ok && string(bytes.TrimSpace(lang)) != `"`+langJSON+`"` {
				return nil, geo.Invalid("filter-lang", geo.Text{FR: "un filtre qui est un objet est en " + langJSON, EN: "a filter that is an object is in " + langJSON}, geo.Text{})
			}
			out.Set("filter-lang", langJSON)
			var short bytes.Buffer
			if err := json.Compact(&short, raw); err != nil {
				return nil, badMember(name)
			}
			value = short.String()
		default:
			return nil, badMember(name)
		}
		if !isText(name) || !isText(value) {
			return nil, badMember(name)
		}
		out.Set(name, value)
	}
	return out, nil
}

// scalarText is the text of a string, a number, true or false.
func scalarText(raw []byte) (string, bool) {
	switch {
	case len(raw) == 0 || raw[0] == '[' || raw[0] == '{' || raw[0] == 'n':
		return "", false
	case raw[0] == '"':
		var s string
		err := json.Unmarshal(raw, &s)
		return s, err == nil
	}
	return string(raw), true
}

func badMember(name string) error {
	return geo.Invalid(shorten(name), geo.Text{FR: "ce membre n'est pas la valeur d'un paramètre", EN: "this member is no value of a parameter"},
		geo.Text{FR: "un texte, un nombre, true, false, ou un tableau de textes et de nombres", EN: "a text, a number, true, false, or an array of texts and numbers"})
}

// tooLong reports whether a search does not fit in an address.
func (x *exchange) tooLong(cursor string) bool {
	const others = 64 // "&cursor=", "&f=geojsonseq"
	return x.search && len(x.url(x.path, x.query))+len(cursor)+others > maxURLBytes
}

func (x *exchange) searchURL() string { return x.base + strings.TrimSuffix(x.path, "items") + "search" }

// pageLink is the link to a page at a cursor: an address that GET follows, or,
// where the question does not fit in one, what to send again.
func (x *exchange) pageLink(rel, media, cursor string) link {
	if x.tooLong(cursor) {
		return link{Href: x.searchURL(), Rel: rel, Type: media, Method: http.MethodPost, Merge: true, Body: map[string]any{"cursor": cursor, "offset": nil}}
	}
	return link{Href: x.url(x.path, x.with(map[string]string{"cursor": cursor, "offset": ""})), Rel: rel, Type: media}
}
