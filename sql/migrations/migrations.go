// Package migrations holds the SQL that makes schema arpent in a PostGIS
// database, as goose reads it.
package migrations

import "embed"

// FS holds the migrations, in the order of their numbers.
//
//go:embed *.sql
var FS embed.FS
