package api

import (
	_ "embed" // schemas.json
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/arpent-geo/arpent/api/web"
	"github.com/arpent-geo/arpent/geo"
)

// schemas are the components that answers are made of: the document must hold
// them all, as clients do not follow references out of it.
//
//go:embed schemas.json
var schemas []byte

// handleAPI answers /api: OpenAPI 3.0 (19-072, 9), or a page with a form for
// each operation.
func (s *Server) handleAPI(w http.ResponseWriter, r *http.Request) error {
	x := exchangeOf(r)
	form := url.Values{} // what is not of the form must be known
	for name, v := range x.query {
		if name != "operation" && !strings.HasPrefix(name, "p.") {
			form[name] = v
		}
	}
	if err := checkKnown(form, []string{"f", "lang", "operation"}); err != nil {
		return err
	}
	f, err := negotiate(r, formatOpenAPI, formatHTML)
	if err != nil {
		return err
	}
	if f.f != formatHTML.f {
		doc, err := s.openAPI(x.base, x.lang)
		if err != nil {
			return err
		}
		return s.writeJSON(w, r, f.media, doc)
	}
	page := &web.APIDoc{Base: s.page(r, formatOpenAPI)}
	for _, op := range s.operations() {
		if op.post { // a form here makes an address
			continue
		}
		page.Operations = append(page.Operations, webOperation(op, x.lang))
	}
	// The page stands without the names of layers when the store is away.
	if page.Layers, err = s.store.Layers(r.Context()); err != nil {
		s.o.Logger.WarnContext(r.Context(), "page of the API without layers", "err", err)
	}
	return s.writePage(w, r, page)
}

func webOperation(op operation, lang string) web.Operation {
	out := web.Operation{ID: op.id, Path: op.path, Summary: op.summary.In(lang), Description: op.description.In(lang)}
	for _, p := range op.params {
		if p.free {
			continue // told by the description: a form has no field of any name
		}
		one := web.Parameter{Name: p.name, InPath: p.inPath, Required: p.inPath, Description: p.description.In(lang),
			Type: p.schema.Type, Example: p.example, Enum: p.schema.Enum}
		if p.list {
			one.Type = "array of number"
		}
		if p.names {
			one.Type = "string"
		}
		if p.schema.Default != nil {
			one.Default = fmt.Sprint(p.schema.Default)
		}
		out.Parameters = append(out.Parameters, one)
	}
	return out
}

// openAPI builds the document.
func (s *Server) openAPI(base, lang string) (map[string]any, error) {
	var components map[string]any
	if err := json.Unmarshal(schemas, &components); err != nil {
		return nil, fmt.Errorf("read schemas.json: %w", err)
	}
	paths := map[string]any{}
	for _, op := range s.operations() {
		method := "get"
		if op.post {
			method = "post"
		}
		paths[op.path] = map[string]any{method: op.document(lang)}
	}
	info := map[string]any{"title": s.o.Title.In(lang), "version": s.version(),
		"description": strings.TrimSpace(s.o.Description.In(lang) + "\n\n" + s.o.Notice.In(lang))}
	if info["description"] == "" {
		delete(info, "description")
	}
	return map[string]any{
		"openapi": "3.0.3", "info": info, "servers": []any{map[string]any{"url": base}},
		"tags": documentTags(lang), "paths": paths, "components": components,
	}, nil
}

func (s *Server) version() string {
	if s.o.Version == "" {
		return "0"
	}
	return s.o.Version
}

func documentTags(lang string) []any {
	var out []any
	for _, t := range []struct {
		name string
		text geo.Text
	}{
		{"capabilities", geo.Text{FR: "Ce que le site offre", EN: "What the site offers"}},
		{"data", geo.Text{FR: "Éléments (OGC API Features)", EN: "Items (OGC API Features)"}},
		{"tiles", geo.Text{FR: "Tuiles (OGC API Tiles)", EN: "Tiles (OGC API Tiles)"}},
		{"maps", geo.Text{FR: "Tuiles pour cartes web", EN: "Tiles for web maps"}},
		{"operations", geo.Text{FR: "Surveillance", EN: "Monitoring"}},
	} {
		out = append(out, map[string]any{"name": t.name, "description": t.text.In(lang)})
	}
	return out
}

func (op operation) document(lang string) map[string]any {
	content := map[string]any{}
	for _, a := range op.answers {
		schema := map[string]any{"type": "string"}
		switch {
		case a.schema == "object":
			schema["type"] = "object"
		case a.schema != "":
			schema = ref("schemas", a.schema)
		case a.media == formatMVT.media:
			schema["format"] = "binary"
		}
		content[a.media] = map[string]any{"schema": schema}
	}
	ok := map[string]any{"description": op.summary.In(lang), "content": content}
	headers := map[string]any{}
	for _, name := range op.headers {
		headers[name] = ref("headers", name)
	}
	if len(headers) > 0 {
		ok["headers"] = headers
	}
	responses := map[string]any{"200": ok}
	if nothing := op.nothing.In(lang); nothing != "" {
		responses["204"] = map[string]any{"description": nothing}
	}
	if op.tag != "operations" {
		responses["304"] = map[string]any{"description": "Not Modified"}
		responses["400"] = ref("responses", "problem")
		responses["500"] = ref("responses", "problem")
	}
	for _, status := range op.errors {
		responses[strconv.Itoa(status)] = ref("responses", "problem")
	}
	params := []any{}
	for _, p := range op.params {
		params = append(params, p.document(lang))
	}
	if op.tag != "operations" {
		params = append(params, ref("parameters", "lang"))
	}
	out := map[string]any{"operationId": op.id, "tags": []any{op.tag}, "summary": op.summary.In(lang), "parameters": params, "responses": responses}
	if op.post {
		body := map[string]any{"schema": ref("schemas", "search")}
		out["requestBody"] = map[string]any{"required": true, "content": map[string]any{formatJSON.media: body, "application/x-www-form-urlencoded": body}}
		delete(responses, "304")
	}
	if d := op.description.In(lang); d != "" {
		out["description"] = d
	}
	return out
}

func (p parameter) document(lang string) map[string]any {
	out := map[string]any{"name": p.name, "in": "query", "required": p.inPath, "description": p.description.In(lang),
		"schema": p.schema, "style": "form", "explode": false}
	if p.inPath {
		out["in"], out["style"] = "path", "simple"
	}
	if p.list {
		out["schema"] = map[string]any{"type": "array", "items": map[string]any{"type": "number"}, "minItems": 4, "maxItems": 6}
	}
	if p.names {
		out["schema"] = map[string]any{"type": "array", "items": map[string]any{"type": "string"}, "minItems": 1}
	}
	if p.free {
		out["explode"] = true
		out["schema"] = map[string]any{"type": "object", "additionalProperties": map[string]any{"type": "string"}}
	}
	return out
}

func ref(kind, name string) map[string]any {
	return map[string]any{"$ref": "#/components/" + kind + "/" + name}
}
