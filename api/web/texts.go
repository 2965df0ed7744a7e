package web

import (
	"fmt"
	"strings"

	"github.com/arpent-geo/arpent/geo"
)

// texts holds every sentence of the pages that does not come from the data,
// by key. %v stands for what the template gives. Keys that end in .one and
// .other are the singular and the plural of one sentence; those that begin
// with js. are for the scripts. It is never written to.
var texts = map[string]geo.Text{
	"skip":                 {FR: "Aller au contenu", EN: "Skip to content"},
	"nav.main":             {FR: "Navigation principale", EN: "Main navigation"},
	"nav.home":             {FR: "Accueil", EN: "Home"},
	"nav.layers":           {FR: "Couches", EN: "Layers"},
	"nav.items":            {FR: "Objets", EN: "Items"},
	"nav.tiles":            {FR: "Tuiles", EN: "Tiles"},
	"nav.api":              {FR: "API", EN: "API"},
	"nav.conformance":      {FR: "Conformité", EN: "Conformance"},
	"nav.other":            {FR: "English", EN: "Français"}, // the other language, in that language
	"crumbs":               {FR: "Fil d’Ariane", EN: "Breadcrumb"},
	"notice":               {FR: "Avertissement", EN: "Notice"},
	"formats":              {FR: "Autres formats", EN: "Other formats"},
	"footer.accessibility": {FR: "Accessibilité : non conforme (non auditée)", EN: "Accessibility: not compliant (not audited)"},
	"footer.cite":          {FR: "Adresse de cette page :", EN: "Address of this page:"},
	"unknown":              {FR: "non renseigné", EN: "not stated"},
	"apply":                {FR: "Appliquer", EN: "Apply"},
	"remove":               {FR: "Retirer", EN: "Remove"},
	"copy":                 {FR: "Copier « %v »", EN: "Copy “%v”"},
	"copied":               {FR: "Copié.", EN: "Copied."},
	"notCopied":            {FR: "La copie a échoué : sélectionnez le texte.", EN: "Copying failed: select the text."},

	"landing.title":            {FR: "Accueil", EN: "Home"},
	"landing.lead":             {FR: "Les couches géographiques d’un territoire, à lire, à télécharger et à afficher sur une carte.", EN: "The geographic layers of a territory, to read, to download and to draw on a map."},
	"landing.layers":           {FR: "Couches publiées", EN: "Published layers"},
	"landing.use":              {FR: "Utiliser les données", EN: "Use the data"},
	"landing.collections":      {FR: "Catalogue des couches", EN: "Catalogue of layers"},
	"landing.collections.text": {FR: "description, schéma, table, carte et téléchargement de chaque couche", EN: "description, schema, table, map and downloads of each layer"},
	"landing.api":              {FR: "Documentation de l’API", EN: "API documentation"},
	"landing.api.text":         {FR: "les opérations, leurs paramètres, et un formulaire qui construit l’adresse", EN: "operations, their parameters, and a form that builds the address"},
	"landing.conformance":      {FR: "Classes de conformité", EN: "Conformance classes"},
	"landing.conformance.text": {FR: "ce qui est mis en œuvre des normes de l’OGC", EN: "what is implemented of the OGC standards"},
	"landing.grids":            {FR: "Grilles de tuiles", EN: "Tile matrix sets"},
	"landing.grids.text":       {FR: "le découpage des tuiles vectorielles, zoom par zoom", EN: "how vector tiles are cut, zoom by zoom"},
	"landing.qgis":             {FR: "Dans QGIS : Couche › Ajouter une couche › Ajouter une couche WFS / OGC API - Features, nouvelle connexion avec cette adresse.", EN: "In QGIS: Layer › Add Layer › Add WFS / OGC API - Features Layer, new connection with this address."},
	"landing.address":          {FR: "Adresse du service", EN: "Service address"},

	"layers.caption":     {FR: "Couches publiées", EN: "Published layers"},
	"layers.count.one":   {FR: "%v couche publiée.", EN: "%v layer published."},
	"layers.count.other": {FR: "%v couches publiées.", EN: "%v layers published."},
	"layers.none":        {FR: "Aucune couche n’est publiée. La commande « arpent layers » dit pourquoi, table par table.", EN: "No layer is published. The command “arpent layers” tells why, table by table."},
	"layers.layer":       {FR: "Couche", EN: "Layer"},
	"layers.description": {FR: "Description", EN: "Description"},
	"collections.title":  {FR: "Catalogue des couches", EN: "Catalogue of layers"},

	"fact.id":        {FR: "Nom dans les adresses", EN: "Name in addresses"},
	"fact.count":     {FR: "Nombre d’objets", EN: "Number of items"},
	"fact.geometry":  {FR: "Géométrie", EN: "Geometry"},
	"fact.updated":   {FR: "Mise à jour", EN: "Updated"},
	"fact.millesime": {FR: "Millésime", EN: "Edition"},
	"fact.producer":  {FR: "Producteur", EN: "Producer"},
	"fact.source":    {FR: "Source", EN: "Source"},
	"fact.licence":   {FR: "Licence", EN: "Licence"},
	"fact.standard":  {FR: "Standard", EN: "Standard"},
	"fact.crs":       {FR: "Système de coordonnées", EN: "Coordinate system"},
	"fact.extent":    {FR: "Emprise", EN: "Extent"},
	"fact.keywords":  {FR: "Mots-clés", EN: "Keywords"},
	"extent":         {FR: "ouest %v, sud %v, est %v, nord %v", EN: "west %v, south %v, east %v, north %v"},

	"collection.first":           {FR: "Premiers objets", EN: "First items"},
	"collection.caption":         {FR: "Premiers objets de la couche %v", EN: "First items of layer %v"},
	"collection.items":           {FR: "Voir, filtrer et parcourir tous les objets", EN: "See, filter and browse all items"},
	"collection.away":            {FR: "La base de données ne répond pas en ce moment : les objets ne peuvent pas être montrés.", EN: "The database does not answer at the moment: items cannot be shown."},
	"collection.schema":          {FR: "Attributs", EN: "Attributes"},
	"collection.schema.caption":  {FR: "Attributs de la couche %v", EN: "Attributes of layer %v"},
	"collection.schema.text":     {FR: "JSON Schema des objets", EN: "JSON Schema of the items"},
	"collection.queryables.text": {FR: "propriétés par lesquelles filtrer", EN: "properties to filter by"},
	"collection.sortables.text":  {FR: "propriétés par lesquelles trier", EN: "properties to sort by"},
	"collection.download":        {FR: "Télécharger", EN: "Download"},
	"collection.tiles":           {FR: "Tuiles vectorielles", EN: "Vector tiles"},
	"collection.use":             {FR: "Utiliser cette couche", EN: "Use this layer"},
	"collection.crs.one":         {FR: "%v système de coordonnées proposé (paramètre crs)", EN: "%v coordinate system on offer (parameter crs)"},
	"collection.crs.other":       {FR: "%v systèmes de coordonnées proposés (paramètre crs)", EN: "%v coordinate systems on offer (parameter crs)"},
	"download.limit":             {FR: "au plus %v objets ; le lien « next » de la réponse mène à la suite", EN: "at most %v items; the “next” link of the answer leads to the rest"},
	"download.style":             {FR: "Style", EN: "Style"},
	"download.style.text":        {FR: "pour dessiner la couche dans MapLibre et QGIS", EN: "to draw the layer in MapLibre and QGIS"},
	"download.tilejson":          {FR: "description des tuiles, pour MapLibre et QGIS", EN: "description of the tiles, for MapLibre and QGIS"},

	"schema.name":   {FR: "Nom", EN: "Name"},
	"schema.label":  {FR: "Libellé", EN: "Label"},
	"schema.type":   {FR: "Type", EN: "Type"},
	"schema.native": {FR: "Type dans la base", EN: "Database type"},
	"schema.null":   {FR: "Peut manquer", EN: "May be missing"},
	"schema.role":   {FR: "Rôle", EN: "Role"},
	"schema.none":   {FR: "Aucune propriété.", EN: "No property."},

	"view.title.schema":       {FR: "Schéma", EN: "Schema"},
	"view.title.queryables":   {FR: "Filtres", EN: "Queryables"},
	"view.title.sortables":    {FR: "Tris", EN: "Sortables"},
	"view.caption.schema":     {FR: "Schéma de la couche %v", EN: "Schema of layer %v"},
	"view.caption.queryables": {FR: "Filtrer la couche %v", EN: "Filter layer %v"},
	"view.caption.sortables":  {FR: "Trier la couche %v", EN: "Sort layer %v"},
	"view.lead.schema":        {FR: "Ce que porte chaque objet. Le paramètre properties en choisit une partie, par leurs noms séparés par des virgules.", EN: "What each item carries. The parameter properties selects a part of it, by names separated by commas."},
	"view.lead.queryables":    {FR: "Les propriétés par lesquelles les objets se choisissent, et le paramètre à employer.", EN: "The properties that items can be selected by, and the parameter to use."},
	"view.lead.sortables":     {FR: "Les propriétés par lesquelles les objets se trient ; -nom donne l’ordre décroissant, plusieurs noms se séparent par des virgules.", EN: "The properties that items can be sorted by; -name gives the descending order, several names are separated by commas."},

	"table.id":     {FR: "Identifiant", EN: "Identifier"},
	"table.region": {FR: "Tableau défilant : %v", EN: "Scrolling table: %v"},
	"value.null":   {FR: "n.d.", EN: "n/a"},
	"value.true":   {FR: "oui", EN: "yes"},
	"value.false":  {FR: "non", EN: "no"},
	"value.bytes":  {FR: "donnée binaire, %v octets", EN: "binary data, %v bytes"},

	"items.title":       {FR: "Objets : %v", EN: "Items: %v"},
	"items.caption":     {FR: "Objets de la couche %v", EN: "Items of layer %v"},
	"items.matched":     {FR: "%v affichés sur %v.", EN: "%v shown of %v."},
	"items.shown.one":   {FR: "%v objet affiché.", EN: "%v item shown."},
	"items.shown.other": {FR: "%v objets affichés.", EN: "%v items shown."},
	"items.none":        {FR: "Aucun objet ne correspond.", EN: "No item matches."},
	"items.filters":     {FR: "Filtres en vigueur", EN: "Filters in force"},
	"items.filter":      {FR: "Filtrer", EN: "Filter"},
	"items.remove":      {FR: "Retirer le filtre %v", EN: "Remove filter %v"},
	"items.limit":       {FR: "Objets par page", EN: "Items per page"},
	"items.bbox":        {FR: "Emprise (ouest, sud, est, nord)", EN: "Box (west, south, east, north)"},
	"items.cql":         {FR: "Condition (CQL2)", EN: "Condition (CQL2)"},
	"items.queryables":  {FR: "propriétés", EN: "properties"},
	"items.sort":        {FR: "Ordre", EN: "Order"},
	"items.sortables":   {FR: "tris possibles", EN: "possible sorts"},
	"items.apply":       {FR: "Appliquer : %v", EN: "Apply: %v"},
	"pager":             {FR: "Pages", EN: "Pages"},
	"pager.prev":        {FR: "Page précédente", EN: "Previous page"},
	"pager.next":        {FR: "Page suivante", EN: "Next page"},
	"item.title":        {FR: "Objet %v", EN: "Item %v"},
	"item.of":           {FR: "Objet de la couche", EN: "Item of layer"},

	"tiles.title":     {FR: "Tuiles", EN: "Tiles"},
	"tiles.heading":   {FR: "Tuiles vectorielles : %v", EN: "Vector tiles: %v"},
	"tiles.lead":      {FR: "Les mêmes objets, découpés pour l’affichage : chaque tuile ne porte que ce qui se voit à son échelle.", EN: "The same items, cut for display: each tile carries only what can be seen at its scale."},
	"tiles.grid":      {FR: "Grille", EN: "Tile matrix set"},
	"tiles.zooms":     {FR: "Zooms", EN: "Zooms"},
	"tiles.range":     {FR: "de %v à %v", EN: "from %v to %v"},
	"tiles.format":    {FR: "Format", EN: "Format"},
	"tiles.layer":     {FR: "Nom de la couche dans les tuiles", EN: "Layer name in the tiles"},
	"tiles.addresses": {FR: "Adresses", EN: "Addresses"},
	"tiles.xyz":       {FR: "Adresse XYZ (x avant y)", EN: "XYZ address (x before y)"},
	"tiles.ogc":       {FR: "Adresse OGC API Tiles (ligne avant colonne)", EN: "OGC API Tiles address (row before column)"},
	"tiles.tilejson":  {FR: "TileJSON", EN: "TileJSON"},

	"grids.title":    {FR: "Grilles de tuiles", EN: "Tile matrix sets"},
	"grids.lead":     {FR: "Une grille dit comment le territoire est découpé en tuiles à chaque zoom (OGC 17-083r4).", EN: "A tile matrix set tells how the territory is cut into tiles at each zoom (OGC 17-083r4)."},
	"grids.uri":      {FR: "Identifiant", EN: "Identifier"},
	"grids.matrices": {FR: "Zooms", EN: "Zooms"},
	"grids.caption":  {FR: "Zooms de la grille %v", EN: "Zooms of tile matrix set %v"},
	"grids.zoom":     {FR: "Zoom", EN: "Zoom"},
	"grids.scale":    {FR: "Échelle à l’équateur", EN: "Scale at the equator"},
	"grids.cell":     {FR: "Taille du pixel (m)", EN: "Pixel size (m)"},
	"grids.columns":  {FR: "Colonnes", EN: "Columns"},
	"grids.rows":     {FR: "Lignes", EN: "Rows"},

	"conformance.title": {FR: "Classes de conformité", EN: "Conformance classes"},
	"conformance.lead":  {FR: "Les exigences des normes OGC API que ce service satisfait. Rien n’y figure qui ne soit fini.", EN: "The requirements of the OGC API standards that this service meets. Nothing is listed that is not finished."},

	"api.title":      {FR: "Documentation de l’API", EN: "API documentation"},
	"api.lead":       {FR: "Chaque formulaire construit une adresse, à ouvrir ou à copier. Rien ne change dans les données : toutes les opérations sont des lectures.", EN: "Each form builds an address, to open or to copy. Nothing changes in the data: all operations are reads."},
	"api.operations": {FR: "Opérations", EN: "Operations"},
	"api.caption":    {FR: "Paramètres : %v", EN: "Parameters: %v"},
	"api.parameter":  {FR: "Paramètre", EN: "Parameter"},
	"api.value":      {FR: "Valeur", EN: "Value"},
	"api.required":   {FR: "(obligatoire)", EN: "(required)"},
	"api.default":    {FR: "par défaut %v", EN: "default %v"},
	"api.build":      {FR: "Construire l’adresse", EN: "Build the address"},
	"api.build.for":  {FR: "Construire l’adresse : %v", EN: "Build the address: %v"},
	"api.built":      {FR: "Adresse construite", EN: "Address built"},
	"api.missing":    {FR: "Il manque la valeur du paramètre %v.", EN: "The value of parameter %v is missing."},
	"api.curl":       {FR: "En ligne de commande", EN: "On the command line"},

	"error.title":   {FR: "Erreur %v", EN: "Error %v"},
	"error.where":   {FR: "Où :", EN: "Where:"},
	"error.hint":    {FR: "Ce qui serait juste :", EN: "What would be right:"},
	"error.layers":  {FR: "Catalogue des couches", EN: "Catalogue of layers"},
	"error.api":     {FR: "Documentation de l’API", EN: "API documentation"},
	"error.request": {FR: "Numéro de la requête, à citer si l’erreur demeure :", EN: "Request number, to quote if the error remains:"},
}

