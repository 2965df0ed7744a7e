package web

import "embed"

// sources are the Go files of this package, read by tests that look for the
// sentences they ask for.
//
//go:embed *.go
var sources embed.FS
