package api

import (
	"strconv"

	"github.com/arpent-geo/arpent/geo"
	"github.com/arpent-geo/arpent/geo/tile"
)

// operation is one entry of the OpenAPI document and of the page of the API.
type operation struct {
	path, id, tag string
	summary       geo.Text
	description   geo.Text
	params        []parameter
	answers       []answerType
	errors        []int
	headers       []string // of the answer, by name in components
	post          bool     // asked by POST, the parameters in a body
	nothing       geo.Text // when the answer is 204; empty: never
}

// answerType is one representation of a good answer.
type answerType struct {
	media  string
	schema string // name in components; empty: no JSON
}

type parameter struct {
	name        string
	inPath      bool
	description geo.Text
	schema      schema
	example     string
	list        bool // numbers separated by commas
	names       bool // names separated by commas
	free        bool // any name: the properties of a layer
}

// schema is the part of JSON Schema that parameters need.
type schema struct {
	Type    string   `json:"type"`
	Format  string   `json:"format,omitempty"`
	Enum    []string `json:"enum,omitempty"`
	Minimum *int     `json:"minimum,omitempty"`
	Maximum *int     `json:"maximum,omitempty"`
	Default any      `json:"default,omitempty"`
}

// operations lists what the document says, in the order of the routes.
func (s *Server) operations() []operation {
	html := answerType{formatHTML.media, ""}
	doc := func(name string) []answerType { return []answerType{{formatJSON.media, name}, html} }
	geojson := func(name string) []answerType { return []answerType{{formatGeoJSON.media, name}, html} }
	schemaDoc := []answerType{{formatSchema.media, "layerSchema"}, html}
	sequences := []answerType{{formatGeoJSONSeq.media, ""}, {formatNDJSON.media, ""}}
	fg := func(name string) answerType { return answerType{formatJSONFG.media, name} }
	mvt := []answerType{{formatMVT.media, ""}}
	tilesetsJSON := func(name string) []answerType { return []answerType{{formatJSON.media, name}} }
	f, fJSON, fMVT := formatParameter(formatJSON, formatHTML), formatParameter(formatJSON), formatParameter(formatMVT)
	id := collectionParameter()
	grid, z, row, col := s.tileParameters()
	crs := crsParameter("crs", geo.Text{FR: "Système de coordonnées de la réponse : URI, ou code EPSG seul (ordre x, y)", EN: "Coordinate system of the answer: URI, or a bare EPSG code (x, y order)"})
	t := func(fr, en string) geo.Text { return geo.Text{FR: fr, EN: en} }
	return []operation{
		{path: "/", id: "getLandingPage", tag: "capabilities", summary: t("Page d'accueil", "Landing page"), params: []parameter{f}, answers: doc("landingPage"), errors: []int{406}},
		{path: "/conformance", id: "getConformanceDeclaration", tag: "capabilities", summary: t("Classes de conformité", "Conformance classes"), params: []parameter{f}, answers: doc("confClasses"), errors: []int{406}},
		{path: "/api", id: "getApi", tag: "capabilities", summary: t("Ce document", "This document"), params: []parameter{f}, answers: []answerType{{formatOpenAPI.media, "object"}, html}, errors: []int{406}},
		{path: "/collections", id: "getCollections", tag: "capabilities", summary: t("Toutes les couches", "All collections"), params: []parameter{f}, answers: doc("collections"), errors: []int{406, 503}},
		{path: "/collections/{collectionId}", id: "describeCollection", tag: "capabilities", summary: t("Une couche", "One collection"), params: []parameter{id, f}, answers: doc("collection"), errors: []int{404, 406, 503}},
		{path: "/collections/{collectionId}/schema", id: "getSchema", tag: "capabilities", summary: t("Schéma des éléments d'une couche", "Schema of the items of a collection"), params: []parameter{id, f}, answers: schemaDoc, errors: []int{404, 406, 503}},
		{path: "/collections/{collectionId}/queryables", id: "getQueryables", tag: "capabilities", summary: t("Propriétés par lesquelles filtrer une couche", "Properties to filter a collection by"), params: []parameter{id, f}, answers: schemaDoc, errors: []int{404, 406, 503}},
		{path: "/collections/{collectionId}/sortables", id: "getSortables", tag: "capabilities", summary: t("Propriétés par lesquelles trier une couche", "Properties to sort a collection by"), params: []parameter{id, f}, answers: schemaDoc, errors: []int{404, 406, 503}},
		{path: "/collections/{collectionId}/items", id: "getFeatures", tag: "data", summary: t("Éléments d'une couche", "Items of a collection"),
			description: t("Une page d'éléments, dans l'ordre de sortby puis de la clé. Les liens next et prev mènent aux pages voisines. Tout nom de propriété est aussi un paramètre : nom=valeur ne garde que les éléments qui ont cette valeur (prop.nom si le nom est réservé).",
				"One page of items, in the order of sortby then of the key. The links next and prev lead to the pages around. Every name of a property is a parameter too: name=value keeps the items that have this value (prop.name when the name is reserved)."),
			params: append([]parameter{id}, append(s.itemParameters(crs), formatParameter(itemFormats...))...), answers: append(append(geojson("featureCollection"), fg("featureCollectionFG")), sequences...), errors: []int{404, 406, 503}, headers: []string{"Content-Crs"}},
		{path: "/collections/{collectionId}/search", id: "searchFeatures", tag: "data", summary: t("Éléments d'une couche, par une question dans un corps", "Items of a collection, by a question in a body"),
			description: t("Les membres du corps sont les paramètres de …/items ; un filtre peut être du texte, ou un objet CQL2-JSON.", "The members of the body are the parameters of …/items; a filter may be a text, or an object of CQL2-JSON."),
			post:        true, params: []parameter{id, formatParameter(itemFormats...)}, answers: append(append(geojson("featureCollection"), fg("featureCollectionFG")), sequences...), errors: []int{404, 406, 413, 415, 503}, headers: []string{"Content-Crs"}},
		{path: "/functions", id: "getFunctions", tag: "capabilities", summary: t("Fonctions des filtres", "Functions of filters"), params: []parameter{formatParameter(formatJSON)}, answers: []answerType{{formatJSON.media, "functions"}}, errors: []int{406}},
		{path: "/collections/{collectionId}/items/{featureId}", id: "getFeature", tag: "data", summary: t("Un élément", "One item"),
			params:  []parameter{id, {name: "featureId", inPath: true, description: t("Identifiant de l'élément", "Identifier of the item"), schema: schema{Type: "string"}}, propertiesParameter(), crs, formatParameter(itemFormat...)},
			answers: append(geojson("feature"), fg("featureFG")), errors: []int{404, 406, 503}, headers: []string{"Content-Crs"}},
		{path: "/collections/{collectionId}/tiles", id: "tiles.collection.vector.getTileSetsList", tag: "tiles", summary: t("Jeux de tuiles d'une couche", "Tilesets of a collection"), params: []parameter{id, f}, answers: doc("tilesets"), errors: []int{404, 406, 503}},
		{path: "/collections/{collectionId}/tiles/{tileMatrixSetId}", id: "tiles.collection.vector.getTileSet", tag: "tiles", summary: t("Un jeu de tuiles", "One tileset"), params: []parameter{id, grid, f}, answers: doc("tileset"), errors: []int{404, 406, 503}},
		{path: "/collections/{collectionId}/tiles/{tileMatrixSetId}/{tileMatrix}/{tileRow}/{tileCol}", id: "tiles.collection.vector.getTile", tag: "tiles", summary: t("Une tuile vectorielle", "One vector tile"),
			description: t("Une tuile sans élément est une réponse 200 sans contenu ; hors des limites de la couche, 404.", "A tile without items is a 200 without content; outside of the limits of the collection, a 404."),
			params:      selecting([]parameter{id, grid, z, row, col, versionParameter()}, fMVT), answers: mvt, errors: []int{404, 406, 503}},
		{path: "/tiles", id: "tiles.dataset.vector.getTileSetsList", tag: "tiles", summary: t("Jeux de tuiles de plusieurs couches", "Tilesets of several collections"), params: []parameter{collectionsParameter(), fJSON}, answers: tilesetsJSON("tilesets"), errors: []int{404, 406, 503}},
		{path: "/tiles/{tileMatrixSetId}", id: "tiles.dataset.vector.getTileSet", tag: "tiles", summary: t("Un jeu de tuiles de plusieurs couches", "One tileset of several collections"), params: []parameter{grid, collectionsParameter(), fJSON}, answers: tilesetsJSON("tileset"), errors: []int{404, 406, 503}},
		{path: "/tiles/{tileMatrixSetId}/{tileMatrix}/{tileRow}/{tileCol}", id: "tiles.dataset.vector.getTile", tag: "tiles", summary: t("Une tuile vectorielle de plusieurs couches", "One vector tile of several collections"),
			description: t("Chaque couche en est une de la tuile, sous son identifiant. Les paramètres qui choisissent les éléments valent pour toutes : chacune doit avoir les propriétés qu'ils nomment.",
				"Each collection is a layer of the tile, under its identifier. The parameters that select items hold for all of them: each must have the properties that they name."),
			params: selecting([]parameter{grid, z, row, col, collectionsParameter(), versionParameter()}, fMVT), answers: mvt, errors: []int{404, 406, 503}},
		{path: "/tileMatrixSets", id: "getTileMatrixSetsList", tag: "tiles", summary: t("Grilles de tuiles", "Tile matrix sets"), params: []parameter{f}, answers: doc("tileMatrixSets"), errors: []int{406}},
		{path: "/tileMatrixSets/{tileMatrixSetId}", id: "getTileMatrixSet", tag: "tiles", summary: t("Une grille de tuiles", "One tile matrix set"), params: []parameter{grid, f}, answers: doc("tileMatrixSet"), errors: []int{404, 406}},
		{path: "/xyz/{collectionId}.json", id: "getTileJSON", tag: "maps", summary: t("TileJSON 3.0 d'une couche", "TileJSON 3.0 of a collection"),
			description: t("Les paramètres qui choisissent ce que portent les tuiles sont repris dans leur adresse ; ceux que rien ne connaît sont laissés de côté.", "The parameters that select what is in tiles are in their address; those that nobody knows are left aside."),
			params:      selecting([]parameter{id}, formatParameter(formatJSON)), answers: []answerType{{formatJSON.media, "tileJSON"}}, errors: []int{404, 406, 503}},
		{path: "/xyz/{collectionId}/{z}/{x}/{y}.mvt", id: "getXYZ", tag: "maps", summary: t("Une tuile vectorielle, x avant y", "One vector tile, x before y"),
			description: t("Les paramètres que rien ne connaît sont laissés de côté.", "Parameters that nobody knows are left aside."), nothing: t("Hors de l'emprise de la couche", "Outside of the extent of the collection"),
			params: selecting([]parameter{id, renamed(z, "z"), renamed(col, "x"), renamed(row, "y"), versionParameter()}, fMVT), answers: mvt, errors: []int{404, 406, 503}},
		{path: "/styles", id: "getStyles", tag: "maps", summary: t("Styles des couches", "Styles of the collections"), params: []parameter{formatParameter(formatJSON)}, answers: []answerType{{formatJSON.media, "styles"}}, errors: []int{406, 503}},
		{path: "/styles/{collectionId}", id: "getStyle", tag: "maps", summary: t("Style MapLibre d'une couche", "MapLibre style of a collection"),
			description: t("Les paramètres qui choisissent ce que portent les tuiles valent pour celles que le style dessine.", "The parameters that select what is in tiles hold for those that the style draws."),
			params:      selecting([]parameter{id}, formatParameter(formatStyle)), answers: []answerType{{formatStyle.media, "style"}}, errors: []int{404, 406, 503}},
		{path: "/healthz", id: "getHealth", tag: "operations", summary: t("Le serveur est en marche", "The server is alive"), answers: []answerType{{formatJSON.media, "status"}}},
		{path: "/readyz", id: "getReadiness", tag: "operations", summary: t("Le serveur peut répondre", "The server can answer"), answers: []answerType{{formatJSON.media, "status"}}, errors: []int{503}},
	}
}

