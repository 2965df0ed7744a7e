package api

import (
	"net/http"
	"net/url"

	"github.com/gorilla/mux"

	"github.com/arpent-geo/arpent/geo"
)

// route is one line of the table of contents.
type route struct {
	pattern string
	serve   handler
}

// routes lists all there is, in the order of the standards. Parts in braces
// are one segment of the path, percent-decoded.
func (s *Server) routes() []route {
	return []route{
		// OGC API Common 1 (19-072), Features 1 (17-069r4)
		{"/", s.handleLanding},                                                                                 // landing.go: common-1/landing-page
		{"/conformance", s.handleConformance},                                                                  // landing.go: common-1/core
		{"/api", s.handleAPI},                                                                                  // apidoc.go: common-1/oas30
		{"/collections", s.handleCollections},                                                                  // collections.go: features-1/core
		{"/collections/{collectionId}", s.handleCollection},                                                    // collections.go
		{"/functions", s.handleFunctions},                                                                      // filter.go: cql2/functions
		{"/collections/{collectionId}/schema", s.handleSchema},                                                 // schema.go: common-3/schemas, returnables
		{"/collections/{collectionId}/queryables", s.handleQueryables},                                         // schema.go: common-3/queryables, features-3
		{"/collections/{collectionId}/sortables", s.handleSortables},                                           // schema.go: common-3/sortables, features-8
		{"/collections/{collectionId}/items", s.handleItems},                                                   // items.go: features-1/geojson, features-2/crs
		{"/collections/{collectionId}/items/{featureId}", s.handleItem},                                        // item.go
		{"/collections/{collectionId}/tiles", s.handleTilesets},                                                // tilesets.go: tiles-1/tilesets-list, geodata-tilesets
		{"/collections/{collectionId}/tiles/{tileMatrixSetId}", s.handleTileset},                               // tilesets.go: tiles-1/tileset
		{"/collections/{collectionId}/tiles/{tileMatrixSetId}/{tileMatrix}/{tileRow}/{tileCol}", s.handleTile}, // tiles.go: tiles-1/core, mvt
		{"/tiles", s.handleDatasetTilesets},                                                                    // datasettiles.go: tiles-1/dataset-tilesets
		{"/tiles/{tileMatrixSetId}", s.handleDatasetTileset},                                                   // datasettiles.go
		{"/tiles/{tileMatrixSetId}/{tileMatrix}/{tileRow}/{tileCol}", s.handleDatasetTile},                     // datasettiles.go: tiles-1/collections-selection
		{"/tileMatrixSets", s.handleTileMatrixSets},                                                            // tilesets.go: tms/2.0
		{"/tileMatrixSets/{tileMatrixSetId}", s.handleTileMatrixSet},                                           // tilesets.go

		// What web maps use: x before y, TileJSON 3.0
		{"/xyz/{collectionId}.json", s.handleTileJSON},       // tilejson.go
		{"/xyz/{collectionId}/{z}/{x}/{y}.mvt", s.handleXYZ}, // xyz.go
		{"/styles", s.handleStyles},                          // styles.go
		{"/styles/{collectionId}", s.handleStyle},            // styles.go: MapLibre

		// What looks after a server
		{"/healthz", s.handleHealth},    // health.go: the process is alive
		{"/readyz", s.handleReady},      // health.go: it can answer
		{"/metrics", s.handleMetrics},   // metrics.go: Prometheus
		{"/robots.txt", s.handleRobots}, // landing.go
		{"/favicon.ico", s.handleAsset},
		{"/static/{folder}/{name:.+}", s.handleAsset}, // web/static, by digest
	}
}

// searches are the routes that POST asks, and that change nothing either.
func (s *Server) searches() []route {
	return []route{{"/collections/{collectionId}/search", s.handleSearch}} // search.go
}

// newRouter is the only place that knows the router. It matches the encoded
// path, so that ids may hold slashes, and never redirects.
func newRouter(s *Server) http.Handler {
	router := mux.NewRouter().UseEncodedPath().SkipClean(true)
	for _, rt := range s.routes() {
		router.HandleFunc(rt.pattern, s.decoded(rt, s.serveRoute))
	}
	for _, rt := range s.searches() {
		router.HandleFunc(rt.pattern, s.decoded(rt, s.servePost))
	}
	for _, rt := range s.aliases() {
		router.HandleFunc(rt.pattern, s.decoded(rt, s.serveAlias))
	}
	router.NotFoundHandler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { s.fail(w, r, errNoRoute) })
	return router
}

// decoded puts the parts of the path beside the request.
func (s *Server) decoded(rt route, serve func(http.ResponseWriter, *http.Request, route)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		for name, value := range mux.Vars(r) {
			decoded, err := url.PathUnescape(value)
			if err != nil || !isText(decoded) {
				s.fail(w, r, errNoRoute)
				return
			}
			r.SetPathValue(name, decoded)
		}
		serve(w, r, rt)
	}
}

// serveAlias answers an address of another server. One that names no layer is
// an unknown address, whatever the method.
func (s *Server) serveAlias(w http.ResponseWriter, r *http.Request, rt route) {
	if r.PathValue("layers") != "" {
		if _, _, err := s.aliasLayers(r); err != nil {
			s.fail(w, r, err)
			return
		}
	}
	s.serveRoute(w, r, rt)
}

var errNoRoute = &problem{status: http.StatusNotFound, err: geo.Error{
	Msg:  geo.Text{FR: "cette adresse n'existe pas", EN: "this address does not exist"},
	Hint: geo.Text{FR: "les couches sont dans /collections, les opérations dans /api", EN: "layers are in /collections, operations in /api"}}}
