package api

import (
	"net/http"

	"github.com/arpent-geo/arpent/api/web"
	"github.com/arpent-geo/arpent/geo"
)

// handleLanding answers / (19-072, 8.2).
func (s *Server) handleLanding(w http.ResponseWriter, r *http.Request) error {
	if _, err := params(r); err != nil {
		return err
	}
	f, err := negotiate(r, formatJSON, formatHTML)
	if err != nil {
		return err
	}
	x := exchangeOf(r)
	if f.f == formatHTML.f {
		layers, err := s.store.Layers(r.Context())
		if err != nil {
			return err
		}
		return s.writePage(w, r, &web.Landing{Base: s.page(r, formatJSON), Layers: s.summaries(r.Context(), layers)})
	}
	doc := struct {
		Title       string `json:"title"`
		Description string `json:"description,omitempty"`
		Notice      string `json:"notice,omitempty"`
		Links       []link `json:"links"`
	}{s.o.Title.In(x.lang), s.o.Description.In(x.lang), s.o.Notice.In(x.lang), selfLinks(r, f, formatJSON, formatHTML)}
	t := func(fr, en string) string { return geo.Text{FR: fr, EN: en}.In(x.lang) }
	page := func(path, rel, title string) link {
		return link{Href: x.url(path, map[string][]string{"f": {"html"}}), Rel: rel, Type: "text/html", Title: title}
	}
	doc.Links = append(doc.Links,
		to(r, "/api", "service-desc", formatOpenAPI.media, t("Définition de l'API", "Definition of the API")),
		page("/api", "service-doc", t("Documentation de l'API", "Documentation of the API")),
		to(r, "/conformance", relConformance, formatJSON.media, t("Classes de conformité", "Conformance classes")),
		to(r, "/collections", relData, formatJSON.media, t("Couches", "Collections")),
		to(r, "/tiles", relTilesets, formatJSON.media, t("Tuiles de toutes les couches", "Tiles of all collections")),
		to(r, "/tileMatrixSets", relTilingAll, formatJSON.media, t("Grilles de tuiles", "Tile matrix sets")),
		to(r, "/styles", relStyles, formatJSON.media, t("Styles", "Styles")),
		to(r, "/functions", relFunctions, formatJSON.media, t("Fonctions des filtres", "Functions of filters")))
	return s.writeJSON(w, r, f.media, doc)
}