// selecting adds the parameters that select what is in tiles, then f.
func selecting(params []parameter, f parameter) []parameter {
	params = append(append(params, datetimeParameter()), cqlParameters()...)
	return append(params, propertiesParameter(), filterParameter(), f)
}

func renamed(p parameter, name string) parameter {
	p.name = name
	return p
}

func formatParameter(formats ...format) parameter {
	p := parameter{name: "f", schema: schema{Type: "string"},
		description: geo.Text{FR: "Format de la réponse ; sinon l'en-tête Accept en décide", EN: "Format of the answer; the header Accept decides otherwise"}}
	for _, c := range formats {
		p.schema.Enum = append(p.schema.Enum, c.f)
	}
	return p
}

func collectionParameter() parameter {
	return parameter{name: "collectionId", inPath: true, schema: schema{Type: "string"},
		description: geo.Text{FR: "Identifiant de la couche, comme dans /collections", EN: "Identifier of the collection, as in /collections"}}
}

func crsParameter(name string, description geo.Text) parameter {
	return parameter{name: name, description: description, schema: schema{Type: "string", Format: "uri", Default: geo.CRS84.URI()}, example: geo.Lambert93.URI()}
}

func collectionsParameter() parameter {
	most := strconv.Itoa(maxTileLayers)
	return parameter{name: "collections", names: true,
		description: geo.Text{FR: "Couches des tuiles, par leurs identifiants, séparés par des virgules, " + most + " au plus. Par défaut les premières qui ont une place dans la grille.",
			EN: "Collections in the tiles, by their identifiers, separated by commas, " + most + " at most. By default the first ones that have a place in the grid."}}
}

