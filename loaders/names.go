package loaders

import (
	"path/filepath"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/arpent-geo/arpent/geo"
)

// maxName is the length in bytes of a name in PostgreSQL.
const maxName = 63

// TableName makes a table name of a file name: its base without extensions,
// accents dropped, in lower case, what is not a letter or a digit replaced by
// an underscore. "Communes 2018 (métropole).geojson.gz" → "communes_2018_metropole".
func TableName(path string) string {
	base := filepath.Base(path)
	for {
		ext := filepath.Ext(base)
		if ext == "" || ext == base || !KnownExtension(ext) {
			break
		}
		base = strings.TrimSuffix(base, ext)
	}
	return fold(base)
}

// KnownExtension reports whether a name that ends so is, most likely, of data
// that Arpent loads; what is inside decides.
func KnownExtension(ext string) bool {
	switch strings.ToLower(ext) {
	case ".gz", ".json", ".geojson", ".geojsonl", ".geojsons", ".ndjson", ".jsonl", ".gpkg":
		return true
	}
	return false
}

// fold keeps the letters a to z, digits and single underscores.
func fold(s string) string {
	var b strings.Builder
	under := false // an underscore is due before the next letter
	for _, r := range norm.NFKD.String(s) {
		switch r = unicode.ToLower(r); {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			if under && b.Len() > 0 {
				b.WriteByte('_')
			}
			under = false
			b.WriteRune(r)
		case r == 'œ':
			b.WriteString("oe")
		case unicode.Is(unicode.Mn, r): // the accent of the letter before
		default:
			under = true
		}
	}
	name := b.String()
	if name == "" {
		return "layer"
	}
	return strings.TrimRight(name[:min(len(name), maxName)], "_")
}

// ColumnNames makes column names of property names: as they are, but for
// those that a database cannot hold or that stores keep for themselves ("fid",
// "geom"), and for names that differ only by case, which a GeoPackage holds
// once. What was renamed is said.
func ColumnNames(properties []string) (columns []string, renamed []geo.Text) {
	taken := map[string]bool{"fid": true, "geom": true}
	for _, p := range properties {
		c := unique(columnName(p), taken)
		taken[strings.ToLower(c)] = true
		columns = append(columns, c)
		if c != p {
			renamed = append(renamed, geo.Text{
				FR: "la propriété « " + p + " » devient « " + c + " »",
				EN: "property " + strconv.Quote(p) + " becomes " + strconv.Quote(c)})
		}
	}
	return columns, renamed
}

// columnName drops control characters and cuts at maxName bytes.
func columnName(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == utf8.RuneError {
			return -1
		}
		return r
	}, s)
	if s = cut(s, maxName); s == "" {
		return "property"
	}
	return s
}

// unique adds "_1", "_2"… to a name that is taken, whatever its case.
func unique(name string, taken map[string]bool) string {
	c := name
	for n := 1; taken[strings.ToLower(c)]; n++ {
		suffix := "_" + strconv.Itoa(n)
		c = cut(name, maxName-len(suffix)) + suffix
	}
	return c
}

// cut keeps at most n bytes of s, without cutting a character.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}