// conformanceClasses are those that are wholly there.
func conformanceClasses() []string {
	const spec = "http://www.opengis.net/spec/"
	return []string{
		spec + "ogcapi-common-1/1.0/conf/core",
		spec + "ogcapi-common-1/1.0/conf/landing-page",
		spec + "ogcapi-common-1/1.0/conf/json",
		spec + "ogcapi-common-1/1.0/conf/html",
		spec + "ogcapi-common-1/1.0/conf/oas30",
		spec + "ogcapi-common-2/1.0/conf/collections",
		spec + "ogcapi-features-1/1.0/conf/core",
		spec + "ogcapi-features-1/1.0/conf/oas30",
		spec + "ogcapi-features-1/1.0/conf/html",
		spec + "ogcapi-features-1/1.0/conf/geojson",
		spec + "ogcapi-features-2/1.0/conf/crs",
		spec + "ogcapi-features-3/1.0/conf/queryables",
		spec + "ogcapi-features-3/1.0/conf/queryables-query-parameters",
		spec + "ogcapi-features-3/1.0/conf/filter",
		spec + "ogcapi-features-3/1.0/conf/features-filter",
		spec + "cql2/1.0/conf/cql2-text",
		spec + "cql2/1.0/conf/cql2-json",
		spec + "cql2/1.0/conf/basic-cql2",
		spec + "cql2/1.0/conf/advanced-comparison-operators",
		spec + "cql2/1.0/conf/case-insensitive-comparison",
		spec + "cql2/1.0/conf/accent-insensitive-comparison",
		spec + "cql2/1.0/conf/basic-spatial-functions",
		spec + "cql2/1.0/conf/basic-spatial-functions-plus",
		spec + "cql2/1.0/conf/spatial-functions",
		spec + "cql2/1.0/conf/temporal-functions",
		spec + "cql2/1.0/conf/array-functions",
		spec + "cql2/1.0/conf/property-property",
		spec + "cql2/1.0/conf/functions",
		spec + "cql2/1.0/conf/arithmetic",
		spec + "ogcapi-common-3/1.0/conf/schemas",
		spec + "ogcapi-common-3/1.0/conf/returnables-and-receivables",
		spec + "ogcapi-common-3/1.0/conf/queryables",
		spec + "ogcapi-common-3/1.0/conf/sortables",
		spec + "ogcapi-features-5/1.0/conf/schemas",
		// Drafts: 0.0 says that there is no 1.0 to conform to.
		spec + "ogcapi-features-6/0.0/conf/properties",
		spec + "ogcapi-features-6/0.0/conf/properties-features",
		spec + "ogcapi-features-8/0.0/conf/sortables",
		spec + "ogcapi-features-8/0.0/conf/sorting",
		spec + "ogcapi-features-8/0.0/conf/features-sorting",
		spec + "json-fg-1/1.0/conf/core",
		spec + "ogcapi-tiles-1/1.0/conf/core",
		spec + "ogcapi-tiles-1/1.0/conf/tileset",
		spec + "ogcapi-tiles-1/1.0/conf/tilesets-list",
		spec + "ogcapi-tiles-1/1.0/conf/dataset-tilesets",
		spec + "ogcapi-tiles-1/1.0/conf/geodata-tilesets",
		spec + "ogcapi-tiles-1/1.0/conf/collections-selection",
		spec + "ogcapi-tiles-1/1.0/conf/datetime",
		spec + "ogcapi-tiles-1/1.0/conf/oas30",
		spec + "ogcapi-tiles-1/1.0/conf/mvt",
		spec + "tms/2.0/conf/tilematrixset",
		spec + "tms/2.0/conf/tilematrixsetlimits",
		spec + "tms/2.0/conf/tilesetmetadata",
		spec + "tms/2.0/conf/json-tilematrixset",
		spec + "tms/2.0/conf/json-tilematrixsetlimits",
		spec + "tms/2.0/conf/json-tilesetmetadata",
	}
}

// handleConformance answers /conformance (19-072, 8.4).
func (s *Server) handleConformance(w http.ResponseWriter, r *http.Request) error {
	if _, err := params(r); err != nil {
		return err
	}
	f, err := negotiate(r, formatJSON, formatHTML)
	if err != nil {
		return err
	}
	if f.f == formatHTML.f {
		return s.writePage(w, r, &web.Conformance{Base: s.page(r, formatJSON), Classes: conformanceClasses()})
	}
	return s.writeJSON(w, r, f.media, struct {
		ConformsTo []string `json:"conformsTo"`
	}{conformanceClasses()})
}

// handleRobots keeps indexers off the pages that are as many as there are rows.
func (s *Server) handleRobots(w http.ResponseWriter, r *http.Request) error {
	path := s.bases.path
	setRevalidated(w.Header())
	s.writeShort(w, r, http.StatusOK, "text/plain; charset=utf-8",
		[]byte("User-agent: *\nDisallow: "+path+"/collections/*/items\nDisallow: "+path+"/collections/*/tiles/*/\nDisallow: "+path+"/tiles/*/\nDisallow: "+path+"/xyz/\n"))
	return nil
}

// handleAsset serves the static files of the pages.
func (s *Server) handleAsset(w http.ResponseWriter, r *http.Request) error {
	w.Header().Set("Cross-Origin-Resource-Policy", "same-origin")
	s.site.Assets().ServeHTTP(w, r)
	return nil
}
