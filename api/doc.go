// Package api serves layers over HTTP.
//
// The way of one request, in five stops:
//
//  1. routes.go: a line a route, in the order of the standards
//  2. items.go: handleItems parses, reads, writes; parseItemQuery turns the
//     request into one geo.ItemQuery
//  3. store.go: what the handlers ask of a store
//  4. sql/postgis/items.go and sql/gpkg/items.go: Items, and itemsSQL under it
//  5. back as a stream of geo.Row to geo/geojson, one row alive at a time
package api