func lookup(key string) (geo.Text, bool) {
	found, ok := texts[key]
	if !ok {
		found, ok = mapTexts[key]
	}
	return found, ok
}

// text returns a sentence without arguments; an unknown key is returned as it
// is, which the tests of this package forbid.
func text(lang, key string) string {
	found, ok := lookup(key)
	if !ok {
		return key
	}
	if french(lang) {
		return frenchSpaces.Replace(found.FR)
	}
	return found.EN
}

// frenchSpaces makes the spaces that French typography does not break.
var frenchSpaces = strings.NewReplacer(" :", noBreak+":", " ;", noBreak+";", " ?", noBreak+"?", " !", noBreak+"!",
	"« ", "«"+noBreak, " »", noBreak+"»", " › ", noBreak+"› ")

// translate returns a sentence filled with its arguments.
func translate(lang, key string, args ...any) (string, error) {
	if _, ok := lookup(key); !ok {
		return "", fmt.Errorf("no text %q", key)
	}
	sentence := text(lang, key)
	if n := strings.Count(sentence, "%v"); n != len(args) {
		return "", fmt.Errorf("text %q takes %d values, got %d", key, n, len(args))
	}
	if len(args) == 0 {
		return sentence, nil
	}
	return fmt.Sprintf(sentence, args...), nil
}

// geometryName is the type of a geometry in plain words.
func geometryName(lang string, g geo.GeometryType) (string, error) {
	return translate(lang, "geom."+string(g))
}