func versionParameter() parameter {
	return parameter{name: "v", schema: schema{Type: "string"},
		description: geo.Text{FR: "Version des données, mise par TileJSON dans l'adresse des tuiles pour que les caches les gardent", EN: "Version of the data, put by TileJSON in the address of tiles so that caches keep them"}}
}

func datetimeParameter() parameter {
	return parameter{name: "datetime", schema: schema{Type: "string"}, example: "2024-01-01/2024-12-31",
		description: geo.Text{FR: "Instant, jour ou intervalle (RFC 3339), sur le temps que la couche déclare (rôles primary- de /schema) ; un élément sans temps convient toujours",
			EN: "Instant, day or interval (RFC 3339), on the time that the collection declares (roles primary- of /schema); an item without time always matches"}}
}

func propertiesParameter() parameter {
	return parameter{name: "properties", names: true,
		description: geo.Text{FR: "Propriétés à donner, séparées par des virgules ; la géométrie en est une, par son nom dans /schema. Toutes par défaut.",
			EN: "Properties to return, separated by commas; the geometry is one of them, by its name in /schema. All by default."}}
}

func filterParameter() parameter {
	return parameter{name: "propertyFilters", free: true,
		description: geo.Text{FR: "Propriétés de la couche : nom=valeur", EN: "Properties of the collection: name=value"}}
}

