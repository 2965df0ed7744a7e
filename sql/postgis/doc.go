// Package postgis serves layers out of a PostGIS database, and loads layers
// into one, through lib/pq. It is the only package that knows lib/pq.
//
// The database selects; Go does the rest: a statement is an index scan with
// filter, order and limit that hands over WKB. Values reach SQL as bound
// parameters only; identifiers through quoteIdent.
package postgis
