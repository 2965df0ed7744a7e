package main

import (
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// sourceKind says what SOURCE names.
type sourceKind int

const (
	sourceDemo       sourceKind = iota // nothing was named
	sourcePostGIS                      // a URL or a "key=value" connection string
	sourceGeoPackage                   // a file that ends in .gpkg
	sourceFile                         // another file, or a folder
)

// kindOfSource decides by the form of the text: a file need not be there yet.
func kindOfSource(source string) sourceKind {
	switch {
	case source == "":
		return sourceDemo
	case strings.HasPrefix(source, "postgres://"), strings.HasPrefix(source, "postgresql://"):
		return sourcePostGIS
	case strings.EqualFold(filepath.Ext(source), ".gpkg"):
		return sourceGeoPackage
	}
	for _, key := range []string{"host=", "dbname=", "service=", "user="} {
		if strings.HasPrefix(source, key) || strings.Contains(source, " "+key) {
			return sourcePostGIS
		}
	}
	return sourceFile
}

// displaySource is source without a password, for the screen and the log.
func displaySource(source string) string {
	if kindOfSource(source) != sourcePostGIS {
		return source
	}
	if u, err := url.Parse(source); err == nil && u.Scheme != "" {
		if q := u.Query(); q.Has("password") {
			q.Set("password", "xxxxx")
			u.RawQuery = q.Encode()
		}
		return u.Redacted()
	}
	return "PostGIS"
}

// cacheDir is where Arpent keeps files of its own: $XDG_CACHE_HOME/arpent, or
// what stands for it on the system.
func cacheDir(env lookup) string {
	if dir, _ := env("XDG_CACHE_HOME"); filepath.IsAbs(dir) {
		return filepath.Join(dir, "arpent")
	}
	dir, err := os.UserCacheDir()
	if err != nil { // no home: a service account
		dir = os.TempDir()
	}
	return filepath.Join(dir, "arpent")
}

var plain = regexp.MustCompile(`^[A-Za-z0-9_./:@%+=,-]+$`)

// quoteShell writes a word so that a shell reads it back, when it must.
func quoteShell(s string) string {
	if plain.MatchString(s) {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}