func (s *Server) itemParameters(crs parameter) []parameter {
	one, zero := 1, 0
	return []parameter{
		{name: "limit", schema: schema{Type: "integer", Minimum: &one, Maximum: &s.o.MaxItems, Default: s.o.DefaultLimit}, example: "100",
			description: geo.Text{FR: "Nombre d'éléments au plus ; un nombre plus grand vaut le maximum, qui ne tient pas pour les suites (geojsonseq, ndjson)", EN: "Number of items at most; a larger number is taken as the maximum, which does not hold for sequences (geojsonseq, ndjson)"}},
		{name: "offset", schema: schema{Type: "integer", Minimum: &zero, Default: 0},
			description: geo.Text{FR: "Nombre d'éléments à passer ; le lien next est plus rapide", EN: "Number of items to skip; the link next is faster"}},
		{name: "cursor", schema: schema{Type: "string"},
			description: geo.Text{FR: "Place d'une page, donnée par les liens next et prev", EN: "Place of a page, given by the links next and prev"}},
		{name: "bbox", list: true, example: "2.2,48.8,2.5,48.9",
			description: geo.Text{FR: "Boîte : ouest,sud,est,nord, ou l'ordre des axes de bbox-crs ; six nombres avec des hauteurs, qui ne comptent pas",
				EN: "Box: west,south,east,north, or the axis order of bbox-crs; six numbers with heights, which do not count"}},
		crsParameter("bbox-crs", geo.Text{FR: "Système de coordonnées de bbox", EN: "Coordinate system of bbox"}),
		crs, datetimeParameter(), cqlParameters()[0], cqlParameters()[1], cqlParameters()[2],
		{name: "sortby", names: true, description: geo.Text{FR: "Ordre des éléments : noms de propriétés séparés par des virgules, chacun après + (ordre croissant) ou - (décroissant) ; la liste est dans /sortables",
			EN: "Order of the items: names of properties separated by commas, each after + (ascending) or - (descending); the list is in /sortables"}},
		propertiesParameter(), filterParameter(),
	}
}

// cqlParameters are those of filters in CQL2.
func cqlParameters() []parameter {
	return []parameter{
		{name: "filter", schema: schema{Type: "string"}, example: "population > 1000",
			description: geo.Text{FR: "Condition en CQL2 (OGC 21-065r2) sur les propriétés de /queryables, par exemple nom LIKE 'Saint%' AND population > 1000",
				EN: "Condition in CQL2 (OGC 21-065r2) on the properties of /queryables, such as name LIKE 'Saint%' AND population > 1000"}},
		{name: "filter-lang", schema: schema{Type: "string", Enum: []string{langText, langJSON}, Default: langText},
			description: geo.Text{FR: "Langage du filtre", EN: "Language of the filter"}},
		crsParameter("filter-crs", geo.Text{FR: "Système de coordonnées des géométries du filtre", EN: "Coordinate system of the geometries of the filter"}),
	}
}

func (s *Server) tileParameters() (grid, z, row, col parameter) {
	zero, last := 0, len(s.grid.Matrices)-1
	edge := s.grid.Matrices[last].MatrixWidth - 1 // no grid has more matrices or wider ones
	var ids []string
	for _, set := range s.grids {
		ids = append(ids, set.ID)
	}
	grid = parameter{name: "tileMatrixSetId", inPath: true, schema: schema{Type: "string", Enum: ids},
		description: geo.Text{FR: "Grille de tuiles", EN: "Tile matrix set"}}
	z = parameter{name: "tileMatrix", inPath: true, schema: schema{Type: "integer", Minimum: &zero, Maximum: &last}, example: "8",
		description: geo.Text{FR: "Niveau de zoom, de 0 à " + strconv.Itoa(last), EN: "Zoom level, from 0 to " + strconv.Itoa(last)}}
	row = parameter{name: "tileRow", inPath: true, schema: schema{Type: "integer", Minimum: &zero, Maximum: &edge}, example: strconv.Itoa(exampleTile.Y),
		description: geo.Text{FR: "Ligne, depuis le nord", EN: "Row, from the north"}}
	col = parameter{name: "tileCol", inPath: true, schema: schema{Type: "integer", Minimum: &zero, Maximum: &edge}, example: strconv.Itoa(exampleTile.X),
		description: geo.Text{FR: "Colonne, depuis l'ouest", EN: "Column, from the west"}}
	return grid, z, row, col
}

// exampleTile holds Paris.
var exampleTile = tile.ID{Z: 8, X: 129, Y: 88}
